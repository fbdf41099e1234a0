/** Relations, sequences, brackets and environments: what answers put around scalars. */
import { MINUS_ONE, call, mul, pow, symbol, type Bracket, type ListNode, type Node, type RelationOperator } from "../ast.ts";
import { LIMITS, LimitError } from "../limits.ts";
import { deeper, expect, fault, isOp, next, peek, take, within, type Cursor } from "./cursor.ts";
import { parseSum } from "./expression.ts";
import { FILLERS } from "./tables.ts";
import type { Token } from "./tokens.ts";

export const RELATIONS: ReadonlySet<string> = new Set(["=", "≠", "<", "≤", ">", "≥", "≈", "∈", "∉", "⊂", "⊆", "⊃", "⊇", "≡", "∝", "∼", "→", "⟂", "∥"]);
const OPENERS: ReadonlySet<string> = new Set(["(", "[", "\\{", "{", "⟨"]);
const CLOSERS: ReadonlySet<string> = new Set([")", "]", "\\}", "}", "⟩"]);

export function isOpener(token: Token): boolean {
  return token.type === "op" && OPENERS.has(token.text);
}

export function isCloser(token: Token): boolean {
  return token.type === "op" && CLOSERS.has(token.text);
}

// ── sets and relations ──────────────────────────────────────────────────────────────────────────────────────────────

const SET_OPS: ReadonlyMap<string, "union" | "intersection" | "difference"> = new Map([["∪", "union"], ["∩", "intersection"], ["∖", "difference"]]);

/** sum ((∪ | ∩ | ∖) sum)*, from the left; ∩ binds tighter than ∪. */
function parseSetExpression(c: Cursor): Node {
  const operands: Node[] = [parseSum(c)];
  const operators: ("union" | "intersection" | "difference")[] = [];
  for (;;) {
    const token = peek(c);
    const op = token.type === "op" ? SET_OPS.get(token.text) : undefined;
    if (op === undefined) break;
    c.i++;
    const operand = parseSum(c);
    if (op === "intersection") operands.push({ kind: "set-operation", op, args: [operands.pop()!, operand] });
    else {
      operators.push(op);
      operands.push(operand);
    }
  }
  let node = operands[0]!;
  operators.forEach((op, k) => {
    const right = operands[k + 1]!;
    node = op === "union" && node.kind === "set-operation" && node.op === "union" ? { ...node, args: [...node.args, right] } : { kind: "set-operation", op, args: [node, right] };
  });
  return node;
}

/** set (":" set)* — a ratio, where colons do not separate a set-builder. */
function parseRatio(c: Cursor): Node {
  const first = parseSetExpression(c);
  if (c.inBuilder || !isOp(peek(c), ":")) return first;
  const parts = [first];
  while (take(c, ":")) parts.push(parseSetExpression(c));
  return { kind: "ratio", parts };
}

/** ratio (op ratio)*: one relation or a chain. */
export function parseRelation(c: Cursor): Node {
  return deeper(c, () => {
    const negated = take(c, "¬");
    const label = labelAhead(c);
    const operands: Node[] = [label ?? parseRatio(c)];
    const operators: RelationOperator[] = [];
    let modulus: Node | undefined;
    for (;;) {
      const token = peek(c);
      if (token.type === "op" && RELATIONS.has(token.text)) {
        c.i++;
        operators.push(token.text as RelationOperator);
        skipFillers(c);
        operands.push(parseRatio(c));
      } else if (token.type === "op" && token.text === "∣" && !c.inBuilder) {
        c.i++;
        operators.push("∣");
        operands.push(parseRatio(c));
      } else break;
    }
    if (operators.length > 0) modulus = readModulus(c);
    const node: Node = operators.length === 0 ? operands[0]! : { kind: "relation", operands, operators, ...(modulus === undefined ? {} : { modulus }) };
    return negated ? { kind: "logic", op: "not", args: [node] } : node;
  });
}

/** \pmod{n}, (mod n), mod n behind a congruence. */
function readModulus(c: Cursor): Node | undefined {
  if (peek(c).type === "command" && (peek(c).text === "pmod" || peek(c).text === "pod")) {
    c.i++;
    return isOp(peek(c), "{") ? single(c, groupItems(c, "{", "}")) : parseSum(c);
  }
  const isMod = (t: Token): boolean => isOp(t, "mod") || (t.type === "word" && /^mod(ulo)?$/i.test(t.text)) || (t.type === "function" && t.text === "mod") || (t.type === "command" && t.text === "mod");
  if (isOp(peek(c), "(") && isMod(peek(c, 1))) {
    c.i += 2;
    const modulus = parseSum(c);
    expect(c, ")");
    return modulus;
  }
  if (isMod(peek(c))) {
    c.i++;
    return parseSum(c);
  }
  return undefined;
}

