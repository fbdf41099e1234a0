/**
 * The native calls: `score`, `verify`, `advantages`, `methods`. Plain functions of parsed bodies; HTTP (`POST /v1/<call>`, JSON or a frame) and
 * `guerdon worker --frames` both stand on them. Text offsets in answers count Unicode code points.
 */
import { z } from "zod";
import type { CapabilityName, CapabilityTypes } from "../core/capabilities.ts";
import { CAPABILITIES } from "../core/capabilities.ts";
import { FormatError, GuerdonError, OptionError, show, UnknownMethodError } from "../core/errors.ts";
import { exportName, type Kernel, type Method } from "../core/method.ts";
import type { Rollout } from "../core/rollout.ts";
import { creditPacked, creditsPacked, wireNames, type CreditKernel, type PackedArrays } from "../credit/index.ts";
import { idsMeant, meantSuggestion } from "../pipeline/meant.ts";
import { compileSource, creditRows, evaluator, fieldsOfRows, firstMisfit, type CompiledReward, type MethodResolver, type RowScore, type ScoredFields, type WireVerdict } from "../pipeline/index.ts";
import { parseExact } from "../rollout/json.ts";
import { RowFault } from "../rollout/messages.ts";
import { recognizeColumns, type ColumnMapping } from "../rollout/index.ts";
import { rowReader, type RowReader } from "../rollout/rows.ts";
import type { FrameArray } from "./arrays.ts";
import { fieldFault, type Asked, type RequestParts, type Scores } from "./contract.ts";
import { exactReference } from "./contracts/shared/fields.ts";
import { splitTranscript } from "./contracts/shared/transcript.ts";

type Row = Record<string, unknown>;

// ── score ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The body of `score`. */
export interface ScoreBody {
  /** Name of a spec, or the handle of one that was opened; not given, the default. */
  readonly spec?: string | undefined;
  /** Rows in any dialect that `guerdon score` reads, one response each. Groups must be whole. */
  readonly rollouts: readonly Row[];
  /** Where a role is read, over recognition and the spec: `{ reference: "meta.gold" }`. */
  readonly columns?: Readonly<Record<string, string>> | undefined;
  /** Rows hold a `query` in place of a response: prompt and response in one text, special tokens and all, which is taken apart here (by their `prompt`, if they have it). */
  readonly split?: boolean | undefined;
}

export const scoreBody: z.ZodType<ScoreBody> = z.strictObject({
  spec: z.string().optional(),
  rollouts: z.array(z.looseObject({})),
  columns: z.record(z.string(), z.string()).optional(),
  split: z.boolean().optional(),
});

/** The answer of `score`: the fields of scored lines, one a rollout, and the hash of the plan. */
export interface ScoreAnswer {
  readonly rows: readonly ScoredFields[];
  readonly plan: string | null;
}

const wireVerdict: z.ZodType<WireVerdict> = z.object({
  status: z.enum(["correct", "incorrect", "invalid", "undecided", "not-applicable"]),
  score: z.number().nullable(),
  extracted: z.string().nullable(),
  reason: z.object({ code: z.string(), text: z.string() }),
  rule: z.string().optional(),
  span: z.object({ start: z.int(), end: z.int() }).optional(),
}) as unknown as z.ZodType<WireVerdict>;

const scoredRow: z.ZodType<ScoredFields> = z.object({
  rewards: z.record(z.string(), z.number().nullable()),
  verdicts: z.record(z.string(), wireVerdict),
  reward: z.number().nullable(),
  advantage: z.number().nullable(),
  advantages: z.array(z.number()).optional(),
}) as unknown as z.ZodType<ScoredFields>;

export const scoreAnswer: z.ZodType<ScoreAnswer> = z.object({ rows: z.array(scoredRow), plan: z.string().nullable() });

/** The rollouts that a body of `score` asks about. @throws FormatError with the path of the row at fault */
export function readScore(body: ScoreBody, { text, columns }: Pick<RequestParts, "text" | "columns">): Asked {
  const { spec } = body;
  return { rollouts: readRollouts(body, columns?.(spec) ?? NO_COLUMNS, { text }), ...(spec === undefined ? {} : { spec }) };
}

/** The answer to a body of `score`. */
export function writeScore({ rows, plan }: Scores): ScoreAnswer {
  return { rows, plan };
}

/** Numbers that a double may round. */
const ROUNDED = /\d{16}|\d[eE]\+?\d/;

