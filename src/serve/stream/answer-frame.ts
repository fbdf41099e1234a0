/** A frame to its answer: the part of `guerdon worker --frames` that runs in its threads. */
import { z } from "zod";
import type { CapabilityName, CapabilityTypes } from "../../core/capabilities.ts";
import { CAPABILITIES } from "../../core/capabilities.ts";
import { GuerdonError, show, suggestion } from "../../core/errors.ts";
import { undecided } from "../../core/verdict.ts";
import { VERSION } from "../../core/version.ts";
import type { CompiledReward } from "../../pipeline/compile.ts";
import { evaluator, finisher, lostOutcome, outputNames, type RowScore } from "../../pipeline/evaluate.ts";
import { compileSource, onTheWire, type MethodResolver, type PipelineReason, type RewardSource, type WireVerdict } from "../../pipeline/index.ts";
import { FRAME_LIMITS, packFrame, unpackFrame, type Allocate, type Frame, type FrameArray } from "../arrays.ts";
import { checkedValue } from "../checked.ts";
import { advantages, advantagesBody, methodRecords, methodsBody, rolloutsOf, score, scoreBody, scored, verify, verifyBody, type NativeAnswer, type NativeContext } from "../native/index.ts";
import { Kept } from "./kept.ts";

/** A frame to answer. */
export interface FrameTask {
  readonly frame: Uint8Array<ArrayBuffer>;
  /** The document of the spec it names, where the thread may not know it; null where nobody does. */
  readonly document?: unknown;
  /** Only these items, for one that takes a request apart: the answer is their results. */
  readonly only?: { readonly from: number; readonly to: number };
  /** The results of all items, found one by one; null where the worker died of it. */
  readonly found?: readonly Found[];
}

/** The result of one item of a request that was taken apart. */
export type Found = { readonly score: RowScore } | { readonly verdict: WireVerdict } | null;

/** What a thread says of a frame. */
export type FrameResult =
  /** `used` is the handle of the spec that the frame named. */
  | { readonly reply: Uint8Array<ArrayBuffer>; readonly used?: string }
  /** The frame names a spec that was opened in another thread: ask again with its document. */
  | { readonly unknown: string }
  /** A spec was opened; the other threads get its document when they are asked about it. */
  | { readonly reply: Uint8Array<ArrayBuffer>; readonly opened: string; readonly document: unknown }
  | { readonly reply: Uint8Array<ArrayBuffer>; readonly closed: string }
  | { readonly found: readonly Found[] }
  /** Another thread is to answer it. */
  | { readonly elsewhere: true };

/** What a thread has to answer frames with. */
export interface FrameDesk {
  readonly methods: MethodResolver;
  /** The spec that is used where none is named. */
  readonly source: RewardSource;
  readonly capabilities: (names: readonly CapabilityName[]) => Promise<Partial<CapabilityTypes>>;
  /** Gives answers their memory; not given, each has its own and can cross to another thread. */
  readonly allocate?: Allocate;
  /** What this thread answers, where that is not all. @throws Elsewhere */
  readonly admits?: { readonly header: (header: Frame["header"]) => void; readonly spec: (compiled: CompiledReward) => void };
}

/** Thrown where another thread is to answer. */
export class Elsewhere extends Error {}

type Open = Pick<Awaited<ReturnType<NativeContext["spec"]>>, "compiled" | "score">;

/** Specs that a thread keeps open, by the bytes of their documents: 64 small ones. One that falls out is compiled again when it is asked about. */
const KEPT = { mostBytes: 32 << 20, entryBytes: 512 << 10 };

/** The reason of an error that says that a spec must be opened again. */
const NOT_OPEN = "not-open";

class UnknownSpec extends Error {
  readonly handle: string;
  constructor(handle: string) {
    super(handle);
    this.handle = handle;
  }
}

const openBody = z.strictObject({ spec: z.looseObject({}) });
const closeBody = z.strictObject({ spec: z.string() });

