/** The native call `verify`: one verifier by its id, over one response or many. */
import { z } from "zod";
import { CAPABILITIES } from "../../core/capabilities.ts";
import { GuerdonError, show, UnknownMethodError } from "../../core/errors.ts";
import type { Rollout } from "../../core/rollout.ts";
import { compileSource, evaluator, fieldsOfRows, type CompiledReward, type MethodResolver, type RowScore, type WireVerdict } from "../../pipeline/index.ts";
import { idsMeant, meantSuggestion } from "../../pipeline/meant.ts";
import { fieldFault, type RequestParts } from "../contract.ts";
import { exactReference } from "../contracts/shared/fields.ts";
import { type NativeContext, wireVerdict } from "./call.ts";

type Row = Record<string, unknown>;

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
  if (compiledVerifiers.size >= KEPT) compiledVerifiers.delete(compiledVerifiers.keys().next().value!);
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
