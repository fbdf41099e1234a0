/** One state of the specs and the threads that score with them. A reload makes a new one; the old one ends when its last request has its answer. */
import { Buffer } from "node:buffer";
import { CAPABILITIES, type CapabilityName, type Isolation } from "../../core/capabilities.ts";
import type { RowScore } from "../../pipeline/evaluate.ts";
import type { ContractFault } from "../contract.ts";
import type { Blocks } from "./blocks.ts";
import { RETRY_SECONDS, threadFault } from "./faults.ts";
import type { AnswersMessage, FromThread, SpecFacts, SpecStart, ThreadFault, ThreadStart, ThreadTally } from "./protocol.ts";
import { requireFitting, type OpenRoute } from "./routes.ts";
import type { AnyTask, BodyTask, RowTask } from "./tasks.ts";
import { Pool, type Thread } from "./threads.ts";

/** What is told about work that goes on. */
export interface GenerationEvents {
  tally(tally: ThreadTally): void;
  died(why: string): void;
  /** Where programs run, once a thread that runs any. */
  isolated(isolation: Isolation): void;
}

export interface GenerationOptions {
  readonly specs: readonly SpecStart[];
  readonly routes: readonly OpenRoute[];
  readonly start: Omit<ThreadStart, "current" | "memory" | "memoryMb" | "specs" | "contracts" | "opens">;
  /** Where bodies stand; they are released here once they have their answers. */
  readonly blocks: Blocks;
  readonly workers: number;
  readonly memoryMb: number;
  readonly codeConcurrency: number;
  /** Items that wait for a sandbox, at most. */
  readonly codeWaiting: number;
  readonly stuckMs: number;
  readonly events: GenerationEvents;
}

/** A thread has two large bodies, or as many small ones, so that it never waits for the next. */
const CAPACITY_BYTES = 192 << 10;

/** Small bodies of one message; more would keep other threads idle. */
const SHARE_BYTES = 48 << 10;

/** What a body weighs beside its bytes. */
const BODY_BYTES = 256;

export class Generation {
  readonly #options: GenerationOptions;
  /** Tasks by their ids, and ids that are free. A list, as `Flights` has. */
  readonly #tasks: (AnyTask | null)[] = [null];
  readonly #free: number[] = [];
  #size = 0;
  readonly #light: Pool<AnyTask>;
  /** Where sandboxes are; null where nothing needs one. */
  #code: Pool<AnyTask> | null = null;
  /** One task at a time, for what a thread died of: bodies, and single rows. */
  #careful: { readonly body: Pool<AnyTask>; readonly rows: Pool<AnyTask> } | null = null;
  #opens: readonly CapabilityName[] = [];
  #facts: readonly SpecFacts[] = [];
  #idle: (() => void) | null = null;

  private constructor(options: GenerationOptions) {
    this.#options = options;
    this.#light = this.#pool({ threads: options.workers, capacity: CAPACITY_BYTES, share: SHARE_BYTES, opens: [] });
  }