/** Words before "=", ":" or "is" name the value that follows: "Area = 5", "the radius is 3". */
function labelAhead(c: Cursor): Node | null {
  if (peek(c).type !== "word") return null;
  let j = 0;
  while (peek(c, j).type === "word" || (peek(c, j).type === "symbol" && j > 0)) j++;
  if (j > 12) return null;
  const last = peek(c, j - 1);
  const stop = peek(c, j);
  const verb = /^(is|are|was|were|equals|be)$/i.test(last.text);
  if (stop.type === "end" || !(isOp(stop, "=") || isOp(stop, "≈") || isOp(stop, ":") || verb)) return null;
  const words: string[] = [];
  for (let k = 0; k < (verb ? j - 1 : j); k++) words.push(peek(c, k).text);
  if (verb) {
    // "x is 5" reads as "x = 5": the verb becomes the operator.
    c.tokens[c.i + j - 1] = { ...last, type: "op", text: "=" };
    c.i += j - 1;
  } else {
    c.i += j;
    if (isOp(stop, ":")) c.tokens[c.i] = { ...stop, text: "=" };
  }
  const meaningful = words.filter((w) => !FILLERS.has(w.toLowerCase()));
  return symbol(meaningful.length === 0 ? "answer" : meaningful.join(" "));
}

function skipFillers(c: Cursor): void {
  while (peek(c).type === "word" && FILLERS.has(peek(c).text.toLowerCase())) c.i++;
}

// ── logic and sequences ─────────────────────────────────────────────────────────────────────────────────────────────

function parseLogic(c: Cursor): Node {
  skipFillers(c);
  const item = words(c) ?? parseRelation(c);
  const token = peek(c);
  const op = token.type !== "op" ? undefined : token.text === "∧" ? "and" : token.text === "∨" ? "or" : token.text === "⇒" ? "implies" : token.text === "⇔" ? "iff" : undefined;
  if (op === undefined) return item;
  c.i++;
  return { kind: "logic", op, args: [item, deeper(c, parseLogic)] };
}

/** An item that is nothing but words, up to the next separator. */
function words(c: Cursor): Node | null {
  if (peek(c).type !== "word") return null;
  let j = 0;
  while (peek(c, j).type === "word" || (peek(c, j).type === "symbol" && peek(c, j).spaced) || isOp(peek(c, j), "'")) j++;
  const stop = peek(c, j);
  const ends = stop.type === "end" || stop.type === "space" || (stop.type === "op" && (SEPARATORS.has(stop.text) || CLOSERS.has(stop.text)));
  if (!ends) return null;
  const from = peek(c).start;
  const to = peek(c, j - 1).end;
  c.i += j;
  return { kind: "text", text: c.text.slice(from, to).replace(/\s+/g, " ") };
}

const SEPARATORS: ReadonlySet<string> = new Set([",", ";", "and", "or", "\\\\", "&"]);

type Join = ListNode["joined"];

/** Items up to a closing bracket or the end, with how they were joined; ";" separates groups of ",". */
export function parseSequence(c: Cursor): Node[] {
  return deeper(c, () => {
    const groups: Node[][] = [[]];
    let join: Join = "comma";
    for (;;) {
      skipBreaks(c);
      if (atEnd(c) && !(c.i === 0 && isOp(peek(c), "]"))) break;
      if (groups.flat().length >= LIMITS.items) throw new LimitError("items", `a list may have ${LIMITS.items} items`);
      groups[groups.length - 1]!.push(parseLogic(c));
      // The bar or colon of a set-builder is the caller's.
      if (c.inBuilder && isBuilderBar(peek(c))) break;
      const separator = readSeparator(c);
      if (separator === null) break;
      if (separator === "semicolon") groups.push([]);
      else if (separator !== "comma") join = separator;
    }
    const filled = groups.filter((g) => g.length > 0);
    if (filled.length <= 1) {
      const items = filled[0] ?? [];
      return items.length > 1 && join !== "comma" ? [{ kind: "list", items, joined: join }] : items;
    }
    return filled.map((g) => (g.length === 1 ? g[0]! : { kind: "list", items: g, joined: "comma" }));
  });
}

function isBuilderBar(token: Token): boolean {
  return token.type === "op" && (token.text === "∣" || token.text === "|" || token.text === ":");
}

