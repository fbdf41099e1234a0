import { z } from "zod";
import { defineKernel, type Kernel } from "../core/method.ts";
import { words } from "./text/characters.ts";

export interface DistinctNgramsOptions {
  /** n: words an n-gram has. */
  readonly ngramOrder: number;
  /** Tell upper case from lower. */
  readonly caseSensitive: boolean;
}

/**
 * Distinct-n of a set of texts: how many of their n-grams are different.
 *
 *     distinct-n = |{n-grams}| / |n-grams|      over all texts together, in [0, 1]
 *
 * Words are split at white space. Of one text, 1 − distinct-n is the share of repeats of `verify/repetition`.
 *
 * Limits: without an n-gram it is 1: nothing is repeated.
 *
 * @param texts the samples of one prompt, or any set
 * @see Li et al. 2016, A Diversity-Promoting Objective Function, arXiv:1510.03055
 * @example distinctNgrams(["a b c", "a b d"], { ngramOrder: 2 }) // => 0.75
 */
export const distinctNgrams: Kernel<[texts: readonly string[]], DistinctNgramsOptions, number> = /* @__PURE__ */ defineKernel<[texts: readonly string[]], DistinctNgramsOptions, number>({
  id: "verify/distinct-ngrams",
  aliases: ["distinct-n"],
  paper: { title: "A Diversity-Promoting Objective Function for Neural Conversation Models", url: "https://arxiv.org/abs/1510.03055" },
  reduces: "group",
  args: ["texts"],
  options: z.strictObject({ ngramOrder: z.number().int().min(1).max(16).default(2), caseSensitive: z.boolean().default(true) }),
  run(texts, { ngramOrder: n, caseSensitive }) {
    const numbers = new Map<string, number>();
    // An n-gram is the pair of its first n − 1 words' number and its last word's.
    const prefixes = new Map<string, number>();
    const seen = new Set<number>();
    let total = 0;
    for (const text of texts) {
      const ids = words(caseSensitive ? text : text.toLowerCase()).map((word) => {
        let id = numbers.get(word);
        if (id === undefined) numbers.set(word, (id = numbers.size));
        return id;
      });
      for (let start = 0; start + n <= ids.length; start++) {
        let node = -1;
        for (let k = start; k < start + n; k++) {
          const key = `${node},${ids[k]!}`;
          let next = prefixes.get(key);
          if (next === undefined) prefixes.set(key, (next = prefixes.size));
          node = next;
        }
        seen.add(node);
        total++;
      }
    }
    return total === 0 ? 1 : seen.size / total;
  },
});
