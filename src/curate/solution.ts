/** Solutions of a problem: callables, or programs behind the `execute` capability; and what it means that their outputs agree. */
import type { Execute, ProgramSource } from "../core/capabilities.ts";
import { BoundaryError, GuerdonError } from "../core/errors.ts";

/** Solves an input: gives the output, or throws where it fails on it. A fault that is ours it throws as a BoundaryError. */
export type Solution = (input: unknown) => unknown;

/** What a solution made of an input. */
export type SolutionOutput = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

/** Asks a solution. @throws BoundaryError and other errors of ours: those are no failure of the solution */
export async function solve(solution: Solution, input: unknown): Promise<SolutionOutput> {
  try {
    return { ok: true, value: await solution(structuredClone(input)) };
  } catch (error) {
    if (error instanceof BoundaryError || (error instanceof Error && error.name === "AbortError")) throw error;
    return { ok: false };
  }
}

/** What solutions known to be right make of an input: the output that all give, or why there is none. */
export type ReferenceOutput = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: "reference-failed" | "references-disagree" };

/** Asks all references, one at least. @throws as `solve` does */
export async function referenceOutput(references: readonly Solution[], input: unknown): Promise<ReferenceOutput> {
  const [first, ...others] = await Promise.all(references.map((reference) => solve(reference, input)));
  if (!first!.ok || !others.every(({ ok }) => ok)) return { ok: false, why: "reference-failed" };
  return others.every((other) => sameOutput(other, first!)) ? first! : { ok: false, why: "references-disagree" };
}

/** Both solutions succeed, and their outputs agree. */
export function sameOutput(a: SolutionOutput, b: SolutionOutput): boolean {
  return a.ok && b.ok && agree(a.value, b.value);
}

/** Two outputs agree: as JSON, numbers within 1e-9 relative or absolute; texts up to blanks at the ends of lines. */
export function agree(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number") return a === b || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b)) || (Number.isNaN(a) && Number.isNaN(b));
  if (typeof a === "string" && typeof b === "string") return a === b || lines(a) === lines(b);
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((each, i) => agree(each, b[i]));
  if (typeof a !== "object" || a === null) return a === b;
  if (typeof b !== "object" || b === null || Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && agree((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}

function lines(text: string): string {
  return text.split("\n").map((line) => line.trimEnd()).join("\n").trimEnd();
}

/** A program as a solution: standard input to standard output, or a call of `name` with the input's items as arguments. */
export interface ProgramSolution extends AsyncDisposable {
  readonly solve: Solution;
}

/**
 * Loads a program once and asks it in a sandbox of its own for every input.
 * @throws BoundaryError where the language has no toolchain here; `solve` throws it where the sandbox fails, and another error where the program does
 */
export async function programSolution(execute: Execute, program: ProgramSource, { name, cpuSeconds = 5 }: { readonly name?: string; readonly cpuSeconds?: number } = {}): Promise<ProgramSolution> {
  const loaded = await execute(program, { cpuSeconds });
  const refuse = (status: string, message: string): never => {
    if (status === "infrastructure") throw new BoundaryError("sandbox", `programSolution: the program must be run, got ${message}`);
    throw new GuerdonError("state", `programSolution: the program must end well, got ${status}: ${message}`);
  };
  return {
    async solve(input) {
      if (name === undefined) {
        const run = await loaded.run({ stdin: typeof input === "string" ? input : JSON.stringify(input) });
        return run.status === "ok" ? run.stdout : refuse(run.status, run.message);
      }
      for await (const result of loaded.call([{ name, args: Array.isArray(input) ? (input as readonly unknown[]) : [input] }])) return result.status === "ok" ? result.value : refuse(result.status, result.message);
      return refuse("infrastructure", "no result");
    },
    [Symbol.asyncDispose]: () => loaded[Symbol.asyncDispose](),
  };
}

/** Outputs of inputs asked together. */
export type BatchSolution = (inputs: readonly (readonly unknown[])[]) => Promise<readonly SolutionOutput[]>;

/**
 * A program's function asked of many inputs in one sandbox; where it does not survive one, the next is asked in another.
 * @throws BoundaryError where the sandbox fails
 */
export function programCalls(execute: Execute, program: ProgramSource, { name, cpuSeconds = 5 }: { readonly name: string; readonly cpuSeconds?: number }): BatchSolution {
  return async (inputs) => {
    await using loaded = await execute(program, { cpuSeconds });
    const outputs: SolutionOutput[] = [];
    while (outputs.length < inputs.length) {
      const before = outputs.length;
      for await (const { status, value, message } of loaded.call(inputs.slice(before).map((args) => ({ name, args })))) {
        if (status === "infrastructure") throw new BoundaryError("sandbox", `programCalls: the program must be run, got ${message}`);
        outputs.push(status === "ok" ? { ok: true, value } : { ok: false });
      }
      if (outputs.length === before) throw new BoundaryError("sandbox", "programCalls: a call must have a result, got none");
    }
    return outputs;
  };
}
