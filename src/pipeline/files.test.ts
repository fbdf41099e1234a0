import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, truncateSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { methodsUrl, resolveMethod } from "../methods.ts";
import type { RewardSource } from "./document.ts";
import { journalPath, scoreFiles, type ScoreFilesOptions } from "./files.ts";
import { inputIdentity, startJournal } from "./journal.ts";
import { readScored } from "./read-scored.ts";
import type { ScoredRollout } from "./types.ts";

const fixtures = new URL("../../test/fixtures/", import.meta.url).pathname;
const methods = { resolve: resolveMethod, url: methodsUrl };

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "guerdon-test-"))));
afterEach(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const spec: RewardSource = {
  kind: "document",
  base: fixtures,
  document: {
    guerdon: 1,
    rewards: { correct: "verify/number", size: "./rewards.ts#hundreds" },
    reward: { use: "shaping/weighted-sum", of: { correct: 1, size: 0.01 } },
    credit: "credit/group-relative",
  },
};

function using(reward: unknown, credit = "credit/group-relative"): RewardSource {
  return { kind: "document", base: fixtures, document: { guerdon: 1, rewards: { a: reward }, credit } };
}

/** Rows of `groups` groups of one to six responses, right and wrong, some with odd text. */
function rows(groups: number): Record<string, unknown>[] {
  return Array.from({ length: groups }, (_, g) =>
    Array.from({ length: 1 + ((g * 7) % 6) }, (_, i) => ({
      id: `${g}-${i}`,
      group: `g${g}`,
      prompt: `What is ${g} + ${i}?`,
      response: `${"é😀 reason ".repeat((g * 13 + i) % 40)}The answer is ${(g + i) % 3 === 0 ? g : g + 1}.`,
      answer: String(g),
      big: 1,
    })),
  ).flat();
}

const lines = (all: readonly unknown[]): string => all.map((row) => `${JSON.stringify(row)}\n`).join("");

async function run(input: string, options: Partial<ScoreFilesOptions> = {}, source: RewardSource = spec, output = at("out.jsonl")): Promise<string> {
  await scoreFiles([input], output, source, methods, { workers: 0, ...options });
  return readFileSync(output, "utf8");
}

const parsed = (text: string): Record<string, never>[] => text.trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, never>);

describe("an output row", () => {
  it("is the input row as it stood, and the scores behind it", async () => {
    writeFileSync(at("in.jsonl"), '{"id":"a", "group": 1, "response":"The answer is 4.", "answer":"4", "seed": 12345678901234567890 }\n{"id":"b","group":1,"response":"The answer is 5.","answer":"4","reward":0.5,"input":{"x":1}}\n');
    const text = await run(at("in.jsonl"), {}, { kind: "document", base: null, document: { guerdon: 1, rewards: { correct: "verify/number" }, credit: "credit/leave-one-out" } });
    const [first, second] = text.trimEnd().split("\n");
    expect(first).toMatch(/^\{"id":"a", "group": 1, "response":"The answer is 4\.", "answer":"4", "seed": 12345678901234567890,"rewards":\{"correct":1\},"verdicts":\{"correct":\{"status":"correct","score":1,"extracted":"4",.*\}\},"reward":1,"advantage":1\}$/);
    expect(JSON.parse(second!)).toMatchObject({ id: "b", input: { reward: 0.5, input: { x: 1 } }, rewards: { correct: 0 }, reward: 0, advantage: -1 });
  });

  it("comes once a response, where a row holds several", async () => {
    writeFileSync(at("in.jsonl"), lines([{ question: "2+2?", responses: ["4", "5", "4"], answer: "4" }, { question: "3+3?", responses: ["6"], answer: "6" }]));
    const out = parsed(await run(at("in.jsonl")));
    expect(out.map((row) => [row.responses, (row.rewards as Record<string, unknown>).correct])).toEqual([["4", 1], ["5", 0], ["4", 1], ["6", 1]]);
    expect(out[3]).toMatchObject({ advantage: null });
  });

  it("keeps offsets in code points, and readScored brings them back", async () => {
    writeFileSync(at("in.jsonl"), lines([{ id: "a", response: "😀😀 The answer is 42.", answer: "42" }]));
    const text = await run(at("in.jsonl"));
    const scored: ScoredRollout[] = [];
    for await (const row of readScored(at("out.jsonl"))) scored.push(row);
    const { span } = (parsed(text)[0]!.verdicts as unknown as Record<string, { span: { start: number; end: number } }>).correct!;
    expect(["😀😀 The answer is 42."].map((response) => Array.from(response).slice(span.start, span.end).join(""))).toEqual(["42"]);
    const { span: inside, extracted } = scored[0]!.verdicts.correct!;
    expect("😀😀 The answer is 42.".slice(inside!.start, inside!.end)).toBe(extracted);
    expect(scored[0]).toMatchObject({ reward: 1 + 0.01 * ("😀😀 The answer is 42.".length / 100), advantage: null });
  });
});

