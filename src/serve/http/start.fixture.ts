/** Servers of the tests: real ones, on a free port, with the contracts of `plain.fixture.ts`. */
import type { RewardSource } from "../../pipeline/index.ts";
import type { NullPolicy } from "../contract.ts";
import type { SpecSetting } from "./engine.ts";
import { contracts } from "./plain.fixture.ts";
import { startServer, type ServeOptions, type Server } from "./server.ts";

const here = new URL("./plain.fixture.ts", import.meta.url);

export const MATH: RewardSource = { kind: "document", document: { guerdon: 1, rewards: { correct: "verify/math" } }, base: null };

/** The scripted reward of `plain.fixture.ts`. */
export const SCRIPTED: RewardSource = { kind: "document", document: { guerdon: 1, rewards: { scripted: "./plain.fixture.ts#scripted" } }, base: new URL(".", import.meta.url).pathname };

export interface Started extends Server {
  /** Lines of the log. */
  readonly lines: Record<string, unknown>[];
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  metric(name: string, headers?: Record<string, string>): Promise<number>;
}

export async function start(given: Partial<ServeOptions> & { readonly on?: readonly string[]; readonly nulls?: NullPolicy } = {}): Promise<Started> {
  const { on = ["plain"], nulls = "retry", ...options } = given;
  const lines: Record<string, unknown>[] = [];
  const server = await startServer({
    host: "127.0.0.1",
    port: 0,
    specs: [{ name: null, from: MATH } satisfies SpecSetting],
    contracts: on.map((name) => {
      const contract = contracts.find((each) => each.name === name)!;
      return { contract, nulls: contract.nulls === "said" ? "said" : nulls, settings: {} };
    }),
    known: contracts,
    contractsUrl: here.href,
    methodsUrl: here.href,
    workers: 1,
    memoryMb: 256,
    tokens: null,
    log: (level, event, fields) => lines.push({ level, event, ...fields }),
    logRequests: "all",
    logBodies: false,
    watchMs: 0,
    ...options,
    // Tests do not wait for clients that come late.
    limits: { quietSeconds: 0, ...options.limits },
  });
  return {
    ...server,
    lines,
    post: (path, body, headers = {}) => fetch(`${server.url}${path}`, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: typeof body === "string" ? body : JSON.stringify(body) }),
    async metric(name, headers = {}) {
      const text = await (await fetch(`${server.url}/metrics`, { headers })).text();
      const line = text.split("\n").find((each) => each.startsWith(`${name} `));
      return line === undefined ? 0 : Number(line.slice(name.length + 1));
    },
  };
}

/** Waits until something is so. */
export async function until(so: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await so())) await new Promise((done) => setTimeout(done, 20));
}
