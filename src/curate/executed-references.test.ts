import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Execute, LoadedProgram, ProgramSource, RunStatus } from "../core/capabilities.ts";
import { executedReferences, readExecutedRows, type ExecutedReferencesResult } from "./executed-references.ts";
import { sameLiteral } from "./literal.ts";

/** A sandbox whose programs are told by their text: `status output`. */
const execute = (async ({ source }: ProgramSource) => {
  const [status, ...rest] = source.split(" ");
  const run = async (): Promise<object> => ({ status: status as RunStatus, stdout: rest.join(" "), message: status });
  return { run, [Symbol.asyncDispose]: async () => undefined } as unknown as LoadedProgram;
}) as unknown as Execute;

async function curated(rows: readonly (readonly [rationale: string, finalAnswer: string | null])[]): Promise<ExecutedReferencesResult> {
  const run = executedReferences({ rows: rows.map(([rationale, finalAnswer]) => ({ question: "?", rationale, finalAnswer })), execute });
  for (;;) {
    const step = await run.next();
    if (step.done === true) return step.value;
  }
}

describe("executedReferences", () => {
  it("keeps what runs and prints the stored answer, and says why others go", async () => {
    const { kept, dropped } = await curated([["ok 42\n", "42.0"], ["ok 42", null], ["ok 41", "42"], ["ok ", null], ["time 42", "42"], ["memory", null], ["runtime-error 42", "42"]]);
    expect(kept.map(({ index, answer }) => [index, answer])).toEqual([[0, "42"], [1, "42"]]);
    expect(dropped).toEqual({ "runtime-error": 1, time: 1, memory: 1, output: 0, "compile-error": 0, "no-output": 1, "answer-differs": 1 });
    expect((await curated([])).kept).toEqual([]);
  });
  it("is not the row's fault where the sandbox fails", async () => {
    await expect(curated([["infrastructure", null]])).rejects.toThrow("rows[0] must be run");
  });
  it("reads the published layout, and names the field that is missing", () => {
    const row = { question: "6·7?", rationale: "print(42)", final_answer: "42", metadata: { license: "MIT" }, id: "x" };
    expect(readExecutedRows(JSON.stringify([row]))).toEqual([{ question: "6·7?", rationale: "print(42)", finalAnswer: "42" }]);
    expect(() => readExecutedRows("{}")).toThrow("must hold a list");
    expect(() => readExecutedRows("[3]")).toThrow("rows[0] must be an object");
    expect(() => readExecutedRows(JSON.stringify([row, { ...row, final_answer: 42 }]))).toThrow("rows[1].final_answer");
    expect(() => readExecutedRows(JSON.stringify([{ ...row, metadata: null }]))).toThrow("rows[0].metadata");
  });
});

describe("sameLiteral", () => {
  it("compares what Python prints by value", () => {
    const same: readonly (readonly [string, string])[] = [["{1: 2.0, 2: 1.75}", "{1: 2.00, 2: 1.75}"], ["{(0, 1), (4, 9)}", "{(4, 9), (0, 1)}"], ["[1, 2,]", "[1,2]"], ["1e3", "1000"], ["{'a': [True]}", '{"a": [True]}'], ["set()", "set()"], ["It is 3.", "It is 3."]];
    for (const [a, b] of same) expect(sameLiteral(a, b, 1e-6), a).toBe(true);
    const other: readonly (readonly [string, string])[] = [["[1, 2]", "[2, 1]"], ["1", "'1'"], ["1.0001", "1"], ["{1, 2}", "{1}"], ["[1, 2", "[1, 2]"], ["{1: 2}", "{2: 1}"], ["True", "1"], ["[[1], 2]", "[[1, 2]]"], ["'a", "'b"], ["{1: }", "{1: 2}"], ["a b", "b a"]];
    for (const [a, b] of other) expect(sameLiteral(a, b, 1e-6), a).toBe(false);
  });
  it("is bounded on hostile text, symmetric, and knows every value as itself", () => {
    const start = performance.now();
    expect(sameLiteral("[".repeat(500_000), "(".repeat(500_000), 0)).toBe(false);
    expect(sameLiteral("1,".repeat(300_000), "[" + "1,".repeat(300_000), 0)).toBe(false);
    expect(performance.now() - start).toBeLessThan(1_000);
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({ value: fc.oneof({ depthSize: "small" }, fc.integer(), fc.boolean(), fc.array(tie("value"), { maxLength: 3 })) }));
    fc.assert(fc.property(value, value, (a, b) => {
      const [x, y] = [JSON.stringify(a), JSON.stringify(b)];
      expect(sameLiteral(` ${x}`, x, 0)).toBe(true);
      expect(sameLiteral(x, y, 0)).toBe(sameLiteral(y, x, 0));
    }), { seed: 74, numRuns: 200 });
  });
});
