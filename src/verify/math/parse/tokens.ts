/** From text to tokens: one pass, linear in the text, no evaluation. */
import { LIMITS, LimitError } from "../limits.ts";
import { HIGH_BASE, at, big, lexNumber, type LexOptions, type NumberValue } from "./numbers.ts";
import { ACCENTS, FUNCTIONS, IGNORED, JOINERS, LETTERS, MATH_WRAPPERS, NEEDS_PARENTHESIS, OPERATORS, SUBSCRIPTS, SUPERSCRIPTS, TEXT_WRAPPERS, UNICODE_LETTERS, UNICODE_SETS, VULGAR, WIDE_SPACE } from "./tables.ts";

export interface Token {
  /**
   * number: `value` holds it · symbol: one letter-like name · word: a run of letters · function: a known name ·
   * op: an operator or bracket · command: a LaTeX command the parser handles · space: a gap wide enough to separate answers · end
   */
  readonly type: "number" | "symbol" | "word" | "function" | "op" | "command" | "set" | "space" | "end";
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** White space stood before it. */
  readonly spaced: boolean;
  /** It stood inside \text{…} or the like. */
  readonly inText: boolean;
  readonly value?: NumberValue;
}



const BRACKETED_DIGITS = /(?:\\left\s*)?\(\s*([0-9A-Fa-f]+(?:\.[0-9A-Fa-f]+)?)\s*(?:\\right\s*)?\)(?=_(?:\d|\{\s*(?:\\(?:text|mathrm)\s*\{\s*)?(?:\d|two|three|four|five|six|seven|eight|nine|ten|twelve|sixteen)))/y;
const ROW_GAP = /\*?\s*\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm|in|\\[a-z]+)\s*\]/y;
const RUN = /[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u03ff\u0400-\u04ff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af\u0600-\u06ff\u0900-\u097f]+/y;
const SPLIT_FUNCTION = /^(arcsin|arccos|arctan|sin|cos|tan|cot|sec|csc|ln|log|exp|sqrt)([a-zA-Z]{1,2})$/;


/** Index just past the brace that closes the one at `open`, or the end of the text. */
export function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 92) i++;
    else if (c === 123) depth++;
    else if (c === 125 && --depth === 0) return i;
  }
  return text.length;
}

export type { LexOptions, NumberValue } from "./numbers.ts";

/** Splits text into tokens. @throws LimitError on an answer too long */
export function tokenize(text: string, options: LexOptions): Token[] {
  if (text.length > LIMITS.answerCharacters) throw new LimitError("answerCharacters", `an answer may have ${LIMITS.answerCharacters} characters, this one has ${text.length}`);
  const tokens: Token[] = [];
  lexInto(tokens, text, 0, text.length, options, false, 0);
  tokens.push({ type: "end", text: "", start: text.length, end: text.length, spaced: false, inText: false });
  return tokens;
}

