import { z } from "zod";
import { defineVerifier, type Verifier } from "../core/method.ts";
import type { Verdict } from "../core/verdict.ts";
import type { TextReference } from "./answers.ts";
import { gradedShape, gradedVerifier, percent, type GradedCode, type GradedOptions } from "./text/graded.ts";
import { referenceGrams } from "./text/grams.ts";
import { squadTokens } from "./text/tokens.ts";

export interface TokenF1Options extends GradedOptions {
  /** `f1`: shared tokens; `exact`: 1 if all tokens are equal, in order; `contains`: 1 if the reference's tokens stand in the answer as a run. */
  readonly metric: "f1" | "exact" | "contains";
}

/**
 * Token F₁ and exact match of SQuAD.
 *
 *     P = shared / tokens of the answer      R = shared / tokens of the reference      F₁ = 2·P·R / (P + R)
 *
 * Tokens: lower case, ASCII punctuation and the articles a, an, the dropped, split at white space: the official script's. Of several
 * references the best counts.
 *
 * Limits: an answer without tokens left scores 0; a reference without tokens left is undecided.
 *
 * @param reference the right text, or several of which any is right
 * @remarks `verify/normalized-text` is the stricter match: it keeps signs and decimal points of numbers, which here fall away ("-5" is "5").
 * `contains` pays an answer that lists every guess; it is here because rewards in use do it.
 * @see Rajpurkar et al. 2016, SQuAD, arXiv:1606.05250, section 6
 * @example tokenF1("in Paris, France", "Paris").score // => 0.5
 */
export const tokenF1: Verifier<TextReference, TokenF1Options, Verdict<GradedCode>> = /* @__PURE__ */ defineVerifier<TextReference, TokenF1Options, Verdict<GradedCode>>({
  id: "verify/token-f1",
  aliases: ["squad-f1"],
  paper: { title: "SQuAD: 100,000+ Questions for Machine Comprehension of Text", url: "https://arxiv.org/abs/1606.05250" },
  options: z.strictObject({ ...gradedShape, metric: z.enum(["f1", "exact", "contains"]).default("f1") }),
  prepare: (reference, given) =>
    gradedVerifier(reference, given, (references) => {
      const read = references.map(squadTokens);
      if (read.some((tokens) => tokens.length === 0)) return { code: "bad-reference", text: "a reference has no text left after normalisation" };
      const score = scorers[given.metric](read);
      return (candidate) => {
        const value = score(squadTokens(candidate));
        return { score: value, text: `token ${given.metric} ${percent(value)}` };
      };
    }),
});

const scorers: Readonly<Record<TokenF1Options["metric"], (references: readonly (readonly string[])[]) => (tokens: readonly string[]) => number>> = {
  f1(references) {
    const all = references.map((tokens) => referenceGrams([tokens], 1));
    return (tokens) => Math.max(...all.map((grams) => (2 * grams.match(tokens).matches[0]!) / (tokens.length + grams.lengths[0]!)));
  },
  exact(references) {
    const all = new Set(references.map((tokens) => tokens.join(" ")));
    return (tokens) => (all.has(tokens.join(" ")) ? 1 : 0);
  },
  contains(references) {
    return (tokens) => (references.some((each) => ` ${tokens.join(" ")} `.includes(` ${each.join(" ")} `)) ? 1 : 0);
  },
};
