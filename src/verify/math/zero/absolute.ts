/** Functions with corners in one normal form: max, min, sign and even roots of even powers become absolute values of simple arguments. */
import { add, call, children, integer, mul, neg, pow, rational, root, type Node } from "../ast.ts";
import type { Meter } from "../limits.ts";
import { exactValue, NO_BINDINGS } from "./exact-value.ts";
import { FIELD } from "./field.ts";
import { valueOf } from "./homomorphism.ts";
import { polynomialOf, rationalRoots } from "./polynomial.ts";
import { compare, exactRoot, plus, reduce, times, ZERO, type Rational } from "./rational.ts";
import { isPositive, isReal } from "./reality.ts";
import { freeSymbols } from "./survey.ts";
import { image, OutsideField } from "./value.ts";

const HALF: Node = rational(1n, 2n);

/** The same function with every max, min, sign and even root of an even power written with absolute values of simple arguments. */
export function withAbsoluteValues(a: Node, meter: Meter): Node {
  meter.spend(2);
  const inside = (x: Node): Node => withAbsoluteValues(x, meter);
  switch (a.kind) {
    case "add":
      return add(a.args.map(inside));
    case "mul":
      return mul(a.args.map(inside));
    case "pow": {
      const base = inside(a.base);
      const q = exactly(a.exponent, meter);
      return q === null ? pow(base, inside(a.exponent)) : powerOf(base, q, meter);
    }
    case "root": {
      const k = exactly(a.index, meter);
      const arg = inside(a.arg);
      return k !== null && k.d === 1n && k.n > 0n && k.n % 2n === 0n ? powerOf(arg, { n: 1n, d: k.n }, meter) : root(arg, inside(a.index));
    }
    case "call": {
      const args = a.args.map(inside);
      if (freeSymbols(a).size === 0) return call(a.name, args);
      if (a.name === "abs" && args.length === 1) return absolute(args[0]!, meter);
      if (a.name === "sign" && args.length === 1 && isReal(args[0]!)) return mul([absolute(args[0]!, meter), pow(args[0]!, integer(-1))]);
      if ((a.name === "max" || a.name === "min") && args.length > 0 && args.every(isReal) && fits(args, meter)) {
        const side = a.name === "max" ? 1 : -1;
        return args.reduce((x, y) => mul([HALF, add([x, y, mul([integer(side), absolute(add([x, neg(y)]), meter)])])]));
      }
      return call(a.name, args);
    }
    default:
      return a;
  }
}

/** Every pair of a maximum writes its sides twice. */
const MAX_NODES = 600;

function fits(args: readonly Node[], meter: Meter): boolean {
  return args.length < 9 && args.reduce((total, arg) => 2 * (total + count(arg, MAX_NODES, meter)), 0) <= 2 * MAX_NODES;
}

/** Nodes of a, or more than `most`. */
function count(a: Node, most: number, meter: Meter): number {
  meter.spend(1);
  let total = 1;
  for (const child of children(a)) {
    total += count(child, most - total, meter);
    if (total > most) break;
  }
  return total;
}

function exactly(a: Node, meter: Meter): Rational | null {
  const q = exactValue(a, meter, NO_BINDINGS);
  return q === "undefined" ? null : q;
}

function isEven(a: Node): boolean {
  return a.kind === "number" && a.d === 1n && a.n % 2n === 0n;
}

