/** A body that is a frame: the native calls, with packed arrays in and out. */
import { CAPABILITIES } from "../../core/capabilities.ts";
import type { RowScore, ScoredFields } from "../../pipeline/index.ts";
import { packFrame, PREFIX_BYTES, unpackFrame, type FrameArray } from "../arrays.ts";
import { checkedValue } from "../checked.ts";
import { requireShortLists, specNamed, type Desk, type Turn } from "./body.ts";
import { requireReadable } from "./readable.ts";
import { fieldFault } from "../contract.ts";
import { Elsewhere, requireAtMost } from "./faults.ts";
import { advantages, methodRecords, score, verify, type AdvantagesBody, type MethodsBody, type NativeAnswer, type NativeContext, type ScoreBody, type VerifyBody } from "../native/index.ts";
import type { OpenRoute } from "./routes.ts";

/** The answer to a frame, and what was scored for it. */
export interface FrameAnswer {
  readonly frame: Uint8Array<ArrayBuffer>;
  readonly rows: readonly ScoredFields[];
  readonly items: number;
  readonly plan: string;
}

/** Answers a frame with a frame. @throws GuerdonError: answered in JSON, as those of other bodies are */
export async function answerFrame(desk: Desk, { route }: OpenRoute, bytes: Uint8Array, turn: Turn, signal: AbortSignal): Promise<FrameAnswer> {
  if (bytes.length >= PREFIX_BYTES) requireReadable(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + headerLength(bytes)), desk.heapBytes);
  // Arrays are views of the frame, which must begin where numbers may.
  const whole = bytes.slice();
  const { header, arrays } = unpackFrame(whole);
  const call = route.path.slice(route.path.lastIndexOf("/") + 1);
  if (header["call"] !== undefined && header["call"] !== call) throw fieldFault("call", `must be ${call} here, or not be given, got ${JSON.stringify(header["call"])}`);
  let rows: readonly ScoredFields[] = [];
  let plan = "";
  const context: NativeContext = {
    methods: desk.methods,
    text: Buffer.from(whole.buffer, PREFIX_BYTES, headerLength(whole)).toString("utf8"),
    at: ["body"],
    signal,
    async capabilities(names) {
      const missing = CAPABILITIES.filter((name) => names.includes(name) && desk.capabilities[name] === undefined);
      if (missing.length > 0) throw new Elsewhere(missing);
      return desk.capabilities;
    },
    async spec(name) {
      const spec = specNamed(desk.specs, name);
      return {
        compiled: spec.compiled,
        async score(rollouts) {
          requireAtMost(desk.items, rollouts.length);
          const scores = await spec.score(rollouts, turn);
          rows = scores.map(counted);
          plan = spec.compiled.plan.hash;
          return scores;
        },
      };
    },
  };
  if (call !== "advantages") requireShortLists(header["body"], desk.items);
  const body = checkedValue(route.request!, header["body"] ?? {});
  if (call === "verify") requireAtMost(desk.items, (body as VerifyBody).items?.length ?? 1);
  const { body: answer, arrays: out } = await answers[call]!(body, arrays, context);
  return { frame: packFrame({ id: header["id"] ?? null, body: answer }, out), rows, items: route.kind === "action" ? (route.items?.(body) ?? 1) : rows.length, plan };
}

function headerLength(frame: Uint8Array): number {
  return new DataView(frame.buffer, frame.byteOffset).getUint32(4, true);
}

/** A score as it is counted: its verdicts, whatever their names. */
function counted({ verdicts, reward }: RowScore): ScoredFields {
  return { rewards: {}, verdicts: Object.fromEntries(verdicts.flatMap((verdict, i) => (verdict === null ? [] : [[i, verdict]]))), reward, advantage: null };
}

const answers: Readonly<Record<string, (body: unknown, arrays: Readonly<Record<string, FrameArray>>, context: NativeContext) => Promise<NativeAnswer>>> = {
  score: (body, arrays, context) => score(body as ScoreBody, arrays, context),
  verify: async (body, _arrays, context) => ({ body: await verify(body as VerifyBody, context), arrays: {} }),
  advantages: (body, arrays, context) => advantages(body as AdvantagesBody, arrays, context),
  methods: async (body) => ({ body: await methodRecords(body as MethodsBody), arrays: {} }),
};
