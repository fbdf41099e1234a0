/**
 * Rigorous real arithmetic: balls m·2^e ± r·2^e of big integers. Every operation returns a ball that contains the true
 * result for all points of its operands; `p` is the number of bits kept.
 */
import { bitLength } from "../gcd.ts";
import { requireBits } from "./rational.ts";

export interface Ball {
  readonly m: bigint;
  readonly e: number;
  readonly r: bigint;
}

/** Why a numeric evaluation stopped: more bits may help, the value does not exist, or the form has no numeric meaning here. */
export class Unresolved extends Error {
  readonly why: "precision" | "undefined" | "unsupported";
  constructor(why: "precision" | "undefined" | "unsupported") {
    super(why);
    this.name = "Unresolved";
    this.why = why;
  }
}

// Thrown values are made once: a stack trace per throw would dominate the cost of a check.
export const PRECISION: Unresolved = /* @__PURE__ */ new Unresolved("precision");

export const UNDEFINED: Unresolved = /* @__PURE__ */ new Unresolved("undefined");

export const UNSUPPORTED: Unresolved = /* @__PURE__ */ new Unresolved("unsupported");

/** Exponents past this are refused: e^(e^30) has no use in an answer. */
const MAX_EXPONENT = 2 ** 32;
const WIDE = 1n << 40n;

export const ZERO_BALL: Ball = { m: 0n, e: 0, r: 0n };

export const ONE_BALL: Ball = { m: 1n, e: 0, r: 0n };

export function abs(x: bigint): bigint {
  return x < 0n ? -x : x;
}

/** Keeps p bits of the centre and a short radius. */
export function trim(m: bigint, e: number, r: bigint, p: number): Ball {
  if (e > MAX_EXPONENT || e < -MAX_EXPONENT) throw PRECISION;
  let s = bitLength(m) - p;
  if (r > WIDE) s = Math.max(s, bitLength(r) - 30);
  if (s <= 0) return { m, e, r };
  const k = BigInt(s);
  const t = m >> k;
  if (r === 0n && t << k === m) return { m: t, e: e + s, r };
  return { m: t, e: e + s, r: (r >> k) + 2n };
}

export function fromInteger(n: bigint): Ball {
  return { m: n, e: 0, r: 0n };
}

export function fromRational(n: bigint, d: bigint, p: number): Ball {
  return d === 1n ? trim(n, 0, 0n, p) : divide(fromInteger(n), fromInteger(d), p);
}

export function isExactZero(x: Ball): boolean {
  return x.m === 0n && x.r === 0n;
}

export function containsZero(x: Ball): boolean {
  return abs(x.m) <= x.r;
}

/** 1 or −1 where the whole ball has that sign, 0 for an exact zero. @throws Unresolved where the ball straddles zero */
export function sign(x: Ball): -1 | 0 | 1 {
  if (abs(x.m) > x.r) return x.m > 0n ? 1 : -1;
  if (isExactZero(x)) return 0;
  throw PRECISION;
}

/** log₂ of an upper bound of |x|; −∞ for an exact zero. */
export function magnitude(x: Ball): number {
  const top = abs(x.m) + x.r;
  return top === 0n ? Number.NEGATIVE_INFINITY : x.e + bitLength(top);
}

export function negate(x: Ball): Ball {
  return { m: -x.m, e: x.e, r: x.r };
}

export function add(x: Ball, y: Ball, p: number): Ball {
  if (x.e < y.e) [x, y] = [y, x];
  if (x.m === 0n && x.r === 0n) return y;
  if (y.m === 0n && y.r === 0n) return x;
  const gap = x.e - y.e;
  if (gap > p) {
    const short = p - bitLength(x.m);
    const top = magnitude(y);
    // y lies below the last kept bit of x: it only widens the radius.
    const last = x.e - Math.max(short, 0);
    if (top < last && x.m !== 0n) {
      const k = BigInt(Math.max(short, 0));
      return trim(x.m << k, last, (x.r << k) + 1n, p);
    }
    if (gap > 4 * p + 100_000) throw PRECISION;
  }
  const k = BigInt(gap);
  return trim((x.m << k) + y.m, y.e, (x.r << k) + y.r, p);
}

export function subtract(x: Ball, y: Ball, p: number): Ball {
  return add(x, negate(y), p);
}

