/** Case files: the committed fixtures, and what lies beside the repository when it is there. */
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const ROOT: URL = new URL("../../", import.meta.url);

/** Rows of a JSONL file, gzipped or plain. */
export function readRows<Row>(file: URL): Row[] {
  const bytes = readFileSync(file);
  const text = (file.pathname.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Row);
}

/** A fixture of this repository. */
export function fixture(name: string): URL {
  return new URL(`test/fixtures/math/${name}`, ROOT);
}

/** A file of the folder `shared` beside the repository, or null where it is not there. */
export function shared(name: string): URL | null {
  const file = new URL(`../shared/${name}`, ROOT);
  return existsSync(file) ? file : null;
}

/** A pair of the golden sets: see scripts/golden. */
export interface GoldenPair {
  readonly id: string;
  readonly form: string;
  readonly kind: string;
  readonly by: string;
  readonly reference: string;
  readonly answer: string;
  readonly response: string;
}

/** A case of a grader's own test suite. */
export interface SuiteCase {
  readonly gold: string;
  readonly pred: string;
  readonly expect: boolean;
  readonly opts?: MathVerifyOptions;
  readonly source: string;
  readonly label_note?: string;
}

/** How a Math-Verify case calls it. */
export interface MathVerifyOptions {
  readonly match_types?: readonly ("latex" | "expr")[];
  readonly precision?: number;
  readonly strict?: boolean;
  readonly allow_set_relation_comp?: boolean;
  readonly boxed_match_priority?: number;
}

export interface ParserCase {
  readonly gold_latex: string;
  readonly gold_sympy: string;
  readonly pred: string;
  readonly expect: boolean;
  readonly source: string;
}

export interface StringCase {
  readonly text: string;
  readonly expect: readonly string[];
  readonly opts: { readonly strings: readonly string[]; readonly lowercase: boolean };
  readonly source: string;
}

export interface RolloutRow {
  readonly id: string;
  readonly group: string;
  readonly question: string;
  readonly response: string;
  readonly answer: string;
  readonly meta: { readonly upstream_correct: boolean };
}
