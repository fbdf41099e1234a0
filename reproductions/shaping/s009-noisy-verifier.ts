/**
 * s009, noisy-verifier corrections: with rates that differ between sources the uncorrected policy gradient points elsewhere,
 * the backward correction brings it back exactly, and appeals find the false negative rate that the corrections need.
 *
 * Setting: two prompts, each a softmax bandit of three responses with one right, each judged by a verifier with its own
 * rates; expectations are enumerated, not sampled. The joint gradient is both prompts' gradients side by side.
 *
 * Where it should not help: one pair of rates for both prompts. Then even the uncorrected gradient is the clean one times
 * 1 − ρ₀ − ρ₁. For the estimator: a policy so good, 1/(2 − ρ₁), that the raw overturn share happens to equal the rate.
 */
import { replace, reproduce, type Reproduction } from "../../src/catalog/index.ts";
import { softmax } from "../../src/core/numeric.ts";
import type { RandomStream } from "../../src/core/random.ts";
import { banditGradient, cosine, expectation, type Meter } from "../../src/lab/index.ts";
import { noiseCorrectionBackward, noiseCorrectionForward, noiseCorrectionRate } from "../../src/shaping/index.ts";

interface Rates {
  readonly falsePositive: number;
  readonly falseNegative: number;
}

interface Setting {
  readonly sources: "differ" | "agree";
  /** Share of right responses in the appeals simulation. */
  readonly accuracy: number;
}

const RIGHT = [0, 1, 0];
const FALSE_NEGATIVE = 0.3;
const RESPONSES = 20_000;
const APPEALED = 0.5;

/** E of what `shape` makes of the verdict, for each response. */
function expected(rates: Rates, shape: (observed: readonly number[]) => ArrayLike<number>): Float64Array {
  const [rejected, accepted] = Array.from(shape([0, 1])) as [number, number];
  return Float64Array.from(RIGHT, (right) => {
    const acceptance = right === 1 ? 1 - rates.falseNegative : rates.falsePositive;
    return acceptance * accepted + (1 - acceptance) * rejected;
  });
}

/** Gradients of several prompts as one. */
function joint(gradients: readonly Float64Array[]): Float64Array {
  return Float64Array.from(gradients.flatMap((gradient) => Array.from(gradient)));
}

function alignment(policies: readonly Float64Array[], rates: readonly Rates[], backward: typeof noiseCorrectionBackward): number {
  const clean = policies.map((policy) => banditGradient(policy, RIGHT));
  const corrected = policies.map((policy, x) => banditGradient(policy, expected(rates[x]!, (observed) => backward(observed, rates[x]!))));
  return cosine(joint(corrected), joint(clean));
}

/** The catalogue's worked case: p = (.5, .3, .2), ρ₀ = .1, ρ₁ = .3, and two prompts at (.05, .05) and (.2, .45). */
function workedError(backward: typeof noiseCorrectionBackward): number {
  const rates = { falsePositive: 0.1, falseNegative: 0.3 };
  const policy = Float64Array.of(0.5, 0.3, 0.2);
  const clean = banditGradient(policy, RIGHT);
  const uncorrected = banditGradient(policy, expected(rates, (observed) => observed));
  const pair = [{ falsePositive: 0.05, falseNegative: 0.05 }, { falsePositive: 0.2, falseNegative: 0.45 }];
  const uncorrectedPair = joint(pair.map((own) => banditGradient(policy, expected(own, (observed) => observed))));
  return Math.max(
    ...Array.from(expected(rates, (observed) => backward(observed, rates)), (r, a) => Math.abs(r - RIGHT[a]!)),
    ...Array.from(uncorrected, (g, a) => Math.abs(g - 0.6 * clean[a]!)),
    Math.abs(1 - alignment([policy, policy], pair, backward)),
    Math.max(0, Math.abs(cosine(uncorrectedPair, joint([clean, clean])) - 0.915) - 5e-4),
  );
}

/** Forward weights: E[w | right] = 0, E[w | wrong] = −0.6, and the expected update is 0.6 times the clean gradient. */
function forwardError(forward: typeof noiseCorrectionForward): number {
  const rates = { falsePositive: 0.1, falseNegative: 0.3 };
  const policy = Float64Array.of(0.5, 0.3, 0.2);
  const weights = expected(rates, (observed) => forward(observed, { falseNegative: rates.falseNegative }));
  const clean = banditGradient(policy, RIGHT);
  return Math.max(
    ...Array.from(weights, (w, a) => Math.abs(w - (RIGHT[a] === 1 ? 0 : -0.6))),
    ...Array.from(banditGradient(policy, weights), (g, a) => Math.abs(g - 0.6 * clean[a]!)),
  );
}

