/** The table of results: counts a level, side by side, and never a sum of them. */
import type { SystemEntry } from "../systems.ts";
import { LEVELS, type Level } from "./definition.ts";
import type { SystemResult } from "./result.ts";

/** Of one level: rows that aim at it, results run at it, and results shown. */
export interface LevelCount {
  readonly target: number;
  readonly run: number;
  readonly shown: number;
}

/** What `guerdon reproduce --json` prints. */
export interface ReproductionReport {
  readonly levels: Readonly<Record<Level, LevelCount>>;
  readonly systems: readonly SystemResult[];
}

export function reportOf(results: readonly SystemResult[], rows: readonly SystemEntry[]): ReproductionReport {
  const count = (level: Level): LevelCount => ({
    target: rows.filter((row) => row.target === level).length,
    run: results.filter((result) => result.level === level).length,
    shown: results.filter((result) => result.level === level && result.shown).length,
  });
  return { levels: { identity: count("identity"), mechanism: count("mechanism"), trained: count("trained"), protocol: count("protocol") }, systems: results };
}

/** The results as lines for a terminal. */
export function renderReport(report: ReproductionReport): string {
  const lines: string[] = [];
  for (const result of report.systems) {
    const target = result.level === result.target ? "" : ` (target ${result.target})`;
    lines.push(`${result.id}  ${result.shown ? "shown" : "NOT SHOWN"}  ${result.level}${target}  ${result.home}  ${result.seeds} ${result.phase} seeds  ${result.seconds.toFixed(1)} s`);
    lines.push(`      ${result.claim.text}`);
    if (result.round > 1) lines.push(`      ${renderRounds(result)}`);
    lines.push(...armLines(result));
    for (const reason of result.reasons) lines.push(`      ${reason}`);
    if (result.claim.limits !== undefined) lines.push(`      limits: ${result.claim.limits}`);
    lines.push("");
  }
  for (const level of LEVELS) {
    const { target, run, shown } = report.levels[level];
    lines.push(`${level.padEnd(10)} ${shown} shown of ${run} run; ${target} rows aim at it`);
  }
  return lines.join("\n");
}

/** `2nd round; the 1st was not shown (its figures)`. */
export function renderRounds({ round, earlier }: Pick<SystemResult, "round" | "earlier">): string {
  return [`${ordinal(round)} round`, ...earlier.map(({ shown, text }, i) => `the ${ordinal(i + 1)} was ${shown ? "shown" : "not shown"} (${text})`)].join("; ");
}

function ordinal(n: number): string {
  return `${n}${["st", "nd", "rd"][n - 1] ?? "th"}`;
}

function armLines({ arms, claim }: SystemResult): string[] {
  if (arms === null) return [];
  const header = ["measure", "treatment", "ablation", "rival", "gain over ablation", "over rival", "where it should not help"];
  const gain = (arm: { readonly gains: Readonly<Record<string, { median: number; low: number; high: number }>> } | null, name: string, bound: "low" | "high"): string => {
    const g = arm?.gains[name];
    return g === undefined ? "–" : `${short(g.median)} (${bound === "low" ? "≥" : "≤"} ${short(g[bound])})`;
  };
  const rows = Object.keys(claim.measures).map((name) => [
    name,
    short(arms.treatment.measures[name]),
    short(arms.ablation.measures[name]),
    short(arms.rival?.measures[name]),
    gain(arms.ablation, name, "low"),
    gain(arms.rival, name, "low"),
    gain(arms.shouldNotHelp, name, "high"),
  ]);
  const widths = header.map((title, c) => Math.max(title.length, ...rows.map((row) => row[c]!.length)));
  return [header, ...rows].map((row) => `      ${row.map((cell, c) => cell.padEnd(widths[c]!)).join("  ")}`.trimEnd());
}

function short(x: number | undefined): string {
  if (x === undefined) return "–";
  return Math.abs(x) >= 1e-3 || x === 0 ? String(Number(x.toFixed(3))) : x.toExponential(0);
}
