/** The server under what goes wrong: limits, clients that stall or leave, threads that die or hang, the end. */
import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import { PROGRAM_MS } from "./plain.fixture.ts";
import { SCRIPTED, start, until, type Started } from "./start.fixture.ts";

const scripted = [{ name: null, from: SCRIPTED }];
const right = { response: "\\boxed{42}", reference: "42" };

function items(...responses: readonly string[]): { items: { response: string }[] } {
  return { items: responses.map((response) => ({ response })) };
}

/** What a raw connection was sent until it was closed. */
async function raw(server: Started, write: (socket: Socket) => void): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let heard = "";
  socket.on("data", (data) => (heard += data.toString()));
  socket.on("error", () => undefined);
  await new Promise((done) => socket.once("connect", done));
  write(socket);
  if (!socket.destroyed) await new Promise((done) => socket.once("close", done));
  return heard;
}

describe("limits", () => {
  it("refuses what is too large, and goes on", async () => {
    const server = await start({ limits: { bodyBytes: 4096, items: 4 } });
    const large = await server.post("/plain", items("x".repeat(5000)));
    expect([large.status, ((await large.json()) as { error: { code: string } }).error.code]).toEqual([413, "too-large"]);
    const many = await server.post("/plain", items("1", "2", "3", "4", "5"));
    expect([many.status, ((await many.json()) as { error: { code: string } }).error.code]).toEqual([413, "too-many-items"]);
    expect(await raw(server, (socket) => socket.write(`POST /plain HTTP/1.1\r\nHost: localhost\r\nX: ${"y".repeat(20_000)}\r\n\r\n`))).toMatch(/^HTTP\/1\.1 431 /);
    expect(await raw(server, (socket) => socket.write("GARBAGE\r\n\r\n"))).toMatch(/^HTTP\/1\.1 400 /);
    expect((await server.post("/plain", { items: [right] })).status).toBe(200);
    await server.close();
  });

  it("answers 429 with Retry-After above the concurrency, and nothing is scored twice or lost", async () => {
    const server = await start({ specs: scripted, limits: { concurrency: 4 } });
    const replies = await Promise.all(Array.from({ length: 12 }, () => server.post("/plain", items("wait:1500"))));
    const statuses = replies.map(({ status }) => status).toSorted();
    expect(statuses).toEqual([200, 200, 200, 200, 429, 429, 429, 429, 429, 429, 429, 429]);
    expect(replies.find(({ status }) => status === 429)!.headers.get("retry-after")).toBe("1");
    expect((await server.post("/plain", items("four"))).status).toBe(200);
    await server.close();
  });

  it("counts the bytes of bodies that are still coming", async () => {
    const server = await start({ limits: { waitingBytes: 10_000 } });
    const { hostname, port } = new URL(server.url);
    const stalled = connect(Number(port), hostname);
    stalled.write("POST /plain HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n{");
    await until(async () => (await server.metric("guerdon_in_flight")) === 2);
    const text = { items: [{ ...right, response: `${"x".repeat(2000)}\\boxed{42}` }] };
    expect((await server.post("/plain", text)).status).toBe(429);
    expect((await server.post("/plain", { items: [right] })).status).toBe(200);
    stalled.destroy();
    await until(async () => (await server.metric("guerdon_in_flight")) === 1);
    expect((await server.post("/plain", text)).status).toBe(200);
    await server.close();
  });

  it("counts the bytes of bodies that tell no length as they come, and gives their memory back however they end", async () => {
    const server = await start({ limits: { waitingBytes: 40_000, bodyBytes: 30_000 } });
    const { hostname, port } = new URL(server.url);
    const chunked = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
    const head = "POST /plain HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
    const whole = JSON.stringify({ items: [{ ...right, response: `${"x".repeat(20_000)}\\boxed{42}` }] });
    const sent = (): Promise<string> => raw(server, (socket) => socket.write(`${head}${[whole.slice(0, 7), whole.slice(7, 18_000), whole.slice(18_000)].map(chunked).join("")}0\r\n\r\n`));
    expect(await sent()).toMatch(/^HTTP\/1\.1 200 /);
    expect(await raw(server, (socket) => socket.write(head + chunked(" ".repeat(20_000)) + chunked(" ".repeat(20_000))))).toMatch(/^HTTP\/1\.1 413 /);
    const stalled = connect(Number(port), hostname);
    stalled.write(head + chunked(" ".repeat(25_000)));
    await until(async () => (await server.metric("guerdon_body_bytes")) >= 25_000);
    expect(await sent()).toMatch(/^HTTP\/1\.1 429 /);
    stalled.destroy();
    await until(async () => (await server.metric("guerdon_body_bytes")) === 0);
    expect(await sent()).toMatch(/^HTTP\/1\.1 200 /);
    expect(await server.metric("guerdon_body_bytes")).toBe(0);
    await server.close();
  });

  it("leaves clients that stall before they have sent a request", async () => {
    const server = await start({ limits: { headersSeconds: 0.4, requestSeconds: 0.8 } });
    const [silent, slow, half] = await Promise.all([
      raw(server, () => undefined),
      raw(server, (socket) => socket.write("POST /plain HTTP/1.1\r\nHost: loc")),
      raw(server, (socket) => socket.write('POST /plain HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"items"')),
    ]);
    for (const heard of [silent, slow, half]) expect(heard === "" || heard.startsWith("HTTP/1.1 408 ")).toBe(true);
    expect((await server.post("/plain", { items: [right] })).status).toBe(200);
    await server.close();
  });

  it("tells who waits in vain that the time is up: 504 where it has begun, 503 where it has not", async () => {
    const server = await start({ specs: scripted, limits: { answerSeconds: 0.5 } });
    const begun = server.post("/plain", items("wait:60000"));
    expect((await begun).status).toBe(504);
    expect((await server.post("/plain", items("four"))).status).toBe(200);
    await server.close();
  });

  it("ends what nobody waits for any more between two items: the thread is for others", async () => {
    const server = await start({ specs: scripted, limits: { answerSeconds: 2 } });
    expect((await server.post("/plain", items(...Array.from({ length: 200 }, () => "busy:100")))).status).toBe(504);
    expect((await server.post("/plain", items("four"))).status).toBe(200);
    await server.close();
  });

  it("survives connections that are opened and dropped", async () => {
    const server = await start();
    const { hostname, port } = new URL(server.url);
    for (let round = 0; round < 4; round++)
      await Promise.all(
        Array.from(
          { length: 100 },
          (_, i) =>
            new Promise<void>((done) => {
              const socket = connect(Number(port), hostname, () => {
                if (i % 2 === 0) socket.write('POST /plain HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"items":[]}');
                setTimeout(() => socket.destroy(), i % 5);
              });
              socket.on("error", () => undefined);
              socket.once("close", () => done());
            }),
        ),
      );
    await until(async () => (await server.metric("guerdon_in_flight")) === 1);
    expect((await server.post("/plain", { items: [right] })).status).toBe(200);
    expect(server.lines.every(({ level }) => level !== "error")).toBe(true);
    await server.close();
  });
});

