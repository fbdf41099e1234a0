/**
 * PostgreSQL: each script becomes a database of its own on the server, owned by a role that may nothing else; queries come as another role
 * that may only read it, each on a connection of its own, in a read-only transaction with a time limit.
 */
import { createHash, randomBytes } from "node:crypto";
import type { Client, CustomTypesConfig } from "pg";
import type { QueryRequest, QueryResult, SqlValue } from "../../core/capabilities.ts";
import { rejectAborted } from "../processes.ts";
import { ownPrefix, sweepLeftovers } from "./leftovers.ts";
import { rowBytes, type Asker } from "./messages.ts";

const BUILD_SECONDS = 60;
/** Databases kept on the server. */
const KEPT = 16;
const FETCHED = 1000;

/** Functions that reach past the query: other sessions, large objects (which a read-only transaction lets be made), the log. */
const REVOKED = ["pg_terminate_backend", "pg_cancel_backend", "lo_create", "lo_creat", "lo_from_bytea", "lo_put", "lowrite", "lo_unlink", "lo_truncate", "lo_truncate64", "lo_import", "lo_export", "lo_open", "pg_logical_emit_message", "pg_notify", "pg_stat_reset", "query_to_xml", "database_to_xml"];

interface Made {
  readonly name: string;
  readonly reader: string;
  readonly password: string;
}

