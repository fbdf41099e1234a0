import { z } from "zod";
import { defineVerifier, type Verifier } from "../core/method.ts";
import type { Verdict } from "../core/verdict.ts";
import type { TextReference } from "./answers.ts";
import { words } from "./text/characters.ts";
import { gradedShape, gradedVerifier, percent, type GradedCode, type GradedOptions, type TooLong } from "./text/graded.ts";
import { commonSubsequence, editDistance as distanceOf, numbering } from "./text/subsequence.ts";

export interface EditDistanceOptions extends GradedOptions {
  /** What one edit changes. */
  readonly unit: "characters" | "words";
  /** `levenshtein` inserts, deletes and replaces; `indel` only inserts and deletes. */
  readonly edits: "levenshtein" | "indel";
  /** What the distance is divided by: the `longer` text, the `reference` (then 1 − score is the character or word error rate), or the `sum` of both. */
  readonly denominator: "longer" | "reference" | "sum";
  /** Tell upper case from lower. */
  readonly caseSensitive: boolean;
}

/** Most cells of the table, 32 a step: half a second. */
const CELLS = 2 ** 31;

/**
 * Edit distance to the reference, as a score.
 *
 *     score = max(0, 1 − d / n)      d: edits      n: units of the longer text, of the reference, or of both
 *
 * `{ edits: "indel", denominator: "sum" }` is the ratio 2·LCS / (|a| + |b|) that many libraries call `ratio`. Characters are code points.
 * Of several references the nearest counts. Time is |response|·|reference| / 32.
 *
 * Limits: past 2³¹ cells the response is too long, and invalid; a reference of more than 46,340 units is undecided.
 *
 * @param reference one text, or several of which the nearest counts
 * @see Levenshtein 1966; Myers 1999, J. ACM 46(3), for the algorithm
 * @example editDistance("kitten", "sitting").score // => 0.5714285714285714
 */
export const editDistance: Verifier<TextReference, EditDistanceOptions, Verdict<GradedCode>> = /* @__PURE__ */ defineVerifier<TextReference, EditDistanceOptions, Verdict<GradedCode>>({
  id: "verify/edit-distance",
  aliases: ["levenshtein"],
  paper: { title: "Binary codes capable of correcting deletions, insertions, and reversals" },
  options: z.strictObject({
    ...gradedShape,
    unit: z.enum(["characters", "words"]).default("characters"),
    edits: z.enum(["levenshtein", "indel"]).default("levenshtein"),
    denominator: z.enum(["longer", "reference", "sum"]).default("longer"),
    caseSensitive: z.boolean().default(true),
  }),
  prepare: (reference, { unit, edits, denominator, caseSensitive, ...given }) =>
    gradedVerifier(reference, given, (references) => {
      const units = (text: string): string[] => (unit === "words" ? words : Array.from<string>)(caseSensitive ? text : text.toLowerCase());
      const read = references.map(units);
      if (read.some((each) => each.length ** 2 > CELLS)) return { code: "reference-too-long", text: `a reference has more than ${Math.floor(Math.sqrt(CELLS))} ${unit}` };
      if (read.some((each) => each.length === 0)) return { code: "bad-reference", text: `a reference has no ${unit}` };
      const score = (own: readonly string[], each: readonly string[]): number => {
        const number = numbering();
        const [a, b] = [number(each), number(own)];
        const distance = edits === "indel" ? a.length + b.length - 2 * commonSubsequence(a, b) : distanceOf(a, b);
        return Math.max(0, 1 - distance / { longer: Math.max(a.length, b.length), reference: a.length, sum: a.length + b.length }[denominator]);
      };
      return (candidate) => {
        const own = units(candidate);
        if (read.reduce((cells, each) => cells + own.length * each.length, 0) > CELLS) return tooLong(unit);
        const best = Math.max(...read.map((each) => score(own, each)));
        return { score: best, text: `similarity ${percent(best)} by ${edits} edits of ${unit}` };
      };
    }),
});

function tooLong(unit: EditDistanceOptions["unit"]): TooLong {
  return { tooLong: `the response has too many ${unit} for an edit distance to this reference` };
}
