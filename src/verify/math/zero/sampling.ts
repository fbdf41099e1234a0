/**
 * Numeric stages: an enclosure of a − b that excludes zero proves difference; below the separation bound it proves equality of
 * algebraic constants; everywhere else agreement at hashed points to high precision is evidence, and is called that.
 *
 * Domain convention: symbols are real. Both sides must agree at every sampled point where both are real; points where only one
 * side is real are skipped, as long as they are not the majority (ln x² and 2·ln x are equal, √(x²) and x are not).
 * Where no sampled point is in the real domain of both sides, principal complex values are compared.
 */
import type { Node } from "../ast.ts";
import { sha256Words } from "../../../core/sha256.ts";
import type { Meter } from "../limits.ts";
import { separationBits } from "./algebraic.ts";
import { Unresolved } from "./ball.ts";
import * as C from "./complex.ts";
import type { Complex } from "./complex.ts";
import type { Decision } from "./decision.ts";
import { evaluate, evaluation, type Evaluation } from "./numeric.ts";
import { bitLength } from "../gcd.ts";
import { log2, NO_BINDINGS, type Bindings } from "./rational.ts";

/** Separation bounds past this are not worked for: agreement to 1,024 bits is then reported as sampling. */
const MAX_BITS = 6_000;
const MAX_TRANSCENDENTAL_BITS = 8_192;

const NO_SYMBOLS: ReadonlyMap<string, Complex> = new Map();

interface Pair {
  readonly a: Complex | null;
  readonly b: Complex | null;
  readonly difference: Complex | null;
  readonly nonrealA: boolean;
  readonly nonrealB: boolean;
  /** Bits the evaluation must have for agreement to mean something. */
  readonly required: number;
  /** log₂ of what agreement must stay below: well under the smallest value met. */
  readonly threshold: number;
}

function side(a: Node, p: number, meter: Meter, symbols: ReadonlyMap<string, Complex>, bound: Bindings): { value: Complex | null; at: Evaluation; why: Unresolved["why"] | null } {
  const at = evaluation(p, meter, symbols, bound);
  try {
    return { value: evaluate(a, at), at, why: null };
  } catch (error) {
    if (error instanceof Unresolved) return { value: null, at, why: error.why };
    throw error;
  }
}

/** Both sides at one point; null where a side has no numeric meaning at all. */
function both(a: Node, b: Node, p: number, meter: Meter, symbols: ReadonlyMap<string, Complex>, bound: Bindings): Pair | null {
  const x = side(a, p, meter, symbols, bound);
  if (x.why === "unsupported") return null;
  const y = side(b, p, meter, symbols, bound);
  if (y.why === "unsupported") return null;
  const low = Math.min(x.at.low, y.at.low);
  const high = Math.max(x.at.high, y.at.high);
  return {
    a: x.value,
    b: y.value,
    difference: x.value === null || y.value === null ? null : C.subtract(x.value, y.value, p),
    nonrealA: x.at.nonreal,
    nonrealB: y.at.nonreal,
    // A term of size 2^low can hide behind one of size 2^high, and behind its fourth power when functions bend it.
    required: Math.max(128 + 4 * (high - low), x.at.vague || y.at.vague ? 768 : 0),
    threshold: low - 64,
  };
}

/** Two constants. */
export function decideConstants(a: Node, b: Node, meter: Meter): Decision {
  const first = both(a, b, 64, meter, NO_SYMBOLS, NO_BINDINGS);
  if (first === null) return { equal: null, stage: "sampling", proof: false, note: "no numeric value" };
  if (first.difference !== null && !C.containsZero(first.difference)) return { equal: false, stage: "sampling", proof: true, note: "64 bits" };
  const separation = separationBits(a, b, meter);
  const algebraic = separation !== null && separation < MAX_BITS;
  let p = 192;
  let needed = algebraic ? separation + 64 : 1_024;
  const cap = algebraic ? 4 * MAX_BITS : MAX_TRANSCENDENTAL_BITS;
  while (p <= cap) {
    const pair = both(a, b, p, meter, NO_SYMBOLS, NO_BINDINGS);
    if (pair === null) break;
    if (pair.difference !== null) {
      if (!C.containsZero(pair.difference)) return { equal: false, stage: algebraic ? "algebraic" : "sampling", proof: true, note: `${p} bits` };
      if (algebraic && C.magnitude(pair.difference) < -separation) return { equal: true, stage: "algebraic", proof: true, note: `separation bound 2^-${separation}` };
      if (!algebraic) {
        needed = Math.max(needed, pair.required);
        if (p >= needed && C.magnitude(pair.difference) < pair.threshold) return { equal: true, stage: "sampling", proof: false, note: `agree to ${p} bits` };
      }
    } else if (p >= 768) break;
    p = p < needed ? Math.min(Math.max(needed, 192), Math.max(cap, p + 1)) : p * 2;
  }
  return { equal: null, stage: algebraic ? "algebraic" : "sampling", proof: false, note: "not decided within the precision limit" };
}

