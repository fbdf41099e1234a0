/** The cascade of zero tests, cheapest first: identity, exact rationals, ±∞, the prime field, then numbers. */
import { children, integer, type Node } from "../ast.ts";
import { LimitError, type Meter } from "../limits.ts";
import { print } from "../print.ts";
import { containsZero, sign as ballSign } from "./ball.ts";
import { evaluateCalculus } from "./calculus.ts";
import { enclosure, infinite } from "./constant.ts";
import type { Decision } from "./decision.ts";
import { mentionsDivisors, withDivisors } from "./divisors.ts";
import { exactValue, NO_BINDINGS } from "./exact-value.ts";
import { FIELD, largeField, type Field } from "./field.ts";
import { valueOf } from "./homomorphism.ts";
import { OpaqueParts, substitute } from "./opaque.ts";
import { compare, reduce, type Rational } from "./rational.ts";
import { withAbsoluteValues } from "./absolute.ts";
import { cases } from "./corners.ts";
import { isSmooth } from "./smoothness.ts";
import { decideBySampling, decideConstants } from "./sampling.ts";
import { survey, type Survey } from "./survey.ts";
import { degree, image, OutsideField, type Image, type Value } from "./value.ts";

const EXACTLY = (equal: boolean): Decision => ({ equal, stage: "exact", proof: true });

/** The same tree, whatever it means. */
export function identical(a: Node, b: Node): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case "number":
      return b.kind === "number" && a.n === b.n && a.d === b.d;
    case "constant":
    case "symbol":
      return (b.kind === "constant" || b.kind === "symbol") && a.name === b.name;
    case "call":
      if (b.kind !== "call" || a.name !== b.name) return false;
      break;
    case "big":
      if (b.kind !== "big" || a.op !== b.op || a.variable !== b.variable || a.detail !== b.detail || (a.lower === undefined) !== (b.lower === undefined)) return false;
      break;
    case "add":
    case "mul":
    case "pow":
    case "root":
      break;
    default:
      return print(a) === print(b);
  }
  const x = children(a);
  const y = children(b);
  return x.length === y.length && x.every((child, k) => identical(child, y[k]!));
}

/**
 * Decides a = b for scalar nodes.
 * @throws LimitError where the expressions are past the limits
 */
export function decideEqual(a: Node, b: Node, meter: Meter): Decision {
  if (identical(a, b)) return EXACTLY(!isUndefined(a, meter));
  const x = exactValue(a, meter);
  if (x === "undefined") return EXACTLY(false);
  const y = exactValue(b, meter);
  if (y === "undefined") return EXACTLY(false);
  if (x !== null && y !== null) return EXACTLY(x.n === y.n && x.d === y.d);
  const place = { meter, bound: NO_BINDINGS };
  const infiniteA = infinite(a, place);
  const infiniteB = infinite(b, place);
  if (infiniteA !== null || infiniteB !== null) {
    if (infiniteA === "open" || infiniteB === "open") return { equal: null, stage: "exact", proof: false, note: "a form of ∞ without a value" };
    return EXACTLY(infiniteA === infiniteB);
  }
  const left = simplified(a, meter);
  const right = simplified(b, meter);
  return fieldStage(left, right, meter) ?? numericStage(left, right, meter);
}

/** Derivatives, integrals, limits and divisors that have a closed form by rule. */
function simplified(a: Node, meter: Meter): Node {
  return withDivisors(evaluateCalculus(a, meter), meter);
}

/** 1/0 and the like: equal to nothing, not even to itself. The word "undefined" is equal to itself. */
function isUndefined(a: Node, meter: Meter): boolean {
  if (a.kind === "constant" || a.kind === "symbol" || a.kind === "number") return false;
  try {
    return exactValue(a, meter) === "undefined" || infinite(a, { meter, bound: NO_BINDINGS }) === "open";
  } catch (error) {
    // Too large to look at, but the two are written the same.
    if (error instanceof LimitError) return false;
    throw error;
  }
}

interface Images {
  readonly a: Value;
  readonly b: Value;
  readonly at: Image;
}

