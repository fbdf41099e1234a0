/** What the server takes on: sizes, numbers, times. */
import { z } from "zod";
import { GuerdonError, show, suggestion } from "../../core/errors.ts";
import { rule, type OptionsSchema } from "../../core/options.ts";

export interface Limits {
  /** Bytes of one body; above, 413. */
  readonly bodyBytes: number;
  /** Items of one request; above, 413. */
  readonly items: number;
  /** Requests that are scored or wait for it; above, 429. Those behind the sandbox are counted on their own. */
  readonly concurrency: number;
  /** Bytes of bodies that come, or wait for their answers; above, 429. */
  readonly waitingBytes: number;
  /** Items whose programs run at a time. */
  readonly codeConcurrency: number;
  /** Seconds from the whole body to the answer; after, 503 where nothing has begun, else 504. */
  readonly answerSeconds: number;
  /** Seconds a thread may be with one item before it is taken to hang; an item that does is tried four times before it is given up. */
  readonly stuckSeconds: number;
  /** Seconds a client has to send its headers. */
  readonly headersSeconds: number;
  /** Seconds a client has to send the whole request. */
  readonly requestSeconds: number;
  /** Seconds a connection stays open between two requests. */
  readonly keepAliveSeconds: number;
  /** Connections; those above are closed at once. */
  readonly connections: number;
  /** Seconds that requests in flight have when the server is told to stop. */
  readonly drainSeconds: number;
  /** Seconds without a request that it then waits for, within those: who has not heard that it ends is told to ask another, and not cut off. */
  readonly quietSeconds: number;
}

export const limitsSchema: OptionsSchema<Limits> = z.strictObject({
  bodyBytes: z.int().min(1).default(32 << 20),
  items: z.int().min(1).default(16384),
  concurrency: z.int().min(1).default(1024),
  waitingBytes: z.int().min(1).default(512 << 20),
  codeConcurrency: z.int().min(1).default(8),
  answerSeconds: z.number().positive().default(120),
  stuckSeconds: z.number().positive().default(15),
  headersSeconds: z.number().positive().default(15),
  requestSeconds: z.number().positive().default(60),
  keepAliveSeconds: z.number().positive().default(75),
  connections: z.int().min(1).default(16384),
  drainSeconds: z.number().min(0).default(25),
  quietSeconds: z.number().min(0).default(0.5),
});

const UNITS: Readonly<Record<string, number>> = { "": 1, KiB: 1 << 10, MiB: 1 << 20, GiB: 1 << 30 };

/** Limits as a terminal tells them, such as `bodyBytes=64MiB` and `answerSeconds=30`. @throws GuerdonError (usage) with the nearest name, or what the value must be */
export function parseLimits(texts: readonly string[]): Partial<Limits> {
  const limits: Record<string, number> = {};
  for (const text of texts) {
    const [name = "", value = "", ...more] = text.split("=");
    const fault = (must: string): GuerdonError => new GuerdonError("usage", `serve: --limit ${must}`, { limit: name });
    if (!Object.hasOwn(limitsSchema.shape, name)) throw fault(`must name a limit, got ${show(name)}${suggestion(name, LIMITS)} (${LIMITS.join(", ")})`);
    if (Object.hasOwn(limits, name)) throw fault(`${name} must be given once, got ${show(texts.filter((each) => each.startsWith(`${name}=`)))}`);
    const [, digits, unit = ""] = /^(\d+(?:\.\d+)?)(\w*)$/.exec(more.length > 0 ? "" : value) ?? [];
    const inBytes = name.endsWith("Bytes");
    const size = inBytes || unit === "" ? UNITS[unit] : undefined;
    if (digits === undefined || size === undefined) throw fault(`${name} must be a number${inBytes ? " of bytes, such as 33554432 or 32MiB" : name.endsWith("Seconds") ? " of seconds" : ""}, got ${show(text.slice(name.length + 1))}`);
    const read = limitsSchema.shape[name as keyof Limits].safeParse(Number(digits) * size);
    if (!read.success) throw fault(`${name} must ${rule(read.error.issues[0]!)}, got ${value}`);
    limits[name] = read.data;
  }
  return limits;
}

const LIMITS = Object.keys(limitsSchema.shape) as readonly (keyof Limits)[];
