/** Tests as data sets publish them, read into three forms: runs with standard input, calls, and test code. */
import type { Language } from "../../core/capabilities.ts";
import { languageOf, type Sought } from "./fence.ts";

/** A program that judges outputs, itself run in a sandbox: it gets the paths of input, expected and given output. */
export interface Checker {
  readonly language: Language;
  readonly source: string;
}

export interface Limits {
  readonly cpuSeconds?: number;
  readonly memoryMb?: number;
}

interface Common {
  readonly language: Language | null;
  readonly limits: Limits;
  /** Weight of each test; null: equal. */
  readonly weights: readonly number[] | null;
  /** CPU seconds of a reference program over all tests. */
  readonly referenceSeconds: number | null;
  /** Files beside the program. */
  readonly files: Readonly<Record<string, string>> | null;
}

export type Suite = Common &
  (
    | { readonly kind: "runs"; readonly tests: readonly { readonly input: string; readonly output: string }[]; readonly checker: Checker | null }
    | { readonly kind: "calls"; readonly tests: readonly { readonly name: string; readonly args: readonly unknown[]; readonly expected: unknown; readonly wrapped: boolean }[] }
    | { readonly kind: "code"; readonly source: string; readonly setup: string; readonly entry: string | null; readonly prompt: string | null; readonly module: string }
  );

/** Why a reference is none. */
export class BadSuite extends Error {}

/** Tests that are none of these three forms: nobody's fault but ours. */
export class UnsupportedSuite extends BadSuite {}

type Fields = Readonly<Record<string, unknown>>;

/** Reads a reference of any of the layouts. @throws BadSuite */
export function readSuite(reference: unknown): Suite {
  const value = typeof reference === "string" ? parse(reference) : reference;
  if (Array.isArray(value)) return readFields({ tests: value });
  if (typeof value !== "object" || value === null) throw new BadSuite(`tests must be an object or a list, got ${typeof value}`);
  return readFields(value as Fields);
}

