/** Python: calls of functions, and test code that runs beside the program in another sandbox. */
import type { Call, CallResult, ExecuteLimits, TestCase, TestResult, TestSource } from "../core/capabilities.ts";
import { compiledHarness } from "./harness/compiled.ts";
import { PYTHON_CALLEE } from "./harness/python-callee.ts";
import { PYTHON_TESTER } from "./harness/python-tester.ts";
import type { Host } from "./host.ts";
import type { LaidOut } from "./program.ts";
import { openSession, type Session } from "./session.ts";
import { answerOf, BadMessage, plainOf, taggedOf, type Answer } from "./values.ts";

function open(host: Host, { program, toolchain, folder }: LaidOut, limits: ExecuteLimits, turns: number, signal: AbortSignal | undefined, module: string): Session {
  return openSession(host, {
    argv: [...toolchain.run, "-c", compiledHarness(host, toolchain, PYTHON_CALLEE)],
    toolchain,
    box: program.files === undefined ? null : folder(),
    limits,
    turns,
    signal,
    first: { source: program.source, prelude: program.prelude ?? "", module },
  });
}

/** Most calls one session is given CPU time for. */
const TURNS = 100;

/** Calls of functions of a Python program. */
export function callPython(host: Host, laid: LaidOut, calls: Iterable<Call>, limits: ExecuteLimits, signal: AbortSignal | undefined): AsyncGenerator<CallResult, void, void> {
  return callsOver(open(host, laid, limits, TURNS, signal, "solution"), calls, ({ name, args }) => ({ op: "call", f: { g: name }, a: args.map(taggedOf), n: {}, drain: true }));
}

/** Calls in order over a session, which is closed at the end; the next one is sent when the next result is asked for. */
export async function* callsOver(session: Session, calls: Iterable<Call>, request: (call: Call) => unknown): AsyncGenerator<CallResult, void, void> {
  try {
    const ready = await loaded(session);
    if (ready !== null) {
      yield ready;
      return;
    }
    // The first call is charged for what the program did as it was loaded.
    let before: number | null = 0;
    for (const call of calls) {
      session.send(request(call));
      const got = await session.receive();
      const after = session.cpuSeconds();
      const cpuSeconds = before === null || after === null ? null : Math.max(0, after - before);
      before = after;
      if ("ended" in got) {
        yield ended(got.ended);
        return;
      }
      yield resultOf(got.message, cpuSeconds);
    }
  } finally {
    await session.close();
  }
}

/** What a program's answer to a call says; an answer that is none is the program's fault. */
export function resultOf(message: unknown, cpuSeconds: number | null): CallResult {
  try {
    const { r, a, e } = answerOf(message);
    if (e !== undefined) return { status: e.type === "MemoryError" ? "memory" : "runtime-error", value: null, argsAfter: null, cpuSeconds, message: `${e.type}: ${e.text}`.slice(0, 300) };
    const [value, ...after] = plainOf([r, ...(a ?? [])]) as unknown[];
    return { status: "ok", value, argsAfter: a === undefined ? null : after, cpuSeconds, message: "" };
  } catch (error) {
    if (!(error instanceof BadMessage)) throw error;
    return { status: error.status, value: null, argsAfter: null, cpuSeconds, message: error.message };
  }
}

export function ended({ status, message, cpuSeconds }: { readonly status: CallResult["status"]; readonly message: string; readonly cpuSeconds: number | null }): CallResult {
  return { status: status === "ok" ? "runtime-error" : status, value: null, argsAfter: null, cpuSeconds, message: message === "" ? "the program ended before it answered" : message };
}

/** Null once the program is loaded; else how it failed to. */
export async function loaded(session: Session): Promise<CallResult | null> {
  const got = await session.receive();
  if ("ended" in got) return ended(got.ended);
  let e: Answer["e"];
  try {
    ({ e } = answerOf(got.message));
  } catch (error) {
    if (!(error instanceof BadMessage)) throw error;
    return { status: error.status, value: null, argsAfter: null, cpuSeconds: null, message: error.message };
  }
  if (e === undefined) return null;
  const unreadable = e.type === "SyntaxError" || e.type === "IndentationError" || e.type === "TabError";
  return { status: unreadable ? "compile-error" : e.type === "MemoryError" ? "memory" : "runtime-error", value: null, argsAfter: null, cpuSeconds: null, message: `${e.type}: ${e.text}`.slice(0, 300) };
}

/** Null where the test code may be given the message. */
function refused(message: unknown): CallResult | null {
  try {
    answerOf(message);
    return null;
  } catch (error) {
    if (!(error instanceof BadMessage)) throw error;
    return { status: error.status, value: null, argsAfter: null, cpuSeconds: null, message: error.message };
  }
}

interface FromTester {
  readonly u?: unknown;
  readonly case?: TestCase;
  readonly bad?: boolean;
  readonly planned?: number;
  readonly done?: boolean;
}

/** Test code in one sandbox, the program in another; what passes between them is data, and passes through here. */
export async function testPython(host: Host, laid: LaidOut, { source, setup = "", entry = "", module = "solution" }: TestSource, limits: ExecuteLimits, signal: AbortSignal | undefined): Promise<TestResult> {
  const program = open(host, laid, limits, TURNS, signal, module);
  const cases: TestCase[] = [];
  let bad = false;
  let planned = 0;
  const result = (status: TestResult["status"], message: string): TestResult => ({ status, cases, planned: Math.max(planned, cases.length), badTests: bad, cpuSeconds: program.cpuSeconds(), message });
  try {
    const failed = await loaded(program);
    if (failed !== null) return result(failed.status, failed.message);
    const tester = openSession(host, {
      argv: [...laid.toolchain.run, "-c", compiledHarness(host, laid.toolchain, PYTHON_TESTER)],
      toolchain: laid.toolchain,
      box: null,
      limits: { ...limits, memoryMb: Math.max(limits.memoryMb, 512) },
      turns: TURNS,
      signal,
      first: { source, setup, entry, module },
    });
    try {
      let dead: CallResult | null = null;
      for (;;) {
        // The tester waits for the program as long as that may take, and has its own time besides.
        const got = await tester.receive();
        if ("ended" in got) return result(got.ended.status === "ok" ? "infrastructure" : got.ended.status, `the test code did not end: ${got.ended.message}`);
        const message = got.message as FromTester;
        if (message.case !== undefined) {
          cases.push(message.case);
          if (message.bad === true) bad = true;
        } else if (message.planned !== undefined) {
          planned = message.planned;
        } else if (message.done === true) {
          return dead === null ? result("ok", "") : result(dead.status, dead.message);
        } else if (message.u !== undefined && dead === null) {
          program.send(message.u);
          const answer = await program.receive();
          dead = "ended" in answer ? ended(answer.ended) : refused(answer.message);
          tester.send(dead === null ? (answer as { readonly message: unknown }).message : { dead: dead.message });
        } else if (message.u !== undefined) tester.send({ dead: dead!.message });
      }
    } finally {
      await tester.close();
    }
  } finally {
    await program.close();
  }
}
