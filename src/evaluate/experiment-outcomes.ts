import { z } from "zod";
import { ShapeError, show } from "../core/errors.ts";
import { defineKernel, type Kernel, type Series } from "../core/method.ts";
import { mean, requireFinite, requireSameLength } from "../core/numeric.ts";

export interface ExperimentOutcomesOptions {
  /** Relative improvement over the starter that is a success. */
  readonly threshold: number;
  /** Whether exactly the threshold is a success. */
  readonly inclusive: boolean;
}

/** Runs of one task. */
export interface TaskOutcome {
  readonly task: number;
  readonly runs: number;
  readonly successRate: number;
  /** Mean improvement over runs that have one; null where none has. */
  readonly improvement: number | null;
}

/** How far agents improve on the code they start from. */
export interface ExperimentOutcomes {
  /** Relative improvement of each run, positive where it is better; null where nothing was handed in. */
  readonly improvements: readonly (number | null)[];
  /** 1 for each run that is a success. */
  readonly successes: Float64Array;
  /** In the order in which tasks first stand. */
  readonly tasks: readonly TaskOutcome[];
  /** Mean success rate over tasks. */
  readonly successRate: number;
}

/**
 * Success of experiments by agents: whether what they hand in is better than the starter code by a tenth.
 *
 *     improvement = ± (score − starter) / |starter|      + where higher is better, − where lower is
 *     success = improvement ≥ threshold                   the rate is the mean over a task's runs, then over tasks
 *
 * Limits: a run that hands in nothing is no success, and has no improvement to average.
 *
 * @param scores   of what each run handed in, [R]; null where there is nothing
 * @param starters score of the starter code of the run's task, [R]; never 0
 * @param signs    1 where higher is better, −1 where lower is, [R]
 * @param tasks    a number for each run's task, [R]
 * @throws ShapeError for a starter of 0, other signs, tasks that are no whole numbers, and no run
 * @remarks The paper has an improvement of at least 10 %, the released code one above it: option `inclusive`.
 * @see Huang et al. 2023, MLAgentBench, arXiv:2310.03302, section 4; MLAgentBench/plot.py
 * @example experimentOutcomes([0.9, 0.8, 2], [0.8, 0.8, 4], [1, 1, -1], [0, 0, 1]).successRate // => 0.75
 */
export const experimentOutcomes: Kernel<[scores: ArrayLike<number | null>, starters: Series, signs: Series, tasks: Series], ExperimentOutcomesOptions, ExperimentOutcomes> = /* @__PURE__ */ defineKernel<[ArrayLike<number | null>, Series, Series, Series], ExperimentOutcomesOptions, ExperimentOutcomes>({
  id: "evaluate/experiment-outcomes",
  aliases: ["mlagentbench", "starter-improvement"],
  reduces: "batch",
  args: ["scores", "starters", "signs", "tasks"],
  paper: { title: "MLAgentBench: Evaluating Language Agents on Machine Learning Experimentation", url: "https://arxiv.org/abs/2310.03302" },
  options: z.strictObject({ threshold: z.number().min(0).max(1_000).default(0.1), inclusive: z.boolean().default(true) }),
  run(scores: ArrayLike<number | null>, starters: Series, signs: Series, tasks: Series, { threshold, inclusive }: ExperimentOutcomesOptions): ExperimentOutcomes {
    const where = "experimentOutcomes";
    requireFinite(where, "scores", typeof scores === "object" ? Array.from(scores, (score) => score ?? 0) : scores);
    for (const [name, list] of [["starters", starters], ["signs", signs], ["tasks", tasks]] as const) {
      requireFinite(where, name, list);
      requireSameLength(where, "scores", scores as Series, name, list);
    }
    if (scores.length === 0) throw new ShapeError(`${where}: scores must hold a run, got none`);
    const improvements = Array.from(scores, (score, i) => {
      const starter = starters[i]!;
      if (starter === 0) throw new ShapeError(`${where}: starters[${i}] must not be 0`, { index: i });
      if (signs[i] !== 1 && signs[i] !== -1) throw new ShapeError(`${where}: signs[${i}] must be 1 or -1, got ${show(signs[i])}`, { index: i });
      if (!Number.isInteger(tasks[i])) throw new ShapeError(`${where}: tasks[${i}] must be a whole number, got ${show(tasks[i])}`, { index: i });
      return score === null ? null : (signs[i]! * (score - starter)) / Math.abs(starter);
    });
    const successes = Float64Array.from(improvements, (gain) => Number(gain !== null && (inclusive ? gain >= threshold : gain > threshold)));
    const outcomes = [...new Set(Array.from(tasks))].map((task) => {
      const runs = improvements.map((_, i) => i).filter((i) => tasks[i] === task);
      const gains = runs.flatMap((i) => improvements[i] ?? []);
      return { task, runs: runs.length, successRate: mean(runs.map((i) => successes[i]!)), improvement: gains.length === 0 ? null : mean(gains) };
    });
    return { improvements, successes, tasks: outcomes, successRate: mean(outcomes.map(({ successRate }) => successRate)) };
  },
});
