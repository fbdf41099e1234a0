/**
 * Separation bounds of algebraic constants: how small a nonzero value can be.
 *
 * A constant built from rationals, roots, i and roots of unity is U/L with algebraic integers U and L of a field of degree at most
 * D, the product of the root indices. With u and l bounding every conjugate of U and L,
 *
 *     value ≠ 0  ⇒  |value| ≥ 1 / (u^(D−1) · l)
 *
 * because the norm of U is a nonzero integer. u and l follow the expression; √[k](U/L) is read as √[k](U·L^(k−1))/L.
 *
 * @see Burnikel, Funke, Mehlhorn, Schirra, Schmitt 2001, "A separation bound for real algebraic expressions"
 */
import type { Node } from "../ast.ts";
import { integer } from "../ast.ts";
import type { Meter } from "../limits.ts";
import { exactValue, finiteTerms, type Bindings } from "./exact-value.ts";
import { factor } from "./primes.ts";
import { bitLength } from "../gcd.ts";
import { exactRoot, log2, plus, reduce, times, type Rational } from "./rational.ts";
import { isPositive, isReal } from "./reality.ts";

/** log₂ bounds of the conjugates of numerator and denominator. */
export interface Bound {
  readonly u: number;
  readonly l: number;
}

interface Field {
  readonly meter: Meter;
  readonly bound: Bindings;
  /** Distinct radicals and their indices. */
  readonly radicals: Map<string, number>;
  /** Order of the roots of unity. */
  order: number;
}

const MAX_DEGREE = 4_096;

/** Bits b with: value = 0 or |value| ≥ 2^−b; null where the constant is not visibly algebraic or b would be useless. */
export function separationBits(a: Node, b: Node, meter: Meter): number | null {
  const at: Field = { meter, bound: new Map(), radicals: new Map(), order: 1 };
  const x = boundOf(a, at);
  const y = x === null ? null : boundOf(b, at);
  if (x === null || y === null) return null;
  let degree = totient(at.order);
  for (const k of at.radicals.values()) {
    degree *= k;
    if (degree > MAX_DEGREE) return null;
  }
  const { u, l } = sum(x, y);
  return Math.ceil((degree - 1) * Math.max(u, 0) + l) + 2;
}

function sum(a: Bound, b: Bound): Bound {
  const x = a.u + b.l;
  const y = b.u + a.l;
  const high = Math.max(x, y);
  return { u: high === Number.NEGATIVE_INFINITY ? high : high + Math.log2(1 + 2 ** (Math.min(x, y) - high)), l: a.l + b.l };
}

function ofRational(q: Rational): Bound {
  return { u: q.n === 0n ? Number.NEGATIVE_INFINITY : log2(q.n < 0n ? -q.n : q.n), l: log2(q.d) };
}

function totient(n: number): number {
  let out = n;
  let rest = n;
  for (let q = 2; q * q <= rest; q++) {
    if (rest % q !== 0) continue;
    out -= out / q;
    while (rest % q === 0) rest /= q;
  }
  return rest > 1 ? out - out / rest : out;
}

function unity(order: bigint, at: Field): boolean {
  const n = Number(order);
  if (n > 2_000) return false;
  let [x, y] = [at.order, n];
  while (y !== 0) [x, y] = [y, x % y];
  at.order = (at.order / x) * n;
  return at.order <= 100_000;
}

function boundOf(a: Node, at: Field): Bound | null {
  at.meter.spend(2);
  const exact = exactValue(a, at.meter, at.bound);
  if (exact === "undefined") return null;
  if (exact !== null) return ofRational(exact);
  switch (a.kind) {
    case "constant":
      return a.name === "i" && unity(4n, at) ? { u: 0, l: 0 } : null;
    case "add": {
      let out: Bound | null = null;
      for (const arg of a.args) {
        const part = boundOf(arg, at);
        if (part === null) return null;
        out = out === null ? part : sum(out, part);
      }
      return out;
    }
    case "mul": {
      let out: Bound = { u: 0, l: 0 };
      for (const arg of a.args) {
        const part = boundOf(arg, at);
        if (part === null) return null;
        out = { u: out.u + part.u, l: out.l + part.l };
      }
      return out;
    }
    case "pow": {
      const q = exactValue(a.exponent, at.meter, at.bound);
      if (q === null || q === "undefined" || q.d > 64n || q.n > 10_000n || q.n < -10_000n) return null;
      const base = q.d === 1n ? boundOf(a.base, at) : rootBound(a.base, Number(q.d), at);
      if (base === null) return null;
      const k = Math.abs(Number(q.n));
      return q.n < 0n ? { u: base.l * k, l: base.u * k } : { u: base.u * k, l: base.l * k };
    }
    case "root": {
      const k = exactValue(a.index, at.meter, at.bound);
      if (k === null || k === "undefined" || k.d !== 1n || k.n < 1n || k.n > 64n) return null;
      return rootBound(a.arg, Number(k.n), at);
    }
    case "call": {
      const x = a.args[0];
      if (x === undefined || a.args.length !== 1) return null;
      if (a.name === "abs") {
        const inner = boundOf(x, at);
        // |x| is x or −x for a real x; else √(z·z̄), whose conjugate stays in the field while all radicals are real.
        if (inner === null || isReal(x)) return inner;
        if (!hasRealRadicals(x)) return null;
        radical(`|${key(x, at)}|`, 2, at);
        return { u: inner.u + inner.l, l: 2 * inner.l };
      }
      const q = CIRCULAR.has(a.name) ? multipleOfPi(x, at) : null;
      // With w = e^(iπq): cos = (w + 1/w)/2, sin = −i(w − 1/w)/2, tan their quotient.
      if (q === null || !unity(2n * q.d, at) || !unity(4n, at)) return null;
      return { u: 1, l: 1 };
    }
    case "big": {
      const terms = finiteTerms(a, at.meter, at.bound);
      if (terms === null) return null;
      const bound = new Map(at.bound);
      let out: Bound = a.op === "sum" ? { u: Number.NEGATIVE_INFINITY, l: 0 } : { u: 0, l: 0 };
      for (let k = terms.from; k <= terms.to; k++) {
        bound.set(a.variable, k);
        // The order of the roots of unity is shared; it is written back below.
        const inner: Field = { ...at, bound };
        const part = boundOf(a.body, inner);
        at.order = inner.order;
        if (part === null) return null;
        out = a.op === "sum" ? sum(out, part) : { u: out.u + part.u, l: out.l + part.l };
      }
      return out;
    }
    default:
      return null;
  }
}

