/** Programs that clients send, run through the `execute` capability; shared by the contracts that do. */
import type { Execute, LoadedProgram, ProgramSource, RunResult } from "../core/capabilities.ts";
import { BoundaryError } from "../core/errors.ts";
import type { ActionContext } from "./contract.ts";

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
