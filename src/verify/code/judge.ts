/** A program against its tests: what each test says, with an early stop. */
import type { Execute, LoadedProgram, RunStatus } from "../../core/capabilities.ts";
import { BadSuite, type Checker, type Suite } from "./suite.ts";
import { textDifference, valueDifference, type Comparison } from "./compare.ts";

/** What one test says. `not-run`: the suite had been decided. */
export type TestStatus = "accepted" | "wrong-answer" | "runtime-error" | "time" | "memory" | "output" | "compile-error" | "infrastructure" | "not-run";

/** What one test said of the program. */
export interface TestOutcome {
  readonly status: TestStatus;
  readonly cpuSeconds: number | null;
  readonly message: string;
}

export interface Judging {
  readonly comparison: Comparison;
  readonly stopEarly: boolean;
  readonly maxTests: number;
  /** Tests in a row out of time after which the rest are not run. */
  readonly maxTimeouts: number;
  /** CPU time of one test. */
  readonly cpuSeconds: number;
  readonly execute: Execute;
  readonly signal: AbortSignal | undefined;
}

/** How many times the time of one test all tests of a program have together: many that stay just within their own limit have none otherwise. */
const TURNS = 100;

/** Runs of one program that go side by side. */
const SIDE_BY_SIDE = 8;

function failed(status: Exclude<RunStatus, "ok">, cpuSeconds: number | null, message: string): TestOutcome {
  return { status, cpuSeconds, message };
}

const NOT_RUN: TestOutcome = { status: "not-run", cpuSeconds: null, message: "" };

/** Judges a loaded program. @throws BadSuite where the tests themselves are at fault */
export async function judgeProgram(program: LoadedProgram, suite: Suite, judging: Judging): Promise<TestOutcome[]> {
  if (suite.kind === "runs") return judgeRuns(program, suite, judging);
  return suite.kind === "calls" ? judgeCalls(program, suite, judging) : judgeCode(program, suite);
}

async function judgeRuns(program: LoadedProgram, { tests: all, checker }: Extract<Suite, { kind: "runs" }>, judging: Judging): Promise<TestOutcome[]> {
  const tests = all.slice(0, judging.maxTests);
  const { maxTimeouts, cpuSeconds: limit } = judging;
  const [mostCpu, mostWall] = [TURNS * limit, TURNS * (2 * limit + 3)];
  let [cpu, wall] = [0, 0];
  const one = async ({ input, output }: (typeof tests)[number]): Promise<TestOutcome> => {
    const { status, stdout, cpuSeconds, wallSeconds, message } = await program.run({ stdin: input });
    cpu += cpuSeconds ?? 0;
    wall += wallSeconds;
    if (status !== "ok") return failed(status, cpuSeconds, message);
    if (checker !== null) {
      const { said, message: why } = await askChecker(checker, { input, output, stdout }, judging);
      return { status: said === "accepts" ? "accepted" : said === "refuses" ? "wrong-answer" : said, cpuSeconds, message: why };
    }
    const difference = textDifference(stdout, output, judging.comparison);
    return difference === null ? { status: "accepted", cpuSeconds, message: "" } : { status: "wrong-answer", cpuSeconds, message: difference };
  };
  const outcomes: TestOutcome[] = [];
  // The first alone: most wrong programs fail it, and nothing else is run then.
  for (let size = 1; outcomes.length < tests.length; ) {
    outcomes.push(...(await Promise.all(tests.slice(outcomes.length, outcomes.length + size).map(one))));
    if (judging.stopEarly && outcomes.some(({ status }) => status !== "accepted")) break;
    const streak = lateInARow(outcomes, maxTimeouts);
    const why = streak.count === maxTimeouts ? `not run: ${maxTimeouts} tests before it were out of time in a row` : cpu > mostCpu || wall > mostWall ? `not run: the tests together took more than ${TURNS} times the time of one` : null;
    if (why !== null) {
      outcomes.length = streak.end;
      outcomes.push(...tests.slice(streak.end).map(() => failed("time", null, why)));
      break;
    }
    size = streak.count === 0 ? SIDE_BY_SIDE : Math.min(SIDE_BY_SIDE, maxTimeouts - streak.count);
  }
  return settle(outcomes, tests.length, judging.stopEarly);
}

/** The first streak of so many tests out of time, whatever ran beside its last; else how many of them stand at the end. */
function lateInARow(outcomes: readonly TestOutcome[], most: number): { readonly count: number; readonly end: number } {
  let count = 0;
  for (const [k, { status }] of outcomes.entries()) {
    count = status === "time" ? count + 1 : 0;
    if (count === most) return { count, end: k + 1 };
  }
  return { count, end: outcomes.length };
}

/** What comes after the first failure was not looked at, whether it ran beside it or not: the outcome depends on the order of tests alone. */
function settle(outcomes: readonly TestOutcome[], count: number, stopEarly: boolean): TestOutcome[] {
  const first = stopEarly ? outcomes.findIndex(({ status }) => status !== "accepted") : -1;
  const kept = first < 0 ? outcomes : outcomes.slice(0, first + 1);
  return [...kept, ...Array.from({ length: count - kept.length }, () => NOT_RUN)];
}

interface Checked {
  readonly input: string;
  readonly output: string;
  readonly stdout: string;
}

interface Opinion {
  /** `silent`: it ended with code 0 and said nothing. */
  readonly said: "accepts" | "silent" | "refuses" | "fails" | "infrastructure";
  readonly message: string;
}

