import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bodyText, choiceText, contractFixtures, expectAnswer, type ContractCase, type ContractFixture } from "../../../test/fixtures/contracts.ts";
import type { Execute, OpenCapabilities, RunResult } from "../../core/capabilities.ts";
import { PASSING_REASONS, undecided } from "../../core/verdict.ts";
import { openCapabilities, resolveMethod } from "../../methods.ts";
import { compileSpec, evaluator, type ScoredFields } from "../../pipeline/index.ts";
import { onTheWire } from "../../pipeline/line.ts";
import { answerBody, type Answer, type Desk, type LoadedSpec } from "../http/body.ts";
import { NullError, numberOf, parseChoice, RetryError, type ContractChoice } from "../contract.ts";
import { openRoutes } from "../http/routes.ts";
import { contracts } from "./index.ts";

let opened: OpenCapabilities;
beforeAll(async () => {
  opened = await openCapabilities(["execute"], {});
});
afterAll(() => opened.close());

async function specOf(name: string, document: unknown): Promise<LoadedSpec> {
  const compiled = await compileSpec(document, { methods: resolveMethod });
  const evaluate = evaluator(compiled, { seed: 0 });
  return { name: name === "" ? null : name, compiled, score: (rollouts) => Promise.all(rollouts.map(evaluate)) };
}

/** The desk of a thread of a server with this contract alone. */
async function deskOf(choice: ContractChoice, specs: readonly LoadedSpec[]): Promise<Desk> {
  const { contract, settings } = choice;
  const states = new Map(contract.open === undefined ? [] : [[contract.name, await contract.open(settings)]]);
  return { routes: openRoutes([choice]), specs, states, items: 1000, heapBytes: 2 ** 30, facts: { version: "0.0.0", specs: ["default"] }, methods: resolveMethod, capabilities: opened.given };
}

async function answer(desk: Desk, fixed: ContractCase): Promise<Answer> {
  const [method, address] = fixed.route.split(" ") as [string, string];
  const { pathname, searchParams } = new URL(address, "http://localhost");
  let params: Record<string, string> = {};
  const index = desk.routes.findIndex(({ route }) => {
    const match = new RegExp(`^${route.path.replace(/:(\w+)/g, "(?<$1>[^/]+)")}$`).exec(pathname);
    if (match !== null && route.method === method) params = { ...match.groups };
    return match !== null && route.method === method;
  });
  return answerBody(desk, index, Buffer.from(bodyText(fixed)), { params, query: Object.fromEntries(searchParams) }, { job: 1, apart: false }, () => AbortSignal.timeout(30_000));
}

