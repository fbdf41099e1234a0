/**
 * The journal of a run, beside its output: one JSON line a commit, written after the output it speaks of is on the disk.
 * A run killed at any moment leaves whole commits and perhaps half a line; `--resume` goes on from the last whole one.
 */
import { createHash } from "node:crypto";
import { open, readFile, rm, stat, truncate, type FileHandle } from "node:fs/promises";
import { BoundaryError, GuerdonError } from "../core/errors.ts";
import type { Grouping } from "./block.ts";
import { canonicalJson } from "./canonical.ts";
import type { Tally } from "./tally.ts";

/** What an input file was when the run began. */
export interface InputIdentity {
  readonly file: string;
  readonly size: number;
  /** SHA-256 of samples spread evenly from its first byte to its last; of the whole where it is small. A copy of a file is that file. */
  readonly samples: string;
}

/** What must be the same for a run to go on. */
export interface JournalHead {
  readonly guerdon: 1;
  readonly plan: string;
  /** Hash of the modules the spec loads. */
  readonly code: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly inputs: readonly InputIdentity[];
  readonly grouping: Grouping;
}

/** A point the run can go on from: everything before it is in the output, nothing after it is. */
export interface Commit {
  /** Number of the input file, and the first line not yet done. */
  readonly input: number;
  readonly line: number;
  /** Bytes of the output, of the rejects file, and rows of the spill. */
  readonly output: number;
  readonly rejects: number;
  readonly rows: number;
  /** Hashes of the groups that ended since the last commit, base64. */
  readonly ended: string;
  readonly tally: Tally;
  /** All input is done. */
  readonly done?: true;
}

const SAMPLE = 65_536;
const SAMPLES = 64;

export async function inputIdentity(file: string): Promise<InputIdentity> {
  const handle = await open(file).catch((error: unknown) => {
    throw new BoundaryError("file", `${file}: the input must be a readable file, got ${(error as Error).message}`, { file }, error);
  });
  try {
    const { size } = await handle.stat();
    const digest = createHash("sha256");
    const count = Math.min(SAMPLES, Math.ceil(size / SAMPLE));
    for (let k = 0; k < count; k++) {
      const from = count === 1 ? 0 : Math.floor(((size - SAMPLE) * k) / (count - 1));
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(SAMPLE), 0, SAMPLE, Math.max(0, from));
      digest.update(buffer.subarray(0, bytesRead));
    }
    return { file, size, samples: digest.digest("hex") };
  } finally {
    await handle.close();
  }
}

export interface Journal {
  append(commit: Commit): Promise<void>;
  close(): Promise<void>;
  /** The run is complete: the journal goes. */
  remove(): Promise<void>;
}

/** Begins a journal. */
export async function startJournal(path: string, head: JournalHead): Promise<Journal> {
  const handle = await open(path, "w");
  await handle.write(`${JSON.stringify(head)}\n`);
  await handle.datasync();
  return journal(path, handle);
}

/** Goes on with a journal after its last whole commit. */
export async function continueJournal(path: string, keptBytes: number): Promise<Journal> {
  await truncate(path, keptBytes);
  return journal(path, await open(path, "a"));
}

function journal(path: string, handle: FileHandle): Journal {
  return {
    async append(commit) {
      await handle.write(`${JSON.stringify(commit)}\n`);
      await handle.datasync();
    },
    close: () => handle.close(),
    async remove() {
      await handle.close();
      await rm(path, { force: true });
    },
  };
}

export interface JournalState {
  readonly head: JournalHead;
  readonly commits: readonly Commit[];
  /** Length of the whole lines. */
  readonly bytes: number;
}

/** What of a run is on the disk. */
export interface Written {
  readonly output: number;
  readonly rejects: number;
  readonly rows: number;
}

/** The journal up to the last commit whose output is all there: a disk that lost its last pages goes back to where it is whole. */
export function upToWritten(state: JournalState, written: Written): JournalState {
  const kept = state.commits.findLastIndex((c) => c.output <= written.output && c.rejects <= written.rejects && c.rows <= written.rows) + 1;
  const commits = state.commits.slice(0, kept);
  const bytes = [state.head, ...commits].reduce((sum, line) => sum + Buffer.byteLength(JSON.stringify(line)) + 1, 0);
  return { head: state.head, commits, bytes };
}

/** Reads a journal; null where there is none, or not even its head was written. */
export async function readJournal(path: string): Promise<JournalState | null> {
  if ((await stat(path).catch(() => null)) === null) return null;
  const text = await readFile(path, "utf8");
  const end = text.lastIndexOf("\n") + 1;
  const lines = text.slice(0, end).split("\n").slice(0, -1);
  if (lines.length === 0) return null;
  return { head: JSON.parse(lines[0]!) as JournalHead, commits: lines.slice(1).map((line) => JSON.parse(line) as Commit), bytes: Buffer.byteLength(text.slice(0, end)) };
}

/** Refuses to go on with another spec or other input. @throws GuerdonError */
export function requireSameRun(path: string, was: JournalHead, now: Omit<JournalHead, "grouping">): void {
  const differs = (what: string, details: Record<string, unknown>): never => {
    throw new GuerdonError("state", `${path}: to resume, ${what}; run again without --resume to start over`, details);
  };
  if (was.plan !== now.plan || was.code !== now.code) differs(`the reward spec must be the one the run began with, got plan ${now.plan.slice(0, 12)} for ${was.plan.slice(0, 12)}`, { was: was.plan, now: now.plan });
  if (canonicalJson(was.columns) !== canonicalJson(now.columns)) differs("the columns must be those the run began with, got others", { was: was.columns, now: now.columns });
  if (was.inputs.length !== now.inputs.length) differs(`the inputs must be those the run began with, got ${now.inputs.length} files for ${was.inputs.length}`, {});
  was.inputs.forEach((input, i) => {
    if (canonicalJson(input) !== canonicalJson(now.inputs[i])) differs(`input ${input.file} must be as it was when the run began, got a changed or another file`, { was: input, now: now.inputs[i] });
  });
}
