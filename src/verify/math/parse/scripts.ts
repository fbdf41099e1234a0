/** What stands behind an atom: exponents, subscripts, factorials, percent and degree signs, primes, bases. */
import { call, mul, neg, pow, rational, symbol, type Node } from "../ast.ts";
import { LimitError } from "../limits.ts";
import { parseAtom } from "./atoms.ts";
import { deeper, fault, isOp, next, peek, take, type Cursor } from "./cursor.ts";
import { parseFunction } from "./functions.ts";
import { groupItems, single } from "./structures.ts";
import type { Token } from "./tokens.ts";

/** Consumes ^\circ, ^{\circ}, ^° (the caret is already taken). */
export function isDegreeMark(c: Cursor): boolean {
  const isMark = (t: Token): boolean => (t.type === "command" && t.text === "circ") || isOp(t, "°") || (t.type === "op" && t.text === "∘") || (t.type === "symbol" && t.text === "o" && c.tokens[c.i - 2]?.type === "number");
  if (isMark(peek(c))) {
    c.i++;
    return true;
  }
  if (isOp(peek(c), "{") && isMark(peek(c, 1)) && isOp(peek(c, 2), "}")) {
    c.i += 3;
    return true;
  }
  return false;
}

export function primesInGroup(c: Cursor): number {
  let j = isOp(peek(c), "{") ? 1 : 0;
  const braced = j === 1;
  let count = 0;
  while (isOp(peek(c, j), "'")) {
    count++;
    j++;
  }
  if (count === 0 || (braced && !isOp(peek(c, j), "}"))) return 0;
  c.i += braced ? j + 1 : j;
  return count;
}

/** 5^{\text{th}} is five. */
export function ordinalInGroup(c: Cursor): boolean {
  const j = isOp(peek(c), "{") ? 1 : 0;
  const token = peek(c, j);
  if (token.inText && /^(st|nd|rd|th)$/.test(token.text) && (j === 0 || isOp(peek(c, 2), "}"))) {
    c.i += j === 0 ? 1 : 3;
    return true;
  }
  return false;
}

/** An exponent or subscript: a group, or one signed atom. */
export function parseScript(c: Cursor): Node {
  // 3^+ and 3^{-}: a side, not a value.
  const sign = isOp(peek(c), "{") ? 1 : 0;
  const mark = peek(c, sign);
  const stop = peek(c, sign + 1);
  if ((isOp(mark, "+") || isOp(mark, "-")) && (sign === 1 ? isOp(stop, "}") : stop.type === "end" || isOp(stop, "}"))) {
    c.i += sign === 1 ? 3 : 1;
    return symbol(mark.text);
  }
  if (take(c, "-")) return neg(parseScript(c));
  if (take(c, "+")) return parseScript(c);
  if (isOp(peek(c), "{")) return single(c, groupItems(c, "{", "}"));
  if (peek(c).type === "function") return parseFunction(c);
  return deeper(c, (inner) => postfixMarks(inner, parseAtom(inner)));
}

/** Factorials, percent signs, degree signs, primes and subscripts after an atom. */
export function postfix(c: Cursor, atom: Node): Node {
  let node = atom;
  for (;;) {
    const token = peek(c);
    if (token.type !== "op") return node;
    if (token.text === "_") {
      c.i++;
      node = subscript(c, node);
    } else {
      const marked = postfixMark(c, node);
      if (marked === node) return node;
      node = marked;
    }
  }
}

function postfixMarks(c: Cursor, atom: Node): Node {
  let node = atom;
  for (;;) {
    const marked = isOp(peek(c), "!") ? postfixMark(c, node) : node;
    if (marked === node) return node;
    node = marked;
  }
}

function postfixMark(c: Cursor, node: Node): Node {
  const token = peek(c);
  switch (token.text) {
    case "!":
      c.i++;
      if (isOp(peek(c), "!") && !peek(c).spaced) {
        c.i++;
        return call("doublefactorial", [node]);
      }
      return call("factorial", [node]);
    case "%":
      c.i++;
      return { kind: "percent", value: node };
    case "‰":
      c.i++;
      return mul([node, rational(1n, 1000n)]);
    case "°":
      c.i++;
      // °C and °F are temperatures.
      if (peek(c).type === "symbol" && /^[CFK]$/.test(peek(c).text) && !juxtaposedAfter(c)) return { kind: "quantity", value: node, unit: `°${next(c).text}` };
      return { kind: "quantity", value: node, unit: "°" };
    case "'":
      if (node.kind === "symbol" || node.kind === "call") {
        c.i++;
        return withSuffix(node, "'");
      }
      return node;
    default:
      return node;
  }
}

