import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { goldenLines } from "../../test/fixtures/lines.ts";
import { toolCallMatching } from "./tool-call-matching.ts";
import { toolCallScore, toolFormat } from "./tool-call-score.ts";
import { toolSolveReward, type SolveTurn } from "./tool-solve-reward.ts";
import type { Call } from "./tools/call.ts";
import { callSimilarity } from "./tools/similarity.ts";
import { toolTurnRewards, wordSetF1 } from "./tools/turn-rewards.ts";

interface Written {
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

const calls = (written: readonly Written[]): Call[] => written.map(({ name, parameters }) => ({ name, arguments: parameters }));

const call: fc.Arbitrary<Call> = fc.record({ name: fc.constantFrom("f", "g"), arguments: fc.dictionary(fc.constantFrom("a", "b", "c"), fc.constantFrom<unknown>(1, 2, "x", [1]), { maxKeys: 3 }) });
const lists = fc.array(call, { maxLength: 4 });

describe("toolCallScore", () => {
  const ab: Call = { name: "f", arguments: { a: 1, b: 2 } };
  it("catalogue row s132: hand scores", () => {
    expect(toolCallScore([ab], [{ name: "f", arguments: { a: 1 } }])).toBeCloseTo((1 + 0.5 + 1) * (6 / 4) - 3, 12);
    expect(toolCallScore([ab], [ab])).toBe(3);
    expect(toolCallScore([ab], [{ ...ab, name: "g" }])).toBe(-3);
    const other: Call = { name: "g", arguments: { c: 1 } };
    expect(toolCallScore([ab, other], [other, ab])).toBe(3);
    // One call more lowers the name Jaccard alone: (1/2 + 3)·6/4 − 3.
    expect(toolCallScore([ab], [ab, other])).toBeCloseTo(2.25, 12);
    expect(toolCallScore([ab], [ab], { scale: 1 })).toBe(1);
    expect(toolCallScore([], [])).toBe(3);
    expect(toolCallScore([], [ab])).toBe(-3);
  });

  const rows = goldenLines<{ right?: Written[]; made: Written[]; fine: number; refined: number; intermediate: number; coarse: number; kind: string; text: string; format: number }>("tools/toolrl.jsonl.gz");
  it("equals the released code on 150 drawn cases, in all four grains (qiancheng0/ToolRL 8cee13ec)", () => {
    const drawn = rows.filter((row) => row.right !== undefined);
    expect(drawn.length).toBe(150);
    for (const row of drawn)
      for (const grain of ["fine", "refined", "intermediate", "coarse"] as const) expect(toolCallScore(calls(row.right!), calls(row.made), { grain }), `${grain} ${JSON.stringify(row)}`).toBeCloseTo(row[grain], 10);
  });

  it("toolFormat equals the released format reward", () => {
    const kinds = { calls: { calls: true, response: false }, both: { calls: true, response: true }, response: { calls: false, response: true }, neither: { calls: false, response: false } };
    const texts = rows.filter((row) => row.right === undefined);
    expect(texts.length).toBe(60);
    for (const { kind, text, format } of texts) expect(toolFormat(text, kinds[kind as keyof typeof kinds]), `${kind}: ${text}`).toBe(format);
    expect(toolFormat("<think>".repeat(100_000), kinds.both)).toBe(0);
  });

  it("stays in range, and nothing beats the right calls", () => {
    fc.assert(
      fc.property(lists, lists, (right, made) => {
        for (const grain of ["fine", "refined", "intermediate", "coarse"] as const) {
          const score = toolCallScore(right, made, { grain });
          expect(score).toBeGreaterThanOrEqual(-3);
          expect(score).toBeLessThanOrEqual(3 + 1e-12);
        }
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it("refuses what is no call", () => {
    expect(() => toolCallScore([{ name: "f" } as unknown as Call], [])).toThrow("right[0]");
    expect(() => toolCallScore([], "x" as unknown as Call[])).toThrow("made must be a list");
  });
});

describe("toolCallMatching", () => {
  const rows = goldenLines<{ right: Written[]; made: Written[]; similarity: number[][]; greedy: number[]; penalty: number[]; sinkhorn: number[] }>("tools/matchtir.jsonl.gz");
  it("equals the released code on 150 drawn traces: similarity, greedy, its penalty, Sinkhorn (quchangle1/MatchTIR f614ce11)", () => {
    expect(rows.length).toBe(150);
    for (const { right, made, similarity, greedy, penalty, sinkhorn } of rows) {
      const [r, m] = [calls(right), calls(made)];
      m.forEach((each, p) => r.forEach((due, g) => expect(callSimilarity(due, each)).toBeCloseTo(similarity[p]![g]!, 12)));
      // Of equal similarities the released order of pairs is another; the total is the same.
      const total = (rewards: ArrayLike<number>): number => Array.from(rewards).reduce((a, b) => a + b, 0);
      expect(total(toolCallMatching(r, m, { matching: "greedy" }))).toBeCloseTo(total(greedy), 9);
      expect(total(toolCallMatching(r, m, { matching: "greedy", unmatched: -0.5 }))).toBeCloseTo(total(penalty), 9);
      // POT stops at 1e-9 of the marginals, or unconverged at 1,000 iterations.
      Array.from(toolCallMatching(r, m, { matching: "sinkhorn" })).forEach((reward, p) => expect(reward).toBeCloseTo(sinkhorn[p]!, 3));
    }
  });

  it("pays each right call once, and the optimal matching at least as much as the greedy one", () => {
    const f: Call = { name: "f", arguments: { a: 1 } };
    const g: Call = { name: "g", arguments: {} };
    expect(Array.from(toolCallMatching([f, g], [f, g]))).toEqual([1, 1]);
    expect(Array.from(toolCallMatching([f, g], [f, f]))).toEqual([1, 0]);
    for (const reward of toolCallMatching([f, g], [f, g], { matching: "sinkhorn" })) expect(reward).toBeCloseTo(0.5, 4);
    expect(Array.from(toolCallMatching([], [f], { unmatched: -0.5 }))).toEqual([-0.5]);
    expect(Array.from(toolCallMatching([], [f], { matching: "sinkhorn" }))).toEqual([0]);
    expect(Array.from(toolCallMatching([f], []))).toEqual([]);
    fc.assert(
      fc.property(lists, lists, (right, made) => {
        const total = (matching: "optimal" | "greedy"): number => toolCallMatching(right, made, { matching }).reduce((a, b) => a + b, 0);
        expect(total("optimal")).toBeGreaterThanOrEqual(total("greedy") - 1e-12);
        expect(total("optimal")).toBeLessThanOrEqual(Math.min(right.length, made.length) + 1e-12);
      }),
      { seed: 2, numRuns: 100 },
    );
  });
});

describe("toolTurnRewards", () => {
  it("means over the calls of a turn under one matching, and the F1 of the answer's words", () => {
    const f: Call = { name: "f", arguments: { a: 1 } };
    const g: Call = { name: "g", arguments: {} };
    const turns = [{ calls: [f, g], answer: null }, { calls: [f], answer: null }, { calls: [], answer: null }, { calls: [f], answer: "The answer is: forty-two." }];
    // Of the answer's words the, answer, is, forty, two, two are gold: 2·2 / (5 + 2).
    expect(Array.from(toolTurnRewards([f, g], turns, "forty two"))).toEqual([1, 0, 0, 4 / 7]);
    expect(wordSetF1("", "x")).toBe(0);
    expect(wordSetF1("a a a", "A")).toBe(1);
  });
});

describe("toolSolveReward", () => {
  it("equals the released code on 120 drawn episodes, in all variants (bytedance/FTRL 3ea979b4)", () => {
    const rows = goldenLines<{ required: Readonly<Record<string, string[]>>; turns: SolveTurn[]; answer: string; product: number[]; rate: number[]; f1: number[]; precision: number[]; left: number }>("tools/ftrl.jsonl.gz");
    expect(rows.length).toBe(120);
    for (const row of rows) {
      const required = Object.entries(row.required).map(([tool, outputs]) => ({ tool, outputs }));
      for (const metric of ["product", "rate", "f1", "precision"] as const) {
        const { rewards, rate } = toolSolveReward(row.turns, required, row.answer, { metric: metric });
        expect(Array.from(rewards), JSON.stringify(row)).toEqual(row[metric]);
        const needed = required.reduce((total, { outputs }) => total + outputs.length, 0);
        expect(rate).toBeCloseTo((needed - row.left) / needed, 12);
      }
    }
  });

  it("catalogue row s081: 3 calls with 2 found, and the quiet turns", () => {
    const required = [{ tool: "f", outputs: ["1", "2"] }, { tool: "g", outputs: ["3", "4"] }];
    const turns: SolveTurn[] = [{ calls: [{ name: "f", feedback: "1" }, { name: "f", feedback: "2" }, { name: "f", feedback: "1" }], text: "" }];
    const value = (metric: "precision" | "rate" | "product" | "f1"): number => toolSolveReward(turns, required, null, { metric: metric }).rewards[0]!;
    expect([value("precision"), value("rate"), value("product"), value("f1")]).toEqual([2 / 3, 2, 4 / 3, 1]);
    const { precision, rate, f1 } = toolSolveReward(turns, required, null);
    expect([precision, rate, f1]).toEqual([2 / 3, 1 / 2, 4 / 7]);
    expect(toolSolveReward(turns, required, null, { consume: false, metric: "rate" }).rewards[0]).toBe(3);
    const quiet = (text: string): number => toolSolveReward([{ calls: [], text }], [{ tool: "f", outputs: ["1", "2"] }], "Oslo")[`rewards`][0]!;
    expect([quiet(""), quiet("</tool_call> Oslo"), quiet("It is OSLO."), quiet("no")]).toEqual([-0.5, -0.3, 1 / 3, 0]);
    const done = [{ calls: [{ name: "f", feedback: "7" }], text: "" }, { calls: [], text: "no" }, { calls: [], text: "oslo" }];
    expect(Array.from(toolSolveReward(done, [{ tool: "f", outputs: ["7"] }], "Oslo").rewards)).toEqual([1, 0.5, 1]);
  });

  it("refuses a task without required outputs, and an empty one", () => {
    expect(() => toolSolveReward([], [], null)).toThrow("at least one output");
    expect(() => toolSolveReward([], [{ tool: "f", outputs: [" , "] }], null)).toThrow("outputs must hold text");
  });
});