describe("the bytes", () => {
  it("depend on rows and reward alone: not on workers, blocks or segments", async () => {
    writeFileSync(at("in.jsonl"), lines(rows(120)));
    const whole = await run(at("in.jsonl"));
    expect(parsed(whole)).toHaveLength(rows(120).length);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40_000 }), fc.integer({ min: 1, max: 60_000 }), async (blockBytes, segmentBytes) => {
        expect(await run(at("in.jsonl"), { blockBytes, segmentBytes })).toBe(whole);
      }),
      { seed: 41, numRuns: 12 },
    );
    for (const workers of [1, 3]) expect(await run(at("in.jsonl"), { workers, blockBytes: 3000 })).toBe(whole);
  });

  it.each(["none", "contiguous", "spill"] as const)("compressed, %s: the same, whatever the blocks", async (groups) => {
    writeFileSync(at("in.jsonl"), lines(rows(60)));
    const source = groups === "none" ? { kind: "document" as const, base: fixtures, document: { guerdon: 1, rewards: { a: "verify/number" } } } : spec;
    const options = { segmentBytes: 5000, ...(groups === "none" ? {} : { groups }) };
    const plain = await run(at("in.jsonl"), options, source);
    for (const [name, inflate] of [["out.gz", gunzipSync], ["out.zst", zstdDecompressSync]] as const) {
      const bytes: Buffer[] = [];
      for (const blockBytes of [1 << 20, 700]) {
        await run(at("in.jsonl"), { ...options, blockBytes }, source, at(name));
        bytes.push(readFileSync(at(name)));
      }
      expect(inflate(bytes[0]!).toString()).toBe(plain);
      expect(bytes[1]!.equals(bytes[0]!)).toBe(true);
    }
  });

  it("are the same from compressed input and from several files", async () => {
    const all = rows(40);
    writeFileSync(at("in.jsonl"), lines(all));
    const whole = await run(at("in.jsonl"));
    writeFileSync(at("in.gz"), gzipSync(lines(all)));
    expect(await run(at("in.gz"))).toBe(whole);
    // The cut lies inside a group, and the last line of the first file has no line end.
    writeFileSync(at("1.jsonl"), lines(all.slice(0, 50)).trimEnd());
    writeFileSync(at("2.zst"), zstdCompressSync(lines(all.slice(50))));
    await scoreFiles([at("1.jsonl"), at("2.zst")], at("two.jsonl"), spec, methods, { workers: 0, blockBytes: 900 });
    expect(readFileSync(at("two.jsonl"), "utf8")).toBe(whole);
  });

  it("Parquet holds the same rows", async () => {
    writeFileSync(at("in.jsonl"), lines(rows(10)));
    const whole = parsed(await run(at("in.jsonl")));
    await run(at("in.jsonl"), {}, spec, at("out.parquet"));
    const back: unknown[] = [];
    for await (const row of readScored(at("out.parquet"))) back.push(row.advantage);
    expect(back).toEqual(whole.map((row) => row.advantage));
  });
});

