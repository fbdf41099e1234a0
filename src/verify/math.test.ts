import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { math, type MathReason } from "./math.ts";
import { LIMITS } from "./math/limits.ts";

/** What the whole verifier promises; forms of answer are in test/math/forms.ts, extraction and zero tests beside their code. */
describe("verdicts say whose fault it is", () => {
  const cases: readonly (readonly [name: string, response: string, reference: string, status: string, code: MathReason])[] = [
    ["written alike", "\\boxed{\\frac{1}{2}}", "\\dfrac{1}{2}", "correct", "equal-string"],
    ["equal exactly", "\\boxed{0.5}", "\\frac12", "correct", "equal-exact"],
    ["equal as an identity", "\\boxed{(x+1)^2}", "x^2+2x+1", "correct", "equal-field"],
    ["different", "\\boxed{3}", "4", "incorrect", "different"],
    ["no answer", "I am not sure about this one.", "4", "invalid", "no-answer"],
    ["empty", "", "4", "invalid", "empty"],
    ["an empty box", "\\boxed{}", "4", "invalid", "empty"],
    ["reasoning never closed", "<think>it is \\boxed{4}", "4", "invalid", "unclosed-think"],
    ["two finals", "\\boxed{4} or else\n\nI say \\boxed{5}.", "5", "invalid", "contradictory"],
    ["no mathematics", "\\boxed{)(}", "4", "invalid", "unparseable"],
    ["too long", `\\boxed{${"1+".repeat(15_000)}1}`, "4", "invalid", "over-limit"],
    ["an empty reference", "\\boxed{4}", "  ", "undecided", "bad-reference"],
    ["a reference over a limit", "\\boxed{4}", `${"(".repeat(500)}4${")".repeat(500)}`, "undecided", "bad-reference"],
    ["a reference no rule reads", "\\boxed{4}", ")(", "undecided", "unsupported-form"],
  ];
  it.each(cases)("%s", (_, response, reference, status, code) => {
    const verdict = math(response, reference);
    expect([verdict.status, verdict.reason.code]).toEqual([status, code]);
    expect(verdict.score).toBe(status === "correct" ? 1 : status === "undecided" ? null : 0);
  });

  it("any of several references will do", () => {
    expect(math("\\boxed{5}", ["4", "5"]).status).toBe("correct");
    expect(math("\\boxed{6}", ["4", "5"]).status).toBe("incorrect");
    expect(math("\\boxed{6}", ["", "6"]).status).toBe("correct");
  });

  it("numbers are references", () => {
    expect(math("\\boxed{0.5}", 0.5).status).toBe("correct");
    expect(math("\\boxed{7}", 7n).status).toBe("correct");
  });

  it("equal boxes do not contradict, a list may gather earlier boxes", () => {
    expect(math("\\boxed{1/2}, that is \\boxed{0.5}", "0.5").status).toBe("correct");
    expect(math("First \\boxed{3}.\n\nThen \\boxed{5}.\n\nAll: \\boxed{3, 5}", "5, 3").status).toBe("correct");
  });

  it("only the text after the reasoning counts, also where the prompt opened it", () => {
    expect(math("<think>\\boxed{9}</think> \\boxed{4}", "4").status).toBe("correct");
    expect(math("hm \\boxed{9} </think> \\boxed{4}", "4").status).toBe("correct");
    expect(math.prepare("4")("it is \\boxed{4}", { prompt: "Solve.\n<think>\n" }).reason.code).toBe("unclosed-think");
  });
});

describe("limits", () => {
  /** One response a limit: each is invalid and paid like a wrong answer, in score and in advantage. */
  const tripping: Readonly<Record<string, string>> = {
    answerCharacters: `\\boxed{${"x+".repeat(LIMITS.answerCharacters / 2)}x}`,
    nodes: `\\boxed{${"x+".repeat(LIMITS.nodes)}x}`,
    depth: `\\boxed{${"(".repeat(LIMITS.depth + 10)}1${")".repeat(LIMITS.depth + 10)}}`,
    digits: `\\boxed{${"7".repeat(LIMITS.digits + 1)}}`,
    bits: "\\boxed{9^{9^{9^{9}}}}",
    steps: "\\boxed{\\sum_{a=1}^{1999}\\sum_{b=1}^{1999}\\sum_{c=1}^{1999} abc}",
    items: `\\boxed{${"1,".repeat(LIMITS.items + 1)}1}`,
  };
  it("each has its response here", () => {
    expect(Object.keys(tripping).toSorted()).toEqual(Object.keys(LIMITS).toSorted());
  });
  it.each(Object.entries(tripping))("%s tripped by the answer never beats a wrong answer", (_, response) => {
    const verdict = math(response, "12345");
    const wrong = math("\\boxed{54321}", "12345");
    expect(verdict.status).toBe("invalid");
    expect(verdict.reason.code).toBe("over-limit");
    expect(verdict.score).toBe(wrong.score);
  });
  it("a limit the reference trips is nobody's zero", () => {
    for (const response of Object.values(tripping)) {
      const reference = response.slice("\\boxed{".length, -1);
      expect(math("\\boxed{12345}", reference).score).not.toBe(1);
      expect(["undecided", "incorrect"]).toContain(math("\\boxed{12345}", reference).status);
    }
  });
});

