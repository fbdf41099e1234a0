/**
 * s223, DART-Math: rejection sampling that asks hard queries more often trains a better student from as many rows.
 *
 * Setting: six skills of 2 to 48 parts, six queries each. The generator gets a part right with 0.93, so that what has more parts fails more; a right response
 * is a view of the skill with the right label, and the student learns a skill's direction from such rows by averaging: a skill with more parts needs more of
 * them. All arms have the same trials of the generator and train on the same number of rows.
 * Measured: the student's accuracy on fresh inputs, mean over skills (exact: 1 less its angle to the truth over π).
 *
 * Exact: what each allocation keeps and tries, against its formula.
 *
 * Where it should not help: all skills have as many parts.
 */
import { reproduce, type Reproduction, type RunContext } from "../../src/catalog/index.ts";
import { difficultySampling, type DifficultySamplingResult, type SampledResponse } from "../../src/curate/index.ts";
import { dot } from "../../src/core/linear.ts";
import { mean } from "../../src/core/numeric.ts";
import { randomStream, type RandomStream } from "../../src/core/random.ts";
import { replaceProcedure, resultOf } from "./stand-in.ts";

interface Setting {
  /** Parts of each skill. */
  readonly parts: readonly number[];
}

const QUERIES = 6;
const PART = 0.93;
const TARGET = 30;
/** Students trained on rows of the same skills. */
const STUDENTS = 16;
const PROBE = 16;
const CAP = 5_000;

/** Trials of queries that are right with given chances, each in words of its own; the same trial is the same whoever asks. */
function sampler(chances: readonly number[], random: RandomStream): (query: number, trial: number) => SampledResponse {
  const streams = chances.map((_, query) => random.split("query", query));
  const drawn: number[][] = chances.map(() => []);
  return (query, trial) => {
    while (drawn[query]!.length <= trial) drawn[query]!.push(streams[query]!.next());
    return { response: `${query} ${trial}`, correct: drawn[query]![trial]! < chances[query]! };
  };
}

const total = (counts: ArrayLike<number>): number => Array.from(counts).reduce((sum, each) => sum + each, 0);

/** Accuracy of a student of as many rows of each skill. */
function studentOf(rows: readonly number[], { parts }: Setting, random: RandomStream): number {
  return mean(parts.map((d, skill) => {
    const own = random.split("skill", skill);
    const truth = Float64Array.from({ length: d }, () => own.normal());
    const learnt = new Float64Array(d);
    for (let i = 0; i < rows[skill]!; i++) {
      const view = Float64Array.from({ length: d }, () => own.normal());
      const label = Math.sign(dot(truth, view));
      view.forEach((x, j) => (learnt[j]! += label * x));
    }
    const size = Math.sqrt(dot(learnt, learnt) * dot(truth, truth));
    return size === 0 ? 0.5 : 1 - Math.acos(Math.max(-1, Math.min(1, dot(learnt, truth) / size))) / Math.PI;
  }));
}

/** Some rows of what was kept, by skill: drawn at random, or from each query alike as far as they go. */
function chosen({ kept }: DifficultySamplingResult, count: number, skills: number, alike: boolean, random: RandomStream): number[] {
  const shuffled = random.shuffle([...kept]);
  const place = new Map<(typeof shuffled)[number], number>();
  const seen = new Map<number, number>();
  for (const row of shuffled) {
    place.set(row, seen.get(row.query) ?? 0);
    seen.set(row.query, (seen.get(row.query) ?? 0) + 1);
  }
  const order = alike ? shuffled.toSorted((a, b) => place.get(a)! - place.get(b)!) : shuffled;
  const rows = Array.from({ length: skills }, () => 0);
  for (const { query } of order.slice(0, count)) rows[Math.floor(query / QUERIES)]!++;
  return rows;
}

type Sampling = typeof difficultySampling;

async function measure(sampling: Sampling, alike: boolean, { setting, random, meter }: RunContext<Setting>): Promise<{ accuracy: number; countFaults: number }> {
  const chances = setting.parts.flatMap((d) => Array.from({ length: QUERIES }, () => PART ** d));
  const input = { queries: chances.length, sample: sampler(chances, random.split("generator")) };
  // Whoever samples has the trials that difficulty-aware sampling takes, and whoever trains the rows it keeps.
  const aware = await resultOf(difficultySampling(input, { target: TARGET, probe: PROBE, cap: CAP }));
  const allowed = total(aware.trials);
  const result = await resultOf(sampling(input, { target: TARGET, probe: PROBE, cap: CAP }));
  meter.spend("samples", allowed);
  meter.spend("updates", aware.kept.length);
  const rows = chosen(result, aware.kept.length, setting.parts.length, alike, random.split("chosen"));
  const over = Math.max(0, total(result.trials) - allowed);
  return { accuracy: mean(Array.from({ length: STUDENTS }, (_, k) => studentOf(rows, setting, random.split("student", k)))), countFaults: over + (await countFaults(sampling)) };
}

