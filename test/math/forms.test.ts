import { describe, expect, it } from "vitest";
import { math } from "../../src/verify/math.ts";
import { DEFAULTS, FORMS } from "./forms.ts";

/** The answer as a response: boxed, unless the line brings its own boxes. */
function asResponse(answer: string): string {
  return answer.includes("\\boxed") ? `So the answer is ${answer}` : `So the answer is $\\boxed{${answer}}$.`;
}

describe("every form of answer", () => {
  it("has at least eight equal pairs and eight near-misses", () => {
    for (const form of FORMS) {
      expect(form.equal.length, form.name).toBeGreaterThanOrEqual(8);
      expect(form.different.length, form.name).toBeGreaterThanOrEqual(8);
    }
  });
  for (const form of FORMS) {
    describe(form.name, () => {
      it.each(form.equal)("%s ⇔ %s", (reference, answer) => {
        const verdict = math(asResponse(answer), reference);
        expect(verdict.status, JSON.stringify(math.explain(asResponse(answer), reference))).toBe("correct");
      });
      it.each(form.different)("%s ⇎ %s", (reference, answer) => {
        const verdict = math(asResponse(answer), reference);
        expect(verdict.score, JSON.stringify(math.explain(asResponse(answer), reference))).toBe(0);
      });
    });
  }
});

describe("what is ambiguous has one reading, and an option where there is another", () => {
  for (const { question, shown } of DEFAULTS) {
    it.each(shown)(`${question}: %s and %s under %s`, (reference, answer, options, right) => {
      expect(math(asResponse(answer.includes("\\boxed") ? `\\boxed{${answer}}` : answer), reference, JSON.parse(options)).status === "correct").toBe(right);
    });
  }
});
