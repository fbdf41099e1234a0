import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tags } from "./tags.ts";

describe("tags", () => {
  it.each<[string, string]>([
    ["<think>a</think><answer>b</answer>", "well-formed"],
    ["\n<think>a</think>\n<answer>b</answer>\n", "well-formed"],
    ["<think>a <b>bold</b></think><answer>1 < 2</answer>", "well-formed"],
    ["<answer>b</answer>", "wrong-order"],
    ["<think>a</think>", "missing-tag"],
    ["", "missing-tag"],
    ["<think>a</think><think>a</think><answer>b</answer>", "repeated-tag"],
    ["<think>a</think><answer>b</answer><answer>c</answer>", "repeated-tag"],
    ["<think><think>a</think><answer>b</answer>", "repeated-tag"],
    ["<answer>b</answer><think>a</think>", "wrong-order"],
    ["a</think><answer>b</answer>", "wrong-order"],
    ["<think>a<answer>b</answer></think>", "unclosed-tag"],
    ["<think>a</think><answer>b", "unclosed-tag"],
    ["<think>a", "unclosed-tag"],
    ["<think> </think><answer>b</answer>", "empty-tag"],
    ["<think>a</think><answer></answer>", "empty-tag"],
    ["Hi <think>a</think><answer>b</answer>", "text-outside"],
    ["<think>a</think> so <answer>b</answer>", "text-outside"],
    ["<think>a</think><answer>b</answer> bye", "text-outside"],
  ])("%j: %s", (response, code) => {
    const verdict = tags(response);
    expect([verdict.reason.code, verdict.score]).toEqual([code, code === "well-formed" ? 1 : 0]);
  });

  it("allows what it is told to allow", () => {
    expect(tags("Hi <think>a</think> so <answer>b</answer> bye", { outside: "allow" }).score).toBe(1);
    expect(tags("<think></think><answer>b</answer>", { empty: "allow" }).score).toBe(1);
    expect(tags("<plan>a</plan><code>b</code><test>c</test>", { tags: ["plan", "code", "test"] }).score).toBe(1);
  });

  it("the prompt may open the first tag", () => {
    const prepared = tags.with({}).prepared;
    expect(prepared("a</think><answer>b</answer>", { prompt: "Q <think>\n" }).score).toBe(1);
    expect(prepared("<think>a</think><answer>b</answer>", { prompt: "Q <think>" }).score).toBe(1);
    expect(prepared("a</think><answer>b</answer>", { prompt: "Q" }).score).toBe(0);
    expect(tags.with({ openedByPrompt: false }).prepared("a</think><answer>b</answer>", { prompt: "<think>" }).score).toBe(0);
  });

  it("refuses names that are no names", () => {
    expect(() => tags("x", { tags: ["a b"] })).toThrow(/tags/);
    expect(() => tags("x", { tags: [] })).toThrow(/tags/);
  });

  it("is well formed only as built: any swap, loss or doubling of marks is seen", () => {
    const marks = ["<think>", "a", "</think>", "<answer>", "b", "</answer>"];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...marks), { maxLength: 8 }), (parts) => {
        const response = parts.join("");
        expect(tags(response).score).toBe(/^<think>[ab]+<\/think><answer>[ab]+<\/answer>$/.test(response) ? 1 : 0);
      }),
      { seed: 9, numRuns: 1000 },
    );
  });
});
