import { spawn, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const main = fileURLToPath(new URL("main.ts", import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "guerdon-isolation-"));
  const rows = [true, false].map((correct) => ({ reference: { inputs: ["1"], outputs: ["2"] }, response: `\`\`\`python\nprint(${correct ? 2 : 3})\n\`\`\``, correct }));
  writeFileSync(join(folder, "cases.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileSync(join(folder, "spec.yaml"), "guerdon: 1\nrewards: { correct: verify/code }\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const guerdon = (...args: string[]): SpawnSyncReturns<string> => spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args], { encoding: "utf8" });

describe("what runs programs says where, once", () => {
  it("verify", () => {
    const { status, stderr } = guerdon("verify", "--use", "verify/code", '{"inputs": ["1"], "outputs": ["2"]}', "```python\nprint(2)\n```");
    expect(status).toBe(0);
    expect(stderr).toMatch(/^programs run in bubblewrap\n {2}namespaces: /);
    expect(guerdon("verify", "--use", "verify/exact", "2", "2").stderr).toBe("");
  });

  it("scoreboard, in this thread and in others", () => {
    for (const workers of ["0", "2"]) {
      const { status, stderr } = guerdon("scoreboard", join(folder, "cases.jsonl"), "--use", "verify/code", "--workers", workers);
      expect(status, stderr).toBe(0);
      expect(stderr.match(/^programs run in bubblewrap$/gm)).toHaveLength(1);
    }
  });

  it("serve, as one line of its log", async () => {
    const server = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, "serve", "--port", "0", "--workers", "1", "--reward", join(folder, "spec.yaml")], { stdio: ["ignore", "ignore", "pipe"] });
    let text = "";
    for await (const chunk of server.stderr.setEncoding("utf8")) {
      text += chunk as string;
      if (text.includes('"event":"listening"')) server.kill("SIGTERM");
    }
    const lines = text.trimEnd().split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    const told = lines.filter(({ event }) => event === "sandbox");
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ level: "info", isolation: "bubblewrap", layers: expect.arrayContaining([expect.stringMatching(/^namespaces: /)]) });
  });
});
