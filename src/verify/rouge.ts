import { z } from "zod";
import { ShapeError } from "../core/errors.ts";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { parseOptions, type OptionsSchema } from "../core/options.ts";
import type { Verdict } from "../core/verdict.ts";
import type { TextReference } from "./answers.ts";
import { gradedShape, gradedVerifier, percent, type GradedCode, type GradedOptions, type TooLong } from "./text/graded.ts";
import { referenceGrams } from "./text/grams.ts";
import { porterStem } from "./text/porter.ts";
import { commonPositions, commonSubsequence, numbering } from "./text/subsequence.ts";
import { rougeTokens } from "./text/tokens.ts";

/** What ROUGE is computed with. */
export interface RougeSettings {
  /** `rouge-1` to `rouge-9`: n-grams; `rouge-l`: longest common subsequence; `rouge-lsum`: the same by lines. */
  readonly variant: RougeVariant;
  /** Stem words of more than three letters. */
  readonly stem: boolean;
}

/** Which ROUGE: n-grams of an order, the longest common subsequence, or that of sentences. */
export type RougeVariant = `rouge-${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "l" | "lsum"}`;

export interface RougeOptions extends GradedOptions, RougeSettings {
  /** Which of the three is the score. */
  readonly metric: "f1" | "precision" | "recall";
}

/** In [0, 1]. */
export interface RougeScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

const VARIANTS = ["rouge-1", "rouge-2", "rouge-3", "rouge-4", "rouge-5", "rouge-6", "rouge-7", "rouge-8", "rouge-9", "rouge-l", "rouge-lsum"] as const;

const options: OptionsSchema<RougeOptions> = /* @__PURE__ */ z.strictObject({
  ...gradedShape,
  variant: z.enum(VARIANTS).default("rouge-l"),
  stem: z.boolean().default(false),
  metric: z.enum(["f1", "precision", "recall"]).default("f1"),
});

/** Most cells of the table of one pair of texts: in ROUGE-Lsum each is stored, in ROUGE-L 32 are one step. */
const CELLS = { "rouge-l": 2 ** 32, "rouge-lsum": 2 ** 25 } as const;

/** Reference and candidate as words, or as lines of words. */
type Scorer = (candidate: string) => RougeScore | TooLong;

function made(hits: number, candidate: number, reference: number): RougeScore {
  const [precision, recall] = [hits / Math.max(candidate, 1), hits / Math.max(reference, 1)];
  return { precision, recall, f1: precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0 };
}

function tooLong(cells: number, variant: keyof typeof CELLS): TooLong | null {
  return cells > CELLS[variant] ? { tooLong: `the response has too many words for ${variant} with this reference` } : null;
}

function scorer(reference: string, { variant, stem }: RougeSettings): { readonly words: number; readonly score: Scorer } {
  const tokens = (text: string): string[] => (stem ? rougeTokens(text).map((word) => (word.length > 3 ? porterStem(word) : word)) : rougeTokens(text));
  if (variant === "rouge-lsum") {
    const lines = reference.split("\n").map(tokens);
    const words = lines.reduce((sum, line) => sum + line.length, 0);
    return { words, score: (candidate) => summaryScore(lines, candidate.split("\n").map(tokens)) };
  }
  const words = tokens(reference);
  if (variant === "rouge-l")
    return {
      words: words.length,
      score(candidate) {
        const own = tokens(candidate);
        const number = numbering();
        return tooLong(own.length * words.length, variant) ?? made(commonSubsequence(number(words), number(own)), own.length, words.length);
      },
    };
  const n = Number(variant.slice("rouge-".length));
  const grams = referenceGrams([words], n);
  return {
    words: words.length,
    score(candidate) {
      const { matches, totals } = grams.match(tokens(candidate));
      return made(matches[n - 1]!, totals[n - 1]!, grams.totals[n - 1]!);
    },
  };
}

