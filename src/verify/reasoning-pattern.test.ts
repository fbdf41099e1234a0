import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reasoningPattern } from "./reasoning-pattern.ts";

const PHRASES = reasoningPattern.record.options.parse({}).phrases as readonly string[];
/** So many phrases, each in words that occur nowhere else. */
const textOf = (count: number): string => PHRASES.slice(0, count).map((phrase, k) => `${phrase.trim()} x${k} `).join(" ");
const words = (count: number): string => Array.from({ length: count }, (_, k) => `w${k}`).join(" ");

describe("golden", () => {
  it("10 phrases are .5, 25 are 1 (catalogue, s049)", () => {
    const plain = reasoningPattern.with({ phrases: PHRASES.map((phrase) => phrase.trim()) });
    expect(plain(textOf(10)).score).toBe(0.5);
    expect(plain(textOf(25)).score).toBe(1);
  });
  it("40 distinct words written twice cost 21/61 = .344 (catalogue, s049)", () => {
    const options = { phrases: ["w1"], full: 1 };
    expect(reasoningPattern(`${words(40)} ${words(40)}`, options).score).toBeCloseTo(1 - 21 / 61, 14);
    expect(reasoningPattern(words(80), options).score).toBe(1);
  });
  it("a made-up turn costs 1, a phrase counts once and in any case", () => {
    expect(reasoningPattern(`${textOf(30)} User: and what is 3?`)).toMatchObject({ status: "incorrect", score: 0 });
    expect(reasoningPattern("Wait, WAIT, wait.", { full: 2 }).score).toBe(0.5);
  });
});

describe("limits", () => {
  it("nothing scores 0; fewer than n words repeat nothing", () => {
    expect(reasoningPattern("")).toMatchObject({ status: "incorrect", score: 0 });
    expect(reasoningPattern("wait wait wait", { full: 1 }).score).toBe(1);
  });
});

describe("invariants", () => {
  it("lies in [0, 1]", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("wait ", "therefore ", "user: ", "a ", "b ")), (parts) => {
        const score = reasoningPattern(parts.join(""), { full: 2, ngramOrder: 2 }).score!;
        return score >= 0 && score <= 1;
      }),
      { seed: 49, numRuns: 200 },
    );
  });
});
