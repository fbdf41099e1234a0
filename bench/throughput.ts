/**
 * Rows a second of a file run beside a bare read-parse-write loop over the same file, in one run on the same cores.
 *
 *     node bench/throughput.ts [--rows 100000] [--runs 3] [--workers N] [--method verify/math] [--json]
 *
 * The loop reads blocks, parses every line, writes every row back as JSON, and does nothing else; it uses one thread.
 * Runs are interleaved; the best of each counts. The bar: at least 0.35 of the loop.
 */
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { randomStream } from "../src/core/random.ts";
import { shared } from "./math/files.ts";
import { methodsUrl, resolveMethod } from "../src/methods.ts";
import { scoreFiles, type RewardSource } from "../src/pipeline/index.ts";

export interface ThroughputReport {
  readonly rows: number;
  readonly megabytes: number;
  readonly workers: number;
  readonly method: string;
  /** What the rows are. */
  readonly data: "real rollouts, repeated" | "generated rollouts";
  /** Rows a second. */
  readonly loop: number;
  readonly score: number;
  readonly scattered: number;
  /** Seconds of processor time of the best runs, all threads: what a busy machine does not change much. */
  readonly loopCpu: number;
  readonly scoreCpu: number;
  readonly ratio: number;
  readonly bar: number;
  readonly met: boolean;
  readonly machine: string;
}

export interface ThroughputOptions {
  readonly rows: number;
  readonly runs: number;
  readonly workers: number;
  readonly method: string;
}

const BAR = 0.35;
const GROUP = 8;

