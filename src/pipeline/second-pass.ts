/**
 * The second pass over spilled groups: rewards are sorted into buckets by group, credited bucket by bucket, sorted back
 * into ranges of rows, and joined to the rows, which stand in input order. Memory is one bucket or one range.
 */
import { Buffer } from "node:buffer";
import { open, readFile, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { BoundCredit } from "./bind.ts";
import { RECORD } from "./assemble.ts";
import { lineEnd } from "./line.ts";
import type { Segments } from "./segments.ts";
import { tallyGroup, type GroupTally } from "./tally.ts";

export interface SecondPassOptions {
  /** Folder that holds `rows` and `rewards`; buckets and ranges go there too. */
  readonly folder: string;
  readonly rows: number;
  readonly credit: BoundCredit;
  readonly out: Segments;
  readonly groups: GroupTally;
  readonly segmentBytes: number;
  readonly signal: AbortSignal | undefined;
}

/** Bytes of spilled rewards one bucket holds, more or less. */
const BUCKET_BYTES = 8 << 20;
/** Rows whose advantages are held at once. */
const RANGE_ROWS = 1 << 20;
const READ_BYTES = 1 << 20;
const NUMBER = Float64Array.BYTES_PER_ELEMENT;

export async function secondPass({ folder, rows, credit, out, groups, segmentBytes, signal }: SecondPassOptions): Promise<void> {
  const buckets = Math.min(256, Math.max(1, Math.ceil((rows * (RECORD + 1) * NUMBER) / BUCKET_BYTES)));
  const ranges = Math.max(1, Math.ceil(rows / RANGE_ROWS));
  await toBuckets(folder, buckets, signal);
  await toRanges(folder, buckets, ranges, credit, groups, signal);
  const advantages = new Float64Array(Math.min(rows, RANGE_ROWS));
  let row = 0;
  for await (const { bytes, from, to } of eachLine(join(folder, "rows"))) {
    if (row % RANGE_ROWS === 0) {
      signal?.throwIfAborted();
      await loadRange(join(folder, `range-${Math.floor(row / RANGE_ROWS)}`), advantages);
    }
    const advantage = advantages[row % RANGE_ROWS]!;
    out.add(bytes, from, to);
    out.add(Buffer.from(lineEnd(Number.isNaN(advantage) ? null : advantage)));
    row++;
    if (out.pending >= segmentBytes) await out.write();
  }
  await out.write();
}

/** Splits `rewards` by group: records [high, low, reward, row]. */
async function toBuckets(folder: string, count: number, signal: AbortSignal | undefined): Promise<void> {
  const files = await openFiles(folder, "bucket", count);
  let row = 0;
  for await (const records of numbers(join(folder, "rewards"), RECORD)) {
    signal?.throwIfAborted();
    for (let i = 0; i < records.length; i += RECORD, row++) files.add(records[i]! % count, [records[i]!, records[i + 1]!, records[i + 2]!, row]);
    await files.drain();
  }
  await files.close();
}

/** Credits every group and splits the advantages by row: records [row, advantage]. */
async function toRanges(folder: string, buckets: number, ranges: number, credit: BoundCredit, groups: GroupTally, signal: AbortSignal | undefined): Promise<void> {
  const files = await openFiles(folder, "range", ranges);
  for (let bucket = 0; bucket < buckets; bucket++) {
    signal?.throwIfAborted();
    const bytes = await readFile(join(folder, `bucket-${bucket}`));
    const records = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    // Records of one group stand in row order, as they do in a file whose groups are contiguous.
    const byGroup = new Map<number, Map<number, number[]>>();
    for (let i = 0; i < records.length; i += RECORD + 1) {
      let lows = byGroup.get(records[i]!);
      if (lows === undefined) byGroup.set(records[i]!, (lows = new Map()));
      const members = lows.get(records[i + 1]!);
      if (members === undefined) lows.set(records[i + 1]!, [i]);
      else members.push(i);
    }
    for (const lows of byGroup.values())
      for (const members of lows.values()) {
        const rewards = members.map((i) => (Number.isNaN(records[i + 2]!) ? null : records[i + 2]!));
        tallyGroup(groups, rewards);
        const advantages = credit.advantages(rewards);
        members.forEach((i, k) => files.add(Math.floor(records[i + 3]! / RANGE_ROWS), [records[i + 3]!, advantages[k] ?? Number.NaN]));
      }
    await files.drain();
  }
  await files.close();
}

async function loadRange(file: string, advantages: Float64Array): Promise<void> {
  for await (const records of numbers(file, 2)) for (let i = 0; i < records.length; i += 2) advantages[records[i]! % RANGE_ROWS] = records[i + 1]!;
}

interface NumberFiles {
  add(file: number, record: readonly number[]): void;
  /** Writes what is waiting. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

async function openFiles(folder: string, name: string, count: number): Promise<NumberFiles> {
  const handles: FileHandle[] = [];
  for (let k = 0; k < count; k++) handles.push(await open(join(folder, `${name}-${k}`), "w"));
  const waiting: number[][] = handles.map(() => []);
  const drain = async (): Promise<void> => {
    for (let k = 0; k < count; k++) {
      if (waiting[k]!.length === 0) continue;
      await handles[k]!.appendFile(new Uint8Array(Float64Array.from(waiting[k]!).buffer));
      waiting[k] = [];
    }
  };
  return {
    add: (file, record) => void waiting[file]!.push(...record),
    drain,
    async close() {
      await drain();
      await Promise.all(handles.map((handle) => handle.close()));
    },
  };
}

/** A file of 64-bit floats, whole records at a time. */
async function* numbers(file: string, record: number): AsyncGenerator<Float64Array> {
  const handle = await open(file);
  try {
    const size = Math.floor(READ_BYTES / (record * NUMBER)) * record * NUMBER;
    for (let at = 0; ; ) {
      const bytes = new Uint8Array(size);
      let filled = 0;
      for (let got = -1; filled < size && got !== 0; filled += got) got = (await handle.read(bytes, filled, size - filled, at + filled)).bytesRead;
      if (filled === 0) return;
      yield new Float64Array(bytes.buffer, 0, filled / NUMBER);
      at += filled;
    }
  } finally {
    await handle.close();
  }
}

/** The lines of a file, without their line feeds. */
async function* eachLine(file: string): AsyncGenerator<{ bytes: Uint8Array; from: number; to: number }> {
  const handle = await open(file);
  try {
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const chunk = Buffer.allocUnsafeSlow(rest.length + READ_BYTES);
      rest.copy(chunk);
      const { bytesRead } = await handle.read(chunk, rest.length, READ_BYTES, null);
      if (bytesRead === 0) return;
      const bytes = chunk.subarray(0, rest.length + bytesRead);
      let from = 0;
      for (let end = bytes.indexOf(10, from); end >= 0; end = bytes.indexOf(10, from)) {
        yield { bytes, from, to: end };
        from = end + 1;
      }
      rest = bytes.subarray(from);
    }
  } finally {
    await handle.close();
  }
}