function juxtaposedAfter(c: Cursor): boolean {
  const after = peek(c, 1);
  return after.type === "symbol" || after.type === "number" || isOp(after, "^");
}

export function withSuffix(node: Node, suffix: string): Node {
  if (node.kind === "symbol") return symbol(node.name + suffix);
  if (node.kind === "constant" && (node.name === "e" || node.name === "i")) return symbol(node.name + suffix);
  if (node.kind === "call") return { ...node, name: node.name + suffix };
  return node;
}

/** x_1, a_{ij}, 1010_2: part of a name, or the base of digits. */
function subscript(c: Cursor, node: Node): Node {
  const start = peek(c);
  const before = c.tokens[c.i - 2];
  if (before?.type === "number" && before.value!.digits !== "" && (node.kind === "number" || node.kind === "tuple")) {
    const base = baseOf(c);
    if (base !== null) return basedNumber(before.value!.digits, base);
    throw fault(c, "expected a base");
  }
  const text = scriptText(c);
  if (node.kind === "symbol") return symbol(`${node.name}_${text}`);
  if (node.kind === "constant" && (node.name === "e" || node.name === "i")) return symbol(`${node.name}_${text}`);
  if (node.kind === "pow") return pow(subscriptOn(node.base, text, c, start), node.exponent);
  return subscriptOn(node, text, c, start);
}

function subscriptOn(node: Node, text: string, c: Cursor, start: Token): Node {
  if (node.kind === "symbol") return symbol(`${node.name}_${text}`);
  if (node.kind === "constant" && (node.name === "e" || node.name === "i")) return symbol(`${node.name}_${text}`);
  if (node.kind === "number" && /^\d+$/.test(text)) return basedNumber(String(node.n), Number(text));
  if (node.kind === "call" || node.kind === "named-set" || node.kind === "mul" || node.kind === "tuple" || node.kind === "add") {
    if (/^(?:10|[2-9]|1[1-6])$/.test(text) && node.kind === "mul") throw fault(c, "a base needs digits before it");
    return call(`sub_${text}`, [node]);
  }
  throw fault({ ...c, i: c.tokens.indexOf(start) }, "this cannot have a subscript");
}

const BASE_WORDS: ReadonlyMap<string, number> = new Map([["two", 2], ["three", 3], ["four", 4], ["five", 5], ["six", 6], ["seven", 7], ["eight", 8], ["nine", 9], ["ten", 10], ["eleven", 11], ["twelve", 12], ["sixteen", 16], ["bin", 2], ["oct", 8], ["dec", 10], ["hex", 16]]);

export function baseOf(c: Cursor): number | null {
  const braced = isOp(peek(c), "{");
  const parenthesised = braced && isOp(peek(c, 1), "(");
  const token = peek(c, (braced ? 1 : 0) + (parenthesised ? 1 : 0));
  const base = token.type === "number" && token.value!.integer ? Number(token.value!.n) : token.type === "word" ? BASE_WORDS.get(token.text.toLowerCase()) : undefined;
  if (base === undefined || base < 2 || base > 36) return null;
  c.i += 1 + (braced ? 2 : 0) + (parenthesised ? 2 : 0);
  return base;
}

/** Digits (with a point) read in a base; `value` null where a digit does not fit. */
export function basedNumber(digits: string, base: number): Node {
  let n = 0n;
  let d = 1n;
  let seenPoint = false;
  const radix = BigInt(base);
  for (const ch of digits.toUpperCase()) {
    if (ch === ".") {
      seenPoint = true;
      continue;
    }
    const digit = ch >= "0" && ch <= "9" ? ch.charCodeAt(0) - 48 : ch.charCodeAt(0) - 55;
    if (digit < 0 || digit >= base) return { kind: "based", digits: digits.toUpperCase(), base, value: null };
    n = n * radix + BigInt(digit);
    if (seenPoint) d *= radix;
  }
  const value = rational(n, d);
  return { kind: "based", digits: digits.toUpperCase(), base, value: { n: value.n, d: value.d } };
}

/** The text of a subscript group, spaces dropped. */
export function scriptText(c: Cursor): string {
  if (!isOp(peek(c), "{")) {
    const token = next(c);
    if (token.type === "end") throw fault(c, "expected a subscript");
    return token.text;
  }
  c.i++;
  let depth = 1;
  let text = "";
  for (;;) {
    const token = next(c);
    if (token.type === "end") throw fault(c, "expected }");
    if (isOp(token, "{")) depth++;
    else if (isOp(token, "}") && --depth === 0) return text;
    else if (token.type === "op" && token.text === "^") text += "^";
    else if (!isOp(token, "}")) text += token.text;
    if (text.length > 200) throw new LimitError("answerCharacters", "a subscript may have 200 characters");
  }
}
