/** Worker threads: a dead one is replaced, its tasks tried once more, each alone, and one that kills again is taken apart until the row that kills is alone. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { BoundaryError } from "../core/errors.ts";
import { memoryLimits, watchMemory } from "./thread-memory.ts";
import { CLOSING, restoreFault, type WorkerOrder, type WorkerReply } from "./thread.ts";

/** Does tasks, here or elsewhere. A task may come back in several pieces, in order. */
export interface Pool<Task, Result> {
  /** `signal` ends the wait; what is under way is told. */
  run(task: Task, signal?: AbortSignal): Promise<Result[]>;
  close(): Promise<void>;
}

interface Job<Task, Result> {
  readonly id: number;
  readonly task: Task;
  readonly done: (result: Result) => void;
  readonly failed: (error: unknown) => void;
  /** Workers that died while they had it; after the first it gets a worker to itself. */
  deaths: number;
  /** Nobody waits for it. */
  left: boolean;
  late?: NodeJS.Timeout;
}

/** A worker and what it has in hand. */
interface Seat<Task, Result> {
  readonly worker: Worker;
  readonly jobs: Map<number, Job<Task, Result>>;
  /** Its start is over: the time of its tasks runs. */
  ready: boolean;
  cause: unknown;
}

/** The worker that had the task died, and so did the one before it. */
class WorkerLost extends BoundaryError {
  constructor(cause: unknown) {
    super("worker", `worker: a thread must live to the end of its task, got ${cause instanceof Error ? cause.message : "an early exit"}`, {}, cause);
  }
}

/** The module of a worker that stands beside the one that asks, as it is run or built. */
export function workerModule(asking: string, name: string): URL {
  return new URL(`./${name}.${asking.endsWith(".ts") ? "ts" : "js"}`, asking);
}

const WORKER = workerModule(import.meta.url, "worker");

/** Young generation of a worker: tasks are short-lived, and a larger one only holds more of them. */
const YOUNG_MB = 8;

export interface PoolOptions<Task, Result, Start> {
  readonly workers: number;
  /** Module of the worker, which calls `workOff`; not given, the one that scores blocks and rollouts. */
  readonly module?: URL;
  /** What `workOff` gives to the start of the worker's work; it crosses threads. */
  readonly start: Start;
  /** Workers hold capabilities, and are asked to let go of them at the end. */
  readonly lettingGo?: boolean;
  /** Begin all workers now, not each with the first task that finds no free one. */
  readonly eager?: boolean;
  /** Tasks that a worker has in hand at a time; more than one where tasks wait for something. */
  readonly perWorker?: number;
  /** What one worker may hold: one that holds more is ended. */
  readonly memoryMb: number;
  /** Buffers it may hold beside; as much as memory, where it is not said. */
  readonly buffersMb?: number;
  /** A worker that holds a task for longer is ended, as one that died. */
  readonly taskMs?: number;
  /** Two halves of a task that killed its workers; null where it is one row. */
  readonly split: (task: Task) => readonly [Task, Task] | null;
  /** The result of a single row that killed its workers, without running its methods. */
  readonly lost: (task: Task) => Promise<Result>;
}

/** Tasks done in this thread: no workers, no isolation from what kills a process. */
export function localPool<Task, Result>(work: (task: Task) => Promise<Result>): Pool<Task, Result> {
  return { run: async (task) => [await work(task)], close: async () => undefined };
}

