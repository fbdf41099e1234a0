/** A program: its files laid out, compiled where its language is, and run. */
import { chmodSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import type { ExecuteLimits, ProgramSource, RunInput, RunResult, RunStatus } from "../core/capabilities.ts";
import { compiledHarness } from "./harness/compiled.ts";
import { PYTHON_RUN } from "./harness/python-run.ts";
import type { Host } from "./host.ts";
import { startJail, type Ended, type Ending, type Jail } from "./jail.ts";
import { COMPILE_LIMITS, WHOLE_LIBRARY_LIMITS, wallOf } from "./limits.ts";
import { BOX, compilerMounts, type Toolchain } from "./toolchain.ts";
import type { WarmPool } from "./warm.ts";

/** A program laid out on this machine. */
export interface LaidOut {
  readonly program: ProgramSource;
  readonly toolchain: Toolchain;
  /** Folder shown as the box, written when it is first asked for: a program of one file may never need it. */
  folder(): string;
  readonly compiled: RunResult | null;
}

/** Input above this goes by a file. */
const LARGE_INPUT = 4 << 20;

/** Writes the files of a program where a sandbox can read them. */
export function layOut(host: Host, { source, files = {} }: ProgramSource, { entry }: Toolchain): string {
  const folder = mkdtempSync(join(host.folder, "box-"));
  const mode = 0o755;
  for (const [name, text] of [...Object.entries(files), [entry, source] as const]) {
    const path = normalize(name);
    if (path.startsWith("..") || path.startsWith("/") || name.includes("\0")) throw new RangeError(`execute: a file must stand beside the program, got ${JSON.stringify(name)}`);
    mkdirSync(join(folder, dirname(path)), { recursive: true, mode });
    writeFileSync(join(folder, path), text, { mode: 0o444 });
  }
  // mkdtemp makes folders that only this user may read.
  chmodSync(folder, mode);
  return folder;
}

/** Compiles what must be compiled; the artefact comes out as bytes, so no sandbox writes to this machine. */
export async function compile(host: Host, folder: string, toolchain: Toolchain, signal: AbortSignal | undefined): Promise<RunResult | null> {
  if (toolchain.compile === null) return null;
  const chunks: Buffer[] = [];
  const cache = (await toolchain.cache?.folder()) ?? null;
  const environment = cache === null ? toolchain.environment : { ...toolchain.environment, [toolchain.cache!.variable]: cache };
  const result = await runJailed(host, {
    argv: ["/bin/sh", "-c", toolchain.compile],
    toolchain: { ...toolchain, addressSpace: false, environment },
    mounts: [...compilerMounts(toolchain), ...(cache === null ? [] : [cache])],
    box: folder,
    limits: toolchain.cache !== undefined && cache === null ? WHOLE_LIBRARY_LIMITS : COMPILE_LIMITS,
    stdin: openSync("/dev/null", "r"),
    onOutput: (chunk) => chunks.push(chunk),
    signal,
  });
  if (result.status === "ok") writeFileSync(join(folder, toolchain.artefact), Buffer.concat(chunks), { mode: 0o555 });
  if (result.status === "runtime-error") return { ...result, status: "compile-error", stdout: "", message: firstError(result.stderr) };
  return { ...result, stdout: "", message: result.status === "ok" ? "" : `compiling: ${result.message}` };
}

/** What a compiler says first is at fault; what it says last is a picture of it, or a count. */
export function firstError(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const at = lines.findIndex((line) => /(?:^|\s)(?:fatal )?error(?:\[\w+\])?:/.test(line));
  const line = lines[Math.max(at, 0)] ?? "the compiler failed and said nothing";
  // Of Rust the place stands in the line below.
  const place = line.startsWith("error") ? /^\s*-->\s*(\S+)/.exec(lines[at + 1] ?? "")?.[1] : undefined;
  return `${place === undefined ? "" : `${place}: `}${line.trim()}`.replaceAll(`${BOX}/`, "").slice(0, 300);
}

/** The line of a failed run that names what happened: the last one, or what stands above a stack. */
export function tellingLine(stderr: string): string {
  const lines = stderr.trimEnd().split("\n");
  const told = lines.findLast((line) => /^(?:[\w.]*(?:Error|Exception)\b|Exception in thread|panic: |fatal error: |thread .* panicked at)/.test(line));
  return told ?? lines.at(-1) ?? "";
}

interface JailedRun {
  readonly argv: readonly string[];
  readonly toolchain: Toolchain;
  readonly mounts: readonly string[];
  readonly box: string | null;
  readonly limits: ExecuteLimits;
  readonly stdin: number;
  readonly onOutput: (chunk: Buffer) => void;
  readonly signal: AbortSignal | undefined;
}

async function runJailed(host: Host, spec: JailedRun): Promise<RunResult> {
  const cell = host.takeCell();
  try {
    const jail = startJail(host, cell, { ...spec, cpuCeiling: spec.limits.cpuSeconds + 1 });
    return { ...(await watch(jail, spec.limits, spec.signal)), stdout: "" };
  } finally {
    host.giveBack(cell);
  }
}

/** Waits for the end, or makes it. */
export async function watch(jail: Jail, limits: ExecuteLimits, signal: AbortSignal | undefined): Promise<Omit<RunResult, "stdout">> {
  const begun = performance.now();
  const late = setTimeout(() => jail.end("wall"), wallOf(limits) * 1000);
  // The kernel counts CPU time of a process in whole seconds; of the sandbox it is looked at more often.
  const look = setInterval(() => {
    if ((jail.cpuSeconds() ?? 0) > limits.cpuSeconds) jail.end("cpu");
  }, LOOK_MS);
  const abort = (): void => jail.end("abort");
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted === true) abort();
  try {
    const ended = await jail.ended;
    return { ...judge(ended, limits), wallSeconds: (performance.now() - begun) / 1000, stderr: ended.stderr, cpuSeconds: ended.cpuSeconds, peakMemoryMb: ended.peakMb };
  } finally {
    clearTimeout(late);
    clearInterval(look);
    signal?.removeEventListener("abort", abort);
  }
}

