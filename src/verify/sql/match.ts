/**
 * Results of two queries compared: as bags, sets or lists of rows, with a tolerance for numbers and, where wanted, columns in any order.
 * Work is bounded: rows · columns · log rows, and for columns in any order a budget of cells, past which the results do not match.
 */
import type { SqlValue } from "../../core/capabilities.ts";
import { isNear, type Tolerance } from "../tolerance.ts";

export type RowMode = "bag" | "set" | "ordered";

/** `left` of two results is the gold one: the tolerance, where not both numbers are whole, is of its numbers. */
export interface MatchOptions extends Tolerance {
  readonly mode: RowMode;
  readonly columns: "given" | "any";
}

export type Rows = readonly (readonly SqlValue[])[];

export type Difference = "columns" | "rows" | "values";

/** Cells looked at in search of an order of columns. */
const BUDGET = 20_000_000;
/** Rows that differ only in their numbers, matched in every way. */
const MOST_NEAR = 256;

/** How the rows of `right` differ from those of `left`; null where they do not. */
export function resultDifference(left: Rows, right: Rows, width: readonly [number, number], options: MatchOptions): Difference | null {
  if (width[0] !== width[1]) return "columns";
  if (options.mode !== "set" && left.length !== right.length) return "rows";
  if (sameRows(left, right, options)) return null;
  if (options.columns === "any" && width[0] > 1 && sameInSomeOrder(left, right, width[0], options)) return null;
  return options.mode === "set" && left.length !== right.length ? "rows" : "values";
}

function sameRows(left: Rows, right: Rows, { mode, ...tolerance }: MatchOptions): boolean {
  if (mode === "ordered") return left.length === right.length && left.every((row, i) => sameRow(row, right[i]!, tolerance));
  if (mode === "set") return sameSets(left, right, tolerance);
  const counts = new Map<string, { count: number; row: readonly SqlValue[] }>();
  for (const row of left) {
    const key = rowKey(row);
    const seen = counts.get(key);
    if (seen === undefined) counts.set(key, { count: 1, row });
    else seen.count++;
  }
  const over: (readonly SqlValue[])[] = [];
  for (const row of right) {
    const seen = counts.get(rowKey(row));
    if (seen === undefined || seen.count === 0) over.push(row);
    else seen.count--;
  }
  if (over.length === 0) return left.length === right.length;
  if (isExact(tolerance) || left.length !== right.length) return false;
  return sameNear(Array.from(counts.values()).flatMap(({ count, row }) => Array.from({ length: count }, () => row)), over, tolerance);
}

/** Rows that have no equal, matched one to one within the tolerance. */
function sameNear(left: Rows, right: Rows, tolerance: Tolerance): boolean {
  const groups = grouped(left);
  const others = grouped(right);
  if (groups.size !== others.size) return false;
  for (const [key, ours] of groups) {
    const theirs = others.get(key);
    if (theirs === undefined || theirs.length !== ours.length) return false;
    const [a, b] = [ours.toSorted(compareNumbers), theirs.toSorted(compareNumbers)];
    if (a.every((row, i) => sameRow(row, b[i]!, tolerance))) continue;
    if (a.length > MOST_NEAR || !perfectMatching(a, b, tolerance)) return false;
  }
  return true;
}

function sameSets(left: Rows, right: Rows, tolerance: Tolerance): boolean {
  const covers = (all: Rows, some: Rows, near: (row: readonly SqlValue[], other: readonly SqlValue[]) => boolean): boolean => {
    const keys = new Set(all.map(rowKey));
    const missing = some.filter((row) => !keys.has(rowKey(row)));
    if (missing.length === 0) return true;
    if (isExact(tolerance) || missing.length > MOST_NEAR * 8) return false;
    const groups = grouped(all);
    let budget = BUDGET;
    return missing.every((row) => (groups.get(maskedKey(row)) ?? []).some((other) => (budget -= row.length) > 0 && near(row, other)));
  };
  return covers(left, right, (row, other) => sameRow(other, row, tolerance)) && covers(right, left, (row, other) => sameRow(row, other, tolerance));
}

/** Rows by what is no number in them. */
function grouped(rows: Rows): Map<string, (readonly SqlValue[])[]> {
  const out = new Map<string, (readonly SqlValue[])[]>();
  for (const row of rows) {
    const key = maskedKey(row);
    const group = out.get(key);
    if (group === undefined) out.set(key, [row]);
    else group.push(row);
  }
  return out;
}

