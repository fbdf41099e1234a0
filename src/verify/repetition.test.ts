import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { repetition } from "./repetition.ts";

describe("repetition", () => {
  it("worked example: to be or not to be has 4 distinct of 5 bigrams", () => expect(repetition("to be or not to be", { ngramOrder: 2 }).score).toBe(0.8));

  it("limits: no text, fewer words than n, all distinct, all equal", () => {
    expect(repetition("").score).toBe(1);
    expect(repetition("a b c").score).toBe(1);
    expect(repetition("a b c d e f g").score).toBe(1);
    expect(repetition("a ".repeat(10), { ngramOrder: 1, maxShare: 1 }).score).toBeCloseTo(0.1, 12);
    expect(repetition("a ".repeat(10)).reason.code).toBe("repeated-ngrams");
  });

  it("sees runs of one word and of one line", () => {
    expect(repetition("no ".repeat(21), { maxShare: 1 }).reason.code).toBe("repeated-run");
    expect(repetition(Array.from({ length: 21 }, () => "wait, let me check this again.").join("\n"), { ngramOrder: 100, maxShare: 1 }).reason.code).toBe("repeated-run");
  });

  it("counts as a set of strings would, for any n", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), (words, n) => {
        const grams = Array.from({ length: Math.max(0, words.length - n + 1) }, (_, i) => words.slice(i, i + n).join(" "));
        const expected = grams.length === 0 ? 1 : new Set(grams).size / grams.length;
        expect(repetition(words.join(" "), { ngramOrder: n, maxShare: 1, maxRun: 100 }).score).toBeCloseTo(expected, 12);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it("characters of scripts without spaces are words; case does not count", () => {
    expect(repetition("好好好好", { ngramOrder: 1, maxShare: 1 }).score).toBe(0.25);
    expect(repetition("Wait wait WAIT wait", { ngramOrder: 1, maxShare: 1 }).score).toBe(0.25);
  });
});
