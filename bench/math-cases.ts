/**
 * The scoreboard of the math verifier: every suite, every failure in full, hostile inputs with their times.
 *
 *     node bench/math-cases.ts [--golden DIR] [--only KEY] [--hostile] [--json] [--quiet]
 *
 * DIR holds the whole golden sets of scripts/golden; without it the committed samples are used. KEY is one of mathverify, issues, security,
 * parser, strings, rollouts, self, rewrites, near-misses.
 */
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { hostile, runSuites, type HostileResult, type Tally } from "./math/suites.ts";

const { values } = parseArgs({ options: { golden: { type: "string" }, only: { type: "string" }, hostile: { type: "boolean", default: false }, json: { type: "boolean", default: false }, quiet: { type: "boolean", default: false } } });

const full = values.golden === undefined ? null : pathToFileURL(`${values.golden}/`).href;
const tallies: Tally[] = values.hostile ? [] : runSuites(full, values.only);
const worst: HostileResult[] = values.hostile || (values.only === undefined && !values.quiet) ? hostile() : [];

if (values.json) {
  process.stdout.write(`${JSON.stringify({ tallies, hostile: worst })}\n`);
} else {
  for (const tally of tallies) {
    if (values.quiet) break;
    if (tally.failures.length > 0) console.log(`\n== ${tally.name}: ${tally.failures.length} failures`);
    for (const f of tally.failures) console.log(`- ${f.case}\n    reference ${f.reference}\n    response  ${f.response}\n    expected ${f.expected}, got ${f.got} (${f.why})`);
  }
  for (const tally of tallies) {
    console.log(`\n${tally.met ? "met " : "MISS"} ${tally.name}: ${tally.passed}/${tally.total} (bar: ${tally.bar}) in ${tally.seconds.toFixed(2)} s  ${JSON.stringify(tally.statuses)}`);
    for (const part of tally.parts ?? []) if (part.failed > 0) console.log(`       ${part.name}: ${part.failed} of ${part.total} failed, 95 % [${part.interval.map((x) => (100 * x).toFixed(2)).join(", ")}] %`);
  }
  if (worst.length > 0) {
    console.log(`\nhostile inputs: ${worst.length}, ${worst.filter((r) => r.status === "correct").length} accepted, slowest ${Math.max(...worst.map((r) => r.milliseconds)).toFixed(1)} ms (bar: 50 ms)`);
    for (const r of [...worst].sort((a, b) => b.milliseconds - a.milliseconds).slice(0, 40)) console.log(`  ${r.milliseconds.toFixed(1).padStart(9)} ms  ${r.status.padEnd(10)} ${r.name} (${r.characters} characters)`);
  }
}
process.exitCode = tallies.every((t) => t.met) && worst.every((r) => r.status !== "correct" && r.milliseconds < 50) ? 0 : 100;