/** Union of the subsequences that each line of the reference shares with the candidate's lines; no word counts more often than it occurs. */
function summaryScore(reference: readonly (readonly string[])[], candidate: readonly (readonly string[])[]): RougeScore | TooLong {
  const number = numbering();
  const lines = reference.map(number);
  const own = candidate.map(number);
  const [m, n] = [lines, own].map((all) => all.reduce((sum, line) => sum + line.length, 0)) as [number, number];
  const long = tooLong(m * n, "rouge-lsum");
  if (long !== null) return long;
  const left = [lines, own].map((all) => {
    const counts = new Map<number, number>();
    for (const line of all) for (const word of line) counts.set(word, (counts.get(word) ?? 0) + 1);
    return counts;
  }) as [Map<number, number>, Map<number, number>];
  let hits = 0;
  for (const line of lines) {
    const union = new Set(own.flatMap((other) => commonPositions(line, other)));
    for (const at of [...union].sort((a, b) => a - b)) {
      const word = line[at]!;
      if (left.some((counts) => (counts.get(word) ?? 0) === 0)) continue;
      hits++;
      for (const counts of left) counts.set(word, counts.get(word)! - 1);
    }
  }
  return made(hits, n, m);
}

/**
 * ROUGE: overlap of n-grams, or the longest common subsequence, with a reference.
 *
 *     P = hits / candidate      R = hits / reference      F₁ = 2·P·R / (P + R)
 *
 * Equal to the package rouge_score. Words are runs of a–z and 0–9. Of several references the one with the best F₁ counts.
 *
 * Limits: a text without words in the variant's sense scores 0, and a reference without them is undecided. Past 2³² cells of the
 * table (ROUGE-L) or 2²⁵ (ROUGE-Lsum) the response is too long, and invalid.
 *
 * @param reference one text, or several of which the best counts
 * @remarks ROUGE-Lsum takes lines for sentences, as the package does unless told to split.
 * @see Lin 2004, ROUGE: A Package for Automatic Evaluation of Summaries, ACL workshop
 * @example rouge("the cat was under the bed", "the cat sat on the bed").score // => 0.6666666666666666
 */
export const rouge: Verifier<TextReference, RougeOptions, Verdict<GradedCode>> = /* @__PURE__ */ defineVerifier<TextReference, RougeOptions, Verdict<GradedCode>>({
  id: "verify/rouge",
  aliases: ["rouge-l"],
  paper: { title: "ROUGE: A Package for Automatic Evaluation of Summaries", url: "https://aclanthology.org/W04-1013" },
  options,
  prepare: (reference, given) =>
    gradedVerifier(reference, given, (references) => {
      const scorers = references.map((text) => scorer(text, given));
      if (scorers.some(({ words }) => words === 0)) return { code: "bad-reference", text: "a reference has no word of a–z or 0–9" };
      if (given.variant in CELLS && scorers.some(({ words }) => words * words > CELLS[given.variant as keyof typeof CELLS])) return { code: "reference-too-long", text: `a reference has too many words for ${given.variant}` };
      return (candidate) => {
        const best = bestOf(scorers.map(({ score }) => score(candidate)));
        return "tooLong" in best ? best : { score: best[given.metric], text: `${given.variant} ${given.metric} ${percent(best[given.metric])}` };
      };
    }),
});

function bestOf(scores: readonly (RougeScore | TooLong)[]): RougeScore | TooLong {
  return scores.reduce((best, each) => ("tooLong" in best ? best : "tooLong" in each || each.f1 > best.f1 ? each : best));
}

/**
 * Precision, recall and F₁ against one reference, as `rouge` has them.
 * @throws ShapeError where the texts are too long for the variant
 * @example rougeScore("the cat was under the bed", "the cat sat on the bed", { variant: "rouge-2" }).recall // => 0.4
 */
export function rougeScore(candidate: string, reference: string, given: Partial<RougeSettings> = {}): RougeScore {
  const score = scorer(reference, parseOptions("rougeScore", options, given)).score(candidate);
  if ("tooLong" in score) throw new ShapeError(`rougeScore: candidate must be shorter, ${score.tooLong}`);
  return score;
}
