/** `guerdon audit` with verifiers that look for no answer in a text: tool calls, constraints, queries, programs. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditResult, Disagreement } from "../../evaluate/index.ts";

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "audit-"))));
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Row {
  readonly response: string;
  readonly reference: unknown;
  /** What the run paid. */
  readonly paid: number;
  /** The environment's snapshots. */
  readonly state?: object;
}

async function audited(use: object, rows: readonly Row[]): Promise<{ result: AuditResult; causes: string[]; summary: string }> {
  const [input, spec, out] = ["rows.jsonl", "spec.json", "out.jsonl"].map((name) => join(folder, name)) as [string, string, string];
  await writeFile(input, rows.map((row, i) => `${JSON.stringify({ id: `r${i}`, group: `g${i >> 1}`, prompt: "?", ...row })}\n`).join(""));
  await writeFile(spec, JSON.stringify({ guerdon: 1, rewards: { correct: use }, reward: "correct" }));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--disable-warning=ExperimentalWarning", "src/cli/main.ts", "audit", input, "--against", "paid", "--reward", spec, "--json", "-o", out]);
  const lines = (await readFile(out, "utf8")).trim().split("\n");
  const causes = lines.filter((line) => line !== "").map((line) => {
    const { id, cause, reason } = JSON.parse(line) as Disagreement;
    return `${id} ${cause} ${reason.code}`;
  });
  return { result: JSON.parse(stdout) as AuditResult, causes, summary: stderr };
}

describe("audit", { timeout: 60_000 }, () => {
  it("of tool calls: a grader that reads the tool's name alone", async () => {
    const due = [{ name: "book", arguments: { from: "Rome", seats: 2 } }];
    const call = (args: string): string => `<tool_call>{"name": "book", "arguments": ${args}}</tool_call>`;
    const { result, causes, summary } = await audited({ use: "verify/tool-calls" }, [
      { response: call('{"seats": 2, "from": "Rome"}'), reference: due, paid: 1 },
      { response: call('{"seats": 3, "from": "Rome"}'), reference: due, paid: 1 },
      { response: call('{"from": "Rome"}'), reference: due, paid: 1 },
      { response: call('{"from": "Rome", "seats": 2'), reference: due, paid: 1 },
      { response: '[book(from="Rome", seats=2)]', reference: due, paid: 0 },
      { response: "Where to?", reference: due, paid: 0 },
    ]);
    expect(causes).toEqual(["r1 false-positive wrong-value", "r2 false-positive missing-argument", "r3 false-positive unreadable-call", "r4 false-negative match"]);
    expect(result.fit).toBeNull();
    expect(summary).toContain("Unpaid, and right");
    expect(summary).toContain("1 wrong-value, 1 missing-argument, 1 unreadable-call");
    expect(summary).not.toContain("behaves like");
  });

  it("of constraints: a grader that counts on the first alone", async () => {
    const due = { instruction_id_list: ["punctuation:no_comma", "change_case:english_lowercase"], kwargs: [{}, {}] };
    const { result, causes } = await audited({ use: "verify/instruction-constraints" }, [
      { response: "this is a plain english sentence about the weather in spring", reference: due, paid: 1 },
      { response: "This is a plain english sentence about the Weather in spring", reference: due, paid: 1 },
      { response: "this is, all the same, a plain english sentence about the weather", reference: due, paid: 0 },
      { response: "there is nothing wrong with what is written here in the end", reference: due, paid: 0 },
    ]);
    expect(causes.map((text) => text.split(" ").slice(0, 2).join(" "))).toEqual(["r1 false-positive", "r3 false-negative"]);
    expect(result.disagreements).toBeUndefined();
    expect(result.wrong).toMatchObject({ count: 2, of: 4 });
  });

  it("of queries: a grader that compares texts", async () => {
    const due = { query: "SELECT a FROM t WHERE a > 1", script: "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (2), (3);" };
    const { causes } = await audited({ use: "verify/sql" }, [
      { response: "```sql\nSELECT a FROM t WHERE a > 1\n```", reference: due, paid: 1 },
      { response: "```sql\nSELECT a FROM t WHERE a >= 2\n```", reference: due, paid: 0 },
      { response: "```sql\nSELECT a FROM t WHERE a > 0\n```", reference: due, paid: 1 },
      { response: "```sql\nSELECT a FROM\n```", reference: due, paid: 1 },
    ]);
    expect(causes).toEqual(["r1 false-negative match", "r2 false-positive wrong-rows", "r3 false-positive error"]);
  });

  it("of states: a grader that believes what the agent says", async () => {
    const due = [{ at: "/wifi", is: true }, { onlyChanged: ["/wifi"] }];
    const [before, right] = [{ wifi: false, alarm: 7 }, { wifi: true, alarm: 7 }];
    const { causes } = await audited({ use: "verify/state" }, [
      { response: "Done!", reference: due, paid: 1, state: { before, after: right } },
      { response: "Done!", reference: due, paid: 1, state: { before, after: before } },
      { response: "Done!", reference: due, paid: 1, state: { before, after: { wifi: true } } },
      { response: "I could not.", reference: due, paid: 0, state: { before, after: right } },
      { response: '{"wifi": true, "alarm": 7}', reference: due, paid: 1 },
    ]);
    expect(causes).toEqual(["r1 false-positive fails", "r2 false-positive other-change", "r3 false-negative holds", "r4 undecided no-capability"]);
  });

  it("of programs: a grader that knows the first test alone", async () => {
    const due = { inputs: [[1, 2], [2, 2]], outputs: [3, 4], fn_name: "add" };
    const program = (text: string): string => `\`\`\`python\ndef add(a, b):\n    return ${text}\n\`\`\``;
    const { causes } = await audited({ use: "verify/code" }, [
      { response: program("a + b"), reference: due, paid: 1 },
      { response: program("3"), reference: due, paid: 1 },
      { response: program("a - -b"), reference: due, paid: 0 },
      { response: "I would add them.", reference: due, paid: 1 },
    ]);
    expect(causes).toEqual(["r1 false-positive wrong-answer", "r2 false-negative accepted", "r3 false-positive no-code"]);
  });
});