export function openPool<Task, Result, Start = unknown>(options: PoolOptions<Task, Result, Start>): Pool<Task, Result> {
  const { workers, module = WORKER, start, lettingGo = false, eager = false, perWorker = 1, memoryMb, buffersMb, taskMs, split, lost } = options;
  const seats = new Set<Seat<Task, Result>>();
  const queue: Job<Task, Result>[] = [];
  let closed = false;
  let ids = 0;

  const begin = (): Seat<Task, Result> => {
    const worker = new Worker(module, { workerData: start, resourceLimits: memoryLimits(memoryMb, YOUNG_MB) });
    const seat: Seat<Task, Result> = { worker, jobs: new Map(), ready: false, cause: undefined };
    seats.add(seat);
    watchMemory(worker, { memoryMb, buffersMb }, (why) => end(seat, `a thread that ${why}`));
    worker.on("message", (reply: WorkerReply) => {
      if ("ready" in reply) {
        seat.ready = true;
        for (const job of seat.jobs.values()) limit(seat, job);
        return;
      }
      const job = seat.jobs.get(reply.id)!;
      seat.jobs.delete(reply.id);
      clearTimeout(job.late);
      if ("output" in reply) job.done(reply.output as Result);
      else job.failed(restoreFault(reply.fault));
      next();
    });
    worker.on("error", (error) => (seat.cause ??= error));
    worker.on("exit", () => {
      seats.delete(seat);
      for (const job of seat.jobs.values()) clearTimeout(job.late);
      if (closed) return;
      for (const job of [...seat.jobs.values()].toReversed()) {
        if (job.left) continue;
        job.deaths++;
        if (job.deaths < 2) queue.unshift(job);
        else job.failed(new WorkerLost(seat.cause));
      }
      next();
    });
    return seat;
  };

  const limit = (seat: Seat<Task, Result>, job: Job<Task, Result>): void => {
    if (taskMs === undefined) return;
    job.late = setTimeout(() => {
      end(seat, `a task that took longer than ${taskMs} ms`);
    }, taskMs);
  };

  const end = (seat: Seat<Task, Result>, why: string): void => {
    seat.cause = new Error(why);
    void seat.worker.terminate();
  };

  /** A worker for a job: a free one, a new one, or of those that may hold more the one with the least; none for now. */
  const seatFor = ({ deaths }: Job<Task, Result>): Seat<Task, Result> | undefined => {
    let least: Seat<Task, Result> | undefined;
    for (const seat of seats) {
      if (seat.jobs.size === 0) return seat;
      if (seat.jobs.size < (least?.jobs.size ?? perWorker) && [...seat.jobs.values()].every((job) => job.deaths === 0)) least = seat;
    }
    if (seats.size < workers) return begin();
    return deaths === 0 ? least : undefined;
  };

  const next = (): void => {
    while (queue.length > 0 && !closed) {
      const job = queue[0]!;
      const seat = job.left ? undefined : seatFor(job);
      if (seat === undefined && !job.left) return;
      queue.shift();
      if (seat === undefined) continue;
      seat.jobs.set(job.id, job);
      if (seat.ready) limit(seat, job);
      // Not transferred: the task is needed again if the worker dies.
      seat.worker.postMessage({ id: job.id, task: job.task } satisfies WorkerOrder);
    }
  };

  const enqueue = (task: Task, deaths: number, signal: AbortSignal | undefined): Promise<Result> =>
    new Promise((done, failed) => {
      if (signal?.aborted === true) {
        failed(signal.reason as Error);
        return;
      }
      const leave = (): void => {
        job.left = true;
        for (const { jobs, worker } of seats) if (jobs.has(job.id)) worker.postMessage({ abort: job.id } satisfies WorkerOrder);
        failed(signal!.reason as Error);
      };
      const ended = (): void => signal?.removeEventListener("abort", leave);
      const job: Job<Task, Result> = {
        id: ids++,
        task,
        deaths,
        left: false,
        done: (result) => (ended(), done(result)),
        failed: (error) => (ended(), failed(error as Error)),
      };
      signal?.addEventListener("abort", leave, { once: true });
      queue.push(job);
      next();
    });

  /** `deaths` counts those the task has behind it: pieces of a task that killed twice are not tried twice. */
  const run = async (task: Task, deaths: number, signal: AbortSignal | undefined): Promise<Result[]> => {
    try {
      return [await enqueue(task, deaths, signal)];
    } catch (error) {
      if (!(error instanceof WorkerLost)) throw error;
      const halves = split(task);
      if (halves === null) return [await lost(task)];
      return [...(await run(halves[0], 1, signal)), ...(await run(halves[1], 1, signal))];
    }
  };

  if (eager) while (seats.size < workers) begin();
  return {
    run: (task, signal) => run(task, 0, signal),
    async close() {
      closed = true;
      // One that holds capabilities lets go of them; what it runs is not waited for.
      await Promise.all([...seats].map(({ worker }) => (lettingGo ? letGo(worker) : worker.terminate())));
    },
  };
}

/** Milliseconds a worker has to let go. */
const LETTING_GO_MS = 5000;

async function letGo(worker: Worker): Promise<void> {
  const late = setTimeout(() => void worker.terminate(), LETTING_GO_MS);
  const gone = once(worker, "exit");
  worker.postMessage(CLOSING);
  await gone;
  clearTimeout(late);
}
