/** Threads that score, and the queue before them: a thread that dies or hangs is replaced, and what it had goes to the next. */
import { Worker } from "node:worker_threads";
import { BoundaryError } from "../../core/errors.ts";
import { memoryLimits, watchMemory } from "../../pipeline/thread-memory.ts";
import { restored } from "./faults.ts";
import type { FromThread, SpecFacts, ThreadStart, ToThread } from "./protocol.ts";

const WORKER = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);

/** Young generation of a thread: bodies are garbage once they are answered, and a small one is collected all the time. */
const YOUNG_MB = 64;

/** Something a thread is given to do. */
export interface Task {
  /** Above 0, below 2³¹, no other's. */
  readonly id: number;
  /** What it weighs against the capacity of its pool. */
  weight: number;
  /** Threads that died of it. */
  deaths: number;
  /** The thread that has it; null where it waits. */
  thread: Thread | null;
  /** Where it stands among the tasks of that thread. */
  at: number;
  /** Nobody waits for it. */
  dropped: boolean;
  /** The pool gave it to a thread that died: of it, or nobody waits for it. It is in no pool now. */
  died(): void;
}

export interface PoolOptions<T extends Task> {
  readonly threads: number;
  /** Weight of the tasks that one thread has at a time; it may have one task that weighs more. */
  readonly capacity: number;
  /** Weight of the tasks of one message; 1 of tasks that each wait for something in their thread. What weighs less waits until a thread has nothing to do: a message, and waking a thread for it, costs more than a small body. */
  readonly share: number;
  readonly memoryMb: number;
  readonly start: Omit<ThreadStart, "current" | "memoryMb">;
  /** Tells a thread what to do, in one message. */
  readonly tell: (tasks: readonly T[]) => ToThread;
  /** What a thread says, but for `ready`, `failed` and `pong`. */
  readonly heard: (message: FromThread, thread: Thread) => void;
  /** A thread died: by itself, or ended since it did not answer for `stuckMs`, or took more than its memory. */
  readonly died: (why: string) => void;
  readonly stuckMs: number;
}

export interface Thread {
  readonly worker: Worker;
  readonly current: Int32Array;
  /** A list, as `Flights` has. */
  readonly tasks: Task[];
  weight: number;
  ready: boolean;
  heapBytes: number;
  /** When the oldest ping without an answer was sent, or when items went on after it; null where there is none. */
  asked: number | null;
  /** Items when that was looked at. */
  items: number;
  /** Why we ended it. */
  ended: string | null;
}

/** Milliseconds until a thread that could not start is started again. */
const RESTART_MS = 1000;

/** Milliseconds that threads have to let go of what they hold. */
const LETTING_GO_MS = 5000;

export class Pool<T extends Task> {
  readonly #options: PoolOptions<T>;
  readonly #threads = new Set<Thread>();
  #queue: T[] = [];
  #soon = false;
  #closed = false;

  constructor(options: PoolOptions<T>) {
    this.#options = options;
  }

