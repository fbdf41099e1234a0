/** The server under clients that mean it harm: what they read, what they spend, whom else it costs. Each of these once worked. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { methodsUrl } from "../../src/methods.ts";
import { contracts, contractsUrl, native, parseChoice, startServer, type Server } from "../../src/serve/index.ts";
import { packFrame, FRAME_TYPE } from "../../src/serve/arrays.ts";

let folder = "";
let server: Server;

/** A database of one row. */
function database(file: string, value: string): void {
  const made = new DatabaseSync(file);
  made.exec(`CREATE TABLE t (k TEXT); INSERT INTO t VALUES ('${value}')`);
  made.close();
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "guerdon-attacks-"));
  mkdirSync(join(folder, "open", "shop"), { recursive: true });
  database(join(folder, "open", "shop", "shop.sqlite"), "apple");
  database(join(folder, "secret.sqlite"), "hunter2");
  mkdirSync(join(folder, "open", "link"));
  symlinkSync(join(folder, "secret.sqlite"), join(folder, "open", "link", "link.sqlite"));
  execFileSync("mkfifo", [join(folder, "open", "pipe")]);
  server = await startServer({
    host: "127.0.0.1",
    port: 0,
    specs: [
      { name: null, from: { kind: "document", document: { guerdon: 1, rewards: { correct: "verify/math" } }, base: null } },
      { name: "sql", from: { kind: "document", document: { guerdon: 1, rewards: { right: { use: "verify/sql", databases: join(folder, "open") } } }, base: null } },
    ],
    contracts: [{ contract: native, nulls: "said", settings: {} }, parseChoice("nemo-gym:fail", contracts)],
    known: contracts,
    contractsUrl,
    methodsUrl,
    workers: 1,
    memoryMb: 512,
    tokens: null,
    limits: { items: 100, answerSeconds: 30, stuckSeconds: 3 },
    log: () => undefined,
    logRequests: "none",
    logBodies: false,
    watchMs: 0,
  });
}, 30_000);
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

async function ask(path: string, body: unknown): Promise<{ readonly status: number; readonly body: any }> {
  const reply = await fetch(`${server.url}${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  return { status: reply.status, body: await reply.json() };
}

describe("files of this machine", () => {
  const response = "SELECT k FROM t";
  const guess = "SELECT 'hunter2' AS k";

  it("are no databases but those in the folder of a spec", async () => {
    const fine = await ask("/v1/score", { spec: "sql", rollouts: [{ response, reference: { query: "SELECT 'apple' AS k", db_id: "shop" } }] });
    expect(fine.body.rows[0].reward).toBe(1);
    const there = await ask("/v1/verify", { use: "verify/sql", response, reference: { query: "SELECT 'apple' AS k", db_path: join(folder, "open", "shop", "shop.sqlite") } });
    expect(there.body.verdict.status).toBe("correct");
  });

  it.each<[string, () => unknown, object?]>([
    ["by their path", () => ({ query: guess, db_path: join(folder, "secret.sqlite") })],
    ["by a path with ..", () => ({ query: guess, db_path: join(folder, "open") + "/../secret.sqlite" })],
    ["by a link", () => ({ query: guess, db_id: "link" })],
    ["by options of the request", () => ({ query: guess, db_id: "secret" }), { databases: "FOLDER/{db_id}.sqlite" }],
    ["that are not there", () => ({ query: guess, db_path: "/no/such/file" })],
  ])("are not read %s", async (_how, reference, options) => {
    const own = options === undefined ? {} : { options: JSON.parse(JSON.stringify(options).replace("FOLDER", folder)) };
    const { body } = await ask("/v1/verify", { use: "verify/sql", response, reference: reference(), ...(JSON.stringify(reference()).includes("link") ? { options: { databases: join(folder, "open") } } : own) });
    expect(body.verdict).toMatchObject({ status: "undecided", reason: { code: "bad-database", text: expect.stringContaining("must stand in a folder that a reward of this server names") } });
    const scored = await ask("/v1/score", { spec: "sql", rollouts: [{ response, reference: reference() }] });
    expect(scored.body.rows[0].reward).toBeNull();
  });

  it("that are pipes are not waited for", async () => {
    const { body } = await ask("/v1/verify", { use: "verify/sql", response, reference: { query: guess, db_path: join(folder, "open", "pipe") } });
    expect(body.verdict).toMatchObject({ status: "undecided", reason: { code: "bad-database" } });
  });
});

describe("more than a request may hold", () => {
  const items = Array.from({ length: 101 }, () => ({ response: "4", reference: "4" }));

  it("is refused of /v1/verify too, in JSON and in a frame", async () => {
    expect(await ask("/v1/verify", { use: "verify/math", items })).toMatchObject({ status: 413, body: { error: { code: "too-many-items" } } });
    expect((await ask("/v1/verify", { use: "verify/math", items: items.slice(1) })).body.verdicts).toHaveLength(100);
    const framed = await fetch(`${server.url}/v1/verify`, { method: "POST", headers: { "content-type": FRAME_TYPE }, body: packFrame({ id: 1, body: { use: "verify/math", items } }) });
    expect(framed.status).toBe(413);
  });

  it("and long lists of costly items keep nobody waiting", async () => {
    const order: string[] = [];
    const costly = ask("/v1/verify", { use: "verify/rouge", options: { variant: "rouge-lsum" }, items: Array.from({ length: 100 }, (_, i) => ({ response: `the cat sat on mat ${i} `.repeat(200), reference: `the dog sat on a mat ${i} `.repeat(200) })) }).then(({ body }) => order.push(`${body.verdicts.length} verdicts`));
    await new Promise((done) => setTimeout(done, 100));
    const cheap = ask("/v1/score", { spec: "default", rollouts: [{ response: "\\boxed{4}", answer: "4" }] }).then(({ body }) => order.push(`reward ${body.rows[0].reward}`));
    await Promise.all([costly, cheap]);
    expect(order).toEqual(["reward 1", "100 verdicts"]);
  });

  it("is refused of statistics: a name a number, all of them different", async () => {
    const { status, body } = await ask("/aggregate_metrics", { verify_responses: Array.from({ length: 300 }, (_, i) => Object.fromEntries(Array.from({ length: 10 }, (_, k) => [`k${i}-${k}`, 1]))) });
    expect([status, body.error.message]).toEqual([422, expect.stringContaining("at most 1000 names")]);
  });
});
