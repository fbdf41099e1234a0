/** `guerdon worker`: lines in, lines out; or frames. */
import { InvalidArgumentError, type Command } from "commander";
import { addColumn } from "../columns.ts";
import type { RewardSource } from "../../pipeline/index.ts";
import type { CallPoolOptions } from "../../serve/stream/call-pool.ts";
import type { Output } from "../../serve/stream/lines.ts";

interface WorkerFlags {
  readonly reward?: string;
  readonly frames?: boolean;
  readonly credit: boolean;
  readonly workers?: number;
  readonly columns?: Readonly<Record<string, string>>;
  readonly sandbox?: string;
  readonly memory: number;
  readonly timeout?: number;
  readonly maxLineMb: number;
}

export function register(program: Command): void {
  program
    .command("worker")
    .summary("score lines from standard input to standard output, as they come")
    .description(
      "Score rollouts as they come: a line of JSON in, the same line with its scores out, one for one, in order; a line that cannot be read gives { \"error\": … } in its place.\n" +
        "For Ray, Spark pipe, GNU parallel, Slurm. With --frames it speaks length-prefixed frames with packed arrays instead, as the Python package does.\n" +
        "Without --reward: verify/math on the recognised reference.",
    )
    .option("-r, --reward <spec>", "reward spec: .yaml, .json, or a module (my.reward.ts#reward)")
    .option("--frames", "speak frames: the calls score, verify, advantages, methods, open, close, hello")
    .option("--no-credit", "leave the spec's credit out: every advantage is null")
    .option("--workers <n>", "worker threads (default: one a core)", wholeNumber)
    .option("--columns <role=column>", "where a role is read, such as reference=meta.gold (repeatable)", addColumn)
    .option("--sandbox <where>", "where programs run that verifiers check: local, or remote:URL of a SandboxFusion server (default: local)")
    .option("--memory <mb>", "heap of one worker thread, in MB; one that needs more dies, and the row at fault is undecided", wholeNumber, 1024)
    .option("--timeout <seconds>", "end a thread that is at a piece of the input for longer; the row at fault is undecided", wholeNumber)
    .option("--max-line-mb <mb>", "longest line that is read; a longer one gives an error in its place", wholeNumber, 64)
    .action(worker);
}

/** Bytes of a piece of lines: small enough to come back soon. */
const PIECE_BYTES = 128 << 10;

/** Bytes of frames under way, but for a larger one. */
const FRAME_BYTES = 256 << 20;

async function worker(flags: WorkerFlags): Promise<void> {
  const output = ownOutput();
  const [{ availableParallelism }, { GuerdonError }, { compileSource, DEFAULT_SPEC, readRewardSource }, { methodsUrl, openCapabilities, resolveMethod }, { openNeeded }] = await Promise.all([
    import("node:os"),
    import("../../core/errors.ts"),
    import("../../pipeline/index.ts"),
    import("../../methods.ts"),
    import("../../pipeline/capabilities.ts"),
  ]);
  const { credit: _credit, ...standard } = DEFAULT_SPEC;
  // Frames hold whole groups; lines do not.
  const source: RewardSource = flags.reward === undefined ? { kind: "document", document: flags.frames === true ? DEFAULT_SPEC : standard, base: null } : await readRewardSource(flags.reward);
  const compiled = await compileSource(source, resolveMethod);
  if (flags.workers === 0) throw new GuerdonError("usage", "worker: --workers must be at least 1, got 0");
  if (flags.frames === true && !flags.credit) throw new GuerdonError("usage", "worker: --no-credit must stand without --frames: leave credit out of the spec");
  if (flags.frames === true && flags.columns !== undefined) throw new GuerdonError("usage", "worker: --columns must stand without --frames: a call of score has columns of its own");
  if (flags.frames !== true && flags.credit && compiled.credit !== null && compiled.credit.plan.reduces !== "row")
    throw new GuerdonError(
      "usage",
      `worker: the spec must reduce a row, got credit ${compiled.credit.plan.use}, which reduces a ${compiled.credit.plan.reduces}: lines come without the rest of their group. Say --no-credit and credit whole groups afterwards, score files with guerdon score, or send groups whole with --frames`,
    );
  const capabilities = flags.sandbox === undefined ? {} : { sandbox: flags.sandbox };
  // Told before the first line is read; the threads open their own.
  await (await openNeeded(compiled.plan.needs, capabilities, openCapabilities)).close();

  const stop = new AbortController();
  const interrupted = (): void => stop.abort();
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
  const { memory: memoryMb, timeout } = flags;
  const workers = flags.workers ?? availableParallelism();
  const options: CallPoolOptions = { source, compiled, methods: methodsUrl, capabilities, workers, memoryMb, timeoutMs: timeout === undefined ? null : timeout * 1000 };
  try {
    await (flags.frames === true ? runFrames(options, output, stop.signal) : runLines(options, flags, output, stop.signal));
  } finally {
    process.off("SIGINT", interrupted);
    process.off("SIGTERM", interrupted);
  }
  // All is written; a timer that a user's module started keeps no process alive.
  process.exit();
}

/** Standard output, for answers alone: what a user's module prints, in any thread, goes to standard error from here on. */
function ownOutput(): Output {
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr);
  return { write };
}

async function runLines(options: CallPoolOptions, { credit, columns = {}, maxLineMb }: WorkerFlags, output: Output, stop: AbortSignal): Promise<void> {
  const [{ openLinePool }, { streamLines }] = await Promise.all([import("../../serve/stream/call-pool.ts"), import("../../serve/stream/lines.ts")]);
  const maxLineBytes = maxLineMb << 20;
  const pool = openLinePool(options, { credit, columns, maxLineBytes });
  try {
    const whole = await streamLines({ input: process.stdin, output, score: (lines, first) => pool.run({ lines, first }), pieces: options.workers * 2, pieceBytes: PIECE_BYTES, maxLineBytes, stop });
    if (whole) return;
    process.stderr.write("guerdon: worker: stopped; the lines that were read are scored, the rest of the input is not\n");
    process.exitCode = 1;
  } finally {
    await pool.close();
  }
}

async function runFrames(options: CallPoolOptions, output: Output, stop: AbortSignal): Promise<void> {
  const [{ openFramePool }, { frameAnswers, standardInput, streamFrames }, { answersHere }, { resolveMethod }] = await Promise.all([
    import("../../serve/stream/call-pool.ts"),
    import("../../serve/stream/frames.ts"),
    import("../../serve/stream/here.ts"),
    import("../../methods.ts"),
  ]);
  const pool = openFramePool(options);
  // A thread can be ended after a time of one's own; this one cannot.
  const here = options.timeoutMs === null ? answersHere({ methods: resolveMethod, source: options.source }) : null;
  try {
    await streamFrames({ input: standardInput, output, answer: frameAnswers(pool, here?.answer), frames: options.workers * 8, bytes: FRAME_BYTES, stop });
  } finally {
    await Promise.all([pool.close(), here?.close()]);
  }
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError("must be a whole number, 0 or more");
  return value;
}
