import { z } from "zod";
import { ShapeError } from "../core/errors.ts";
import { defineProcedure, type Procedure } from "../core/method.ts";
import { candidateInputs } from "./inputs/candidates.ts";
import { referenceOutput, sameOutput, solve, type Solution } from "./solution.ts";
import type { TestPair } from "./test-inputs.ts";

export interface DifferentialInputsOptions {
  /** Inputs that separate a pair, of each pair. */
  readonly perPair: number;
  /** Candidates tried at most. */
  readonly attempts: number;
  /** Inputs are JSON values, or the text of standard input: lines of tokens. */
  readonly form: "json" | "text";
  /** Items of a large list, characters of a large text. */
  readonly large: number;
  /** Seed of the draws. */
  readonly seed: number;
}

/** A submission that was wrong, and the same after its author corrected it. */
export interface CorrectedPair {
  readonly wrong: Solution;
  readonly fixed: Solution;
}

/** A wrong solution, its correction, and examples to start from. */
export interface DifferentialInputsInput {
  readonly examples: readonly unknown[];
  readonly pairs: readonly CorrectedPair[];
  /** Further right solutions that must agree with the fixed ones. */
  readonly references?: readonly Solution[];
  readonly valid?: (input: unknown) => boolean;
  /** Puts right what was made before it is checked: a count that must be that of a list, say. */
  readonly repair?: (input: unknown) => unknown;
}

/** An input that separates, what is right on it, and the pairs it separates. */
export interface DifferentialTest extends TestPair {
  readonly separates: readonly number[];
}

/** An input that parts the two. */
export type DifferentialInputsEvent = { readonly kind: "separates"; readonly test: DifferentialTest };

/** The inputs, and what was tried. */
export interface DifferentialInputsResult {
  readonly tests: readonly DifferentialTest[];
  /** Whether test k fails the wrong solution of pair i, [tests][pairs]: what `evaluate/minimal-tests` chooses from. */
  readonly rejections: readonly (readonly number[])[];
  /** Pairs that no candidate separated. */
  readonly open: readonly number[];
  readonly tried: number;
}

/**
 * Finds inputs on which a wrong solution and its correction part: tests that catch a mistake somebody made.
 *
 *     kept(x)  ⇔  valid(x),  all fixed and reference solutions agree on x,  and wrongᵢ(x) ≠ fixedᵢ(x), or wrongᵢ fails on x, for a pair i still short of tests
 *
 * Candidates are made as by `curate/test-inputs`; those that separate are mutated further. Limits: pairs that nothing separates are told
 * under `open`: the correction may have changed nothing, or time and memory alone.
 *
 * @param input examples of inputs, the pairs and further references
 * @returns an event for every test; the last value holds them all, with the matrix of what fails what
 * @throws ShapeError without an example or a pair; BoundaryError where a sandbox fails
 * @remarks SAGA's differential analysis reads the pair with a language model and writes inputs; here the pair is run.
 * @see Ma et al. 2025, Rethinking Verification for LLM Code Generation, arXiv:2507.06920, section 3: differential analysis
 * @example (await differentialInputs({ examples: [1, -2], pairs: [{ wrong: Number, fixed: Math.abs }] }, { attempts: 9 }).next()).value // => { kind: "separates", test: { input: -2, output: 2, separates: [0] } }
 */
export const differentialInputs: Procedure<DifferentialInputsInput, DifferentialInputsOptions, DifferentialInputsEvent, DifferentialInputsResult> = /* @__PURE__ */ defineProcedure<
  DifferentialInputsInput,
  DifferentialInputsOptions,
  DifferentialInputsEvent,
  DifferentialInputsResult
>({
  id: "curate/differential-inputs",
  aliases: ["saga-differential"],
  paper: { title: "Rethinking Verification for LLM Code Generation: From Generation to Testing", url: "https://arxiv.org/abs/2507.06920" },
  options: z.strictObject({
    perPair: z.int().min(1).max(1_000).default(2),
    attempts: z.int().min(1).max(10_000_000).default(2_000),
    form: z.enum(["json", "text"]).default("json"),
    large: z.int().min(1).max(1_000_000).default(1_000),
    seed: z.int().default(0),
  }),
  async *run({ pairs, references = [], ...start }: DifferentialInputsInput, { perPair, ...options }: DifferentialInputsOptions) {
    if (pairs.length === 0) throw new ShapeError("differentialInputs: pairs must hold one, got none");
    const right = [...pairs.map(({ fixed }) => fixed), ...references];
    const tests: DifferentialTest[] = [];
    const found = pairs.map(() => 0);
    let tried = 0;
    for (const { input, why } of candidateInputs("differentialInputs", start, options, tests)) {
      tried++;
      if (why !== null) continue;
      const output = await referenceOutput(right, input);
      if (!output.ok) continue;
      const wrong = await Promise.all(pairs.map((pair) => solve(pair.wrong, input)));
      const separates = wrong.flatMap((each, i) => (sameOutput(each, output) ? [] : [i]));
      if (!separates.some((i) => found[i]! < perPair)) continue;
      for (const i of separates) found[i]!++;
      const test = { input, output: output.value, separates };
      tests.push(test);
      yield { kind: "separates", test };
      if (found.every((count) => count >= perPair)) break;
    }
    return {
      tests,
      rejections: tests.map(({ separates }) => pairs.map((_, i) => (separates.includes(i) ? 1 : 0))),
      open: found.flatMap((count, i) => (count === 0 ? [i] : [])),
      tried,
    };
  },
});
