/** A short soak; `node bench/serve-soak.ts` runs 300,000 requests. Times are not held here: a machine that is shared says little of them. */
import { expect, test } from "vitest";
import { serve } from "../../bench/serve/process.ts";
import { soak, SOAK_FLAGS } from "../../bench/serve/soak.ts";

test("mixed requests, hostile, slow and leaving clients: only answers that are meant, each item its own reward, memory within bounds", async () => {
  const served = await serve([...SOAK_FLAGS, "--workers", "2"]);
  const { wrong, statuses, memory, deaths } = await soak(served, { seed: "tests", requests: 5000, abreast: 32, dropped: 300, slow: 8, stalling: 0, calm: 200 });
  expect(wrong).toEqual([]);
  expect(deaths).toBe(0);
  expect(statuses["one item 200"]).toBeGreaterThan(2000);
  // Heaps of threads grow to what they may before they are collected: a leak of requests is many times this.
  expect(memory.late).toBeLessThan(memory.early * 2);
  expect(await served.end()).toBe(0);
  expect(served.stray()).toBe("");
});