describe.each(contractFixtures.map((fixture) => [fixture.contract, fixture] as const))("%s", (name, fixture: ContractFixture) => {
  it("names its source", () => {
    expect(fixture.sources.length).toBeGreaterThan(0);
    expect(fixture.sources.every(({ repository, commit, files }) => repository.includes("/") && commit !== "" && files.length > 0)).toBe(true);
  });

  it("has a case for every route, and each answer is of the route's schema", async () => {
    const contract = contracts.find((each) => each.name === name)!;
    for (const { method, path } of contract.routes) {
      const pattern = new RegExp(`^${method} ${path.replace(/:\w+/g, "[^/?]+")}($|\\?)`);
      if (!SAME.has(path)) expect(fixture.cases.some(({ route }) => pattern.test(route)), `${method} ${path}`).toBe(true);
    }
  });

  it.each(fixture.cases.map((each) => [each.fact, each] as const))("%s", async (_fact, fixed) => {
    const choice = parseChoice(choiceText(name, fixed), contracts);
    const specs = await Promise.all(Object.entries(fixture.specs).map(([spec, document]) => specOf(spec, document)));
    const desk = await deskOf(choice, specs);
    const given = await answer(desk, fixed);
    expectAnswer(given, fixed);
    if (given.status !== 200 || fixed.raw === true) return;
    const [method, address] = fixed.route.split(" ");
    const route = choice.contract.routes.find(({ method: its, path }) => its === method && new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}$`).test(address!.split("?")[0]!))!;
    expect(route.response.safeParse(JSON.parse(given.text)).error?.issues ?? []).toEqual([]);
  });
});

/** A body with one of its values replaced, left out or put into a list. */
function mutant(body: unknown, path: number, value: unknown): unknown {
  const places: (readonly [holder: object, key: string])[] = [];
  const copy = structuredClone(body);
  const walk = (each: unknown): void => {
    if (typeof each !== "object" || each === null) return;
    for (const key of Object.keys(each)) {
      places.push([each, key]);
      walk((each as Record<string, unknown>)[key]);
    }
  };
  walk(copy);
  if (places.length === 0) return value;
  const [holder, key] = places[path % places.length]! as [Record<string, unknown>, string];
  if (value === undefined) delete holder[key];
  else holder[key] = value;
  return copy;
}

describe("bodies that are nearly right", () => {
  const strange = fc.oneof(fc.constant(undefined), fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>, fc.constantFrom<unknown>("<|im_start|>assistant\n", [], {}, [[]], "\ud800", 1e308, -0, "x".repeat(3000)));
  it.each(contractFixtures.filter(({ contract }) => !contracts.find(({ name }) => name === contract)!.runsCode).map((fixture) => [fixture.contract, fixture] as const))("%s: each is answered or refused, none is a fault of ours", async (name, fixture) => {
    const specs = await Promise.all(Object.entries(fixture.specs).map(([spec, document]) => specOf(spec, document)));
    const desk = await deskOf(parseChoice(choiceText(name, fixture.cases[0]!), contracts), specs);
    const cases = fixture.cases.filter(({ body }) => body !== undefined);
    await fc.assert(
      fc.asyncProperty(fc.nat(cases.length - 1), fc.nat(200), strange, async (at, path, value) => {
        const { body, ...rest } = cases[at]!;
        const given = await answer(desk, { ...rest, text: JSON.stringify(mutant(body, path, value)) ?? "" });
        expect(given.error, `${given.status} ${given.text}`).toBeNull();
        expect([200, 400, 422, 424, 503]).toContain(given.status);
        expect(() => JSON.parse(given.text) as unknown).not.toThrow();
      }),
      { numRuns: 400, seed: 5 },
    );
  });
});

/** Routes of one function under several paths. */
const SAME: ReadonlySet<string> = new Set(["/v1/rerank", "/v2/rerank", "/rerank", "/score", "/v1/score", "/list_ids", "/get_prompt_by_id", "/get_metrics", "/get_metrics_function"]);

describe("a sandbox that fails", () => {
  const broken: RunResult = { status: "infrastructure", exitCode: null, stdout: "", stderr: "", wallSeconds: 0, cpuSeconds: null, peakMemoryMb: null, message: "the sandbox was killed" };
  const execute = Object.assign(() => Promise.resolve({ compiled: null, run: () => Promise.resolve(broken), [Symbol.asyncDispose]: () => Promise.resolve() }), { languages: ["python"] }) as unknown as Execute;

  it("is no fault of a program: 504, after which verl's client asks again, where it calls it wrong for a SandboxError", async () => {
    const desk = { ...(await deskOf(parseChoice("sandbox-fusion", contracts), [])), capabilities: { execute } };
    const config = { dataset_type: "CommonOJDataset", language: "python", provided_data: { test: [{ input: { stdin: "" }, output: { stdout: "" } }] } };
    for (const [route, body] of [["POST /run_code", { code: "", language: "python" }], ["POST /submit", { dataset: "mine", id: 1, completion: "```python\n```", config }]] as const) {
      const given = await answer(desk, { fact: "", with: "", route, body, status: 504, answer: null });
      expect([given.status, (JSON.parse(given.text) as { detail: string }).detail]).toEqual([504, "serve: the program could not be run: the sandbox was killed"]);
    }
  });
});

describe("contracts", () => {
  it("have each a fixture", () => expect(contractFixtures.map(({ contract }) => contract).toSorted()).toEqual(contracts.map(({ name }) => name).toSorted()));

  it("ask for a choice where they cannot say null", () => {
    for (const { name, nulls } of contracts)
      if (nulls === "said") expect(parseChoice(name, contracts).nulls).toBe("said");
      else expect(() => parseChoice(name, contracts)).toThrow(/must be chosen/);
    expect(parseChoice("nemo-gym:said", contracts).nulls).toBe("said");
    expect(() => parseChoice("openrlhf:said", contracts)).toThrow(/must be retry, fail or neutral=NUMBER/);
    expect(() => parseChoice("openrlhf:neutral", contracts)).toThrow(/neutral must have a finite number, as in openrlhf:neutral=0\.5, got none$/);
    expect(() => parseChoice("openrlhf:neutral=none", contracts)).toThrow(/got "none"$/);
  });

  it("are asked again only for what may pass; Python's list of it is the same", () => {
    const row = (...codes: string[]): ScoredFields => ({ rewards: {}, verdicts: Object.fromEntries(codes.map((code) => [code, onTheWire(undecided(code, ""), { response: "" })])), reward: null, advantage: null });
    for (const codes of [["infrastructure"], ["no-reference", "worker-lost"], []]) expect(() => numberOf(row(...codes), "retry")).toThrow(RetryError);
    for (const codes of [["no-reference"], ["bad-reference", "open"]]) expect(() => numberOf(row(...codes), "retry")).toThrow(NullError);
    const python = /PASSING_REASONS = frozenset\((.*)\)/.exec(readFileSync("clients/python/guerdon/guerdon/_null.py", "utf8"))![1]!;
    expect([...python.matchAll(/"([^"]+)"/g)].map(([, code]) => code)).toEqual([...PASSING_REASONS]);
  });

  it("refuse a setting that is none", async () => {
    await expect(parseChoice("openrlhf:retry,shape=list", contracts).contract.open!({ shape: "list" })).rejects.toThrow(/"shape" must be "lists" or "scalars"/);
    expect(() => parseChoice("openrlhf:retry,shap=lists", contracts)).toThrow(/did you mean "shape"/);
  });
});
