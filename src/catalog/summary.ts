/** The first line of a method's doc comment, read from its own file: the only copy there is. */
import { readFile } from "node:fs/promises";
import { exportName } from "../core/method.ts";

const extension = import.meta.url.slice(import.meta.url.lastIndexOf("."));

/** The first sentence of the doc comment above the export of `room/name`; undefined where the file or the comment is missing. */
export async function methodSummary(id: string): Promise<string | undefined> {
  let source: string;
  try {
    source = await readFile(new URL(`../${id}${extension}`, import.meta.url), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  return firstSentence(source, exportName(id));
}

/** The first paragraph of the comment that ends right above `export const name`, up to its first sentence's end. */
export function firstSentence(source: string, name: string): string | undefined {
  const at = source.search(new RegExp(`^export (const|function) ${name}\\b`, "m"));
  const end = source.lastIndexOf("*/", at);
  if (at < 0 || end < 0 || source.slice(end + 2, at).trim() !== "") return undefined;
  const comment = source.slice(source.lastIndexOf("/**", end) + 3, end);
  const paragraph = comment
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""))
    .join("\n")
    .trim()
    .split(/\n\s*\n/)[0]!;
  return paragraph.replace(/\s+/g, " ").split(/(?<=\.)\s/)[0];
}
