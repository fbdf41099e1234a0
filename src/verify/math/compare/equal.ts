/**
 * Whether two parsed answers say the same. The reference is the left side: where the policy is not symmetric
 * (percent signs, bases, missing units) it is the reference that says what was asked.
 */
import { isScalar, type BuilderNode, type Node, type PiecewiseNode } from "../ast.ts";
import { print } from "../print.ts";
import { decideEqual, freeSymbols, roundTo } from "../zero/index.ts";
import { equalCollections, equalTuples, inOrder, isRound, itemsOf, matched } from "./collections.ts";
import { bothSigns, hasPlusMinus, substitute } from "./families.ts";
import { cellsOf, determinant, equalMatrices, mentionsMatrix } from "./matrices.ts";
import { all, different, equal, open, type Context, type Outcome } from "./outcome.ts";
import { equalBased, equalDateTimes, equalPercent, equalQuantities, equalRatios } from "./quantities.ts";
import { complement, realSet, sameSet, solutions, solvedVariable, union } from "./real-sets.ts";
import { assignment, chainValue, totalValue, type Assignment, equalRelations, equalSolutions, fromDecision } from "./relations.ts";
import { numberWord, textForm, textKey } from "./text.ts";

/** Compares reference `a` with response `b`. @throws LimitError */
export function equalNodes(a: Node, b: Node, ctx: Context): Outcome {
  ctx.meter.spend(1);
  if (a === b) return equal("structure");
  // Text.
  if (a.kind === "text" || b.kind === "text") return equalTexts(a, b, ctx);
  if (a.kind === "ellipsis" || b.kind === "ellipsis") return a.kind === b.kind ? equal("structure") : different("structure", "a sequence cut short");
  // ± is two answers.
  if (hasPlusMinus(a) || hasPlusMinus(b)) return equalFamilies(a, b, ctx);
  // Relations, and values with a name.
  if (a.kind === "relation" && b.kind === "relation") return equalRelations(a, b, ctx);
  if (a.kind === "logic" || b.kind === "logic") return equalLogic(a, b, ctx);
  if (a.kind === "relation" || b.kind === "relation") return relationAndOther(a, b, ctx);
  // Collections.
  if (a.kind === "tuple" && b.kind === "tuple") return equalTuples(a, b, ctx);
  if (a.kind === "list" || a.kind === "set" || b.kind === "list" || b.kind === "set") return collectionAndOther(a, b, ctx);
  // Matrices and vectors.
  if (mentionsMatrix(a) || mentionsMatrix(b)) return equalMatrices(a, b, ctx);
  // Sets of numbers.
  if (isSetLike(a) || isSetLike(b)) return equalSets(a, b, ctx);
  // Values with something attached.
  if (a.kind === "date-time" || b.kind === "date-time") return a.kind === "date-time" && b.kind === "date-time" ? equalDateTimes(a, b) : different("structure", "a date or time and something else");
  if (a.kind === "quantity" || b.kind === "quantity") {
    if (a.kind === "percent" || b.kind === "percent") return equalPercent(a, b, ctx);
    return equalQuantities(a, b, ctx);
  }
  if (a.kind === "percent" || b.kind === "percent") return equalPercent(a, b, ctx);
  if (a.kind === "ratio" || b.kind === "ratio") return equalRatios(a, b, ctx);
  if (a.kind === "based" || b.kind === "based") return equalBased(a, b, ctx);
  if (a.kind === "piecewise" || b.kind === "piecewise") return equalPiecewise(a, b, ctx);
  if (a.kind === "tuple" || b.kind === "tuple") return different("structure", "a tuple and something else");
  return equalScalars(plain(a), plain(b), ctx);
}

