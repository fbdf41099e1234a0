/**
 * The package as a user gets it: packed, installed clean with no optional peer, run on the pinned Node and on the oldest
 * supported line. Needs `dist` (`npm run build`) and the package registry.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run, type RunResult } from "../../scripts/run.ts";
import { root } from "../../scripts/source.ts";

const MEGABYTE = 1e6;

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
const project = realpathSync(mkdtempSync(join(tmpdir(), "guerdon-pack-")));
const installed = join(project, "node_modules", manifest.name);
const program = join(installed, "dist/cli/main.js");

/** The oldest line that `engines` allows, at an exact version; kept between runs beside the other build caches. */
const oldest = "24.21.0";
const oldestFolder = join(root, "node_modules/.cache/guerdon", `node-${oldest}`);
const runtimes: Readonly<Record<string, string>> = {
  [`Node ${process.versions.node}`]: process.execPath,
  [`Node ${oldest}`]: join(oldestFolder, "node_modules/node/bin/node"),
};

let tarball = "";

/** Bytes of all files below a folder. */
function folderBytes(path: string): number {
  let total = 0;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const full = join(path, entry.name);
    if (entry.isDirectory()) total += folderBytes(full);
    else if (entry.isFile()) total += statSync(full).size;
  }
  return total;
}

function succeeded(result: RunResult): RunResult {
  expect(result.code, result.output).toBe(0);
  return result;
}

beforeAll(async () => {
  expect(existsSync(join(root, "dist")), "dist must exist: npm run build").toBe(true);
  const packed = succeeded(await run(["npm", "pack", "--json", "--ignore-scripts", "--pack-destination", project]));
  tarball = join(project, (JSON.parse(packed.stdout) as readonly [{ readonly filename: string }])[0].filename);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  succeeded(await run(["npm", "install", "--prefer-offline", "--no-audit", "--no-fund", tarball], { cwd: project }));
  if (!existsSync(runtimes[`Node ${oldest}`]!)) {
    mkdirSync(oldestFolder, { recursive: true });
    writeFileSync(join(oldestFolder, "package.json"), JSON.stringify({ name: "runtime", private: true, allowScripts: { node: true } }));
    succeeded(await run(["npm", "install", "--prefer-offline", "--no-audit", "--no-fund", `node@${oldest}`], { cwd: oldestFolder }));
  }
}, 240_000);

afterAll(() => rmSync(project, { recursive: true, force: true }));

describe("the tarball", () => {
  it("is below 3 MB and holds no test, no source map and no TypeScript source", () => {
    expect(statSync(tarball).size).toBeLessThan(3 * MEGABYTE);
    const names = readdirSync(installed, { recursive: true, encoding: "utf8" });
    expect(names.filter((name) => /\.test|\.map$|(?<!\.d)\.ts$/.test(name))).toEqual([]);
    for (const name of ["README.md", "LICENSE", "NOTICE", "CHANGELOG.md"]) expect(names).toContain(name);
  });

  it("installs below 30 MB, without an install script and without an optional peer", () => {
    expect(folderBytes(join(project, "node_modules"))).toBeLessThan(30 * MEGABYTE);
    for (const script of ["preinstall", "install", "postinstall", "prepare"]) expect(manifest.scripts ?? {}).not.toHaveProperty(script);
    for (const peer of Object.keys(manifest.peerDependencies ?? {})) expect(existsSync(join(project, "node_modules", peer)), peer).toBe(false);
  });

  it("type-checks a strict consumer under NodeNext, its own declarations included", async () => {
    copyFileSync(join(root, "test/pack/consumer.ts.txt"), join(project, "consumer.ts"));
    writeFileSync(
      join(project, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: { target: "ES2024", module: "NodeNext", strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: false, types: ["node"], typeRoots: [join(root, "node_modules/@types")] },
        files: ["consumer.ts"],
      }),
    );
    succeeded(await run(["tsc", "-p", project]));
  });
});

