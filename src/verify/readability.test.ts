import { describe, expect, it } from "vitest";
import { readability, readabilityMeasures } from "./readability.ts";

describe("readability", () => {
  it("worked by hand: 6 words, 1 sentence, 6 syllables", () => {
    expect(readabilityMeasures("The cat sat on the mat.")).toMatchObject({ words: 6, sentences: 1, syllables: 6 });
    expect(readabilityMeasures("The cat sat on the mat.")!.ease).toBeCloseTo(206.835 - 6.09 - 84.6, 9);
    expect(readabilityMeasures("The cat sat on the mat.")!.grade).toBeCloseTo(-1.45, 9);
  });

  it.each<[number, string]>([
    [1, "made makes walked fire one there"],
    [2, "table boxes wanted being people quiet language apples acre rhythm houses little"],
    [3, "created idea radio area beautiful syllable"],
  ])("%d syllables: %s", (count, words) => {
    for (const word of words.split(" ")) expect(`${word} ${readabilityMeasures(word)!.syllables}`).toBe(`${word} ${count}`);
  });

  it("each code", () => {
    const hard = "Institutional considerations necessitate comprehensive organizational reevaluation.";
    expect(readability(hard, { min: 30 }).reason.code).toBe("too-low");
    expect(readability(hard, { metric: "grade", max: 12 }).reason.code).toBe("too-high");
    expect(readability("The cat sat. It was fat!", { min: 90 })).toMatchObject({ status: "correct", score: 1, reason: { code: "within" } });
    expect(readability("你好 42")).toMatchObject({ status: "not-applicable", reason: { code: "no-words" } });
    expect(() => readability("a", { min: 2, max: 1 })).toThrow('"min" must be at most max');
  });

  it("answers a megabyte", () => {
    for (const unit of ["a.) ", "b", "bed", "ea", "a'", "b "]) expect(readabilityMeasures(unit.repeat(1e6 / unit.length))).not.toBeNull();
  });
});
