/** A process that calls functions of programs in quickjs. */
import { stripTypeScriptTypes } from "node:module";
import type { QuickJSContext, QuickJSHandle, QuickJSRuntime, QuickJSWASMModule } from "quickjs-emscripten";
import type { Asked, Told } from "./processes.ts";

export interface QuickjsAsk extends Asked {
  readonly prelude: string;
  readonly source: string;
  /** TypeScript, whose types are erased here: a text can break what erases them, for every text after it. */
  readonly typed: boolean;
  /** An expression a call, which gives text. */
  readonly codes: readonly string[];
  readonly memoryMb: number;
}

/** What one call said: its text, or an error; of a program that does not load `text` is `load`. */
export interface Said {
  readonly text: string;
  readonly error: string | null;
  readonly cpuSeconds: number | null;
}

/** `heavy`: it took more than a moment. */
export type QuickjsReply = { readonly said: readonly Said[] } | { readonly heavy: true };

/** Milliseconds of one call, and of all of them. */
const CALL_MS = 250;
const PROGRAM_MS = 1000;

const MOST_MB = 512;
const STACK_BYTES = 512 << 10;

/** Characters that a result may have. */
const LONGEST = 16 << 20;

let loading: Promise<QuickJSWASMModule> | undefined;

process.on("message", (ask: QuickjsAsk) => {
  void answer(ask);
});
process.on("disconnect", () => process.exit(0));

async function answer(ask: QuickjsAsk): Promise<void> {
  const { id } = ask;
  const tell = (told: Told<QuickjsReply>, then: () => void = () => undefined): void => void process.send!(told, then);
  const quickjs = await (loading ??= import("quickjs-emscripten").then(({ getQuickJS }) => getQuickJS()));
  tell({ id, kind: "ready" });
  let source: string;
  try {
    source = ask.typed ? stripTypeScriptTypes(ask.source) : ask.source;
  } catch (error) {
    // Node says in a sandbox what is wrong with it. What is no fault of syntax may have broken the reader: nothing else is read with it.
    const broken = !["ERR_INVALID_TYPESCRIPT_SYNTAX", "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX"].includes((error as NodeJS.ErrnoException).code ?? "");
    return tell({ id, kind: "result", result: { heavy: true } }, () => void (broken && process.exit(1)));
  }
  const runtime = quickjs.newRuntime({ memoryLimitBytes: Math.min(ask.memoryMb, MOST_MB) * (1 << 20), maxStackSizeBytes: STACK_BYTES });
  const context = runtime.newContext();
  const result = callAll(runtime, context, { ...ask, source });
  try {
    context.dispose();
    runtime.dispose();
    tell({ id, kind: "result", result });
  } catch (error) {
    // A program can leave the interpreter in a state that it does not clean up: nothing else is run in it.
    tell({ id, kind: "result", result }, () => {
      throw error;
    });
  }
}

function callAll(runtime: QuickJSRuntime, context: QuickJSContext, { prelude, source, codes }: QuickjsAsk): QuickjsReply {
  const begun = performance.now();
  let deadline = begun + CALL_MS;
  let late = false;
  runtime.setInterruptHandler(() => (late ||= performance.now() > deadline));
  const broken = load(context, prelude) ?? load(context, source);
  if (late) return { heavy: true };
  if (broken !== null) return { said: [{ text: "load", error: broken, cpuSeconds: null }] };
  const said: Said[] = [];
  // The first call is charged for what the program did as it was loaded.
  let since = begun;
  for (const code of codes) {
    deadline = Math.min(performance.now() + CALL_MS, begun + PROGRAM_MS);
    const got = context.evalCode(code);
    const cpuSeconds = (performance.now() - since) / 1000;
    since = performance.now();
    if (late) {
      got.dispose();
      return { heavy: true };
    }
    if (got.error !== undefined) said.push({ text: "", error: describe(context, got.error), cpuSeconds });
    else {
      const text = got.value.consume((handle) => context.getString(handle));
      said.push(text.length > LONGEST ? { text: "", error: `RangeError: the answer has more than ${LONGEST} characters`, cpuSeconds } : { text, error: null, cpuSeconds });
    }
  }
  return { said };
}

/** Null where the text runs, else its error. */
function load(context: QuickJSContext, text: string): string | null {
  const result = context.evalCode(text, "main.js", { type: "global" });
  if (result.error === undefined) {
    result.value.dispose();
    return null;
  }
  return describe(context, result.error);
}

function describe(context: QuickJSContext, error: QuickJSHandle): string {
  const value = error.consume((handle) => context.dump(handle)) as { readonly name?: unknown; readonly message?: unknown } | string | null;
  return (typeof value === "object" && value !== null ? `${String(value.name ?? "Error")}: ${String(value.message ?? "")}` : `Error: ${String(value)}`).slice(0, 300);
}
