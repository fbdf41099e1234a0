/** A reward that stays open: rollouts come when they come, and each call gets its scores in order. What `serve` and `worker` stand on. */
import { z } from "zod";
import type { CapabilitySettings } from "../core/capabilities.ts";
import { GuerdonError } from "../core/errors.ts";
import { parseOptions, type OptionsSchema } from "../core/options.ts";
import type { Rollout } from "../core/rollout.ts";
import type { Credited, Misfit } from "../credit/index.ts";
import type { Outcome } from "./bind.ts";
import { orAborted } from "./abort.ts";
import { openNeeded } from "./capabilities.ts";
import type { CompiledReward } from "./compile.ts";
import { compileSource, type RewardSource } from "./document.ts";
import { finisher, lostOutcome, outputNames, scorersOf, type RowScore } from "./evaluate.ts";
import type { Methods } from "./files.ts";
import { scoredFields, type ScoredFields } from "./line.ts";
import { openPool, type Pool } from "./pool.ts";
import { requireRollout } from "./require-rollout.ts";
import * as shared from "./run-options.ts";
import type { Plan } from "./types.ts";
import type { WorkerStart } from "./worker.ts";

export interface ServiceOptions {
  /** Worker threads; 0 scores in this thread, as a worker thread of the caller's does. */
  readonly workers: number;
  /** Heap of one worker, in MB; one that needs more dies, and the row at fault is undecided. */
  readonly memoryMb: number;
  /** Batches that a worker has in hand at a time: more where rows wait for programs or databases. */
  readonly perWorker: number;
  /** A batch that takes longer is ended, and its rows tried alone; without a limit verifiers have their own. */
  readonly batchMs: number | undefined;
  /** Which sandbox programs run in where a verifier runs any: `local`, or `remote:URL` of a SandboxFusion server. */
  readonly sandbox: string | undefined;
}

const schema: OptionsSchema<ServiceOptions> = z.strictObject({
  workers: shared.workers.default(0),
  memoryMb: z.int().min(1).default(2048),
  perWorker: z.int().min(1).default(1),
  batchMs: z.int().min(1).optional() as z.ZodType<number | undefined>,
  sandbox: shared.sandbox,
});

/** An open reward. Calls may overlap; how many wait is the caller's to bound. */
export interface Service {
  readonly plan: Plan;
  readonly compiled: CompiledReward;
  /**
   * Scores in the order of the rollouts. A row whose worker died twice is undecided, `worker-lost`; no other row is touched by it.
   * @throws the signal's reason; GuerdonError where a node says `onNull: fail`, or after `close`
   */
  score(rollouts: readonly Rollout[], signal?: AbortSignal): Promise<RowScore[]>;
  /** Advantages of scored rollouts, group by group wherever their rows stand; all null without credit. Groups must be whole. @throws ShapeError where credit looks at what a rollout lacks */
  credit(rollouts: readonly Rollout[], scores: readonly RowScore[]): Credited[];
  /** What a line of `guerdon score` says of each rollout. */
  fields(rollouts: readonly Rollout[], scores: readonly RowScore[], credited?: readonly Credited[]): ScoredFields[];
  /** Ends the workers; what is under way is ended with an error. */
  close(): Promise<void>;
}

/** Rollouts sent to a worker at a time. */
const BATCH = 64;

/**
 * Opens a reward for calls to come. Everything that can be at fault is told here: the spec, a sandbox that cannot be had.
 *
 * @throws SpecError, UnknownMethodError, BoundaryError, OptionError
 */
