import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packFrame, unpackFrame } from "../serve/arrays.ts";

const main = new URL("./main.ts", import.meta.url).pathname;
const fixtures = new URL("../../test/fixtures/", import.meta.url).pathname;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "guerdon-worker-"));
  const spec = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  spec("number.json", '{ "guerdon": 1, "rewards": { "n": "verify/number" } }');
  spec("group.json", '{ "guerdon": 1, "rewards": { "n": "verify/number" }, "credit": "credit/group-relative" }');
  spec("token.json", '{ "guerdon": 1, "rewards": { "n": "verify/number" }, "credit": { "use": "credit/generalized-advantage", "lambda": 1 } }');
  spec("deadly.json", `{ "guerdon": 1, "rewards": { "a": "${join(fixtures, "rewards.ts")}#deadly" } }`);
  spec("fail.json", '{ "guerdon": 1, "rewards": { "n": { "use": "verify/number", "onNull": "fail" } } }');
});
afterAll(() => rmSync(folder, { recursive: true }));

function start(args: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, "worker", "--workers", "2", ...args], { cwd: folder });
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function worker(args: readonly string[], input: string | Buffer): Promise<Ended> {
  const child = start(args);
  const parts: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (data: Buffer) => parts[0].push(data));
  child.stderr.on("data", (data: Buffer) => parts[1].push(data));
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out: Buffer.concat(parts[0]).toString(), err: Buffer.concat(parts[1]).toString() };
}

const parsed = (out: string): Record<string, unknown>[] => out.trim().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
const line = (i: number): string => `${JSON.stringify({ id: i, group: `g${i >> 2}`, prompt: "?", response: `${"🎉".repeat(i % 3)}The answer is ${i % 2}.`, answer: "1" })}\n`;

