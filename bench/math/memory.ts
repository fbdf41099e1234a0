/**
 * Memory after 10⁵ and after 10⁶ checks, garbage collected: one JSON object on standard output.
 *
 *     node --expose-gc --max-semi-space-size=8 bench/math/memory.ts
 *
 * The checks are the golden samples in turn, each with a number of its own in the reasoning before the answer, so that no two responses are the same text;
 * every reference is read anew in every tenth round. The young generation is held to 8 MB: V8 otherwise grows it as it likes, and resident memory would show that.
 */
import { math } from "../../src/verify/math.ts";
import { fixture, readRows, type GoldenPair } from "./files.ts";

const rows = [...readRows<GoldenPair>(fixture("rewrites.jsonl.gz")), ...readRows<GoldenPair>(fixture("near_miss.jsonl.gz"))];
let prepared = rows.map((row) => math.prepare(row.reference));
const first = 100_000;
const last = Number(process.argv[2] ?? 1_000_000);

function collected(): { heapUsed: number; rss: number } {
  for (let k = 0; k < 4; k++) globalThis.gc!();
  const { heapUsed, rss } = process.memoryUsage();
  return { heapUsed, rss };
}

let at = { heapUsed: 0, rss: 0 };
const started = performance.now();
let statuses = 0;
for (let k = 0; k < last; k++) {
  const row = rows[k % rows.length]!;
  if (k % (10 * rows.length) === 0 && k > 0) prepared = rows.map((r) => math.prepare(r.reference));
  statuses += prepared[k % rows.length]!(`Step ${k}.\n${row.response}`).status.length;
  if (k + 1 === first) at = collected();
}
const end = collected();
console.log(JSON.stringify({ checks: last, seconds: (performance.now() - started) / 1000, at, end, heapGrowth: end.heapUsed / at.heapUsed - 1, rssGrowth: end.rss / at.rss - 1, statuses }));
