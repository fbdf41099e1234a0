import { z } from "zod";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { correct, incorrect, invalid, undecided, type Verdict } from "../core/verdict.ts";
import { visibleRange, type NoAnswerCode } from "./math/extract.ts";
import { inAnswer } from "./space/read.ts";

export interface OrderingOptions {
  /** `none`: all or nothing. `share`: the share of the positions that are right, which is what SSL4RL pays. */
  readonly partial: "none" | "share";
  /** Where the list stands: in the answer tag, or (`auto`) in all visible text where there is none. */
  readonly extract: "only-tag" | "auto";
}

/** Every reason `ordering` gives. */
export type OrderingCode = "all-right" | "partly-right" | "none-right" | "no-list" | "contradiction" | "bad-reference" | NoAnswerCode;

/**
 * A list of whole numbers against the right one, position by position: jigsaws, orders, permutations.
 *
 *     score = #{i : x[i] = g[i]} / n        commas between; a field that is missing or no number is wrong
 *
 * Limits: a list that is longer than the right one is not all right, and its fields count over the larger length.
 *
 * @remarks SSL4RL divides by the right list's length, whatever is added behind; a longer list is then paid in full. Here it is not. Repeating one
 * number earns one position of n, as random guessing does.
 * @see SSL4RL, arXiv:2510.16416; released code verl/utils/reward_score/jigsaw.py
 * @example ordering("<answer>2, 1, 3, 4</answer>", [1, 2, 3, 4], { partial: "share" }).score // => 0.5
 */
export const ordering: Verifier<readonly number[] | string, OrderingOptions, Verdict<OrderingCode>> = /* @__PURE__ */ defineVerifier<readonly number[] | string, OrderingOptions, Verdict<OrderingCode>>({
  id: "verify/ordering",
  aliases: ["jigsaw", "permutation"],
  options: z.strictObject({
    partial: z.enum(["none", "share"]).default("none"),
    extract: z.enum(["only-tag", "auto"]).default("only-tag"),
  }),
  prepare(reference: readonly number[] | string, { partial, extract }: OrderingOptions) {
    const due = typeof reference === "string" ? fields(reference) : Array.isArray(reference) ? reference : [];
    const bad = due.length === 0 || due.length > 10_000 || !due.every(Number.isInteger);
    return (response, context) => {
      if (bad) return undecided("bad-reference", "the reference must be a list of whole numbers");
      const range = visibleRange(response, context?.prompt);
      if ("status" in range) return invalid(range.code, range.text);
      const text = response.slice(range.start, range.end);
      const tagged = inAnswer(text);
      if (tagged === "several") return invalid("contradiction", "the response gives several different lists");
      if (tagged === null && extract === "only-tag") return invalid("no-list", "there is no answer tag");
      const list = (tagged ?? text).trim();
      const found = { extracted: list.slice(0, 1000) };
      const got = fields(list.slice(0, 200_000));
      if (got.every((x) => Number.isNaN(x))) return invalid("no-list", "the answer is no list of whole numbers", found);
      const right = due.filter((g, i) => got[i] === g).length;
      const score = right / Math.max(due.length, got.length);
      if (score === 1) return correct("all-right", "every position is right", found);
      return incorrect(right === 0 ? "none-right" : "partly-right", `${right} of ${due.length} positions are right`, found, partial === "share" ? score : 0);
    };
  },
});

/** The numbers between commas; NaN where there is none. */
function fields(text: string): number[] {
  const inner = text.trim().replace(/^[[(]/, "").replace(/[\])]$/, "");
  return inner.split(",").map((each) => (/^\s{0,9}\d{1,9}\s{0,9}$/.test(each) ? Number(each) : Number.NaN));
}
