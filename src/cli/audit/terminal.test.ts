import { describe, expect, it } from "vitest";
import { correct } from "../../core/verdict.ts";
import { groupRelative, overScored } from "../../credit/index.ts";
import { audit, type AuditRow } from "../../evaluate/index.ts";
import { comparisonOf, headlineOf } from "./comparison.ts";
import { auditSummary } from "./terminal.ts";

const row = (i: number, old: number | null, answer = "12"): AuditRow => ({
  rollout: { id: `r${i}`, group: `g${i % 2}`, prompt: "?", response: answer, reference: "12" },
  row: { old },
  verdicts: { correct: correct("equal", "equal", { extracted: answer }) },
});
const advantages = (rewards: readonly (number | null)[]): (number | null)[] => overScored(groupRelative, rewards);
const auditOf = (rows: AuditRow[]): ReturnType<typeof audit> => audit(rows, { column: "old", advantages });

describe("the summary", () => {
  it("says the news first, and what it rests on", async () => {
    const text = auditSummary(await auditOf([row(0, 0), row(1, 1), row(2, 1), row(3, null)]), "verify/math", false);
    expect(text.split("\n")[1]).toBe("  1 of 3 rewards is wrong.");
    expect(text).toContain("old against verify/math; 4 rows, 33.3 % (95 % interval 6.1–79.2) wrong");
    expect(text).toMatch(/not paid\s+1\s+0\s+0/);
    expect(text).toContain("No existing reward");
  });
  it("a terminal does not obey a model", async () => {
    const text = auditSummary(await auditOf([row(0, 0, "\u001b[2J\u0007evil\u202e"), row(1, 1)]), "verify/math", false);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text).toContain("evil");
  });
  it("colours only when told", async () => {
    const result = await auditOf([row(0, 0), row(1, 1)]);
    expect(auditSummary(result, "m", true)).toContain("\u001b[");
    expect(auditSummary(result, "m", false)).not.toContain("\u001b[");
  });
});

describe("the headline", () => {
  it("nothing to compare, nothing wrong, something lost", async () => {
    expect(headlineOf(await auditOf([]))).toBe("Nothing to compare: no row has both a reward in old and a verdict.");
    expect(headlineOf(await auditOf([row(0, 1)]))).toBe("The one reward is right.");
  });
  it("the report takes its causes, tiles and notes from the result", async () => {
    const summary = comparisonOf(await auditOf([row(0, 0), row(1, 1)]), { file: "f.jsonl", against: "verify/math", colophon: "v" });
    expect(summary.tiles[0]).toMatchObject({ label: "wrong rewards", value: "50.0 %", tone: "bad" });
    expect(summary.causes.filter((c) => c.count > 0)).toHaveLength(1);
    expect(summary.noteOf(1)).toMatchObject({ cause: "false-negative-unexplained" });
    expect(summary.noteOf(2)).toBeUndefined();
  });
});
