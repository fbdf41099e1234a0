/** A worker thread: compiles the reward itself, then scores what it is sent, blocks of a file or rollouts of a stream. */
import type { CapabilityProvider, CapabilitySettings } from "../core/capabilities.ts";
import type { Rollout } from "../core/rollout.ts";
import { openNeeded } from "./capabilities.ts";
import { blockScorer, transferables, type BlockInput } from "./block.ts";
import { garbageCollector } from "./collect-garbage.ts";
import { compileSource, type RewardSource } from "./document.ts";
import { evaluator, scorersOf } from "./evaluate.ts";
import { freeBuffer } from "./segments.ts";
import { workOff, type Work } from "./thread.ts";
import type { MethodResolver } from "./types.ts";

/** What a worker is started with; the resolver is a module, since functions do not cross threads. */
export interface WorkerStart {
  readonly source: RewardSource;
  /** URL of a module that exports `resolveMethod` and `openCapabilities`. */
  readonly methods: string;
  readonly capabilities: CapabilitySettings;
}

async function start({ source, methods, capabilities }: WorkerStart): Promise<Work<BlockInput | readonly Rollout[]>> {
  const { resolveMethod, openCapabilities } = (await import(methods)) as { resolveMethod: MethodResolver; openCapabilities?: CapabilityProvider };
  const compiled = await compileSource(source, resolveMethod);
  const opened = await openNeeded(compiled.plan.needs, capabilities, openCapabilities);
  const context = { seed: compiled.plan.seed, ...opened.given };
  const scoreBlock = blockScorer(compiled, evaluator(compiled, context));
  const collectGarbage = garbageCollector();
  // What waits for nothing has nothing to be told.
  const scoreRollout = scorersOf(compiled, context);
  const stoppable = Object.keys(opened.given).length > 0 || compiled.plan.nodes.some((node) => node.code !== null);
  return {
    async run(input, signal) {
      if ("bytes" in input) {
        const output = await scoreBlock(input);
        freeBuffer(input.bytes.buffer as ArrayBuffer);
        collectGarbage();
        return { output, transfer: transferables(output) };
      }
      return { output: await Promise.all(input.map(stoppable ? scorersOf(compiled, { ...context, signal }) : scoreRollout)) };
    },
    close: opened.close,
  };
}

workOff(start);