describe("groups that do not stand together", () => {
  const all = rows(50);
  const scattered = all.map((row, i) => [(i * 7919) % all.length, row] as const).toSorted((a, b) => a[0] - b[0]).map(([, row]) => row);

  it("get the advantages they get together, by themselves or by asking", async () => {
    writeFileSync(at("in.jsonl"), lines(all));
    writeFileSync(at("scattered.jsonl"), lines(scattered));
    const together = new Map(parsed(await run(at("in.jsonl"))).map((row) => [row.id, row.advantage]));
    let why = "";
    const apart = await run(at("scattered.jsonl"), { blockBytes: 2000, onSecondPass: (text) => (why = text) });
    expect(why).toMatch(/scattered\.jsonl:\d+: the rows of a group must stand together/);
    expect(parsed(apart).map((row) => row.id)).toEqual(scattered.map((row) => row.id));
    for (const { id, advantage } of parsed(apart)) {
      const expected = together.get(id!)!;
      if (expected === null) expect(advantage).toBeNull();
      else expect(advantage).toBeCloseTo(expected, 12);
    }
    expect(await run(at("scattered.jsonl"), { groups: "spill", workers: 2, blockBytes: 500, segmentBytes: 3000 })).toBe(apart);
    expect(existsSync(`${at("out.jsonl")}.spill`)).toBe(false);
  });

  it("are refused where only contiguous groups are wanted, and spilled groups may be contiguous", async () => {
    writeFileSync(at("scattered.jsonl"), lines(scattered));
    await expect(run(at("scattered.jsonl"), { groups: "contiguous" })).rejects.toThrow(/must stand together/);
    writeFileSync(at("in.jsonl"), lines(all));
    expect(await run(at("in.jsonl"), { groups: "spill" })).toBe(await run(at("in.jsonl")));
  });

  it("do not matter without credit", async () => {
    writeFileSync(at("scattered.jsonl"), lines(scattered));
    const { grouping, tally } = await scoreFiles([at("scattered.jsonl")], at("out.jsonl"), { kind: "document", base: null, document: { guerdon: 1, rewards: { a: "verify/number" } } }, methods, { workers: 0 });
    expect([grouping, tally.groups]).toEqual(["none", null]);
  });
});

describe("what cannot be read", () => {
  it("is counted, told, and kept in the rejects file; strict stops at the first", async () => {
    const text = `${lines(rows(3))}{"response": 1\n\n[1]\n${lines([{ group: "x", prompt: "?", response: "4", answer: "4" }])}not json\n`;
    writeFileSync(at("in.jsonl"), text);
    const told: number[] = [];
    const { tally } = await scoreFiles([at("in.jsonl")], at("out.jsonl"), spec, methods, { workers: 2, blockBytes: 300, rejects: at("rejects.jsonl"), onReject: ({ line }) => told.push(line) });
    const first = rows(3).length + 1;
    expect(told).toEqual([first, first + 2, first + 4]);
    expect(tally).toMatchObject({ rows: first, rejects: 3 });
    expect(parsed(readFileSync(at("rejects.jsonl"), "utf8")).map((reject) => reject.line)).toEqual(told);
    await expect(run(at("in.jsonl"), { strict: true })).rejects.toThrow(new RegExp(`in\\.jsonl:${first}: `));
  });

  it("an empty file gives an empty file", async () => {
    writeFileSync(at("in.jsonl"), "");
    expect(await run(at("in.jsonl"))).toBe("");
  });
});

