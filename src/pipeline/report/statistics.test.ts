import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { passAtK, passCurve, StreamingHistogram } from "./statistics.ts";

describe("pass@k", () => {
  it("equals 1 − C(n−c, k)/C(n, k), counted by hand", () => {
    expect(passAtK(4, 2, 1)).toBeCloseTo(1 / 2, 15);
    expect(passAtK(4, 2, 2)).toBeCloseTo(1 - 1 / 6, 15);
    expect(passAtK(5, 1, 3)).toBeCloseTo(1 - 4 / 10, 15);
    expect(passAtK(100, 3, 10)).toBeCloseTo(1 - (90 * 89 * 88) / (100 * 99 * 98), 14);
  });
  it("limits: none correct, all correct, k = n", () => {
    expect(passAtK(8, 0, 8)).toBe(0);
    expect(passAtK(8, 8, 1)).toBe(1);
    expect(passAtK(8, 1, 8)).toBe(1);
  });
  it("is the mean over all draws of k", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 8 }), (samples, wanted) => {
        const k = Math.min(wanted, samples.length);
        let hits = 0;
        let draws = 0;
        for (let set = 0; set < 1 << samples.length; set++) {
          const chosen = samples.filter((_, i) => (set >> i) & 1);
          if (chosen.length !== k) continue;
          draws++;
          if (chosen.includes(true)) hits++;
        }
        expect(passAtK(samples.length, samples.filter(Boolean).length, k)).toBeCloseTo(hits / draws, 12);
      }),
      { seed: 3, numRuns: 60 },
    );
  });
  it("a curve goes to the k that nine in ten groups reach, and leaves out groups without samples", () => {
    const curve = passCurve([...Array.from({ length: 19 }, () => [4, 2] as const), [2, 0], [0, 0]]);
    expect(curve.map((p) => p.k)).toEqual([1, 2, 3, 4]);
    expect(curve[0]).toEqual({ k: 1, value: (19 * 0.5) / 20, groups: 20 });
    expect(curve[3]!.groups).toBe(19);
    expect(passCurve([])).toEqual([]);
  });
});

describe("histogram", () => {
  const bins = (values: readonly number[], most = 20, limit = 512): ReturnType<StreamingHistogram["bins"]> => {
    const h = new StreamingHistogram(limit);
    for (const v of values) h.add(v);
    return h.bins(most);
  };
  it("few values stay apart", () => expect(bins([1, 0, 1, -0.5])).toEqual([{ from: -0.5, to: -0.5, count: 1 }, { from: 0, to: 0, count: 1 }, { from: 1, to: 1, count: 2 }]));
  it("nothing is nothing", () => expect(bins([])).toEqual([]));
  it("counts everything, in order, whatever the order of arrival", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 }), (values) => {
        const a = bins(values, 20, 16);
        expect(a.reduce((n, b) => n + b.count, 0)).toBe(values.length);
        expect(a.length).toBeLessThanOrEqual(22);
        for (let i = 1; i < a.length; i++) expect(a[i]!.from).toBeGreaterThanOrEqual(a[i - 1]!.to - 1e-6 * Math.abs(a[i]!.from));
      }),
      { seed: 5, numRuns: 100 },
    );
  });
  it("memory is bounded", () => {
    const h = new StreamingHistogram(64);
    for (let i = 0; i < 20_000; i++) h.add(Math.sin(i) * 10 ** (i % 7));
    expect(h.bins(30).reduce((n, b) => n + b.count, 0)).toBe(20_000);
  });
});
