import { PassThrough } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { methodsUrl, resolveMethod } from "../../methods.ts";
import { compileSource, type Pool, type RewardSource } from "../../pipeline/index.ts";
import { frameAnswerer, type FrameResult, type FrameTask } from "./answer-frame.ts";
import { packFrame, unpackFrame, type Frame, type FrameArray } from "../arrays.ts";
import { openFramePool } from "./call-pool.ts";
import { frameAnswers, halvesOfTask, lostTask, streamFrames } from "./frames.ts";

const fixtures = new URL("../../../test/fixtures/", import.meta.url).pathname;

interface Session {
  /** Asks, and gives the reply of that id. */
  ask(header: object, arrays?: Record<string, FrameArray>): Promise<Frame>;
  /** Bytes as they are. */
  raw(bytes: Uint8Array): void;
  /** Replies that nobody asked for, in order. */
  readonly stray: Frame[];
  end(): Promise<void>;
}

let pool: Pool<FrameTask, FrameResult> | undefined;
afterEach(async () => pool?.close());

async function session(rewards: object, { workers = 2, memoryMb = 256, frames = 16 } = {}): Promise<Session> {
  const source: RewardSource = { kind: "document", base: fixtures, document: { guerdon: 1, rewards } };
  pool = openFramePool({ source, compiled: await compileSource(source, resolveMethod), methods: methodsUrl, capabilities: {}, workers, memoryMb, timeoutMs: null });
  const [input, output] = [new PassThrough(), new PassThrough()];
  const waiting = new Map<unknown, (frame: Frame) => void>();
  const stray: Frame[] = [];
  let held = Buffer.alloc(0);
  output.on("data", (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    for (;;) {
      if (held.length < 16) return;
      const size = 16 + held.readUInt32LE(4) + Number(held.readBigUInt64LE(8));
      if (held.length < size) return;
      const frame = unpackFrame(new Uint8Array(held.subarray(0, size)));
      held = held.subarray(size);
      const { id } = frame.header;
      const got = waiting.get(id);
      waiting.delete(id);
      if (got === undefined) stray.push(frame);
      else got(frame);
    }
  });
  const running = streamFrames({ input: (take) => input.on("data", take), output, answer: frameAnswers(pool), frames, bytes: 64 << 20 });
  running.catch(() => undefined);
  let next = 0;
  return {
    stray,
    ask: (header, arrays = {}) =>
      new Promise((done) => {
        const id = next++;
        waiting.set(id, done);
        input.write(packFrame({ id, ...header }, arrays));
      }),
    raw: (bytes) => void input.write(bytes),
    async end() {
      input.end();
      await running;
    },
  };
}

const row = (response: string): object => ({ prompt: "?", response, reference: "1" });

