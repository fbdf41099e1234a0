/**
 * `guerdon serve` beside a bare Fastify echo of the same bodies and beside FastAPI with Math-Verify, in one run, load generator included.
 *
 * Two echoes: one that parses JSON and writes it again, as a Fastify server does that was not told otherwise, and one that gives the bytes back unread.
 * Rounds of the servers alternate, so that a busy machine is busy for all. Processor time a request is that of the server's process.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";
import { pythonWith } from "../peers/packages.ts";
import { pythonWithMathVerify } from "../peers/python.ts";
import { bodies, rewardsAreRight } from "./bodies.ts";
import { evenLoad, type EvenLoad } from "./even-load.ts";

interface Target {
  readonly name: string;
  readonly url: string;
  readonly process: ChildProcess;
}

interface Measured {
  readonly rps: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpuMs: number;
  readonly failed: number;
}

/** One server under one kind of body; medians of its rounds. */
export interface ServeRow extends Measured {
  readonly name: string;
}

/** One kind of body. */
export interface ServeCase {
  readonly what: string;
  readonly items: number;
  readonly bytes: number;
  readonly connections: number;
  readonly rows: readonly ServeRow[];
  /** Requests a second over those of the echoes, and of FastAPI with Math-Verify; null where it is not to be had. */
  readonly ofJson: number;
  readonly ofBytes: number;
  readonly ofFastApi: number | null;
  /** At seven tenths of its requests a second. */
  readonly calm: CalmLoad;
  /** The echo of JSON at seven tenths of its own. */
  readonly calmEcho: CalmLoad;
}

/** An even load in windows, so that what else goes on in the machine for a moment is not taken for the server. */
export interface CalmLoad {
  /** The window with the median of p99 over p50. */
  readonly median: EvenLoad;
  /** p99 over p50 of the best window, and of the worst. */
  readonly best: number;
  readonly worst: number;
  readonly failed: number;
  /** Share of the processors' time that the machine underneath took; NaN where the system does not tell. */
  readonly stolen: number;
}

export interface ServeReport {
  readonly cases: readonly ServeCase[];
  readonly seconds: number;
  readonly rounds: number;
  readonly workers: number;
}

/** Bars: share of the JSON echo, times FastAPI with Math-Verify, p99 over p50. */
export const SERVE_BARS = { batch: 0.25, one: 0.5, fastApi: 20, tail: 3 } as const;

/** Processor seconds of a process so far; NaN where the system does not tell. */
function cpuSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return Number.NaN;
    throw error;
  }
}

const WINDOWS = 7;
const WINDOW_SECONDS = 4;

/** Ticks of all processors so far, and those of them that were stolen; NaN where the system does not tell. */
function ticks(): { readonly all: number; readonly stolen: number } {
  try {
    const fields = readFileSync("/proc/stat", "utf8").split("\n", 1)[0]!.trim().split(/\s+/).slice(1, 9).map(Number);
    return { all: fields.reduce((sum, each) => sum + each, 0), stolen: fields[7]! };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { all: Number.NaN, stolen: Number.NaN };
    throw error;
  }
}

async function calmLoad({ url }: Target, all: readonly string[], rate: number, connections: number): Promise<CalmLoad> {
  await evenLoad(url, all, rate, WINDOW_SECONDS, connections);
  const before = ticks();
  const windows: EvenLoad[] = [];
  for (let i = 0; i < WINDOWS; i++) windows.push(await evenLoad(url, all, rate, WINDOW_SECONDS, connections));
  const after = ticks();
  const sorted = windows.toSorted((a, b) => a.p99 / a.p50 - b.p99 / b.p50);
  const tail = ({ p50, p99 }: EvenLoad): number => p99 / p50;
  return { median: sorted[WINDOWS >> 1]!, best: tail(sorted[0]!), worst: tail(sorted.at(-1)!), failed: windows.reduce((sum, { failed }) => sum + failed, 0), stolen: (after.stolen - before.stolen) / (after.all - before.all) };
}

async function load({ url, process: { pid } }: Target, all: readonly string[], connections: number, seconds: number): Promise<Measured> {
  const requests = all.map((body) => ({ method: "POST" as const, headers: { "content-type": "application/json" }, body }));
  const before = cpuSeconds(pid!);
  let client = 0;
  const { requests: counted, latency, non2xx, errors } = await autocannon({
    url,
    connections,
    duration: seconds,
    timeout: 60,
    // Each connection begins elsewhere, so that no body is asked twice at a time.
    setupClient: (each) => {
      const from = Math.floor((client++ * requests.length) / connections);
      each.setRequests([...requests.slice(from), ...requests.slice(0, from)]);
    },
  });
  return { rps: counted.average, p50: latency.p50, p99: latency.p99, cpuMs: ((cpuSeconds(pid!) - before) / counted.total) * 1000, failed: non2xx + errors };
}

const ECHO = `
import { fastify } from "fastify";
const app = fastify({ bodyLimit: 1 << 26 });
if (process.argv[1] === "bytes") {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
}
app.post("/get_reward", (request, reply) => reply.send(request.body));
console.error(JSON.stringify({ url: await app.listen({ port: 0 }) }));
`;