describe("faults", () => {
  it("a reward that throws leaves rows undecided, counted by reason", async () => {
    writeFileSync(at("in.jsonl"), lines(rows(4)));
    const { tally } = await scoreFiles([at("in.jsonl")], at("out.jsonl"), using("./rewards.ts#throws"), methods, { workers: 1 });
    expect(tally.rewards.a).toMatchObject({ scored: 0, reasons: { "undecided:internal-error": tally.rows } });
    expect(parsed(readFileSync(at("out.jsonl"), "utf8"))[0]).toMatchObject({ reward: null, advantage: null, verdicts: { a: { status: "undecided", score: null, reason: { code: "internal-error", text: "./rewards.ts#throws: no such luck" } } } });
  });

  it.each([
    ["exits", "deadly", 12, [7, 20]],
    ["runs out of memory", "hungry", 3, [4]],
  ] as const)("a worker that %s costs the row that killed it, and no other", { timeout: 60_000 }, async (_, name, groups, fatal) => {
    const all = rows(groups).map((row, i) => ((fatal as readonly number[]).includes(i) ? { ...row, response: "DIE" } : row));
    writeFileSync(at("in.jsonl"), lines(all));
    const out = parsed(await run(at("in.jsonl"), { workers: 2, blockBytes: 4000, workerMemoryMb: 64 }, using(`./rewards.ts#${name}`)));
    expect(out.map((row) => row.id)).toEqual(all.map((row) => row.id));
    expect(out.flatMap((row, i) => (row.reward === null ? [i] : []))).toEqual(fatal);
    expect(out[fatal[0]]!.verdicts).toEqual({ a: { status: "undecided", score: null, extracted: null, reason: { code: "worker-lost", text: "the worker that scored this row died twice" } } });
  });

  it("a node that says fail stops the run with the row", async () => {
    writeFileSync(at("in.jsonl"), lines(rows(4)));
    await expect(run(at("in.jsonl"), { workers: 1 }, using({ use: "./rewards.ts#throws", onNull: "fail" }))).rejects.toThrow(/rollout 0-0: reward a must be scored/);
  });
});

describe("the summary", () => {
  it("counts rows, numbers, verdicts, groups and lengths", async () => {
    writeFileSync(at("in.jsonl"), lines([
      { group: "a", prompt: "?", response: "4", answer: "4", finish_reason: "length" },
      { group: "a", prompt: "?", response: "4", answer: "4" },
      { group: "b", prompt: "?", response: "5", answer: "4" },
      { group: "b", prompt: "?", response: "nothing here", answer: "4" },
      { group: "c", prompt: "?", response: "4" },
      { group: "c", prompt: "?", response: "4", answer: "4" },
      { group: "d", prompt: "?", response: "5", answer: "4" },
      { group: "d", prompt: "?", response: "4", answer: "4" },
    ]));
    const { tally } = await scoreFiles([at("in.jsonl")], at("out.jsonl"), { kind: "document", base: null, document: { guerdon: 1, rewards: { correct: "verify/number" }, credit: "credit/group-relative" } }, methods, { workers: 0, blockBytes: 200 });
    expect(tally).toMatchObject({ rows: 8, truncated: 1, groups: { total: 4, withoutSignal: 2, tooFewScored: 1 } });
    expect(tally.rewards.correct).toMatchObject({ scored: 7, sum: 4, min: 0, max: 1, counts: { 0: 3, 1: 4 }, statuses: { correct: 4, incorrect: 2, invalid: 1, undecided: 1 } });
    expect(tally.rewards.correct!.reasons["undecided:no-reference"]).toBe(1);
  });
});

