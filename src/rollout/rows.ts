/** One row to its rollouts, by a column plan. */
import { hash } from "node:crypto";
import { show } from "../core/errors.ts";
import { rememberExact } from "../core/exact.ts";
import type { Finish, Message, Rollout, RolloutSpan } from "../core/rollout.ts";
import { noResponse, RECOGNISED, recognizeRow, valueAt } from "./columns.ts";
import { parseExact, setOwn } from "./json.ts";
import { isRecord, readMessages, RowFault, splitConversation } from "./messages.ts";
import { readPrompt, readResponses, type ReadResponse } from "./responses.ts";
import type { ColumnChoice, ColumnPlan } from "./types.ts";

type Row = Record<string, unknown>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The rollouts of a row, and the path of the array that was expanded into them. */
export interface ReadRow {
  readonly rollouts: readonly Rollout[];
  readonly expanded?: readonly string[];
  /** The row's own plan, where the file's did not fit. */
  readonly columns?: ColumnPlan;
}

/** Reads rows of one plan. @throws RowFault for a row that holds no readable rollout */
export type RowReader = (row: Row, text: string, file: string, line: number) => ReadRow;

const ARRAYS = ["tokens", "mask", "rolloutLogprobs", "oldLogprobs", "logprobs", "refLogprobs", "values"] as const;

const FINISHES: Readonly<Record<string, Finish>> = {
  stop: "stop", eos: "stop", eos_token: "stop", end_turn: "stop", stop_sequence: "stop", completed: "stop",
  length: "length", max_tokens: "length", max_length: "length", max_output_tokens: "length", truncated: "length",
  tool: "tool", tool_calls: "tool", tool_use: "tool", function_call: "tool",
  error: "error", content_filter: "error",
  abort: "aborted", aborted: "aborted", cancelled: "aborted", canceled: "aborted",
};

const readers = new WeakMap<ColumnPlan, RowReader>();

/** The reader of a plan; made once a plan. */
export function rowReader(plan: ColumnPlan): RowReader {
  let reader = readers.get(plan);
  if (reader === undefined) readers.set(plan, (reader = makeReader(plan, false)));
  return reader;
}

