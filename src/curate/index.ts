/** Curate: making and filtering problems, tests and data. One export line a method; this file is the room's registry. */
export { testInputs, type DroppedInput, type TestInputsEvent, type TestInputsInput, type TestInputsOptions, type TestInputsResult, type TestPair } from "./test-inputs.ts";
export { differentialInputs, type CorrectedPair, type DifferentialInputsEvent, type DifferentialInputsInput, type DifferentialInputsOptions, type DifferentialInputsResult, type DifferentialTest } from "./differential-inputs.ts";
export { mutualScores, type MutualScores, type MutualScoresOptions } from "./mutual-scores.ts";
export { programSolution, type ProgramSolution, type Solution } from "./solution.ts";
export { executedReferences, readExecutedRows, type DroppedRow, type ExecutedReference, type ExecutedReferencesEvent, type ExecutedReferencesInput, type ExecutedReferencesOptions, type ExecutedReferencesResult, type ExecutedRow } from "./executed-references.ts";
