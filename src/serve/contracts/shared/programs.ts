/** Programs that clients send, run through the `execute` capability; shared by the contracts that do. */
import type { Execute, Language, LoadedProgram, ProgramSource, RunResult } from "../../../core/capabilities.ts";
import { BoundaryError } from "../../../core/errors.ts";
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
  const outside = names.find((name) => name.startsWith("/") || name.includes("\0") || name.split("/").includes(".."));
  if (outside !== undefined) throw new RangeError(`a file must stand beside the program, got ${JSON.stringify(outside)}`);
  return { language, source: entry, files: Object.fromEntries([...Object.entries(files), [OWN, source] as const].map(([name, text]) => [`${FOLDER}/${name}`, text])) };
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
