/** Subsets of the real line with exact end points: intervals, points, unions, and what inequalities describe. */
import { MINUS_ONE, add, constant, integer, mul, neg, pow, type Node, type RelationOperator, type TupleNode } from "../ast.ts";
import { compareReals, decideSign, freeSymbols, polynomialOf } from "../zero/index.ts";
import type { Context } from "./outcome.ts";

/** One piece; both ends may be the same closed point. −∞ and ∞ are open ends. */
export interface Piece {
  readonly low: Node;
  readonly high: Node;
  readonly lowClosed: boolean;
  readonly highClosed: boolean;
}

/** Disjoint pieces in ascending order, none touching the next. */
export type RealSet = readonly Piece[];

const INFINITY: Node = constant("infinity");
const MINUS_INFINITY: Node = mul([MINUS_ONE, INFINITY]);
export const REALS: RealSet = [{ low: MINUS_INFINITY, high: INFINITY, lowClosed: false, highClosed: false }];

/** Order of two end points, or null where they cannot be ordered. */
function order(a: Node, b: Node, ctx: Context): -1 | 0 | 1 | null {
  if (a === b) return 0;
  const x = infinite(a);
  const y = infinite(b);
  if (x !== 0 || y !== 0) return x === y ? 0 : x < y ? -1 : 1;
  return compareReals(a, b, ctx.meter);
}

/** 1 for ∞, −1 for −∞, else 0. */
export function infinite(node: Node): -1 | 0 | 1 {
  if (node.kind === "constant") return node.name === "infinity" ? 1 : 0;
  if (node.kind === "mul" && node.args.length === 2) {
    const [a, b] = node.args as readonly [Node, Node];
    const number = a.kind === "number" ? a : b.kind === "number" ? b : null;
    const other = number === a ? b : a;
    if (number !== null && other.kind === "constant" && other.name === "infinity" && number.n !== 0n) return number.n > 0n ? 1 : -1;
  }
  return 0;
}

/** The set a node denotes as a subset of the line; null where it is none that can be computed. */
export function realSet(node: Node, ctx: Context): RealSet | null {
  ctx.meter.spend(1);
  switch (node.kind) {
    case "tuple":
      return interval(node, ctx);
    case "set":
      return union(node.items.map((x) => (isNumberLike(x) ? [point(x)] : null)), ctx);
    case "named-set":
      return namedSet(node.name);
    case "set-operation": {
      const parts = node.args.map((a) => (isNumberLike(a) ? [point(a)] : realSet(a, ctx)));
      if (node.op === "union") return union(parts, ctx);
      if (parts.some((p) => p === null)) return null;
      if (node.op === "intersection") return parts.slice(1).reduce<RealSet | null>((acc, p) => (acc === null ? null : intersection(acc, p!, ctx)), parts[0]!);
      if (node.op === "difference" && parts.length === 2) {
        const without = complement(parts[1]!, ctx);
        return without === null ? null : intersection(parts[0]!, without, ctx);
      }
      return null;
    }
    case "builder":
      return builder(node.element, node.condition, ctx);
    case "relation":
    case "logic":
      return solutions(node, ctx);
    case "list":
      if (node.items.some((x) => x.kind === "relation" || x.kind === "logic")) {
        const parts = node.items.map((x) => solutions(x, ctx));
        if (parts.some((p) => p === null)) return null;
        // "x = 1 and x = 2" lists two solutions.
        const points = node.items.every((x) => x.kind === "relation" && x.operators.length === 1 && x.operators[0] === "=");
        if (node.joined === "or" || points) return union(parts, ctx);
        return node.joined === "and" ? parts.slice(1).reduce<RealSet | null>((acc, p) => (acc === null ? null : intersection(acc, p!, ctx)), parts[0]!) : orderFree(parts as RealSet[], ctx);
      }
      return node.joined === "or" || node.items.every((x) => x.kind === "tuple") ? union(node.items.map((x) => realSet(x, ctx)), ctx) : null;
    default:
      return null;
  }
}

