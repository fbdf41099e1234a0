/** Files to scored files: blocks through workers, output in order, commits that a killed run goes on from. */
import { Buffer } from "node:buffer";
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { CapabilityProvider, CapabilitySettings, OpenCapabilities } from "../core/capabilities.ts";
import { GuerdonError } from "../core/errors.ts";
import { parseOptions, type OptionsSchema } from "../core/options.ts";
import type { ColumnMapping, Reject } from "../rollout/index.ts";
import { assembler, RECORD, ScatteredGroups, type Boundary } from "./assemble.ts";
import { blockScorer, splitBlock, type BlockInput, type BlockOutput, type Grouping } from "./block.ts";
import type { CompiledReward } from "./compile.ts";
import { openNeeded } from "./capabilities.ts";
import { compileSource, sourceCode, type RewardSource } from "./document.ts";
import { evaluator, finisher, lostOutcome, outputNames } from "./evaluate.ts";
import { groupTable } from "./group-table.ts";
import { continueJournal, inputIdentity, readJournal, requireSameRun, startJournal, upToWritten, type Commit, type Journal, type JournalHead } from "./journal.ts";
import { localPool, openPool, type Pool } from "./pool.ts";
import * as shared from "./run-options.ts";
import { scoredBlocks } from "./scored-blocks.ts";
import { secondPass } from "./second-pass.ts";
import { isResumable, openSegments, type Segments } from "./segments.ts";
import { newTally, type Tally } from "./tally.ts";
import type { MethodResolver, Plan } from "./types.ts";

/** How a file run finds methods, here and in its workers: a function, and the URL of the module that exports it as `resolveMethod`. */
export interface Methods {
  readonly resolve: MethodResolver;
  readonly url: string;
  /** Opens `execute`, `query` and `solve` where a reward needs them; the module at `url` exports it as `openCapabilities`. */
  readonly capabilities?: CapabilityProvider;
}

/** How far a file run is. */
export interface Progress {
  readonly rows: number;
  /** Decompressed bytes of input taken in so far. */
  readonly bytes: number;
  readonly phase: "score" | "second-pass";
}

export interface ScoreFilesOptions {
  /** Worker threads; 0 scores in this thread. Not given: one a core, or none for a small input that no function of the caller's looks at. */
  readonly workers: number | undefined;
  /** `contiguous` groups stream and are checked; `spill` takes them in any order, in two passes; `auto` begins with the one and goes over to the other. */
  readonly groups: "auto" | "contiguous" | "spill";
  /** Go on with a run that was killed. */
  readonly resume: boolean;
  /** Stop at the first line that cannot be read. */
  readonly strict: boolean;
  /** File for lines that cannot be read. */
  readonly rejects: string | null;
  /** Explicit columns, over those of the spec. */
  readonly columns: ColumnMapping;
  readonly blockBytes: number;
  /** Heap of one worker, in MB; one that needs more dies, and the row at fault is undecided. */
  readonly workerMemoryMb: number;
  /** Bytes of output between two commits, and of one gzip member or Zstandard frame. */
  readonly segmentBytes: number;
  /** Which sandbox programs run in where a verifier runs any: `local`, or `remote:URL` of a SandboxFusion server. */
  readonly sandbox: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly onReject: ((reject: Reject) => void) | undefined;
  /** Told once where groups turn out to be scattered and the run begins again in two passes. */
  readonly onSecondPass: ((why: string) => void) | undefined;
}

/** What a file run did. */
export interface ScoreSummary {
  readonly plan: Plan;
  readonly output: string;
  readonly grouping: Grouping;
  /** Rows a killed run had done before. */
  readonly resumedRows: number;
  readonly tally: Tally;
}

