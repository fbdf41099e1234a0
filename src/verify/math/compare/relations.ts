/** Equations, inequalities, assignments. */
import { add, children, mul, neg, pow, MINUS_ONE, type Node, type RelationNode } from "../ast.ts";
import { decideEqual, decideSign, freeSymbols, proportional } from "../zero/index.ts";
import { equalNodes } from "./equal.ts";
import { substitute } from "./families.ts";
import { flip, infinite, realSet, sameSet, solvedVariable } from "./real-sets.ts";
import { all, different, equal, open, type Context, type Outcome } from "./outcome.ts";

// ── names and values ────────────────────────────────────────────────────────────────────────────────────────────────

/** True for what stands left of an assignment: x, x_1, AB, f(x), |AB|, \angle A, (x, y), S_1 : S_2, NO/BO. */
export function isName(node: Node): boolean {
  switch (node.kind) {
    case "symbol":
      return true;
    case "constant":
      return node.name === "e" || node.name === "i";
    case "call":
      return node.name === "abs" || node.name === "det" ? isLetters(node.args[0]!) : /^[a-zA-Z]+'*$/.test(node.name) && !KNOWN.has(node.name) && node.args.every((a) => isName(a) || a.kind === "number");
    case "mul":
      return isLetters(node) || isQuotientOfLetters(node) || isApplied(node);
    case "tuple":
      return node.items.length > 1 && node.items.every((x) => x.kind === "symbol" || (x.kind === "constant" && x.name !== "pi"));
    case "ratio":
      return node.parts.every(isName);
    case "quantity":
      return false;
    case "big":
      return node.op === "derivative" && node.body.kind === "symbol";
    default:
      return false;
  }
}

const KNOWN: ReadonlySet<string> = new Set("sin cos tan cot sec csc ln log exp abs gcd lcm min max mod sqrt factorial floor ceil binomial sign round".split(" "));

/** NO/BO: a ratio of two segments. */
function isQuotientOfLetters(node: Node & { kind: "mul" }): boolean {
  return node.args.every((x) => isLetters(x) || (x.kind === "pow" && isLetters(x.base) && x.exponent.kind === "number" && x.exponent.n === -1n && x.exponent.d === 1n)) && node.args.some((x) => x.kind === "pow");
}