/** Functions with corners and jumps: more points, on more scales. */
const PIECEWISE: ReadonlySet<string> = /* @__PURE__ */ new Set(["abs", "sign", "floor", "ceil", "round", "frac", "min", "max", "mod", "gcd", "lcm"]);
const NEEDS_INTEGERS: ReadonlySet<string> = /* @__PURE__ */ new Set(["factorial", "doublefactorial", "binomial", "permutation", "gcd", "lcm"]);
const CIRCULAR: ReadonlySet<string> = /* @__PURE__ */ new Set(["sin", "cos", "tan", "cot", "sec", "csc"]);
/** Letters that stand for integers where they occur as (−1)^n or cos(nπ). */
const INDICES: ReadonlySet<string> = /* @__PURE__ */ new Set(["n", "k", "m", "j", "N", "K", "M"]);

/** What sampling must know of the two sides. */
export interface Survey {
  readonly symbols: Set<string>;
  readonly integers: Set<string>;
  /** Magnitudes (log₂) of the written constants, for the scales of the points. */
  readonly scales: Set<number>;
  piecewise: boolean;
  imaginary: boolean;
}

export function survey(nodes: readonly Node[]): Survey {
  const out: Survey = { symbols: new Set(), integers: new Set(), scales: new Set(), piecewise: false, imaginary: false };
  for (const a of nodes) visit(a, new Set(), false, out);
  return out;
}

function visit(a: Node, bound: ReadonlySet<string>, integral: boolean, out: Survey): void {
  switch (a.kind) {
    case "number":
      if (a.n !== 0n && a.n !== a.d && bitLength(a.n) + bitLength(a.d) < 2_000) out.scales.add(Math.round(log2(a.n < 0n ? -a.n : a.n) - log2(a.d)));
      break;
    case "constant":
      if (a.name === "i") out.imaginary = true;
      break;
    case "symbol":
      if (bound.has(a.name)) break;
      out.symbols.add(a.name);
      if (integral) out.integers.add(a.name);
      break;
    case "call": {
      if (PIECEWISE.has(a.name)) out.piecewise = true;
      const whole = integral || NEEDS_INTEGERS.has(a.name);
      for (const arg of a.args) {
        visit(arg, bound, whole, out);
        if (CIRCULAR.has(a.name) && mentionsPi(arg)) indices(arg, bound, out);
      }
      break;
    }
    case "pow":
      visit(a.base, bound, integral, out);
      visit(a.exponent, bound, integral, out);
      if (a.base.kind === "number" && a.base.n < 0n) indices(a.exponent, bound, out);
      break;
    case "root":
      visit(a.arg, bound, integral, out);
      visit(a.index, bound, integral, out);
      break;
    case "add":
    case "mul":
      for (const arg of a.args) visit(arg, bound, integral, out);
      break;
    case "big": {
      visit(a.body, new Set(bound).add(a.variable), integral, out);
      if (a.lower) visit(a.lower, bound, true, out);
      if (a.upper) visit(a.upper, bound, true, out);
      break;
    }
    default:
  }
}

function mentionsPi(a: Node): boolean {
  return (a.kind === "constant" && a.name === "pi") || ((a.kind === "mul" || a.kind === "add") && a.args.some(mentionsPi));
}

function indices(a: Node, bound: ReadonlySet<string>, out: Survey): void {
  if (a.kind === "symbol") {
    if (INDICES.has(a.name) && !bound.has(a.name)) out.integers.add(a.name);
  } else if (a.kind === "add" || a.kind === "mul") for (const arg of a.args) indices(arg, bound, out);
}

/** The value of a symbol at the k-th point: 64 hashed bits on a hashed scale; even points are positive. */
function coordinate(name: string, k: number, extra: readonly number[]): Complex {
  const words = sha256Words(`guerdon/verify/zero/point/${name}/${k}`);
  const mantissa = (1n << 64n) | (BigInt(words[0]!) << 32n) | BigInt(words[1]!);
  const scales = k % 4 === 3 && extra.length > 0 ? extra : SCALES;
  const scale = scales[words[2]! % scales.length]!;
  const negative = k % 2 === 1 && (words[3]! & 1) === 1;
  return C.real({ m: negative ? -mantissa : mantissa, e: scale - 64, r: 0n });
}

