/** What a reward gives: numbers with a scope and a provenance. Scopes never collapse silently. */
import type { Capabilities } from "./method.ts";
import type { Rollout } from "./rollout.ts";
import type { Verdict } from "./verdict.ts";

/** What a reward needs of a rollout beyond prompt and response; checked by the compiler and by the plan. */
export type Need = "reference" | "steps" | "tokens" | "logprobs" | "group" | "model" | "execute" | "query" | "solve";

export type RewardScope = "rollout" | "turn" | "step" | "token";

/** How much of the data one call must see: one row, one whole group, an explicit batch, or an ordered stream. */
export type Reduces = "row" | "group" | "batch" | "stream";

/** Where numbers came from: the method, its options and, for mixtures, its parents. */
export interface Provenance {
  readonly method: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly from?: readonly Provenance[];
}

/** Reward numbers of one rollout. `values` has one entry a rollout, turn, step or token; null is "not scored", never zero. */
export interface RewardValue {
  readonly scope: RewardScope;
  readonly values: readonly (number | null)[];
  readonly confidence?: readonly number[];
  readonly provenance: Provenance;
}

/** What a run gives a reward beside the rollout: its seed, and a signal that ends it. */
export interface RewardContext extends Capabilities {
  readonly seed: number;
}

/** The simplest reward: a function of a rollout, which may leave the context alone. */
export type RewardFunction = (rollout: Rollout, context: RewardContext) => number | null | Verdict | Promise<number | null | Verdict>;
