import { describe, expect, it } from "vitest";
import { seedsOf } from "./seeds.ts";

describe("seeds", () => {
  it("are the same every time, distinct, and never shared by the phases", () => {
    const development = seedsOf("s013", "development", 2000);
    const confirmation = seedsOf("s013", "confirmation", 2000);
    expect(seedsOf("s013", "confirmation", 3)).toEqual(confirmation.slice(0, 3));
    expect(new Set([...development, ...confirmation]).size).toBe(4000);
    expect(development.every((seed) => seed % 2 === 0) && confirmation.every((seed) => seed % 2 === 1)).toBe(true);
  });
  it("differ between systems and rounds", () => {
    expect(seedsOf("s013", "confirmation", 4)).not.toEqual(seedsOf("s014", "confirmation", 4));
    expect(seedsOf("s013", "confirmation", 4)).not.toEqual(seedsOf("s013", "confirmation", 4, 2));
  });
});
