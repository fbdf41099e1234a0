/** Frames in, frames out, in the order they are done: the part of `guerdon worker --frames` that holds the ends. */
import { fstatSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { BoundaryError, GuerdonError } from "../../core/errors.ts";
import type { Pool } from "../../pipeline/index.ts";
import { errorFrame, type Found, type FrameResult, type FrameTask } from "./answer-frame.ts";
import { FRAME_LIMITS, PREFIX_BYTES, readPrefix, unpackFrame, type FrameLimits } from "../arrays.ts";
import { Kept } from "./kept.ts";
import { writeAll, type Output } from "./lines.ts";

export interface FrameStream {
  /** Opens the input: its chunks go to `take`. Of a chunk that is `lent` frames are still to be answered, which lie in it. */
  readonly input: (take: (chunk: Uint8Array<ArrayBuffer>) => void, lent: (chunk: Uint8Array) => boolean) => Readable;
  readonly output: Output;
  readonly answer: AnswerFrame;
  /** Frames under way; at least one is taken, however long. */
  readonly frames: number;
  /** Bytes of them. */
  readonly bytes: number;
  readonly limits?: FrameLimits;
  /** Ends the reading: frames that were read whole are answered. */
  readonly stop?: AbortSignal;
}

/** Answers a frame; `alone` says that no other has come with it. */
export type AnswerFrame = (frame: Uint8Array<ArrayBuffer>, alone: boolean) => Promise<Uint8Array>;

/**
 * Runs until the input ends or is told to, and all that was asked is answered. Replies are matched by id and come as they are done.
 *
 * @throws FormatError where the input is no frame, or one is cut off: told last, in a frame without an id, since nothing behind it can be read
 */
export async function streamFrames({ input: open, output, answer, frames, bytes: mostBytes, limits = FRAME_LIMITS, stop }: FrameStream): Promise<void> {
  const cutter = new FrameCutter(limits);
  const waiting: Uint8Array<ArrayBuffer>[] = [];
  /** Of memory the frames that lie in it. */
  const lent = new Map<ArrayBuffer, number>();
  let count = 0;
  let held = 0;
  let reading = true;
  /** The output is gone, or an answer could not be made. */
  let failed: Error | null = null;
  /** The input can be read no further. */
  let broken: Error | null = null;
  let writing: Promise<void> = Promise.resolve();
  let finished: () => void;
  const finish = new Promise<void>((go) => (finished = go));
  const fail = (error: unknown): void => {
    failed ??= error as Error;
    end();
  };
  /** One at a time: a frame is never inside another. */
  const send = (frame: Uint8Array): Promise<void> => (writing = writing.then(() => (failed === null ? writeAll(output, frame) : undefined)));
  const begin = (frame: Uint8Array<ArrayBuffer>, alone: boolean): void => {
    count++;
    held += frame.length;
    answer(frame, alone)
      .then(send)
      .catch(fail)
      .finally(() => {
        count--;
        held -= frame.length;
        const left = lent.get(frame.buffer)! - 1;
        if (left === 0) lent.delete(frame.buffer);
        else lent.set(frame.buffer, left);
        pump();
      });
  };
  const pump = (): void => {
    const full = (): boolean => count >= frames || (held >= mostBytes && count > 0);
    while (waiting.length > 0 && !full() && failed === null) begin(waiting.shift()!, waiting.length === 0);
    if (!reading) {
      if (count === 0 && (waiting.length === 0 || failed !== null)) finished();
    } else if (waiting.length > 0 || full()) input.pause();
    else if (input.isPaused()) input.resume();
  };
  const end = (): void => {
    if (!reading) return;
    reading = false;
    stop?.removeEventListener("abort", end);
    input.destroy();
    pump();
  };
  const breakOff = (error: unknown): void => {
    if (reading) broken = error as Error;
    end();
  };
  const take = (chunk: Uint8Array<ArrayBuffer>): void => {
    const before = waiting.length;
    try {
      if (reading) cutter.cut(chunk, waiting);
    } catch (error) {
      breakOff(error);
    }
    for (const { buffer } of before === 0 ? waiting : waiting.slice(before)) lent.set(buffer, (lent.get(buffer) ?? 0) + 1);
    pump();
  };
  const input = open(take, ({ buffer }) => lent.has(buffer as ArrayBuffer));
  input.on("error", breakOff);
  input.on("close", end);
  input.on("end", () => {
    try {
      if (reading) cutter.end();
      end();
    } catch (error) {
      breakOff(error);
    }
  });
  stop?.addEventListener("abort", end, { once: true });
  if (stop?.aborted === true) end();
  await finish;
  if (broken !== null) await send(errorFrame(null, broken)).catch(fail);
  await writing.catch(fail);
  const fault = (failed as Error | null) ?? broken;
  if (fault !== null) throw fault;
}

/** Standard input. A pipe is read into the same few buffers again and again, which costs less than the stream does. */
export const standardInput: FrameStream["input"] = (take, lent) => {
  const kind = fstatSync(0);
  if (!kind.isFIFO() && !kind.isSocket()) return process.stdin.on("data", take);
  const buffers: Uint8Array<ArrayBuffer>[] = [];
  const free = (): Uint8Array<ArrayBuffer> => {
    const found = buffers.find((each) => !lent(each));
    if (found !== undefined) return found;
    const fresh = new Uint8Array(CHUNK_BYTES);
    if (buffers.length < MOST_BUFFERS) buffers.push(fresh);
    return fresh;
  };
  const callback = (length: number, buffer: Uint8Array): boolean => {
    take(buffer.subarray(0, length) as Uint8Array<ArrayBuffer>);
    return true;
  };
  return new Socket({ fd: 0, readable: true, writable: false, onread: { buffer: free, callback } }).resume();
};

/** What a pipe holds. */
const CHUNK_BYTES = 64 << 10;

const MOST_BUFFERS = 4;

/** Cuts a stream into its frames. One that is whole in a chunk lies there; another has memory of its own, allocated when its prefix has said how long it is. */
class FrameCutter {
  readonly #limits: FrameLimits;
  readonly #prefix = new Uint8Array(PREFIX_BYTES);
  #frame: Uint8Array<ArrayBuffer> | null = null;
  /** Bytes of the prefix, or of the frame. */
  #filled = 0;

  constructor(limits: FrameLimits) {
    this.#limits = limits;
  }

  /** Adds the frames that a chunk makes whole. @throws FormatError */
  cut(chunk: Uint8Array<ArrayBuffer>, frames: Uint8Array<ArrayBuffer>[]): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#filled === 0 && chunk.length - at >= PREFIX_BYTES) {
        const { headerBytes, payloadBytes } = readPrefix(chunk.subarray(at, at + PREFIX_BYTES), this.#limits);
        const end = at + PREFIX_BYTES + headerBytes + payloadBytes;
        if (end <= chunk.length) {
          frames.push(chunk.subarray(at, end));
          at = end;
          continue;
        }
      }
      const into = this.#frame ?? this.#prefix;
      const part = chunk.subarray(at, at + into.length - this.#filled);
      into.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled < into.length) return;
      if (this.#frame === null) {
        const { headerBytes, payloadBytes } = readPrefix(this.#prefix, this.#limits);
        this.#frame = new Uint8Array(PREFIX_BYTES + headerBytes + payloadBytes);
        this.#frame.set(this.#prefix);
      } else {
        frames.push(this.#frame);
        this.#frame = null;
        this.#filled = 0;
      }
    }
  }

  /** @throws FormatError where the stream ends within a frame */
  end(): void {
    if (this.#filled > 0) throw new GuerdonError("format", `frame: must be whole, got the end of the input after ${this.#filled} bytes of it`, { path: "frame" });
  }
}

export type FramePool = Pool<FrameTask, FrameResult>;

/** Documents of specs that a process keeps for its threads, by the bytes of the frames that brought them: 16384 small ones. */
const DOCUMENTS = { mostBytes: 64 << 20, entryBytes: 4 << 10 };

/**
 * Answers frames with a pool: a spec that one thread opened is known to all. A frame that killed two workers is taken apart, so that
 * only the item that kills is undecided; what cannot be taken apart is answered with an error. What comes alone may be answered `here`, in
 * this thread.
 */
export function frameAnswers(pool: FramePool, here: ((task: FrameTask) => Promise<FrameResult>) | null = null): AnswerFrame {
  const documents = new Kept<unknown>(DOCUMENTS);
  const known = async (run: (task: FrameTask) => Promise<readonly FrameResult[]>, task: FrameTask): Promise<readonly FrameResult[]> => {
    const results = await run(task);
    const unknown = results.find((each) => "unknown" in each);
    return unknown === undefined ? results : known(run, { ...task, document: documents.get(unknown.unknown) ?? null });
  };
  const ask = (task: FrameTask): Promise<readonly FrameResult[]> => known((each) => pool.run(each), task);
  const told = (result: Extract<FrameResult, { readonly reply: unknown }>): Uint8Array => {
    // Threads that have it compiled do not ask for it.
    if ("used" in result && result.used !== undefined) documents.get(result.used);
    return result.reply;
  };
  return async (frame, alone) => {
    if (alone && here !== null) {
      const [result] = await known(async (task) => [await here(task)], { frame });
      if ("reply" in result!) return told(result);
    }
    const result = await answered(owned(frame), ask);
    if ("opened" in result) documents.set(result.opened, result.document, frame.length);
    if ("closed" in result) documents.delete(result.closed);
    if ("reply" in result) return told(result);
    throw new BoundaryError("worker", "worker: a frame must be answered, got nothing");
  };
}

/** A frame that can cross to a thread by itself. */
function owned(frame: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return frame.byteLength === frame.buffer.byteLength ? frame : new Uint8Array(frame);
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
