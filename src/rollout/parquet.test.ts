import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import type { SchemaElement } from "hyparquet";
import { type ColumnSource, fileWriter, parquetWrite } from "hyparquet-writer";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FormatError } from "../core/errors.ts";
import { readBlocks } from "./blocks.ts";
import { readRows } from "./read.ts";
import type { InputRow, Reject } from "./types.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guerdon-parquet-"));
});
afterAll(() => rm(folder, { recursive: true }));

type Codec = "UNCOMPRESSED" | "SNAPPY" | "GZIP" | "BROTLI" | "ZSTD";

let files = 0;
function file(columnData: ColumnSource[], schema?: SchemaElement[], codec: Codec = "SNAPPY", rowGroupSize = 1000): string {
  const path = join(folder, `${files++}.parquet`);
  const compressors = { GZIP: gzipSync, BROTLI: brotliCompressSync, ZSTD: zstdCompressSync };
  parquetWrite({
    writer: fileWriter(path),
    columnData,
    ...(schema === undefined ? {} : { schema }),
    codec,
    compressors: Object.fromEntries(Object.entries(compressors).map(([name, pack]) => [name, (input: Uint8Array) => new Uint8Array(pack(input))])),
    rowGroupSize,
  });
  return path;
}

async function read(path: string): Promise<{ rows: InputRow[]; rejects: Reject[] }> {
  const rejects: Reject[] = [];
  const rows: InputRow[] = [];
  for await (const row of readRows(path, { onReject: (reject) => rejects.push(reject) })) rows.push(row);
  return { rows, rejects };
}

const text = (name: string): SchemaElement => ({ name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" });
const list = (name: string, element: SchemaElement[]): SchemaElement[] => [
  { name, repetition_type: "OPTIONAL", converted_type: "LIST", num_children: 1 },
  { name: "list", repetition_type: "REPEATED", num_children: 1 },
  ...element,
];

/** The schema of a verl data set as pandas and pyarrow write it. */
const verl: SchemaElement[] = [
  { name: "schema", num_children: 5 },
  text("data_source"),
  ...list("prompt", [{ name: "element", repetition_type: "OPTIONAL", num_children: 2 }, text("content"), text("role")]),
  { name: "reward_model", repetition_type: "OPTIONAL", num_children: 2 },
  text("ground_truth"),
  text("style"),
  { name: "extra_info", repetition_type: "OPTIONAL", num_children: 2 },
  { name: "index", type: "INT64", repetition_type: "OPTIONAL" },
  text("split"),
  ...list("responses", [text("element")]),
];

test("verl: chat messages, structs and lists nest as they do in JSON; every codec; row groups in order", async () => {
  const n = 25;
  const data = Array.from({ length: n }, (_, k) => ({
    data_source: "openai/gsm8k",
    prompt: [{ content: `Größe ${k}?`, role: "user" }],
    reward_model: { ground_truth: String(k), style: "rule" },
    extra_info: { index: BigInt(k), split: "train" },
    responses: ["a", `b${k}`, "漢"],
  }));
  const columns = (["data_source", "prompt", "reward_model", "extra_info", "responses"] as const).map((name) => ({ name, data: data.map((row) => row[name]) }));
  for (const codec of ["UNCOMPRESSED", "SNAPPY", "GZIP", "BROTLI", "ZSTD"] as const) {
    const { rows, rejects } = await read(file(columns, verl, codec, 7));
    expect(rejects).toEqual([]);
    expect(rows.map((row) => row.line)).toEqual(Array.from({ length: n }, (_, k) => k + 1));
    expect(rows[9]!.row).toEqual({ ...data[9], extra_info: { index: 9, split: "train" } });
    expect(rows[9]!.rollouts[1]).toMatchObject({ prompt: [{ role: "user", content: "Größe 9?" }], response: "b9", reference: "9", task: "openai/gsm8k" });
  }
});

test("values: integers past 2^53, times, JSON, binary, NaN, text that is not UTF-8", async () => {
  const path = file([
    { name: "prompt", data: ["p", "p"], type: "STRING" },
    { name: "response", data: [Uint8Array.from(Buffer.from("é")), Uint8Array.of(0x61, 0xff)], type: "STRING" },
    { name: "id", data: [2n ** 60n + 1n, 5n], type: "INT64" },
    { name: "time", data: [new Date(0), new Date(1)], type: "TIMESTAMP" },
    { name: "info", data: [{ a: [1] }, null], type: "JSON" },
    { name: "blob", data: [Uint8Array.of(0xff, 0x00), Uint8Array.of(0x61)], type: "BYTE_ARRAY" },
    { name: "score", data: [Number.NaN, 0.5], type: "DOUBLE" },
  ] as ColumnSource[]);
  const { rows, rejects } = await read(path);
  expect(rows).toHaveLength(1);
  expect(rows[0]!.row).toMatchObject({ id: String(2n ** 60n + 1n), response: "é", time: "1970-01-01T00:00:00.000Z", info: { a: [1] }, blob: "/wA=", score: null });
  expect(rejects).toMatchObject([{ line: 2, reason: "not UTF-8" }]);
});

test("blocks of a Parquet file are lines like any others", async () => {
  const n = 100;
  const path = file([{ name: "prompt", data: Array(n).fill("p") as string[] }, { name: "response", data: Array.from({ length: n }, (_, k) => `r${k}`) }], undefined, "ZSTD", 30);
  let line = 1;
  let offset = 0;
  let all = "";
  for await (const block of readBlocks(path, { blockBytes: 200 })) {
    expect([block.firstLine, block.offset]).toEqual([line, offset]);
    const part = Buffer.from(block.bytes).toString();
    expect(part.length).toBeLessThan(300);
    line += part.split("\n").length - 1;
    offset += part.length;
    all += part;
  }
  expect(all.trimEnd().split("\n").map((l) => (JSON.parse(l) as { response: string }).response)).toEqual(Array.from({ length: n }, (_, k) => `r${k}`));
});

test("damaged files are a FormatError", async () => {
  const { readFile, writeFile } = await import("node:fs/promises");
  const whole = await readFile(file([{ name: "response", data: Array.from({ length: 2000 }, (_, k) => `some text ${k}`) }], undefined, "ZSTD"));
  const path = join(folder, "damaged.parquet");
  for (const bytes of [whole.subarray(0, 4), whole.subarray(0, whole.length - 10), Buffer.concat([Buffer.from("PAR1"), Buffer.alloc(50), Buffer.from("PAR1")]), Buffer.concat([whole.subarray(0, 30), Buffer.alloc(200, 7), whole.subarray(230)])]) {
    await writeFile(path, bytes);
    await expect(read(path)).rejects.toThrow(FormatError);
  }
});