/** Kept and tried against the formulas, for queries of five fail rates; trials within 4 standard deviations of their mean k / p. */
async function countFaults(sampling: Sampling): Promise<number> {
  const chances = [0.9, 0.7, 0.5, 0.3, 0.1];
  const sample = sampler(chances, randomStream(223));
  const { failRates, counts, trials } = await resultOf(sampling({ queries: 5, sample }, { target: 48, probe: 200, cap: 100_000 }));
  const uniform = await resultOf(sampling({ queries: 5, sample }, { allocation: "uniform", target: 100, probe: 1, cap: 100_000 }));
  let faults = 0;
  const hardest = Math.max(...failRates);
  counts.forEach((count, q) => (faults += count === Math.max(1, Math.round((48 * failRates[q]!) / hardest)) ? 0 : 1));
  uniform.counts.forEach((count) => (faults += count === 100 ? 0 : 1));
  uniform.trials.forEach((tried, q) => (faults += Math.abs(tried - 100 / chances[q]!) <= (4 * Math.sqrt(100 * (1 - chances[q]!))) / chances[q]! ? 0 : 1));
  return faults + (trials.every((tried) => tried >= 200) ? 0 : 1);
}

/** The same trials for every query, until they are as many as difficulty-aware sampling takes; all right ones kept. */
const vanilla = replaceProcedure(difficultySampling, async function* (input, options) {
  const trials = total((await resultOf(difficultySampling(input, options))).trials);
  const result = await resultOf(difficultySampling(input, { ...options, allocation: "vanilla", cap: Math.floor(trials / input.queries) }));
  yield* result.kept;
  return result;
});

/** Rejection sampling in proportion to what is right. */
const reversed = replaceProcedure(difficultySampling, async function* (input, options) {
  const { failRates } = await resultOf(difficultySampling(input, { ...options, target: 1 }));
  const easiest = Math.min(...failRates);
  const result = await resultOf(difficultySampling(input, { ...options, allocation: "vanilla", cap: options.probe }));
  const most = (query: number): number => Math.round((options.target * (1 - failRates[query]!)) / (1 - easiest));
  const place = new Int32Array(input.queries);
  const kept = result.kept.filter(({ query }) => place[query]!++ < most(query));
  yield* kept;
  return { ...result, kept };
});

export const reproduction: Reproduction = reproduce({
  system: "s223",
  level: "mechanism",
  uses: [difficultySampling],
  claim: {
    text: "In the same trials and rows, rejection sampling in proportion to the fail rate trains a student that is right more often, mean over skills, than keeping what equal trials give, also where as many of each query as there are are taken; what is kept and tried is what the formulas say.",
    source: "Tong et al. 2024, DART-Math, arXiv:2407.13690; catalogue row s223",
    measures: { accuracy: { direction: "higher", margin: 0.004 }, countFaults: { within: 0 } },
    limits: "A student that learns directions, no language model, and accuracies of skills that count alike. That what the generator fails at more takes more rows to learn is built in, by the parts of a skill; the right ones are right throughout, not by luck. Most of the gain is that rows are not mostly easy: against rows taken from each query alike it is a hundredth, and none (0.005, down to −0.003, on development seeds) where skills have at most 32 parts and fewer rows are trained on than are kept.",
  },
  setting: { parts: [2, 4, 8, 16, 32, 48] },
  run: ([sampling], context) => measure(sampling, false, context),
  controls: {
    ablation: { text: "vanilla rejection sampling: equal trials for every query, rows drawn from all that is right", methods: [vanilla] },
    rival: { text: "equal trials for every query, then rows from each query alike as far as they go", run: (_, context) => measure(vanilla, true, context) },
    replacements: { [difficultySampling.record.id]: { text: "the easiest asked most", method: reversed } },
  },
  shouldNotHelp: { text: "all skills have eight parts", setting: { parts: [8, 8, 8, 8, 8, 8] } },
});
