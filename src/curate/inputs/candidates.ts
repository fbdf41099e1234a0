/** Candidates for test inputs, as the procedures that look for inputs take them. */
import { OptionError, ShapeError } from "../../core/errors.ts";
import { randomStream } from "../../core/random.ts";
import { screen, type ScreenedOut } from "../sieve.ts";
import { generateInput, mutateInput } from "./generate.ts";
import { shapeOf } from "./shape.ts";
import { readLines, writeLines } from "./text-form.ts";

/** What candidates are made from, and what makes one fit. */
export interface CandidateStart {
  readonly examples: readonly unknown[];
  readonly valid?: (input: unknown) => boolean;
  readonly repair?: (input: unknown) => unknown;
}

export interface CandidateOptions {
  readonly attempts: number;
  readonly form: "json" | "text";
  readonly large: number;
  readonly seed: number;
}

/** An input, repaired; `why` is null where it is worth running. */
export interface Candidate {
  readonly input: unknown;
  readonly why: ScreenedOut | null;
}

/**
 * As many candidates as there are attempts, each made when it is asked for: the examples, then by turns what is generated and what is mutated from the pool.
 * @param pool what was kept until then; it may grow
 * @throws ShapeError without an example; OptionError where texts are due and an example is none
 */
export function* candidateInputs(where: string, { examples, valid = () => true, repair = (input) => input }: CandidateStart, { attempts, form, large, seed }: CandidateOptions, pool: readonly { readonly input: unknown }[]): Generator<Candidate, void, void> {
  if (examples.length === 0) throw new ShapeError(`${where}: examples must hold an input, got none`);
  const text = form === "text";
  const read = (input: unknown): unknown => {
    if (!text) return input;
    if (typeof input !== "string") throw new OptionError(`${where}: examples must be texts where form is "text"`);
    return readLines(input);
  };
  const shape = shapeOf(examples.map(read));
  const random = randomStream(seed).split(where);
  const make = (): unknown => {
    const from = pool.length > 0 && random.integer(2) === 0 ? read(pool[random.integer(pool.length)]!.input) : undefined;
    const input = from === undefined ? generateInput(shape, random, { large }, 0) : mutateInput(from, shape, random, { large });
    return text ? writeLines(input) : input;
  };
  const screened = screen(valid);
  for (let tried = 0; tried < attempts; tried++) {
    const input = repair(tried < examples.length ? examples[tried] : make());
    yield { input, why: screened(input, JSON.stringify(input)) };
  }
}
