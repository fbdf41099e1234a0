/** The code blocks of README and guides: TypeScript that is compiled and run, terminal sessions that are typed in. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { listFiles, root } from "../../scripts/source.ts";

export interface Block {
  readonly path: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

/** One command of a `console` block and the lines printed below it. */
export interface Session {
  readonly path: string;
  readonly line: number;
  readonly command: string;
  readonly printed: readonly string[];
}

/** Documents whose blocks are executed. */
export const documents: readonly string[] = ["README.md", ...listFiles("docs/guides", (path) => path.endsWith(".md"))].filter((path) => existsSync(join(root, path)));

/** The fenced blocks of a document. */
export function blocksOf(path: string): Block[] {
  const out: Block[] = [];
  let open: { language: string; line: number; lines: string[] } | null = null;
  readFileSync(join(root, path), "utf8")
    .split("\n")
    .forEach((text, i) => {
      const fence = /^```(.*)$/.exec(text);
      if (fence === null) open?.lines.push(text);
      else if (open === null) open = { language: fence[1]!.trim(), line: i + 2, lines: [] };
      else {
        out.push({ path, line: open.line, language: open.language, text: open.lines.join("\n") });
        open = null;
      }
    });
  return out;
}

/** The commands of an `sh` block that run our program from a checkout. */
export function commandsOf({ path, line, text }: Block): Session[] {
  return text.split("\n").flatMap((each, i) => {
    const at = each.indexOf("npm run -s guerdon -- ");
    return at < 0 ? [] : [{ path, line: line + i, command: each.slice(at).replace("npm run -s guerdon --", "guerdon").replace(/\s+#.*$/, ""), printed: [] }];
  });
}

/** The commands of a `console` block: a line `$ command`, then what it prints. */
export function sessionsOf({ path, line, text }: Block): Session[] {
  const out: { path: string; line: number; command: string; printed: string[] }[] = [];
  text.split("\n").forEach((each, i) => {
    if (each.startsWith("$ ")) out.push({ path, line: line + i, command: each.slice(2), printed: [] });
    else if (each.trim() !== "" && each.trim() !== "…") out.at(-1)?.printed.push(each.trim());
  });
  return out;
}

function check(value: string, printed: string): string {
  return `printed.push([${value}, ${JSON.stringify(printed.trim())}]);`;
}

/**
 * A TypeScript block as a module of this checkout: `guerdon/room` becomes the room's source, and `value; // => printed`
 * becomes a call of the exported check.
 */
export function moduleOf({ text }: Block): string {
  const code = text
    .replace(/from "guerdon"/g, `from ${JSON.stringify(join(root, "src/index.ts"))}`)
    .replace(/from "guerdon\/([a-z-]+)"/g, (_, room: string) => `from ${JSON.stringify(join(root, `src/${room}/index.ts`))}`)
    .replace(/^(.*?)console\.log\((.*)\);?\s*\/\/ => (.*)$/gm, (_, before: string, value: string, printed: string) => `${before}${check(value, printed)}`)
    .replace(/^(?!.*printed\.push)(\s*)(.*?);?\s*\/\/ => (.*)$/gm, (_, indent: string, value: string, printed: string) => `${indent}${check(value, printed)}`);
  return `${code}\nexport const printed: [unknown, string][] = [];\n`.replace(/^([\s\S]*?)(\nexport const printed.*\n)$/, (_, body: string, last: string) => {
    // The list must stand before its first use, after the imports.
    const lines = body.split("\n");
    const imports = lines.findLastIndex((each) => /^import .*;$/.test(each) || /^\} from ".*";$/.test(each)) + 1;
    return [...lines.slice(0, imports), last.trim(), ...lines.slice(imports), ""].join("\n");
  });
}

/** Writes the modules of a document's TypeScript blocks into a folder; gives block and file. */
export function writeModules(folder: string): { readonly block: Block; readonly file: string }[] {
  mkdirSync(folder, { recursive: true });
  return documents.flatMap((path) =>
    blocksOf(path)
      .filter(({ language }) => language === "ts")
      .map((block) => {
        const file = join(folder, `${path.replace(/\W+/g, "-")}-${block.line}.ts`);
        writeFileSync(file, moduleOf(block));
        return { block, file };
      }),
  );
}
