/** Credit kernels called on packed arrays, as trainers hold them: rewards and group codes a response, `cu_seqlens` and what is a token. */
import { NonFiniteError, OptionError, ShapeError, show, suggestion } from "../core/errors.ts";
import { exportName, type Method, type MethodRecord, type Series } from "../core/method.ts";
import type { GroupKey } from "../core/packed.ts";
import type { CreditInput } from "../core/reward.ts";
import { float64, groupRows, maskBytes, type GroupIndex } from "./batch.ts";
import type { CreditKernel } from "./credit-rollouts.ts";

/**
 * Arrays by the names they have on a wire. A response has one of `rewards` (NaN: not scored), `groups` (any order), `bootstrap`, `outcomes`, `lengths`;
 * `cu_seqlens` has one more; all others (`token_rewards`, `values`, `mask`, `tokens`, `logprobs` …) have one a token.
 */
export type PackedArrays = Readonly<Record<string, Series | ArrayLike<GroupKey>>>;

/** What a kernel gave. */
export interface PackedCredit {
  /** One a response, or one a token, packed as the tokens came. NaN where the reward was. */
  readonly advantages: Float64Array;
  readonly per: "response" | "token";
  /** Other arrays of the result, of kernels that give several. */
  readonly also: Readonly<Record<string, Float64Array>>;
}

const PER_RESPONSE: ReadonlySet<string> = new Set(["rewards", "groups", "bootstrap", "outcomes", "lengths"]);

/** Inputs that are settings of a loop, and no data. */
const NO_DATA: ReadonlySet<string> = new Set(["into", "groupStarts"]);

/**
 * Credits a packed batch with a kernel, options bound: group by group, row by row or all at once, as the kernel reduces.
 *
 * Where a kernel looks at token rewards and there are only `rewards`, each stands on the last trainable token of its response.
 * A reward that is NaN was not scored: its response leaves the batch and gets NaN, and so does one that is left alone in its group by that.
 *
 * @throws ShapeError, OptionError where an array is missing, unknown, or of another length than the others; what the kernel throws
 * @example creditPacked(groupRelative.with({ std: false }), { rewards: [1, 4, 0, 2], groups: [7, 8, 7, 8] }).advantages // => [0.5, 1, -0.5, -1]
 */
export function creditPacked(kernel: CreditKernel, arrays: PackedArrays): PackedCredit {
  const { record } = kernel;
  const where = exportName(record.id);
  const known = wireNames(record);
  for (const name of Object.keys(arrays))
    if (!known.includes(name)) throw new OptionError(`${where}: no array ${JSON.stringify(name)}${suggestion(name, known)}; it takes ${known.join(", ")}`, { array: name, known });
  const batch = checkedBatch(where, arrays);
  const open = openRows(record, arrays["rewards"] as Series | undefined, batch, arrays["groups"] as ArrayLike<GroupKey> | undefined, where);
  if (open === null) return creditAll(kernel, where, arrays, batch);
  return withoutOpen(kernel, where, arrays, batch, open);
}

/** Names of the arrays that a kernel takes on a wire; none of one that takes no packed arrays. */
export function wireNames({ credits, inputs, reduces }: Pick<MethodRecord, "credits" | "inputs" | "reduces">): string[] {
  const names = new Set<string>();
  for (const input of credits?.takes ?? []) for (const name of TAKEN[input]) names.add(name);
  for (const input of Object.keys(inputs ?? {})) if (!NO_DATA.has(input)) names.add(wireName(input));
  // Rewards that stand on tokens, or are summed up from there.
  if (names.has("rewards") && (names.has("cu_seqlens") || names.has("mask"))) names.add("token_rewards");
  if (names.size > 0 && reduces === "group" && credits !== undefined) names.add("groups");
  return [...names];
}

const TAKEN: Readonly<Record<CreditInput, readonly string[]>> = {
  rewards: ["rewards"],
  groups: ["groups"],
  lengths: ["lengths", "cu_seqlens", "mask"],
  starts: ["cu_seqlens"],
  tokens: ["tokens", "cu_seqlens"],
  "token-rewards": ["rewards", "token_rewards", "cu_seqlens", "mask"],
  values: ["values", "cu_seqlens"],
  mask: ["mask", "cu_seqlens"],
  masks: ["mask", "cu_seqlens"],
};