const schema: OptionsSchema<ScoreFilesOptions> = z.strictObject({
  workers: shared.workers.optional() as z.ZodType<number | undefined>,
  groups: z.enum(["auto", "contiguous", "spill"]).default("auto"),
  resume: z.boolean().default(false),
  strict: z.boolean().default(false),
  rejects: z.string().nullable().default(null),
  columns: (z.record(z.string(), z.string()) as unknown as z.ZodType<ColumnMapping>).default({}),
  blockBytes: z.int().min(1).default(1 << 18),
  workerMemoryMb: z.int().min(1).default(2048),
  segmentBytes: z.int().min(1).default(4 << 20),
  sandbox: shared.sandbox,
  signal: shared.signal,
  onProgress: shared.listener<Progress>(),
  onReject: shared.listener<Reject>(),
  onSecondPass: shared.listener<string>(),
});

/** Name of the journal of an output. */
export function journalPath(output: string): string {
  return `${output}.journal`;
}

/**
 * Scores files to one output, `-` for standard input and output. The bytes written depend on the rows and the reward alone:
 * not on workers, blocks, or kills and resumes.
 *
 * @throws SpecError, FormatError (strict), BoundaryError, GuerdonError where a resumed run is not the one that was killed
 */
export async function scoreFiles(inputs: readonly string[], output: string, source: RewardSource, methods: Methods, given: Partial<ScoreFilesOptions> = {}): Promise<ScoreSummary> {
  const asked = parseOptions("scoreFiles", schema, given);
  const compiled = await compileSource(source, methods.resolve);
  const options = { ...asked, workers: asked.workers ?? (await workersFor(inputs, compiled)) };
  if (options.resume && !isResumable(output))
    throw new GuerdonError("usage", `${output}: resume needs an output that can be cut and gone on with (JSON lines, .gz or .zst), got ${output === "-" ? "standard output" : "Parquet"}`);
  if (options.resume && inputs.includes("-")) throw new GuerdonError("usage", "resume needs inputs that can be read again, got standard input");
  // Opened here even where workers open their own: a sandbox that cannot be had is told before the first row.
  const opened = await openNeeded(compiled.plan.needs, settingsOf(options), methods.capabilities);
  try {
    const pool = poolFor(options, compiled, source, methods, opened);
    try {
      return await scoreWith(pool, compiled, inputs, output, source, options);
    } finally {
      await pool.close();
    }
  } finally {
    await opened.close();
  }
}

/** Below this many bytes threads take longer to start than they save. */
const SMALL_BYTES = 8 << 20;

/** Rewards of files may end a process or eat its memory: they get threads of their own, whatever the size. */
async function workersFor(inputs: readonly string[], { plan }: CompiledReward): Promise<number> {
  if (inputs.includes("-") || plan.nodes.some((node) => node.code !== null)) return availableParallelism();
  // A file that is not there is told of where it is read.
  const sizes = await Promise.all(inputs.map((input) => stat(input).then(({ size }) => (/\.(gz|zst|parquet)$/.test(input) ? size * 8 : size), () => 0)));
  return sizes.reduce((sum, size) => sum + size, 0) < SMALL_BYTES ? 0 : availableParallelism();
}

type Settled = ScoreFilesOptions & { readonly workers: number };

function settingsOf({ sandbox }: Pick<ScoreFilesOptions, "sandbox">): CapabilitySettings {
  return sandbox === undefined ? {} : { sandbox };
}

function poolFor(options: Settled, compiled: CompiledReward, source: RewardSource, methods: Methods, { given }: OpenCapabilities): Pool<BlockInput, BlockOutput> {
  const own = { seed: compiled.plan.seed, ...given };
  if (options.workers === 0) return localPool(blockScorer(compiled, evaluator(compiled, options.signal === undefined ? own : { ...own, signal: options.signal })));
  const scorers = compiled.nodes.filter((node) => node.reads === "rollout").length;
  const finish = finisher(compiled);
  const lost = blockScorer(compiled, () => finish(Array.from({ length: scorers }, () => lostOutcome("the worker that scored this row died twice"))));
  return openPool({ workers: options.workers, start: { source, methods: methods.url, capabilities: settingsOf(options) }, lettingGo: Object.keys(given).length > 0, memoryMb: options.workerMemoryMb, split: splitBlock, lost });
}

