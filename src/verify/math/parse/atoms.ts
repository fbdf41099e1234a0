/** Atoms: numbers, letters, brackets, bars, roots, fractions, accents, named sets. */
import { call, constant, div, integer, neg, rational, root, symbol, type Node, type NumberNode } from "../ast.ts";
import { big, differential, integral, limit } from "./calculus.ts";
import { deeper, expect, fault, isOp, next, peek, take, within, type Cursor } from "./cursor.ts";
import { environment } from "./environments.ts";
import { parseFunction } from "./functions.ts";
import { baseOf, basedNumber, scriptText } from "./scripts.ts";
import { bracketed, groupItems, isOpener, parseSequence, single, toItems } from "./structures.ts";
import { ACCENTS } from "./tables.ts";
import type { Token } from "./tokens.ts";

/** Names read as functions when a bracket follows them directly. */
const FUNCTION_LETTERS: ReadonlySet<string> = new Set(["f", "g", "h", "F", "G", "H"]);

export function parseAtom(c: Cursor): Node {
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
      // ||x||: bars in bars.
      if (isOp(peek(c), "|")) {
        const inner = deeper(c, parseAtom);
        expect(c, "|");
        return bars(c, [inner]);
      }
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

export function rootArgument(c: Cursor): Node {
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

function accent(c: Cursor, name: string): Node {
  c.i++;
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
