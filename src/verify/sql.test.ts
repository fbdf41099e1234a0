import fc from "fast-check";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import type { Query, QueryResult, SqlValue } from "../core/capabilities.ts";
import { sql, sqlNgramSimilarity, sqlPartialReward, sqlRewardTotal, sqlSchemaSimilarity, type SqlOptions, type SqlReference } from "./index.ts";
import { extractSql } from "./sql/extract.ts";
import { resultDifference, sameValue, type MatchOptions } from "./sql/match.ts";
import { schemaUse } from "./sql/schema-use.ts";
import { readStatement, sqlTokens } from "./sql/tokens.ts";

const script = `
CREATE TABLE singer(id INTEGER, name TEXT, age INTEGER, fee REAL);
INSERT INTO singer VALUES (1, 'Ana', 30, 0.1), (2, 'Bo', 25, 0.2), (3, 'Cy', 30, 0.3), (4, 'Bo', NULL, NULL);
CREATE TABLE concert(id INTEGER, singer_id INTEGER, year INTEGER);
INSERT INTO concert VALUES (1, 1, 2014), (2, 1, 2015), (3, 2, 2014);`;

/** SQLite in this process: trusted queries only. The capability itself is tested in sandbox. */
let asked = 0;
const query: Query = async ({ database, sql: text, rows = 1e9 }): Promise<QueryResult> => {
  asked++;
  if (!("script" in database)) return { status: "bad-database", message: "no such file" };
  const own = new DatabaseSync(":memory:");
  try {
    own.exec(database.script);
  } catch (error) {
    return { status: "bad-database", message: String(error) };
  }
  try {
    const statement = own.prepare(text);
    statement.setReturnArrays(true);
    const got = statement.all() as unknown as SqlValue[][];
    return got.length > rows ? { status: "rows", message: "too many" } : { status: "ok", columns: statement.columns().map(({ name }) => name), rows: got };
  } catch (error) {
    return { status: "error", message: String(error) };
  } finally {
    own.close();
  }
};

const check = async (response: string, gold: SqlReference, options: Partial<SqlOptions> = {}): Promise<string> => {
  const { status, reason } = await sql(response, gold, { script, ...options }, { query });
  return `${status}: ${reason.code}`;
};

