/**
 * SandboxFusion: programs run, and judged on inputs and outputs that come along.
 *
 * Source: bytedance/SandboxFusion at 469de08: sandbox/server/sandbox_api.py, sandbox/server/online_judge_api.py, sandbox/runners/{types,base}.py, sandbox/datasets/{types,common_oj}.py,
 * sandbox/utils/{testing,extraction}.py; the client: verl 0.9.1, verl/utils/reward_score/sandbox_fusion/utils.py (asks again after 504 only, so 429 and 503 are answered as 504).
 * - `/run_code` answers 200 whatever the program does. `SandboxError` is what is not done here: no toolchain, or what a private sandbox does not do (files that are no text, `fetch_files`,
 *   `/run_jupyter`). A run that fails for us is 504: after a SandboxError verl's client calls the program wrong, after 504 it asks again.
 * - `run_timeout` is CPU time, and two seconds more on the wall. `compile_timeout` is that of the sandbox. Without `memory_limit_MB` a program has 1024 MB; more than 16 GiB are refused.
 * - `/submit` judges `CommonOJDataset` with the tests of `config.provided_data`; there are no data sets here. A run that fails for us is an error of the request, and no failed test.
 */
import { Buffer, isUtf8 } from "node:buffer";
import { z } from "zod";
import type { Language, LoadedProgram, RunResult } from "../../core/capabilities.ts";
import { BoundaryError, show } from "../../core/errors.ts";
import { fencesOf, languageOf } from "../../verify/code/fence.ts";
import { actionRoute, fieldFault, staticRoute, type ActionContext, type Contract, type StaticRoute } from "../contract.ts";
import { withDetail } from "./shared/detail.ts";
import { executeOf, load, requireRan, WITH_FILES, withFiles } from "./shared/programs.ts";

/** Their names of languages that may have a toolchain here. */
const LANGUAGES: Readonly<Record<string, Language>> = { python: "python", cpp: "cpp", nodejs: "javascript", go: "go", java: "java", bash: "bash", typescript: "typescript", sql: "sql", rust: "rust" };

/** Their names of the others. */
const OTHERS = [
  "go_test", "php", "csharp", "cuda", "lua", "R", "perl", "D_ut", "ruby", "scala", "julia", "pytest", "junit", "kotlin_script", "jest", "verilog", "python_gpu", "lean", "swift", "racket",
];

const MEMORY_MB = 1024;

/** Most that a request may ask for. */
const MOST_MEMORY_MB = 16_384;

const language = z.enum([...Object.keys(LANGUAGES), ...OTHERS]);
const seconds = z.number().positive().max(3600);

const runRequest = z.looseObject({
  code: z.string(),
  language,
  stdin: z.string().nullish(),
  compile_timeout: seconds.default(10),
  run_timeout: seconds.default(10),
  memory_limit_MB: z.number().max(MOST_MEMORY_MB).default(-1),
  files: z.record(z.string(), z.string().nullable()).default({}),
  fetch_files: z.array(z.string()).default([]),
});

const commandResult = z.object({
  status: z.enum(["Finished", "Error", "TimeLimitExceeded"]),
  execution_time: z.number().nullable(),
  return_code: z.int().nullable(),
  stdout: z.string().nullable(),
  stderr: z.string().nullable(),
});

const runResponse = z.object({
  status: z.enum(["Success", "Failed", "SandboxError"]),
  message: z.string(),
  compile_result: commandResult.nullable(),
  run_result: commandResult.nullable(),
  executor_pod_name: z.null(),
  files: z.record(z.string(), z.string()),
});

type RunBody = z.infer<typeof runRequest>;
type CommandResult = z.infer<typeof commandResult>;
type RunAnswer = z.infer<typeof runResponse>;

/** How a run ended, in their words. A program ended by a signal, or by us for what it used, has the return code −9. */
function commandOf({ status, exitCode, stdout, stderr, wallSeconds, message }: RunResult): CommandResult {
  if (status === "time") return { status: "TimeLimitExceeded", execution_time: wallSeconds, return_code: null, stdout, stderr };
  const killed = status === "memory" || status === "output";
  return { status: "Finished", execution_time: wallSeconds, return_code: status === "ok" ? 0 : exitCode || (killed || exitCode === null ? -9 : 1), stdout, stderr: killed ? `${stderr}\n${message}`.trim() : stderr };
}

function answerOf(compiled: CommandResult | null, run: CommandResult | null): RunAnswer {
  const results = [compiled, run].filter((each) => each !== null);
  const failed = results.some(({ status, return_code: code }) => status === "TimeLimitExceeded" || (code !== null && code !== 0));
  return { status: failed ? "Failed" : "Success", message: "", compile_result: compiled, run_result: run, executor_pod_name: null, files: {} };
}

function sandboxError(message: string): RunAnswer {
  return { status: "SandboxError", message, compile_result: null, run_result: null, executor_pod_name: null, files: {} };
}

