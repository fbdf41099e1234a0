/**
 * Extraction as Math-Verify 0.9 does it, for comparison with numbers obtained there. Matches are tried by priority, and within one
 * from the right:
 *
 * | priority | what |
 * |---|---|
 * | 0 | "final answer is X. I hope"; boxes where `boxedPriority` is 0 |
 * | 50 | "final answer … is X"; boxes where `boxedPriority` is 50 |
 * | 100 | "answer:" and X within 50 characters |
 * | 200 | "answer" and X within 50 characters |
 * | 300 | any X, without an anchor |
 *
 * X is a formula in delimiters (with up to five more joined by commas, "and", "or"), a plain fraction, an arithmetic expression or a
 * number. The last number of a text is an answer here, as it is there. There are no rules for reasoning marks or turns.
 */
import { isBlank, isDigit, lastMatches, trimBlank } from "./characters.ts";
import { scanBoxes } from "./boxes.ts";
import type { Hit, Range } from "./types.ts";

export interface MathVerifyOptions {
  /** Read formulas. */
  readonly latex: boolean;
  /** Read plain expressions and numbers. */
  readonly expr: boolean;
  /** When boxes are tried; −1 never. */
  readonly boxedPriority: 0 | 50 | -1;
  /** Take a formula or number that no anchor announces. */
  readonly anchorless: boolean;
}

/** What Math-Verify does when told nothing. */
export const MATH_VERIFY_DEFAULTS: MathVerifyOptions = { latex: true, expr: true, boxedPriority: 50, anchorless: true };

/** One match: the parts of one answer, and its extent for the order of trial. */
export interface Match extends Range {
  readonly parts: readonly Hit[];
}

/** Only so many of the last matches and anchors of a kind are tried. */
const MOST = 64;
/** Longest arithmetic expression. */
const LONGEST_EXPRESSION = 1_000;

interface Environment extends Range {
  readonly inside: Range;
  readonly percent: boolean;
}

/** All matches in the order of trial. */
export function* mathVerifyMatches(text: string, range: Range, options: MathVerifyOptions): Generator<Match> {
  const scanner = new Scanner(text, range);
  const anchors = options.latex || options.expr ? scanner.anchors() : [];
  for (const priority of [0, 50, 100, 200, 300] as const) {
    const matches: Match[] = [];
    if (priority === 300) {
      if (options.anchorless && options.latex) matches.push(...scanner.formulas());
      if (options.anchorless && options.expr) matches.push(...scanner.numbers());
    } else {
      for (const at of anchors) {
        if (options.latex) push(matches, scanner.anchored(at, priority, "latex"));
        if (options.expr) push(matches, scanner.anchored(at, priority, "expr"));
      }
    }
    if (priority === options.boxedPriority && options.latex) matches.push(...scanner.boxed());
    matches.sort((a, b) => b.end - a.end || a.start - b.start);
    yield* matches.slice(0, 2 * MOST);
  }
}

function push(list: Match[], match: Match | null): void {
  if (match !== null) list.push(match);
}

/** The text with what is known of where things close, so that no search is made twice. */
class Scanner {
  readonly #text: string;
  readonly #start: number;
  readonly #end: number;
  #runFrom = -1;
  #runEnd = -1;
  #operatorAt = -1;
  readonly #next = new Map<string, { from: number; at: number }>();

  constructor(text: string, { start, end }: Range) {
    this.#text = text;
    this.#start = start;
    this.#end = end;
  }

