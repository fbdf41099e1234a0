/**
 * s213, InfinityMATH: problems with their numbers masked, programs that do not depend on the numbers, and problems without end.
 *
 * Five word problems, each with a Python function of its numbers, run in the sandbox: masking is undone by filling, the function gives the
 * reference on the original numbers, and 100 variants a problem have numbers of their own and answers that the worked-out formula gives, which `verify/number`
 * takes from a response and the original's answer not. Programs that hold a number as a constant, that are wrong or that crash are refused; draws on which
 * a program does not end are dropped.
 */
import { reproduce, type Reproduction } from "../../src/catalog/index.ts";
import type { RandomStream } from "../../src/core/random.ts";
import { fillNumbers, maskNumbers, programCalls, programVariants, type BatchSolution, type ProgramVariantsResult, type RefusedProgram } from "../../src/curate/index.ts";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.ts";
import { number } from "../../src/verify/index.ts";
import { replaceProcedure, resultOf } from "./stand-in.ts";

interface Problem {
  readonly text: string;
  readonly answer: number;
  readonly source: string;
  /** The answer as a hand works it out. */
  readonly formula: (...x: number[]) => number;
}

const PROBLEMS: readonly Problem[] = [
  { text: "Ana buys 4 pens at $1.50 each and pays with $20. How much is left?", answer: 14, source: "def solution(pens, price, paid):\n    # what is paid less the cost\n    return paid - pens * price", formula: (a, b, c) => c! - a! * b! },
  { text: "A train drives 120 km in 2 hours, then 90 km in 1.5 hours. What is its mean speed?", answer: 60, source: "def solution(first, hours, second, more):\n    return (first + second) / (hours + more)", formula: (a, b, c, d) => (a! + c!) / (b! + d!) },
  { text: "A loan of $1,200 grows by 5% a year for 3 years. What is owed?", answer: 1389.15, source: "def solution(loan, rate, years):\n    for _ in range(int(years)):\n        loan *= 1 + rate / 100\n    return loan", formula: (a, b, c) => a! * (1 + b! / 100) ** c! },
  { text: "How many of the whole numbers from 10 to 60 are divisible by 4 or by 6?", answer: 17, source: "def solution(low, high, a, b):\n    return sum(1 for n in range(int(low), int(high) + 1) if n % int(a) == 0 or n % int(b) == 0)", formula: (low, high, a, b) => Array.from({ length: Math.max(0, high! - low! + 1) }, (_, i) => low! + i).filter((n) => n % a! === 0 || n % b! === 0).length },
  { text: "A garden of 12 m by 8 m has a path of 1 m on all sides outside. What is the path's area?", answer: 44, source: "def solution(length, width, path):\n    return (length + 2 * path) * (width + 2 * path) - length * width", formula: (a, b, c) => (a! + 2 * c!) * (b! + 2 * c!) - a! * b! },
];

/** Programs that must be refused, for the first problem: the price as a constant, the number of pens unused, wrong, and one that crashes. */
const BAD: readonly (readonly [source: string, refused: RefusedProgram])[] = [
  ["def solution(pens, price, paid):\n    return paid - pens * 1.5", "number-unused"],
  ["def solution(pens, price, paid):\n    return paid - 4 * price", "number-unused"],
  ["def solution(pens, price, paid):\n    return paid + pens * price", "another-answer"],
  ["def solution(pens, price, paid):\n    return paid / (pens - pens)", "fails"],
];

/** Right on the original, and without end where the number of pens is a multiple of 7. */
const ENDLESS = "def solution(pens, price, paid):\n    while pens % 7 == 0:\n        pass\n    return paid - pens * price";

const VARIANTS = 100;
const asked = new Map<string, Awaited<ReturnType<BatchSolution>>>();

/** Programs asked in a sandbox; each question once in this process, however many arms ask. */
async function withSandbox<T>(use: (program: (source: string) => BatchSolution) => Promise<T>): Promise<T> {
  let sandbox: Promise<Sandbox> | null = null;
  try {
    return await use((source) => async (inputs) => {
      const key = JSON.stringify([source, inputs]);
      let outputs = asked.get(key);
      if (outputs === undefined) {
        sandbox ??= createSandbox();
        outputs = await programCalls((await sandbox).execute, { language: "python", source }, { name: "solution", cpuSeconds: 0.3 })(inputs);
        asked.set(key, outputs);
      }
      return outputs;
    });
  } finally {
    await (await (sandbox as Promise<Sandbox> | null))?.close();
  }
}