async function beginNode(name: string, args: readonly string[]): Promise<Target> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], { stdio: ["ignore", "ignore", "pipe"] });
  const url = await new Promise<string>((done, failed) => {
    let heard = "";
    child.stderr!.on("data", (data: Buffer) => {
      heard += data.toString();
      const found = /"url":"([^"]+)"/.exec(heard);
      if (found !== null) done(`${found[1]!}/get_reward`);
    });
    child.once("exit", () => failed(new Error(`${name} ended: ${heard}`)));
  });
  return { name, url, process: child };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** FastAPI with Math-Verify; null where the packages cannot be had. */
async function beginFastApi(workers: number): Promise<Target | null> {
  const python = pythonWithMathVerify();
  if (python === null || pythonWith("fastapi", "fastapi==0.165.0", "uvicorn") === null) return null;
  if (spawnSync(python, ["-c", "import uvicorn, fastapi"]).status !== 0) return null;
  const port = await freePort();
  const child = spawn(python, [fileURLToPath(new URL("../peers/fastapi_math_verify.py", import.meta.url)), String(port), String(workers)], { stdio: "ignore", detached: true });
  const url = `http://127.0.0.1:${port}/get_reward`;
  for (let tries = 0; tries < 120; tries++) {
    const up = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: '{"query":[],"prompts":[],"labels":[]}' }).then(({ ok }) => ok, () => false);
    if (up) return { name: `FastAPI + Math-Verify, ${workers} processes`, url, process: child };
    await new Promise((done) => setTimeout(done, 500));
  }
  end({ name: "", url, process: child });
  return null;
}

/** A server of processes of its own is a group. */
function end({ process: child }: Target): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    child.kill("SIGTERM");
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function medians(name: string, rows: readonly Measured[]): ServeRow {
  const of = (field: (row: Measured) => number): number => median(rows.map(field));
  return { name, rps: of(({ rps }) => rps), p50: of(({ p50 }) => p50), p99: of(({ p99 }) => p99), cpuMs: of(({ cpuMs }) => cpuMs), failed: rows.reduce((sum, { failed }) => sum + failed, 0) };
}

async function requireRight({ name, url }: Target, body: string): Promise<void> {
  const { rewards } = (await (await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body })).json()) as { rewards: (number | number[])[] };
  if (!rewardsAreRight(rewards)) throw new Error(`${name}: rewards must be right, got ${JSON.stringify(rewards)}`);
}

/** Measures all servers, round by round. */
export async function serveSpeed({ seconds, rounds, workers }: { readonly seconds: number; readonly rounds: number; readonly workers: number }): Promise<ServeReport> {
  const cli = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
  const ours = await beginNode("guerdon serve", [cli, "serve", "--port", "0", "--workers", String(workers), "--contract", "openrlhf:retry", "--log", "none"]);
  const json = await beginNode("Fastify echo of JSON", ["--input-type=module", "-e", ECHO, "json"]);
  const bytes = await beginNode("Fastify echo of bytes", ["--input-type=module", "-e", ECHO, "bytes"]);
  const fastApi = await beginFastApi(workers);
  const targets = [ours, json, bytes, ...(fastApi === null ? [] : [fastApi])];
  try {
    const cases: ServeCase[] = [];
    for (const [what, items, count, connections] of [["batches of 64", 64, 120, 16], ["one item", 1, 4000, 64]] as const) {
      const all = bodies(count, items);
      await requireRight(ours, all[0]!);
      if (fastApi !== null) await requireRight(fastApi, all[0]!);
      const measured = new Map<Target, Measured[]>(targets.map((target) => [target, []]));
      for (const target of targets) await load(target, all, connections, 1);
      for (let round = 0; round < rounds; round++) for (const target of targets) measured.get(target)!.push(await load(target, all, connections, target === fastApi ? Math.max(seconds, 8) : seconds));
      const rows = targets.map((target) => medians(target.name, measured.get(target)!));
      const calm = await calmLoad(ours, all, rows[0]!.rps * 0.7, connections * 4);
      const calmEcho = await calmLoad(json, all, rows[1]!.rps * 0.7, connections * 4);
      cases.push({ what, items, bytes: all[0]!.length, connections, rows, ofJson: rows[0]!.rps / rows[1]!.rps, ofBytes: rows[0]!.rps / rows[2]!.rps, ofFastApi: fastApi === null ? null : rows[0]!.rps / rows[3]!.rps, calm, calmEcho });
    }
    return { cases, seconds, rounds, workers };
  } finally {
    for (const target of targets) end(target);
  }
}

/** Which bars are missed. */
export function missedServe({ cases }: ServeReport): string[] {
  return cases.flatMap(({ what, items, ofJson, ofFastApi, calm, rows }) => [
    ...(ofJson < (items === 1 ? SERVE_BARS.one : SERVE_BARS.batch) ? [`serve: ${what}, share of the echo`] : []),
    ...(ofFastApi !== null && ofFastApi < SERVE_BARS.fastApi ? [`serve: ${what}, times FastAPI + Math-Verify`] : []),
    ...(calm.median.p99 > SERVE_BARS.tail * calm.median.p50 ? [`serve: ${what}, p99 at 70 % load`] : []),
    ...(rows[0]!.failed + calm.failed > 0 ? [`serve: ${what}, failed requests`] : []),
  ]);
}
