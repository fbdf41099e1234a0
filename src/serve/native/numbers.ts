/** Arrays of a frame as numbers. */
import { FormatError } from "../../core/errors.ts";
import type { FrameArray } from "../arrays.ts";

/** An array of a frame as numbers; 64-bit integers too. @throws FormatError for one past 2⁵³ */
export function numbersOfArray(array: FrameArray, name: string): Exclude<FrameArray, BigInt64Array> {
  if (!(array instanceof BigInt64Array)) return array;
  return wholeNumbers(array, name) as Int32Array | Float64Array;
}

/** 64-bit integers as 32-bit ones where all of them fit, which is a look at their halves. @throws FormatError for one past 2⁵³ */
export function wholeNumbers(array: FrameArray, name: string): Exclude<FrameArray, BigInt64Array> {
  if (!(array instanceof BigInt64Array)) return array;
  const halves = new Int32Array(array.buffer, array.byteOffset, array.length * 2);
  const out = new Int32Array(array.length);
  for (let i = 0; i < out.length; i++) {
    const low = halves[2 * i]!;
    if (halves[2 * i + 1] !== low >> 31) return wide(array, name);
    out[i] = low;
  }
  return out;
}

function wide(array: BigInt64Array, name: string): Float64Array {
  return Float64Array.from(array, (x, i) => {
    if (x > 9007199254740991n || x < -9007199254740991n) throw new FormatError(`${name}[${i}]: must be within ±2⁵³, got ${x}`, { path: `${name}[${i}]` });
    return Number(x);
  });
}
