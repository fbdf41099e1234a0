/** Rows out: JSONL, plain or compressed, to a file or standard output; Parquet. Back-pressure holds throughout. */
import { FormatError } from "../core/errors.ts";
import { parquetWriter } from "./parquet-write.ts";
import { lineWriter, standardOutput, type LineWriter } from "./write-lines.ts";

/**
 * Opens a file for rows. The name says how: `.gz` and `.zst` compress, `.parquet` writes Parquet (see `parquetWriter`), `-` is standard output.
 * An existing file is replaced. @throws BoundaryError at a write or the close, where the file cannot be written
 */
export function openWriter(path: string): LineWriter {
  if (path === "-") return standardOutput();
  return path.endsWith(".parquet") ? parquetWriter(path) : lineWriter(path);
}

/** Writes rows, and returns how many. @throws BoundaryError; FormatError for a row that JSON cannot hold */
export async function writeRows(path: string, rows: Iterable<object> | AsyncIterable<object>): Promise<number> {
  const writer = openWriter(path);
  let count = 0;
  let pending = "";
  for await (const row of rows) {
    pending += lineOf(path, row, ++count);
    if (pending.length < 1 << 16) continue;
    await writer.write(pending);
    pending = "";
  }
  if (pending !== "") await writer.write(pending);
  await writer.close();
  return count;
}

function lineOf(path: string, row: object, line: number): string {
  try {
    return `${JSON.stringify(row)}\n`;
  } catch (error) {
    throw new FormatError(`${path}:${line}: a row must be writable as JSON, got ${(error as Error).message}`, { file: path, line }, error);
  }
}