/** A product of capital letters, as geometry names segments; one letter is one too. */
function isLetters(node: Node): boolean {
  if (node.kind === "symbol") return true;
  return node.kind === "mul" && node.args.length <= 10 && node.args.every((x) => x.kind === "symbol" && /^[A-Z](?:_|'|$)/.test(x.name));
}

/** P(A), W(n): a capital or any letter in front of one bracketed letter or number, read as a product by the parser. */
function isApplied(node: Node): boolean {
  return node.kind === "mul" && node.args.length === 2 && node.args[0]!.kind === "symbol" && /^[A-Za-z]$/.test(node.args[0]!.name) && (node.args[1]!.kind === "symbol" || node.args[1]!.kind === "number");
}

export interface Assignment {
  readonly name: Node;
  readonly value: Node;
}

/**
 * x = 2, f(x) = x², (x, y) = (1, 2), x = 1 + 1 = 2, x ∈ S, 2 = x: the name and the value given to it. Of a chain the last value
 * before any ≈ counts. Null where the relation is no assignment.
 */
export function assignment(node: Node): Assignment | null {
  if (node.kind !== "relation" || node.modulus !== undefined) return null;
  const { operands, operators } = node;
  const first = operands[0]!;
  if (operators.length === 1 && operators[0] === "∈" && isName(first)) return { name: first, value: operands[1]! };
  let last = 0;
  while (last < operators.length && operators[last] === "=") last++;
  if (last === 0) return operators.length === 1 && operators[0] === "≈" && isName(first) && !occurs(first, operands[1]!) ? { name: first, value: operands[1]! } : null;
  if (last < operators.length && operators.slice(last).some((op) => op !== "≈")) return null;
  if (isName(first) && !(last === 1 && occurs(first, operands[last]!))) return { name: first, value: operands[last]! };
  const right = operands[last]!;
  if (last === 1 && isName(right) && right.kind === "symbol" && freeSymbols(first).size === 0) return { name: right, value: first };
  return null;
}

function occurs(name: Node, value: Node): boolean {
  if (name.kind === "call" || (name.kind === "mul" && isApplied(name))) return false;
  const names = freeSymbols(name);
  for (const symbol of freeSymbols(value)) if (names.has(symbol)) return true;
  return false;
}

/** m + n = 5: the value of a total asked for, as contest answers write it. Null where the left side is no sum of letters. */
export function totalValue(node: RelationNode): Node | null {
  const first = node.operands[0]!;
  const last = node.operands[node.operands.length - 1]!;
  if (node.operators.some((op) => op !== "=") || first.kind !== "add" || !first.args.every((x) => x.kind === "symbol")) return null;
  return node.operators.length === 1 ? last : chainOf(node, last);
}

function chainOf(node: RelationNode, last: Node): Node | null {
  return node.operands.slice(1).every((x) => isScalarSide(x) && freeSymbols(x).size === 0) ? last : null;
}

/** 1/2 + 1/2 = 1: a chain of constants is its last value, where all of them are that value. Null where it is none. */
export function chainValue(node: RelationNode, ctx: Context): Node | null {
  const end = node.operators.findIndex((op) => op !== "=");
  const last = end < 0 ? node.operators.length : end;
  // 14/3 ≈ 4.67: the value is what stands before.
  if (last === 0 && node.operators.every((op) => op === "≈") && isScalarSide(node.operands[0]!) && freeSymbols(node.operands[0]!).size === 0) return node.operands[0]!;
  if (last === 0 || (end >= 0 && node.operators.slice(end).some((op) => op !== "≈"))) return null;
  const value = node.operands[last]!;
  if (ctx.mathVerify) return node.operators.length > 1 || freeSymbols(node.operands[0]!).size === 0 && node.operands[0]!.kind !== "number" ? value : null;
  for (let k = 0; k < last; k++) if (!isScalarSide(node.operands[k]!) || freeSymbols(node.operands[k]!).size > 0 || equalNodes(node.operands[k]!, value, ctx).equal !== true) return null;
  return value;
}

// ── comparison ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Two relations. */
export function equalRelations(a: RelationNode, b: RelationNode, ctx: Context): Outcome {
  const left = assignment(a);
  const right = assignment(b);
  const membership = a.operators.includes("∈") || b.operators.includes("∈");
  if (!ctx.setRelations && a.operators.includes("∈") && !b.operators.includes("∈")) return different("structure", "a set was asked for, a relation given");
  if (left !== null && right !== null) {
    if (sameName(left.name, right.name, ctx) || !ctx.strict) {
      const value = equalNodes(left.value, right.value, ctx);
      if (value.equal !== false || membership) return value;
    } else if (membership) return different("structure", "different variables");
    if (isDependent(left, right) || isDependent(right, left)) return equalNodes(left.value, right.value, ctx);
  }
  const solved = equalSolutions(a, b, ctx);
  if (solved !== null) return solved;
  if (membership) return different("structure", "a membership and another relation");
  if (a.operators.length !== b.operators.length || a.operators.length > 1) return equalChains(a, b, ctx);
  return equalSteps(a, b, ctx);
}

/** y = … and f(x) = … say the same of a dependent value. */
function isDependent(a: Assignment, b: Assignment): boolean {
  return a.name.kind === "symbol" && a.name.name === "y" && (b.name.kind === "call" || b.name.kind === "mul") && freeSymbols(a.value).size > 0;
}

function sameName(a: Node, b: Node, ctx: Context): boolean {
  if (a.kind !== b.kind) return false;
  if (a.kind === "tuple" && b.kind === "tuple") return a.items.length === b.items.length && a.items.every((x, i) => sameName(x, b.items[i]!, ctx));
  if (a.kind === "ratio" && b.kind === "ratio") return a.parts.length === b.parts.length && a.parts.every((x, i) => sameName(x, b.parts[i]!, ctx));
  if (a.kind === "symbol" && b.kind === "symbol") return a.name === b.name;
  return decideEqual(a, b, ctx.meter).equal === true;
}

/** As solution sets of one variable; null where either is none. */
export function equalSolutions(a: Node, b: Node, ctx: Context): Outcome | null {
  const x = solvedVariable(a);
  const y = solvedVariable(b);
  // A condition on several unknowns has no set of numbers as its solutions.
  if ((x === null && isCondition(a)) || (y === null && isCondition(b))) return null;
  const left = realSet(a, ctx);
  if (left === null) return null;
  const right = realSet(b, ctx);
  if (right === null) return null;
  if (x !== null && y !== null && x !== y && ctx.strict) return different("structure", `${x} and ${y} are different variables`);
  const same = sameSet(left, right, ctx);
  return same === null ? open("exact", "the end points cannot be ordered") : same ? equal("exact") : different("exact", "different solution sets");
}

function isCondition(node: Node): boolean {
  return node.kind === "relation" || node.kind === "logic" || (node.kind === "list" && node.items.some(isCondition));
}

/** a < b < c link by link, forwards or backwards. */
function equalChains(a: RelationNode, b: RelationNode, ctx: Context): Outcome {
  if (a.operators.length !== b.operators.length) return different("structure", "chains of different length");
  const forwards = all(links(a, b, ctx));
  if (forwards.equal === true) return forwards;
  const backwards = all(links(a, reversed(b), ctx));
  return backwards.equal === true ? backwards : forwards;
}

function reversed(node: RelationNode): RelationNode {
  return { ...node, operands: [...node.operands].reverse(), operators: [...node.operators].reverse().map(flip) };
}

function* links(a: RelationNode, b: RelationNode, ctx: Context): Generator<Outcome> {
  for (let k = 0; k < a.operators.length; k++) yield a.operators[k] === b.operators[k] ? equal("structure") : different("structure", "different relations");
  for (let k = 0; k < a.operands.length; k++) yield equalNodes(a.operands[k]!, b.operands[k]!, ctx);
}

/** One relation against one: up to sides and a constant factor; a negative factor turns an inequality. */
function equalSteps(a: RelationNode, b: RelationNode, ctx: Context): Outcome {
  const opA = a.operators[0]!;
  let opB = b.operators[0]!;
  const [p, q] = a.operands as readonly [Node, Node];
  let [r, s] = b.operands as readonly [Node, Node];
  const ordered = "<≤>≥".includes(opA);
  if (opA === "≡" || a.modulus !== undefined || b.modulus !== undefined) return equalCongruences(a, b, ctx);
  if (!ordered && opA !== "=" && opA !== "≠" && opA !== "≈") {
    if (opA !== opB) return different("structure", `${opA} and ${opB}`);
    return all(pairwise([p, q], [r, s], ctx));
  }
  if (ordered !== "<≤>≥".includes(opB)) return different("structure", `${opA} and ${opB}`);
  if (ordered && (opA === "<" || opA === ">") !== (opB === "<" || opB === ">")) return different("structure", "a strict and a weak inequality");
  if (!ordered && opA !== opB) return different("structure", `${opA} and ${opB}`);
  if (![p, q, r, s].every(isScalarSide) || [p, q, r, s].some((x) => infinite(x) !== 0)) {
    const straight = all(pairwise([p, q], [r, s], ctx));
    if (ordered || straight.equal === true) return straight;
    return all(pairwise([p, q], [s, r], ctx));
  }
  if (ordered && (opA === "<" || opA === "≤") !== (opB === "<" || opB === "≤")) {
    [r, s] = [s, r];
    opB = flip(opB);
  }
  const x = add([p, neg(q)]);
  const y = add([r, neg(s)]);
  const scaled = proportional(x, y, ctx.meter);
  if (scaled.equal !== true || !ordered) return fromDecision(scaled);
  // The same direction needs a positive factor: decided at the quotient.
  const sign = signOfQuotient(x, y, ctx);
  return sign === null ? open(scaled.stage, "the sign of the factor is open") : sign > 0 ? equal(scaled.stage) : different(scaled.stage, "the inequality points the other way");
}

/** Sign of the constant x/y, found by putting small integers for the symbols. */
function signOfQuotient(x: Node, y: Node, ctx: Context): -1 | 0 | 1 | null {
  const names = [...new Set([...freeSymbols(x), ...freeSymbols(y)])].sort();
  for (let trial = 0; trial < 4; trial++) {
    let u = x;
    let v = y;
    names.forEach((name, k) => {
      const value: Node = { kind: "number", n: BigInt(7 + 11 * k + 5 * trial), d: BigInt(3 + trial) };
      u = substitute(u, name, value);
      v = substitute(v, name, value);
    });
    const sign = decideSign(mul([u, pow(v, MINUS_ONE)]), ctx.meter);
    if (sign !== null && sign !== 0) return sign;
  }
  return null;
}

function isScalarSide(node: Node): boolean {
  return ["number", "constant", "symbol", "add", "mul", "pow", "root", "call", "big"].includes(node.kind) && children(node).every((x) => x.kind !== "matrix" && x.kind !== "tuple");
}

/** a ≡ b (mod n): the same modulus, the same left side, residues that differ by a multiple of it. */
function equalCongruences(a: RelationNode, b: RelationNode, ctx: Context): Outcome {
  if (a.operators.length !== 1 || b.operators.length !== 1 || a.operators[0] !== b.operators[0]) return different("structure", "different relations");
  if ((a.modulus === undefined) !== (b.modulus === undefined)) return different("structure", "a modulus on one side only");
  if (a.modulus === undefined || b.modulus === undefined) return all(pairwise(a.operands, b.operands, ctx));
  const modulus = equalNodes(a.modulus, b.modulus, ctx);
  if (modulus.equal !== true) return modulus;
  const side = equalNodes(a.operands[0]!, b.operands[0]!, ctx);
  if (side.equal !== true) return side;
  const residue: Node = { kind: "call", name: "mod", args: [add([a.operands[1]!, neg(b.operands[1]!)]), a.modulus] };
  return fromDecision(decideEqual(residue, { kind: "number", n: 0n, d: 1n }, ctx.meter));
}

function* pairwise(x: readonly Node[], y: readonly Node[], ctx: Context): Generator<Outcome> {
  for (let i = 0; i < x.length; i++) yield equalNodes(x[i]!, y[i]!, ctx);
}

export function fromDecision(d: { readonly equal: boolean | null; readonly stage: "exact" | "field" | "algebraic" | "rewriting" | "sampling"; readonly note?: string }): Outcome {
  return { equal: d.equal, stage: d.stage, ...(d.note === undefined ? {} : { note: d.note }) };
}
