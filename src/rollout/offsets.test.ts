import fc from "fast-check";
import { expect, test } from "vitest";
import { FormatError } from "../core/errors.ts";
import { fromCodePointOffsets, toByteOffsets, toCodePointOffset, toCodePointOffsets } from "./offsets.ts";

const text = fc.string({ unit: "binary", maxLength: 40 });

test("golden: emoji, a ZWJ family, combining marks, CJK", () => {
  const family = "👨‍👩‍👧e\u0301漢";
  // Python: len("👨‍👩‍👧") == 5, "e\u0301" == 2, "漢" == 1.
  expect(toCodePointOffset(family, family.length)).toBe(8);
  expect(toCodePointOffsets("a😀b", [4, 0, 1, 3])).toEqual([3, 0, 1, 2]);
  expect(toCodePointOffset("a😀b", 2)).toBe(2);
  expect(fromCodePointOffsets("a😀b", [3, 0, 1, 2])).toEqual([4, 0, 1, 3]);
  expect(toByteOffsets("a😀é", [2, 2, 3, 4], "down")).toEqual([1, 1, 5, 7]);
  expect(toByteOffsets("a😀é", [2, 3], "up")).toEqual([5, 5]);
});

test("outside the text is an error", () => {
  for (const offset of [-1, 4, 0.5, Number.NaN]) {
    expect(() => toCodePointOffsets("abc", [offset])).toThrow(FormatError);
    expect(() => fromCodePointOffsets("abc", [offset])).toThrow(FormatError);
  }
  expect(() => fromCodePointOffsets("😀", [2])).toThrow(FormatError);
});

test("as Array.from counts, and there and back", () => {
  fc.assert(
    fc.property(text, (s) => {
      const points = Array.from(s);
      const offsets = points.reduce<number[]>((out, c) => [...out, out[out.length - 1]! + c.length], [0]);
      expect(toCodePointOffsets(s, offsets)).toEqual(offsets.map((_, i) => i));
      expect(fromCodePointOffsets(s, offsets.map((_, i) => i))).toEqual(offsets);
      expect(toByteOffsets(s, offsets, "up")).toEqual(offsets.map((o) => Buffer.byteLength(s.slice(0, o))));
    }),
    { numRuns: 300, seed: 3 },
  );
});
