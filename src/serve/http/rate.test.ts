/** Rates of tokens: read, counted, told, kept over a reload. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { methodsUrl } from "../../methods.ts";
import { FRAME_TYPE, packFrame } from "../arrays.ts";
import { contracts as served } from "../contracts/served.ts";
import { parseTokens } from "./auth.ts";
import { Rates, type Rate } from "./rate.ts";
import { start, until } from "./start.fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "guerdon-rate-"));
afterAll(() => rmSync(folder, { recursive: true }));

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("a line of tokens", () => {
  it("has a rate behind the name, or none", () => {
    const lines = ["trainer a requests=20 burst=100 items=5000", "requests=0.5", "b"];
    expect(parseTokens(lines.map((line, i) => `${sha256(String(i))} ${line}`).join("\n")).map(({ name, rate }) => [name, rate])).toEqual([
      ["trainer a", { requests: 20, burst: 100, items: 5000 }],
      ["token 2", { requests: 0.5 }],
      ["b", null],
    ]);
  });

  it.each(["a request=20", "a requests=0", "a requests=-1", "a requests=many", "a requests=1 requests=2", "a burst=3", "a requests=1 burst=0.5", "hunter2=="])("is at fault, and is not shown: %s", (line) => {
    expect(() => parseTokens(`${sha256("one")} ${line}`, "tokens")).toThrow(/^tokens:1: a word with = must be requests=NUMBER, burst=NUMBER \(with requests\) or items=NUMBER, above 0 and once, got something else$/);
  });

  it("has the rate of its name", () => {
    const two = (one: string, other: string): unknown => parseTokens(`${sha256("1")} a ${one}\n${sha256("2")} a ${other}`, "tokens");
    expect(() => two("requests=1", "requests=2")).toThrow(/^tokens:2: tokens of one name must have the same rate/);
    expect(() => two("items=1", "")).toThrow(/same rate/);
    expect(two("items=1", "items=1.0")).toHaveLength(2);
  });
});

describe("a rate", () => {
  const of = (rate: Rate): Rates => {
    const rates = new Rates();
    rates.set([{ name: "a", rate }, { name: "free", rate: null }], 0);
    return rates;
  };

  it("lets a burst through, then what fills in, and says when", () => {
    const rates = of({ requests: 2, burst: 4 });
    for (let i = 0; i < 4; i++) expect(rates.ask("a", 0)).toBeNull();
    expect(rates.ask("a", 0)).toEqual({ rate: "requests", afterSeconds: 1, message: "this token may ask for 2 requests a second; ask again in 1 s" });
    expect(rates.ask("a", 499)).not.toBeNull();
    expect(rates.ask("a", 500)).toBeNull();
    expect(rates.ask("a", 501)).not.toBeNull();
    for (let i = 0; i < 4; i++) expect(rates.ask("a", 60_000)).toBeNull();
    expect(rates.ask("a", 60_000)).not.toBeNull();
    for (const name of ["free", "other", null]) for (let i = 0; i < 99; i++) expect(rates.ask(name, 0)).toBeNull();
  });

  it("makes the next request wait for items that were scored", () => {
    const rates = of({ items: 100 });
    expect(rates.ask("a", 0)).toBeNull();
    rates.scored("a", 1024);
    expect(rates.ask("a", 0)).toMatchObject({ rate: "items", afterSeconds: 10 });
    expect(rates.ask("a", 9240)).toMatchObject({ afterSeconds: 1 });
    expect(rates.ask("a", 9250)).toBeNull();
  });

  it("lets through its share of any stretch, and no more than its burst beside", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 50, noNaN: true }), fc.double({ min: 1, max: 20, noNaN: true }), fc.array(fc.nat(400), { minLength: 1, maxLength: 300 }), (requests, burst, gaps) => {
        const rates = of({ requests, burst });
        let now = 0;
        let passed = 0;
        for (const gap of gaps) {
          now += gap;
          const refused = rates.ask("a", now);
          if (refused === null) passed++;
          expect(passed).toBeLessThanOrEqual(burst + (now / 1000) * requests + 1e-6);
        }
        const told = rates.ask("a", now)?.afterSeconds ?? 0;
        expect(told === 0 ? null : rates.ask("a", now + told * 1000 + 1)).toBeNull();
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it("that stays goes on as it was where tokens are read again", () => {
    const rates = of({ requests: 1 });
    rates.ask("a", 0);
    rates.set([{ name: "a", rate: { requests: 1 } }], 1);
    expect(rates.ask("a", 1)).not.toBeNull();
    rates.set([{ name: "a", rate: { requests: 5 } }], 2);
    for (let i = 0; i < 5; i++) expect(rates.ask("a", 2)).toBeNull();
    rates.set([{ name: "a", rate: null }], 3);
    for (let i = 0; i < 9; i++) expect(rates.ask("a", 3)).toBeNull();
  });
});

it("answers 429 with Retry-After above the rate of a token, and nobody else", async () => {
  const file = join(folder, "tokens");
  writeFileSync(file, `${sha256("slow")} slow requests=0.1 burst=2\n${sha256("counted")} counted items=0.5\n${sha256("free")} free\n`);
  const server = await start({ tokens: file, watchMs: 50 });
  const ask = (token: string, items = 1): Promise<Response> => server.post("/plain", { items: Array.from({ length: items }, () => ({ response: "\\boxed{42}", reference: "42" })) }, { authorization: `Bearer ${token}` });
  const statuses = async (token: string, n: number): Promise<number[]> => {
    const all: number[] = [];
    while (all.length < n) all.push((await ask(token)).status);
    return all;
  };
  expect(await statuses("slow", 3)).toEqual([200, 200, 429]);
  const refused = await ask("slow");
  expect(await refused.json()).toMatchObject({ error: { code: "rate", message: expect.stringMatching(/^this token may ask for 0\.1 requests a second; ask again in (9|10) s$/) } });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(9);
  expect((await ask("counted", 4)).status).toBe(200);
  expect((await ask("counted")).headers.get("retry-after")).toMatch(/^[1-8]$/);
  expect(await statuses("free", 8)).toEqual([200, 200, 200, 200, 200, 200, 200, 200]);
  const counted = (token: string, rate: string): Promise<number> => server.metric(`guerdon_rate_limited_total{token="${token}",rate="${rate}"}`, { authorization: "Bearer slow" });
  expect([await counted("slow", "requests"), await counted("counted", "items"), await counted("free", "requests")]).toEqual([2, 1, 0]);
  writeFileSync(file, `${sha256("slow")} slow\n`);
  await until(async () => (await ask("slow")).status === 200);
  expect(await statuses("slow", 4)).toEqual([200, 200, 200, 200]);
  await server.close();
});

it("counts the items of calls that are no scoring, and of those whose scores a contract has no place for", async () => {
  const file = join(folder, "tokens-items");
  writeFileSync(file, `${sha256("counted")} counted items=0.5\n${sha256("verifies")} verifies items=0.5\n${sha256("frames")} frames items=0.5\n${sha256("failed")} failed items=0.5\n`);
  const [native, openrlhf] = ["native", "openrlhf"].map((name) => served.find((each) => each.name === name)!);
  const server = await start({ tokens: file, contracts: [{ contract: native!, nulls: "said", settings: {} }, { contract: openrlhf!, nulls: "retry", settings: {} }], known: served, contractsUrl: new URL("../contracts/served.ts", import.meta.url).href, methodsUrl });
  const by = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
  const body = { use: "verify/number", items: Array.from({ length: 4 }, () => ({ response: "1", reference: "1" })) };
  const verified = await server.post("/v1/verify", body, by("verifies"));
  const framed = await fetch(`${server.url}/v1/verify`, { method: "POST", headers: { "content-type": FRAME_TYPE, ...by("frames") }, body: packFrame({ id: 1, call: "verify", body }, {}) });
  const failed = await server.post("/get_reward", { query: ["a\\boxed{4}", "a\\boxed{4}", "a"], prompts: ["a", "a", "a"], labels: ["4", "4", null] }, by("failed"));
  expect([verified.status, framed.status, failed.status]).toEqual([200, 200, 422]);
  const again = await Promise.all(["verifies", "frames", "failed"].map(async (token) => (await server.post("/v1/methods", {}, by(token))).status));
  expect(again).toEqual([429, 429, 429]);
  const metrics = await (await fetch(`${server.url}/metrics`, { headers: by("counted") })).text();
  expect(metrics).toMatch(/^guerdon_null_rewards_total\{reason="[a-z-]+"\} 1$/m);
  await server.close();
});
