/** Output rows: the input row as it was, and what was computed of it. */
import { FormatError } from "../core/errors.ts";
import { parseExact, setOwn } from "./json.ts";
import { isRecord } from "./messages.ts";
import type { ColumnPlan, InputRow } from "./types.ts";

/** Where input fields go whose names the output needs. */
export const INPUT_FIELD = "input";

/**
 * The output line of one rollout of a row, without a line end: the input row, then the fields of `output`.
 *
 * Input fields that collide with output fields move under `input` (an `input` field of the row itself then moves there too).
 * Everything else survives at the level of JSON: a row that holds one rollout and collides with nothing is copied as text, so even
 * digits past 2⁵³ and duplicate keys stay; elsewhere numbers keep their text and of duplicate keys the last stays.
 *
 * A row expanded into several rollouts gives one row each: the array becomes its k-th element, arrays of the same length under
 * recognised columns too, and `id` and `group` are those of the rollout. `columns` is the plan of the file.
 *
 * @throws FormatError where a row nests too deeply to be written again
 */
export function outputLine(input: InputRow, k: number, output: Readonly<Record<string, unknown>>, columns?: ColumnPlan): string {
  const names = Object.keys(output);
  try {
    const added = JSON.stringify(output);
    if (input.expanded === undefined && !names.some((name) => Object.hasOwn(input.row, name))) {
      const text = input.text.trim();
      if (names.length === 0) return text;
      return Object.keys(input.row).length === 0 ? added : `${text.slice(0, -1).trimEnd()},${added.slice(1)}`;
    }
    return JSON.stringify(merge(rowOf(input, k, input.columns ?? columns), output));
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    throw new FormatError(`${input.file}:${input.line}: a row must be writable as JSON, got ${error.message}`, { file: input.file, line: input.line }, error);
  }
}

/** The row of one rollout, numbers as they were written; an expanded array is narrowed to its k-th element. */
function rowOf(input: InputRow, k: number, columns: ColumnPlan | undefined): Record<string, unknown> {
  const row = parseExact(input.text) as Record<string, unknown>;
  if (input.expanded === undefined) return row;
  const count = input.rollouts.length;
  narrow(row, input.expanded, k);
  if (columns !== undefined) {
    const paths = [...Object.entries(columns.roles).filter(([role]) => SHARED.has(role)).map(([, choice]) => choice.path), ...Object.values(columns.given)];
    for (const path of paths) if (path.join(".") !== input.expanded.join(".")) narrow(row, path, k, count);
  }
  const rollout = input.rollouts[k]!;
  row.id = rollout.id;
  row.group = rollout.group;
  return row;
}

/** Roles that may hold one value a response. */
const SHARED: ReadonlySet<string> = new Set(["finish", "forkToken", "tokens", "mask", "rolloutLogprobs", "oldLogprobs", "logprobs", "refLogprobs", "values", "spans"]);

/** Replaces the array at a path by its k-th element, where it has the length asked for. */
function narrow(row: Record<string, unknown>, path: readonly string[], k: number, length?: number): void {
  let holder: unknown = row;
  for (const key of path.slice(0, -1)) {
    if (!isRecord(holder) || !Object.hasOwn(holder, key)) return;
    holder = holder[key];
  }
  const last = path[path.length - 1]!;
  if (!isRecord(holder) || !Object.hasOwn(holder, last)) return;
  const array = holder[last];
  if (Array.isArray(array) && (length === undefined || array.length === length)) setOwn(holder, last, array[k]);
}

function merge(row: Record<string, unknown>, output: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const moved: Record<string, unknown> = {};
  const merged: Record<string, unknown> = {};
  const collides = Object.keys(row).some((key) => Object.hasOwn(output, key));
  for (const key of Object.keys(row)) setOwn(collides && (key === INPUT_FIELD || Object.hasOwn(output, key)) ? moved : merged, key, row[key]);
  if (collides) merged[INPUT_FIELD] = moved;
  for (const key of Object.keys(output)) setOwn(merged, key, output[key]);
  return merged;
}
