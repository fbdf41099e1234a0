/** Frames in, frames out, in the order they are done: the part of `guerdon worker --frames` that holds the ends. */
import type { Readable, Writable } from "node:stream";
import { BoundaryError, GuerdonError } from "../../core/errors.ts";
import type { Pool } from "../../pipeline/index.ts";
import { errorFrame, type Found, type FrameResult, type FrameTask } from "./answer-frame.ts";
import { FRAME_LIMITS, PREFIX_BYTES, readPrefix, unpackFrame, type FrameLimits } from "../arrays.ts";
import { writeAll } from "./lines.ts";

export interface FrameStream {
  readonly input: Readable;
  readonly output: Writable;
  readonly answer: (frame: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;
  /** Frames under way; at least one is taken, however long. */
  readonly frames: number;
  /** Bytes of them. */
  readonly bytes: number;
  readonly limits?: FrameLimits;
  /** Ends the reading: frames that were read whole are answered. */
  readonly stop?: AbortSignal;
}

/**
 * Runs until the input ends or is told to, and all that was asked is answered. Replies are matched by id and come as they are done.
 *
 * @throws FormatError where the input is no frame, or one is cut off: told last, in a frame without an id, since nothing behind it can be read
 */
export async function streamFrames({ input, output, answer, frames, bytes: mostBytes, limits = FRAME_LIMITS, stop }: FrameStream): Promise<void> {
  let count = 0;
  let held = 0;
  let wake: (() => void) | null = null;
  /** The output is gone, or an answer could not be made. */
  let failed: Error | null = null;
  /** The input can be read no further. */
  let broken: Error | null = null;
  let writing: Promise<void> = Promise.resolve();
  const fail = (error: unknown): void => {
    failed ??= error as Error;
    input.destroy();
  };
  const done = (size: number): void => {
    count--;
    held -= size;
    wake?.();
  };
  /** One at a time: a frame is never inside another. */
  const send = (frame: Uint8Array): Promise<void> => (writing = writing.then(() => (failed === null ? writeAll(output, frame) : undefined)));
  const take = (frame: Uint8Array<ArrayBuffer>): void => {
    count++;
    held += frame.length;
    answer(frame)
      .then(send)
      .catch(fail)
      .finally(() => done(frame.length));
  };
  const end = (): void => void input.destroy();
  stop?.addEventListener("abort", end, { once: true });
  try {
    if (stop?.aborted !== true)
      for await (const frame of wholeFrames(input, limits)) {
        take(frame);
        while ((count >= frames || held >= mostBytes) && failed === null) await new Promise<void>((go) => (wake = go));
      }
  } catch (error) {
    if (failed === null && stop?.aborted !== true) broken = error as Error;
  } finally {
    stop?.removeEventListener("abort", end);
  }
  while (count > 0) await new Promise<void>((go) => (wake = go));
  if (broken !== null) await send(errorFrame(null, broken)).catch(fail);
  await writing.catch(fail);
  const fault = (failed as Error | null) ?? broken;
  if (fault !== null) throw fault;
}

/** The frames of a stream, each in memory of its own, allocated when its prefix has said how long it is. @throws FormatError */
async function* wholeFrames(input: Readable, limits: FrameLimits): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  let prefix = Buffer.alloc(0);
  let frame: Uint8Array<ArrayBuffer> | null = null;
  let filled = 0;
  for await (const chunk of input as AsyncIterable<Uint8Array>) {
    let at = 0;
    while (at < chunk.length) {
      if (frame === null) {
        const part = chunk.subarray(at, at + PREFIX_BYTES - prefix.length);
        prefix = Buffer.concat([prefix, part]);
        at += part.length;
        if (prefix.length < PREFIX_BYTES) break;
        const { headerBytes, payloadBytes } = readPrefix(prefix, limits);
        frame = new Uint8Array(PREFIX_BYTES + headerBytes + payloadBytes);
        frame.set(prefix);
        filled = PREFIX_BYTES;
        prefix = Buffer.alloc(0);
      }
      const part = chunk.subarray(at, at + frame.length - filled);
      frame.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < frame.length) break;
      yield frame;
      frame = null;
    }
  }
  if (frame !== null || prefix.length > 0) throw new GuerdonError("format", `frame: must be whole, got the end of the input after ${frame === null ? prefix.length : filled} bytes of it`, { path: "frame" });
}

export type FramePool = Pool<FrameTask, FrameResult>;

/** Specs that a process keeps for its threads. */
const MOST_SPECS = 1024;

/**
 * Answers frames with a pool: a spec that one thread opened is known to all. A frame that killed two workers is taken apart, so that
 * only the item that kills is undecided; what cannot be taken apart is answered with an error.
 */
export function frameAnswers(pool: FramePool): (frame: Uint8Array<ArrayBuffer>) => Promise<Uint8Array> {
  const documents = new Map<string, unknown>();
  const ask = async (task: FrameTask): Promise<readonly FrameResult[]> => {
    const results = await pool.run(task);
    const unknown = results.find((each) => "unknown" in each);
    return unknown === undefined ? results : ask({ ...task, document: documents.get(unknown.unknown) ?? null });
  };
  return async (frame) => {
    const result = await answered(frame, ask);
    if ("opened" in result) {
      documents.set(result.opened, result.document);
      if (documents.size > MOST_SPECS) documents.delete(documents.keys().next().value!);
    }
    if ("closed" in result) documents.delete(result.closed);
    if ("reply" in result) return result.reply;
    throw new BoundaryError("worker", "worker: a frame must be answered, got nothing");
  };
}

/** The answer to a frame; one that came back in pieces is put together from them. */
async function answered(frame: Uint8Array<ArrayBuffer>, ask: (task: FrameTask) => Promise<readonly FrameResult[]>): Promise<FrameResult> {
  const pieces = await ask({ frame });
  const found: Found[] = [];
  for (const piece of pieces) {
    if (!("found" in piece)) return piece;
    found.push(...piece.found);
  }
  const [whole] = found.length === 0 ? [] : await ask({ frame, found });
  if (whole !== undefined && !("found" in whole)) return whole;
  return { reply: errorFrame(unpackFrame(frame).header["id"], new BoundaryError("worker", "worker: a thread must live to the end of a call, got two that died", { reason: "worker-lost" })) };
}

/** Which items a task is about; null of one that has none, so that it cannot be taken apart. */
function itemsOf({ frame, only, found }: FrameTask): NonNullable<FrameTask["only"]> | null {
  if (only !== undefined) return only;
  if (found !== undefined) return null;
  const { call, body } = unpackFrame(frame).header as { readonly call: unknown; readonly body?: { readonly rollouts?: readonly unknown[]; readonly items?: readonly unknown[] } };
  const items = call === "score" ? body?.rollouts?.length : call === "verify" ? (body?.items?.length ?? 1) : undefined;
  return items === undefined ? null : { from: 0, to: items };
}

/** Halves of a task that killed its workers, by its items. */
export function halvesOfTask({ frame, ...task }: FrameTask): readonly [FrameTask, FrameTask] | null {
  const items = itemsOf({ frame, ...task });
  if (items === null || items.to - items.from < 2) return null;
  const middle = (items.from + items.to) >> 1;
  return [{ ...task, frame, only: { from: items.from, to: middle } }, { ...task, frame, only: { from: middle, to: items.to } }];
}

/** The result of a task that killed its workers and has no halves: of an item nothing was found. */
export async function lostTask(task: FrameTask): Promise<FrameResult> {
  return { found: itemsOf(task) === null ? [] : [null] };
}