/** "x < 1, x > 2" without a word between: the union where the parts are disjoint, else the intersection. */
function orderFree(parts: readonly RealSet[], ctx: Context): RealSet | null {
  const both = parts.slice(1).reduce<RealSet | null>((acc, p) => (acc === null ? null : intersection(acc, p, ctx)), parts[0]!);
  return both === null ? null : both.length === 0 ? union(parts, ctx) : both;
}

function point(x: Node): Piece {
  return { low: x, high: x, lowClosed: true, highClosed: true };
}

function isNumberLike(x: Node): boolean {
  return x.kind === "number" || x.kind === "constant" || ((x.kind === "add" || x.kind === "mul" || x.kind === "pow" || x.kind === "root" || x.kind === "call") && freeSymbols(x).size === 0);
}

function interval(node: TupleNode, ctx: Context): RealSet | null {
  if (node.items.length !== 2) return null;
  const [low, high] = node.items as readonly [Node, Node];
  if (!isNumberLike(low) || !isNumberLike(high)) return null;
  const lowClosed = node.open === "[" && infinite(low) === 0;
  const highClosed = node.close === "]" && infinite(high) === 0;
  if (node.open === "⟨") return null;
  const sign = order(low, high, ctx);
  if (sign === null || sign > 0 || (sign === 0 && !(lowClosed && highClosed))) return null;
  return [{ low, high, lowClosed, highClosed }];
}

function namedSet(name: string): RealSet | null {
  const zero = integer(0);
  switch (name) {
    case "R":
      return REALS;
    case "empty":
      return [];
    case "R+":
      return [{ low: zero, high: INFINITY, lowClosed: false, highClosed: false }];
    case "R0+":
      return [{ low: zero, high: INFINITY, lowClosed: true, highClosed: false }];
    case "R-":
      return [{ low: MINUS_INFINITY, high: zero, lowClosed: false, highClosed: false }];
    case "R0-":
      return [{ low: MINUS_INFINITY, high: zero, lowClosed: false, highClosed: true }];
    case "R*":
      return [
        { low: MINUS_INFINITY, high: zero, lowClosed: false, highClosed: false },
        { low: zero, high: INFINITY, lowClosed: false, highClosed: false },
      ];
    default:
      return null;
  }
}

/** {x | condition} and {x ∈ ℝ | condition}; null where the element is no plain variable. */
function builder(element: Node, condition: Node, ctx: Context): RealSet | null {
  let domain: RealSet | null = REALS;
  let variable = element;
  if (element.kind === "relation" && element.operators.length === 1 && element.operators[0] === "∈") {
    variable = element.operands[0]!;
    domain = realSet(element.operands[1]!, ctx);
  }
  if (variable.kind !== "symbol" || domain === null) return null;
  const where = condition.kind === "list" && condition.joined === "comma" ? { ...condition, joined: "and" as const } : condition;
  const set = where.kind === "list" ? realSet(where, ctx) : solutions(where, ctx);
  if (set === null || solvedVariable(where) !== variable.name) return null;
  return intersection(domain, set, ctx);
}

/** The one free variable of a condition. */
export function solvedVariable(condition: Node): string | null {
  const names = new Set<string>();
  const visit = (node: Node): void => {
    if (node.kind === "logic") node.args.forEach(visit);
    else if (node.kind === "list") node.items.forEach(visit);
    else if (node.kind === "relation") for (const operand of node.operands) for (const name of freeSymbols(operand)) names.add(name);
  };
  visit(condition);
  return names.size === 1 ? [...names][0]! : null;
}

/** Solutions of a condition on one real variable: relations that are linear in it or in a named value, ∧, ∨, ¬. */
export function solutions(node: Node, ctx: Context): RealSet | null {
  if (node.kind === "logic") {
    const parts = node.args.map((a) => solutions(a, ctx));
    if (parts.some((p) => p === null)) return null;
    if (node.op === "or") return union(parts, ctx);
    if (node.op === "and") return parts.slice(1).reduce<RealSet | null>((acc, p) => (acc === null ? null : intersection(acc, p!, ctx)), parts[0]!);
    return node.op === "not" ? complement(parts[0]!, ctx) : null;
  }
  if (node.kind === "list") return realSet(node, ctx);
  if (node.kind !== "relation" || node.modulus !== undefined) return null;
  let set: RealSet | null = REALS;
  for (let k = 0; k < node.operators.length && set !== null; k++) {
    const step = solveStep(node.operands[k]!, node.operators[k]!, node.operands[k + 1]!, ctx);
    set = step === null ? null : intersection(set, step, ctx);
  }
  return set;
}

