import { z } from "zod";
import { ShapeError } from "../core/errors.ts";
import { defineProcedure, type Procedure } from "../core/method.ts";

export interface DifficultySamplingOptions {
  /** How many right responses a query is to have: `proportional` to its fail rate, the hardest `target`; `uniform`: `target` each; `vanilla`: whatever `cap` trials give. */
  readonly allocation: "proportional" | "uniform" | "vanilla";
  /** Right responses of the hardest query, or of each. */
  readonly target: number;
  /** First trials of a query, by which its fail rate is told; they count. */
  readonly probe: number;
  /** Trials of a query at most. */
  readonly cap: number;
}

/** One sample of a query. */
export interface SampledResponse {
  readonly response: string;
  readonly correct: boolean;
}

/** Queries, and a policy that answers them. */
export interface DifficultySamplingInput {
  /** How many queries there are. */
  readonly queries: number;
  readonly sample: (query: number, trial: number) => SampledResponse | Promise<SampledResponse>;
}

/** A right response that was kept. */
export interface KeptResponse {
  readonly query: number;
  readonly response: string;
}

/** What was kept, and what each query cost. */
export interface DifficultySamplingResult {
  readonly kept: readonly KeptResponse[];
  /** Share of wrong ones among the first `probe` trials, one a query. */
  readonly failRates: Float64Array;
  /** Right responses due, one a query. */
  readonly due: Int32Array;
  /** Right responses kept, one a query. */
  readonly counts: Int32Array;
  /** Trials, one a query. */
  readonly trials: Int32Array;
}

/**
 * Rejection sampling that asks harder queries more often, so that what is kept is not mostly easy.
 *
 *     uniform:       k_q = target                                      until k_q different right responses, or `cap` trials
 *     proportional:  k_q = max(1, round(target · f_q / max f))         f_q the fail rate of the first `probe` trials
 *
 * Trials are k_q / p_q in expectation, p_q the chance of a right response. A response that was had is not kept again. Limits: a query that is never answered right
 * takes `cap` trials and keeps nothing; where no probe fails, each query is due one.
 *
 * @param input the queries, and a sampler that says what is right
 * @returns each kept response as an event; the last value holds counts and trials
 * @throws ShapeError for a number of queries that is no whole number
 * @remarks Rounding to the nearest whole response is ours. Different is: another text.
 * @see Tong et al. 2024, DART-Math, arXiv:2407.13690, section 3 (Uniform, Prop2Diff)
 * @example (await difficultySampling({ queries: 1, sample: (query, trial) => ({ response: `r${trial}`, correct: trial > 0 }) }).next()).value // => { query: 0, response: "r1" }
 */
export const difficultySampling: Procedure<DifficultySamplingInput, DifficultySamplingOptions, KeptResponse, DifficultySamplingResult> = /* @__PURE__ */ defineProcedure<DifficultySamplingInput, DifficultySamplingOptions, KeptResponse, DifficultySamplingResult>({
  id: "curate/difficulty-sampling",
  aliases: ["dart", "prop2diff"],
  paper: { title: "DART-Math: Difficulty-Aware Rejection Tuning for Mathematical Problem-Solving", url: "https://arxiv.org/abs/2407.13690" },
  options: z.strictObject({
    allocation: z.enum(["proportional", "uniform", "vanilla"]).default("proportional"),
    target: z.int().min(1).max(1_000_000).default(192),
    probe: z.int().min(1).max(1_000_000).default(16),
    cap: z.int().min(1).max(10_000_000).default(2_048),
  }),
  async *run({ queries, sample }: DifficultySamplingInput, { allocation, target, probe, cap }: DifficultySamplingOptions) {
    if (!Number.isInteger(queries) || queries < 0) throw new ShapeError(`difficultySampling: queries must be a whole number, got ${queries}`);
    const kept: KeptResponse[] = [];
    const [counts, trials, due] = [new Int32Array(queries), new Int32Array(queries), new Int32Array(queries)];
    const failRates = new Float64Array(queries);
    const had = Array.from({ length: queries }, () => new Set<string>());
    const tried = async (query: number): Promise<SampledResponse> => sample(query, trials[query]!++);
    const keep = (query: number, response: string): KeptResponse => {
      had[query]!.add(response);
      counts[query]!++;
      const one = { query, response };
      kept.push(one);
      return one;
    };
    // What the probes get right is kept once it is known how much is due.
    const probed: string[][] = [];
    for (let query = 0; query < queries; query++) {
      const right: string[] = [];
      const first = Math.min(probe, cap);
      for (let i = 0; i < first; i++) {
        const { response, correct } = await tried(query);
        if (correct) right.push(response);
      }
      failRates[query] = 1 - right.length / first;
      probed.push(right);
    }
    const hardest = failRates.reduce((most, rate) => Math.max(most, rate), 0);
    for (let query = 0; query < queries; query++) {
      due[query] = allocation === "vanilla" ? cap : allocation === "uniform" ? target : Math.max(1, hardest === 0 ? 1 : Math.round((target * failRates[query]!) / hardest));
      for (const response of probed[query]!) if (counts[query]! < due[query]! && !had[query]!.has(response)) yield keep(query, response);
      while (counts[query]! < due[query]! && trials[query]! < cap) {
        const { response, correct } = await tried(query);
        if (correct && !had[query]!.has(response)) yield keep(query, response);
      }
    }
    return { kept, failRates, due, counts, trials };
  },
});