/** `final` readers belong to one odd row and do not look for a better plan. */
function makeReader(plan: ColumnPlan, final: boolean): RowReader {
  const { roles } = plan;
  const seen = new Set(plan.seen);
  const given = Object.entries(plan.given);
  const arrays = ARRAYS.filter((role) => roles[role] !== undefined);
  const used = new Set(Object.keys(plan.given));
  for (const choice of Object.values(roles)) if (choice.path.length === 1) used.add(choice.path[0]!);

  const isOdd = (keys: readonly string[], response: unknown, messages: unknown): boolean =>
    (response == null && messages == null) || keys.some((key) => !seen.has(key) && RECOGNISED.has(key));

  return function read(row, text, file, line) {
    const keys = Object.keys(row);
    const response = take(row, roles.response);
    const messages = take(row, roles.messages);
    if (!final && isOdd(keys, response, messages)) return makeReader(recognizeRow(row, plan.mapping), true)(row, text, file, line);

    const { prompt, responses, under } = converse(row, plan, response, messages, keys);
    const expands = under !== undefined;
    const count = responses.length;

    // What the table has a name for but the row fills with something else stays with the unknown fields.
    const unfit = (choice: ColumnChoice, rule: string, value: unknown, extra: Row): void => {
      if (choice.explicit) throw unreadable(choice, rule, value);
      if (choice.path.length === 1) setOwn(extra, choice.path[0]!, value);
    };
    const common: Row = {};
    for (const key of keys) if (!used.has(key)) setOwn(common, key, row[key]);
    const name = (choice: ColumnChoice | undefined): string | undefined => {
      if (choice === undefined) return undefined;
      const value = take(row, choice);
      if (typeof value === "string") return value;
      if (typeof value === "number") return isRounded(value) ? exactText(text, choice, value) : String(value);
      if (value != null) unfit(choice, "be text or a number", value, common);
      return undefined;
    };

    let reference = take(row, roles.reference);
    if (isRounded(reference)) reference = exactText(text, roles.reference!, reference);
    else if (typeof reference === "object" && reference !== null) reference = readAgain(reference, row, text, roles);
    const rowId = name(roles.id);
    const task = name(roles.task);
    const episode = name(roles.episode);
    const parent = name(roles.parent);
    const version = take(row, roles.policyVersion);
    const group = name(roles.group) ?? (expands ? rowId : undefined) ?? promptGroup(prompt, version) ?? (expands ? `${file}:${line}` : undefined);

    const rollouts: Rollout[] = [];
    for (let k = 0; k < count; k++) {
      const id = (rowId ?? `${file}:${line}`) + (expands ? `:${k}` : "");
      const rollout: Mutable<Rollout> = { id, group: group ?? id, prompt: prompt ?? "", response: responses[k]!.value };
      const extra: Row = expands ? { ...common } : common;
      const own = (value: unknown): unknown => (expands && Array.isArray(value) && value.length === count ? value[k] : value);
      if (reference != null) rollout.reference = reference;
      if (task !== undefined) rollout.task = task;
      if (episode !== undefined) rollout.episode = episode;
      if (parent !== undefined) rollout.parent = parent;
      if (typeof version === "string" || typeof version === "number") rollout.policyVersion = version;
      if (roles.forkToken !== undefined) {
        const at = own(take(row, roles.forkToken));
        if (Number.isSafeInteger(at)) rollout.forkToken = at as number;
        else if (at != null) unfit(roles.forkToken, "be a token index", at, extra);
      }
      const ended = responses[k]!.finish ?? own(take(row, roles.finish));
      if (ended != null) {
        const finish = finishOf(ended);
        if (finish !== undefined) rollout.finish = finish;
        else if (roles.finish !== undefined) unfit(roles.finish, "be a known reason to stop", ended, extra);
      }
      for (const role of arrays) {
        const array = own(take(row, roles[role]));
        if (array == null) continue;
        const read = role === "mask" ? readMask(array) : Array.isArray(array) && array.every(Number.isFinite) ? (array as number[]) : null;
        if (read !== null) rollout[role] = read;
        else if (role === "mask") throw unreadable(roles.mask!, "be an array of 0 and 1, or of false and true", array);
        else if (holdsNumbers(array)) throw unreadable(roles[role]!, "be an array of numbers", array);
        else unfit(roles[role]!, "be an array of numbers", array, extra);
      }
      if (roles.spans !== undefined) {
        const spans = own(take(row, roles.spans));
        if (Array.isArray(spans) && spans.every(isSpan)) rollout.spans = spans;
        else if (spans != null) unfit(roles.spans, "be an array of spans { kind, start, end }", spans, extra);
      }
      if (given.length > 0) {
        const rewards: Record<string, number | null> = {};
        for (const [column, path] of given) if (!readGiven(rewards, column, own(valueAt(row, path)))) setOwn(extra, column, row[column]);
        if (Object.keys(rewards).length > 0) rollout.given = rewards;
      }
      if (Object.keys(extra).length > 0) rollout.extra = extra;
      rollouts.push(rollout);
    }
    return under === undefined ? { rollouts } : { rollouts, expanded: under, ...(final ? { columns: plan } : {}) };
  };
}

/** The value of a role: its column, or where that is null the next recognised one. */
function take(row: Row, choice: ColumnChoice | undefined): unknown {
  if (choice === undefined) return undefined;
  const value = valueAt(row, choice.path);
  if (value != null) return value;
  for (const name of choice.passedOver) {
    const next = valueAt(row, name.split("."));
    if (next != null) return next;
  }
  return value;
}

interface Conversation {
  readonly prompt: string | readonly Message[] | undefined;
  readonly responses: readonly ReadResponse[];
  /** Path of the expanded array. */
  readonly under?: readonly string[];
}

function converse(row: Row, plan: ColumnPlan, response: unknown, messages: unknown, keys: readonly string[]): Conversation {
  const { roles } = plan;
  const prompt = readPrompt(take(row, roles.prompt), roles.prompt?.path.join(".") ?? "prompt");
  const chat = Array.isArray(messages) ? readMessages(messages, roles.messages!.path.join(".")) : undefined;
  if (response != null) {
    const path = [roles.response!.path, ...roles.response!.passedOver.map((n) => n.split("."))].find((p) => valueAt(row, p) != null)!;
    const { responses, under } = readResponses(response, path.join("."));
    return { prompt: prompt ?? chat, responses, ...(under === undefined ? {} : { under: [...path, ...under] }) };
  }
  if (chat !== undefined) {
    const split = splitConversation(chat, roles.messages!.path.join("."));
    return { prompt: prompt ?? split.prompt, responses: [{ value: split.response }] };
  }
  if (roles.response === undefined) throw new RowFault(noResponse("row", keys).message.slice("row: ".length), "response");
  const field = roles.response.path.join(".");
  throw new RowFault(`${field} must be text, chat messages or an array of them, got ${show(response)}`, field);
}

