/** Which runs of letters are words, and which are products of variables. */
import { parseUnit } from "../units.ts";
import { FILLERS, JOINERS, WORD_VALUES } from "./tables.ts";
import type { Token } from "./tokens.ts";

/** Units short enough to be mistaken for products of letters. */
const SHORT_UNITS: ReadonlySet<string> = new Set(
  "cm mm km dm nm um ft yd mi kg mg lb lbs oz hr hrs min mins sec secs mph kph rad deg ml mL dL kL kW MW Hz kHz MHz GHz kPa Pa atm mol kJ cal kcal eV amp ohm sq cu km/h USD EUR GBP usd cc gal qt pt ha rpm ms ns gm gms yr yrs pm am kN MN mN kV mV mA GW mW kWh GB MB KB TB kB Mbps".split(" "),
);

/** Words that multiply the number before them. */
const SCALES: ReadonlyMap<string, bigint> = new Map([["hundred", 100n], ["thousand", 1000n], ["million", 1_000_000n], ["billion", 1_000_000_000n], ["trillion", 1_000_000_000_000n], ["dozen", 12n]]);

/** Two- and three-letter words of prose; other short runs are variables. */
const SHORT_WORDS: ReadonlySet<string> = new Set("no yes on of to is as at by it so we if in or and the odd all one two six ten per not for but its are was has can may via set day men dog cat cup box red end top mod sum max min".split(" "));

const OPERATOR_WORDS: ReadonlyMap<string, string> = new Map([
  ["percent", "%"], ["percents", "%"], ["pct", "%"], ["percentage", "%"],
  ["degree", "°"], ["degrees", "°"], ["deg", "°"],
  ["union", "∪"], ["intersect", "∩"], ["intersection", "∩"], ["cup", "∪"], ["cap", "∩"],
  ["mod", "mod"], ["modulo", "mod"], ["choose", "choose"], ["infty", "∞"],
  ["equals", "="], ["plus", "+"], ["minus", "-"], ["times", "*"],
]);

function operator(token: Token, text: string): Token {
  return { ...token, type: "op", text };
}

/** Turns joiners and operator words into operators, and runs of variables into symbols; leaves the rest as words. */
export function resolveWords(tokens: readonly Token[], math: boolean): Token[] {
  const out: Token[] = [];
  const onlyLetters = tokens.every((t) => t.type === "word" || t.type === "end" || t.type === "symbol");
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    // An article is no variable: "a parallelogram".
    if (token.type === "symbol" && (token.text === "a" || token.text === "A") && tokens[i + 1]!.type === "word" && tokens[i + 1]!.spaced && tokens[i + 1]!.text.length > 2 && (i === 0 || tokens[i - 1]!.type === "word") && !JOINERS.has(tokens[i + 1]!.text.toLowerCase())) continue;
    // (0, 1) U [2, 3]: a capital U between brackets is a union.
    if (token.type === "symbol" && token.text === "U" && /^[)\]}]$/.test(out[out.length - 1]?.text ?? "") && /^(?:[[({]|\\\{)$/.test(tokens[i + 1]!.text)) {
      out.push(operator(token, "∪"));
      continue;
    }
    if (token.type !== "word") {
      out.push(token);
      continue;
    }
    const lower = token.text.toLowerCase();
    const before = out[out.length - 1];
    const after = tokens[i + 1]!;
    const joiner = lower === "y" || lower === "o" ? undefined : JOINERS.get(lower);
    if (joiner !== undefined && before !== undefined && after.type !== "end") {
      out.push(operator(token, joiner));
      continue;
    }
    const word = OPERATOR_WORDS.get(lower);
    if (word !== undefined && before !== undefined && !(word === "=" && before.type === "word") && (word === "%" || word === "°" || after.type !== "end")) {
      out.push(operator(token, word));
      continue;
    }
    // 3 to 20 is a ratio, 5 per mille a number.
    if (lower === "to" && before?.type === "number" && after.type === "number") {
      out.push(operator(token, ":"));
      continue;
    }
    if (lower === "per" && after.type === "word" && /^cent$/i.test(after.text) && before !== undefined) {
      i++;
      out.push(operator(token, "%"));
      continue;
    }
    if (lower === "permille" || (lower === "per" && after.type === "word" && /^mil(?:le|l)?$/i.test(after.text))) {
      if (lower === "per") i++;
      out.push(operator(token, "‰"));
      continue;
    }
    if ((lower === "is" || lower === "are") && before !== undefined && (before.type === "symbol" || (before.type === "op" && /^[)\]}]$/.test(before.text))) && after.type !== "word" && after.type !== "end") {
      out.push(operator(token, "="));
      continue;
    }
    if (WORD_VALUES.has(lower)) {
      out.push(operator(token, WORD_VALUES.get(lower)!));
      continue;
    }
    if ((lower === "in" || lower === "belongs") && after.type === "op" && (after.text === "[" || after.text === "(" || after.text === "\\{" || after.text === "]")) {
      out.push(operator(token, "∈"));
      continue;
    }
    if ((lower === "in" && after.type === "set") || lower === "∈") {
      out.push(operator(token, "∈"));
      continue;
    }
    const scale = SCALES.get(lower);
    if (scale !== undefined && before?.type === "number" && !(lower === "hundred" && after.type === "word")) {
      out.push(operator(token, "*"), { ...token, type: "number", text: String(scale), value: { n: scale, d: 1n, integer: false, digits: String(scale) } });
      continue;
    }
    if (isWord(token, lower, math, before, after, onlyLetters)) {
      out.push(token);
      continue;
    }
    for (let k = 0; k < token.text.length; k++)
      out.push({ ...token, type: "symbol", text: token.text[k]!, start: token.start + k, end: token.start + k + 1, spaced: k === 0 && token.spaced });
  }
  return out;
}

function isWord(token: Token, lower: string, math: boolean, before: Token | undefined, after: Token, onlyLetters: boolean): boolean {
  const { text } = token;
  // Letters no Latin variable name has: always a word.
  if (!/^[A-Za-z]+$/.test(text)) return true;
  const behindValue = before !== undefined && (before.type === "number" || before.type === "symbol" || (before.type === "op" && /^[)\]}%°/*]|\\}$/.test(before.text)));
  if (behindValue && (SHORT_UNITS.has(text) || SHORT_UNITS.has(lower))) return true;
  if (token.inText) return true;
  if (!math && behindValue && token.spaced && text.length <= 5 && parseUnit(text)?.known === true) return true;
  if ((SHORT_WORDS.has(lower) || FILLERS.has(lower)) && !(math && text === text.toUpperCase())) return !(math && text.length === 2 && behindValue && !token.spaced && text !== "cm");
  // A subscript or exponent follows only variables; and a coefficient written right before them.
  const attached = (after.type === "op" && (after.text === "^" || after.text === "_") && !after.spaced) || (before !== undefined && !token.spaced && before.type === "number");
  if (text === text.toUpperCase()) return onlyLetters && text.length > 3;
  if (text.length === 2) return /^[A-Z][a-z]$/.test(text) && !math;
  if (onlyLetters) return true;
  if (text.length === 3) return !math && !attached && /[aeiou]/.test(lower) && !/^[xyzabcpqrst]+$/.test(lower);
  return !attached || text.length > 5 || (/[aeiou]/.test(lower) && text.length > 3 && !/^[a-h]+$/.test(lower));
}
