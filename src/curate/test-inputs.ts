import { z } from "zod";
import { ShapeError } from "../core/errors.ts";
import { defineProcedure, type Procedure } from "../core/method.ts";
import { candidateInputs } from "./inputs/candidates.ts";
import { sieve } from "./sieve.ts";
import { referenceOutput, type Solution } from "./solution.ts";

export interface TestInputsOptions {
  /** Tests to make. */
  readonly count: number;
  /** Candidates tried at most. */
  readonly attempts: number;
  /** Inputs are JSON values, or the text of standard input: lines of tokens. */
  readonly form: "json" | "text";
  /** Items of a large list, characters of a large text. */
  readonly large: number;
  /** Seed of the draws. */
  readonly seed: number;
}

/** What inputs are made from. */
export interface TestInputsInput {
  /** Inputs known to be right; they say what an input looks like. */
  readonly examples: readonly unknown[];
  /** Solutions known to be right, one at least; where they disagree, the input is ambiguous or outside of the problem. */
  readonly references: readonly Solution[];
  /** Whether an input keeps the problem's constraints. */
  readonly valid?: (input: unknown) => boolean;
  /** Puts right what was made before it is checked: a count that must be that of a list, say. */
  readonly repair?: (input: unknown) => unknown;
}

/** An input and the output that all reference solutions give. */
export interface TestPair {
  readonly input: unknown;
  readonly output: unknown;
}

/** Why candidates were dropped. */
export type DroppedInput = "duplicate" | "not-valid" | "reference-failed" | "references-disagree";

/** An input that was kept. */
export type TestInputsEvent = { readonly kind: "kept"; readonly test: TestPair } | { readonly kind: "dropped"; readonly why: DroppedInput; readonly input: unknown };

/** The inputs, and what was tried. */
export interface TestInputsResult {
  /** The examples first, then what was made. */
  readonly tests: readonly TestPair[];
  readonly dropped: Readonly<Record<DroppedInput, number>>;
}

/**
 * Makes test inputs for a problem from examples: inputs of the same shape, at its boundaries and beyond, and mutations of those kept.
 *
 *     kept(x)  ⇔  x is new,  valid(x),  and f₁(x) = f₂(x) = … over the reference solutions, none of which fails
 *
 * Of every number the range seen and one step beyond, 0 and ±1, ten times the range; of lists and texts the empty, one item, all
 * equal, few values, sorted, reversed, twice as long, and now and then `large`; of every input one place changed. An example that
 * a reference fails on, or that is not valid, is dropped like any other candidate and told.
 * Limits: fewer tests than `count` where `attempts` are used up.
 *
 * @param input examples, reference solutions and the validator
 * @returns events of what was kept and dropped; the last value holds the tests
 * @throws ShapeError without an example or a reference; OptionError where texts are due and an example is none; BoundaryError where a sandbox fails
 * @remarks SAGA lets a language model write the generators and their validation; here the generators are ours, and the validator is passed in.
 * @see Ma et al. 2025, Rethinking Verification for LLM Code Generation, arXiv:2507.06920, section 3: multidimensional analysis, self-validation, outputs from the reference solution
 * @example (await testInputs({ examples: [[1, 2]], references: [String] }, { count: 1 }).next()).value // => { kind: "kept", test: { input: [1, 2], output: "1,2" } }
 */
export const testInputs: Procedure<TestInputsInput, TestInputsOptions, TestInputsEvent, TestInputsResult> = /* @__PURE__ */ defineProcedure<TestInputsInput, TestInputsOptions, TestInputsEvent, TestInputsResult>({
  id: "curate/test-inputs",
  aliases: ["saga-inputs", "input-fuzzing"],
  paper: { title: "Rethinking Verification for LLM Code Generation: From Generation to Testing", url: "https://arxiv.org/abs/2507.06920" },
  options: z.strictObject({
    count: z.int().min(1).max(100_000).default(50),
    attempts: z.int().min(1).max(10_000_000).default(2_000),
    form: z.enum(["json", "text"]).default("json"),
    large: z.int().min(1).max(1_000_000).default(1_000),
    seed: z.int().default(0),
  }),
  async *run({ references, ...start }: TestInputsInput, { count, ...options }: TestInputsOptions) {
    if (references.length === 0) throw new ShapeError("testInputs: references must hold a solution, got none");
    const { kept, dropped, keep, drop } = sieve<TestPair, DroppedInput>({ duplicate: 0, "not-valid": 0, "reference-failed": 0, "references-disagree": 0 });
    for (const { input, why } of candidateInputs("testInputs", start, options, kept)) {
      const output = why === null ? await referenceOutput(references, input) : ({ ok: false, why } as const);
      if (output.ok) yield { kind: "kept", test: keep({ input, output: output.value }) };
      else yield { kind: "dropped", why: drop(output.why), input };
      if (kept.length === count) break;
    }
    return { tests: kept, dropped };
  },
});
