/** Programs that clients send, run through the `execute` capability; shared by the contracts that do. */
import { Buffer } from "node:buffer";
import type { Execute, Language, LoadedProgram, ProgramSource, RunResult } from "../../../core/capabilities.ts";
import { BoundaryError, show } from "../../../core/errors.ts";
import type { ActionContext } from "../../contract.ts";

/** Time on the wall beyond that of the processor: starts, and a machine that is shared. */
const SLACK_SECONDS = 2;

export interface ProgramLimits {
  readonly seconds: number;
  readonly memoryMb: number;
}

export function executeOf({ capabilities }: ActionContext): Execute {
  const { execute } = capabilities;
  if (execute === undefined) throw new BoundaryError("sandbox", "serve: a sandbox must be open to run programs, got none");
  return execute;
}

/** Loads a program for the time of a request. @throws BoundaryError where its language has no toolchain here */
export function load(program: ProgramSource, { seconds, memoryMb }: ProgramLimits, context: ActionContext): Promise<LoadedProgram> {
  return executeOf(context)(program, { cpuSeconds: seconds, wallSeconds: seconds + SLACK_SECONDS, memoryMb, signal: context.signal });
}

/** @throws BoundaryError where the run is our fault: the client asks again, and nobody's program is called wrong */
export function requireRan({ status, message }: Pick<RunResult, "status" | "message">): void {
  if (status === "infrastructure") throw new BoundaryError("sandbox", `serve: the program could not be run: ${message}`);
}

/** Where the files stand that are copied to the working folder, and the program among them. */
const FOLDER = "beside";
const OWN = ".guerdon-program";

/** Files that come with a program, characters of their paths, bytes of one name in it. */
const MOST_FILES = 1000;
const MOST_PATH = 1000;
const MOST_NAME = 200;

/** Languages whose programs find files that come along in their working folder. */
export const WITH_FILES: readonly Language[] = ["python", "javascript", "bash"];

/**
 * A program whose files stand in its working folder, and may be written there: the sandbox shows files read-only in a folder of their own, so
 * that the entry copies them first. Null where the language has no such entry.
 *
 * @throws RangeError for a file that would stand elsewhere
 */
export function withFiles(language: Language, source: string, files: Readonly<Record<string, string>>): ProgramSource | null {
  const names = Object.keys(files);
  if (names.length === 0) return { language, source };
  const entry = ENTRIES[language];
  if (entry === undefined) return null;
  requireBeside(names);
  return { language, source: entry, files: Object.fromEntries([...Object.entries(files), [OWN, source] as const].map(([name, text]) => [`${FOLDER}/${name}`, text])) };
}

/** @throws RangeError for names that no folder could hold together */
function requireBeside(names: readonly string[]): void {
  if (names.length > MOST_FILES) throw new RangeError(`there must be at most ${MOST_FILES} files, got ${names.length}`);
  const taken = new Set([OWN]);
  const folders = new Set<string>();
  for (const name of names) {
    const parts = name.split("/").filter((part, i) => part !== "." || i > 0);
    if (name.includes("\0") || name.length > MOST_PATH || parts.length === 0 || parts.some((part) => part === "" || part === "." || part === ".." || Buffer.byteLength(part) > MOST_NAME)) throw new RangeError(`a file must stand beside the program, got ${show(name)}`);
    const path = parts.join("/");
    const above = parts.slice(0, -1).map((_, i) => parts.slice(0, i + 1).join("/"));
    if (taken.has(path) || folders.has(path) || above.some((folder) => taken.has(folder))) throw new RangeError(`a file must have a name of its own, got ${show(name)}`);
    taken.add(path);
    for (const folder of above) folders.add(folder);
  }
}

const ENTRIES: Partial<Record<Language, string>> = {
  python: `import os, runpy, shutil, sys
shutil.copytree("/box/${FOLDER}", ".", copy_function=shutil.copyfile, dirs_exist_ok=True)
sys.path.insert(0, os.getcwd())
runpy.run_path("${OWN}", run_name="__main__")
`,
  javascript: `const fs = require("node:fs");
fs.cpSync("/box/${FOLDER}", ".", { recursive: true });
fs.renameSync("${OWN}", "${OWN}.js");
require(process.cwd() + "/${OWN}.js");
`,
  bash: `cp -r /box/${FOLDER}/. . && chmod -R u+w . && exec bash ./${OWN}
`,
};
