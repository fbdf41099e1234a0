/** Polynomials in chosen variables with exact coefficients, and rational roots. */
import { add, mul, ONE, rational, type Node } from "../ast.ts";
import { bitLength, gcd } from "../gcd.ts";
import type { Meter } from "../limits.ts";
import { exactValue, NO_BINDINGS } from "./exact-value.ts";
import { factor } from "./primes.ts";
import { compare, cost, plus, reduce, times, type Rational } from "./rational.ts";

const MAX_TERMS = 512;
const MAX_DEGREE = 512;

type Polynomial = Map<string, Node>;

/** Coefficients keyed by exponents joined with commas ("2,0" is x²y⁰); null where `a` is no polynomial in `variables`. Terms that are exactly zero are left out. */
export function polynomialOf(a: Node, variables: readonly string[], meter: Meter): ReadonlyMap<string, Node> | null {
  return expandPolynomial(a, variables, meter);
}

function depends(a: Node, variables: readonly string[]): boolean {
  switch (a.kind) {
    case "symbol":
      return variables.includes(a.name);
    case "number":
    case "constant":
      return false;
    case "add":
    case "mul":
    case "call":
      return a.args.some((arg) => depends(arg, variables));
    case "pow":
      return depends(a.base, variables) || depends(a.exponent, variables);
    case "root":
      return depends(a.arg, variables) || depends(a.index, variables);
    case "big":
      return depends(a.body, variables) || (a.lower !== undefined && depends(a.lower, variables)) || (a.upper !== undefined && depends(a.upper, variables));
    default:
      return true;
  }
}

function expandPolynomial(a: Node, variables: readonly string[], meter: Meter): Polynomial | null {
  meter.spend(3);
  const zero = variables.map(() => 0).join(",");
  if (!depends(a, variables)) {
    const value = exactValue(a, meter, NO_BINDINGS);
    if (value === "undefined") return null;
    if (value === null) return new Map([[zero, a]]);
    return value.n === 0n ? new Map() : new Map([[zero, rational(value.n, value.d)]]);
  }
  switch (a.kind) {
    case "symbol":
      return new Map([[variables.map((v) => (v === a.name ? 1 : 0)).join(","), ONE]]);
    case "add": {
      const total: Polynomial = new Map();
      for (const arg of a.args) {
        const part = expandPolynomial(arg, variables, meter);
        if (part === null) return null;
        for (const [key, value] of part) addTerm(total, key, value, meter);
        if (total.size > MAX_TERMS) return null;
      }
      return total;
    }
    case "mul": {
      let total: Polynomial = new Map([[zero, ONE]]);
      for (const arg of a.args) {
        const part = expandPolynomial(arg, variables, meter);
        const next = part === null ? null : product(total, part, meter);
        if (next === null) return null;
        total = next;
      }
      return total;
    }
    case "pow": {
      const k = exactValue(a.exponent, meter, NO_BINDINGS);
      if (k === null || k === "undefined" || k.d !== 1n || k.n < 0n || k.n > BigInt(MAX_DEGREE)) return null;
      const base = expandPolynomial(a.base, variables, meter);
      if (base === null) return null;
      let out: Polynomial = new Map([[zero, ONE]]);
      let square = base;
      for (let n = Number(k.n); n > 0; n = Math.floor(n / 2)) {
        if (n % 2 === 1) {
          const next = product(out, square, meter);
          if (next === null) return null;
          out = next;
        }
        if (n > 1) {
          const next = product(square, square, meter);
          if (next === null) return null;
          square = next;
        }
      }
      return out;
    }
    default:
      return null;
  }
}

function addTerm(total: Polynomial, key: string, value: Node, meter: Meter): void {
  meter.spend(2);
  const same = total.get(key);
  if (same === undefined) {
    total.set(key, value);
    return;
  }
  if (same.kind === "number" && value.kind === "number") {
    const sum = plus(same, value);
    if (sum.n === 0n) total.delete(key);
    else total.set(key, rational(sum.n, sum.d));
  } else total.set(key, add([same, value]));
}

function product(a: Polynomial, b: Polynomial, meter: Meter): Polynomial | null {
  if (a.size * b.size > 4 * MAX_TERMS) return null;
  const out: Polynomial = new Map();
  for (const [s, x] of a) {
    for (const [t, y] of b) {
      const exponents = s === "" ? [] : s.split(",").map(Number);
      const other = t === "" ? [] : t.split(",").map(Number);
      const total = exponents.map((e, k) => e + other[k]!);
      if (total.some((e) => e > MAX_DEGREE)) return null;
      let value: Node;
      if (x.kind === "number" && y.kind === "number") {
        const q = times(x, y);
        meter.spend(4 + cost(bitLength(q.n) + bitLength(q.d)));
        value = rational(q.n, q.d);
      } else value = x === ONE ? y : y === ONE ? x : mul([x, y]);
      addTerm(out, total.join(","), value, meter);
    }
    if (out.size > MAX_TERMS) return null;
  }
  return out;
}

/** Past this many candidates the search is given up. */
const MAX_CANDIDATES = 4_000;

/** Rational roots of Σ c[k]·x^k, ascending, without multiplicity; null for the zero polynomial and where the search would be too long. */
export function rationalRoots(coefficients: readonly Rational[], meter: Meter): readonly Rational[] | null {
  let c = [...coefficients];
  while (c.length > 0 && c.at(-1)!.n === 0n) c.pop();
  if (c.length === 0) return null;
  const roots: Rational[] = [];
  if (c[0]!.n === 0n) {
    roots.push({ n: 0n, d: 1n });
    while (c[0]!.n === 0n) c = c.slice(1);
  }
  if (c.length === 1) return roots;
  let scale = 1n;
  for (const q of c) scale = (scale * q.d) / gcd(scale, q.d);
  const whole = c.map((q) => (q.n * scale) / q.d);
  const tops = divisors(whole[0]!, meter);
  const bottoms = divisors(whole.at(-1)!, meter);
  if (tops === null || bottoms === null || tops.length * bottoms.length > MAX_CANDIDATES) return null;
  const seen = new Set<string>();
  for (const d of bottoms) {
    for (const n of tops) {
      const q = reduce(n, d);
      const key = `${q.n}/${q.d}`;
      if (seen.has(key)) continue;
      seen.add(key);
      for (const candidate of [q, { n: -q.n, d: q.d }]) if (vanishes(whole, candidate, meter)) roots.push(candidate);
    }
  }
  return roots.toSorted(compare);
}

/** Σ c[k]·n^k·d^(m−k) = 0, by Horner without fractions. */
function vanishes(c: readonly bigint[], { n, d }: Rational, meter: Meter): boolean {
  let value = c.at(-1)!;
  let power = d;
  for (let k = c.length - 2; k >= 0; k--) {
    value = value * n + c[k]! * power;
    power *= d;
    meter.spend(1 + cost(bitLength(value)));
  }
  return value === 0n;
}

/** Positive divisors; null where a cofactor might still be composite or there are too many. */
function divisors(n: bigint, meter: Meter): bigint[] | null {
  let out = [1n];
  for (const [prime, count] of factor(n < 0n ? -n : n, meter)) {
    if (prime > 4_000_000n) return null;
    const next: bigint[] = [];
    let power = 1n;
    for (let k = 0; k <= count; k++) {
      for (const value of out) next.push(value * power);
      power *= prime;
    }
    if (next.length > MAX_CANDIDATES) return null;
    out = next;
  }
  return out;
}

