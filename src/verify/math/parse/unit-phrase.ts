/** Units as they follow a value: words, single letters inside \text, slashes and powers between them. */
import { isOp, peek, type Cursor } from "./cursor.ts";
import { NUMBER_WORDS } from "./tables.ts";
import type { Token } from "./tokens.ts";

const CURRENCY: ReadonlySet<string> = new Set(["$", "€", "£", "¥", "₹", "₩", "₽", "₺", "￥", "¢"]);

const CURRENCY_CODES: ReadonlySet<string> = new Set(["USD", "EUR", "GBP", "CAD", "AUD", "CHF", "INR", "CNY", "RMB", "JPY", "Rs", "RM"]);

/** Single letters that are units when they stand behind a value in prose or in \text. */
const LETTER_UNITS: ReadonlySet<string> = new Set("mgshLlKAVWNJCFTΩ");

/** Words after a value that change what it says: with one of them the words are not a unit. */
const CHANGES_VALUE: ReadonlySet<string> = new Set("less more fewer greater smaller larger than not minus plus times or and if when where mod modulo divided except without between to until for with given such only otherwise least most remainder".split(" "));

/** Words that say something else of the value when they come first: 5 squared, 12 thirds, 5 is wrong. */
const NO_UNIT: ReadonlySet<string> = new Set([...NUMBER_WORDS.keys(), ..."is are was isn squared cubed factorial half halves third thirds quarter quarters fourths fifths sixths sevenths eighths ninths tenths hundredths thousandths over root point below above negative positive base recurring repeating wrong false no true right incorrect impossible percentage basis".split(" ")]);

/** The sign of a currency in front of a value, or null. */
export function currencyAhead(c: Cursor): string | null {
  const token = peek(c);
  if (token.type === "word" && CURRENCY_CODES.has(token.text) && peek(c, 1).type === "number") return token.text;
  return token.type === "op" && CURRENCY.has(token.text) && (peek(c, 1).type === "number" || isOp(peek(c, 1), "{") || isOp(peek(c, 1), "∞") || peek(c, 1).type === "command") ? token.text : null;
}

function isUnitWord(c: Cursor, token: Token, after: Token): boolean {
  if (token.type === "word") return !CHANGES_VALUE.has(token.text.toLowerCase()) && !NO_UNIT.has(token.text.toLowerCase());
  if (token.type === "op" && CURRENCY.has(token.text)) return true;
  if (token.type !== "symbol" || !LETTER_UNITS.has(token.text)) return false;
  if (token.inText) return true;
  const behindNumber = c.tokens[c.i - 1]?.type === "number";
  const last = after.type === "end" || (after.type === "op" && (after.text === "/" || after.text === "^" || after.text === "*" || after.text === "," || after.text === "}"));
  return !c.math && token.spaced && behindNumber && last;
}

/** True where a unit follows the value just read. */
export function unitAhead(c: Cursor): boolean {
  return isUnitWord(c, peek(c), peek(c, 1));
}

/** Reads a unit phrase and returns it in one spelling: words by spaces, powers by ^, quotients by /. */
export function parseUnitPhrase(c: Cursor): string {
  let text = "";
  for (;;) {
    const token = peek(c);
    if (token.type === "word" ? !CHANGES_VALUE.has(token.text.toLowerCase()) : isUnitWord(c, token, peek(c, 1)) || (token.type === "symbol" && (token.inText || /[/*]$/.test(text)))) {
      c.i++;
      text += (text === "" || /[/*]$/.test(text) ? "" : " ") + token.text;
    } else if (isOp(token, "^") && text !== "") {
      const braced = isOp(peek(c, 1), "{");
      const minus = isOp(peek(c, braced ? 2 : 1), "-");
      const number = peek(c, (braced ? 2 : 1) + (minus ? 1 : 0));
      if (number.type !== "number" || !number.value!.integer) return text;
      c.i += 2 + (braced ? 2 : 0) + (minus ? 1 : 0);
      text += `^${minus ? "-" : ""}${number.text}`;
    } else if ((isOp(token, "/") || isOp(token, "*")) && text !== "" && (peek(c, 1).type === "word" || (peek(c, 1).type === "symbol" && LETTER_UNITS.has(peek(c, 1).text)))) {
      c.i++;
      text += token.text;
    } else if (isOp(token, "{") && (peek(c, 1).type === "word" || peek(c, 1).inText)) c.i++;
    else if (isOp(token, "}") && braceOpen(c)) c.i++;
    else return text;
  }
}

/** True where an opening brace of the same phrase is still open: style groups like {\rm cm}. */
function braceOpen(c: Cursor): boolean {
  let depth = 0;
  for (let j = c.i - 1; j >= 0 && j > c.i - 12; j--) {
    const token = c.tokens[j]!;
    if (isOp(token, "}")) depth++;
    else if (isOp(token, "{") && depth-- === 0) return c.tokens[j + 1]?.type === "word" && c.tokens[j - 1]?.type !== "op";
  }
  return false;
}
