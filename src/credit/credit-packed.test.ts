import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { creditPacked, wireNames, type PackedArrays } from "./credit-packed.ts";
import { creditRollouts, type CreditKernel } from "./credit-rollouts.ts";
import { batchRelative, generalizedAdvantage, groupRelative, klInReward, leaveOneOut, optimalRewardBaseline, prefixTree, reinforcePlusPlus, reinforcePlusPlusBaseline } from "./index.ts";

const kernel = (method: unknown): CreditKernel => method as CreditKernel;
const credit = (method: unknown, arrays: PackedArrays): number[] => Array.from(creditPacked(kernel(method), arrays).advantages);

describe("packed credit", () => {
  it("credits groups wherever their rows stand", () => {
    expect(credit(groupRelative.with({ std: false }), { rewards: [1, 4, 0, 2], groups: [7, 8, 7, 8] })).toEqual([0.5, 1, -0.5, -1]);
    expect(credit(leaveOneOut, { rewards: [1, 4, 0, 2], groups: ["a", "b", "a", "b"] })).toEqual([1, 2, -1, -2]);
    expect(credit(leaveOneOut, { rewards: [1, 0] })).toEqual([1, -1]);
    expect(credit(groupRelative.with({ std: false }), { rewards: [1, 0] })).toEqual([0.5, -0.5]);
  });

  it("sums token rewards where that is what there is, and gives tokens then", () => {
    const given = creditPacked(kernel(groupRelative.with({ std: false })), { token_rewards: [0, 1, 0, 0, 0], cu_seqlens: [0, 2, 5], mask: [1, 1, 1, 0, 1], groups: [3, 3] });
    expect(given).toEqual({ advantages: Float64Array.of(0.5, 0.5, -0.5, 0, -0.5), per: "token", also: {} });
  });

  it("puts rewards of responses on their last trainable tokens", () => {
    const arrays = { cu_seqlens: [0, 3, 5], mask: [1, 1, 0, 1, 1], values: [0, 0, 0, 0, 0] };
    expect(credit(generalizedAdvantage.with({ lambda: 1 }), { ...arrays, rewards: [2, 3] })).toEqual([2, 2, 0, 3, 3]);
    expect(credit(generalizedAdvantage.with({ lambda: 1 }), { ...arrays, token_rewards: [0, 2, 0, 0, 3] })).toEqual([2, 2, 0, 3, 3]);
    expect(() => credit(generalizedAdvantage, { ...arrays, rewards: [2, 3], mask: [0, 0, 0, 1, 1] })).toThrow("generalizedAdvantage: response 0 must have a trainable token for its reward to stand on, got none");
    expect(() => credit(generalizedAdvantage, { ...arrays, rewards: [2, 3], token_rewards: [0, 2, 0, 0, 3] })).toThrow("must be given rewards or token_rewards, got both");
  });

  it("gives what crediting rollouts gives", () => {
    const methods = [groupRelative, leaveOneOut, optimalRewardBaseline, prefixTree, reinforcePlusPlus, reinforcePlusPlusBaseline, batchRelative, generalizedAdvantage.with({ lambda: 0.9 })].map(kernel);
    const row = fc.record({ reward: fc.double({ min: -2, max: 2, noNaN: true }), group: fc.nat(2), tokens: fc.array(fc.tuple(fc.nat(2), fc.nat(1), fc.double({ min: -1, max: 1, noNaN: true })), { minLength: 1, maxLength: 4 }) });
    fc.assert(
      fc.property(fc.constantFrom(...methods), fc.array(row, { minLength: 2, maxLength: 7 }), (method, rows) => {
        const { credits, reduces } = method.record;
        const trained = rows.map(({ tokens }) => tokens.map(([, mask], t) => (t === 0 ? 1 : mask)));
        const starts = [0];
        for (const { tokens } of rows) starts.push(starts.at(-1)! + tokens.length);
        const rollouts = rows.map(({ group, tokens }, i) => ({ id: String(i), group: String(group), tokens: tokens.map(([token]) => token), mask: trained[i]!, values: tokens.map(([, , value]) => value) }));
        const expected = new Map<number, number | number[]>();
        const groups = reduces === "group" ? [0, 1, 2].map((g) => rows.flatMap(({ group }, i) => (group === g ? [i] : []))) : [rows.map((_, i) => i)];
        for (const members of groups)
          creditRollouts(method, members.map((i) => rollouts[i]!), members.map((i) => rows[i]!.reward), 1).forEach(({ advantage, advantages }, k) => expected.set(members[k]!, advantages === null ? advantage! : Array.from(advantages)));
        const all: Record<string, readonly number[]> = {
          rewards: rows.map(({ reward }) => reward), groups: rows.map(({ group }) => group), cu_seqlens: starts, mask: trained.flat(), tokens: rollouts.flatMap(({ tokens }) => tokens), values: rollouts.flatMap(({ values }) => values),
        };
        const taken = Object.fromEntries(Object.entries(all).filter(([name]) => wireNames(method.record).includes(name)));
        const { advantages, per } = creditPacked(method, taken);
        expect(per).toBe(credits!.gives === "token" ? "token" : "response");
        expect(Array.from(advantages)).toEqual(rows.flatMap((_, i) => expected.get(i)!));
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it("leaves what was not scored out, and what is alone by that", () => {
    const rewards = [1, NaN, 0, 5, NaN, 7];
    const groups = [0, 0, 0, 1, 1, 2];
    const raw = groupRelative.with({ std: false, singleton: "raw" });
    // A group that was one from the start is the kernel's to say.
    expect(credit(raw, { rewards, groups })).toEqual([0.5, NaN, -0.5, NaN, NaN, 7]);
    expect(credit(leaveOneOut, { rewards: [1, NaN] })).toEqual([NaN, NaN]);
    expect(credit(generalizedAdvantage.with({ lambda: 1 }), { rewards: [NaN, 3], cu_seqlens: [0, 2, 3], values: [0, 0, 1] })).toEqual([NaN, NaN, 2]);
    expect(credit(reinforcePlusPlus.with({ ddof: 0, epsilon: 0 }), { rewards: [2, NaN, 0], cu_seqlens: [0, 1, 3, 4], mask: [1, 1, 1, 1] })).toEqual([1, NaN, NaN, -1]);
    expect(() => credit(groupRelative, { token_rewards: [NaN, 1], cu_seqlens: [0, 1, 2], groups: [0, 0] })).toThrow(/finite/);
  });

  it("takes kernels of named arrays that rollouts do not carry", () => {
    expect(credit(klInReward.with({ beta: 0.5 }), { token_rewards: [0, 1], logprobs: [-1, -1], ref_logprobs: [-2, -1] })).toEqual([-0.5, 1]);
  });

  it.each([
    [groupRelative, { reward: [1] }, 'groupRelative: no array "reward"; did you mean "rewards"?'],
    [groupRelative, { rewards: [1, 0], groups: [1] }, "groupRelative: groups must have one entry a response, 2, got 1"],
    [groupRelative, { rewards: [1, 0], cu_seqlens: [1, 2, 3] }, "groupRelative: cu_seqlens[0] must be 0, got 1"],
    [groupRelative, { rewards: [1, 0], cu_seqlens: [0, 2, 1] }, "groupRelative: cu_seqlens[2] must be a whole number of at least cu_seqlens[1], 2, got 1"],
    [groupRelative, { rewards: [1, 0], cu_seqlens: [0, Infinity, Infinity] }, "groupRelative: cu_seqlens[1] must be a whole number"],
    [generalizedAdvantage, { token_rewards: [0, 1], values: [0], cu_seqlens: [0, 2] }, "generalizedAdvantage: values must have one entry a token, 2, got 1"],
    [generalizedAdvantage, { rewards: [1], cu_seqlens: [0, 2] }, "generalizedAdvantage: values must be given"],
    [generalizedAdvantage, { rewards: [1], values: [0, 0] }, "generalizedAdvantage: cu_seqlens must be given with rewards of whole responses"],
    [leaveOneOut, { groups: [1] }, "leaveOneOut: rewards must be given, got none"],
    [prefixTree, { rewards: [1], tokens: [1] }, "prefixTree: cu_seqlens must be given, got none"],
  ] as const)("says what does not fit (%#)", (method, arrays, message) => {
    expect(() => credit(method, arrays as unknown as PackedArrays)).toThrow(message);
  });
});
