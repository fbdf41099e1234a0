import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { geometryProgram, proofRank } from "./geometry-program.ts";

const value = (program: string, numbers: readonly number[] = [], options = {}): number | null => geometryProgram([program], numbers, [], options).values[0]!;

describe("geometryProgram", () => {
  it("runs every operation, as the released ones do", () => {
    const due: readonly (readonly [string, readonly number[], number])[] = [
      ["g_equal N_0", [7], 7],
      ["g_double N_0", [7], 14],
      ["g_half N_0", [7], 3.5],
      ["g_add N_0 N_1", [7, 2], 9],
      ["g_minus N_1 N_0", [7, 2], 5],
      ["g_sin N_0", [30], 0.5],
      ["g_cos N_0", [60], 0.5],
      ["g_tan N_0", [45], 1],
      ["g_asin N_0", [0.5], 30],
      ["g_acos N_0", [0.5], 60],
      ["gougu_add N_0 N_1", [3, 4], 5],
      ["gougu_minus N_0 N_1", [4, 5], 3],
      ["g_bili N_0 N_1 N_2", [4, 6, 9], 6],
      ["g_mul N_0 N_1", [4, 6], 24],
      ["g_divide N_0 N_1", [6, 4], 1.5],
      ["cal_circle_area N_0", [2], 4 * Math.PI],
      ["cal_circle_perimeter N_0", [2], 4 * Math.PI],
      ["cal_cone N_0 N_1", [3, 5], 15 * Math.PI],
      ["g_add C_0 C_1 g_add V_0 C_2 g_add V_1 C_3 g_add V_2 C_4", [], 720],
      ["g_add C_5 C_6", [], Math.PI + 0.618],
      ["g_equal N_10", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 10],
    ];
    for (const [program, numbers, is] of due) expect(value(program, numbers), program).toBeCloseTo(is, 12);
  });
  it("gives 0 or nothing outside of an operation's domain", () => {
    for (const [program, numbers] of [["g_sin N_0", [40]], ["g_tan N_0", [90]], ["g_asin N_0", [2]], ["gougu_minus N_0 N_0", [3]], ["g_divide N_0 N_1", [1, 0]], ["g_bili N_0 N_0 N_0", [-1]]] as const) {
      expect(value(program, numbers), program).toBe(0);
      expect(value(program, numbers, { outside: "nothing" }), program).toBeNull();
    }
  });
  it("passes over what is no program", () => {
    for (const program of ["", "g_half", "g_half N_1", "g_half V_0", "g_half C_7", "N_0", "g_half N_0 N_0", "g_half N_x", "toString N_0", "g_half 3", Array(200).fill("g_half N_0").join(" ")]) expect(value(program, [4]), program.slice(0, 20)).toBeNull();
    expect(value("g_mul N_0 N_0", [1e200])).toBeNull();
  });
  it("takes the choice of the first program that has one, the last of several, and none past the width", () => {
    expect(geometryProgram(["g_half N_0", "g_equal N_0"], [4], [4, 4.0005, null, 9])).toEqual({ choice: 1, rank: 1, values: [2, 4] });
    expect(geometryProgram(["g_half N_0", "g_equal N_0"], [4], [4], { width: 1 })).toEqual({ choice: null, rank: null, values: [2] });
    expect(geometryProgram([], [4], [4])).toEqual({ choice: null, rank: null, values: [] });
  });
  it("is bounded on hostile text", () => {
    const start = performance.now();
    expect(value("g_half ".repeat(200_000), [4])).toBeNull();
    expect(performance.now() - start).toBeLessThan(500);
  });
  it("has a beam's choice that does not depend on what stands behind it", () => {
    const program = fc.constantFrom("g_half N_0", "g_double N_0", "g_equal C_0", "no", "g_sin N_1");
    fc.assert(fc.property(fc.array(program, { maxLength: 6 }), fc.array(program, { maxLength: 3 }), (beam, more) => {
      const [short, long] = [beam, [...beam, ...more]].map((each) => geometryProgram(each, [4, 40], [8, 30]));
      if (short!.choice !== null) expect(long).toEqual(short);
    }), { seed: 224, numRuns: 200 });
  });
});

describe("proofRank", () => {
  it("is the place of the gold sequence, whatever blanks stand between", () => {
    expect(proofRank(["a b", " a  c "], "a c")).toBe(1);
    expect(proofRank(["c a"], "a c")).toBeNull();
    expect(proofRank(["b", "a"], "a", 1)).toBeNull();
  });
});
