import { describe, expect, it } from "vitest";
import { tokenF1 } from "./token-f1.ts";

describe("tokenF1", () => {
  it.each<[string, string | string[], number]>([
    ["The Beatles.", "beatles", 1],
    ["in Paris, France", "Paris", 0.5],
    ["w x y z", "y z u v", 0.5],
    ["cat cat", "cat", 2 / 3],
    ["nothing", "else", 0],
    ["NYC", ["New York City", "nyc"], 1],
    ["the", "an answer", 0],
  ])("%j against %j is %d", (answer, reference, f1) => expect(tokenF1(answer, reference).score).toBeCloseTo(f1, 12));

  it("exact and contains", () => {
    expect(tokenF1("The Eiffel-Tower!", "eiffeltower", { metric: "exact" }).status).toBe("correct");
    expect(tokenF1("it is the Eiffel Tower, I think", "Eiffel Tower", { metric: "exact" }).score).toBe(0);
    expect(tokenF1("it is the Eiffel Tower, I think", "Eiffel Tower", { metric: "contains" }).score).toBe(1);
    expect(tokenF1("Eiffel Towers", "Eiffel Tower", { metric: "contains" }).score).toBe(0);
  });

  it("a reference without tokens is undecided", () => expect(tokenF1("x", "the ...").reason.code).toBe("bad-reference"));
});