/** Files as text; null where one is none. */
function textFiles(files: Readonly<Record<string, string | null>>): Record<string, string> | null {
  const out: Record<string, string> = {};
  for (const [name, base64] of Object.entries(files)) {
    if (base64 === null) continue;
    const bytes = Buffer.from(base64, "base64");
    if (!isUtf8(bytes)) return null;
    out[name] = bytes.toString("utf8");
  }
  return out;
}

/** @throws BoundaryError where the run is our fault */
async function run(program: LoadedProgram, stdin: string): Promise<RunAnswer> {
  if (program.compiled !== null) requireRan(program.compiled);
  const compiled = program.compiled === null ? null : commandOf(program.compiled);
  if (compiled !== null && (compiled.status !== "Finished" || compiled.return_code !== 0)) return answerOf(compiled, null);
  const ran = await program.run({ stdin });
  requireRan(ran);
  return answerOf(compiled, commandOf(ran));
}

/** The program of a body, or why it is not run here. */
async function programOf(body: RunBody, context: ActionContext): Promise<LoadedProgram | string> {
  const own = LANGUAGES[body.language];
  const { languages } = executeOf(context);
  const namesOf = (some: readonly Language[]): string => Object.keys(LANGUAGES).filter((name) => some.includes(LANGUAGES[name]!)).join(", ");
  if (own === undefined || !languages.includes(own)) return `language must be one with a toolchain here, got ${body.language}; there are ${namesOf(languages)}`;
  if (body.fetch_files.length > 0) return "fetch_files must be empty: no file leaves the sandbox, write to standard output";
  const files = textFiles(body.files);
  if (files === null) return "files must be text in UTF-8, base64-encoded";
  try {
    const source = withFiles(own, body.code, files);
    if (source === null) return `files must come with programs that are not compiled: ${namesOf(WITH_FILES)}, got ${body.language}`;
    return await load(source, { seconds: body.run_timeout, memoryMb: body.memory_limit_MB > 0 ? body.memory_limit_MB : MEMORY_MB }, context);
  } catch (error) {
    if (error instanceof BoundaryError || error instanceof RangeError) return error.message;
    throw error;
  }
}

async function runCode(body: RunBody, context: ActionContext): Promise<RunAnswer> {
  const given = await programOf(body, context);
  if (typeof given === "string") return sandboxError(given);
  await using program = given;
  return await run(program, body.stdin ?? "");
}

// ── judging ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const streams = z.record(z.string(), z.string());
const stdioTest = z.looseObject({ input: streams, output: streams });

const submitRequest = z.looseObject({
  dataset: z.string(),
  id: z.union([z.int(), z.string()]),
  completion: z.string(),
  config: z.looseObject({
    dataset_type: z.string().nullish(),
    language: language.nullish(),
    compile_timeout: seconds.nullish(),
    run_timeout: seconds.nullish(),
    custom_extract_logic: z.string().nullish(),
    provided_data: z.unknown(),
    extra: z.looseObject({}).default({}),
  }),
});

const submitResponse = z.object({
  id: z.union([z.int(), z.string()]),
  accepted: z.boolean(),
  extracted_code: z.string(),
  full_code: z.null(),
  test_code: z.null(),
  tests: z.array(z.object({ passed: z.boolean(), exec_info: runResponse, test_info: stdioTest })),
  extracted_type: z.enum(["fenced", "incomplete_fenced", "empty"]),
  extra: z.null(),
});

type SubmitBody = z.infer<typeof submitRequest>;
type SubmitAnswer = z.infer<typeof submitResponse>;

const DATASET = "CommonOJDataset";

/** The tests that came along. @throws FormatError */
function testsOf(data: unknown): z.infer<typeof stdioTest>[] {
  const path = "config.provided_data";
  if (typeof data !== "object" || data === null || Array.isArray(data)) throw fieldFault(path, `must be the problem with its tests: there are no data sets here, got ${show(data)}`);
  const { test } = data as { readonly test?: unknown };
  let list = test;
  if (typeof test === "string") {
    try {
      list = JSON.parse(test);
    } catch (error) {
      throw fieldFault(`${path}.test`, `must be a list of tests or JSON text of one, got ${show(test)} (${(error as Error).message})`);
    }
  }
  if (!Array.isArray(list) || list.length === 0) throw fieldFault(`${path}.test`, `must be a list of tests, one at least, got ${show(list)}`);
  return list.map((each, i) => {
    const parsed = stdioTest.safeParse(each);
    if (!parsed.success || parsed.data.input["stdin"] === undefined || parsed.data.output["stdout"] === undefined) throw fieldFault(`${path}.test[${i}]`, `must be { input: { stdin }, output: { stdout } }, got ${show(each)}`);
    return parsed.data;
  });
}

/** The first block of the language that is closed, else the first block; a block that is never closed only where there is no other. */
function extract(completion: string, wanted: Language): { readonly code: string; readonly type: SubmitAnswer["extracted_type"] } {
  const all = fencesOf(completion);
  const closed = all.filter(({ closed: shut }) => shut);
  const from = closed.length > 0 ? closed : all;
  const taken = from.find(({ tag }) => languageOf(tag) === wanted) ?? from[0];
  return taken === undefined ? { code: "", type: "empty" } : { code: taken.text, type: taken.closed ? "fenced" : "incomplete_fenced" };
}