/** base^q; for an even denominator, even powers leave as absolute values and squares written out are found. */
function powerOf(base: Node, q: Rational, meter: Meter): Node {
  const exponent: Node = { kind: "number", ...q };
  if (q.d % 2n !== 0n) return base.kind === "call" && base.name === "abs" && q.d === 1n && q.n % 2n === 0n && isReal(base.args[0]!) ? pow(base.args[0]!, exponent) : pow(base, exponent);
  if (base.kind === "mul") {
    const free = base.args.filter((arg) => isPositive(arg) || (arg.kind === "pow" && isEven(arg.exponent) && isReal(arg.base)));
    if (free.length === 0) return pow(base, exponent);
    const rest = base.args.filter((arg) => !free.includes(arg));
    return mul([...free.map((arg) => powerOf(arg, q, meter)), ...(rest.length === 0 ? [] : [powerOf(mul(rest), q, meter)])]);
  }
  if (base.kind === "pow" && isEven(base.exponent) && isReal(base.base) && freeSymbols(base).size > 0) {
    const inner = base.exponent as Extract<Node, { kind: "number" }>;
    const k = reduce(inner.n * q.n, q.d);
    return powerOf(absolute(base.base, meter), k, meter);
  }
  const parts = base.kind === "add" ? factors(base, meter) : null;
  if (parts !== null && parts.some((part) => part.kind === "pow")) return powerOf(mul(parts), q, meter);
  const whole = base.kind === "add" ? squareRoot(base, meter) : null;
  return whole === null ? pow(base, exponent) : powerOf(absolute(whole, meter), reduce(2n * q.n, q.d), meter);
}

/** A polynomial in one symbol with rational coefficients as content, x − r, (x − r)^2m and what has no rational zero; null where it has none. */
function factors(a: Node, meter: Meter): Node[] | null {
  const [name, ...others] = freeSymbols(a);
  if (name === undefined || others.length > 0) return null;
  let c = coefficients(a, name, meter);
  if (c === null || c.length < 3) return null;
  const roots = rationalRoots(c, meter);
  if (roots === null || roots.length === 0) return null;
  const out: Node[] = [];
  for (const r of roots) {
    const line = add([{ kind: "symbol", name }, rational(-r.n, r.d)]);
    let count = 0;
    for (let next = divided(c, r); next !== null; next = divided(c, r)) {
      c = next;
      count++;
    }
    if (count > 1) out.push(pow(line, integer(count - (count % 2))));
    if (count % 2 === 1) out.push(line);
  }
  out.push(add(c.map((q, k) => mul([rational(q.n, q.d), pow({ kind: "symbol", name }, integer(k))]))));
  return out;
}

const MAX_DEGREE = 8;

function coefficients(a: Node, name: string, meter: Meter): Rational[] | null {
  const polynomial = polynomialOf(a, [name], meter);
  if (polynomial === null) return null;
  const out: Rational[] = [];
  for (const [key, value] of polynomial) {
    if (value.kind !== "number" || Number(key) > MAX_DEGREE) return null;
    out[Number(key)] = value;
  }
  return Array.from(out, (q) => q ?? ZERO);
}

/** c / (x − r), or null where r is no zero. */
function divided(c: readonly Rational[], r: Rational): Rational[] | null {
  if (c.length < 2) return null;
  const out: Rational[] = [];
  let carry = ZERO;
  for (let k = c.length - 1; k >= 0; k--) {
    carry = plus(times(carry, r), c[k]!);
    if (k > 0) out.unshift(carry);
  }
  return carry.n === 0n ? out : null;
}

/** ±1 for a quadratic in one symbol that has one sign. */
function signOfQuadratic(a: Node, meter: Meter): 1 | -1 | null {
  const [name, ...others] = freeSymbols(a);
  if (name === undefined || others.length > 0 || a.kind !== "add") return null;
  const c = coefficients(a, name, meter);
  if (c === null || c.length === 0 || c.length === 2 || c.length > 3) return null;
  const [s, t, u] = c as [Rational, Rational | undefined, Rational | undefined];
  if (t === undefined || u === undefined) return s.n > 0n ? 1 : -1;
  const four = times({ n: 4n, d: 1n }, times(s, u));
  return compare(times(t, t), four) < 0 ? (u.n > 0n ? 1 : -1) : null;
}