describe("execution match", () => {
  it("is of bags, and of lists where the gold query orders", async () => {
    expect(await check("SELECT name FROM singer ORDER BY id DESC", "SELECT name FROM singer")).toBe("correct: match");
    expect(await check("SELECT DISTINCT name FROM singer", "SELECT name FROM singer")).toBe("incorrect: wrong-rows");
    expect(await check("SELECT DISTINCT name FROM singer", "SELECT name FROM singer", { rows: "set" })).toBe("correct: match");
    expect(await check("SELECT name FROM singer", "SELECT name FROM singer ORDER BY name DESC")).toBe("incorrect: wrong-values");
    expect(await check("SELECT name FROM singer ORDER BY 1 DESC", "SELECT name FROM singer ORDER BY name DESC")).toBe("correct: match");
    expect(await check("SELECT name FROM singer", "SELECT name FROM (SELECT * FROM singer ORDER BY id DESC)")).toBe("correct: match");
    expect(await check("SELECT id FROM singer", "SELECT id FROM singer WHERE id IN (SELECT id FROM singer ORDER BY id)", { rows: "ordered" })).toBe("correct: match");
  });

  it("does not forgive duplicates that a set would (NeMo-Gym issue 3357)", async () => {
    expect(await check("SELECT name FROM singer WHERE id < 4", "SELECT name FROM singer")).toBe("incorrect: wrong-rows");
    expect(await check("SELECT 'Ana' UNION ALL SELECT 'Ana' UNION ALL SELECT 'Bo' UNION ALL SELECT 'Cy'", "SELECT name FROM singer")).toBe("incorrect: wrong-values");
    expect(await check("SELECT 'Ana' UNION ALL SELECT 'Ana' UNION ALL SELECT 'Bo' UNION ALL SELECT 'Cy'", "SELECT name FROM singer", { rows: "set" })).toBe("correct: match");
  });

  it("compares columns in the order given, or in any", async () => {
    expect(await check("SELECT age, name FROM singer", "SELECT name, age FROM singer")).toBe("incorrect: wrong-values");
    expect(await check("SELECT age, name FROM singer", "SELECT name, age FROM singer", { columns: "any" })).toBe("correct: match");
    expect(await check("SELECT name FROM singer", "SELECT name, age FROM singer", { columns: "any" })).toBe("incorrect: wrong-columns");
    // Each column alone has the same values, the rows have not.
    expect(await check("SELECT 1, 4 UNION ALL SELECT 2, 3", "SELECT 1, 3 UNION ALL SELECT 2, 4", { columns: "any" })).toBe("incorrect: wrong-values");
  });

  it("compares numbers with a tolerance, NULL with NULL, and never text with numbers", async () => {
    expect(await check("SELECT 0.1 + 0.2", "SELECT 0.3")).toBe("correct: match");
    expect(await check("SELECT 0.1 + 0.2", "SELECT 0.3", { absolute: 0, relative: 0 })).toBe("incorrect: wrong-values");
    expect(await check("SELECT 2.0", "SELECT 2", { absolute: 0, relative: 0 })).toBe("correct: match");
    expect(await check("SELECT '2'", "SELECT 2")).toBe("incorrect: wrong-values");
    expect(await check("SELECT 1000001", "SELECT 1000002", { absolute: 1e-3, relative: 1e-3 })).toBe("incorrect: wrong-values");
    expect(await check("SELECT age FROM singer WHERE id = 4", "SELECT NULL")).toBe("correct: match");
    expect(await check("SELECT '' ", "SELECT NULL")).toBe("incorrect: wrong-values");
  });

  it("says whose fault it is", async () => {
    expect(await check("SELECT nothing FROM singer", "SELECT 1")).toBe("invalid: error");
    expect(await check("SELECT 1", "SELECT nothing FROM singer")).toBe("undecided: bad-reference");
    expect(await check("SELECT 1", "DELETE FROM singer")).toBe("undecided: bad-reference");
    expect(await check("SELECT 1", "")).toBe("undecided: bad-reference");
    expect(await check("SELECT 1", "{broken")).toBe("undecided: bad-reference");
    expect(await check("SELECT 1", 5 as unknown as string)).toBe("undecided: bad-reference");
    expect(await check("SELECT 1", { query: "SELECT 1", db_id: "../../etc" })).toBe("undecided: bad-reference");
    expect(await check("SELECT 1", { query: "SELECT 1", script: "CREATE TABL" })).toBe("undecided: bad-database");
    expect(await check("SELECT id FROM singer", "SELECT 1", { maxRows: 2 })).toBe("invalid: rows");
    expect(await check("SELECT 1", "SELECT 1 WHERE 0", { emptyResult: "undecided" })).toBe("undecided: empty-reference");
    expect(await check("SELECT 1 WHERE 0", "SELECT name FROM singer WHERE 0")).toBe("correct: match");
    expect((await sql("SELECT 1", "SELECT 1", { script })).reason.code).toBe("no-capability");
    for (const status of ["time", "infrastructure"] as const)
      expect((await sql("SELECT 2", "SELECT 1", { script }, { query: async ({ sql: text }: { sql: string }) => (text === "SELECT 1" ? { status: "ok", columns: ["1"], rows: [[1]] } : { status, message: "" }) })).reason.code).toBe(status);
  });

  it("asks the gold query once for a group, and again after a fault of ours", async () => {
    const prepared = sql.prepare("SELECT count(*) FROM concert", { script });
    asked = 0;
    await Promise.all(["SELECT 3", "SELECT 4", "SELECT count(*) FROM concert"].map((each) => prepared(each, { query })));
    expect(asked).toBe(4);
    let fails = 1;
    const shaky: Query = async (request) => (fails-- > 0 ? { status: "infrastructure", message: "gone" } : query(request));
    const again = sql.prepare("SELECT 3", { script });
    expect((await again("SELECT 3", { query: shaky })).status).toBe("undecided");
    expect((await again("SELECT 3", { query: shaky })).status).toBe("correct");
  });

  it("reads Spider's and BIRD's layouts", async () => {
    const files: string[] = [];
    const spy: Query = async (request) => {
      files.push("file" in request.database ? request.database.file : "script");
      return query({ ...request, database: { script } });
    };
    const spider = { db_id: "choir", query: "SELECT max(id) FROM singer", question: "Which id was given last?" };
    const bird = { question_id: 3, db_id: "choir", question: "Which id was given last?", evidence: "", SQL: "SELECT max(id) FROM singer", difficulty: "simple" };
    for (const row of [spider, JSON.stringify(bird), { ...spider, db_path: "given.sqlite" }]) expect((await sql("SELECT 4", row, { databases: "databases" }, { query: spy })).status).toBe("correct");
    expect((await sql("SELECT 4", spider, { databases: "d/{db_id}.db" }, { query: spy })).status).toBe("correct");
    expect([...new Set(files)]).toEqual(["databases/choir/choir.sqlite", "given.sqlite", "d/choir.db"]);
    expect((await sql("SELECT 4", spider, {}, { query: spy })).reason.code).toBe("bad-reference");
  });
});