/** Lines without space around them and in small letters are equal, or numbers within 1e-5 of the expected one. */
export function sameOutput(got: string, expected: string): boolean {
  const [a, b] = [got, expected].map((text) => text.trim().split("\n").map((line) => line.trim().toLowerCase())) as [string[], string[]];
  return a.length === b.length && a.every((line, i) => line === b[i] || nearNumbers(line, b[i]!));
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function nearNumbers(a: string, b: string): boolean {
  if (!NUMBER.test(a) || !NUMBER.test(b)) return false;
  const [x, y] = [Number(a), Number(b)];
  return Number.isFinite(x) && Number.isFinite(y) && Math.abs(x - y) / Math.max(Math.abs(y), 1e-10) < 1e-5;
}

async function submit({ id, completion, config }: SubmitBody, context: ActionContext): Promise<SubmitAnswer> {
  if (config.dataset_type != null && config.dataset_type !== DATASET) throw fieldFault("config.dataset_type", `must be ${DATASET}: tests by exit code would pay a program that ends itself, score such with verify/code; got ${show(config.dataset_type)}`);
  if (config.custom_extract_logic != null) throw fieldFault("config.custom_extract_logic", "must not be given: it is code that would run outside of the sandbox");
  if (config.language == null) throw fieldFault("config.language", `must be given for ${DATASET}`);
  const own = LANGUAGES[config.language];
  if (own === undefined) throw fieldFault("config.language", `must be one of ${Object.keys(LANGUAGES).join(", ")}, got ${show(config.language)}`);
  const tests = testsOf(config.provided_data);
  const { code, type } = extract(completion, own);
  const outcomes: SubmitAnswer["tests"] = [];
  const all = config.extra["run_all_cases"] === true;
  await using program = await load({ language: own, source: code }, { seconds: config.run_timeout ?? (["cpp", "go", "java"].includes(config.language) ? 10 : 20), memoryMb: MEMORY_MB }, context);
  for (const test of tests) {
    const info = await run(program, test.input["stdin"]!);
    const passed = info.status === "Success" && sameOutput(info.run_result!.stdout!, test.output["stdout"]!);
    outcomes.push({ passed, exec_info: info, test_info: test });
    if (!passed && !all) break;
  }
  return { id, accepted: outcomes.every(({ passed }) => passed), extracted_code: code, full_code: null, test_code: null, tests: outcomes, extracted_type: type, extra: null };
}

// ── what is not done ────────────────────────────────────────────────────────────────────────────────────────────────

const jupyterAnswer = z.object({ status: z.literal("SandboxError"), message: z.string(), driver: z.null(), cells: z.array(z.unknown()), executor_pod_name: z.null(), files: z.record(z.string(), z.string()) });

const runJupyter = staticRoute<unknown, z.infer<typeof jupyterAnswer>>({
  method: "POST",
  path: "/run_jupyter",
  summary: "Refused by SandboxError: there is no notebook kernel (SandboxFusion)",
  request: z.looseObject({ cells: z.array(z.string()) }),
  response: jupyterAnswer,
  answer: () => ({ status: "SandboxError", message: "run_jupyter: there is no notebook kernel here; send the cells as one program to /run_code", driver: null, cells: [], executor_pod_name: null, files: {} }),
});

const listDatasets = staticRoute<unknown, string[]>({ method: "GET", path: "/list_datasets", summary: "No data sets: problems come along (SandboxFusion)", request: null, response: z.array(z.string()), answer: () => [] });

function noData(path: string): StaticRoute {
  return staticRoute<{ readonly dataset: string }, unknown>({
    method: "POST",
    path,
    summary: "Refused: there are no data sets here (SandboxFusion)",
    request: z.looseObject({ dataset: z.string() }),
    response: z.unknown(),
    answer: ({ dataset }) => {
      throw fieldFault("dataset", `must be one of this server, which has none: problems come along with /submit under config.provided_data; got ${show(dataset)}`);
    },
  });
}

export const sandboxFusion: Contract = {
  name: "sandbox-fusion",
  summary: "SandboxFusion's /run_code and /submit",
  nulls: "said",
  sees: "item",
  runsCode: true,
  routes: [
    actionRoute<RunBody, RunAnswer>({ method: "POST", path: "/run_code", summary: "Runs a program (SandboxFusion)", request: runRequest, response: runResponse, needs: ["execute"], run: runCode }),
    actionRoute<SubmitBody, SubmitAnswer>({ method: "POST", path: "/submit", summary: "Judges a completion on inputs and outputs (SandboxFusion)", request: submitRequest, response: submitResponse, needs: ["execute"], run: submit }),
    runJupyter,
    listDatasets,
    ...["/list_ids", "/get_prompts", "/get_prompt_by_id", "/get_metrics", "/get_metrics_function"].map(noData),
  ],
  // Their clients ask again after 504 and nothing else; a field at fault is 400 with them.
  fault: (fault) => withDetail({ ...fault, status: fault.status === 429 || fault.status === 503 ? 504 : fault.status }),
};
