/** `createSandbox`: runs programs that nobody trusts, each in a sandbox of its own. */
import { rmSync } from "node:fs";
import type { Call, CallResult, Execute, ExecuteLimits, Isolation, Language, LoadedProgram, RunResult, TestResult } from "../core/capabilities.ts";
import { BoundaryError, show } from "../core/errors.ts";
import { openGate } from "./gate.ts";
import { openHost, type Host } from "./host.ts";
import { limitsOf } from "./limits.ts";
import { compile, layOut, runOnce, type LaidOut } from "./program.ts";
import { callPython, testPython } from "./python.ts";
import { callJavascript } from "./javascript.ts";
import { openQuickjs, type Quickjs } from "./quickjs.ts";
import { findToolchain, type Toolchain } from "./toolchain.ts";
import { ALL_TOGETHER } from "./session.ts";
import { openWarmPool } from "./warm.ts";

export interface SandboxOptions {
  /** Sandboxes side by side; default: one a core. */
  readonly parallel?: number;
  /** Sandboxes with Python that are started before they are needed, 10 MB each; default: three times as many as run side by side, since starting one is waiting for the kernel in part. */
  readonly warm?: number;
}

/** A place to run programs in. Closing it ends what still runs: those runs, and later ones, are `infrastructure`. */
export interface Sandbox extends AsyncDisposable {
  readonly execute: Execute;
  readonly isolation: Isolation;
  close(): Promise<void>;
}

type Calls = (host: Host, laid: LaidOut, calls: Iterable<Call>, limits: ExecuteLimits, signal: AbortSignal | undefined) => AsyncGenerator<CallResult, void, void>;

function callsOf(language: Language, quickjs: Quickjs | null): Calls {
  if (language === "python") return callPython;
  if (language === "javascript" || language === "typescript") return (...call) => callJavascript(quickjs, ...call);
  throw new BoundaryError("sandbox", `execute: functions can be called in Python and JavaScript, got ${language}`, { language });
}

const LANGUAGES: readonly Language[] = ["python", "javascript", "typescript", "c", "cpp", "bash", "sql", "java", "go", "rust"];

/** Hosts that are open, removed when this process ends without closing them. */
const open = new Set<Host>();

process.on("exit", () => open.forEach((host) => host.close()));

const CLOSED = { status: "infrastructure", cpuSeconds: null, message: "the sandbox is closed" } as const;

/** Runs of one program that are tried once more alone, while everything else waits. A program that was out of time so often is not merely slowed down. */
const MOST_ALONE = 8;

/**
 * Opens a sandbox on this machine: bubblewrap, limits, control groups and a system-call filter where they can be had.
 *
 * @throws BoundaryError where programs cannot be isolated here, with what to install
 */
