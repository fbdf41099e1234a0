/** Shaping: many numbers to one. One export line a method; this file is the room's registry. */
export { gate, type GateOptions } from "./gate.ts";
export { logSigmoidTransform, type LogSigmoidTransformOptions, type RewardReferences } from "./log-sigmoid-transform.ts";
export { noiseCorrectionBackward, type NoiseCorrectionBackwardOptions } from "./noise-correction-backward.ts";
export { noiseCorrectionForward, type NoiseCorrectionForwardOptions } from "./noise-correction-forward.ts";
export { noiseCorrectionRate, type NoiseCorrectionRateOptions } from "./noise-correction-rate.ts";
export { weightedSum, type WeightedSumOptions } from "./weighted-sum.ts";

export type { DecidedShaping, ShapingInputs, ShapingMethod, ShapingNode, WeighedShaping } from "./node.ts";
