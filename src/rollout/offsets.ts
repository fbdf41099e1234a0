/** Text offsets: UTF-16 units inside the process, Unicode code points on every wire (what Python counts). */
import { FormatError, show } from "../core/errors.ts";

/**
 * One UTF-16 offset as a code-point offset. An offset between the halves of a surrogate pair counts the whole pair as
 * passed: a span then covers the characters it touches.
 *
 * @example toCodePointOffset("a😀b", 3) // => 2
 */
export function toCodePointOffset(text: string, offset: number): number {
  return toCodePointOffsets(text, [offset])[0]!;
}

/**
 * UTF-16 offsets as code-point offsets, in any order, in one pass over the text.
 *
 * @throws FormatError for an offset outside the text
 * @example toCodePointOffsets("a😀b", [0, 1, 3, 4]) // => [0, 1, 2, 3]
 */
export function toCodePointOffsets(text: string, offsets: readonly number[]): number[] {
  const out = Array.from<number>({ length: offsets.length });
  let unit = 0;
  let point = 0;
  const order = inOrder("toCodePointOffsets", offsets, text.length);
  // Nearly all text has no surrogates, and this test runs at the speed of a scan for bytes.
  if (!/[\ud800-\udbff]/.test(text)) return [...offsets];
  for (const i of order) {
    for (const end = offsets[i]!; unit < end; point++) unit += pairAt(text, unit) ? 2 : 1;
    out[i] = point;
  }
  return out;
}

/**
 * Code-point offsets as UTF-16 offsets; the inverse of `toCodePointOffsets`.
 *
 * @throws FormatError for an offset outside the text
 * @example fromCodePointOffsets("a😀b", [0, 1, 2, 3]) // => [0, 1, 3, 4]
 */
export function fromCodePointOffsets(text: string, offsets: readonly number[]): number[] {
  const out = Array.from<number>({ length: offsets.length });
  let unit = 0;
  let point = 0;
  for (const i of inOrder("fromCodePointOffsets", offsets, text.length)) {
    for (; point < offsets[i]! && unit < text.length; point++) unit += pairAt(text, unit) ? 2 : 1;
    if (point < offsets[i]!) throw outside("fromCodePointOffsets", offsets[i]!, point);
    out[i] = unit;
  }
  return out;
}

/** UTF-16 offsets as offsets into the UTF-8 of the text. One inside a surrogate pair goes `down` to its start or `up` to its end. */
export function toByteOffsets(text: string, offsets: readonly number[], inside: "down" | "up"): number[] {
  const out = Array.from<number>({ length: offsets.length });
  let unit = 0;
  let byte = 0;
  for (const i of inOrder("toByteOffsets", offsets, text.length)) {
    const end = offsets[i]!;
    while (unit < end) {
      const pair = pairAt(text, unit);
      if (pair && unit + 1 === end && inside === "down") break;
      const c = text.charCodeAt(unit);
      byte += pair ? 4 : c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
      unit += pair ? 2 : 1;
    }
    out[i] = byte;
  }
  return out;
}

/** Indices of the offsets, ascending by offset, each checked. */
function inOrder(where: string, offsets: readonly number[], limit: number): number[] {
  for (const offset of offsets) if (!Number.isSafeInteger(offset) || offset < 0 || offset > limit) throw outside(where, offset, limit);
  return offsets.map((_, i) => i).sort((a, b) => offsets[a]! - offsets[b]!);
}

function outside(where: string, offset: number, limit: number): FormatError {
  return new FormatError(`${where}: an offset must be an integer from 0 to ${limit}, got ${show(offset)}`, { offset });
}

function pairAt(text: string, unit: number): boolean {
  const high = text.charCodeAt(unit);
  if (high < 0xd800 || high > 0xdbff) return false;
  const low = text.charCodeAt(unit + 1);
  return low >= 0xdc00 && low <= 0xdfff;
}
