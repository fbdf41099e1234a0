/**
 * A running server whose threads, sandboxes and databases are killed: it goes on, what was hit is scored again or undecided with the reason,
 * and no score stands in the place of another.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { ask, serve, until, type Served } from "../../bench/serve/process.ts";
import { WATCHES_MEMORY } from "../../src/pipeline/thread-memory.ts";
import { packFrame, FRAME_TYPE, unpackFrame } from "../../src/serve/arrays.ts";

// Servers are started and their threads again and again: on a machine that is shared that takes its time.
vi.setConfig({ testTimeout: 180_000 });

const folder = mkdtempSync(join(tmpdir(), "guerdon-kills-"));
afterAll(() => rmSync(folder, { recursive: true }));

function spec(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, `guerdon: 1\n${text}\n`);
  return file;
}

const DEADLY = spec("deadly.yaml", `rewards: { deadly: { use: "${new URL("deadly.fixture.ts", import.meta.url).pathname}#deadly" } }`);

interface Scored {
  readonly rows: readonly { readonly reward: number | null; readonly verdicts: Readonly<Record<string, { readonly status: string; readonly reason: { readonly code: string } }>> }[];
}

async function score(served: Served, responses: readonly string[], more: object = {}): Promise<Scored> {
  const { status, body } = await ask(`${served.url}/v1/score`, { body: JSON.stringify({ rollouts: responses.map((response) => ({ prompt: "p", response, ...more })) }) });
  if (status !== 200) throw new Error(`${status}: ${body.toString()}`);
  return JSON.parse(body.toString()) as Scored;
}

const rewards = ({ rows }: Scored): (number | null)[] => rows.map(({ reward }) => reward);

/** Processes below one, by what their command line holds. */
function below(pid: number, holds: string): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
    const stat = readOrNull(`/proc/${name}/stat`);
    if (stat !== null) parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
  }
  const isBelow = (each: number): boolean => {
    for (let at = parents.get(each); at !== undefined && at > 1; at = parents.get(at)) if (at === pid) return true;
    return false;
  };
  return [...parents.keys()].filter((each) => isBelow(each) && readOrNull(`/proc/${each}/cmdline`)?.includes(holds) === true);
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}

function killAll(pids: readonly number[]): void {
  for (const pid of pids)
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
}

