/** Where a response says its SQL. */
import type { VerifyContext } from "../../core/method.ts";
import type { Found } from "../../core/verdict.ts";
import { visibleRange, type NoAnswerCode } from "../math/extract.ts";
import { codeFences } from "../structure/fences.ts";

export const SQL_SOURCES = ["auto", "last-fence", "last-tag", "last-statement", "whole"] as const;

/**
 * `last-fence`: the last fenced block that is SQL's or no language's. `last-tag`: the last `<answer>` or `<sql>`, and in it the block where there is one.
 * `last-statement`: what begins with SELECT or WITH at the beginning of a line, last. `whole`: everything after the reasoning.
 * `auto`: tags, else a block, else the last statement.
 */
export type SqlSource = (typeof SQL_SOURCES)[number];

export interface FoundSql {
  readonly sql: string;
  readonly found: Found;
}

export interface NoSql {
  readonly code: NoAnswerCode | "unclosed";
  readonly text: string;
}

const LANGUAGES: ReadonlySet<string> = new Set(["", "sql", "sqlite", "sqlite3", "postgresql", "postgres", "pgsql", "psql", "mysql", "tsql"]);
const TAGS = ["answer", "sql"] as const;

export function extractSql(response: string, source: SqlSource, context: VerifyContext | undefined): FoundSql | NoSql {
  const range = visibleRange(response, context?.prompt);
  if ("status" in range) return range;
  const text = response.slice(0, range.end);
  const make = (start: number, end: number, rule: string): FoundSql => {
    const inner = text.slice(start, end);
    const from = start + (inner.length - inner.trimStart().length);
    const sql = inner.trim();
    return { sql, found: { extracted: sql, span: { start: from, end: from + sql.length }, rule } };
  };
  const whole = make(range.start, range.end, "whole");
  switch (source) {
    case "whole":
      return whole;
    case "last-fence":
      return inFence(text, range.start, range.end, make) ?? { code: "no-answer", text: "there is no block of SQL" };
    case "last-tag":
      return inTags(text, range.start, make) ?? { code: "no-answer", text: "there is neither <answer> nor <sql>" };
    case "last-statement":
      return lastStatement(text, range.start, make) ?? { code: "no-answer", text: "no line begins with SELECT or WITH" };
    case "auto":
      return inTags(text, range.start, make) ?? inFence(text, range.start, range.end, make) ?? lastStatement(text, range.start, make) ?? { code: "no-answer", text: "there is neither a tag, nor a block, nor a statement" };
  }
}

type Make = (start: number, end: number, rule: string) => FoundSql;

function inTags(text: string, from: number, make: Make): FoundSql | NoSql | null {
  let best: { start: number; end: number; name: string } | null = null;
  for (const name of TAGS) {
    const end = text.lastIndexOf(`</${name}>`);
    const open = text.lastIndexOf(`<${name}>`);
    if (open > end && open >= from) return { code: "unclosed", text: `<${name}> is never closed` };
    const start = end < 0 ? -1 : text.lastIndexOf(`<${name}>`, end);
    if (start >= from && (best === null || end > best.end)) best = { start: start + name.length + 2, end, name };
  }
  if (best === null) return null;
  return inFence(text, best.start, best.end, make) ?? make(best.start, best.end, `<${best.name}>`);
}

function inFence(text: string, from: number, to: number, make: Make): FoundSql | NoSql | null {
  const inner = text.slice(from, to);
  const fence = codeFences(inner).findLast(({ language }) => LANGUAGES.has(language));
  if (fence === undefined) return null;
  if (!fence.closed) return { code: "unclosed", text: "the block is never closed" };
  const body = inner.indexOf("\n", fence.start) + 1;
  return make(from + body, from + body + fence.inner.length, "fence");
}

function lastStatement(text: string, from: number, make: Make): FoundSql | null {
  // A line that begins with SELECT goes on with the WITH, the bracket or the UNION above it.
  const begin = /(?:^|\n)[ \t]*\(?[ \t]*(?:select|with)\b/gi;
  begin.lastIndex = from > 0 ? from - 1 : 0;
  const starts = Array.from(text.matchAll(begin), ({ index, 0: head }) => index + (head.startsWith("\n") ? 1 : 0));
  if (starts.length === 0) return null;
  let at = starts.length - 1;
  while (at > 0 && continues(text, starts[at - 1]!, starts[at]!)) at--;
  const start = starts[at]!;
  const blank = text.slice(start).search(/;|\n[ \t]*\n|\n[ \t]*```/);
  return make(start, blank < 0 ? text.length : start + blank, "last-statement");
}

/** True where no statement ends between two beginnings. */
function continues(text: string, first: number, second: number): boolean {
  return second - first < 20_000 && !/;|\n[ \t]*\n/.test(text.slice(first, second));
}
