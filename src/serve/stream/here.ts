/**
 * Small frames, answered in the thread that reads them: what the engine's own methods take microseconds for is done before another thread would
 * have heard of it.
 *
 * Nothing is risked by it. Programs, functions of users and large frames go to the threads, and so does what is sent again: a caller whose worker
 * died sends with `again` what was under way. A call that never ends holds up all others, so a thread watches and kills the process.
 */
import { Worker } from "node:worker_threads";
import type { CompiledReward } from "../../pipeline/compile.ts";
import { workerModule, type MethodResolver, type RewardSource } from "../../pipeline/index.ts";
import { Elsewhere, frameAnswerer, type FrameResult, type FrameTask } from "./answer-frame.ts";
import type { WatchStart } from "./watch.ts";

export interface HereOptions {
  readonly methods: MethodResolver;
  readonly source: RewardSource;
  /** Milliseconds after which a call is taken for one that never ends. */
  readonly patienceMs?: number;
}

/** Bytes of a frame that is small, and its items. */
const MOST_BYTES = 64 << 10;
const MOST_ITEMS = 8;

const PATIENCE_MS = 10_000;

const CALLS: readonly unknown[] = ["score", "verify", "advantages"];

/** Answers frames here, or says that they are to be answered elsewhere. */
export function answersHere({ methods, source, patienceMs = PATIENCE_MS }: HereOptions): { readonly answer: (task: FrameTask) => Promise<FrameResult>; readonly close: () => Promise<void> } {
  const answer = frameAnswerer({
    methods,
    source,
    capabilities: async (names) => {
      if (names.length > 0) throw new Elsewhere();
      return {};
    },
    // Written by this thread, and soon gone: small ones share memory.
    allocate: (bytes) => Buffer.allocUnsafe(bytes),
    admits: { header: admitHeader, spec: admitSpec },
  });
  const watch = startWatch(patienceMs);
  const never = new AbortController().signal;
  return {
    async answer(task) {
      if (task.frame.length > MOST_BYTES) return { elsewhere: true };
      watch.begin();
      try {
        return await answer(task, never);
      } finally {
        watch.end();
      }
    },
    close: watch.close,
  };
}

/** @throws Elsewhere */
function admitHeader({ call, body, again }: Readonly<Record<string, unknown>>): void {
  const { rollouts, items } = (body ?? {}) as { readonly rollouts?: unknown; readonly items?: unknown };
  const many = [rollouts, items].some((list) => Array.isArray(list) && list.length > MOST_ITEMS);
  if (!CALLS.includes(call) || many || again === true) throw new Elsewhere();
}

/** The engine's own methods, and none that runs programs. @throws Elsewhere */
function admitSpec({ plan }: CompiledReward): void {
  const own = [...plan.nodes, ...(plan.credit === null ? [] : [plan.credit])].every(({ use, code }) => code === null && OWN.test(use));
  if (!own) throw new Elsewhere();
}

const OWN = /^[a-z]+\/[a-z0-9-]+$/;

/** Looks at calls that begin and end, from a thread of its own. */
function startWatch(patienceMs: number): { readonly begin: () => void; readonly end: () => void; readonly close: () => Promise<void> } {
  const calls = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(workerModule(import.meta.url, "watch"), { workerData: { calls, patienceMs } satisfies WatchStart, resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 } });
  // It asks before it kills: one that waits for a module to be loaded can say that it lives.
  worker.on("message", () => Atomics.add(calls, 0, 2));
  worker.unref();
  // Calls are odd, what lies between them is even; a call begins only where none is under way in this thread, else it is counted with it.
  let under = 0;
  return {
    begin() {
      if (under++ === 0) Atomics.add(calls, 0, 1);
    },
    end() {
      if (--under === 0) Atomics.add(calls, 0, 1);
    },
    close: async () => void (await worker.terminate()),
  };
}
