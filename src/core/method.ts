/**
 * The five kinds of method. Each is callable, and carries its record: data that the catalog, the terminal,
 * the server and the docs loop over. No import-time registration: a room's `index.ts` is its registry.
 */
export { exportName, type MethodKind, type Paper, type MethodRecord, type MethodHead, type Method, type Series } from "./method/record.ts";
export { presetName, presetOptions } from "./method/presets.ts";
export { defineKernel, type Kernel, type BoundKernel, type KernelDefinition } from "./method/kernel.ts";
export { defineObjective, type ObjectiveResult, type Objective, type BoundObjective, type ObjectiveDefinition } from "./method/objective.ts";
export { defineVerifier, defineFormatVerifier, type VerifyContext, type PreparedVerifier, type Verifier, type BoundVerifier, type VerifierDefinition, type FormatVerifier, type BoundFormatVerifier, type FormatVerifierDefinition } from "./method/verifier.ts";
export { defineStagedVerifier, type StagedVerifier, type BoundStagedVerifier, type StagedVerifierDefinition } from "./method/staged-verifier.ts";
export { defineRewardMethod, type RewardMethod, type BoundRewardMethod, type RewardMethodDefinition } from "./method/reward.ts";
export { defineProcedure, type Procedure, type BoundProcedure, type ProcedureDefinition } from "./method/procedure.ts";
