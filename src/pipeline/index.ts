/** The pipeline: the reward spec, its plan, rollouts streamed through it. */
export { compile, type CompiledReward } from "./compile.ts";
export { compileSource, compileSpec, DEFAULT_SPEC, readRewardSource, type CompileOptions, type RewardSource } from "./document.ts";
export {
  defineReward,
  type CombinerNode,
  type CreditMethod,
  type CreditNode,
  type DefinedReward,
  type RewardDefinition,
  type Scorer,
  type ScorerNode,
  type ScoringMethod,
} from "./define.ts";
export { evaluator, outputNames, type Evaluate, type RowScore } from "./evaluate.ts";
export { journalPath, scoreFiles, type Methods, type Progress, type ScoreFilesOptions, type ScoreSummary } from "./files.ts";
export { onTheWire, scoredFields, type ScoredFields, type WireVerdict } from "./line.ts";
export { readScored } from "./read-scored.ts";
export { score, type ScoreOptions } from "./score.ts";
export { openPool, workerModule, type Pool, type PoolOptions } from "./pool.ts";
export { creditRows, fieldsOfRows, firstMisfit, openService, type Service, type ServiceOptions } from "./service.ts";
export { workOff, type Work } from "./thread.ts";
export { healthOf, type GroupTally, type NodeTally, type Tally } from "./tally.ts";
export { parseSpec, rewardSpecJsonSchema } from "./spec.ts";
export type { MethodResolver, NodeSpec, OnNull, PipelineReason, Plan, PlanNode, RewardSpecDocument, ScoredRollout, When } from "./types.ts";
