/** Several servers behind a balancer, under load, of which one is told to end, another is killed and a third comes: no request is lost, and each has its own answer. */
import { Agent } from "node:http";
import { expect, test } from "vitest";
import { balance } from "../../bench/serve/balancer.ts";
import { ask, serve, type Served } from "../../bench/serve/process.ts";

const FLAGS = ["--workers", "1", "--contract", "openrlhf:retry", "--log", "none"];

interface Load {
  /** Statuses that clients saw, and how often. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly wrong: readonly string[];
}

/** Clients that ask, each its own questions, until `over`. */
async function load(url: string, clients: number, over: () => boolean): Promise<Load> {
  const statuses: Record<string, number> = {};
  const wrong: string[] = [];
  const agent = new Agent({ keepAlive: true });
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let i = 0; !over(); i++) {
        const right = Array.from({ length: 8 }, (_each, k) => (client + i + k) % 3 === 0);
        const body = JSON.stringify({ query: right.map((so, k) => `Q \\boxed{${so ? i + k : i + k + 1}}`), prompts: right.map(() => "Q "), labels: right.map((_each, k) => String(i + k)) });
        try {
          const { status, body: said } = await ask(`${url}/get_reward`, { body, agent });
          statuses[status] = (statuses[status] ?? 0) + 1;
          if (status === 200 && JSON.stringify((JSON.parse(said.toString()) as { rewards: number[] }).rewards) !== JSON.stringify(right.map(Number))) wrong.push(said.toString());
          if (status !== 200) await new Promise((next) => setTimeout(next, 20));
        } catch (error) {
          const { message } = error as Error;
          statuses[message] = (statuses[message] ?? 0) + 1;
        }
      }
    }),
  );
  agent.destroy();
  return { statuses, wrong };
}

const pause = (ms: number): Promise<unknown> => new Promise((done) => setTimeout(done, ms));

test("a server that is told to end, or killed, costs no request where the balancer asks the next", async () => {
  const servers: Served[] = await Promise.all([serve(FLAGS), serve(FLAGS), serve(FLAGS)]);
  const balancer = await balance(servers.map(({ url }) => url), { lookMs: 100, retries: true });
  let over = false;
  const asked = load(balancer.url, 24, () => over);
  await pause(700);
  // Drained.
  expect(await servers[0]!.end()).toBe(0);
  await pause(300);
  // A new one takes its place.
  const fourth = await serve(FLAGS);
  balancer.add(fourth.url);
  await pause(500);
  await servers[1]!.end("SIGKILL");
  await pause(500);
  const [taken, by] = [await servers[2]!.metric('guerdon_requests_total{route="/get_reward",status="200"}'), await fourth.metric('guerdon_requests_total{route="/get_reward",status="200"}')];
  over = true;
  const { statuses, wrong } = await asked;
  expect(Object.keys(statuses)).toEqual(["200"]);
  expect(statuses["200"]).toBeGreaterThan(100);
  expect(wrong).toEqual([]);
  // Both that are left had their share.
  expect(Math.min(taken, by)).toBeGreaterThan(0);
  await balancer.close();
  expect(await Promise.all([servers[2]!.end(), fourth.end()])).toEqual([0, 0]);
});

test("a server that is told to end cuts no connection of a balancer that asks once: what it does not take it says", async () => {
  const servers: Served[] = await Promise.all([serve(FLAGS), serve(FLAGS)]);
  const balancer = await balance(servers.map(({ url }) => url), { lookMs: 100, retries: false });
  let over = false;
  const asked = load(balancer.url, 24, () => over);
  await pause(700);
  expect(await servers[0]!.end()).toBe(0);
  await pause(500);
  over = true;
  const { statuses, wrong } = await asked;
  expect(wrong).toEqual([]);
  // 503 says to ask another; nothing was taken and not answered.
  expect(Object.keys(statuses).filter((status) => !["200", "503"].includes(status))).toEqual([]);
  await balancer.close();
  expect(await servers[1]!.end()).toBe(0);
});