describe("threads", () => {
  it("that die, by themselves, late, of memory or of an error, cost the row that killed them and no other", async () => {
    const served = await serve(["--workers", "2", "--worker-memory", "160", "--reward", DEADLY, "--log", "none"]);
    const killers = ["exit", "late", "throws", "memory"];
    const asked = Array.from({ length: 40 }, (_, i) => {
      const responses = Array.from({ length: 5 }, (_each, k) => (k === 4 && i % 4 === 0 ? `wait:${i * 10 + k}` : String(i * 10 + k)));
      return i % 10 === 7 ? responses.with(i % 4, killers[(i - 7) / 10]!) : responses;
    });
    const answers = await Promise.all(asked.map((responses) => score(served, responses)));
    answers.forEach((answer, i) => expect(rewards(answer)).toEqual(asked[i]!.map((text) => (killers.includes(text) ? null : Number(text.replace("wait:", ""))))));
    for (const { rows } of answers) for (const { reward, verdicts } of rows) if (reward === null) expect(Object.values(verdicts)[0]).toMatchObject({ status: "undecided", reason: { code: "worker-lost" } });
    expect(rewards(await score(served, ["1", "2"]))).toEqual([1, 2]);
    expect(await served.end()).toBe(0);
    expect(served.stray()).toBe("");
  });

  it("that die of one body are not held against another whose rows are scored elsewhere meanwhile", async () => {
    const served = await serve(["--workers", "2", "--reward", DEADLY, "--log", "none"]);
    const first = score(served, ["exit", "late", "1"]);
    // Once in a thread of many, once alone, then row by row.
    await until("its rows are scored elsewhere", async () => (await served.metric("guerdon_worker_deaths_total")) > 2);
    expect(rewards(await score(served, ["throws", "2"]))).toEqual([null, 2]);
    expect(rewards(await first)).toEqual([null, null, 1]);
    expect(await served.end()).toBe(0);
  });

  it.skipIf(!WATCHES_MEMORY).each(["table", "arrays", "buffers"])("that take all memory at once cost the row that does, and not the process: %s", async (eater) => {
    const served = await serve(["--workers", "2", "--worker-memory", "128", "--reward", DEADLY, "--log", "failed"]);
    const asked = Array.from({ length: 8 }, (_, i) => [String(i), `garbage:${i}`, i === 5 ? eater : "7"]);
    const answers = await Promise.all(asked.map((responses) => score(served, responses)));
    answers.forEach((answer, i) => expect(rewards(answer)).toEqual([i, i, i === 5 ? null : 7]));
    expect(Object.values(answers[5]!.rows[2]!.verdicts)[0]).toMatchObject({ status: "undecided", reason: { code: "worker-lost" } });
    expect(served.lines.filter(({ event }) => event === "worker-death").map(({ why }) => why)).toContain("took more than its memory of 128 MB");
    expect(await served.end()).toBe(0);
  });

  it("that make much garbage and keep little are never ended for it", async () => {
    const served = await serve(["--workers", "2", "--worker-memory", "128", "--reward", DEADLY, "--log", "none"]);
    const asked = Array.from({ length: 16 }, (_, i) => [`garbage:${i}`, `garbage:${i + 1}`]);
    const answers = await Promise.all(asked.map((responses) => score(served, responses)));
    answers.forEach((answer, i) => expect(rewards(answer)).toEqual([i, i + 1]));
    expect(await served.metric("guerdon_worker_deaths_total")).toBe(0);
    expect(await served.end()).toBe(0);
  });

  it("are not given what would end the process with them: lists and objects that no heap of theirs holds", async () => {
    const served = await serve(["--workers", "1", "--worker-memory", "96", "--contract", "vllm:retry", "--log", "none"]);
    for (const [path, body] of [["/v1/score", `{"rollouts":[${"[],".repeat(2_000_000)}[]]}`], ["/v1/score", `{"rollouts":[${'{"a":1},'.repeat(500_000)}{}]}`], ["/classify", `{"input":[${"[],".repeat(2_000_000)}[]]}`]] as const)
      expect((await ask(`${served.url}${path}`, { body })).status).toBe(413);
    const header = `{"body":{"rollouts":[${"[],".repeat(2_000_000)}[]]}}`;
    const head = Buffer.alloc(16);
    head.write("GDN1");
    head.writeUInt32LE(header.length, 4);
    expect((await ask(`${served.url}/v1/score`, { body: Buffer.concat([head, Buffer.from(header)]), headers: { "content-type": FRAME_TYPE } })).status).toBe(413);
    expect(await served.metric("guerdon_worker_deaths_total")).toBe(0);
    expect(await served.end()).toBe(0);
  });

  it("that die of what nobody waits for leave nothing behind: specs are read again, and the server ends", async () => {
    const served = await serve(["--workers", "1", "--reward", DEADLY, "--log", "none", "--no-watch"]);
    const body = JSON.stringify({ rollouts: [{ prompt: "p", response: "1" }, { prompt: "p", response: "late" }] });
    await expect(ask(`${served.url}/v1/score`, { body, signal: AbortSignal.timeout(150) })).rejects.toThrow();
    await until("the thread has died", async () => (await served.metric("guerdon_worker_deaths_total")) > 0);
    expect(rewards(await score(served, ["3"]))).toEqual([3]);
    served.child.kill("SIGHUP");
    await until("specs were read", () => served.lines.some(({ event }) => event === "spec-reloaded"));
    expect(rewards(await score(served, ["4"]))).toEqual([4]);
    expect(await served.end()).toBe(0);
  });
});

