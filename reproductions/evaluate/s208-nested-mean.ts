/**
 * s208, LiveBench: questions with release dates and objective answers, scored by rules of their task, averaged in three levels.
 *
 * Fixture rows in the published layout (`question_id`, `category`, `task`, `ground_truth`, `turns`, `livebench_release_date`, `livebench_removal_date`).
 * Scorers by task: mathematics, choices, plots unscrambled by edit distance, groups of words, instructions, joined tables by F1, truth-tellers. Scores, the three-level
 * mean and the rows in a release's window equal what a hand counts.
 */
import { reproduce, type Reproduction } from "../../src/catalog/index.ts";
import { nestedMean } from "../../src/evaluate/index.ts";
import { choice, editDistance, exact, instructionConstraints, math } from "../../src/verify/index.ts";
import { replaceVerifier } from "../verify/stand-in.ts";

interface Row {
  readonly question_id: string;
  readonly category: string;
  readonly task: string;
  readonly ground_truth: string;
  readonly turns: readonly string[];
  readonly livebench_release_date: string;
  /** Empty while the question is in use. */
  readonly livebench_removal_date: string;
  /** Of instructions, as published. */
  readonly instruction_id_list?: readonly string[];
  readonly kwargs?: readonly object[];
}

interface Scorers {
  readonly maths: typeof math;
  readonly letter: typeof choice;
  readonly order: typeof editDistance;
  readonly instructions: typeof instructionConstraints;
  readonly text: typeof exact;
}

const row = (question_id: string, category: string, task: string, ground_truth: string, dates: readonly [string, string], more: Partial<Row> = {}): Row => ({ question_id, category, task, ground_truth, turns: ["?"], livebench_release_date: dates[0], livebench_removal_date: dates[1], ...more });

const [JUNE, AUGUST, NOVEMBER] = ["2024-06-24", "2024-08-31", "2024-11-25"];

/** Each row with a model's answer, and the score a hand gives it. */
const GRADED: readonly (readonly [Row, string, number])[] = [
  [row("m1", "math", "AMPS_Hard", "\\frac{3}{2}", [JUNE, ""]), "so \\boxed{1.5}", 1],
  [row("m2", "math", "AMPS_Hard", "x^2-1", [JUNE, ""]), "\\boxed{(x-1)^2}", 0],
  [row("m3", "math", "math_comp", "C", [AUGUST, ""]), "The answer is (C).", 1],
  [row("m4", "math", "math_comp", "D", [JUNE, AUGUST]), "The answer is (B).", 0],
  [row("l1", "language", "plot_unscrambling", "Ann leaves. Bob stays. Rain falls. All sleep.", [JUNE, ""]), "<PLOT_SUMMARY>Ann leaves. Rain falls. Bob stays. All sleep.", 0.5],
  [row("l2", "language", "plot_unscrambling", "One. Two. Three.", [NOVEMBER, ""]), "One. Two. Three.", 1],
  [row("c1", "language", "connections", "a,b,c,d,e,f,g,h,i,j,k,l", [NOVEMBER, ""]), "<solution>d,c,b,a,e,f,g,i,h,j,k,l</solution>", 1 / 3],
  [row("i1", "instruction_following", "summarize", "", [JUNE, ""], { instruction_id_list: ["punctuation:no_comma", "startend:end_checker"], kwargs: [{}, { end_phrase: "the end" }] }), "Commas, here, the end", 0.25],
  [row("i2", "instruction_following", "summarize", "", [JUNE, ""], { instruction_id_list: ["punctuation:no_comma"], kwargs: [{}] }), "None here", 1],
  [row("d1", "data_analysis", "tablejoin", '{"id": "key", "name": "title"}', [JUNE, ""]), '{"id": "key", "name": "label"}', 0.5],
  [row("d2", "data_analysis", "tablejoin", '{"id": "key", "name": "title"}', [JUNE, ""]), '{"id": "key"}', 0.67],
  [row("w1", "reasoning", "web_of_lies_v2", "yes, no, yes", [JUNE, ""]), "so \\boxed{yes, no, yes}", 1],
];

/** F1 of the pairs of columns that a join names, to two digits as published. */
function joinScore(said: string, truth: string): number {
  const [a, b] = [JSON.parse(said) as Record<string, string>, JSON.parse(truth) as Record<string, string>];
  const hits = Object.entries(a).filter(([column, other]) => b[column] === other).length;
  return Math.round((200 * hits) / (Object.keys(a).length + Object.keys(b).length)) / 100;
}

const sentences = (text: string): string[] => text.replace("<PLOT_SUMMARY>", "").split(".").map((each) => each.trim()).filter((each) => each !== "");