  /** Starts the threads. @throws SpecError and others of a spec that does not compile; GuerdonError where a contract cannot carry a spec */
  static async open(options: GenerationOptions): Promise<Generation> {
    const made = new Generation(options);
    try {
      made.#facts = await made.#light.open();
      requireFitting(made.#facts, options.routes);
      const needs = new Set([...made.#facts.flatMap((spec) => spec.needs), ...options.routes.flatMap(({ route }) => (route.kind === "action" ? route.needs : []))]);
      made.#opens = CAPABILITIES.filter((name) => needs.has(name));
      if (made.#opens.length > 0) {
        made.#code = made.#pool({ threads: 1, capacity: options.codeConcurrency, share: 1, opens: made.#opens });
        await made.#code.open();
      }
      return made;
    } catch (error) {
      await made.close();
      throw error;
    }
  }

  get facts(): readonly SpecFacts[] {
    return this.#facts;
  }

  get up(): boolean {
    return this.#light.up && (this.#code === null || this.#code.up);
  }

  get waiting(): { readonly light: number; readonly code: number } {
    return { light: this.#light.waiting, code: this.#code?.waiting ?? 0 };
  }

  get heapBytes(): number {
    return this.#pools().reduce((sum, pool) => sum + pool.heapBytes, 0);
  }

  /** Takes a body in; `answered` is called once, unless the task is dropped. */
  add(given: Pick<BodyTask, "route" | "body" | "parts" | "answered" | "slowed">): BodyTask {
    const { route } = this.#options.routes[given.route]!;
    const code = route.kind === "action" && route.needs.length > 0;
    const task: BodyTask = {
      ...given,
      kind: "body",
      id: this.#newId(),
      weight: code ? 1 : given.body.length + BODY_BYTES,
      deaths: 0,
      thread: null,
      at: 0,
      dropped: false,
      apart: false,
      rows: null,
      pool: code ? this.#code! : this.#light,
      died: () => this.#bodyDied(task),
    };
    this.#tasks[task.id] = task;
    if (code) {
      if (this.#code!.waiting >= this.#options.codeWaiting) {
        this.#forget(task);
        given.answered(BUSY);
        return task;
      }
      given.slowed();
    }
    task.pool.add(task);
    return task;
  }

  /** Nobody waits for the answer. True where nothing of it had begun. */
  drop(task: BodyTask): boolean {
    const begun = task.thread !== null;
    task.pool.drop(task);
    if (!begun) this.#forget(task);
    this.#dropRows(task);
    return !begun;
  }

  look(now: number): void {
    for (const pool of this.#pools()) pool.look(now);
  }

  /** Waits for the last answer. */
  async idle(): Promise<void> {
    if (this.#size > 0) await new Promise<void>((done) => (this.#idle = done));
  }

  async close(): Promise<void> {
    await Promise.all(this.#pools().map((pool) => pool.close()));
  }

  #pools(): Pool<AnyTask>[] {
    return [this.#light, ...(this.#code === null ? [] : [this.#code]), ...(this.#careful === null ? [] : [this.#careful.body, this.#careful.rows])];
  }

  /** Takes an id for a task that is about to be made. */
  #newId(): number {
    this.#size++;
    return this.#free.pop() ?? this.#tasks.push(null) - 1;
  }

  #pool({ threads, capacity, share, opens }: { threads: number; capacity: number; share: number; opens: readonly CapabilityName[] }): Pool<AnyTask> {
    const { specs, routes, start, blocks, memoryMb, events, stuckMs } = this.#options;
    const contracts = [...new Set(routes.map(({ choice }) => choice))].map(({ contract, nulls, settings }) => ({ name: contract.name, nulls, settings }));
    return new Pool<AnyTask>({
      threads, capacity, share, memoryMb, stuckMs,
      start: { ...start, memory: blocks.memory, specs, contracts, opens },
      tell: (tasks) => {
        const first = tasks[0]!;
        if (first.kind === "rows") return { kind: "rows", id: first.id, spec: first.spec, rollouts: [first.rollout] };
        const bodies = tasks as readonly BodyTask[];
        return {
          kind: "bodies",
          ids: bodies.map(({ id }) => id),
          routes: bodies.map(({ route }) => route),
          parts: bodies.map(({ parts }) => parts),
          lengths: bodies.map(({ body }) => body.length),
          blocks: bodies.flatMap(({ body }) => body.blocks),
          apart: first.apart,
        };
      },
      heard: (message, thread) => this.#heard(message, thread),
      died: events.died,
    });
  }

  #heard(message: FromThread, thread: Thread): void {
    if (message.kind === "answers") this.#answers(message);
    else if (message.kind === "rows") this.#rows(message.id, message.scores);
    else if (message.kind === "ask") this.#ask(message, thread);
    else if (message.kind === "pending") this.#pending(message.ids);
    else if (message.kind === "isolation") this.#options.events.isolated(message.isolation);
  }

  /** A thread takes others while these wait; where sandboxes are, what waits is what is counted. */
  #pending(ids: readonly number[]): void {
    for (const id of ids) {
      const task = this.#tasks[id]!;
      if (task.pool === this.#light) this.#light.lighten(task);
    }
  }

  #answers({ ids, statuses, items, plans, codes, errors, lengths, bytes, tally }: AnswersMessage): void {
    if (tally !== null) this.#options.events.tally(tally);
    let at = 0;
    ids.forEach((id, i) => {
      const task = this.#tasks[id] as BodyTask;
      const own = bytes.subarray(at, (at += lengths[i]!));
      if (statuses[i] === 0 && !task.dropped) return this.#elsewhere(task, Buffer.from(own).toString("utf8"));
      this.#forget(task);
      if (!task.dropped) task.answered({ status: statuses[i]!, bytes: own, items: items[i]!, plan: plans[i]!, code: codes[i]!, error: errors[i]! });
    });
  }

  /** What a body asks for needs a sandbox, which nobody knew before it was read. */
  #elsewhere(task: BodyTask, why: string): void {
    task.pool.finished(task);
    const fault: ContractFault | null = this.#code === null || task.pool === this.#code ? { status: 422, code: "usage", message: why } : this.#code.waiting >= this.#options.codeWaiting ? BUSY : null;
    if (fault !== null) {
      this.#forget(task);
      return task.answered(fault);
    }
    task.slowed();
    task.weight = 1;
    task.pool = this.#code!;
    task.pool.add(task);
  }

  #rows(id: number, scores: readonly (RowScore | null)[] | ThreadFault): void {
    const task = this.#tasks[id] as RowTask;
    this.#forget(task);
    task.answered(Array.isArray(scores) ? (scores as readonly (RowScore | null)[])[0]! : (scores as ThreadFault));
  }

  #forget(task: AnyTask): void {
    if (this.#tasks[task.id] !== task) return;
    this.#tasks[task.id] = null;
    this.#free.push(task.id);
    this.#size--;
    // No thread reads it any more.
    if (task.kind === "body") this.#options.blocks.release(task.body);
    task.pool.finished(task);
    if (this.#size === 0) this.#idle?.();
  }

  /** Scores rollouts one by one for a thread: where the sandbox is, or where each is alone. */
  #ask({ ask, job, spec, rollouts }: Extract<FromThread, { kind: "ask" }>, thread: Thread): void {
    const body = this.#tasks[job] as BodyTask;
    const away = this.#facts[spec]!.needs.some((need) => (CAPABILITIES as readonly string[]).includes(need));
    const pool = away ? this.#code! : this.#carefully().rows;
    const reply = (scores: readonly (RowScore | null)[] | ThreadFault): void => thread.worker.postMessage({ kind: "scores", ask, scores });
    if (body.dropped) return reply(UNWANTED);
    if (pool.waiting > 0 && pool.waiting + rollouts.length > this.#options.codeWaiting)
      return reply({ message: `${rollouts.length} items must wait behind ${pool.waiting} others for a sandbox, and ${this.#options.codeWaiting} may; ask again`, code: "undecided", details: { retry: true } });
    // A body that is tried alone stays alone: a thread that another killed would be held against it.
    if (body.pool === this.#light) this.#light.lighten(body);
    body.slowed();
    const scores: (RowScore | null)[] = [];
    let left = rollouts.length;
    let fault: ThreadFault | null = null;
    rollouts.forEach((rollout, i) => {
      const task: RowTask = {
        kind: "rows",
        id: this.#newId(),
        weight: 1,
        deaths: 0,
        thread: null,
        at: 0,
        dropped: false,
        spec,
        rollout,
        pool,
        died: () => this.#rowDied(task),
        answered: (score) => {
          this.#forget(task);
          body.rows?.delete(task);
          if (score !== null && "message" in score) fault ??= score;
          else scores[i] = score;
          if (--left === 0) reply(fault ?? scores);
        },
      };
      this.#tasks[task.id] = task;
      (body.rows ??= new Set()).add(task);
      pool.add(task);
    });
  }

  /** A thread died of a body: once more, alone; then with its items scored elsewhere, one by one; then it is given up. */
  #bodyDied(task: BodyTask): void {
    const { route } = this.#options.routes[task.route]!;
    this.#dropRows(task);
    task.rows = null;
    if (task.dropped) return this.#forget(task);
    if (task.deaths > 2 || (task.deaths > 1 && route.kind !== "scoring")) {
      this.#forget(task);
      task.answered({ status: 422, code: "worker-lost", message: "body: threads died of it, again and again" });
      return;
    }
    task.apart = task.deaths > 1;
    task.weight = 1;
    task.pool = this.#carefully().body;
    task.pool.add(task);
  }

  /** Nobody waits for the scores of its rows: those that no thread has are over, the others once their threads say so. */
  #dropRows({ rows }: BodyTask): void {
    for (const row of rows ?? []) {
      row.pool.drop(row);
      if (row.thread === null) row.answered(UNWANTED);
    }
  }

  #rowDied(task: RowTask): void {
    if (task.dropped) return task.answered(UNWANTED);
    if (task.deaths > 1) return task.answered(null);
    task.pool = this.#carefully().rows;
    task.pool.add(task);
  }

  #carefully(): { readonly body: Pool<AnyTask>; readonly rows: Pool<AnyTask> } {
    if (this.#careful !== null) return this.#careful;
    const alone = { threads: 1, capacity: 1, share: 1, opens: this.#opens };
    this.#careful = { body: this.#pool(alone), rows: this.#pool(alone) };
    for (const pool of [this.#careful.body, this.#careful.rows])
      pool.open().catch((error: unknown) => {
        const fault = threadFault(error);
        this.#options.events.died(fault.message);
        this.#careful = null;
        for (const task of pool.takeBack()) {
          if (task.kind === "rows") task.answered(fault);
          else {
            this.#forget(task);
            task.answered({ status: 503, code: "worker-lost", message: "body: a thread died of it, and no other could be started" });
          }
        }
      });
    return this.#careful;
  }
}

const UNWANTED: ThreadFault = { message: "nobody waits for this any more", code: "state", details: {} };

const BUSY: ContractFault = { status: 429, code: "busy", message: `too many requests wait for a sandbox; ask again in ${RETRY_SECONDS} s` };
