/** Runs killed with SIGKILL at random moments, resumed until they end: the bytes must be those of a run left alone. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomStream } from "../core/random.ts";
import { methodsUrl, resolveMethod } from "../methods.ts";
import { journalPath, scoreFiles } from "./files.ts";

const fixtures = new URL("../../test/fixtures/", import.meta.url).pathname;
const source = {
  kind: "document" as const,
  base: fixtures,
  document: { guerdon: 1, rewards: { correct: "verify/number", slow: "./rewards.ts#slow" }, reward: { use: "shaping/weighted-sum", of: { correct: 1, slow: 0.1 } }, credit: "credit/group-relative" },
};

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "guerdon-kill-"));
  const rows = Array.from({ length: 700 }, (_, i) => ({ id: i, group: `g${Math.floor(i / 5)}`, prompt: "?", response: `${"thinking ".repeat(i % 17)}The answer is ${i % 4}.`, answer: "1" }));
  const text = (all: readonly object[]): string => all.map((row, i) => `${i === 333 ? "broken\n" : ""}${JSON.stringify(row)}\n`).join("");
  writeFileSync(join(folder, "in.jsonl"), text(rows));
  writeFileSync(join(folder, "scattered.jsonl"), text(rows.toSorted((a, b) => ((a.id * 7919) % 700) - ((b.id * 7919) % 700))));
});
afterAll(() => rmSync(folder, { recursive: true }));

function commits(output: string): number {
  return existsSync(journalPath(output)) ? readFileSync(journalPath(output), "utf8").split("\n").length - 2 : 0;
}

/** One run in a process of its own, killed `ms` after it has made so many commits; true where it ended before. */
function runKilled(argument: { readonly output: string }, after: number, ms: number): Promise<boolean> {
  return new Promise((done, failed) => {
    const wanted = commits(argument.output) + after;
    const child = spawn(process.execPath, [join(fixtures, "score-child.ts"), JSON.stringify(argument)], { stdio: ["ignore", "ignore", "inherit"] });
    const watch = setInterval(() => {
      if (commits(argument.output) < wanted) return;
      clearInterval(watch);
      setTimeout(() => child.kill("SIGKILL"), ms);
    }, 5);
    child.on("exit", (code, signal) => {
      clearInterval(watch);
      if (signal === "SIGKILL") done(false);
      else if (code === 0) done(true);
      else failed(new Error(`the run ended with code ${code}`));
    });
  });
}

const cases = [
  ["plain, groups together", "in.jsonl", "out.jsonl", "auto"],
  ["Zstandard frames", "in.jsonl", "out.zst", "auto"],
  ["groups apart, by themselves", "scattered.jsonl", "apart.jsonl", "auto"],
  ["groups apart, gzip members", "scattered.jsonl", "apart.gz", "spill"],
] as const;

describe("kill -9", () => {
  it.each(cases)(
    "%s",
    async (_, input, name, groups) => {
      const options = { workers: 2, blockBytes: 4000, segmentBytes: 6000, groups };
      const alone = join(folder, `alone-${name}`);
      await scoreFiles([join(folder, input)], alone, source, { resolve: resolveMethod, url: methodsUrl }, { ...options, rejects: join(folder, "alone-rejects") });

      const output = join(folder, name);
      const rejects = join(folder, `${name}-rejects`);
      const random = randomStream(`kill ${name}`);
      const argument = { inputs: [join(folder, input)], output, source, options: { ...options, rejects, resume: true } };
      let kills = 0;
      while (!(await runKilled(argument, kills < 3 ? 1 + random.integer(6) : Infinity, random.next() * 40))) kills++;
      expect(kills).toBeGreaterThan(0);
      expect(readFileSync(output).equals(readFileSync(alone))).toBe(true);
      expect(readFileSync(rejects, "utf8")).toBe(readFileSync(join(folder, "alone-rejects"), "utf8"));
      expect(readdirSync(folder).filter((left) => left.startsWith(`${name}.`))).toEqual([]);
    },
    120_000,
  );
});