function atEnd(c: Cursor): boolean {
  const token = peek(c);
  return token.type === "end" || isCloser(token) || (token.type === "op" && (token.text === "|⟯" || token.text === "⌋" || token.text === "⌉" || token.text === "&" || (c.inBars && (token.text === "|" || token.text === "‖"))));
}

function skipBreaks(c: Cursor): void {
  while (peek(c).type === "space") c.i++;
}

/** Reads "," | ";" | "and" | "or" | a wide space, and combinations like ", and". */
function readSeparator(c: Cursor): Join | "semicolon" | null {
  let found: Join | "semicolon" | null = null;
  for (;;) {
    const token = peek(c);
    if (token.type === "space") {
      found ??= "comma";
      c.i++;
    } else if (token.type === "op" && (token.text === "," || token.text === ";" || token.text === "and" || token.text === "or" || token.text === "\\\\")) {
      if (token.text === "\\\\" && atRowEnd(c)) return found;
      found = token.text === "and" || token.text === "or" ? token.text : token.text === ";" ? "semicolon" : (found ?? "comma");
      c.i++;
    } else break;
  }
  return found !== null && atEnd(c) ? null : found;
}

function atRowEnd(c: Cursor): boolean {
  return c.inBuilder;
}

/** One node of a group's items: itself, or a list. */
export function single(c: Cursor, items: readonly Node[]): Node {
  if (items.length === 0) throw fault(c, "expected something inside the brackets");
  return items.length === 1 ? items[0]! : { kind: "list", items, joined: "comma" };
}

/** The items of a bracketed node, or the node alone. */
export function toItems(node: Node): readonly Node[] {
  return node.kind === "tuple" || node.kind === "list" || node.kind === "set" ? node.items : [node];
}

// ── brackets ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Items between two given operators. */
export function groupItems(c: Cursor, open: string, close: string): Node[] {
  expect(c, open);
  const items = within(c, {}, parseSequence);
  expect(c, close);
  return items;
}

/** A bracketed group: a scalar, a tuple or interval, a set, a set-builder. */
export function bracketed(c: Cursor): Node {
  return deeper(c, () => {
    const open = next(c).text;
    if (open === "\\{" || open === "{") return braces(c, open);
    if (take(c, ")")) throw fault(c, "expected something inside the brackets");
    const items = within(c, { french: open === "]" }, parseSequence);
    const close = peek(c);
    const french = isOp(close, "[") && (open === "]" || open === "[" || open === "(");
    if (!isCloser(close) && !french) throw fault(c, "expected a closing bracket");
    if (close.text === "}" || close.text === "\\}") throw fault(c, "expected a closing bracket");
    c.i++;
    if (items.length === 0) throw fault(c, "expected something inside the brackets");
    const flat = items.some((x) => x.kind === "list" && x.joined === "comma") ? items.flatMap((x) => (x.kind === "list" && x.joined === "comma" ? x.items : [x])) : items;
    if (flat.length === 1 && open !== "⟨" && open !== "]" && !french) return flat[0]!;
    return { kind: "tuple", items: flat, open: open as Bracket, close: close.text as Bracket };
  });
}

function braces(c: Cursor, open: string): Node {
  const close = open === "{" ? "}" : "\\}";
  const closes = (): boolean => take(c, close) || take(c, open === "{" ? "\\}" : "}");
  if (closes()) {
    if (open === "{" && c.math) throw fault(c, "expected something inside the braces");
    return { kind: "named-set", name: "empty" };
  }
  const items = within(c, { inBuilder: open === "\\{" || !c.math }, parseSequence);
  const token = peek(c);
  if (isBuilderBar(token) && (open === "\\{" || !c.math)) {
    c.i++;
    const condition = within(c, {}, parseSequence);
    if (!closes()) throw fault(c, "expected } after the condition");
    const element = single(c, items);
    const conditionNode = single(c, condition);
    return { kind: "builder", element, condition: conditionNode };
  }
  if (token.type === "command" && token.text === "over") {
    c.i++;
    const below = within(c, {}, parseSequence);
    if (!closes()) throw fault(c, "expected }");
    return mul([single(c, items), pow(single(c, below), MINUS_ONE)]);
  }
  if (token.type === "command" && token.text === "choose") {
    c.i++;
    const below = within(c, {}, parseSequence);
    if (!closes()) throw fault(c, "expected }");
    return call("binomial", [single(c, items), single(c, below)]);
  }
  if (!closes()) throw fault(c, "expected }");
  if (open === "{" && items.length === 1) return items[0]!;
  const flat = items.flatMap((x) => (x.kind === "list" && x.joined === "comma" ? x.items : [x]));
  return { kind: "set", items: flat.length === 1 && flat[0]!.kind === "list" ? flat[0]!.items : flat };
}
