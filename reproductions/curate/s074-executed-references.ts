/**
 * s074, Loong: questions whose answer is what their program prints, and answers of a solver graded against it.
 *
 * Rows in the published layout (`question`, `rationale`, `final_answer`, `metadata`) are run in the sandbox: those whose program prints the stored answer
 * stay, numbers and sets as values. Synthetic questions come with a program only; those that crash, do not end, print nothing or are no program go. Against
 * what is kept, equivalent answers are right and others wrong.
 */
import { reproduce, type Reproduction } from "../../src/catalog/index.ts";
import { executedReferences, readExecutedRows, type DroppedRow, type ExecutedRow } from "../../src/curate/index.ts";
import { math } from "../../src/verify/index.ts";
import { replaceProcedure, resultOf, withPrograms } from "./stand-in.ts";

const metadata = { license: "Apache-2.0", source: "ours", domain: "mathematics", name: "fixture", contributor: "ours", date_created: "2026-11-21", required_dependencies: [] as string[] };
const row = (question: string, rationale: string, final_answer: string): object => ({ question, rationale, final_answer, metadata });

/** A seed file. The last three rows are stored with another answer than their program prints. */
const SEEDS = JSON.stringify([
  row("Mean of 1, 2, 3, 4, 5 times their median?", "from statistics import mean, median\ndata = [1, 2, 3, 4, 5]\nprint(mean(data) * median(data))", "9.0"),
  row("Probability that two dice sum to at least 8?", "from fractions import Fraction\nprint(Fraction(sum(a + b >= 8 for a in range(1, 7) for b in range(1, 7)), 36))", "5/12"),
  row("Chance of an even die?", "print(sum(i % 2 == 0 for i in range(1, 7)) / 6)", "0.5"),
  row("Degrees of the path 0-1-2?", "d = {}\nfor a, b in [(0, 1), (1, 2)]:\n    d[a] = d.get(a, 0) + 1.0\n    d[b] = d.get(b, 0) + 1.0\nprint(d)", "{0: 1.00, 1: 2.00, 2: 1.00}"),
  row("Edges of the triangle 0-1-2?", "print({(a, b) for a in range(3) for b in range(a + 1, 3)})", "{(1, 2), (0, 1), (0, 2)}"),
  row("√2 to 6 digits?", "import math\nprint(round(math.sqrt(2), 6))", "1.4142136"),
  row("7!?", "import math\nprint(math.factorial(7))", "720"),
  row("Primes below 10?", "print([n for n in range(2, 10) if all(n % k for k in range(2, n))])", "[2, 3, 5, 7, 9]"),
  row("The vertices of a triangle, in order?", "print([0, 1, 2])", "[2, 1, 0]"),
]);

/** What becomes of them, and of the synthetic ones below. */
const FATES: readonly (DroppedRow | "kept")[] = ["kept", "kept", "kept", "kept", "kept", "kept", "answer-differs", "answer-differs", "answer-differs", "kept", "runtime-error", "time", "no-output", "compile-error", "runtime-error"];

const SYNTHETIC: readonly string[] = ["print(sum(range(11)))", "print(1 / 0)", "while True:\n    pass", "answer = 42", "prnt(42", "import sys\nprint(41)\nsys.exit(3)"];

/** Answers to kept rows by place, and whether they are right. */
const ANSWERS: readonly (readonly [index: number, answer: string, right: boolean])[] = [
  [0, "9", true],
  [0, "\\frac{18}{2}", true],
  [0, "15", false],
  [1, "\\frac{15}{36}", true],
  [1, "0.41", false],
  [2, "\\frac{1}{2}", true],
  [2, "0.5", true],
  [2, "50\\%", true],
  [2, "2", false],
  [9, "55", true],
  [9, "5.5 \\times 10^1", true],
  [9, "45", false],
];

interface Methods {
  readonly curate: typeof executedReferences;
  readonly check: typeof math;
}

async function measure({ curate, check }: Methods): Promise<{ fateFaults: number; gradeFaults: number }> {
  const rows: ExecutedRow[] = [...readExecutedRows(SEEDS), ...SYNTHETIC.map((rationale) => ({ question: "A new one?", rationale, finalAnswer: null }))];
  return withPrograms(async (execute) => {
    const fates: string[] = [];
    const run = curate({ rows, execute }, { cpuSeconds: 0.5 });
    let step = await run.next();
    for (; step.done !== true; step = await run.next()) fates.push(step.value.kind === "kept" ? "kept" : step.value.why);
    const { kept } = step.value;
    const gradeFaults = ANSWERS.filter(([index, answer, right]) => {
      const reference = kept.find((each) => each.index === index);
      return reference === undefined || check(`So it is \\boxed{${answer}}.`, reference.answer).score !== Number(right);
    }).length;
    return { fateFaults: FATES.filter((fate, i) => fates[i] !== fate).length + (fates.length === FATES.length ? 0 : 1), gradeFaults };
  });
}

/** Whatever ran or not is kept with what it printed. */
const unchecked = replaceProcedure(executedReferences, async function* (input, options) {
  const { kept } = await resultOf(executedReferences({ ...input, rows: input.rows.map((each) => ({ ...each, finalAnswer: null })) }, options));
  const all = input.rows.map(({ question }, index) => kept.find((each) => each.index === index) ?? { index, question, answer: "" });
  for (const reference of all) yield { kind: "kept" as const, reference };
  return { kept: all, dropped: { "runtime-error": 0, time: 0, memory: 0, output: 0, "compile-error": 0, "no-output": 0, "answer-differs": 0 } };
});

/** Runs what runs, and takes a printed answer for the stored one whatever it is. */
const uncompared = replaceProcedure(executedReferences, (input, options) => executedReferences({ ...input, rows: input.rows.map((each) => ({ ...each, finalAnswer: null })) }, options));

export const reproduction: Reproduction = reproduce({
  system: "s074",
  level: "protocol",
  uses: [executedReferences, math],
  claim: {
    text: "Rows in the published layout are kept where their program prints the stored answer as a value; programs that crash, run on, print nothing or are none are dropped for that reason; answers equivalent to what was executed are right and others wrong.",
    source: "Huang et al. 2025, Loong, arXiv:2509.03059; camel-ai/loong; catalogue row s074",
    measures: { fateFaults: { within: 0 }, gradeFaults: { within: 0 } },
    limits:
      "Nine rows of ours in the published layout and six synthetic programs; questions and programs of synthetic triples are not written by a language model, and difficulty and diversity of what is written are not measured. With the repository at hand (f8015bc), the loader reads the 4,012 rows of its eight complete seed files, and of the 410 whose programs print and import nothing outside Python's library all print the stored answer; the repository's own record of an execution, for 120 of these, says the same of each. Its four largest files are stored elsewhere.",
  },
  setting: null,
  run: ([curate, check]) => measure({ curate, check }),
  controls: {
    ablation: { text: "nothing is checked: every row is kept with what it printed", methods: [unchecked, math] },
    rival: { none: "the loader and the checks are definitions" },
    replacements: { [executedReferences.record.id]: { text: "stored answers are not compared", method: uncompared } },
  },
  shouldNotHelp: { none: "the loader and the checks are definitions" },
  seeds: 2,
});
