/** Sums, products, powers, functions: the scalar part of the grammar. */
import { add, call, constant, div, integer, mul, neg, pow, rational, root, symbol, type Node, type NumberNode } from "../ast.ts";
import { LimitError } from "../limits.ts";
import { mapChildren } from "../compare/families.ts";
import { deeper, expect, fault, isOp, next, peek, take, within, type Cursor } from "./cursor.ts";
import { bracketed, environment, groupItems, isOpener, parseSequence, single, toItems } from "./structures.ts";
import { ACCENTS } from "./tables.ts";
import type { Token } from "./tokens.ts";
import { currencyAhead, parseUnitPhrase, unitAhead } from "./unit-phrase.ts";

/** term ((+ | − | ± | ∓) term)* */
export function parseSum(c: Cursor): Node {
  return deeper(c, () => {
    const terms: Node[] = [signedTerm(c)];
    for (;;) {
      const token = peek(c);
      if (token.type !== "op") break;
      if (token.text === "+") {
        c.i++;
        terms.push(signedTerm(c));
      } else if (token.text === "-") {
        c.i++;
        terms.push(neg(signedTerm(c)));
      } else if (token.text === "±" || token.text === "∓") {
        c.i++;
        terms.push({ kind: "plus-minus", sign: token.text === "±" ? 1 : -1, arg: signedTerm(c) });
      } else break;
    }
    return add(terms);
  });
}

function signedTerm(c: Cursor): Node {
  const token = peek(c);
  if (token.type === "op") {
    if (token.text === "-") {
      c.i++;
      const term = deeper(c, signedTerm);
      // The sign of a dividend: −1 mod 2 is (−1) mod 2.
      return term.kind === "call" && term.name === "mod" ? call("mod", [neg(term.args[0]!), term.args[1]!]) : neg(term);
    }
    if (token.text === "+") {
      c.i++;
      return deeper(c, signedTerm);
    }
    if (token.text === "±" || token.text === "∓") {
      c.i++;
      return { kind: "plus-minus", sign: token.text === "±" ? 1 : -1, arg: deeper(c, signedTerm) };
    }
  }
  return parseTerm(c);
}

/** Products and quotients, written or by juxtaposition; a trailing unit makes a quantity. */
export function parseTerm(c: Cursor): Node {
  return deeper(c, () => {
    const unitFirst = currencyAhead(c);
    if (unitFirst !== null) {
      c.i++;
      return quantity(parseTerm(c), unitFirst);
    }
    let value = mixedNumber(c) ?? parsePower(c);
    for (;;) {
      const token = peek(c);
      if (token.type === "op" && token.text === "*") {
        c.i++;
        value = mul([value, signedPower(c)]);
      } else if (token.type === "op" && (token.text === "/" || token.text === "÷")) {
        c.i++;
        let divisor = signedPower(c);
        // 1/2x is 1/(2x), 1/2 x is x/2: a divisor keeps what is written right behind it.
        while (token.text === "/" && juxtaposed(c) && !peek(c).spaced && divisor.kind !== "call") divisor = mul([divisor, parsePower(c)]);
        value = div(value, divisor);
      } else if (token.type === "op" && token.text === "mod") {
        c.i++;
        value = call("mod", [value, signedPower(c)]);
      } else if (token.type === "command" && (token.text === "bmod" || token.text === "mod")) {
        c.i++;
        value = call("mod", [value, signedPower(c)]);
      } else if (token.type === "op" && token.text === "choose") {
        c.i++;
        value = call("binomial", [value, parsePower(c)]);
      } else if (unitAhead(c)) {
        value = quantity(value, parseUnitPhrase(c));
      } else if (juxtaposed(c)) {
        value = mul([ungrouped(value), ungrouped(mixedNumber(c) ?? parsePower(c))]);
      } else return value;
    }
  });
}

/** \{a+b\} beside a factor is a bracket, not a set. */
function ungrouped(node: Node): Node {
  return node.kind === "set" && node.items.length === 1 ? node.items[0]! : node;
}

