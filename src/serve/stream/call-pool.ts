/** The threads of `guerdon worker`, and what becomes of a piece of its input that kills them. */
import { CAPABILITIES, type CapabilitySettings } from "../../core/capabilities.ts";
import type { CompiledReward } from "../../pipeline/compile.ts";
import { finisher, lostOutcome } from "../../pipeline/evaluate.ts";
import { openPool, workerModule, type Pool, type RewardSource } from "../../pipeline/index.ts";
import type { FrameResult, FrameTask } from "./answer-frame.ts";
import type { CallStart, LineTask } from "./call-worker.ts";
import { halvesOfTask, lostTask } from "./frames.ts";
import { halvesOfLines } from "./line-buffer.ts";
import { lineScorer, type LineSettings } from "./score-lines.ts";

/** What a pool of either kind is opened with. */
export interface CallPoolOptions {
  readonly source: RewardSource;
  readonly compiled: CompiledReward;
  /** URL of a module that exports `resolveMethod` and `openCapabilities`. */
  readonly methods: string;
  readonly capabilities: CapabilitySettings;
  readonly workers: number;
  readonly memoryMb: number;
  /** A piece of the input that takes longer is ended. */
  readonly timeoutMs: number | null;
}

const MODULE = workerModule(import.meta.url, "call-worker");

/** A payload has up to a gigabyte, and what is made of it is longer: a mask has a byte a token, an advantage eight. */
const FRAME_BUFFERS_MB = 16384;

/** Rows that wait for programs leave room for others. */
const SIDE_BY_SIDE = 4;

/** Threads that score lines; a line that kills them is undecided. */
export function openLinePool(options: CallPoolOptions, lines: LineSettings): Pool<LineTask, Uint8Array> {
  const { compiled } = options;
  const runs = CAPABILITIES.some((name) => compiled.plan.needs.includes(name));
  const finish = finisher(compiled);
  const scorers = compiled.nodes.filter((node) => node.reads === "rollout").length;
  const lost = lineScorer(compiled, lines, () => finish(Array.from({ length: scorers }, () => lostOutcome("the worker that scored this row died twice"))));
  return openPool<LineTask, Uint8Array, CallStart>({
    ...shared(options, lines),
    lettingGo: runs,
    perWorker: runs ? SIDE_BY_SIDE : 1,
    split({ lines: piece, first }) {
      const halves = halvesOfLines(piece);
      return halves === null ? null : [{ lines: halves[0], first }, { lines: halves[1], first: false }];
    },
    lost: (task) => lost(task.lines, task.first),
  });
}

/** Threads that answer frames. */
export function openFramePool(options: CallPoolOptions): Pool<FrameTask, FrameResult> {
  // A spec that is sent later may run programs.
  return openPool<FrameTask, FrameResult, CallStart>({ ...shared(options, null), lettingGo: true, perWorker: SIDE_BY_SIDE, buffersMb: FRAME_BUFFERS_MB, split: halvesOfTask, lost: lostTask });
}

function shared({ source, methods, capabilities, workers, memoryMb, timeoutMs }: CallPoolOptions, lines: LineSettings | null): { workers: number; memoryMb: number; eager: true; module: URL; start: CallStart; taskMs?: number } {
  return { workers, memoryMb, eager: true, module: MODULE, start: { source, methods, capabilities, lines }, ...(timeoutMs === null ? {} : { taskMs: timeoutMs }) };
}
