/**
 * Speed of the math verifier beside its peers, in one run on one machine.
 *
 *     node bench/math-speed.ts [--memory] [--json]
 *
 * Every figure is the best pass of several over distinct inputs; peers run in the same minute. Equality with the labels is counted before anything is timed.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { math } from "../src/verify/math.ts";
import { fixture, readRows, shared, type GoldenPair, type RolloutRow, type SuiteCase } from "./math/files.ts";
import { optionsOf } from "./math/suites.ts";
import { mathVerifyFigures, stringGraderFigures, type PeerFigures } from "./peers/python.ts";
import { mathReward } from "./peers/string-graders.ts";

export interface SpeedRow {
  readonly what: string;
  readonly who: string;
  readonly figure: number;
  readonly unit: "checks/s" | "MB/s";
  /** Right verdicts of all, where the labels are known. */
  readonly right: string;
  readonly recorded: boolean;
}

export interface Bar {
  readonly what: string;
  readonly value: number;
  readonly bar: string;
  readonly met: boolean;
}

export interface SpeedReport {
  readonly rows: readonly SpeedRow[];
  readonly bars: readonly Bar[];
}

/** Passes over `inputs` for at least `seconds`; the best pass in checks a second. The first pass is not counted. */
function rate<Input>(inputs: readonly Input[], check: (input: Input) => unknown, seconds = 2): number {
  for (const input of inputs) check(input);
  let best = Infinity;
  const until = performance.now() + seconds * 1000;
  do {
    const started = performance.now();
    for (const input of inputs) check(input);
    best = Math.min(best, performance.now() - started);
  } while (performance.now() < until);
  return (inputs.length / best) * 1000;
}