/** Rows of a body to rollouts; each stands alone, as in `guerdon worker`. `text` is the body's: integers that JSON.parse rounds have their digits there. */
function readRollouts({ rollouts, columns, split }: ScoreBody, mapping: ColumnMapping, within: Pick<NativeContext, "text" | "at">): Rollout[] {
  const read = columns === undefined ? standingReader(mapping) : rowReader(recognizeColumns([], { ...mapping, ...columns } as ColumnMapping));
  // Looked for once: the text is that of all rows.
  let exact: readonly unknown[] | null | undefined;
  const textOf = (i: number): string => {
    if (exact === undefined) exact = holdsNumbers(rollouts) && ROUNDED.test(within.text) ? exactRows(within.text, within.at ?? []) : null;
    return exact === null ? "{}" : (JSON.stringify(exact[i]) ?? "{}");
  };
  return rollouts.map((row, i) => {
    try {
      const { rollouts: found } = read(split === true ? takenApart(row, i) : row, textOf(i), "request", i);
      if (found.length !== 1) throw new RowFault(`a row must hold one response, got ${found.length}: send a row for each`);
      return found[0]!;
    } catch (error) {
      if (!(error instanceof RowFault)) throw error;
      throw fieldFault(`rollouts[${i}]${error.field === undefined ? "" : `.${error.field}`}`, error.message);
    }
  });
}

const standing = new WeakMap<ColumnMapping, RowReader>();

/** The reader of a spec's own mapping, which is made once. */
function standingReader(mapping: ColumnMapping): RowReader {
  let read = standing.get(mapping);
  if (read === undefined) standing.set(mapping, (read = rowReader(recognizeColumns([], mapping))));
  return read;
}

const NO_COLUMNS: ColumnMapping = {};

/** Whether there is a number in a value; text that looks like one is none. */
function holdsNumbers(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return typeof value === "number";
  return Array.isArray(value) ? value.some(holdsNumbers) : Object.values(value).some(holdsNumbers);
}

/** A row with the prompt and the response of its query. @throws FormatError where the two cannot be told apart */
function takenApart({ query, ...row }: Row, i: number): Row {
  if (typeof query !== "string") throw fieldFault(`rollouts[${i}].query`, `must be text, since split was asked for, got ${show(query)}`);
  const { prompt: given } = row;
  const { prompt, response } = splitTranscript(query, typeof given === "string" ? given : undefined, `rollouts[${i}].query`);
  return { ...row, prompt: given ?? prompt, response };
}

/** The rows of a body with their numbers as written. */
function exactRows(text: string, at: readonly string[]): readonly unknown[] {
  let body = parseExact(text) as Row;
  for (const key of at) body = body[key] as Row;
  return body["rollouts"] as readonly unknown[];
}

/** A spec that is open. */
export interface OpenSpec {
  readonly compiled: CompiledReward;
  readonly score: (rollouts: readonly Rollout[], signal: AbortSignal | undefined) => Promise<readonly RowScore[]>;
}

/** What calls are answered with. */
export interface NativeContext {
  readonly methods: MethodResolver;
  /** The spec of a name; without one the default. @throws GuerdonError where there is none */
  readonly spec: (name: string | undefined) => Promise<OpenSpec>;
  /** Opens capabilities, or gives those that are open. @throws GuerdonError where one cannot be had */
  readonly capabilities: (names: readonly CapabilityName[]) => Promise<Partial<CapabilityTypes>>;
  /** The text that holds the body: its own, or that of the header around it. */
  readonly text: string;
  /** Keys from that text down to the body; none where the text is the body's. */
  readonly at?: readonly string[];
  readonly signal?: AbortSignal;
}

/** An answer: a JSON value, and arrays that a frame carries. */
export interface NativeAnswer {
  readonly body: unknown;
  readonly arrays: Readonly<Record<string, FrameArray>>;
}

/** Scores rows. Arrays of a frame (`cu_seqlens` with `tokens`, `mask`, `values`) go to the rollouts, and advantages of tokens come back as one. */
export async function score(body: ScoreBody, arrays: Readonly<Record<string, FrameArray>>, context: NativeContext): Promise<NativeAnswer> {
  const { compiled, score: scoreAll } = await context.spec(body.spec);
  const rollouts = rolloutsOf(body, arrays, compiled, context);
  return scored(compiled, rollouts, await scoreAll(rollouts, context.signal), "cu_seqlens" in arrays);
}