/** Percent signs, bases and units inside a scalar are its value. */
function plain(node: Node): Node {
  if (isScalar(node)) return node;
  switch (node.kind) {
    case "call":
      if (node.name === "det" && node.args[0]!.kind === "matrix") return determinant(node.args[0]) ?? node;
      return { ...node, args: node.args.map(plain) };
    case "add":
    case "mul":
      return { ...node, args: node.args.map(plain) };
    case "pow":
      return { ...node, base: plain(node.base), exponent: plain(node.exponent) };
    case "root":
      return { ...node, arg: plain(node.arg), index: plain(node.index) };
    case "big":
      return { ...node, body: plain(node.body), ...(node.lower ? { lower: plain(node.lower) } : {}), ...(node.upper ? { upper: plain(node.upper) } : {}) };
    case "percent":
      return { kind: "mul", args: [plain(node.value), { kind: "number", n: 1n, d: 100n }] };
    case "quantity":
      return node.unit === "°" ? { kind: "mul", args: [plain(node.value), { kind: "constant", name: "pi" }, { kind: "number", n: 1n, d: 180n }] } : plain(node.value);
    case "based":
      return node.value === null ? node : { kind: "number", n: node.value.n, d: node.value.d };
    default:
      return node;
  }
}

function equalScalars(a: Node, b: Node, ctx: Context): Outcome {
  if (!isScalar(a) || !isScalar(b)) {
    if (a.kind === b.kind && print(a) === print(b)) return equal("structure");
    return a.kind === b.kind ? open("structure", `no rule compares two answers of the kind ${a.kind} like these`) : different("structure", `${a.kind} and ${b.kind}`);
  }
  const decision = decideEqual(a, b, ctx.meter);
  if (decision.equal !== true && ctx.precision !== null && (hasDecimals(a) || hasDecimals(b))) {
    const x = roundTo(a, ctx.precision, ctx.meter);
    const y = x === null ? null : roundTo(b, ctx.precision, ctx.meter);
    if (x !== null && y !== null && x.n * y.d === y.n * x.d) return equal("rounding", `both round to the same ${ctx.precision} decimals`);
  }
  if (decision.equal !== true && !ctx.strict) {
    const renamed = renameSymbols(a, b);
    if (renamed !== null) return fromDecision(decideEqual(a, renamed, ctx.meter));
  }
  return fromDecision(decision);
}

function hasDecimals(node: Node): boolean {
  if (node.kind === "number") return node.decimals !== undefined;
  if (node.kind === "add" || node.kind === "mul") return node.args.some(hasDecimals);
  return node.kind === "pow" ? hasDecimals(node.base) : false;
}

/** b with its symbols renamed to a's in the order they appear; null where the counts differ. */
function renameSymbols(a: Node, b: Node): Node | null {
  const order = (node: Node, out: string[] = []): string[] => {
    if (node.kind === "symbol" && !out.includes(node.name)) out.push(node.name);
    if ("args" in node) node.args.forEach((x) => order(x, out));
    if (node.kind === "pow") [node.base, node.exponent].forEach((x) => order(x, out));
    return out;
  };
  const from = order(b);
  const to = order(a);
  if (from.length !== to.length || from.every((name, i) => name === to[i])) return null;
  let node = b;
  from.forEach((name, i) => (node = substitute(node, name, { kind: "symbol", name: `renamed ${i}` })));
  to.forEach((name, i) => (node = substitute(node, `renamed ${i}`, { kind: "symbol", name })));
  return node;
}

function equalTexts(a: Node, b: Node, ctx: Context): Outcome {
  if (a.kind === "text" && b.kind === "text") {
    if (textForm(a.text) !== "" && textForm(a.text) === textForm(b.text)) return equal("structure");
    return different("structure", "different words");
  }
  const text = a.kind === "text" ? a : b;
  const other = a.kind === "text" ? b : a;
  if (text.kind !== "text") return different("structure");
  const number = numberWord(text.text);
  if (number !== null) return equalNodes(a === text ? { kind: "number", n: number, d: 1n } : a, a === text ? b : { kind: "number", n: number, d: 1n }, ctx);
  const form = textForm(text.text);
  if (form === "no solution" || form === "no real solution" || form === "empty set") return other.kind === "named-set" && other.name === "empty" ? equal("structure") : different("structure", "words and a value");
  if (form === "R") return other.kind === "named-set" && other.name === "R" ? equal("structure") : isSetLike(other) || other.kind === "tuple" ? equalSets({ kind: "named-set", name: "R" }, other, ctx) : different("structure", "words and a value");
  // xyz as a word against x·y·z as a product.
  if (other.kind === "mul" && other.args.every((x) => x.kind === "symbol" && x.name.length === 1)) {
    const letters = other.args.map((x) => (x.kind === "symbol" ? x.name : "")).join("");
    if (text.text.trim() === letters && letters.length > 2) return equal("structure");
  }
  if (other.kind === "relation") {
    const named = assignment(other);
    if (named !== null && namesAnother(named, text)) return different("structure", "words set equal to words");
    if (named !== null) return equalTexts(a === text ? text : named.value, a === text ? named.value : text, ctx);
  }
  if (other.kind === "symbol" && textKey(other.name) === textKey(text.text)) return equal("structure");
  return different("structure", "words and a value");
}

