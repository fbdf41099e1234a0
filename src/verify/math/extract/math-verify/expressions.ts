/** Arithmetic expressions and numbers outside of formulas: what Math-Verify reads as plain text. */
import { isBlank, isDigit, trimBlank } from "../characters.ts";
import type { Range } from "../types.ts";
import { MOST, type Match } from "./match.ts";

/** Longest arithmetic expression. */
const LONGEST_EXPRESSION = 1_000;

/** The text with what is known of the run of expression characters looked at last. */
export class Expressions {
  readonly #text: string;
  readonly #start: number;
  readonly #end: number;
  #runFrom = -1;
  #runEnd = -1;
  #operatorAt = -1;

  constructor(text: string, { start, end }: Range) {
    this.#text = text;
    this.#start = start;
    this.#end = end;
  }

  /** An arithmetic expression or number that starts at `at` with a blank, a `=` or the start of the text before it. */
  expression(at: number): Match | null {
    const text = this.#text;
    let from = at;
    const c = text.charCodeAt(at);
    if (isBlank(c) || c === 61) from = at + 1;
    else if (at !== this.#start) return null;
    if (text.startsWith("**", from)) from += 2;
    return this.#arithmetic(from) ?? this.bareNumber(from);
  }

  #arithmetic(from: number): Match | null {
    const text = this.#text;
    const head = /^-?\(?-?\d/.exec(text.slice(from, from + 4));
    if (head === null) return null;
    const reach = this.#run(from + head[0].length);
    const operator = this.#operator(from + head[0].length, reach);
    if (operator >= reach) return null;
    for (let end = reach; end > operator + 1; end--) {
      const next = end >= this.#end ? "" : text[end]!;
      if (next === "" || ".,:)$".includes(next) || isBlank(next.charCodeAt(0)) || text.startsWith("**", end)) {
        const range = trimBlank(text, from, end);
        return { start: from, end, parts: [{ ...range, rule: "last-expression", math: false, group: 0, percent: false }] };
      }
    }
    return null;
  }

  /** Where the characters of expressions that start at `from` end; remembered for the next start in the same run. */
  #run(from: number): number {
    if (from < this.#runFrom || from > this.#runEnd) {
      const limit = Math.min(this.#end, from + LONGEST_EXPRESSION);
      let end = from;
      while (end < limit && isExpressionCharacter(this.#text.charCodeAt(end))) end++;
      this.#runFrom = from;
      this.#runEnd = end;
    }
    return this.#runEnd;
  }

  #operator(from: number, reach: number): number {
    if (from < this.#runFrom || this.#operatorAt < from || this.#operatorAt > reach) {
      let at = from;
      while (at < reach && !isOperator(this.#text.charCodeAt(at))) at++;
      this.#operatorAt = at;
    }
    return this.#operatorAt;
  }

  /** A number that starts exactly at `at`. */
  bareNumber(at: number): Match | null {
    const window = this.#text.slice(at, Math.min(this.#end, at + 400));
    const match = NUMBER.exec(window);
    if (match === null) return null;
    const [whole, currency, digits, percent] = match;
    const start = at + currency!.length;
    return { start: at, end: at + whole.length, parts: [{ start, end: start + digits!.length, rule: "last-expression", math: false, group: 0, percent: percent !== undefined }] };
  }

  /** Every expression and number of the text, the last ones. */
  all(): Match[] {
    let tail = Math.max(this.#start, this.#end - 32_768);
    while (tail > this.#start && !isBlank(this.#text.charCodeAt(tail - 1))) tail--;
    const matches = this.#from(tail);
    return matches.length > 0 || tail === this.#start ? matches : this.#from(this.#start);
  }

  #from(from: number): Match[] {
    const matches: Match[] = [];
    const starts = /(?<![^\s=])[-(.\d*$€£¥₹₽₪₩₫฿₡₢₣₤₥₦₧₨₭₮₯₰₱₲₳₴₵₶₷₸₺₻₼₾₿]/g;
    starts.lastIndex = from;
    for (let match = starts.exec(this.#text); match !== null && match.index < this.#end; match = starts.exec(this.#text)) {
      const first = this.#text.startsWith("**", match.index) ? match.index + 2 : match.index;
      const found = this.#arithmetic(first) ?? this.bareNumber(first);
      if (found === null) continue;
      matches.push(found);
      const number = this.bareNumber(first);
      if (number !== null && number.end !== found.end) matches.push(number);
      if (matches.length > 4 * MOST) matches.splice(0, 2 * MOST);
      starts.lastIndex = Math.max(found.end, match.index + 1);
    }
    return matches;
  }
}

const NUMBER = /^([$€£¥₹₽₪₩₫฿₡₢₣₤₥₦₧₨₭₮₯₰₱₲₳₴₵₶₷₸₺₻₼₾₿]?)(-?[1-9]\d{0,2}(?:[ ,]\d{3})+(?:\.\d+)?|-?\d+[.,]\d+|\.\d+|-?\d+)(\s*(?:%|[Pp]ercentage|[Pp]ercent|[Pp]ct))?/;

function isOperator(c: number): boolean {
  return c === 43 || c === 45 || c === 42 || c === 0xd7 || c === 47 || c === 94 || c === 40 || c === 41 || c === 0xf7;
}

function isExpressionCharacter(c: number): boolean {
  return isDigit(c) || c === 46 || c <= 32 || isOperator(c);
}
