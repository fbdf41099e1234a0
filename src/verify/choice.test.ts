import { describe, expect, it } from "vitest";
import { choice, promptChoices } from "./choice.ts";

const CHOICES = ["41", "42", "the Eiffel Tower", "$\\frac{1}{2}$"];

describe("choice", () => {
  it.each(["B", "b", "(B)", "B.", "B)", "\\boxed{B}", "\\boxed{\\text{B}}", "\\boxed{\\text{(B)}}", "\\boxed{\\textbf{(B)}\\ 42}", "$B$", "**B**", "**(B) 42**", "Answer: B", "The answer is (B).", "The answer is option B.", "The correct answer is B) 42.", "Answer: B - 42", "答案是B。", "答案：选项B", "La respuesta es B.", "<answer>B</answer>", "B. Because 6·7 is that.", "\\boxed{42}", "The answer is 42.", "<think>A or C</think>\\boxed{B}", "So the final answer is $\\boxed{\\mathbf{B}}$."])(
    "%j is B",
    (response) => expect(choice(response, "B", { choices: CHOICES }).status).toBe("correct"),
  );

  it("knows option texts", () => {
    expect(choice("The answer is the Eiffel Tower.", "C", { choices: CHOICES }).status).toBe("correct");
    expect(choice("\\boxed{C}", "The Eiffel Tower", { choices: CHOICES }).status).toBe("correct");
    expect(choice("\\boxed{\\frac{1}{2}}", "D", { choices: CHOICES }).status).toBe("correct");
  });

  it.each<[string, string]>([
    ["\\boxed{A}", "incorrect"],
    ["\\boxed{41}", "incorrect"],
    ["\\boxed{E}", "incorrect"],
    ["\\boxed{B) 41}", "invalid"],
    ["\\boxed{A, B}", "invalid"],
    ["\\boxed{A or B}", "invalid"],
    ["The answer is A or B.", "invalid"],
    ["\\boxed{A} \\boxed{B}", "invalid"],
    ["\\boxed{43}", "invalid"],
    ["", "invalid"],
    ["A) 41\nB) 42\nC) the Eiffel Tower", "invalid"],
    ["Because B is valid I think we are done here, and so on and on.", "invalid"],
  ])("%j is not B: %s", (response, status) => {
    const verdict = choice(response, "B", { choices: CHOICES });
    expect([verdict.status, verdict.score]).toEqual([status, 0]);
  });

  it("reads the options of the prompt", () => {
    const prompt = "What is 6·7?\n(A) 41\n(B) 42\n(C) 43";
    expect(promptChoices(prompt)).toEqual(["41", "42", "43"]);
    expect(promptChoices("Which? A. red B. blue C. green")).toEqual(["red", "blue", "green"]);
    expect(promptChoices("Example:\nA. x\nB. y\nAnswer: A\n\nA. red\nB. blue")).toEqual(["red", "blue"]);
    expect(promptChoices("Mr. A. Smith has 3 apples.")).toEqual([]);
    const prepared = choice.prepare("B");
    expect(prepared("\\boxed{42}", { prompt }).status).toBe("correct");
    expect(prepared("\\boxed{43}", { prompt }).status).toBe("incorrect");
    expect(prepared("\\boxed{42}").status).toBe("invalid");
  });

  it("several letters where several may be right", () => {
    const options = { multiple: true } as const;
    for (const response of ["\\boxed{A, C}", "\\boxed{AC}", "\\boxed{A \\text{ and } C}", "The answer is A and C.", "\\boxed{A} and \\boxed{C}", "\\boxed{C, A}"]) expect(choice(response, "AC", options).status, response).toBe("correct");
    for (const response of ["\\boxed{A}", "\\boxed{A, B, C}", "\\boxed{ABCD}"]) expect(choice(response, ["A", "C"], options).status, response).toBe("incorrect");
  });

  it("a reference that names no choice is our fault", () => {
    for (const reference of ["", "the moon is made of cheese", "AC"]) expect(choice("\\boxed{A}", reference).status).toBe("undecided");
    expect(choice("\\boxed{A}", null as unknown as string).status).toBe("undecided");
  });
});
