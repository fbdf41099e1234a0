import { z } from "zod";
import { ShapeError } from "../core/errors.ts";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { parseOptions, type OptionsSchema } from "../core/options.ts";
import type { Verdict } from "../core/verdict.ts";
import type { TextReference } from "./answers.ts";
import { gradedShape, gradedVerifier, percent, type GradedCode, type GradedOptions } from "./text/graded.ts";
import { referenceGrams, type ReferenceGrams } from "./text/grams.ts";
import { BLEU_TOKENIZERS, bleuTokens, type BleuTokenizer } from "./text/tokens.ts";

/** What BLEU is computed with. */
export interface BleuSettings {
  /** N: words of the longest n-grams. */
  readonly ngramOrder: number;
  /** How texts become tokens; `13a` is mteval's. */
  readonly tokenizer: BleuTokenizer;
  /**
   * What becomes of an order without matches: `exp` halves on, `floor` puts `smoothing value` in, `add-k` adds it to matches and
   * n-grams from order 2 on, `add-one` adds 1 to both at every order, `none` leaves BLEU 0.
   */
  readonly smoothing: "exp" | "floor" | "add-k" | "add-one" | "none";
  /** What `floor` and `add-k` add; by default 0.1 and 1. */
  readonly smoothingValue: number | null;
  /** Only orders of which the candidate has n-grams; without it a candidate shorter than N tokens has BLEU 0. */
  readonly effectiveOrder: boolean;
  /** The reference whose length the brevity penalty takes. */
  readonly referenceLength: "closest" | "shortest";
  /** Tell upper case from lower; sacreBLEU's `lowercase` is its opposite. */
  readonly caseSensitive: boolean;
}

export interface BleuOptions extends GradedOptions, BleuSettings {}

/** BLEU with what it was made of; all in [0, 1]. */
export interface BleuScore {
  readonly score: number;
  /** p[n − 1]: smoothed precision of n-grams. */
  readonly precisions: Float64Array;
  readonly brevityPenalty: number;
  readonly candidateTokens: number;
  readonly referenceTokens: number;
}

const settings = {
  ngramOrder: z.number().int().min(1).max(16).default(4),
  tokenizer: z.enum(BLEU_TOKENIZERS).default("13a"),
  smoothing: z.enum(["exp", "floor", "add-k", "add-one", "none"]).default("exp"),
  smoothingValue: z.number().min(0).nullable().default(null),
  effectiveOrder: z.boolean().default(true),
  referenceLength: z.enum(["closest", "shortest"]).default("closest"),
  caseSensitive: z.boolean().default(true),
};

const options: OptionsSchema<BleuOptions> = /* @__PURE__ */ z.strictObject({ ...gradedShape, ...settings });
const corpusOptions: OptionsSchema<BleuSettings> = /* @__PURE__ */ z.strictObject({ ...settings, effectiveOrder: z.boolean().default(false) });

/** One segment with its references read. */
interface Segment {
  readonly grams: ReferenceGrams;
  readonly settings: BleuSettings;
}

/** The counts BLEU is made of; of a corpus, the sums over its segments. */
interface BleuCounts {
  readonly matches: Float64Array;
  readonly totals: Float64Array;
  candidate: number;
  reference: number;
}

function readReferences(references: readonly string[], given: BleuSettings): Segment {
  return { grams: referenceGrams(references.map((text) => bleuTokens(text, given.tokenizer, given.caseSensitive)), given.ngramOrder), settings: given };
}

function addCounts(to: BleuCounts, { grams, settings: given }: Segment, candidate: string): BleuCounts {
  const tokens = bleuTokens(candidate, given.tokenizer, given.caseSensitive);
  const { matches, totals } = grams.match(tokens);
  for (let n = 0; n < given.ngramOrder; n++) {
    to.matches[n]! += matches[n]!;
    to.totals[n]! += totals[n]!;
  }
  to.candidate += tokens.length;
  to.reference += given.referenceLength === "shortest" ? grams.lengths.reduce((a, b) => Math.min(a, b)) : closest(tokens.length, grams.lengths);
  return to;
}

/** The length nearest to the candidate's, the shorter of two as near. */
function closest(tokens: number, lengths: readonly number[]): number {
  return lengths.reduce((best, length) => {
    const difference = Math.abs(length - tokens) - Math.abs(best - tokens);
    return difference < 0 || (difference === 0 && length < best) ? length : best;
  });
}

function noCounts(order: number): BleuCounts {
  return { matches: new Float64Array(order), totals: new Float64Array(order), candidate: 0, reference: 0 };
}

