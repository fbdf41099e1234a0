/** Mixed requests, the hostile among them, for as long as it is told; what each kind was answered, and what the process held meanwhile. */
import { connect } from "node:net";
import { performance } from "node:perf_hooks";
import { Agent } from "node:http";
import { randomStream, type RandomStream } from "../../src/core/random.ts";
import { hostileInputs } from "../math/hostile.ts";
import { ask, residentMb, until, type Served } from "./process.ts";

/** Bytes of a body that the server of a soak takes: small, so that one that is too large costs little. */
export const MOST_BODY: number = 4 << 20;

/** What `guerdon serve` of a soak is told. */
export const SOAK_FLAGS: readonly string[] = ["--contract", "openrlhf:retry", "--contract", "slime:neutral=-1", "--limit", `bodyBytes=${MOST_BODY}`, "--log", "none"];

export interface SoakOptions {
  readonly seed: string;
  readonly requests: number;
  readonly abreast: number;
  /** Connections opened and dropped beside the requests, half of them with part of a request. */
  readonly dropped: number;
  /** Clients that send a piece now and then, and have their answers. */
  readonly slow: number;
  /** Clients that are slower than the server waits. */
  readonly stalling: number;
  /** Requests of one kind, one after another a connection, before and after. */
  readonly calm: number;
  readonly said?: (progress: string) => void;
}

export interface SoakReport {
  readonly seconds: number;
  /** `kind status` → count; `gone` where the client left. */
  readonly statuses: Readonly<Record<string, number>>;
  /** What was not meant to be, the first of each kind in words. */
  readonly wrong: readonly string[];
  /** Milliseconds of calm requests before, and after. */
  readonly before: Quantiles;
  readonly during: Quantiles;
  readonly after: Quantiles;
  readonly memory: Memory;
  readonly deaths: number;
}

export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

export interface Memory {
  /** MiB that the process held once warm (the second fifth of the requests), and at the end (the last fifth); medians. */
  readonly early: number;
  readonly late: number;
  readonly most: number;
  /** After a pause. */
  readonly rest: number;
  /** MiB a 100,000 requests, by least squares from the second fifth on. */
  readonly slope: number;
}

type Outcome = number | "gone";

interface Kind {
  readonly name: string;
  readonly weight: number;
  readonly meant: readonly Outcome[];
  run(r: RandomStream): Promise<Outcome>;
}

function body(r: RandomStream, items: number): { readonly text: string; readonly rewards: readonly number[] } {
  const right = Array.from({ length: items }, () => r.integer(2));
  const values = right.map(() => r.integer(1_000_000));
  return {
    text: JSON.stringify({ query: values.map((value, i) => `Find x. ${"we have ".repeat(r.integer(40))}\\boxed{${right[i] === 1 ? value : value + 1}}`), prompts: values.map(() => "Find x. "), labels: values.map(String) }),
    rewards: right,
  };
}