async function scoreWith(pool: Pool<BlockInput, BlockOutput>, compiled: CompiledReward, inputs: readonly string[], output: string, source: RewardSource, options: Settled): Promise<ScoreSummary> {
  const journals = isResumable(output) && !inputs.includes("-");
  const columns = { ...compiled.plan.columns, ...options.columns } as ColumnMapping;
  const head: Omit<JournalHead, "grouping"> = {
    guerdon: 1,
    plan: compiled.plan.hash,
    code: await sourceCode(source, compiled.plan),
    columns: columns as Record<string, string>,
    inputs: journals ? await Promise.all(inputs.map(inputIdentity)) : [],
  };
  const before = options.resume ? await readJournal(journalPath(output)) : null;
  if (before !== null) requireSameRun(journalPath(output), before.head, head);
  else if (options.resume && journals && (await sizeOf(output)) > 0 && (await stat(journalPath(output)).catch(() => null)) === null)
    throw new GuerdonError("state", `${output}: to resume, the journal of the run must be beside it, got none: the run is complete, or another program wrote the file; run without --resume to start over`, { output });
  const grouping = before?.head.grouping ?? (compiled.credit === null || compiled.credit.plan.reduces === "row" ? "none" : options.groups === "spill" ? "spill" : "contiguous");
  const run = { pool, compiled, inputs, output, columns, options, journals };
  try {
    return await oneRun({ ...run, head: { ...head, grouping }, before });
  } catch (error) {
    if (!(error instanceof ScatteredGroups) || options.groups !== "auto") throw error;
    if (compiled.credit?.looks === true) throw new GuerdonError("state", `${error.message}; ${compiled.credit.plan.use} looks at the tokens of a whole group: sort the input by group`, {}, error);
    if (!journals) throw new GuerdonError("state", `${error.message}; ${output === "-" ? "rows are on their way already" : "the input cannot be read again"}: say --groups spill`, {}, error);
    options.onSecondPass?.(error.message);
    await rm(output, { force: true });
    return oneRun({ ...run, head: { ...head, grouping: "spill" }, before: null });
  }
}

/** Bytes of a file; 0 where there is none. */
async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}

interface Run {
  readonly pool: Pool<BlockInput, BlockOutput>;
  readonly compiled: CompiledReward;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly columns: ColumnMapping;
  readonly options: Settled;
  /** Whether the run keeps a journal. */
  readonly journals: boolean;
  readonly head: JournalHead;
  readonly before: Awaited<ReturnType<typeof readJournal>>;
}

async function oneRun(given: Run): Promise<ScoreSummary> {
  const { compiled, output, options, journals, head } = given;
  const { grouping } = head;
  const names = outputNames(compiled.plan);
  const folder = grouping === "spill" ? await spillFolder(journals ? output : null) : null;
  const before = given.before === null ? null : upToWritten(given.before, {
    output: await sizeOf(folder === null ? output : join(folder, "rows")),
    rejects: options.rejects === null ? Number.POSITIVE_INFINITY : await sizeOf(options.rejects),
    rows: folder === null ? Number.POSITIVE_INFINITY : Math.floor((await sizeOf(join(folder, "rewards"))) / (RECORD * Float64Array.BYTES_PER_ELEMENT)),
  });
  const run: Run = { ...given, before };
  const last = before?.commits.at(-1);
  const tally: Tally = last?.tally ?? newTally(names, grouping !== "none");
  const journal = !journals ? null : before === null ? await startJournal(journalPath(output), head) : await continueJournal(journalPath(output), before.bytes);
  const opened: Segments[] = [];
  const openHere = async (path: string, keep: number): Promise<Segments> => {
    const segments = await openSegments(path, keep);
    opened.push(segments);
    return segments;
  };
  let finished = false;
  try {
    const out = await openHere(folder === null ? output : join(folder, "rows"), last?.output ?? 0);
    const spill = folder === null ? null : await openHere(join(folder, "rewards"), (last?.rows ?? 0) * RECORD * Float64Array.BYTES_PER_ELEMENT);
    if (last?.done !== true) await firstPass(run, { names, tally, out, spill, journal });
    if (folder !== null) {
      // Their memory is needed no more.
      await run.pool.close();
      options.onProgress?.({ rows: tally.rows, bytes: 0, phase: "second-pass" });
      const merged = await openHere(output, 0);
      await secondPass({ folder, rows: tally.rows, credit: compiled.credit!, out: merged, tally, segmentBytes: options.segmentBytes, signal: options.signal });
    }
    finished = true;
  } finally {
    await Promise.all(opened.map((segments) => segments.close()));
    // A run that did not finish leaves its journal, for the next one.
    if (finished) await journal?.remove();
    else await journal?.close();
    if (folder !== null && (finished || !journals)) await rm(folder, { recursive: true, force: true });
  }
  return { plan: compiled.plan, output, grouping, resumedRows: last?.rows ?? 0, tally };
}

