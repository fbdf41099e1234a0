/** What runs that were killed left on a server: names say whose they are, and the next run on the same machine takes away those of the dead. */
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { Client } from "pg";
import { isAlive } from "../cgroup.ts";

/** Where numbers of processes mean what they mean here. */
function place(): string {
  const file = "/etc/machine-id";
  const namespace = "/proc/self/ns/pid";
  return createHash("sha256")
    .update(JSON.stringify([hostname(), existsSync(file) ? readFileSync(file, "utf8") : "", existsSync(namespace) ? readlinkSync(namespace) : ""]))
    .digest("hex")
    .slice(0, 8);
}

/** When a process began, in ticks since the machine did: its number may be another's later. 0 where the system does not tell. */
function startOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[19]);
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return 0;
    throw error;
  }
}

/** How names of this process's databases and roles begin, each time another. */
export function ownPrefix(): string {
  return `guerdon_${place()}_${process.pid}_${startOf(process.pid)}_${randomBytes(4).toString("hex")}`;
}

/** Whether a name is that of a process here that is dead. */
export function isLeftover(name: string): boolean {
  const [, where, pid, start] = /^guerdon_([0-9a-f]{8})_(\d+)_(\d+)_[0-9a-f]{8}_\w+$/.exec(name) ?? [];
  return where === place() && !(isAlive(Number(pid)) && startOf(Number(pid)) === Number(start));
}

/** Drops them. Another process may do the same at the same time: what it took is not missed. */
export async function sweepLeftovers(admin: Client): Promise<void> {
  const names = async (sql: string): Promise<string[]> => (await admin.query<string[]>({ text: sql, rowMode: "array" })).rows.map(([name]) => name!).filter(isLeftover);
  const drop = (sql: string): Promise<unknown> =>
    admin.query(sql).catch((error: Error) => {
      if (!("severity" in error)) throw error;
    });
  for (const name of await names("SELECT datname FROM pg_database WHERE datname LIKE 'guerdon\\_%'")) await drop(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  for (const name of await names("SELECT rolname FROM pg_roles WHERE rolname LIKE 'guerdon\\_%'")) await drop(`DROP ROLE IF EXISTS ${name}`);
}
