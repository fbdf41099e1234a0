/** Controls in a procedure's place, and programs run once however many arms ask for them. */
import type { Execute, ExecuteOptions, LoadedProgram, ProgramSource, RunResult } from "../../src/core/capabilities.ts";
import { defineProcedure, type Procedure } from "../../src/core/method.ts";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.ts";

/** A procedure of the same id and options, run by `run`: one term off. */
export function replaceProcedure<In, O extends object, Event, Result>(procedure: Procedure<In, O, Event, Result>, run: (input: In, options: O) => AsyncGenerator<Event, Result, void>): Procedure<In, O, Event, Result> {
  return defineProcedure<In, O, Event, Result>({ id: procedure.record.id, options: procedure.record.options, run });
}

/** What a procedure ends with. */
export async function resultOf<Event, Result>(events: AsyncGenerator<Event, Result, void>): Promise<Result> {
  for (;;) {
    const step = await events.next();
    if (step.done === true) return step.value;
  }
}

const ran = new Map<string, RunResult>();

/** Programs without input, in a sandbox that is opened where one has not been run yet: each is run once in this process, however many arms ask. */
export async function withPrograms<T>(use: (execute: Execute) => Promise<T>): Promise<T> {
  let sandbox: Promise<Sandbox> | null = null;
  const once = async (program: ProgramSource, options?: ExecuteOptions): Promise<LoadedProgram> => {
    const key = JSON.stringify([program, options?.cpuSeconds]);
    if (!ran.has(key)) {
      sandbox ??= createSandbox();
      await using loaded = await (await sandbox).execute(program, options);
      ran.set(key, await loaded.run());
    }
    const only = (): never => {
      throw new TypeError("these programs are only run");
    };
    return { compiled: null, run: async () => ran.get(key)!, call: only, test: only, [Symbol.asyncDispose]: async () => undefined };
  };
  try {
    return await use(Object.assign(once, { isolation: { kind: "bubblewrap", layers: [] } as const, languages: ["python"] as const }));
  } finally {
    await (await (sandbox as Promise<Sandbox> | null))?.close();
  }
}
