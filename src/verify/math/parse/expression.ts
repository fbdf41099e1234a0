/** Sums, products and powers: the scalar part of the grammar. */
import { add, call, div, mul, neg, pow, rational, type Node } from "../ast.ts";
import { parseAtom } from "./atoms.ts";
import { deeper, isOp, peek, take, type Cursor } from "./cursor.ts";
import { isDegreeMark, ordinalInGroup, parseScript, postfix, primesInGroup, withSuffix } from "./scripts.ts";
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
export function juxtaposed(c: Cursor): boolean {
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
export function mixedNumber(c: Cursor): Node | null {
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
