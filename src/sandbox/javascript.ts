/** JavaScript and TypeScript functions: in quickjs, and what takes longer in Node in a sandbox. */
import { stripTypeScriptTypes } from "node:module";
import type { Call, CallResult, ExecuteLimits } from "../core/capabilities.ts";
import { NODE_CALLEE } from "./harness/node-callee.ts";
import type { Host } from "./host.ts";
import type { LaidOut } from "./program.ts";
import { callsOver } from "./python.ts";
import { callExpression, plainIntegers, PRELUDE, type Quickjs } from "./quickjs.ts";
import { openSession } from "./session.ts";

/** Functions of a program are called as of a script: what it exports is a plain declaration. */
function asScript(source: string, typed: boolean): string {
  return (typed ? stripTypeScriptTypes(source, { mode: "strip" }) : source).replace(/^export\s+(?:default\s+)?(?=(?:async\s+)?function|class|const|let|var)/gm, "");
}

const TURNS = 100;

export async function* callJavascript(quickjs: Quickjs | null, host: Host, laid: LaidOut, calls: Iterable<Call>, limits: ExecuteLimits, signal: AbortSignal | undefined): AsyncGenerator<CallResult, void, void> {
  const all = [...calls];
  let source: string;
  try {
    source = asScript(laid.program.source, laid.program.language === "typescript");
  } catch (error) {
    yield { status: "compile-error", value: null, argsAfter: null, cpuSeconds: null, message: (error as Error).message.slice(0, 300) };
    return;
  }
  if (quickjs !== null && laid.program.files === undefined && !/\brequire\s*\(|\bimport\b/.test(source)) {
    const results = await quickjs.call(source, all, limits.memoryMb, signal);
    // Programs count on more than the language (console, module, structuredClone, Intl, a deep stack): what fails there is judged in Node.
    if (results?.every(({ status }) => status === "ok")) {
      yield* results;
      return;
    }
  }
  yield* callNode(host, laid, source, all, limits, signal);
}

function callNode(host: Host, { program, toolchain, folder }: LaidOut, source: string, calls: readonly Call[], limits: ExecuteLimits, signal: AbortSignal | undefined): AsyncGenerator<CallResult, void, void> {
  const session = openSession(host, {
    argv: [toolchain.run[0]!, toolchain.heap!(limits.memoryMb), "-e", NODE_CALLEE],
    toolchain,
    box: program.files === undefined ? null : folder(),
    limits,
    turns: TURNS,
    signal,
    first: { source, prelude: PRELUDE },
  });
  return callsOver(session, calls, ({ name, args }) => ({ code: callExpression(name, JSON.stringify(args, plainIntegers)) }));
}
