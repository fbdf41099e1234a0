/** The native API over HTTP: JSON and frames give what a scored line has. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FRAME_TYPE, packFrame, unpackFrame, type FrameArray } from "../arrays.ts";
import { contracts } from "../contracts/served.ts";
import { methodsUrl } from "../../methods.ts";
import { start, type Started } from "./start.fixture.ts";

let server: Started;
beforeAll(async () => {
  server = await start({
    contracts: [{ contract: contracts[0]!, nulls: "said", settings: {} }],
    known: contracts,
    contractsUrl: new URL("../contracts/served.ts", import.meta.url).href,
    methodsUrl,
    specs: [{ name: null, from: { kind: "document", document: { guerdon: 1, rewards: { correct: "verify/math" }, credit: { use: "credit/group-relative", std: false } }, base: null } }],
  });
});
afterAll(() => server.close());

async function frame(call: string, body: unknown, arrays: Record<string, FrameArray>): Promise<Response> {
  return fetch(`${server.url}/v1/${call}`, { method: "POST", headers: { "content-type": FRAME_TYPE }, body: packFrame({ id: 7, call, body }, arrays) });
}

const rollouts = [
  { prompt: "2+2?", response: "\\boxed{4}", answer: "4" },
  { prompt: "2+2?", response: "😀 \\boxed{5}", answer: "4" },
  { prompt: "2+3?", response: "\\boxed{5}" },
];

describe("native", () => {
  it("scores rows in the dialect they are in, whole groups, null said", async () => {
    const { rows, plan } = (await (await server.post("/v1/score", { rollouts })).json()) as { rows: { reward: number | null; advantage: number | null; verdicts: { correct: { span?: object; status: string } } }[]; plan: string };
    expect(rows.map(({ reward }) => reward)).toEqual([1, 0, null]);
    expect(rows.map(({ advantage }) => advantage)).toEqual([0.5, -0.5, null]);
    expect(rows[1]!.verdicts.correct.span).toEqual({ start: 9, end: 10 });
    expect(rows[2]!.verdicts.correct.status).toBe("undecided");
    expect(plan).toMatch(/^[0-9a-f]{64}$/);
  });

  it("gives a frame what it gives JSON, and counts it", async () => {
    const before = await server.metric('guerdon_items_total{route="/v1/score"}');
    const plain = await (await server.post("/v1/score", { rollouts })).json();
    const reply = await frame("score", { rollouts }, {});
    expect([reply.status, reply.headers.get("content-type")]).toEqual([200, FRAME_TYPE]);
    const { header } = unpackFrame(new Uint8Array(await reply.arrayBuffer()));
    expect(header).toMatchObject({ id: 7, body: plain });
    expect(await server.metric('guerdon_items_total{route="/v1/score"}')).toBe(before + 6);
  });

  it("takes packed arrays, never lists, for advantages", async () => {
    const reply = await frame("advantages", { method: "credit/group-relative", options: { std: false } }, { rewards: Float64Array.of(1, 0, Number.NaN), groups: BigInt64Array.of(5n, 5n, 5n) });
    const { header, arrays } = unpackFrame(new Uint8Array(await reply.arrayBuffer()));
    expect(header["body"]).toMatchObject({ method: "credit/group-relative", per: "response" });
    expect([...arrays["advantages"]!]).toEqual([0.5, -0.5, Number.NaN]);
    expect(await (await server.post("/v1/advantages", { method: "credit/group-relative", options: { std: false }, rewards: [1, 0, null], groups: [5, 5, 5] })).json()).toMatchObject({ advantages: [0.5, -0.5, null] });
  });

  it("says what is wrong with a frame in JSON", async () => {
    const torn = await fetch(`${server.url}/v1/score`, { method: "POST", headers: { "content-type": FRAME_TYPE }, body: new Uint8Array(20) });
    expect([torn.status, ((await torn.json()) as { error: { message: string } }).error.message]).toEqual([422, expect.stringMatching(/GDN1/)]);
    const field = await frame("score", { rollouts: 3 }, {});
    expect([field.status, ((await field.json()) as { error: { path: string } }).error.path]).toEqual([422, "rollouts"]);
    expect((await frame("verify", { use: "verify/mth", response: "x" }, {})).status).toBe(422);
  });

  it("judges with a verifier that is named; one that needs a sandbox says so where there is none", async () => {
    expect(await (await server.post("/v1/verify", { use: "verify/math", response: "\\boxed{0.5}", reference: "1/2" })).json()).toMatchObject({ verdict: { status: "correct" } });
    const reply = await server.post("/v1/verify", { use: "verify/code", response: "```python\nprint(1)\n```", reference: { inputs: [""], outputs: ["1"] } });
    expect([reply.status, ((await reply.json()) as { error: { message: string } }).error.message]).toEqual([422, expect.stringMatching(/needs execute/)]);
  });

  it("lists methods", async () => {
    expect(await (await server.post("/v1/methods", { id: "credit/group-relative" })).json()).toMatchObject({ methods: [{ id: "credit/group-relative" }] });
  });
});