describe("what is asked", () => {
  it("is one SELECT", async () => {
    expect(await check("DELETE FROM singer", "SELECT 1", { extract: "whole" })).toBe("invalid: forbidden");
    expect(await check("WITH x AS (SELECT 1) DELETE FROM singer", "SELECT 1")).toBe("invalid: forbidden");
    expect(await check("PRAGMA table_info(singer)", "SELECT 1", { extract: "whole" })).toBe("invalid: forbidden");
    expect(await check("```sql\nSELECT 1; DROP TABLE singer\n```", "SELECT 1")).toBe("invalid: several-statements");
    expect(await check("```sql\nSELECT 1 /* ; */; -- ;\n```", "SELECT 1")).toBe("correct: match");
    expect(await check("```sql\nSELECT ';' WHERE 0\n```", "SELECT 1 WHERE 0")).toBe("correct: match");
    expect(await check("```sql\nSELECT 'open\n```", "SELECT 1")).toBe("invalid: broken");
    expect(await check("```sql\n-- nothing\n```", "SELECT 1")).toBe("invalid: no-answer");
    expect(await check(`SELECT 1 -- ${"x".repeat(100_000)}`, "SELECT 1", { extract: "whole" })).toBe("invalid: too-long");
  });

  it("is found by policy", () => {
    const found = (text: string, source: SqlOptions["extract"] = "auto"): string => {
      const got = extractSql(text, source, {});
      return "code" in got ? got.code : `${got.found.rule}: ${got.sql}`;
    };
    expect(found("I think:\n```sql\nSELECT 1\n```\nor rather\n```sql\nSELECT 2\n```")).toBe("fence: SELECT 2");
    expect(found("```sql\nSELECT 1\n```\n```python\nprint(2)\n```")).toBe("fence: SELECT 1");
    expect(found("<think>```sql\nSELECT 0\n```</think><answer>\nSELECT 1\n</answer>")).toBe("<answer>: SELECT 1");
    expect(found("<answer>```sql\nSELECT 1\n```</answer>")).toBe("<answer>: ```sql\nSELECT 1\n```".replace("<answer>: ```sql\nSELECT 1\n```", "fence: SELECT 1"));
    expect(found("Use <sql>SELECT 3</sql>.")).toBe("<sql>: SELECT 3");
    expect(found("First SELECT is a word.\nSELECT a\nFROM t\n\nThat is all.")).toBe("last-statement: SELECT a\nFROM t");
    expect(found("WITH x AS (\n  SELECT 1\n)\nSELECT * FROM x; done")).toBe("last-statement: WITH x AS (\n  SELECT 1\n)\nSELECT * FROM x");
    expect(found("```sql\nSELECT 1")).toBe("unclosed");
    expect(found("<answer>SELECT 1")).toBe("unclosed");
    expect(found("I do not know.")).toBe("no-answer");
    expect(found("")).toBe("empty");
    expect(found("SELECT 1", "last-fence")).toBe("no-answer");
    expect(found("SELECT 1", "last-tag")).toBe("no-answer");
    expect(found("none", "last-statement")).toBe("no-answer");
    expect(found("SELECT 1 ", "whole")).toBe("whole: SELECT 1");
    const text = "Well:\n```sql\n  SELECT 1\n```";
    const got = extractSql(text, "auto", {});
    if ("code" in got) throw new Error(got.code);
    expect(text.slice(got.found.span!.start, got.found.span!.end)).toBe("SELECT 1");
  });

  it("answers hostile texts of a megabyte at once", async () => {
    const long = 1_000_000;
    for (const text of ["SELECT ".repeat(long / 7), "\nselect".repeat(long / 7), "(".repeat(long), "'".repeat(long + 1), "```\n".repeat(long / 4), "<answer>".repeat(long / 8), "/*".repeat(long / 2), "with x as (select\n".repeat(long / 18), "[".repeat(long), "$$".repeat(long / 2)]) {
      expect(["invalid: no-answer", "invalid: too-long", "invalid: broken", "invalid: unclosed", "invalid: error", "invalid: several-statements", "invalid: forbidden"]).toContain(await check(text, "SELECT 1"));
      // No more than what is read of a query.
      schemaUse(text.slice(0, 100_000));
    }
  });
});