/** The answer to scores; `packed` says that advantages of tokens go into an array. */
export function scored(compiled: CompiledReward, rollouts: readonly Rollout[], scores: readonly RowScore[], packed: boolean): NativeAnswer {
  const credited = creditRows(compiled, rollouts, scores);
  const { hash: plan } = compiled.plan;
  if (!packed || compiled.credit?.gives !== "token") return { body: { rows: fieldsOfRows(compiled, rollouts, scores, credited), plan } satisfies ScoreAnswer, arrays: {} };
  const lengths = rollouts.map(({ tokens, mask, values }) => (tokens ?? mask ?? values)?.length ?? 0);
  const bounds = new Int32Array(lengths.length + 1);
  lengths.forEach((length, i) => (bounds[i + 1] = bounds[i]! + length));
  const advantages = new Float64Array(bounds[lengths.length]!).fill(Number.NaN);
  credited.forEach((each, i) => each.advantages !== null && advantages.set(each.advantages, bounds[i]!));
  return { body: { rows: fieldsOfRows(compiled, rollouts, scores), plan } satisfies ScoreAnswer, arrays: { advantages, cu_seqlens: bounds } };
}

/** The rollouts of a body of `score` as they are scored; for those that take a request apart. @throws FormatError */
export function rolloutsOf(body: ScoreBody, arrays: Readonly<Record<string, FrameArray>>, compiled: CompiledReward, where: Pick<NativeContext, "text" | "at">): Rollout[] {
  const rollouts = withTokens(readRollouts(body, compiled.plan.columns as ColumnMapping, where), arrays);
  requireFitting(compiled, rollouts);
  return rollouts;
}

/** What credit looks at of each rollout must fit together. @throws FormatError */
function requireFitting(compiled: CompiledReward, rollouts: readonly Rollout[]): void {
  const found = firstMisfit(compiled, rollouts);
  if (found !== null) throw fieldFault(`rollouts[${found.index}].${found.fault.field}`, found.fault.reason);
}

const TOKEN_ARRAYS = ["tokens", "mask", "values"] as const;

function withTokens(rollouts: Rollout[], arrays: Readonly<Record<string, FrameArray>>): Rollout[] {
  const names = Object.keys(arrays);
  if (names.length === 0) return rollouts;
  const stray = names.find((name) => name !== "cu_seqlens" && !(TOKEN_ARRAYS as readonly string[]).includes(name));
  if (stray !== undefined) throw fieldFault(`arrays.${stray}`, `must be cu_seqlens, ${TOKEN_ARRAYS.join(", ")}`);
  if (arrays["cu_seqlens"] === undefined) throw fieldFault("arrays.cu_seqlens", "must be given with the other arrays, got none");
  const starts = numbersOfArray(arrays["cu_seqlens"], "cu_seqlens");
  if (starts.length !== rollouts.length + 1) throw fieldFault("arrays.cu_seqlens", `must have one entry a rollout and one more, ${rollouts.length + 1}, got ${starts.length}`);
  for (let i = 0; i < starts.length; i++)
    if (!Number.isInteger(starts[i]) || starts[i]! < (i === 0 ? 0 : starts[i - 1]!) || (i === 0 && starts[0] !== 0)) throw fieldFault(`arrays.cu_seqlens[${i}]`, `must begin with 0 and never fall, got ${show(starts[i])}`);
  const own = TOKEN_ARRAYS.flatMap((name) => {
    const given = arrays[name];
    if (given === undefined) return [];
    const array = numbersOfArray(given, name);
    if (array.length !== starts[starts.length - 1]) throw fieldFault(`arrays.${name}`, `must have one entry a token, ${starts[starts.length - 1]}, got ${array.length}`);
    return [[name, array] as const];
  });
  return rollouts.map((rollout, i) => ({ ...rollout, ...Object.fromEntries(own.map(([name, array]) => [name, array.subarray(starts[i]!, starts[i + 1]!)])) }));
}

// ── verify ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A response and what it is checked against. */
export interface VerifyItem {
  /** Text, or chat messages. */
  readonly response?: unknown;
  readonly reference?: unknown;
  readonly prompt?: unknown;
  /** What the environment held before and after, for verifiers of states. */
  readonly state?: unknown;
}

