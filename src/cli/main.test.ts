import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VERSION } from "../core/version.ts";

const main = new URL("./main.ts", import.meta.url).pathname;
const fixtures = new URL("../../test/fixtures/", import.meta.url).pathname;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "guerdon-cli-"));
  const rows = Array.from({ length: 400 }, (_, i) => ({ id: i, group: `g${i >> 2}`, prompt: "?", response: `${"x".repeat(200)} The answer is ${i % 2}.`, answer: "1" }));
  writeFileSync(join(folder, "in.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function guerdon(args: readonly string[], interruptWhen?: () => boolean): Promise<Ended> {
  return new Promise((done) => {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    let [out, err] = ["", ""];
    child.stdout.on("data", (data) => (out += String(data)));
    child.stderr.on("data", (data) => (err += String(data)));
    const watch = setInterval(() => {
      if (interruptWhen?.() !== true) return;
      clearInterval(watch);
      child.kill("SIGINT");
    }, 5);
    child.on("close", (code) => {
      clearInterval(watch);
      done({ code, out, err });
    });
  });
}

describe("guerdon", { timeout: 60_000 }, () => {
  it("says its version, its commands, and what it does not know", async () => {
    expect(await guerdon(["--version"])).toEqual({ code: 0, out: `${VERSION}\n`, err: "" });
    const help = await guerdon(["--help"]);
    expect(help.code).toBe(0);
    for (const command of ["score", "audit", "diff", "verify", "methods", "systems", "reproduce"]) expect(help.out).toMatch(new RegExp(`^  ${command}`, "m"));
    expect(await guerdon(["scroe"])).toEqual({ code: 2, out: "", err: 'guerdon: no command "scroe"; did you mean "score"?\n' });
    expect((await guerdon([])).code).toBe(2);
    expect((await guerdon(["score", "in.jsonl", "--wrokers", "1"])).code).toBe(2);
  });

  it("tells an error in one line, and where with --debug", async () => {
    expect(await guerdon(["score", "gone.jsonl"])).toMatchObject({ code: 1, out: "", err: "guerdon: gone.jsonl: a source must be a readable file, got no such file\n" });
    expect((await guerdon(["score", "gone.jsonl", "--debug"])).err).toMatch(/BoundaryError[\s\S]* at /);
    expect(await guerdon(["score", "in.jsonl", "-o", "in.jsonl"])).toMatchObject({ code: 2, err: 'guerdon: score: an output must not be an input, got "in.jsonl"\n' });
    writeFileSync(join(folder, "bad.yaml"), "guerdon: 1\nrewards: { a: verify/exct }\n");
    expect(await guerdon(["score", "in.jsonl", "-r", "bad.yaml"])).toMatchObject({ code: 2, err: 'guerdon: bad.yaml:2: rewards.a: no method "verify/exct"; did you mean "verify/exact"?\n' });
  });

  it("verify takes operands that begin with a dash, and options after them", async () => {
    expect((await guerdon(["verify", "-\\frac12", "-0.5"])).code).toBe(0);
    const { code, out } = await guerdon(["verify", "-3", "-4", "--json"]);
    expect([code, (JSON.parse(out) as { status: string }).status]).toEqual([100, "incorrect"]);
  });
});

describe("guerdon score", { timeout: 60_000 }, () => {
  it.each(["0", "1"])("a module outside of any project imports guerdon, with %s workers", async (workers) => {
    writeFileSync(join(folder, "my.reward.ts"), 'import { defineReward } from "guerdon";\nimport { math } from "guerdon/verify";\nexport const reward = defineReward({ rewards: { correct: math } });\n');
    writeFileSync(join(folder, "two.jsonl"), '{"id":1,"response":"4","answer":"4"}\n');
    const { code, out } = await guerdon(["score", "two.jsonl", "-r", "my.reward.ts#reward", "--workers", workers]);
    expect([code, (JSON.parse(out) as { reward: number }).reward]).toEqual([0, 1]);
  });

  it("keeps lines that cannot be read beside the output, and no file where there are none", async () => {
    writeFileSync(join(folder, "torn.jsonl"), '{"id":1,"response":"4","answer":"4"}\n{"id":\n');
    const { code, err } = await guerdon(["score", "torn.jsonl", "-o", "torn-out.jsonl"]);
    expect([code, err.includes("rejects → torn-out.jsonl.rejects.jsonl\n")]).toEqual([0, true]);
    expect(JSON.parse(readFileSync(join(folder, "torn-out.jsonl.rejects.jsonl"), "utf8"))).toMatchObject({ file: "torn.jsonl", line: 2 });
    writeFileSync(join(folder, "torn.jsonl"), '{"id":1,"response":"4","answer":"4"}\n');
    expect((await guerdon(["score", "torn.jsonl", "-o", "torn-out.jsonl"])).code).toBe(0);
    expect(existsSync(join(folder, "torn-out.jsonl.rejects.jsonl"))).toBe(false);
  });

  it("writes rows to standard output and the rest to standard error", async () => {
    const { code, out, err } = await guerdon(["score", "in.jsonl"]);
    expect(code).toBe(0);
    expect(out.trimEnd().split("\n")).toHaveLength(400);
    expect(JSON.parse(out.slice(0, out.indexOf("\n")))).toMatchObject({ id: 0, rewards: { correct: 0 }, reward: 0 });
    expect(err).toMatch(/^400 rows scored in .*\n\ncorrect +mean 0\.5 over 400 \(100\.0 %\) scored\n +0 █+ 200\n +1 █+ 200\n/);
    expect(err).toMatch(/groups +100; without signal \(all rewards equal\) 0 \(0\.0 %\)/);
  });

  it("prints the plan, one object with --json, and writes a report", async () => {
    const plan = await guerdon(["score", "--plan"]);
    expect(JSON.parse(plan.out)).toMatchObject({ guerdon: 1, nodes: [{ name: "correct", use: "verify/math" }], credit: { use: "credit/group-relative" } });
    const { code, out } = await guerdon(["score", "in.jsonl", "-o", "out.jsonl", "--json", "--report", "report.html"]);
    expect([code, JSON.parse(out)]).toMatchObject([0, { rows: 400, output: "out.jsonl", rewards: { correct: { scored: 400 } }, groups: { total: 100 } }]);
    expect(readFileSync(join(folder, "report.html"), "utf8")).toMatch(/^<!doctype html>/i);
    expect((await guerdon(["score", "in.jsonl", "--json"])).code).toBe(2);
  });

  it("stops at Ctrl-C with the journal intact, and goes on from it", async () => {
    writeFileSync(join(folder, "slow.yaml"), `guerdon: 1\nrewards: { slow: ${JSON.stringify(`${fixtures}rewards.ts#slow`)} }\ncredit: credit/group-relative\n`);
    const args = ["score", "in.jsonl", "-r", "slow.yaml", "-o", "slow.jsonl", "--workers", "1"];
    const stopped = await guerdon(args, () => existsSync(join(folder, "slow.jsonl.journal")));
    expect(stopped).toMatchObject({ code: 1, err: "guerdon: stopped; run again with --resume to go on from the last commit\n" });
    expect(existsSync(join(folder, "slow.jsonl.journal"))).toBe(true);
    expect((await guerdon(args.with(5, "whole.jsonl"))).code).toBe(0);
    expect((await guerdon([...args, "--resume"])).code).toBe(0);
    expect(readFileSync(join(folder, "slow.jsonl"), "utf8")).toBe(readFileSync(join(folder, "whole.jsonl"), "utf8"));
  });
});
