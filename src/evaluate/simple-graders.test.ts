import { describe, expect, it } from "vitest";
import { compares, normalised, paidBits, pays, plainNumber, SIMPLE_GRADERS, simpleAnswers, unwindowed, WINDOWS } from "./simple-graders.ts";

const r = String.raw;

describe("where they look", () => {
  it.each([
    [r`first \boxed{1}, then \boxed{\frac{3}{4}}.`, "box", r`\frac{3}{4}`],
    [r`\boxed{never closed`, "box", null],
    ["work\n#### 1,234\n", "hash", "1,234"],
    ["The answer is: $42$.", "phrase", "$42$"],
    ["Final Answer: The final answer is $7$. I hope it is correct.", "phrase", "$7$"],
    ["**Answer:** 15%", "phrase", "15%"],
    ["from 3 to -1,250.5 metres.", "number", "-1250.5"],
    ["it costs 12.", "number", "12"],
    ["no digits", "number", null],
    ["so 4 then #### 5", "cascade", "5"],
    ["so 4", "box-or-number", "4"],
  ] as const)("%j by %s", (text, extraction, found) => expect(simpleAnswers(text, Infinity)[extraction]).toBe(found));

  it("a window sees only the end", () => {
    const text = r`\boxed{5}` + " ".repeat(400) + "bye";
    expect(simpleAnswers(text, Infinity).box).toBe("5");
    expect(simpleAnswers(text, 300).cascade).toBe(null);
  });
});

describe("how they compare", () => {
  it.each([
    ["string", "$ 4 $", "4", true],
    ["string", r`\dfrac{1}{2}`, r`\frac{1}{2}`, false],
    ["normalised", r`\dfrac{1}{2}`, r`\frac{1}{2}`, true],
    ["normalised", r`50\text{ m}`, r`50 \text{ cm}`, true],
    ["normalised", "x = 5", "5", true],
    ["normalised", "1,234", "1234", true],
    ["normalised", "0.5", r`\frac{1}{2}`, false],
    ["near", "0.5", r`\frac{1}{2}`, true],
    ["near", "0.3333", r`\frac{1}{3}`, true],
    ["near", "0.33", r`\frac{1}{3}`, false],
    ["loose", "0.33", r`\frac{1}{3}`, true],
    ["loose", "1.03", "1", false],
  ] as const)("%s: %j against %j", (comparison, a, b, equal) => expect(compares(comparison, a, b)).toBe(equal));

  it("reads numbers and nothing else", () => {
    expect(plainNumber("-3/4")).toBe(-0.75);
    expect(plainNumber("1e3")).toBe(1000);
    for (const text of ["", "1/0", "0x10", "one", "1e999"]) expect(plainNumber(text)).toBe(null);
    expect(normalised(r`65^{\circ}`)).toBe("65");
  });
});

describe("the family", () => {
  it("has 72 members, and every bit belongs to its member", () => {
    expect(SIMPLE_GRADERS).toHaveLength(72);
    const text = r`The answer is \boxed{0.33}` + " ".repeat(150);
    const bits = paidBits(text, r`\frac{1}{3}`);
    for (const [index, grader] of SIMPLE_GRADERS.entries()) {
      const answer = simpleAnswers(text, grader.window)[grader.extraction];
      expect(pays((w) => bits[w]!, index)).toBe(answer !== null && compares(grader.comparison, answer, r`\frac{1}{3}`));
      expect(SIMPLE_GRADERS[unwindowed(index)]).toEqual({ ...grader, window: WINDOWS[0] });
    }
  });
});
