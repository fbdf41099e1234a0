/**
 * The tests of a Ray cluster: `guerdon.ray` from its wheel, with Ray from the package index, in an environment of its own.
 *
 *     node scripts/ray.ts
 *
 * The report, which CI counts, is `out/python/ray.xml`. Where Ray is not to be had for this Python or this machine, its tests are skipped: this says so, and so
 * does the report. Needs the wheel (scripts/python.ts). GUERDON_RAY_ROWS says how many rows the cluster scores.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.ts";
import { root } from "./source.ts";

const RAY = "ray[data]==2.60.0";
const folder = join(root, "out/python");
const wheels = join(folder, "wheels");
const venv = join(folder, "ray");
const bin = (name: string): string => join(venv, process.platform === "win32" ? "Scripts" : "bin", name);

/** Says why nothing is tested here, in the report too. */
function skip(why: string): never {
  const text = why.replace(/[<&"]/g, " ");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "ray.xml"), `<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="ray" tests="1" skipped="1"><testcase name="ray"><skipped message="${text}"/></testcase></testsuite></testsuites>\n`);
  console.log(`ray: skipped: ${why}`);
  process.exit(0);
}

const wheel = readdirSync(wheels, { withFileTypes: true }).find(({ name }) => name.startsWith("guerdon-"))?.name;
if (wheel === undefined) {
  console.error("ray: the wheel of clients/python/guerdon must be built first (node scripts/python.ts)");
  process.exit(1);
}
rmSync(venv, { recursive: true, force: true });
const made = await run(["python3", "-m", "venv", venv]);
if (made.code !== 0) {
  console.error(`${made.output.trimEnd()}\nray: python3 must be able to make a virtual environment`);
  process.exit(1);
}
const pip = (...args: readonly string[]): ReturnType<typeof run> => run([bin("python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...args]);
const ray = await pip(RAY);
if (ray.code !== 0) skip(`${RAY} cannot be installed: ${ray.output.trim().split("\n").at(-1) ?? `pip ended with ${ray.code}`}`);
const own = await pip("--find-links", wheels, `${join(wheels, wheel)}[ray]`, "pytest>=7");
if (own.code !== 0) {
  console.error(`${own.output.trimEnd()}\nray: the wheel of guerdon must install beside ${RAY}`);
  process.exit(1);
}
// The installed copy is to run: the source is not on the path, nor where Python starts.
const tested = await run([bin("pytest"), "-q", "-s", "-p", "no:cacheprovider", "-W", "ignore::DeprecationWarning", "-o", "pythonpath=", "--durations=3", `--junitxml=${join(folder, "ray.xml")}`, join(root, "clients/python/guerdon/cluster")], { cwd: folder });
console.log(tested.output.trimEnd());
process.exitCode = tested.code;
