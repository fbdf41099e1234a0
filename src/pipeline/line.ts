/** Output lines: the input row as it stood, with the scores behind it. */
import { Buffer } from "node:buffer";
import { responseText, type Rollout } from "../core/rollout.ts";
import type { Credited } from "../credit/index.ts";
import type { Reason, TextSpan, Verdict, VerdictStatus } from "../core/verdict.ts";
import { outputLine, toCodePointOffsets, type ColumnPlan, type InputRow } from "../rollout/index.ts";
import type { RowScore } from "./evaluate.ts";

/** The line of one row, its advantage null: the last field, which `OPEN_END` covers, to be written over when it is known. */
export type LineWriter = (row: InputRow, k: number, score: RowScore, columns: ColumnPlan) => string;

/** Bytes at the end of a line that say that its advantage is null. */
export const OPEN_END: number = "null}".length;

/** A writer for rewards of these names; with `tokens`, the line's end may hold the advantages of tokens. */
export function lineWriter(names: readonly string[], tokens: boolean): LineWriter {
  // A field without a value is not written; it keeps an input field of that name out of the way.
  const reserved = tokens ? { advantages: undefined } : {};
  return (row, k, score, columns) => outputLine(row, k, { ...fieldsOf(names, row.rollouts[k]!, score), ...reserved, advantage: null }, columns);
}

/** A verdict as it is written: plain data, its span in code points. */
export interface WireVerdict {
  readonly status: VerdictStatus;
  readonly score: number | null;
  readonly extracted: string | null;
  readonly reason: Reason;
  readonly rule?: string;
  readonly span?: TextSpan;
}

/** What a scored line says of its rollout behind the fields of the input row. */
export interface ScoredFields {
  /** The number of every reward and shaping node, by name. */
  readonly rewards: Readonly<Record<string, number | null>>;
  /** Of nodes that give one, by name. */
  readonly verdicts: Readonly<Record<string, WireVerdict>>;
  /** Null is "not scored", never zero. */
  readonly reward: number | null;
  /** Null without credit, where the reward is null, and where credit is given to tokens. */
  readonly advantage: number | null;
  /** One a token of the response, where credit is given to tokens. */
  readonly advantages?: readonly number[];
}

const UNCREDITED: Credited = { advantage: null, advantages: null };

/** The fields of a scored row; `names` are those of `outputNames`. */
export function scoredFields(names: readonly string[], rollout: Pick<Rollout, "response">, score: RowScore, { advantage, advantages }: Credited = UNCREDITED): ScoredFields {
  return { ...fieldsOf(names, rollout, score), advantage, ...(advantages === null ? {} : { advantages: Array.from(advantages) }) };
}

function fieldsOf(names: readonly string[], rollout: Pick<Rollout, "response">, { values, verdicts, reward }: RowScore): Omit<ScoredFields, "advantage" | "advantages"> {
  const rewards: Record<string, number | null> = {};
  const given: Record<string, WireVerdict> = {};
  names.forEach((name, i) => {
    rewards[name] = values[i]!;
    const verdict = verdicts[i];
    if (verdict != null) given[name] = onTheWire(verdict, rollout);
  });
  return { rewards, verdicts: given, reward };
}

/** The end of a row: the value of its advantage, those of its tokens where there are any, the closing brace, the line feed. */
export function lineEnd({ advantage, advantages }: Credited): string {
  return `${JSON.stringify(advantage)}${advantages === null ? "" : `,"advantages":[${advantages.join(",")}]`}}\n`;
}

/** A verdict as it is written: offsets count code points there. */
export function onTheWire({ status, score, extracted, reason, rule, span }: Verdict, rollout: Pick<Rollout, "response">): WireVerdict {
  const written: { -readonly [Field in keyof WireVerdict]: WireVerdict[Field] } = { status, score, extracted, reason: { code: reason.code, text: reason.text } };
  if (rule !== undefined) written.rule = rule;
  if (span !== undefined) written.span = inCodePoints(span, responseText(rollout));
  return written;
}

const SURROGATE = /[\ud800-\udfff]/;

function inCodePoints({ start, end }: TextSpan, text: string): TextSpan {
  // Most text has no pair to count; telling so is far cheaper than counting.
  if (!SURROGATE.test(text)) return { start, end };
  const [from, to] = toCodePointOffsets(text, [start, end]);
  return { start: from!, end: to! };
}

/** A growing buffer of UTF-8 text. */
export class TextBuffer {
  #buffer: Buffer<ArrayBuffer>;
  #length = 0;

  constructor(capacity: number) {
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(capacity, 64));
  }

  get length(): number {
    return this.#length;
  }

  write(text: string): void {
    const needed = this.#length + text.length * 3;
    if (needed > this.#buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
      this.#buffer.copy(grown, 0, 0, this.#length);
      this.#buffer = grown;
    }
    this.#length += this.#buffer.write(text, this.#length, "utf8");
  }

  /** Takes the last bytes back. */
  drop(bytes: number): void {
    this.#length -= bytes;
  }

  /** The text so far; the buffer is given away. */
  bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#buffer.buffer, 0, this.#length);
  }
}