/** Kuhn's algorithm. */
function perfectMatching(left: Rows, right: Rows, tolerance: Tolerance): boolean {
  const partner = right.map(() => -1);
  const near = left.map((row) => right.flatMap((other, j) => (sameRow(row, other, tolerance) ? [j] : [])));
  const augment = (i: number, seen: Set<number>): boolean =>
    near[i]!.some((j) => {
      if (seen.has(j)) return false;
      seen.add(j);
      if (partner[j]! >= 0 && !augment(partner[j]!, seen)) return false;
      partner[j] = i;
      return true;
    });
  return left.every((_, i) => augment(i, new Set()));
}

/** Looks for an order of the columns of `right` under which the rows are those of `left`. */
function sameInSomeOrder(left: Rows, right: Rows, width: number, options: MatchOptions): boolean {
  let budget = BUDGET;
  const column = (rows: Rows, i: number): Rows => rows.map((row) => [row[i]!]);
  const signature = (rows: Rows, i: number): string[] => {
    const keys = rows.map((row) => valueKey(row[i]!));
    return options.mode === "ordered" ? keys : options.mode === "set" ? [...new Set(keys)].sort() : keys.sort();
  };
  const ours = Array.from({ length: width }, (_, i) => signature(left, i));
  const theirs = Array.from({ length: width }, (_, j) => signature(right, j));
  const fits = ours.map((keys, i) =>
    theirs.flatMap((other, j) => {
      if (keys.length === other.length && keys.every((key, k) => key === other[k])) return [j];
      if (isExact(options)) return [];
      budget -= left.length + right.length;
      return budget > 0 && sameRows(column(left, i), column(right, j), options) ? [j] : [];
    }),
  );
  const order = Array.from({ length: width }, (_, i) => i).sort((a, b) => fits[a]!.length - fits[b]!.length);
  const chosen: number[] = [];
  const place = (depth: number): boolean => {
    if (depth === width) return true;
    const tried = new Set<string>();
    for (const j of fits[order[depth]!]!) {
      if (chosen.includes(j)) continue;
      // Columns that are equal row by row need trying once.
      const whole = right.length * width > 100_000 ? String(j) : right.map((row) => valueKey(row[j]!)).join("\u0000");
      if (tried.has(whole)) continue;
      tried.add(whole);
      chosen.push(j);
      budget -= (left.length + right.length) * (depth + 1);
      if (budget < 0) return false;
      const some = order.slice(0, depth + 1);
      const same = sameRows(
        left.map((row) => some.map((i) => row[i]!)),
        right.map((row) => chosen.map((k) => row[k]!)),
        options,
      );
      if (same && place(depth + 1)) return true;
      chosen.pop();
    }
    return false;
  };
  return fits.every((some) => some.length > 0) && place(0);
}

function sameRow(a: readonly SqlValue[], b: readonly SqlValue[], tolerance: Tolerance): boolean {
  return a.length === b.length && a.every((value, i) => sameValue(value, b[i]!, tolerance));
}

/** Equal values: NULL is NULL, 1 is 1.0, text is never a number; `a` is the gold one. */
export function sameValue(a: SqlValue, b: SqlValue, tolerance: Tolerance): boolean {
  if (isNumber(a) && isNumber(b)) {
    if (valueKey(a) === valueKey(b)) return true;
    if (isWhole(a) && isWhole(b)) return false;
    return isNear(Number(b), Number(a), tolerance);
  }
  return valueKey(a) === valueKey(b);
}

function isExact({ absolute, relative }: Tolerance): boolean {
  return absolute === 0 && relative === 0;
}

function isNumber(value: SqlValue): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function isWhole(value: number | bigint): boolean {
  return typeof value === "bigint" || Number.isSafeInteger(value);
}

/** One letter a byte: a result may be one value of many megabytes. */
const LETTERS = new TextDecoder("latin1");

function valueKey(value: SqlValue): string {
  if (value === null) return "n";
  if (typeof value === "string") return `s${value.length}:${value}`;
  if (typeof value === "bigint") return `d${value}`;
  if (typeof value === "number") return `d${Number.isInteger(value) ? BigInt(value) : value}`;
  return `b${value.length}:${LETTERS.decode(value)}`;
}

function rowKey(row: readonly SqlValue[]): string {
  return row.map(valueKey).join("|");
}

function maskedKey(row: readonly SqlValue[]): string {
  return row.map((value) => (isNumber(value) ? "#" : valueKey(value))).join("|");
}

function compareNumbers(a: readonly SqlValue[], b: readonly SqlValue[]): number {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    if (isNumber(x) && isNumber(y) && x !== y) return Number(x) - Number(y);
  }
  return 0;
}