function hasRealRadicals(a: Node): boolean {
  switch (a.kind) {
    case "number":
    case "constant":
      return true;
    case "add":
    case "mul":
      return a.args.every(hasRealRadicals);
    case "pow":
      return a.exponent.kind === "number" && (a.exponent.d === 1n ? hasRealRadicals(a.base) : isPositive(a.base));
    case "root":
    case "call":
      return isReal(a);
    default:
      return false;
  }
}

const CIRCULAR: ReadonlySet<string> = /* @__PURE__ */ new Set(["sin", "cos", "tan", "cot", "sec", "csc"]);

/** q for q·π, or null. */
export function multipleOfPi(a: Node, at: { readonly meter: Meter; readonly bound: Bindings }): Rational | null {
  at.meter.spend(1);
  const exact = exactValue(a, at.meter, at.bound);
  if (exact !== null) return exact !== "undefined" && exact.n === 0n ? exact : null;
  switch (a.kind) {
    case "constant":
      return a.name === "pi" ? { n: 1n, d: 1n } : null;
    case "add": {
      let total: Rational = { n: 0n, d: 1n };
      for (const arg of a.args) {
        const part = multipleOfPi(arg, at);
        if (part === null) return null;
        total = plus(total, part);
      }
      return total;
    }
    case "mul": {
      let out: Rational = { n: 1n, d: 1n };
      let seen = false;
      for (const arg of a.args) {
        const value = exactValue(arg, at.meter, at.bound);
        if (value === "undefined") return null;
        if (value !== null) {
          out = times(out, value);
          continue;
        }
        const part = seen ? null : multipleOfPi(arg, at);
        if (part === null) return null;
        seen = true;
        out = times(out, part);
      }
      return seen ? out : null;
    }
    default:
      return null;
  }
}

function rootBound(arg: Node, k: number, at: Field): Bound | null {
  const exact = exactValue(arg, at.meter, at.bound);
  if (exact === "undefined") return null;
  if (exact !== null) {
    const root = exact.n > 0n ? exactRoot(exact, k, at.meter) : null;
    if (root !== null) return ofRational(root);
    return rationalRoot(exact, k, at);
  }
  const inner = boundOf(arg, at);
  if (inner === null) return null;
  radical(`${key(arg, at)}`, k, at);
  return { u: (inner.u + (k - 1) * inner.l) / k, l: inner.l };
}

/** √[k]q: the degree is counted for what is left after perfect powers are taken out, so that √8 and √2 are one radical. */
function rationalRoot(q: Rational, k: number, at: Field): Bound {
  const size = q.n < 0n ? -q.n : q.n;
  if (bitLength(size) + (k - 1) * bitLength(q.d) > 2_000) {
    radical(`${q.n}/${q.d}`, k, at);
    return { u: (log2(size) + (k - 1) * log2(q.d)) / k, l: log2(q.d) };
  }
  const n = size * q.d ** BigInt(k - 1);
  let outside = 1n;
  let rest = 1n;
  for (const [prime, count] of factor(n, at.meter)) {
    outside *= prime ** BigInt(Math.floor(count / k));
    rest *= prime ** BigInt(count % k);
  }
  radical(`${q.n < 0n ? "-" : ""}${rest}`, k, at);
  const scale = reduce(outside, q.d);
  return { u: log2(scale.n) + log2(rest) / k, l: log2(scale.d) };
}

function radical(name: string, k: number, at: Field): void {
  const full = `${name}|${k}`;
  at.radicals.set(full, k);
}

/** A text that equal radicands share often enough; bound indices are replaced by their values. */
function key(a: Node, at: Field): string {
  at.meter.spend(4);
  if (a.kind === "symbol") return `${at.bound.get(a.name) ?? a.name}`;
  if (a.kind === "number") return `${a.n}/${a.d}`;
  if (a.kind === "constant") return a.name;
  if (a.kind === "add" || a.kind === "mul") return `(${a.args.map((arg) => key(arg, at)).toSorted().join(a.kind === "add" ? "+" : "*")})`;
  if (a.kind === "pow") return `(${key(a.base, at)}^${key(a.exponent, at)})`;
  if (a.kind === "root") return `(${key(a.arg, at)}^${key({ kind: "pow", base: a.index, exponent: integer(-1) }, at)})`;
  if (a.kind === "call") return `${a.name}(${a.args.map((arg) => key(arg, at)).join(",")})`;
  if (a.kind === "big") return `${a.op}(${a.variable},${key(a.body, at)},${a.lower ? key(a.lower, at) : ""},${a.upper ? key(a.upper, at) : ""})`;
  return a.kind;
}