/** ± on either side: the two values as a set. */
function equalFamilies(a: Node, b: Node, ctx: Context): Outcome {
  if (a.kind === "relation" && b.kind === "relation") {
    const left = assignment(a);
    const right = assignment(b);
    if (left !== null && right !== null && print(left.name) === print(right.name)) return equalNodes(left.value, right.value, ctx);
  }
  const x = expand(a, ctx);
  const y = expand(b, ctx);
  return equalCollections({ kind: "list", items: x, joined: "or" }, { kind: "list", items: y, joined: "or" }, ctx);
}

function expand(node: Node, ctx: Context): readonly Node[] {
  if (node.kind === "set" || node.kind === "list") return itemsOf(node, ctx);
  const named = node.kind === "relation" ? assignment(node) : null;
  if (named !== null && (named.value.kind === "set" || named.value.kind === "list")) return itemsOf(named.value, ctx);
  return hasPlusMinus(node) ? bothSigns(node) : [node];
}

/** A relation against something that is none. */
function relationAndOther(a: Node, b: Node, ctx: Context): Outcome {
  const relation = a.kind === "relation" ? a : b;
  const other = a.kind === "relation" ? b : a;
  const named = assignment(relation);
  if (named !== null) {
    if (namesAnother(named, other)) return different("structure", "a letter or word set equal to another");
    if (contradictsItself(relation, named.value, ctx)) return different("structure", "the chain of equations contradicts itself");
    // n = 1, 2, 3 reaches here as a list; a lone assignment gives its value up.
    if (other.kind === "list" || other.kind === "set") {
      if (named.name.kind === "tuple" && named.value.kind === "tuple") {
        const equations: Node[] = named.name.items.map((name, i): Node => ({ kind: "relation", operands: [name, named.value.kind === "tuple" ? named.value.items[i]! : name], operators: ["="] }));
        const spread: Node = { kind: "list", items: equations, joined: "and" };
        const asSystem = a === relation ? equalNodes(spread, other, ctx) : equalNodes(other, spread, ctx);
        if (asSystem.equal === true) return asSystem;
      }
    }
    return a === relation ? equalNodes(named.value, other, ctx) : equalNodes(other, named.value, ctx);
  }
  const chained = relation.kind === "relation" ? chainValue(relation, ctx) : null;
  const total = b === relation && relation.kind === "relation" ? totalValue(relation) : null;
  if (total !== null && other.kind === "number") return equalNodes(other, total, ctx);
  if (chained !== null) return a === relation ? equalNodes(chained, other, ctx) : equalNodes(other, chained, ctx);
  if (isSetLike(other) || other.kind === "tuple" || other.kind === "list" || other.kind === "set") {
    if (a === other && !ctx.setRelations) return different("structure", "a set was asked for, a relation given");
    const solved = equalSolutions(a, b, ctx);
    if (solved !== null) return solved;
  }
  return different("structure", "a relation and a value");
}

/** B = A does not answer A: both sides are names. */
function namesAnother(named: Assignment, other: Node): boolean {
  const lone = (n: Node): boolean => n.kind === "symbol" || n.kind === "text";
  return named.name.kind === "symbol" && named.name.name !== "answer" && lone(named.value) && lone(other);
}

