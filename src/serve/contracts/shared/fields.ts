/** What bodies of several contracts hold: a reference with its digits, a task, messages. */
import { show } from "../../../core/errors.ts";
import { rememberExact } from "../../../core/exact.ts";
import type { Message } from "../../../core/rollout.ts";
import { parseExact } from "../../../rollout/json.ts";
import { readMessages, RowFault, splitConversation } from "../../../rollout/messages.ts";
import { fieldFault, type RequestParts } from "../../contract.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Where a value stands in a body. */
export type FieldPath = readonly (string | number)[];

/** Names of the reference, in the order of preference. */
const REFERENCE_NAMES = ["reference", "ground_truth", "expected_answer", "reference_answer", "gold", "gold_answer", "correct_answer", "answer", "gt_sql", "solution", "target", "label", "verifier_metadata"];

/** Names of the task, which picks the spec. */
const TASK_NAMES = ["task", "task_name", "data_source", "dataset"];

/** Digits that no double holds are at least this many. */
const LONG = /\d{16}/;

interface Whole {
  readonly long: boolean;
  /** The body with its integers whole; made when somebody asks. */
  exact?: unknown;
}

const bodies = new WeakMap<RequestParts, Whole>();

function wholeOf(parts: RequestParts): Whole {
  let whole = bodies.get(parts);
  if (whole === undefined) bodies.set(parts, (whole = { long: LONG.test(parts.text) }));
  return whole;
}

/**
 * A reference as verifiers take it: null and the empty text (which trainers send where a data set has no answer) are none; an integer that a
 * double rounds is its digits, as text; of an object with such integers the text is kept at hand.
 */
export function exactReference(value: unknown, path: FieldPath, parts: RequestParts): unknown {
  if (value === null || value === undefined || value === "") return undefined;
  if (typeof value === "number") return Number.isInteger(value) && !Number.isSafeInteger(value) ? String(at(parseExact(parts.text, String), path) ?? value) : value;
  if (typeof value !== "object") return value;
  const whole = wholeOf(parts);
  if (whole.long) rememberExact(value, () => at((whole.exact ??= parseExact(parts.text, (source) => (/^-?\d+$/.test(source) ? BigInt(source) : Number(source)))), path));
  return value;
}

function at(value: unknown, path: FieldPath): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Fields)[key];
  }
  return found;
}

/** The value at a dotted path of own keys. */
export function atPath(value: unknown, path: string): unknown {
  return at(value, path.split("."));
}

/** The reference among fields whose names a contract leaves to the data set; `named` is a dotted path that goes before recognition. */
export function referenceAmong(fields: unknown, path: FieldPath, parts: RequestParts, named?: string): unknown {
  const name = named ?? REFERENCE_NAMES.find((each) => exactReference(at(fields, [each]), [...path, each], parts) !== undefined);
  if (name === undefined) return undefined;
  const keys = name.split(".");
  return exactReference(at(fields, keys), [...path, ...keys], parts);
}

/** The task among fields: text or a number under one of its names. */
export function taskAmong(fields: unknown): string | undefined {
  for (const name of TASK_NAMES) {
    const value = at(fields, [name]);
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number") return String(value);
  }
  return undefined;
}

/**
 * A label that carries its task: `{ data_source, ground_truth }` as verl's data sets have it, here for trainers that send one label and no more.
 * Any other label is the reference itself.
 */
export function labelOf(label: unknown, path: FieldPath, parts: RequestParts): { readonly reference?: unknown; readonly task?: string } {
  const task = taskAmong(label);
  const packed = task !== undefined && REFERENCE_NAMES.some((name) => at(label, [name]) !== undefined);
  const reference = packed ? referenceAmong(label, path, parts) : exactReference(label, path, parts);
  return { ...(reference === undefined ? {} : { reference }), ...(packed ? { task } : {}) };
}

/** The spec that a request names in its address: `?spec=NAME`. */
export function specOf({ query }: RequestParts): { readonly spec?: string } {
  return query["spec"] === undefined ? {} : { spec: query["spec"] };
}

/** Runs a reader of rollouts; what it says of a field becomes a fault of that field. @throws FormatError */
export function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RowFault)) throw error;
    throw fieldFault(error.field ?? "body", error.message);
  }
}

/** A conversation that ends with the model's own turns. @throws FormatError */
export function conversation(messages: readonly unknown[], path: string): { readonly prompt: Message[]; readonly response: Message[] } {
  return reading(() => splitConversation(readMessages(messages, path), path));
}

/** Lists that go together must have one length. @throws FormatError */
export function requireAsMany(name: string, list: readonly unknown[] | null | undefined, other: string, count: number): void {
  if (list !== null && list !== undefined && list.length !== count) throw fieldFault(name, `must have as many items as ${other}, which has ${count}, got ${show(list.length)}`);
}