/** Responses in words, boxes and tags; two groups, one of them without signal. */
const rows = [
  { id: "a1", group: "a", prompt: "21/14?", response: "<think>x</think><answer>\\boxed{\\frac{3}{2}}</answer>", answer: "3/2" },
  { id: "a2", group: "a", prompt: "21/14?", response: "So the answer is \\boxed{1.4}", answer: "3/2" },
  { id: "b1", group: "b", prompt: "2+2?", response: "The answer is \\boxed{4}", answer: "4" },
  { id: "b2", group: "b", prompt: "2+2?", response: "\\boxed{2^2}", answer: "4" },
];

const spec = { guerdon: 1, rewards: { correct: "verify/math" }, reward: { use: "shaping/weighted-sum", of: { correct: 1 } }, credit: { use: "credit/group-relative", with: { std: false } } };

describe.each(Object.entries(runtimes))("on %s", (name, node) => {
  const at = (file: string): string => join(project, `${name.replace(/\W+/g, "-")}-${file}`);

  it("imports every subpath", async () => {
    const subpaths = Object.keys(manifest.exports).filter((subpath) => !subpath.endsWith(".json"));
    const code = `for (const path of ${JSON.stringify(subpaths.map((subpath) => manifest.name + subpath.slice(1)))}) {
      const names = Object.keys(await import(path));
      if (names.length === 0) throw new Error(path + " exports nothing");
    }
    const text = JSON.stringify((await import("${manifest.name}/schema/reward-spec.json", { with: { type: "json" } })).default);
    if (!text.includes("guerdon")) throw new Error("no schema");`;
    writeFileSync(join(project, "import.mjs"), code);
    succeeded(await run([node, "import.mjs"], { cwd: project }));
  });

  it("scores with two workers, the same as with one", async () => {
    writeFileSync(join(project, "rows.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    writeFileSync(join(project, "spec.json"), JSON.stringify(spec));
    for (const workers of ["1", "2"])
      succeeded(await run([node, program, "score", "rows.jsonl", "--reward", "spec.json", "--workers", workers, "-o", at(`${workers}.jsonl`)], { cwd: project }));
    const text = readFileSync(at("2.jsonl"), "utf8");
    expect(text).toBe(readFileSync(at("1.jsonl"), "utf8"));
    const scored = text.trimEnd().split("\n").map((line) => JSON.parse(line) as { readonly id: string; readonly reward: number | null; readonly advantage: number | null });
    expect(scored.map((row) => [row.id, row.reward, row.advantage])).toEqual([["a1", 1, 0.5], ["a2", 0, -0.5], ["b1", 1, 0], ["b2", 1, 0]]);
  });

  it("verifies an answer from the terminal, with its exit codes", async () => {
    expect((await run([node, program, "verify", "3/2", "\\boxed{1.5}"], { cwd: project })).code).toBe(0);
    expect((await run([node, program, "verify", "3/2", "\\boxed{1.4}"], { cwd: project })).code).toBe(100);
    expect((await run([node, program, "verify", "3/2"], { cwd: project })).code).toBe(2);
  });
});

it("starts fast: `guerdon verify` against an empty program, both from a warm disk", async () => {
  writeFileSync(join(project, "empty.mjs"), "");
  const fastest = { empty: Infinity, verify: Infinity };
  for (let i = 0; i < 8; i++) {
    fastest.empty = Math.min(fastest.empty, (await run([process.execPath, "empty.mjs"], { cwd: project })).seconds);
    fastest.verify = Math.min(fastest.verify, (await run([process.execPath, program, "verify", "3/2", "\\boxed{1.5}"], { cwd: project })).seconds);
  }
  console.log(`empty ${(1e3 * fastest.empty).toFixed(0)} ms, guerdon verify ${(1e3 * fastest.verify).toFixed(0)} ms`);
  // 150 ms where an empty module starts in 21: a ratio, so that a slow machine does not fail it.
  expect(fastest.verify / fastest.empty).toBeLessThan(150 / 21);
});
