/**
 * s126, SSL4RL: questions that images answer themselves pay without labels; a jigsaw paid in part is learnt where all-or-nothing is not.
 *
 * Setting: pictures of 6 by 6 numbers. The policy answers a 3 × 3 jigsaw patch by patch, each by its own softmax over nine places: a picture seen again and again
 * with its patches in one order. Groups of eight, advantages of the group, steps of equal length. Measured: the exact share of places that are right, over the learning curve.
 * Beside it, exactly: oracle answers earn 1, undoing the transform restores the picture, and guessing earns 1/4, 1/4, 1/2 and 1/n².
 *
 * Where it should not help: a jigsaw of one patch, which is right or wrong as a whole.
 */
import { reproduce, type Reproduction } from "../../src/catalog/index.ts";
import { mean, softmax } from "../../src/core/numeric.ts";
import type { RandomStream } from "../../src/core/random.ts";
import { groupRelative } from "../../src/credit/index.ts";
import { ascendTurnPolicy, contrastiveQuestion, jigsawQuestion, playEpisodes, positionQuestion, possibleAnswers, rotate, rotationQuestion, solveJigsaw, turnGradient, turnPolicy, type Image, type Meter, type TurnTask } from "../../src/lab/index.ts";
import { ordering } from "../../src/verify/index.ts";

interface Setting {
  readonly grid: number;
}

const SIDE = 6;
const GROUP = 8;
const UPDATES = 80;
const STEP = 0.6;
const CURVES = 1;

function picture(random: RandomStream): Image {
  return Array.from({ length: SIDE }, () => Array.from({ length: SIDE }, () => random.next()));
}

function answer(text: string): string {
  return `<think>I look.</think><answer>${text}</answer>`;
}

/** What SSL4RL pays. */
const SHARE = { partial: "share" } as const;

function learn(check: typeof ordering, { grid }: Setting, random: RandomStream, meter: Meter): number {
  const question = jigsawQuestion(picture(random.split("picture")), random.split("order"), grid);
  const places = question.answer.split(",").map(Number);
  const n = places.length;
  const of: TurnTask = { states: n, actions: Math.max(2, n), turns: n, unfinished: 0, turn: (state) => ({ next: state + 1 < n ? state + 1 : null, signal: 0, outcome: 0 }) };
  const verify = check.prepare(places, SHARE);
  let policy = turnPolicy(of);
  const right: number[] = [];
  for (let update = 0; update < UPDATES; update++) {
    const episodes = playEpisodes(of, policy, GROUP, random.split("group", update), meter);
    const advantages = groupRelative(episodes.map(({ actions }) => verify(answer(actions.map((action) => action + 1).join(", "))).score ?? 0));
    policy = ascendTurnPolicy(policy, turnGradient(policy, episodes, episodes.map(({ actions }, i) => actions.map(() => advantages[i]!))), STEP, meter);
    right.push(mean(policy.map((logits, state) => softmax(logits)[places[state]! - 1]!)));
  }
  return mean(right);
}

/** How far oracle answers are from 1, undone transforms from the picture, and answers of the jigsaw, all in turn, from earning 1/n² on average. */
function questionError(check: typeof ordering, random: RandomStream): number {
  const image = picture(random.split("a"));
  const other = picture(random.split("b"));
  const errors: number[] = [];
  const same = (a: Image, b: Image): number => (JSON.stringify(a) === JSON.stringify(b) ? 0 : 1);
  for (let k = 0; k < 8; k++) {
    const rotation = rotationQuestion(image, random.split("rotation", k));
    errors.push(same(rotate(rotation.shown[1]!, -Number(rotation.answer) / 90), image));
    const jigsaw = jigsawQuestion(image, random.split("jigsaw", k));
    errors.push(same(solveJigsaw(jigsaw.shown, jigsaw.answer), image));
    errors.push(Math.abs(1 - (check(answer(jigsaw.answer), jigsaw.answer, SHARE).score ?? 0)));
    errors.push(Math.abs(1 / 4 - mean(possibleAnswers("jigsaw").map((guess) => check(answer(guess), jigsaw.answer, SHARE).score ?? 0))));
    for (const question of [rotation, positionQuestion(image, random.split("position", k)), contrastiveQuestion(image, other, random.split("contrastive", k))]) {
      const guesses = possibleAnswers(question.task);
      errors.push(Math.abs(1 / guesses.length - mean(guesses.map((guess) => (guess === question.answer ? 1 : 0)))));
    }
  }
  return Math.max(...errors);
}

/** The verifier as it is by default, partial credit off, whatever it is told. */
const whole: typeof ordering = Object.assign((response: string, reference: readonly number[] | string) => ordering(response, reference), {
  record: ordering.record,
  run: ordering.run,
  with: ordering.with,
  prepare: (reference: readonly number[] | string) => ordering.prepare(reference),
});

export const reproduction: Reproduction = reproduce({
  system: "s126",
  level: "mechanism",
  uses: [ordering],
  claim: {
    text: "Without labels, a jigsaw paid by the share of right places is learnt from samples; paid all or nothing, or by its first three places alone, it is not. Oracle answers earn 1, transforms can be undone, and guessing earns 1/4, 1/4, 1/2 and 1/n².",
    source: "SSL4RL, arXiv:2510.16416; catalogue row s126",
    measures: { rightPlaces: { direction: "higher", margin: 0.1 }, questionError: { within: 1e-12 } },
    limits: "One picture a policy, with no eyes: what is shown is that the reward teaches its answer, not that seeing improves. Whether such tasks make a model reason better is not tested.",
  },
  setting: { grid: 3 },
  run([check], { setting, random, meter }) {
    return { rightPlaces: mean(Array.from({ length: CURVES }, (_, k) => learn(check, setting, random.split("curve", k), meter))), questionError: questionError(check, random.split("questions")) };
  },
  controls: {
    ablation: { text: "partial credit off: exact orders alone", methods: [whole] },
    rival: { text: "partial credit off: the first three places exactly, a goal that samples meet", methods: [prefix(3)] },
  },
  shouldNotHelp: { text: "a jigsaw of one patch", setting: { grid: 1 } },
});

/** All or nothing on the first places of a list. */
function prefix(places: number): typeof ordering {
  const head = (list: readonly number[] | string): number[] => (typeof list === "string" ? list.split(",").map(Number) : Array.from(list)).slice(0, places);
  const cutAnswer = (response: string): string => response.replace(/<answer>(.*)<\/answer>/, (_, list: string) => answer(list.split(",").slice(0, places).join(",")));
  return Object.assign((response: string, reference: readonly number[] | string) => ordering(cutAnswer(response), head(reference)), {
    record: ordering.record,
    run: ordering.run,
    with: ordering.with,
    prepare: (reference: readonly number[] | string) => {
      const prepared = ordering.prepare(head(reference));
      return (response: string) => prepared(cutAnswer(response));
    },
  });
}