function finishOf(value: unknown): Finish | undefined {
  if (value === true) return "length"; // is_truncated
  return typeof value === "string" && Object.hasOwn(FINISHES, value.toLowerCase()) ? FINISHES[value.toLowerCase()] : undefined;
}

function unreadable({ path }: ColumnChoice, rule: string, value: unknown): RowFault {
  const field = path.join(".");
  return new RowFault(`${field} must ${rule}, got ${show(value)}`, field);
}

/** A mask as numbers; null where it is none. */
function readMask(value: unknown): number[] | null {
  if (!Array.isArray(value)) return null;
  if (value.every((each) => each === 0 || each === 1)) return value as number[];
  return value.every((each) => typeof each === "boolean") ? value.map(Number) : null;
}

/** True of an array that was to be numbers: words of the response under `tokens` are another field, numbers with a hole are damage. */
function holdsNumbers(value: unknown): boolean {
  return Array.isArray(value) && value.some((each) => typeof each === "number" || (Array.isArray(each) && each.some((inner) => typeof inner === "number")));
}

function isSpan(value: unknown): value is RolloutSpan {
  return isRecord(value) && typeof value.kind === "string" && Number.isSafeInteger(value.start) && Number.isSafeInteger(value.end);
}

/** Adds a given reward, or the rewards of an object of them; false where the value holds no rewards. */
function readGiven(rewards: Record<string, number | null>, column: string, value: unknown): boolean {
  if (value === undefined) return true;
  if (isReward(value)) setOwn(rewards, column, value);
  else if (isRecord(value) && Object.values(value).every(isReward)) {
    for (const [name, reward] of Object.entries(value)) if (!Object.hasOwn(rewards, name)) setOwn(rewards, name, reward);
  } else return false;
  return true;
}

function isReward(value: unknown): value is number | null {
  return value === null || (typeof value === "number" && Number.isFinite(value));
}

/** True for an integer past 2⁵³: JSON.parse may have rounded it, so two ids may have become one and a right answer wrong. */
function isRounded(value: unknown): value is number {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** Digits that no double holds are at least this many. */
const LONG = /\d{16}/;

/**
 * A reference that holds more than one value. The whole row is one without what the policy wrote; and of any that may have been rounded
 * the text is kept at hand, for verifiers that need its integers whole.
 */
function readAgain(reference: object, row: Row, text: string, roles: ColumnPlan["roles"]): object {
  const choice = roles.reference!;
  const answers = new Set([roles.response, roles.messages].flatMap((each) => (each === undefined ? [] : [each.path[0]!, ...each.passedOver.map((name) => name.split(".")[0]!)])));
  const own = (whole: Row): Row => Object.fromEntries(Object.entries(whole).filter(([name]) => !answers.has(name)));
  const given = choice.path.length === 0 ? own(row) : reference;
  if (!LONG.test(text)) return given;
  rememberExact(given, () => {
    const exact = parseExact(text, (source) => (/^-?\d+$/.test(source) ? BigInt(source) : Number(source))) as Row;
    return choice.path.length === 0 ? own(exact) : take(exact, choice);
  });
  return given;
}

/** A rounded integer as it was written. */
function exactText(text: string, choice: ColumnChoice, rounded: number): string {
  const row = parseExact(text, String);
  for (const path of [choice.path, ...choice.passedOver.map((n) => n.split("."))]) {
    const value = valueAt(row, path);
    // The column that `take` took: where its number is a double to the last digit it is no text here either, and still the answer.
    if (value != null) return String(value);
  }
  return String(rounded);
}

let lastPrompt: string | undefined;
let lastGroup = "";

/** Rollouts of one prompt and policy version are one group. The last hash is kept: groups usually stand together. */
function promptGroup(prompt: string | readonly Message[] | undefined, version: unknown): string | undefined {
  if (prompt === undefined || prompt.length === 0) return undefined;
  const said = typeof prompt === "string" ? prompt : JSON.stringify(prompt);
  const key = version == null ? said : `${String(version)}\n${said}`;
  if (key !== lastPrompt) {
    lastGroup = hash("sha256", key).slice(0, 20);
    lastPrompt = key;
  }
  return lastGroup;
}
