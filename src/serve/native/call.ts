/**
 * The native calls: `score`, `verify`, `advantages`, `methods`. Plain functions of parsed bodies; HTTP (`POST /v1/<call>`, JSON or a frame) and
 * `guerdon worker --frames` both stand on them. Text offsets in answers count Unicode code points.
 */
import { z } from "zod";
import type { CapabilityName, CapabilityTypes } from "../../core/capabilities.ts";
import type { Rollout } from "../../core/rollout.ts";
import type { CompiledReward, MethodResolver, RowScore, WireVerdict } from "../../pipeline/index.ts";
import type { FrameArray } from "../arrays.ts";

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


/** A verdict as answers have it. */
export const wireVerdict: z.ZodType<WireVerdict> = z.object({
  status: z.enum(["correct", "incorrect", "invalid", "undecided", "not-applicable"]),
  score: z.number().nullable(),
  extracted: z.string().nullable(),
  reason: z.object({ code: z.string(), text: z.string() }),
  rule: z.string().optional(),
  span: z.object({ start: z.int(), end: z.int() }).optional(),
}) as unknown as z.ZodType<WireVerdict>;