function images(a: Node, b: Node, field: Field, salt: number, meter: Meter): Images | null {
  const at = image(field, meter, salt);
  try {
    return { a: valueOf(a, at), b: valueOf(b, at), at };
  } catch (error) {
    if (error instanceof OutsideField) return null;
    throw error;
  }
}

/** Bits a nonzero numerator of the answer can have as a norm; a zero below the field's size is a zero for good. */
function normBits(u: number, at: Image): number {
  return degree(at.seen) * Math.max(u + 1, 2 * at.seen.argument + 1);
}

/** Degree a point may have for an error below 2^−60. */
function degreeBound(field: Field): number {
  return 2 ** Math.min(1_000, field.bits - 62);
}

function fieldStage(a: Node, b: Node, meter: Meter): Decision | null {
  return inField(a, b, FIELD, meter);
}

function inField(a: Node, b: Node, field: Field, meter: Meter): Decision | null {
  const both = images(a, b, field, 0, meter);
  if (both === null) return null;
  const { at } = both;
  const { p } = field;
  const u = Math.max(both.a.u + both.b.l, both.b.u + both.a.l);
  const size = normBits(Math.max(u, both.a.l, both.b.l), at);
  const sure = size < field.bits && both.a.g + both.b.g < degreeBound(field);
  if (both.a.d === 0n || both.b.d === 0n) return sure ? { equal: false, stage: "field", proof: true, note: "division by zero" } : null;
  const equal = (both.a.n * both.b.d - both.b.n * both.a.d) % p === 0n;
  if (equal) {
    if (sure) return { equal: true, stage: "field", proof: true };
    // Coefficients too long for this prime: a longer one, while no roots of unity are needed.
    const wide = field.order !== 0n && at.seen.unity === 1n && at.seen.roots.size === 0 ? largeField(size) : null;
    return wide === null ? null : inField(a, b, wide, meter);
  }
  const complete = !at.seen.opaque && at.seen.constants.size <= 1 && !at.seen.unevaluated;
  return complete ? { equal: false, stage: "field", proof: true } : null;
}

function numericStage(a: Node, b: Node, meter: Meter): Decision {
  const parts = new OpaqueParts(decideEqual, meter);
  const x = parts.replace(a);
  const y = parts.replace(b);
  if (parts.size > 0 && identical(x, y)) return { equal: true, stage: "rewriting", proof: true };
  if (parts.size > 0) {
    const again = fieldStage(x, y, meter);
    if (again !== null && (again.equal === true || !parts.unevaluated)) return { ...again, stage: "rewriting" };
  }
  const facts = survey([x, y]);
  if (facts.symbols.size === 0) return decideConstants(x, y, meter);
  // Whether gcd(x + 76, x) is that of polynomials or of their values is not said.
  const definite = !parts.unevaluated && !mentionsDivisors(x, meter) && !mentionsDivisors(y, meter);
  return variableStage(x, y, { facts, definite }, meter);
}

/** Functions of symbols: case by case where they have corners, else at points. */
function variableStage(x: Node, y: Node, known: { readonly facts: Survey; readonly definite: boolean }, meter: Meter): Decision {
  const a = withAbsoluteValues(x, meter);
  const b = withAbsoluteValues(y, meter);
  const whole = fieldStage(a, b, meter);
  if (whole?.equal === true) return { ...whole, stage: "rewriting" };
  const pairs = cases(a, b, meter);
  const decided = pairs === null ? null : decideCases(pairs, known.definite, meter);
  if (decided !== null) return decided;
  const broken = survey([a, b]).piecewise || !isSmooth(a, meter) || !isSmooth(b, meter);
  return decideBySampling(x, y, { ...known, broken }, meter);
}

/** Cases left to sampling when the field does not prove them. */
const MAX_SAMPLED_CASES = 4;

