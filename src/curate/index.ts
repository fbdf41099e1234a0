/** Curate: making and filtering problems, tests and data. One export line a method; this file is the room's registry. */
export { testInputs, type DroppedInput, type TestInputsEvent, type TestInputsInput, type TestInputsOptions, type TestInputsResult, type TestPair } from "./test-inputs.ts";
export { differentialInputs, type CorrectedPair, type DifferentialInputsEvent, type DifferentialInputsInput, type DifferentialInputsOptions, type DifferentialInputsResult, type DifferentialTest } from "./differential-inputs.ts";
export { difficultySampling, type DifficultySamplingInput, type DifficultySamplingOptions, type DifficultySamplingResult, type KeptResponse, type SampledResponse } from "./difficulty-sampling.ts";
export { dualSearch, type CheckedProof, type DualSearchEvent, type DualSearchInput, type DualSearchOptions, type DualSearchResult, type DualSide, type StatementFate } from "./dual-search.ts";
export { mutualScores, type MutualScores, type MutualScoresOptions } from "./mutual-scores.ts";
export { programVariants, type DroppedVariant, type ProgramVariant, type ProgramVariantsEvent, type ProgramVariantsInput, type ProgramVariantsOptions, type ProgramVariantsResult, type RefusedProgram } from "./program-variants.ts";
export { fillNumbers, maskNumbers, type MaskedNumbers } from "./masked-numbers.ts";
export { programCalls, programSolution, type BatchSolution, type ProgramSolution, type Solution } from "./solution.ts";
export { executedReferences, readExecutedRows, type DroppedRow, type ExecutedReference, type ExecutedReferencesEvent, type ExecutedReferencesInput, type ExecutedReferencesOptions, type ExecutedReferencesResult, type ExecutedRow } from "./executed-references.ts";
