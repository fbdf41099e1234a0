/** Types of the room: where rollouts come from, how a row is read, what is rejected. */
import type { Rollout } from "../core/rollout.ts";

/** One path or several, read in order; `-` is standard input. Compression and format are told by the first bytes. */
export type Source = string | readonly string[];

/** What a column can mean. */
export type Role =
  | "prompt"
  | "response"
  | "messages"
  | "reference"
  | "id"
  | "group"
  | "task"
  | "episode"
  | "parent"
  | "forkToken"
  | "finish"
  | "policyVersion"
  | "tokens"
  | "mask"
  | "rolloutLogprobs"
  | "oldLogprobs"
  | "logprobs"
  | "refLogprobs"
  | "values"
  | "spans";

/** Explicit columns: a role to a column name or a dotted path into nested values. Wins over recognition. */
export type ColumnMapping = Readonly<Partial<Record<Role, string>>>;

/** Where a role is read: the keys from the row down, and whether the caller named it. */
export interface ColumnChoice {
  readonly path: readonly string[];
  readonly explicit: boolean;
  /** Other recognised columns of this role that were present and not taken, in order. */
  readonly passedOver: readonly string[];
}

/** How rows become rollouts: plain JSON, so that workers can be sent it. */
export interface ColumnPlan {
  readonly roles: Readonly<Partial<Record<Role, ColumnChoice>>>;
  /** Columns holding rewards already given, by the name they get in `Rollout.given`. */
  readonly given: Readonly<Record<string, readonly string[]>>;
  /** Top-level columns of the rows the plan was made from. A row with other recognised columns is recognised on its own. */
  readonly seen: readonly string[];
  readonly mapping: ColumnMapping;
}

/** One row as it was read, and the rollouts it holds: one, or one a response where the response column is an array. */
export interface InputRow {
  /** The row, parsed and untouched. */
  readonly row: Record<string, unknown>;
  readonly rollouts: readonly Rollout[];
  readonly file: string;
  /** 1-based line of a text file, 1-based element of a JSON array, 1-based row of a Parquet file. */
  readonly line: number;
  /** The line as it stood in the file. */
  readonly text: string;
  /** The column whose array was expanded into several rollouts. */
  readonly expanded?: readonly string[];
  /** Of an expanded row: the plan it was read by, where it did not fit that of its file. */
  readonly columns?: ColumnPlan;
}

/** A line that could not be read, why, and its text, cut where it is long. */
export interface Reject {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
  /** The column at fault, where there is one. */
  readonly field?: string;
  readonly text: string;
}

/** Whole lines of JSONL, decompressed. The bytes are the receiver's: nothing else holds them. */
export interface Block {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly file: string;
  /** 1-based number of the first line in its file. */
  readonly firstLine: number;
  /** 0-based number of this block over all files. */
  readonly index: number;
  /** Where the block starts in the decompressed text of its file, in bytes. */
  readonly offset: number;
}

/** What a block held. */
export interface ParsedBlock {
  readonly rows: readonly InputRow[];
  readonly rejects: readonly Reject[];
  /** Lines in the block, blank ones included. */
  readonly lines: number;
}

export interface BlockOptions {
  /** Bytes of a block; a line that is longer makes a longer block. */
  readonly blockBytes: number;
  /** Longest line read, in bytes; a longer one is a FormatError, so memory stays bounded. */
  readonly maxLineBytes: number;
}

export interface ReadOptions extends BlockOptions {
  /** Explicit columns. */
  readonly columns: ColumnMapping;
  /** Stop with a FormatError at the first line that cannot be read. */
  readonly strict: boolean;
  /** Receives every line that could not be read; without it the first one throws, as with `strict`. */
  readonly onReject: ((reject: Reject) => void) | undefined;
  /** Ends the read with the signal's reason. */
  readonly signal: AbortSignal | undefined;
}
