import { z } from "zod";
import { OptionError } from "../core/errors.ts";
import { defineFormatVerifier, type FormatVerifier } from "../core/method.ts";
import { correct, incorrect, notApplicable, type Verdict } from "../core/verdict.ts";

export interface ReadabilityOptions {
  /** `ease`: Flesch reading ease, about 100 easy to 0 hard; `grade`: Flesch–Kincaid grade, years of school. */
  readonly metric: "ease" | "grade";
  /** Lowest measure that is right. */
  readonly min: number;
  /** Highest measure that is right. */
  readonly max: number;
}

/** Every reason `readability` gives. */
export type ReadabilityCode = "within" | "too-low" | "too-high" | "no-words";

/** The counts of a text and both measures of them. */
export interface ReadabilityMeasures {
  readonly words: number;
  readonly sentences: number;
  readonly syllables: number;
  /** 206.835 − 1.015·words/sentences − 84.6·syllables/words */
  readonly ease: number;
  /** 0.39·words/sentences + 11.8·syllables/words − 15.59 */
  readonly grade: number;
}

/**
 * Readability check of English text.
 *
 *     ease  = 206.835 − 1.015·words/sentences − 84.6·syllables/words
 *     grade = 0.39·words/sentences + 11.8·syllables/words − 15.59        score = 1 if min ≤ measure ≤ max, else 0
 *
 * Limits: a text without a word of Latin letters is not applicable.
 *
 * @remarks Syllables are counted by rule (groups of vowels, silent e and es, ed), not by a dictionary: two counters differ by a few
 * percent, and so do their measures. Texts of less than some hundred words scatter widely. A sentence ends at . ! ? … before white space.
 * @see Flesch 1948, J. Applied Psychology 32; Kincaid et al. 1975, for the grade
 * @example readability("The cat sat on the mat.", { min: 100 }).score // => 1
 */
export const readability: FormatVerifier<ReadabilityOptions> = /* @__PURE__ */ defineFormatVerifier<ReadabilityOptions>({
  id: "verify/readability",
  aliases: ["flesch", "flesch-kincaid"],
  paper: { title: "Derivation of New Readability Formulas for Navy Enlisted Personnel" },
  options: z.strictObject({ metric: z.enum(["ease", "grade"]).default("ease"), min: z.number().default(-1000), max: z.number().default(1000) }),
  check({ metric, min, max }) {
    if (min > max) throw new OptionError(`readability: option "min" must be at most max (${max}), got ${min}`);
    return (response): Verdict<ReadabilityCode> => {
      const measures = readabilityMeasures(response);
      if (measures === null) return notApplicable("no-words", "the response has no word of Latin letters");
      const value = measures[metric];
      const text = `${metric === "ease" ? "reading ease" : "grade"} ${value.toFixed(2)}`;
      if (value < min) return incorrect("too-low", `${text}, below ${min}`);
      return value > max ? incorrect("too-high", `${text}, above ${max}`) : correct("within", text);
    };
  },
});

/**
 * Both measures of a text with the counts they are made of; null without words.
 * @example readabilityMeasures("The cat sat on the mat.")?.ease // => 116.14500000000001
 */
export function readabilityMeasures(text: string): ReadabilityMeasures | null {
  const words = text.match(/\p{Script=Latin}+(?:['’]\p{Script=Latin}+)*/gu) ?? [];
  if (words.length === 0) return null;
  const sentences = text.split(/(?<=[.!?…])["'”’)\]]{0,4}\s+/u).filter((sentence) => /\p{Script=Latin}/u.test(sentence)).length;
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word), 0);
  const [length, weight] = [words.length / sentences, syllables / words.length];
  return { words: words.length, sentences, syllables, ease: 206.835 - 1.015 * length - 84.6 * weight, grade: 0.39 * length + 11.8 * weight - 15.59 };
}

/** Longer runs of letters are no words: of them only the groups of vowels count. */
const LONGEST_WORD = 64;

/** Groups of vowels, with the ones that part inside and those that fall silent at the end; at least one. */
function syllablesOf(word: string): number {
  const letters = word.normalize("NFD").replace(/[^A-Za-z]/g, "").toLowerCase();
  const groups = (letters.match(/[aeiouy]+/g) ?? []).length;
  if (letters.length > LONGEST_WORD) return Math.max(1, groups);
  const parted = (letters.match(/(?<=[aeiouy].*[^aeiouy])(?:io|ia|eo)$|(?<=[aeiouy].*[^aeiouy])ea$|[^gq]ua|uie|^sci(?=e)|eat(?=e|i)|[aeiou]ing$|[st][hs]m$/g) ?? []).length;
  return Math.max(1, groups + parted - (endsSilent(letters) ? 1 : 0));
}

function endsSilent(letters: string): boolean {
  const [, stem, ending] = /^(.*[^aeiouy])(e|es|ed)$/.exec(letters) ?? [];
  if (stem === undefined || /[^aeiouy][lr]$/.test(stem)) return false;
  return !(ending === "es" && /(?:[sxzcg]|ch|sh)$/.test(stem)) && !(ending === "ed" && /[td]$/.test(stem));
}