export function multiply(x: Ball, y: Ball, p: number): Ball {
  const r = x.r === 0n && y.r === 0n ? 0n : abs(x.m) * y.r + abs(y.m) * x.r + x.r * y.r;
  return trim(x.m * y.m, x.e + y.e, r, p);
}

/** @throws Unresolved undefined for an exact zero divisor, precision where the divisor's ball contains zero */
export function divide(x: Ball, y: Ball, p: number): Ball {
  if (containsZero(y)) throw isExactZero(y) ? UNDEFINED : PRECISION;
  const k = BigInt(Math.max(0, p + 4 + bitLength(y.m) - bitLength(x.m)));
  const m = (x.m << k) / y.m;
  let r = 1n;
  if (x.r !== 0n || y.r !== 0n) {
    const size = abs(y.m);
    r = 2n + ((x.r * size + abs(x.m) * y.r) << k) / (size * (size - y.r));
  } else if (m * y.m === x.m << k) r = 0n;
  return trim(m, x.e - y.e - Number(k), r, p);
}

/** ⌊√n⌋ up to one unit, by Newton steps of doubling length. */
function approximateSqrt(n: bigint): bigint {
  const bits = bitLength(n);
  if (bits <= 100) return BigInt(Math.floor(Math.sqrt(Number(n))));
  const k = BigInt(bits >> 2);
  const s = approximateSqrt(n >> (2n * k)) << k;
  return (s + n / s) >> 1n;
}

/** √x for a ball that is surely positive or exactly zero. */
export function sqrt(x: Ball, p: number): Ball {
  if (isExactZero(x)) return x;
  if (x.m <= x.r) throw PRECISION;
  let k = Math.max(0, 2 * p + 8 - bitLength(x.m));
  if ((x.e - k) % 2 !== 0) k++;
  const n = x.m << BigInt(k);
  const y = approximateSqrt(n);
  const off = n - y * y;
  // |√n − y| = |n − y²| / (√n + y) ≤ |off| / y; the operand's radius adds r / √m at most.
  const r = off === 0n && x.r === 0n ? 0n : abs(off) / y + 2n + (x.r === 0n ? 0n : (x.r << BigInt(k)) / (y - 1n) + 1n);
  return trim(y, (x.e - k) / 2, r, p);
}

/** An upper bound of √|x|, as a ball around 0: what is known of the root of a ball that straddles zero. */
export function rootBound(x: Ball, k: number): Ball {
  return { m: 0n, e: Math.ceil(magnitude(x) / k), r: 1n };
}

export function power(x: Ball, k: number, p: number): Ball {
  let out = ONE_BALL;
  let base = x;
  for (let n = k; n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) out = multiply(out, base, p);
    if (n > 1) base = multiply(base, base, p);
  }
  return out;
}

/** The centre as a double in [1, 2) and its exponent. */
export function head(x: Ball): { f: number; k: number } {
  const bits = bitLength(x.m);
  const f = bits > 60 ? Number(x.m >> BigInt(bits - 60)) / 2 ** 59 : Number(x.m) / 2 ** (bits - 1);
  return { f, k: x.e + bits - 1 };
}

export function fromDouble(x: number): Ball {
  if (x === 0) return ZERO_BALL;
  const k = Math.floor(Math.log2(Math.abs(x)));
  return { m: BigInt(Math.round(x * 2 ** (60 - k))), e: k - 60, r: 0n };
}

/** The centre as a double (0 or ∞ where out of range). */
export function toDouble(x: Ball): number {
  if (x.m === 0n) return 0;
  const { f, k } = head(x.m < 0n ? { m: -x.m, e: x.e, r: 0n } : x);
  const value = k > 1020 ? Number.POSITIVE_INFINITY : k < -1020 ? 0 : f * 2 ** k;
  return x.m < 0n ? -value : value;
}

/** ⌊x⌋ where the whole ball has one floor. @throws Unresolved precision where it straddles an integer */
export function floor(x: Ball): bigint {
  if (x.e >= 0) {
    if (x.r !== 0n) throw PRECISION;
    requireBits(x.e + bitLength(x.m));
    return x.m << BigInt(x.e);
  }
  const k = BigInt(-x.e);
  const low = (x.m - x.r) >> k;
  if (low !== (x.m + x.r) >> k) throw PRECISION;
  return low;
}
