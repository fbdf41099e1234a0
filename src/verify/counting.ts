import { z } from "zod";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { correct, incorrect, invalid, undecided, type Verdict } from "../core/verdict.ts";
import { ANSWER_SOURCES, readAnswers, type AnswerSource } from "./answers.ts";
import type { NoAnswerCode } from "./math/extract.ts";
import { readNumber } from "./number.ts";

export interface CountingOptions {
  /** Where the answer is looked for. */
  readonly extract: AnswerSource;
  /** Largest distance that is right. */
  readonly absolute: number;
  /** `none`: all or nothing. `nearness`: max(0, 1 − |x − g| / max(g, 1)). */
  readonly partial: "none" | "nearness";
}

/** Every reason `counting` gives. */
export type CountingCode = "equal" | "within-tolerance" | "different" | "not-a-count" | "contradiction" | "bad-reference" | NoAnswerCode;

const WORDS: readonly string[] = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"];

/**
 * Count of things: whole numbers, in digits or words to twenty.
 *
 *     score = 1 if |x − g| ≤ absolute, else 0, or max(0, 1 − |x − g| / max(g, 1))
 *
 * Limits: 2.5 and −3 are no counts.
 *
 * @example counting("There are **three** dogs: \\boxed{3}", 3).score // => 1
 * @example counting("\\boxed{8}", 10, { partial: "nearness" }).score // => 0.8
 */
export const counting: Verifier<number | string, CountingOptions, Verdict<CountingCode>> = /* @__PURE__ */ defineVerifier<number | string, CountingOptions, Verdict<CountingCode>>({
  id: "verify/counting",
  aliases: ["count-match"],
  options: z.strictObject({
    extract: z.enum(ANSWER_SOURCES).default("auto"),
    absolute: z.int().min(0).default(0),
    partial: z.enum(["none", "nearness"]).default("none"),
  }),
  prepare(reference: number | string, { extract, absolute, partial }: CountingOptions) {
    const due = typeof reference === "number" || typeof reference === "string" ? readCount(String(reference)) : null;
    return (response, context) => {
      if (due === null) return undecided("bad-reference", "the reference is no count");
      const answers = readAnswers(response, extract, context);
      if ("status" in answers) return answers;
      const { text, found } = answers.at(-1)!;
      const count = readCount(text);
      if (count === null) return invalid("not-a-count", "the answer is no count", found);
      if (answers.some((answer) => readCount(answer.text) !== count)) return invalid("contradiction", "the response gives several different counts", found);
      const gap = Math.abs(count - due);
      if (gap === 0) return correct("equal", "the counts are equal", found);
      if (gap <= absolute) return correct("within-tolerance", `the counts differ by ${gap}`, found);
      return incorrect("different", `${count} is not ${due}`, found, partial === "none" ? 0 : Math.max(0, 1 - gap / Math.max(due, 1)));
    };
  },
});

function readCount(text: string): number | null {
  const word = WORDS.indexOf(text.trim().replace(/\.$/, "").toLowerCase());
  if (word >= 0) return word;
  const read = readNumber(text);
  return read === null || read.d !== 1n || read.n < 0n || read.n > 9_007_199_254_740_991n ? null : Number(read.n);
}
