/** What a program is paid that passes some tests, or all of them fast. */
import { efficiencyReward } from "../efficiency-reward.ts";
import type { TestOutcome } from "./judge.ts";
import type { Suite } from "./suite.ts";

/** How a program that passes some tests is paid. */
export type PartialCredit = "none" | "share" | "weighted" | "staged" | "speed";

/** CodeRL's stages on [0, 1]: its −1 (does not compile), −0.6 (ends in an error), −0.3 (fails a test) and 1, shifted and halved. */
const STAGES = { compile: 0, runtime: 0.2, failed: 0.35, passed: 1 } as const;

/** The score of a program in [0, 1]. */
export function partialScore(tests: readonly TestOutcome[], { weights, referenceSeconds }: Pick<Suite, "weights" | "referenceSeconds">, { partial, speedCap }: { readonly partial: PartialCredit; readonly speedCap: number }): number {
  const passed = tests.filter(({ status }) => status === "accepted").length;
  const all = passed === tests.length;
  switch (partial) {
    case "none":
      return all ? 1 : 0;
    case "share":
      return passed / tests.length;
    case "weighted": {
      const of = (k: number): number => weights?.[k] ?? 1;
      const total = tests.reduce((sum, _, k) => sum + of(k), 0);
      return total === 0 ? 0 : tests.reduce((sum, { status }, k) => sum + (status === "accepted" ? of(k) : 0), 0) / total;
    }
    case "staged": {
      if (all) return STAGES.passed;
      const statuses = new Set(tests.map(({ status }) => status));
      if (statuses.has("compile-error")) return STAGES.compile;
      return statuses.has("wrong-answer") && ![...statuses].some((status) => ["runtime-error", "time", "memory", "output"].includes(status)) ? STAGES.failed : STAGES.runtime;
    }
    case "speed": {
      if (!all) return 0;
      const seconds = tests.reduce((sum, { cpuSeconds }) => sum + (cpuSeconds ?? 0), 0);
      // In [0, 1]: over what the cap pays.
      return referenceSeconds === null ? 1 : efficiencyReward(["pass"], [seconds], referenceSeconds, { speedCap })[0]! / (0.5 + 0.5 * speedCap);
    }
  }
}
