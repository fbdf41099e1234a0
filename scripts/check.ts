/**
 * `npm run check`: everything that must hold before a change lands.
 *
 *     npm run check                        every step
 *     npm run check -- --only lint,types   some of them
 *     npm run check -- --skip tests        all but some
 *     npm run check -- --json FILE         the results as data, too
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { run, type RunResult } from "./run.ts";

interface Step {
  readonly name: string;
  readonly what: string;
  readonly command: readonly string[];
  /** What to say of a step whose own last words say little. */
  readonly note?: string;
  /** Steps that must have run well before. */
  readonly after?: readonly string[];
}

const steps: readonly Step[] = [
  { name: "types", what: "source, tests and scripts compile, the type tests hold", command: ["tsc", "-p", "tsconfig.json"] },
  { name: "lint", what: "no lint finding", command: ["oxlint", "--deny-warnings"] },
  { name: "tests", what: "every test passes", command: ["vitest", "run"] },
  { name: "docs", what: "method pages are fresh, public symbols are documented", command: ["node", "scripts/docs.ts", "--check"] },
  { name: "build", what: "dist builds", command: ["node", "scripts/build.ts"] },
  { name: "python", what: "the Python packages install, the wheel without a network, their tests pass", command: ["node", "scripts/python.ts"], after: ["build"] },
  { name: "ray", what: "a Ray cluster whose workers are killed scores what one process scores", command: ["node", "scripts/ray.ts"], after: ["python"] },
  { name: "clients", what: "peers' own clients get the numbers they should", command: ["node", "scripts/clients.ts"] },
  { name: "api", what: "the API report is fresh", command: ["node", "scripts/api.ts", "--check"], after: ["build"] },
  { name: "publint", what: "the package is well formed", command: ["publint", "--strict", "--pack", "npm"], after: ["build"] },
  { name: "attw", what: "types resolve for ESM users", command: ["attw", "--pack", ".", "--profile", "esm-only", "--no-emoji", "--no-color", "--format", "table-flipped", "--exclude-entrypoints", "./schema/reward-spec.json"], note: "no problem under esm-only", after: ["build"] },
  { name: "pack", what: "the tarball installs clean and works", command: ["vitest", "run", "--config", "test/pack/vitest.config.ts"], after: ["build"] },
];

const { values } = parseArgs({ options: { only: { type: "string" }, skip: { type: "string" }, json: { type: "string" } } });
const list = (text: string | undefined): string[] => (text === undefined ? [] : text.split(",").map((each) => each.trim()));
for (const name of [...list(values.only), ...list(values.skip)])
  if (!steps.some((step) => step.name === name)) {
    console.error(`check: no step ${JSON.stringify(name)}; there are ${steps.map((step) => step.name).join(", ")}`);
    process.exit(2);
  }

/** The chosen steps, with the steps they stand on. */
function chosen(): readonly Step[] {
  const only = new Set(values.only === undefined ? steps.map((step) => step.name) : list(values.only));
  for (const skipped of list(values.skip)) only.delete(skipped);
  for (const step of steps) if (only.has(step.name)) for (const before of step.after ?? []) only.add(before);
  return steps.filter((step) => only.has(step.name));
}

interface Outcome {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly note: string;
}

/** The line that says most: the last counts of the test runner, else the last line. */
function note({ output }: RunResult): string {
  const lines = output.split("\n").map((line) => line.trim()).filter((line) => line !== "" && !/[─│]/.test(line));
  return lines.findLast((line) => /^Tests\s/.test(line)) ?? lines.at(-1)?.slice(0, 100) ?? "";
}

/** The end of a long output. */
function tail(output: string): string {
  const lines = output.trimEnd().split("\n");
  return (lines.length > 300 ? ["…", ...lines.slice(-300)] : lines).join("\n");
}

const outcomes: Outcome[] = [];
for (const step of chosen()) {
  const missing = (step.after ?? []).find((before) => outcomes.some((each) => each.name === before && !each.ok));
  if (missing !== undefined) {
    outcomes.push({ name: step.name, ok: false, seconds: 0, note: `not run: ${missing} failed` });
    continue;
  }
  console.log(`· ${step.name}: ${step.what}`);
  const result = await run(step.command);
  const ok = result.code === 0;
  if (!ok) console.log(tail(result.output));
  outcomes.push({ name: step.name, ok, seconds: result.seconds, note: ok ? (step.note ?? note(result)) : `exit ${result.code}` });
}

console.log("");
for (const { name, ok, seconds, note: text } of outcomes) console.log(`${ok ? "✓" : "✗"} ${name.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s  ${text}`);
const failed = outcomes.filter(({ ok }) => !ok);
console.log(failed.length === 0 ? `\nall ${outcomes.length} steps hold` : `\n${failed.length} of ${outcomes.length} steps fail: ${failed.map(({ name }) => name).join(", ")}`);

if (values.json !== undefined) {
  const target = resolve(values.json);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, `${JSON.stringify(outcomes, null, 2)}\n`);
}
process.exitCode = failed.length === 0 ? 0 : 1;