function lexInto(tokens: Token[], text: string, from: number, to: number, options: LexOptions, inText: boolean, depth: number): void {
  if (depth > LIMITS.depth) throw new LimitError("depth", "text commands are nested too deep");
  let i = from;
  let spaced = false;
  let brackets = 0;
  const push = (type: Token["type"], value: string, start: number, end: number, number?: NumberValue): void => {
    tokens.push({ type, text: value, start, end, spaced, inText, ...(number === undefined ? {} : { value: number }) });
    if (tokens.length > 2 * LIMITS.nodes) throw new LimitError("nodes", `an answer may have ${2 * LIMITS.nodes} tokens`);
    spaced = false;
  };
  while (i < to) {
    const c = text.charCodeAt(i);
    // White space.
    if (c <= 32 || c === 0xa0 || (c >= 0x2000 && c <= 0x200b) || c === 0x202f || c === 0x205f || c === 0x3000 || c === 0xfeff || c === 0x2060 || c === 126) {
      i++;
      spaced = true;
      continue;
    }
    // Numbers.
    if ((c >= 48 && c <= 57) || (c === 46 && i + 1 < to && isDigit(text.charCodeAt(i + 1)))) {
      const end = lexNumber(text, i, to, brackets === 0, options, push);
      i = end;
      continue;
    }
    // (1010)_2: digits in brackets with their base.
    const digits = c === 40 || (c === 92 && text.startsWith("\\left", i)) ? at(BRACKETED_DIGITS, text, i) : null;
    if (digits !== null) {
      const whole = digits[1]!.replace(".", "");
      push("number", digits[1]!, i, i + digits[0].length, /^\d+$/.test(whole) ? { n: big(whole), d: 1n, integer: true, digits: digits[1]! } : { n: 0n, d: 1n, integer: true, digits: digits[1]! });
      i += digits[0].length;
      continue;
    }
    if (c === 92) {
      i = lexCommand(i);
      continue;
    }
    const high = (c >= 65 && c <= 70) || (c >= 97 && c <= 102) ? at(HIGH_BASE, text, i) : null;
    if (high !== null && /[0-9A-Fa-f]/.test(high[1]!) && /\d|[A-F]{2}/.test(high[1]!)) {
      push("number", high[1]!, i, i + high[1]!.length, { n: 0n, d: 1n, integer: true, digits: high[1]! });
      i += high[1]!.length;
      continue;
    }
    const run = at(RUN, text, i);
    if (run !== null) {
      lexRun(run[0], i);
      i += run[0].length;
      continue;
    }
    if (text.startsWith("...", i)) {
      push("op", "…", i, i + 3);
      i += 3;
      continue;
    }
    const two = text.slice(i, i + 2);
    if (two === "<=" || two === ">=" || two === "!=" || two === "==" || two === "**" || two === "=>" || two === "->" || two === ":=" || two === "=<" || two === "&&") {
      const asOne = { "<=": "≤", ">=": "≥", "!=": "≠", "==": "=", "**": "^", "=>": "⇒", "->": "→", ":=": "=", "=<": "≤", "&&": "∧" }[two];
      if (!(two === "!=" && isFactorialEquals(text, i))) {
        push("op", asOne, i, i + 2);
        i += 2;
        continue;
      }
    }
    const char = String.fromCodePoint(text.codePointAt(i)!);
    const width = char.length;
    const letter = UNICODE_LETTERS.get(char);
    const vulgar = VULGAR.get(char);
    const superscript = SUPERSCRIPTS.get(char);
    const subscript = SUBSCRIPTS.get(char);
    if (char === "π" || char === "𝜋") push("symbol", "pi", i, i + width);
    else if (char === "Σ" || char === "∑") push("op", "∑", i, i + width);
    else if (char === "Π" || char === "∏") push("op", "∏", i, i + width);
    else if (letter !== undefined) push("symbol", letter, i, i + width);
    else if (UNICODE_SETS.has(char)) push("set", UNICODE_SETS.get(char)!, i, i + width);
    else if (vulgar !== undefined) push("number", char, i, i + width, { n: BigInt(vulgar[0]), d: BigInt(vulgar[1]), integer: false, digits: char });
    else if (superscript !== undefined || subscript !== undefined) {
      const table = superscript !== undefined ? SUPERSCRIPTS : SUBSCRIPTS;
      let j = i;
      push("op", superscript !== undefined ? "^" : "_", i, i);
      push("op", "{", i, i);
      let inner = "";
      while (j < to && table.has(text[j]!)) inner += table.get(text[j++]!)!;
      const inside: Token[] = [];
      lexInto(inside, inner, 0, inner.length, { ...options, math: true }, false, depth + 1);
      for (const token of inside) tokens.push({ ...token, start: i, end: j });
      push("op", "}", j, j);
      i = j;
      continue;
    } else if (char === "​" || char === "﻿" || char === "‌" || char === "‍") spaced = true;
    else {
      const op = OPERATORS.get(char) ?? char;
      if (op === "(" || op === "[" || op === "\\{") brackets++;
      else if ((op === ")" || op === "]" || op === "\\}") && brackets > 0) brackets--;
      if (op !== "") push("op", op, i, i + width);
    }
    i += width;
  }

  function lexRun(run: string, start: number): void {
    const lower = run.toLowerCase();
    const end = start + run.length;
    if (run.length === 1) {
      const letter = UNICODE_LETTERS.get(run);
      if (run === "π") push("symbol", "pi", start, end);
      else if (letter !== undefined) push("symbol", letter, start, end);
      else if (run === "Σ") push("op", "∑", start, end);
      else if (run === "Π") push("op", "∏", start, end);
      else if (run === "Ø") push("op", "∅", start, end);
      else push("symbol", run, start, end);
      return;
    }
    const name = FUNCTIONS.get(run) ?? (run.length > 2 && run[0] === run[0]!.toUpperCase() && run.slice(1) === lower.slice(1) ? FUNCTIONS.get(lower) : undefined);
    if (name !== undefined && (!NEEDS_PARENTHESIS.has(lower) || /^\s*(?:\\left\s*)?[({]/.test(text.slice(end, end + 12)))) return push("function", name, start, end);
    if (ACCENTS.has(run) && text[end] === "{") return push("command", run, start, end);
    if (LETTERS.has(run) || run === "pi" || run === "Pi" || run === "PI") return push("symbol", lower === "pi" ? "pi" : run, start, end);
    // A joiner run into the letter behind it: "x = 1orx = 2".
    const glued = /^(or|and)([A-Za-z])$/.exec(run);
    if (glued !== null && /[\d)\]}]/.test(text[start - 1] ?? "")) {
      push("word", glued[1]!, start, end - 1);
      push("symbol", glued[2]!, end - 1, end);
      return;
    }
    const split = SPLIT_FUNCTION.exec(run);
    if (split !== null && !inText && !JOINERS.has(lower) && run !== "second" && run !== "seconds" && run !== "sect") {
      push("function", FUNCTIONS.get(split[1]!)!, start, start + split[1]!.length);
      for (let k = 0; k < split[2]!.length; k++) push("symbol", split[2]![k]!, start + split[1]!.length + k, start + split[1]!.length + k + 1);
      return;
    }
    // Greek letters written out of Unicode, like 2πr: split at every Greek letter.
    if (/[α-ωΑ-Ω]/.test(run)) {
      let word = "";
      for (let k = 0; k <= run.length; k++) {
        const ch = run[k];
        if (ch !== undefined && !/[α-ωΑ-Ωϕϵϑ]/.test(ch)) word += ch;
        else {
          if (word !== "") lexRun(word, start + k - word.length);
          word = "";
          if (ch !== undefined) lexRun(ch, start + k);
        }
      }
      return;
    }
    push("word", run, start, end);
  }

  function lexCommand(start: number): number {
    const next = text.charCodeAt(start + 1);
    const isLetter = (next >= 65 && next <= 90) || (next >= 97 && next <= 122);
    if (!isLetter) {
      const one = text[start + 1];
      if (one === undefined || start + 1 >= to) return start + 1;
      if (one === "\\") {
        push("op", "\\\\", start, start + 2);
        // \\[2pt]: extra space between rows is not an entry.
        const gap = at(ROW_GAP, text, start + 2);
        if (gap !== null) return start + 2 + gap[0].length;
      }
      else if (one === "{") {
        brackets++;
        push("op", "\\{", start, start + 2);
      } else if (one === "}") {
        if (brackets > 0) brackets--;
        push("op", "\\}", start, start + 2);
      } else if (one === "|") push("op", "‖", start, start + 2);
      else if (one === "%" || one === "$" || one === "#" || one === "&" || one === "_") push("op", one === "&" ? "and" : one === "$" ? "$" : one, start, start + 2);
      else if (one === "(" || one === ")" || one === "[" || one === "]") spaced = true;
      else if (",;:! >\n\t".includes(one)) spaced = true;
      else if (one >= "0" && one <= "9") return start + 1;
      else push("op", one, start, start + 2);
      return start + 2;
    }
    let end = start + 1;
    while (end < to && /[A-Za-z]/.test(text[end]!)) end++;
    if (text[end] === "*" && end < to && !OPERATORS.has(text.slice(start + 1, end))) end++;
    let name = text.slice(start + 1, end);
    // A command run into the letters after it, as in \quadx or \lvertx: the longest known one counts.
    if (!known(name)) {
      for (let cut = name.length - 1; cut >= 2 && name.length - cut <= 3; cut--) {
        if (!known(name.slice(0, cut))) continue;
        name = name.slice(0, cut);
        end = start + 1 + cut;
        break;
      }
    }
    if (name === "not") {
      const rest = /^\s*(?:=|\\in\b|\\equiv\b|\\subset\b|<|>|\\mid\b)/.exec(text.slice(end, end + 12));
      if (rest !== null) {
        const what = rest[0].trim();
        push("op", what === "=" ? "≠" : what === "\\in" ? "∉" : what === "<" ? "≥" : what === ">" ? "≤" : "¬", start, end + rest[0].length);
        return end + rest[0].length;
      }
      push("op", "¬", start, end);
      return end;
    }
    if (IGNORED.has(name)) {
      if ((name === "left" || name === "right" || name === "mleft" || name === "mright") && text[end] === ".") end++;
      if (WIDE_SPACE.has(name)) push("space", name, start, end);
      else if (!/^m?(?:left|right)$/.test(name)) spaced = true;
      if (name.endsWith("phantom") || name === "hspace" || name === "vspace" || name === "rule") {
        if (text[end] === "*") end++;
        while (text[end] === "{" && end < to) end = closingBrace(text, end) + 1;
      }
      return end;
    }
    if (TEXT_WRAPPERS.has(name)) {
      let open = end;
      while (text[open] === " ") open++;
      if (text[open] === "{") {
        const close = Math.min(closingBrace(text, open), to);
        if (spaced) {
          const before = tokens.length;
          lexInto(tokens, text, open + 1, close, { ...options, math: false }, true, depth + 1);
          if (tokens.length > before) tokens[before] = { ...tokens[before]!, spaced: true };
          spaced = false;
        } else lexInto(tokens, text, open + 1, close, { ...options, math: false }, true, depth + 1);
        return close + 1;
      }
      return end;
    }
    if (MATH_WRAPPERS.has(name)) {
      if ((name === "color" || name === "textcolor") && text[end] === "{") return closingBrace(text, end) + 1;
      if (name === "underline" || name === "variable") spaced = true;
      return end;
    }
    if (name === "mathbb" || name === "Bbb" || name === "mathds") {
      const m = /^\s*\{?\s*([A-Z])\s*\}?/.exec(text.slice(end, end + 12));
      if (m !== null && /[RQZNC]/.test(m[1]!)) {
        push("set", m[1]!, start, end + m[0].length);
        return end + m[0].length;
      }
      return end;
    }
    const op = OPERATORS.get(name);
    if (op !== undefined) {
      if (op === "(" || op === "[" || op === "\\{" || op === "⟨") brackets++;
      else if ((op === ")" || op === "]" || op === "\\}" || op === "⟩") && brackets > 0) brackets--;
      if (op !== "") push("op", op, start, end);
      return end;
    }
    if (name === "pi" || name === "varpi") push("symbol", "pi", start, end);
    else if (LETTERS.has(name)) push("symbol", name, start, end);
    else if (name === "exponentialE") push("symbol", "e", start, end);
    else if (name === "imaginaryI" || name === "imaginaryJ") push("symbol", "i", start, end);
    else if (COMMANDS.has(name)) push("command", name, start, end);
    else if (FUNCTIONS.has(name)) push("function", FUNCTIONS.get(name)!, start, end);
    else if (name === "percent" || name === "percentage") push("op", "%", start, end);
    else if (name === "N" || name === "R" || name === "Z" || name === "Q" || name === "C") push("set", name, start, end);
    else push("command", name, start, end);
    return end;
  }
}

function known(name: string): boolean {
  return OPERATORS.has(name) || LETTERS.has(name) || FUNCTIONS.has(name) || IGNORED.has(name) || TEXT_WRAPPERS.has(name) || MATH_WRAPPERS.has(name) || ACCENTS.has(name) || COMMANDS.has(name);
}

/** Commands that reach the parser as such. */
export const COMMANDS: ReadonlySet<string> = new Set("frac dfrac tfrac cfrac sfrac nicefrac binom dbinom tbinom sqrt over choose begin end lim limsup liminf pmod bmod pod mod operatorname mathbb overline iint oint oiint".split(" "));

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}

/** `5!=120` is "5! = 120", not "5 ≠ 120": so read when a digit, letter or bracket stands right before and no space does. */
function isFactorialEquals(text: string, i: number): boolean {
  const before = text[i - 1];
  return before !== undefined && /[\d)}\]]/.test(before) && text[i + 2] !== undefined && text[i - 1] !== " ";
}