/** @throws nothing; what cannot be had is a status */
export function openPostgres(url: string | undefined, parallel: number): Asker {
  const databases = new Map<string, Promise<Made | QueryResult>>();
  const prefix = ownPrefix();
  let swept: Promise<void> | undefined;
  let count = 0;
  let running = 0;
  const waiting: (() => void)[] = [];

  const connect = async (over: { readonly database?: string; readonly user?: string; readonly password?: string } = {}): Promise<Client> => {
    const pg = (await import("pg")).default;
    const address = new URL(url!);
    if (over.database !== undefined) address.pathname = `/${over.database}`;
    if (over.user !== undefined) [address.username, address.password] = [over.user, over.password!];
    const client = new pg.Client({ connectionString: address.href, connectionTimeoutMillis: 10_000, types: READERS });
    // A connection that is ended rejects its query; the event says nothing more.
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };

  const make = async (script: string): Promise<Made | QueryResult> => {
    const name = `${prefix}_${++count}`;
    const [owner, reader, password] = [`${name}_o`, `${name}_r`, randomBytes(18).toString("hex")];
    const admin = await connect();
    try {
      await (swept ??= sweepLeftovers(admin).catch((error: unknown) => {
        swept = undefined;
        throw error;
      }));
      for (const role of [owner, reader]) await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD '${password}' NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOINHERIT`);
      await admin.query(`GRANT ${owner} TO CURRENT_USER`);
      await admin.query(`CREATE DATABASE ${name} OWNER ${owner} TEMPLATE template0 ENCODING 'UTF8'`);
      await admin.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
      await admin.query(`GRANT CONNECT ON DATABASE ${name} TO ${reader}`);
    } finally {
      await admin.end();
    }
    const inside = await connect({ database: name });
    try {
      await inside.query(
        `DO $$ DECLARE f record; BEGIN FOR f IN SELECT oid::regprocedure AS signature FROM pg_proc WHERE proname = ANY ('{${REVOKED.join(",")}}') LOOP EXECUTE 'REVOKE EXECUTE ON FUNCTION ' || f.signature || ' FROM PUBLIC'; END LOOP; END $$`,
      );
      await inside.query(`GRANT ALL ON SCHEMA public TO ${owner}`);
    } finally {
      await inside.end();
    }
    const build = await connect({ database: name, user: owner, password });
    try {
      await build.query(`SET statement_timeout = ${BUILD_SECONDS * 1000}`);
      await build.query(script);
      await build.query(
        `DO $$ DECLARE s record; BEGIN FOR s IN SELECT nspname FROM pg_namespace WHERE pg_get_userbyid(nspowner) = current_user OR nspname = 'public' LOOP EXECUTE format('GRANT USAGE ON SCHEMA %I TO ${reader}; GRANT SELECT ON ALL TABLES IN SCHEMA %I TO ${reader}', s.nspname, s.nspname); END LOOP; END $$`,
      );
    } catch (error) {
      if (!isServerError(error) || isServersOwn(error)) throw error;
      return { status: "bad-database", message: error.message };
    } finally {
      await build.end();
    }
    return { name, reader, password };
  };

  const drop = async (made: Promise<Made | QueryResult>, admin: Client): Promise<void> => {
    const settled = await made.catch(() => null);
    if (settled === null || !("reader" in settled)) return;
    await admin.query(`DROP DATABASE IF EXISTS ${settled.name} WITH (FORCE)`);
  };

  const run = async ({ sql, seconds = 5, rows: mostRows = 100_000, signal, database }: QueryRequest, mostBytes: number): Promise<QueryResult> => {
    if (!("script" in database)) return { status: "bad-database", message: "a database of PostgreSQL is made by a script, not from a file" };
    const key = createHash("sha256").update(database.script).digest("hex");
    let made = databases.get(key);
    const forget = (): void => {
      if (databases.get(key) === made) databases.delete(key);
    };
    if (made === undefined) {
      made = make(database.script).catch((error: unknown) => {
        // The server was not there: whoever asks next makes it anew.
        forget();
        throw error;
      });
      databases.set(key, made);
      if (databases.size > KEPT) {
        const [oldest, first] = databases.entries().next().value!;
        databases.delete(oldest);
        const admin = await connect();
        await drop(first, admin).finally(() => admin.end());
      }
    }
    const ready = await made;
    if ("status" in ready) return ready;
    const client = await connect({ database: ready.name, user: ready.reader, password: ready.password }).catch((error: unknown) => {
      // No such database or role: the server is another than it was.
      if (isServerError(error) && ["3D000", "28000", "28P01"].includes(error.code)) forget();
      throw error;
    });
    const deadline = performance.now() + seconds * 1000;
    let late = false;
    // The server's limit comes first; this one holds where the server does not answer.
    const timer = setTimeout(() => {
      late = true;
      (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    }, seconds * 1000 + 2000);
    const time: QueryResult = { status: "time", message: `the query takes longer than ${seconds} s` };
    const work = (async (): Promise<QueryResult> => {
      await client.query("BEGIN TRANSACTION READ ONLY");
      const limit = async (): Promise<void> => void (await client.query(`SET LOCAL statement_timeout = ${Math.max(1, Math.ceil(deadline - performance.now()))}`));
      try {
        await limit();
        // The extended protocol takes one statement only.
        await client.query({ text: `DECLARE asked NO SCROLL CURSOR FOR ${sql}`, queryMode: "extended" } as { text: string });
        const rows: SqlValue[][] = [];
        let bytes = 0;
        for (;;) {
          if (performance.now() > deadline) return time;
          await limit();
          const part = await client.query<SqlValue[]>({ text: `FETCH FORWARD ${FETCHED} FROM asked`, rowMode: "array" });
          for (const row of part.rows) {
            bytes += rowBytes(row);
            if (rows.length >= mostRows) return { status: "rows", message: `the query gives more than ${mostRows} rows` };
            if (bytes > mostBytes) return { status: "rows", message: `the query gives more than ${mostBytes} bytes` };
            rows.push(row);
          }
          if (part.rows.length < FETCHED) return { status: "ok", columns: part.fields.map(({ name }) => name), rows };
        }
      } catch (error) {
        if (late) return time;
        if (!isServerError(error)) throw error;
        if (error.code === "57014") return time;
        if (isServersOwn(error)) return { status: "infrastructure", message: error.message };
        return { status: "error", message: error.message.slice(0, 500) };
      }
    })();
    try {
      return await rejectAborted(signal, work, () => (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy());
    } finally {
      clearTimeout(timer);
      await client.end().catch((error: unknown) => String(error));
    }
  };

  return {
    async ask(request, bytes) {
      if (url === undefined) return { status: "infrastructure", message: "PostgreSQL is asked on the server that GUERDON_POSTGRES names: postgresql://user:password@host:5432/postgres" };
      if (running >= parallel) await new Promise<void>((resolve) => waiting.push(resolve));
      running++;
      try {
        return await run(request, bytes);
      } catch (error) {
        if (request.signal?.aborted === true) throw error;
        const missing = (error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND";
        return { status: "infrastructure", message: missing ? "PostgreSQL needs the package pg: npm install pg" : error instanceof Error ? error.message : String(error) };
      } finally {
        running--;
        waiting.shift()?.();
      }
    },
    async close() {
      if (databases.size === 0 || url === undefined) return;
      const admin = await connect();
      try {
        for (const made of databases.values()) await drop(made, admin);
        const { rows } = await admin.query<string[]>({ text: `SELECT datname FROM pg_database WHERE datname LIKE '${prefix}\\_%'`, rowMode: "array" });
        for (const [name] of rows) await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        const roles = await admin.query<string[]>({ text: `SELECT rolname FROM pg_roles WHERE rolname LIKE '${prefix}\\_%'`, rowMode: "array" });
        for (const [name] of roles.rows) await admin.query(`DROP ROLE IF EXISTS ${name}`);
      } finally {
        await admin.end();
        databases.clear();
      }
    },
  };
}

function isServerError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "severity" in error && typeof (error as { code?: unknown }).code === "string";
}

/** Shut down, out of resources, out of connections: no fault of what was asked. */
function isServersOwn({ code }: { readonly code: string }): boolean {
  return /^(57P|53[13]|08)/.test(code);
}

/** Values as SQLite would give them: booleans as 1 and 0, whole numbers exactly, other numbers as numbers, all else as text. */
const READERS: CustomTypesConfig = {
  getTypeParser: ((oid: number) => {
    switch (oid) {
      case 16:
        return (text: string) => (text === "t" ? 1 : 0);
      case 17:
        return (text: string) => Uint8Array.from(text.slice(2).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
      case 20:
        return (text: string) => (Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text));
      case 21:
      case 23:
      case 26:
      case 700:
      case 701:
      case 1700:
        return Number;
      default:
        return String;
    }
  }) as CustomTypesConfig["getTypeParser"],
};