  /** Starts all threads. @throws what the first that cannot start says */
  async open(): Promise<readonly SpecFacts[]> {
    const facts = await Promise.all(Array.from({ length: this.#options.threads }, () => new Promise<readonly SpecFacts[]>((done, failed) => this.#begin(done, failed))));
    return facts[0]!;
  }

  /** Tasks that no thread has. */
  get waiting(): number {
    return this.#queue.length;
  }

  get up(): boolean {
    return this.#threads.size > 0 && [...this.#threads].some(({ ready }) => ready);
  }

  get heapBytes(): number {
    return [...this.#threads].reduce((sum, { heapBytes }) => sum + heapBytes, 0);
  }

  /** Takes a task in. Those of one turn of the event loop go to threads together. */
  add(task: T): void {
    this.#queue.push(task);
    if (this.#soon) return;
    this.#soon = true;
    setImmediate(() => {
      this.#soon = false;
      this.#next();
    });
  }

  /** The task weighs nothing on its thread from here on: it waits for another. */
  lighten(task: Task): void {
    if (task.thread !== null) task.thread.weight -= task.weight;
    task.weight = 0;
    if (this.#queue.length > 0) this.#next();
  }

  /** Takes back all tasks that no thread has. */
  takeBack(): T[] {
    return this.#queue.splice(0);
  }

  /** A task has its answer. */
  finished(task: Task): void {
    const { thread } = task;
    if (thread === null) return;
    const last = thread.tasks.pop()!;
    if (last !== task) {
      thread.tasks[task.at] = last;
      last.at = task.at;
    }
    thread.weight -= task.weight;
    task.thread = null;
    if (this.#queue.length > 0) this.#next();
  }

  /** Nobody waits for this task: it is not begun, or its thread is told. */
  drop(task: T): void {
    task.dropped = true;
    if (task.thread === null) this.#queue = this.#queue.filter((other) => other !== task);
    else task.thread.worker.postMessage({ kind: "abort", id: task.id } satisfies ToThread);
  }

  /** Asks threads whether they live, and ends those that have not said so for long; called again and again. */
  look(now: number): void {
    for (const thread of this.#threads) {
      const { current, tasks } = thread;
      // It hears nothing before it is done, so it is told where it looks. It goes on to another meanwhile, which is not meant.
      const job = current[0]!;
      if (tasks.some(({ id, dropped }) => dropped && id === job)) current[2] = job;
      if (thread.asked === null) {
        thread.asked = now;
        thread.worker.postMessage({ kind: "ping", at: now } satisfies ToThread);
      } else if (thread.items !== thread.current[1]!) {
        thread.items = thread.current[1]!;
        thread.asked = now;
      } else if (thread.ready && thread.ended === null && now - thread.asked > this.#options.stuckMs) {
        this.#end(thread, `did not answer for ${Math.round(this.#options.stuckMs / 1000)} s`);
      }
    }
  }

  #end(thread: Thread, why: string): void {
    thread.ended = why;
    void thread.worker.terminate();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(
      [...this.#threads].map(async ({ worker }) => {
        const gone = new Promise((done) => worker.once("exit", done));
        const late = setTimeout(() => void worker.terminate(), LETTING_GO_MS);
        worker.postMessage({ kind: "close" } satisfies ToThread);
        await gone;
        clearTimeout(late);
      }),
    );
  }

  #begin(started: (specs: readonly SpecFacts[]) => void, failed: (error: unknown) => void): void {
    const { start, memoryMb, heard } = this.#options;
    const current = new SharedArrayBuffer(12);
    const worker = new Worker(WORKER, { workerData: { ...start, current, memoryMb } satisfies ThreadStart, resourceLimits: memoryLimits(memoryMb, YOUNG_MB) });
    const thread: Thread = { worker, current: new Int32Array(current), tasks: [], weight: 0, ready: false, heapBytes: 0, asked: null, items: 0, ended: null };
    let cause: unknown;
    this.#threads.add(thread);
    watchMemory(worker, { memoryMb }, (why) => this.#end(thread, why));
    worker.on("message", (message: FromThread) => {
      if (message.kind === "ready") {
        thread.ready = true;
        started(message.specs);
        this.#next();
      } else if (message.kind === "failed") cause = restored(message.fault);
      else if (message.kind === "pong") {
        thread.asked = null;
        thread.heapBytes = message.heapBytes;
      } else heard(message, thread);
    });
    worker.on("error", (error) => (cause = error));
    worker.on("exit", () => {
      this.#threads.delete(thread);
      if (this.#closed) return;
      if (!thread.ready) {
        failed(cause ?? new BoundaryError("worker", `serve: a thread must start, got ${thread.ended === null ? "an early exit" : `one that ${thread.ended}`}`));
        if (!this.#restarts(started)) return;
        setTimeout(() => this.#restart(), RESTART_MS).unref();
        return;
      }
      this.#options.died(thread.ended ?? whyOf(cause));
      this.#restart();
      this.#bury(thread);
    });
  }

  /** True of a thread that replaces one: the first ones are not tried again. */
  #restarts(started: unknown): boolean {
    return started === NOTHING;
  }

  #restart(): void {
    if (!this.#closed) this.#begin(NOTHING, NOTHING);
  }

  /** The task that ran is to blame; where none ran, all that had begun are. The others go back, first in the queue. */
  #bury({ tasks, current }: Thread): void {
    const id = current[0]!;
    const ran = tasks.filter((task) => task.id === id);
    // What waited for something may have gone on; the thread had not come to those behind it.
    const waited = tasks.filter(({ weight }) => weight === 0);
    const blamed = ran.length > 0 ? ran : waited.length > 0 ? waited : tasks;
    const goesBack = (task: Task): task is T => !task.dropped && !blamed.includes(task);
    for (const task of tasks) task.thread = null;
    this.#queue = [...tasks.filter(goesBack), ...this.#queue];
    for (const task of blamed) task.deaths++;
    for (const task of tasks) if (!goesBack(task)) task.died();
    this.#next();
  }

  /** Gives what waits to the threads with the least to do. */
  #next(): void {
    const { capacity, share, tell } = this.#options;
    while (this.#queue.length > 0 && !this.#closed) {
      let thread: Thread | undefined;
      for (const each of this.#threads) if (each.ready && each.weight < capacity && (thread === undefined || each.weight < thread.weight)) thread = each;
      if (thread === undefined || (thread.weight > 0 && this.#waits(share))) return;
      let taken = 0;
      let weight = 0;
      const room = Math.min(share, capacity - thread.weight);
      while (taken < this.#queue.length && (taken === 0 || weight + this.#queue[taken]!.weight <= room)) weight += this.#queue[taken++]!.weight;
      const tasks = this.#queue.splice(0, taken);
      for (const task of tasks) {
        task.thread = thread;
        task.at = thread.tasks.push(task) - 1;
      }
      thread.weight += weight;
      thread.worker.postMessage(tell(tasks));
    }
  }

  /** True where what waits is less than a message, or one for each thread: whichever is done first takes it. Tasks without a share wait for something else, side by side. */
  #waits(share: number): boolean {
    if (share > 1 && this.#queue.length <= this.#threads.size) return true;
    let weight = 0;
    for (const task of this.#queue) if ((weight += task.weight) >= share) return false;
    return true;
  }
}

/** What a thread died of. Node says what ran out; what else is thrown may have text of an answer in it. */
function whyOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "exited";
  return "code" in cause && String(cause.code).startsWith("ERR_WORKER") ? cause.message : `an error nobody caught: ${cause.name}`;
}

const NOTHING = (): void => undefined;
