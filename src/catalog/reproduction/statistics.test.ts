import { describe, expect, it } from "vitest";
import { randomStream } from "../../core/random.ts";
import { medianBounds } from "./statistics.ts";

describe("median bounds", () => {
  it("with 16 seeds at 1 % takes the third smallest: P(B ≤ 2) = 137/65536 = .0021, P(B ≤ 3) = .0106 (by hand)", () => {
    const bounds = medianBounds(Array.from({ length: 16 }, (_, i) => i));
    expect(bounds).toEqual({ median: 7.5, low: 2, high: 13 });
  });
  it("six seeds bound nothing at 1 %, since 2⁻⁶ = .0156; seven do", () => {
    expect(medianBounds([1, 1, 1, 1, 1, 1])).toEqual({ median: 1, low: -Infinity, high: Infinity });
    expect(medianBounds([1, 1, 1, 1, 1, 1, 1])).toEqual({ median: 1, low: 1, high: 1 });
  });
  it("covers a known median as often as it says", () => {
    const random = randomStream("coverage");
    let above = 0;
    const runs = 4000;
    for (let run = 0; run < runs; run++) if (medianBounds(Array.from({ length: 16 }, () => random.normal() ** 3)).low > 0) above++;
    expect(above / runs).toBeLessThan(0.01);
    expect(above).toBeGreaterThan(0);
  });
});