const CALLS = ["score", "verify", "advantages", "methods", "open", "close", "hello"] as const;

/** Answers frames. Never throws for what a frame says: that is its answer. */
export function frameAnswerer({ methods, source, capabilities, allocate, admits }: FrameDesk): (task: FrameTask, signal: AbortSignal) => Promise<FrameResult> {
  const specs = new Kept<Promise<Open>>(KEPT);

  const openSpec = async (from: RewardSource): Promise<Open> => {
    const compiled = await compileSource(from, methods);
    admits?.spec(compiled);
    const given = await capabilities(CAPABILITIES.filter((name) => compiled.plan.needs.includes(name)));
    return { compiled, score: async (rollouts, signal) => Promise.all(rollouts.map(evaluator(compiled, { seed: compiled.plan.seed, ...given, ...(signal === undefined ? {} : { signal }) }))) };
  };
  const keep = (name: string, open: Promise<Open>, document: unknown): Promise<Open> => {
    // One that cannot be opened is tried again by the next frame.
    open.catch((error: unknown) => error instanceof Elsewhere || specs.delete(name));
    specs.set(name, open, document === null ? 0 : JSON.stringify(document).length);
    return open;
  };
  const specOf = async (name: string | undefined, document: unknown): Promise<Open> => {
    const key = name ?? "";
    const kept = specs.get(key);
    if (kept !== undefined) return kept;
    if (name === undefined) return keep(key, openSpec(source), null);
    if (document === undefined) throw new UnknownSpec(name);
    if (document === null) throw new GuerdonError("state", `spec: must be the handle of a spec that is open, got ${show(name)}: send it again with the call "open"; of many those are kept that were used last`, { path: "spec", reason: NOT_OPEN });
    return keep(key, openSpec({ kind: "document", document, base: null }), document);
  };

  return async function answer({ frame: bytes, document, only, found }, signal) {
    let id: unknown = null;
    try {
      const frame = unpackFrame(bytes);
      admits?.header(frame.header);
      id = idOf(frame.header["id"]);
      const { call } = frame.header;
      const context: NativeContext = { methods, spec: (name) => specOf(name, document), capabilities, at: ["body"], signal, text: frame.text };
      const body = frame.header["body"] ?? {};
      if (call === "score") return await answerScore(frame, id, context, { only, found, allocate });
      if (call === "verify") return await answerVerify(frame, id, context, { only, found, allocate });
      if (call === "advantages") return replied(id, await advantages(checkedValue(advantagesBody, body), frame.arrays, context), allocate);
      if (call === "methods") return replied(id, { body: await methodRecords(checkedValue(methodsBody, body)), arrays: {} }, allocate);
      if (call === "hello") return replied(id, { body: { version: VERSION, calls: CALLS, spec: factsOf((await specOf(undefined, undefined)).compiled) }, arrays: {} }, allocate);
      if (call === "open") {
        const { spec } = checkedValue(openBody, body);
        const open = openSpec({ kind: "document", document: spec, base: null });
        const { plan } = (await open).compiled;
        await keep(plan.hash, open, spec);
        return { ...replied(id, { body: { handle: plan.hash, ...factsOf({ plan }) }, arrays: {} }, allocate), opened: plan.hash, document: spec };
      }
      if (call === "close") {
        const { spec } = checkedValue(closeBody, body);
        specs.delete(spec);
        return { ...replied(id, { body: {}, arrays: {} }, allocate), closed: spec };
      }
      throw new GuerdonError("usage", `call: must be one of ${CALLS.join(", ")}, got ${show(call)}${typeof call === "string" ? suggestion(call, CALLS) : ""}`, { path: "call" });
    } catch (error) {
      if (error instanceof UnknownSpec) return { unknown: error.handle };
      if (error instanceof Elsewhere) return { elsewhere: true };
      return { reply: errorFrame(id, error) };
    }
  };
}