/** Runs the benchmark. */
export async function throughput({ rows, runs, workers, method }: ThroughputOptions): Promise<ThroughputReport> {
  const folder = mkdtempSync(join(tmpdir(), "guerdon-bench-"));
  try {
    const [input, scattered] = [join(folder, "in.jsonl"), join(folder, "scattered.jsonl")];
    const real = shared("data/math_rollouts.jsonl");
    if (real === null) writeRollouts(input, scattered, rows);
    else writeReal(real, input, scattered, rows);
    const source: RewardSource = { kind: "document", base: null, document: { guerdon: 1, rewards: { correct: method }, credit: "credit/group-relative" } };
    const best = { loop: Infinity, score: Infinity, scattered: Infinity };
    const cpu = { loop: Infinity, score: Infinity, scattered: Infinity };
    const timed = async (name: keyof typeof best, work: () => Promise<unknown>): Promise<void> => {
      const begun = performance.now();
      const used = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(used);
      cpu[name] = Math.min(cpu[name], (user + system) / 1e6);
      best[name] = Math.min(best[name], (performance.now() - begun) / 1000);
    };
    for (let i = 0; i < runs; i++) {
      await timed("loop", async () => bareLoop(input, join(folder, "loop.jsonl")));
      await timed("score", () => scoreFiles([input], join(folder, "scored.jsonl"), source, { resolve: resolveMethod, url: methodsUrl }, { workers }));
    }
    await timed("scattered", () => scoreFiles([scattered], join(folder, "scored.jsonl"), source, { resolve: resolveMethod, url: methodsUrl }, { workers }));
    requireSame(join(folder, "loop.jsonl"), input);
    const ratio = best.loop / best.score;
    return {
      rows,
      megabytes: Math.round(statSync(input).size / 1e6),
      workers,
      method,
      data: real === null ? "generated rollouts" : "real rollouts, repeated",
      loop: Math.round(rows / best.loop),
      score: Math.round(rows / best.score),
      scattered: Math.round(rows / best.scattered),
      loopCpu: cpu.loop,
      scoreCpu: cpu.score,
      ratio: Math.round(ratio * 1000) / 1000,
      bar: BAR,
      met: ratio >= BAR,
      machine: `${cpus()[0]?.model.trim() ?? "unknown"}, ${availableParallelism()} cores, Node ${process.versions.node}`,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The loop does what it says: its output is its input. */
function requireSame(a: string, b: string): void {
  if (statSync(a).size !== statSync(b).size || !readFileSync(a).equals(readFileSync(b))) throw new Error("throughput: the bare loop must write what it reads");
}

/** Reads, parses, writes; one thread, blocks of 1 MB. */
function bareLoop(input: string, output: string): void {
  const [from, to] = [openSync(input, "r"), openSync(output, "w")];
  let rest = "";
  const buffer = Buffer.alloc(1 << 20);
  const decoder = new TextDecoder();
  for (let size = readSync(from, buffer); size > 0; size = readSync(from, buffer)) {
    const lines = (rest + decoder.decode(buffer.subarray(0, size), { stream: true })).split("\n");
    rest = lines.pop()!;
    let out = "";
    for (const line of lines) out += `${JSON.stringify(JSON.parse(line))}\n`;
    writeSync(to, out);
  }
  closeSync(from);
  closeSync(to);
}

const STEPS = [
  "To find the value we first rewrite the expression so that both sides share a common denominator.\n\n",
  "Since \\(a^2 - b^2 = (a-b)(a+b)\\), the left-hand side factors:\n\\[\n\\frac{a^2-b^2}{a-b} = a+b.\n\\]\n",
  "Let \\(x\\) be the number of apples; then\n\\[\n3x + 7 = 22,\n\\]\nwhich gives \\(3x = 15\\) and \\(x = 5\\).\n\n",
  "**Step 3.** We check the boundary case: when \\(n = 0\\) the sum is empty, so the formula holds.\n\n",
  "Multiplying both sides by \\(\\frac{4}{3}\\) we obtain a quantity that is easier to work with:\n\n",
  "\\[\n\\sum_{k=1}^{n} k = \\frac{n(n+1)}{2}\n\\]\n\n",
  "- The two triangles are similar.\n- Corresponding sides are in the same ratio, \\(\\frac{AB}{DE} = \\frac{BC}{EF}\\).\n\n",
] as const;

/** What problems ask for: mostly whole numbers, as in the public sets. */
function answerOf(n: number): string {
  if (n % 10 < 7) return String((n * 37) % 1000);
  if (n % 10 === 7) return `\\frac{${1 + (n % 9)}}{${2 + (n % 11)}}`;
  return n % 10 === 8 ? `${1 + (n % 7)}\\sqrt{${2 + (n % 5)}}` : `(${n % 6}, ${n % 4})`;
}

/** Real rollouts from beside the repository over and over, each time as other groups; in order, and with every group taken apart. */
function writeReal(file: URL, together: string, apart: string, rows: number): void {
  const given = readFileSync(file, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
  writeBoth(together, apart, rows, (i) => {
    const round = Math.floor(i / given.length);
    const row = given[i % given.length]!;
    return `${JSON.stringify({ ...row, id: `${round}-${String(row["id"])}`, group: `${round}-${String(row["group"])}` })}\n`;
  });
}

/** Rollouts of about 2 kB with boxed answers, seven of ten right, in groups; and the same rows in an order that takes every group apart. */
function writeRollouts(together: string, apart: string, rows: number): void {
  const random = randomStream("throughput");
  const row = (i: number): string => {
    const group = Math.floor(i / GROUP);
    const answer = answerOf(group);
    let response = "";
    while (response.length < 1500) response += STEPS[random.integer(STEPS.length)]!;
    const given = random.next() < 0.7 ? answer : answerOf(random.integer(1000));
    return `${JSON.stringify({ id: `r${i}`, group: `g${group}`, prompt: `Problem ${group}: ${STEPS[group % STEPS.length]!}`, response: `${response}The answer is \\(\\boxed{${given}}\\).`, answer })}\n`;
  };
  writeBoth(together, apart, rows, row);
}

function writeBoth(together: string, apart: string, rows: number, row: (i: number) => string): void {
  const write = (file: string, order: (i: number) => number): void => {
    const handle = openSync(file, "w");
    let text = "";
    for (let i = 0; i < rows; i++) {
      text += row(order(i));
      if (text.length > 1 << 20) {
        writeSync(handle, text);
        text = "";
      }
    }
    writeSync(handle, text);
    closeSync(handle);
  };
  write(together, (i) => i);
  const stride = rows % 7919 === 0 ? 7907 : 7919;
  write(apart, (i) => (i * stride) % rows);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // As the terminal does.
  enableCompileCache();
  const { values } = parseArgs({
    options: { rows: { type: "string", default: "100000" }, runs: { type: "string", default: "3" }, workers: { type: "string" }, method: { type: "string", default: "verify/math" }, json: { type: "boolean", default: false } },
  });
  void throughput({ rows: Number(values.rows), runs: Number(values.runs), workers: Number(values.workers ?? availableParallelism()), method: values.method }).then((report) => {
    if (values.json) console.log(JSON.stringify(report));
    else
      console.log(
        `${report.rows} rows, ${report.megabytes} MB, ${report.workers} workers, ${report.method}\n` +
          `bare loop        ${report.loop} rows/s\nscore            ${report.score} rows/s, ${report.ratio} of the loop (bar ${report.bar}: ${report.met ? "met" : "missed"})\n` +
          `score, scattered ${report.scattered} rows/s\nprocessor time   loop ${report.loopCpu.toFixed(2)} s, score ${report.scoreCpu.toFixed(2)} s\n${report.machine}`,
      );
  });
}
