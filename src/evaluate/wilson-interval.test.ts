import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wilsonInterval } from "./wilson-interval.ts";

describe("golden", () => {
  it("10 of 100 and 0 of 10, worked by hand from the formula", () => {
    // k = 10, n = 100, z² = 3.8415: centre = 11.9207/103.8415, half = 1.96/103.8415 · √(9 + 0.9604)
    const { low, high } = wilsonInterval(10, 100);
    expect(low).toBeCloseTo(0.05523, 4);
    expect(high).toBeCloseTo(0.17437, 4);
    // k = 0: the upper end is z²/(n + z²).
    expect(wilsonInterval(0, 10).high).toBeCloseTo(3.841459 / 13.841459, 5);
  });
});

describe("limits", () => {
  it("no trials know nothing", () => expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 }));
  it("refuses what is no count", () => {
    expect(() => wilsonInterval(3, 2)).toThrow("wilsonInterval: successes must be a whole number from 0 to 2, got 3");
    expect(() => wilsonInterval(0, -1)).toThrow("trials");
  });
});

describe("invariants", () => {
  it("holds the share, stays in [0, 1], mirrors, and narrows with more trials", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, p) => {
        const k = Math.round(n * p);
        const { low, high } = wilsonInterval(k, n);
        expect(low).toBeLessThanOrEqual(k / n);
        expect(high).toBeGreaterThanOrEqual(k / n);
        expect(Math.min(low, 1 - high)).toBeGreaterThanOrEqual(0);
        const mirror = wilsonInterval(n - k, n);
        expect(mirror.low).toBeCloseTo(1 - high, 12);
        const more = wilsonInterval(4 * k, 4 * n);
        expect(more.high - more.low).toBeLessThan(high - low);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
