/** Builds `dist`: plain tsc emit, worker addresses made to end in .js, assets copied, the program made executable. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "./run.ts";
import { listFiles, root } from "./source.ts";

const dist = join(root, "dist");
rmSync(dist, { recursive: true, force: true });

const compiled = await run(["tsc", "-p", "tsconfig.build.json"]);
if (compiled.code !== 0) {
  console.error(compiled.output);
  process.exit(1);
}

// tsc rewrites the specifiers of imports in code, but neither those of declarations nor the addresses of worker files.
const rewrites: readonly (readonly [suffix: string, pattern: RegExp, by: string])[] = [
  [".js", /new URL\((["'])(\.{1,2}\/[^"']+)\.ts\1,\s*import\.meta\.url\)/g, "new URL($1$2.js$1, import.meta.url)"],
  [".d.ts", /(\bfrom\s*|\bimport\()(["'])(\.{1,2}\/[^"']+)\.ts\2/g, "$1$2$3.js$2"],
];
for (const [suffix, pattern, by] of rewrites)
  for (const path of listFiles("dist", (each) => each.endsWith(suffix))) {
    const text = readFileSync(join(root, path), "utf8");
    const changed = text.replace(pattern, by);
    if (changed !== text) writeFileSync(join(root, path), changed);
  }

const assets = listFiles("src", (path) => !path.endsWith(".ts"));
for (const path of assets) {
  const target = join(dist, path.slice("src/".length));
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join(root, path), target);
}

const program = join(dist, "cli/main.js");
if (existsSync(program)) {
  const text = readFileSync(program, "utf8");
  if (!text.startsWith("#!")) writeFileSync(program, `#!/usr/bin/env node\n${text}`);
  chmodSync(program, 0o755);
}
console.log(`dist: ${listFiles("dist", (path) => path.endsWith(".js")).length} modules, ${assets.length} assets`);
