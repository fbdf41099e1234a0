import { describe, expect, it } from "vitest";
import { randomStream } from "../../core/random.ts";
import { createMeter } from "../meter.ts";
import { ascend, exactGradient, exactValues, sampledGradient, sampleResponses, tabulateRewards, treePolicy, type TreePolicy } from "./tree-policy.ts";

const firstThenSecond = (response: readonly number[]): number => (response[0] === 0 && response[1] === 1 ? 1 : 0);

describe("golden", () => {
  const uniform = treePolicy(2, 2, 0, randomStream(1));
  const values = exactValues(uniform, tabulateRewards(uniform, firstThenSecond));
  it("values of a uniform binary tree of depth two, one right leaf (by hand)", () => {
    expect(Array.from(values)).toEqual([0.25, 0.5, 0, 0, 1, 0, 0]);
  });
  it("its gradient (by hand: reach·π·(V(sa) − V(s)))", () => {
    expect(Array.from(exactGradient(uniform, values))).toEqual([0.125, -0.125, -0.125, 0.125, 0, 0]);
  });
});

describe("exactness", () => {
  const policy = treePolicy(3, 3, 1, randomStream(5));
  const reward = (response: readonly number[]): number => response[0]! + 2 * response[1]! * response[2]!;
  const rewards = tabulateRewards(policy, reward);
  const gradient = exactGradient(policy, exactValues(policy, rewards));
  it("the gradient agrees with central differences", () => {
    const value = (prefix: number, a: number, h: number): number => {
      const logits = policy.logits.map((row, s) => row.map((x, b) => (s === prefix && a === b ? x + h : x)));
      return exactValues({ ...policy, logits }, rewards)[0]!;
    };
    for (const [prefix, a] of [[0, 0], [1, 2], [5, 1], [12, 0]] as const)
      expect(gradient[prefix * 3 + a]).toBeCloseTo((value(prefix, a, 1e-5) - value(prefix, a, -1e-5)) / 2e-5, 8);
  });
  it("the sampled gradient with rewards as advantages tends to it, and spending is counted", () => {
    const meter = createMeter();
    const responses = sampleResponses(policy, 20_000, randomStream(6), meter);
    const sampled = sampledGradient(policy, responses, responses.map((r) => r.map(() => reward(r))));
    gradient.forEach((g, k) => expect(Math.abs(sampled[k]! - g)).toBeLessThan(0.06));
    expect(meter.spent).toEqual({ samples: 20_000, tokens: 60_000 });
  });
  it("ascent raises the value and leaves the old policy as it was", () => {
    const meter = createMeter();
    const before = structuredClone(policy.logits);
    const better: TreePolicy = ascend(policy, gradient, 0.5, meter);
    expect(exactValues(better, rewards)[0]).toBeGreaterThan(exactValues(policy, rewards)[0]!);
    expect(policy.logits).toEqual(before);
    expect(meter.spent).toEqual({ updates: 1 });
  });
});
