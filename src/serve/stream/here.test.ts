import { spawnSync } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import { resolveMethod } from "../../methods.ts";
import type { Pool, RewardSource } from "../../pipeline/index.ts";
import { packFrame, unpackFrame, type Frame } from "../arrays.ts";
import type { FrameResult, FrameTask } from "./answer-frame.ts";
import { frameAnswers } from "./frames.ts";
import { answersHere } from "./here.ts";

const fixtures = new URL("../../../test/fixtures/", import.meta.url).pathname;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function opened(document: object): ReturnType<typeof answersHere> {
  const here = answersHere({ methods: resolveMethod, source: { kind: "document", base: fixtures, document } as RewardSource });
  closing.push(here.close);
  return here;
}

const row = (response: string): object => ({ prompt: "?", response, reference: "1" });
const score = (n: number, more: object = {}): FrameTask => ({ frame: packFrame({ id: 7, call: "score", body: { rollouts: Array.from({ length: n }, (_, i) => row(String(i))) }, ...more }) });
const headerOf = (result: FrameResult): Frame["header"] => unpackFrame((result as { reply: Uint8Array<ArrayBuffer> }).reply).header;
const elsewhere = { elsewhere: true };

describe("answersHere", () => {
  it("scores a few rows, checks responses, gives advantages", async () => {
    const { answer } = opened({ guerdon: 1, rewards: { n: "verify/number" } });
    expect(headerOf(await answer(score(2)))).toMatchObject({ id: 7, body: { rows: [{ reward: 0 }, { reward: 1 }] } });
    expect(headerOf(await answer({ frame: packFrame({ id: 1, call: "verify", body: { use: "verify/math", response: "2", reference: "2" } }) }))).toMatchObject({ body: { verdict: { status: "correct" } } });
    const credited = await answer({ frame: packFrame({ id: 2, call: "advantages", body: { method: "credit/leave-one-out" } }, { rewards: Float64Array.of(1, 0) }) });
    expect(unpackFrame((credited as { reply: Uint8Array<ArrayBuffer> }).reply).arrays["advantages"]).toEqual(Float64Array.of(1, -1));
    expect(headerOf(await answer(score(1, { body: { rollouts: [{}] } })))).toMatchObject({ error: { code: "format", details: { path: "rollouts[0].response" } } });
  });

  it.each([
    ["more than a few rows", { n: "verify/number" }, score(9)],
    ["a large frame", { n: "verify/number" }, score(1, { body: { rollouts: [row("x".repeat(70_000))] } })],
    ["what is sent again", { n: "verify/number" }, score(1, { again: true })],
    ["functions of users", { a: "./rewards.ts#hundreds" }, score(1)],
    ["what runs programs", { a: "verify/code" }, score(1)],
    ["verifiers that run programs", { n: "verify/number" }, { frame: packFrame({ id: 1, call: "verify", body: { use: "verify/code", response: "1", reference: "1" } }) }],
    ["calls that open something", { n: "verify/number" }, { frame: packFrame({ id: 1, call: "open", body: { spec: { guerdon: 1, rewards: { n: "verify/number" } } } }) }],
    ["records of methods", { n: "verify/number" }, { frame: packFrame({ id: 1, call: "methods", body: {} }) }],
  ])("leaves %s to the threads, however often", async (_, rewards, task) => {
    const { answer } = opened({ guerdon: 1, rewards });
    expect(await answer(task)).toEqual(elsewhere);
    expect(await answer(task)).toEqual(elsewhere);
  });

  it("is asked about what comes alone, and knows the specs that threads opened", async () => {
    const { answer } = opened({ guerdon: 1, rewards: { n: "verify/number" } });
    const asked: FrameTask[] = [];
    const document = { guerdon: 1, rewards: { e: "verify/exact" } };
    const pool: Pool<FrameTask, FrameResult> = {
      run: async (task) => (asked.push(task), [{ reply: packFrame({ id: 0 }), ...(asked.length === 1 ? { opened: "h", document } : {}) }]),
      close: async () => undefined,
    };
    const ask = frameAnswers(pool, answer);
    await ask(packFrame({ id: 0, call: "open", body: { spec: document } }), true);
    const spec = score(1, { body: { rollouts: [row("1")], spec: "h" } }).frame;
    expect(unpackFrame(new Uint8Array(await ask(spec, true))).header["body"]).toMatchObject({ rows: [{ rewards: { e: 1 } }] });
    expect(asked).toHaveLength(1);
    await ask(spec, false);
    expect(asked).toHaveLength(2);
    expect(unpackFrame(new Uint8Array(await ask(score(1, { body: { rollouts: [row("1")], spec: "none" } }).frame, true))).header["error"]).toMatchObject({ message: expect.stringContaining("must be the handle of a spec that is open") as unknown });
  });

  it("ends the process where a call never does, and not between calls", { timeout: 60_000 }, () => {
    const { signal, stdout, stderr } = spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", new URL("./watch.fixture.ts", import.meta.url).pathname], { encoding: "utf8", timeout: 50_000 });
    expect({ signal, stdout }).toEqual({ signal: "SIGKILL", stdout: "answered\n" });
    expect(stderr).toMatch(/a call took longer than 2 s/);
  });
});
