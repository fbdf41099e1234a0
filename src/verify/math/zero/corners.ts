/**
 * Functions with corners, written with absolute values |u₁|, …, |u_k| of different u. An identity holds where it holds in every case of signs
 * |u_j| = ±u_j that can occur, and each case has no corners.
 */
import { add, call, children, integer, mul, neg, pow, root, type Node } from "../ast.ts";
import type { Meter } from "../limits.ts";
import { absolute } from "./absolute.ts";
import { FIELD } from "./field.ts";
import { valueOf } from "./homomorphism.ts";
import { polynomialOf } from "./polynomial.ts";
import { coefficientOf } from "./radicals.ts";
import { compare, reduce, type Rational } from "./rational.ts";
import { freeSymbols } from "./survey.ts";
import { image, mod, OutsideField, plain } from "./value.ts";

/** Arguments of absolute values that are the same up to a positive rational factor or −1 are one. */
interface Corner {
  readonly key: string;
  /** Where the argument is linear in one symbol with rational coefficients: it has the sign of slope·(symbol − zero). */
  readonly line: { readonly name: string; readonly zero: Rational; readonly slope: 1 | -1 } | null;
}

export interface Pair {
  readonly a: Node;
  readonly b: Node;
}

interface Search {
  readonly meter: Meter;
  readonly out: Pair[];
}

const MAX_CORNERS = 6;
const MAX_CASES = 64;

/** The possible cases of signs of two expressions, each a pair without corners; null where there are none, too many, or one that is not understood. */
export function cases(a: Node, b: Node, meter: Meter): readonly Pair[] | null {
  const search: Search = { meter, out: [] };
  if (!split({ a, b }, [], search)) return null;
  return search.out.length === 1 && search.out[0]!.a === a && search.out[0]!.b === b ? null : search.out;
}

/** Splits by the innermost corners, then what is left in each case. */
function split(pair: Pair, known: readonly (readonly [Corner, number])[], search: Search): boolean {
  const corners = new Map<string, Corner>();
  for (const side of [pair.a, pair.b]) if (!collect(side, corners, search.meter)) return false;
  const all = [...corners.values()];
  if (all.length === 0) {
    search.out.push(pair);
    return search.out.length <= MAX_CASES;
  }
  if (all.length > MAX_CORNERS) return false;
  for (let pattern = 0; pattern < 2 ** all.length; pattern++) {
    const signs = all.map((corner, k) => [corner, (pattern >> k) & 1 ? -1 : 1] as const);
    const now = [...known, ...signs];
    if (!possible(now)) continue;
    const by = new Map(signs.map(([corner, sign]) => [corner.key, sign]));
    if (!split({ a: signed(pair.a, by, search.meter), b: signed(pair.b, by, search.meter) }, now, search)) return false;
  }
  return true;
}

/** The u of a |u| that varies. */
function cornerOf(a: Node): Node | null {
  return a.kind === "call" && a.name === "abs" && a.args.length === 1 && freeSymbols(a).size > 0 ? a.args[0]! : null;
}

function hasCorner(a: Node): boolean {
  return cornerOf(a) !== null || children(a).some(hasCorner);
}

/** Innermost corners; false where one is not understood. */
function collect(a: Node, out: Map<string, Corner>, meter: Meter): boolean {
  meter.spend(1);
  if (a.kind === "big") return freeSymbols(a).size === 0;
  const u = cornerOf(a);
  if (u !== null && !hasCorner(u)) {
    const named = mentionsImaginary(u) ? null : nameOf(u, meter);
    if (named === null) return false;
    if (!out.has(named.key)) out.set(named.key, { key: named.key, line: lineOf(u, named.sign, meter) });
    return true;
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
function possible(signs: readonly (readonly [Corner, number])[]): boolean {
  const above = new Map<string, Rational>();
  const below = new Map<string, Rational>();
  for (const [{ line }, sign] of signs) {
    if (line === null) continue;
    const [side, order] = sign === line.slope ? ([above, 1] as const) : ([below, -1] as const);
    const bound = side.get(line.name);
    if (bound === undefined || compare(line.zero, bound) === order) side.set(line.name, line.zero);
  }
  return [...above].every(([name, low]) => !below.has(name) || compare(low, below.get(name)!) < 0);
}

/** |u| replaced by ±u where the sign of u is known. */
function signed(a: Node, signs: ReadonlyMap<string, number>, meter: Meter): Node {
  meter.spend(1);
  const inside = (x: Node): Node => signed(x, signs, meter);
  const corner = cornerOf(a);
  if (corner !== null) {
    const u = inside(corner);
    if (hasCorner(corner)) return absolute(u, meter);
    const { key, sign } = nameOf(corner, meter)!;
    return signs.get(key)! * sign === 1 ? u : neg(u);
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