  /** The next `mark` at or after `from`; asked with rising `from` it costs one pass in all. */
  #find(mark: string, from: number): number {
    const known = this.#next.get(mark);
    if (known !== undefined && known.from <= from && from <= known.at) return known.at;
    const found = this.#text.indexOf(mark, from);
    const at = found < 0 || found >= this.#end ? this.#end : found;
    this.#next.set(mark, { from, at });
    return at;
  }

  anchors(): number[] {
    return lastMatches(/answer/gi, this.#text, this.#start, this.#end, MOST).map(({ at }) => at);
  }

  /** The formula that starts exactly at `at`. */
  #environment(at: number, box: boolean): Environment | null {
    const text = this.#text;
    const before = at > this.#start ? text.charCodeAt(at - 1) : 32;
    const c = text.charCodeAt(at);
    if (c === 36) {
      if (before === 92) return null;
      if (text.charCodeAt(at + 1) === 36) {
        const close = this.#find("$$", at + 3);
        if (close < this.#end) return this.#made(at, at + 2, close, close + 2, box);
        return null;
      }
      if (isDigit(before)) return null;
      let close = this.#find("$", at + 1);
      while (close < this.#end && text.charCodeAt(close - 1) === 92) close = this.#find("$", close + 1);
      return close < this.#end && close > at + 1 && this.#find("\n", at + 1) > close ? this.#made(at, at + 1, close, close + 1, box) : null;
    }
    if (c === 92) {
      if (before === 92) return null;
      const kind = text.charCodeAt(at + 1);
      if (kind === 91) {
        const close = this.#find("\\]", at + 2);
        return close < this.#end && close > at + 2 ? this.#made(at, at + 2, close, close + 2, box) : null;
      }
      if (kind === 40) {
        const close = this.#find("\\)", at + 2);
        return close < this.#end && close > at + 2 && this.#find("\n", at + 2) > close ? this.#made(at, at + 2, close, close + 2, box) : null;
      }
    }
    if (isBlank(c) && text.charCodeAt(at + 1) === 91) {
      const close = this.#find("]", at + 2);
      if (close < this.#end && close > at + 2 && isBlank(text.charCodeAt(close + 1)) && this.#find("\n", at + 2) > close && this.#find("[", at + 2) > close) return this.#made(at, at + 2, close, close + 2, box);
    }
    if (!box && (c === 45 || c === 92)) {
      const match = /^-?\\frac\{-?\d+(?:[.,]\d+)?\}\{-?\d+(?:[.,]\d+)?\}/.exec(text.slice(at, Math.min(this.#end, at + 80)));
      if (match !== null) return this.#made(at, at, at + match[0].length, at + match[0].length, false);
    }
    return null;
  }

  #made(at: number, from: number, to: number, end: number, box: boolean): Environment | null {
    if (box) {
      const boxAt = this.#find("\\boxed{", from);
      if (boxAt >= to || this.#text.lastIndexOf("}", to - 1) < boxAt + 7) return null;
    }
    const percent = /^\s*(?:\\?%|[Pp]ercentage|[Pp]ercent|[Pp]ct)/.exec(this.#text.slice(end, Math.min(this.#end, end + 24)));
    let stop = end + (percent?.[0].length ?? 0);
    if (percent === null) while (stop < this.#end && stop - end < 24 && isBlank(this.#text.charCodeAt(stop))) stop++;
    return { start: at, end: stop, inside: trimBlank(this.#text, from, to), percent: percent !== null };
  }

  /** The formula at `at` and up to five more joined to it. */
  #chain(at: number, box: boolean): Match | null {
    const first = this.#environment(at, box);
    if (first === null) return null;
    const all = [first];
    let end = first.end;
    while (all.length < 6) {
      const joiner = /^\s*(?:,?and|,?or|,)\s*/.exec(this.#text.slice(end, Math.min(this.#end, end + 40)));
      if (joiner === null) break;
      // The joiner's last blank may be the blank a bracket formula needs before it.
      const next = this.#environment(end + joiner[0].length, box);
      if (next === null) break;
      all.push(next);
      end = next.end;
    }
    return { start: at, end, parts: all.flatMap((environment) => this.#parts(environment)) };
  }

  /** The boxes inside a formula, or the whole formula. */
  #parts({ inside, percent }: Environment): Hit[] {
    const boxes = this.#find("box", inside.start) < inside.end ? scanBoxes(this.#text, inside.start, inside.end).filter((hit) => hit.rule === "box" && hit.start < hit.end) : [];
    if (boxes.length > 0) return boxes.map((hit) => ({ ...hit, percent }));
    return [{ ...inside, rule: "inline-formula", math: true, group: 0, percent }];
  }

  formulas(): Match[] {
    const tail = this.#tail();
    const matches = this.#all(false, tail);
    return matches.length > 0 || tail === this.#start ? matches : this.#all(false, this.#start);
  }

  /** Where the last 32,768 characters start, at an empty line: what is found there ends behind anything before it. */
  #tail(before = this.#end): number {
    const from = Math.max(this.#start, before - 32_768);
    if (from === this.#start) return from;
    const line = this.#text.indexOf("\n\n", from);
    return line >= 0 && line < before ? line : this.#start;
  }

  #all(box: boolean, from: number): Match[] {
    const matches: Match[] = [];
    const opener = /[$\\]|\s\[|-\\frac/g;
    opener.lastIndex = from;
    for (let match = opener.exec(this.#text); match !== null && match.index < this.#end; match = opener.exec(this.#text)) {
      const found = this.#chain(match.index, box);
      if (found === null) {
        opener.lastIndex = match.index + 1;
        continue;
      }
      matches.push(found);
      if (matches.length > 2 * MOST) matches.splice(0, MOST);
      opener.lastIndex = Math.max(found.end, match.index + 1);
    }
    return matches;
  }

  /** Formulas with boxes, and the last boxes of the text by themselves. */
  boxed(): Match[] {
    const first = this.#text.indexOf("\\boxed{", this.#start);
    if (first < 0 || first >= this.#end) return [];
    const last = this.#text.lastIndexOf("\\boxed{", this.#end - 1);
    const matches: Match[] = this.#all(true, this.#tail(last)).map((match) => ({ ...match, parts: match.parts.map((part): Hit => ({ ...part, rule: "box" })) }));
    const close = this.#text.lastIndexOf("}", this.#end - 1);
    if (close > first + 7) {
      const boxes = scanBoxes(this.#text, first, this.#end).filter((hit) => hit.start < hit.end);
      let from = boxes.length - 1;
      while (from > 0 && this.#together(boxes[from - 1]!, boxes[from]!)) from--;
      const parts = boxes.slice(Math.max(from, 0)).map((hit) => ({ ...hit, math: true, percent: false }));
      if (parts.length > 0) matches.push({ start: first, end: close + 1, parts });
    }
    return matches;
  }

  /** Two boxes are one answer where they are near, or farther apart with a separating word between and of different text. */
  #together(a: Hit, b: Hit): boolean {
    const gap = this.#text.slice(a.end + 1, Math.min(b.start, a.end + 90)).replace(/\\[a-z]*box(?:ed)?\s*\{$/, "");
    if (gap.length < 10) return true;
    return gap.length < 70 && /and|or|,|;/.test(gap) && this.#text.slice(a.start, a.end) !== this.#text.slice(b.start, b.end);
  }

  anchored(at: number, priority: 0 | 50 | 100 | 200, kind: "latex" | "expr"): Match | null {
    const text = this.#text;
    const after = at + "answer".length;
    const final = at - 6 >= this.#start && /^final $/i.test(text.slice(at - 6, at));
    const window = text.slice(after, Math.min(this.#end, after + 160));
    const match = (from: number): Match | null => (kind === "latex" ? this.#chain(from, false) : this.#expression(from));
    if (priority === 0) {
      const is = final ? /^ is:?\s*/i.exec(window) : null;
      const found = is === null ? null : kind === "latex" ? match(after + is[0].length) : (match(after + is[0].length) ?? this.#bareNumber(after + is[0].length));
      return found !== null && /^\.?\s?I hope/.test(text.slice(found.end, found.end + 10)) ? found : null;
    }
    if (priority === 50) {
      if (!final) return null;
      for (const is of window.slice(0, 108).matchAll(/\s+is:?/g)) {
        const from = after + is.index + is[0].length;
        const blank = kind === "latex" ? /^\s*/.exec(text.slice(from, from + 20))![0].length : 0;
        const found = match(from + blank);
        if (found !== null) return found;
      }
      return null;
    }
    if (priority === 100 && window[0] !== ":") return null;
    const from = priority === 100 ? after + 1 : after;
    if (kind === "expr") {
      // The last `=` of the next hundred characters first, as the greedy pattern does.
      for (let i = Math.min(this.#end, from + 100); i > from; i--) {
        if (text[i - 1] !== "=") continue;
        const blank = /^\s*/.exec(text.slice(i, i + 20))![0].length;
        const found = this.#expression(i + blank) ?? this.#expression(i);
        if (found !== null && !/^\s*=/.test(text.slice(found.end, found.end + 20))) return found;
      }
    }
    for (let offset = 0; offset <= 50 && from + offset < this.#end; offset++) {
      const found = match(from + offset);
      if (found !== null && (kind === "latex" || !/^\s*=/.test(text.slice(found.end, found.end + 20)))) return found;
    }
    return null;
  }

  /** An arithmetic expression or number that starts at `at` with a blank, a `=` or the start of the text before it. */
  #expression(at: number): Match | null {
    const text = this.#text;
    let from = at;
    const c = text.charCodeAt(at);
    if (isBlank(c) || c === 61) from = at + 1;
    else if (at !== this.#start) return null;
    if (text.startsWith("**", from)) from += 2;
    return this.#arithmetic(from) ?? this.#bareNumber(from);
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

  #bareNumber(at: number): Match | null {
    const window = this.#text.slice(at, Math.min(this.#end, at + 400));
    const match = NUMBER.exec(window);
    if (match === null) return null;
    const [whole, currency, digits, percent] = match;
    const start = at + currency!.length;
    return { start: at, end: at + whole.length, parts: [{ start, end: start + digits!.length, rule: "last-expression", math: false, group: 0, percent: percent !== undefined }] };
  }

  /** Every expression and number of the text, the last ones. */
  numbers(): Match[] {
    let tail = Math.max(this.#start, this.#end - 32_768);
    while (tail > this.#start && !isBlank(this.#text.charCodeAt(tail - 1))) tail--;
    const matches = this.#numbersFrom(tail);
    return matches.length > 0 || tail === this.#start ? matches : this.#numbersFrom(this.#start);
  }

  #numbersFrom(from: number): Match[] {
    const matches: Match[] = [];
    const starts = /(?<![^\s=])[-(.\d*$€£¥₹₽₪₩₫฿₡₢₣₤₥₦₧₨₭₮₯₰₱₲₳₴₵₶₷₸₺₻₼₾₿]/g;
    starts.lastIndex = from;
    for (let match = starts.exec(this.#text); match !== null && match.index < this.#end; match = starts.exec(this.#text)) {
      const first = this.#text.startsWith("**", match.index) ? match.index + 2 : match.index;
      const found = this.#arithmetic(first) ?? this.#bareNumber(first);
      if (found === null) continue;
      matches.push(found);
      const number = this.#bareNumber(first);
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
