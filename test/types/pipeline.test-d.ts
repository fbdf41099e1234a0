/** What the compiler must infer and refuse at the front door. Compiled by tsc, never run. */
import { z } from "zod";
import { defineFormatVerifier, defineVerifier, type FormatVerifier, type Verifier } from "../../src/core/method.ts";
import type { Rollout } from "../../src/core/rollout.ts";
import { correct, type Verdict } from "../../src/core/verdict.ts";
import { groupRelative, leaveOneOut } from "../../src/credit/index.ts";
import { defineReward, score, type ScoredRollout } from "../../src/pipeline/index.ts";
import { gate, weightedSum } from "../../src/shaping/index.ts";

interface Tags {
  readonly tags: string[];
}
const math: Verifier<string, { readonly extract: string }> = defineVerifier({ id: "verify/math", options: z.strictObject({ extract: z.string().default("auto") }), prepare: () => () => correct("equal", "") });
const tags: FormatVerifier<Tags> = defineFormatVerifier({ id: "verify/tags", options: z.strictObject({ tags: z.array(z.string()).default([]) }), check: () => () => correct("tags", "") });

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(): T | undefined => undefined;
declare const rollouts: AsyncIterable<Rollout>;

const reward = defineReward({
  rewards: {
    correct: math,
    format: tags.with({ tags: ["think", "answer"] }),
    // `r` is a Rollout without being told.
    brief: (r) => -Math.max(0, r.response.length - 4000) / 4000,
  },
  shaping: { style: gate({ of: "brief", by: "correct" }, { at: 1 }) },
  reward: weightedSum({ correct: 1, format: 0.1, style: 0.2 }),
  credit: groupRelative.with({ std: false }),
});
holds<Equal<(typeof reward)["names"][number], "correct" | "format" | "brief" | "style">>();

async function rows(): Promise<void> {
  for await (const row of score(reward, rollouts, { workers: 2, seed: 7 })) {
    holds<Equal<typeof row, ScoredRollout<"correct" | "format" | "brief" | "style">>>();
    holds<Equal<typeof row.verdicts.correct, Verdict | undefined>>();
    holds<Equal<typeof row.rewards.style, number | null>>();
    holds<Equal<typeof row.advantage, number | null>>();
    const extracted: string | null | undefined = row.verdicts.correct?.extracted;
    void extracted;
    // @ts-expect-error no reward has this name
    void row.verdicts.corect;
    // @ts-expect-error no reward has this name
    void row.rewards.fromat;
  }
}
void rows;

defineReward({
  rewards: { correct: math, format: tags },
  // @ts-expect-error a misspelt name in the weights
  reward: weightedSum({ corect: 1, format: 0.1 }),
});
defineReward({
  rewards: { correct: math, style: (r) => r.response.length },
  // @ts-expect-error a misspelt name in a gate
  shaping: { gated: gate({ of: "stlye", by: "correct" }) },
  reward: "gated",
});
defineReward({
  rewards: { correct: math, format: tags },
  // @ts-expect-error a misspelt name of the reward
  reward: "corect",
});
defineReward({
  // @ts-expect-error text is no reward
  rewards: { correct: math, odd: (r) => r.id },
  reward: "correct",
});
defineReward({
  rewards: { correct: math },
  // @ts-expect-error a shaping node is no credit
  credit: weightedSum({ correct: 1 }),
});
defineReward({
  // @ts-expect-error a credit method is no reward
  rewards: { correct: groupRelative },
});
defineReward({
  // @ts-expect-error nor is one with its options bound
  rewards: { correct: groupRelative.with({ std: false }) },
});
defineReward({
  // @ts-expect-error nor in a node
  rewards: { correct: { use: leaveOneOut } },
});
defineReward({
  // @ts-expect-error a shaping node is no reward
  rewards: { correct: weightedSum({ correct: 1 }) },
});
defineReward({
  rewards: { correct: math },
  // @ts-expect-error a verifier is no credit
  credit: math,
});
// @ts-expect-error an unknown option of a credit method
groupRelative.with({ sdt: false });
// @ts-expect-error leave-one-out has no options
leaveOneOut([1, 0], { std: false });
// @ts-expect-error a weight is a number
weightedSum({ correct: "1" });
// @ts-expect-error a gate needs the deciding name
gate({ of: "style" });

// All the forms a scorer may have.
defineReward({
  rewards: {
    raw: math,
    bound: math.with({ extract: "last-box" }),
    node: { use: math, when: { task: "math*" }, onNull: { value: 0 } },
    later: async (r) => (r.finish === "length" ? null : 1),
    verdict: () => correct("fine", "always"),
  },
  reward: { use: weightedSum({ raw: 1, later: 0.5 }), onNull: "fail" },
  credit: { use: leaveOneOut, onNull: { value: 0 } },
});

// The front door as the architecture draws it, from the package's own entries.
async function frontDoor(): Promise<void> {
  const front = await import("../../src/index.ts");
  const verify = await import("../../src/verify/index.ts");
  const drawn = front.defineReward({
    rewards: { correct: verify.math, format: verify.tags.with({ tags: ["think", "answer"] }), brief: (r) => -Math.max(0, r.response.length - 4000) / 4000 },
    reward: front.weightedSum({ correct: 1, format: 0.1 }),
    credit: groupRelative.with({ std: false }),
  });
  for await (const row of front.score(drawn, front.readRollouts("in.jsonl.gz"), { workers: 2 })) {
    holds<Equal<typeof row.verdicts.correct, Verdict | undefined>>();
    void row.verdicts.correct?.extracted;
  }
}
void frontDoor;
