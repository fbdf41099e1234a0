import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { difficultySampling, type DifficultySamplingInput, type DifficultySamplingOptions, type DifficultySamplingResult } from "./difficulty-sampling.ts";

async function sampled(input: DifficultySamplingInput, options: Partial<DifficultySamplingOptions> = {}): Promise<DifficultySamplingResult> {
  const run = difficultySampling(input, options);
  for (;;) {
    const step = await run.next();
    if (step.done === true) return step.value;
  }
}

/** Query q is right at every `every[q]`-th trial, in new words; 0 never. */
const scripted = (every: readonly number[]): DifficultySamplingInput => ({ queries: every.length, sample: (query, trial) => ({ response: `${trial}`, correct: every[query]! > 0 && (trial + 1) % every[query]! === 0 }) });

describe("difficultySampling", () => {
  it("keeps in proportion to the fail rate, the hardest at the target and one at least", async () => {
    const { failRates, due, counts, trials } = await sampled(scripted([1, 2, 4, 8]), { probe: 8, target: 7 });
    expect([...failRates]).toEqual([0, 0.5, 0.75, 0.875]);
    expect([...due]).toEqual([1, 4, 6, 7]);
    expect([...counts]).toEqual([1, 4, 6, 7]);
    expect([...trials]).toEqual([8, 8, 24, 56]);
  });
  it("keeps as many of each, or whatever the trials give", async () => {
    expect([...(await sampled(scripted([1, 2, 4]), { allocation: "uniform", target: 5, probe: 4 })).trials]).toEqual([5, 10, 20]);
    const { counts, trials } = await sampled(scripted([1, 2, 4]), { allocation: "vanilla", probe: 4, cap: 8 });
    expect([[...counts], [...trials]]).toEqual([[8, 4, 2], [8, 8, 8]]);
  });
  it("ends at the cap, with nothing of what is never right and nothing twice", async () => {
    expect(await sampled(scripted([0]), { cap: 20, probe: 16 })).toMatchObject({ kept: [], failRates: Float64Array.of(1), counts: Int32Array.of(0), trials: Int32Array.of(20) });
    expect((await sampled({ queries: 1, sample: () => ({ response: "same", correct: true }) }, { allocation: "uniform", target: 3, probe: 2, cap: 9 })).kept).toEqual([{ query: 0, response: "same" }]);
    expect((await sampled(scripted([1, 1]), { target: 9 })).due).toEqual(Int32Array.of(1, 1));
    expect((await sampled(scripted([]))).kept).toEqual([]);
    await expect(sampled({ ...scripted([]), queries: -1 })).rejects.toThrow("whole number");
  });
  it("keeps no more than is due, nor tries more than the cap", async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.nat(6), { maxLength: 6 }), fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 40 }), async (every, target, cap) => {
      const { kept, due, counts, trials } = await sampled(scripted(every), { target, cap, probe: 5 });
      expect(counts.every((count, q) => count <= due[q]! && trials[q]! <= cap)).toBe(true);
      expect(kept.length).toBe(counts.reduce((a, b) => a + b, 0));
    }), { seed: 223, numRuns: 60 });
  });
});
