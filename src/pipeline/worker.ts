/** A worker thread of a file run: compiles the reward itself, then scores the blocks it is sent. */
import { parentPort, workerData } from "node:worker_threads";
import { GuerdonError, type ErrorCode, type ErrorDetails } from "../core/errors.ts";
import { blockScorer, transferables, type BlockInput, type BlockOutput } from "./block.ts";
import { compileSource, type RewardSource } from "./document.ts";
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

export type WorkerReply = { readonly output: BlockOutput } | { readonly fault: WorkerFault };

async function start({ source, methods }: WorkerStart): Promise<(input: BlockInput) => Promise<BlockOutput>> {
  const { resolveMethod } = (await import(methods)) as { resolveMethod: MethodResolver };
  return blockScorer(await compileSource(source, resolveMethod));
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
  port.on("message", (input: BlockInput) => {
    scorer
      .then((score) => score(input))
      .then(
        (output) => port.postMessage({ output } satisfies WorkerReply, transferables(output)),
        (error: unknown) => port.postMessage({ fault: faultOf(error) } satisfies WorkerReply),
      );
  });
}
