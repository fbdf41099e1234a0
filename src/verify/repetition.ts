import { z } from "zod";
import { defineFormatVerifier, type FormatVerifier } from "../core/method.ts";
import { correct, incorrect, type Verdict } from "../core/verdict.ts";

export interface RepetitionOptions {
  /** n: words an n-gram has. */
  readonly ngramOrder: number;
  /** Largest share of repeated n-grams that passes. */
  readonly maxShare: number;
  /** Longest run of one word or one line, directly after each other, that passes. */
  readonly maxRun: number;
}

/** Every reason `repetition` gives. */
export type RepetitionCode = "varied" | "repeated-ngrams" | "repeated-run";

/**
 * Repetition check: how many of the n-grams are there again.
 *
 *     share = 1 − (distinct n-grams) / (n-grams)        score = 1 − share, and 0 past a limit
 *
 * Words are runs between white space, in lower case; a character of a script without spaces is a word.
 * Limits: fewer than n words have share 0.
 *
 * @remarks Yeo et al. subtract a penalty for each repeated n-gram; the share is the form of Open R1's repetition reward, with the
 * sign turned to a score. The limit on runs is ours: one line a thousand times over has a small share where n is large.
 * @see Yeo et al. 2025, Demystifying Long Chain-of-Thought Reasoning in LLMs, arXiv:2502.03373
 * @example repetition("to be or not to be", { ngramOrder: 2 }).score // => 0.8
 */
export const repetition: FormatVerifier<RepetitionOptions> = /* @__PURE__ */ defineFormatVerifier<RepetitionOptions>({
  id: "verify/repetition",
  aliases: ["repetition-penalty"],
  paper: { title: "Demystifying Long Chain-of-Thought Reasoning in LLMs", url: "https://arxiv.org/abs/2502.03373" },
  options: z.strictObject({
    ngramOrder: z.number().int().min(1).max(100).default(4),
    maxShare: z.number().min(0).max(1).default(0.5),
    maxRun: z.number().int().min(1).default(20),
  }),
  check({ ngramOrder: n, maxShare, maxRun }: RepetitionOptions) {
    return (response): Verdict<RepetitionCode> => {
      const words = wordIds(response);
      const run = Math.max(longestRun(words), longestRun(lineIds(response)));
      if (run > maxRun) return incorrect("repeated-run", `one word or line stands ${run} times in a row, more than ${maxRun}`);
      const total = words.length - n + 1;
      const distinct = total > 0 ? distinctGrams(words, n) : 0;
      const share = total > 0 ? 1 - distinct / total : 0;
      const text = `${total > 0 ? total - distinct : 0} of ${Math.max(total, 0)} ${n}-grams are repeats`;
      return share > maxShare ? incorrect("repeated-ngrams", text) : correct("varied", text, undefined, total > 0 ? distinct / total : 1);
    };
  },
});

function numbered(items: Iterable<string>): number[] {
  const ids = new Map<string, number>();
  const list: number[] = [];
  for (const item of items) {
    let id = ids.get(item);
    if (id === undefined) ids.set(item, (id = ids.size));
    list.push(id);
  }
  return list;
}

function wordIds(text: string): number[] {
  const words = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+/gu;
  return numbered(text.toLowerCase().match(words) ?? []);
}

function lineIds(text: string): number[] {
  return numbered(
    text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== ""),
  );
}

function longestRun(ids: readonly number[]): number {
  let best = ids.length > 0 ? 1 : 0;
  let run = 1;
  for (let i = 1; i < ids.length; i++) {
    run = ids[i] === ids[i - 1] ? run + 1 : 1;
    if (run > best) best = run;
  }
  return best;
}

/** Exact count without building strings: grams are numbered, and longer ones are pairs of shorter ones, by doubling. */
function distinctGrams(words: readonly number[], n: number): number {
  let grams: Grams | undefined;
  let power: Grams = { ids: words, length: 1, distinct: new Set(words).size };
  for (let rest = n; ; rest >>= 1) {
    if (rest % 2 === 1) grams = grams === undefined ? power : joined(grams, power);
    if (rest <= 1) return grams!.distinct;
    power = joined(power, power);
  }
}

/** The number of each n-gram by its start. */
interface Grams {
  readonly ids: readonly number[];
  readonly length: number;
  readonly distinct: number;
}

function joined(a: Grams, b: Grams): Grams {
  const numbers = new Map<number, number>();
  const ids: number[] = [];
  for (let i = 0; i + a.length < b.ids.length; i++) {
    const key = a.ids[i]! * b.distinct + b.ids[i + a.length]!;
    let id = numbers.get(key);
    if (id === undefined) numbers.set(key, (id = numbers.size));
    ids.push(id);
  }
  return { ids, length: a.length + b.length, distinct: numbers.size };
}
