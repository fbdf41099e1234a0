/** "answer" and "final answer": words that announce what stands behind them. */
import { lastMatches } from "../characters.ts";
import type { Range } from "../types.ts";
import type { Expressions } from "./expressions.ts";
import type { Formulas } from "./formulas.ts";
import { MOST, type Match } from "./match.ts";

/** The anchors of a text, and what each announces. */
export class Anchors {
  readonly #text: string;
  readonly #start: number;
  readonly #end: number;
  readonly #formulas: Formulas;
  readonly #expressions: Expressions;

  constructor(text: string, { start, end }: Range, formulas: Formulas, expressions: Expressions) {
    this.#text = text;
    this.#start = start;
    this.#end = end;
    this.#formulas = formulas;
    this.#expressions = expressions;
  }

  /** Where they stand, the last ones. */
  places(): number[] {
    return lastMatches(/answer/gi, this.#text, this.#start, this.#end, MOST).map(({ at }) => at);
  }

  /** What the anchor at `at` announces, as a formula or as an expression, by the rule of a priority. */
  match(at: number, priority: 0 | 50 | 100 | 200, kind: "latex" | "expr"): Match | null {
    const text = this.#text;
    const after = at + "answer".length;
    const final = at - 6 >= this.#start && /^final $/i.test(text.slice(at - 6, at));
    const window = text.slice(after, Math.min(this.#end, after + 160));
    const read = (from: number): Match | null => (kind === "latex" ? this.#formulas.chain(from, false) : this.#expressions.expression(from));
    if (priority === 0) {
      const is = final ? /^ is:?\s*/i.exec(window) : null;
      const found = is === null ? null : kind === "latex" ? read(after + is[0].length) : (read(after + is[0].length) ?? this.#expressions.bareNumber(after + is[0].length));
      return found !== null && /^\.?\s?I hope/.test(text.slice(found.end, found.end + 10)) ? found : null;
    }
    if (priority === 50) {
      if (!final) return null;
      for (const is of window.slice(0, 108).matchAll(/\s+is:?/g)) {
        const from = after + is.index + is[0].length;
        const blank = kind === "latex" ? /^\s*/.exec(text.slice(from, from + 20))![0].length : 0;
        const found = read(from + blank);
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
        const found = this.#expressions.expression(i + blank) ?? this.#expressions.expression(i);
        if (found !== null && !/^\s*=/.test(text.slice(found.end, found.end + 20))) return found;
      }
    }
    for (let offset = 0; offset <= 50 && from + offset < this.#end; offset++) {
      const found = read(from + offset);
      if (found !== null && (kind === "latex" || !/^\s*=/.test(text.slice(found.end, found.end + 20)))) return found;
    }
    return null;
  }
}
