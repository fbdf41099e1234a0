/** The front door of reading: rows and rollouts, one after the other. */
import { z } from "zod";
import { OptionError } from "../core/errors.ts";
import { parseOptions, type OptionsSchema } from "../core/options.ts";
import type { Rollout } from "../core/rollout.ts";
import { readBlocks } from "./blocks.ts";
import { recognizeColumns, ROLES } from "./columns.ts";
import { headRows, parseBlock, rejectError } from "./parse.ts";
import type { ColumnMapping, ColumnPlan, InputRow, ReadOptions, Source } from "./types.ts";

type Plain = Omit<ReadOptions, "onReject" | "signal">;

const options: OptionsSchema<Plain> = z.strictObject({
  blockBytes: z.int().min(1).default(1 << 20),
  maxLineBytes: z.int().min(1).default(1 << 28),
  columns: z.strictObject(Object.fromEntries(ROLES.map((role) => [role, z.string().optional()]))).default({}) as unknown as z.ZodType<ColumnMapping>,
  strict: z.boolean().default(false),
});

/**
 * The rows of the sources, each with its rollouts, in constant memory. Columns are recognised from the first block that
 * holds rows; `columns` wins over recognition.
 *
 * A line that cannot be read goes to `onReject`; without one, or with `strict`, it is a FormatError.
 *
 * @throws FormatError with file, line and field; BoundaryError where a file cannot be read; OptionError
 */
export async function* readRows(source: Source, given: Partial<ReadOptions> = {}): AsyncGenerator<InputRow> {
  const { onReject, signal, ...rest } = given;
  if (onReject !== undefined && typeof onReject !== "function") throw new OptionError("readRows: option \"onReject\" must be a function");
  const { blockBytes, maxLineBytes, columns, strict } = parseOptions("readRows", options, rest);
  let plan: ColumnPlan | undefined;
  for await (const block of readBlocks(source, { blockBytes, maxLineBytes })) {
    signal?.throwIfAborted();
    if (plan === undefined || plan.seen.length === 0) plan = recognizeColumns(headRows(block.bytes), columns, block.file);
    const { rows, rejects } = parseBlock(block.bytes, block.firstLine, plan, block.file);
    // Rows before a line that stops the read are still given.
    const stop = strict || onReject === undefined ? rejects[0] : undefined;
    for (const row of rows) {
      if (stop !== undefined && row.line > stop.line) break;
      yield row;
    }
    if (stop !== undefined) throw rejectError(stop);
    for (const reject of rejects) onReject!(reject);
  }
}

/** The rollouts of the sources, one after the other; see `readRows`. */
export async function* readRollouts(source: Source, given: Partial<ReadOptions> = {}): AsyncGenerator<Rollout> {
  for await (const { rollouts } of readRows(source, given)) yield* rollouts;
}