/** x = 7 = 5: a chain whose values differ gives none of them. */
function contradictsItself(node: Node, value: Node, ctx: Context): boolean {
  if (ctx.mathVerify || node.kind !== "relation" || node.operators.length < 2) return false;
  return node.operands.slice(1, node.operators.indexOf("≈") < 0 ? undefined : node.operators.indexOf("≈") + 1).some((x) => x !== value && isScalar(x) && isScalar(value) && decideEqual(x, value, ctx.meter).equal === false);
}

function equalLogic(a: Node, b: Node, ctx: Context): Outcome {
  const solved = equalSolutions(a, b, ctx);
  if (solved !== null) return solved;
  if (a.kind === "logic" && b.kind === "logic") {
    if (a.op !== b.op || a.args.length !== b.args.length) return different("structure", "different connectives");
    return a.op === "and" || a.op === "or" || a.op === "iff" ? matched(a.args, b.args, ctx) : inOrder(a.args, b.args, ctx);
  }
  const logic = a.kind === "logic" ? a : b;
  const other = a.kind === "logic" ? b : a;
  if (logic.kind === "logic" && (logic.op === "and" || logic.op === "or")) {
    const list: Node = { kind: "list", items: logic.args, joined: logic.op };
    return a === logic ? equalNodes(list, other, ctx) : equalNodes(other, list, ctx);
  }
  return different("structure", "a statement and something else");
}

/** A list or set against anything. */
function collectionAndOther(a: Node, b: Node, ctx: Context): Outcome {
  const bare = (n: Node): boolean => n.kind === "list" || (ctx.mathVerify && n.kind === "set");
  // An ordered answer without its brackets.
  if (a.kind === "tuple" && bare(b) && isRound(a)) return inOrder(a.items, itemsOf(b, ctx), ctx);
  if (b.kind === "tuple" && isRound(b) && bare(a) && !itemsOf(a, ctx).some((x) => x.kind === "tuple")) return inOrder(itemsOf(a, ctx), b.items, ctx);
  if (isSetLike(a) || isSetLike(b) || a.kind === "tuple" || b.kind === "tuple") {
    const sets = equalSets(a, b, ctx);
    if (sets.equal !== null) return sets;
  }
  // One item in braces is the item: {5} against 5 and x ∈ {5}.
  if ((a.kind === "set" || a.kind === "list") !== (b.kind === "set" || b.kind === "list")) {
    const collection = a.kind === "set" || a.kind === "list" ? a : b;
    const items = itemsOf(collection, ctx);
    if (items.length === 1) return a === collection ? equalNodes(items[0]!, b, ctx) : equalNodes(a, items[0]!, ctx);
    if (mentionsMatrix(a) || mentionsMatrix(b)) return listAndMatrix(a, b, ctx);
    return different("structure", `${items.length} items and one value`);
  }
  const hasRelation = [...itemsOf(a, ctx), ...itemsOf(b, ctx)].some((x) => (x.kind === "relation" && assignment(x) === null) || x.kind === "logic");
  if (hasRelation) {
    const solved = equalSolutions(a, b, ctx);
    if (solved !== null) return solved;
  }
  return equalCollections(a, b, ctx);
}

function listAndMatrix(a: Node, b: Node, ctx: Context): Outcome {
  const matrix = mentionsMatrix(a) ? a : b;
  const list = matrix === a ? b : a;
  const cells = cellsOf(matrix, ctx);
  if (cells === null || (cells.length !== 1 && cells[0]!.length !== 1)) return different("structure", "a matrix and a list");
  return matrix === a ? inOrder(cells.flat(), itemsOf(list, ctx), ctx) : inOrder(itemsOf(list, ctx), cells.flat(), ctx);
}

/** Nodes that denote sets and nothing else. */
function isSetLike(node: Node): boolean {
  return node.kind === "set-operation" || node.kind === "named-set" || node.kind === "builder" || (node.kind === "tuple" && (node.open === "[") !== (node.close === "]")) || (node.kind === "tuple" && node.open === "[" && node.items.length === 2);
}

