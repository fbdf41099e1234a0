/**
 * The recorded results of the reproductions: `catalog/evidence.json`, written by `guerdon reproduce --record` in a checkout
 * and shipped with the package, where the reproductions themselves are not. A test runs them again and holds the record
 * equal to what comes out.
 */
import { readFile, writeFile } from "node:fs/promises";
import { BoundaryError } from "../core/errors.ts";
import type { SystemResult } from "./reproduction/result.ts";

const recorded = new URL("../../catalog/evidence.json", import.meta.url);

/** Every recorded result, by id and level. */
export async function readEvidence(): Promise<SystemResult[]> {
  const text = await readFile(recorded, "utf8").catch((cause: unknown) => {
    throw new BoundaryError("file", "catalog: catalog/evidence.json must be readable", { file: recorded.pathname }, cause);
  });
  return JSON.parse(text) as SystemResult[];
}

/** Puts results in the place of the recorded ones of the same system and level. */
export async function recordEvidence(results: readonly SystemResult[]): Promise<void> {
  const key = (result: SystemResult): string => `${result.id} ${result.level}`;
  const merged = new Map([...(await readEvidence()), ...results].map((result) => [key(result), result]));
  const rows = [...merged.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  await writeFile(recorded, `[\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]\n`);
}
