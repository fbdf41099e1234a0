/** Bytes as they come, whole lines as they are taken: memory is what has not been taken, and no line is longer than allowed. */
import { Buffer } from "node:buffer";

const LF = 0x0a;

/** Stands in the place of a line that was too long to be held; no JSON begins so. */
export const TOO_LONG = "\u0001 a line too long to be held";

const STUB = Buffer.from(TOO_LONG);

export class LineBuffer {
  readonly #maxLineBytes: number;
  #bytes: Buffer = Buffer.allocUnsafe(1 << 16);
  #start = 0;
  #end = 0;
  /** Behind the last line feed; what follows it is no whole line yet. */
  #whole = 0;
  /** The line under way is too long: what comes of it is dropped. */
  #dropping = false;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Bytes held. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Whether a whole line is there. */
  get ready(): boolean {
    return this.#whole > this.#start;
  }

  append(chunk: Uint8Array): void {
    // Of a piece no longer than a line may be, only the line that it goes on with can be too long.
    for (let at = 0; at < chunk.length; at += this.#maxLineBytes) this.#append(chunk.subarray(at, at + this.#maxLineBytes));
  }

  #append(piece: Uint8Array): void {
    const first = piece.indexOf(LF);
    let from = 0;
    if (this.#dropping) {
      if (first < 0) return;
      from = first;
      this.#dropping = false;
    } else {
      const open = this.#end - Math.max(this.#whole, this.#start);
      if (open + (first < 0 ? piece.length : first) > this.#maxLineBytes) {
        this.#end -= open;
        this.#write(STUB);
        this.#dropping = first < 0;
        if (first < 0) return;
        from = first;
      }
    }
    this.#write(piece.subarray(from));
    const last = piece.lastIndexOf(LF);
    if (last >= from) this.#whole = this.#end - (piece.length - 1 - last);
  }

  /** Whole lines, as many as fit into `bytes`, at least one; the caller's own. Null where none is whole. */
  take(bytes: number): Uint8Array<ArrayBuffer> | null {
    if (!this.ready) return null;
    let to = this.#whole;
    if (to - this.#start > bytes) {
      const within = this.#bytes.subarray(this.#start, this.#start + bytes).lastIndexOf(LF);
      to = (within >= 0 ? this.#start + within : this.#bytes.indexOf(LF, this.#start)) + 1;
    }
    return this.#cut(to);
  }

  /** What is left at the end of the input: a line without a line feed. Null where there is nothing. */
  rest(): Uint8Array<ArrayBuffer> | null {
    return this.length === 0 ? null : this.#cut(this.#end);
  }

  #cut(to: number): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(to - this.#start);
    taken.set(this.#bytes.subarray(this.#start, to));
    this.#start = to;
    if (this.#start === this.#end) this.#start = this.#end = this.#whole = 0;
    return taken;
  }

  #write(chunk: Uint8Array): void {
    if (this.#end + chunk.length > this.#bytes.length) {
      const held = this.#end - this.#start;
      const to = held + chunk.length > this.#bytes.length ? Buffer.allocUnsafe(Math.max((held + chunk.length) * 2, 1 << 16)) : this.#bytes;
      this.#bytes.copy(to, 0, this.#start, this.#end);
      this.#whole = Math.max(0, this.#whole - this.#start);
      [this.#bytes, this.#start, this.#end] = [to, 0, held];
    }
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.length;
  }
}

/** Two halves of lines; null where there is one line. */
export function halvesOfLines(lines: Uint8Array<ArrayBuffer>): readonly [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>] | null {
  const middle = lines.length >> 1;
  let at = lines.subarray(0, middle).lastIndexOf(LF);
  if (at < 0) at = lines.indexOf(LF, middle);
  return at < 0 || at === lines.length - 1 ? null : [lines.slice(0, at + 1), lines.slice(at + 1)];
}