/** An identity in every case of signs; null where some case is not seen to be one. */
function decideCases(pairs: readonly { readonly a: Node; readonly b: Node }[], definite: boolean, meter: Meter): Decision | null {
  let sampled: Decision | null = null;
  for (const { a, b } of pairs) {
    if (fieldStage(a, b, meter)?.equal === true) continue;
    if (pairs.length > MAX_SAMPLED_CASES) return null;
    const facts = survey([a, b]);
    const broken = facts.piecewise || !isSmooth(a, meter) || !isSmooth(b, meter);
    const one = decideBySampling(a, b, { facts, definite, broken }, meter);
    if (one.equal !== true) return null;
    sampled = one;
  }
  return sampled ?? { equal: true, stage: "rewriting", proof: true, note: "in every case of signs" };
}

/** Exact rational value of a constant expression, or null. @throws LimitError */
export function toRational(a: Node, meter: Meter): Rational | null {
  const value = exactValue(a, meter);
  return value === "undefined" ? null : value;
}

const PRECISIONS: readonly number[] = [64, 256, 1_024, 4_096];

/** Sign of a real constant (±1 for ±∞); null where it is undecided, undefined or not real. @throws LimitError */
export function decideSign(a: Node, meter: Meter): -1 | 0 | 1 | null {
  const value = exactValue(a, meter);
  if (value === "undefined") return null;
  if (value !== null) return value.n > 0n ? 1 : value.n < 0n ? -1 : 0;
  const place = { meter, bound: NO_BINDINGS };
  const far = infinite(a, place);
  if (far !== null) return far === "open" ? null : far;
  for (const p of PRECISIONS) {
    const z = enclosure(a, p, place);
    if (z === null) return null;
    if (z.im !== null && !containsZero(z.im)) return null;
    if (!containsZero(z.re)) {
      // A complex remainder around zero is only a real number once it is shown to be one.
      if (z.im === null || decideEqual({ kind: "call", name: "im", args: [a] }, integer(0), meter).equal === true) return ballSign(z.re) as 1 | -1;
      return null;
    }
    if (p === 256 && decideEqual(a, integer(0), meter).equal === true) return 0;
  }
  return null;
}

/** Order of two real constants, ±∞ included; null where it is undecided. @throws LimitError */
export function compareReals(a: Node, b: Node, meter: Meter): -1 | 0 | 1 | null {
  const x = exactValue(a, meter);
  const y = exactValue(b, meter);
  if (x === "undefined" || y === "undefined") return null;
  if (x !== null && y !== null) return compare(x, y);
  const place = { meter, bound: NO_BINDINGS };
  const farA = infinite(a, place);
  const farB = infinite(b, place);
  if (farA === "open" || farB === "open") return null;
  if (farA !== null || farB !== null) {
    const s = farA ?? 0;
    const t = farB ?? 0;
    // The finite side must be real to have a place in the order.
    if ((farA === null && decideSign(a, meter) === null) || (farB === null && decideSign(b, meter) === null)) return null;
    return s < t ? -1 : s > t ? 1 : 0;
  }
  return decideSign({ kind: "add", args: [a, { kind: "mul", args: [integer(-1), b] }] }, meter);
}

/** A real constant rounded half away from zero to `decimals` decimals; null where it is no real constant or a tie is not decided. @throws LimitError */
export function roundTo(a: Node, decimals: number, meter: Meter): Rational | null {
  const scale = 10n ** BigInt(decimals);
  const exact = exactValue(a, meter);
  if (exact === "undefined") return null;
  if (exact !== null) {
    const top = 2n * (exact.n < 0n ? -exact.n : exact.n) * scale;
    const n = (top + exact.d) / (2n * exact.d);
    return reduce(exact.n < 0n ? -n : n, scale);
  }
  for (const p of PRECISIONS) {
    const z = enclosure(a, p + Math.ceil(decimals * 3.33), { meter, bound: NO_BINDINGS });
    if (z === null || z.im !== null) return null;
    const { m, e, r } = z.re;
    const low = halfAway(m - r, e, scale);
    if (low === halfAway(m + r, e, scale)) return reduce(low, scale);
  }
  return null;
}

