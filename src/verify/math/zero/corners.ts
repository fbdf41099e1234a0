/**
 * Functions with corners. max, min and sign become absolute values, √(u²) too; what is left is |u₁|, …, |u_k| with different u. An identity
 * holds where it holds in every case of signs |u_j| = ±u_j that can occur, and each case has no corners.
 */
import { add, call, children, integer, mul, neg, pow, rational, root, type Node } from "../ast.ts";
import type { Meter } from "../limits.ts";
import { FIELD } from "./field.ts";
import { coefficientOf, valueOf } from "./homomorphism.ts";
import { polynomialOf } from "./polynomial.ts";
import { compare, exactRoot, exactValue, NO_BINDINGS, reduce, type Rational } from "./rational.ts";
import { isPositive, isReal } from "./reality.ts";
import { freeSymbols } from "./survey.ts";
import { image, mod, OutsideField, plain } from "./value.ts";

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
      if ((a.name === "max" || a.name === "min") && args.length > 0 && args.every(isReal)) {
        const side = a.name === "max" ? 1 : -1;
        return args.reduce((x, y) => mul([HALF, add([x, y, mul([integer(side), absolute(add([x, neg(y)]), meter)])])]));
      }
      return call(a.name, args);
    }
    default:
      return a;
  }
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
  const whole = base.kind === "add" ? squareRoot(base, meter) : null;
  return whole === null ? pow(base, exponent) : powerOf(absolute(whole, meter), reduce(2n * q.n, q.d), meter);
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
function absolute(u: Node, meter: Meter): Node {
  meter.spend(2);
  if (freeSymbols(u).size === 0) return call("abs", [u]);
  if (isNonnegative(u)) return u;
  if (u.kind === "mul") return mul(u.args.map((arg) => absolute(arg, meter)));
  if (u.kind === "pow" && isReal(u.base)) {
    const n = exactly(u.exponent, meter);
    if (n !== null && n.d === 1n) return n.n % 2n === 0n ? u : pow(absolute(u.base, meter), u.exponent);
  }
  return call("abs", [u]);
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

/** Arguments of absolute values that are the same up to a positive rational factor or −1 are one. */
interface Corner {
  readonly key: string;
  readonly argument: Node;
  /** The zero, where the argument is linear in one symbol with rational coefficients: it has the sign of slope·(symbol − zero). */
  readonly line: { readonly name: string; readonly zero: Rational; readonly slope: 1 | -1 } | null;
}

const MAX_CORNERS = 6;

/** The cases of signs of two expressions, each a pair without these corners; null where there are none, too many, or none that are understood. */
export function cases(a: Node, b: Node, meter: Meter): { readonly a: Node; readonly b: Node }[] | null {
  const corners = new Map<string, Corner>();
  for (const side of [a, b]) if (!collect(side, corners, meter)) return null;
  const all = [...corners.values()];
  if (all.length === 0 || all.length > MAX_CORNERS) return null;
  const out: { a: Node; b: Node }[] = [];
  for (let pattern = 0; pattern < 2 ** all.length; pattern++) {
    const signs = new Map(all.map((corner, k) => [corner.key, (pattern >> k) & 1 ? -1 : 1] as const));
    if (!possible(all, signs)) continue;
    out.push({ a: signed(a, signs, meter), b: signed(b, signs, meter) });
  }
  return out;
}

/** The u of a |u| that varies. */
function cornerOf(a: Node): Node | null {
  return a.kind === "call" && a.name === "abs" && a.args.length === 1 && freeSymbols(a).size > 0 ? a.args[0]! : null;
}

function collect(a: Node, out: Map<string, Corner>, meter: Meter): boolean {
  meter.spend(1);
  if (a.kind === "big") return freeSymbols(a).size === 0;
  const argument = cornerOf(a);
  if (argument !== null) {
    const named = nameOf(argument, meter);
    if (named === null || mentionsImaginary(argument)) return false;
    if (!out.has(named.key)) out.set(named.key, { key: named.key, argument, line: lineOf(argument, named.sign, meter) });
  }
  return children(a).every((child) => collect(child, out, meter));
}

function mentionsImaginary(a: Node): boolean {
  return a.kind === "constant" ? a.name === "i" : children(a).some(mentionsImaginary);
}

/** A key that u, −u and their rational multiples share, and which of the two u is. */
function nameOf(u: Node, meter: Meter): { key: string; sign: 1 | -1 } | null {
  const at = image(FIELD, meter);
  const { p } = FIELD;
  try {
    const v = plain(valueOf(u, at), at);
    const c = coefficientOf(u);
    // The content is positive: dividing by it keeps the sign.
    const scaled = c === null ? v : plain({ n: mod(v * c.d, p), d: mod(c.n, p), u: 0, l: 0, g: 0 }, at);
    return scaled * 2n > p ? { key: (p - scaled).toString(16), sign: -1 } : { key: scaled.toString(16), sign: 1 };
  } catch (error) {
    if (error instanceof OutsideField) return null;
    throw error;
  }
}

function lineOf(u: Node, sign: 1 | -1, meter: Meter): Corner["line"] {
  const [name, ...others] = freeSymbols(u);
  if (name === undefined || others.length > 0) return null;
  const polynomial = polynomialOf(u, [name], meter);
  if (polynomial === null) return null;
  const slope = polynomial.get("1");
  const shift = polynomial.get("0") ?? integer(0);
  if (slope?.kind !== "number" || shift.kind !== "number" || [...polynomial.keys()].some((key) => key !== "0" && key !== "1")) return null;
  const up = slope.n > 0n ? 1 : -1;
  return { name, zero: reduce(-shift.n * slope.d, shift.d * slope.n), slope: up === sign ? 1 : -1 };
}

/** Whether some values of the symbols give these signs; true where it is not known. */
function possible(corners: readonly Corner[], signs: ReadonlyMap<string, number>): boolean {
  const above = new Map<string, Rational>();
  const below = new Map<string, Rational>();
  for (const { key, line } of corners) {
    if (line === null) continue;
    const [side, order] = signs.get(key) === line.slope ? [above, 1] as const : [below, -1] as const;
    const known = side.get(line.name);
    if (known === undefined || compare(line.zero, known) === order) side.set(line.name, line.zero);
  }
  return [...above].every(([name, low]) => !below.has(name) || compare(low, below.get(name)!) < 0);
}

/** |u| replaced by ±u throughout. */
function signed(a: Node, signs: ReadonlyMap<string, number>, meter: Meter): Node {
  meter.spend(1);
  const inside = (x: Node): Node => signed(x, signs, meter);
  const argument = cornerOf(a);
  if (argument !== null) {
    const named = nameOf(argument, meter);
    const sign = (signs.get(named?.key ?? "") ?? 1) * (named?.sign ?? 1);
    const u = inside(argument);
    return sign === 1 ? u : neg(u);
  }
  switch (a.kind) {
    case "add":
      return add(a.args.map(inside));
    case "mul":
      return mul(a.args.map(inside));
    case "pow":
      return pow(inside(a.base), inside(a.exponent));
    case "root":
      return root(inside(a.arg), inside(a.index));
    case "call":
      return call(a.name, a.args.map(inside));
    default:
      return a;
  }
}
