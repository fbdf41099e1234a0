import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance } from "./edit-distance.ts";
import { commonPositions, commonSubsequence, editDistance as distance } from "./text/subsequence.ts";

/** The tables as textbooks have them. */
function plain(a: readonly number[], b: readonly number[]): { readonly edits: number; readonly common: number } {
  const edits = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (__, j) => (i === 0 ? j : j === 0 ? i : 0)));
  const common = edits.map((row) => row.map(() => 0));
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      edits[i]![j] = Math.min(edits[i - 1]![j]! + 1, edits[i]![j - 1]! + 1, edits[i - 1]![j - 1]! + (same ? 0 : 1));
      common[i]![j] = same ? common[i - 1]![j - 1]! + 1 : Math.max(common[i - 1]![j]!, common[i]![j - 1]!);
    }
  return { edits: edits[a.length]![b.length]!, common: common[a.length]![b.length]! };
}

const list = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 140 });

describe("editDistance", () => {
  it.each<[string, string, number]>([
    ["kitten", "sitting", 3],
    ["flaw", "lawn", 2],
    ["intention", "execution", 5],
    ["🙂é", "🙂e", 1],
  ])("%s to %s is %d edits", (a, b, edits) => expect(editDistance(a, b).score).toBeCloseTo(1 - edits / Math.max([...a].length, [...b].length), 12));

  it("the forms: ratio, word error rate, case", () => {
    expect(editDistance("abcd", "bcde", { edits: "indel", denominator: "sum" }).score).toBe(0.75);
    expect(editDistance("the cat sat", "the cat sat down", { unit: "words", denominator: "reference" }).score).toBe(0.75);
    expect(editDistance("a b c d e f", "a", { unit: "words", denominator: "reference" }).score).toBe(0);
    expect(editDistance("ABC", "abc", { caseSensitive: false }).status).toBe("correct");
    expect(editDistance("ABC", "abc").score).toBe(0);
  });

  it("32 cells at a time are as one at a time, over block borders", () => {
    fc.assert(
      fc.property(list, list, (a, b) => {
        const { edits, common } = plain(a, b);
        expect(distance(a, b)).toBe(edits);
        expect(commonSubsequence(a, b)).toBe(common);
        expect(commonPositions(a, b)).toHaveLength(common);
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});
