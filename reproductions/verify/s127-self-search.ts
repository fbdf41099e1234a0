/**
 * s127, SSRL: the graded form of self-search teaches transcripts that think, ask themselves and think again, without costing right answers.
 *
 * Setting: a policy chooses one of six ways to write a transcript: a bare answer, one thought, a thought and a question with thoughts on both
 * sides, two thoughts without a question, a question left without information, nine thoughts. Each has its chance of a right answer: 0.1 with nine thoughts, 0.4 to 0.45 else.
 * Steps of equal length along the exact gradient of the expected reward. Measured: the exact mean form of the policy at the end.
 *
 * Where it should not help: every way is the same transcript. Then the form is one number for all.
 */
import { replaceVerifier } from "./stand-in.ts";
import { reproduce, type Reproduction } from "../../src/catalog/index.ts";
import { expectation, learnBandit, type Meter } from "../../src/lab/index.ts";
import type { RandomStream } from "../../src/core/random.ts";
import { correct, incorrect, invalid } from "../../src/core/verdict.ts";
import { selfSearch, selfSearchFormat, tags, tokenF1 } from "../../src/verify/index.ts";

interface Setting {
  readonly transcripts: readonly string[];
}

const THINK = "<think>Let me see.</think>";
const SEARCH = "<search>who wrote it</search><information>It was written by them.</information>";
const SLOT = "ANSWER";
const ANSWER = `<answer>${SLOT}</answer>`;
const WAYS = [ANSWER, THINK + ANSWER, THINK + SEARCH + THINK + ANSWER, THINK + THINK + ANSWER, `${THINK}<search>who wrote it</search>${THINK}${ANSWER}`, `${THINK.repeat(9)}${ANSWER}`];
const GOLD = "The Beatles.";
/** The way that is seldom right. */
const LONG = 5;
const UPDATES = 60;
const STEP = 0.3;

type Score = (response: string) => number;

/** Mean form, and chance of a right answer, of the policy that the score teaches; and of the start. */
function taught(score: Score, { transcripts }: Setting, random: RandomStream, meter: Meter): { readonly form: number; readonly lost: number } {
  const chances = transcripts.map((_, way) => (way === LONG ? 0.1 : 0.4 + 0.05 * random.next()));
  const rewards = transcripts.map((text, way) => {
    meter.spend("queries", 2);
    return chances[way]! * score(text.replace(SLOT, "Beatles")) + (1 - chances[way]!) * score(text.replace(SLOT, "Stones"));
  });
  const policy = learnBandit(rewards, UPDATES, STEP, meter);
  return { form: expectation(policy, transcripts.map((text) => selfSearchFormat(text))), lost: Math.max(...chances) - expectation(policy, chances) };
}

/** The catalogue's fixtures: form and total of each. */
function fixtureError(method: typeof selfSearch): number {
  const total = (text: string, gold: string): number => method(text.replace(SLOT, GOLD), gold).score!;
  return Math.max(
    Math.abs(total(THINK + ANSWER, "beatles") - 0.95),
    Math.abs(total(THINK + SEARCH + THINK + ANSWER, "beatles") - 1),
    Math.abs(total(THINK + THINK + SEARCH + THINK + ANSWER, "stones") - 0.1 * (2 / 3)),
    ...[WAYS[4]!, WAYS[5]!, `<think> </think>${ANSWER}`, `${THINK}<tool>x</tool>${ANSWER}`, ANSWER].map((text) => Math.abs(total(text, "beatles") - 0.9)),
  );
}

function measure(score: Score, method: typeof selfSearch, setting: Setting, random: RandomStream, meter: Meter): Record<"form" | "fixtureError" | "lostBeyond", number> {
  const { form, lost } = taught(score, setting, random, meter);
  return { form, fixtureError: fixtureError(method), lostBeyond: Math.max(0, lost - 0.05) };
}

const flat = tags.with({ tags: ["think", "answer"], openedByPrompt: false });

export const reproduction: Reproduction = reproduce({
  system: "s127",
  level: "mechanism",
  uses: [selfSearch],
  claim: {
    text: "Nine parts of exact match and one part of graded form teach better formed self-search than exact match alone and than a flat check of tags, at no more than 0.05 of right answers; the fixtures of form and total come out.",
    source: "Fan et al. 2025, arXiv:2508.10874; catalogue row s127",
    measures: { form: { direction: "higher", margin: 0.1 }, fixtureError: { within: 1e-12 }, lostBeyond: { within: 0 } },
    limits: "Six transcripts by hand, exact expectations; that self-written passages help to answer is not shown. The loss mask is a function beside the reward and is held by its tests.",
  },
  setting: { transcripts: WAYS },
  run([method], { setting, random, meter }) {
    return measure((text) => method(text, GOLD).score!, method, setting, random, meter);
  },
  controls: {
    ablation: {
      text: "form off: exact match of the last answer",
      methods: [replaceVerifier(selfSearch, (reference, options) => selfSearch.run(reference, { ...options, formatWeight: 0 }))],
    },
    rival: {
      text: "the same weights with a flat check: think and answer, once each",
      methods: [
        replaceVerifier(selfSearch, (reference) => {
          const exact = tokenF1.with({ metric: "exact", extract: "only-tag" }).prepare(reference);
          return (response) => {
            const right = exact(response).score;
            if (right === null) return invalid("no-answer", "no answer");
            const score = 0.9 * right + 0.1 * flat(response).score!;
            return right === 1 ? correct("right", "right", undefined, score) : incorrect("wrong", "wrong", undefined, score);
          };
        }),
      ],
    },
  },
  shouldNotHelp: { text: "six ways to write the same transcript", setting: { transcripts: WAYS.map(() => WAYS[2]!) } },
});
