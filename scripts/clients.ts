/**
 * Peers' own clients against `guerdon serve`: their packages from the package index in an environment of its own, then `test/peers/clients.py`.
 *
 *     node scripts/clients.ts [--sources FOLDER]
 *
 * Takes about 40 s. The report, which CI counts, is `out/clients/tests.xml`. Where the packages are not to be had, nothing is run: this says so, and so does the report.
 * With `--sources`, checkouts by name (`slime`, `open-instruct`, `reasoning-gym`, `vllm`) are run too, which no package index has.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { run } from "./run.ts";
import { root } from "./source.ts";

/** What runs as it is installed. */
const PACKAGES = ["sandbox-fusion==0.3.7", "openai==3.54.0", "cohere==7.3.1", "huggingface_hub==2.4.0", "pydantic", "aiohttp", "requests", "httpx"];
/** Of which functions are taken: without the models and devices that they need. */
const PEERS = ["openrlhf==0.11.2", "verl==0.9.1", "eval-protocol==0.3.33", "tei-client==0.2.4", "llama-index-postprocessor-tei-rerank==0.6.0", "llama-index-postprocessor-jinaai-rerank==0.6.0"];
/** Wheels for one Python on one system, of which nothing is loaded but Python files. */
const ANY_SYSTEM = ["--no-deps", "--only-binary=:all:", "--python-version=3.11", "--platform=manylinux1_x86_64", "--platform=any"];

const SPECS = { correct: "guerdon: 1\nrewards: { correct: verify/math }\n", exact: "guerdon: 1\nrewards: { exact: verify/exact }\n", format: "guerdon: 1\nrewards:\n  format: { use: verify/tags, tags: [think, answer] }\n" };
const ENTRIES = [["2 + 2?", "4"], ["3 + 3?", "6"], ["1 + 3?", "4"]].map(([question, answer], i) => JSON.stringify({ entry_id: `1.${i}`, question, answer, metadata: { source_dataset: "chain_sum" }, experiment: "sums" }));

const { values } = parseArgs({ options: { sources: { type: "string" } } });
const folder = join(root, "out/clients");
const venv = join(folder, "venv");
const python = join(venv, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
const peers = join(folder, "peers");

/** The report: a test a client. */
function report(cases: readonly string[]): void {
  const skipped = cases.filter((each) => each.includes("<skipped")).length;
  writeFileSync(join(folder, "tests.xml"), `<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="clients" tests="${cases.length}" skipped="${skipped}">${cases.join("")}</testsuite></testsuites>\n`);
}

const escaped = (text: string): string => text.replace(/[<&"]/g, " ");

/** Says why nothing is tested here. */
function skip(why: string): never {
  report([`<testcase name="clients"><skipped message="${escaped(why)}"/></testcase>`]);
  console.log(`clients: skipped: ${why}`);
  process.exit(0);
}

const lastLine = (output: string): string => output.trim().split("\n").at(-1)!;

const servers: ChildProcess[] = [];

/** Starts a server on a free port; its address. */
async function serve(...args: readonly string[]): Promise<string> {
  const server = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", join(root, "src/cli/main.ts"), "serve", "--port", "0", "--workers", "1", ...args], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  servers.push(server);
  const said: string[] = [];
  for await (const line of createInterface({ input: server.stderr })) {
    said.push(line);
    const url = /"event":"listening","url":"([^"]+)"/.exec(line)?.[1];
    if (url === undefined) continue;
    server.stderr.resume();
    return url;
  }
  throw new Error(`a server did not start: ${said.join("\n")}`);
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(SPECS)) writeFileSync(join(folder, `${name}.yaml`), text);
writeFileSync(join(folder, "entries.jsonl"), `${ENTRIES.join("\n")}\n`);

const made = await run(["python3", "-m", "venv", venv]);
if (made.code !== 0) {
  console.error(`${made.output.trimEnd()}\nclients: python3 must be able to make a virtual environment`);
  process.exit(1);
}
const pip = [python, "-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check"];
for (const installed of await Promise.all([run([...pip, ...PACKAGES]), run([...pip, "--target", peers, ...ANY_SYSTEM, ...PEERS])]))
  if (installed.code !== 0) skip(`the packages of peers cannot be installed: ${lastLine(installed.output) || `pip ended with ${installed.code}`}`);

try {
  const common = ["openrlhf:retry", "slime:retry", "embeddings:retry", "vllm:retry", "sandbox-fusion"];
  const chosen = (names: readonly string[]): string[] => names.flatMap((name) => ["--contract", name]);
  const specs = ["correct.yaml", "format=format.yaml", "exact=exact.yaml"].flatMap((spec) => ["--reward", spec]);
  const [url, tei, busy] = await Promise.all([
    serve(...specs, ...chosen([...common, "open-instruct", "nemo-gym:said", "eval-protocol:said,steps=turns", "reasoning-gym:retry,entries=entries.jsonl"])),
    serve("--reward", "format.yaml", "--reward", "correct=correct.yaml", ...chosen(["tei:retry", "eval-protocol:fail"])),
    // One request at a time, since its body is more than may wait.
    serve(...specs, ...chosen(common), "--limit", "waitingBytes=64"),
  ]);
  const tested = await run([python, join(root, "test/peers/clients.py"), url, "--tei", tei, "--busy", busy, "--peers", peers, ...(values.sources === undefined ? [] : ["--sources", resolve(values.sources)])], { cwd: folder });
  console.log(tested.output.trimEnd());
  const cases = [...tested.output.matchAll(/^(\w+): (?:([\d.]+) s|(not run, .*))$/gm)].map(([, name, seconds, why]) => `<testcase name="${name}" time="${seconds ?? 0}">${why === undefined ? "" : `<skipped message="${escaped(why)}"/>`}</testcase>`);
  report(tested.code === 0 ? cases : [...cases, `<testcase name="clients"><failure message="${escaped(lastLine(tested.output))}"/></testcase>`]);
  process.exitCode = tested.code;
} finally {
  for (const server of servers) server.kill();
}
