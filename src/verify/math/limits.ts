/** Limits that bound every check by construction: they are looked at before work is done, never by a clock. */

/** Sizes past which an expression is refused. */
export interface MathLimits {
  /** Characters of one extracted answer. */
  readonly answerCharacters: number;
  /** Nodes of one parsed answer. */
  readonly nodes: number;
  /** Nesting of one parsed answer. */
  readonly depth: number;
  /** Decimal digits of one written number. */
  readonly digits: number;
  /** Bits of any exact number met while evaluating. */
  readonly bits: number;
  /** Steps (node visits weighted by their cost) of one comparison. */
  readonly steps: number;
  /** Items of a tuple, set, list or cells of a matrix. */
  readonly items: number;
}

export const LIMITS: MathLimits = {
  answerCharacters: 20_000,
  nodes: 4_000,
  depth: 120,
  digits: 10_000,
  bits: 40_000,
  steps: 150_000,
  items: 1_024,
};

export type LimitName = keyof MathLimits;

/** A limit was tripped. Caught at the verifier's edge: `invalid` where the response did it, `undecided` where the reference did. */
export class LimitError extends Error {
  readonly limit: LimitName;
  constructor(limit: LimitName, what: string) {
    super(what);
    this.name = "LimitError";
    this.limit = limit;
  }
}

/** A step counter shared by all stages of one comparison. */
export class Meter {
  left: number;
  constructor(steps: number) {
    this.left = steps;
  }
  /** Spends `cost` steps. @throws LimitError when none are left */
  spend(cost: number): void {
    this.left -= cost;
    if (this.left < 0) throw new LimitError("steps", "the comparison needs too many steps");
  }
}
