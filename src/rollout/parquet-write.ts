/** Parquet out. Column types need all rows, memory must not: lines are spooled, then read back a row group at a time. */
import { rm } from "node:fs/promises";
import { zstdCompressSync } from "node:zlib";
import type { BasicType, ColumnSource } from "hyparquet-writer";
import { BoundaryError, FormatError } from "../core/errors.ts";
import { readBlocks } from "./blocks.ts";
import { parseExact } from "./json.ts";
import { isRecord } from "./messages.ts";
import { lineWriter, type LineWriter } from "./write-lines.ts";

/** JSON text of one row group, in bytes. */
const GROUP_BYTES = 1 << 24;

type ColumnType = "empty" | "boolean" | "integer" | "number" | "text" | "json";

const PARQUET_TYPE: Readonly<Record<ColumnType, BasicType>> = { empty: "STRING", boolean: "BOOLEAN", integer: "INT64", number: "DOUBLE", text: "STRING", json: "JSON" };

/**
 * A writer of Parquet with Zstandard. Columns are all top-level keys, in the order they were first seen, with the narrowest type that
 * holds all values: BOOLEAN, INT64, DOUBLE, STRING; nested or mixed values are JSON columns. A key a row lacks is null, and
 * an integer past 2⁵³ is text. The lines wait in `<path>.spool` until `close`.
 */
export function parquetWriter(path: string): LineWriter {
  const spool = `${path}.spool`;
  const lines = lineWriter(spool);
  const columns = new Map<string, ColumnType>();
  let count = 0;
  const note = (line: string): void => {
    if (line.trim() === "") return;
    count++;
    for (const [key, value] of Object.entries(parseRow(line, path, count))) columns.set(key, widened(columns.get(key) ?? "empty", value));
  };
  return {
    async write(given) {
      const text = typeof given === "string" ? given : Buffer.from(given.buffer, given.byteOffset, given.byteLength).toString("utf8");
      text.split("\n").forEach(note);
      await lines.write(given);
    },
    async close() {
      await lines.close();
      await encode(path, spool, columns);
      await rm(spool);
    },
  };
}

function parseRow(line: string, path: string, number: number): Record<string, unknown> {
  const row = parseExact(line, (source) => (/^-?\d+$/.test(source) && !Number.isSafeInteger(Number(source)) ? source : Number(source)));
  if (!isRecord(row)) throw new FormatError(`${path}:${number}: a row must be a JSON object, got ${line.slice(0, 60)}`, { file: path, line: number });
  return row;
}

function typeOf(value: unknown): ColumnType {
  if (value === null) return "empty";
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "string") return "text";
  if (typeof value === "number") return Number.isSafeInteger(value) && !Object.is(value, -0) ? "integer" : "number";
  return "json";
}

function widened(type: ColumnType, value: unknown): ColumnType {
  const next = typeOf(value);
  if (next === "empty" || next === type) return type;
  if (type === "empty") return next;
  const both = new Set([type, next]);
  return both.has("integer") && both.has("number") ? "number" : "json";
}

async function encode(path: string, spool: string, columns: ReadonlyMap<string, ColumnType>): Promise<void> {
  const { fileWriter, ParquetWriter, schemaFromColumnData } = await import("hyparquet-writer");
  const fields = [...columns];
  if (fields.length === 0) throw new FormatError(`${path}: Parquet must have at least one column, got no rows`, { file: path });
  const table = (rows: readonly Record<string, unknown>[]): ColumnSource[] =>
    fields.map(([name, type]) => ({
      name,
      type: PARQUET_TYPE[type],
      data: rows.map((row) => {
        const value = Object.hasOwn(row, name) ? row[name] : null;
        return type === "integer" && typeof value === "number" ? BigInt(value) : value;
      }),
    }));
  try {
    const writer = new ParquetWriter({
      writer: fileWriter(path),
      schema: schemaFromColumnData({ columnData: table([]) }),
      codec: "ZSTD",
      compressors: { ZSTD: (input) => new Uint8Array(zstdCompressSync(input)) },
      createdBy: "guerdon",
    });
    let line = 0;
    for await (const { bytes } of readBlocks(spool, { blockBytes: GROUP_BYTES })) {
      const rows: Record<string, unknown>[] = [];
      for (const text of Buffer.from(bytes.buffer, 0, bytes.length).toString("utf8").split("\n")) if (text.trim() !== "") rows.push(parseRow(text, path, ++line));
      if (rows.length > 0) await writer.write({ columnData: table(rows), rowGroupSize: rows.length });
    }
    await writer.finish();
  } catch (error) {
    if (error instanceof FormatError || error instanceof BoundaryError) throw error;
    throw new BoundaryError("file", `${path}: output must be a writable Parquet file, got ${(error as Error).message}`, { file: path }, error);
  }
}