/** An output that is right for no test. */
const NO_OUTPUT = "this is no output\n";

/**
 * A special checker says so by its output (1, true, ok, accepted) or, where it prints nothing, by exit code 0. It runs in a sandbox of its own.
 * Where it fails, the output is at fault if the checker accepts the expected one; silence counts of a checker that is not silent at all.
 */
async function askChecker(checker: Checker, checked: Checked, judging: Judging): Promise<Opinion & { readonly said: "accepts" | "refuses" | "infrastructure" }> {
  const { said, message } = await opinionOf(checker, checked, judging);
  if (said === "fails") {
    const expected = await opinionOf(checker, { ...checked, stdout: checked.output }, judging);
    if (expected.said === "infrastructure") return { said: "infrastructure", message: expected.message };
    if (expected.said !== "accepts" && expected.said !== "silent") throw new BadSuite(`the checker must judge every output, and accept the expected one, got ${message}`);
    return { said: "refuses", message: `the checker cannot read the output: ${message}` };
  }
  if (said !== "silent") return { said, message };
  const other = await opinionOf(checker, { ...checked, stdout: NO_OUTPUT }, judging);
  if (other.said === "infrastructure") return { said: "infrastructure", message: other.message };
  if (other.said === "silent") throw new BadSuite("the checker must refuse some output, got silence and exit code 0 for any");
  return { said: "accepts", message };
}

async function opinionOf({ language, source }: Checker, { input, output, stdout }: Checked, { execute, signal }: Judging): Promise<Opinion> {
  await using checker = await execute({ language, source, files: { "input.txt": input, "answer.txt": output, "output.txt": stdout } }, signal === undefined ? {} : { signal });
  const { status, stdout: text, exitCode, message } = await checker.run({ args: ["/box/input.txt", "/box/answer.txt", "/box/output.txt"] });
  if (status === "infrastructure") return { said: status, message };
  if (status === "runtime-error" && exitCode !== null && exitCode !== 0 && text.trim() === "" && !message.includes("Error")) return { said: "refuses", message: `the checker refuses the output (exit code ${exitCode})` };
  if (status !== "ok") return { said: "fails", message: `${status}: ${message}` };
  const word = text.trim().split(/\s+/)[0]?.toLowerCase() ?? "";
  if (word === "") return { said: "silent", message: "" };
  return ["1", "1.0", "true", "ok", "accepted", "yes", "correct"].includes(word) ? { said: "accepts", message: "" } : { said: "refuses", message: `the checker refuses the output: ${text.trim().slice(0, 100)}` };
}

async function judgeCalls(program: LoadedProgram, { tests: all }: Extract<Suite, { kind: "calls" }>, { comparison, stopEarly, maxTests }: Judging): Promise<TestOutcome[]> {
  const tests = all.slice(0, maxTests);
  const outcomes: TestOutcome[] = [];
  for await (const { status, value, argsAfter, cpuSeconds, message } of program.call(tests)) {
    const { expected, wrapped } = tests[outcomes.length]!;
    if (status !== "ok") outcomes.push(failed(status, cpuSeconds, message));
    else {
      // APPS wraps some expected values in a list of one; a function that works in place returns nothing and leaves its answer in its argument.
      const candidates = [expected, ...(wrapped && Array.isArray(expected) && expected.length === 1 ? [expected[0] as unknown] : [])];
      const given = value === null && argsAfter !== null && expected !== null ? argsAfter[0] : value;
      const differences = candidates.map((each) => valueDifference(given, each, comparison));
      outcomes.push(differences.includes(null) ? { status: "accepted", cpuSeconds, message: "" } : { status: "wrong-answer", cpuSeconds, message: differences[0]! });
    }
    if (stopEarly && outcomes.at(-1)!.status !== "accepted") break;
  }
  const last = outcomes.at(-1);
  if (!stopEarly && last !== undefined && outcomes.length < tests.length) return fill(outcomes, tests.length, last);
  return settle(outcomes, tests.length, stopEarly);
}

async function judgeCode(program: LoadedProgram, { source, setup, prompt, entry, module }: Extract<Suite, { kind: "code" }>): Promise<TestOutcome[]> {
  const { status, cases, planned, badTests, cpuSeconds, message } = await program.test({ source, setup: [setup, prompt ?? ""].join("\n"), module, ...(entry === null ? {} : { entry }) });
  if (badTests) throw new BadSuite(`the test code must run, got ${cases.at(-1)?.message ?? message}`);
  const outcomes = cases.map((each, k): TestOutcome => ({
    status: each.status === "passed" ? "accepted" : each.status === "failed" ? "wrong-answer" : "runtime-error",
    // One session runs them all.
    cpuSeconds: k === 0 ? cpuSeconds : 0,
    message: each.status === "passed" ? "" : `${each.name}: ${each.message}`,
  }));
  if (status !== "ok") {
    const survived = outcomes.at(-1)?.status === "runtime-error" ? outcomes.slice(0, -1) : outcomes;
    return fill(survived, Math.max(planned, survived.length + 1), failed(status, cpuSeconds, message));
  }
  if (outcomes.length === 0) throw new BadSuite("the test code must hold a test, got none");
  return fill(outcomes, planned, outcomes.at(-1)!);
}

/** A program that did not survive a test has those after it failed as well. */
function fill(outcomes: readonly TestOutcome[], count: number, last: TestOutcome): TestOutcome[] {
  return [...outcomes, ...Array.from({ length: count - outcomes.length }, () => last)];
}