function kinds(served: Served): readonly Kind[] {
  const { url, port } = served;
  const hostile = [...hostileInputs()].map(({ name, response }) => ({ name, text: JSON.stringify({ response, label: "1" }) })).filter(({ text }) => Buffer.byteLength(text) < MOST_BODY);
  const pick = <T>(r: RandomStream, from: readonly T[]): T => from[r.integer(from.length)]!;
  /** Rewards must be those of the items, in their order. */
  const right = async (r: RandomStream, items: number): Promise<Outcome> => {
    const { text, rewards } = body(r, items);
    const { status, body: said } = await ask(`${url}/get_reward`, { body: text });
    if (status === 200) {
      const got = (JSON.parse(said.toString()) as { rewards: number[] }).rewards;
      if (got.length !== rewards.length || got.some((reward, i) => reward !== rewards[i])) throw new Error(`rewards must be ${JSON.stringify(rewards)}, got ${JSON.stringify(got)}`);
    }
    return status;
  };
  /** Sends bytes, and leaves. */
  const leave = (parts: readonly string[], waitMs: number): Promise<Outcome> =>
    new Promise((done) => {
      const socket = connect(port, "127.0.0.1", () => {
        for (const part of parts) socket.write(part);
        setTimeout(() => socket.destroy(), waitMs);
      });
      socket.on("data", () => undefined);
      socket.on("error", () => undefined);
      socket.once("close", () => done("gone"));
    });
  const head = (length: number): string => `POST /get_reward HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
  return [
    { name: "one item", weight: 480, meant: [200], run: (r) => right(r, 1) },
    { name: "batch of 64", weight: 30, meant: [200], run: (r) => right(r, 64) },
    {
      name: "group of 8", weight: 60, meant: [200],
      async run(r) {
        const rollouts = Array.from({ length: 8 }, (_, i) => ({ prompt: "p", response: `\\boxed{${i % 2}}`, reference: String(r.integer(2)), group: "g" }));
        return (await ask(`${url}/v1/score`, { body: JSON.stringify({ rollouts }) })).status;
      },
    },
    {
      name: "hostile", weight: 25, meant: [200],
      async run(r) {
        const { name, text } = pick(r, hostile);
        const { status, body: said } = await ask(`${url}/remote_rm`, { body: text });
        // Undecided is −1 here; what is hostile is right nowhere.
        if (status === 200 && !["0", "-1"].includes(said.toString())) throw new Error(`${name}: the reward must be 0 or undecided, got ${said.toString()}`);
        return status;
      },
    },
    { name: "no reference", weight: 20, meant: [422], run: async () => (await ask(`${url}/get_reward`, { body: JSON.stringify({ query: ["p\\boxed{1}"], prompts: ["p"], labels: [null] }) })).status },
    {
      name: "malformed", weight: 120, meant: [400, 422],
      async run(r) {
        const { text } = body(r, 2);
        const bad: string | Uint8Array = pick(r, [text.slice(0, 1 + r.integer(text.length - 2)), `${text}}`, text.replace('"query"', '"quary"'), "", "[".repeat(30_000), text.replace('["', '[3,"'), `\ufeff${text}`, '{"query":{"__proto__":[]}}', "null"]);
        return (await ask(`${url}/get_reward`, { body: r.integer(12) === 0 ? Buffer.from([0x7b, 0xff, 0x7d]) : bad })).status;
      },
    },
    {
      name: "elsewhere", weight: 60, meant: [404, 405, 415, 421],
      run: async (r) => (await pick(r, [() => ask(`${url}/get_rewards`, { body: "{}" }), () => ask(`${url}/get_reward`), () => ask(`${url}/v1/score`, { body: "a=1", headers: { "content-type": "text/plain" } }), () => ask(`${url}/v1/score`, { body: "{}", headers: { "content-encoding": "gzip" } }), () => ask(`${url}/v1/score`, { body: "{}", headers: { host: "example.org" } }), () => ask(`${url}/verify`, { body: "{}" })])()).status,
    },
    {
      name: "too large", weight: 6, meant: [413, "gone"],
      async run(r) {
        // Told by its head, or only seen as it comes: the server may close before all is sent.
        const chunked = r.integer(2) === 0;
        try {
          return (await ask(`${url}/get_reward`, { body: Buffer.alloc(chunked ? MOST_BODY + 1 : MOST_BODY * 2, 0x20), headers: chunked ? { "transfer-encoding": "chunked" } : {}, agent: new Agent() })).status;
        } catch (error) {
          if (["EPIPE", "ECONNRESET"].includes((error as NodeJS.ErrnoException).code ?? "")) return "gone";
          throw error;
        }
      },
    },
    { name: "too many items", weight: 1, meant: [413], run: async () => (await ask(`${url}/v1/score`, { body: `{"rollouts":[${Array(16_385).fill('{"response":"x","reference":"x"}').join()}]}` })).status },
    {
      name: "leaves within the body", weight: 50, meant: ["gone"],
      run(r) {
        const { text } = body(r, 1 + r.integer(8));
        return leave([head(text.length), text.slice(0, r.integer(text.length))], r.integer(5));
      },
    },
    {
      name: "leaves before the answer", weight: 50, meant: ["gone"],
      run(r) {
        const { text } = body(r, 1 + r.integer(64));
        return leave([head(Buffer.byteLength(text)), text], r.integer(4));
      },
    },
    { name: "no HTTP", weight: 20, meant: ["gone"], run: (r) => leave([pick(r, ["\u0000\u0001\u0002", "GET /\r\n\r\n", "POST / HTTP/9.9\r\n\r\n", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(20_000)}\r\n\r\n`, "POST /get_reward HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"])], 2 + r.integer(5)) },
  ];
}