describe("a client that leaves", () => {
  it("takes with it what has not begun", async () => {
    const server = await start({ specs: scripted });
    const busy = server.post("/plain", items("busy:600"));
    await until(async () => (await server.metric("guerdon_in_flight")) === 2);
    const large = items(...Array.from({ length: 8 }, () => "x".repeat(30_000)));
    const stop = new AbortController();
    const left = Array.from({ length: 6 }, () => fetch(`${server.url}/plain`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(large), signal: stop.signal }).catch(() => null));
    await until(async () => (await server.metric('guerdon_queue_depth{queue="threads"}')) > 0);
    stop.abort();
    await Promise.all(left);
    await until(async () => (await server.metric("guerdon_in_flight")) <= 2);
    expect(await server.metric('guerdon_queue_depth{queue="threads"}')).toBe(0);
    expect((await busy).status).toBe(200);
    await server.close();
  });
});

describe("a thread that dies", () => {
  it("costs the row that kills it and no other", async () => {
    const server = await start({ specs: scripted, nulls: { neutral: -1 }, workers: 2 });
    const replies = await Promise.all([server.post("/plain", items("a", "exit", "ccc")), ...Array.from({ length: 20 }, (_, i) => server.post("/plain", items("x".repeat(i + 1))))]);
    expect(await replies[0]!.json()).toEqual({ rewards: [1, -1, 3] });
    expect(await Promise.all(replies.slice(1).map(async (reply) => ((await reply.json()) as { rewards: number[] }).rewards))).toEqual(Array.from({ length: 20 }, (_, i) => [i + 1]));
    expect(await server.metric("guerdon_worker_deaths_total")).toBeGreaterThanOrEqual(4);
    expect(await server.metric('guerdon_null_rewards_total{reason="worker-lost"}')).toBe(1);
    expect(await (await fetch(`${server.url}/ready`)).json()).toMatchObject({ ready: true });
    await server.close();
  });

  it("or hangs after it waited takes no body behind it along", async () => {
    const server = await start({ limits: { stuckSeconds: 1 } });
    const order: string[] = [];
    const hung = server.post("/act/a", { hang: true }).then(({ status }) => order.push(`hung ${status}`));
    await new Promise((done) => setTimeout(done, 300));
    const behind = server.post("/plain", { items: [right] }).then(async (reply) => order.push(JSON.stringify(await reply.json())));
    await Promise.all([hung, behind]);
    // It went to the next thread, not behind the other where bodies that killed are tried alone.
    expect(order).toEqual(['{"rewards":[1]}', "hung 422"]);
    await server.close();
  });

  it("or hangs with specs that were read again since is ended as well", async () => {
    const server = await start({ specs: scripted, limits: { stuckSeconds: 1, answerSeconds: 25 } });
    const hung = server.post("/plain", items("hang"));
    await until(async () => (await server.metric("guerdon_in_flight")) === 2);
    await server.reload();
    expect((await hung).status).toBe(503);
    await server.close();
  });

  it("or hangs is ended, and the row is undecided", async () => {
    const server = await start({ specs: scripted, nulls: "retry", limits: { stuckSeconds: 1 } });
    const hung = server.post("/plain", items("a", "hang"));
    const reply = await hung;
    expect(reply.status).toBe(503);
    expect(((await reply.json()) as { error: { message: string } }).error.message).toMatch(/^row 1: .*worker-lost/);
    expect((await server.post("/plain", items("four"))).status).toBe(200);
    await server.close();
  });
});

