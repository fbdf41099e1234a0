import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { QueryResult } from "../core/capabilities.ts";
import { createQuery } from "./query.ts";
import { isLeftover, ownPrefix } from "./query/leftovers.ts";

const script = "CREATE TABLE t(a INTEGER, b TEXT); INSERT INTO t VALUES (1, 'x'), (2, 'y'), (9223372036854775807, NULL);";
const folder = mkdtempSync(join(tmpdir(), "guerdon-query-"));
const { query, close } = createQuery({ bytes: 4 << 20 });
afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

const sqlite = (sql: string, more: object = {}): Promise<QueryResult> => query({ dialect: "sqlite", database: { script }, sql, ...more });
const status = async (result: Promise<QueryResult>): Promise<string> => (await result).status;

describe("sqlite", () => {
  it("gives rows with their types, whole numbers exactly", async () => {
    expect(await sqlite("SELECT a, b, a / 2.0 FROM t")).toEqual({
      status: "ok",
      columns: ["a", "b", "a / 2.0"],
      rows: [[1, "x", 0.5], [2, "y", 1], [9223372036854775807n, null, 4611686018427387904]],
    });
    expect(await sqlite("SELECT x'00ff'")).toMatchObject({ rows: [[new Uint8Array([0, 255])]] });
    expect(await sqlite("SELECT 1 AS n, 2 AS n WHERE 0 ; -- done\n")).toEqual({ status: "ok", columns: ["n", "n"], rows: [] });
  });

  it("tells whose fault it is", async () => {
    expect(await status(sqlite("SELECT * FROM nowhere"))).toBe("error");
    expect(await status(query({ dialect: "sqlite", database: { script: "CREATE TABL t" }, sql: "SELECT 1" }))).toBe("bad-database");
    expect(await status(query({ dialect: "sqlite", database: { file: join(folder, "none.sqlite") }, sql: "SELECT 1" }))).toBe("bad-database");
    writeFileSync(join(folder, "text.sqlite"), "This is no database. ".repeat(100));
    expect(await status(query({ dialect: "sqlite", database: { file: join(folder, "text.sqlite") }, sql: "SELECT 1" }))).toBe("bad-database");
  });

  it("limits rows and bytes", async () => {
    expect(await status(sqlite("SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3", { rows: 2 }))).toBe("rows");
    expect(await status(sqlite("SELECT 1 UNION ALL SELECT 2", { rows: 2 }))).toBe("ok");
    expect(await status(sqlite("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT hex(zeroblob(50000)) FROM n"))).toBe("rows");
  });

  it("ends a query that gives no row, and goes on", async () => {
    const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    const results = await Promise.all([sqlite(endless, { seconds: 0.3 }), sqlite("SELECT count(*) FROM t"), sqlite(endless, { seconds: 0.3 }), sqlite("SELECT count(*) FROM t")]);
    expect(results.map((result) => result.status)).toEqual(["time", "ok", "time", "ok"]);
  });

  it("ends when its signal says so", async () => {
    const stop = new AbortController();
    const asked = sqlite("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", { seconds: 60, signal: stop.signal });
    setTimeout(() => stop.abort(new Error("enough")), 100);
    await expect(asked).rejects.toThrow("enough");
    await expect(sqlite("SELECT 1", { signal: stop.signal })).rejects.toThrow("enough");
  });

  const attacks: readonly (readonly [name: string, sql: string])[] = [
    ["writing", "DELETE FROM t"],
    ["writing from WITH", "WITH n AS (SELECT 1) INSERT INTO t SELECT 1, 'z' FROM n"],
    ["a table of its own", "CREATE TABLE s AS SELECT 1"],
    ["a temporary table", "CREATE TEMP TABLE s AS SELECT 1"],
    ["a virtual table", "CREATE VIRTUAL TABLE v USING fts5(x)"],
    ["another file", "ATTACH '/etc/passwd' AS p"],
    ["a copy of the database", `VACUUM INTO '${join(folder, "stolen.sqlite")}'`],
    ["a library", "SELECT load_extension('libm.so.6')"],
    ["a tokenizer's address", "SELECT fts3_tokenizer('simple', x'4141414141414141')"],
    ["reading files", "SELECT readfile('/etc/passwd')"],
    ["writing files", "SELECT writefile('x', 'y')"],
    ["a pragma", "PRAGMA query_only = OFF"],
    ["a pragma that lists paths", "SELECT * FROM pragma_database_list"],
    ["a writable schema", "PRAGMA writable_schema = ON"],
    ["a transaction that holds a lock", "BEGIN EXCLUSIVE"],
    ["several statements", "SELECT 1; DELETE FROM t"],
    ["several statements behind a comment", "SELECT 1 /* ; */ ; /* */ DELETE FROM t --"],
    ["a NUL that hides the rest", "SELECT 1\0; DELETE FROM t"],
    ["one giant value", "SELECT zeroblob(2000000000)"],
    ["a value that doubles", `SELECT ${"replace(".repeat(40)}'aaaaaaaa'${", 'a', 'aaaaaaaa')".repeat(40)}`],
    ["a giant text to sort", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000) SELECT hex(randomblob(400)) AS s FROM n ORDER BY s LIMIT 1 OFFSET 1900000"],
    ["nesting", `SELECT ${"(".repeat(5000)}1${")".repeat(5000)}`],
    ["nothing", ""],
    ["only a comment", "-- SELECT 1"],
  ];
  it.each(attacks)("refuses %s", async (_, sql) => {
    expect(["error", "time", "rows"]).toContain(await status(sqlite(sql, { seconds: 1 })));
    // Whatever it tried, the next one finds all as it was.
    expect(await sqlite("SELECT count(*), max(b) FROM t")).toMatchObject({ rows: [[3, "y"]] });
  });

  it("asks a copy of a file, so that the file stays as it is, and sees the file when it has changed", async () => {
    const file = join(folder, "own.sqlite");
    const own = new DatabaseSync(file);
    own.exec(`${script} PRAGMA user_version = 1`);
    own.close();
    const before = readFileSync(file);
    const count = (): Promise<QueryResult> => query({ dialect: "sqlite", database: { file }, sql: "SELECT count(*) FROM t" });
    expect(await status(query({ dialect: "sqlite", database: { file }, sql: "DELETE FROM t" }))).toBe("error");
    expect(await count()).toMatchObject({ rows: [[3]] });
    expect(readFileSync(file).equals(before)).toBe(true);
    const again = new DatabaseSync(file);
    again.exec("INSERT INTO t VALUES (4, 'w')");
    again.close();
    expect(await count()).toMatchObject({ rows: [[4]] });
  });

  it("reads a file whose last rows are in its write-ahead log still", async () => {
    const file = join(folder, "log.sqlite");
    const own = new DatabaseSync(file);
    own.exec(`PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; ${script}`);
    expect(await query({ dialect: "sqlite", database: { file }, sql: "SELECT count(*) FROM t" })).toMatchObject({ rows: [[3]] });
    own.close();
  });

  it("refuses a script that reaches other files", async () => {
    for (const bad of [`ATTACH '${join(folder, "own.sqlite")}' AS o`, `VACUUM INTO '${join(folder, "made.sqlite")}'`, "SELECT load_extension('x')"])
      expect(await status(query({ dialect: "sqlite", database: { script: bad }, sql: "SELECT 1" }))).toBe("bad-database");
  });
});