describe("tokens", () => {
  it("reads both dialects", () => {
    const texts = (text: string): string[] => sqlTokens(text)!.map(({ kind, text: each }) => `${kind[0]}:${each}`);
    expect(texts("SELECT \"a\"\"b\", 'it''s', [c d], `e` -- x")).toEqual(["w:select", 'n:a"b', "m:,", "s:it's", "m:,", "n:c d", "m:,", "n:e"]);
    expect(texts("a[1] ->> 'x' || 1.5e-3 <> .5::int $$q'$$ $t$ $$ $t$ /* z */")).toEqual(["w:a", "m:[", "n:1", "m:]", "m:->>", "s:x", "m:||", "n:1.5e-3", "m:<>", "n:.5", "m:::", "w:int", "s:q'", "s: $$ "].map((each) => each));
    expect(sqlTokens("'open")).toBeNull();
    expect(sqlTokens("/* open")).toBeNull();
    expect(readStatement("(SELECT 1) UNION SELECT 2 ORDER BY 1")).toMatchObject({ kind: "query", ordered: true });
    expect(readStatement("SELECT * FROM (SELECT 1 ORDER BY 1)")).toMatchObject({ kind: "query", ordered: false });
    expect(readStatement("VALUES (1)")).toMatchObject({ kind: "forbidden" });
    expect(readStatement("(")).toMatchObject({ kind: "forbidden" });
    expect(readStatement(";")).toMatchObject({ kind: "empty" });
  });

  it("finds the tables and columns used", () => {
    const use = (text: string): readonly string[][] => {
      const { tables, columns } = schemaUse(text)!;
      return [[...tables], [...columns]];
    };
    expect(use('SELECT s.name, T2."Age" total FROM singer AS s JOIN concert T2 ON s.id = T2.sid WHERE s.x > (SELECT avg(y) FROM z) GROUP BY s.name HAVING count(*) > 1 ORDER BY total DESC LIMIT 3')).toEqual([
      ["singer", "concert", "z"],
      ["name", "age", "id", "sid", "x", "y"],
    ]);
    expect(use("WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM r), q AS (SELECT a FROM tab) SELECT r.n, q.a FROM r, q")).toEqual([["tab"], ["a"]]);
    expect(use("SELECT CAST(a AS INTEGER), EXTRACT(YEAR FROM d), b::text, DATE '2020-01-01' FROM s.t u, (SELECT c FROM v) w WHERE u.k IS NOT DISTINCT FROM w.c")).toEqual([["t", "v"], ["a", "d", "b", "c", "k"]]);
    expect(use("SELECT T1.* FROM `a b` AS T1 INNER JOIN (x JOIN y ON x.i = y.i) WHERE CASE WHEN p THEN q ELSE 'z' END = 1")).toEqual([["a b", "x", "y"], ["i", "p", "q"]]);
    expect(use("SELECT COUNT(*), a*b c FROM t, json_each(t.j) ORDER BY c")).toEqual([["t"], ["a", "b", "j"]]);
    expect(schemaUse("'")).toBeNull();
  });
});

