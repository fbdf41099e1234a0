import { z } from "zod";
import { defineFormatVerifier, type FormatVerifier } from "../core/method.ts";
import { correct, incorrect, type Verdict } from "../core/verdict.ts";

export interface ReasoningPatternOptions {
  /** Phrases of reasoning, each counted once, in lower case. */
  readonly phrases: readonly string[];
  /** Phrases that make a full score. */
  readonly full: number;
  /** n: words in the n-grams whose repetition costs. */
  readonly ngramOrder: number;
  /** What costs 1 each time it occurs, in lower case: turns of another speaker that the response makes up. */
  readonly forbidden: readonly string[];
}

/** Every reason `reasoningPattern` gives. */
export type ReasoningPatternCode = "patterns" | "no-patterns";

/**
 * Reasoning pattern reward: how much a response reads like reasoning, whatever its answer.
 *
 *     score = max(0, min(1, phrases present / full) − (n-grams that occur more than once) / (n-grams) − forbidden turns)
 *
 * The numerator counts distinct n-grams, the denominator all. It looks at form alone, so it is easily gamed: a reward beside a check of the
 * answer, or what `shaping/reward-calibration` gives back to a reward model's false negatives.
 * Limits: fewer than n words have no repetition.
 *
 * @remarks Phrases, 20 for a full score, 20-grams and the made-up turn are those of the release's math reward; its misspelt "makes sence" is
 * corrected. Its version for a reward model has 13 further phrases.
 * @see Lv et al. 2025, The Climb Carves Wisdom Deeper Than the Summit, arXiv:2505.22653; verl/utils/reward_score/math_score.py of its release
 * @example reasoningPattern("First, we know that 2 is even. Wait, let me check. Therefore it is.", { full: 10 }).score // => 0.5
 */
export const reasoningPattern: FormatVerifier<ReasoningPatternOptions> = /* @__PURE__ */ defineFormatVerifier<ReasoningPatternOptions>({
  id: "verify/reasoning-pattern",
  aliases: ["rpr"],
  paper: { title: "The Climb Carves Wisdom Deeper Than the Summit: On the Noisy Rewards in Learning to Reason", url: "https://arxiv.org/abs/2505.22653" },
  options: z.strictObject({
    phrases: z
      .array(z.string().min(1))
      .readonly()
      .default([
        "i need to", "we need to", "wait", "alternatively", "let me check", "let me see", "let's focus on", "we know that", "we can observe ", "we can see ",
        "let me try", "let's try", "let us try", "first, ", "firstly, ", "next, ", "finally, ", "let us first", "let's first", "let me first",
        "try again", "still not", "not working", "not correct", "does not work", "doesn't work", "makes sense", "since we ", "because we ", "consequently",
        "as a result", "thus", "therefore", "hence", "so that", "thereby", "if we", "given there ", "for instance ", "for example ",
      ]),
    full: z.number().int().min(1).default(20),
    ngramOrder: z.number().int().min(1).max(100).default(20),
    forbidden: z.array(z.string().min(1)).readonly().default(["user: "]),
  }),
  check({ phrases, full, ngramOrder, forbidden }: ReasoningPatternOptions) {
    return (response): Verdict<ReasoningPatternCode> => {
      const text = response.toLowerCase();
      const present = phrases.filter((phrase) => text.includes(phrase)).length;
      const turns = forbidden.reduce((total, phrase) => total + text.split(phrase).length - 1, 0);
      const score = Math.max(0, Math.min(1, present / full) - repeatedShare(text, ngramOrder) - turns);
      const found = `${present} of ${phrases.length} phrases of reasoning, ${turns} made-up turns`;
      return score > 0 ? correct("patterns", found, undefined, score) : incorrect("no-patterns", found);
    };
  },
});

/** Distinct n-grams of words that occur more than once, over all n-grams. */
function repeatedShare(text: string, n: number): number {
  const words = text.split(/\s+/u).filter((word) => word !== "");
  const total = words.length - n + 1;
  if (total <= 0) return 0;
  const [seen, repeated] = [new Set<string>(), new Set<string>()];
  for (let start = 0; start < total; start++) {
    const gram = words.slice(start, start + n).join(" ");
    if (seen.has(gram)) repeated.add(gram);
    seen.add(gram);
  }
  return repeated.size / total;
}