/** `refLogprobs` is `ref_logprobs`, `starts` is `cu_seqlens`. */
function wireName(input: string): string {
  return input === "starts" ? "cu_seqlens" : input.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}

interface Batch {
  /** Responses; tokens: null where nothing says how many there are. */
  readonly rows: number | null;
  readonly tokens: number | null;
  readonly starts: Int32Array | null;
}

/** Checks the lengths of the arrays against each other. @throws ShapeError with the name of the one that does not fit */
function checkedBatch(where: string, arrays: PackedArrays): Batch {
  const given = arrays["cu_seqlens"] as Series | undefined;
  let starts: Int32Array | null = null;
  if (given !== undefined) {
    if (given.length === 0 || given[0] !== 0) throw new ShapeError(`${where}: cu_seqlens[0] must be 0, got ${show(given[0])}`, { array: "cu_seqlens", index: 0 });
    for (let row = 1; row < given.length; row++)
      if (!(given[row]! >= given[row - 1]!) || !Number.isInteger(given[row]) || given[row]! >= 2 ** 31)
        throw new ShapeError(`${where}: cu_seqlens[${row}] must be a whole number of at least cu_seqlens[${row - 1}], ${given[row - 1]}, got ${show(given[row])}`, { array: "cu_seqlens", index: row });
    starts = given instanceof Int32Array ? given : Int32Array.from(given);
  }
  let [rows, tokens]: [number | null, number | null] = starts === null ? [null, null] : [starts.length - 1, starts[starts.length - 1]!];
  for (const [name, array] of Object.entries(arrays)) {
    if (name === "cu_seqlens") continue;
    const response = PER_RESPONSE.has(name);
    const count = response ? rows : tokens;
    if (count !== null && array.length !== count)
      throw new ShapeError(`${where}: ${name} must have one entry a ${response ? "response" : "token"}, ${count}, got ${array.length}`, { array: name, length: array.length });
    if (response) rows = array.length;
    else tokens = array.length;
  }
  return { rows, tokens, starts };
}

/** Rows that are not credited, as 1; null where all are. */
function openRows({ credits, reduces }: MethodRecord, rewards: Series | undefined, { rows }: Batch, groups: ArrayLike<GroupKey> | undefined, where: string): Uint8Array | null {
  if (credits === undefined || rewards === undefined || rows === null) return null;
  let open: Uint8Array | null = null;
  for (let row = 0; row < rows; row++) if (Number.isNaN(rewards[row])) (open ??= new Uint8Array(rows))[row] = 1;
  if (open === null || reduces === "row" || (groups === undefined && reduces === "batch")) return open;
  const { of, starts } = indexOf(where, groups, rows);
  const lost = new Int32Array(starts.length - 1);
  for (let row = 0; row < rows; row++) lost[of[row]!]! += open[row]!;
  for (let row = 0; row < rows; row++) {
    const group = of[row]!;
    if (lost[group]! > 0 && starts[group + 1]! - starts[group]! - lost[group]! < 2) open[row] = 1;
  }
  return open;
}

/** Groups by their keys; without keys all rows are one. */
function indexOf(where: string, groups: ArrayLike<GroupKey> | undefined, rows: number): GroupIndex {
  return groupRows(where, groups ?? new Uint8Array(rows), rows);
}

/** Credits the batch without its open rows, which get NaN. */
function withoutOpen(kernel: CreditKernel, where: string, arrays: PackedArrays, { rows, starts }: Batch, open: Uint8Array): PackedCredit {
  const kept = Array.from(open.keys()).filter((row) => open[row] === 0);
  const ofToken = starts === null ? null : kept.flatMap((row) => Array.from({ length: starts[row + 1]! - starts[row]! }, (_, t) => starts[row]! + t));
  const pick = (array: ArrayLike<unknown>, at: readonly number[]): ArrayLike<unknown> => (array instanceof Uint8Array ? Uint8Array.from(at, (i) => array[i]!) : at.map((i) => array[i]));
  const rest: Record<string, Series> = {};
  for (const [name, array] of Object.entries(arrays)) {
    if (name === "cu_seqlens") continue;
    if (!PER_RESPONSE.has(name) && ofToken === null) throw new ShapeError(`${where}: cu_seqlens must be given with ${name} where a reward is NaN, got none`, { array: "cu_seqlens" });
    rest[name] = pick(array, PER_RESPONSE.has(name) ? kept : ofToken!) as Series;
  }
  if (starts !== null) {
    const lengths = kept.map((row) => starts[row + 1]! - starts[row]!);
    const bounds = new Int32Array(kept.length + 1);
    lengths.forEach((length, k) => (bounds[k + 1] = bounds[k]! + length));
    rest["cu_seqlens"] = bounds;
  }
  const credited = creditAll(kernel, where, rest, checkedBatch(where, rest));
  const token = credited.per === "token" && starts !== null;
  const places = token ? ofToken! : kept;
  const spread = (part: Float64Array): Float64Array => {
    const whole = new Float64Array(token ? starts[starts.length - 1]! : rows!).fill(Number.NaN);
    places.forEach((at, k) => (whole[at] = part[k]!));
    return whole;
  };
  return { ...credited, advantages: spread(credited.advantages), also: Object.fromEntries(Object.entries(credited.also).map(([name, part]) => [name, spread(part)])) };
}