/** m·2^e·scale rounded half away from zero. */
function halfAway(m: bigint, e: number, scale: bigint): bigint {
  const size = (m < 0n ? -m : m) * scale;
  const n = e >= 0 ? size << BigInt(e) : ((size >> BigInt(-e - 1)) + 1n) >> 1n;
  return m < 0n ? -n : n;
}

/**
 * Whether a = c·b for a nonzero constant c: whether a = 0 and b = 0 are one equation up to scale.
 * @throws LimitError
 */
export function proportional(a: Node, b: Node, meter: Meter): Decision {
  const left = simplified(a, meter);
  const right = simplified(b, meter);
  return proportionalIn(left, right, FIELD, meter) ?? proportionalBySampling(left, right, meter);
}

/** a(s)·b(t) = a(t)·b(s) at two independent points s, t of the symbols. */
function proportionalIn(a: Node, b: Node, field: Field, meter: Meter): Decision | null {
  const s = images(a, b, field, 1, meter);
  const t = s === null ? null : images(a, b, field, 2, meter);
  if (s === null || t === null) return null;
  const { p } = field;
  const u = s.a.u + s.b.u + t.a.l + t.b.l;
  const seen = s.at;
  const size = Math.max(normBits(u, seen), normBits(s.a.l + s.b.l + t.a.u + t.b.u, seen));
  const sure = size < field.bits && 2 * (s.a.g + s.b.g) < degreeBound(field);
  if (s.a.d === 0n || s.b.d === 0n || t.a.d === 0n || t.b.d === 0n) return sure ? { equal: false, stage: "field", proof: true, note: "division by zero" } : null;
  const zeroA = s.a.n === 0n && t.a.n === 0n;
  const zeroB = s.b.n === 0n && t.b.n === 0n;
  const even = (((s.a.n * t.b.n) % p) * ((s.b.d * t.a.d) % p) - ((t.a.n * s.b.n) % p) * ((s.a.d * t.b.d) % p)) % p === 0n;
  if (even && (zeroA === zeroB)) {
    if (sure) return { equal: true, stage: "field", proof: true };
    const wide = field.order !== 0n && seen.seen.unity === 1n && seen.seen.roots.size === 0 ? largeField(size) : null;
    return wide === null ? null : proportionalIn(a, b, wide, meter);
  }
  const complete = !seen.seen.opaque && seen.seen.constants.size <= 1 && !seen.seen.unevaluated;
  return complete ? { equal: false, stage: "field", proof: true } : null;
}

/** a·b(t) = a(t)·b with t a fixed rational point. */
function proportionalBySampling(a: Node, b: Node, meter: Meter): Decision {
  const parts = new OpaqueParts(decideEqual, meter);
  const x = parts.replace(a);
  const y = parts.replace(b);
  const facts = survey([x, y]);
  if (facts.symbols.size === 0) {
    const s = decideSign(x, meter);
    const t = decideSign(y, meter);
    if (s === null || t === null) return { equal: null, stage: "sampling", proof: false, note: "constants without a sign" };
    return { equal: (s === 0) === (t === 0), stage: "sampling", proof: true };
  }
  const fixed = new Map<string, Node>();
  let k = 0;
  for (const name of facts.symbols) fixed.set(name, facts.integers.has(name) ? integer(3 + k++) : { kind: "number", n: BigInt(17 + 6 * k++), d: 11n });
  const at = (node: Node): Node => {
    let out = node;
    for (const [name, value] of fixed) out = substitute(out, name, value);
    return out;
  };
  const cross = decideEqual({ kind: "mul", args: [x, at(y)] }, { kind: "mul", args: [at(x), y] }, meter);
  if (cross.equal !== true) return cross.equal === false && parts.unevaluated ? { equal: null, stage: "sampling", proof: false, note: "unevaluated parts" } : cross;
  // The constant must be neither zero nor infinite.
  const s = decideEqual(at(x), integer(0), meter);
  const t = decideEqual(at(y), integer(0), meter);
  if (s.equal !== false || t.equal !== false) return { equal: null, stage: "sampling", proof: false, note: "the factor vanishes at the test point" };
  return { ...cross, stage: "sampling", proof: false };
}
