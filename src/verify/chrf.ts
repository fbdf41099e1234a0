import { z } from "zod";
import { ShapeError } from "../core/errors.ts";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { parseOptions, type OptionsSchema } from "../core/options.ts";
import type { Verdict } from "../core/verdict.ts";
import type { TextReference } from "./answers.ts";
import { characters, words } from "./text/characters.ts";
import { gradedShape, gradedVerifier, percent, type GradedCode, type GradedOptions } from "./text/graded.ts";
import { referenceGrams, type ReferenceGrams } from "./text/grams.ts";
import { chrfWords } from "./text/tokens.ts";

/** What chrF is computed with. */
export interface ChrfSettings {
  /** Longest n-grams of characters. */
  readonly characterOrder: number;
  /** Longest n-grams of words: 0 is chrF, 2 is chrF++. */
  readonly wordOrder: number;
  /** β: recall weighs β times as much as precision. */
  readonly beta: number;
  /** Tell upper case from lower; sacreBLEU's `lowercase` is its opposite. */
  readonly caseSensitive: boolean;
  /** White space is a character too. */
  readonly whitespace: boolean;
}

export interface ChrfOptions extends GradedOptions, ChrfSettings {}

const settings = {
  characterOrder: z.number().int().min(1).max(16).default(6),
  wordOrder: z.number().int().min(0).max(8).default(0),
  beta: z.number().min(0).max(100).default(2),
  caseSensitive: z.boolean().default(true),
  whitespace: z.boolean().default(false),
};

const options: OptionsSchema<ChrfOptions> = /* @__PURE__ */ z.strictObject({ ...gradedShape, ...settings });
const corpusOptions: OptionsSchema<ChrfSettings> = /* @__PURE__ */ z.strictObject(settings);

/** n-grams of candidate and reference, and those in both, by order: characters first, then words. */
type Counts = readonly (readonly [candidate: number, reference: number, matched: number])[];

interface Reference {
  readonly characters: ReferenceGrams;
  readonly words: ReferenceGrams | null;
}

function units(text: string, { caseSensitive, whitespace, wordOrder }: ChrfSettings): { readonly characters: string[]; readonly words: string[] } {
  const folded = caseSensitive ? text : text.toLowerCase();
  return { characters: characters(whitespace ? folded : words(folded).join("")), words: wordOrder > 0 ? chrfWords(folded) : [] };
}

function readReference(text: string, given: ChrfSettings): Reference {
  const read = units(text, given);
  return { characters: referenceGrams([read.characters], given.characterOrder), words: given.wordOrder > 0 ? referenceGrams([read.words], given.wordOrder) : null };
}

function countsOf(grams: ReferenceGrams, tokens: readonly string[]): Counts {
  const { matches, totals } = grams.match(tokens);
  return Array.from(matches, (matched, n) => [grams.totals[n]! > 0 ? totals[n]! : 0, grams.totals[n]!, matched] as const);
}

function fScore(counts: Counts, beta: number): number {
  const usable = counts.filter(([candidate, reference]) => candidate > 0 && reference > 0);
  if (usable.length === 0) return 0;
  const precision = usable.reduce((sum, [candidate, , matched]) => sum + matched / candidate, 0) / usable.length;
  const recall = usable.reduce((sum, [, reference, matched]) => sum + matched / reference, 0) / usable.length;
  return precision + recall === 0 ? 0 : ((1 + beta * beta) * precision * recall) / (beta * beta * precision + recall);
}

/** The counts against the reference that gives the best score, the first of equals. */
function bestCounts(references: readonly Reference[], candidate: string, given: ChrfSettings): Counts {
  const read = units(candidate, given);
  const all = references.map((reference) => [...countsOf(reference.characters, read.characters), ...(reference.words === null ? [] : countsOf(reference.words, read.words))]);
  return all.reduce((best, counts) => (fScore(counts, given.beta) > fScore(best, given.beta) ? counts : best));
}

/**
 * chrF: F-score of character n-grams, and with `wordOrder: 2` chrF++, of words as well.
 *
 *     F = (1 + β²)·P·R / (β²·P + R)      P, R: precision and recall, each the mean over the orders that both texts have
 *
 * Equal to sacreBLEU's `sentence_chrf` (divided by 100) by default. Of several references the best counts. Time is linear in the response.
 *
 * Limits: no n-gram in common is 0.
 *
 * @param reference one text, or several of which the best counts
 * @see Popović 2015, chrF, WMT; Popović 2017, chrF++, WMT
 * @example chrf("the cat sat on a mat", "the cat sat on the mat").score // => 0.6597965990995549
 */
export const chrf: Verifier<TextReference, ChrfOptions, Verdict<GradedCode>> = /* @__PURE__ */ defineVerifier<TextReference, ChrfOptions, Verdict<GradedCode>>({
  id: "verify/chrf",
  aliases: ["chrf++"],
  paper: { title: "chrF: character n-gram F-score for automatic MT evaluation", url: "https://aclanthology.org/W15-3049" },
  options,
  prepare: (reference, given) =>
    gradedVerifier(reference, given, (references) => {
      const read = references.map((text) => readReference(text, given));
      return (candidate) => {
        const score = fScore(bestCounts(read, candidate, given), given.beta);
        return { score, text: `chrF ${percent(score)}` };
      };
    }),
});

/**
 * chrF of a corpus: the counts of each segment's best reference are summed first. sacreBLEU's `corpus_chrf`, divided by 100.
 * @throws ShapeError
 * @example corpusChrf(["abc", "x"], [["abc"], ["y"]]) // => 0.9166666666666666
 */
export function corpusChrf(candidates: readonly string[], references: readonly (readonly string[])[], given: Partial<ChrfSettings> = {}): number {
  const resolved = parseOptions("corpusChrf", corpusOptions, given);
  if (candidates.length !== references.length) throw new ShapeError(`corpusChrf: references must be one list a candidate, ${candidates.length}, got ${references.length}`);
  const sums = Array.from({ length: resolved.characterOrder + resolved.wordOrder }, () => [0, 0, 0] as [number, number, number]);
  candidates.forEach((candidate, i) => {
    if (references[i]!.length === 0) throw new ShapeError(`corpusChrf: references[${i}] must hold at least one text, got none`);
    const counts = bestCounts(references[i]!.map((text) => readReference(text, resolved)), candidate, resolved);
    counts.forEach((row, n) => row.forEach((count, k) => (sums[n]![k]! += count)));
  });
  return fScore(sums, resolved.beta);
}
