/** Worker threads for blocks: a dead worker is replaced, its block tried once more, and then taken apart until the row that kills is alone. */
import { Worker } from "node:worker_threads";
import { BoundaryError, GuerdonError } from "../core/errors.ts";
import type { BlockInput, BlockOutput } from "./block.ts";
import type { WorkerReply, WorkerStart } from "./worker.ts";

/** Scores blocks, here or elsewhere. A block may come back in several pieces, in order. */
export interface BlockPool {
  run(input: BlockInput): Promise<BlockOutput[]>;
  close(): Promise<void>;
}

interface Job {
  readonly input: BlockInput;
  readonly done: (output: BlockOutput) => void;
  readonly failed: (error: unknown) => void;
  deaths: number;
}

/** The worker that had the block died twice. */
class WorkerLost extends BoundaryError {
  constructor(cause: unknown) {
    super("worker", `worker: a thread must live to the end of its block, got ${cause instanceof Error ? cause.message : "an early exit"}`, {}, cause);
  }
}

const WORKER = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);

/** Young generation of a worker: blocks are short-lived, and a larger one only holds more of them. */
const LIMITS = { maxYoungGenerationSizeMb: 32 } as const;

export interface PoolOptions {
  readonly workers: number;
  readonly start: WorkerStart;
  /** Scores a single row that killed its worker twice, without running its methods. */
  readonly lost: (input: BlockInput) => Promise<BlockOutput>;
}

/** Blocks scored in this thread: no workers, no isolation from what kills a process. */
export function localPool(score: (input: BlockInput) => Promise<BlockOutput>): BlockPool {
  return { run: async (input) => [await score(input)], close: async () => undefined };
}

export function openPool({ workers, start, lost }: PoolOptions): BlockPool {
  const idle: Worker[] = [];
  const busy = new Map<Worker, Job>();
  const queue: Job[] = [];
  let closed = false;

  const begin = (): Worker => {
    const worker = new Worker(WORKER, { workerData: start, resourceLimits: LIMITS });
    let cause: unknown;
    worker.on("message", (reply: WorkerReply) => {
      const job = busy.get(worker)!;
      busy.delete(worker);
      idle.push(worker);
      if ("output" in reply) job.done(reply.output);
      else job.failed(restore(reply.fault));
      next();
    });
    worker.on("error", (error) => (cause = error));
    worker.on("exit", () => {
      const at = idle.indexOf(worker);
      if (at >= 0) idle.splice(at, 1);
      const job = busy.get(worker);
      busy.delete(worker);
      if (job === undefined || closed) return;
      job.deaths++;
      if (job.deaths < 2) queue.unshift(job);
      else job.failed(new WorkerLost(cause));
      next();
    });
    return worker;
  };

  const next = (): void => {
    while (queue.length > 0 && !closed) {
      const worker = idle.pop() ?? (busy.size < workers ? begin() : undefined);
      if (worker === undefined) return;
      const job = queue.shift()!;
      busy.set(worker, job);
      // Not transferred: the block is needed again if the worker dies.
      worker.postMessage(job.input);
    }
  };

  const once = (input: BlockInput, deaths: number): Promise<BlockOutput> =>
    new Promise((done, failed) => {
      queue.push({ input, done, failed, deaths });
      next();
    });

  /** `deaths` counts those the block has behind it: pieces of a block that killed are not tried twice. */
  const run = async (input: BlockInput, deaths: number): Promise<BlockOutput[]> => {
    try {
      return [await once(input, deaths)];
    } catch (error) {
      if (!(error instanceof WorkerLost)) throw error;
      const halves = split(input);
      if (halves === null) return [await lost(input)];
      return [...(await run(halves[0], 1)), ...(await run(halves[1], 1))];
    }
  };

  return {
    run: (input) => run(input, 0),
    async close() {
      closed = true;
      await Promise.all([...idle, ...busy.keys()].map((worker) => worker.terminate()));
    },
  };
}

/** A block cut at the line end nearest its middle; null where it has one line. */
function split(input: BlockInput): [BlockInput, BlockInput] | null {
  const { bytes, firstLine } = input;
  const middle = bytes.length >> 1;
  const after = bytes.indexOf(10, middle);
  const cut = after >= 0 && after < bytes.length - 1 ? after + 1 : bytes.lastIndexOf(10, Math.min(middle, bytes.length - 2)) + 1;
  if (cut <= 0 || cut >= bytes.length) return null;
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0 && at < cut; at = bytes.indexOf(10, at + 1)) lines++;
  return [
    { ...input, bytes: bytes.slice(0, cut) },
    { ...input, bytes: bytes.slice(cut), firstLine: firstLine + lines },
  ];
}

function restore({ message, code, details }: { readonly message: string; readonly code: GuerdonError["code"] | null; readonly details: GuerdonError["details"] }): Error {
  return code === null ? new Error(message) : new GuerdonError(code, message, details);
}
