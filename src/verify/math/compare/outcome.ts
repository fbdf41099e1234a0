/** What a comparison found, and how outcomes of parts combine. */
import type { Meter } from "../limits.ts";

/** Stages in the order they are tried; a later one decided what the earlier ones could not. */
export type Stage = "string" | "structure" | "exact" | "field" | "algebraic" | "rewriting" | "rounding" | "sampling";

const ORDER: readonly Stage[] = ["string", "structure", "exact", "field", "algebraic", "rewriting", "rounding", "sampling"];

export interface Outcome {
  /** null: left open. */
  readonly equal: boolean | null;
  readonly stage: Stage;
  /** What in particular, where there is something to say. */
  readonly note?: string;
}

export interface CompareOptions {
  /** `compare`: units are converted where both sides have one, and may be missing on one side. `require`: missing is wrong. `ignore`: dropped. */
  readonly units: "compare" | "ignore" | "require";
  /** Decimal places two constants are rounded to before they are compared, where one of them is written with a decimal point; null: exact. */
  readonly precision: number | null;
  /** Variable names matter. */
  readonly strict: boolean;
  /** A relation like −2 ≤ x ≤ 7 may answer a reference that is a set like [−2, 7]. */
  readonly setRelations: boolean;
  /** What Math-Verify does and we do not: a set answers a tuple in the same order, the last value of any chain counts, lists are sets. */
  readonly mathVerify: boolean;
  /** Bare lists in any order, or as written. */
  readonly order: "any" | "given";
}

export interface Context extends CompareOptions {
  readonly meter: Meter;
}

export function equal(stage: Stage, note?: string): Outcome {
  return note === undefined ? { equal: true, stage } : { equal: true, stage, note };
}

export function different(stage: Stage, note?: string): Outcome {
  return note === undefined ? { equal: false, stage } : { equal: false, stage, note };
}

export function open(stage: Stage, note?: string): Outcome {
  return note === undefined ? { equal: null, stage } : { equal: null, stage, note };
}

export function later(a: Stage, b: Stage): Stage {
  return ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b;
}

/** Equal where all are, different where one is, else open; evaluated lazily in order. */
export function all(outcomes: Iterable<Outcome>): Outcome {
  let stage: Stage = "structure";
  let undecided: Outcome | undefined;
  let note: string | undefined;
  for (const outcome of outcomes) {
    if (outcome.equal === false) return outcome;
    if (outcome.equal === null) undecided ??= outcome;
    stage = later(stage, outcome.stage);
    note ??= outcome.note;
  }
  return undecided ?? equal(stage, note);
}
