import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bitLength, gcd } from "./gcd.ts";

function euclid(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a < 0n ? -a : a;
}

describe("gcd", () => {
  it.each([[0n, 0n, 0n], [0n, -7n, 7n], [12n, 18n, 6n], [-12n, 18n, 6n], [1n, 10n ** 400n, 1n], [6n ** 500n, 10n ** 500n, 2n ** 500n], [2n ** 1279n - 1n, 2n ** 521n - 1n, 1n]])("case %#", (a, b, expected) => {
    expect(gcd(a, b)).toBe(expected);
    expect(gcd(b, a)).toBe(expected);
  });

  it("is Euclid's at every length and for every shared divisor", () => {
    const long = fc.integer({ min: 1, max: 900 }).chain((bits) => fc.bigInt({ min: -(2n ** BigInt(bits)), max: 2n ** BigInt(bits) }));
    fc.assert(
      fc.property(long, long, long, (a, b, c) => {
        expect(gcd(a * c, b * c)).toBe(euclid(a * c, b * c));
        expect(gcd(a, b)).toBe(euclid(a, b));
      }),
      { seed: 20261121, numRuns: 1_000 },
    );
  });

  it("is Euclid's where all quotients are 1, and where one is huge", () => {
    let [a, b] = [1n, 1n];
    for (let k = 0; k < 2_000; k++) [a, b] = [a + b, a];
    expect(gcd(a * 77n, b * 77n)).toBe(77n);
    expect(gcd(a * 3n ** 2000n + b, a)).toBe(1n);
  });
});

describe("bitLength", () => {
  it("counts the digits in base two", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 300n), max: 2n ** 300n }), (x) => {
        expect(bitLength(x)).toBe(x === 0n ? 0 : (x < 0n ? -x : x).toString(2).length);
      }),
      { seed: 20261121 },
    );
  });
});
