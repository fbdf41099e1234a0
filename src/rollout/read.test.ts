import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BoundaryError, FormatError, OptionError } from "../core/errors.ts";
import type { Rollout } from "../core/rollout.ts";
import { readBlocks } from "./blocks.ts";
import { recognizeColumns } from "./columns.ts";
import { headRows, parseBlock } from "./parse.ts";
import { readRollouts, readRows } from "./read.ts";
import type { ReadOptions, Reject, Source } from "./types.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guerdon-read-"));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function file(content: string | Uint8Array, ending = ".jsonl"): Promise<string> {
  const path = join(folder, `${files++}${ending}`);
  await writeFile(path, content);
  return path;
}

async function collect(source: Source, options: Partial<ReadOptions> = {}): Promise<{ rollouts: Rollout[]; rejects: Reject[] }> {
  const rejects: Reject[] = [];
  const rollouts: Rollout[] = [];
  for await (const rollout of readRollouts(source, { onReject: (reject) => rejects.push(reject), ...options })) rollouts.push(rollout);
  return { rollouts, rejects };
}

const line = (k: number): string => JSON.stringify({ id: `r${k}`, group: "g", prompt: "p", response: `Grüße ${k}`, answer: k });
const lines = (n: number): string => Array.from({ length: n }, (_, k) => `${line(k)}\n`).join("");