/** A quantity; feet and inches, or hours and minutes, written after one another stay a product of the list's business. */
function quantity(value: Node, unit: string): Node {
  return { kind: "quantity", value, unit };
}

function signedPower(c: Cursor): Node {
  if (take(c, "-")) return neg(deeper(c, signedPower));
  if (take(c, "+")) return deeper(c, signedPower);
  return mixedNumber(c) ?? parsePower(c);
}

/** True where the next token starts a factor by juxtaposition. */
function juxtaposed(c: Cursor): boolean {
  const token = peek(c);
  switch (token.type) {
    case "number":
      // Two numbers side by side are not a product, but "2 · (3)" or "x 2" may be: only a bracket or letter before it makes one.
      return previousEndsFactor(c);
    case "symbol":
      if (c.inIntegral && token.text === "d" && peek(c, 1).type === "symbol") return false;
      return true;
    case "function":
    case "set":
      return true;
    case "command":
      return !NOT_FACTORS.has(token.text);
    case "op":
      if (token.text === "|") return !c.inBars && !c.inBuilder;
      if (token.text === "‖") return !c.inBars;
      if (token.text === "[") return !c.french && c.i <= c.lastSquare;
      return FACTOR_OPS.has(token.text);
    default:
      return false;
  }
}

function previousEndsFactor(c: Cursor): boolean {
  const before = c.tokens[c.i - 1];
  return before !== undefined && (before.type !== "number" || peek(c).value?.integer === false && before.value?.integer === true && /[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]/.test(peek(c).text));
}

const NOT_FACTORS: ReadonlySet<string> = new Set(["end", "over", "choose", "pmod", "pod", "bmod", "mod", "circ"]);
const FACTOR_OPS: ReadonlySet<string> = new Set(["(", "[", "{", "\\{", "⟨", "⟮|", "⌊", "⌈", "√", "∛", "∜", "∑", "∏", "∫", "∞", "∅", "∠", "△", "∂"]);

/** 1\frac{1}{2}, 1 1/2, 1½: an integer followed by a proper fraction. Null, and nothing read, where it is none. */
function mixedNumber(c: Cursor): Node | null {
  const whole = peek(c);
  if (whole.type !== "number" || whole.value?.integer !== true || isOp(peek(c, 1), "_")) return null;
  const second = peek(c, 1);
  if (second.type === "number" && second.value!.d > second.value!.n && second.value!.integer === false && second.value!.decimals === undefined) {
    c.i += 2;
    return rational(whole.value.n * second.value!.d + second.value!.n, second.value!.d);
  }
  if (second.type === "number" && second.spaced && second.value!.integer && isOp(peek(c, 2), "/") && peek(c, 3).type === "number" && peek(c, 3).value!.integer && !peek(c, 3).spaced) {
    const n = second.value!.n;
    const d = peek(c, 3).value!.n;
    if (n < d && !isOp(peek(c, 4), "^")) {
      c.i += 4;
      return rational(whole.value.n * d + n, d);
    }
  }
  if (second.type === "command" && /^[dtc]?frac$/.test(second.text)) {
    const [a, b, length] = simpleFraction(c, 2);
    if (a !== null && b !== null && a < b && a > 0n && !isOp(peek(c, length), "^")) {
      c.i += length;
      return rational(whole.value.n * b + a, b);
    }
  }
  return null;
}

/** Numerator, denominator and the tokens up to their end, of a \frac of two plain integers; nulls where it is not one. */
function simpleFraction(c: Cursor, from: number): [bigint | null, bigint | null, number] {
  const parts: bigint[] = [];
  let j = from;
  while (parts.length < 2) {
    const token = peek(c, j);
    if (token.type === "number" && token.value!.integer) {
      if (parts.length === 0 && token.text.length === 2 && /^\d\d$/.test(token.text)) return [BigInt(token.text[0]!), BigInt(token.text[1]!), j + 1];
      if (token.text.length !== 1) return [null, null, j];
      parts.push(token.value!.n);
      j++;
    } else if (isOp(token, "{") && peek(c, j + 1).type === "number" && peek(c, j + 1).value!.integer && isOp(peek(c, j + 2), "}")) {
      parts.push(peek(c, j + 1).value!.n);
      j += 3;
    } else return [null, null, j];
  }
  return [parts[0]!, parts[1]!, j];
}

