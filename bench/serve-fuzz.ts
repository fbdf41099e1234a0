/**
 * Schema-driven fuzzing of every route of `guerdon serve`: bodies that its OpenAPI document allows, nearly allows, and never would.
 *
 *     node bench/serve-fuzz.ts [--seed WORD] [--requests 20000] [--contracts tei:retry,slime:fail]
 *
 * Without --contracts two servers, one after the other: TEI's routes, and all others. Exit 100 where anything was found.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { fuzz } from "./serve/fuzz.ts";
import { FUZZED, RUNS_CODE } from "./serve/contracts.ts";
import { residentMb, serve } from "./serve/process.ts";

const { values } = parseArgs({ options: { seed: { type: "string", default: "a" }, requests: { type: "string", default: "20000" }, contracts: { type: "string" } } });

const servers = values.contracts === undefined ? FUZZED : [values.contracts.split(",")];
let found = 0;
for (const contracts of servers) {
  const served = await serve(["--workers", String(availableParallelism()), "--worker-memory", "512", "--log", "none", ...contracts.flatMap((choice) => ["--contract", choice])]);
  const before = residentMb(served.pid);
  const { requests, statuses, findings } = await fuzz(served, { seed: values.seed, requests: Number(values.requests), abreast: 24, slow: RUNS_CODE, slowOneIn: 10 });
  console.log(`\n${contracts.join(" ")}: ${requests} requests, ${findings.length} found, resident ${before.toFixed(0)} → ${residentMb(served.pid).toFixed(0)} MiB, ${await served.metric("guerdon_worker_deaths_total")} threads died`);
  for (const [key, n] of Object.entries(statuses).toSorted(([a], [b]) => (a < b ? -1 : 1))) console.log(`  ${String(n).padStart(6)} ${key}`);
  for (const { what, asked, answered } of findings.slice(0, 40)) console.log(`\n${what}\n  asked    ${asked}\n  answered ${answered}`);
  for (const line of served.lines.filter(({ event }) => event === "unexpected" || event === "worker-death")) console.log(JSON.stringify(line));
  found += findings.length;
  const code = await served.end();
  if (code !== 0 || served.stray() !== "") console.log(`ended with ${code}: ${served.stray()}`);
}
process.exitCode = found > 0 ? 100 : 0;