function score({ matches, totals, candidate, reference }: BleuCounts, { ngramOrder: order, smoothing, smoothingValue, effectiveOrder }: BleuSettings): BleuScore {
  const brevityPenalty = candidate >= reference ? 1 : candidate === 0 ? 0 : Math.exp(1 - reference / candidate);
  const precisions = new Float64Array(order);
  const made = (value: number): BleuScore => ({ score: value, precisions, brevityPenalty, candidateTokens: candidate, referenceTokens: reference });
  if (smoothing === "add-one") {
    for (let n = 0; n < order; n++) precisions[n] = (matches[n]! + 1) / (totals[n]! + 1);
    return made(candidate === 0 ? 0 : brevityPenalty * geometricMean(precisions, order));
  }
  if (matches.every((count) => count === 0)) return made(0);
  const value = smoothingValue ?? (smoothing === "floor" ? 0.1 : 1);
  let orders = order;
  let halved = 1;
  for (let n = 0; n < order; n++) {
    const added = smoothing === "add-k" && n > 0 ? value : 0;
    const total = totals[n]! + added;
    if (total === 0) break;
    if (effectiveOrder) orders = n + 1;
    const matched = matches[n]! + added;
    if (matched > 0) precisions[n] = matched / total;
    else if (smoothing === "exp") precisions[n] = 1 / ((halved *= 2) * total);
    else if (smoothing === "floor") precisions[n] = value / total;
  }
  return made(brevityPenalty * geometricMean(precisions, orders));
}

/** exp of the mean logarithm of the first `orders`; 0 where one is 0. */
function geometricMean(precisions: Float64Array, orders: number): number {
  let logs = 0;
  for (let n = 0; n < orders; n++) logs += Math.log(precisions[n]!);
  return Math.min(1, Math.exp(logs / orders));
}

/**
 * BLEU of one response against all references together.
 *
 *     BLEU = BP · exp( (1/N) Σₙ log pₙ )      pₙ = n-grams matched, clipped / n-grams of the candidate
 *     BP = 1 if c ≥ r, else exp(1 − r / c)    c, r: tokens of the candidate and of the closest reference
 *
 * Equal to sacreBLEU's `sentence_bleu` (divided by 100) by default. An n-gram counts at most as often as in the reference that has
 * it most. Time is linear in the response.
 *
 * Limits: no match at all is 0, also when smoothed by `exp`, `floor` and `add-k`; so is a candidate without tokens. A single token equal to
 * the reference is 1 with `effectiveOrder`.
 *
 * @param reference one text, or several that are right together
 * @remarks BLEUBERI rewards with the Hugging Face metric: `{ smoothing: "add-one", referenceLength: "shortest", effectiveOrder: false }`.
 * A score below 1 by rounding is not raised; above 1 it is cut.
 * @see Papineni et al. 2002, BLEU, ACL; Post 2018, arXiv:1804.08771 (sacreBLEU); Chang et al. 2025, BLEUBERI, arXiv:2505.11080
 * @example bleu("the cat sat on a mat", "the cat sat on the mat").score // => 0.537284965911771
 */
export const bleu: Verifier<TextReference, BleuOptions, Verdict<GradedCode>> = /* @__PURE__ */ defineVerifier<TextReference, BleuOptions, Verdict<GradedCode>>({
  id: "verify/bleu",
  aliases: ["bleuberi"],
  paper: { title: "BLEU: a Method for Automatic Evaluation of Machine Translation", url: "https://aclanthology.org/P02-1040" },
  options,
  prepare: (reference, given) =>
    gradedVerifier(reference, given, (references) => {
      const segment = readReferences(references, given);
      return (candidate) => {
        const result = score(addCounts(noCounts(given.ngramOrder), segment, candidate), given);
        return { score: result.score, text: `BLEU ${percent(result.score)}, brevity penalty ${result.brevityPenalty.toFixed(3)}` };
      };
    }),
});

/**
 * BLEU of one text with its precisions and brevity penalty, as `bleu` scores it.
 * @example sentenceBleu("the the the the the the the", ["the cat is on the mat"], { smoothing: "none" }).precisions[0] // => 0.2857142857142857
 */
export function sentenceBleu(candidate: string, references: readonly string[], given: Partial<BleuSettings> = {}): BleuScore {
  const resolved = parseOptions("sentenceBleu", options, given);
  if (references.length === 0) throw new ShapeError("sentenceBleu: references must hold at least one text, got none");
  return score(addCounts(noCounts(resolved.ngramOrder), readReferences(references, resolved), candidate), resolved);
}

/**
 * BLEU of a corpus: counts are summed over the segments before precisions are taken. sacreBLEU's `corpus_bleu`, divided by 100.
 * @param references of each candidate, one text or more
 * @throws ShapeError
 * @example corpusBleu(["a b c d e", "x"], [["a b c d e"], ["y"]]).score // => 0.9554427922043668
 */
export function corpusBleu(candidates: readonly string[], references: readonly (readonly string[])[], given: Partial<BleuSettings> = {}): BleuScore {
  const resolved = parseOptions("corpusBleu", corpusOptions, given);
  if (candidates.length !== references.length) throw new ShapeError(`corpusBleu: references must be one list a candidate, ${candidates.length}, got ${references.length}`);
  const counts = noCounts(resolved.ngramOrder);
  candidates.forEach((candidate, i) => {
    if (references[i]!.length === 0) throw new ShapeError(`corpusBleu: references[${i}] must hold at least one text, got none`);
    addCounts(counts, readReferences(references[i]!, resolved), candidate);
  });
  return score(counts, resolved);
}