/** s with s² = a, where a is a square quadratic in one of its symbols with a rational leading coefficient. */
function squareRoot(a: Node, meter: Meter): Node | null {
  if (!isReal(a)) return null;
  for (const name of freeSymbols(a)) {
    const polynomial = polynomialOf(a, [name], meter);
    const top = polynomial?.get("2");
    if (polynomial === null || polynomial.size === 0 || ![...polynomial.keys()].every((key) => key.length === 1 && key <= "2") || top?.kind !== "number") continue;
    const lead = top.n > 0n ? exactRoot(top, 2, meter) : null;
    const middle = polynomial.get("1");
    if (lead === null || middle === undefined) continue;
    const s = add([mul([rational(lead.n, lead.d), { kind: "symbol", name }]), mul([middle, rational(lead.d, 2n * lead.n)])]);
    const at = image(FIELD, meter);
    try {
      const off = add([a, neg(pow(s, integer(2)))]);
      if (valueOf(off, at).n === 0n) return s;
    } catch (error) {
      if (!(error instanceof OutsideField)) throw error;
    }
  }
  return null;
}

/** |u|, with products, powers and visible signs taken apart. */
export function absolute(u: Node, meter: Meter): Node {
  meter.spend(2);
  if (freeSymbols(u).size === 0) return call("abs", [u]);
  if (isNonnegative(u)) return u;
  if (u.kind === "mul") return mul(u.args.map((arg) => absolute(arg, meter)));
  if (u.kind === "pow" && isReal(u.base)) {
    const n = exactly(u.exponent, meter);
    if (n !== null && n.d === 1n) return n.n % 2n === 0n ? u : pow(absolute(u.base, meter), u.exponent);
  }
  if (u.kind === "add") {
    const sign = signOfQuadratic(u, meter);
    if (sign !== null) return sign === 1 ? u : neg(u);
    const parts = factors(u, meter);
    if (parts !== null) return mul(parts.map((part) => absolute(part, meter)));
  }
  // |u|² = u·ū
  const other = isReal(u) || !fits([u, u], meter) ? null : conjugate(u);
  return other === null ? call("abs", [u]) : pow(mul([u, other]), HALF);
}

const CONJUGABLE: ReadonlySet<string> = /* @__PURE__ */ new Set(["exp", "sin", "cos", "sinh", "cosh"]);

/** The complex conjugate for real values of the symbols: the same node where it is real, null where there is no rule. */
function conjugate(a: Node): Node | null {
  const all = (args: readonly Node[]): Node[] | null => {
    const out = args.map(conjugate);
    return out.includes(null) ? null : (out as Node[]);
  };
  if (isReal(a)) return a;
  switch (a.kind) {
    case "constant":
      return a.name === "i" ? neg(a) : null;
    case "add":
    case "mul": {
      const args = all(a.args);
      return args === null ? null : a.kind === "add" ? add(args) : mul(args);
    }
    case "pow": {
      const base = conjugate(a.base);
      const exponent = conjugate(a.exponent);
      const whole = a.exponent.kind === "number" && a.exponent.d === 1n;
      return base === null || exponent === null || !(whole || isPositive(a.base)) ? null : pow(base, exponent);
    }
    case "call": {
      const args = CONJUGABLE.has(a.name) ? all(a.args) : null;
      return args === null ? null : call(a.name, args);
    }
    default:
      return null;
  }
}

/** Visibly not negative for real values of the symbols, where it is real. */
export function isNonnegative(a: Node): boolean {
  switch (a.kind) {
    case "number":
      return a.n >= 0n;
    case "add":
    case "mul":
      return a.args.every(isNonnegative);
    case "pow":
      if (isEven(a.exponent) && isReal(a.base)) return true;
      return (a.exponent.kind === "number" && a.exponent.d % 2n === 0n) || isPositive(a) || (isNonnegative(a.base) && isReal(a.exponent));
    case "root":
      return (isEven(a.index) && a.index.kind === "number" && a.index.n > 0n) || isNonnegative(a.arg);
    case "call":
      return (a.name === "abs" && a.args.length === 1) || ((a.name === "exp" || a.name === "cosh") && a.args.every(isReal));
    default:
      return isPositive(a);
  }
}
