import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const main = fileURLToPath(new URL("../cli/main.ts", import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "guerdon-provider-"));
  const rows = Array.from({ length: 12 }, (_, k) => ({ id: `r${k}`, group: `g${k >> 2}`, prompt: "Double it.", response: `\`\`\`python\nprint(${k % 2 === 0 ? "int(input()) * 2" : "7"})\n\`\`\``, reference: { inputs: ["1", "5"], outputs: ["2", "10"] } }));
  writeFileSync(join(folder, "in.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileSync(join(folder, "spec.yaml"), "guerdon: 1\nrewards: { correct: verify/code }\ncredit: credit/group-relative\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function score(output: string, args: readonly string[], path = process.env["PATH"]!): { readonly status: number | null; readonly stderr: string } {
  return spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", main, "score", join(folder, "in.jsonl"), "--reward", join(folder, "spec.yaml"), "-o", join(folder, output), ...args], { encoding: "utf8", env: { ...process.env, PATH: path } });
}

describe("score with programs", () => {
  it("gives the same rows here and in worker threads", () => {
    expect(score("here.jsonl", ["--workers", "0"]).status).toBe(0);
    const { status, stderr } = score("there.jsonl", ["--workers", "2"]);
    expect(status).toBe(0);
    // Once, whatever threads there are.
    expect(stderr.match(/^programs run in bubblewrap$/gm)).toHaveLength(1);
    expect(stderr).toMatch(/^ {2}Python: (the system's, with numpy|without numpy.*apt install python3-numpy\))$/m);
    const [here, there] = ["here.jsonl", "there.jsonl"].map((name) => readFileSync(join(folder, name), "utf8"));
    expect(here).toBe(there);
    const rewards = here!.trim().split("\n").map((line) => (JSON.parse(line) as { reward: number }).reward);
    expect(rewards).toEqual(Array.from({ length: 12 }, (_, k) => (k % 2 === 0 ? 1 : 0)));
  });

  it("verify --use gives one verdict, and its exit code", () => {
    const verify = (response: string, args: readonly string[] = []): { readonly status: number | null; readonly stdout: string } =>
      spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", main, "verify", "--use", "verify/code", ...args, '{"inputs": ["1"], "outputs": ["2"]}', response], { encoding: "utf8" });
    const right = verify("```python\nprint(int(input()) * 2)\n```", ["--json"]);
    expect(right.status).toBe(0);
    expect(JSON.parse(right.stdout)).toMatchObject({ status: "correct", tests: [{ status: "accepted" }] });
    expect(verify("```python\nprint(7)\n```").status).toBe(100);
    expect(verify("```python\nprint(7)\n```").stdout).toMatch(/^reason +wrong-answer: test 1 of 1: token 1 is "7", not "2"$/m);
  });

  it("stops before the first row where no isolation can be had, and says what to do", () => {
    const { status, stderr } = score("closed.jsonl", [], folder);
    expect(status).toBe(1);
    expect(stderr).toMatch(/no bwrap on this machine; install bubblewrap .*--sandbox remote:URL/);
    expect(() => readFileSync(join(folder, "closed.jsonl"))).toThrow(/ENOENT/);
    expect(score("away.jsonl", ["--sandbox", "remote:http://127.0.0.1:9"])).toMatchObject({ status: 1, stderr: expect.stringMatching(/must run Python by \/run_code/) as string });
    expect(score("odd.jsonl", ["--sandbox", "docker"]).status).toBe(2);
  });
});
