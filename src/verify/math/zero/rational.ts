/** Exact rational numbers: arithmetic, and the powers, roots and logarithms of them that are rational again. */
import { bitLength, gcd } from "../gcd.ts";
import { LIMITS, LimitError, type Meter } from "../limits.ts";

/** n/d in lowest terms with d > 0. */
export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

/** A rational value, `"undefined"` where arithmetic breaks (1/0), null where the value is not known to be rational. */
export type Exact = Rational | "undefined" | null;

export const ZERO: Rational = { n: 0n, d: 1n };

export function reduce(n: bigint, d: bigint): Rational {
  if (d < 0n) {
    n = -n;
    d = -d;
  }
  if (d === 1n) return { n, d };
  const g = gcd(n, d);
  return g === 1n ? { n, d } : { n: n / g, d: d / g };
}

export function plus(a: Rational, b: Rational): Rational {
  if (a.d === b.d) return a.d === 1n ? { n: a.n + b.n, d: 1n } : reduce(a.n + b.n, a.d);
  const g = gcd(a.d, b.d);
  if (g === 1n) return { n: a.n * b.d + b.n * a.d, d: a.d * b.d };
  const rest = b.d / g;
  const n = a.n * rest + b.n * (a.d / g);
  // Only the common part of the denominators can cancel.
  const h = gcd(n, g);
  return h === 1n ? { n, d: a.d * rest } : { n: n / h, d: (a.d / h) * rest };
}

export function times(a: Rational, b: Rational): Rational {
  if (a.d === 1n && b.d === 1n) return { n: a.n * b.n, d: 1n };
  const g = a.d === 1n && a.n !== 0n ? gcd(a.n, b.d) : b.d === 1n && b.n !== 0n ? 1n : gcd(a.n, b.d);
  const h = a.d === 1n ? 1n : gcd(b.n, a.d);
  return { n: (a.n / g) * (b.n / h), d: (a.d / h) * (b.d / g) };
}

export function compare(a: Rational, b: Rational): -1 | 0 | 1 {
  const left = a.n * b.d;
  const right = b.n * a.d;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** ⌊n/d⌋ for d > 0. */
export function floorDivide(n: bigint, d: bigint): bigint {
  const q = n / d;
  return n < 0n && q * d !== n ? q - 1n : q;
}

/** Refuses numbers of more bits than the limit. @throws LimitError */
export function requireBits(bits: number): void {
  if (!(bits <= LIMITS.bits)) throw new LimitError("bits", `an exact number needs more than ${LIMITS.bits} bits`);
}

/** Steps one big-number operation on `bits` bits is worth. */
export function cost(bits: number): number {
  return bits < 512 ? 1 : Math.ceil((bits / 512) ** 1.5);
}

/** base^k for an integer k, or "undefined" for 0 to a negative power. @throws LimitError for a result past the bit limit */
export function integerPower(base: Rational, k: bigint, meter: Meter): Exact {
  if (k === 0n) return { n: 1n, d: 1n };
  if (base.n === 0n) return k > 0n ? ZERO : "undefined";
  if (base.d === 1n && (base.n === 1n || base.n === -1n)) return { n: base.n === 1n || k % 2n === 0n ? 1n : -1n, d: 1n };
  const size = k < 0n ? -k : k;
  if (size > BigInt(LIMITS.bits)) requireBits(Number.POSITIVE_INFINITY);
  const bits = Math.max(bitLength(base.n) - 1, bitLength(base.d) - 1, 1) * Number(size);
  requireBits(bits);
  meter.spend(cost(bits) + 1);
  const n = base.n ** size;
  const d = base.d ** size;
  return k > 0n ? { n, d } : n < 0n ? { n: -d, d: -n } : { n: d, d: n };
}

/** ⌊x^(1/k)⌋ for x ≥ 0. */
export function integerRoot(x: bigint, k: number): bigint {
  if (x < 2n || k === 1) return x;
  const bits = bitLength(x);
  if (k >= bits) return 1n;
  // Start above the root: Newton steps then fall monotonically to the floor.
  let y: bigint;
  if (bits <= 1000) {
    const guess = Number(x) ** (1 / k);
    y = guess < 2 ** 52 ? BigInt(Math.ceil(guess)) + 1n : BigInt(guess) + (BigInt(guess) >> 48n) + 1n;
  } else y = 1n << BigInt(Math.ceil(bits / k));
  const n = BigInt(k);
  for (;;) {
    const next = ((n - 1n) * y + x / y ** (n - 1n)) / n;
    if (next >= y) return y;
    y = next;
  }
}

/** The exact k-th root of x, or null where it is irrational; odd roots of negative numbers are real. */
export function exactRoot(x: Rational, k: number, meter: Meter): Rational | null {
  const negative = x.n < 0n;
  if (negative && k % 2 === 0) return null;
  const top = negative ? -x.n : x.n;
  meter.spend(2 * cost(bitLength(top) + bitLength(x.d)));
  const n = integerRoot(top, k);
  if (n ** BigInt(k) !== top) return null;
  const d = integerRoot(x.d, k);
  if (d ** BigInt(k) !== x.d) return null;
  return { n: negative ? -n : n, d };
}

/** base^(n/d) where it is a rational: 8^(2/3). Negative bases have no real principal power, except an exact 0. */
export function fractionalPower(base: Rational, exponent: Rational, meter: Meter): Exact {
  if (base.n === 0n) return exponent.n > 0n ? ZERO : "undefined";
  if (base.n === base.d) return base;
  if (base.n < 0n || exponent.d > 10_000n) return null;
  const root = exactRoot(base, Number(exponent.d), meter);
  return root === null ? null : integerPower(root, exponent.n, meter);
}

/** log_base x where it is rational: base^(n/d) = x, found from doubles and proven exactly. */
export function exactLog(x: Rational, base: Rational, meter: Meter): Exact {
  if (base.n <= 0n || base.n === base.d || x.n === 0n) return "undefined";
  if (x.n < 0n) return null;
  if (x.n === x.d) return ZERO;
  const guess = (log2(x.n) - log2(x.d)) / (log2(base.n) - log2(base.d));
  if (!Number.isFinite(guess) || Math.abs(guess) > LIMITS.bits) return null;
  for (let d = 1; d <= 12; d++) {
    const n = Math.round(guess * d);
    if (Math.abs(guess * d - n) > 1e-6) continue;
    meter.spend(2);
    const left = integerPower(base, BigInt(n), meter);
    const right = integerPower(x, BigInt(d), meter);
    if (left !== null && right !== null && left !== "undefined" && right !== "undefined" && compare(left, right) === 0) return reduce(BigInt(n), BigInt(d));
    return null;
  }
  return null;
}

/** log₂ of a positive integer of any size, as a double. */
export function log2(x: bigint): number {
  const bits = bitLength(x);
  return bits <= 1000 ? Math.log2(Number(x)) : Math.log2(Number(x >> BigInt(bits - 64))) + bits - 64;
}