/** The body of `verify`: one response, or `items` of them. */
export interface VerifyBody extends VerifyItem {
  /** Id of a verifier: `verify/math`. */
  readonly use: string;
  readonly preset?: string | undefined;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  readonly items?: readonly VerifyItem[] | undefined;
}

const item = { response: z.unknown().optional(), reference: z.unknown().optional(), prompt: z.unknown().optional(), state: z.unknown().optional() };

export const verifyBody: z.ZodType<VerifyBody> = z.strictObject({
  use: z.string(),
  preset: z.string().optional(),
  options: z.record(z.string(), z.unknown()).optional(),
  ...item,
  items: z.array(z.strictObject(item)).optional(),
});

/** The answer of `verify`: `verdict` of one response, `verdicts` of items. */
export type VerifyAnswer = { readonly verdict: WireVerdict } | { readonly verdicts: readonly WireVerdict[] };

export const verifyAnswer: z.ZodType<VerifyAnswer> = z.union([z.object({ verdict: wireVerdict }), z.object({ verdicts: z.array(wireVerdict) })]);

/** Verifiers with options that are kept compiled, and characters of options that are worth it. */
const KEPT = 64;
const KEPT_CHARACTERS = 1 << 16;

const compiledVerifiers = new Map<string, CompiledReward>();

/** Checks responses with a verifier; with `only` those items alone. @throws UnknownMethodError, OptionError, FormatError naming the item */
export async function verify(body: VerifyBody, context: Omit<NativeContext, "spec">, only?: { readonly from: number; readonly to: number }): Promise<VerifyAnswer> {
  const { items } = body;
  if (items !== undefined && body.response !== undefined) throw fieldFault("items", "must be given without response, got both");
  const compiled = await verifierOf(body, context.methods);
  const given = await context.capabilities(CAPABILITIES.filter((name) => compiled.plan.needs.includes(name)));
  const evaluate = evaluator(compiled, { seed: 0, ...given, ...(context.signal === undefined ? {} : { signal: context.signal }) });
  const parts: RequestParts = { params: {}, query: {}, text: context.text, state: undefined };
  const all = (items ?? [body]).map((each, i) => rolloutOf(each, items === undefined ? [] : ["items", i], context.at ?? [], parts));
  const rollouts = only === undefined ? all : all.slice(only.from, only.to);
  const scores = await scoredInSlices(rollouts, evaluate, context.signal);
  const verdicts = fieldsOfRows(compiled, rollouts, scores).map((row) => row.verdicts["verdict"]!);
  return items === undefined ? { verdict: verdicts[0]! } : { verdicts };
}

/** Milliseconds after which a thread listens to others. */
const SLICE_MS = 50;

/** Scores rollouts; a long list of them keeps nobody waiting, and ends where nobody waits for it. */
async function scoredInSlices(rollouts: readonly Rollout[], evaluate: (rollout: Rollout) => RowScore | Promise<RowScore>, signal: AbortSignal | undefined): Promise<RowScore[]> {
  const scores: (RowScore | Promise<RowScore>)[] = [];
  let began = performance.now();
  for (const rollout of rollouts) {
    if (performance.now() - began > SLICE_MS) {
      await new Promise((next) => setImmediate(next));
      signal?.throwIfAborted();
      began = performance.now();
    }
    const score = evaluate(rollout);
    // What fails before all have begun is told below.
    if (score instanceof Promise) score.catch(() => undefined);
    scores.push(score);
  }
  return Promise.all(scores);
}

async function verifierOf({ use, preset, options = {} }: VerifyBody, methods: MethodResolver): Promise<CompiledReward> {
  const key = JSON.stringify([use, preset, options]);
  const kept = compiledVerifiers.get(key);
  if (kept !== undefined) return kept;
  const method = use.startsWith("verify/") ? await methods(use) : undefined;
  if (method?.record.kind !== "verifier") throw new UnknownMethodError(`verify: use must be the id of a verifier, got ${show(use)}${meantSuggestion(idsMeant(use, await methods.known()))}`, { path: "use", id: use });
  let compiled: CompiledReward;
  try {
    compiled = await compileSource({ kind: "document", base: null, document: { guerdon: 1, rewards: { verdict: { use, ...(preset === undefined ? {} : { preset }), with: options } } } }, methods);
  } catch (error) {
    if (!(error instanceof GuerdonError)) throw error;
    throw new GuerdonError(error.code, error.message.replace(/^rewards\.verdict/, "verify"), { ...error.details, path: "options" }, error);
  }
  if (key.length > KEPT_CHARACTERS) return compiled;
  if (compiledVerifiers.size >= KEPT) compiledVerifiers.clear();
  compiledVerifiers.set(key, compiled);
  return compiled;
}

