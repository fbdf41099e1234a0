import type { Series } from "../core/method.ts";

/**
 * The advantages of one group in which some responses were not scored: the convention *nulls leave*.
 *
 * A null reward leaves the statistics and gets a null advantage; the others are credited as if it had never been sampled.
 * With fewer than two scored responses there is nothing to compare with, and every advantage is null.
 * (A kernel called on its own with a group of one gives its documented limit instead.)
 *
 * @param credit a credit kernel over numbers, options bound
 * @param rewards shape [G], reward units, null where a response was not scored
 * @returns advantages, shape [G], null where the reward is
 * @example overScored((r) => r, [1, null, 0]) // => [1, null, 0]
 */
export function overScored(credit: (rewards: Float64Array) => Series, rewards: readonly (number | null)[]): (number | null)[] {
  const out: (number | null)[] = rewards.map(() => null);
  const scored: number[] = [];
  for (const reward of rewards) if (reward !== null) scored.push(reward);
  if (scored.length < 2) return out;
  const advantages = credit(Float64Array.from(scored));
  let next = 0;
  for (let i = 0; i < rewards.length; i++) if (rewards[i] !== null) out[i] = advantages[next++]!;
  return out;
}
