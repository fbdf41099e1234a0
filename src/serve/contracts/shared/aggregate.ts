/** Sums over numeric fields, as NeMo-Gym's `/aggregate_metrics` has them. */

import { fieldFault } from "../../contract.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Statistics of one column: `mean/reward`, `max/reward`, `min/reward`, `median/reward`, `std/reward` (n − 1; 0 of one value, as the source fills it). */
function describe(name: string, values: readonly number[], out: Record<string, number>): void {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  out[`mean/${name}`] = mean;
  out[`max/${name}`] = sorted.at(-1)!;
  out[`min/${name}`] = sorted[0]!;
  out[`median/${name}`] = sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
  out[`std/${name}`] = values.length < 2 ? 0 : Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1));
}

/** The numbers of a row by name, truth values as 0 and 1, with those of its usage; `without` are left out. */
export function numbersOfRow(row: Fields, without: ReadonlySet<string>): Record<string, number> {
  const response = row["response"];
  const usage = typeof response === "object" && response !== null ? (response as Fields)["usage"] : undefined;
  const out: Record<string, number> = {};
  for (const [name, value] of [...Object.entries(row), ...Object.entries(typeof usage === "object" && usage !== null ? usage : {})]) {
    if (without.has(name)) continue;
    if (typeof value === "boolean") out[name] = Number(value);
    else if (typeof value === "number") out[name] = value;
  }
  return out;
}

/** Columns of some rows: names are whatever the rows have, and each has five numbers in the answer. */
const MOST_COLUMNS = 1000;

/** Statistics of every column of some rows. @throws FormatError where there are more columns than anybody reads */
export function statistics(rows: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const columns = new Map<string, number[]>();
  for (const row of rows)
    for (const [name, value] of Object.entries(row)) {
      const column = columns.get(name);
      if (column === undefined && columns.size === MOST_COLUMNS) throw fieldFault("verify_responses", `must have at most ${MOST_COLUMNS} names of numbers`);
      if (column === undefined) columns.set(name, [value]);
      else column.push(value);
    }
  const out: Record<string, number> = {};
  for (const [name, values] of columns) describe(name, values, out);
  return out;
}