describe("files", () => {
  test("plain, gzip, Zstandard, of several members or frames, by their bytes and not their names", async () => {
    const text = lines(50);
    const whole = (await collect(await file(text))).rollouts;
    expect(whole).toHaveLength(50);
    expect(whole[7]).toEqual({ id: "r7", group: "g", prompt: "p", response: "Grüße 7", reference: 7 });
    const halves = [Buffer.from(lines(50).slice(0, 777)), Buffer.from(lines(50).slice(777))];
    for (const bytes of [gzipSync(text), zstdCompressSync(text), Buffer.concat(halves.map((h) => gzipSync(h))), Buffer.concat(halves.map((h) => zstdCompressSync(h)))]) {
      expect((await collect(await file(bytes, ".whatever"))).rollouts).toEqual(whole);
    }
  });

  test("blocks cut at line ends, whatever their size, and cover the text", async () => {
    const text = `${lines(20)}\n\n${line(21)}`;
    const path = await file(text);
    for (const blockBytes of [1, 7, 64, 100, 1000, 1 << 20]) {
      let joined = "";
      let expectedLine = 1;
      let index = 0;
      for await (const block of readBlocks(path, { blockBytes })) {
        expect([block.index, block.offset, block.firstLine]).toEqual([index++, Buffer.byteLength(joined), expectedLine]);
        const part = Buffer.from(block.bytes).toString();
        expectedLine += part.split("\n").length - 1;
        joined += part;
        expect(part.endsWith("\n") || joined.length === text.length).toBe(true);
        expect(block.bytes.buffer.byteLength).toBeGreaterThanOrEqual(block.bytes.length);
      }
      expect(joined).toBe(text);
    }
  });

  test("several files in order; lines count per file, blocks over all", async () => {
    const [a, b] = [await file(lines(3)), await file(lines(2))];
    const seen: [string, number][] = [];
    for await (const row of readRows([a, b])) seen.push([row.file, row.line]);
    expect(seen).toEqual([[a, 1], [a, 2], [a, 3], [b, 1], [b, 2]]);
    const indices: number[] = [];
    for await (const block of readBlocks([a, b])) indices.push(block.index);
    expect(indices).toEqual([0, 1]);
  });

  test("standard input, compressed too", async () => {
    const script = `import { readRollouts } from ${JSON.stringify(fileURLToPath(new URL("./index.ts", import.meta.url)))}; let n = 0; for await (const r of readRollouts("-")) n++; console.log(n);`;
    for (const bytes of [Buffer.from(lines(30)), gzipSync(lines(30)), zstdCompressSync(lines(30))]) {
      const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], { stdio: ["pipe", "pipe", "inherit"] });
      child.stdin.end(bytes);
      let out = "";
      for await (const part of child.stdout) out += String(part);
      expect(out.trim()).toBe("30");
    }
  });

  test("CRLF, a byte-order mark, blank lines, no last line end", async () => {
    const path = await file(`\ufeff${line(0)}\r\n\r\n   \n${line(1)}\r\n\t\n${line(2)}`);
    const seen: [number, string][] = [];
    for await (const row of readRows(path, { blockBytes: 40 })) seen.push([row.line, row.rollouts[0]!.id]);
    expect(seen).toEqual([[1, "r0"], [4, "r1"], [6, "r2"]]);
    expect((await collect(await file(""))).rollouts).toEqual([]);
    expect((await collect(await file("\n\n"))).rollouts).toEqual([]);
  });

  test("a line of ten megabytes", async () => {
    const long = "x".repeat(10 << 20);
    const { rollouts } = await collect(await file(`${line(0)}\n${JSON.stringify({ prompt: "p", response: long })}\n${line(2)}\n`));
    expect(rollouts.map((r) => r.response.length)).toEqual([7, long.length, 7]);
    await expect(collect(await file(`${line(0)}\n${"y".repeat(5000)}`), { blockBytes: 100, maxLineBytes: 4000 })).rejects.toThrow(/:2: a line must be at most 4000 bytes long/);
  });

  test("a JSON array, one line or indented", async () => {
    const rows = Array.from({ length: 40 }, (_, k) => ({ id: k, prompt: "p, [\"{\\", response: `r\n${k}`, deep: [{ a: [1, "]"] }] }));
    for (const text of [JSON.stringify(rows), JSON.stringify(rows, null, 2), `\ufeff \n${JSON.stringify(rows, null, "\t")}\r\n`])
      for (const blockBytes of [50, 1 << 20]) {
        const { rollouts } = await collect(await file(text, ".json"), { blockBytes });
        expect(rollouts.map((r) => r.id)).toEqual(rows.map((row) => String(row.id)));
        expect(rollouts[3]).toMatchObject({ prompt: "p, [\"{\\", response: "r\n3", extra: { deep: [{ a: [1, "]"] }] } });
      }
    await expect(collect(await file('[{"prompt":"p","response":"r"},\n{"prompt":"p","resp'))).rejects.toThrow(/must be closed by "\]"/);
    expect((await collect(await file('[\n{"prompt":"p","response":"a\nb"}\n]'))).rejects).toHaveLength(1);
  });

  test("a file that is missing or a folder", async () => {
    await expect(collect(join(folder, "none.jsonl"))).rejects.toThrow(BoundaryError);
    await expect(collect(folder)).rejects.toThrow(BoundaryError);
    await expect(collect(join(folder, "none.jsonl"), { blockByte: 3 } as Partial<ReadOptions>)).rejects.toThrow(OptionError);
  });

  test("an abort ends the read", async () => {
    await expect(collect(await file(lines(3)), { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  });
});

describe("lines that cannot be read", () => {
  test("reported with file, line, reason and column, counted, the rest read", async () => {
    const path = await file(`${line(0)}\n{"prompt": "p", "response": }\n[1, 2]\n"text"\n${line(4)}\n{"prompt":"p"}\n{"prompt":"p","response":NaN}\n`);
    const { rollouts, rejects } = await collect(path);
    expect(rollouts.map((r) => r.id)).toEqual(["r0", "r4"]);
    expect(rejects.map((r) => [r.file === path, r.line])).toEqual([[true, 2], [true, 3], [true, 4], [true, 6], [true, 7]]);
    expect(rejects[0]).toMatchObject({ reason: "not JSON: Unexpected token '}' at column 29", text: '{"prompt": "p", "response": }' });
    expect(rejects[1]!.reason).toBe("a row must be a JSON object, got [1, 2]");
    expect(rejects[3]!.field).toBe("response");
    expect(rejects[4]!.reason).toMatch(/at column 26; NaN and Infinity are not JSON/);
  });

  test("strict, or with nobody to tell, the first one throws after the rows before it", async () => {
    const path = await file(`${line(0)}\nnonsense\n${line(2)}\n`);
    for (const options of [{ strict: true, onReject: () => undefined }, {}]) {
      const seen: string[] = [];
      const error = await (async () => {
        for await (const rollout of readRollouts(path, options)) seen.push(rollout.id);
      })().catch((e: unknown) => e);
      expect(error).toBeInstanceOf(FormatError);
      expect((error as FormatError).message).toContain(`${path}:2: not JSON`);
      expect((error as FormatError).details).toMatchObject({ file: path, line: 2 });
      expect(seen).toEqual(["r0"]);
    }
  });

  test("bytes that are not UTF-8 are a reject, never replaced", async () => {
    const bad = Buffer.concat([Buffer.from('{"prompt":"p","response":"'), Buffer.from([0xe2, 0x82, 0x41, 0xff]), Buffer.from('"}\n')]);
    const { rollouts, rejects } = await collect(await file(Buffer.concat([Buffer.from(`${line(0)}\n`), bad, Buffer.from(line(2))])));
    expect(rollouts).toHaveLength(2);
    expect(rejects).toMatchObject([{ line: 2, reason: "not UTF-8", text: '{"prompt":"p","response":"\\xe2\\x82A\\xff"}' }]);
  });

  test("long lines are cut in a reject", async () => {
    const { rejects } = await collect(await file(`{"a": "${"x".repeat(1e6)}\n${line(1)}`));
    expect(rejects[0]!.text).toHaveLength(2000);
    expect(rejects[0]!.reason).toMatch(/at column 1000008$/);
  });

  test("damaged compression is a FormatError", async () => {
    for (const pack of [gzipSync, zstdCompressSync]) {
      const packed = pack(lines(5000));
      for (const cut of [packed.length >> 1, packed.length - 1, 8]) await expect(collect(await file(packed.subarray(0, cut)))).rejects.toThrow(FormatError);
      const flipped = Buffer.from(packed);
      flipped[flipped.length >> 1]! ^= 0xff;
      await expect(collect(await file(flipped))).rejects.toThrow(FormatError);
    }
  });
});

describe("hostile rows", () => {
  test("NUL bytes, raw and escaped", async () => {
    const { rollouts, rejects } = await collect(await file(`{"prompt":"p","response":"a\\u0000b"}\n{"prompt":"p","response":"a\u0000b"}\n\u0000\n`));
    expect(rollouts.map((r) => r.response)).toEqual(["a\u0000b"]);
    expect(rejects.map((r) => r.line)).toEqual([2, 3]);
  });

  test("a million brackets deep, whole and cut", async () => {
    const deep = "[".repeat(1e6);
    const { rollouts, rejects } = await collect(await file(`{"prompt":"p","response":"r","x":${deep}${"]".repeat(1e6)}}\n{"prompt":"p","response":"r","x":${deep}}\n`));
    expect(rollouts).toHaveLength(1);
    expect(rejects).toHaveLength(1);
    const walked = await collect(await file(`{"prompt":"p","response":"r","id":9007199254740993,"x":${deep}${"]".repeat(1e6)}}\n${line(1)}`));
    expect(walked.rejects[0]!.reason).toBe("a row must not nest this deeply");
    expect(walked.rollouts).toHaveLength(1);
  });

  test("__proto__ and constructor are only names", async () => {
    const { rollouts } = await collect(await file('{"prompt":"p","response":"r","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"rewards":{"__proto__":1}}'));
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    const [rollout] = rollouts;
    expect(Object.keys(rollout!.extra!)).toEqual(["__proto__", "constructor"]);
    expect((rollout!.extra as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.entries(rollout!.given!)).toEqual([["__proto__", 1]]);
  });

  test("numbers past 2^53 as ids and groups keep their digits", async () => {
    const { rollouts } = await collect(await file('{"prompt":"p","response":"r","id":9007199254740993,"uid":12345678901234567891}\n{"prompt":"p","response":"r","id":9007199254740992}'));
    expect(rollouts.map((r) => r.id)).toEqual(["9007199254740993", "9007199254740992"]);
    expect(rollouts[0]!.group).toBe("12345678901234567891");
    expect((await collect(await file('{"prompt":"p","response":"r","answer":12345678901234567891}'))).rollouts[0]!.reference).toBe("12345678901234567891");
  });

  test("integers past 2⁵³ that a double holds to the last digit stay the row's own, and no other column's", async () => {
    const { rollouts } = await collect(
      await file('{"prompt":"p","response":"r","id":9007199254740992,"uuid":"u","group":100000000000000000000,"uid":"g","ground_truth":10000000000000000,"answer":"7"}'),
    );
    expect(rollouts.map(({ id, group, reference }) => [id, group, reference])).toEqual([["9007199254740992", "100000000000000000000", "10000000000000000"]]);
  });

  test("of duplicate keys the last counts", async () => {
    expect((await collect(await file('{"prompt":"p","response":"a","response":"b"}'))).rollouts[0]!.response).toBe("b");
  });

  test("unpaired surrogates pass through", async () => {
    expect((await collect(await file('{"prompt":"p","response":"\\ud800x"}'))).rollouts[0]!.response).toBe("\ud800x");
  });

  test("whatever the bytes: rows, rejects or a FormatError", async () => {
    const path = join(folder, "fuzz");
    const base = Buffer.from(lines(4));
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((s) => Buffer.from(s)),
      fc.array(fc.tuple(fc.nat(base.length - 1), fc.nat(255)), { maxLength: 6 }).map((edits) => {
        const out = Buffer.from(base);
        for (const [at, byte] of edits) out[at] = byte;
        return out;
      }),
      fc.constantFrom(Buffer.from("PAR1"), Buffer.from("[{"), Buffer.from([0x1f, 0x8b]), Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), Buffer.from("[{}]{"))
        .chain((head) => fc.uint8Array({ maxLength: 100 }).map((tail) => Buffer.concat([head, tail]))),
      fc.array(fc.record({ prompt: fc.jsonValue(), response: fc.jsonValue(), messages: fc.jsonValue(), id: fc.jsonValue(), rewards: fc.jsonValue(), tokens: fc.jsonValue(), finish: fc.jsonValue(), spans: fc.jsonValue() }, { requiredKeys: [] }), { maxLength: 3 })
        .map((rows) => Buffer.from(rows.map((row) => JSON.stringify(row)).join("\n"))),
    );
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom(3, 64, 1 << 20), async (content, blockBytes) => {
        await writeFile(path, content);
        try {
          const { rollouts, rejects } = await collect(path, { blockBytes });
          for (const rollout of rollouts) expect(typeof rollout.id).toBe("string");
          for (const reject of rejects) expect(reject.reason).not.toBe("");
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 400, seed: 20261121 },
    );
  });
});