/** A client that sends a byte now and then, and is either done in time or left. */
function slowClient(port: number, r: RandomStream, everyMs: number): Promise<Outcome> {
  const { text } = body(r, 1);
  const whole = `POST /get_reward HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
  const step = Math.ceil(whole.length / 40);
  return new Promise((done) => {
    let heard = "";
    let at = 0;
    const socket = connect(port, "127.0.0.1");
    const tick = setInterval(() => {
      if (at < whole.length) socket.write(whole.slice(at, (at += step)));
    }, everyMs);
    socket.on("data", (data) => (heard += data.toString()));
    socket.on("error", () => undefined);
    socket.once("close", () => {
      clearInterval(tick);
      done(heard === "" ? "gone" : Number(heard.slice(9, 12)));
    });
  });
}

/** Runs the soak. */
export async function soak(served: Served, { seed, requests, abreast, dropped, slow, stalling, calm, said = () => undefined }: SoakOptions): Promise<SoakReport> {
  const all = kinds(served);
  const stream = randomStream(`serve-soak/${seed}`);
  const statuses: Record<string, number> = {};
  const wrong = new Map<string, string>();
  const count = (name: string, outcome: Outcome, meant: readonly Outcome[]): void => {
    const key = `${name} ${outcome}`;
    statuses[key] = (statuses[key] ?? 0) + 1;
    if (!meant.includes(outcome) && !wrong.has(key)) wrong.set(key, key);
  };

  const before = await calmly(served, calm, stream.split("before"));
  const began = performance.now();
  const samples: (readonly [done: number, mb: number])[] = [];
  let begun = 0;
  let done = 0;
  let open = 0;
  const sampler = setInterval(() => samples.push([done, residentMb(served.pid)]), 250);
  const told = setInterval(() => said(`${done} of ${requests} after ${Math.round((performance.now() - began) / 1000)} s, ${residentMb(served.pid).toFixed(0)} MiB`), 20_000);
  const times: number[] = [];

  const go = async (): Promise<void> => {
    while (begun < requests && !served.ended()) {
      const r = stream.split("request", begun++);
      const kind = all[r.choice(all.map(({ weight }) => weight))]!;
      const from = performance.now();
      try {
        count(kind.name, await kind.run(r), kind.meant);
      } catch (error) {
        const key = `${kind.name}: ${(error as Error).message}`;
        wrong.set(key.slice(0, 60), key);
      }
      if (kind.name === "one item") times.push(performance.now() - from);
      done++;
      // Connections that come and go, spread over the whole.
      while (open < Math.ceil((done / requests) * dropped)) void dropOne(served.port, open++);
    }
  };
  const slowly = Array.from({ length: slow + stalling }, async (_, i) => {
    const r = stream.split("slow", i);
    await new Promise((next) => setTimeout(next, r.integer(2000)));
    if (i < slow) count("slow", await slowClient(served.port, r, 20 + r.integer(80)), [200]);
    else count("stalling", await slowClient(served.port, r, 2000), [408, "gone"]);
  });
  await Promise.all([...Array.from({ length: abreast }, go), ...slowly]);
  clearInterval(sampler);
  clearInterval(told);
  const seconds = (performance.now() - began) / 1000;

  if (served.ended()) return { seconds, statuses, wrong: [...wrong.values(), `the process ended: ${served.stray()}`], before, during: quantiles(times), after: { p50: Number.NaN, p99: Number.NaN }, memory: memoryOf(samples, requests, Number.NaN), deaths: Number.NaN };
  // Nothing is left of those who left.
  await until("all requests are over", async () => (await served.metric("guerdon_in_flight")) === 1 && (await served.metric('guerdon_queue_depth{queue="threads"}')) === 0);
  const after = await calmly(served, calm, stream.split("after"));
  return { seconds, statuses, wrong: [...wrong.values()], before, during: quantiles(times), after, memory: memoryOf(samples, requests, residentMb(served.pid)), deaths: await served.metric("guerdon_worker_deaths_total") };
}

/** Opens a connection and drops it; every other one says a little before. */
function dropOne(port: number, i: number): void {
  const socket = connect(port, "127.0.0.1", () => {
    if (i % 2 === 0) socket.write("POST /get_reward HTTP/1.1\r\nHost: localhost\r\nContent-Le");
    if (i % 3 === 0) socket.resetAndDestroy();
    else setTimeout(() => socket.destroy(), i % 50);
  });
  socket.on("error", () => undefined);
}

async function calmly({ url }: Served, requests: number, r: RandomStream): Promise<Quantiles> {
  const times: number[] = [];
  let left = requests;
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      while (left-- > 0) {
        const { status, ms } = await ask(`${url}/get_reward`, { body: body(r, 1).text });
        if (status !== 200) throw new Error(`a calm request must be answered, got ${status}`);
        times.push(ms);
      }
    }),
  );
  return quantiles(times.slice(requests >> 2));
}

function quantiles(times: readonly number[]): Quantiles {
  const sorted = times.toSorted((a, b) => a - b);
  return { p50: sorted[sorted.length >> 1] ?? Number.NaN, p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN };
}

function memoryOf(samples: readonly (readonly [done: number, mb: number])[], requests: number, rest: number): Memory {
  const between = (low: number, high: number): (readonly [number, number])[] => samples.filter(([done]) => done >= low * requests && done <= high * requests);
  const middle = (some: readonly (readonly [number, number])[]): number => some.map(([, mb]) => mb).toSorted((a, b) => a - b)[some.length >> 1] ?? Number.NaN;
  const warm = between(0.2, 1);
  const mean = (of: (sample: readonly [number, number]) => number): number => warm.reduce((sum, sample) => sum + of(sample), 0) / warm.length;
  const [x, y] = [mean(([done]) => done), mean(([, mb]) => mb)];
  const slope = warm.reduce((sum, [done, mb]) => sum + (done - x) * (mb - y), 0) / warm.reduce((sum, [done]) => sum + (done - x) ** 2, 0);
  return { early: middle(between(0.2, 0.4)), late: middle(between(0.8, 1)), most: Math.max(...samples.map(([, mb]) => mb)), rest, slope: slope * 100_000 };
}