describe("results", () => {
  const options = (more: Partial<MatchOptions> = {}): MatchOptions => ({ mode: "bag", columns: "given", absolute: 1e-9, relative: 1e-9, ...more });
  const value = fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 3 }), fc.double({ min: 0, max: 2, noNaN: true }), fc.constantFrom("a", "b"));
  const table = fc.integer({ min: 1, max: 4 }).chain((width) => fc.array(fc.array(value, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }));

  it("match under any order of rows as bags, and of columns where those may move", () => {
    fc.assert(
      fc.property(table, fc.infiniteStream(fc.nat(1000)), (rows, keys) => {
        const shuffle = <T>(list: readonly T[]): T[] => list.map((item) => [keys.next().value as number, item] as const).toSorted((a, b) => a[0] - b[0]).map(([, item]) => item);
        const width = rows[0]!.length;
        const order = shuffle(Array.from({ length: width }, (_, i) => i));
        const moved = shuffle(rows);
        expect(resultDifference(rows, moved, [width, width], options())).toBeNull();
        expect(resultDifference(rows, moved, [width, width], options({ mode: "set" }))).toBeNull();
        const turned = moved.map((row) => order.map((i) => row[i]!));
        expect(resultDifference(rows, turned, [width, width], options({ columns: "any" }))).toBeNull();
        expect(resultDifference(rows, rows.map((row) => order.map((i) => row[i]!)), [width, width], options({ mode: "ordered", columns: "any" }))).toBeNull();
        expect(resultDifference(rows, [...rows, rows[0]!], [width, width], options())).toBe("rows");
        expect(resultDifference(rows, [...rows, rows[0]!], [width, width], options({ mode: "set" }))).toBeNull();
      }),
      { numRuns: 150 },
    );
  });

  it("matches numbers that are near, one to one", () => {
    const near = (a: number[], b: number[]): string | null => resultDifference(a.map((x) => [x, "k"]), b.map((x) => [x, "k"]), [2, 2], options({ absolute: 0.01, relative: 0.01 }));
    expect(near([0.5, 0.505], [0.504, 0.501])).toBeNull();
    expect(near([0.5, 0.5], [0.5, 0.9])).toBe("values");
    // Sorted by the first number the pairs do not fit; crossed they do.
    expect(resultDifference([[0.5, 0.1], [0.501, 0.9]], [[0.5005, 0.9], [0.5006, 0.1]], [2, 2], options({ absolute: 0.01, relative: 0.01 }))).toBeNull();
    expect(resultDifference([[0.5], [0.5]], [[0.505]], [1, 1], options({ mode: "set", absolute: 0.01, relative: 0.01 }))).toBeNull();
    expect(sameValue(9007199254740993n, 9007199254740993n, { absolute: 0, relative: 0 })).toBe(true);
    expect(sameValue(new Uint8Array([1]), new Uint8Array([1]), { absolute: 0, relative: 0 })).toBe(true);
    expect(sameValue(Number.NaN, Number.NaN, { absolute: 0, relative: 0 })).toBe(true);
    expect(sameValue(Number.POSITIVE_INFINITY, 1, { absolute: 0.1, relative: 0.1 })).toBe(false);
  });

  it("finds an order of many columns without trying them all", () => {
    const width = 40;
    const rows = Array.from({ length: 50 }, (_, i) => Array.from({ length: width }, (__, j) => (i * (j + 3) + j) % 7));
    const turned = rows.map((row) => row.toReversed());
    expect(resultDifference(rows, turned, [width, width], options({ columns: "any" }))).toBeNull();
    // Every column holds 0 to 49 once, in an order of its own: no order of columns fits.
    const permuted = (salt: number): number[][] => Array.from({ length: 53 }, (_, i) => Array.from({ length: width }, (__, j) => (i * (j + salt)) % 53));
    expect(resultDifference(permuted(1), permuted(11).map((row) => row.map((x) => (x * x) % 53)), [width, width], options({ columns: "any" }))).toBe("values");
    expect(resultDifference(Array.from({ length: 60 }, () => Array.from({ length: width }, () => 1)), Array.from({ length: 60 }, () => Array.from({ length: width }, () => 1)), [width, width], options({ columns: "any" }))).toBeNull();
  });
});

