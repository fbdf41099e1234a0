import { z } from "zod";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { correct, incorrect, invalid, undecided, type Verdict } from "../core/verdict.ts";
import { ANSWER_SOURCES, readAnswers, referenceTexts, type AnswerSource, type TextReference } from "./answers.ts";
import type { NoAnswerCode } from "./math/extract.ts";

export interface NormalizedTextOptions {
  /** Which part of the response is compared. */
  readonly extract: AnswerSource;
  /** Keep upper and lower case apart. */
  readonly caseSensitive: boolean;
  /** Drop the English articles a, an, the. */
  readonly dropArticles: boolean;
  /** Drop punctuation; signs and points of numbers stay. */
  readonly dropPunctuation: boolean;
  /** Drop accents: é equals e. */
  readonly dropAccents: boolean;
}

/** Every reason `normalizedText` gives. */
export type NormalizedTextCode = "equal" | "different" | "contradiction" | "bad-reference" | NoAnswerCode;

/** What of a text counts for comparison. */
export type TextNormalization = Pick<NormalizedTextOptions, "caseSensitive" | "dropArticles" | "dropPunctuation" | "dropAccents">;

/**
 * The comparison form of a text: Unicode NFKC, invisible characters dropped, then as told lower case, accents, punctuation and
 * articles dropped, then single spaces.
 *
 * @example normalizeText("The  Eiffel Tower!") // => "eiffel tower"
 */
export function normalizeText(text: string, { caseSensitive = false, dropArticles = true, dropPunctuation = true, dropAccents = false }: Partial<TextNormalization> = {}): string {
  let form = text.normalize("NFKC").replace(/\p{Cf}/gu, "");
  if (!caseSensitive) form = form.toLowerCase();
  if (dropAccents) form = form.normalize("NFD").replace(/\p{Mn}/gu, "").normalize("NFC");
  if (dropPunctuation)
    form = form
      .replace(/[−–](?=[\p{N}.])/gu, "-")
      .replace(/((?<![\p{L}\p{N}])-(?=\.?\p{N})|(?<=\p{N})[.,](?=\p{N})|\.(?=\p{N}))|[\p{P}`]/gu, (mark: string, ofNumber: string | undefined) => ofNumber ?? (/\p{Pd}/u.test(mark) ? " " : ""));
  if (dropArticles) form = form.replace(/(?<![\p{L}\p{N}'])(?:a|an|the)(?![\p{L}\p{N}'])/giu, " ");
  return form.replace(/\s+/g, " ").trim();
}

/**
 * Match after normalisation: case, punctuation, articles and white space do not count.
 *
 *     score = 1 if form(answer) = form(reference), else 0        form: see normalizeText
 *
 * Limits: a reference whose form is empty ("the") is undecided; an answer whose form is empty is different.
 *
 * @param reference the right text, or several of which any is right
 * @remarks Deviation from the SQuAD script: NFKC first, signs and decimal points of numbers are kept (−5 is not 5), and a dash
 * between words separates them.
 * @see Rajpurkar et al. 2016, SQuAD, arXiv:1606.05250, section 6
 * @example normalizedText("The Eiffel Tower.", "eiffel tower").status // => "correct"
 */
export const normalizedText: Verifier<TextReference, NormalizedTextOptions, Verdict<NormalizedTextCode>> = /* @__PURE__ */ defineVerifier<
  TextReference,
  NormalizedTextOptions,
  Verdict<NormalizedTextCode>
>({
  id: "verify/normalized-text",
  aliases: ["squad-em"],
  paper: { title: "SQuAD: 100,000+ Questions for Machine Comprehension of Text", url: "https://arxiv.org/abs/1606.05250" },
  options: z.strictObject({
    extract: z.enum(ANSWER_SOURCES).default("whole"),
    caseSensitive: z.boolean().default(false),
    dropArticles: z.boolean().default(true),
    dropPunctuation: z.boolean().default(true),
    dropAccents: z.boolean().default(false),
  }),
  prepare(reference: TextReference, { extract, ...normalization }: NormalizedTextOptions) {
    const form = (text: string): string => normalizeText(text, normalization);
    const references = new Set(referenceTexts(reference).map(form));
    const bad = references.size === 0 || references.has("");
    return (response, context) => {
      if (bad) return undecided("bad-reference", "the reference has no text left after normalisation");
      const answers = readAnswers(response, extract, context);
      if ("status" in answers) return answers;
      const last = answers.at(-1)!;
      if (new Set(answers.map(({ text }) => form(text))).size > 1) return invalid("contradiction", "the response gives several different answers", last.found);
      return references.has(form(last.text)) ? correct("equal", "the answer is the reference after normalisation", last.found) : incorrect("different", "the answer is not the reference after normalisation", last.found);
    };
  },
});
