/** The native call `score`: rows in any dialect, with their rewards and, where the spec has credit, their advantages. */
import { z } from "zod";
import { show } from "../../core/errors.ts";
import type { Rollout } from "../../core/rollout.ts";
import { creditRows, fieldsOfRows, firstMisfit, type CompiledReward, type RowScore, type ScoredFields } from "../../pipeline/index.ts";
import { recognizeColumns, type ColumnMapping } from "../../rollout/index.ts";
import { parseExact } from "../../rollout/json.ts";
import { RowFault } from "../../rollout/messages.ts";
import { rowReader, type RowReader } from "../../rollout/rows.ts";
import type { FrameArray } from "../arrays.ts";
import { fieldFault, type Asked, type RequestParts, type Scores } from "../contract.ts";
import { splitTranscript } from "../contracts/shared/transcript.ts";
import { type NativeContext, type NativeAnswer, wireVerdict } from "./call.ts";
import { numbersOfArray } from "./numbers.ts";

type Row = Record<string, unknown>;

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
