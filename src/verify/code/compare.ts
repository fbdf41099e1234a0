/** Outputs and values compared, here and never where the program runs. */
import { Unordered } from "../../core/unordered.ts";
import { isNear, type Tolerance } from "../tolerance.ts";

/** How an output is compared with the expected one. */
export interface Comparison extends Tolerance {
  /** `exact`: letter by letter, but for line feeds at the end. `tokens`: what white space separates. `float`: tokens, numbers within tolerance. `set`: lines (or elements) in any order. */
  readonly compare: "exact" | "tokens" | "float" | "set";
}

/** Compares text; null where they are equal, else what differs, in a few words. */
export function textDifference(got: string, expected: string, { compare, ...tolerance }: Comparison): string | null {
  if (compare === "exact") {
    const [a, b] = [trimLines(got), trimLines(expected)];
    return a === b ? null : differing(a, b);
  }
  if (compare === "set") {
    const b = linesOf(expected, Number.POSITIVE_INFINITY).sort();
    const a = linesOf(got, b.length).sort();
    if (a.length !== b.length) return `${a.length > b.length ? `more than ${b.length}` : a.length} lines, not ${b.length}`;
    const at = a.findIndex((line, i) => line !== b[i]);
    return at < 0 ? null : `a line ${clip(a[at]!)} that is not expected`;
  }
  const [left, right] = [tokensOf(got), tokensOf(expected)];
  for (let at = 1; ; at++) {
    const [a, b] = [left.next(), right.next()];
    if (a.done === true && b.done === true) return null;
    if (a.done === true) return `the output ends before token ${at}, ${clip(b.value as string)}`;
    if (b.done === true) return `token ${at}, ${clip(a.value)}, comes after the expected end`;
    if (a.value === b.value || (compare === "float" && nearNumbers(a.value, b.value, tolerance))) continue;
    return `token ${at} is ${clip(a.value)}, not ${clip(b.value)}`;
  }
}

function trimLines(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === "\n" || text[end - 1] === "\r")) end--;
  return text.slice(0, end);
}

function differing(a: string, b: string): string {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  return `character ${at + 1} differs: ${clip(a.slice(at, at + 20))}, not ${clip(b.slice(at, at + 20))}`;
}

/** Lines that hold something, their tokens apart by one blank; one more than `most` is enough to know that there are more. */
function linesOf(text: string, most: number): string[] {
  const lines: string[] = [];
  for (let from = 0; from < text.length && lines.length <= most; ) {
    const end = text.indexOf("\n", from);
    const stop = end < 0 ? text.length : end;
    const line = stop === from ? "" : [...tokensOf(text.slice(from, stop))].join(" ");
    if (line !== "") lines.push(line);
    from = stop + 1;
  }
  return lines;
}

/** Tokens one by one: an output of 50 MB is not cut into an array. */
function* tokensOf(text: string): Generator<string, void, void> {
  let from = -1;
  for (let k = 0; k <= text.length; k++) {
    const code = k < text.length ? text.charCodeAt(k) : 32;
    const space = code <= 32 || code === 0xa0 || code === 0xfeff;
    if (space && from >= 0) {
      yield text.slice(from, k);
      from = -1;
    } else if (!space && from < 0) from = k;
  }
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function nearNumbers(a: string, b: string, tolerance: Tolerance): boolean {
  if (a.length > 400 || b.length > 400 || !NUMBER.test(a) || !NUMBER.test(b)) return false;
  const [x, y] = [Number(a), Number(b)];
  // Past what a double holds digits count one by one.
  return Number.isFinite(x) && Number.isFinite(y) && isNear(x, y, tolerance);
}

function clip(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

/**
 * Compares a value that a program returned with an expected one, as Python's `==` would where both are plain data: 1 is 1.0, True is 1,
 * a tuple is the list of its elements. A set is equal to a list of its elements only where order does not count (`set`); a symbol, which stands for what is no data, to nothing.
 */
export function valueDifference(got: unknown, expected: unknown, comparison: Comparison): string | null {
  return differs(got, expected, comparison, comparison.compare === "set") ? `${shown(got)}, not ${shown(expected)}` : null;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" || typeof each === "symbol" ? String(each) : each instanceof Unordered ? { set: each.elements } : each)) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function differs(got: unknown, expected: unknown, comparison: Comparison, unordered: boolean): boolean {
  if (isNumeric(got) && isNumeric(expected)) {
    const [a, b] = [Number(got), Number(expected)];
    if (typeof got === "bigint" || typeof expected === "bigint") return !sameInteger(got, expected);
    return Number.isNaN(b) ? !Number.isNaN(a) : comparison.compare === "float" ? !isNear(a, b, comparison) : a !== b;
  }
  if (typeof got === "symbol") return true;
  if (typeof got !== "object" || got === null || typeof expected !== "object" || expected === null) return got !== expected;
  const [a, b] = [elementsOf(got), elementsOf(expected)];
  if (a !== null && b !== null) {
    if (a.length !== b.length || (!unordered && got instanceof Unordered !== expected instanceof Unordered)) return true;
    if (!unordered && !(got instanceof Unordered)) return a.some((each, i) => differs(each, b[i], comparison, false));
    const left = new Map<string, number>();
    for (const each of a) left.set(keyOf(each), (left.get(keyOf(each)) ?? 0) + 1);
    return b.some((each) => {
      const count = left.get(keyOf(each)) ?? 0;
      left.set(keyOf(each), count - 1);
      return count === 0;
    });
  }
  if (a !== null || b !== null) return true;
  const [keys, others] = [Object.keys(got), Object.keys(expected)];
  return keys.length !== others.length || keys.some((key) => !Object.hasOwn(expected, key) || differs((got as Record<string, unknown>)[key], (expected as Record<string, unknown>)[key], comparison, false));
}

function isNumeric(value: unknown): value is number | bigint | boolean {
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
}

function sameInteger(a: number | bigint | boolean, b: number | bigint | boolean): boolean {
  const whole = (value: number | bigint | boolean): bigint | null => (typeof value === "bigint" ? value : Number.isInteger(Number(value)) ? BigInt(Number(value)) : null);
  const [left, right] = [whole(a), whole(b)];
  return left !== null && left === right;
}

function elementsOf(value: object): readonly unknown[] | null {
  if (Array.isArray(value)) return value;
  return value instanceof Unordered ? value.elements : null;
}

/** One text for equal values. */
function keyOf(value: unknown): string {
  if (isNumeric(value)) return `#${typeof value === "bigint" ? value : Number(value)}`;
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  const elements = elementsOf(value);
  if (elements !== null) return value instanceof Unordered ? `{${elements.map(keyOf).toSorted().join()}}` : `[${elements.map(keyOf).join()}]`;
  return `(${Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}:${keyOf(each)}`).toSorted().join()})`;
}