describe("sandboxes", () => {
  const CODE = spec("code.yaml", "rewards: { passes: verify/code }");
  const MATH = spec("math.yaml", "rewards: { correct: verify/math }");
  const tests = { inputs: ["1\n"], outputs: ["1\n"] };
  const program = (seconds: number, prints = "input()"): string => `\`\`\`python\nimport time\ntime.sleep(${seconds})\nprint(${prints})\n\`\`\``;

  it("that are killed leave their items undecided; wrong programs are wrong, right ones right, in their places", async () => {
    const served = await serve(["--workers", "1", "--reward", CODE, "--limit", "codeConcurrency=4", "--log", "none"]);
    const responses = Array.from({ length: 8 }, (_, i) => program(1.2, i % 4 === 3 ? "2" : "input()"));
    let over = false;
    const answer = score(served, responses, { reference: tests }).finally(() => (over = true));
    await until("programs run", () => below(served.pid, "bwrap").length >= 2);
    // A program whose sandbox was killed may be run once more, in another: so that one is killed as well.
    for (let round = 0; round < 4 && !over; round++) {
      await new Promise((done) => setTimeout(done, 700));
      killAll(below(served.pid, "bwrap"));
    }
    const { rows } = await answer;
    expect(rows).toHaveLength(8);
    rows.forEach(({ reward, verdicts }, i) => {
      // A program that was killed from outside is nobody's answer.
      if (reward === null) expect(verdicts["passes"]).toMatchObject({ status: "undecided" });
      else expect(reward, JSON.stringify(verdicts)).toBe(i % 4 === 3 ? 0 : 1);
    });
    expect(rows.some(({ reward }) => reward === null)).toBe(true);
    expect(rewards(await score(served, [program(0), program(0, "2")], { reference: tests }))).toEqual([1, 0]);
    expect(await served.end()).toBe(0);
  });

  it("work side by side for requests that come one by one", async () => {
    const served = await serve(["--workers", "1", "--reward", CODE, "--limit", "codeConcurrency=4", "--log", "none"]);
    const answers = Promise.all(
      Array.from({ length: 3 }, async (_, i) => {
        await new Promise((done) => setTimeout(done, i * 100));
        return score(served, [program(3)], { reference: tests });
      }),
    );
    let over = false;
    void answers.finally(() => (over = true));
    let abreast = 0;
    while (!over) {
      // The request that asks is in flight itself.
      abreast = Math.max(abreast, (await served.metric("guerdon_in_flight")) - 1 - (await served.metric('guerdon_queue_depth{queue="sandbox"}')));
      await new Promise((done) => setTimeout(done, 50));
    }
    expect((await answers).map(rewards)).toEqual([[1], [1], [1]]);
    expect(abreast).toBe(3);
    expect(await served.end()).toBe(0);
  });

  it("of JavaScript's functions too", async () => {
    const served = await serve(["--workers", "1", "--reward", CODE, "--log", "none"]);
    const add = (what: string): string => `\`\`\`javascript\nfunction f(n) { let s = 0; for (let i = 0; i < n; i++) s += i % 2; return ${what}; }\n\`\`\``;
    const reference = { language: "javascript", fn_name: "f", inputs: [[4_000_000]], outputs: [2_000_000] };
    expect(rewards(await score(served, [add("s"), add("s + 1")], { reference }))).toEqual([1, 0]);
    const responses = Array.from({ length: 12 }, (_, i) => add(i % 3 === 2 ? "s + 1" : "s"));
    let over = false;
    const answer = score(served, responses, { reference }).finally(() => (over = true));
    while (!over) {
      killAll(below(served.pid, "quickjs-process"));
      await new Promise((done) => setTimeout(done, 150));
    }
    rewards(await answer).forEach((reward, i) => expect([i % 3 === 2 ? 0 : 1, null]).toContain(reward));
    expect(rewards(await score(served, [add("s"), add("s + 1")], { reference }))).toEqual([1, 0]);
    expect(await served.end()).toBe(0);
  });

  it("are asked for by frames beside other bodies", async () => {
    const served = await serve(["--workers", "1", "--reward", MATH, "--reward", `code=${CODE}`, "--log", "none"]);
    const frame = (id: number): Uint8Array => packFrame({ id, body: { spec: "code", rollouts: [{ prompt: "p", response: program(0, id % 2 === 0 ? "input()" : "2"), reference: tests }] } });
    const all = await Promise.all(
      Array.from({ length: 40 }, async (_, i): Promise<number | null | undefined> => {
        if (i % 4 !== 0) return rewards(await score(served, [`\\boxed{${i}}`], { reference: String(i % 4 === 1 ? i : i + 1) }))[0];
        const { status, body } = await ask(`${served.url}/v1/score`, { body: frame(i / 4), headers: { "content-type": FRAME_TYPE } });
        expect(status, body.toString()).toBe(200);
        return (unpackFrame(new Uint8Array(body)).header["body"] as Scored).rows[0]!.reward;
      }),
    );
    expect(all).toEqual(Array.from({ length: 40 }, (_, i) => (i % 4 === 0 ? Number((i / 4) % 2 === 0) : Number(i % 4 === 1))));
    expect(await served.end()).toBe(0);
    expect(served.stray()).toBe("");
  });
});

