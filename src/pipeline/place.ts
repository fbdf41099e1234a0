/** Where in a spec's file an error is: `reward.yaml:3: rewards.correct: …`. */
import { readFile } from "node:fs/promises";
import { isMap, LineCounter, parseDocument } from "yaml";
import { type GuerdonError, OptionError, SpecError, UnknownMethodError } from "../core/errors.ts";

/** Puts the file, and the line that the error's path leads to, before the message of an error of this spec; other errors stay as they are. */
export async function place(error: unknown, file: string): Promise<unknown> {
  if (!(error instanceof SpecError || error instanceof UnknownMethodError || error instanceof OptionError)) return error;
  const line = await lineOf(file, pathOf(error));
  error.message = `${file}${line === null ? "" : `:${line}`}: ${error.message}`;
  return error;
}

/** The path inside the spec; errors of options have it before their message only. */
function pathOf({ details, message }: GuerdonError): readonly string[] {
  const path = typeof details["path"] === "string" ? details["path"] : (/^[\w.-]+(?=:)/.exec(message)?.[0] ?? "");
  return path.split(/[.[\]]+/);
}

/** The line of the deepest key on the path that the file has; null where it has none of them. JSON is YAML. */
async function lineOf(file: string, path: readonly string[]): Promise<number | null> {
  const counter = new LineCounter();
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) return null;
  let node: unknown = parseDocument(text, { lineCounter: counter, merge: false }).contents;
  let line: number | null = null;
  for (const key of path) {
    const pair = isMap(node) ? node.items.find((item) => String(item.key) === key) : undefined;
    if (pair === undefined) break;
    const [start] = (pair.key as { readonly range?: readonly [number, number, number] | null }).range ?? [];
    if (start !== undefined) line = counter.linePos(start).line;
    node = pair.value;
  }
  return line;
}
