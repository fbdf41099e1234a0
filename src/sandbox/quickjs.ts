/**
 * JavaScript functions called inside quickjs: an interpreter in WebAssembly, with nothing of this machine in reach, in a process that can be
 * ended: what runs inside a built-in cannot be interrupted. A new runtime for every program, all its calls in one message; results come
 * back as text, are read within limits, and compared here. Programs that need more than a moment go to Node in a sandbox.
 */
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Call, CallResult } from "../core/capabilities.ts";
import { openProcesses } from "./processes.ts";
import { resultOf } from "./python.ts";
import type { QuickjsAsk, QuickjsReply } from "./quickjs-process.ts";
import { BadMessage, readMessage } from "./values.ts";

/** Seconds a program may take in all its calls; the process counts too, and is ended where it cannot. */
const MOMENT = 1.5;
const START_SECONDS = 20;

export interface Quickjs {
  /** Results in order; null where the program must go elsewhere: it took more than a moment, or all the memory. */
  call(source: string, typed: boolean, calls: readonly Call[], memoryMb: number, signal: AbortSignal | undefined): Promise<CallResult[] | null>;
  close(): Promise<void>;
}

/** Null where the optional peer is not installed: every call goes to Node then. */
export function openQuickjs(parallel: number): Quickjs | null {
  const modules = modulesFolder();
  if (modules === null) return null;
  const heavy: QuickjsReply = { heavy: true };
  const processes = openProcesses<QuickjsAsk, QuickjsReply>({
    entry: new URL("./quickjs-process.ts", import.meta.url),
    // Files: this package and the interpreter's. No processes, no threads.
    execArgv: ["--disable-warning=ExperimentalWarning", "--max-old-space-size=256", "--permission", `--allow-fs-read=${fileURLToPath(new URL("../../", import.meta.url))}`, `--allow-fs-read=${modules}`],
    cwd: tmpdir(),
    parallel,
    readySeconds: START_SECONDS,
    // Whatever happens to it here, the sandbox with Node is where it is judged.
    late: () => heavy,
    neverReady: heavy,
    outOfMemory: heavy,
    infrastructure: () => heavy,
  });
  let count = 0;
  return {
    async call(source, typed, calls, memoryMb, signal) {
      const codes = calls.map(({ name, args }) => callExpression(name, JSON.stringify(args, plainIntegers)));
      const reply = await processes.ask({ id: ++count, key: "quickjs", prelude: PRELUDE, source, typed, codes, memoryMb }, MOMENT, signal);
      return "heavy" in reply ? null : reply.said.map(({ text, error, cpuSeconds }) => (error === null ? resultOfText(text, cpuSeconds) : failed(error, cpuSeconds, text === "load")));
    },
    close: () => processes.close(),
  };
}

function failed(message: string, cpuSeconds: number | null, loading: boolean): CallResult {
  const status = message.includes("out of memory") ? "memory" : loading && message.startsWith("SyntaxError") ? "compile-error" : "runtime-error";
  return { status, value: null, argsAfter: null, cpuSeconds, message };
}

/** `[value, arguments after the call or null]`, if the program left what writes it alone. */
function resultOfText(text: string, cpuSeconds: number | null): CallResult {
  try {
    const pair = readMessage(text);
    if (!Array.isArray(pair)) throw new BadMessage("runtime-error", "the program sent no value and arguments in place of an answer");
    return resultOf({ r: pair[0] as unknown, ...(pair[1] == null ? {} : { a: pair[1] as unknown }) }, cpuSeconds);
  } catch (error) {
    if (!(error instanceof BadMessage)) throw error;
    return { status: error.status, value: null, argsAfter: null, cpuSeconds, message: error.message };
  }
}

/** Numbers of JavaScript, as they are there. */
export function plainIntegers(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}

/** The folder of packages that holds the interpreter. */
function modulesFolder(): string | null {
  try {
    let folder = createRequire(import.meta.url).resolve("quickjs-emscripten");
    while (!folder.endsWith("node_modules")) folder = dirname(folder);
    return folder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return null;
    throw error;
  }
}

/** Values as JSON with tags for what JSON has not; sent as text. */
export const PRELUDE: string = `globalThis.__send = ((stringify, isArray, keys, isInteger, from, MapOf, SetOf, PromiseOf) => {
  const encode = (v, depth) => {
    if (depth > 200) throw new RangeError("a value is nested too deeply");
    if (v === undefined) return { u: 1 };
    if (typeof v === "bigint") return { i: (v < 0n ? "-0x" + (-v).toString(16) : "0x" + v.toString(16)) };
    if (typeof v === "number") return v - v === 0 && !(v === 0 && 1 / v < 0) ? v : { f: v !== v ? "nan" : v > 0 ? "inf" : v < 0 ? "-inf" : "-0" };
    if (typeof v === "function" || typeof v === "symbol") return { o: 0 };
    if (typeof v !== "object" || v === null) return v;
    if (isArray(v)) { const out = []; for (let i = 0; i < v.length; i++) out[i] = encode(v[i], depth + 1); return out; }
    if (v instanceof PromiseOf) return { o: 0, k: { name: "Promise" } };
    if (v instanceof MapOf) return { d: from(v, ([k, x]) => [encode(k, depth + 1), encode(x, depth + 1)]) };
    if (v instanceof SetOf) return { s: from(v, (x) => encode(x, depth + 1)) };
    return { d: keys(v).map((k) => [k, encode(v[k], depth + 1)]) };
  };
  return (v) => stringify(encode(v, 0));
})(JSON.stringify, Array.isArray, Object.keys, Number.isInteger, Array.from, Map, Set, Promise);`;

/** What calls a function of the program, of its module or of \`Solution\`. */
export function callExpression(name: string, args: string): string {
  return `(() => { const args = ${args}; const of = (n) => { try { return (0, eval)(n); } catch { return undefined; } };
    const f = of(${JSON.stringify(name)}); const S = of("Solution");
    const target = typeof f === "function" ? f : typeof S === "function" ? new S()[${JSON.stringify(name)}].bind(new S()) : undefined;
    if (target === undefined) throw new ReferenceError("the program has no " + ${JSON.stringify(name)});
    const before = JSON.stringify(args); const value = target(...args); const after = JSON.stringify(args);
    return __send([value, after === before ? null : args]); })()`;
}
