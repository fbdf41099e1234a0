import { afterEach, describe, expect, it } from "vitest";
import type { Rollout } from "../core/rollout.ts";
import { methodsUrl, openCapabilities, resolveMethod } from "../methods.ts";
import type { RewardSource } from "./document.ts";
import { openService, type Service, type ServiceOptions } from "./service.ts";
import { WATCHES_MEMORY } from "./thread-memory.ts";

const methods = { resolve: resolveMethod, url: methodsUrl, capabilities: openCapabilities };
const fixtures = new URL("../../test/fixtures/", import.meta.url).pathname;

function spec(rewards: object, rest: object = {}): RewardSource {
  return { kind: "document", base: fixtures, document: { guerdon: 1, rewards, ...rest } };
}

function rollout(k: number, response: string, group = `g${k}`): Rollout {
  return { id: String(k), group, prompt: "?", response, reference: "1" };
}

let open: Service | undefined;
afterEach(async () => open?.close());

async function service(source: RewardSource, options: Partial<ServiceOptions> = {}): Promise<Service> {
  return (open = await openService(source, methods, options));
}

const responses = (n: number, fatal: number): Rollout[] => Array.from({ length: n }, (_, k) => rollout(k, `${k === fatal ? "DIE" : "xxx"}${"y".repeat(k)}`));

describe("service", () => {
  it("gives the scores of one thread from several, in order", async () => {
    const rollouts = Array.from({ length: 200 }, (_, k) => rollout(k, `The answer is ${k % 3}.`));
    const alone = await (await service(spec({ correct: "verify/number" }))).score(rollouts);
    expect(alone.map(({ reward }) => reward)).toEqual(rollouts.map((_, k) => (k % 3 === 1 ? 1 : 0)));
    const helped = await service(spec({ correct: "verify/number" }), { workers: 2 });
    expect(await helped.score(rollouts)).toEqual(alone);
    expect(await helped.score([])).toEqual([]);
  });

  it.each([
    ["exits", "deadly", {}, [40, 5, 1, 9], [17, -1, 0, 8]],
    ["hangs", "hangs", { batchMs: 1000 }, [4, 5, 1], [2, -1, 0]],
    ...(WATCHES_MEMORY ? [["fills tables", "tables", { memoryMb: 128 }, [4, 5, 1], [2, -1, 0]] as const] : []),
  ] as const)("a row at which its worker %s is undecided, and shifts no other", { timeout: 60_000 }, async (_, name, options, sizes, fatals) => {
    const { score, fields, plan } = await service(spec({ a: `./rewards.ts#${name}` }), { workers: 2, perWorker: 3, ...options });
    const batches = sizes.map((size, b) => responses(size, fatals[b]!));
    const scored = await Promise.all(batches.map((batch) => score(batch)));
    scored.forEach((scores, b) =>
      scores.forEach(({ reward, verdicts }, k) => {
        const fatal = fatals[b] === k;
        expect(reward).toBe(fatal ? null : k + 3);
        expect(verdicts[0]?.reason.code).toBe(fatal ? "worker-lost" : undefined);
      }),
    );
    expect(fields(batches[2]!, scored[2]!)).toEqual([
      { rewards: { a: null }, verdicts: { a: { status: "undecided", score: null, extracted: null, reason: { code: "worker-lost", text: "the worker that scored this row died twice" } } }, reward: null, advantage: null },
    ]);
    expect(plan.nodes.map((node) => node.name)).toEqual(["a"]);
    // The next call finds workers again.
    expect((await score(responses(3, -1))).map(({ reward }) => reward)).toEqual([3, 4, 5]);
  });

  it.each([0, 1])("ends a call with its signal, and tells what is under way (%i workers)", async (workers) => {
    const { score } = await service(spec({ a: "./rewards.ts#waits" }), { workers });
    const stop = new AbortController();
    const held = score([rollout(0, "WAIT")], stop.signal);
    setTimeout(() => stop.abort(new Error("gone")), 50);
    await expect(held).rejects.toThrow("gone");
    // The one worker would be taken for good had it not been told.
    expect((await score([rollout(0, "four")])).map(({ reward }) => reward)).toEqual([4]);
    await expect(score([rollout(0, "four")], AbortSignal.abort(new Error("at once")))).rejects.toThrow("at once");
  });

  it("credits whole groups wherever their rows stand", async () => {
    const { score, credit, fields } = await service(spec({ a: "./rewards.ts#hundreds" }, { credit: { use: "credit/group-relative", std: false } }));
    const rollouts = [rollout(0, "x".repeat(100), "a"), rollout(1, "x".repeat(300), "b"), rollout(2, "x".repeat(300), "a"), rollout(3, "", "b")];
    const scores = await score(rollouts);
    expect(credit(rollouts, scores).map(({ advantage }) => advantage)).toEqual([-1, 1.5, 1, -1.5]);
    expect(fields(rollouts, scores, credit(rollouts, scores))[1]).toEqual({ rewards: { a: 3 }, verdicts: {}, reward: 3, advantage: 1.5 });
  });

  it("refuses what is no rollout, and calls after the end; the end ends what waits", async () => {
    const { score, close } = await service(spec({ a: "./rewards.ts#waits" }), { workers: 1 });
    await expect(score([{ id: "0" } as never])).rejects.toThrow("score: rollout 0: group must be a string, got undefined");
    const held = score([rollout(0, "WAIT")]);
    await Promise.all([expect(held).rejects.toThrow("the service must be open"), close()]);
    await expect(score([rollout(0, "x")])).rejects.toThrow("the service must be open");
  });

  it("tells at the start what it cannot have", async () => {
    await expect(openService(spec({ a: "verify/mth" }), methods)).rejects.toThrow('no method "verify/mth"');
    await expect(openService(spec({ a: "verify/code" }), methods, { workers: 1, sandbox: "remote:http://127.0.0.1:9" })).rejects.toThrow(/sandbox/);
    await expect(openService(spec({ a: "verify/number" }), methods, { worker: 1 } as never)).rejects.toThrow('no option "worker"');
  });
});