describe("guerdon worker", { timeout: 60_000 }, () => {
  it("writes the lines of guerdon score, but for what a group would say", async () => {
    const lines = Array.from({ length: 300 }, (_, i) => line(i)).join("");
    writeFileSync(join(folder, "in.jsonl"), lines);
    execFileSync(process.execPath, ["--disable-warning=ExperimentalWarning", main, "score", "in.jsonl", "-r", "number.json", "-o", "out.jsonl"], { cwd: folder, stdio: "ignore" });
    const scored = readFileSync(join(folder, "out.jsonl"), "utf8");
    expect(await worker(["-r", "number.json"], lines)).toEqual({ code: 0, out: scored, err: "" });
    expect((await worker(["-r", "group.json", "--no-credit"], lines.trimEnd())).out).toBe(scored);
  });

  it("credits what a row alone decides, and refuses what needs a group", async () => {
    const row = { prompt: "?", response: "1", answer: "1", tokens: [5, 6, 7], mask: [1, 0, 1], values: [0.5, 0, 0.25] };
    const out = parsed((await worker(["-r", "token.json"], `${JSON.stringify(row)}\n${JSON.stringify({ ...row, mask: [1] })}\n`)).out);
    expect(out[0]).toMatchObject({ reward: 1, advantage: null, advantages: [0.5, 0, 0.75] });
    expect(out[1]).toEqual({ error: { code: "format", message: "mask must have the length of tokens, 3, got 1", field: "mask" } });
    const refused = await worker(["-r", "group.json"], line(0));
    expect(refused).toMatchObject({ code: 2, out: "" });
    expect(refused.err).toMatch(/^guerdon: worker: the spec must reduce a row, got credit credit\/group-relative, which reduces a group: .* --no-credit/);
  });

  it("answers a line that cannot be read in its place", async () => {
    const bad = ["{broken", "", "[1]", '{"prompt":"?"}', '{"prompt":"?","responses":["1","2"],"answer":"1"}', "\u0001 a line too long", " ", '{"response":"1","mask":[3]}'];
    const input = Buffer.concat([Buffer.from(`\ufeff${line(1)}`), ...bad.map((text) => Buffer.from(`${text}\n`)), Buffer.from([0x7b, 0xff, 0x7d, 0x0a]), Buffer.from(`{"response":"${"x".repeat(1 << 20)}"}\r\n${line(3).trimEnd()}`)]);
    const { code, out } = await worker(["-r", "number.json", "--max-line-mb", "1"], input);
    expect(code).toBe(0);
    const rows = parsed(out);
    expect(rows).toHaveLength(12);
    expect([rows[0]!["reward"], rows[11]!["reward"]]).toEqual([1, 1]);
    expect(rows.slice(1, 11).map(({ error }) => (error as { message: string }).message)).toEqual([
      expect.stringMatching(/^not JSON/), "a line must hold a row, got a blank one", "a row must be a JSON object, got [1]", expect.stringMatching(/^a row must have a response column/),
      "a row must hold one response, got 2: send a line for each", expect.stringMatching(/^not JSON/), "a line must hold a row, got a blank one", expect.stringMatching(/^mask must be an array of 0 and 1/), "not UTF-8",
      "a line must be at most 1048576 bytes long, got a longer one",
    ]);
  });

  it("tells a row that must not be null in its place", async () => {
    const rows = parsed((await worker(["-r", "fail.json"], `${line(1)}{"prompt":"?","response":"1"}\n${line(3)}`)).out);
    expect(rows.map(({ reward }) => reward)).toEqual([1, undefined, 1]);
    expect(rows[1]).toMatchObject({ error: { code: "state", message: expect.stringContaining("must be scored (onNull: fail)") as unknown } });
  });

  it("a line that kills its thread is undecided, and no other is", async () => {
    const rows = parsed((await worker(["-r", "deadly.json"], Array.from({ length: 40 }, (_, k) => `${JSON.stringify({ k, prompt: "?", response: k === 23 ? "DIE" : "x".repeat(k) })}\n`).join(""))).out);
    expect(rows.map(({ k }) => k)).toEqual(Array.from({ length: 40 }, (_, k) => k));
    expect(rows.map(({ reward }) => reward)).toEqual(Array.from({ length: 40 }, (_, k) => (k === 23 ? null : k)));
    expect(rows[23]).toMatchObject({ verdicts: { a: { status: "undecided", reason: { code: "worker-lost" } } } });
  });

  it("streams a hundred thousand lines in flat memory", { timeout: 120_000 }, async () => {
    const child = start(["-r", "number.json"]);
    const resident = (): number => Number(execFileSync("ps", ["-o", "rss=", "-p", String(child.pid)], { encoding: "utf8" })) / 1024;
    let got = 0;
    let tail = "";
    child.stdout.on("data", (data: Buffer) => {
      for (let at = data.indexOf(10); at >= 0; at = data.indexOf(10, at + 1)) got++;
      tail = `${tail}${data.toString("latin1")}`.slice(-600);
    });
    const padding = "z".repeat(300);
    const seen: number[] = [];
    for (let at = 0; at < 100_000; at += 1000) {
      const lines = Array.from({ length: 1000 }, (_, k) => `{"id":${at + k},"prompt":"${padding}","response":"The answer is ${k}.","answer":"7"}\n`).join("");
      if (!child.stdin.write(lines)) await once(child.stdin, "drain");
      if (at % 10_000 === 0) seen.push(resident());
    }
    child.stdin.end();
    await once(child, "close");
    expect(got).toBe(100_000);
    expect(tail.trim().split("\n").at(-1)).toMatch(/^\{"id":99999,.*"reward":0,"advantage":null\}$/);
    // 50 MB have gone through between the third look and the last.
    expect(seen.at(-1)! - seen[2]!).toBeLessThan(100);
  });

  it("reads no more than its reader takes, and loses nothing by it", async () => {
    const child = start(["-r", "number.json"]);
    const long = `${JSON.stringify({ prompt: "?", response: `${"y".repeat(4000)}. The answer is 1.`, answer: "1" })}\n`;
    let sent = 50;
    let stuck = false;
    child.stdin.write(long.repeat(sent));
    // It has begun to answer, and nobody reads.
    await once(child.stdout, "readable");
    while (!stuck && sent < 20_000) {
      const more = child.stdin.write(long.repeat(50));
      sent += 50;
      if (!more) stuck = await Promise.race([once(child.stdin, "drain").then(() => false), new Promise<boolean>((done) => setTimeout(() => done(true), 3000))]);
    }
    expect(stuck).toBe(true);
    // Four pieces and as much again before them, twice over for what streams and pipes hold: far below the 80 MB there could have been.
    expect(sent * long.length).toBeLessThan(8 << 20);
    child.stdin.end();
    let out = "";
    for await (const chunk of child.stdout) out += String(chunk);
    expect(parsed(out).map(({ reward }) => reward)).toEqual(Array.from({ length: sent }, () => 1));
  });

  it("told to stop, it finishes what it has read; without a reader it ends quietly", async () => {
    const child = start(["-r", "number.json"]);
    let out = "";
    let err = "";
    child.stderr.on("data", (data) => (err += String(data)));
    child.stdout.on("data", (data) => (out += String(data)));
    child.stdin.write(line(1) + line(3));
    while (!out.includes("\n")) await new Promise((done) => setTimeout(done, 10));
    child.stdin.write(`${line(5)}{"half":`);
    await new Promise((done) => setTimeout(done, 200));
    child.kill("SIGTERM");
    expect((await once(child, "close"))[0]).toBe(1);
    expect(parsed(out).map(({ id }) => id)).toEqual([1, 3, 5]);
    expect(err).toBe("guerdon: worker: stopped; the lines that were read are scored, the rest of the input is not\n");

    const left = start(["-r", "number.json"]);
    let said = "";
    left.stderr.on("data", (data) => (said += String(data)));
    left.stdin.on("error", () => undefined);
    left.stdout.destroy();
    left.stdin.write(line(1).repeat(2000));
    expect((await once(left, "close"))[0]).toBe(1);
    expect(said).toBe("");
  });

  it("keeps what a user's module prints out of its answers, and ends whatever timers that has", async () => {
    writeFileSync(join(folder, "loud.ts"), 'console.log("loaded");\nsetInterval(() => undefined, 1000);\nexport function loud({ id }: { readonly id: string }): number {\n  console.log(`row ${id}`);\n  return Number(id);\n}\n');
    writeFileSync(join(folder, "loud.json"), `{ "guerdon": 1, "rewards": { "a": "${join(folder, "loud.ts")}#loud" } }`);
    const lines = await worker(["-r", "loud.json"], line(1) + line(2));
    expect([lines.code, ...parsed(lines.out).map(({ reward }) => reward)]).toEqual([0, 1, 2]);
    expect(lines.err).toMatch(/loaded/);
    const child = start(["-r", "loud.json", "--frames"]);
    const heard: Buffer[] = [];
    child.stdout.on("data", (data: Buffer) => heard.push(data));
    child.stdin.end(packFrame({ id: 7, call: "score", body: { rollouts: [{ id: 3, prompt: "?", response: "!" }] } }));
    expect((await once(child, "close"))[0]).toBe(0);
    expect(unpackFrame(new Uint8Array(Buffer.concat(heard))).header).toMatchObject({ id: 7, body: { rows: [{ reward: 3 }] } });
  });

  it("refuses flags that do not go together", async () => {
    expect(await worker(["--frames", "--no-credit"], "")).toMatchObject({ code: 2, err: "guerdon: worker: --no-credit must stand without --frames: leave credit out of the spec\n" });
    expect(await worker(["--frames"], "GET / HTTP/1.1\r\n\r\n")).toMatchObject({ code: 1, err: 'guerdon: frame: magic must be GDN1, got "GET "\n' });
  });
});