interface FirstPass {
  readonly names: readonly string[];
  readonly tally: Tally;
  readonly out: Segments;
  readonly spill: Segments | null;
  readonly journal: Journal | null;
}

/** Reads, scores and writes every row after the last commit. */
async function firstPass({ pool, compiled, inputs, columns, options, head, before }: Run, { names, tally, out, spill, journal }: FirstPass): Promise<void> {
  const { grouping } = head;
  const last = before?.commits.at(-1);
  const rejected = options.rejects === null ? null : await openSegments(options.rejects, last?.rejects ?? 0);
  const ended = groupTable();
  for (const commit of before?.commits ?? []) addEnded(ended, commit);
  const commit = async ({ input, line, rows, ended: hashes, rejects }: Boundary): Promise<void> => {
    for (const reject of rejects) rejected?.add(Buffer.from(`${JSON.stringify(reject)}\n`));
    const place = { input, line, rows, ended: Buffer.from(Float64Array.from(hashes).buffer).toString("base64"), tally: structuredClone(tally), ...(input === inputs.length ? { done: true as const } : {}) };
    // All three take what is theirs before the first of them waits.
    const [rejectsEnd, , outputEnd] = await Promise.all([rejected?.write() ?? 0, spill?.write(), out.write()]);
    await journal?.append({ ...place, output: outputEnd, rejects: rejectsEnd });
  };
  const assemble = assembler({ grouping, names, credit: compiled.credit, out, spill, tally, ended, segmentBytes: options.segmentBytes, rows: last?.rows ?? 0, commit });
  try {
    for await (const { file, input, read, outputs } of scoredBlocks(pool, { ...options, inputs, from: last, columns, grouping })) {
      for (const output of outputs) {
        for (const reject of output.rejects) options.onReject?.(reject);
        await assemble.add(output, input, file);
      }
      // Standard output is read as it comes.
      if (journal === null && spill === null) await out.write();
      options.onProgress?.({ rows: tally.rows, bytes: read, phase: "score" });
    }
    await assemble.end(inputs.length);
  } finally {
    await rejected?.close();
  }
}

function addEnded(table: ReturnType<typeof groupTable>, commit: Commit): void {
  const bytes = Uint8Array.from(Buffer.from(commit.ended, "base64"));
  const hashes = new Float64Array(bytes.buffer);
  for (let i = 0; i < hashes.length; i += 2) table.add(hashes[i]!, hashes[i + 1]!);
}

/** The folder of the first pass: beside the output, so that a killed run finds it again. */
async function spillFolder(output: string | null): Promise<string> {
  if (output === null) return mkdtemp(join(tmpdir(), "guerdon-"));
  const folder = `${output}.spill`;
  await mkdir(folder, { recursive: true });
  return folder;
}
