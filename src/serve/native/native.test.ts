import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { methodsUrl, openCapabilities, resolveMethod } from "../../methods.ts";
import { openService, scoreFiles, type RewardSource, type ScoredFields } from "../../pipeline/index.ts";
import { advantages, advantagesBody, asJson, methodRecords, readScore, score, scoreAnswer, scoreBody, verify, verifyAnswer, verifyBody, writeScore, type NativeContext, type ScoreAnswer } from "./index.ts";

const methods = { resolve: resolveMethod, url: methodsUrl, capabilities: openCapabilities };

async function context(document: object, text: string): Promise<NativeContext> {
  const service = await openService({ kind: "document", base: null, document } satisfies RewardSource, methods);
  return { methods: resolveMethod, spec: async () => service, capabilities: async () => ({}), text };
}

const bare: Omit<NativeContext, "spec"> = { methods: resolveMethod, capabilities: async () => ({}), text: "" };

describe("score", () => {
  const document = { guerdon: 1, columns: { reference: "meta.gold" }, rewards: { correct: "verify/math", format: "verify/tags" }, reward: { use: "shaping/weighted-sum", of: { correct: 1, format: 0.1 } }, credit: "credit/group-relative" };
  const rows = [
    { id: "a", group: "p", prompt: "?", response: "<think>1</think><answer>🎉 \\boxed{12345678901234567890}</answer>", meta: { gold: "@" } },
    { id: "b", group: "q", prompt: "?", completion: [{ role: "assistant", content: "The answer is 4." }], meta: { gold: 4 } },
    { id: "c", group: "p", prompt: "?", output: "12345678901234567891", meta: { gold: "@" } },
    { id: "d", group: "q", prompt: "?", response: "5", meta: {} },
    { id: "e", group: "q", prompt: "?", response: "5", meta: { gold: 4 } },
  ];
  // An integer that no double holds, as a data set writes it.
  const text = JSON.stringify({ rollouts: rows }).replaceAll('"@"', "12345678901234567890");

  it("gives the fields of scored lines, groups whole wherever their rows stand", async () => {
    const folder = mkdtempSync(join(tmpdir(), "guerdon-native-"));
    try {
      const lines = rows.toSorted((x, y) => (x.group < y.group ? -1 : x.group > y.group ? 1 : 0)).map((row) => `${JSON.stringify(row).replaceAll('"@"', "12345678901234567890")}\n`);
      writeFileSync(join(folder, "in.jsonl"), lines.join(""));
      await scoreFiles([join(folder, "in.jsonl")], join(folder, "out.jsonl"), { kind: "document", base: null, document }, methods, { workers: 0 });
      const expected = new Map(readFileSync(join(folder, "out.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line) as ScoredFields & { readonly id: string }).map(({ id, rewards, verdicts, reward, advantage }) => [id, { rewards, verdicts, reward, advantage }]));
      const body = scoreBody.parse(JSON.parse(text));
      const given = (await score(body, {}, await context(document, text))).body as ScoreAnswer;
      expect(given.rows).toEqual(rows.map(({ id }) => expected.get(id)));
      expect(given.rows.map(({ reward }) => reward)).toEqual([1.1, 1, 0, null, 0]);
      expect(given.rows[0]!.verdicts["correct"]!.span).toEqual({ start: 33, end: 53 });
      expect(scoreAnswer.parse(given)).toEqual(given);
      const route = readScore(body, { text, columns: () => ({ reference: "meta.gold" }) });
      expect(route.rollouts.map(({ reference }) => reference)).toEqual(["12345678901234567890", 4, "12345678901234567890", undefined, 4]);
      expect(writeScore({ rows: given.rows, plan: given.plan })).toEqual(given);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("takes queries apart where it is asked to, by their prompts or by the marks of a template", async () => {
    const chat = "<|im_start|>user\n2+2?<|im_end|>\n<|im_start|>assistant\n";
    const spec = { guerdon: 1, rewards: { correct: "verify/math" } };
    const queries = [{ query: "<s>2+2? \\boxed{4}</s>", prompt: "2+2?" }, { query: `${chat}5<|im_end|>` }, { query: `${chat}4<|im_end|>`, prompt: [{ role: "user", content: "2+2?" }] }];
    const body = scoreBody.parse({ rollouts: queries.map((row) => ({ ...row, reference: "4" })), split: true });
    expect(((await score(body, {}, await context(spec, ""))).body as ScoreAnswer).rows.map(({ reward }) => reward)).toEqual([1, 0, 1]);
    expect(readScore(body, { text: "" }).rollouts.map(({ prompt, response }) => ({ prompt, response }))).toEqual([
      { prompt: "2+2?", response: " \\boxed{4}" },
      { prompt: chat, response: "5" },
      { prompt: [{ role: "user", content: "2+2?" }], response: "4" },
    ]);
    const refused = (row: object): Promise<unknown> => context(spec, "").then((given) => score(scoreBody.parse({ rollouts: [{ reference: "4", ...row }], split: true }), {}, given));
    await expect(refused({ query: "the answer is 4", prompt: "2+2?" })).rejects.toThrow(/^rollouts\[0\]\.query: the text must begin with its prompt/);
    await expect(refused({ response: "4" })).rejects.toThrow(/^rollouts\[0\]\.query: must be text, since split was asked for, got undefined/);
  });

  it("takes token arrays from the frame, and gives token advantages to it", async () => {
    const spec = { guerdon: 1, rewards: { correct: "verify/number" }, credit: { use: "credit/generalized-advantage", lambda: 1 } };
    const given = await score({ rollouts: [{ prompt: "?", response: "4", reference: "4" }, { prompt: "?", response: "5", reference: "4" }] }, { cu_seqlens: BigInt64Array.of(0n, 2n, 5n), mask: Uint8Array.of(1, 1, 1, 0, 1), values: Float32Array.of(0.5, 0.5, 0, 0, 0) }, await context(spec, ""));
    expect(given.arrays).toEqual({ advantages: Float64Array.of(0.5, 0.5, 0, 0, 0), cu_seqlens: Int32Array.of(0, 2, 5) });
    expect((given.body as ScoreAnswer).rows[0]!.advantages).toBeUndefined();
  });

  it.each([
    [{ rollouts: [{ response: "1" }, { prompt: "?" }] }, {}, /^rollouts\[1\]\.response: a row must have a response column/],
    [{ rollouts: [{ responses: ["1", "2"] }] }, {}, /^rollouts\[0\]: a row must hold one response, got 2/],
    [{ rollouts: [{ response: "1", mask: [2] }] }, {}, /^rollouts\[0\]\.mask: /],
    [{ rollouts: [{ response: "1" }] }, { mask: Uint8Array.of(1) }, /^arrays\.cu_seqlens: must be given/],
    [{ rollouts: [{ response: "1" }] }, { cu_seqlens: Int32Array.of(0, 2), mask: Uint8Array.of(1) }, /^arrays\.mask: must have one entry a token, 2, got 1/],
    [{ rollouts: [{ response: "1" }] }, { cu_seqlens: Int32Array.of(0) }, /^arrays\.cu_seqlens: must have one entry a rollout and one more, 2, got 1/],
    [{ rollouts: [{ response: "1" }] }, { cu_seqlens: Int32Array.of(1, 2) }, /^arrays\.cu_seqlens\[0\]: must begin with 0/],
    [{ rollouts: [{ response: "1" }] }, { logprobs: Float64Array.of(1) }, /^arrays\.logprobs: must be cu_seqlens, tokens, mask, values/],
  ])("names what cannot be read (%#)", async (body, arrays, message) => {
    await expect(score(body, arrays as never, await context({ guerdon: 1, rewards: { a: "verify/number" } }, ""))).rejects.toThrow(message);
  });
});

describe("verify", () => {
  it("gives verdicts as on an output line", async () => {
    const given = await verify({ use: "verify/math", response: "🎉 so \\boxed{\\frac{21}{14}}", reference: "3/2" }, bare);
    expect(given).toEqual({ verdict: { status: "correct", score: 1, extracted: "\\frac{21}{14}", reason: expect.anything(), rule: expect.anything(), span: { start: 12, end: 25 } } });
    expect(verifyAnswer.parse(given)).toEqual(given);
    const text = '{"use":"verify/number","items":[{"response":"12345678901234567890","reference":12345678901234567890},{"response":"12345678901234567890","reference":12345678901234567891},{"response":"1"}]}';
    const items = await verify(verifyBody.parse(JSON.parse(text)), { ...bare, text });
    expect("verdicts" in items && items.verdicts.map(({ status }) => status)).toEqual(["correct", "incorrect", "undecided"]);
    const framed = `{"id":1,"body":${text}}`;
    expect(await verify(verifyBody.parse(JSON.parse(text)), { ...bare, text: framed, at: ["body"] })).toEqual(items);
    expect(await verify({ use: "verify/math", options: { extract: "last-box" }, response: "1 \\boxed{2}", reference: "1" }, bare)).toMatchObject({ verdict: { status: "incorrect" } });
  });

  it.each([
    [{ use: "verify/mth", response: "1" }, 'verify: use must be the id of a verifier, got "verify/mth"; did you mean "verify/math"?'],
    [{ use: "credit/group-relative", response: "1" }, "verify: use must be the id of a verifier"],
    [{ use: "./x.ts#f", response: "1" }, "verify: use must be the id of a verifier"],
    [{ use: "verify/math", options: { extrct: 1 }, response: "1" }, 'verify: verify/math has no option "extrct"; did you mean "extract"?'],
    [{ use: "verify/math", response: 3 }, "response: must be text or a list of messages, got 3"],
    [{ use: "verify/math", items: [{ response: "1" }, {}] }, "items[1].response: must be text or a list of messages, got undefined"],
    [{ use: "verify/math", response: "1", items: [] }, "items: must be given without response, got both"],
  ])("names what is wrong (%#)", async (body, message) => {
    await expect(verify(body as never, bare)).rejects.toThrow(message);
  });
});

describe("advantages", () => {
  it("takes lists from the body, null for what was not scored", async () => {
    const body = advantagesBody.parse({ method: "credit/group-relative", preset: "verl", options: { std: false }, rewards: [1, 0, null, 0.5], groups: ["a", "a", "a", "b"] });
    expect(asJson(await advantages(body, {}, bare))).toEqual({ method: "credit/group-relative", per: "response", advantages: [0.5, -0.5, null, 0.5] });
  });

  it("takes arrays from the frame, 64-bit codes and bounds too", async () => {
    const arrays = { token_rewards: Float32Array.of(0, 1, 0, 0, 0), cu_seqlens: BigInt64Array.of(0n, 2n, 5n), groups: BigInt64Array.of(-7n, -7n), mask: Uint8Array.of(1, 1, 1, 0, 1) };
    const given = await advantages({ method: "credit/group-relative", options: { std: false } }, arrays, bare);
    expect(given).toEqual({ body: { method: "credit/group-relative", per: "token" }, arrays: { advantages: Float64Array.of(0.5, 0.5, -0.5, 0, -0.5) } });
    const wide = await advantages({ method: "credit/leave-one-out" }, { rewards: Float64Array.of(1, 0, 5, 3), groups: BigInt64Array.of(2n ** 40n, 2n ** 40n, 3n, 3n) }, bare);
    expect(wide.arrays["advantages"]).toEqual(Float64Array.of(1, -1, 2, -2));
  });

  it("gives returns where a method has them", async () => {
    const arrays = { token_rewards: Float64Array.of(0, 1), values: Float64Array.of(0.5, 0.25), cu_seqlens: Int32Array.of(0, 2) };
    const { arrays: out } = await advantages({ method: "credit/generalized-advantage", options: { lambda: 1, whiten: true }, returns: true }, arrays, bare);
    expect(out["returns"]).toEqual(Float64Array.of(1, 1));
    await expect(advantages({ method: "credit/leave-one-out", returns: true, rewards: [1, 0] }, {}, bare)).rejects.toThrow("returns must be asked of a method that has them, got credit/leave-one-out");
  });

  it.each([
    [{ method: "credit/grup-relative" }, {}, 'advantages: method must be the id of a credit kernel, got "credit/grup-relative"; did you mean "credit/group-relative"?'],
    [{ method: "verify/math" }, {}, "advantages: method must be the id of a credit kernel"],
    [{ method: "credit/tree-value" }, {}, "advantages: method must be one that packed arrays can be credited with, got credit/tree-value"],
    [{ method: "credit/group-relative", options: { sdt: false }, rewards: [1] }, {}, 'credit/group-relative: no option "sdt"; did you mean "std"?'],
    [{ method: "credit/group-relative", preset: "vrl", rewards: [1] }, {}, "credit/group-relative: preset must be one of"],
    [{ method: "credit/group-relative", reward: [1] }, {}, 'credit/group-relative: no array "reward"; did you mean "rewards"?'],
    [{ method: "credit/group-relative", rewards: [1] }, { rewards: Float64Array.of(1) }, "rewards: must stand in the body or in the frame, got both"],
    [{ method: "credit/group-relative" }, { rewards: Float64Array.of(1), groups: BigInt64Array.of(2n ** 60n) }, "groups[0]: must be within ±2⁵³"],
  ])("names what is wrong (%#)", async (body, arrays, message) => {
    await expect(advantages(body as never, arrays as never, bare)).rejects.toThrow(message);
  });
});

describe("methods", () => {
  it("gives records with the JSON Schema of their options", async () => {
    const { methods: found } = await methodRecords({ id: "grpo" });
    expect(found).toMatchObject([{ id: "credit/group-relative", options: { properties: { std: { default: true } } }, arrays: ["rewards", "cu_seqlens", "mask", "groups", "token_rewards"] }]);
    await expect(methodRecords({ id: "credit/nope" })).rejects.toThrow(/credit\/nope/);
  });
});
