/**
 * A soak of `guerdon serve`: mixed requests, with answers made to exhaust a verifier, bodies that are none, clients that are slow or leave, bodies
 * that are too large, and connections opened and dropped.
 *
 *     node bench/serve-soak.ts [--requests 300000] [--dropped 10000] [--abreast 48] [--seed WORD] [--workers 2]
 *
 * Exit 100 where anything was answered as it was not meant, a reward was not that of its item, or a thread died. Memory and times are said, for the
 * reader to judge: what a machine shared with others says of a 99th percentile is little.
 */
import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { serve } from "./serve/process.ts";
import { soak, SOAK_FLAGS } from "./serve/soak.ts";

const { values } = parseArgs({
  options: { requests: { type: "string", default: "300000" }, dropped: { type: "string", default: "10000" }, abreast: { type: "string", default: "48" }, seed: { type: "string", default: "a" }, workers: { type: "string", default: String(availableParallelism()) } },
});
const served = await serve([...SOAK_FLAGS, "--workers", values.workers]);
const requests = Number(values.requests);
const { seconds, statuses, wrong, before, during, after, memory, deaths } = await soak(served, { seed: values.seed, requests, abreast: Number(values.abreast), dropped: Number(values.dropped), slow: 40, stalling: 20, calm: 3000, said: (progress) => console.log(progress) });

console.log(`\n${requests} requests in ${seconds.toFixed(0)} s (${(requests / seconds).toFixed(0)} a second), ${values.dropped} connections opened and dropped, load ${loadavg()[0]!.toFixed(1)} of ${availableParallelism()} cores`);
for (const [key, n] of Object.entries(statuses).toSorted(([a], [b]) => (a < b ? -1 : 1))) console.log(`  ${String(n).padStart(7)} ${key}`);
console.log(`memory, MiB: ${memory.early.toFixed(0)} in the second fifth, ${memory.late.toFixed(0)} in the last (${(memory.late / memory.early).toFixed(2)} times), ${memory.most.toFixed(0)} at most, ${memory.rest.toFixed(0)} at rest; ${memory.slope.toFixed(1)} a 100,000 requests by least squares`);
console.log(`one item, ms: calm p50 ${before.p50.toFixed(2)} p99 ${before.p99.toFixed(2)}; within p50 ${during.p50.toFixed(2)} p99 ${during.p99.toFixed(2)}; calm again p50 ${after.p50.toFixed(2)} p99 ${after.p99.toFixed(2)} (${(after.p99 / before.p99).toFixed(2)} times)`);
console.log(`threads that died: ${deaths}; not as it was meant: ${wrong.length}`);
for (const each of wrong) console.log(`  ${each.slice(0, 500)}`);
const code = served.ended() ? served.child.exitCode : await served.end();
console.log(`ended with ${code}${served.stray() === "" ? "" : `, and said ${served.stray().slice(0, 2000)}`}`);
process.exitCode = wrong.length > 0 || deaths > 0 || code !== 0 ? 100 : 0;
