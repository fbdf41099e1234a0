/** Exact rational values of constant expressions: the first and fastest of the zero tests. */
import type { CallNode, Node } from "../ast.ts";
import { bitLength, gcd } from "../gcd.ts";
import { LIMITS, LimitError, type Meter } from "../limits.ts";

/** n/d in lowest terms with d > 0. */
export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

/** Values of bound variables: the index of a finite sum or product. */
export type Bindings = ReadonlyMap<string, bigint>;

export const NO_BINDINGS: Bindings = new Map();

/** A rational value, `"undefined"` where arithmetic breaks (1/0), null where the value is not known to be rational. */
export type Exact = Rational | "undefined" | null;

export const ZERO: Rational = { n: 0n, d: 1n };

/** Terms of one finite sum or product. */
export const MAX_TERMS = 2_000;

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

const SHORT = 0x10000000000000000n;

function isShort(a: Rational): boolean {
  return a.n < SHORT && a.n > -SHORT && a.d < SHORT;
}

/** a ∘ b, paid for before it is done and within the bit limit after. */
function checked(operation: (a: Rational, b: Rational) => Rational, a: Rational, b: Rational, meter: Meter): Rational {
  if (isShort(a) && isShort(b)) return operation(a, b);
  const bits = bitLength(a.n) + bitLength(a.d) + bitLength(b.n) + bitLength(b.d);
  // Common divisors are quadratic; whole numbers need none.
  const shorter = Math.min(bitLength(a.d) + bitLength(a.n), bitLength(b.d) + bitLength(b.n));
  meter.spend(cost(bits) + (a.d === 1n && b.d === 1n ? 0 : Math.ceil(20 * (shorter / 512) ** 2 + bits / 64)));
  const value = operation(a, b);
  requireBits(bitLength(value.n) + bitLength(value.d));
  return value;
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

/** Small factorials and the like need a machine integer; null where it is not one. */
function small(x: Rational, most: number): number | null {
  return x.d === 1n && x.n >= 0n && x.n <= BigInt(most) ? Number(x.n) : null;
}

/** from·(from − step)·(from − 2·step)… with `count` factors. */
function fallingProduct(from: bigint, count: number, step: bigint, meter: Meter): bigint {
  let out = 1n;
  for (let i = 0; i < count; i++) {
    out *= from;
    from -= step;
    if ((i & 31) === 31) {
      const bits = bitLength(out);
      requireBits(bits);
      meter.spend(4 + cost(bits) * 4);
    }
  }
  return out;
}

/**
 * The exact value of an expression, where it is visibly rational.
 * @throws LimitError where an exact number would be larger than the limits allow
 */
export function exactValue(a: Node, meter: Meter, bound: Bindings = NO_BINDINGS): Exact {
  switch (a.kind) {
    case "number":
      return a;
    case "constant":
      return a.name === "undefined" ? "undefined" : null;
    case "symbol": {
      const value = bound.get(a.name);
      return value === undefined ? null : { n: value, d: 1n };
    }
    case "add": {
      let total: Rational = ZERO;
      for (const arg of a.args) {
        meter.spend(1);
        const value = exactValue(arg, meter, bound);
        if (value === null || value === "undefined") return value;
        total = checked(plus, total, value, meter);
      }
      return total;
    }
    case "mul": {
      let product: Rational = { n: 1n, d: 1n };
      for (const arg of a.args) {
        meter.spend(1);
        const value = exactValue(arg, meter, bound);
        if (value === null || value === "undefined") return value;
        product = checked(times, product, value, meter);
      }
      return product;
    }
    case "pow": {
      meter.spend(1);
      const base = exactValue(a.base, meter, bound);
      if (base === null || base === "undefined") return base;
      const exponent = exactValue(a.exponent, meter, bound);
      if (exponent === null || exponent === "undefined") return exponent;
      if (exponent.d === 1n) return integerPower(base, exponent.n, meter);
      return fractionalPower(base, exponent, meter);
    }
    case "root": {
      meter.spend(1);
      const arg = exactValue(a.arg, meter, bound);
      if (arg === null || arg === "undefined") return arg;
      const index = exactValue(a.index, meter, bound);
      if (index === null || index === "undefined") return index;
      if (index.n === 0n) return "undefined";
      const k = small(index, 10_000);
      if (k === null) return null;
      return exactRoot(arg, k, meter);
    }
    case "call":
      return exactCall(a, meter, bound);
    case "big": {
      const terms = finiteTerms(a, meter, bound);
      if (terms === null) return null;
      let total: Rational = a.op === "sum" ? ZERO : { n: 1n, d: 1n };
      const inner = new Map(bound);
      for (let k = terms.from; k <= terms.to; k++) {
        meter.spend(1);
        inner.set(a.variable, k);
        const value = exactValue(a.body, meter, inner);
        if (value === null || value === "undefined") return value;
        total = checked(a.op === "sum" ? plus : times, total, value, meter);
      }
      return total;
    }
    default:
      return null;
  }
}

/** The index range of a finite sum or product with integer bounds, or null. @throws LimitError past the number of terms */
export function finiteTerms(a: Extract<Node, { kind: "big" }>, meter: Meter, bound: Bindings): { from: bigint; to: bigint } | null {
  if ((a.op !== "sum" && a.op !== "product") || a.lower === undefined || a.upper === undefined) return null;
  const from = exactValue(a.lower, meter, bound);
  const to = exactValue(a.upper, meter, bound);
  if (from === null || to === null || from === "undefined" || to === "undefined" || from.d !== 1n || to.d !== 1n) return null;
  if (to.n - from.n >= BigInt(MAX_TERMS)) throw new LimitError("steps", `a sum or product has more than ${MAX_TERMS} terms`);
  return { from: from.n, to: to.n };
}

/** base^(n/d) where it is a rational: 8^(2/3). Negative bases have no real principal power, except an exact 0. */
function fractionalPower(base: Rational, exponent: Rational, meter: Meter): Exact {
  if (base.n === 0n) return exponent.n > 0n ? ZERO : "undefined";
  if (base.n === base.d) return base;
  if (base.n < 0n || exponent.d > 10_000n) return null;
  const root = exactRoot(base, Number(exponent.d), meter);
  return root === null ? null : integerPower(root, exponent.n, meter);
}

function exactCall(a: CallNode, meter: Meter, bound: Bindings): Exact {
  if (!EXACT_CALLS.has(a.name)) return null;
  const values: Rational[] = [];
  for (const arg of a.args) {
    meter.spend(1);
    const value = exactValue(arg, meter, bound);
    if (value === null || value === "undefined") return value;
    values.push(value);
  }
  const [x, y] = values;
  if (x === undefined) return null;
  switch (a.name) {
    case "abs":
      return x.n < 0n ? { n: -x.n, d: x.d } : x;
    case "sign":
      return { n: x.n > 0n ? 1n : x.n < 0n ? -1n : 0n, d: 1n };
    case "floor":
      return { n: floorDivide(x.n, x.d), d: 1n };
    case "ceil":
      return { n: -floorDivide(-x.n, x.d), d: 1n };
    case "round":
      // Half away from zero, as answers are rounded by hand.
      return { n: x.n < 0n ? -floorDivide(-2n * x.n + x.d, 2n * x.d) : floorDivide(2n * x.n + x.d, 2n * x.d), d: 1n };
    case "frac":
      return plus(x, { n: -floorDivide(x.n, x.d), d: 1n });
    case "re":
    case "conj":
      return x;
    case "im":
      return ZERO;
    case "exp":
      return x.n === 0n ? { n: 1n, d: 1n } : null;
    case "ln":
      return x.n === x.d ? ZERO : x.n === 0n ? "undefined" : null;
    case "log":
      return y === undefined ? exactLog(x, { n: 10n, d: 1n }, meter) : exactLog(x, y, meter);
    case "factorial":
    case "gamma": {
      const shift = a.name === "gamma" ? 1n : 0n;
      if (x.d !== 1n) return null;
      if (x.n - shift < 0n) return "undefined";
      const n = small({ n: x.n - shift, d: 1n }, 20_000);
      if (n === null) requireBits(Number.POSITIVE_INFINITY);
      return { n: fallingProduct(BigInt(n!), n!, 1n, meter), d: 1n };
    }
    case "doublefactorial": {
      if (x.d !== 1n) return null;
      if (x.n < -1n) return "undefined";
      if (x.n === -1n) return { n: 1n, d: 1n };
      const n = small(x, 20_000);
      if (n === null) requireBits(Number.POSITIVE_INFINITY);
      return { n: fallingProduct(BigInt(n!), Math.ceil(n! / 2), 2n, meter), d: 1n };
    }
    case "binomial":
    case "permutation": {
      if (y === undefined || x.d !== 1n || y.d !== 1n) return null;
      if (y.n < 0n) return ZERO;
      if (x.n >= 0n && y.n > x.n) return ZERO;
      const choose = a.name === "binomial";
      const k = choose && x.n >= 0n && x.n - y.n < y.n ? x.n - y.n : y.n;
      const count = small({ n: k, d: 1n }, 20_000);
      if (count === null) requireBits(Number.POSITIVE_INFINITY);
      const top = fallingProduct(x.n, count!, 1n, meter);
      return { n: choose ? top / fallingProduct(k, count!, 1n, meter) : top, d: 1n };
    }
    case "gcd":
    case "lcm": {
      // Of fractions in lowest terms: gcd(n, n′)/lcm(d, d′) and lcm(n, n′)/gcd(d, d′).
      const divides = a.name === "gcd";
      let out = x.n < 0n ? { n: -x.n, d: x.d } : x;
      for (const value of values.slice(1)) {
        const bits = bitLength(out.n) + bitLength(out.d) + bitLength(value.n) + bitLength(value.d);
        meter.spend(4 + Math.ceil(20 * (bits / 1024) ** 2));
        requireBits(bits);
        out = { n: divides ? gcd(out.n, value.n) : multiple(out.n, value.n), d: divides ? multiple(out.d, value.d) : gcd(out.d, value.d) };
      }
      return out.n === 0n ? ZERO : out;
    }
    case "min":
    case "max": {
      let best = x;
      const wanted = a.name === "min" ? -1 : 1;
      for (const value of values) if (compare(value, best) === wanted) best = value;
      return best;
    }
    case "mod": {
      if (y === undefined) return null;
      if (y.n === 0n) return "undefined";
      // a − m·⌊a/m⌋: the sign of the modulus.
      const quotient = reduce(x.n * y.d, x.d * y.n);
      return plus(x, times({ n: -floorDivide(quotient.n, quotient.d), d: 1n }, y));
    }
    default:
      return null;
  }
}

/** Least common multiple, not negative. */
function multiple(a: bigint, b: bigint): bigint {
  if (a === 0n || b === 0n) return 0n;
  const out = (a / gcd(a, b)) * b;
  return out < 0n ? -out : out;
}

const EXACT_CALLS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "abs", "sign", "floor", "ceil", "round", "frac", "re", "im", "conj", "exp", "ln", "log", "factorial", "gamma", "doublefactorial",
  "binomial", "permutation", "gcd", "lcm", "min", "max", "mod",
]);

/** log_base x where it is rational: base^(n/d) = x, found from doubles and proven exactly. */
function exactLog(x: Rational, base: Rational, meter: Meter): Exact {
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
