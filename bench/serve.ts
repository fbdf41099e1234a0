/**
 * `guerdon serve` beside a bare Fastify echo of the same bodies, in one run, load generator included:
 *
 *     node bench/serve.ts [--seconds 5] [--rounds 3] [--workers 2]
 *
 * Two echoes: one that gives the bytes back unread, and one that parses JSON and writes it again, as a Fastify server does that was not told
 * otherwise. Rounds of the servers alternate, so that a busy machine is busy for all. Processor time a request is that of the server's process.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import autocannon from "autocannon";

const RESPONSE_CHARACTERS = 2000;
const WORDS = "we add the two sides and find that the value of x is then equal to so we have".split(" ");

/** A response of about two kilobytes, another for every `i`, right two times of three. */
function item(i: number): { readonly query: string; readonly prompt: string; readonly label: string } {
  const prompt = `Problem ${i}: find x.\n`;
  let text = prompt;
  let k = i + 1;
  while (text.length < RESPONSE_CHARACTERS) {
    k = (Math.imul(k, 1103515245) + 12345) & 0x7fffffff;
    text += `${WORDS[(k >> 8) % WORDS.length]} ${(k >> 16) % 9 === 0 ? `$x=${(k >> 8) % 1000}$ ` : ""}`;
  }
  return { query: `${text}\\boxed{${i}}`, prompt, label: String(i % 3 === 0 ? i + 1 : i) };
}

function bodies(count: number, items: number): string[] {
  return Array.from({ length: count }, (_, b) => {
    const all = Array.from({ length: items }, (_each, k) => item(b * items + k));
    return JSON.stringify({ query: all.map(({ query }) => query), prompts: all.map(({ prompt }) => prompt), labels: all.map(({ label }) => label) });
  });
}

interface Target {
  readonly name: string;
  readonly url: string;
  readonly process: ChildProcess;
}

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

interface Measured {
  readonly rps: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpuMs: number;
  readonly failed: number;
}

async function load({ url, process: { pid } }: Target, all: readonly string[], connections: number, seconds: number, rate?: number): Promise<Measured> {
  const requests = all.map((body) => ({ method: "POST" as const, headers: { "content-type": "application/json" }, body }));
  const before = cpuSeconds(pid!);
  let client = 0;
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    ...(rate === undefined ? {} : { overallRate: Math.round(rate) }),
    // Each connection begins elsewhere, so that no body is asked twice at a time.
    setupClient: (each) => {
      const from = Math.floor((client++ * requests.length) / connections);
      each.setRequests([...requests.slice(from), ...requests.slice(0, from)]);
    },
  });
  const { requests: counted, latency, non2xx, errors } = result;
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

async function begin(name: string, args: readonly string[]): Promise<Target> {
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

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

const { values: flags } = parseArgs({ options: { seconds: { type: "string", default: "5" }, rounds: { type: "string", default: "3" }, workers: { type: "string", default: String(availableParallelism()) } } });
const seconds = Number(flags.seconds);
const rounds = Number(flags.rounds);

const cli = new URL("../src/cli/main.ts", import.meta.url).pathname;
const targets = [
  await begin("guerdon serve", [cli, "serve", "--port", "0", "--workers", flags.workers, "--contract", "openrlhf:retry", "--log", "none"]),
  await begin("echo of bytes", ["--input-type=module", "-e", ECHO, "bytes"]),
  await begin("echo of JSON", ["--input-type=module", "-e", ECHO, "json"]),
];

try {
  for (const [what, all, connections] of [["batches of 64", bodies(120, 64), 16], ["one item", bodies(4000, 1), 64]] as const) {
    const first = (await (await fetch(targets[0]!.url, { method: "POST", headers: { "content-type": "application/json" }, body: all[0]! })).json()) as { rewards: number[] };
    const right = first.rewards.every((reward, i) => reward === (i % 3 === 0 ? 0 : 1));
    if (!right) throw new Error(`rewards must be right, got ${JSON.stringify(first)}`);
    const measured = new Map<Target, Measured[]>(targets.map((target) => [target, []]));
    for (const target of targets) await load(target, all, connections, 1);
    for (let round = 0; round < rounds; round++) for (const target of targets) measured.get(target)!.push(await load(target, all, connections, seconds));
    console.log(`\n${what}, ${all[0]!.length} bytes, ${connections} connections, ${rounds} rounds of ${seconds} s, ${flags.workers} workers`);
    const medians = targets.map((target) => median(measured.get(target)!.map(({ rps }) => rps)));
    targets.forEach((target, i) => {
      const rows = measured.get(target)!;
      const cpu = median(rows.map(({ cpuMs }) => cpuMs));
      console.log(`  ${target.name.padEnd(14)} ${medians[i]!.toFixed(0).padStart(7)} requests/s   p50 ${median(rows.map(({ p50 }) => p50))} ms   p99 ${median(rows.map(({ p99 }) => p99))} ms   processor ${cpu.toFixed(3)} ms/request   failed ${rows.reduce((sum, { failed }) => sum + failed, 0)}`);
    });
    console.log(`  share of the echo of bytes ${((medians[0]! / medians[1]!) * 100).toFixed(0)} %, of JSON ${((medians[0]! / medians[2]!) * 100).toFixed(0)} %`);
    const calm = await load(targets[0]!, all, connections, seconds, medians[0]! * 0.7);
    console.log(`  at 70 % load: ${calm.rps.toFixed(0)} requests/s, p50 ${calm.p50} ms, p99 ${calm.p99} ms, ${(calm.p99 / calm.p50).toFixed(1)} times p50`);
  }
} finally {
  for (const { process: child } of targets) child.kill("SIGTERM");
}