const SCALES: readonly number[] = [-2, -1, -1, 0, 0, 1, 2];

function integerCoordinate(name: string, k: number): bigint {
  const words = sha256Words(`guerdon/verify/zero/index/${name}/${k}`);
  return BigInt(1 + (words[0]! % (4 + k)));
}

const POINTS = 24;
const ENOUGH = 6;
const ENOUGH_PIECEWISE = 14;
const CONFIRMED = 3;

/** Agreement of one point, worked out to as many bits as the magnitudes met ask for: a tiny term must not hide below the precision. */
function confirm(a: Node, b: Node, first: Pair, symbols: ReadonlyMap<string, Complex>, bound: Bindings, meter: Meter): number | "differ" | "unclear" {
  let p = Math.max(256, Math.ceil(first.required));
  for (let round = 0; round < 3 && p <= MAX_TRANSCENDENTAL_BITS; round++) {
    const pair = both(a, b, p, meter, symbols, bound);
    if (pair === null || pair.difference === null) return "unclear";
    if (!C.containsZero(pair.difference)) return "differ";
    if (pair.required <= p && C.magnitude(pair.difference) < pair.threshold) return p;
    p = Math.max(2 * p, Math.ceil(pair.required));
  }
  return "unclear";
}

/** How many points of one kind agree, and to how many bits the first of them were worked out. */
interface Tally {
  agree: number;
  bits: number;
}

/** Two expressions with free symbols. `definite` false: opaque parts may still be equal, so a difference proves nothing. */
export function decideBySampling(a: Node, b: Node, facts: Survey, definite: boolean, meter: Meter): Decision {
  const open = (note: string): Decision => ({ equal: null, stage: "sampling", proof: false, note });
  const differ = (note: string): Decision => (definite ? { equal: false, stage: "sampling", proof: true, note } : open("unevaluated parts"));
  const extra: number[] = [];
  for (const s of [...facts.scales].toSorted((x, y) => x - y)) if (s > 2 || s < -2) extra.push(s - 1, s, s + 1);
  const enough = facts.piecewise ? ENOUGH_PIECEWISE : ENOUGH;
  const inReals: Tally = { agree: 0, bits: Number.POSITIVE_INFINITY };
  const inComplex: Tally = { agree: 0, bits: Number.POSITIVE_INFINITY };
  let mismatch = 0;
  let complexDiffer = false;
  let unclear = 0;
  for (let k = 0; k < POINTS && inReals.agree < enough; k++) {
    const symbols = new Map<string, Complex>();
    const bound = new Map<string, bigint>();
    for (const name of facts.symbols) {
      if (facts.integers.has(name)) bound.set(name, integerCoordinate(name, k));
      else symbols.set(name, coordinate(name, k, extra));
    }
    const pair = both(a, b, 128, meter, symbols, bound);
    if (pair === null) return open("no numeric value");
    const outA = pair.a === null || (pair.nonrealA && !facts.imaginary);
    const outB = pair.b === null || (pair.nonrealB && !facts.imaginary);
    if (outA !== outB) {
      mismatch++;
      continue;
    }
    if (pair.difference === null || (outA && complexDiffer)) continue;
    const tally = outA ? inComplex : inReals;
    let verdict: number | "differ" | "unclear" = tally.bits;
    if (!C.containsZero(pair.difference)) verdict = "differ";
    else if (tally.agree < CONFIRMED) verdict = confirm(a, b, pair, symbols, bound, meter);
    if (verdict === "unclear") {
      // Magnitudes beyond the precision limit: this point says nothing.
      unclear++;
      continue;
    }
    if (verdict === "differ") {
      if (!outA) return differ("they differ at a point");
      complexDiffer = true;
    } else {
      tally.agree++;
      tally.bits = Math.min(tally.bits, verdict);
    }
  }
  if (inReals.agree >= 4 && inReals.agree >= mismatch) return { equal: true, stage: "sampling", proof: false, note: `agree at ${inReals.agree} points to ${inReals.bits} bits` };
  if (inReals.agree > 0) return open("too few points in the common domain");
  if (complexDiffer) return differ("complex values differ at a point");
  if (mismatch > POINTS / 2) return differ("the domains differ");
  if (inComplex.agree >= ENOUGH) return { equal: true, stage: "sampling", proof: false, note: `complex values agree at ${inComplex.agree} points to ${inComplex.bits} bits` };
  return open(unclear > 0 ? "values of too many magnitudes" : "too few points in the common domain");
}
