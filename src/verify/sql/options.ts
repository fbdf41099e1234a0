/** Options that every verifier of SQL has. */
import { z } from "zod";
import { SQL_SOURCES, type SqlSource } from "./extract.ts";

/** How a query is found, asked and compared. */
export interface SqlQueryOptions {
  /** Where the response says its query. */
  readonly extract: SqlSource;
  /** Dialect of both queries, where the reference does not say. */
  readonly dialect: "sqlite" | "postgresql";
  /** Where databases of a `db_id` are: a folder (`F/{db_id}/{db_id}.sqlite`), or a path that holds `{db_id}`. */
  readonly databases: string | null;
  /** A script that makes the database, where the reference names none. */
  readonly script: string | null;
  /** How rows are compared: `auto` is `ordered` where the gold query has an ORDER BY of its own, else `bag`. BIRD compares `set`. */
  readonly rows: "auto" | "bag" | "set" | "ordered";
  /** Whether the columns may come in another order. */
  readonly columns: "given" | "any";
  /** Numbers, where not both are whole, are equal if |x − g| ≤ max(absolute, relative · |g|), g of the gold query. */
  readonly absolute: number;
  /** See `absolute`. */
  readonly relative: number;
  /** Time of one query. */
  readonly seconds: number;
  /** Rows of one result. */
  readonly maxRows: number;
}

/** Their schema, field by field. */
export const sqlQueryOptions: { readonly [Name in keyof SqlQueryOptions]: z.ZodDefault<z.ZodType<SqlQueryOptions[Name]>> } = {
  extract: z.enum(SQL_SOURCES).default("auto"),
  dialect: z.enum(["sqlite", "postgresql"]).default("sqlite"),
  databases: z.string().min(1).nullable().default(null),
  script: z.string().nullable().default(null),
  rows: z.enum(["auto", "bag", "set", "ordered"]).default("auto"),
  columns: z.enum(["given", "any"]).default("given"),
  absolute: z.number().min(0).default(1e-9),
  relative: z.number().min(0).max(1).default(1e-9),
  seconds: z.number().positive().max(600).default(5),
  maxRows: z.int().min(1).max(1_000_000).default(100_000),
};
