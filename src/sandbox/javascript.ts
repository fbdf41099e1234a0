/** JavaScript and TypeScript functions: in quickjs, and what takes longer in Node in a sandbox. */
import type { Call, CallResult, ExecuteLimits } from "../core/capabilities.ts";
import { NODE_CALLEE } from "./harness/node-callee.ts";
import type { Host } from "./host.ts";
import type { LaidOut } from "./program.ts";
import { callsOver } from "./python.ts";
import { callExpression, plainIntegers, PRELUDE, type Quickjs } from "./quickjs.ts";
import { openSession } from "./session.ts";

/** Functions of a program are called as of a script: what it exports is a plain declaration, what it imports is required. */
function asScript(source: string): string {
  return source
    .replace(/^export\s+(?:default\s+)?(?=(?:async\s+)?function|class|const|let|var)/gm, "")
    .replace(/^export\s*\{[^{}]*\};?/gm, "")
    .replace(/^import\s+(?:\*\s*as\s+)?([\w$]+|\{[^{}]*\})\s*from\s*(["'][^"'\n]+["'])/gm, (_, names: string, module: string) => `const ${names.replace(/\sas\s/g, ": ")} = require(${module})`);
}

const TURNS = 100;

export async function* callJavascript(quickjs: Quickjs | null, host: Host, laid: LaidOut, calls: Iterable<Call>, limits: ExecuteLimits, signal: AbortSignal | undefined): AsyncGenerator<CallResult, void, void> {
  const all = [...calls];
  const source = asScript(laid.program.source);
  const typed = laid.program.language === "typescript";
  if (quickjs !== null && laid.program.files === undefined && !/\brequire\s*\(|\bimport\b|[lL]ocale/.test(source)) {
    const results = await quickjs.call(source, typed, all, limits.memoryMb, signal);
    // Programs count on more than the language (console, module, structuredClone, Intl, a deep stack): what fails there is judged in Node.
    if (results?.every(({ status }) => status === "ok")) {
      yield* results;
      return;
    }
  }
  yield* callNode(host, laid, { source, typed }, all, limits, signal);
}

function callNode(host: Host, { program, toolchain, folder }: LaidOut, script: { readonly source: string; readonly typed: boolean }, calls: readonly Call[], limits: ExecuteLimits, signal: AbortSignal | undefined): AsyncGenerator<CallResult, void, void> {
  const session = openSession(host, {
    argv: [toolchain.run[0]!, toolchain.heap!(limits.memoryMb), "-e", NODE_CALLEE],
    toolchain,
    box: program.files === undefined ? null : folder(),
    limits,
    turns: TURNS,
    signal,
    first: { ...script, prelude: PRELUDE },
  });
  return callsOver(session, calls, ({ name, args }) => ({ code: callExpression(name, JSON.stringify(args, plainIntegers)) }));
}
