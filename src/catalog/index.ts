/** Catalog: every method and system as data, what was shown of each, and the reproduction harness. */
export { findMethod, listMethods, loadRoom, METHOD_ROOMS, type MethodRoom } from "./rooms.ts";
export { findSystem, systems, type SystemEntry, type SystemKind, type SystemRow } from "./systems.ts";
export { readEvidence, recordEvidence } from "./evidence.ts";
export { reproduce, type Reproduction } from "./reproduction/reproduce.ts";
export {
  LEVELS,
  type Ablation,
  type Claim,
  type ComparedMeasure,
  type Controls,
  type EarlierRound,
  type ExactMeasure,
  type Level,
  type Measure,
  type NoArm,
  type ReproductionDefinition,
  type Rival,
  type Run,
  type RunContext,
  type ShouldNotHelp,
} from "./reproduction/definition.ts";
export { override, replace } from "./reproduction/instrument.ts";
export { TIME_LIMIT_SECONDS, type ArmResult, type Arms, type Check, type Gain, type ReplacedResult, type RunOptions, type SystemResult } from "./reproduction/result.ts";
export { seedsOf, type Phase } from "./reproduction/seeds.ts";
export { medianBounds, SIGNIFICANCE, type MedianBounds } from "./reproduction/statistics.ts";
export { loadReproduction, reproductionFiles, type ReproductionFile } from "./reproduction/files.ts";
export { renderReport, renderRounds, reportOf, type LevelCount, type ReproductionReport } from "./reproduction/report.ts";
