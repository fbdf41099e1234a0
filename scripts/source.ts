/** The project's own source as data: imports, exports and doc comments, read with oxc-parser. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";

/** The repository root. */
export const root: string = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** A node of the syntax tree; only the fields the callers look at are named. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** One import, re-export or `import("…")` of a module. */
export interface ModuleUse {
  readonly from: string;
  readonly line: number;
}

/** A re-exported name: `export { local as name } from "from"`. */
export interface Reexport {
  readonly name: string;
  /** `*` re-exports every name. */
  readonly local: string;
  readonly from: string;
}

/** A name a file declares and exports. */
export interface Declaration {
  readonly name: string;
  readonly kind: string;
  readonly node: Node;
  /** Text of the declaration, with `export`, without its doc comment. */
  readonly text: string;
  readonly doc: Doc | null;
  readonly line: number;
}

/** A parsed doc comment. */
export interface Doc {
  /** What stands before the first tag. */
  readonly body: string;
  readonly tags: readonly DocTag[];
}

export interface DocTag {
  readonly tag: string;
  readonly text: string;
  readonly line: number;
}

/** One parsed file. */
export interface SourceFile {
  /** Path from the repository root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly program: Node;
  readonly uses: readonly ModuleUse[];
  readonly reexports: readonly Reexport[];
  readonly declarations: readonly Declaration[];
  readonly docs: readonly Doc[];
  line(offset: number): number;
}

/** Files under a folder of the repository whose path matches, sorted. */
export function listFiles(folder: string, matches: (path: string) => boolean): string[] {
  const out: string[] = [];
  const visit = (path: string): void => {
    for (const name of readdirSync(path).toSorted()) {
      if (name === "node_modules" || name.startsWith(".")) continue;
      const full = join(path, name);
      if (statSync(full).isDirectory()) visit(full);
      else out.push(relative(root, full).replaceAll("\\", "/"));
    }
  };
  const start = join(root, folder);
  if (existsSync(start)) visit(start);
  return out.filter(matches);
}

/** True for source that ships: no test and no helper of one. */
export function isSource(path: string): boolean {
  return path.endsWith(".ts") && !/\.(d|test|test-d|test-helper)\.ts$/.test(path);
}

const cache = new Map<string, SourceFile>();

/** Reads and parses a file of the repository. @throws Error where it does not parse */
export function readSource(path: string): SourceFile {
  const known = cache.get(path);
  if (known !== undefined) return known;
  const text = readFileSync(resolve(root, path), "utf8");
  const file = parseSource(path, text);
  cache.set(path, file);
  return file;
}

/** Parses source text. */
export function parseSource(path: string, text: string): SourceFile {
  const result = parseSync(path, text);
  const fault = result.errors[0];
  if (fault !== undefined) throw new Error(`${path}: ${fault.message}`);
  const starts = [0];
  for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) starts.push(i + 1);
  const line = (offset: number): number => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
  const program = result.program as unknown as Node;

  const uses: ModuleUse[] = result.module.staticImports.map((use) => ({ from: use.moduleRequest.value, line: line(use.start) }));
  const reexports: Reexport[] = [];
  for (const statement of result.module.staticExports)
    for (const entry of statement.entries) {
      if (entry.moduleRequest === null) continue;
      const from = entry.moduleRequest.value;
      if (!uses.some((use) => use.from === from && use.line === line(statement.start))) uses.push({ from, line: line(statement.start) });
      reexports.push({ name: entry.exportName.name ?? "*", local: entry.importName.name ?? "*", from });
    }
  walk(program, (node) => {
    if (node.type !== "ImportExpression" && node.type !== "TSImportType") return;
    const source = (node.source ?? node.argument) as Node | undefined;
    const value = source?.value ?? (source?.literal as Node | undefined)?.value;
    if (typeof value === "string") uses.push({ from: value, line: line(node.start) });
  });

