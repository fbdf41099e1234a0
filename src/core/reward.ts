/** What a reward gives: numbers with a scope and a provenance. Scopes never collapse silently. */
import type { Rollout } from "./rollout.ts";
import type { Verdict } from "./verdict.ts";

/** What a reward needs of a rollout beyond prompt and response; checked by the compiler and by the plan. */
export type Need = "reference" | "steps" | "tokens" | "logprobs" | "group" | "model" | "execute" | "query" | "solve";

export type RewardScope = "rollout" | "turn" | "step" | "token";

/** How much of the data one call must see: one row, one whole group, an explicit batch, or an ordered stream. */
export type Reduces = "row" | "group" | "batch" | "stream";

/** What a credit kernel looks at: of the whole group or batch, its rows end to end, or of one rollout where it reduces a row. */
export type CreditInput =
  /** Rewards of the group, [G]. */
  | "rewards"
  /** Group of every rollout of a batch, [B]. */
  | "groups"
  /** Trainable tokens of every rollout, [G]. */
  | "lengths"
  /** Where each rollout's tokens start, [B + 1]. */
  | "starts"
  /** Token ids of the group, [G][T]. */
  | "tokens"
  /** The reward of the rollout on its last trainable token, zeros elsewhere, [T]. */
  | "token-rewards"
  /** Values of the rollout with that of its end, [T + 1]: 0 where it is not given. */
  | "values"
  /** 1 where a token of the rollout is trained, [T]. */
  | "mask"
  /** The masks of a group, one a rollout, [G][T]. */
  | "masks";

/** How a credit kernel is called on rollouts, and what it gives. */
export interface Crediting {
  /** One a positional argument, or one a name of `named`. */
  readonly takes: readonly CreditInput[];
  /** Of a kernel that takes one object: the names of its inputs, in the order of `takes`. */
  readonly named?: readonly string[];
  /** One advantage a rollout, or one a token. */
  readonly gives: "rollout" | "token";
}

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

/** What a reward may call on: models, sandboxes, a random seed. */
export interface Capabilities {
  readonly signal?: AbortSignal;
  readonly seed?: number;
  readonly [capability: string]: unknown;
}

/** What a run gives a reward beside the rollout: its seed, and a signal that ends it. */
export interface RewardContext extends Capabilities {
  readonly seed: number;
}

/** The simplest reward: a function of a rollout, which may leave the context alone. */
export type RewardFunction = (rollout: Rollout, context: RewardContext) => number | null | Verdict | Promise<number | null | Verdict>;
