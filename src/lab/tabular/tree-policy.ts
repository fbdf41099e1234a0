/**
 * A tabular autoregressive policy: every response has `length` tokens of a vocabulary of `vocabulary`, and every prefix
 * has logits of its own. Small enough that values and gradients are exact, which is what an estimator is judged against.
 *
 * Prefixes are numbered level by level: the empty one is 0, and prefix s followed by token a is s·V + a + 1.
 */
import type { Series } from "../../core/method.ts";
import { softmax } from "../../core/numeric.ts";
import type { RandomStream } from "../../core/random.ts";
import type { Meter } from "../meter.ts";

export interface TreePolicy {
  readonly vocabulary: number;
  readonly length: number;
  /** Logits of every prefix that can be continued, [prefixes][V]. */
  readonly logits: readonly Float64Array[];
}

/** A policy with logits drawn from a normal distribution; `spread` 0 is uniform. */
export function treePolicy(vocabulary: number, length: number, spread: number, random: RandomStream): TreePolicy {
  const prefixes = (vocabulary ** length - 1) / (vocabulary - 1);
  const logits = Array.from({ length: prefixes }, () => Float64Array.from({ length: vocabulary }, () => spread * random.normal()));
  return { vocabulary, length, logits };
}

/** Responses drawn from the policy; spends samples and tokens. */
export function sampleResponses(policy: TreePolicy, count: number, random: RandomStream, meter: Meter): number[][] {
  const steps: Float64Array[] = [];
  meter.spend("samples", count);
  meter.spend("tokens", count * policy.length);
  return Array.from({ length: count }, () => {
    const response: number[] = [];
    for (let t = 0, prefix = 0; t < policy.length; t++) {
      const token = random.choice((steps[prefix] ??= softmax(policy.logits[prefix]!)));
      response.push(token);
      prefix = prefix * policy.vocabulary + token + 1;
    }
    return response;
  });
}

/** The reward of every whole response, in the order of their prefix numbers: the task, tabulated once. */
export function tabulateRewards(policy: TreePolicy, reward: (response: readonly number[]) => number): Float64Array {
  const { vocabulary, length } = policy;
  return Float64Array.from({ length: vocabulary ** length }, (_, leaf) =>
    reward(Array.from({ length }, (__, t) => Math.floor(leaf / vocabulary ** (length - 1 - t)) % vocabulary)),
  );
}

/** Exact expected reward of every prefix, whole responses included; entry 0 is the value of the policy. */
export function exactValues(policy: TreePolicy, rewards: Series): Float64Array {
  const { vocabulary, logits } = policy;
  const values = new Float64Array(logits.length + rewards.length);
  values.set(rewards, logits.length);
  for (let prefix = logits.length - 1; prefix >= 0; prefix--) {
    const step = softmax(logits[prefix]!);
    for (let a = 0; a < vocabulary; a++) values[prefix]! += step[a]! * values[prefix * vocabulary + a + 1]!;
  }
  return values;
}

/** Exact gradient of the policy's value in all its logits, packed [prefixes·V]: d(s)·π(a|s)·(V(sa) − V(s)), d(s) the chance of reaching s. */
export function exactGradient(policy: TreePolicy, values: Series): Float64Array {
  const { vocabulary, logits } = policy;
  const gradient = new Float64Array(logits.length * vocabulary);
  const reach = new Float64Array(values.length);
  reach[0] = 1;
  logits.forEach((row, prefix) => {
    const step = softmax(row);
    for (let a = 0; a < vocabulary; a++) {
      const next = prefix * vocabulary + a + 1;
      reach[next] = reach[prefix]! * step[a]!;
      gradient[prefix * vocabulary + a] = reach[next]! * (values[next]! - values[prefix]!);
    }
  });
  return gradient;
}

/** The sampled policy gradient: mean over responses of Σ_t A[i][t]·∇ log π(token | prefix), packed like `exactGradient`. */
export function sampledGradient(policy: TreePolicy, responses: readonly (readonly number[])[], advantages: readonly Series[]): Float64Array {
  const { vocabulary, logits } = policy;
  const gradient = new Float64Array(logits.length * vocabulary);
  const steps: Float64Array[] = [];
  responses.forEach((response, i) => {
    let prefix = 0;
    response.forEach((token, t) => {
      const weight = advantages[i]![t]! / responses.length;
      const at = prefix * vocabulary;
      const step = (steps[prefix] ??= softmax(logits[prefix]!));
      for (let a = 0; a < vocabulary; a++) gradient[at + a]! -= weight * step[a]!;
      gradient[at + token]! += weight;
      prefix = at + token + 1;
    });
  });
  return gradient;
}

/** One step of gradient ascent; a new policy that shares the rows it does not move. Spends an update. */
export function ascend(policy: TreePolicy, gradient: Series, rate: number, meter: Meter): TreePolicy {
  meter.spend("updates");
  const { vocabulary } = policy;
  const logits = policy.logits.map((row, prefix) => {
    let moved: Float64Array | undefined;
    for (let a = 0; a < vocabulary; a++) {
      const slope = gradient[prefix * vocabulary + a]!;
      if (slope !== 0) (moved ??= row.slice())[a]! += rate * slope;
    }
    return moved ?? row;
  });
  return { ...policy, logits };
}
