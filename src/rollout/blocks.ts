/** Files to blocks of whole lines, in constant memory. Parquet comes out as JSON lines too, so that workers have one path. */
import { z } from "zod";
import { FormatError } from "../core/errors.ts";
import { parseOptions, type OptionsSchema } from "../core/options.ts";
import { openSource, replay, type ByteSource } from "./bytes.ts";
import { arrayLines, startsArray } from "./json-array.ts";
import { parquetLines } from "./parquet-read.ts";
import type { Block, BlockOptions, Source } from "./types.ts";

const LF = 0x0a;

const options: OptionsSchema<BlockOptions> = z.strictObject({
  blockBytes: z.int().min(1).default(1 << 20),
  maxLineBytes: z.int().min(1).default(1 << 28),
});

/**
 * Blocks of whole lines of decompressed JSONL, file after file. A block ends after a line end, except perhaps the last of
 * a file; it is as long as `blockBytes` allows, and longer only to hold one longer line.
 *
 * A JSON array is given one element a line, a Parquet file one row a line (see `parquetLines`).
 *
 * @throws BoundaryError where a file cannot be opened, FormatError where its compression is damaged or a line is too long
 */
export async function* readBlocks(source: Source, given: Partial<BlockOptions> = {}): AsyncGenerator<Block> {
  const resolved = parseOptions("readBlocks", options, given);
  let index = 0;
  for (const path of typeof source === "string" ? [source] : source) {
    const { content, source: bytes } = await openSource(path);
    const file = path === "-" ? "standard input" : path;
    try {
      if (content === "parquet") for await (const block of parquetLines(path, resolved.blockBytes)) yield { ...block, file, index: index++ };
      else for await (const block of lineBlocks(bytes, file, resolved)) yield { ...block, file, index: index++ };
    } finally {
      await bytes.close();
    }
  }
}

type Piece = Omit<Block, "file" | "index">;

async function* lineBlocks(input: ByteSource, file: string, { blockBytes, maxLineBytes }: BlockOptions): AsyncGenerator<Piece> {
  let source = input;
  let buffer = Buffer.allocUnsafeSlow(blockBytes);
  let filled = 0;
  let searched = 0;
  let started = false;
  let firstLine = 1;
  let offset = 0;
  for (;;) {
    const size = await source.read(buffer, filled);
    if (!started && (filled + size >= Math.min(256, buffer.length) || size === 0)) {
      started = true;
      if (startsArray(buffer.subarray(0, filled + size))) {
        // What is already here passes through the array reader too.
        source = arrayLines(replay(buffer.subarray(0, filled + size), input), file);
        buffer = Buffer.allocUnsafeSlow(blockBytes);
        filled = 0;
        continue;
      }
    }
    filled += size;
    if (size > 0 && filled < buffer.length) continue;
    const ended = size === 0;
    const cut = ended ? filled - 1 : buffer.subarray(searched, filled).lastIndexOf(LF) + searched;
    if (!ended && cut < searched) {
      if (filled >= maxLineBytes) throw new FormatError(`${file}:${firstLine}: a line must be at most ${maxLineBytes} bytes long, got a longer one`, { file, line: firstLine });
      const larger = Buffer.allocUnsafeSlow(Math.min(buffer.length * 2, Math.max(maxLineBytes, buffer.length + 1)));
      buffer.copy(larger, 0, 0, filled);
      searched = filled;
      buffer = larger;
      continue;
    }
    const bytes = buffer.subarray(0, cut + 1);
    const rest = buffer.subarray(cut + 1, filled);
    const next = ended ? buffer : Buffer.allocUnsafeSlow(Math.max(blockBytes, rest.length + 1));
    if (!ended) rest.copy(next);
    const left = rest.length;
    if (bytes.length > 0) {
      const lines = countLines(bytes);
      const block: Piece = { bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), firstLine, offset };
      firstLine += lines;
      offset += bytes.length;
      yield block;
    }
    if (ended) return;
    buffer = next;
    filled = left;
    searched = 0;
  }
}

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) lines++;
  return lines;
}
