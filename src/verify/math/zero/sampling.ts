/**
 * Numeric stages: an enclosure of a − b that excludes zero proves difference; below the separation bound it proves equality of
 * algebraic constants; everywhere else agreement at hashed points to high precision is evidence, and is called that.
 *
 * Domain convention: symbols are real. Both sides must agree at every sampled point where both are real; points where only one
 * side is real are skipped, as long as they are not the majority (ln x² and 2·ln x are equal, √(x²) and x are not).
 * Where no sampled point is in the real domain of both sides, principal complex values are compared.
 */
import type { Node } from "../ast.ts";
import { LimitError, type Meter } from "../limits.ts";
import { separationBits } from "./algebraic.ts";
import { Unresolved, UNSUPPORTED } from "./ball.ts";
import * as C from "./complex.ts";
import type { Complex } from "./complex.ts";
import type { Decision } from "./decision.ts";
import { evaluation, type Evaluation } from "./evaluation.ts";
import { NO_BINDINGS, type Bindings } from "./exact-value.ts";
import { evaluate } from "./numeric.ts";
import { criticalPoints, farPoints, ordinaryPoint, values, type Point } from "./points.ts";
import type { Survey } from "./survey.ts";

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
  /** A side could not be told at this precision; elsewhere a side without a value is undefined there. */
  readonly imprecise: boolean;
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
    imprecise: x.why === "precision" || y.why === "precision",
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

const POINTS = 24;
const ENOUGH = 6;
/** Functions of whole numbers have no neighbours that would tell on them. */
const ENOUGH_WHOLE = 12;
const CONFIRMED = 3;

/** Agreement of one point, worked out to as many bits as the magnitudes met ask for: a tiny term must not hide below the precision. */
function confirm(a: Node, b: Node, first: Pair, point: Point, meter: Meter): number | "differ" | "unclear" {
  let p = Math.max(256, Math.ceil(first.required));
  for (let round = 0; round < 3 && p <= MAX_TRANSCENDENTAL_BITS; round++) {
    const pair = both(a, b, p, meter, values(point, p), point.bound);
    if (pair === null || pair.difference === null) return "unclear";
    if (!C.containsZero(pair.difference)) return "differ";
    if (pair.required <= p && C.magnitude(pair.difference) < pair.threshold) return p;
    p = Math.max(2 * p, Math.ceil(pair.required));
  }
  return "unclear";
}

/** What the points have shown so far. */
class Tally {
  /** Points in the real domain of both sides, and points in neither, where the complex values agree. */
  real = 0;
  complex = 0;
  bits: number = Number.POSITIVE_INFINITY;
  /** Points in the real domain of one side only, and whether the values there are the same as complex numbers. */
  oneSided = 0;
  oneSidedAgree = false;
  oneSidedDiffer = false;
  complexDiffer = false;
  unclear = 0;
}

/** One point; true where both sides are real there and differ. @throws Unresolved unsupported where a side has no numeric meaning */
function visit(a: Node, b: Node, point: Point, imaginary: boolean, tally: Tally, meter: Meter): boolean {
  const pair = both(a, b, 128, meter, values(point, 128), point.bound);
  if (pair === null) throw UNSUPPORTED;
  if (pair.imprecise) {
    tally.unclear++;
    return false;
  }
  const outA = pair.a === null || (pair.nonrealA && !imaginary);
  const outB = pair.b === null || (pair.nonrealB && !imaginary);
  const same = pair.difference !== null && C.containsZero(pair.difference);
  if (outA !== outB) {
    if (!point.special) tally.oneSided++;
    if (pair.difference !== null) {
      if (same) tally.oneSidedAgree = true;
      else tally.oneSidedDiffer = true;
    }
    return false;
  }
  if (pair.difference === null || (outA && tally.complexDiffer)) return false;
  let verdict: number | "differ" | "unclear" = tally.bits;
  if (!same) verdict = "differ";
  else if (tally.real + tally.complex < CONFIRMED || pair.required > tally.bits) verdict = confirm(a, b, pair, point, meter);
  if (verdict === "differ") {
    if (!outA) return true;
    tally.complexDiffer = true;
  } else if (verdict === "unclear") tally.unclear++;
  else if (!point.special && !(point.bound.size > 0 && C.isExactZero(pair.a!) && C.isExactZero(pair.b!))) {
    // Both are 0 for \binom{2}{5}, whatever stands before it.
    if (outA) tally.complex++;
    else tally.real++;
    tally.bits = Math.min(tally.bits, verdict);
  }
  return false;
}

/** What the caller knows of the two expressions. */
export interface Sampled {
  readonly facts: Survey;
  /** False: opaque parts may still be equal, so a difference proves nothing. */
  readonly definite: boolean;
  /** Corners or jumps are left: agreement at points proves nothing about what lies beyond them. */
  readonly broken: boolean;
}

/** Two expressions with free symbols. */
export function decideBySampling(a: Node, b: Node, { facts, definite, broken }: Sampled, meter: Meter): Decision {
  const open = (note: string): Decision => ({ equal: null, stage: "sampling", proof: false, note });
  const differ = (note: string): Decision => (definite ? { equal: false, stage: "sampling", proof: true, note } : open("unevaluated parts"));
  const tally = new Tally();
  /** True where the point shows a difference; numbers past the limits there say nothing. */
  const differsAt = (point: Point): boolean => {
    try {
      return visit(a, b, point, facts.imaginary, tally, meter);
    } catch (error) {
      if (!(error instanceof LimitError) || meter.left < 0) throw error;
      tally.unclear++;
      return false;
    }
  };
  try {
    const enough = facts.integers.size > 0 ? ENOUGH_WHOLE : ENOUGH;
    for (let k = 0; k < POINTS && tally.real < enough; k++) if (differsAt(ordinaryPoint(facts, k))) return differ("they differ at a point");
    for (const point of criticalPoints([a, b], facts, meter)) if (differsAt(point)) return differ("they differ beyond a breakpoint");
    for (const point of farPoints(facts)) if (differsAt(point)) return differ("they differ far out");
  } catch (error) {
    if (error instanceof Unresolved) return open("no numeric value");
    throw error;
  }
  if (tally.real >= 4 && tally.real >= tally.oneSided) return broken ? open("they agree at every point tried, and may differ beyond a corner") : { equal: true, stage: "sampling", proof: false, note: `agree at ${tally.real} points to ${tally.bits} bits` };
  if (tally.real > 0) return open("too few points in the common domain");
  if (tally.complexDiffer) return differ("complex values differ at a point");
  if (tally.oneSided > POINTS / 2) return tally.oneSidedAgree && !tally.oneSidedDiffer ? open("the real domains differ, the complex values agree") : differ("the domains differ");
  if (tally.complex >= ENOUGH) return broken ? open("complex values agree at every point tried") : { equal: true, stage: "sampling", proof: false, note: `complex values agree at ${tally.complex} points to ${tally.bits} bits` };
  return open(tally.unclear > 0 ? "values of too many magnitudes" : "too few points in the common domain");
}
