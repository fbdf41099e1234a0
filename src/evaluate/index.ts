/** Looking at rewards: audits of an existing reward, and the statistics they state. */
export { wilsonInterval, type Interval, type WilsonIntervalOptions } from "./wilson-interval.ts";
export { health, HEALTH_CODES, healthReport, type HealthCode, type HealthFinding, type HealthOptions, type HealthReport, type HealthRow, type HealthTally } from "./health/index.ts";
export { audit, AUDIT_CAUSES, createAudit, describeStretch, type Audit, type AuditedRow } from "./audit.ts";
export { AUDIT_CAUSE_TEXTS, AUDIT_KIND_TEXTS, CAUSES_WITH_KINDS, describeKinds, type CauseText } from "./audit-texts.ts";
export { CONVENTION_TEXTS } from "./convention-texts.ts";
export { mcnemarTest, type McnemarTestOptions } from "./mcnemar-test.ts";
export { createScoreboard, type Board, type BoardDifference, type BoardLine, type ErrorRate, type JudgedCase, type Judgement, type Scoreboard, type ScoreboardTally } from "./scoreboard.ts";
export { experimentOutcomes, type ExperimentOutcomes, type ExperimentOutcomesOptions, type TaskOutcome } from "./experiment-outcomes.ts";
export { geometryProgram, proofRank, type GeometryProgram, type GeometryProgramOptions } from "./geometry-program.ts";
export { minimalTests, type MinimalTests, type MinimalTestsOptions } from "./minimal-tests.ts";
export { nestedMean, type MeanNode, type NestedMean } from "./nested-mean.ts";
export { premiseRetrieval, type PremiseRetrieval, type PremiseRetrievalOptions } from "./premise-retrieval.ts";
export { testSaturation, type TestSaturation, type TestSaturationOptions } from "./test-saturation.ts";
export { testSuiteQuality, type Rejections, type TestSuiteQuality, type TestSuiteQualityOptions } from "./test-suite-quality.ts";
export { versionAccuracy, type VersionAccuracy, type VersionAccuracyOptions } from "./version-accuracy.ts";
export { columnOf, givenReward, type GivenReward } from "./given-reward.ts";
export {
  presetDifference,
  type ConventionEffect,
  type ConventionShare,
  type CreditUnder,
  type DifferenceGroup,
  type DifferenceSize,
  type GroupKindDifference,
  type NamedOptions,
  type PresetDifference,
  type PresetDifferenceOptions,
  type SampleDifference,
} from "./preset-difference.ts";
export type {
  AuditCause,
  AuditExplanation,
  AuditOptions,
  AuditResult,
  AuditRow,
  CauseSummary,
  Disagreement,
  FaultStretch,
  GraderFit,
  GroupChange,
  Rate,
  ShiftStretch,
  Stretch,
} from "./audit-types.ts";
