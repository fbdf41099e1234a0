/** A JSON document that is one array of rows, read as lines: one element a line, byte for byte in place. */
import { FormatError } from "../core/errors.ts";
import type { ByteSource } from "./bytes.ts";

const LF = 0x0a;
const SPACE = 0x20;

/** True where the text starts like an array of objects. `head` is the first bytes of the file. */
export function startsArray(head: Uint8Array): boolean {
  return /^(\u00ef\u00bb\u00bf)?\s*\[\s*(\{|$)/.test(Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 256)).toString("latin1"));
}

/**
 * Turns the array into lines without moving a byte: its brackets become blanks, the commas between elements line ends,
 * line ends between tokens blanks. A raw line end inside a string stays an error of that element. What follows the array is read as lines.
 *
 * @throws FormatError at the end of the input where the array was not closed
 */
export function arrayLines(source: ByteSource, file: string): ByteSource {
  let depth = 0;
  let inString = false;
  let escaped = false;
  let closed = false;
  return {
    async read(into, at) {
      const size = await source.read(into, at);
      if (size === 0 && !closed) throw new FormatError(`${file}: a JSON array must be closed by "]", got the end of the input`, { file });
      for (let i = at; i < at + size && !closed; i++) {
        const c = into[i]!;
        if (inString) {
          if (escaped) escaped = false;
          else if (c === 0x5c) escaped = true;
          else if (c === 0x22) inString = false;
          if (c === LF) into[i] = 1;
        } else if (c === 0x22) inString = true;
        else if (c === LF || c === 0x0d) into[i] = SPACE;
        else if (c === 0x5b || c === 0x7b) {
          if (depth++ === 0) into[i] = SPACE;
        } else if (c === 0x5d || c === 0x7d) {
          if (--depth === 0) {
            into[i] = LF;
            closed = true;
          }
        } else if (c === 0x2c && depth === 1) into[i] = LF;
      }
      return size;
    },
    close: () => source.close(),
  };
}
