import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { createQuery } from "../sandbox/index.ts";
import { sql, type SqlOptions } from "./index.ts";

const { query, close } = createQuery();
afterAll(close);

interface Pairs {
  readonly gold: string;
  readonly others: Readonly<Record<string, { readonly sql: string; readonly accepts: readonly string[] }>>;
}

/** Made by scripts/golden/sql_graders.py. */
const [header, ...lines] = readFileSync(new URL("../../test/fixtures/sql/graders.jsonl", import.meta.url), "utf8").trimEnd().split("\n");
const { script } = JSON.parse(header!) as { readonly script: string };
const PAIRS = lines.map((line) => JSON.parse(line) as Pairs);

/** Our options that are each evaluation's. */
const OPTIONS: Readonly<Record<string, Partial<SqlOptions>>> = { spider: { columns: "any", absolute: 0, relative: 0 }, bird: { rows: "set", absolute: 0, relative: 0 } };

/** Every reason for which an evaluation says otherwise than its options here. */
const REASONS: Readonly<Record<string, string>> = {
  "spider distinct-added": "DISTINCT is taken out of both queries",
  "spider distinct-lost": "DISTINCT is taken out of both queries",
  "spider gold-distinct": "DISTINCT is taken out of the gold query, and another query that says the same keeps its rows",
  "spider empty-other-columns": "two results without rows agree, whatever their columns",
  "bird empty-other-columns": "two results without rows agree, whatever their columns",
  "spider several": "of several statements the first is asked",
  "spider spaced": "'> =' is mended before the query is asked",
};

describe("evaluations of Spider and BIRD", () => {
  it("differ from verify/sql with their options for reasons that have names", async () => {
    const seen = new Set<string>();
    let [pairs, spider] = [0, 0];
    for (const { gold, others } of PAIRS)
      for (const [kind, { sql: text, accepts }] of Object.entries(others)) {
        pairs++;
        for (const [name, options] of Object.entries(OPTIONS)) {
          const verdict = await sql(`\`\`\`sql\n${text}\n\`\`\``, { query: gold, script }, options, { query });
          expect(verdict.status, `${gold}: ${text}`).not.toBe("undecided");
          if ((verdict.status === "correct") === accepts.includes(name)) continue;
          expect(Object.keys(REASONS), `${gold}: ${text}: ${name}`).toContain(`${name} ${kind}`);
          seen.add(`${name} ${kind}`);
          if (name === "spider") spider++;
        }
      }
    expect([pairs, spider]).toEqual([62, 7]);
    expect(seen).toEqual(new Set(Object.keys(REASONS)));
  }, 60_000);
});
