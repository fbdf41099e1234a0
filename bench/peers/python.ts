/** Python peers run in an environment of their own, made on demand; without it the figures recorded elsewhere stand in, marked so. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT: string = fileURLToPath(new URL("../../", import.meta.url));
const PEERS: string = fileURLToPath(new URL("./", import.meta.url));
const PACKAGES: readonly string[] = ["math-verify==0.9.0", "latex2sympy2-extended==1.11.0", "sympy==1.14.0"];
/** Two plain files of it are read; what it needs to train is not. */
const VERL = "verl==0.9.1";

/** What one peer measured; `recorded` where it did not run here. */
export interface PeerFigures {
  readonly peer: string;
  readonly version: string;
  readonly checksPerSecond: number;
  readonly verdicts: readonly boolean[] | null;
  readonly recorded: boolean;
}

/**
 * A Python that has Math-Verify, or null: `GUERDON_BENCH_PYTHON` where it is set, else `.venv-bench`, made and filled on first use.
 * Where the packages cannot be had this says so on standard error and goes on without.
 */
export function pythonWithMathVerify(): string | null {
  const named = process.env["GUERDON_BENCH_PYTHON"];
  if (named !== undefined) return named;
  const python = `${ROOT}.venv-bench/bin/python`;
  if (!existsSync(python) && spawnSync("python3", ["-m", "venv", `${ROOT}.venv-bench`]).status !== 0) return missing("no python3 that can make an environment");
  if (spawnSync(python, ["-c", "import math_verify"]).status !== 0) {
    const install = spawnSync(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...PACKAGES], { encoding: "utf8" });
    if (install.status !== 0) return missing(install.stderr.trim().split("\n").at(-1) ?? "pip failed");
  }
  if (spawnSync(python, ["-c", "from importlib.metadata import version; version('verl')"]).status !== 0) {
    const install = spawnSync(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", VERL], { encoding: "utf8" });
    if (install.status !== 0) process.stderr.write("bench: verl is not to be had here; its string graders are restated\n");
  }
  return python;
}

function missing(why: string): null {
  process.stderr.write(`bench: Math-Verify is not to be had here (${why}); recorded figures are used\n`);
  return null;
}

/** Runs a script of this folder and reads the JSON object it prints. */
export function runPeer<Result>(python: string, script: string, ...args: readonly string[]): Result {
  return JSON.parse(execFileSync(python, [`${PEERS}${script}`, ...args], { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] })) as Result;
}

/** Whether any python3 is there, for the string graders, which need no package. */
export function plainPython(): string | null {
  return spawnSync("python3", ["--version"]).status === 0 ? "python3" : null;
}

interface MathVerifyResult {
  readonly version: string;
  readonly sympy: string;
  readonly python: string;
  readonly checksPerSecond: number;
  readonly verdicts: readonly boolean[];
}

interface GraderResult {
  readonly python: string;
  /** verl's version, or "restated". */
  readonly verl: string;
  readonly math_reward: { readonly checksPerSecond: number; readonly verdicts: readonly boolean[] };
  readonly math_dapo: { readonly checksPerSecond: number; readonly verdicts: readonly boolean[] };
}

/** Math-Verify, warm, on its cases or on rollouts. */
export function mathVerifyFigures(what: "cases" | "rollouts", file: string): PeerFigures {
  const python = pythonWithMathVerify();
  if (python === null) return { peer: "Math-Verify", version: "0.9.0, 2-core machine", checksPerSecond: what === "cases" ? 109 : 1379, verdicts: null, recorded: true };
  const r = runPeer<MathVerifyResult>(python, "math_verify_bench.py", what, file);
  return { peer: "Math-Verify", version: `${r.version}, sympy ${r.sympy}, Python ${r.python}`, checksPerSecond: r.checksPerSecond, verdicts: r.verdicts, recorded: false };
}

/** verl's string graders on rollouts: its own functions where its package can be had, else restated. */
export function stringGraderFigures(file: string): readonly PeerFigures[] {
  const python = pythonWithMathVerify() ?? plainPython();
  if (python === null) {
    return [["verl math_reward", 114_395] as const, ["verl math_dapo, strict box", 37_230] as const].map(([peer, checksPerSecond]) => ({ peer, version: "2-core machine", checksPerSecond, verdicts: null, recorded: true }));
  }
  const r = runPeer<GraderResult>(python, "string_graders.py", file);
  const version = `${r.verl}, Python ${r.python}`;
  return [
    { peer: "verl math_reward", version, ...r.math_reward, recorded: false },
    { peer: "verl math_dapo, strict box", version, ...r.math_dapo, recorded: false },
  ];
}