describe("large values", () => {
  it("bytes are compared as fast as text", () => {
    const begun = performance.now();
    expect(resultDifference([[1]], [[new Uint8Array(30_000_000)]], [1, 1], { mode: "bag", columns: "given", absolute: 0, relative: 0 })).toBe("values");
    expect(performance.now() - begun).toBeLessThan(2000);
    const every = Uint8Array.from({ length: 256 }, (_, k) => k);
    expect(every.every((byte, k) => sameValue(every.subarray(k, k + 1), new Uint8Array([byte]), { absolute: 0, relative: 0 }))).toBe(true);
    expect(new Set(Array.from(every, (byte) => String(every.findIndex((other) => sameValue(new Uint8Array([byte]), new Uint8Array([other]), { absolute: 0, relative: 0 }))))).size).toBe(256);
  });
});

describe("partial rewards", () => {
  const gold = "SELECT name FROM singer WHERE age = 30";
  const reward = async (response: string, more: object = {}): Promise<Awaited<ReturnType<typeof sqlPartialReward>>> => sqlPartialReward(response, gold, { script, ...more }, { query, judgeScore: 0.5 });
  const said = (text: string): string => `<think>Let me see.</think><answer>${text}</answer>`;

  it("are the catalogue's, by hand", async () => {
    expect(sqlSchemaSimilarity("SELECT name FROM singer", "SELECT name, age FROM singer")).toBeCloseTo(2 / 3, 12);
    // select name | name from | from singer  against  select age | age from | from singer: one of five.
    expect(sqlNgramSimilarity("SELECT name FROM singer", "SELECT age FROM singer;")).toBeCloseTo(1 / 5, 12);
    expect(sqlNgramSimilarity("1", "2")).toBe(1);
    expect(sqlNgramSimilarity("1", "1 2")).toBe(0);
    expect(sqlNgramSimilarity("'", "1 2")).toBe(0);
    expect(sqlSchemaSimilarity("SELECT 1", "SELECT 2")).toBe(1);
    expect(sqlRewardTotal({ execution: 1, judge: 1, syntax: 1, schema: 1, ngram: 1, format: 1 })).toBe(9);

    const right = await reward(said("SELECT name FROM singer WHERE age = 30"));
    expect([right.status, right.score, right.parts]).toEqual(["correct", 1, { execution: 1, judge: 1, syntax: 1, schema: 1, ngram: 1, format: 1 }]);
    const wrong = await reward(said("SELECT name FROM singer"));
    // Bigrams: 3 shared of 7.
    expect(wrong.parts).toEqual({ execution: 0, judge: 0.5, syntax: 1, schema: 2 / 3, ngram: 3 / 7, format: 1 });
    expect(wrong.status).toBe("incorrect");
    const broken = await reward("SELECT name, FROM singer WHERE age = 30");
    expect(broken.parts).toMatchObject({ execution: 0, syntax: 0, schema: 1, format: 0 });
    const none = await reward(said("DROP TABLE singer"));
    expect([none.status, none.score, none.parts]).toEqual(["invalid", 0, { execution: 0, judge: 0.5, syntax: 0, schema: 0, ngram: 0, format: 1 }]);
    expect((await sqlPartialReward("SELECT 1", "SELECT no", { script }, { query })).status).toBe("undecided");
    expect((await sqlPartialReward(said("SELECT 2"), gold, { script }, { query, judgeScore: 7 })).parts?.judge).toBeNull();
  });

  it("never pay a wrong query what they pay a right one", async () => {
    const right = ["SELECT 'Cy' UNION ALL SELECT 'Ana'", "SELECT name FROM singer WHERE id IN (1, 3)"].map((text) => text);
    const wrong = ["SELECT name FROM singer WHERE age = 31", "SELECT name FROM singer WHERE age = 30 LIMIT 1", "SELECT name FROM singer WHERE age > 30"];
    const score = async (text: string, judgeScore: number): Promise<number> => (await sqlPartialReward(text, gold, { script }, { query, judgeScore })).score!;
    const lowest = Math.min(...(await Promise.all(right.map((text) => score(text, 0)))));
    const highest = Math.max(...(await Promise.all(wrong.map((text) => score(said(text), 1)))));
    expect(lowest).toBeGreaterThanOrEqual(6 / 9);
    expect(highest).toBeLessThanOrEqual(6 / 9);
    expect(lowest).toBeGreaterThan(highest - 1e-12);
  });
});
