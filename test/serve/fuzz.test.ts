/**
 * Every route of a server, asked what its OpenAPI document says, nearly that, and nothing like it: each is answered as it is meant, in the form
 * of its contract, and the process lives. Bounded and seeded; `node bench/serve-fuzz.ts` draws other seeds for as long as it is told.
 */
import { expect, test } from "vitest";
import { FUZZED, RUNS_CODE } from "../../bench/serve/contracts.ts";
import { fuzz } from "../../bench/serve/fuzz.ts";
import { serve } from "../../bench/serve/process.ts";

test.each(FUZZED.map((contracts) => [contracts]))("every route of %s is answered, and never with a fault of ours", async (contracts) => {
  const served = await serve(["--workers", "1", "--worker-memory", "512", "--log", "none", ...contracts.flatMap((choice) => ["--contract", choice])]);
  const { findings, statuses } = await fuzz(served, { seed: "tests", requests: 1200, abreast: 16, slow: RUNS_CODE, slowOneIn: 12 });
  expect(findings).toEqual([]);
  // Every route has answered something, and most of them a body that was right.
  expect(Object.keys(statuses).filter((key) => key.endsWith(" 200")).length).toBeGreaterThan(4);
  expect(await served.metric("guerdon_worker_deaths_total")).toBe(0);
  expect(await served.metric("guerdon_in_flight")).toBe(1);
  expect(served.lines.filter(({ event }) => event === "unexpected")).toEqual([]);
  expect(await served.end()).toBe(0);
  expect(served.stray()).toBe("");
});
