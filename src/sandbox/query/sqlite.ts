/** SQLite in a few processes of its own, which are ended when a query takes too long. */
import { createHash } from "node:crypto";
import { copyFileSync, constants as fileConstants, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { QueryRequest, QueryResult } from "../../core/capabilities.ts";
import { openProcesses } from "../processes.ts";
import type { Ask, Asker } from "./messages.ts";

/** Time a script may take to make its database. */
const BUILD_SECONDS = 60;
/** Copies of files kept. */
const COPIES = 32;
const HEAP_MB = 1024;

/** Opens up to `parallel` processes, each when it is first needed. */
export function openSqlite(parallel: number): Asker {
  const folder = mkdtempSync(join(tmpdir(), "guerdon-sql-"));
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const processes = openProcesses<Ask, QueryResult>({
    entry: new URL("./sqlite-process.ts", import.meta.url),
    // Files: this package and the copies. No processes, no threads, no network.
    execArgv: ["--disable-warning=ExperimentalWarning", `--max-old-space-size=${HEAP_MB}`, "--permission", `--allow-fs-read=${root}`, `--allow-fs-read=${folder}`, `--allow-fs-write=${folder}`],
    cwd: folder,
    parallel,
    readySeconds: BUILD_SECONDS,
    late: (seconds) => ({ status: "time", message: `the query takes longer than ${seconds} s` }),
    neverReady: { status: "bad-database", message: `the script takes longer than ${BUILD_SECONDS} s` },
    outOfMemory: { status: "error", message: "the query used up the memory of its process" },
    infrastructure: (message) => ({ status: "infrastructure", message }),
  });
  const copies = new Map<string, string>();
  let count = 0;

  /** A private copy of a file, made once for each state of it. */
  const copyOf = (file: string): { key: string; copy: string } => {
    const found = statSync(file);
    // A pipe or a device would be read for ever, and nothing else would be done meanwhile.
    if (!found.isFile()) throw new Error(`it must be a file, got something else: ${file}`);
    const { mtimeMs, size, ino } = found;
    const key = `${file}|${mtimeMs}|${size}|${ino}`;
    let copy = copies.get(key);
    if (copy === undefined) {
      copy = join(folder, `${++count}.sqlite`);
      copyFileSync(file, copy, fileConstants.COPYFILE_FICLONE);
      if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
      copies.set(key, copy);
      if (copies.size > COPIES) {
        const [oldest, path] = copies.entries().next().value!;
        copies.delete(oldest);
        rmSync(path, { force: true });
        rmSync(`${path}-wal`, { force: true });
      }
    }
    return { key, copy };
  };

  return {
    async ask({ database, sql, seconds = 5, rows = 100_000, signal }: QueryRequest, bytes: number): Promise<QueryResult> {
      let source: Pick<Ask, "key" | "database">;
      if ("script" in database) source = { key: createHash("sha256").update(database.script).digest("hex"), database: { script: database.script } };
      else
        try {
          const { key, copy } = copyOf(database.file);
          source = { key, database: { copy } };
        } catch (error) {
          return { status: "bad-database", message: error instanceof Error ? error.message : String(error) };
        }
      return processes.ask({ id: ++count, ...source, sql, rows, bytes }, seconds, signal);
    },
    async close() {
      await processes.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
