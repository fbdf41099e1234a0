/**
 * `guerdon` called from Python beside Math-Verify in the same process, on the same rows, in turns.
 *
 *     node bench/python-speed.ts [--rounds 5] [--json]          takes dist where it is built, else the source
 *
 * Without Math-Verify (bench/peers/python.ts makes an environment that has it) there is nothing to compare with, and this says so.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { syntheticRollouts, type SpeedReport } from "./math-speed.ts";
import { shared } from "./math/files.ts";
import { pythonWithMathVerify } from "./peers/python.ts";

interface Measured {
  readonly rows: number;
  readonly mathVerify: string;
  readonly python: string;
  readonly load: number;
  readonly seconds: Readonly<Record<string, readonly number[]>>;
  readonly verdicts: Readonly<Record<string, readonly boolean[]>>;
}

/** One way of calling, beside Math-Verify in the same rounds. */
export interface PythonSpeedRow {
  readonly what: string;
  readonly checksPerSecond: number;
  /** Times Math-Verify, the median of the rounds. */
  readonly times: number;
  /** Rows judged as Math-Verify does. */
  readonly agrees: number;
}

export interface PythonSpeedReport {
  readonly about: string;
  readonly rows: readonly PythonSpeedRow[];
  /** Batches against the bar of ten times Math-Verify. */
  readonly met: boolean;
}

const ROOT: string = fileURLToPath(new URL("../", import.meta.url));
const BAR = 10;
const WHAT: Readonly<Record<string, string>> = {
  "math-verify": "Math-Verify, called in the process",
  compute_score: "guerdon.verl.compute_score, one call after the other",
  async_compute_score: "guerdon.verl.async_compute_score, 100 at once",
  verify_many: "Guerdon.verify_many, batches of 100",
};

/** Measures; null without Math-Verify. */
export function pythonSpeed(rounds: number): PythonSpeedReport | null {
  const python = pythonWithMathVerify();
  if (python === null) return null;
  const cli = ["dist/cli/main.js", "src/cli/main.ts"].map((path) => join(ROOT, path)).find(existsSync)!;
  const folder = mkdtempSync(join(tmpdir(), "guerdon-bench-"));
  try {
    const real = shared("data/math_rollouts.jsonl");
    const file = real === null ? join(folder, "rows.jsonl") : fileURLToPath(real);
    if (real === null) writeFileSync(file, syntheticRollouts().map((row) => `${JSON.stringify(row)}\n`).join(""));
    const env = { ...process.env, PYTHONPATH: join(ROOT, "clients/python/guerdon"), GUERDON_CLI: cli, GUERDON_NODE: process.execPath };
    const measured = JSON.parse(execFileSync(python, [join(ROOT, "bench/peers/python_speed.py"), file, String(rounds)], { encoding: "utf8", env, maxBuffer: 1 << 28 })) as Measured;
    const peer = measured.seconds["math-verify"]!;
    const rows = Object.entries(measured.seconds).map(([name, seconds]) => ({
      what: WHAT[name] ?? name,
      checksPerSecond: measured.rows / median(seconds),
      times: median(seconds.map((own, round) => peer[round]! / own)),
      agrees: measured.verdicts[name]!.filter((verdict, i) => verdict === measured.verdicts["math-verify"]![i]).length,
    }));
    return {
      about: `${measured.rows} ${real === null ? "generated" : "real"} responses, Math-Verify ${measured.mathVerify}, Python ${measured.python}, ${availableParallelism()} cores, load ${measured.load.toFixed(1)}`,
      rows,
      met: rows.find(({ what }) => what === WHAT["verify_many"])!.times >= BAR,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The rows and the bar as the page of benchmarks has them; none without Math-Verify. */
export function pythonRows(rounds: number): SpeedReport {
  const report = pythonSpeed(rounds);
  if (report === null) return { rows: [], bars: [] };
  const { about, rows, met } = report;
  const batches = rows.find(({ what }) => what === WHAT["verify_many"])!;
  return {
    rows: rows.map(({ what, checksPerSecond, times }) => ({ what: `in one Python process, by turns: ${about}`, who: `${what}, ${times.toFixed(1)} times`, figure: checksPerSecond, unit: "checks/s" as const, right: "", recorded: false })),
    bars: [{ what: "times Math-Verify called in-process, batches from Python", value: batches.times, bar: `${BAR}`, met }],
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" }, json: { type: "boolean", default: false } } });
  const report = pythonSpeed(Number(values.rounds));
  if (report === null) console.log("no Math-Verify here: nothing to compare with");
  else if (values.json) console.log(JSON.stringify(report));
  else {
    console.log(report.about);
    for (const { what, checksPerSecond, times, agrees } of report.rows) console.log(`${checksPerSecond.toFixed(0).padStart(8)} checks/s ${times.toFixed(1).padStart(6)} times  ${agrees} agree  ${what}`);
    console.log(`${report.met ? "met " : "MISS"} batches at least ${BAR} times Math-Verify`);
  }
  process.exitCode = report === null || report.met ? 0 : 100;
}