function solveStep(left: Node, op: RelationOperator, right: Node, ctx: Context): RealSet | null {
  if (op === "∈" || op === "∉") {
    if (left.kind !== "symbol") return null;
    const set = right.kind === "list" ? union(right.items.map((x) => realSet(x, ctx)), ctx) : realSet(right, ctx);
    return set === null || op === "∈" ? set : complement(set, ctx);
  }
  if (!"<≤>≥=≠".includes(op)) return null;
  const unknown = unknownOf(left, right);
  if (unknown === null) return null;
  const [a, b] = unknown.kind === "symbol" ? [left, right] : [replaced(left, unknown), replaced(right, unknown)];
  const name = unknown.kind === "symbol" ? unknown.name : UNKNOWN;
  // |x| against a bound.
  const modulus = absoluteValue(a, op, b, ctx);
  if (modulus !== undefined) return modulus;
  const coefficients = polynomialOf(add([a, neg(b)]), [name], ctx.meter);
  if (coefficients === null || [...coefficients.keys()].some((k) => Number(k) > 1)) return null;
  const slope = coefficients.get("1");
  if (slope === undefined) return null;
  const sign = decideSign(slope, ctx.meter);
  if (sign === null || sign === 0) return null;
  const constantTerm = coefficients.get("0");
  const bound = constantTerm === undefined ? integer(0) : mul([neg(constantTerm), pow(slope, MINUS_ONE)]);
  return ray(sign > 0 ? op : flip(op), bound);
}

const UNKNOWN = "unknown value";

