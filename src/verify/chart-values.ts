import { z } from "zod";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { correct, incorrect, invalid, undecided, type Verdict } from "../core/verdict.ts";
import { ANSWER_SOURCES, readAnswers, type AnswerSource } from "./answers.ts";
import type { NoAnswerCode } from "./math/extract.ts";
import { compare, plus, reduce, times, type Rational } from "./math/zero/rational.ts";
import { normalizeText } from "./normalized-text.ts";
import { readNumber } from "./number.ts";

export interface ChartValuesOptions {
  /** Where the answer is looked for. */
  readonly extract: AnswerSource;
  /** Largest distance of a number, as a share of the gold number. */
  readonly relative: number;
  /** Whether 19 and 19% are one: charts print either. */
  readonly percent: "same" | "hundredths";
}

/** Every reason `chartValues` gives. */
export type ChartValuesCode = "equal" | "within-tolerance" | "different" | "wrong-count" | "contradiction" | "bad-reference" | NoAnswerCode;

/** One value of a chart, or several that must come in order. */
export type ChartReference = string | number | readonly (string | number)[];

/**
 * Relaxed match of values read off a chart (ChartQA): numbers within a share of the gold number, texts equal after normalisation.
 *
 *     number:  |x − g| ≤ relative · |g|        text:  form(x) = form(g)
 *
 * A gold that reads as a number wants a number. Exact arithmetic, so 95 and 105 are within 5 % of 100. Several gold values want as many,
 * between commas. Limits: a gold of 0 wants 0; a gold year is a number, and relaxed as one.
 *
 * @remarks ChartQA's script reads "5%" as 0.05 where gold has no sign: that is `hundredths`; by default the sign does not count where only one side has it.
 * @see Masry et al. 2022, ChartQA, arXiv:2203.10244, section 5.1; tolerance after Methani et al. 2020, PlotQA, arXiv:1909.00997
 * @example chartValues("95", "100", { extract: "whole" }).reason.code // => "within-tolerance"
 * @example chartValues("94", "100", { extract: "whole" }).score // => 0
 */
export const chartValues: Verifier<ChartReference, ChartValuesOptions, Verdict<ChartValuesCode>> = /* @__PURE__ */ defineVerifier<ChartReference, ChartValuesOptions, Verdict<ChartValuesCode>>({
  id: "verify/chart-values",
  aliases: ["chartqa", "relaxed-accuracy"],
  paper: { title: "ChartQA: A Benchmark for Question Answering about Charts with Visual and Logical Reasoning", url: "https://arxiv.org/abs/2203.10244" },
  options: z.strictObject({
    extract: z.enum(ANSWER_SOURCES).default("auto"),
    relative: z.number().min(0).max(1).default(0.05),
    percent: z.enum(["same", "hundredths"]).default("same"),
  }),
  prepare(reference: ChartReference, { extract, relative, percent }: ChartValuesOptions) {
    const list: readonly unknown[] = Array.isArray(reference) ? reference : [reference];
    const gold = list.map((each) => (typeof each === "number" || typeof each === "string" ? String(each) : ""));
    const bad = gold.length === 0 || gold.some((each) => normalizeText(each, { dropArticles: false }) === "");
    const share = readNumber(String(relative))!;
    return (response, context) => {
      if (bad) return undecided("bad-reference", "the reference has no value");
      const answers = readAnswers(response, extract, context);
      if ("status" in answers) return answers;
      const last = answers.at(-1)!;
      const wanted = normalizeText(last.text);
      if (answers.some(({ text }) => normalizeText(text) !== wanted)) return invalid("contradiction", "the response gives several different answers", last.found);
      const values = gold.length === 1 ? [last.text] : last.text.split(/,\s|;/).map((each) => each.trim());
      if (values.length !== gold.length) return incorrect("wrong-count", `${values.length} values, ${gold.length} are due`, last.found);
      const outcomes = values.map((value, i) => closeness(value, gold[i]!, share, percent));
      if (outcomes.includes("different")) return incorrect("different", "a value is another", last.found);
      return outcomes.includes("within-tolerance") ? correct("within-tolerance", "the values are within the tolerance", last.found) : correct("equal", "the values are equal", last.found);
    };
  },
});

function closeness(value: string, gold: string, share: Rational, percent: ChartValuesOptions["percent"]): "equal" | "within-tolerance" | "different" {
  const [signed, due] = [/%|percent/.test(value), /%|percent/.test(gold)];
  const drop = percent === "same" && signed !== due;
  const read = (text: string): Rational | null => readNumber(drop ? text.replace(/\\?%|percent/g, "") : text);
  const right = read(gold);
  if (right === null) return normalizeText(value) === normalizeText(gold) ? "equal" : "different";
  const got = read(value);
  if (got === null) return "different";
  const gap = plus(got, { n: -right.n, d: right.d });
  if (gap.n === 0n) return "equal";
  const size = (x: Rational): Rational => reduce(x.n < 0n ? -x.n : x.n, x.d);
  return compare(size(gap), times(share, size(right))) <= 0 ? "within-tolerance" : "different";
}