function creditAll(kernel: CreditKernel, where: string, arrays: PackedArrays, batch: Batch): PackedCredit {
  const { record } = kernel;
  if (wireNames(record).length === 0) throw new OptionError(`${where}: must be a kernel that packed arrays can be credited with, got ${record.id}: call it in code`, { id: record.id });
  // Groups of positional kernels go one by one; a kernel with named inputs takes the batch whole, but for one group without keys.
  const whole = record.inputs !== undefined && !(record.credits !== undefined && record.reduces === "group" && arrays["groups"] === undefined);
  if (whole) return result(record, (kernel as unknown as (inputs: object) => unknown)(namedInputs(record, where, arrays, batch)), where, batch, arrays);
  if (record.credits === undefined) throw new OptionError(`${where}: must be a kernel that packed arrays can be credited with, got ${record.id}: call it in code`, { id: record.id });
  if (record.reduces === "group") return byGroup(kernel, where, arrays, batch);
  const { rewards, groups } = { rewards: required(where, arrays, "rewards"), groups: required(where, arrays, "groups") };
  return result(record, (kernel as unknown as (...inputs: unknown[]) => unknown)(rewards, groups), where, batch, arrays);
}

function required(where: string, arrays: PackedArrays, name: string): Series {
  const array = arrays[name];
  if (array === undefined) throw new ShapeError(`${where}: ${name} must be given, got none`, { array: name });
  return array as Series;
}

/** The inputs of a kernel by its own names. */
function namedInputs(record: MethodRecord, where: string, arrays: PackedArrays, batch: Batch): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  const onTokens = record.credits?.takes.includes("token-rewards") === true;
  const tokenRewards = arrays["token_rewards"] as Series | undefined;
  const summed = tokenRewards !== undefined && arrays["rewards"] === undefined;
  for (const name of Object.keys(record.inputs!)) {
    if (NO_DATA.has(name)) continue;
    const given = arrays[wireName(name)];
    if (name === "rewards" && (onTokens || summed)) inputs[name] = tokenRewards ?? onLast(where, arrays, batch);
    // Rewards of whole responses have no rows to be summed over, but in kernels that spread them over the tokens.
    else if ((name === "starts" || name === "mask") && record.credits?.gives === "rollout" && !summed) continue;
    else if (given !== undefined) inputs[name] = name === "starts" ? batch.starts : given;
  }
  if (onTokens && tokenRewards !== undefined && arrays["rewards"] !== undefined)
    throw new OptionError(`${where}: must be given rewards or token_rewards, got both`, { array: "rewards" });
  return inputs;
}

/** Rewards of responses on their last trainable tokens. @throws ShapeError where one has none */
function onLast(where: string, arrays: PackedArrays, { starts, tokens }: Batch): Float64Array {
  const rewards = required(where, arrays, "rewards");
  if (starts === null) throw new ShapeError(`${where}: cu_seqlens must be given with rewards of whole responses, got none`, { array: "cu_seqlens" });
  const mask = maskBytes(where, arrays["mask"] as Series | undefined, tokens!);
  const out = new Float64Array(tokens!);
  for (let row = 0; row < rewards.length; row++) {
    let last = starts[row + 1]! - 1;
    while (mask !== null && last >= starts[row]! && mask[last] === 0) last--;
    if (last < starts[row]!) throw new ShapeError(`${where}: response ${row} must have a trainable token for its reward to stand on, got none`, { row });
    out[last] = rewards[row]!;
  }
  return out;
}

