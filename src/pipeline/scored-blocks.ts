/** From files to scored blocks: read ahead of the workers, known by the columns of the first rows, begun behind the last commit. */
import { headRows, readBlocks, recognizeColumns, type Block, type ColumnMapping, type ColumnPlan } from "../rollout/index.ts";
import { orAborted, untilAborted } from "./abort.ts";
import type { BlockInput, BlockOutput, Grouping } from "./block.ts";
import type { Commit } from "./journal.ts";
import type { Pool } from "./pool.ts";
import { freeBuffer } from "./segments.ts";

/** A block as it was scored. */
export interface ScoredBlock {
  readonly file: string;
  readonly input: number;
  /** Decompressed bytes of the file up to the end of the block. */
  readonly read: number;
  readonly outputs: readonly BlockOutput[];
}

export interface ScoredBlocksOptions {
  readonly inputs: readonly string[];
  /** The last commit of a run that is gone on with. */
  readonly from: Pick<Commit, "input" | "line"> | undefined;
  /** Explicit columns; the others are recognized. */
  readonly columns: ColumnMapping;
  readonly grouping: Grouping;
  /** Workers of the pool; 0 where blocks are scored in this thread. */
  readonly workers: number;
  readonly blockBytes: number;
  readonly strict: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Blocks after a commit, scored side by side, given in order. */
export async function* scoredBlocks(pool: Pool<BlockInput, BlockOutput>, { inputs, from, columns: mapping, grouping, workers, blockBytes, strict, signal }: ScoredBlocksOptions): AsyncGenerator<ScoredBlock> {
  const ahead = Math.max(1, workers) * 2 + 1;
  const waiting: Promise<ScoredBlock>[] = [];
  const next = (): Promise<ScoredBlock> => orAborted(waiting.shift()!, signal);
  let columns = await probeColumns(inputs, mapping, signal);
  for (let input = from?.input ?? 0; input < inputs.length; input++) {
    for await (const whole of untilAborted(readBlocks(inputs[input]!, { blockBytes }), signal)) {
      const block = input === from?.input ? after(whole, from.line) : whole;
      if (block === null) continue;
      if (columns === null || columns.seen.length === 0) columns = recognizeColumns(headRows(block.bytes), mapping, block.file);
      const task: BlockInput = { bytes: block.bytes, file: block.file, firstLine: block.firstLine, columns, grouping, strict };
      const read = block.offset + block.bytes.length;
      const result = pool.run(task).then((outputs) => {
        freeBuffer(block.bytes.buffer);
        return { file: block.file, input, read, outputs };
      });
      // Waited for in its turn; until then a failure must not count as unhandled.
      result.catch(() => undefined);
      waiting.push(result);
      if (waiting.length >= ahead) yield await next();
    }
  }
  while (waiting.length > 0) yield await next();
}

const PROBE_BYTES = 1 << 20;

/** The columns of the first rows, read with one block size always; null where the first input is standard input, which is read once. */
async function probeColumns(inputs: readonly string[], mapping: ColumnMapping, signal: AbortSignal | undefined): Promise<ColumnPlan | null> {
  if (inputs[0] === "-") return null;
  for (const input of inputs) {
    if (input === "-") return null;
    for await (const block of untilAborted(readBlocks(input, { blockBytes: PROBE_BYTES }), signal)) {
      const rows = headRows(block.bytes);
      if (rows.length > 0) return recognizeColumns(rows, mapping, block.file);
    }
  }
  return null;
}

/** A block from a line on; null where all of it is before. */
function after(block: Block, line: number): Block | null {
  let at = 0;
  let current = block.firstLine;
  while (current < line) {
    const next = block.bytes.indexOf(10, at);
    if (next < 0) return null;
    at = next + 1;
    current++;
  }
  if (at >= block.bytes.length) return null;
  return at === 0 ? block : { ...block, bytes: block.bytes.slice(at), firstLine: current, offset: block.offset + at };
}
