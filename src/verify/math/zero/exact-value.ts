/** Exact rational values of constant expressions: the first and fastest of the zero tests. */
import type { CallNode, Node } from "../ast.ts";
import { bitLength, gcd } from "../gcd.ts";
import { LimitError, type Meter } from "../limits.ts";
import { compare, cost, exactLog, exactRoot, floorDivide, fractionalPower, integerPower, plus, reduce, requireBits, times, ZERO, type Exact, type Rational } from "./rational.ts";

/** Values of bound variables: the index of a finite sum or product. */
export type Bindings = ReadonlyMap<string, bigint>;

export const NO_BINDINGS: Bindings = new Map();

/** Terms of one finite sum or product. */
const MAX_TERMS = 2_000;

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
