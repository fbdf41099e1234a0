import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { resolveMethod } from "../methods.ts";
import { compileSource, readRewardSource } from "./document.ts";

const folder = mkdtempSync(join(tmpdir(), "guerdon-place-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function fault(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  writeFileSync(file, text);
  const error = await readRewardSource(file).then((source) => compileSource(source, resolveMethod)).catch((thrown: unknown) => thrown);
  return (error as Error).message.replaceAll(folder, "");
}

describe("errors of a spec's file", () => {
  const HEAD = "guerdon: 1\nrewards:\n  correct: verify/math\n  tags:\n    use: verify/tags\n";
  it.each([
    ["a method", "reward: correct\ncredit: credit/group-relativ\n", '/a.yaml:7: credit: no method "credit/group-relativ"; did you mean'],
    ["a key", "rewrd: correct\n", '/a.yaml:6: spec: no key "rewrd"; did you mean "reward"?'],
    ["a node", "\n\nreward: corect\n", '/a.yaml:8: reward: no node "corect"; did you mean "correct"?'],
    ["a value inside", "reward:\n  use: shaping/weighted-sum\n  of:\n    correct: 1\n    tags: much\n", '/a.yaml:10: reward.of.tags: must be a number, got "much"'],
    ["an option that is none", "    optoins: 1\nreward: correct\n", "/a.yaml:6: rewards.tags: verify/tags has no option"],
    ["what is missing", "", "/a.yaml: reward: must say which of correct, tags is the reward"],
    ["a value of an option", "reward: correct\ncredit: { use: credit/group-relative,\n  std: 3 }\n", '/a.yaml:7: credit: option "std" must be'],
  ])("name the file and the line: %s", async (_, rest, said) => {
    expect(await fault("a.yaml", HEAD + rest)).toContain(said);
  });

  it("name the line of JSON", async () => {
    expect(await fault("a.json", '{ "guerdon": 1,\n  "rewards": {\n    "a": "verify/maths" } }')).toMatch(/^\/a\.json:3: rewards\.a: no method "verify\/maths"/);
  });

  it("name the file where the text is no YAML", async () => {
    expect(await fault("b.yaml", "guerdon: 1\nrewards: [a\n")).toMatch(/^\/b\.yaml: must be YAML, got .* at line 3, column 1$/);
  });

  it("name no file where the spec is a value", async () => {
    await expect(compileSource({ kind: "document", document: { guerdon: 1, rewards: { a: "verify/maths" } }, base: null }, resolveMethod)).rejects.toThrow(/^rewards\.a: no method/);
  });
});
