/** The specs of a server: which are served now, and their reload. */
import { performance } from "node:perf_hooks";
import { readRewardSource, type RewardSource } from "../../pipeline/index.ts";
import type { ContractFault } from "../contract.ts";
import type { Body } from "./blocks.ts";
import { Generation, type GenerationOptions } from "./generation.ts";
import type { Answered, BodyTask } from "./tasks.ts";
import type { JobParts, SpecFacts, SpecStart } from "./protocol.ts";

/** A spec as it was named: a file, read again at each reload, or a value. */
export interface SpecSetting {
  /** Null is the default spec, for what no other is named after. */
  readonly name: string | null;
  readonly from: string | RewardSource;
}

export interface EngineOptions extends Omit<GenerationOptions, "specs"> {
  readonly specs: readonly SpecSetting[];
}

/** How the last reload went. */
export interface ReloadState {
  readonly count: number;
  /** What is wrong with the files as they are now; the specs before them are served. */
  readonly fault: string | null;
}

/** A body on its way. */
export interface Pending {
  /** Nobody waits any more; true where nothing of it had begun. */
  drop(): boolean;
}

export class Engine {
  readonly #options: EngineOptions;
  /** Those before it, which have answers to give still. */
  readonly #ending = new Set<Generation>();
  #generation: Generation;
  #reload: ReloadState = { count: 0, fault: null };
  #reloading: Promise<ReloadState> | null = null;
  #again = false;

  private constructor(options: EngineOptions, generation: Generation) {
    this.#options = options;
    this.#generation = generation;
  }

  /** Reads the specs and starts the threads. @throws SpecError, BoundaryError and others that say which spec is at fault */
  static async open(options: EngineOptions): Promise<Engine> {
    return new Engine(options, await start(options));
  }

  get facts(): readonly SpecFacts[] {
    return this.#generation.facts;
  }

  get up(): boolean {
    return this.#generation.up;
  }

  get reloaded(): ReloadState {
    return this.#reload;
  }

  get waiting(): { readonly light: number; readonly code: number } {
    return this.#generation.waiting;
  }

  get heapBytes(): number {
    return this.#generation.heapBytes;
  }

  /** Has a body answered by the specs as they are now, whatever is loaded while it waits. */
  answer(given: { readonly route: number; readonly body: Body; readonly parts: JobParts | null; readonly answered: (answer: Answered | ContractFault) => void; readonly slowed: () => void }): Pending {
    const generation = this.#generation;
    const task: BodyTask = generation.add(given);
    return { drop: () => generation.drop(task) };
  }

  /** Reads the specs again: threads that have them are started, then take over. Where one is at fault, all stays as it was. */
  async reload(): Promise<ReloadState> {
    if (this.#reloading !== null) {
      // What changed since it began is read after it.
      this.#again = true;
      return this.#reloading;
    }
    this.#reloading = this.#load();
    try {
      return await this.#reloading;
    } finally {
      this.#reloading = null;
      if (this.#again) {
        this.#again = false;
        void this.reload();
      }
    }
  }

  /** Asks threads whether they live; called again and again. */
  look(): void {
    for (const generation of [this.#generation, ...this.#ending]) generation.look(performance.now());
  }

  async close(): Promise<void> {
    await this.#reloading?.catch(() => undefined);
    await Promise.all([this.#generation, ...this.#ending].map((generation) => generation.close()));
  }

  async #load(): Promise<ReloadState> {
    const { count } = this.#reload;
    try {
      const next = await start(this.#options);
      const before = this.#generation;
      this.#generation = next;
      this.#ending.add(before);
      void before.idle().then(() => before.close()).finally(() => this.#ending.delete(before));
      this.#reload = { count: count + 1, fault: null };
    } catch (error) {
      this.#reload = { count: count + 1, fault: error instanceof Error ? error.message : String(error) };
    }
    return this.#reload;
  }
}

async function start({ specs, ...options }: EngineOptions): Promise<Generation> {
  const read = await Promise.all(specs.map(async ({ name, from }): Promise<SpecStart> => ({ name, source: typeof from === "string" ? await readRewardSource(from) : from })));
  return Generation.open({ ...options, specs: read });
}
