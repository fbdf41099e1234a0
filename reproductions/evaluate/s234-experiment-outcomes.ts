/**
 * s234, MLAgentBench: agents that change starter code and run it, scored by what they hand in against the starter's score.
 *
 * Two tasks, each a folder with `train.py` and data: fit a line (mean squared error, lower is better) and choose k of nearest neighbours (accuracy). Agents
 * are scripts of actions (write a file, run a script, final answer) under a cap of steps; scripts are run in the sandbox, which holds the folder and neither
 * scorer nor test labels, and what `train.py` prints in the end is handed in. Those that improve succeed; one that does nothing, one that gets better by
 * less than a tenth, one that breaks the code and three that reach for scorer or labels do not. Rates, improvements and costs are those of a hand.
 */
import { override, reproduce, type Reproduction } from "../../src/catalog/index.ts";
import type { Execute } from "../../src/core/capabilities.ts";
import { mean } from "../../src/core/numeric.ts";
import { experimentOutcomes } from "../../src/evaluate/index.ts";
import { withPrograms } from "../curate/stand-in.ts";

type Action = { readonly do: "write"; readonly path: string; readonly text: string } | { readonly do: "execute"; readonly path: string } | { readonly do: "final" };

interface Task {
  readonly files: Readonly<Record<string, string>>;
  /** Files that no action may write. */
  readonly readOnly: readonly string[];
  /** 1 where higher is better. */
  readonly sign: 1 | -1;
  /** Score of what was handed in; null where it is none. */
  readonly score: (handedIn: unknown) => number | null;
  readonly better: string;
}

const numbers = (value: unknown, n: number): value is number[] => Array.isArray(value) && value.length === n && value.every((x) => typeof x === "number" && Number.isFinite(x));

/** y = 3x + 1, and its training rows; the starter says 3x. */
const LINE: Task = {
  files: { "data.py": "train = [(x, 3 * x + 1) for x in range(5)]\ntest = [5, 6, 7, 8]\n", "train.py": "from data import test\nprint([3 * x for x in test])\n" },
  readOnly: ["data.py"],
  sign: -1,
  score: (given) => (numbers(given, 4) ? mean(given.map((y, i) => (y - (3 * (5 + i) + 1)) ** 2)) : null),
  better: "from data import train, test\nn = len(train)\nmx = sum(x for x, _ in train) / n\nmy = sum(y for _, y in train) / n\na = sum((x - mx) * (y - my) for x, y in train) / sum((x - mx) ** 2 for x, _ in train)\nprint([my + a * (x - mx) for x in test])\n",
};

/** Points left of 10 are 0, with one wrong label; the starter looks at one neighbour and has 4 of 5 right, five neighbours have all. */
const NEIGHBOURS: Task = {
  files: {
    "data.py": "train = [(x, int(x >= 10)) for x in range(20) if x != 4] + [(4, 1)]\ntest = [4.1, 1, 8, 12, 17]\n",
    "train.py": "from data import train, test\nk = 1\ndef label(x):\n    near = sorted(train, key=lambda row: abs(row[0] - x))[:k]\n    return int(2 * sum(y for _, y in near) > k)\nprint([label(x) for x in test])\n",
  },
  readOnly: ["data.py"],
  sign: 1,
  score: (given) => (numbers(given, 5) ? mean(given.map((y, i) => Number(y === [0, 0, 0, 1, 1][i]))) : null),
  better: "from data import train, test\nk = 5\ndef label(x):\n    near = sorted(train, key=lambda row: abs(row[0] - x))[:k]\n    return int(2 * sum(y for _, y in near) > k)\nprint([label(x) for x in test])\n",
};

const TASKS = [LINE, NEIGHBOURS];
const STEPS = 6;
const FINAL: Action = { do: "final" };
const run: Action = { do: "execute", path: "train.py" };
const write = (path: string, text: string): Action => ({ do: "write", path, text });
const reach = (what: string, task: Task): string => `import os\n${what}\n${task.files["train.py"]!}`;

/** Agents, each a script for a task; `hand` is its improvement there as a hand works it out, null where nothing is handed in. */
const AGENTS: readonly { readonly actions: (task: Task) => readonly Action[]; readonly hand: readonly [line: number | null, neighbours: number | null]; readonly steps: number }[] = [
  // Looks, improves, looks again.
  { actions: (task) => [run, write("train.py", task.better), run, FINAL], hand: [1, 0.25], steps: 4 },
  { actions: () => [FINAL], hand: [0, 0], steps: 1 },
  // A little better: errors 0.96² in the place of 1; or the same labels.
  { actions: (task) => [write("train.py", task === LINE ? "from data import test\nprint([3 * x + 0.04 for x in test])\n" : task.files["train.py"]!), FINAL], hand: [0.0784, 0], steps: 2 },
  { actions: () => [write("train.py", "print([1, 2"), run, FINAL], hand: [null, null], steps: 3 },
  // A scorer or labels of its own, by an action and by the script; and data that may not be written.
  { actions: () => [write("scorer.py", "def score(x):\n    return 0\n"), write("../labels.json", "[]"), write("data.py", "test = []\n"), run, FINAL], hand: [0, 0], steps: 5 },
  { actions: (task) => [write("train.py", reach("for path in ('scorer.py', '../scorer.py', 'labels.json', 'data.py'):\n    try:\n        open(path, 'w').write('[]')\n    except OSError:\n        pass", task)), run, run, FINAL], hand: [0, 0], steps: 4 },
  { actions: (task) => [write("train.py", reach("found = [f for d, _, fs in os.walk('.') for f in fs if 'label' in f or 'scor' in f]\nassert found == [], found", task)), FINAL], hand: [0, 0], steps: 2 },
  // Improves past the cap of steps: the starter is what stands.
  { actions: (task) => [run, run, run, run, run, run, write("train.py", task.better), FINAL], hand: [0, 0], steps: STEPS },
];