/** What is wrong with a problem's variants: none, too few, numbers twice, an answer that is not the formula's, or a check that takes the original's. */
function variantFaults({ text, answer, formula }: Problem, { refused, variants }: ProgramVariantsResult, check: typeof number): number {
  let faults = refused === null && variants.length === VARIANTS ? 0 : 1;
  if (new Set(variants.map(({ numbers }) => numbers.join(" "))).size !== variants.length) faults++;
  const { template } = maskNumbers(text);
  for (const variant of variants) {
    if (maskNumbers(variant.problem).template !== template) faults++;
    if (!(Math.abs(variant.answer - formula(...variant.numbers)) <= 1e-9 * Math.max(1, Math.abs(variant.answer)))) faults++;
    const graded = (said: number): number | null => check(`So it is \\boxed{${said.toFixed(6)}}.`, variant.answer, { absolute: 1e-5 }).score;
    if (graded(variant.answer) !== 1 || (Math.abs(answer - variant.answer) > 1e-3 && graded(answer) !== 0)) faults++;
  }
  return faults;
}

async function measure(vary: typeof programVariants, check: typeof number, random: RandomStream): Promise<{ maskFaults: number; variantFaults: number; refusalFaults: number }> {
  const seed = random.integer(1 << 20);
  return withSandbox(async (program) => {
    const made = await Promise.all(PROBLEMS.map(async ({ text, answer, source }) => resultOf(vary({ problem: text, answer, program: program(source) }, { count: VARIANTS, seed }))));
    const [first] = PROBLEMS as [Problem];
    const refused = await Promise.all(BAD.map(async ([source]) => (await resultOf(vary({ problem: first.text, answer: first.answer, program: program(source) }, { count: 5, seed }))).refused));
    const endless = await resultOf(vary({ problem: first.text, answer: first.answer, program: program(ENDLESS) }, { count: 8, attempts: 12, probes: 1, seed: 3 }));
    const restored = PROBLEMS.filter(({ text }) => fillNumbers(maskNumbers(text).template, maskNumbers(text).numbers) !== text).length;
    return {
      // Every problem's template is that of its variants, and filled again it is the problem.
      maskFaults: restored + made.filter(({ variants }, i) => variants.some(({ problem }) => maskNumbers(problem).template !== maskNumbers(PROBLEMS[i]!.text).template || problem === PROBLEMS[i]!.text)).length,
      variantFaults: made.reduce((sum, result, i) => sum + variantFaults(PROBLEMS[i]!, result, check), 0),
      refusalFaults: refused.filter((why, i) => why !== BAD[i]![1]).length + (endless.refused === null && endless.dropped.failed > 0 && endless.variants.every(({ numbers }) => numbers[0]! % 7 !== 0) ? 0 : 1),
    };
  });
}

/** The original numbers again, whatever the program; nothing is refused. */
const unvaried = replaceProcedure(programVariants, async function* ({ problem, answer }, { count }) {
  const numbers = maskNumbers(problem).numbers.map((text) => Number(text.replaceAll(",", "")));
  const variants = Array.from({ length: count }, () => ({ problem, numbers, answer }));
  for (const variant of variants) yield { kind: "kept" as const, variant };
  return { refused: null, unused: [], variants, dropped: { duplicate: 0, "not-valid": 0, failed: 0 } };
});

/** A program is taken where it gives the reference on the original numbers. */
const unprobed = replaceProcedure(programVariants, (input, options) => programVariants(input, { ...options, everyNumber: false }));

export const reproduction: Reproduction = reproduce({
  system: "s213",
  level: "protocol",
  uses: [programVariants, number],
  claim: {
    text: "Masking is undone by filling; programs that give the reference on the original numbers give 100 variants a problem, all with numbers of their own and answers that are right; a program that holds a number as a constant, is wrong or crashes is refused, and draws on which one does not end are dropped.",
    source: "Zhang et al. 2024, InfinityMATH, arXiv:2408.07089; catalogue row s213",
    measures: { maskFaults: { within: 0 }, variantFaults: { within: 0 }, refusalFaults: { within: 0 } },
    limits: "Five word problems and nine programs of ours; templates and programs are not written by a language model, and the 101,380 published rows, GSM8K+ and MATH+ are not here. That drawn numbers make sense in the story (a payment that covers the cost, say) is what `valid` is for; here nothing is asked. A number that changes the value only here and there may be called unused: counting from 1 in the place of 10, in the fourth problem, was, since none of 2, 3 and 4 changes the count. No model is trained on them.",
  },
  setting: null,
  run: ([vary, check], { random }) => measure(vary, check, random),
  controls: {
    ablation: { text: "a program is taken where it is right on the original numbers, without asking whether it looks at them", methods: [unprobed, number] },
    rival: { none: "the pipeline and its checks are definitions" },
    replacements: { [programVariants.record.id]: { text: "the original numbers again", method: unvaried } },
  },
  shouldNotHelp: { none: "the pipeline and its checks are definitions" },
  seeds: 2,
});
