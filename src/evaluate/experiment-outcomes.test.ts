import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { experimentOutcomes } from "./experiment-outcomes.ts";

describe("experimentOutcomes", () => {
  it("is counted by hand", () => {
    // Task 7: +10 %, −25 %, nothing; task 3, lower is better: halved, as it was.
    const { improvements, successes, tasks, successRate } = experimentOutcomes([4.4, 3, null, 5, 10], [4, 4, 4, 10, 10], [1, 1, 1, -1, -1], [7, 7, 7, 3, 3]);
    [0.1, -0.25, null, 0.5, 0].forEach((due, i) => (due === null ? expect(improvements[i]).toBeNull() : expect(improvements[i]).toBeCloseTo(due, 12)));
    expect([...successes]).toEqual([1, 0, 0, 1, 0]);
    expect(tasks.map(({ task, runs }) => [task, runs])).toEqual([[7, 3], [3, 2]]);
    expect(tasks[0]!.improvement).toBeCloseTo(-0.075, 12);
    expect(successRate).toBeCloseTo((1 / 3 + 1 / 2) / 2, 12);
  });
  it("takes a threshold as the paper or as the code, and nothing handed in as no success", () => {
    expect([...experimentOutcomes([5], [4], [1], [0], { threshold: 0.25 }).successes]).toEqual([1]);
    expect([...experimentOutcomes([5], [4], [1], [0], { threshold: 0.25, inclusive: false }).successes]).toEqual([0]);
    expect(experimentOutcomes([null], [4], [1], [0], { threshold: 0 })).toMatchObject({ successRate: 0, tasks: [{ improvement: null }] });
    expect(experimentOutcomes([-2], [-4], [1], [0]).improvements).toEqual([0.5]);
    for (const [starter, sign, task] of [[0, 1, 0], [1, 2, 0], [1, 1, 0.5]] as const) expect(() => experimentOutcomes([1], [starter], [sign], [task])).toThrow("experimentOutcomes");
    expect(() => experimentOutcomes([], [], [], [])).toThrow("must hold a run");
  });
  it("is alike for a score that is better by being higher or lower, and whatever the order of runs", () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 12 }), (runs) => {
      const of = (list: typeof runs, sign: number): number => experimentOutcomes(list.map(([score]) => sign * score), list.map(() => sign * 20), list.map(() => sign), list.map(([, task]) => task)).successRate;
      expect(of(runs, -1)).toBeCloseTo(of(runs, 1), 12);
      expect(of(runs.toReversed(), 1)).toBeCloseTo(of(runs, 1), 12);
    }), { seed: 234, numRuns: 100 });
  });
});
