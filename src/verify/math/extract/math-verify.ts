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
import { Anchors } from "./math-verify/anchors.ts";
import { Expressions } from "./math-verify/expressions.ts";
import { Formulas } from "./math-verify/formulas.ts";
import { MOST, type Match } from "./math-verify/match.ts";
import type { Range } from "./types.ts";

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

/** All matches in the order of trial. */
export function* mathVerifyMatches(text: string, range: Range, options: MathVerifyOptions): Generator<Match> {
  const formulas = new Formulas(text, range);
  const expressions = new Expressions(text, range);
  const anchors = new Anchors(text, range, formulas, expressions);
  const places = options.latex || options.expr ? anchors.places() : [];
  for (const priority of [0, 50, 100, 200, 300] as const) {
    const matches: Match[] = [];
    if (priority === 300) {
      if (options.anchorless && options.latex) matches.push(...formulas.all());
      if (options.anchorless && options.expr) matches.push(...expressions.all());
    } else {
      for (const at of places) {
        if (options.latex) push(matches, anchors.match(at, priority, "latex"));
        if (options.expr) push(matches, anchors.match(at, priority, "expr"));
      }
    }
    if (priority === options.boxedPriority && options.latex) matches.push(...formulas.boxed());
    matches.sort((a, b) => b.end - a.end || a.start - b.start);
    yield* matches.slice(0, 2 * MOST);
  }
}

function push(list: Match[], match: Match | null): void {
  if (match !== null) list.push(match);
}
