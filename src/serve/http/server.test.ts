/** The server as clients see it: answers, faults, specs, reload, traces, OpenAPI. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trace } from "@opentelemetry/api";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contracts } from "./plain.fixture.ts";
import { MATH, SCRIPTED, start, until, type Started } from "./start.fixture.ts";

const right = { response: "so \\boxed{42}", reference: "42" };
const wrong = { response: "so \\boxed{41}", reference: "42" };

let folder = "";
let server: Started;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "guerdon-serve-"));
  server = await start({ on: ["plain", "grouped"] });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

describe("answers", () => {
  it("scores a body, with the plan and the id of the request in the headers", async () => {
    const reply = await server.post("/plain", { items: [right, wrong] }, { "x-request-id": "step-7/rank-0" });
    expect(await reply.json()).toEqual({ rewards: [1, 0] });
    expect(reply.status).toBe(200);
    expect(reply.headers.get("content-type")).toBe("application/json");
    expect(reply.headers.get("x-request-id")).toBe("step-7/rank-0");
    expect(reply.headers.get("x-guerdon-plan")).toMatch(/^[0-9a-f]{64}$/);
  });

  it("makes an id where none is given, or one that no log should hold", async () => {
    const ids = await Promise.all([{}, {}, { "x-request-id": "a b{}" }].map(async (headers) => (await server.post("/plain", { items: [] }, headers as Record<string, string>)).headers.get("x-request-id")));
    expect(new Set(ids).size).toBe(3);
    expect(ids.every((id) => /^[\w-]+$/.test(id!))).toBe(true);
  });

  it("answers no items with none, and keeps the order of many small requests", async () => {
    expect(await (await server.post("/plain", { items: [] })).json()).toEqual({ rewards: [] });
    const all = await Promise.all(Array.from({ length: 200 }, async (_, i) => ((await (await server.post("/plain", { items: [i % 3 === 0 ? right : wrong] })).json()) as { rewards: number[] }).rewards[0]));
    expect(all).toEqual(Array.from({ length: 200 }, (_, i) => (i % 3 === 0 ? 1 : 0)));
  });

  it("credits the groups of a request where the contract has them", async () => {
    const credited = await start({ on: ["grouped"], specs: [{ name: null, from: { kind: "document", document: { guerdon: 1, rewards: { correct: "verify/math" }, credit: { use: "credit/group-relative", std: false } }, base: null } }] });
    const items = [{ ...right, group: "a" }, { ...right, group: "b" }, { ...wrong, group: "a" }, { ...wrong, group: "b" }];
    const { rows } = (await (await credited.post("/grouped", { items })).json()) as { rows: { reward: number; advantage: number; verdicts: Record<string, { extracted: string }> }[] };
    expect(rows.map((row) => row.advantage)).toEqual([0.5, 0.5, -0.5, -0.5]);
    expect(rows[2]!.verdicts.correct!.extracted).toBe("41");
    await credited.close();
  });

  it("gives actions their path and query, static routes the facts", async () => {
    expect(await (await server.post("/act/a%20b?x=1&x=2", {})).json()).toEqual({ what: "a b", query: { x: "2" } });
    expect(await (await fetch(`${server.url}/facts`)).json()).toEqual({ specs: ["default"] });
  });
});

describe("names", () => {
  it("the spec without one is called as /ready calls it", async () => {
    expect((await server.post("/plain", { items: [right], spec: "default" })).status).toBe(200);
  });

  it("a port that is taken is said to be", async () => {
    const { port } = new URL(server.url);
    await expect(start({ port: Number(port) })).rejects.toThrow(`serve: 127.0.0.1:${port} must be free, got one that another program listens at; say --port, 0 takes a free one`);
  });
});

describe("faults", () => {
  const bodies: readonly [what: string, path: string, body: unknown, headers: Record<string, string>, status: number, code: string, message: RegExp][] = [
    ["no JSON", "/plain", "{", {}, 400, "json", /^body: must be JSON/],
    ["nothing", "/plain", "", {}, 400, "json", /got nothing/],
    ["a field misspelt", "/plain", { item: [] }, {}, 422, "format", /^items: must be an array, got nothing; there is "item"$/],
    ["a field too many", "/plain", { items: [], itemz: 1 }, {}, 422, "format", /^itemz: there is no such field; did you mean "items"\?$/],
    ["a field of an item", "/plain", { items: [right, { response: 3 }] }, {}, 422, "format", /^items\[1\]\.response: must be a string, got 3$/],
    ["another spec", "/plain", { items: [right], spec: "maths" }, {}, 422, "format", /^spec: must name a spec of this server, got "maths"/],
    ["another spec, nearly the default", "/plain", { items: [right], spec: "defualt" }, {}, 422, "format", /; did you mean "default"\?; there is default$/],
    ["another type", "/plain", "items=1", { "content-type": "application/x-www-form-urlencoded" }, 415, "content-type", /must be application\/json/],
    ["a packed body", "/plain", "{}", { "content-encoding": "gzip" }, 415, "content-encoding", /must not be given/],
    ["another path", "/plian", {}, {}, 404, "not-found", /did you mean "\/plain"\?$/],
    ["a contract that is off", "/program", {}, {}, 404, "closed", /start the server with --contract programs$/],
    ["a list in lists", "/plain", "[".repeat(200_000), {}, 400, "json", /must be JSON/],
  ];
  for (const [what, path, body, headers, status, code, message] of bodies)
    it(what, async () => {
      const reply = await server.post(path, body, headers);
      const { error } = (await reply.json()) as { error: { code: string; message: string } };
      expect([reply.status, error.code]).toEqual([status, code]);
      expect(error.message).toMatch(message);
    });

  it("says which method a path has", async () => {
    expect((await fetch(`${server.url}/plain`)).status).toBe(405);
  });

  it("takes only UTF-8", async () => {
    const reply = await fetch(`${server.url}/plain`, { method: "POST", headers: { "content-type": "application/json" }, body: Buffer.from([0x7b, 0xff, 0x7d]) });
    expect(reply.status).toBe(400);
  });

  it("answers null as it was chosen: asked again, a number, refused", async () => {
    const open = { items: [{ response: "\\boxed{1}" }, right] };
    const lasting = await server.post("/plain", open);
    expect([lasting.status, lasting.headers.get("retry-after")]).toEqual([422, null]);
    expect(((await lasting.json()) as { error: { message: string } }).error.message).toMatch(/^row 0: .*another try gives the same; .*no-reference/);
    const passing = await start({ specs: [{ name: null, from: SCRIPTED }], nulls: "retry" });
    const retried = await passing.post("/plain", { items: [{ response: "null" }] });
    expect([retried.status, retried.headers.get("retry-after")]).toEqual([503, "1"]);
    await passing.close();
    const neutral = await start({ nulls: { neutral: 0.25 } });
    expect(await (await neutral.post("/plain", open)).json()).toEqual({ rewards: [0.25, 1] });
    await neutral.close();
    const refused = await start({ nulls: "fail" });
    expect((await refused.post("/plain", open)).status).toBe(422);
    await refused.close();
  });

  it("keeps the text of answers out of the log and of metrics", async () => {
    await server.post("/plain", { items: [{ response: { secret: "swordfish" } }] });
    expect(server.lines.some(({ status, code }) => status === 422 && code === "format")).toBe(true);
    expect(JSON.stringify(server.lines)).not.toContain("swordfish");
    const told = await start({ logBodies: true });
    await told.post("/plain", { items: [{ response: "swordfish", reference: "1" }] });
    expect(JSON.stringify(told.lines)).toContain("swordfish");
    await told.close();
    const dying = await start({ specs: [{ name: null, from: SCRIPTED }] });
    await dying.post("/plain", { items: [{ response: "throw:swordfish" }] });
    expect(dying.lines.filter(({ event }) => event === "worker-death").map(({ why }) => why)).toContain("an error nobody caught: Error");
    expect(JSON.stringify(dying.lines)).not.toContain("swordfish");
    await dying.close();
  });
});

describe("specs", () => {
  it("go by their names, by the task of each item, else to the default", async () => {
    const two = await start({ specs: [{ name: null, from: MATH }, { name: "openai/gsm8k", from: SCRIPTED }] });
    expect(await (await two.post("/plain", { items: [right, { response: "four", task: "openai/gsm8k" }, wrong, { ...right, task: "other" }] })).json()).toEqual({ rewards: [1, 4, 0, 1] });
    expect(await (await two.post("/plain", { items: [{ response: "abc" }], spec: "openai/gsm8k" })).json()).toEqual({ rewards: [3] });
    await two.close();
    const one = await start({ specs: [{ name: "math", from: MATH }] });
    expect(await (await one.post("/plain", { items: [right, { ...wrong, task: "math" }] })).json()).toEqual({ rewards: [1, 0] });
    const reply = await one.post("/plain", { items: [{ ...right, task: "other" }] });
    expect(((await reply.json()) as { error: { message: string } }).error.message).toMatch(/^item 0: must be of a task .* there is math$/);
    await one.close();
  });

  it("are refused at the start where they do not compile, or reduce more than a contract shows", async () => {
    await expect(start({ specs: [{ name: null, from: { kind: "document", document: { guerdon: 1, rewards: { a: "verify/maths" } }, base: null } }] })).rejects.toThrow(/verify\/math/);
    await expect(start({ specs: [{ name: null, from: { kind: "document", document: { guerdon: 1, rewards: { a: "verify/math" }, credit: "credit/group-relative" }, base: null } }] })).rejects.toThrow(/contract plain sees one batch at a time .* leave credit out/);
  });

  it("are read again while the server runs; a bad one leaves the one before", async () => {
    const file = join(folder, "reward.yaml");
    writeFileSync(file, "guerdon: 1\nrewards: { correct: verify/math }\n");
    const served = await start({ specs: [{ name: null, from: file }], watchMs: 50 });
    const plan = async (): Promise<string | null> => (await served.post("/plain", { items: [right] })).headers.get("x-guerdon-plan");
    const first = await plan();
    writeFileSync(file, "guerdon: 1\nrewards: { correct: verify/number }\n");
    await until(async () => (await plan()) !== first);
    const second = await plan();
    writeFileSync(file, "guerdon: 1\nrewards: { correct: verify/numbr }\n");
    await until(() => served.lines.some(({ event }) => event === "spec-refused"));
    expect(await plan()).toBe(second);
    const ready = await fetch(`${served.url}/ready`);
    expect(ready.status).toBe(200);
    expect(((await ready.json()) as { specFault: string }).specFault).toMatch(/verify\/numbr.*verify\/number/);
    expect(await served.metric("guerdon_spec_fault")).toBe(1);
    writeFileSync(file, "guerdon: 1\nrewards: { correct: verify/math }\n");
    await served.reload();
    expect(await plan()).toBe(first);
    expect(await served.metric("guerdon_spec_fault")).toBe(0);
    await served.close();
  });

  it("that are in use when they are read again finish as they were", async () => {
    const file = join(folder, "slow.yaml");
    const text = (name: string): string => `guerdon: 1\nrewards: { ${name}: { use: ${new URL("./plain.fixture.ts#scripted", import.meta.url).pathname}#scripted } }\n`;
    writeFileSync(file, text("first"));
    const served = await start({ specs: [{ name: null, from: file }] });
    const before = (await served.post("/plain", { items: [{ response: "a" }] })).headers.get("x-guerdon-plan");
    const waiting = served.post("/plain", { items: [{ response: "wait:1200" }] });
    await until(async () => (await served.metric("guerdon_in_flight")) >= 2);
    writeFileSync(file, text("second"));
    await served.reload();
    const after = await served.post("/plain", { items: [{ response: "abc" }] });
    expect(after.headers.get("x-guerdon-plan")).not.toBe(before);
    const late = await waiting;
    expect([late.status, late.headers.get("x-guerdon-plan")]).toEqual([200, before]);
    await served.close();
  });
});

describe("what is told", () => {
  it("counts requests, items, verdicts, nulls", async () => {
    const counted = await start();
    await counted.post("/plain", { items: [right, wrong, right] });
    await counted.post("/plain", { items: [{ response: "\\boxed{1}" }] });
    expect(await counted.metric('guerdon_requests_total{route="/plain",status="200"}')).toBe(1);
    expect(await counted.metric('guerdon_items_total{route="/plain"}')).toBe(4);
    expect(await counted.metric('guerdon_verdicts_total{status="correct"}')).toBe(2);
    expect(await counted.metric('guerdon_requests_total{route="/plain",status="422"}')).toBe(1);
    expect(await counted.metric("guerdon_ready")).toBe(1);
    await counted.close();
  });

  it("is healthy and ready", async () => {
    expect(await (await fetch(`${server.url}/health`)).json()).toEqual({ status: "healthy" });
    expect(await (await fetch(`${server.url}/ready`)).json()).toMatchObject({ ready: true, draining: false, specs: [{ name: "default", reduces: "row" }] });
  });

  it("describes its routes as OpenAPI 3.1", async () => {
    const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as { openapi: string; paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: { required: string[] } }> }; parameters?: unknown }>> };
    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(document.paths)).toEqual(["/plain", "/act/{what}", "/grouped", "/facts"]);
    expect(document.paths["/plain"]!.post!.requestBody!.content["application/json"]!.schema.required).toEqual(["items"]);
    expect(document.paths["/act/{what}"]!.post!.parameters).toEqual([{ name: "what", in: "path", required: true, schema: { type: "string" } }]);
  });

  it("makes spans that belong to the caller's trace", async () => {
    const exporter = new InMemorySpanExporter();
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    await server.post("/plain", { items: [right] }, { traceparent: `00-${traceId}-b7ad6b7169203331-01` });
    await until(() => exporter.getFinishedSpans().length > 0);
    const [span] = exporter.getFinishedSpans();
    trace.disable();
    expect(span!.name).toBe("POST /plain");
    expect(span!.spanContext().traceId).toBe(traceId);
    expect(span!.parentSpanContext?.spanId).toBe("b7ad6b7169203331");
    expect(span!.attributes).toMatchObject({ "http.route": "/plain", "http.response.status_code": 200, "guerdon.items": 1 });
  });

  it("refuses two contracts of one path", async () => {
    const twin = { ...contracts[0]!, name: "twin" };
    await expect(start({ contracts: [contracts[0]!, twin].map((contract) => ({ contract, nulls: "retry" as const, settings: {} })) })).rejects.toThrow(/plain and twin both answer POST \/plain/);
  });
});
