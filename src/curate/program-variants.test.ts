import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Execute } from "../core/capabilities.ts";
import { fillNumbers, maskNumbers } from "./masked-numbers.ts";
import { programVariants, type ProgramVariantsInput, type ProgramVariantsOptions, type ProgramVariantsResult } from "./program-variants.ts";
import { programCalls, type BatchSolution } from "./solution.ts";

/** A function as a program; where it throws it fails. */
const program =
  (f: (...x: number[]) => unknown): BatchSolution =>
  async (inputs) =>
    inputs.map((args) => {
      try {
        return { ok: true, value: f(...(args as number[])) };
      } catch {
        return { ok: false };
      }
    });

async function made(input: ProgramVariantsInput, options: Partial<ProgramVariantsOptions> = {}): Promise<ProgramVariantsResult> {
  const run = programVariants(input, options);
  for (;;) {
    const step = await run.next();
    if (step.done === true) return step.value;
  }
}

const PROBLEM = "Sam has 12 boxes of 1,500 nails at $0.25 each. How much in all?";

describe("programVariants", () => {
  it("makes new problems in the form of the old one, with the program's answers", async () => {
    const { refused, variants } = await made({ problem: PROBLEM, answer: 4500, program: program((a, b, c) => a! * b! * c!) }, { count: 50 });
    expect(refused).toBeNull();
    expect(variants).toHaveLength(50);
    for (const { problem, numbers: [a, b, c], answer } of variants) {
      expect(answer).toBe(a! * b! * c!);
      expect(problem).toMatch(/^Sam has \d+ boxes of (?:\d{3}|\d,\d{3}) nails at \$\d\.\d\d each\. How much in all\?$/);
      expect(maskNumbers(problem).numbers.map((text) => Number(text.replace(",", "")))).toEqual([a, b, c]);
      expect([a! >= 4 && a! <= 36, b! >= 500 && b! <= 4500, c! >= 0.08 && c! <= 0.75]).toEqual([true, true, true]);
    }
    expect(new Set(variants.map(({ problem }) => problem)).size).toBe(50);
    expect((await made({ problem: PROBLEM, answer: 4500, program: program((a, b, c) => a! * b! * c!) }, { count: 50 })).variants).toEqual(variants);
  });
  it("refuses a program that fails, gives another answer, or holds a number as a constant", async () => {
    const of = (f: (...x: number[]) => unknown, options: Partial<ProgramVariantsOptions> = {}): Promise<ProgramVariantsResult> => made({ problem: "2 and 3?", answer: 5, program: program(f) }, { count: 3, ...options });
    expect((await of((a, b) => a! - b!)).refused).toBe("another-answer");
    expect(await of((a) => a! + 3)).toMatchObject({ refused: "number-unused", unused: [1], variants: [] });
    expect(await of((a) => a! + 3, { everyNumber: false })).toMatchObject({ refused: null, unused: [1] });
    expect((await of(() => { throw new Error("no"); })).refused).toBe("fails");
  });
  it("drops draws that are no sensible problem, that fail, and that were had", async () => {
    const { variants, dropped } = await made({ problem: "2 and 3?", answer: 1, program: program((a, b) => (a === 4 ? Number.NaN : b! - a!)), valid: ([a, b]) => a! < b! }, { attempts: 300 });
    expect(variants.every(({ numbers: [a, b] }) => a! < b! && a !== 4)).toBe(true);
    expect(dropped.duplicate).toBeGreaterThan(0);
    expect(dropped["not-valid"]).toBeGreaterThan(0);
    expect(dropped.failed).toBeGreaterThan(0);
    expect(variants.length + dropped.duplicate + dropped["not-valid"] + dropped.failed).toBe(300);
  });
  it("needs a number", async () => {
    await expect(made({ problem: "How many?", answer: 1, program: program(() => 1) })).rejects.toThrow("must hold a number");
  });
});

describe("maskNumbers", () => {
  it("is undone by fillNumbers, and leaves names alone", () => {
    expect(maskNumbers("x2 has 3.50, 7% and 1,234,567 of {4}.")).toEqual({ template: "x2 has {0}, {1}% and {2} of {{{3}}}.", numbers: ["3.50", "7", "1,234,567", "4"] });
    fc.assert(fc.property(fc.array(fc.oneof(fc.constantFrom("{", "}", "{0}", "12", "3.5", "1,000", ",", " ", "x", "."), fc.string({ maxLength: 4 })), { maxLength: 12 }), (parts) => {
      const text = parts.join("");
      const { template, numbers } = maskNumbers(text);
      expect(fillNumbers(template, numbers)).toBe(text);
    }), { seed: 213, numRuns: 300 });
  });
  it("is linear on hostile text", () => {
    for (const part of ["11111", "1,111", "{{{{{"]) {
      const took = (n: number): number => {
        const text = part.repeat(n);
        const times = [1, 2, 3].map(() => {
          const start = performance.now();
          const { template, numbers } = maskNumbers(text);
          expect(fillNumbers(template, numbers)).toBe(text);
          return performance.now() - start;
        });
        return Math.min(...times);
      };
      // Ten times the text: ten times as long, a hundred times where it is quadratic.
      expect(took(100_000) / took(10_000)).toBeLessThan(40);
    }
  });
});

describe("programCalls", () => {
  it("goes on after a call that the program does not survive", async () => {
    const execute = (async () => ({
      async *call(calls: Iterable<{ readonly args: readonly number[] }>) {
        for (const { args: [x] } of calls) {
          yield x === 2 ? { status: "time", value: null } : { status: x === 9 ? "infrastructure" : "ok", value: x! * 10, message: "gone" };
          if (x === 2) return;
        }
      },
      [Symbol.asyncDispose]: async () => undefined,
    })) as unknown as Execute;
    const ask = programCalls(execute, { language: "python", source: "" }, { name: "f" });
    expect(await ask([[1], [2], [2], [3]])).toEqual([{ ok: true, value: 10 }, { ok: false }, { ok: false }, { ok: true, value: 30 }]);
    expect(await ask([])).toEqual([]);
    await expect(ask([[9]])).rejects.toThrow("must be run");
  });
});
