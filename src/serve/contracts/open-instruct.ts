/**
 * open-instruct's code server: programs run on tests that come along.
 *
 * Source: allenai/open-instruct at e6c3044: open_instruct/code_utils/api.py, `get_successful_tests_fast` and `get_successful_tests_stdio` and `decode_tests` in code_utils.py,
 * `grade_stdio` in testing_util.py; the client: `CodeVerifier` in ground_truth_utils.py.
 * - A test that passes is 1 with its seconds, one that fails 0 with −1. Each test has its own sandbox and `max_execution_time`; there is no list of forbidden words, as the sandbox holds what a program may not do.
 * - Tests are a list, JSON text of one, or base64 of zlib of a pickle, of which plain data is read and nothing is called.
 * - An assertion runs beside the program, not in it: what the program sends back is compared where it cannot reach.
 * - A 0 is the program's fault. Where a run fails for us the request is answered 503, where a test is at fault 422.
 */
import { z } from "zod";
import { FormatError, show } from "../../core/errors.ts";
import { actionRoute, fieldFault, type ActionContext, type Contract } from "../contract.ts";
import { withDetail } from "./shared/detail.ts";
import { unpackTests } from "./shared/pickle.ts";
import { load, requireRan } from "./shared/programs.ts";

const request = z.looseObject({ program: z.string(), tests: z.unknown(), max_execution_time: z.number().positive().max(300).default(1) });
const response = z.object({ results: z.array(z.int()), runtimes: z.array(z.number()) });

type Body = z.infer<typeof request>;
type Answer = z.infer<typeof response>;

const MEMORY_MB = 1024;

/** Tests run side by side for one request. */
const ABREAST = 2;

/** Tests in any of the forms clients send. @throws FormatError */
function testsOf(tests: unknown): readonly unknown[] {
  if (tests === null || tests === undefined || tests === "") return [];
  const read = typeof tests === "string" ? decoded(tests) : tests;
  if (!Array.isArray(read)) throw fieldFault("tests", `must be a list, JSON text of one, or a packed one, got ${show(read)}`);
  return read;
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (notJson) {
    try {
      return unpackTests(text);
    } catch (error) {
      throw new FormatError(`tests: must be JSON or base64 of a zlib-packed pickle, got ${show(text)} (${(notJson as Error).message}; ${(error as Error).message})`, { path: "tests" }, error);
    }
  }
}

interface Outcome {
  readonly passed: boolean;
  readonly seconds: number | null;
}

/** Runs one test after another, a few side by side, in the order of the answer. */
async function outcomesOf<Test>(tests: readonly Test[], most: number, run: (test: Test, i: number) => Promise<Outcome>): Promise<Answer> {
  const outcomes: Outcome[] = [];
  const remaining = tests.entries();
  const go = async (): Promise<void> => {
    for (const [i, test] of remaining) outcomes[i] = await run(test, i);
  };
  await Promise.all(Array.from({ length: ABREAST }, go));
  return { results: outcomes.map(({ passed }) => Number(passed)), runtimes: outcomes.map(({ passed, seconds }) => (passed ? Math.min(seconds ?? 0, most) : -1)) };
}

async function testProgram({ program: source, tests, max_execution_time: seconds }: Body, context: ActionContext): Promise<Answer> {
  const list = testsOf(tests);
  const strange = list.findIndex((test) => typeof test !== "string");
  if (strange >= 0) throw fieldFault(`tests[${strange}]`, `must be an assertion, as text, got ${show(list[strange])}`);
  if (list.length === 0) return { results: [], runtimes: [] };
  await using program = await load({ language: "python", source }, { seconds, memoryMb: MEMORY_MB }, context);
  return await outcomesOf(list as readonly string[], seconds, async (test, i) => {
    const { status, cases, planned, badTests, cpuSeconds, message } = await program.test({ source: test });
    requireRan({ status, message });
    if (badTests || (status === "ok" && planned === 0)) throw fieldFault(`tests[${i}]`, `must be an assertion that runs, got ${cases.at(-1)?.message ?? (message || show(test))}`);
    return { passed: status === "ok" && cases.length === planned && cases.every((each) => each.status === "passed"), seconds: cpuSeconds };
  });
}

const stdioTest = z.looseObject({ input: z.string(), output: z.string() });

async function testProgramStdio({ program: source, tests, max_execution_time: seconds }: Body, context: ActionContext): Promise<Answer> {
  const list = testsOf(tests).map((test, i) => {
    const parsed = stdioTest.safeParse(test);
    if (!parsed.success) throw fieldFault(`tests[${i}]`, `must be { input, output }, both text, got ${show(test)}`);
    return parsed.data;
  });
  if (list.length === 0) return { results: [], runtimes: [] };
  await using program = await load({ language: "python", source }, { seconds, memoryMb: MEMORY_MB }, context);
  return await outcomesOf(list, seconds, async ({ input, output }) => {
    const { status, stdout, cpuSeconds, message } = await program.run({ stdin: input });
    requireRan({ status, message });
    return { passed: status === "ok" && sameLines(stdout, output), seconds: cpuSeconds };
  });
}

/** Lines without space around them are equal, or hold decimals of equal values. */
export function sameLines(got: string, expected: string): boolean {
  const [a, b] = [got, expected].map((text) => text.trim().split("\n").map((line) => line.trim())) as [string[], string[]];
  return a.length === b.length && a.every((line, i) => line === b[i] || sameDecimals(line, b[i]!));
}

function sameDecimals(a: string, b: string): boolean {
  const [left, right] = [a, b].map((line) => line.split(/\s+/).map(decimal)) as [(string | null)[], (string | null)[]];
  return left.length === right.length && left.every((each, i) => each !== null && each === right[i]);
}

/** A decimal in one spelling: digits without zeros around them, and the exponent of the last; null where it is none. */
function decimal(text: string): string | null {
  const read = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,9}))?$/.exec(text);
  if (read === null || read[2]! + read[3]! === "") return null;
  const digits = (read[2]! + read[3]!).replace(/^0+/, "");
  if (digits === "") return "0";
  const kept = digits.replace(/0+$/, "");
  return `${read[1] === "-" ? "-" : ""}${kept}e${Number(read[4] ?? 0) - read[3]!.length + (digits.length - kept.length)}`;
}

const summary = { request, response, needs: ["execute"] as const, method: "POST" as const };

export const openInstruct: Contract = {
  name: "open-instruct",
  summary: "open-instruct's code server",
  nulls: "said",
  sees: "item",
  runsCode: true,
  routes: [
    actionRoute<Body, Answer>({ ...summary, path: "/test_program", summary: "A Python program on assertions (open-instruct)", run: testProgram }),
    actionRoute<Body, Answer>({ ...summary, path: "/test_program_stdio", summary: "A Python program on inputs and outputs (open-instruct)", run: testProgramStdio }),
  ],
  fault: withDetail,
};
