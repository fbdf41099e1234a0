import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BoundaryError, FormatError } from "../core/errors.ts";
import { recognizeColumns } from "./columns.ts";
import { outputLine } from "./output.ts";
import { headRows, parseBlock } from "./parse.ts";
import { readRows } from "./read.ts";
import type { ColumnPlan, InputRow } from "./types.ts";
import { openWriter, writeRows } from "./write.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guerdon-write-"));
});
afterAll(() => rm(folder, { recursive: true }));

function parse(text: string): { row: InputRow; plan: ColumnPlan } {
  const bytes = Buffer.from(text);
  const plan = recognizeColumns(headRows(bytes));
  return { row: parseBlock(bytes, 1, plan, "f").rows[0]!, plan };
}

describe("output rows", () => {
  test("the input stands byte for byte before what was added", () => {
    const text = '{"prompt": "p", "response":"r","big":12345678901234567890, "one": 1.0,"\\u0061":"\\u00e9","x":1,"x":2}';
    expect(outputLine(parse(` ${text}\t`).row, 0, { reward: 1, rewards: { a: null } })).toBe(`${text.slice(0, -1)},"reward":1,"rewards":{"a":null}}`);
    expect(outputLine(parse(text).row, 0, {})).toBe(text);
  });

  test("fields that collide move under input, and an input field with them", () => {
    const { row } = parse('{"input":"p","output":"r","reward":0.10,"n":9007199254740993}');
    expect(outputLine(row, 0, { reward: 1 })).toBe('{"output":"r","n":9007199254740993,"input":{"input":"p","reward":0.10},"reward":1}');
    const again = parse(outputLine(row, 0, { reward: 1 }));
    expect(again.row.rollouts[0]).toMatchObject({ prompt: "p", response: "r", given: { reward: 1 } });
  });

  test("an expanded row gives one row each, which read back as the same rollouts", () => {
    const { row, plan } = parse('{"id":"q","prompt":"p","responses":["a","b"],"rewards":[1,0],"response_ids":[[1],[2,3]],"kept":[1.0,2]}');
    const lines = [0, 1].map((k) => outputLine(row, k, { advantage: k }, plan));
    expect(lines[1]).toBe('{"id":"q:1","prompt":"p","responses":"b","rewards":0,"response_ids":[2,3],"kept":[1.0,2],"group":"q","advantage":1}');
    for (const [k, line] of lines.entries()) {
      const rollout = parse(line).row.rollouts[0]!;
      const { extra, ...known } = row.rollouts[k]!;
      expect(rollout).toMatchObject({ ...known, extra: { ...extra, advantage: k } });
    }
  });

  test("a row unlike its file is narrowed by its own columns", () => {
    const plan = recognizeColumns({ prompt: "p", response: "r" });
    const [row] = parseBlock(Buffer.from('{"question":"q","completions":["a","b"],"scores":[1,0]}'), 1, plan, "f").rows;
    expect(outputLine(row!, 1, {}, plan)).toBe(`{"question":"q","completions":"b","scores":0,"id":"f:1:1","group":"${row!.rollouts[0]!.group}"}`);
  });

  test("__proto__ survives a move and pollutes nothing", () => {
    const { row } = parse('{"prompt":"p","response":"r","__proto__":{"a":1},"reward":1}');
    expect(outputLine(row, 0, { reward: 2 })).toBe('{"prompt":"p","response":"r","__proto__":{"a":1},"input":{"reward":1},"reward":2}');
  });

  test("a row too deep to write again is a FormatError, but only where it must be written again", () => {
    const deep = `${"[".repeat(2e5)}${"]".repeat(2e5)}`;
    const { row } = parse(`{"prompt":"p","response":"r","x":${deep},"reward":1}`);
    expect(outputLine(row, 0, { advantage: 1 })).toContain(deep);
    expect(() => outputLine(row, 0, { reward: 1 })).toThrow(FormatError);
  });

  test("unknown fields survive at the level of JSON, moved or not", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.boolean(), (fields, collide) => {
        const given = { ...fields, prompt: "p", response: "r", ...(collide ? { reward: "mine" } : {}) };
        const written = JSON.parse(outputLine(parse(JSON.stringify(given)).row, 0, { reward: 1 })) as Record<string, unknown>;
        const { input, reward, ...rest } = written;
        expect(reward).toBe(1);
        const back = "reward" in given ? { ...rest, ...(input as object) } : { ...rest, ...("input" in written ? { input } : {}) };
        expect(JSON.stringify(sorted(back))).toBe(JSON.stringify(sorted(JSON.parse(JSON.stringify(given)) as object)));
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});

function sorted(row: object): [string, unknown][] {
  return Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1));
}

