import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { number, readNumber } from "./number.ts";

describe("number", () => {
  it.each<[string, number | string]>([
    ["42", 42],
    ["The answer is 42.", 42],
    ["\\boxed{42}", "42"],
    ["1,234.50", 1234.5],
    ["$1,234.50", "1234.5"],
    ["\\boxed{\\$5}", 5],
    ["0.30", "0.3"],
    ["1e3", 1000],
    ["1.5 \\times 10^{3}", 1500],
    ["\\boxed{1.5 \\times 10^{-3}}", "0.0015"],
    ["50%", 0.5],
    ["50\\%", "50 percent"],
    ["1/4", 0.25],
    ["\\boxed{\\frac{1}{4}}", "0.25"],
    ["-\\frac{1}{4}", "-0.25"],
    ["\\boxed{-3}", -3],
    ["−3", -3],
    ["x = 3", 3],
    ["5 cm", 5],
    ["100000000000000000000000000000000001", "100000000000000000000000000000000001"],
    ["1e21", 1e21],
    ["３．５", 3.5],
  ])("%j is %j", (response, reference) => expect(number(response, reference).status).toBe("correct"));

  it.each<[string, number | string]>([
    ["42.0000001", 42],
    ["-42", 42],
    ["100000000000000000000000000000000001", "100000000000000000000000000000000000"],
    ["0.33", "1/3"],
    ["50", "50%"],
    ["0.1", "0.10000000000000000001"],
    ["1e400", "1e399"],
    ["5e-400", "0"],
  ])("%j is not %j", (response, reference) => expect(number(response, reference).status).toBe("incorrect"));

  it.each<[string, string]>([
    ["\\boxed{NaN}", "not-a-number"],
    ["\\boxed{\\infty}", "not-a-number"],
    ["\\boxed{Infinity}", "not-a-number"],
    ["\\boxed{2+3}", "not-a-number"],
    ["\\boxed{1/0}", "not-a-number"],
    ["\\boxed{--5}", "not-a-number"],
    ["\\boxed{1e999999}", "not-a-number"],
    [`\\boxed{${"9".repeat(5000)}}`, "not-a-number"],
    ["\\boxed{4} or \\boxed{5}", "contradiction"],
    ["no number", "no-answer"],
    ["<think>5", "unclosed-think"],
  ])("%j is invalid: %s", (response, code) => {
    const verdict = number(response === "no number" ? "There is no number that I would give here, sorry." : response, 5);
    expect([verdict.status, verdict.reason.code]).toEqual(["invalid", code]);
  });

  it("equal values do not contradict", () => expect(number("\\boxed{0.5} = \\boxed{1/2}", 0.5).status).toBe("correct"));

  it("tolerances are exact at their edge", () => {
    expect(number("0.3", "0.2", { absolute: 0.1 }).status).toBe("correct");
    expect(number("0.30000000000000001", "0.2", { absolute: 0.1 }).status).toBe("incorrect");
    expect(number("101", 100, { relative: 0.01 }).status).toBe("correct");
    expect(number("-101", -100, { relative: 0.01 }).status).toBe("correct");
    expect(number("101.0001", 100, { relative: 0.01 }).status).toBe("incorrect");
    expect(number("0.1", 0, { relative: 1 }).status).toBe("incorrect");
  });

  it("a reference that is no number is our fault", () => {
    for (const reference of [Number.NaN, Number.POSITIVE_INFINITY, "abc", ""]) expect(number("5", reference).status).toBe("undecided");
  });

  it("reads every finite number JavaScript prints", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        const { n, d } = readNumber(String(x))!;
        const scaled = Number(n) / Number(d);
        if (Number.isFinite(Number(n)) && Number.isFinite(Number(d))) expect(Math.abs(scaled - x)).toBeLessThanOrEqual(Math.abs(x) * 1e-15);
        expect(number(String(x), x).status).toBe("correct");
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});
