import { z } from "zod";
import type { Execute, ExecuteOptions, Language, ProgramSource } from "../core/capabilities.ts";
import { exactOf } from "../core/exact.ts";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { correct, incorrect, invalid, undecided, type Found, type Verdict } from "../core/verdict.ts";
import { noCapability, type NoCapabilityCode } from "./capability.ts";
import { partialScore, type PartialCredit } from "./code/credit.ts";
import { CODE_POLICIES, extractCode, type ExtractPolicy } from "./code/fence.ts";
import { judgeProgram, type TestOutcome, type TestStatus } from "./code/judge.ts";
import { HARNESS_PRELUDE, importsOf } from "./code/prelude.ts";
import { BadSuite, readSuite, soughtOf, UnsupportedSuite, type Suite } from "./code/suite.ts";

export interface CodeOptions {
  /** Language of the program; that of the reference goes before it. */
  readonly language: Language;
  /**
   * Which fenced block is the program: the last, the first, the longest, the only one (several different ones are refused), or the whole
   * response, as of bare completions. Of several blocks those count that define what the tests call, or read the input they are given, so
   * that an example of use is no program. Without a fence MBPP's `[BEGIN]` and `[DONE]` are read.
   */
  readonly extract: ExtractPolicy;
  /** How outputs and values are compared. `tokens`: what white space separates; `float`: numbers within tolerance; `set`: lines or elements in any order. */
  readonly compare: "exact" | "tokens" | "float" | "set";
  /** Relative tolerance of `float`. */
  readonly relative: number;
  /** Absolute tolerance of `float`. */
  readonly absolute: number;
  /** What a program that fails some tests is paid: nothing, the share passed, the weighted share, a stage, or (of those that pass all) its speed. */
  readonly partial: PartialCredit;
  /**
   * What stands before a Python program whose functions are called. `harness`: the imports that the harnesses of APPS and LiveCodeBench make
   * (`from typing import *`, collections, math, heapq, …), which starter code counts on, and of HumanEval those of the prompt; `none`: nothing.
   */
  readonly prelude: "harness" | "none";
  /** Ends at the first test that fails; never where the share of passed tests is paid. */
  readonly stopEarly: boolean;
  /** Tests looked at, from the first on. */
  readonly maxTests: number;
  /**
   * Tests in a row that may be out of time where failed tests do not end the run (`share`, `weighted`, or `stopEarly: false`): those after
   * them count as out of time without being run. All tests of a program together have 100 times the time of one.
   */
  readonly maxTimeouts: number;
  /** CPU time a test. A time limit of the reference goes before it. */
  readonly cpuSeconds: number;
  /** Memory of one run, in MB. */
  readonly memoryMb: number;
  /** ACECode: most that the ratio of reference to program time counts for; a program at the cap has score 1. */
  readonly speedCap: number;
}

/** Every reason `code` gives. */
export type CodeCode =
  | "accepted"
  | "wrong-answer"
  | "runtime-error"
  | "time"
  | "memory"
  | "output"
  | "compile-error"
  | "no-code"
  | "several-programs"
  | "unclosed-fence"
  | "unclosed-think"
  | "wrong-language"
  | "bad-reference"
  | "unsupported-tests"
  | "no-toolchain"
  | NoCapabilityCode
  | "infrastructure";

/** A verdict with what each test said. */
export type CodeVerdict = Verdict<CodeCode> & { readonly tests?: readonly TestOutcome[] };

/** Tests as published (APPS, TACO, LiveCodeBench, HumanEval, MBPP, Codeforces, …), as an object, a list or their text. */
export type CodeReference = string | readonly unknown[] | Readonly<Record<string, unknown>>;

/** Statuses that are the response's fault and were not judged: over a limit, or no program. */
const LIMITS: ReadonlySet<TestStatus> = new Set<TestStatus>(["time", "memory", "output", "compile-error"]);

/**
 * Runs the program in a response against tests, in a sandbox, and says what each test gave.
 *
 *     score = 1 where every test is accepted, else as `partial` says; 0 for none
 *
 * Outputs and values are compared here, not where the program runs: nothing that a program does to its own interpreter changes a verdict.
 * Of test code (HumanEval, MBPP, unittest, pytest) the assertions run in a second sandbox, and what they call of the program comes
 * to them as data. Needs `execute`: `score` opens it; in code, pass `{ execute }` of `createSandbox()` as context.
 *
 * @param reference tests in a published layout: `inputs`/`outputs`/`fn_name`, `input`/`output` lists, `test` with `entry_point`, `test_list`, `assert_case`, `official_tests`
 * @returns correct or incorrect with a score, invalid (no program, over a limit, does not compile), undecided (bad tests, no sandbox)
 * @remarks A time-out is run once more alone before it counts. Values compare as Python's `==` does: 1, 1.0 and True are equal.
 * @see Hendrycks et al. 2021, APPS, arXiv:2105.09938; Jain et al. 2024, LiveCodeBench, arXiv:2403.07974; Chen et al. 2021, HumanEval, arXiv:2107.03374
 * @example code.record.needs // => ["reference", "execute"]
 */
