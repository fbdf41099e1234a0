import { z } from "zod";
import type { Query, QueryResult } from "../core/capabilities.ts";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { correct, incorrect, invalid, undecided, type Verdict } from "../core/verdict.ts";
import { noCapability, type NoCapabilityCode } from "./capability.ts";
import type { NoAnswerCode } from "./math/extract.ts";
import { extractSql } from "./sql/extract.ts";
import { resultDifference, type Difference } from "./sql/match.ts";
import { sqlQueryOptions, type SqlQueryOptions } from "./sql/options.ts";
import { readReference, type GoldQuery, type SqlReference } from "./sql/reference.ts";
import { readStatement } from "./sql/tokens.ts";

export interface SqlOptions extends SqlQueryOptions {
  /** What a gold query without rows says: `match` any other without rows, or nothing. */
  readonly emptyResult: "match" | "undecided";
}

/** Every reason `sql` gives. */
export type SqlCode =
  | "match"
  | "wrong-columns"
  | "wrong-rows"
  | "wrong-values"
  | "error"
  | "time"
  | "rows"
  | "forbidden"
  | "several-statements"
  | "broken"
  | "too-long"
  | "unclosed"
  | "empty-reference"
  | "bad-reference"
  | "bad-database"
  | "infrastructure"
  | NoCapabilityCode
  | NoAnswerCode;

/** Characters of a query that is read. */
const MOST_CHARACTERS = 100_000;

const DIFFERENCES: Readonly<Record<Difference, readonly [SqlCode, string]>> = {
  columns: ["wrong-columns", "the result has another number of columns"],
  rows: ["wrong-rows", "the result has another number of rows"],
  values: ["wrong-values", "the rows differ"],
};

/**
 * Execution match: the query of a response gives what the gold query gives.
 *
 *     score = 1 if rows(query) = rows(gold), else 0
 *
 * Both are asked on a copy that nothing can change, by the capability `query`. Rows are compared as a bag, as a set, or in order where the
 * gold query orders; NULL equals NULL, 1 equals 1.0, text is never a number, numbers agree within a tolerance. Only SELECT and
 * WITH … SELECT are asked, one statement. A gold query that fails, is too slow or too large is `undecided`, never the response's fault.
 * Limits: one database shows that two queries differ, not that they are equal: right by chance is right here.
 *
 * @param reference the gold query, or an object in Spider's or BIRD's layout (`query` or `SQL`, `db_id`, `db_path`, `script`)
 * @remarks BIRD's evaluation is `{ rows: "set", relative: 0, absolute: 0 }`, which forgives duplicates and order; Spider's test suites take columns in any
 * order, `{ columns: "any", relative: 0, absolute: 0 }`. Here the default is stricter than both.
 * @see Yu et al. 2018, Spider, arXiv:1809.08887; Zhong et al. 2020, arXiv:2010.02840; Li et al. 2023, BIRD, arXiv:2305.03111
 * @example (await sql("SELECT 2 AS b", { query: "SELECT 2 AS a", script: "" }, {}, { query: async () => ({ status: "ok", columns: ["a"], rows: [[2]] }) })).score // => 1
 */
export const sql: Verifier<SqlReference, SqlOptions, Promise<Verdict<SqlCode>>> = /* @__PURE__ */ defineVerifier<SqlReference, SqlOptions, Promise<Verdict<SqlCode>>>({
  id: "verify/sql",
  aliases: ["text-to-sql", "execution-match"],
  needs: ["reference", "query"],
  paper: { title: "Can LLM Already Serve as A Database Interface? A BIg Bench for Large-Scale Database Grounded Text-to-SQLs", url: "https://arxiv.org/abs/2305.03111" },
  options: z.strictObject({
    ...sqlQueryOptions,
    emptyResult: z.enum(["match", "undecided"]).default("match"),
  }),
  prepare(reference: SqlReference, options: SqlOptions) {
    const gold = readReference(reference, options);
    const ask = goldAsker(gold, options);
    return async (response, context) => {
      if (typeof gold === "string") return undecided("bad-reference", `the reference is none: ${gold}`);
      const query = context?.["query"] as Query | undefined;
      if (query === undefined) return noCapability("query");
      const said = extractSql(response, options.extract, context);
      if ("code" in said) return invalid(said.code, said.text);
      const { found } = said;
      if (said.sql.length > MOST_CHARACTERS) return invalid("too-long", `the query has more than ${MOST_CHARACTERS} characters`, found);
      const statement = readStatement(said.sql);
      if (statement.kind !== "query") return invalid(STATEMENT_CODES[statement.kind], statement.text, found);
      const signal = context?.signal === undefined ? {} : { signal: context.signal };
      const right = await ask(query);
      if (right.status !== "ok") return undecided(right.status === "infrastructure" || right.status === "bad-database" ? right.status : "bad-reference", `the gold query: ${right.message}`, found);
      if (right.rows.length === 0 && options.emptyResult === "undecided") return undecided("empty-reference", "the gold query gives no rows, so any query without rows would match", found);
      const given = await query({ dialect: gold.dialect, database: gold.database, sql: statement.text, seconds: options.seconds, rows: options.maxRows, ...signal });
      switch (given.status) {
        case "ok": {
          const mode = options.rows === "auto" ? (right.ordered ? "ordered" : "bag") : options.rows;
          const difference = resultDifference(right.rows, given.rows, [right.columns.length, given.columns.length], { mode, columns: options.columns, relative: options.relative, absolute: options.absolute });
          return difference === null ? correct("match", "the results match", found) : incorrect(...DIFFERENCES[difference], found);
        }
        case "error":
        case "time":
        case "rows":
          return invalid(given.status, given.message, found);
        default:
          return undecided(given.status, given.message, found);
      }
    };
  },
});

const STATEMENT_CODES = { empty: "no-answer", several: "several-statements", forbidden: "forbidden", broken: "broken" } as const;

type GoldResult = Extract<QueryResult, { status: "ok" }> & { readonly ordered: boolean };
type Failed = Exclude<QueryResult, { status: "ok" }>;

/** Asks the gold query once for all responses; again where it was our fault that it failed. */
function goldAsker(gold: GoldQuery | string, { seconds, maxRows }: SqlOptions): (query: Query) => Promise<GoldResult | Failed> {
  let asked: { readonly query: Query; readonly result: Promise<GoldResult | Failed> } | null = null;
  const run = async (query: Query): Promise<GoldResult | Failed> => {
    if (typeof gold === "string") return { status: "error", message: gold };
    const statement = readStatement(gold.sql);
    if (statement.kind !== "query") return { status: "error", message: statement.text };
    const result = await query({ dialect: gold.dialect, database: gold.database, sql: statement.text, seconds, rows: maxRows });
    return result.status === "ok" ? { ...result, ordered: statement.ordered } : result;
  };
  return async (query) => {
    if (asked?.query !== query) asked = { query, result: run(query) };
    const mine = asked;
    const result = await mine.result;
    if (result.status === "infrastructure" && asked === mine) asked = null;
    return result;
  };
}