/** The variable, or the named value like f(x), that a linear relation is solved for. */
function unknownOf(left: Node, right: Node): Node | null {
  const symbols = new Set([...freeSymbols(left), ...freeSymbols(right)]);
  for (const side of [left, right]) {
    const other = side === left ? right : left;
    if (side.kind === "call" && /^[a-zA-Z]'*$/.test(side.name) && freeSymbols(other).size === 0) return side;
  }
  return symbols.size === 1 ? { kind: "symbol", name: [...symbols][0]! } : null;
}

function replaced(node: Node, unknown: Node): Node {
  return node === unknown ? { kind: "symbol", name: UNKNOWN } : node;
}

/** |u| op b with u linear: solved on both sides; undefined where the relation is no such. */
function absoluteValue(a: Node, op: RelationOperator, b: Node, ctx: Context): RealSet | null | undefined {
  const isAbs = (n: Node): boolean => n.kind === "call" && n.name === "abs";
  if (isAbs(b) && !isAbs(a)) return absoluteValue(b, flip(op), a, ctx);
  if (a.kind !== "call" || a.name !== "abs" || freeSymbols(b).size > 0) return undefined;
  const sign = decideSign(b, ctx.meter);
  if (sign === null || sign < 0) return null;
  const u = a.args[0]!;
  if (op === "<" || op === "≤") {
    const low = solveStep(neg(b), op, u, ctx);
    const high = solveStep(u, op, b, ctx);
    return low === null || high === null ? null : intersection(low, high, ctx);
  }
  const low = solveStep(u, op === "=" || op === "≠" ? op : flip(op), neg(b), ctx);
  const high = solveStep(u, op, b, ctx);
  if (low === null || high === null) return null;
  return op === "≠" ? intersection(low, high, ctx) : union([low, high], ctx);
}

export function flip(op: RelationOperator): RelationOperator {
  return op === "<" ? ">" : op === ">" ? "<" : op === "≤" ? "≥" : op === "≥" ? "≤" : op;
}

function ray(op: RelationOperator, bound: Node): RealSet {
  switch (op) {
    case "<":
      return [{ low: MINUS_INFINITY, high: bound, lowClosed: false, highClosed: false }];
    case "≤":
      return [{ low: MINUS_INFINITY, high: bound, lowClosed: false, highClosed: infinite(bound) === 0 }];
    case ">":
      return [{ low: bound, high: INFINITY, lowClosed: false, highClosed: false }];
    case "≥":
      return [{ low: bound, high: INFINITY, lowClosed: infinite(bound) === 0, highClosed: false }];
    case "=":
      return [point(bound)];
    default:
      return [
        { low: MINUS_INFINITY, high: bound, lowClosed: false, highClosed: false },
        { low: bound, high: INFINITY, lowClosed: false, highClosed: false },
      ];
  }
}

// ── algebra of pieces ───────────────────────────────────────────────────────────────────────────────────────────────

/** Sorts and merges; null where any part is null or two ends cannot be ordered. */
export function union(parts: readonly (RealSet | null)[], ctx: Context): RealSet | null {
  if (parts.some((p) => p === null)) return null;
  const pieces = (parts as RealSet[]).flat();
  let comparable = true;
  const byLow = (x: Piece, y: Piece): number => {
    ctx.meter.spend(1);
    const sign = order(x.low, y.low, ctx);
    if (sign === null) comparable = false;
    return sign === 0 ? Number(y.lowClosed) - Number(x.lowClosed) : (sign ?? 0);
  };
  pieces.sort(byLow);
  if (!comparable) return null;
  const out: Piece[] = [];
  for (const piece of pieces) {
    const last = out[out.length - 1];
    if (last === undefined) {
      out.push(piece);
      continue;
    }
    const touch = order(last.high, piece.low, ctx);
    if (touch === null) return null;
    if (touch < 0 || (touch === 0 && !last.highClosed && !piece.lowClosed)) {
      out.push(piece);
      continue;
    }
    const sign = order(last.high, piece.high, ctx);
    if (sign === null) return null;
    out[out.length - 1] = sign < 0 ? { ...last, high: piece.high, highClosed: piece.highClosed } : sign === 0 ? { ...last, highClosed: last.highClosed || piece.highClosed } : last;
  }
  return out;
}

export function intersection(a: RealSet, b: RealSet, ctx: Context): RealSet | null {
  const out: Piece[] = [];
  for (const x of a) {
    for (const y of b) {
      ctx.meter.spend(1);
      const low = order(x.low, y.low, ctx);
      const high = order(x.high, y.high, ctx);
      if (low === null || high === null) return null;
      const piece: Piece = {
        low: low >= 0 ? x.low : y.low,
        lowClosed: low > 0 ? x.lowClosed : low < 0 ? y.lowClosed : x.lowClosed && y.lowClosed,
        high: high <= 0 ? x.high : y.high,
        highClosed: high < 0 ? x.highClosed : high > 0 ? y.highClosed : x.highClosed && y.highClosed,
      };
      const width = order(piece.low, piece.high, ctx);
      if (width === null) return null;
      if (width < 0 || (width === 0 && piece.lowClosed && piece.highClosed)) out.push(piece);
    }
  }
  return union([out], ctx);
}

export function complement(a: RealSet, ctx: Context): RealSet | null {
  let rest: RealSet | null = REALS;
  for (const piece of a) {
    const outside: Piece[] = [];
    if (infinite(piece.low) === 0) outside.push({ low: MINUS_INFINITY, high: piece.low, lowClosed: false, highClosed: !piece.lowClosed });
    if (infinite(piece.high) === 0) outside.push({ low: piece.high, high: INFINITY, lowClosed: !piece.highClosed, highClosed: false });
    rest = rest === null ? null : intersection(rest, outside, ctx);
  }
  return rest;
}

/** Same pieces with equal ends; null where an order is unknown. */
export function sameSet(a: RealSet, b: RealSet, ctx: Context): boolean | null {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    const x = a[i]!;
    const y = b[i]!;
    if (x.lowClosed !== y.lowClosed || x.highClosed !== y.highClosed) return false;
    const low = order(x.low, y.low, ctx);
    const high = order(x.high, y.high, ctx);
    if (low === null || high === null) return null;
    if (low !== 0 || high !== 0) return false;
  }
  return true;
}