test("a block is parsed alike whole and line by line", async () => {
  const text = `${lines(10)}broken\n{"completion":"c","question":"q"}\n`;
  const plan = recognizeColumns(headRows(Buffer.from(text)).slice(0, 3));
  const whole = parseBlock(Buffer.from(text), 1, plan, "f");
  expect(whole.lines).toBe(12);
  const parts = text.trimEnd().split("\n").map((part, k) => parseBlock(Buffer.from(part), k + 1, plan, "f"));
  expect(parts.flatMap((p) => p.rows)).toEqual(whole.rows);
  expect(parts.flatMap((p) => p.rejects)).toEqual(whole.rejects);
});

test("memory does not grow with the file", async () => {
  // A child, since this process holds the other tests: the memory after a tenth of 100,000 rows against that at the end.
  const path = await file(zstdCompressSync(Array.from({ length: 1e5 }, (_, k) => `${JSON.stringify({ id: k, prompt: `question ${k >> 3}`, response: "word ".repeat(200), answer: "1" })}\n`).join("")));
  const script = `import { readRollouts } from ${JSON.stringify(fileURLToPath(new URL("./index.ts", import.meta.url)))};
    let n = 0, early = 0, peak = 0;
    for await (const r of readRollouts(${JSON.stringify(path)})) { if (++n % 1000 === 0) { const rss = process.memoryUsage.rss(); if (n <= 3e4) early = Math.max(early, rss); else peak = Math.max(peak, rss); } }
    console.log(JSON.stringify({ n, grown: (peak - early) / 2 ** 20 }));`;
  const child = spawn(process.execPath, ["--max-semi-space-size=4", "--input-type=module-typescript", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  for await (const part of child.stdout) out += String(part);
  const { n, grown } = JSON.parse(out) as { n: number; grown: number };
  expect(n).toBe(1e5);
  expect(grown).toBeLessThan(40); // The text is 100 MB.
}, 60_000);

const shared = fileURLToPath(new URL("../../../shared/data/math_rollouts.jsonl", import.meta.url));
test.runIf(existsSync(shared))("real rollouts: 800 in 100 groups of 8", async () => {
  const { rollouts, rejects } = await collect(shared, { strict: true });
  expect(rejects).toEqual([]);
  expect(rollouts).toHaveLength(800);
  const sizes = new Map<string, number>();
  for (const { group } of rollouts) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  expect(sizes.size).toBe(100);
  expect([...sizes.values()].every((size) => size === 8)).toBe(true);
  // Without ids, groups or references the prompts still make the same groups.
  const bare = (await readFile(shared, "utf8")).trimEnd().split("\n").map((text) => JSON.stringify({ ...(JSON.parse(text) as object), id: undefined, group: undefined }));
  const again = await collect(await file(bare.join("\n")));
  expect(new Set(again.rollouts.map((r) => r.group)).size).toBe(100);
});
