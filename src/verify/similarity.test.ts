/** The kernels over embeddings and similarities: max-average, goal and baseline, self-retrieval; and distinct n-grams. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distinctNgrams, goalBaselineSimilarity, maxAverageSimilarity, repetition, selfRetrieval } from "./index.ts";

const row = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }).filter((x) => Math.hypot(...x) > 1e-3);
const rows = fc.array(row, { minLength: 1, maxLength: 6 });

describe("maxAverageSimilarity", () => {
  it("the catalogue's checks: 1 on a copy, symmetric, order-free, below 1 truncated and padded where one direction stays 1", () => {
    const [a, b] = [[1, 0], [0, 1]];
    expect(maxAverageSimilarity([a, b], [b, a])).toBe(1);
    expect(maxAverageSimilarity([a], [a, b])).toBe(0.75);
    expect(maxAverageSimilarity([a, b], [a])).toBe(0.75);
    expect(maxAverageSimilarity([a], [a, b], { direction: "response" })).toBe(1);
    expect(maxAverageSimilarity([a, b], [a], { direction: "reference" })).toBe(1);
    fc.assert(
      fc.property(rows, rows, (x, y) => {
        expect(maxAverageSimilarity(x, y)).toBeCloseTo(maxAverageSimilarity(y, x), 12);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it("limits and errors", () => {
    expect(maxAverageSimilarity([], [[1, 0]])).toBe(0);
    expect(maxAverageSimilarity([[1e-200, 0]], [[1e200, 0]])).toBe(1);
    expect(() => maxAverageSimilarity([[0, 0]], [[1, 0]])).toThrow("must have a direction");
    expect(() => maxAverageSimilarity([[1]], [[1, 0]])).toThrow("response[0] must have 2 numbers");
  });
});

describe("goalBaselineSimilarity", () => {
  it("α = 0 with one description is the cosine to 1e-12; α = 1 sees only the direction", () => {
    fc.assert(
      fc.property(row, row, row, (s, g, b) => {
        const cosine = maxAverageSimilarity([s], [g]);
        expect(goalBaselineSimilarity([s], [g], [b], { alpha: 0 })[0]).toBeCloseTo(cosine, 12);
      }),
      { seed: 2, numRuns: 200 },
    );
    // d = (1, −1, 0)/…: the third coordinate is across it, so its sign changes nothing.
    const states = [[0.6, 0, 0.8], [0.6, 0, -0.8]];
    const [up, down] = goalBaselineSimilarity(states, [[1, 0, 0]], [[0, 1, 0]], { alpha: 1 });
    expect(up).toBeCloseTo(down!, 12);
  });

  it("goal and baseline equal count as α = 0", () => expect(goalBaselineSimilarity([[0, 1]], [[1, 0]], [[1, 0]], { alpha: 1 })[0]).toBe(0));

  it("needs descriptions of one width", () => {
    expect(() => goalBaselineSimilarity([[1, 0]], [], [[1, 0]])).toThrow("target and baseline must have rows");
    expect(() => goalBaselineSimilarity([[1, 0]], [[1, 0]], [[1, 0, 0]])).toThrow("baseline[0] must have 2 numbers");
  });
});

describe("selfRetrieval", () => {
  it("a generic text among n look-alikes gets log 1/n, a telling one near 0; ties miss", () => {
    const generic = Array.from({ length: 4 }, () => [0.3, 0.3, 0.3, 0.3]);
    for (const r of selfRetrieval(generic)) expect(r).toBeCloseTo(-Math.log(4), 12);
    expect(Array.from(selfRetrieval(generic, { metric: "hit" }))).toEqual([0, 0, 0, 0]);
    expect(selfRetrieval([[0.9, 0.1], [0.1, 0.9]])[0]).toBeCloseTo(0, 12);
    expect(Array.from(selfRetrieval([[0.2]]))).toEqual([0]);
    expect(Array.from(selfRetrieval([[0.2]], { metric: "hit" }))).toEqual([1]);
    expect(() => selfRetrieval([[1, 2]])).toThrow("must have one number an image, 1, got 2");
  });
});

describe("distinctNgrams", () => {
  it("counts over all texts, and of one text is one less the share of repeats", () => {
    expect(distinctNgrams(["a b", "a b"], { ngramOrder: 1 })).toBe(0.5);
    expect(distinctNgrams([])).toBe(1);
    fc.assert(
      fc.property(fc.array(fc.constantFrom("x", "y", "z"), { minLength: 5, maxLength: 40 }), fc.integer({ min: 1, max: 5 }), (words, n) => {
        expect(distinctNgrams([words.join(" ")], { ngramOrder: n })).toBeCloseTo(repetition(words.join(" "), { ngramOrder: n, maxShare: 1, maxRun: 100 }).score!, 12);
      }),
      { seed: 3, numRuns: 100 },
    );
  });
});
