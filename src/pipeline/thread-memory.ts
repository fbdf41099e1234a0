/**
 * The memory of a worker thread. At its limit V8 ends the thread where it can stop, and the whole process where it cannot: within one allocation, such as
 * a table that doubles. So the limit that V8 knows lies far, and a thread that holds more than its memory is ended from here.
 */
import * as v8 from "node:v8";
import type { ResourceLimits, Worker } from "node:worker_threads";

/** Beside its memory, for the moment until it is ended: the largest arrays and strings are 1 GB, and are copied as they grow. */
const ROOM_MB = 4096;

/** Between two looks; a thread that fills arrays takes some hundred megabytes. */
const LOOK_MS = 100;

/** Buffers are outside of the heap, and are let go of a while after a collection. */
const COLLECTIONS = 3;

/** Garbage that a thread may hold, as a share of what it needs, where this is near its memory: it would do nothing but collect. */
const GARBAGE = 0.5;

/** Whether a thread can be made to collect its garbage, so that it is known what it needs: from Node 26 on. */
export const WATCHES_MEMORY: boolean = "startHeapProfile" in v8;

/** The limits of a thread that `watchMemory` looks at; where it cannot, V8's own. */
export function memoryLimits(memoryMb: number, youngMb: number): ResourceLimits {
  return { maxYoungGenerationSizeMb: youngMb, maxOldGenerationSizeMb: WATCHES_MEMORY ? memoryMb + ROOM_MB : memoryMb };
}

/** Calls `end` once, where the heap of a thread holds more than its memory, or heap and buffers more than both may. Garbage is no reason: it is collected first. */
export function watchMemory(worker: Worker, { memoryMb, buffersMb = memoryMb }: { readonly memoryMb: number; readonly buffersMb?: number | undefined }, end: (why: string) => void): void {
  if (!WATCHES_MEMORY) return;
  const most = memoryMb * 2 ** 20;
  const buffers = buffersMb * 2 ** 20;
  const isOver = (it: Held, heap: number): boolean => it.heap > heap || it.heap + it.buffers > heap + buffers;
  let mayHold = most;
  let looks = false;
  const look = async (): Promise<void> => {
    if (!isOver(await held(worker), mayHold)) return;
    for (let i = 0; i < COLLECTIONS; i++) {
      const needs = await collected(worker);
      mayHold = Math.max(most, needs.heap * (1 + GARBAGE));
      if (!isOver(needs, most)) return;
      if (needs.heap > most) break;
    }
    clearInterval(looking);
    end(`took more than its memory of ${memoryMb} MB`);
  };
  const looking = setInterval(() => {
    if (looks) return;
    looks = true;
    look().then(
      () => (looks = false),
      // It has ended, or somebody else profiles it, so that it cannot be judged now.
      () => (looks = false),
    );
  }, LOOK_MS).unref();
  worker.once("exit", () => clearInterval(looking));
}

interface Held {
  readonly heap: number;
  readonly buffers: number;
}

async function held(worker: Worker): Promise<Held> {
  const { used_heap_size: heap, external_memory: buffers } = await worker.getHeapStatistics();
  return { heap, buffers };
}

/** What a thread holds right after a collection, which it is interrupted for: the end of a profile is the one thing that asks for one. */
async function collected(worker: Worker): Promise<Held> {
  const profile = await worker.startHeapProfile({ sampleInterval: 2 ** 40, stackDepth: 0, forceGC: true });
  const [, needs] = await Promise.all([profile.stop(), held(worker)]);
  return needs;
}
