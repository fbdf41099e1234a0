/** A thread of `guerdon worker`: scores lines, or answers frames. */
import type { CapabilityName, CapabilityProvider, CapabilitySettings, OpenCapabilities } from "../../core/capabilities.ts";
import { openNeeded } from "../../pipeline/capabilities.ts";
import { garbageCollector } from "../../pipeline/collect-garbage.ts";
import { compileSource, evaluator, workOff, type MethodResolver, type RewardSource, type Work } from "../../pipeline/index.ts";
import { freeBuffer } from "../../pipeline/segments.ts";
import { frameAnswerer, type FrameTask } from "./answer-frame.ts";
import { lineScorer, type LineSettings } from "./score-lines.ts";

/** What a thread of `guerdon worker` is started with. */
export interface CallStart {
  readonly source: RewardSource;
  /** URL of a module that exports `resolveMethod` and `openCapabilities`. */
  readonly methods: string;
  readonly capabilities: CapabilitySettings;
  /** Null of one that answers frames. */
  readonly lines: LineSettings | null;
}

/** Whole lines to score. */
export interface LineTask {
  readonly lines: Uint8Array<ArrayBuffer>;
  readonly first: boolean;
}

async function start({ source, methods, capabilities: settings, lines }: CallStart): Promise<Work<LineTask | FrameTask>> {
  const { resolveMethod, openCapabilities } = (await import(methods)) as { resolveMethod: MethodResolver; openCapabilities?: CapabilityProvider };
  const collectGarbage = garbageCollector();
  if (lines !== null) {
    const compiled = await compileSource(source, resolveMethod);
    const opened = await openNeeded(compiled.plan.needs, settings, openCapabilities);
    const score = lineScorer(compiled, lines, evaluator(compiled, { seed: compiled.plan.seed, ...opened.given }));
    return {
      async run(task) {
        const { lines: bytes, first } = task as LineTask;
        const output = await score(bytes, first);
        freeBuffer(bytes.buffer);
        collectGarbage();
        return { output, transfer: [output.buffer] };
      },
      close: opened.close,
    };
  }
  // Opened with the first frame that needs them.
  const opened = new Map<CapabilityName, Promise<OpenCapabilities>>();
  const answer = frameAnswerer({
    methods: resolveMethod,
    source,
    async capabilities(names) {
      for (const name of names) {
        if (opened.has(name)) continue;
        const opening = openNeeded([name], settings, openCapabilities);
        opening.catch(() => opened.delete(name));
        opened.set(name, opening);
      }
      return Object.assign({}, ...(await Promise.all(names.map(async (name) => (await opened.get(name)!).given)))) as OpenCapabilities["given"];
    },
  });
  return {
    async run(task, signal) {
      const output = await answer(task as FrameTask, signal);
      collectGarbage();
      return { output, transfer: "reply" in output ? [output.reply.buffer] : [] };
    },
    close: async () => void (await Promise.all([...opened.values()].map(async (each) => (await each).close()))),
  };
}

workOff(start);
