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

// tsc rewrites the specifiers of imports, but not the addresses of worker files.
for (const path of listFiles("dist", (each) => each.endsWith(".js"))) {
  const text = readFileSync(join(root, path), "utf8");
  const changed = text.replace(/new URL\((["'])(\.{1,2}\/[^"']+)\.ts\1,\s*import\.meta\.url\)/g, "new URL($1$2.js$1, import.meta.url)");
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