export async function openService(source: RewardSource, methods: Methods, given: Partial<ServiceOptions> = {}): Promise<Service> {
  const { workers, memoryMb, perWorker, batchMs, sandbox } = parseOptions("openService", schema, given);
  const compiled = await compileSource(source, methods.resolve);
  const settings: CapabilitySettings = sandbox === undefined ? {} : { sandbox };
  const finish = finisher(compiled);
  const opened = await openNeeded(compiled.plan.needs, settings, methods.capabilities);
  const runs = Object.keys(opened.given).length > 0;
  let score: (rollouts: readonly Rollout[], signal: AbortSignal | undefined) => Promise<Outcome[][]>;
  let end: () => Promise<void>;
  if (workers === 0) {
    const context = { seed: compiled.plan.seed, ...opened.given };
    const plain = scorersOf(compiled, context);
    score = async (rollouts, signal) => {
      signal?.throwIfAborted();
      return orAborted(Promise.all(rollouts.map(signal === undefined ? plain : scorersOf(compiled, { ...context, signal }))), signal);
    };
    end = opened.close;
  } else {
    // Opened only to be told now; workers open their own.
    await opened.close();
    const scorers = compiled.nodes.filter((node) => node.reads === "rollout").length;
    const start: WorkerStart = { source, methods: methods.url, capabilities: settings };
    const pool: Pool<readonly Rollout[], Outcome[][]> = openPool<readonly Rollout[], Outcome[][], WorkerStart>({
      workers,
      start,
      memoryMb,
      perWorker,
      eager: true,
      lettingGo: runs,
      ...(batchMs === undefined ? {} : { taskMs: batchMs }),
      split: (batch) => (batch.length < 2 ? null : [batch.slice(0, batch.length >> 1), batch.slice(batch.length >> 1)]),
      lost: async (batch) => batch.map(() => Array.from({ length: scorers }, () => lostOutcome("the worker that scored this row died twice"))),
    });
    score = async (rollouts, signal) => {
      const batches: Promise<Outcome[][][]>[] = [];
      // As many batches as there are workers, each of at most BATCH rows.
      const size = Math.min(BATCH, Math.ceil(rollouts.length / workers));
      for (let from = 0; from < rollouts.length; from += size) batches.push(pool.run(rollouts.slice(from, from + size), signal));
      return (await Promise.all(batches)).flat(2);
    };
    end = () => pool.close();
  }
  const waiting = new Set<(error: unknown) => void>();
  let closed = false;
  const shut = (): GuerdonError => new GuerdonError("state", "score: the service must be open, got a closed one");
  return {
    plan: compiled.plan,
    compiled,
    async score(rollouts, signal) {
      if (closed) throw shut();
      rollouts.forEach(requireRollout);
      if (rollouts.length === 0) return [];
      let stop!: (error: unknown) => void;
      const ended = new Promise<never>((_, failed) => waiting.add((stop = failed)));
      try {
        return (await Promise.race([score(rollouts, signal), ended])).map(finish);
      } finally {
        waiting.delete(stop);
      }
    },
    credit: (rollouts, scores) => creditRows(compiled, rollouts, scores),
    fields: (rollouts, scores, credited) => fieldsOfRows(compiled, rollouts, scores, credited),
    async close() {
      if (closed) return;
      closed = true;
      for (const stop of waiting) stop(shut());
      await end();
    },
  };
}

const NOT_CREDITED: Credited = { advantage: null, advantages: null };

/** Advantages of rows, group by group in the order of their first rows. */
export function creditRows({ credit }: CompiledReward, rollouts: readonly Rollout[], scores: readonly RowScore[]): Credited[] {
  const credited: Credited[] = rollouts.map(() => NOT_CREDITED);
  if (credit === null) return credited;
  const groups = new Map<string, number[]>();
  rollouts.forEach(({ group }, i) => {
    const rows = groups.get(group);
    if (rows === undefined) groups.set(group, [i]);
    else rows.push(i);
  });
  for (const rows of groups.values()) credit.advantages(rows.map((i) => scores[i]!.reward), rows.map((i) => rollouts[i]!)).forEach((each, k) => (credited[rows[k]!] = each));
  return credited;
}

/** The first rollout that credit cannot look at, and why; null where there is none, or credit looks at rewards alone. */
export function firstMisfit({ credit }: CompiledReward, rollouts: readonly Rollout[]): { readonly index: number; readonly fault: Misfit } | null {
  if (credit?.looks !== true) return null;
  for (const [index, rollout] of rollouts.entries()) {
    const fault = credit.misfit(rollout);
    if (fault !== null) return { index, fault };
  }
  return null;
}

/** The fields of scored lines. */
export function fieldsOfRows({ plan }: CompiledReward, rollouts: readonly Rollout[], scores: readonly RowScore[], credited?: readonly Credited[]): ScoredFields[] {
  const names = outputNames(plan);
  return rollouts.map((rollout, i) => scoredFields(names, rollout, scores[i]!, credited?.[i]));
}
