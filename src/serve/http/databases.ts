/** Which database files clients may have asked: those in the folders that specs name, since a reference comes from whoever sends the request. */
import { realpath } from "node:fs/promises";
import { dirname, sep } from "node:path";
import type { Query } from "../../core/capabilities.ts";
import type { CompiledReward } from "../../pipeline/index.ts";

/** Folders that specs name by the option `databases`. */
export function databaseFolders(specs: readonly CompiledReward[]): string[] {
  const named = specs.flatMap(({ plan }) => plan.nodes.flatMap(({ options }) => (typeof options["databases"] === "string" ? [options["databases"]] : [])));
  return named.map((path) => {
    const at = path.indexOf("{db_id}");
    // The folder of a path whose file has the database's name.
    return at < 0 ? path : dirname(`${path.slice(0, at)}x`);
  });
}

/** A query that asks no file outside of these folders, and does not tell whether there is one. */
export function fencedQuery(query: Query, folders: readonly string[]): Query {
  return async (request) => {
    const { database } = request;
    if ("file" in database && !(await within(database.file, folders))) return { status: "bad-database", message: "a database file must stand in a folder that a reward of this server names as databases" };
    return query(request);
  };
}

/** True of a path that leads into one of the folders, links followed. */
async function within(file: string, folders: readonly string[]): Promise<boolean> {
  const [found, ...roots] = await Promise.all([file, ...folders].map((path) => realpath(path).catch(() => null)));
  return found != null && roots.some((root) => root != null && found.startsWith(root.endsWith(sep) ? root : root + sep));
}
