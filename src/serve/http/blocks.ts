/**
 * Memory that all threads see, in blocks of one size. Bodies are written there as they come and read where they are scored: nothing is joined, nothing
 * copied for a thread, and nothing left to the collector, which memory outside of the heap sets off again and again.
 */
import { Buffer } from "node:buffer";
import { freeBuffer } from "../../pipeline/segments.ts";

export const BLOCK_BYTES: number = 16 << 10;

/** What the memory grows by, at least. */
const STEP_BYTES = 1 << 20;

/** The memory, and who has which block of it. It does not shrink. */
export class Blocks {
  readonly memory: SharedArrayBuffer;
  readonly #bytes: Uint8Array;
  readonly #free: number[] = [];
  #made = 0;

  /** For bodies of so many bytes together, a little more with what their last blocks leave empty. */
  constructor(bytes: number) {
    this.memory = new SharedArrayBuffer(0, { maxByteLength: Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES });
    this.#bytes = new Uint8Array(this.memory);
  }

  /** Blocks that bodies have now. */
  get taken(): number {
    return this.#made - this.#free.length;
  }

  /** Writes what came of a body, and frees the chunk where its memory is its own. False where there is no more room. */
  add(body: Body, chunk: Uint8Array): boolean {
    for (let from = 0; from < chunk.length; ) {
      const inBlock = body.length % BLOCK_BYTES;
      if (inBlock === 0) {
        const block = this.#free.pop() ?? this.#make();
        if (block === null) return false;
        body.blocks.push(block);
      }
      const part = chunk.subarray(from, from + BLOCK_BYTES - inBlock);
      this.#bytes.set(part, body.blocks.at(-1)! * BLOCK_BYTES + inBlock);
      body.length += part.length;
      from += part.length;
    }
    if (chunk.length > 0 && chunk.length === chunk.buffer.byteLength) freeBuffer(chunk.buffer as ArrayBuffer);
    return true;
  }

  /** The first bytes of a body, as text. */
  text({ blocks, length }: Body, most: number): string {
    return Buffer.from(bodyReader(this.memory)(blocks.slice(0, blocksOf(Math.min(length, most))), Math.min(length, most))).toString("utf8");
  }

  /** Takes the blocks of a body back: nobody reads it any more. */
  release(body: Body): void {
    for (const block of body.blocks.splice(0)) this.#free.push(block);
    body.length = 0;
  }

  #make(): number | null {
    const end = (this.#made + 1) * BLOCK_BYTES;
    if (end > this.memory.maxByteLength) return null;
    if (end > this.memory.byteLength && !this.#grow()) return null;
    return this.#made++;
  }

  /** False where the system gives no more. */
  #grow(): boolean {
    const { byteLength, maxByteLength } = this.memory;
    try {
      this.memory.grow(Math.min(maxByteLength, byteLength + Math.max(STEP_BYTES, byteLength >> 2)));
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  }
}

/** A body and where it stands. */
export interface Body {
  length: number;
  readonly blocks: number[];
}

/** Blocks that a body of so many bytes has. */
export function blocksOf(length: number): number {
  return Math.ceil(length / BLOCK_BYTES);
}

/** What a reader keeps for the next body; a larger one gets memory of its own. */
const KEPT_BYTES = 4 << 20;

/** Reads bodies, one at a time: each is good until the next is read. */
export function bodyReader(memory: SharedArrayBuffer): (blocks: readonly number[], length: number) => Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(memory);
  let kept = new Uint8Array(BLOCK_BYTES);
  return (blocks, length) => {
    if (length > kept.length && length <= KEPT_BYTES) kept = new Uint8Array(2 ** Math.ceil(Math.log2(length)));
    const into = length <= KEPT_BYTES ? kept : new Uint8Array(length);
    blocks.forEach((block, i) => into.set(bytes.subarray(block * BLOCK_BYTES, block * BLOCK_BYTES + Math.min(BLOCK_BYTES, length - i * BLOCK_BYTES)), i * BLOCK_BYTES));
    return into.subarray(0, length);
  };
}