function rolloutOf({ response, reference, prompt = "", state }: VerifyItem, path: readonly (string | number)[], at: readonly string[], parts: RequestParts): Rollout {
  const where = path.length === 0 ? "" : `items[${path[1]}].`;
  if (!isText(response)) throw fieldFault(`${where}response`, `must be text or a list of messages, got ${show(response)}`);
  if (!isText(prompt)) throw fieldFault(`${where}prompt`, `must be text or a list of messages, got ${show(prompt)}`);
  const exact = exactReference(reference, [...at, ...path, "reference"], parts);
  // An empty text is a reference here: nobody but the caller put it there.
  const own = reference === "" ? "" : exact;
  return { id: where === "" ? "0" : String(path[1]), group: "0", prompt, response, ...(own === undefined ? {} : { reference: own }), ...(state === undefined ? {} : { extra: { state } }) };
}

function isText(value: unknown): value is Rollout["response"] {
  return typeof value === "string" || (Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "object" && each !== null && typeof (each as Row)["role"] === "string" && typeof (each as Row)["content"] === "string"));
}

// ── advantages ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** The body of `advantages`; arrays stand in the body as lists (null: not scored), or in the frame. */
export interface AdvantagesBody {
  /** Id of a credit kernel: `credit/group-relative`. */
  readonly method: string;
  /** A framework's options: `verl`, `trl@1.16.0`. */
  readonly preset?: string | undefined;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  /** Gives the returns too, of methods that have them. */
  readonly returns?: boolean | undefined;
  /** `rewards` and `groups` a response, `cu_seqlens`, and `mask`, `token_rewards`, `values` … a token. */
  readonly [array: string]: unknown;
}

export const advantagesBody: z.ZodType<AdvantagesBody> = z
  .object({
    method: z.string(),
    preset: z.string().optional(),
    options: z.record(z.string(), z.unknown()).optional(),
    returns: z.boolean().optional(),
    rewards: z.array(z.number().nullable()).optional(),
    groups: z.union([z.array(z.number()), z.array(z.string())]).optional(),
    cu_seqlens: z.array(z.int()).optional(),
  })
  .catchall(z.array(z.number())) as unknown as z.ZodType<AdvantagesBody>;

/** The answer of `advantages` as JSON; a frame has the lists as arrays. */
export interface AdvantagesAnswer {
  readonly method: string;
  readonly per: "response" | "token";
  readonly advantages: readonly (number | null)[];
  readonly returns?: readonly (number | null)[] | undefined;
}

export const advantagesAnswer: z.ZodType<AdvantagesAnswer> = z.looseObject({
  method: z.string(),
  per: z.enum(["response", "token"]),
  advantages: z.array(z.number().nullable()),
  returns: z.array(z.number().nullable()).optional(),
}) as unknown as z.ZodType<AdvantagesAnswer>;

/** Advantages of a packed batch. Arrays come back under `advantages` (and `returns`): NaN where a reward was. @throws GuerdonError */
export async function advantages({ method: id, preset, options = {}, returns = false, ...lists }: AdvantagesBody, arrays: Readonly<Record<string, FrameArray>>, { methods }: Pick<NativeContext, "methods">): Promise<NativeAnswer> {
  const method = id.startsWith("credit/") ? await methods(id) : undefined;
  if (method === undefined) throw new UnknownMethodError(`advantages: method must be the id of a credit kernel, got ${show(id)}${meantSuggestion(idsMeant(id, await methods.known()))}`, { path: "method", id });
  if (!creditsPacked(method)) throw new OptionError(`advantages: method must be one that packed arrays can be credited with, got ${id}: call it in code`, { path: "method", id });
  const given: Record<string, PackedArrays[string]> = {};
  for (const [name, array] of Object.entries(arrays)) given[name] = name === "groups" || name === "cu_seqlens" ? wholeNumbers(array, name) : numbersOfArray(array, name);
  for (const [name, list] of Object.entries(lists)) {
    if (list === undefined) continue;
    if (name in given) throw fieldFault(name, "must stand in the body or in the frame, got both");
    given[name] = name === "groups" ? (list as readonly string[]) : Float64Array.from(list as readonly (number | null)[], (x) => x ?? Number.NaN);
  }
  const { id: name } = method.record;
  const credited = named(name, () => creditPacked(bound(method, preset, options), given));
  const out: Record<string, FrameArray> = { advantages: credited.advantages, ...credited.also };
  if (returns) out["returns"] = named(name, () => creditPacked(bound(method, preset, { ...options, ...returnOptions(method) }), given).advantages);
  return { body: { method: id, per: credited.per }, arrays: out };
}

