import { describe, expect, it } from "vitest";
import { exact } from "./exact.ts";

describe("exact", () => {
  it.each<[string, unknown, string, string]>([
    ["Paris", "Paris", "correct", "equal"],
    [" Paris\n", "Paris", "correct", "equal"],
    ["<think>Rome</think>Paris", "Paris", "correct", "equal"],
    ["42", 42, "correct", "equal"],
    ["true", true, "correct", "equal"],
    ["Paris", ["Rome", "Paris"], "correct", "equal"],
    ["paris", "Paris", "incorrect", "different"],
    ["Paris.", "Paris", "incorrect", "different"],
    ["", "Paris", "invalid", "empty"],
    ["<think>Paris", "Paris", "invalid", "unclosed-think"],
    ["Paris", "", "undecided", "bad-reference"],
    ["Paris", null, "undecided", "bad-reference"],
    ["Paris", { city: "Paris" }, "undecided", "bad-reference"],
    ["Paris", [], "undecided", "bad-reference"],
  ])("%j against %j is %s", (response, reference, status, code) => {
    const verdict = exact(response, reference as string);
    expect([verdict.status, verdict.reason.code]).toEqual([status, code]);
  });

  it("reads an extracted answer, and refuses several different ones", () => {
    expect(exact("It is \\boxed{Paris}.", "Paris", { extract: "auto" }).status).toBe("correct");
    expect(exact("<answer>Paris</answer><answer>Rome</answer>", "Paris", { extract: "only-tag" }).reason.code).toBe("contradiction");
    expect(exact("<answer>Paris</answer><answer>Paris</answer>", "Paris", { extract: "only-tag" }).status).toBe("correct");
    expect(exact("Paris", "Paris", { extract: "only-box" }).reason.code).toBe("no-answer");
  });

  it("keeps blanks where told", () => {
    expect(exact("\\boxed{a}", " a ", { extract: "auto", trim: false }).status).toBe("incorrect");
  });

  it("gives the span of what it compared", () => {
    const response = "<think>x</think>\nParis ";
    const { span } = exact(response, "Paris");
    expect(response.slice(span!.start, span!.end)).toBe("Paris");
  });
});
