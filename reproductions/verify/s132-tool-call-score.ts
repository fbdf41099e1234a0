/**
 * s132, ToolRL: tool-call rewards that pay names, argument names and values each in part teach exact calls sooner than all-or-nothing.
 *
 * Setting: a policy writes one call by seven decisions: which of four tools, whether each of three arguments is given, and one of four values
 * for each. One of 2,048 combinations is the right call. Groups of four, as in the paper, advantages of the group, steps of equal length.
 * Measured: the exact chance of the right call, over the learning curve.
 *
 * Where it should not help: only the tool is to be chosen, and the call has no arguments. There is nothing to pay in part.
 */
import { override, replace, reproduce, type Reproduction } from "../../src/catalog/index.ts";
import { mean, softmax } from "../../src/core/numeric.ts";
import type { RandomStream } from "../../src/core/random.ts";
import { groupRelative } from "../../src/credit/index.ts";
import { ascendTurnPolicy, playEpisodes, turnGradient, turnPolicy, type Meter, type TurnPolicy, type TurnTask } from "../../src/lab/index.ts";
import { toolCallScore, type Call } from "../../src/verify/index.ts";

interface Setting {
  /** Arguments of the right call. */
  readonly keys: readonly string[];
}

const TOOLS = 4;
const VALUES = 4;
const GROUP = 4;
const UPDATES = 120;
const STEP = 0.6;
const CURVES = 6;

/** Decisions: the tool; then for each argument, given or not, and its value. Every decision is a state of its own. */
function task({ keys }: Setting): TurnTask {
  const states = 1 + 2 * keys.length;
  return { states, actions: TOOLS, turns: states, unfinished: 0, turn: (state) => ({ next: state + 1 < states ? state + 1 : null, signal: 0, outcome: 0 }) };
}

/** The call that decisions write; of four actions, two give an argument. */
function callOf(actions: readonly number[], keys: readonly string[]): Call {
  const given = keys.flatMap((key, k) => (actions[1 + 2 * k]! < 2 ? [[key, actions[2 + 2 * k]! % VALUES] as const] : []));
  return { name: `tool${actions[0]}`, arguments: Object.fromEntries(given) };
}

function rightCall({ keys }: Setting): Call {
  return { name: "tool1", arguments: Object.fromEntries(keys.map((key, k) => [key, k])) };
}

/** The exact chance that the policy writes the right call. */
function chance(policy: TurnPolicy, { keys }: Setting): number {
  const choices = policy.map((logits) => softmax(logits));
  return keys.reduce((p, _, k) => p * (choices[1 + 2 * k]![0]! + choices[1 + 2 * k]![1]!) * choices[2 + 2 * k]![k]!, choices[0]![1]!);
}

function learn(score: typeof toolCallScore, setting: Setting, random: RandomStream, meter: Meter): number {
  const of = task(setting);
  const right = [rightCall(setting)];
  let policy = turnPolicy(of);
  const curve: number[] = [];
  for (let update = 0; update < UPDATES; update++) {
    const episodes = playEpisodes(of, policy, GROUP, random.split("group", update), meter);
    const advantages = groupRelative(episodes.map(({ actions }) => score(right, [callOf(actions, setting.keys)])));
    policy = ascendTurnPolicy(policy, turnGradient(policy, episodes, episodes.map(({ actions }, i) => actions.map(() => advantages[i]!))), STEP, meter);
    curve.push(chance(policy, setting));
  }
  return mean(curve);
}

/** Hand scores of the catalogue row. */
function handError(score: typeof toolCallScore): number {
  const gold: Call = { name: "f", arguments: { a: 1, b: 2 } };
  const other: Call = { name: "g", arguments: { c: 1 } };
  const cases: readonly (readonly [got: number, due: number])[] = [
    [score([gold], [{ name: "f", arguments: { a: 1 } }]), 0.75],
    [score([gold], [gold]), 3],
    [score([gold], [{ ...gold, name: "g" }]), -3],
    [score([gold, other], [other, gold]), 3],
    [score([gold], [gold, other]), 2.25],
  ];
  return Math.max(...cases.map(([got, due]) => Math.abs(got - due)));
}

export const reproduction: Reproduction = reproduce({
  system: "s132",
  level: "mechanism",
  uses: [toolCallScore],
  claim: {
    text: "Paying tool names, argument names and values each in part, groups of four learn the exact call sooner than when only exact calls are paid, or names and whole calls; the published hand scores are met.",
    source: "Qian et al. 2025, arXiv:2504.13958; catalogue row s132",
    measures: { exactCalls: { direction: "higher", margin: 0.1 }, handError: { within: 1e-12 } },
    limits: "One call of one turn, and decisions that the policy makes independently: what the argument values cost to find is equal for all arms. All-or-nothing learns too, where the right call is not rare at the start. The rivals are the published ablations; that this form of partial pay is the best is not shown: on development seeds a plain count of the right name and the right pairs of argument and value teaches the call sooner (0.646 against 0.592).",
  },
  setting: { keys: ["a", "b", "c"] },
  run([score], { setting, random, meter }) {
    return { exactCalls: mean(Array.from({ length: CURVES }, (_, k) => learn(score, setting, random.split("curve", k), meter))), handError: handError(score) };
  },
  controls: {
    ablation: { text: "coarse: all or nothing", methods: [override(toolCallScore, { grain: "coarse" })] },
    rival: { text: "intermediate: names and whole calls, the published ablation between the two", methods: [override(toolCallScore, { grain: "intermediate" })] },
    replacements: {
      "verify/tool-call-score": { text: "names alone", method: replace(toolCallScore, (right, made) => (right.length === made.length && right.every(({ name }, i) => name === made[i]!.name) ? 3 : -3)) },
    },
  },
  shouldNotHelp: { text: "a tool without arguments: only its name is to be found", setting: { keys: [] } },
});