/** A kernel's errors by the id that it was asked for, in place of its name in code. */
function named<Result>(id: string, credit: () => Result): Result {
  const prefix = `${exportName(id)}: `;
  try {
    return credit();
  } catch (error) {
    if (!(error instanceof GuerdonError) || !error.message.startsWith(prefix)) throw error;
    throw new GuerdonError(error.code, `${id}: ${error.message.slice(prefix.length)}`, error.details, error);
  }
}

function bound(method: Method, preset: string | undefined, options: Readonly<Record<string, unknown>>): CreditKernel {
  const kernel = method as unknown as Kernel<[], object, unknown>;
  return (preset === undefined ? kernel.with(options) : kernel.preset(preset, options)) as unknown as CreditKernel;
}

/** Options under which a method gives returns. @throws OptionError where it has none */
function returnOptions({ record }: Method): Readonly<Record<string, unknown>> {
  if (record.options.shape["output"]?.safeParse("return").success === true) return { output: "return" };
  throw new OptionError(`advantages: returns must be asked of a method that has them, got ${record.id}`, { path: "returns", id: record.id });
}

/** An answer with its arrays as lists: null for what is no number. */
export function asJson({ body, arrays }: NativeAnswer): unknown {
  const names = Object.keys(arrays);
  if (names.length === 0) return body;
  return { ...(body as object), ...Object.fromEntries(names.map((name) => [name, Array.from(arrays[name] as Float64Array, (x) => (Number.isNaN(x) ? null : x))])) };
}

/** An array of a frame as numbers; 64-bit integers too. @throws FormatError for one past 2⁵³ */
function numbersOfArray(array: FrameArray, name: string): Exclude<FrameArray, BigInt64Array> {
  if (!(array instanceof BigInt64Array)) return array;
  return wholeNumbers(array, name) as Int32Array | Float64Array;
}

/** 64-bit integers as 32-bit ones where all of them fit, which is a look at their halves. @throws FormatError for one past 2⁵³ */
function wholeNumbers(array: FrameArray, name: string): Exclude<FrameArray, BigInt64Array> {
  if (!(array instanceof BigInt64Array)) return array;
  const halves = new Int32Array(array.buffer, array.byteOffset, array.length * 2);
  const out = new Int32Array(array.length);
  for (let i = 0; i < out.length; i++) {
    const low = halves[2 * i]!;
    if (halves[2 * i + 1] !== low >> 31) return wide(array, name);
    out[i] = low;
  }
  return out;
}

function wide(array: BigInt64Array, name: string): Float64Array {
  return Float64Array.from(array, (x, i) => {
    if (x > 9007199254740991n || x < -9007199254740991n) throw new FormatError(`${name}[${i}]: must be within ±2⁵³, got ${x}`, { path: `${name}[${i}]` });
    return Number(x);
  });
}

// ── methods ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The body of `methods`: all of them, or one. */
export interface MethodsBody {
  readonly id?: string | undefined;
}

export const methodsBody: z.ZodType<MethodsBody> = z.strictObject({ id: z.string().optional() });

export const methodsAnswer: z.ZodType = z.object({ methods: z.array(z.looseObject({ id: z.string(), kind: z.string() })) });

/** Records of methods, as `guerdon methods --json` prints them, with the arrays that `advantages` takes for each. @throws UnknownMethodError */
export async function methodRecords({ id }: MethodsBody): Promise<{ readonly methods: readonly object[] }> {
  const [{ findMethod, listMethods }, { methodEntries }] = await Promise.all([import("../catalog/rooms.ts"), import("../catalog/method-entry.ts")]);
  const found = id === undefined ? await listMethods() : [await findMethod(id)];
  const entries = await methodEntries(found);
  return { methods: entries.map((entry, i) => (creditsPacked(found[i]!) ? { ...entry, arrays: wireNames(found[i]!.record) } : entry)) };
}
