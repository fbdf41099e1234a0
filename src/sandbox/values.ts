/** Values as they cross between Python and here: JSON with tags for what JSON has not. */
import { Unordered } from "../core/unordered.ts";

/** Most values, and deepest nesting, of one message. */
const MOST_VALUES = 2_000_000;
const DEEPEST = 1000;

/** Most hexadecimal digits of an integer. */
const LONGEST_INTEGER = 100_000;

/** To write an integer out takes time that grows with the square of its digits: the most of these squares in one message. */
const MOST_DIGITS_SQUARED = 4 * LONGEST_INTEGER ** 2;

/** What a program sent is none of its answers: malformed, or past a limit. Its own fault, whoever wrote the line. */
export class BadMessage extends Error {
  readonly status: "runtime-error" | "output";
  constructor(status: "runtime-error" | "output", message: string) {
    super(message);
    this.status = status;
  }
}

function malformed(what: string): BadMessage {
  return new BadMessage("runtime-error", `the program sent ${what} in place of an answer`);
}

function excess(): BadMessage {
  return new BadMessage("output", `the answer holds more than ${MOST_VALUES} values, or nests deeper than ${DEEPEST}`);
}

/** A message read within the limits, which are looked at before anything is built. @throws BadMessage */
export function readMessage(text: string): unknown {
  let depth = 0;
  let values = 0;
  let quoted = false;
  for (let k = 0; k < text.length; k++) {
    const code = text.charCodeAt(k);
    if (code === 34) quoted = !quoted;
    else if (quoted) k += code === 92 ? 1 : 0;
    else if (code === 44) values++;
    else if (code === 91 || code === 123) {
      values++;
      if (++depth > DEEPEST) throw excess();
    } else if (code === 93 || code === 125) depth--;
  }
  if (values > MOST_VALUES) throw excess();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw malformed("what is no JSON");
  }
}

/** What a call is answered with: a value with its arguments where they changed, or an error. */
export interface Answer {
  readonly r?: unknown;
  readonly a?: readonly unknown[];
  readonly e?: { readonly type: string; readonly text: string };
}

/** @throws BadMessage where the message is no answer */
export function answerOf(message: unknown): Answer {
  if (typeof message !== "object" || message === null || Array.isArray(message)) throw malformed("no object");
  const { a, e } = message as Readonly<Record<string, unknown>>;
  if (a !== undefined && !Array.isArray(a)) throw malformed("arguments that are no list");
  if (e === undefined) return message as Answer;
  const { type, text } = (typeof e === "object" && e !== null ? e : {}) as Readonly<Record<string, unknown>>;
  if (typeof type !== "string" || typeof text !== "string") throw malformed("an error without its name");
  return message as Answer;
}

/** From a tagged value to plain data. Tuples, ranges and queues become arrays, sets `Unordered`, large integers bigints, and what is no data (objects of the program, bytes, dates) a symbol, which equals nothing. @throws BadMessage */
export function plainOf(value: unknown): unknown {
  return plain(value, { left: MOST_VALUES, squares: MOST_DIGITS_SQUARED });
}

interface Budget {
  left: number;
  squares: number;
}

function plain(value: unknown, budget: Budget): unknown {
  if (--budget.left < 0) throw excess();
  if (Array.isArray(value)) return value.map((each) => plain(each, budget));
  if (typeof value !== "object" || value === null) return value;
  const { o, k, i, f, t, d, m, p, s, z, b, c, r, q, n, u } = value as Readonly<Record<string, unknown>>;
  if (u !== undefined) return null;
  if (o !== undefined || k !== undefined) return Symbol(nameOf(k));
  if (i !== undefined) return integerOf(i, budget);
  if (typeof f === "string") return f === "nan" ? Number.NaN : f === "inf" ? Number.POSITIVE_INFINITY : f === "-inf" ? Number.NEGATIVE_INFINITY : Number(f);
  if (t !== undefined || q !== undefined) return listOf(t ?? q).map((each) => plain(each, budget));
  // A named tuple is its items, a counter or a dictionary with a default its pairs.
  if (p !== undefined) return listOf(listOf(p)[2]).map((each) => plain(each, budget));
  if (s !== undefined || z !== undefined) return new Unordered(listOf(s ?? z).map((each) => plain(each, budget)));
  if (d !== undefined || m !== undefined) return Object.fromEntries(listOf(d ?? listOf(m)[1]).map((pair) => [keyText(plain(listOf(pair)[0], budget)), plain(listOf(pair)[1], budget)]));
  if (typeof b === "string") return Symbol("bytes");
  if (c !== undefined) return Symbol("complex");
  if (n !== undefined) return namedOf(listOf(n));
  if (r !== undefined) return rangeOf(listOf(r), budget);
  return Symbol("unknown");
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed("a malformed value");
  return value;
}

function nameOf(kind: unknown): string {
  const name = (kind as { readonly name?: unknown } | null | undefined)?.name;
  return typeof name === "string" ? name.slice(0, 100) : "object";
}

/** A decimal or a fraction is the number nearest to it; a date is no data. */
function namedOf([kind, text]: readonly unknown[]): number | symbol {
  if (typeof kind !== "string" || typeof text !== "string") throw malformed("a malformed value");
  if (kind === "Decimal") return Number(text);
  if (kind !== "Fraction") return Symbol(kind.slice(0, 100));
  const [numerator, denominator] = text.split("/", 2);
  return Number(numerator) / Number(denominator ?? 1);
}

function integerOf(text: unknown, budget: Budget): bigint {
  if (typeof text !== "string" || !/^-?0x[0-9a-f]+$/.test(text)) throw malformed("a malformed integer");
  if (text.length > LONGEST_INTEGER || (budget.squares -= text.length ** 2) < 0) throw new BadMessage("output", `the answer holds integers that are too long: ${text.length} hexadecimal digits here, and at most ${LONGEST_INTEGER}`);
  return text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
}

/** A range is written out: its numbers count like any others. */
function rangeOf(bounds: readonly unknown[], budget: Budget): unknown {
  const [start, stop, step] = bounds as readonly number[];
  if (!bounds.every(Number.isSafeInteger) || start === undefined || stop === undefined || step === undefined || step === 0) throw malformed("a malformed range");
  const count = Math.max(0, Math.ceil((stop - start) / step));
  if ((budget.left -= count) < 0) throw excess();
  return Array.from({ length: count }, (_, k) => start + k * step);
}

function keyText(key: unknown): string {
  return typeof key === "string" ? key : typeof key === "bigint" ? String(key) : JSON.stringify(key, (_, each: unknown) => (typeof each === "bigint" ? String(each) : each instanceof Unordered ? { set: each.elements } : each)) ?? String(key);
}

/** From JSON data to the tagged form: objects become dictionaries, numbers with a fraction floats. */
export function taggedOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(taggedOf);
  if (typeof value === "number" && !Number.isInteger(value)) return { f: String(value) };
  if (typeof value === "bigint") return { i: value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}` };
  if (typeof value !== "object" || value === null) return value;
  return { d: Object.entries(value).map(([key, each]) => [key, taggedOf(each)]) };
}
