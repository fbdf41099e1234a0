/**
 * s231, log-sigmoid-centred rewards: at equal KL, the sum of transformed rewards improves more prompts and pays an outlier less.
 *
 * Setting: half of the prompts are good already (most responses beat the references of two properties) and hold one
 * response with an outlier reward in both, the kind a reward model is hacked with; the other half are bad. The policy of
 * every arm is the exact KL-regularised optimum, one γ for all prompts, at the same mean KL. With the raw sum the outliers
 * take the KL; the transform stops paying above the reference, and the KL goes to the bad prompts.
 *
 * Where it should not help: references so high that every reward lies far below, where the transform is linear.
 */
import { replace, reproduce, type Reproduction } from "../../src/catalog/index.ts";
import type { Series } from "../../src/core/method.ts";
import { mean, softmax, standardDeviation, sum } from "../../src/core/numeric.ts";
import type { RandomStream } from "../../src/core/random.ts";
import { tiltedAtKl } from "../../src/lab/index.ts";
import { logSigmoidTransform } from "../../src/shaping/index.ts";

interface Setting {
  /** Distance of the references from where good responses begin. */
  readonly referencesAbove: number;
}

const PROMPTS = 8;
const RESPONSES = 12;
const PROPERTIES = 2;
const OUTLIER = RESPONSES - 1;
const KLS = [0.25, 0.5];

interface Prompt {
  readonly base: Float64Array;
  /** Rewards, [property][response], each property with an offset of its own: Bradley–Terry fixes no zero. */
  readonly rewards: readonly Float64Array[];
  readonly offsets: readonly number[];
  readonly hacked: boolean;
}

function makePrompt(random: RandomStream, good: boolean): Prompt {
  const offsets = Array.from({ length: PROPERTIES }, () => 2 * random.normal());
  const rewards = offsets.map((offset) =>
    Float64Array.from({ length: RESPONSES }, (_, y) => offset + (good && y === OUTLIER ? 8 : (good ? 1 : -0.5) + random.normal())),
  );
  return { base: softmax(Float64Array.from({ length: RESPONSES }, () => 0.5 * random.normal())), rewards, offsets, hacked: good };
}

/** How far u strays from the catalogue's values at and two above the reference, and its slope from 0.1192 there. */
function goldenError(transform: typeof logSigmoidTransform): number {
  const h = 1e-5;
  const [at, above, up, down] = transform([1, 3, 3 + h, 3 - h], [1, 1, 1, 1]);
  return Math.max(Math.abs(at! + 0.6931), Math.abs(above! + 0.1269), Math.abs((up! - down!) / (2 * h) - 0.1192));
}

/** Pairs of neighbouring rewards between which the slope does not fall. */
function slopeRises(transform: typeof logSigmoidTransform): number {
  const grid = Float64Array.from({ length: 41 }, (_, i) => (i - 20) / 2);
  const u = transform(grid, grid.map(() => 0));
  const slopes = Array.from(u.subarray(1), (x, i) => x - u[i]!);
  return slopes.slice(1).filter((slope, i) => !(slope < slopes[i]!)).length;
}

/** |Σu − log of the simulated frequency of "good in both"|, in standard errors of the simulation. */
function jointError(transform: typeof logSigmoidTransform, random: RandomStream): number {
  const rewards = [0.4, -0.7];
  const references = [0, 0.2];
  const draws = 20_000;
  let both = 0;
  for (let k = 0; k < draws; k++)
    if (rewards.every((r, j) => random.next() < 1 / (1 + Math.exp(references[j]! - r)))) both++;
  const frequency = both / draws;
  const standardError = Math.sqrt((1 - frequency) / (frequency * draws));
  return Math.abs(sum(transform(rewards, references)) - Math.log(frequency)) / standardError;
}

const atTheReferences: Setting = { referencesAbove: 0 };
const farBelowThem: Setting = { referencesAbove: 30 };

export const reproduction: Reproduction = reproduce({
  system: "s231",
  level: "mechanism",
  uses: [logSigmoidTransform],
  claim: {
    text: "At equal KL the sum of log-sigmoid-centred rewards leaves more prompts above reference and less mass on an outlier reward than the raw sum; u and its slope have the stated values, and the sum is the log of the joint probability of good.",
    source: "Wang et al. 2024, arXiv:2402.00742; catalogue row s231",
    measures: {
      promptsAboveReference: { direction: "higher", margin: 0.1 },
      outlierMass: { direction: "lower", margin: 0.05 },
      goldenError: { within: 5e-5 },
      slopeRises: { within: 0 },
      jointStandardErrors: { within: 4 },
    },
    limits:
      "The gain is that of centring and of not paying above the reference, more than of this curve. On development seeds clipping r − ref at ±2 is about as good (0.56 of prompts above reference, 0.22 on the outlier, against 0.63 and 0.19), and min(r − ref, 0) is better (0.63 and 0.09).",
  },
  setting: atTheReferences,
  run([transform], { setting, random, meter }) {
    const prompts = Array.from({ length: PROMPTS }, (_, x) => makePrompt(random.split("prompt", x), x % 2 === 0));
    meter.spend("samples", PROMPTS * RESPONSES);
    meter.spend("queries", PROMPTS * RESPONSES * PROPERTIES);
    const utilities = prompts.map(({ rewards, offsets }) => {
      const parts = rewards.map((r, j) => transform(r, r.map(() => offsets[j]! + setting.referencesAbove)));
      return Float64Array.from({ length: RESPONSES }, (_, y) => sum(parts.map((part) => part[y]!)));
    });
    const above = ({ rewards, offsets, hacked }: Prompt, y: number): boolean => !(hacked && y === OUTLIER) && rewards.every((r, j) => r[y]! > offsets[j]!);
    const mass = (policy: Series, prompt: Prompt): number => sum(Float64Array.from(policy, (p, y) => (above(prompt, y) ? p : 0)));
    const policies = KLS.map((kl) => tiltedAtKl(prompts.map(({ base }) => base), utilities, kl));
    return {
      promptsAboveReference: mean(policies.flatMap((at) => at.map((policy, x) => (mass(policy, prompts[x]!) > 0.5 ? 1 : 0)))),
      outlierMass: mean(policies.flatMap((at) => at.flatMap((policy, x) => (prompts[x]!.hacked ? [policy[OUTLIER]!] : [])))),
      goldenError: goldenError(transform),
      slopeRises: slopeRises(transform),
      jointStandardErrors: jointError(transform, random.split("joint")),
    };
  },
  controls: {
    ablation: {
      text: "transform off: the raw sum",
      methods: [replace(logSigmoidTransform, (rewards) => Float64Array.from(rewards))],
    },
    rival: {
      text: "sum of rewards standardised over the responses of a prompt",
      methods: [
        replace(logSigmoidTransform, (rewards) => {
          const [centre, scale] = [mean(rewards), standardDeviation(rewards)];
          return Float64Array.from(rewards, (r) => (scale === 0 ? 0 : (r - centre) / scale));
        }),
      ],
    },
    replacements: {
      "shaping/log-sigmoid-transform": {
        text: "its curve turned: −log σ(ref − r), flat below the reference and steep above",
        method: replace(logSigmoidTransform, (rewards, references) =>
          logSigmoidTransform(Float64Array.from(rewards, (r) => -r), Array.from(references, (ref) => -(ref as number))).map((u) => -u),
        ),
      },
    },
  },
  shouldNotHelp: {
    text: "references 30 above: every reward lies where the transform is linear",
    setting: farBelowThem,
    margins: { promptsAboveReference: 0.01, outlierMass: 0.01 },
  },
});
