/** Lines in, lines out, one for one: the part of `guerdon worker` that runs in its threads. */
import { GuerdonError } from "../../core/errors.ts";
import type { CompiledReward } from "../../pipeline/compile.ts";
import { evaluator, outputNames, type Evaluate, type RowScore } from "../../pipeline/evaluate.ts";
import { lineEnd, lineWriter, OPEN_END, TextBuffer } from "../../pipeline/line.ts";
import { parseBlock, recognizeColumns, type ColumnMapping, type InputRow } from "../../rollout/index.ts";
import { TOO_LONG } from "./line-buffer.ts";

/** Rows whose asynchronous scorers wait side by side. */
const SIDE_BY_SIDE = 64;

/** The line that stands where a line could not be read or scored. */
export interface ErrorLine {
  readonly error: { readonly code: string; readonly message: string; readonly field?: string };
}

export interface LineSettings {
  /** Leaves credit out of a spec that has it. */
  readonly credit: boolean;
  /** Explicit columns, over those of the spec. */
  readonly columns: ColumnMapping;
  readonly maxLineBytes: number;
}

/** Scores whole lines. Each stands alone: however the input is cut, a line gives the same bytes. */
export function lineScorer(compiled: CompiledReward, { credit: credits, columns: mapping, maxLineBytes }: LineSettings, evaluate: Evaluate = evaluator(compiled)): (lines: Uint8Array, first: boolean) => Promise<Uint8Array<ArrayBuffer>> {
  const credit = credits ? compiled.credit : null;
  const columns = recognizeColumns([], { ...(compiled.plan.columns as ColumnMapping), ...mapping });
  const write = lineWriter(outputNames(compiled.plan), credit?.gives === "token");

  const scoredLine = (row: InputRow, score: RowScore): string => {
    const line = write(row, 0, score, columns);
    if (credit === null) return `${line}\n`;
    return `${line.slice(0, -OPEN_END)}${lineEnd(credit.advantages([score.reward], row.rollouts)[0]!)}`;
  };
  const lineOf = (row: InputRow): string | Promise<string> => {
    if (row.rollouts.length !== 1) return errorLine("format", `a row must hold one response, got ${row.rollouts.length}: send a line for each`, row.expanded?.join("."));
    const fault = credit?.misfit(row.rollouts[0]!) ?? null;
    if (fault !== null) return errorLine("format", fault.reason, fault.field);
    return orError(() => {
      const score = evaluate(row.rollouts[0]!);
      return score instanceof Promise ? score.then((settled) => scoredLine(row, settled)) : scoredLine(row, score);
    });
  };

  return async function scoreLines(bytes, first) {
    // A byte-order mark is skipped on line 1 only.
    const from = first ? 1 : 2;
    const { rows, rejects, lines } = parseBlock(bytes, from, columns, "standard input");
    const out: (string | undefined)[] = Array.from({ length: lines });
    for (const { line, reason, field, text } of rejects) out[line - from] = text === TOO_LONG ? errorLine("format", `a line must be at most ${maxLineBytes} bytes long, got a longer one`) : errorLine("format", reason, field);
    for (let at = 0; at < rows.length; at += SIDE_BY_SIDE) {
      const waiting: Promise<void>[] = [];
      for (const row of rows.slice(at, at + SIDE_BY_SIDE)) {
        const line = lineOf(row);
        if (line instanceof Promise) waiting.push(line.then((settled) => void (out[row.line - from] = settled)));
        else out[row.line - from] = line;
      }
      if (waiting.length > 0) await Promise.all(waiting);
    }
    const text = new TextBuffer(bytes.length + (bytes.length >> 1) + lines * 256);
    for (const line of out) text.write(line ?? errorLine("format", "a line must hold a row, got a blank one"));
    return text.bytes();
  };
}

/** A row that must not be null (`onNull: fail`), or cannot be written: told in its place, and the stream goes on. */
function orError(make: () => string | Promise<string>): string | Promise<string> {
  const told = (error: unknown): string => {
    if (!(error instanceof GuerdonError)) throw error;
    return errorLine(error.code, error.message);
  };
  try {
    const made = make();
    return made instanceof Promise ? made.catch(told) : made;
  } catch (error) {
    return told(error);
  }
}

function errorLine(code: string, message: string, field?: string): string {
  return `${JSON.stringify({ error: { code, message, ...(field === undefined ? {} : { field }) } } satisfies ErrorLine)}\n`;
}