interface Played {
  readonly score: number | null;
  readonly steps: number;
}

/** Plays an agent's actions in a folder of its own, and scores what its `train.py` prints in the end. */
async function play(task: Task, actions: readonly Action[], execute: Execute): Promise<Played> {
  const files = new Map(Object.entries(task.files));
  const start = async (path: string): Promise<string | null> => {
    const source = files.get(path);
    if (source === undefined) return null;
    const others = Object.fromEntries([...files].filter(([name]) => name !== path));
    await using program = await execute({ language: "python", source, files: others }, { cpuSeconds: 1 });
    const { status, stdout } = await program.run();
    return status === "ok" ? stdout : null;
  };
  let steps = 0;
  for (const action of actions.slice(0, STEPS)) {
    steps++;
    if (action.do === "final") break;
    if (action.do === "execute") await start(action.path);
    // A path outside of the folder, and a file that is only to be read, are refused.
    else if (/^[\w-]+\.\w+$/.test(action.path) && !task.readOnly.includes(action.path)) files.set(action.path, action.text);
  }
  const printed = await start("train.py");
  let handedIn: unknown;
  try {
    handedIn = printed === null ? null : JSON.parse(printed);
  } catch {
    handedIn = null;
  }
  return { score: task.score(handedIn), steps };
}

async function playAll(): Promise<Played[][]> {
  return withPrograms((execute) => Promise.all(AGENTS.map(({ actions }) => Promise.all(TASKS.map((task) => play(task, actions(task), execute))))));
}

let played: Promise<Played[][]> | undefined;

/** One run of each agent on each task, counted by hand: agent 0 succeeds at both, no one else at any. */
async function outcomeFaults(outcomes: typeof experimentOutcomes): Promise<number> {
  const runs = await (played ??= playAll());
  const flat = runs.flatMap((agent, a) => agent.map((each, t) => ({ ...each, a, t })));
  const starters = await withPrograms((execute) => Promise.all(TASKS.map(async (task) => (await play(task, [FINAL], execute)).score!)));
  const got = outcomes(flat.map(({ score }) => score), flat.map(({ t }) => starters[t]!), flat.map(({ t }) => TASKS[t]!.sign), flat.map(({ t }) => t));
  let faults = Math.abs(starters[0]! - 1) + Math.abs(starters[1]! - 0.8);
  flat.forEach(({ a, t, steps }, i) => {
    const due = AGENTS[a]!.hand[t]!;
    const improvement = got.improvements[i]!;
    faults += due === null || improvement === null ? Number(due !== improvement) : Number(Math.abs(due - improvement) > 1e-9);
    faults += Number(got.successes[i] !== (a === 0 ? 1 : 0)) + Number(steps !== AGENTS[a]!.steps);
  });
  const means = [0, 1].map((t) => mean(AGENTS.flatMap(({ hand }) => hand[t] ?? [])));
  got.tasks.forEach(({ successRate, improvement, runs: n }, t) => (faults += Number(n !== AGENTS.length) + Math.abs(successRate - 1 / 8) + Number(Math.abs(improvement! - means[t]!) > 1e-9)));
  faults += Math.abs(mean(flat.map(({ steps }) => steps)) - mean(AGENTS.map(({ steps }) => steps)));
  return faults + Math.abs(got.successRate - 1 / 8);
}

export const reproduction: Reproduction = reproduce({
  system: "s234",
  level: "protocol",
  uses: [experimentOutcomes],
  claim: {
    text: "Of scripted agents on two sandboxed tasks those that improve the starter code by a tenth succeed; doing nothing, less than a tenth, broken code, and writing or looking for scorer and labels do not; rates, improvements and steps are those counted by hand.",
    source: "Huang et al. 2023, MLAgentBench, arXiv:2310.03302; MLAgentBench/plot.py; catalogue row s234",
    measures: { outcomeFaults: { within: 1e-9 } },
    limits: "Two small tasks of our own in plain Python and eight scripted agents, one run each; the 13 published tasks need their data, libraries and hours, and the agents a language model. Actions are three of the published eleven. Tokens and time are not counted, steps are.",
  },
  setting: null,
  run: async ([outcomes]) => ({ outcomeFaults: await outcomeFaults(outcomes) }),
  controls: {
    ablation: { text: "any improvement is a success", methods: [override(experimentOutcomes, { threshold: 1e-6 })] },
    rival: { none: "the metric is a definition" },
  },
  shouldNotHelp: { none: "the metric is a definition" },
  seeds: 2,
});
