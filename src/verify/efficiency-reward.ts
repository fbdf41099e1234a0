import { z } from "zod";
import { ShapeError, show } from "../core/errors.ts";
import { defineKernel, type Kernel, type Series } from "../core/method.ts";
import { requireFinite } from "../core/numeric.ts";

export interface EfficiencyRewardOptions {
  /** Most that the ratio of costs counts for. */
  readonly speedCap: number;
  /** Off: every program that passes is paid as one at the cap. */
  readonly timed: boolean;
}

/** How far a program came: it does not execute, it fails a test, it passes them all. */
export type ProgramStage = "error" | "fail" | "pass";

const STAGES: readonly ProgramStage[] = ["error", "fail", "pass"];

/**
 * Reward of a program by correctness first and speed second (ACECode).
 *
 *     −1 (does not execute)        −0.5 (fails a test)        0.5 + 0.5·min(reference cost / cost, speedCap) (passes all)
 *
 * Limits: a cost of 0 counts as the cap; every program that passes is above every one that does not. With speedCap 1, in [−1, 1].
 *
 * @param stages shape [N]
 * @param costs shape [N], seconds or operations, at least 0; of programs that pass
 * @param referenceCost what the reference program took, above 0
 * @returns rewards, shape [N]; a new array
 * @throws ShapeError, NonFiniteError
 * @remarks The text that could be read has the last branch; −1, −0.5 and a cap of 1 are ours, in its order.
 * @see Yang et al. 2024, ACECode: A Reinforcement Learning Framework for Aligning Code Efficiency and Correctness, arXiv:2412.17264
 * @example efficiencyReward(["error", "fail", "pass", "pass"], [0, 0, 4, 0.5], 1) // => [-1, -0.5, 0.625, 1]
 */
export const efficiencyReward: Kernel<[stages: readonly ProgramStage[], costs: Series, referenceCost: number], EfficiencyRewardOptions, Float64Array> =
  /* @__PURE__ */ defineKernel<[readonly ProgramStage[], Series, number], EfficiencyRewardOptions, Float64Array>({
    id: "verify/efficiency-reward",
    aliases: ["acecode"],
    reduces: "row",
    args: ["stages", "costs", "referenceCost"],
    paper: { title: "ACECode: A Reinforcement Learning Framework for Aligning Code Efficiency and Correctness in Code Language Models", url: "https://arxiv.org/abs/2412.17264" },
    options: z.strictObject({ speedCap: z.number().gt(0).default(1), timed: z.boolean().default(true) }),
    run(stages, costs, referenceCost, { speedCap, timed }) {
      if (costs.length !== stages.length) throw new ShapeError(`efficiencyReward: costs must be as many as stages, got ${costs.length} and ${stages.length}`);
      requireFinite("efficiencyReward", "costs", costs);
      requireFinite("efficiencyReward", "referenceCost", [referenceCost]);
      if (referenceCost <= 0) throw new ShapeError(`efficiencyReward: referenceCost must be above 0, got ${referenceCost}`);
      return Float64Array.from(stages, (stage, i) => {
        if (!STAGES.includes(stage)) throw new ShapeError(`efficiencyReward: stage ${i} must be error, fail or pass, got ${show(stage)}`, { index: i });
        const cost = costs[i]!;
        if (cost < 0) throw new ShapeError(`efficiencyReward: cost ${i} must be at least 0, got ${cost}`, { index: i });
        if (stage === "error") return -1;
        if (stage === "fail") return -0.5;
        return 0.5 + 0.5 * (timed && cost > 0 ? Math.min(referenceCost / cost, speedCap) : speedCap);
      });
    },
  });
