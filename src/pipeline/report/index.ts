/** The HTML report: gather while rollouts stream by, render at the end. */
export { createReportCollector, grouped, type ReportCollector, type ReportCollectorOptions, type RowNote } from "./collect.ts";
export { renderReport } from "./page.ts";
export type { Bin, CauseRow, Comparison, GroupRow, NamedBins, Paid, PassAtK, ReportData, ReportSummary, Sample, SampleNote, StripColumn, Tile, Tone } from "./types.ts";