export async function createSandbox({ parallel, warm }: SandboxOptions = {}): Promise<Sandbox> {
  const host = openHost(parallel);
  const gate = openGate(host.parallel);
  const chains = new Map<Language, Toolchain | null>();
  const chainOf = (language: Language): Toolchain | null => {
    let chain = chains.get(language);
    if (chain === undefined) chains.set(language, (chain = findToolchain(language, host.own, language === "javascript" || language === "typescript" ? host.node() : null)));
    return chain;
  };
  const required = (language: Language): Toolchain => {
    const chain = chainOf(language);
    if (chain === null) throw new BoundaryError("sandbox", `execute: the toolchain of ${show(language)} must be installed where every user may read it, got none`, { language });
    return chain;
  };
  const pool = openWarmPool(host, () => required("python"), warm ?? 3 * host.parallel);
  const quickjs = openQuickjs(host.parallel);
  open.add(host);

  const execute = async (program: Parameters<Execute>[0], options: Parameters<Execute>[1] = {}): Promise<LoadedProgram> => {
    const { signal } = options;
    if (host.closed) throw new BoundaryError("sandbox", "execute: the sandbox must be open, got one that is closed", {});
    const limits = limitsOf(options);
    const toolchain = required(program.language);
    let written: string | undefined;
    const folder = (): string => (written ??= layOut(host, program, toolchain));
    const compiled = toolchain.compile === null ? null : await gate.share(async () => (host.closed ? null : compile(host, folder(), toolchain, signal)));
    const laid: LaidOut = { program, toolchain, folder, compiled };
    const failed = (): RunResult | null => (compiled === null || compiled.status === "ok" ? null : compiled);
    let alone = 0;
    const running = new Set<Promise<unknown>>();
    const pending = <T>(work: () => Promise<T>): Promise<T> => {
      const run = work();
      running.add(run);
      void run.finally(() => running.delete(run)).catch(() => undefined);
      return run;
    };
    async function* callAll(calls: Iterable<Call>): AsyncGenerator<CallResult, void, void> {
      const broken = failed();
      if (broken !== null) {
        yield { status: broken.status, value: null, argsAfter: null, cpuSeconds: null, message: broken.message };
        return;
      }
      const start = callsOf(program.language, quickjs);
      let left = [...calls];
      while (left.length > 0) {
        const held = await gate.enter();
        if (host.closed) {
          held.leave();
          yield { ...CLOSED, value: null, argsAfter: null };
          return;
        }
        let answered = 0;
        let late: CallResult | null = null;
        try {
          for await (const result of start(host, laid, left, limits, signal)) {
            if (result.status === "time") {
              late = result;
              break;
            }
            answered++;
            yield result;
          }
        } finally {
          held.leave();
        }
        if (late === null) return;
        if (late.message === ALL_TOGETHER || ++alone > MOST_ALONE) {
          yield late;
          return;
        }
        // Out of time beside others is no proof; out of time alone is.
        const call = left[answered]!;
        const again = await gate.alone(async () => (await start(host, laid, [call], limits, signal).next()).value ?? late);
        yield again;
        if (again.status !== "ok") return;
        left = left.slice(answered + 1);
      }
    }
    return {
      compiled,
      run: (input = {}) => pending(async () => {
        const broken = failed();
        if (broken !== null) return broken;
        const once = async (): Promise<RunResult> => (host.closed ? { ...CLOSED, exitCode: null, stdout: "", stderr: "", wallSeconds: 0, peakMemoryMb: null } : runOnce(host, pool, laid, input, limits, signal));
        const first = await gate.share(once);
        // Out of time beside others is no proof; out of time alone is.
        return (first.status === "time" && ++alone <= MOST_ALONE) || (first.status === "infrastructure" && signal?.aborted !== true) ? gate.alone(once) : first;
      }),
      call: callAll,
      test: (tests) => pending(async () => {
        const broken = failed();
        if (broken !== null) return { status: broken.status, cases: [], planned: 0, badTests: false, cpuSeconds: null, message: broken.message };
        if (program.language !== "python") throw new BoundaryError("sandbox", `execute: test code must be Python, got ${program.language}`, { language: program.language });
        const once = async (): Promise<TestResult> => (host.closed ? { ...CLOSED, cases: [], planned: 0, badTests: false } : testPython(host, laid, tests, limits, signal));
        const first = await gate.share(once);
        return (first.status === "time" && !first.message.includes(ALL_TOGETHER)) || (first.status === "infrastructure" && signal?.aborted !== true) ? gate.alone(once) : first;
      }),
      async [Symbol.asyncDispose]() {
        // A run that was asked for and not waited for still has its files.
        await Promise.allSettled(running);
        if (written !== undefined) rmSync(written, { recursive: true, force: true });
      },
    };
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closing ??= (async () => {
      await Promise.all([pool.close(), host.end(), quickjs?.close()]);
      host.close();
      open.delete(host);
    })());
  return {
    execute: Object.assign(execute, { isolation: host.isolation, languages: LANGUAGES.filter((language) => chainOf(language) !== null) }),
    isolation: host.isolation,
    close,
    [Symbol.asyncDispose]: close,
  };
}
