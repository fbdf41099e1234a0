import { describe, expect, it } from "vitest";
import { randomStream } from "../core/random.ts";
import { faultStretches, type PaidRows, shiftStretches } from "./audit-stretches.ts";

/** Rows in groups of eight whose solve rates vary; the existing reward equals the expectation but for a share of noise. */
function rows(seed: number, n: number, noise: number): { existing: Int8Array; expected: Int8Array; group: Int32Array; groups: number } {
  const random = randomStream(seed);
  const expected = new Int8Array(n);
  const group = new Int32Array(n);
  let rate = 0;
  for (let i = 0; i < n; i++) {
    if (i % 8 === 0) rate = random.next();
    group[i] = Math.floor(i / 8);
    expected[i] = random.next() < rate ? 1 : 0;
  }
  const existing = expected.map((x) => (random.next() < noise ? 1 - x : x));
  return { existing, expected, group, groups: Math.ceil(n / 8) };
}

const ALPHA = 0.01;
const shifted = (data: PaidRows): ReturnType<typeof shiftStretches> => shiftStretches(data, 8, ALPHA);

describe("faults", () => {
  it("finds a stretch of zeros, and its probability by hand", () => {
    const data = rows(1, 800, 0);
    data.existing.fill(0, 200, 280);
    const [found, ...rest] = faultStretches(data, ALPHA);
    expect(rest).toEqual([]);
    expect(found!.from).toBeGreaterThan(200 - 8);
    expect(found!.to).toBeLessThanOrEqual(280);
    expect(found!.groups).toBeGreaterThanOrEqual(8);
    expect(found!.probability).toBeLessThan(1e-6);
  });

  it("one group that fails as a whole is no fault of the machinery", () => {
    const data = rows(2, 800, 0);
    data.existing.fill(0, 400, 408);
    data.existing[399] = data.expected[399] = 1;
    data.existing[408] = data.expected[408] = 1;
    expect(faultStretches(data, ALPHA)).toEqual([]);
  });

  it("missing rows neither end a run nor count", () => {
    const data = rows(1, 800, 0);
    data.existing.fill(0, 200, 280);
    data.existing.fill(-1, 240, 244);
    expect(faultStretches(data, ALPHA)).toHaveLength(1);
  });
});

describe("shifts", () => {
  it.each([1, -1, 3])("finds rewards moved by %i", (by) => {
    const data = rows(3, 800, 0.02);
    const original = data.existing.slice();
    for (let i = 300; i < 420; i++) data.existing[i] = original[i - by]!;
    const [found, ...rest] = shifted(data);
    expect(rest).toEqual([]);
    expect(found).toMatchObject({ kind: "shifted-rows", shift: by });
    expect(Math.abs(found!.from - 301)).toBeLessThan(12);
    expect(Math.abs(found!.to - 420)).toBeLessThan(12);
    expect(found!.moved).toBeGreaterThan(0.9 * found!.compared);
    expect(found!.inPlace).toBeLessThan(found!.moved);
  });

  it("finds two stretches", () => {
    const data = rows(4, 1200, 0);
    const original = data.existing.slice();
    for (let i = 100; i < 200; i++) data.existing[i] = original[i - 1]!;
    for (let i = 700; i < 800; i++) data.existing[i] = original[i + 2]!;
    expect(shifted(data).map((s) => s.shift)).toEqual([1, -2]);
  });

  it("finds nothing in noise, at any rate of it", () => {
    for (let seed = 0; seed < 40; seed++) {
      const data = rows(100 + seed, 400, (seed % 5) / 10);
      expect(shifted(data)).toEqual([]);
      expect(faultStretches(data, ALPHA)).toEqual([]);
    }
  });

  it("groups that fail as a whole look like no slip, even after a group that is unsolved", () => {
    const data = rows(5, 800, 0);
    for (const g of [20, 40, 60, 80]) {
      data.expected.fill(0, 8 * g - 8, 8 * g);
      data.existing.fill(0, 8 * g - 8, 8 * g);
      data.expected.fill(1, 8 * g, 8 * g + 8);
      data.existing.fill(0, 8 * g, 8 * g + 8);
    }
    expect(shifted(data)).toEqual([]);
  });

  it("shift 0 rows looked for: none", () => expect(shiftStretches(rows(6, 100, 0.3), 0, ALPHA)).toEqual([]));
});