/** A PostgreSQL of our own. */
interface Postgres {
  readonly url: string;
  start(): Promise<void>;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
}

/** Debian keeps its programs out of the path. */
function postgresPrograms(): string | null {
  const version = readdirSync("/usr/lib", { withFileTypes: true }).some(({ name }) => name === "postgresql") ? readdirSync("/usr/lib/postgresql").toSorted().at(-1) : undefined;
  return version === undefined ? null : `/usr/lib/postgresql/${version}/bin`;
}

const programs = postgresPrograms();
/** PostgreSQL does not run as root. */
const owner = process.getuid?.() === 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"] : [];
if (programs === null) console.warn("postgresql: its programs are not installed, so that it is not killed");

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

async function postgres(): Promise<Postgres> {
  const at = mkdtempSync(join(tmpdir(), "guerdon-postgres-"));
  const [uid, gid] = ["-u", "-g"].map((flag) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout));
  if (owner.length > 0) chownSync(at, uid!, gid!);
  const run = (program: string, args: readonly string[]): [string, string[]] => {
    const [command = "", ...rest] = [...owner, join(programs!, program), ...args];
    return [command, rest];
  };
  const made = spawnSync(...run("initdb", ["-D", at, "-A", "trust", "-U", "postgres", "--no-sync", "--locale=C", "-E", "UTF8"]), { encoding: "utf8", cwd: at });
  if (made.status !== 0) throw new Error(made.stderr);
  const port = await freePort();
  let child: ChildProcess | null = null;
  afterAll(async () => {
    if (child !== null) await ended(child, "SIGQUIT");
    rmSync(at, { recursive: true, force: true });
  });
  const ended = (each: ChildProcess, signal: NodeJS.Signals): Promise<unknown> => new Promise((done) => each.once("close", done) && each.kill(signal));
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    async start() {
      child = spawn(...run("postgres", ["-D", at, "-p", String(port), "-k", at, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]), { stdio: "ignore", cwd: at });
      await until("PostgreSQL answers", () => spawnSync(join(programs!, "pg_isready"), ["-q", "-h", "127.0.0.1", "-p", String(port)]).status === 0);
    },
    async kill() {
      const each = child!;
      child = null;
      await ended(each, "SIGQUIT");
    },
  };
}

describe.skipIf(programs === null)("PostgreSQL", () => {
  it("killed in the middle leaves items undecided, and is asked again once it is there", async () => {
    const database = await postgres();
    const sql = spec("sql.yaml", 'rewards: { right: { use: verify/sql, dialect: postgresql, script: "CREATE TABLE t(a int); INSERT INTO t VALUES (1), (2), (3);" } }');
    const served = await serve(["--workers", "1", "--reward", sql, "--limit", "codeConcurrency=4", "--log", "none"], { GUERDON_POSTGRES: database.url });
    const reference = "SELECT a FROM t";
    const queries = (seconds: number, count: number): string[] => Array.from({ length: count }, (_, i) => `SELECT a FROM t${i % 3 === 2 ? " WHERE a > 1" : ""}${seconds > 0 ? `, pg_sleep(${seconds})` : ""}`);
    const meant = (count: number): number[] => Array.from({ length: count }, (_, i) => (i % 3 === 2 ? 0 : 1));
    const undecided = (answer: Scored): void => {
      for (const { reward, verdicts } of answer.rows) if (reward === null) expect(verdicts["right"]).toMatchObject({ status: "undecided", reason: { code: "infrastructure" } });
    };

    // Not there yet: nothing is held against a query, and nothing is remembered.
    const early = await score(served, queries(0, 3), { reference });
    expect(rewards(early)).toEqual([null, null, null]);
    undecided(early);
    await database.start();
    expect(rewards(await score(served, queries(0, 6), { reference }))).toEqual(meant(6));

    const answer = score(served, queries(0.4, 24), { reference });
    await new Promise((done) => setTimeout(done, 1000));
    await database.kill();
    const hit = await answer;
    expect(hit.rows).toHaveLength(24);
    undecided(hit);
    rewards(hit).forEach((reward, i) => expect([meant(24)[i], null]).toContain(reward));
    expect(rewards(hit)).toContain(null);

    await database.start();
    expect(rewards(await score(served, queries(0, 6), { reference }))).toEqual(meant(6));
    expect(await served.end()).toBe(0);
    expect(served.stray()).toBe("");
  });
});
