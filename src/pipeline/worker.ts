/** A worker thread: compiles the reward itself, then scores what it is sent, blocks of a file or rollouts of a stream. */
import { parentPort, workerData } from "node:worker_threads";
import { GuerdonError, type ErrorCode, type ErrorDetails } from "../core/errors.ts";
import type { Rollout } from "../core/rollout.ts";
import { blockScorer, transferables, type BlockInput } from "./block.ts";
import { garbageCollector } from "./collect-garbage.ts";
import { compileSource, type RewardSource } from "./document.ts";
import { scorersOf } from "./evaluate.ts";
import { freeBuffer } from "./segments.ts";
import type { MethodResolver } from "./types.ts";

/** What a worker is started with; the resolver is a module, since functions do not cross threads. */
export interface WorkerStart {
  readonly source: RewardSource;
  /** URL of a module that exports `resolveMethod`. */
  readonly methods: string;
}

/** An error as it crosses threads. */
export interface WorkerFault {
  readonly message: string;
  readonly code: ErrorCode | null;
  readonly details: ErrorDetails;
}

export type WorkerReply = { readonly output: unknown } | { readonly fault: WorkerFault };

type Work = (input: BlockInput | readonly Rollout[]) => Promise<{ output: unknown; transfer: ArrayBuffer[] }>;

async function start({ source, methods }: WorkerStart): Promise<Work> {
  const { resolveMethod } = (await import(methods)) as { resolveMethod: MethodResolver };
  const compiled = await compileSource(source, resolveMethod);
  const scoreBlock = blockScorer(compiled);
  const scoreRollout = scorersOf(compiled);
  const collectGarbage = garbageCollector();
  return async (input) => {
    if ("bytes" in input) {
      const output = await scoreBlock(input);
      freeBuffer(input.bytes.buffer as ArrayBuffer);
      collectGarbage();
      return { output, transfer: transferables(output) };
    }
    return { output: await Promise.all(input.map(scoreRollout)), transfer: [] };
  };
}

function faultOf(error: unknown): WorkerFault {
  if (error instanceof GuerdonError) return { message: error.message, code: error.code, details: JSON.parse(JSON.stringify(error.details)) as ErrorDetails };
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error), code: null, details: {} };
}

if (parentPort !== null) {
  const port = parentPort;
  const scorer = start(workerData as WorkerStart);
  // A failed start is told with the first block; until then it must not count as unhandled.
  scorer.catch(() => undefined);
  port.on("message", (input: BlockInput | readonly Rollout[]) => {
    scorer
      .then((work) => work(input))
      .then(
        ({ output, transfer }) => port.postMessage({ output } satisfies WorkerReply, transfer),
        (error: unknown) => port.postMessage({ fault: faultOf(error) } satisfies WorkerReply),
      );
  });
}