describe("explanations", () => {
  it("name the span, the rule, both normal forms, the stage and a hash that never changes", () => {
    const response = "So the answer is $\\boxed{\\frac{21}{14}}$.";
    const e = math.explain(response, "3/2");
    expect(response.slice(e.span!.start, e.span!.end)).toBe("\\frac{21}{14}");
    expect({ ...e, span: null, hash: "" }).toEqual({
      status: "correct",
      score: 1,
      extracted: "\\frac{21}{14}",
      span: null,
      rule: "box",
      reason: { code: "equal-exact", text: "the exact values are the same" },
      normal: { response: "3/2", reference: "3/2" },
      stage: "exact",
      hash: "",
    });
    expect(e.hash).toBe(math.explain(response, "3/2").hash);
    expect(e.hash).not.toBe(math.explain(response, "3/2", { units: "ignore" }).hash);
    // Another wording of the same answer has the same normal forms, and so the same hash.
    expect(math.explain("\\boxed{\\frac{21}{14}}", "3/2").hash).toBe(e.hash);
  });

  it("agree with the verdict", () => {
    fc.assert(
      fc.property(fc.constantFrom("5", "7", "\\frac12", "x^2", "-3", "\\sqrt2"), fc.constantFrom("5", "7.0", "0.5", "x\\cdot x", "3", "\\sqrt{8}"), (reference, answer) => {
        const verdict = math(`\\boxed{${answer}}`, reference);
        const explained = math.explain(`\\boxed{${answer}}`, reference);
        expect([explained.status, explained.score, explained.reason]).toEqual([verdict.status, verdict.score, verdict.reason]);
      }),
      { seed: 5, numRuns: 100 },
    );
  });
});

describe("properties", () => {
  const number = fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: 1, max: 30 })).map(([n, d]) => (d === 1 ? `${n}` : `\\frac{${n}}{${d}}`));
  const atom = fc.oneof(number, fc.constantFrom("x", "y", "\\pi", "\\sqrt{2}", "\\sqrt{3}", "e"));
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      atom,
      fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `(${a} + ${b})`),
      fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `(${a})(${b})`),
      tie("expression").map((a) => `(${a})^2`),
      tie("expression").map((a) => `-(${a})`),
    ),
  }));
  const right = (reference: string, answer: string): boolean => math(`\\boxed{${answer}}`, reference, { stringStage: false }).status === "correct";

  it("reflexive", () => {
    fc.assert(fc.property(expression, (a) => right(a, a)), { seed: 1, numRuns: 150 });
  });
  it("symmetric", () => {
    fc.assert(fc.property(expression, expression, (a, b) => right(a, b) === right(b, a)), { seed: 2, numRuns: 150 });
  });
  it("kept by identities", () => {
    fc.assert(
      fc.property(expression, expression, fc.nat(4), (a, b, kind) => {
        const same = [`(${a}) + (${b}) - (${b})`, `(${b})(${a}) - ((${b}) - 1)(${a})`, `\\frac{2(${a})}{2}`, `-(-(${a}))`, `((${a}) + 1)^2 - 2(${a}) - 1 - (${a})^2 + (${a})`][kind]!;
        return right(a, same);
      }),
      { seed: 3, numRuns: 150 },
    );
  });
  it("broken by a small change", () => {
    fc.assert(fc.property(expression, fc.integer({ min: 1, max: 60 }), (a, k) => !right(a, `(${a}) + 10^{-${k}}`)), { seed: 4, numRuns: 150 });
  });
});

describe("fuzzing", () => {
  const pieces = "\\frac \\sqrt \\boxed { } ( ) [ ] | \\left \\right ^ _ + - * / = < > \\le , ; : ! % $ \\$ & \\\\ \\begin{pmatrix} \\end{pmatrix} \\begin{cases} \\end{cases} \\text{ } and or 1 2.5 .5 0.\\overline{3} x y \\pi e i \\infty \\sum \\int \\lim \\to d \\in \\cup \\mathbb{R} \\{ \\} \\pm \\circ ° cm <think> </think> #### ½ ² α 中 🙂 \u0000 \u200b \n".split(" ");
  it("a soup of pieces never throws, and is never right by accident", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), fc.boolean(), (soup, boxed) => {
        const text = soup.join(" ");
        const verdict = math(boxed ? `\\boxed{${text}}` : text, "123456789/987654321");
        return verdict.status !== "correct" && (verdict.score === 0 || verdict.score === null);
      }),
      { seed: 6, numRuns: 1500 },
    );
  });
  it("a soup as reference never throws either", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (soup) => {
        const status = math("\\boxed{17}", soup.join(" ")).status;
        return status !== undefined;
      }),
      { seed: 7, numRuns: 1000 },
    );
  });
  it("any string at all", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => math(text, "17").status !== undefined), { seed: 8, numRuns: 1000 });
  });
});