/** How often a run is looked at. */
const LOOK_MS = 100;

const OUT_OF_MEMORY = /\b(MemoryError|std::bad_alloc|JavaScript heap out of memory|OutOfMemoryError|runtime: out of memory|memory allocation of \d+ bytes failed|Cannot allocate memory)\b/;

/** What Python says of a program that it cannot read. */
const UNREADABLE = /^(SyntaxError|IndentationError|TabError): .*\s*$/m;

const ENDINGS: Readonly<Record<Ending, readonly [RunStatus, string]>> = {
  wall: ["time", "it ran past its time on the wall"],
  cpu: ["time", "it used more CPU time than it may"],
  output: ["output", "it wrote more than it may"],
  abort: ["infrastructure", "the run was called off"],
  done: ["ok", ""],
};

/** The status of a run. All that the program itself can say of it is that it failed. */
export function judge(ended: Ended, { cpuSeconds, memoryMb }: ExecuteLimits): { readonly status: RunStatus; readonly exitCode: number | null; readonly message: string } {
  if (ended.ending !== null) return { status: ENDINGS[ended.ending][0], exitCode: null, message: ENDINGS[ended.ending][1] };
  const { exitCode } = ended;
  // Before anything else: where all processes of a program are small, the kernel may end bubblewrap for the memory they hold.
  if (ended.outOfMemory) return { status: "memory", exitCode, message: `it used more than ${memoryMb} MB` };
  if (!ended.started) return { status: "infrastructure", exitCode, message: `the sandbox did not start: ${ended.stderr.trim().split("\n")[0] ?? ""}` };
  if ((ended.cpuSeconds ?? 0) >= cpuSeconds || exitCode === 128 + 24) return { status: "time", exitCode, message: `it used more than ${cpuSeconds} s of CPU time` };
  if (exitCode === 0) return { status: "ok", exitCode, message: "" };
  if (OUT_OF_MEMORY.test(ended.stderr)) return { status: "memory", exitCode, message: `it could not have more than ${memoryMb} MB` };
  const last = ended.stderr.trimEnd().split("\n").at(-1) ?? "";
  const told = tellingLine(ended.stderr);
  return { status: UNREADABLE.test(last) ? "compile-error" : "runtime-error", exitCode, message: `exit code ${exitCode}${told === "" ? "" : `: ${told.slice(0, 200)}`}` };
}

/** Runs a program that is laid out, once. */
export async function runOnce(host: Host, warm: WarmPool, { program, toolchain, folder: folderOf }: LaidOut, { stdin = "", args = [] }: RunInput, limits: ExecuteLimits, signal: AbortSignal | undefined): Promise<RunResult> {
  const chunks: Buffer[] = [];
  const onOutput = (chunk: Buffer): void => void chunks.push(chunk);
  const text = (): string => Buffer.concat(chunks).toString("utf8");
  if (toolchain.language === "python" && args.length === 0 && program.files === undefined && stdin.length <= LARGE_INPUT) {
    const result = await warm.use(limits, onOutput, async (jail) => {
      const [source, input] = [Buffer.from(program.source), Buffer.from(stdin)];
      jail.stdin!.write(`${source.length} ${input.length}`.padEnd(20));
      jail.stdin!.write(source);
      jail.stdin!.end(input);
      return watch(jail, limits, signal);
    });
    return { ...result, stdout: text() };
  }
  const folder = folderOf();
  const file = join(folder, "..", `input-${process.pid}-${inputs++}`);
  writeFileSync(file, stdin, { mode: 0o444 });
  try {
    const run = toolchain.language === "python" ? [...toolchain.run, "-c", compiledHarness(host, toolchain, PYTHON_RUN), "file"] : commandOf(toolchain, limits);
    const result = await runJailed(host, { argv: [...run, ...args], toolchain, mounts: toolchain.mounts, box: folder, limits, stdin: openSync(file, "r"), onOutput, signal });
    return { ...result, stdout: text() };
  } finally {
    rmSync(file, { force: true });
  }
}

let inputs = 0;

/** The command line of a run, with the heap of the run time where that is what limits its memory. */
export function commandOf({ run, heap }: Toolchain, { memoryMb }: ExecuteLimits): readonly string[] {
  return heap === undefined ? run : [run[0]!, heap(memoryMb), ...run.slice(1)];
}