  const comments = result.comments.filter((comment) => comment.type === "Block" && comment.value.startsWith("*"));
  const docBefore = (start: number): Doc | null => {
    const comment = comments.findLast((candidate) => candidate.end <= start);
    if (comment === undefined || text.slice(comment.end, start).trim() !== "") return null;
    return parseDoc(comment.value, line(comment.start));
  };
  const declarations: Declaration[] = [];
  for (const statement of program.body as readonly Node[]) {
    const declared = statement.type === "ExportNamedDeclaration" ? (statement.declaration as Node | null) : null;
    if (declared === null) continue;
    const ids =
      declared.type === "VariableDeclaration" ? (declared.declarations as readonly Node[]).map((each) => each.id as Node) : [declared.id as Node];
    for (const id of ids)
      declarations.push({
        name: String(id.name),
        kind: declared.type,
        node: statement,
        text: text.slice(statement.start, statement.end),
        doc: docBefore(statement.start),
        line: line(statement.start),
      });
  }
  return { path, text, program, uses, reexports, declarations, docs: comments.map((comment) => parseDoc(comment.value, line(comment.start))), line };
}

/** Calls `visit` on every node below, parents first. */
export function walk(node: Node, visit: (node: Node, parent: Node | null) => void, parent: Node | null = null): void {
  visit(node, parent);
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) for (const item of value) if (isNode(item)) walk(item, visit, node);
    if (isNode(value)) walk(value, visit, node);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** Splits a doc comment's inside into body and tags; a tag begins a line, or follows a sentence as in `… @throws X`. */
export function parseDoc(comment: string, line: number): Doc {
  const lines = comment.slice(1).split("\n").map((each, i) => (i === 0 ? each.trim() : each.replace(/^\s*\* ?/, "").trimEnd()));
  const body: string[] = [];
  const tags: { tag: string; text: string[]; line: number }[] = [];
  lines.forEach((each, i) => {
    const start = /^\s*@([a-zA-Z]+)\s?(.*)$/.exec(each) ?? /^(?<before>.*?\S)\s+@(throws|example|see|internal|remarks)\b\s?(.*)$/.exec(each);
    if (start === null || (start.groups?.before !== undefined && tags.length > 0)) {
      (tags.at(-1)?.text ?? body).push(each);
      return;
    }
    const before = start.groups?.before;
    if (before !== undefined) body.push(before);
    tags.push({ tag: start[before === undefined ? 1 : 2]!, text: [start[before === undefined ? 2 : 3]!], line: line + i });
  });
  return {
    body: body.join("\n").trim(),
    tags: tags.map(({ tag, text, line: at }) => ({ tag, text: text.join("\n").trim(), line: at })),
  };
}

/** The rooms: folders of `src` with an `index.ts`. */
export function rooms(): string[] {
  return readdirSync(join(root, "src"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, "src", entry.name, "index.ts")))
    .map((entry) => entry.name)
    .toSorted();
}

/** Resolves a relative import of a file to a path from the root. */
export function resolveImport(file: string, from: string): string {
  return join(dirname(file), from).replaceAll("\\", "/");
}

/** Every name a module exports, with the file that declares it; re-exports are followed. */
export function exportsOf(path: string): Map<string, { readonly file: SourceFile; readonly declaration: Declaration }> {
  const out = new Map<string, { file: SourceFile; declaration: Declaration }>();
  const file = readSource(path);
  for (const declaration of file.declarations) out.set(declaration.name, { file, declaration });
  for (const { name, local, from } of file.reexports) {
    if (!from.startsWith(".")) continue;
    const target = resolveImport(path, path.endsWith(".d.ts") ? from.replace(/\.js$/, ".d.ts") : from);
    const inner = exportsOf(target);
    if (local === "*") for (const [each, found] of inner) out.set(each, found);
    else {
      const found = inner.get(local);
      if (found === undefined) throw new Error(`${path}: ${from} exports no ${local}`);
      out.set(name, found);
    }
  }
  return out;
}
