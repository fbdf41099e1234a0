/** Formulas in delimiters, chains of them, and boxes: what Math-Verify reads as LaTeX. */
import { scanBoxes } from "../boxes.ts";
import { isBlank, isDigit, trimBlank } from "../characters.ts";
import type { Hit, Range } from "../types.ts";
import { MOST, type Match } from "./match.ts";

interface Environment extends Range {
  readonly inside: Range;
  readonly percent: boolean;
}

/** The text with what is known of where delimiters close, so that no search is made twice. */
export class Formulas {
  readonly #text: string;
  readonly #start: number;
  readonly #end: number;
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
  chain(at: number, box: boolean): Match | null {
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

  /** Every formula of the text, the last ones. */
  all(): Match[] {
    const tail = this.#tail();
    const matches = this.#from(false, tail);
    return matches.length > 0 || tail === this.#start ? matches : this.#from(false, this.#start);
  }

  /** Where the last 32,768 characters start, at an empty line: what is found there ends behind anything before it. */
  #tail(before = this.#end): number {
    const from = Math.max(this.#start, before - 32_768);
    if (from === this.#start) return from;
    const line = this.#text.indexOf("\n\n", from);
    return line >= 0 && line < before ? line : this.#start;
  }

  #from(box: boolean, from: number): Match[] {
    const matches: Match[] = [];
    const opener = /[$\\]|\s\[|-\\frac/g;
    opener.lastIndex = from;
    for (let match = opener.exec(this.#text); match !== null && match.index < this.#end; match = opener.exec(this.#text)) {
      const found = this.chain(match.index, box);
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
    const matches: Match[] = this.#from(true, this.#tail(last)).map((match) => ({ ...match, parts: match.parts.map((part): Hit => ({ ...part, rule: "box" })) }));
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
}
