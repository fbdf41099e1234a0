import { z } from "zod";
import { OptionError } from "../core/errors.ts";
import { defineFormatVerifier, type FormatVerifier } from "../core/method.ts";
import { correct, incorrect, undecided, type Verdict } from "../core/verdict.ts";

export interface LengthOptions {
  /** What is counted. Tokens need `tokenCount` in the context; characters are Unicode code points; a CJK character is a word. */
  readonly unit: "characters" | "words" | "tokens";
  /** L_min: shorter responses score 0. */
  readonly min: number;
  /** L_max: longer responses score 0. */
  readonly max: number;
  /** L_cache: the score falls from 1 to 0 over this many units before `max`. */
  readonly soft: number;
}

/** Every reason `length` gives. */
export type LengthCode = "within" | "near-limit" | "too-long" | "too-short" | "no-token-count";

/**
 * Length check with a soft limit.
 *
 *     score = 1                      L_min ≤ L ≤ L_max − L_cache
 *             (L_max − L) / L_cache  L_max − L_cache < L ≤ L_max
 *             0                      L > L_max or L < L_min
 *
 * Limits: `soft: 0` is a hard limit. Tokens without a count are undecided.
 *
 * @remarks The paper's soft overlong punishment is this score minus 1, in [−1, 0].
 * @see Yu et al. 2025, DAPO, arXiv:2503.14476, equation 13
 * @example length("one two three four", { unit: "words", max: 5, soft: 2 }).score // => 0.5
 */
export const length: FormatVerifier<LengthOptions> = /* @__PURE__ */ defineFormatVerifier<LengthOptions>({
  id: "verify/length",
  aliases: ["soft-overlong"],
  paper: { title: "DAPO: An Open-Source LLM Reinforcement Learning System at Scale", url: "https://arxiv.org/abs/2503.14476", equation: "13" },
  options: z.strictObject({
    unit: z.enum(["characters", "words", "tokens"]).default("characters"),
    min: z.number().int().min(0).default(0),
    max: z.number().int().min(1).default(16_384),
    soft: z.number().int().min(0).default(0),
  }),
  check({ unit, min, max, soft }: LengthOptions) {
    if (min > max) throw new OptionError(`length: option "min" must be at most max (${max}), got ${min}`);
    if (soft > max) throw new OptionError(`length: option "soft" must be at most max (${max}), got ${soft}`);
    return (response, context): Verdict<LengthCode> => {
      const count = unit === "tokens" ? context?.["tokenCount"] : unit === "words" ? countWords(response) : countCharacters(response);
      if (typeof count !== "number") return undecided("no-token-count", "the rollout has no token count");
      if (count < min) return incorrect("too-short", `the response has ${count} ${unit}, fewer than ${min}`);
      if (count > max) return incorrect("too-long", `the response has ${count} ${unit}, more than ${max}`);
      if (count <= max - soft) return correct("within", `the response has ${count} ${unit}`);
      const score = (max - count) / soft;
      const text = `the response has ${count} ${unit}, near the limit of ${max}`;
      return score > 0 ? correct("near-limit", text, undefined, score) : incorrect("near-limit", text);
    };
  },
});

/** Code points: a surrogate pair is one character. */
function countCharacters(text: string): number {
  let count = text.length;
  for (let i = 0; i + 1 < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      count--;
      i++;
    }
  }
  return count;
}

/** Runs between white space; a character of a script without spaces is a word. */
function countWords(text: string): number {
  let count = 0;
  for (const _ of text.matchAll(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+/gu)) count++;
  return count;
}