/** What a client is to know of a spec: how its rows may be cut into requests, and what their rewards are called. */
function factsOf({ plan }: Pick<CompiledReward, "plan">): { readonly reduces: string; readonly names: readonly string[]; readonly columns: Readonly<Record<string, string>>; readonly credit: string | null } {
  return { reduces: plan.reduces, names: outputNames(plan), columns: plan.columns, credit: plan.credit?.use ?? null };
}

type Apart = { readonly only: FrameTask["only"]; readonly found: FrameTask["found"]; readonly allocate: Allocate | undefined };

async function answerScore({ header, arrays }: Frame, id: unknown, context: NativeContext, { only, found, allocate }: Apart): Promise<FrameResult> {
  const body = checkedValue(scoreBody, header["body"] ?? {});
  const used = body.spec === undefined ? {} : { used: body.spec };
  if (only === undefined && found === undefined) return { ...replied(id, await score(body, arrays, context), allocate), ...used };
  const { compiled, score: scoreAll } = await context.spec(body.spec);
  const rollouts = rolloutsOf(body, arrays, compiled, context);
  if (only !== undefined) return { found: (await scoreAll(rollouts.slice(only.from, only.to), context.signal)).map((each) => ({ score: each })) };
  const scores = found!.map((each) => (each !== null && "score" in each ? each.score : lostScore(compiled)));
  return { ...replied(id, scored(compiled, rollouts, scores, "cu_seqlens" in arrays), allocate), ...used };
}

const LOST = "the worker that scored this row died twice";

function lostScore(compiled: CompiledReward): RowScore {
  return finisher(compiled)(compiled.nodes.filter((node) => node.reads === "rollout").map(() => lostOutcome(LOST)));
}

async function answerVerify({ header }: Frame, id: unknown, context: NativeContext, { only, found, allocate }: Apart): Promise<FrameResult> {
  const body = checkedValue(verifyBody, header["body"] ?? {});
  if (only === undefined && found === undefined) return replied(id, { body: await verify(body, context), arrays: {} }, allocate);
  if (only !== undefined) {
    // A body without items is itself the one that is asked about.
    const part = await verify(body, context, body.items === undefined ? undefined : only);
    return { found: ("verdicts" in part ? part.verdicts : [part.verdict]).map((verdict) => ({ verdict })) };
  }
  const verdicts = found!.map((each) => (each !== null && "verdict" in each ? each.verdict : onTheWire(undecided<PipelineReason>("worker-lost", LOST), { response: "" })));
  return replied(id, { body: body.items === undefined ? { verdict: verdicts[0] } : { verdicts }, arrays: {} }, allocate);
}

/** @throws GuerdonError where it is no id: the answer could not be told from others */
function idOf(id: unknown): string | number {
  if (typeof id === "string" || (typeof id === "number" && Number.isFinite(id))) return id;
  throw new GuerdonError("usage", `id: must be text or a number, got ${show(id)}`, { path: "id" });
}

function replied(id: unknown, { body, arrays }: NativeAnswer, allocate: Allocate | undefined): { readonly reply: Uint8Array<ArrayBuffer> } {
  return { reply: packFrame({ id, body }, arrays as Record<string, FrameArray>, FRAME_LIMITS, allocate) };
}

/** The frame that answers with an error; what nobody threw on purpose says so. */
export function errorFrame(id: unknown, error: unknown): Uint8Array<ArrayBuffer> {
  if (error instanceof GuerdonError) return packFrame({ id, error: { code: error.code, message: error.message, details: error.details } });
  // Lists in lists until the stack ends: the frame's doing.
  if (error instanceof RangeError && error.message.includes("call stack")) return packFrame({ id, error: { code: "format", message: "body: must not be nested this deep" } });
  return packFrame({ id, error: { code: "internal", message: error instanceof Error ? error.message : String(error) } });
}
