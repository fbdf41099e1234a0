import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dualSearch, type DualSearchInput, type DualSearchOptions, type DualSearchResult } from "./dual-search.ts";

async function searched(input: DualSearchInput, options: Partial<DualSearchOptions> = {}): Promise<DualSearchResult> {
  const run = dualSearch(input, options);
  for (;;) {
    const step = await run.next();
    if (step.done === true) return step.value;
  }
}

/** Statement s is proved at attempt `at[s]` of its side: of the statement where positive, of the negation where negative; 0 never. */
const scripted = (at: readonly number[]): DualSearchInput => ({
  statements: at.length,
  prove: (s, side, attempt) => ((side === "statement" && at[s]! === attempt + 1) || (side === "negation" && -at[s]! === attempt + 1) ? "proof" : null),
  check: (_, __, proof) => proof === "proof",
});

describe("dualSearch", () => {
  it("settles each by the first proof of either side", async () => {
    const { fates, proofs, attempts } = await searched(scripted([2, -1, 0]), { cap: 3 });
    expect(fates).toEqual(["proved", "disproved", "open"]);
    // Round 1: 2 each; round 2: one of the first, two of the third; round 3: two.
    expect(attempts).toBe(6 + 3 + 2);
    expect(proofs).toEqual([{ statement: 1, side: "negation", proof: "proof" }, { statement: 0, side: "statement", proof: "proof" }]);
  });
  it("spends the whole cap on what is false without negations", async () => {
    expect(await searched(scripted([2, -1, 0]), { cap: 3, negations: false })).toMatchObject({ fates: ["proved", "open", "open"], attempts: 2 + 3 + 3 });
  });
  it("lets go of contradictory hypotheses first, and keeps no proof of them", async () => {
    const input: DualSearchInput = { statements: 2, prove: (s, side, attempt) => (side === "contradiction" ? (s === 0 && attempt === 1 ? "absurd" : "guess") : "p"), check: (_, side, proof) => side !== "contradiction" || proof === "absurd" };
    expect(await searched(input, { consistency: 3 })).toEqual({ fates: ["contradictory", "proved"], proofs: [{ statement: 1, side: "statement", proof: "p" }], attempts: 2 + 3 + 1 });
  });
  it("keeps nothing the checker refuses, and stays within its budget", async () => {
    expect(await searched({ statements: 2, prove: () => "wrong", check: () => false }, { cap: 4, budget: 7 })).toEqual({ fates: ["open", "open"], proofs: [], attempts: 7 });
    expect(await searched(scripted([]))).toEqual({ fates: [], proofs: [], attempts: 0 });
    await expect(searched({ ...scripted([]), statements: 1.5 })).rejects.toThrow("whole number");
    await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 8 }), fc.nat(40), async (at, budget) => {
      const { fates, proofs, attempts } = await searched(scripted(at), { cap: 5, budget });
      expect(attempts).toBeLessThanOrEqual(budget);
      expect(proofs.length).toBe(fates.filter((fate) => fate !== "open").length);
      fates.forEach((fate, s) => expect(fate === "open" || (fate === "proved") === at[s]! > 0).toBe(true));
    }), { seed: 236, numRuns: 100 });
  });
});
