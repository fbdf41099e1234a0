/** One program in one sandbox: started, its pipes drained, ended with everything it left behind. */
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync } from "node:fs";
import { Readable, Writable } from "node:stream";
import type { ExecuteLimits } from "../core/capabilities.ts";
import { jailArguments } from "./arguments.ts";
import type { Cell, Host } from "./host.ts";
import type { Toolchain } from "./toolchain.ts";

/** Why we ended a program. */
export type Ending = "wall" | "cpu" | "output" | "abort" | "done";

/** What is known of a program that ended. */
export interface Ended {
  /** False where it never began: that is ours. */
  readonly started: boolean;
  readonly exitCode: number | null;
  readonly ending: Ending | null;
  readonly stderr: string;
  readonly cpuSeconds: number | null;
  readonly peakMb: number | null;
  /** The kernel ended a process for its memory. */
  readonly outOfMemory: boolean;
}

export interface JailSpec {
  readonly argv: readonly string[];
  readonly toolchain: Toolchain;
  readonly mounts: readonly string[];
  readonly box: string | null;
  readonly limits: ExecuteLimits;
  /** CPU seconds a process may use before the kernel ends it. */
  readonly cpuCeiling: number;
  /** A descriptor, which is closed here once the program has it; or a pipe. */
  readonly stdin: number | "pipe";
  readonly onOutput: (chunk: Buffer) => void;
}

export interface Jail {
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  readonly ended: Promise<Ended>;
  end(why: Ending): void;
  /** CPU seconds of the whole sandbox so far; null where nothing counts them. */
  cpuSeconds(): number | null;
  /** Counts from here. */
  rearm(): void;
  /** While idle it does not keep this process from ending. */
  idle(idle: boolean): void;
}

const MIB = 1 << 20;

const STDERR_BYTES = 64 << 10;

/** The shell that sets limits inside, where that must be done there. */
const INNER_SHELL = "/usr/bin/sh";

/** Descriptors of the outer program, after the standard three. */
const STATUS = 3;
const FILTER = 4;
const TIMES = 5;

/** What bubblewrap gets to tell of its first process, once a sandbox is to end before it has begun. */
const STARTING_MS = 2_000;

/** What the streams of a sandbox that has ended get to close. */
const CLOSING_MS = 2_000;

