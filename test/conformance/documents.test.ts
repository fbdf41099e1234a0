/** README and guides do what they say: TypeScript blocks compile and run, terminal sessions print what is shown. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { run } from "../../scripts/run.ts";
import { root } from "../../scripts/source.ts";
import { resolveMethod } from "../../src/methods.ts";
import { compileSpec } from "../../src/pipeline/index.ts";
import { blocksOf, commandsOf, documents, moduleOf, sessionsOf, writeModules } from "./documents.ts";
import { printedDifference } from "./examples.ts";

mkdirSync(join(root, "out"), { recursive: true });
const folder = mkdtempSync(join(root, "out", "documents-"));
const workplace = mkdtempSync(join(tmpdir(), "guerdon-documents-"));
symlinkSync(join(root, "examples"), join(workplace, "examples"));
const modules = writeModules(folder);
const sessions = documents.flatMap((path) =>
  blocksOf(path).flatMap((block) => (block.language === "console" ? sessionsOf(block) : block.language === "sh" ? commandsOf(block) : [])),
);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(workplace, { recursive: true, force: true });
});

describe("TypeScript blocks", () => {
  it("compile", async () => {
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: "../../tsconfig.json", compilerOptions: { isolatedDeclarations: false, declaration: false, rewriteRelativeImportExtensions: false }, include: ["*.ts"] }));
    expect((await run(["tsc", "-p", folder])).output).toBe("");
  });

  it.each(modules.map(({ block, file }) => [`${block.path}:${block.line}`, file] as const))("%s runs and prints what it says", async (_, file) => {
    const module = (await import(file)) as { readonly printed: readonly (readonly [unknown, string])[] };
    for (const [value, printed] of module.printed) expect(printedDifference({}, await value, printed), printed).toBeNull();
  });
});

describe("reward specs", () => {
  const specs = documents.flatMap((path) => blocksOf(path).filter(({ language }) => language === "yaml"));
  it.each(specs.map((block) => [`${block.path}:${block.line}`, block] as const))("%s compiles", async (_, { text }) => {
    const { plan } = await compileSpec(parse(text), { methods: resolveMethod });
    expect(plan.hash).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("terminal sessions", () => {
  it.each(sessions.map((session) => [`${session.path}:${session.line} ${session.command}`, session] as const))("%s", async (_, { command, printed }) => {
    const program = `"${process.execPath}" --disable-warning=ExperimentalWarning "${join(root, "src/cli/main.ts")}"`;
    const result = await run(["bash", "-c", `guerdon() { ${program} "$@"; }; ${command}`], { cwd: workplace });
    expect([0, 100], result.output).toContain(result.code);
    const squeezed = result.output.replace(/\s+/g, " ");
    for (const [, written] of command.matchAll(/(?:--report|-o) (\S+)/g)) expect(existsSync(join(workplace, written!)), written).toBe(true);
    for (const line of printed) expect(squeezed).toContain(line.replace(/\s+/g, " "));
  });
});

describe("documents", () => {
  it("link to files that exist", () => {
    for (const path of [...documents, "CONTRIBUTING.md", "CHANGELOG.md"])
      for (const [, target] of readFileSync(join(root, path), "utf8").matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
        const full = join(root, dirname(path), target!);
        expect(existsSync(full), `${path} links to ${target}`).toBe(true);
      }
  });

  it("turn printed values into checks", () => {
    const text = 'import { math } from "guerdon/verify";\nmath("4", "4").score; // => 1\nconsole.log(2 + 2); // => 4';
    const code = moduleOf({ path: "x", line: 1, language: "ts", text });
    expect(code.split("\n").slice(1, 4)).toEqual(["export const printed: [unknown, string][] = [];", 'printed.push([math("4", "4").score, "1"]);', 'printed.push([2 + 2, "4"]);']);
  });
});
