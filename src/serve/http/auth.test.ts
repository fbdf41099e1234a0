/** Tokens: read, presented, turned over; who may be served without one. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { isLoopback, isLoopbackHost, parseTokens, presentedToken } from "./auth.ts";
import { start, until } from "./start.fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "guerdon-auth-"));
afterAll(() => rmSync(folder, { recursive: true }));

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("tokens", () => {
  it("are lines of a digest and a name", () => {
    expect(parseTokens(`# trainers\n${sha256("one")} trainer a\n\nsha256:${sha256("two").toUpperCase()}  # no name\n`).map(({ name }) => name)).toEqual(["trainer a", "token 2"]);
  });

  it("that stand in a file as they are fault the line, which is not shown", () => {
    expect(() => parseTokens("hunter2", "tokens.txt")).toThrow(/^tokens\.txt:1: .*sha256sum/);
    expect(() => parseTokens("hunter2")).not.toThrow(/hunter2/);
    expect(() => parseTokens("# none\n")).toThrow(/at least one/);
  });

  it("are presented as a bearer or a key", () => {
    const tokens = parseTokens(`${sha256("one")} a\n${sha256("two")} b`);
    expect(presentedToken(tokens, "Bearer two", undefined)?.name).toBe("b");
    expect(presentedToken(tokens, "bearer  one", undefined)?.name).toBe("a");
    expect(presentedToken(tokens, undefined, "one")?.name).toBe("a");
    for (const [authorization, key] of [["Bearer three", undefined], ["Basic one", undefined], ["one", undefined], [undefined, sha256("one")], [undefined, undefined], [undefined, ["one"]]] as const)
      expect(presentedToken(tokens, authorization, key as string | undefined)).toBeNull();
  });
});

it("knows this machine's own addresses", () => {
  expect(["127.0.0.1", "127.8.8.8", "localhost", "::1", "[::1]"].map(isLoopback)).toEqual([true, true, true, true, true]);
  expect(["0.0.0.0", "::", "10.0.0.1", "127.example.org", "localhost.example.org"].map(isLoopback)).toEqual([false, false, false, false, false]);
  expect(["127.0.0.1:80", "localhost", "[::1]:80", undefined].map(isLoopbackHost)).toEqual([true, true, true, true]);
  expect(isLoopbackHost("attacker.example:80")).toBe(false);
});

describe("the server", () => {
  it("does not start for others without tokens", async () => {
    await expect(start({ host: "0.0.0.0" })).rejects.toThrow(/--tokens FILE must be given/);
  });

  it("answers no page of elsewhere: bound to this address, with its origin, or with a body of no type", async () => {
    const server = await start();
    const ask = (path: string, headers: Record<string, string>, body = ""): Promise<number | undefined> =>
      new Promise((done) => request(`${server.url}${path}`, { method: body === "" ? "GET" : "POST", headers }, (reply) => done(reply.resume().statusCode)).end(body));
    const bound = { host: "attacker.example" };
    expect(await ask("/metrics", bound)).toBe(421);
    expect(await ask("/ready", bound)).toBe(421);
    const body = JSON.stringify({ items: [] });
    const type = { "content-type": "application/json" };
    expect(await ask("/plain", { ...type, origin: "https://attacker.example" }, body)).toBe(403);
    expect(await ask("/plain", { ...type, origin: "null" }, body)).toBe(403);
    expect(await ask("/plain", { ...type, origin: "http://localhost:1" }, body)).toBe(403);
    // What a page sends with `fetch(url, { method: "POST", mode: "no-cors", body: new Blob([text]) })`.
    expect(await ask("/plain", {}, body)).toBe(415);
    expect(await ask("/plain", { ...type, origin: server.url }, body)).toBe(200);
    expect(await ask("/plain", type, body)).toBe(200);
    await server.close();
  });

  it("lets in who has a token, and turns tokens over while it runs", async () => {
    const file = join(folder, "tokens");
    writeFileSync(file, `${sha256("old")} trainer\n`);
    const server = await start({ tokens: file, watchMs: 50, host: "0.0.0.0" });
    const ask = async (headers: Record<string, string>): Promise<number> => (await server.post("/plain", { items: [] }, headers)).status;
    expect(await ask({})).toBe(401);
    expect(await ask({ authorization: "Bearer other" })).toBe(401);
    const told = async (headers: Record<string, string>): Promise<string> => ((await (await server.post("/plain", { items: [] }, headers)).json()) as { error: { message: string } }).error.message;
    expect(await told({})).toMatch(/^a token must be given, as Authorization/);
    expect(await told({ "x-api-key": "other" })).toMatch(/^the token must be one that this server knows/);
    expect(await ask({ authorization: "Bearer old" })).toBe(200);
    expect(await ask({ "x-api-key": "old" })).toBe(200);
    expect((await fetch(`${server.url}/metrics`)).status).toBe(401);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    // What is served is for those who have a token; whether it is ready is for probes.
    expect(await (await fetch(`${server.url}/ready`)).json()).toEqual({ ready: true, draining: false });
    expect(await (await fetch(`${server.url}/ready`, { headers: { "x-api-key": "old" } })).json()).toMatchObject({ ready: true, specs: [{ name: "default" }], specFault: null });
    writeFileSync(file, `${sha256("old")} trainer\n${sha256("new")} trainer, November\n`);
    await until(async () => (await ask({ authorization: "Bearer new" })) === 200);
    expect(await ask({ authorization: "Bearer old" })).toBe(200);
    writeFileSync(file, "nonsense\n");
    await until(() => server.lines.some(({ event }) => event === "tokens-refused"));
    expect(await ask({ authorization: "Bearer new" })).toBe(200);
    writeFileSync(file, `${sha256("new")} trainer, November\n`);
    await until(async () => (await ask({ authorization: "Bearer old" })) === 401);
    expect(server.lines.some(({ token }) => token === "trainer")).toBe(true);
    expect(JSON.stringify(server.lines)).not.toContain('"old"');
    await server.close();
  });
});