/** Starts a program; of a host that is closed, a sandbox that was called off before it began. */
export function startJail(host: Host, cell: Cell, spec: JailSpec): Jail {
  if (host.closed) return calledOff(spec);
  const { toolchain, limits } = spec;
  const memoryMb = limits.memoryMb + toolchain.extraMb;
  const processes = limits.processes + toolchain.extraProcesses;
  cell.group?.arm(memoryMb * MIB, processes + 4);
  const filter = host.openFilter();
  const command = [
    host.bubblewrap,
    ...jailArguments({ mounts: spec.mounts, shell: cell.uid === null && !spec.mounts.includes("/usr/bin") ? INNER_SHELL : null, box: spec.box, diskBytes: limits.diskMb * MIB, environment: toolchain.environment, filterFd: filter === null ? null : FILTER, statusFd: STATUS }),
    "--",
    // Of a user with other processes only those in the sandbox are to count: the limit is set inside.
    ...(cell.uid === null ? [INNER_SHELL, "-c", `ulimit ${host.processFlag} ${processes}; exec "$@"`, "sh"] : []),
    ...spec.argv,
  ];
  const rules = [
    "ulimit -c 0",
    "ulimit -n 256",
    `ulimit -t ${Math.ceil(spec.cpuCeiling)}`,
    `ulimit -f ${limits.diskMb * 2048}`,
    // What a program may raise: memory is limited besides.
    `ulimit -S -s ${Math.min(65_536, memoryMb * 1024)}`,
    // Run times that reserve what they never touch get room to do so; of them the control group holds, and their own heap limit.
    ...(toolchain.addressSpace ? [`ulimit -d ${memoryMb * 1024}`, `ulimit -v ${memoryMb * 1024 + 65_536}`] : [`ulimit -d ${(memoryMb + 2048) * 1024}`]),
    ...(cell.uid === null ? [] : [`ulimit ${host.processFlag} ${processes + 3}`]),
  ];
  // Its descriptors stand where the shell without a group tells its times.
  const joins = (cell.group?.joins ?? []).map((_, i) => TIMES + i);
  // With a control group the shell becomes bubblewrap; without, it stays and tells the time its children took.
  const script = cell.group !== null
    ? `${host.closing}${joins.map((fd) => `echo 0 >&${fd} || exit 120; `).join("")}${rules.join("; ")}; exec "$@" ${joins.map((fd) => `${fd}>&-`).join(" ")}`
    : `${host.closing}${rules.join("; ")}; "$@" ${TIMES}>&-; code=$?; times >&${TIMES}; exit $code`;
  const [program, first] = cell.group !== null ? [host.shell[0]!, host.shell.slice(1)] : ["setpriv", ["--pdeathsig", "KILL", ...host.shell]];
  const child: ChildProcess = spawn(program, [...first, "-c", script, "guerdon", ...command], {
    cwd: "/",
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
    stdio: [spec.stdin, "pipe", "pipe", "pipe", filter ?? "ignore", ...(cell.group?.joins ?? ["pipe" as const])],
    ...(cell.uid === null ? {} : { uid: cell.uid, gid: cell.uid }),
  });
  if (filter !== null) closeSync(filter);
  if (typeof spec.stdin === "number") closeSync(spec.stdin);

  let ending: Ending | null = null;
  const end = (why: Ending): void => {
    ending ??= why;
    if (child.exitCode !== null || child.signalCode !== null) return;
    // The process namespace ends with its first process: nothing in it outlives this. bubblewrap stays to reap it.
    const first = firstProcess();
    if (first === null) startingEnd = setTimeout(() => child.kill("SIGKILL"), STARTING_MS);
    else kill(first);
  };
  const firstProcess = (): number | null => {
    const pid = /"child-pid":\s*(\d+)/.exec(status())?.[1];
    return pid === undefined ? null : Number(pid);
  };
  const kill = (first: number): void => {
    if (cell.uid === null) child.kill("SIGKILL");
    else killFirst(first, child);
  };
  let startingEnd: NodeJS.Timeout | null = null;

  let total = 0;
  const stdout = child.stdout!;
  stdout.on("data", (chunk: Buffer) => {
    total += chunk.length;
    if (total > limits.outputBytes) end("output");
    else spec.onOutput(chunk);
  });
  const stderr = collect(child.stderr!, STDERR_BYTES);
  const streams = child.stdio as unknown as readonly Readable[];
  const status = collect(streams[STATUS]!, 4096);
  // Ended while it was being made: a first process that bubblewrap has forked and not yet told of would wait for it for ever.
  streams[STATUS]!.on("data", () => {
    const first = startingEnd === null ? null : firstProcess();
    if (first === null) return;
    clearTimeout(startingEnd!);
    startingEnd = null;
    kill(first);
  });
  const times = cell.group === null ? collect(streams[TIMES]!, 4096) : () => "";
  // A program may end without reading its input.
  child.stdin?.on("error", () => child.stdin?.destroy());

  /** After its end its control group is another's, or gone. */
  let took: number | null | undefined;
  const ended = new Promise<Ended>((done, failed) => {
    child.once("error", failed);
    // Nothing that holds its ends of the streams open is waited for.
    child.once("exit", () => {
      clearTimeout(startingEnd ?? undefined);
      setTimeout(() => child.stdio.forEach((stream) => stream?.destroy()), CLOSING_MS).unref();
    });
    child.once("close", (code) => {
      const exit = /"exit-code":\s*(\d+)/.exec(status())?.[1];
      const used = cell.group?.used() ?? null;
      took = used?.cpuSeconds ?? null;
      done({
        started: exit !== undefined || ending !== null,
        exitCode: exit === undefined ? code : Number(exit),
        ending,
        stderr: stderr(),
        cpuSeconds: used?.cpuSeconds ?? childTimes(times()),
        peakMb: used?.peakBytes == null ? null : used.peakBytes / MIB,
        outOfMemory: used?.killed ?? false,
      });
    });
  });
  const handles = [child, ...child.stdio] as readonly ({ ref?(): void; unref?(): void } | null | undefined)[];
  const jail: Jail = {
    stdin: child.stdin,
    stdout,
    ended,
    end,
    cpuSeconds: () => (took === undefined ? cell.group?.cpuSeconds() ?? null : took),
    rearm: () => cell.group?.reset(),
    idle: (idle) => handles.forEach((handle) => (idle ? handle?.unref?.() : handle?.ref?.())),
  };
  host.living.add(jail);
  const gone = (): void => void host.living.delete(jail);
  ended.then(gone, gone);
  return jail;
}

/** The jail of a program that is not started any more. */
function calledOff({ stdin }: JailSpec): Jail {
  if (typeof stdin === "number") closeSync(stdin);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const ended: Ended = { started: false, exitCode: null, ending: "abort", stderr: "", cpuSeconds: null, peakMb: null, outOfMemory: false };
  return { stdin: nowhere, stdout: Readable.from([]), ended: Promise.resolve(ended), end: () => undefined, cpuSeconds: () => null, rearm: () => undefined, idle: () => undefined };
}

function killFirst(pid: number, child: ChildProcess): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    child.kill("SIGKILL");
  }
}

/** Keeps the beginning of a stream and drains the rest. */
function collect(stream: Readable, limit: number): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on("data", (chunk: Buffer) => {
    if (size < limit) chunks.push(chunk.subarray(0, limit - size));
    size += chunk.length;
  });
  stream.on("error", () => stream.destroy());
  return () => Buffer.concat(chunks).toString("utf8");
}

/** The second line of `times`: what the shell's children took. */
function childTimes(text: string): number | null {
  const line = text.split("\n")[1];
  if (line === undefined) return null;
  let seconds = 0;
  for (const [, minutes, rest] of line.matchAll(/(\d+)m([\d.]+)s/g)) seconds += Number(minutes) * 60 + Number(rest);
  return seconds;
}
