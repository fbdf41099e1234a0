/** Metrics: what clients and functions name does not grow without end. */
import { expect, it } from "vitest";
import { openMetrics } from "./metrics.ts";

it("counts a bounded number of reasons apart", async () => {
  const metrics = await openMetrics(() => ({ waiting: { light: 0, code: 0 }, inFlight: 0, heapBytes: 0, bodyBytes: 0, connections: 0, ready: true, specFault: false, reloads: 0 }));
  for (let i = 0; i < 1000; i++) metrics.tally({ statuses: {}, nulls: { [`made up ${i}`]: 1 } });
  metrics.tally({ statuses: {}, nulls: { "made up 3": 1 } });
  const lines = (await metrics.text()).split("\n").filter((line) => line.startsWith("guerdon_null_rewards_total{"));
  expect(lines).toHaveLength(201);
  expect(lines).toContain('guerdon_null_rewards_total{reason="made up 3"} 2');
  expect(lines).toContain('guerdon_null_rewards_total{reason="other"} 800');
});