/** base^exponent with its postfix marks. */
export function parsePower(c: Cursor): Node {
  return deeper(c, () => {
    let base = postfix(c, parseAtom(c));
    while (isOp(peek(c), "^")) {
      c.i++;
      if (isDegreeMark(c)) {
        base = { kind: "quantity", value: base, unit: "°" };
        continue;
      }
      const primes = primesInGroup(c);
      if (primes > 0) {
        base = withSuffix(base, "'".repeat(primes));
        continue;
      }
      if (ordinalInGroup(c)) continue;
      base = postfix(c, pow(base, parseScript(c)));
    }
    return base;
  });
}

/** Consumes ^\circ, ^{\circ}, ^° (the caret is already taken). */
function isDegreeMark(c: Cursor): boolean {
  const isMark = (t: Token): boolean => (t.type === "command" && t.text === "circ") || isOp(t, "°") || (t.type === "op" && t.text === "∘");
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

function primesInGroup(c: Cursor): number {
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
function ordinalInGroup(c: Cursor): boolean {
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
function postfix(c: Cursor, atom: Node): Node {
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

function withSuffix(node: Node, suffix: string): Node {
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

function baseOf(c: Cursor): number | null {
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
function scriptText(c: Cursor): string {
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

/** Names read as functions when a bracket follows them directly. */
const FUNCTION_LETTERS: ReadonlySet<string> = new Set(["f", "g", "h", "F", "G", "H"]);

function parseAtom(c: Cursor): Node {
  const token = peek(c);
  switch (token.type) {
    case "number": {
      c.i++;
      const value = token.value!;
      if (/^[0-9]*[A-Fa-f][0-9A-Fa-f]*$/.test(value.digits)) {
        if (!take(c, "_")) throw fault(c, "expected the base of these digits");
        const base = baseOf(c);
        if (base === null) throw fault(c, "expected a base");
        return basedNumber(value.digits, base);
      }
      const node: NumberNode = rational(value.n, value.d, value.decimals);
      return node;
    }
    case "symbol":
      return letter(c, token);
    case "function":
      return parseFunction(c);
    case "set":
      return namedSet(c);
    case "command":
      return command(c, token);
    case "word":
      c.i++;
      // A name we do not know, applied: an unknown function.
      return isOp(peek(c), "(") ? call(token.text, toItems(bracketed(c))) : symbol(token.text);
    case "op":
      return operatorAtom(c, token);
    default:
      throw fault(c, "expected a value");
  }
}

function letter(c: Cursor, token: Token): Node {
  c.i++;
  const after = peek(c);
  if (FUNCTION_LETTERS.has(token.text)) {
    // f(x), f'(x), f^{-1}(x), f_n(x): an unknown function of its arguments.
    let j = 0;
    while (isOp(peek(c, j), "'")) j++;
    if (isOp(peek(c, j), "(") && !peek(c, j).spaced) {
      const name = token.text + "'".repeat(j);
      c.i += j;
      return call(name, toItems(bracketed(c)));
    }
  }
  if (token.text === "e" && !(isOp(after, "_") || isOp(after, "'"))) return constant("e");
  if (token.text === "i" && !(isOp(after, "_") || isOp(after, "'"))) return constant("i");
  if (token.text === "pi") return constant("pi");
  return symbol(token.text);
}

function operatorAtom(c: Cursor, token: Token): Node {
  switch (token.text) {
    case "(":
    case "[":
    case "\\{":
    case "⟨":
    case "{":
    case "]":
      return bracketed(c);
    case "|": {
      c.i++;
      const inside = within(c, { inBars: true }, parseSequence);
      expect(c, "|");
      return bars(c, inside);
    }
    case "⟮|": {
      c.i++;
      const inside = within(c, {}, parseSequence);
      if (!take(c, "|⟯")) expect(c, "|");
      return bars(c, inside);
    }
    case "‖": {
      c.i++;
      const inside = within(c, { inBars: true }, parseSequence);
      expect(c, "‖");
      return call("norm", [single(c, inside)]);
    }
    case "⌊": {
      c.i++;
      const inside = within(c, {}, parseSequence);
      expect(c, "⌋");
      return call("floor", [single(c, inside)]);
    }
    case "⌈": {
      c.i++;
      const inside = within(c, {}, parseSequence);
      expect(c, "⌉");
      return call("ceil", [single(c, inside)]);
    }
    case "√":
      c.i++;
      return root(rootArgument(c));
    case "∛":
      c.i++;
      return root(rootArgument(c), integer(3));
    case "∜":
      c.i++;
      return root(rootArgument(c), integer(4));
    case "∞":
      c.i++;
      return constant("infinity");
    case "∅":
      c.i++;
      return { kind: "named-set", name: "empty" };
    case "…":
      c.i++;
      return { kind: "ellipsis" };
    case "∑":
      return big(c, "sum");
    case "∏":
      return big(c, "product");
    case "⋃":
      return big(c, "big-union");
    case "⋂":
      return big(c, "big-intersection");
    case "∫":
      return integral(c);
    case "∠":
    case "△": {
      c.i++;
      return symbol(`${token.text}${letters(c)}`);
    }
    case "∂":
      c.i++;
      return symbol("partial");
    default:
      throw fault(c, "expected a value");
  }
}

function bars(c: Cursor, inside: readonly Node[]): Node {
  const content = single(c, inside);
  return call(content.kind === "matrix" ? "det" : "abs", [content]);
}

/** Letters of a geometric name, like ABC in \angle ABC. */
function letters(c: Cursor): string {
  let name = "";
  while (peek(c).type === "symbol" || peek(c).type === "word") name += next(c).text;
  if (name === "") throw fault(c, "expected a name");
  return name;
}

function rootArgument(c: Cursor): Node {
  return isOp(peek(c), "{") ? single(c, groupItems(c, "{", "}")) : isOpener(peek(c)) ? bracketed(c) : deeper(c, parseAtom);
}

const SUPERSCRIPT_SETS: ReadonlySet<string> = new Set(["+", "-", "*"]);

function namedSet(c: Cursor): Node {
  const name = next(c).text as "R" | "Q" | "Z" | "N" | "C";
  let suffix = "";
  for (let tries = 0; tries < 2; tries++) {
    if (!isOp(peek(c), "^") && !isOp(peek(c), "_")) break;
    const braced = isOp(peek(c, 1), "{");
    const mark = peek(c, braced ? 2 : 1);
    if (mark.type === "op" && SUPERSCRIPT_SETS.has(mark.text) && (!braced || isOp(peek(c, 3), "}"))) suffix += mark.text;
    else if (mark.type === "number" && mark.text === "0" && (!braced || isOp(peek(c, 3), "}"))) suffix = `0${suffix}`;
    else if (braced && isOp(mark, ">") && peek(c, 3).text === "0" && isOp(peek(c, 4), "}")) {
      c.i += 5;
      return { kind: "named-set", name: name === "Z" || name === "N" ? "Z+" : "R+" };
    } else if (braced && isOp(mark, "≥") && peek(c, 3).text === "0" && isOp(peek(c, 4), "}")) {
      c.i += 5;
      return { kind: "named-set", name: name === "Z" || name === "N" ? "N0" : "R0+" };
    } else break;
    c.i += braced ? 4 : 2;
  }
  const full = name + (suffix === "+0" ? "0+" : suffix);
  const names = { R: "R", Q: "Q", Z: "Z", N: "N", C: "C", "R+": "R+", "R-": "R-", "Z+": "Z+", "N+": "Z+", "N*": "Z+", "Z-": "Z-", N0: "N0", "R*": "R*", "Z*": "Z*", "Q+": "Q+", "R0+": "R0+", "R0-": "R0-" } as const;
  if (!(full in names)) throw fault(c, `unknown set ${full}`);
  return { kind: "named-set", name: names[full as keyof typeof names] };
}

function command(c: Cursor, token: Token): Node {
  const name = token.text;
  if (/^([dtc]|nice|s)?frac$/.test(name)) return fraction(c);
  if (/^[dt]?binom$/.test(name)) {
    c.i++;
    return call("binomial", [argument(c), argument(c)]);
  }
  if (name === "sqrt") {
    c.i++;
    let index: Node = integer(2);
    if (isOp(peek(c), "[")) index = single(c, groupItems(c, "[", "]"));
    return root(rootArgument(c), index);
  }
  if (name === "begin") return environment(c);
  if (name === "lim" || name === "limsup" || name === "liminf") return limit(c);
  if (ACCENTS.has(name)) return accent(c, name);
  if (name === "end" || name === "over" || name === "choose" || name === "pmod" || name === "pod" || name === "circ") throw fault(c, `\\${name} is out of place`);
  // A command we do not know is a symbol of its own: equal to itself alone.
  c.i++;
  return symbol(`\\${name}`);
}

/** One argument of a command: a group, or the next single digit or atom. */
export function argument(c: Cursor): Node {
  const token = peek(c);
  if (isOp(token, "{")) return single(c, groupItems(c, "{", "}"));
  if (token.type === "number" && token.value!.integer && token.text.length > 1) {
    // \frac12: the argument is one digit; the rest stays.
    const rest = token.text.slice(1);
    c.tokens[c.i] = { ...token, text: rest, start: token.start + 1, spaced: false, value: { n: BigInt(rest), d: 1n, integer: true, digits: rest } };
    return integer(BigInt(token.text[0]!));
  }
  if (take(c, "-")) return neg(argument(c));
  return deeper(c, parseAtom);
}

function fraction(c: Cursor): Node {
  c.i++;
  const start = c.i;
  const operator = differential(c);
  if (operator !== null) return operator;
  c.i = start;
  const numerator = argument(c);
  const denominator = argument(c);
  return div(numerator, denominator);
}

/** d/dx, d^2/dx^2, ∂/∂x before a body, and dy/dx as a symbol. Null, at the start of the arguments, where it is neither. */
function differential(c: Cursor): Node | null {
  const isD = (t: Token): boolean => (t.type === "symbol" && (t.text === "d" || t.text === "partial")) || isOp(t, "∂");
  if (!isOp(peek(c), "{") || !isD(peek(c, 1))) return null;
  let j = 2;
  let order = "1";
  if (isOp(peek(c, j), "^")) {
    order = isOp(peek(c, j + 1), "{") ? peek(c, j + 2).text : peek(c, j + 1).text;
    j += isOp(peek(c, j + 1), "{") ? 4 : 2;
  }
  const body = peek(c, j).type === "symbol" ? peek(c, j++).text : null;
  if (!isOp(peek(c, j), "}") || !isOp(peek(c, j + 1), "{") || !isD(peek(c, j + 2)) || peek(c, j + 3).type !== "symbol") return null;
  const variable = peek(c, j + 3).text;
  let k = j + 4;
  if (isOp(peek(c, k), "^")) k += isOp(peek(c, k + 1), "{") ? 4 : 2;
  if (!isOp(peek(c, k), "}")) return null;
  c.i += k + 1;
  return { kind: "big", op: "derivative", variable, detail: order, body: body === null ? deeper(c, parseTerm) : symbol(body) };
}

function accent(c: Cursor, name: string): Node {
  c.i++;
  if (name === "overset") argument(c);
  const mark = ACCENTS.get(name)!;
  const start = c.i;
  if (isOp(peek(c), "{")) {
    const text = scriptText(c);
    if (mark === "") {
      c.i = start;
      return argument(c);
    }
    return symbol(/^[A-Z]{2,}$/.test(text) && mark === "bar" ? text : `${mark}{${text}}`);
  }
  const token = next(c);
  if (token.type === "end") throw fault(c, "expected a symbol under the accent");
  return mark === "" ? (token.text === "i" || token.text === "e" ? symbol(token.text) : symbol(token.text)) : symbol(`${mark}{${token.text}}`);
}

/** A function with its subscript, power, primes and argument. */
export function parseFunction(c: Cursor): Node {
  return deeper(c, () => {
    const token = next(c);
    let name = token.text;
    let base: Node | null = null;
    let power: Node | null = null;
    for (;;) {
      if (isOp(peek(c), "_")) {
        c.i++;
        base = parseScript(c);
      } else if (isOp(peek(c), "^") && power === null) {
        c.i++;
        if (isDegreeMark(c)) throw fault(c, "a function has no degree");
        power = parseScript(c);
      } else break;
    }
    if (name === "sqrt" && isOp(peek(c), "[")) {
      const index = single(c, groupItems(c, "[", "]"));
      return root(rootArgument(c), index);
    }
    if (name === "sqrt" || name === "cbrt") {
      const value = root(rootArgument(c), integer(name === "cbrt" ? 3 : 2));
      return power === null ? value : pow(value, power);
    }
    let args: readonly Node[];
    if (isOp(peek(c), "(") || isOp(peek(c), "{") || isOp(peek(c), "\\{") || isOp(peek(c), "[")) {
      const content = bracketed(c);
      args = content.kind === "tuple" || content.kind === "set" || content.kind === "list" ? content.items : [content];
      // \sin(x)^2 squares the sine; a factorial or subscript there would be read wrongly, so it is left to the caller.
    } else args = [implicitArgument(c)];
    if (power !== null && power.kind === "number" && power.n === -1n && power.d === 1n && INVERSE.has(name)) {
      name = INVERSE.get(name)!;
      power = null;
    }
    const value = applied(c, name, base, args);
    return power === null ? value : pow(value, power);
  });
}

const INVERSE: ReadonlyMap<string, string> = new Map([..."sin cos tan cot sec csc".split(" ").map((n): [string, string] => [n, `arc${n}`]), ..."sinh cosh tanh coth sech csch".split(" ").map((n): [string, string] => [n, `ar${n}`])]);

function applied(c: Cursor, name: string, base: Node | null, args: readonly Node[]): Node {
  if (name === "log" || name === "ln" || name === "lg" || name === "lb") {
    if (args.length === 2 && base === null) return call("log", [args[0]!, args[1]!]);
    if (args.length !== 1) throw fault(c, `${name} takes one argument`);
    if (name === "lg") return call("log", [args[0]!, integer(10)]);
    if (name === "lb") return call("log", [args[0]!, integer(2)]);
    if (base === null) return call("ln", args);
    return base.kind === "constant" && base.name === "e" ? call("ln", args) : call("log", [args[0]!, base]);
  }
  if (name === "exp" && args.length === 1) return pow(constant("e"), args[0]!);
  if (base !== null) {
    if (name === "min" || name === "max") throw fault(c, `${name} over a range is not supported`);
    throw fault(c, `${name} takes no subscript`);
  }
  return call(name, args);
}

/** The argument of a function written without brackets: juxtaposed factors up to the next function or operator. */
function implicitArgument(c: Cursor): Node {
  if (take(c, "-")) return neg(implicitArgument(c));
  const factors: Node[] = [mixedNumber(c) ?? parsePower(c)];
  for (;;) {
    const token = peek(c);
    if (token.type === "function" || !juxtaposed(c) || isOp(token, "(") || isOp(token, "[") || isOp(token, "∑") || isOp(token, "∫")) break;
    if (token.type === "op" && token.text === "|") break;
    factors.push(parsePower(c));
  }
  return mul(factors);
}

/** ∑_{k=1}^{n} body, ∏, ⋃, ⋂. */
function big(c: Cursor, op: "sum" | "product" | "big-union" | "big-intersection"): Node {
  return deeper(c, () => {
    c.i++;
    let variable = "";
    let lower: Node | undefined;
    let upper: Node | undefined;
    for (;;) {
      if (take(c, "_")) {
        const under = isOp(peek(c), "{") ? single(c, groupItems(c, "{", "}")) : parseScript(c);
        if (under.kind === "relation" && under.operators.length === 1 && under.operators[0] === "=") {
          variable = nameOf(c, under.operands[0]!);
          lower = under.operands[1]!;
        } else if (under.kind === "symbol" || under.kind === "constant") variable = nameOf(c, under);
        else {
          variable = "";
          lower = under;
        }
      } else if (take(c, "^")) upper = parseScript(c);
      else break;
    }
    const body = bind(deeper(c, parseTerm), variable);
    return { kind: "big", op, variable, ...(lower === undefined ? {} : { lower }), ...(upper === undefined ? {} : { upper }), body };
  });
}

/** i and e are variables where a sum binds them. */
function bind(body: Node, variable: string): Node {
  if (variable !== "i" && variable !== "e") return body;
  const visit = (node: Node): Node => (node.kind === "constant" && node.name === variable ? symbol(variable) : mapChildren(node, visit));
  return visit(body);
}

function nameOf(c: Cursor, node: Node): string {
  if (node.kind === "symbol") return node.name;
  if (node.kind === "constant" && (node.name === "i" || node.name === "e")) return node.name;
  throw fault(c, "expected a variable");
}

function limit(c: Cursor): Node {
  return deeper(c, () => {
    const op = next(c).text;
    if (!take(c, "_")) throw fault(c, "a limit needs a point");
    const under = isOp(peek(c), "{") ? single(c, groupItems(c, "{", "}")) : parseScript(c);
    const arrow = under.kind === "relation" && under.operators[0] === "→" ? under.operands : under.kind === "logic" && under.op === "implies" ? under.args : null;
    if (arrow === null) throw fault(c, "a limit needs x → a");
    let target = arrow[1]!;
    let side = "";
    if (target.kind === "pow" && target.exponent.kind === "symbol" && /^[+-]$/.test(target.exponent.name)) {
      side = target.exponent.name;
      target = target.base;
    }
    const body = deeper(c, parseTerm);
    return { kind: "big", op: "limit", variable: nameOf(c, arrow[0]!), lower: target, detail: `${op}${side}`, body };
  });
}

/** ∫_a^b body dx, and without bounds. */
function integral(c: Cursor): Node {
  return deeper(c, () => {
    c.i++;
    let lower: Node | undefined;
    let upper: Node | undefined;
    for (;;) {
      if (take(c, "_")) lower = parseScript(c);
      else if (take(c, "^")) upper = parseScript(c);
      else break;
    }
    const body = isDifferential(c) ? integer(1) : within(c, { inIntegral: true }, parseSum);
    let variable = "x";
    let integrand = body;
    if (isDifferential(c)) {
      c.i++;
      variable = next(c).text;
    } else {
      const found = trailingDifferential(body);
      if (found === null) throw fault(c, "an integral needs its differential");
      [integrand, variable] = found;
    }
    return { kind: "big", op: "integral", variable, ...(lower === undefined ? {} : { lower }), ...(upper === undefined ? {} : { upper }), body: integrand };
  });
}

function isDifferential(c: Cursor): boolean {
  return peek(c).type === "symbol" && peek(c).text === "d" && peek(c, 1).type === "symbol";
}

/** \int (x dx), \int \frac{dx}{x}: the differential inside the body, taken out. */
function trailingDifferential(body: Node): [Node, string] | null {
  if (body.kind !== "mul") return null;
  for (let k = 0; k + 1 < body.args.length; k++) {
    const d = body.args[k]!;
    const v = body.args[k + 1]!;
    if (d.kind === "symbol" && d.name === "d" && v.kind === "symbol") {
      const rest = [...body.args.slice(0, k), ...body.args.slice(k + 2)];
      return [rest.length === 0 ? integer(1) : mul(rest), v.name];
    }
  }
  return null;
}