function byGroup(kernel: CreditKernel, where: string, arrays: PackedArrays, batch: Batch): PackedCredit {
  const { takes, gives } = kernel.record.credits!;
  const rewards = float64(required(where, arrays, "rewards"));
  const rows = rewards.length;
  const index = indexOf(where, arrays["groups"] as ArrayLike<GroupKey> | undefined, rows);
  const { starts } = batch;
  const ragged = takes.some((input) => input === "tokens" || input === "masks");
  if (ragged && starts === null) throw new ShapeError(`${where}: cu_seqlens must be given, got none`, { array: "cu_seqlens" });
  const ones = ragged && arrays["mask"] === undefined ? new Uint8Array(batch.tokens!).fill(1) : null;
  const mask = maskBytes(where, arrays["mask"] as Series | undefined, batch.tokens ?? 0) ?? ones;
  const tokens = takes.includes("tokens") ? float64(required(where, arrays, "tokens")) : null;
  const lengths = takes.includes("lengths") ? lengthsOf(where, arrays, batch, mask) : null;
  const out = new Float64Array(gives === "token" ? starts![rows]! : rows);
  const call = kernel as unknown as (...inputs: unknown[]) => ArrayLike<number | Float64Array>;
  for (let group = 0; group + 1 < index.starts.length; group++) {
    const members = index.rows.subarray(index.starts[group]!, index.starts[group + 1]!);
    const gather = (x: Float64Array): Float64Array => (index.inOrder ? x.subarray(members[0]!, members[0]! + members.length) : Float64Array.from(members, (row) => x[row]!));
    const views = (x: Float64Array | Uint8Array): ArrayLike<number>[] => Array.from(members, (row) => x.subarray(starts![row]!, starts![row + 1]!));
    const inputs = takes.map((input) => (input === "rewards" ? gather(rewards) : input === "lengths" ? gather(lengths!) : input === "tokens" ? views(tokens!) : views(mask!)));
    const given = call(...inputs);
    for (let k = 0; k < members.length; k++) {
      const value = given[k]!;
      if (typeof value === "number") out[members[k]!] = value;
      else out.set(value, starts![members[k]!]!);
    }
  }
  return { advantages: out, per: gives === "token" ? "token" : "response", also: {} };
}

/** Trainable tokens of every response. */
function lengthsOf(where: string, arrays: PackedArrays, { starts }: Batch, mask: Uint8Array | null): Float64Array {
  const given = arrays["lengths"] as Series | undefined;
  if (given !== undefined) return float64(given);
  if (starts === null) throw new ShapeError(`${where}: lengths or cu_seqlens must be given, got neither`, { array: "lengths" });
  return Float64Array.from({ length: starts.length - 1 }, (_, row) => {
    if (mask === null) return starts[row + 1]! - starts[row]!;
    let count = 0;
    for (let t = starts[row]!; t < starts[row + 1]!; t++) count += mask[t]!;
    return count;
  });
}

/** What a kernel gave for the whole batch. */
function result(record: MethodRecord, given: unknown, where: string, { rows, tokens }: Batch, arrays: PackedArrays): PackedCredit {
  const also: Record<string, Float64Array> = {};
  let advantages: Float64Array | null = null;
  if (given instanceof Float64Array) advantages = given;
  else if (typeof given === "object" && given !== null)
    for (const [name, field] of Object.entries(given))
      if (field instanceof Float64Array && (name === "advantages" || name === "rewards")) advantages ??= field;
      else if (field instanceof Float64Array) also[wireName(name)] = field;
  if (advantages === null) throw new NonFiniteError(`${where}: must give an array of advantages, got ${show(given)}`, { id: record.id });
  const token = record.credits?.gives === "token" || (arrays["token_rewards"] !== undefined && advantages.length === tokens) || (rows === null && advantages.length === tokens) || (record.credits === undefined && advantages.length === tokens && tokens !== rows);
  return { advantages, per: token ? "token" : "response", also };
}

/** True of a method that `creditPacked` can be called with. */
export function creditsPacked({ record }: Method): boolean {
  return record.kind === "kernel" && record.id.startsWith("credit/") && (record.credits !== undefined || Object.hasOwn(record.inputs ?? {}, "rewards") || Object.hasOwn(record.inputs ?? {}, "values")) && wireNames(record).length > 0;
}