/** JSON, with integers that a double cannot hold kept whole. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text, (_key: string, value: unknown, context?: { readonly source?: string }) =>
      typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? "") ? BigInt(context!.source!) : value,
    ) as unknown;
  } catch (error) {
    // A bare script of assertions is a reference too.
    if (/^\s*(assert|def|import|from|class|@)\b/m.test(text)) return { test: text };
    throw new BadSuite(`tests must be JSON or test code, got ${(error as Error).message}`);
  }
}

/** What the tests say of the program: names they call, or that it is given input. */
export function soughtOf(suite: Suite): Sought {
  if (suite.kind === "runs") return { names: new Set(), reads: suite.tests.some(({ input }) => input.trim() !== "") };
  if (suite.kind === "calls") return { names: new Set(suite.tests.map(({ name }) => name)), reads: false };
  const called = suite.entry === null ? Array.from(suite.source.matchAll(/\b([A-Za-z_]\w*)\(/g), ([, name]) => name!) : [suite.entry];
  return { names: new Set(called), reads: false };
}

function readFields(fields: Fields): Suite {
  if (fields["input_mode"] === "file") throw new UnsupportedSuite("programs are given standard input: tests of programs that read and write files (input_mode: file) are not run");
  const common = commonOf(fields);
  const { fn_name: name, inputs, outputs, assert_case: asserts, test_list: list, test, tests, entry_point: entry, input_output: wrapped } = fields;
  if (wrapped !== undefined) return readFields({ ...(typeof wrapped === "string" ? (parse(wrapped) as Fields) : (wrapped as Fields)), ...rest(fields, "input_output") });
  if (Array.isArray(asserts) && asserts.length > 0) return codeOf(common, fields, asserts.map(String).join("\n"));
  if (Array.isArray(list)) return codeOf(common, fields, [...list, ...arrayOf(fields["challenge_test_list"])].map(String).join("\n"));
  if (typeof test === "string") return codeOf(common, fields, test);
  if (Array.isArray(inputs) && Array.isArray(outputs)) {
    if (inputs.length !== outputs.length) throw new BadSuite(`inputs and outputs must have one length, got ${inputs.length} and ${outputs.length}`);
    if (inputs.length === 0) throw new BadSuite("tests must not be empty");
    if (typeof name === "string" && name !== "")
      return { ...common, kind: "calls", tests: inputs.map((input, i) => ({ name, args: argumentsOf(input), expected: typeof input === "string" && typeof outputs[i] === "string" ? parseOr(outputs[i]) : outputs[i], wrapped: true })) };
    return { ...common, kind: "runs", checker: checkerOf(fields), tests: inputs.map((input, i) => ({ input: linesOf(input), output: linesOf(outputs[i]) })) };
  }
  const published = firstList(tests, fields["official_tests"], casesOf(fields));
  if (published === null) throw new BadSuite(`tests must be inputs and outputs, tests, test, test_list or assert_case, got ${Object.keys(fields).slice(0, 8).join(", ") || "nothing"}`);
  if (published.length === 0) throw new BadSuite("tests must not be empty");
  if (published.every((each) => typeof each === "string")) return codeOf(common, fields, published.join("\n"));
  const functionName = typeof name === "string" ? name : typeof fields["func_name"] === "string" ? fields["func_name"] : metadataName(fields["metadata"]) ?? (typeof entry === "string" ? entry : null);
  const read = published.map((each, i) => readTest(each, i));
  if (read.some((each) => each.functional)) {
    if (functionName === null) throw new BadSuite("tests of a function must name it: fn_name, func_name or metadata.func_name");
    return {
      ...common,
      kind: "calls",
      tests: read.map(({ input, output }) => ({
        name: functionName,
        args: argumentsOf(input),
        expected: typeof output === "string" ? parseOr(output) : output,
        wrapped: false,
      })),
    };
  }
  return { ...common, kind: "runs", checker: checkerOf(fields), tests: read.map(({ input, output }) => ({ input: linesOf(input), output: linesOf(output) })) };
}

/** Arguments of a call. LiveCodeBench and verl write them, and the value, as text, one JSON value a line; APPS and TACO as they are. */
function argumentsOf(input: unknown): readonly unknown[] {
  if (Array.isArray(input)) return input;
  if (typeof input !== "string") return [input];
  return input.split("\n").filter((line) => line.trim() !== "").map(parse);
}

function readTest(each: unknown, index: number): { readonly input: unknown; readonly output: unknown; readonly functional: boolean } {
  if (typeof each !== "object" || each === null) throw new BadSuite(`test ${index} must be an object, got ${typeof each}`);
  const fields = each as Fields;
  const input = fields["input"] ?? fields["stdin"] ?? fields["args"];
  const output = fields["output"] ?? fields["stdout"] ?? fields["expected"] ?? fields["expected_output"];
  if (output === undefined) throw new BadSuite(`test ${index} must have an output, got ${Object.keys(fields).join(", ") || "nothing"}`);
  return { input: input ?? "", output, functional: fields["testtype"] === "functional" || fields["args"] !== undefined };
}

/** LiveCodeBench: public and private cases, each a list or its JSON text. */
function casesOf(fields: Fields): readonly unknown[] | null {
  const { public_test_cases: open, private_test_cases: closed } = fields;
  if (open === undefined && closed === undefined) return null;
  return [open, closed].flatMap((cases) => arrayOf(typeof cases === "string" ? parse(cases) : cases));
}

function codeOf(common: Common, fields: Fields, source: string): Suite {
  if (source.trim() === "") throw new BadSuite("tests must not be empty");
  const entry = fields["entry_point"];
  const prompt = fields["prompt"];
  const setup = [fields["test_setup_code"], ...arrayOf(fields["test_imports"]), fields["setup"]].filter((each): each is string => typeof each === "string");
  return {
    ...common,
    kind: "code",
    source,
    setup: setup.join("\n"),
    entry: typeof entry === "string" && entry !== "" ? entry : null,
    // Of HumanEval the prompt begins the program, and holds helpers that its tests use. A chat prompt is none.
    prompt: typeof prompt === "string" && typeof entry === "string" && prompt.includes(`def ${entry}`) ? prompt : null,
    module: typeof fields["module"] === "string" ? fields["module"] : "solution",
  };
}

function commonOf(fields: Fields): Common {
  const { language, weights, time_limit: seconds, memory_limit: memory, reference_seconds: referenceSeconds, files } = fields;
  const named = typeof language === "string" ? languageOf(language) : null;
  if (typeof language === "string" && named === null) throw new BadSuite(`language must be one that can be run, got ${JSON.stringify(language)}`);
  if (weights !== undefined && !(Array.isArray(weights) && weights.every((each) => typeof each === "number" && each >= 0))) throw new BadSuite("weights must be numbers of at least 0");
  return {
    language: named,
    limits: { ...limitOf("cpuSeconds", "time_limit", seconds, 600), ...limitOf("memoryMb", "memory_limit", memory, 65_536) },
    weights: (weights as readonly number[] | undefined) ?? null,
    referenceSeconds: positive(referenceSeconds),
    files: filesOf(files),
  };
}

/** A limit of the reference, within what the option of that name may be. */
function limitOf<Name extends string>(name: Name, field: string, value: unknown, most: number): { readonly [key in Name]?: number } {
  const given = positive(value);
  if (given === null) return {};
  if (given > most) throw new BadSuite(`${field} must be at most ${most}, got ${given}`);
  return { [name]: given } as { readonly [key in Name]?: number };
}

function filesOf(files: unknown): Readonly<Record<string, string>> | null {
  if (files == null) return null;
  if (typeof files !== "object" || Array.isArray(files)) throw new BadSuite("files must be an object of names and texts");
  for (const [name, text] of Object.entries(files)) {
    if (typeof text !== "string") throw new BadSuite(`the file ${JSON.stringify(name)} must be text, got ${typeof text}`);
    if (!name.split("/").every((part) => /^(?!\.{1,2}$)[^\0]{1,100}$/.test(part)) || name.length > 1000) throw new BadSuite(`the file ${JSON.stringify(name.slice(0, 100))} must stand beside the program`);
    const folder = Object.keys(files).find((other) => other.startsWith(`${name}/`));
    if (folder !== undefined) throw new BadSuite(`the file ${JSON.stringify(name)} must not be a folder too, got ${JSON.stringify(folder)}`);
  }
  return files as Readonly<Record<string, string>>;
}

function checkerOf(fields: Fields): Checker | null {
  const checker = fields["checker"] ?? fields["generated_checker"];
  if (checker == null || checker === "") return null;
  if (typeof checker === "string") return { language: "python", source: checker };
  const { language, source } = checker as Fields;
  const named = typeof language === "string" ? languageOf(language) : null;
  if (named === null || typeof source !== "string") throw new BadSuite("checker must be Python text or { language, source }");
  return { language: named, source };
}

function metadataName(metadata: unknown): string | null {
  const value = typeof metadata === "string" ? parseOr(metadata) : metadata;
  const name = typeof value === "object" && value !== null ? (value as Fields)["func_name"] : undefined;
  return typeof name === "string" ? name : null;
}

function parseOr(text: string): unknown {
  try {
    return parse(text);
  } catch {
    // An output that is no JSON is the text that it is.
    return text;
  }
}

/** Text of a test; APPS writes some as lists of lines. */
function linesOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(linesOf).join("\n");
  return value == null ? "" : typeof value === "object" ? JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? Number(each) : each)) : String(value as number);
}

function positive(value: unknown): number | null {
  return typeof value === "number" && value > 0 && Number.isFinite(value) ? value : null;
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function firstList(...values: readonly unknown[]): readonly unknown[] | null {
  return (values.find((value) => Array.isArray(value)) as readonly unknown[] | undefined) ?? null;
}

function rest(fields: Fields, without: string): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== without));
}
