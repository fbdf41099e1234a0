import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bodyText, choiceText, contractFixtures, expectAnswer, type ContractCase, type ContractFixture } from "../../../test/fixtures/contracts.ts";
import { parseChoice } from "../contract.ts";
import { startServer, type Server } from "../http/server.ts";
import { contracts } from "./index.ts";
import { native } from "./native.ts";

/** The way most cases of a contract ask for it; the others are held without a port. */
function usual(fixture: ContractFixture): readonly [told: string, cases: readonly ContractCase[]] {
  const counts = Map.groupBy(fixture.cases, (each) => choiceText(fixture.contract, each));
  return [...counts].reduce((most, each) => (each[1].length > most[1].length ? each : most));
}

/** A server with contracts as `guerdon serve --contract` starts it. Fixtures agree on the default spec. */
function serve(fixtures: readonly ContractFixture[]): Promise<Server> {
  const specs = new Map(fixtures.flatMap(({ specs: documents }) => Object.entries(documents)));
  return startServer({
    host: "127.0.0.1",
    port: 0,
    specs: [...specs].map(([name, document]) => ({ name: name === "" ? null : name, from: { kind: "document", document, base: null } })),
    contracts: [{ contract: native, nulls: "said", settings: {} }, ...fixtures.map((fixture) => parseChoice(usual(fixture)[0], contracts))],
    known: contracts,
    contractsUrl: new URL("./served.ts", import.meta.url).href,
    methodsUrl: new URL("../../methods.ts", import.meta.url).href,
    workers: 1,
    memoryMb: 256,
    tokens: null,
    log: () => undefined,
    logRequests: "none",
    logBodies: false,
    watchMs: 0,
  });
}

let all: Server;
/** TEI and vLLM both have /rerank. */
let tei: Server;
beforeAll(async () => {
  [all, tei] = await Promise.all([serve(contractFixtures.filter(({ contract }) => contract !== "tei")), serve(contractFixtures.filter(({ contract }) => contract === "tei"))]);
}, 60_000);
afterAll(() => Promise.all([all.close(), tei.close()]));

async function ask(server: Server, fixed: ContractCase): Promise<{ status: number; text: string }> {
  const [method, address] = fixed.route.split(" ") as [string, string];
  const response = await fetch(`${server.url}${address}`, { method, ...(method === "GET" ? {} : { headers: { "content-type": "application/json" }, body: bodyText(fixed) }) });
  return { status: response.status, text: await response.text() };
}

describe("contracts over HTTP", () => {
  it.each(contractFixtures.map((fixture) => [fixture.contract, fixture] as const))(
    "%s",
    async (name, fixture) => {
      for (const fixed of usual(fixture)[1]) expectAnswer(await ask(name === "tei" ? tei : all, fixed), fixed);
    },
    60_000,
  );

  it("share /v1/score with the native call, which is told by its rollouts", async () => {
    const response = await fetch(`${all.url}/v1/score`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ rollouts: [{ prompt: "6 × 7?", response: "\\boxed{42}", reference: "42" }] }) });
    expect(((await response.json()) as { rows: { reward: number }[] }).rows[0]!.reward).toBe(1);
    const broken = await fetch(`${all.url}/v1/score`, { method: "POST", headers: { "content-type": "application/json" }, body: "{" });
    expect(broken.status).toBe(400);
  });

  it("are not served together where they have one path", async () => {
    await expect(serve(contractFixtures.filter(({ contract }) => contract === "tei" || contract === "vllm"))).rejects.toThrow(/both answer POST \/rerank; start one server for each/);
  });
});