const server = process.env["GUERDON_POSTGRES"];
if (server === undefined) console.warn("postgresql: GUERDON_POSTGRES is not set, so its tests are skipped");

describe.skipIf(server === undefined)("postgresql", () => {
  const pg = (sql: string, more: object = {}): Promise<QueryResult> =>
    query({ dialect: "postgresql", database: { script: "CREATE TABLE t(a bigint, b text, c boolean, d numeric, e date); INSERT INTO t VALUES (1, 'x', true, 1.50, '2020-02-03'), (9223372036854775807, NULL, false, 2, NULL)" }, sql, ...more });

  it("gives rows as SQLite would", async () => {
    expect(await pg("SELECT * FROM t ORDER BY a")).toEqual({ status: "ok", columns: ["a", "b", "c", "d", "e"], rows: [[1, "x", 1, 1.5, "2020-02-03"], [9223372036854775807n, null, 0, 2, null]] });
    expect(await pg("SELECT 1 WHERE false")).toEqual({ status: "ok", columns: ["?column?"], rows: [] });
    expect(await pg("SELECT '\\x00ff'::bytea AS x, count(*) FROM generate_series(1, 2500)")).toMatchObject({ rows: [[new Uint8Array([0, 255]), 2500]] });
    expect(await pg("SELECT i FROM generate_series(1, 2500) AS i")).toMatchObject({ status: "ok" });
  });

  it("limits time, rows and bytes", async () => {
    expect(await status(pg("SELECT pg_sleep(30)", { seconds: 0.3 }))).toBe("time");
    expect(await status(pg("WITH RECURSIVE n(i) AS (SELECT 1::numeric UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", { seconds: 0.3 }))).toBe("time");
    expect(await status(pg("SELECT set_config('statement_timeout', '0', false), i, pg_sleep(0.001) FROM generate_series(1, 100000) AS i", { seconds: 0.5 }))).toBe("time");
    expect(await status(pg("SELECT i FROM generate_series(1, 2000) AS i", { rows: 1500 }))).toBe("rows");
    expect(await status(pg("SELECT repeat('x', 100000) FROM generate_series(1, 1000)"))).toBe("rows");
  });

  const attacks: readonly (readonly [name: string, sql: string])[] = [
    ["writing", "DELETE FROM t"],
    ["writing from WITH", "WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d"],
    ["a program", "COPY t FROM PROGRAM 'id'"],
    ["several statements", "SELECT 1; COMMIT; DROP TABLE t"],
    ["several statements behind a comment", "SELECT 1 --\n; DROP TABLE t"],
    ["reading files", "SELECT pg_read_file('/etc/passwd')"],
    ["listing folders", "SELECT pg_ls_dir('/')"],
    ["a large object from a file", "SELECT lo_import('/etc/passwd')"],
    ["a large object", "SELECT lo_from_bytea(0, 'x')"],
    ["ending other sessions", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"],
    ["passwords", "SELECT * FROM pg_authid"],
    ["writing after all", "SELECT set_config('transaction_read_only', 'off', true)"],
    ["another role", "SELECT set_config('role', 'postgres', false)"],
    ["a temporary table", "CREATE TEMP TABLE s AS SELECT 1"],
  ];
  it.each(attacks)("refuses %s", async (_, sql) => {
    expect(await status(pg(sql, { seconds: 2 }))).toBe("error");
    expect(await pg("SELECT count(*) FROM t")).toMatchObject({ rows: [[2]] });
  });

  it("says whose fault it is", async () => {
    expect(await status(query({ dialect: "postgresql", database: { script: "CREATE TABL" }, sql: "SELECT 1" }))).toBe("bad-database");
    expect(await status(query({ dialect: "postgresql", database: { script: "COPY (SELECT 1) TO PROGRAM 'id'" }, sql: "SELECT 1" }))).toBe("bad-database");
    expect(await status(query({ dialect: "postgresql", database: { file: "x" }, sql: "SELECT 1" }))).toBe("bad-database");
    expect(await status(pg("SELECT nothing FROM nowhere"))).toBe("error");
  });

  const names = (result: QueryResult): string[] => (result.status === "ok" ? result.rows.map(([name]) => String(name)) : []);

  it("what a killed run left is taken away by the next, and what a living one has is not", async () => {
    const ask = `import { createQuery } from ${JSON.stringify(new URL("./query.ts", import.meta.url).href)}; const { query } = createQuery(); const r = await query({ dialect: "postgresql", database: { script: "CREATE TABLE k(a int)" }, sql: "SELECT current_database()" }); console.log(r.rows[0][0]); process.kill(process.pid, "SIGKILL");`;
    const { stdout } = spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", ask], { encoding: "utf8" });
    const [left, own] = [stdout.trim(), names(await pg("SELECT current_database()"))[0]!];
    expect([isLeftover(left), isLeftover(own)]).toEqual([true, false]);
    await using next = createQuery();
    const databases = await next.query({ dialect: "postgresql", database: { script: "" }, sql: "SELECT datname FROM pg_database UNION ALL SELECT rolname FROM pg_roles" });
    expect(names(databases).filter((name) => name.startsWith(left))).toEqual([]);
    expect(names(databases)).toContain(own);
  });
});

describe("without a server", () => {
  it("a name tells whether its process is dead, here alone", () => {
    const own = `${ownPrefix()}_1`;
    const [, place, , start] = own.match(/^guerdon_(\w{8})_(\d+)_(\d+)_/)!;
    const { pid: dead } = spawnSync(process.execPath, ["--version"]);
    expect(isLeftover(own)).toBe(false);
    expect(isLeftover(own.replace(`_${start}_`, `_${Number(start) + 1}_`))).toBe(true);
    expect(isLeftover(`guerdon_${place}_${dead}_1_0123abcd_1_r`)).toBe(true);
    expect(isLeftover(`guerdon_0000000x_${dead}_1_0123abcd_1`)).toBe(false);
    expect(isLeftover(`guerdon_${place}_${dead}_1_0123abcd_1"; DROP`)).toBe(false);
  });


  it("is our fault", async () => {
    const other = createQuery({ postgres: "postgresql://nobody:x@127.0.0.1:1/none" });
    expect(await status(other.query({ dialect: "postgresql", database: { script: "" }, sql: "SELECT 1" }))).toBe("infrastructure");
    await other.close().catch((error: unknown) => expect(String(error)).toContain("ECONNREFUSED"));
    expect(await status(query({ dialect: "mysql" as "sqlite", database: { script: "" }, sql: "SELECT 1" }))).toBe("infrastructure");
    expect(await status(query({ dialect: "sqlite", database: { script: "" }, sql: "x".repeat((1 << 20) + 1) }))).toBe("error");
  });
});
