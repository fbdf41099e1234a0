/** A contract of the tests: items in, numbers out; and a thread that a test can kill. */
import { z } from "zod";
import type { CapabilityProvider, Execute, LoadedProgram } from "../../core/capabilities.ts";
import { numbersOf, scoringRoute, staticRoute, actionRoute, type Contract } from "../contract.ts";

const item = z.looseObject({ response: z.string(), reference: z.unknown().optional(), task: z.string().optional() });
const request = z.strictObject({ items: z.array(item), spec: z.string().optional() });

const plain: Contract = {
  name: "plain",
  summary: "Items of the tests.",
  nulls: "choice",
  sees: "batch",
  routes: [
    scoringRoute({
      method: "POST",
      path: "/plain",
      summary: "Numbers of items",
      request,
      response: z.object({ rewards: z.array(z.number()) }),
      read: ({ items, spec }) => ({
        rollouts: items.map(({ response, reference, task }, i) => ({ id: String(i), group: String(i), prompt: "", response, reference, ...(task === undefined ? {} : { task }) })),
        ...(spec === undefined ? {} : { spec }),
      }),
      write: (_body, _asked, { rows }, nulls) => ({ rewards: numbersOf(rows, nulls) }),
    }),
    actionRoute({
      method: "POST",
      path: "/act/:what",
      summary: "Says what it was given",
      needs: [],
      request: z.looseObject({}),
      response: z.object({ what: z.string() }),
      async run(body, { params, query }) {
        if (body["hang"] === true) {
          await new Promise((done) => setTimeout(done, 50));
          for (;;);
        }
        return { what: params.what!, query };
      },
    }),
  ],
};

/** An action that needs a sandbox. */
const programs: Contract = {
  name: "programs",
  summary: "Programs of the tests.",
  nulls: "said",
  sees: "item",
  runsCode: true,
  routes: [actionRoute({ method: "POST", path: "/program", summary: "Waits as a program does", needs: ["execute"], request: z.looseObject({}), response: z.object({ ran: z.boolean() }), run: async (_body, { capabilities }) => ({ ran: capabilities.execute !== undefined }) })],
};

const grouped: Contract = {
  name: "grouped",
  summary: "Groups of the tests.",
  nulls: "said",
  sees: "group",
  routes: [
    scoringRoute({
      method: "POST",
      path: "/grouped",
      summary: "Scores of groups",
      request: z.strictObject({ items: z.array(z.looseObject({ response: z.string(), reference: z.unknown().optional(), group: z.string().default("g") })) }),
      response: z.object({ rows: z.array(z.unknown()) }),
      read: ({ items }) => ({ rollouts: items.map(({ response, reference, group }, i) => ({ id: String(i), group, prompt: "", response, reference })) }),
      write: (_body, _asked, { rows }) => ({ rows: rows as unknown[] }),
    }),
    staticRoute({ method: "GET", path: "/facts", summary: "The specs", request: null, response: z.object({ specs: z.array(z.string()) }), answer: (_body, _parts, { specs }) => ({ specs: [...specs] }) }),
  ],
};

export const contracts: readonly Contract[] = [plain, grouped, programs];

/** Milliseconds that a program of the sandbox below takes. */
export const PROGRAM_MS = 400;

export { resolveMethod } from "../../methods.ts";

/** A sandbox whose programs take their time and then cannot be run. */
export const openCapabilities: CapabilityProvider = async () => {
  const broken = { exitCode: null, stdout: "", stderr: "", cpuSeconds: null, wallSeconds: 0, peakMemoryMb: null, status: "infrastructure" as const, message: "no sandbox in this test", value: null, argsAfter: null, cases: [], planned: 0, badTests: false };
  const late = async (): Promise<typeof broken> => new Promise((done) => setTimeout(() => done(broken), PROGRAM_MS));
  const program: LoadedProgram = {
    compiled: null,
    run: late,
    test: late,
    async *call() {
      yield await late();
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
  const execute: Execute = Object.assign(async () => program, { isolation: { kind: "none" as const, layers: [] }, languages: ["python" as const] });
  return { given: { execute }, close: async () => undefined };
};

/** Rewards by what a response says: `exit` ends its thread, `hang` never comes back, `wait:MS` takes that long. */
export function scripted({ response }: { readonly response: unknown }): number | null | Promise<number> {
  const text = String(response);
  if (text === "exit") process.exit(1);
  if (text === "hang") for (;;);
  if (text === "null") return null;
  // Nobody waits for this one.
  if (text.startsWith("throw:")) return new Promise(() => setTimeout(() => { throw new Error(text); }, 10));
  if (text.startsWith("wait:")) return new Promise((done) => setTimeout(() => done(1), Number(text.slice(5))));
  if (text.startsWith("busy:")) {
    const until = performance.now() + Number(text.slice(5));
    while (performance.now() < until);
  }
  return text.length;
}