/** What the clients do that cannot be installed small, said again in a few lines, with their place. */
describe("clients", () => {
  const post = async (url: string, body: unknown): Promise<unknown> => {
    const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${response.status}`);
    return response.json();
  };

  /** `_fetch_rewards_via_http` of openrlhf/utils/agent.py and what `execute` takes of it, OpenRLHF/OpenRLHF at 3c3be62. */
  it("OpenRLHF with two URLs: one query, sharded, the first answer taken", async () => {
    const { url } = all;
    const endpoints = [`${url}/get_reward`, `${url}/get_reward`];
    const [queries, prompts, labels] = [["6 × 7 = \\boxed{42}<|im_end|>"], ["6 × 7 = "], ["42"]];
    const size = Math.floor((queries.length + endpoints.length - 1) / endpoints.length);
    const answers = await Promise.all(endpoints.map((endpoint, i) => post(endpoint, { query: queries.slice(i * size, (i + 1) * size), prompts: prompts.slice(i * size, (i + 1) * size), labels: labels.slice(i * size, (i + 1) * size) })));
    const [first, second] = answers as { rewards: number[]; scores: number[]; extra_logs: Record<string, number[]> }[];
    expect(first!.rewards).toEqual([1]);
    expect(first!.scores ?? first!.rewards).toEqual([1]);
    // torch.tensor([value]) of each log: lists of one number, every one of them.
    expect(Object.values(first!.extra_logs).every((values) => values.length === 1 && values.every(Number.isFinite))).toBe(true);
    expect(second!.rewards).toEqual([]);
  });

  /** `remote_rm` of slime/rollout/rm_hub/__init__.py, THUDM/slime at 624b824: the JSON is the reward. */
  it("slime", async () => {
    expect(await post(`${all.url}/remote_rm`, { prompt: "6 × 7?", response: "\\boxed{42}", label: "42" })).toBe(1);
  });

  /** `compute_score_disrm` of verl 0.9.1, verl/experimental/reward_loop/reward_loop.py. */
  it("verl's router of a reward model, in vLLM's and SGLang's way", async () => {
    const input = "<|im_start|>user\n6 × 7?<|im_end|>\n<|im_start|>assistant\n<think>x</think><answer>42</answer><|im_end|>\n";
    const output = (await post(`${all.url}/classify?spec=format`, { model: "rm", input, use_activation: false })) as { data: { probs: number[] }[] };
    expect(output.data.at(-1)!.probs.at(-1)).toBe(1);
    const embedded = (await post(`${all.url}/v1/embeddings?spec=format`, { model: "rm", input })) as { data: { embedding: number[] }[] };
    expect(embedded.data.at(-1)!.embedding.at(-1)).toBe(1);
  });

  /** `CodeVerifier.async_call` of open_instruct/ground_truth_utils.py, allenai/open-instruct at e6c3044, with its performance penalty. */
  it("open-instruct's verifier of code", async () => {
    const { url } = all;
    const most = 2;
    const { results, runtimes } = (await post(`${url}/test_program`, { program: "def f(x):\n    return x + 1", tests: ["assert f(1) == 2", "assert f(2) == 4"], max_execution_time: most })) as { results: number[]; runtimes: number[] };
    expect(results.reduce((a, b) => a + b) / results.length).toBe(0.5);
    const penalised = results.map((passed, i) => passed * ((most - runtimes[i]!) / most));
    expect(penalised[0]).toBeGreaterThan(0);
    expect(penalised[0]).toBeLessThanOrEqual(1);
    expect(penalised[1]).toBe(0);
  });

  /** `_process_single_case` and `check_correctness` of verl 0.9.1, verl/utils/reward_score/sandbox_fusion/utils.py: status and exact output decide. */
  it("verl's client of SandboxFusion", async () => {
    const { url } = all;
    const judge = async (stdin: string, expected: string): Promise<true | false | -1 | -2 | -3 | -4> => {
      const answer = (await post(`${url}/run_code`, { compile_timeout: 10, run_timeout: 1, code: "n = int(input())\nwhile n == 0: pass\nprint(6 // (n - 1))", stdin, memory_limit_MB: 1024, language: "python", files: {}, fetch_files: [] })) as {
        status: string;
        compile_result: { status: string; return_code: number } | null;
        run_result: { status: string; stdout: string; return_code: number | null } | null;
      };
      if (answer.status === "SandboxError") return -1;
      if (answer.compile_result !== null && (answer.compile_result.status === "Error" || answer.compile_result.return_code !== 0)) return -4;
      if (answer.run_result!.status === "TimeLimitExceeded") return -3;
      if (answer.run_result!.return_code !== 0) return -2;
      return answer.status === "Success" && answer.run_result!.stdout.replace(/\n+$/, "") === expected.replace(/\n+$/, "");
    };
    expect(await Promise.all([judge("3", "3\n"), judge("3", "4"), judge("1", "x"), judge("0", "x")])).toEqual([true, false, -2, -3]);
  }, 60_000);
});