/** The score of an answer by the rule of its task. */
function scoreOf({ maths, letter, order, instructions, text }: Scorers, { task, ground_truth, instruction_id_list, kwargs }: Row, answer: string): number {
  switch (task) {
    case "AMPS_Hard":
      return maths(answer, ground_truth).score ?? -1;
    case "math_comp":
      return letter(answer, ground_truth).score ?? -1;
    case "web_of_lies_v2":
      return text(answer, ground_truth, { extract: "last-box" }).score ?? -1;
    case "plot_unscrambling": {
      // One less the edits between the order of the sentences and theirs in the answer, over their number.
      const [due, said] = [sentences(ground_truth), sentences(answer)];
      return order(due.map((each) => said.indexOf(each)).join(" "), due.map((_, i) => i).join(" "), { unit: "words", denominator: "reference" }).score ?? -1;
    }
    case "connections": {
      const groups = (words: string): string[] => Array.from({ length: words.split(",").length / 4 }, (_, g) => words.split(",").slice(4 * g, 4 * g + 4).toSorted().join(","));
      const due = groups(ground_truth);
      return groups(answer.replaceAll(/<\/?solution>/g, "")).filter((group) => due.includes(group)).length / due.length;
    }
    case "tablejoin":
      return joinScore(answer, ground_truth);
    default: {
      const reference = { instruction_id_list: instruction_id_list!, kwargs: kwargs! } as never;
      return ((instructions(answer, reference).score ?? -1) + (instructions(answer, reference, { partial: "share" }).score ?? -1)) / 2;
    }
  }
}

/** Questions in use at a release: out by then, and not removed by then. */
function inRelease(rows: readonly Row[], release: string): string[] {
  return rows.filter((each) => each.livebench_release_date <= release && (each.livebench_removal_date === "" || each.livebench_removal_date > release)).map(({ question_id }) => question_id);
}

function scoreError(scorers: Scorers): number {
  return Math.max(...GRADED.map(([each, answer, due]) => Math.abs(scoreOf(scorers, each, answer) - due)));
}

/** By hand: mathematics ½ and ½; language ¾ and ⅓; instructions ⅝; data .585; reasoning 1. And who is in which release. */
function meanError(means: typeof nestedMean): number {
  const { mean, parts } = means(GRADED.map(([, , due]) => due), GRADED.map(([{ category, task }]) => [category, task]));
  const rows = GRADED.map(([each]) => each);
  const windows: readonly (readonly [string, string])[] = [[JUNE, "m1 m2 m4 l1 i1 i2 d1 d2 w1"], [AUGUST, "m1 m2 m3 l1 i1 i2 d1 d2 w1"], [NOVEMBER, "m1 m2 m3 l1 l2 c1 i1 i2 d1 d2 w1"]];
  const outside = windows.filter(([release, due]) => inRelease(rows, release).join(" ") !== due).length;
  // Of the November release: AMPS ½, competition 1, so ¾.
  const november = GRADED.filter(([{ question_id }]) => inRelease(rows, NOVEMBER).includes(question_id));
  const latest = means(november.map(([, , due]) => due), november.map(([{ category, task }]) => [category, task]));
  const rest = 13 / 24 + 0.625 + 0.585 + 1;
  return Math.max(Math.abs(mean - (0.5 + rest) / 5), Math.abs(parts[1]!.mean - 13 / 24), Math.abs(latest.parts[0]!.mean - 0.75), Math.abs(latest.mean - (0.75 + rest) / 5), outside);
}

export const reproduction: Reproduction = reproduce({
  system: "s208",
  level: "protocol",
  uses: [nestedMean, math, choice, editDistance, instructionConstraints, exact],
  claim: {
    text: "Rows in the published layout are scored by the rules of their tasks as a hand does; the mean over questions, tasks and categories, and the rows of a release's window, are as published.",
    source: "White et al. 2024, LiveBench, arXiv:2406.19314; catalogue row s208",
    measures: { scoreError: { within: 1e-12 }, meanError: { within: 1e-12 } },
    limits: "Twelve rows of ours for seven of the eighteen tasks, with the rules of their released scorers; code, which runs tests in a sandbox, and the other puzzles are left out. Sentences of a plot are matched exactly, where the release takes the nearest. The published scorers parse answers by rules of their own for each task; here answers stand in the forms our verifiers read.",
  },
  setting: null,
  run([means, maths, letter, order, instructions, text]) {
    return { scoreError: scoreError({ maths, letter, order, instructions, text }), meanError: meanError(means) };
  },
  controls: {
    ablation: {
      text: "all questions with one weight; edits over both texts",
      methods: [
        Object.assign((scores: ArrayLike<number>, labels: ArrayLike<readonly string[]>) => {
          const all = nestedMean(scores, labels);
          return { ...all, mean: all.flat };
        }, { record: nestedMean.record }) as unknown as typeof nestedMean,
        math,
        choice,
        replaceVerifier(editDistance, (reference, options) => editDistance.prepare(reference, { ...options, denominator: "sum" })),
        instructionConstraints,
        exact,
      ],
    },
    rival: { none: "the scores are definitions" },
  },
  shouldNotHelp: { none: "the scores are definitions" },
  seeds: 2,
});