/** Inputs in a file of JSON lines for a peer to read. */
function asFile<Result>(rows: readonly object[], use: (file: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), "guerdon-bench-"));
  try {
    const file = join(folder, "rows.jsonl");
    writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    return use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function agreement(verdicts: readonly boolean[] | null, labels: readonly boolean[]): string {
  return verdicts === null ? "" : `${verdicts.filter((v, k) => v === labels[k]).length}/${labels.length}`;
}

function row(what: string, peer: PeerFigures, labels: readonly boolean[]): SpeedRow {
  return { what, who: `${peer.peer} (${peer.version})`, figure: peer.checksPerSecond, unit: "checks/s", right: agreement(peer.verdicts, labels), recorded: peer.recorded };
}

/** Cases with both sides parsed at every check, as Math-Verify's users call it. */
function cases(): SpeedReport {
  const file = shared("cases/mathverify_cases.jsonl");
  const name = file === null ? "1,000 golden rewrites" : "Math-Verify's 274 cases";
  const rows: SuiteCase[] = file === null ? readRows<GoldenPair>(fixture("rewrites.jsonl.gz")).map((r) => ({ gold: r.reference.includes("$") ? r.reference : `$${r.reference}$`, pred: r.response, expect: true, source: r.id })) : readRows<SuiteCase>(file);
  const inputs = rows.map((r) => ({ ...r, options: file === null ? {} : optionsOf(r.opts) }));
  const labels = rows.map((r) => r.expect);
  const check = (r: (typeof inputs)[number]): boolean => math(r.pred, r.gold, r.options).status === "correct";
  const right = agreement(inputs.map(check), labels);
  const ours = rate(inputs, check, 3);
  const peer = asFile(rows, (path) => mathVerifyFigures("cases", path));
  return {
    rows: [{ what: name, who: "guerdon math, one call", figure: ours, unit: "checks/s", right, recorded: false }, row(name, peer, labels)],
    bars: [{ what: "times Math-Verify (warm) on its own cases", value: ours / peer.checksPerSecond, bar: "50, aim 100", met: ours / peer.checksPerSecond >= 50 }],
  };
}

/** Real responses, the reference read once a group. */
function realResponses(): SpeedReport {
  const file = shared("data/math_rollouts.jsonl");
  const rows: Pick<RolloutRow, "group" | "response" | "answer" | "meta">[] = file === null ? syntheticRollouts() : readRows<RolloutRow>(file);
  const what = file === null ? "800 generated responses" : "800 real responses";
  const labels = rows.map((r) => r.meta.upstream_correct);
  const groups = [...Map.groupBy(rows, (r) => r.group).values()];
  const ours = rate(groups, (group) => {
    const check = math.prepare(group[0]!.answer);
    for (const r of group) check(r.response);
  }) * (rows.length / groups.length);
  const oneCall = rate(rows, (r) => math(r.response, r.answer));
  const twin = rate(rows, (r) => mathReward(r.response, r.answer));
  const [reward, dapo, verify] = asFile(rows, (path) => [...stringGraderFigures(path), mathVerifyFigures("rollouts", path)]) as [PeerFigures, PeerFigures, PeerFigures];
  const right = agreement(rows.map((r) => math(r.response, r.answer).status === "correct"), labels);
  const mine = (who: string, figure: number, rightOf: string): SpeedRow => ({ what, who, figure, unit: "checks/s", right: rightOf, recorded: false });
  return {
    rows: [
      mine("guerdon math, reference prepared once a group of 8", ours, right), mine("guerdon math, one call", oneCall, right),
      row(what, reward, labels), row(what, dapo, labels), mine("verl math_reward restated in TypeScript", twin, agreement(rows.map((r) => mathReward(r.response, r.answer)), labels)), row(what, verify, labels),
    ],
    bars: [{ what: "times verl's math_reward in Python on real responses", value: ours / reward.checksPerSecond, bar: "1", met: ours >= reward.checksPerSecond }],
  };
}

/** Where the real ones are not there: groups of eight of about the same length, six of them right. */
export function syntheticRollouts(): Pick<RolloutRow, "group" | "response" | "answer" | "meta">[] {
  return Array.from({ length: 800 }, (_, k) => {
    const group = Math.floor(k / 8);
    const right = k % 8 < 6;
    const answer = group % 3 === 0 ? `\\frac{${group + 1}}{7}` : String(group * 17);
    const wrong = group % 3 === 0 ? `\\frac{${group + 2}}{7}` : String(group * 17 + 1);
    return { group: String(group), answer, response: `${`In step ${k} we add both sides of \\(x + ${k} = y\\) and simplify, which gives the next line.\n\n`.repeat(12)}Therefore the answer is \\(\\boxed{${right ? answer : wrong}}\\).`, meta: { upstream_correct: right } };
  });
}

/** Reasoning of `bytes` with a decoy box in every kilobyte, thought or said aloud, and the answer at its end. */
export function reasoning(bytes: number, thought: boolean, seed: number): string {
  const step = (k: number): string => `Step ${k + seed}: suppose that x = ${(k * 7919 + seed) % 1000}. Then we would have \\boxed{42} for the sum, since $x + y = ${k}$ and the remaining terms cancel. Let us check this again by another way and add all of the terms one by one. `;
  let body = "";
  for (let k = 0; body.length < bytes - 120; k++) body += step(k) + "We go on in the same manner with the next case, and nothing new comes of it; the bound stays as it was. ".repeat(6);
  body = body.slice(0, bytes - 120);
  return thought ? `<think>\n${body}\n</think>\nThe answer is $\\boxed{42}$.` : `${body.replaceAll("$", "")}\n\nThe final answer is $\\boxed{42}$.`;
}

function longReasoning(): SpeedReport {
  const check = math.prepare("42");
  const rows: SpeedRow[] = [];
  const bars: Bar[] = [];
  for (const thought of [true, false]) {
    const where = thought ? "in the thoughts" : "in the open";
    const speed = (bytes: number): number => {
      const texts = Array.from({ length: 16 }, (_, seed) => Buffer.from(reasoning(bytes, thought, seed)).toString("latin1"));
      const right = texts.filter((t) => check(t).status === "correct").length;
      const total = texts.reduce((sum, t) => sum + t.length, 0);
      const figure = (rate(texts, check, 1.5) * (total / texts.length)) / 1e6;
      rows.push({ what: `${bytes / 1000} kB of reasoning, decoy boxes ${where}`, who: "guerdon math, prepared", figure, unit: "MB/s", right: `${right}/${texts.length}`, recorded: false });
      return figure;
    };
    const [small, large] = [speed(64_000), speed(256_000)];
    bars.push({ what: `MB/s on 64 kB of reasoning, decoys ${where}`, value: small, bar: "300", met: small >= 300 });
    bars.push({ what: `speed at 256 kB over speed at 64 kB, decoys ${where}: linear is 1`, value: large / small, bar: "0.7", met: large / small >= 0.7 });
  }
  return { rows, bars };
}

function memory(): SpeedReport {
  const script = fileURLToPath(new URL("math/memory.ts", import.meta.url));
  const out = JSON.parse(execFileSync(process.execPath, ["--expose-gc", "--max-semi-space-size=8", script], { encoding: "utf8" })) as { checks: number; seconds: number; at: { rss: number; heapUsed: number }; end: { rss: number; heapUsed: number }; heapGrowth: number; rssGrowth: number };
  return {
    rows: [{ what: `golden samples in turn, ${out.checks} checks, young generation held to 8 MB; ${(out.end.heapUsed / 1e6).toFixed(1)} MB heap, ${(out.end.rss / 1e6).toFixed(0)} MB resident at the end`, who: "guerdon math, prepared", figure: out.checks / out.seconds, unit: "checks/s", right: "", recorded: false }],
    bars: [
      { what: "growth of the heap from check 1e5 to 1e6, %", value: 100 * out.heapGrowth, bar: "under 5", met: out.heapGrowth < 0.05 },
      { what: "growth of resident memory from check 1e5 to 1e6, %", value: 100 * out.rssGrowth, bar: "under 5", met: out.rssGrowth < 0.05 },
    ],
  };
}

/** All of them, one after the other. */
export function mathSpeed(withMemory: boolean): SpeedReport {
  const reports = [cases(), realResponses(), longReasoning(), ...(withMemory ? [memory()] : [])];
  return { rows: reports.flatMap((r) => r.rows), bars: reports.flatMap((r) => r.bars) };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { memory: { type: "boolean", default: false }, json: { type: "boolean", default: false } } });
  const report = mathSpeed(values.memory);
  if (values.json) console.log(JSON.stringify(report));
  else {
    for (const r of report.rows) console.log(`${r.figure.toFixed(r.figure < 1000 ? 1 : 0).padStart(10)} ${r.unit.padEnd(8)} ${r.right.padStart(8)}  ${r.what}: ${r.who}${r.recorded ? " (recorded, not measured here)" : ""}`);
    for (const b of report.bars) console.log(`${b.met ? "met " : "MISS"} ${b.value.toFixed(2).padStart(8)}  ${b.what} (bar: ${b.bar})`);
  }
  process.exitCode = report.bars.every((b) => b.met) ? 0 : 100;
}
