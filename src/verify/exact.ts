import { z } from "zod";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { correct, incorrect, invalid, undecided, type Verdict } from "../core/verdict.ts";
import { ANSWER_SOURCES, readAnswers, referenceTexts, type AnswerSource, type TextReference } from "./answers.ts";
import type { NoAnswerCode } from "./math/extract.ts";

export interface ExactOptions {
  /** Which part of the response is compared. */
  readonly extract: AnswerSource;
  /** Drop white space at both ends of both sides first. */
  readonly trim: boolean;
}

/** Every reason `exact` gives. */
export type ExactCode = "equal" | "different" | "contradiction" | "bad-reference" | NoAnswerCode;

/**
 * Exact match: the answer is the reference, character by character.
 *
 *     score = 1 if answer = reference (or any of several references), else 0
 *
 * Limits: an empty reference, or one that is no text, is undecided. Several different answers are a contradiction, and invalid.
 *
 * @param reference the right text, or several of which any is right; numbers stand for how they print
 * @see Rajpurkar et al. 2016, SQuAD, arXiv:1606.05250, section 6 (the metric without its normalisation)
 * @example exact("Paris", "Paris").status // => "correct"
 */
export const exact: Verifier<TextReference, ExactOptions, Verdict<ExactCode>> = /* @__PURE__ */ defineVerifier<TextReference, ExactOptions, Verdict<ExactCode>>({
  id: "verify/exact",
  aliases: ["exact-match"],
  paper: { title: "SQuAD: 100,000+ Questions for Machine Comprehension of Text", url: "https://arxiv.org/abs/1606.05250" },
  options: z.strictObject({
    extract: z.enum(ANSWER_SOURCES).default("whole"),
    trim: z.boolean().default(true),
  }),
  prepare(reference: TextReference, { extract, trim }: ExactOptions) {
    const form = (text: string): string => (trim ? text.trim() : text);
    const references = new Set(referenceTexts(reference).map(form));
    return (response, context) => {
      if (references.size === 0) return undecided("bad-reference", "the reference is empty or no text");
      const answers = readAnswers(response, extract, context);
      if ("status" in answers) return answers;
      const last = answers.at(-1)!;
      if (new Set(answers.map(({ text }) => form(text))).size > 1) return invalid("contradiction", "the response gives several different answers", last.found);
      return references.has(form(last.text)) ? correct("equal", "the answer is the reference", last.found) : incorrect("different", "the answer is not the reference", last.found);
    };
  },
});
