import { linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireSeparateFiles } from "./outputs.ts";

let folder = "";
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "guerdon-outputs-"));
  writeFileSync(at("in.jsonl"), "{}\n");
  symlinkSync("in.jsonl", at("soft.jsonl"));
  linkSync(at("in.jsonl"), at("hard.jsonl"));
  symlinkSync("later.jsonl", at("dangling.jsonl"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const check = (outputs: Record<string, string | undefined>): Promise<void> => requireSeparateFiles("score", [at("in.jsonl"), "-"], outputs);

describe("outputs", () => {
  it.each(["in.jsonl", "soft.jsonl", "hard.jsonl", "./x/../in.jsonl"])("%s is the input", async (name) => {
    for (const option of ["-o", "--rejects", "--report"]) await expect(check({ [option]: at(name) })).rejects.toThrow(/^score: an output must not be an input, got /);
  });
  it("are one file each, whether they are there or not", async () => {
    await expect(check({ "-o": at("out.jsonl"), "--report": at("./out.jsonl") })).rejects.toThrow("score: -o and --report must be two files");
    await expect(check({ "-o": at("later.jsonl"), "--rejects": at("dangling.jsonl") })).rejects.toThrow("score: -o and --rejects must be two files");
    await check({ "-o": at("out.jsonl"), "--rejects": at("bad.jsonl"), "--report": undefined });
  });
  it("a device takes them all", async () => {
    await check({ "-o": "/dev/null", "--rejects": "/dev/null" });
    await check({ "-o": "-", "--report": at("report.html") });
  });
});
