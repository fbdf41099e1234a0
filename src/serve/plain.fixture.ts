/** A contract of the tests: items in, numbers out; and a thread that a test can kill. */
import { z } from "zod";
import { numbersOf, scoringRoute, staticRoute, actionRoute, type Contract } from "./contract.ts";

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
      run: async (_body, { params, query }) => ({ what: params.what!, query }),
    }),
  ],
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

export const contracts: readonly Contract[] = [plain, grouped];

/** Rewards by what a response says: `exit` ends its thread, `hang` never comes back, `wait:MS` takes that long. */
export function scripted({ response }: { readonly response: unknown }): number | null | Promise<number> {
  const text = String(response);
  if (text === "exit") process.exit(1);
  if (text === "hang") for (;;);
  if (text === "null") return null;
  if (text.startsWith("wait:")) return new Promise((done) => setTimeout(() => done(1), Number(text.slice(5))));
  if (text.startsWith("busy:")) {
    const until = performance.now() + Number(text.slice(5));
    while (performance.now() < until);
  }
  return text.length;
}