export const code: Verifier<CodeReference, CodeOptions, Promise<CodeVerdict>> = /* @__PURE__ */ defineVerifier<CodeReference, CodeOptions, Promise<CodeVerdict>>({
  id: "verify/code",
  aliases: ["apps", "taco", "livecodebench", "humaneval", "mbpp", "codeforces", "prime-code", "unit-tests"],
  paper: { title: "Measuring Coding Challenge Competence With APPS", url: "https://arxiv.org/abs/2105.09938" },
  needs: ["reference", "execute"],
  options: z.strictObject({
    language: z.enum(["python", "javascript", "typescript", "c", "cpp", "bash", "sql", "java", "go", "rust"]).default("python"),
    extract: z.enum(CODE_POLICIES).default("last-fence"),
    compare: z.enum(["exact", "tokens", "float", "set"]).default("tokens"),
    relative: z.number().min(0).default(1e-6),
    absolute: z.number().min(0).default(1e-9),
    partial: z.enum(["none", "share", "weighted", "staged", "speed"]).default("none"),
    prelude: z.enum(["harness", "none"]).default("harness"),
    stopEarly: z.boolean().default(true),
    maxTests: z.int().min(1).default(1000),
    maxTimeouts: z.int().min(1).default(4),
    cpuSeconds: z.number().gt(0).max(600).default(5),
    memoryMb: z.int().min(16).max(65_536).default(512),
    speedCap: z.number().gt(0).default(1),
  }),
  prepare(reference, options) {
    let suite: Suite | BadSuite;
    try {
      suite = readSuite(exactOf(reference));
    } catch (error) {
      if (!(error instanceof BadSuite)) throw error;
      suite = error;
    }
    const sought = suite instanceof BadSuite ? undefined : soughtOf(suite);
    return async (response, context): Promise<CodeVerdict> => {
      if (suite instanceof BadSuite) return undecided(suite instanceof UnsupportedSuite ? "unsupported-tests" : "bad-reference", suite.message);
      const execute = context?.["execute"] as Execute | undefined;
      if (execute === undefined) return noCapability("execute");
      const language = suite.language ?? options.language;
      const fault = languageFault(suite, language);
      if (fault !== null) return undecided("bad-reference", fault);
      const taken = extractCode(response, options.extract, language, context?.prompt, sought);
      if ("fault" in taken) return invalid(taken.fault, taken.text);
      const found: Found = { extracted: taken.code, span: { start: taken.start, end: taken.end }, rule: taken.rule };
      if (!execute.languages.includes(language)) return undecided("no-toolchain", `${language} is not installed where programs run`, found);
      return judge(programOf(taken.code, language, suite, options), suite, options, execute, context?.signal, found);
    };
  },
});

/** Test code that imports what is not installed: the text says what would help. */
function withPackage(message: string): string {
  const missing = /No module named '(\w+)/.exec(message)?.[1];
  return missing === undefined ? message : `${message}: the package ${missing} must be installed for the system's Python where programs run (Debian: apt install python3-${missing.toLowerCase()})`;
}

/** Calls and test code are of few languages; a reference that asks them of another cannot be judged. */
function languageFault({ kind }: Suite, language: Language): string | null {
  if (kind === "calls" && !["python", "javascript", "typescript"].includes(language)) return `tests of a function must be of Python, JavaScript or TypeScript, got ${language}`;
  return kind === "code" && language !== "python" ? `test code must be Python, got ${language}` : null;
}

/** A completion that only goes on where a prompt ends is put behind it. */
function programOf(source: string, language: Language, suite: Suite, options: CodeOptions): ProgramSource {
  const prompt = suite.kind === "code" ? suite.prompt : null;
  const goesOn = suite.kind === "code" && prompt !== null && suite.entry !== null && !source.includes(`def ${suite.entry}(`);
  const imports = suite.kind === "calls" ? HARNESS_PRELUDE : prompt === null ? null : importsOf(prompt);
  const prelude = options.prelude === "harness" && language === "python" ? imports : null;
  return { language, source: goesOn ? `${prompt}${source}` : source, ...(prelude === null ? {} : { prelude }), ...(suite.files === null ? {} : { files: suite.files }) };
}

async function judge(program: ProgramSource, suite: Suite, options: CodeOptions, execute: Execute, signal: AbortSignal | undefined, found: Found): Promise<CodeVerdict> {
  const limits: ExecuteOptions & { readonly cpuSeconds: number } = { cpuSeconds: suite.limits.cpuSeconds ?? options.cpuSeconds, memoryMb: suite.limits.memoryMb ?? options.memoryMb, ...(signal === undefined ? {} : { signal }) };
  await using loaded = await execute(program, limits);
  const { relative, absolute, compare, maxTests, maxTimeouts, partial } = options;
  const stopEarly = options.stopEarly && partial !== "share" && partial !== "weighted";
  let tests: readonly TestOutcome[];
  try {
    tests = await judgeProgram(loaded, suite, { comparison: { compare, relative, absolute }, stopEarly, maxTests, maxTimeouts, cpuSeconds: limits.cpuSeconds, execute, signal });
  } catch (error) {
    if (!(error instanceof BadSuite)) throw error;
    return undecided("bad-reference", withPackage(error.message), found);
  }
  const broken = tests.find(({ status }) => status === "infrastructure");
  if (broken !== undefined) return { ...undecided("infrastructure", broken.message, found), tests };
  const at = tests.findIndex(({ status }) => status !== "accepted");
  if (partial === "speed" && suite.referenceSeconds !== null && at < 0 && tests.some(({ cpuSeconds }) => cpuSeconds === null)) return { ...undecided("infrastructure", "speed is paid, and the sandbox does not tell CPU time", found), tests };
  const score = partialScore(tests, suite, options);
  // A test that weighs nothing fails no program.
  if (at < 0 || score === 1) return { ...correct("accepted", at < 0 ? `${tests.length} tests accepted` : "every test that weighs anything accepted", found, score), tests };
  const { status, message } = tests[at]!;
  const text = `test ${at + 1} of ${tests.length}: ${message}`.slice(0, 400);
  const fault = status as Exclude<TestStatus, "accepted" | "infrastructure" | "not-run">;
  return LIMITS.has(status) && score === 0 ? { ...invalid(fault, text, found), tests } : { ...incorrect(fault, text, found, score), tests };
}