describe("what runs programs", () => {
  const CODE = { name: "code", from: { kind: "document" as const, document: { guerdon: 1, rewards: { passes: "verify/code" } }, base: null } };
  const program = { response: "```python\nprint(1)\n```", reference: { inputs: [""], outputs: ["1"] }, task: "code" };

  it("waits behind a limit of its own, and math never waits behind it", async () => {
    const server = await start({ on: ["plain", "programs"], specs: [{ name: null, from: SCRIPTED }, CODE], nulls: { neutral: -1 }, limits: { codeConcurrency: 2, concurrency: 4 } });
    const ended: string[] = [];
    const code = [
      server.post("/plain", { items: [program, program, { response: "four" }, program] }).then(async (reply) => {
        ended.push("code");
        return reply.json();
      }),
      server.post("/program", {}).then(async (reply) => {
        ended.push("program");
        return reply.json();
      }),
    ];
    await until(async () => (await server.metric('guerdon_queue_depth{queue="sandbox"}')) > 0);
    for (let i = 0; i < 10; i++) expect((await server.post("/plain", items("four"))).status).toBe(200);
    ended.push("math");
    expect(await Promise.all(code)).toEqual([{ rewards: [-1, -1, 4, -1] }, { ran: true }]);
    expect(ended.indexOf("math")).toBeLessThan(ended.indexOf("code"));
    await server.close();
  });

  it("runs as many at a time as there may be, the last that came with them", async () => {
    const server = await start({ specs: [CODE], nulls: { neutral: -1 } });
    await server.post("/plain", { items: [program] });
    const ended = await Promise.all(
      Array.from({ length: 3 }, async () => {
        await (await server.post("/plain", { items: [program] })).text();
        return performance.now();
      }),
    );
    expect(Math.max(...ended) - Math.min(...ended)).toBeLessThan(PROGRAM_MS / 2);
    await server.close();
  });
});

describe("the end", () => {
  it("finishes what is on its way, takes no more, and loses nothing", async () => {
    const server = await start({ specs: scripted });
    const waiting = [...Array.from({ length: 5 }, () => server.post("/plain", items("wait:700"))), server.post("/plain", items("busy:100", "xx"))];
    await until(async () => (await server.metric("guerdon_in_flight")) === 7);
    const closing = server.close();
    const ready = await fetch(`${server.url}/ready`);
    expect([ready.status, ((await ready.json()) as { draining: boolean }).draining]).toEqual([503, true]);
    const late = await server.post("/plain", items("a"));
    expect([late.status, late.headers.get("connection"), late.headers.get("retry-after")]).toEqual([503, "close", "1"]);
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    await closing;
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });

  it("comes at the limit of time whatever is on its way", async () => {
    const server = await start({ specs: scripted, limits: { drainSeconds: 0.2 } });
    const waiting = server.post("/plain", items("wait:60000")).catch(() => "cut");
    await until(async () => (await server.metric("guerdon_in_flight")) === 2);
    const began = performance.now();
    await server.close();
    expect(await waiting).toBe("cut");
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(server.lines.some(({ event }) => event === "drain-limit")).toBe(true);
  });
});