/** |estimate − ρ₁| after one window in which half of the rejects are appealed to a judge that is always right. */
function rateError(estimate: typeof noiseCorrectionRate, accuracy: number, random: RandomStream, meter: Meter): number {
  const overturned: number[] = [];
  let rejects = 0;
  for (let i = 0; i < RESPONSES; i++) {
    const right = random.next() < accuracy;
    if (right && random.next() >= FALSE_NEGATIVE) continue;
    rejects++;
    if (random.next() >= APPEALED) continue;
    overturned.push(right ? 1 : 0);
    meter.spend("queries");
  }
  meter.spend("samples", RESPONSES);
  return Math.abs(estimate(overturned, rejects, RESPONSES - rejects) - FALSE_NEGATIVE);
}

/** Mean and standard deviation of a verdict are exact here, so this is the group-relative reward of an infinite group. */
function standardised(policy: Float64Array, rates: Rates): Float64Array {
  const accepted = expected(rates, (observed) => observed);
  const rate = expectation(policy, accepted);
  const scale = Math.sqrt(rate * (1 - rate));
  return accepted.map((r) => (r - rate) / scale);
}

function draw({ sources }: Setting, random: RandomStream): { policies: Float64Array[]; rates: Rates[] } {
  const policies = [0, 1].map(() => softmax(RIGHT.map(() => 0.5 * random.normal())));
  const good = { falsePositive: 0.1 * random.next(), falseNegative: 0.1 * random.next() };
  const poor = { falsePositive: 0.15 + 0.15 * random.next(), falseNegative: 0.35 + 0.15 * random.next() };
  return { policies, rates: sources === "agree" ? [poor, poor] : [good, poor] };
}

function measure(
  [backward, forward, estimate]: readonly [typeof noiseCorrectionBackward, typeof noiseCorrectionForward, typeof noiseCorrectionRate],
  jointAlignment: number,
  setting: Setting,
  random: RandomStream,
  meter: Meter,
): Record<"jointAlignment" | "rateError" | "backwardError" | "forwardError" | "rateBeyond", number> {
  const error = rateError(estimate, setting.accuracy, random.split("appeals"), meter);
  return { jointAlignment, rateError: error, backwardError: workedError(backward), forwardError: forwardError(forward), rateBeyond: Math.max(0, error - 0.02) };
}

const differing: Setting = { sources: "differ", accuracy: 0.4 };
const agreeing: Setting = { sources: "agree", accuracy: 1 / (2 - FALSE_NEGATIVE) };

export const reproduction: Reproduction = reproduce({
  system: "s009",
  level: "mechanism",
  uses: [noiseCorrectionBackward, noiseCorrectionForward, noiseCorrectionRate],
  claim: {
    text: "With verifier rates that differ between sources, per-source backward correction restores the clean gradient's direction, forward weights have the stated means, and appeals recover the false negative rate within 0.02 where the raw overturn share does not.",
    source: "Cai et al. 2025, arXiv:2510.00915; catalogue row s009",
    measures: {
      jointAlignment: { direction: "higher", margin: 0.01 },
      rateError: { direction: "lower", margin: 0.02 },
      backwardError: { within: 1e-12 },
      forwardError: { within: 1e-12 },
      rateBeyond: { within: 0 },
    },
    limits:
      "Expected directions only. The alignment is algebra once the true rates are given, and what is spent depends on no method: one run shared by all arms, so equal budgets hold by construction. With one pair of rates the uncorrected direction is right already, and group centring undoes both corrections; the forward weights turn no direction, they change the variance.",
  },
  setting: differing,
  run(methods, { setting, random, meter }) {
    const { policies, rates } = draw(setting, random.split("draw"));
    return measure(methods, alignment(policies, rates, methods[0]), setting, random, meter);
  },
  controls: {
    ablation: {
      text: "corrections off: the observed rewards, and the raw share of overturned appeals",
      methods: [
        replace(noiseCorrectionBackward, (observed) => Float64Array.from(observed)),
        replace(noiseCorrectionForward, (observed) => Float64Array.from(observed)),
        replace(noiseCorrectionRate, (overturned) => overturnShare(overturned)),
      ],
    },
    rival: {
      text: "group-standardised observed rewards, and overturned appeals over all responses",
      methods: [noiseCorrectionBackward, noiseCorrectionForward, replace(noiseCorrectionRate, (overturned, rejects, accepts) => (overturnShare(overturned) * rejects) / (rejects + accepts))],
      run(methods, { setting, random, meter }) {
        const { policies, rates } = draw(setting, random.split("draw"));
        const clean = joint(policies.map((policy) => banditGradient(policy, RIGHT)));
        const observed = joint(policies.map((policy, x) => banditGradient(policy, standardised(policy, rates[x]!))));
        return measure(methods, cosine(observed, clean), setting, random, meter);
      },
    },
  },
  shouldNotHelp: {
    text: "one pair of rates for both sources; accuracy 1/(2 − ρ₁), where the overturn share equals the rate",
    setting: agreeing,
    margins: { jointAlignment: 1e-9, rateError: 0.01 },
  },
});

function overturnShare(overturned: ArrayLike<number>): number {
  return Array.from(overturned).reduce((a, b) => a + b, 0) / overturned.length;
}
