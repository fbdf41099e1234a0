/** Parquet in: one row group at a time, rows given as JSON lines. */
import { isUtf8 } from "node:buffer";
import { open } from "node:fs/promises";
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import type { AsyncBuffer, Compressors, ParquetParsers } from "hyparquet";
import { FormatError } from "../core/errors.ts";
import { fileError } from "./bytes.ts";
import { parseExact } from "./json.ts";
import type { Block } from "./types.ts";

/** Stands for a text value that is not UTF-8; its row becomes a line that is not UTF-8 either, and so a reject. */
const NOT_UTF8: object = { toJSON: () => "\ufffd" };

const parsers: Partial<ParquetParsers> = {
  stringFromBytes: (bytes) => (bytes === undefined ? undefined : isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8") : NOT_UTF8),
  jsonFromBytes: (bytes) => (bytes === undefined ? undefined : isUtf8(bytes) ? jsonOrText(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8")) : NOT_UTF8),
};

/** A JSON column keeps its digits; one whose text is not JSON after all is text. */
function jsonOrText(text: string): unknown {
  try {
    return parseExact(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/**
 * Rows as JSON lines, in blocks; memory holds one row group. Lists and structs nest as they do in JSON; a 64-bit integer is a
 * number where that is exact and text where it is not; times are ISO text, unannotated binary is text where it is UTF-8 and base64 where it is not, NaN and the infinities are null.
 */
export async function* parquetLines(path: string, blockBytes: number): AsyncGenerator<Omit<Block, "file" | "index">> {
  if (path === "-") throw new FormatError("standard input: Parquet must be a file, since it is read from its end, got a stream", { file: "standard input" });
  const { parquetMetadataAsync, parquetReadObjects } = await import("hyparquet");
  const { compressors: portable } = await import("hyparquet-compressors");
  const compressors: Compressors = {
    ...portable,
    ZSTD: (input) => zstdDecompressSync(input),
    GZIP: (input) => gunzipSync(input),
    BROTLI: (input) => brotliDecompressSync(input),
    // The portable LZ4 takes the one-byte block of an empty page (a column of nulls) for damage.
    LZ4: (input, length) => (length === 0 ? new Uint8Array(0) : portable.LZ4!(input, length)),
    LZ4_RAW: (input, length) => (length === 0 ? new Uint8Array(0) : portable.LZ4_RAW!(input, length)),
  };
  const handle = await open(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
  try {
    const { size } = await handle.stat();
    const file: AsyncBuffer = {
      byteLength: size,
      async slice(start, end = size) {
        const into = new Uint8Array(Math.max(0, end - start));
        for (let at = 0; at < into.length; ) {
          const { bytesRead } = await handle.read(into, at, into.length - at, start + at);
          if (bytesRead === 0) throw new Error("the end of the file");
          at += bytesRead;
        }
        return into.buffer;
      },
    };
    const metadata = await readable(path, () => parquetMetadataAsync(file, { parsers }));
    let rowStart = 0;
    let firstLine = 1;
    let offset = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      const rows = await readable(path, () => parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors, parsers, utf8: false, geoparquet: false }));
      if (rows.length !== rowEnd - rowStart) throw new FormatError(`${path}: a row group must hold the ${rowEnd - rowStart} rows it promises, got ${rows.length}`, { file: path });
      rowStart = rowEnd;
      let pieces: Buffer[] = [];
      let bytes = 0;
      for (const row of rows) {
        const line = lineOf(row);
        pieces.push(line);
        bytes += line.length;
        if (bytes < blockBytes) continue;
        yield { bytes: joined(pieces, bytes), firstLine, offset };
        firstLine += pieces.length;
        offset += bytes;
        pieces = [];
        bytes = 0;
      }
      if (bytes === 0) continue;
      yield { bytes: joined(pieces, bytes), firstLine, offset };
      firstLine += pieces.length;
      offset += bytes;
    }
  } finally {
    await handle.close();
  }
}

async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new FormatError(`${path}: a Parquet file must be whole and of a supported kind, got ${(error as Error).message}`, { file: path }, error);
  }
}

function joined(pieces: readonly Buffer[], bytes: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes);
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

function lineOf(row: Record<string, unknown>): Buffer {
  let broken = false;
  const text = JSON.stringify(row, function (this: Record<string, unknown>, key: string, value: unknown) {
    if (this[key] === NOT_UTF8) broken = true;
    if (value === undefined) return null;
    if (typeof value === "bigint") return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : String(value);
    if (ArrayBuffer.isView(value)) {
      if (!(value instanceof Uint8Array)) return Array.from(value as unknown as ArrayLike<unknown>);
      return isUtf8(value) ? Buffer.from(value).toString("utf8") : Buffer.from(value).toString("base64");
    }
    return value;
  });
  return broken ? Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0x0a])]) : Buffer.from(`${text}\n`);
}
