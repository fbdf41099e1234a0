/** The files a command writes: none of them may be a file it reads, or another one it writes. */
import { readlink, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { GuerdonError, show } from "../core/errors.ts";

/**
 * Refuses outputs that are inputs, or each other, by whatever name: a link to the input is the input.
 * `outputs` has a file an option, `-` or none where nothing is written to a file.
 *
 * @throws GuerdonError (usage)
 */
export async function requireSeparateFiles(command: string, inputs: readonly string[], outputs: Readonly<Record<string, string | undefined>>): Promise<void> {
  const read = new Set(await Promise.all(inputs.filter((input) => input !== "-").map(identity)));
  const written = new Map<string, string>();
  for (const [option, file] of Object.entries(outputs)) {
    if (file === undefined || file === "-") continue;
    const id = await identity(file);
    if (id === null) continue;
    if (read.has(id)) throw new GuerdonError("usage", `${command}: an output must not be an input, got ${show(file)}`, { file });
    const other = written.get(id);
    if (other !== undefined) throw new GuerdonError("usage", `${command}: ${other} and ${option} must be two files, got ${show(file)}`, { file });
    written.set(id, option);
  }
}

/** What tells one file from another; null for devices and pipes, which may be written by many. */
async function identity(file: string): Promise<string | null> {
  const found = await stat(file, { bigint: true }).catch((error: NodeJS.ErrnoException) => error.code);
  if (typeof found === "object") return found.isFile() || found.isDirectory() ? `${found.dev}:${found.ino}` : null;
  // A link to a file that is not there yet is that file. Links in a circle fail where they are opened.
  const target = found === "ENOENT" ? await readlink(file).catch(() => null) : null;
  if (target !== null) return identity(resolve(dirname(file), target));
  const folder = dirname(resolve(file));
  return join(await realpath(folder).catch(() => folder), basename(file));
}
