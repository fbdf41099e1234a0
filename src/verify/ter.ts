import { z } from "zod";
import { ShapeError } from "../core/errors.ts";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { parseOptions, type OptionsSchema } from "../core/options.ts";
import type { Verdict } from "../core/verdict.ts";
import type { TextReference } from "./answers.ts";
import { gradedShape, gradedVerifier, percent, type GradedCode, type GradedOptions } from "./text/graded.ts";
import { tercomTokens, type TercomNormalization } from "./text/tokens.ts";
import { translationEdits } from "./text/translation-edits.ts";

export interface TerOptions extends GradedOptions, TercomNormalization {
  /** Tell upper case from lower; Tercom does not. */
  readonly caseSensitive: boolean;
  /** Punctuation becomes words of its own, XML escapes and hyphens at line ends are resolved. */
  readonly normalize: boolean;
  /** Drop . , ? : ; ! " ( ) */
  readonly dropPunctuation: boolean;
}

const settings = { caseSensitive: z.boolean().default(false), normalize: z.boolean().default(false), dropPunctuation: z.boolean().default(false) };
const options: OptionsSchema<TerOptions> = /* @__PURE__ */ z.strictObject({ ...gradedShape, ...settings });
const corpusOptions: OptionsSchema<TercomNormalization> = /* @__PURE__ */ z.strictObject(settings);

/** Most words of a reference: with them one response is graded in about a second at worst. */
const REFERENCE_WORDS = 512;

/** Edits to the nearest reference and the mean length of the references. */
interface Edits {
  readonly edits: number;
  readonly words: number;
}

function editsTo(candidate: readonly string[], references: readonly (readonly string[])[]): Edits {
  const numbers = new Map<string, number>();
  const number = (word: string): number => {
    let id = numbers.get(word);
    if (id === undefined) numbers.set(word, (id = numbers.size));
    return id;
  };
  const words = references.reduce((sum, reference) => sum + reference.length, 0) / references.length;
  // Each word too many is an edit: past twice the reference nothing is left to find.
  const least = Math.min(...references.map((reference) => candidate.length - reference.length));
  if (least >= words && words > 0) return { edits: least, words };
  const ids = candidate.map(number);
  return { edits: Math.min(...references.map((reference) => translationEdits(ids, reference.map(number)))), words };
}

/** The rate, as sacreBLEU has it for references without words. */
function rate({ edits, words }: Edits): number {
  return words > 0 ? edits / words : edits > 0 ? 1 : 0;
}

/**
 * Translation edit rate, as a score.
 *
 *     TER = edits / mean words of the references      score = max(0, 1 − TER)
 *
 * An edit inserts, deletes or replaces a word, or shifts a run of words. Edits are those of Tercom's greedy search as sacreBLEU has
 * it (`sentence_ter` divided by 100 is TER), to the nearest reference.
 *
 * Limits: a response of at least twice the reference's words scores 0 without a search. A reference of more than 512 words is undecided.
 *
 * @param reference one text, or several
 * @remarks sacreBLEU's options for Asian text are left out.
 * @see Snover et al. 2006, A Study of Translation Edit Rate with Targeted Human Annotation, AMTA
 * @example ter("on the mat sat the cat", "the cat sat on the mat").score // => 0.6666666666666667
 */
export const ter: Verifier<TextReference, TerOptions, Verdict<GradedCode>> = /* @__PURE__ */ defineVerifier<TextReference, TerOptions, Verdict<GradedCode>>({
  id: "verify/ter",
  aliases: ["translation-edit-rate"],
  paper: { title: "A Study of Translation Edit Rate with Targeted Human Annotation", url: "https://aclanthology.org/2006.amta-papers.25" },
  options,
  prepare: (reference, given) =>
    gradedVerifier(reference, given, (references) => {
      const read = references.map((text) => tercomTokens(text, given));
      if (read.some((words) => words.length > REFERENCE_WORDS)) return { code: "reference-too-long", text: `a reference has more than ${REFERENCE_WORDS} words` };
      if (read.every((words) => words.length === 0)) return { code: "bad-reference", text: "no reference has words" };
      return (candidate) => {
        const value = rate(editsTo(tercomTokens(candidate, given), read));
        return { score: Math.max(0, 1 - value), text: `TER ${value < 1 ? "" : "at least "}${percent(value)}` };
      };
    }),
});

/**
 * TER of a corpus, an error: edits of all segments over words of all references. sacreBLEU's `corpus_ter`, divided by 100.
 * @throws ShapeError
 * @example corpusTer(["a b", "x"], [["a c"], ["x"]]) // => 0.3333333333333333
 */
export function corpusTer(candidates: readonly string[], references: readonly (readonly string[])[], given: Partial<TercomNormalization> = {}): number {
  const resolved = parseOptions("corpusTer", corpusOptions, given);
  if (candidates.length !== references.length) throw new ShapeError(`corpusTer: references must be one list a candidate, ${candidates.length}, got ${references.length}`);
  let [edits, words] = [0, 0];
  candidates.forEach((candidate, i) => {
    if (references[i]!.length === 0) throw new ShapeError(`corpusTer: references[${i}] must hold at least one text, got none`);
    const read = references[i]!.map((text) => tercomTokens(text, resolved));
    const ids = new Map<string, number>();
    const number = (word: string): number => ids.get(word) ?? ids.set(word, ids.size).size - 1;
    const own = tercomTokens(candidate, resolved).map(number);
    edits += Math.min(...read.map((each) => translationEdits(own, each.map(number))));
    words += read.reduce((sum, each) => sum + each.length, 0) / read.length;
  });
  return rate({ edits, words });
}
