import { z } from "zod";
import type { Execute, RunStatus } from "../core/capabilities.ts";
import { BoundaryError, ShapeError, show } from "../core/errors.ts";
import { defineProcedure, type Procedure } from "../core/method.ts";
import { sameLiteral } from "./literal.ts";
import { sieve } from "./sieve.ts";

export interface ExecutedReferencesOptions {
  /** CPU time of a program. */
  readonly cpuSeconds: number;
  /** Memory of a program, in MB. */
  readonly memoryMb: number;
  /** Distance at which two numbers are the same: relative, absolute below 1. */
  readonly tolerance: number;
}

/** A question with the program that computes its answer, and the answer where one is known. */
export interface ExecutedRow {
  readonly question: string;
  /** Python that prints the answer. */
  readonly rationale: string;
  readonly finalAnswer: string | null;
}

/** Rows, and what runs their programs. */
export interface ExecutedReferencesInput {
  readonly rows: readonly ExecutedRow[];
  readonly execute: Execute;
}

/** A question whose program ran, and what it printed. */
export interface ExecutedReference {
  /** Its place in `rows`. */
  readonly index: number;
  readonly question: string;
  readonly answer: string;
}

/** Why a row was dropped. */
export type DroppedRow = Exclude<RunStatus, "ok" | "infrastructure"> | "no-output" | "answer-differs";

/** A row that was kept, or dropped, and why. */
export type ExecutedReferencesEvent = { readonly kind: "kept"; readonly reference: ExecutedReference } | { readonly kind: "dropped"; readonly index: number; readonly why: DroppedRow; readonly message: string };

/** The rows that were kept, and how many were not, by the reason. */
export interface ExecutedReferencesResult {
  readonly kept: readonly ExecutedReference[];
  readonly dropped: Readonly<Record<DroppedRow, number>>;
}

/**
 * References by execution: the answer of a question is what its program prints, and a row stays only where the program runs and prints what is stored.
 *
 *     answer = stdout(rationale)      kept ⇔ it ends well in time, prints something, and finalAnswer is null or the same value
 *
 * Same value: the same text, or the same printed Python value with numbers within `tolerance` and sets in any order. A row without a stored
 * answer is synthetic: what is printed becomes its reference.
 * Limits: what a program prints is believed; a program that prints a wrong answer for a synthetic row is found by no check of execution.
 *
 * @param input rows and the sandbox
 * @returns events of what was kept and dropped; the last value holds the references in the order of the rows
 * @throws BoundaryError where the sandbox fails: that is no fault of a row
 * @see Huang et al. 2025, Loong: Synthesize Long Chain-of-Thoughts at Scale through Verifiers, arXiv:2509.03059; camel-ai/loong, data/CONTRIBUTING.md
 * @example (await executedReferences({ rows: [{ question: "6·7?", rationale: "print(6*7)", finalAnswer: "42" }], execute: async () => ({ run: async () => ({ status: "ok", stdout: "42\n" }), [Symbol.asyncDispose]: async () => {} }) }).next()).value // => { kind: "kept", reference: { index: 0, question: "6·7?", answer: "42" } }
 */
export const executedReferences: Procedure<ExecutedReferencesInput, ExecutedReferencesOptions, ExecutedReferencesEvent, ExecutedReferencesResult> = /* @__PURE__ */ defineProcedure<ExecutedReferencesInput, ExecutedReferencesOptions, ExecutedReferencesEvent, ExecutedReferencesResult>({
  id: "curate/executed-references",
  aliases: ["loong", "code-rationale"],
  paper: { title: "Loong: Synthesize Long Chain-of-Thoughts at Scale through Verifiers", url: "https://arxiv.org/abs/2509.03059" },
  options: z.strictObject({ cpuSeconds: z.number().positive().max(3600).default(5), memoryMb: z.int().min(16).max(65_536).default(512), tolerance: z.number().min(0).max(1).default(1e-6) }),
  async *run({ rows, execute }: ExecutedReferencesInput, { cpuSeconds, memoryMb, tolerance }: ExecutedReferencesOptions) {
    const { kept, dropped, keep, drop } = sieve<ExecutedReference, DroppedRow>({ "runtime-error": 0, time: 0, memory: 0, output: 0, "compile-error": 0, "no-output": 0, "answer-differs": 0 });
    for (const [index, { question, rationale, finalAnswer }] of rows.entries()) {
      await using program = await execute({ language: "python", source: rationale }, { cpuSeconds, memoryMb });
      const { status, stdout, message } = await program.run();
      if (status === "infrastructure") throw new BoundaryError("sandbox", `executedReferences: rows[${index}] must be run, got ${message}`, { index });
      const answer = stdout.trim();
      const why: DroppedRow | null = status !== "ok" ? status : answer === "" ? "no-output" : finalAnswer !== null && !sameLiteral(answer, finalAnswer, tolerance) ? "answer-differs" : null;
      if (why === null) yield { kind: "kept", reference: keep({ index, question, answer }) };
      else yield { kind: "dropped", index, why: drop(why), message: why === "answer-differs" ? `it printed ${show(answer)}, not ${show(finalAnswer)}` : message };
    }
    return { kept, dropped };
  },
});

const TEXTS = ["question", "rationale", "final_answer"] as const;

/**
 * Rows of a seed file in LoongBench's layout: a list of `{ question, rationale, final_answer, metadata }`.
 * @throws ShapeError naming the row and the field
 */
export function readExecutedRows(json: string): ExecutedRow[] {
  const rows: unknown = JSON.parse(json);
  if (!Array.isArray(rows)) throw new ShapeError(`readExecutedRows: the file must hold a list, got ${show(rows)}`);
  return rows.map((row: unknown, index) => {
    if (typeof row !== "object" || row === null) throw new ShapeError(`readExecutedRows: rows[${index}] must be an object, got ${show(row)}`, { index });
    const fields = row as Readonly<Record<string, unknown>>;
    for (const name of TEXTS) if (typeof fields[name] !== "string") throw new ShapeError(`readExecutedRows: rows[${index}].${name} must be a text, got ${show(fields[name])}`, { index });
    if (typeof fields["metadata"] !== "object" || fields["metadata"] === null) throw new ShapeError(`readExecutedRows: rows[${index}].metadata must be an object, got ${show(fields["metadata"])}`, { index });
    return { question: fields["question"] as string, rationale: fields["rationale"] as string, finalAnswer: fields["final_answer"] as string };
  });
}