describe("resume", () => {
  it("without output begins at the beginning; a finished run leaves no journal and is not done again over itself", async () => {
    writeFileSync(at("in.jsonl"), lines(rows(5)));
    const whole = await run(at("in.jsonl"), { resume: true });
    expect(existsSync(journalPath(at("out.jsonl")))).toBe(false);
    await expect(run(at("in.jsonl"), { resume: true }, using("verify/exact"))).rejects.toThrow(/the run is complete, or another program wrote the file/);
    expect(readFileSync(at("out.jsonl"), "utf8")).toBe(whole);
  });

  it("goes back to the last commit that is on the disk; a copy of the input is the input", async () => {
    writeFileSync(at("in.jsonl"), lines(rows(60)));
    const whole = await run(at("in.jsonl"), {}, spec, at("whole.jsonl"));
    const stop = new AbortController();
    await expect(run(at("in.jsonl"), { blockBytes: 2000, segmentBytes: 2000, signal: stop.signal, onProgress: ({ rows: done }) => done > 40 && stop.abort(new Error("stopped")) })).rejects.toThrow("stopped");
    truncateSync(at("out.jsonl"), Math.floor(statSync(at("out.jsonl")).size / 2));
    utimesSync(at("in.jsonl"), 1, 1);
    expect(await run(at("in.jsonl"), { resume: true })).toBe(whole);
  });

  it("refuses another spec, changed input, other columns, and outputs that cannot be cut", async () => {
    writeFileSync(at("in.jsonl"), lines(rows(30)));
    const stop = new AbortController();
    const killed = run(at("in.jsonl"), { blockBytes: 2000, segmentBytes: 2000, signal: stop.signal, onProgress: ({ rows: done }) => done > 20 && stop.abort(new Error("stopped")) });
    await expect(killed).rejects.toThrow("stopped");
    expect(existsSync(journalPath(at("out.jsonl")))).toBe(true);
    await expect(run(at("in.jsonl"), { resume: true }, using("verify/exact"))).rejects.toThrow(/the reward spec must be the one the run began with/);
    await expect(run(at("in.jsonl"), { resume: true, columns: { reference: "id" } })).rejects.toThrow(/the columns must be those/);
    await expect(run(at("in.jsonl"), { resume: true }, spec, "-")).rejects.toThrow(/resume needs an output that can be cut/);
    await expect(run(at("in.jsonl"), { resume: true }, spec, at("o.parquet"))).rejects.toThrow(/got Parquet/);
    await expect(run("-", { resume: true })).rejects.toThrow(/got standard input/);
    const whole = await run(at("in.jsonl"), {}, spec, at("whole.jsonl"));
    expect(statSync(at("out.jsonl")).size).toBeLessThan(whole.length);
    expect(await run(at("in.jsonl"), { resume: true })).toBe(whole);
  });

  it("refuses an input that was written again since", async () => {
    writeFileSync(at("in.jsonl"), lines(rows(30)));
    const journal = await startJournal(journalPath(at("out.jsonl")), { guerdon: 1, plan: "", code: "", columns: {}, inputs: [await inputIdentity(at("in.jsonl"))], grouping: "contiguous" });
    await journal.close();
    const before = readFileSync(journalPath(at("out.jsonl")), "utf8");
    writeFileSync(at("in.jsonl"), lines(rows(31)));
    expect(JSON.stringify(await inputIdentity(at("in.jsonl")))).not.toBe(JSON.stringify((JSON.parse(before) as { inputs: unknown[] }).inputs[0]));
    await expect(run(at("in.jsonl"), { resume: true })).rejects.toThrow(/run again without --resume/);
  });

  it("survives a journal that ends in half a line", async () => {
    writeFileSync(at("in.jsonl"), lines(rows(30)));
    const whole = await run(at("in.jsonl"), {}, spec, at("whole.jsonl"));
    const stop = new AbortController();
    await expect(run(at("in.jsonl"), { blockBytes: 2000, segmentBytes: 2000, signal: stop.signal, onProgress: ({ rows: done }) => done > 40 && stop.abort(new Error("stopped")) })).rejects.toThrow("stopped");
    const journal = readFileSync(journalPath(at("out.jsonl")), "utf8");
    for (const cut of [journal.length - 5, journal.indexOf("\n") + 1, journal.indexOf("\n") - 5, 0]) {
      writeFileSync(journalPath(at("out.jsonl")), journal.slice(0, cut));
      expect(await run(at("in.jsonl"), { resume: true })).toBe(whole);
    }
  });
});

describe("options", () => {
  const refused: [unknown, RegExp][] = [
    [{ worker: 2 }, /^scoreFiles: no option "worker"; did you mean "workers"\?$/],
    [{ workers: -1 }, /^scoreFiles: option "workers" must be at least 0, got -1$/],
    [{ blockBytes: 0 }, /^scoreFiles: option "blockBytes" must be at least 1, got 0$/],
    [{ columns: { reference: 1 } }, /^scoreFiles: option "columns.reference" must be a string, got 1$/],
    [{ onProgress: true }, /^scoreFiles: option "onProgress" must be a function, got true$/],
  ];
  it.each(refused)("%j is refused", async (options, message) => {
    await expect(run(at("in.jsonl"), options as never)).rejects.toThrow(message);
  });

  it("that are undefined are not given", async () => {
    writeFileSync(at("in.jsonl"), lines(rows(2)));
    const nothing = { groups: undefined, resume: undefined, strict: undefined, rejects: undefined, columns: undefined, blockBytes: undefined, signal: undefined, onProgress: undefined } as never;
    expect(await run(at("in.jsonl"), nothing)).toBe(await run(at("in.jsonl")));
  });
});