function equalSets(a: Node, b: Node, ctx: Context): Outcome {
  const x = realSet(a, ctx);
  const y = x === null ? null : realSet(b, ctx);
  if (x !== null && y !== null) {
    const same = sameSet(x, y, ctx);
    if (same !== null) return same ? equal("exact") : different("exact", "different sets");
  }
  if (a.kind === "named-set" && b.kind === "named-set") return a.name === b.name ? equal("structure") : different("structure", "different sets");
  if (a.kind === "set-operation" && b.kind === "set-operation" && a.op === b.op && a.args.length === b.args.length) {
    return a.op === "union" || a.op === "intersection" ? matched(a.args, b.args, ctx) : inOrder(a.args, b.args, ctx);
  }
  if (a.kind === "builder" && b.kind === "builder") return equalBuilders(a, b, ctx);
  if (a.kind === "builder" || b.kind === "builder" || a.kind === "set-operation" || b.kind === "set-operation") {
    const comparable = isSetLike(a) && isSetLike(b);
    return comparable ? open("structure", "no rule compares these sets") : different("structure", "a set and something else");
  }
  return different("structure", "a set and something else");
}

/** {x | condition} up to the name of the variable. */
function equalBuilders(a: BuilderNode, b: BuilderNode, ctx: Context): Outcome {
  const nameA = variableOf(a);
  const nameB = variableOf(b);
  if (nameA === null || nameB === null) return all([equalNodes(a.element, b.element, ctx), equalNodes(a.condition, b.condition, ctx)]);
  const by: Node = { kind: "symbol", name: nameA };
  return all([equalNodes(a.element, substitute(b.element, nameB, by), ctx), equalNodes(a.condition, substitute(b.condition, nameB, by), ctx)]);
}

/** The bound variable: the element itself, or the one symbol that element and condition share. */
function variableOf(node: BuilderNode): string | null {
  const { element, condition } = node;
  if (element.kind === "symbol") return element.name;
  if (element.kind === "relation" && element.operands[0]!.kind === "symbol") return element.operands[0]!.name;
  const inside = freeSymbols(element);
  const shared = [...freeSymbols(condition)].filter((name) => inside.has(name));
  return shared.length === 1 ? shared[0]! : null;
}

/** Case by case, in any order; the same conditions with equal values. */
function equalPiecewise(a: Node, b: Node, ctx: Context): Outcome {
  if (a.kind !== "piecewise" || b.kind !== "piecewise") return different("structure", "a piecewise value and something else");
  if (a.cases.length !== b.cases.length) return different("structure", `${a.cases.length} and ${b.cases.length} cases`);
  const left = explicit(a, ctx);
  const right = explicit(b, ctx);
  const asTuple = (k: Case): Node => ({ kind: "tuple", items: [k.value, k.condition ?? OTHERWISE], open: "⟨", close: "⟩" });
  return matched(left.map(asTuple), right.map(asTuple), ctx);
}

type Case = PiecewiseNode["cases"][number];

const OTHERWISE: Node = { kind: "text", text: "otherwise" };

/** The cases with "otherwise" written out, where the other conditions can be solved: what they leave of the line. */
function explicit(node: PiecewiseNode, ctx: Context): readonly Case[] {
  const conditions = node.cases.flatMap((k) => (k.condition === null ? [] : [k.condition]));
  if (conditions.length !== node.cases.length - 1) return node.cases;
  const name = solvedVariable({ kind: "list", items: conditions, joined: "or" });
  const covered = name === null ? null : union(conditions.map((k) => solutions(k, ctx)), ctx);
  const rest = covered === null ? null : complement(covered, ctx);
  if (rest === null || rest.length === 0 || name === null) return node.cases;
  const pieces: Node[] = rest.map((p) => ({ kind: "tuple", items: [p.low, p.high], open: p.lowClosed ? "[" : "(", close: p.highClosed ? "]" : ")" }));
  const set: Node = pieces.length === 1 ? pieces[0]! : { kind: "set-operation", op: "union", args: pieces };
  return node.cases.map((k) => (k.condition === null ? { value: k.value, condition: { kind: "relation", operands: [{ kind: "symbol", name }, set], operators: ["∈"] } } : k));
}
