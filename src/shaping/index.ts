/** Shaping: many numbers to one. One export line a method; this file is the room's registry. */
export { gate, type GateOptions } from "./gate.ts";
export { weightedSum, type WeightedSumOptions } from "./weighted-sum.ts";

export type { DecidedShaping, ShapingInputs, ShapingNode, WeighedShaping } from "./node.ts";