describe("frames", { timeout: 90_000 }, () => {
  it("answers many at a time, each under its id", async () => {
    const { ask, end } = await session({ length: "./rewards.ts#waits" });
    const replies = await Promise.all(Array.from({ length: 60 }, (_, i) => ask({ call: "score", body: { rollouts: Array.from({ length: (i % 3) + 1 }, (__, k) => row("x".repeat(i + k))) } })));
    replies.forEach(({ header }, i) => expect((header["body"] as { rows: { reward: number }[] }).rows.map(({ reward }) => reward)).toEqual(Array.from({ length: (i % 3) + 1 }, (_, k) => i + k)));
    await end();
  });

  it("makes a spec known to every thread, and forgets it", async () => {
    const { ask, end } = await session({ length: "./rewards.ts#hundreds" });
    const { header } = await ask({ call: "open", body: { spec: { guerdon: 1, rewards: { n: "verify/number" }, credit: "credit/leave-one-out" } } });
    const { handle, ...told } = header["body"] as { handle: string };
    expect(told).toEqual({ reduces: "group", names: ["n"], columns: {}, credit: "credit/leave-one-out" });
    const body = { spec: handle, rollouts: [{ ...row("1"), group: "g" }, { ...row("2"), group: "g" }] };
    const replies = await Promise.all(Array.from({ length: 8 }, () => ask({ call: "score", body })));
    for (const reply of replies) expect(reply.header["body"]).toMatchObject({ plan: handle, rows: [{ reward: 1, advantage: 1 }, { reward: 0, advantage: -1 }] });
    await ask({ call: "close", body: { spec: handle } });
    const gone = await Promise.all(Array.from({ length: 4 }, () => ask({ call: "score", body: { ...body, spec: "nothing" } })));
    expect(gone[0]!.header["error"]).toMatchObject({ code: "state", message: 'spec: must be the handle of a spec that is open, got "nothing": send it again with the call "open"; of many those are kept that were used last', details: { path: "spec", reason: "not-open" } });
    await end();
  });

  it.each(["deadly", "hungry"])("a row that kills its thread (%s) is undecided; no other is, and nothing shifts", { timeout: 120_000 }, async (name) => {
    const { ask, end } = await session({ a: `./rewards.ts#${name}` }, { memoryMb: 64 });
    const batch = (n: number, fatal: number): object => ({ call: "score", body: { rollouts: Array.from({ length: n }, (_, k) => row(k === fatal ? "DIE" : "x".repeat(name === "deadly" ? k : 1))) } });
    const [hit, well, advantages] = await Promise.all([ask(batch(3, 1)), ask(batch(4, -1)), ask({ call: "advantages", body: { method: "credit/leave-one-out", rewards: [1, 0] } })]);
    const rewards = ({ header }: Frame): unknown => (header["body"] as { rows: { reward: number }[] }).rows.map(({ reward }) => reward);
    expect(rewards(hit)).toEqual(name === "deadly" ? [0, null, 2] : [1, null, 1]);
    expect((hit.header["body"] as { rows: { verdicts: object }[] }).rows[1]!.verdicts).toMatchObject({ a: { status: "undecided", reason: { code: "worker-lost" } } });
    expect(rewards(well)).toEqual(name === "deadly" ? [0, 1, 2, 3] : [1, 1, 1, 1]);
    expect(advantages.arrays["advantages"]).toEqual(Float64Array.of(1, -1));
    await end();
  });

  it("gives float64 advantages for packed arrays", async () => {
    const { ask, end } = await session({ a: "verify/number" }, { workers: 1 });
    const { header, arrays } = await ask({ call: "advantages", body: { method: "credit/generalized-advantage", preset: "nemo", options: { lambda: 1 }, returns: true } }, { rewards: Float32Array.of(1, 2), values: Float32Array.of(0.5, 0, 0), cu_seqlens: BigInt64Array.of(0n, 2n, 3n) });
    expect(header["body"]).toEqual({ method: "credit/generalized-advantage", per: "token" });
    expect(arrays).toEqual({ advantages: Float64Array.of(0.5, 1, 2), returns: Float64Array.of(1, 1, 2) });
    expect((await ask({ call: "verify", body: { use: "verify/math", response: "2", reference: "2" } })).header["body"]).toMatchObject({ verdict: { status: "correct" } });
    expect((await ask({ call: "methods", body: { id: "gae" } })).header["body"]).toMatchObject({ methods: [{ id: "credit/generalized-advantage" }] });
    await end();
  });

  it("tells what is wrong with a call, and goes on", async () => {
    const { ask, raw, stray, end } = await session({ a: "verify/number" }, { workers: 1 });
    const fault = async (header: object, arrays = {}): Promise<unknown> => (await ask(header, arrays)).header["error"];
    expect(await fault({ call: "scroe" })).toMatchObject({ code: "usage", message: 'call: must be one of score, verify, advantages, methods, open, close, hello, got "scroe"; did you mean "score"?' });
    expect(await fault({ call: "score" })).toMatchObject({ code: "format", message: "rollouts: must be an array, got nothing", details: { path: "rollouts" } });
    expect(await fault({ call: "score", body: { rollouts: [], rows: 1 } })).toMatchObject({ message: "rows: there is no such field; there are spec, rollouts, columns, split" });
    expect(await fault({ call: "score", body: { rows: [] } })).toMatchObject({ message: 'rollouts: must be an array, got nothing; there is "rows"' });
    expect(await fault({ call: "score", body: { rollouts: [row("1"), {}] } })).toMatchObject({ code: "format", details: { path: "rollouts[1].response" } });
    expect(await fault({ call: "open", body: { spec: { guerdon: 1, rewards: { a: "./rewards.ts#hundreds" } } } })).toMatchObject({ code: "spec", message: expect.stringContaining("a file may be used on the terminal only") as unknown });
    expect(await fault({ call: "advantages", body: { method: "credit/leave-one-out" } }, { rewards: Float64Array.of(1), masks: Uint8Array.of(1) })).toMatchObject({ code: "option" });
    // A frame that ends where it says it does, and holds no JSON: those behind it can still be read.
    const broken = packFrame({ call: "hello" });
    broken[20] = 0x7b;
    raw(broken);
    raw(packFrame({ call: "hello" }));
    raw(packFrame({ id: { a: 1 }, call: "hello" }));
    raw(packFrame({ id: "deep", call: "verify", body: { use: "verify/exact", response: "1", reference: JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`) as unknown } }));
    expect((await ask({ call: "hello" })).header["body"]).toMatchObject({ version: expect.any(String) as unknown });
    await end();
    expect(stray).toHaveLength(4);
    expect(stray.filter(({ header }) => header["id"] === null)).toHaveLength(3);
    for (const { header } of stray) expect(header["id"] === "deep" || typeof (header["error"] as { message: unknown }).message === "string").toBe(true);
  });

  it.each([
    ["what is no frame", Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n"), /magic must be GDN1/],
    ["a header past all", Buffer.concat([Buffer.from("GDN1\xff\xff\xff\xff", "latin1"), Buffer.alloc(8)]), /header must have at most/],
    ["a payload past all", Buffer.concat([Buffer.from("GDN1\x02\x00\x00\x00", "latin1"), Buffer.alloc(8, 0xff)]), /payload must have at most/],
    ["a frame that is cut off", packFrame({ id: 1, call: "hello" }).subarray(0, 30), /must be whole, got the end of the input after 30 bytes of it/],
  ])("ends at %s, which is told without an id, and answers what came before", async (_, bytes, message) => {
    const { ask, raw, stray, end } = await session({ a: "./rewards.ts#waits" }, { workers: 1 });
    const before = ask({ call: "score", body: { rollouts: [row("four")] } });
    raw(bytes);
    await expect(end()).rejects.toThrow(message);
    expect((await before).header["body"]).toMatchObject({ rows: [{ reward: 4 }] });
    expect(stray).toHaveLength(1);
    expect(stray[0]!.header).toMatchObject({ id: null, error: { message: expect.stringMatching(message) as unknown } });
  });

  it("takes no more than it may have under way", async () => {
    const { ask, end } = await session({ a: "./rewards.ts#waits" }, { workers: 1, frames: 2 });
    const replies = await Promise.all(Array.from({ length: 12 }, () => ask({ call: "score", body: { rollouts: [row("four")] } })));
    expect(replies).toHaveLength(12);
    await end();
  });
});

describe("a frame taken apart", () => {
  const source: RewardSource = { kind: "document", base: null, document: { guerdon: 1, rewards: { n: "verify/number" }, credit: { use: "credit/leave-one-out" } } };
  const answer = frameAnswerer({ methods: resolveMethod, source, capabilities: async () => ({}) });

  /** A pool whose workers die of some items of every request, or of requests as wholes. */
  function dying(of: (item: number) => boolean, wholes = false): Pool<FrameTask, FrameResult> {
    const run = async (task: FrameTask): Promise<FrameResult[]> => {
      const [from, to] = task.only === undefined ? [0, 9] : [task.only.from, task.only.to];
      const dies = task.found === undefined ? Array.from({ length: to - from }, (_, k) => from + k).some(of) : wholes;
      if (!dies) return [await answer(task, AbortSignal.timeout(10_000))];
      const halves = halvesOfTask(task);
      return halves === null ? [await lostTask(task)] : [...(await run(halves[0])), ...(await run(halves[1]))];
    };
    return { run, close: async () => undefined };
  }
  const replyOf = async (through: Pool<FrameTask, FrameResult>, header: object, arrays = {}): Promise<Frame["header"]> => unpackFrame(new Uint8Array(await frameAnswers(through)(packFrame({ id: "a", ...header }, arrays), true))).header;
  const rollouts = ["1", "2", "1", "3"].map((response) => ({ ...row(response), group: "g" }));

  it("has the rows that can be had, and groups without the one that cannot", async () => {
    const whole = (await replyOf(dying(() => false), { call: "score", body: { rollouts } }))["body"] as { rows: { reward: number | null; advantage: number | null }[] };
    const apart = (await replyOf(dying((i) => i === 1), { call: "score", body: { rollouts } }))["body"] as typeof whole;
    expect(whole.rows.map(({ reward }) => reward)).toEqual([1, 0, 1, 0]);
    expect(apart.rows.map(({ reward }) => reward)).toEqual([1, null, 1, 0]);
    expect(apart.rows.map(({ advantage }) => advantage)).toEqual([0.5, null, 0.5, -1]);
    expect(apart.rows[1]).toMatchObject({ verdicts: { n: { reason: { code: "worker-lost" } } } });
    expect(await replyOf(dying((i) => i === 1), { call: "score", body: { rollouts: [rollouts[0]!, { prompt: "?" }] } })).toMatchObject({ error: { details: { path: "rollouts[1].response" } } });
  });

  it("has the verdicts that can be had", async () => {
    const items = (rollouts as readonly { response?: unknown; reference?: unknown }[]).map(({ response, reference }) => ({ response, reference }));
    const { verdicts } = (await replyOf(dying((i) => i === 2), { call: "verify", body: { use: "verify/number", items } }))["body"] as { verdicts: { status: string; reason: { code: string } }[] };
    expect(verdicts.map(({ status }) => status)).toEqual(["correct", "incorrect", "undecided", "incorrect"]);
    expect(verdicts[2]!.reason.code).toBe("worker-lost");
    expect(await replyOf(dying((i) => i === 0), { call: "verify", body: { use: "verify/number", ...items[0] } })).toMatchObject({ body: { verdict: { status: "undecided", reason: { code: "worker-lost" } } } });
  });

  it("is an error where it has no items, or cannot be put together", async () => {
    const lost = { id: "a", error: { code: "boundary", details: { reason: "worker-lost" } } };
    expect(await replyOf(dying(() => true), { call: "advantages", body: { method: "credit/leave-one-out", rewards: [1, 0] } })).toMatchObject(lost);
    expect(await replyOf(dying(() => true, true), { call: "score", body: { rollouts } })).toMatchObject(lost);
  });
});
