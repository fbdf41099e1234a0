import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { length } from "./length.ts";

describe("length", () => {
  it("counts code points, words and tokens", () => {
    expect(length("a😀b", { max: 3 }).score).toBe(1);
    expect(length("a😀bc", { max: 3 }).reason.code).toBe("too-long");
    expect(length("one  two\nthree", { unit: "words", max: 3 }).score).toBe(1);
    expect(length("答案是 x", { unit: "words", max: 4, min: 4 }).score).toBe(1);
    expect(length.with({ unit: "tokens", max: 5 }).prepared("x", { tokenCount: 6 }).reason.code).toBe("too-long");
    expect(length("x", { unit: "tokens" })).toMatchObject({ status: "undecided", score: null, reason: { code: "no-token-count" } });
  });

  it("limits: empty, exactly at max, exactly at min", () => {
    expect(length("").score).toBe(1);
    expect(length("", { min: 1 }).reason.code).toBe("too-short");
    expect(length("abc", { min: 3, max: 3 }).score).toBe(1);
  });

  // DAPO, equation 13: with L_max = 20, L_cache = 4 the punishment at 18 is (16 − 18)/4 = −0.5.
  it.each([
    [15, 1],
    [16, 1],
    [17, 0.75],
    [18, 0.5],
    [20, 0],
    [21, 0],
  ])("soft limit: %i characters score %d", (count, score) => expect(length("x".repeat(count), { max: 20, soft: 4 }).score).toBe(score));

  it("never rises with length beyond the minimum, and stays in [0, 1]", () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), fc.integer({ min: 1, max: 40 }), fc.nat(40), (a, b, max, soft) => {
        const options = { max, soft: Math.min(soft, max) };
        const [short, long] = [Math.min(a, b), Math.max(a, b)].map((n) => length("x".repeat(n), options).score!) as [number, number];
        expect(long).toBeLessThanOrEqual(short);
        expect(long).toBeGreaterThanOrEqual(0);
        expect(short).toBeLessThanOrEqual(1);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("refuses limits that contradict each other", () => {
    expect(() => length("x", { min: 5, max: 4 })).toThrow(/"min" must be at most max/);
    expect(() => length("x", { max: 4, soft: 5 })).toThrow(/"soft" must be at most max/);
  });
});