describe("writers", () => {
  const rows = Array.from({ length: 300 }, (_, k) => ({ id: k, prompt: "Größe?", response: `é${k}`, score: k / 4, ok: k % 2 === 0, meta: { k, list: [k, null] }, ...(k === 200 ? { late: "x" } : {}) }));

  test("plain, gzip, Zstandard: the same lines", async () => {
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    const at = (name: string): string => join(folder, name);
    for (const [name, unpack] of [["a.jsonl", (b: Buffer) => b], ["a.jsonl.gz", gunzipSync], ["a.jsonl.zst", zstdDecompressSync]] as const) {
      expect(await writeRows(at(name), rows)).toBe(300);
      expect(unpack(readFileSync(at(name))).toString()).toBe(text);
    }
  });

  test("back-pressure: writing more than any buffer holds, in order", async () => {
    const writer = openWriter(join(folder, "long.jsonl.gz"));
    for (let k = 0; k < 200; k++) await writer.write(`{"k":${k},"text":"${"x".repeat(20000)}"}\n`);
    await writer.close();
    const back = gunzipSync(await readFile(join(folder, "long.jsonl.gz"))).toString().trimEnd().split("\n");
    expect(back.map((line) => (JSON.parse(line) as { k: number }).k)).toEqual(Array.from({ length: 200 }, (_, k) => k));
  });

  test("a place that cannot be written is a BoundaryError", async () => {
    for (const name of ["none/a.jsonl", "none/a.jsonl.gz", "none/a.parquet"]) await expect(writeRows(join(folder, name), rows)).rejects.toThrow(BoundaryError);
    await expect(writeRows(join(folder, "big.jsonl"), [{ n: 1n }])).rejects.toThrow(FormatError);
  });

  test("Parquet: types by all rows, late columns, nested as JSON", async () => {
    const path = join(folder, "a.parquet");
    await writeRows(path, rows);
    const back: Record<string, unknown>[] = [];
    for await (const { row } of readRows(path)) back.push(row);
    expect(back).toHaveLength(300);
    expect(back[201]).toEqual({ ...rows[201], late: null });
    expect(back[200]).toEqual(rows[200]);
    await expect(readFile(`${path}.spool`)).rejects.toThrow("ENOENT");
  });

  test("Parquet: mixed values, integers past 2^53, empty columns", async () => {
    const path = join(folder, "mixed.parquet");
    const text = '{"prompt":"p","response":"r","mixed":1,"n":12345678901234567890,"none":null,"i":5,"f":1.5}\n{"prompt":"p","response":"s","mixed":"one","n":1,"i":-7,"f":2}\n';
    const writer = openWriter(path);
    await writer.write(text);
    await writer.close();
    const back: Record<string, unknown>[] = [];
    for await (const { row } of readRows(path)) back.push(row);
    expect(back).toEqual([
      { prompt: "p", response: "r", mixed: 1, n: "12345678901234567890", none: null, i: 5, f: 1.5 },
      { prompt: "p", response: "s", mixed: "one", n: 1, none: null, i: -7, f: 2 },
    ]);
    await writeFile(path, readFileSync(path).subarray(0, 100));
    await expect(readRows(path).next()).rejects.toThrow(FormatError);
  });
});
