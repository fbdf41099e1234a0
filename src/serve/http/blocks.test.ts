import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BLOCK_BYTES, Blocks, blocksOf, bodyReader, type Body } from "./blocks.ts";

const empty = (): Body => ({ length: 0, blocks: [] });

describe("bodies in blocks", () => {
  it("are read as they were written, in chunks of any size, beside each other", () => {
    const chunks = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.oneof(fc.integer({ min: 0, max: 64 }), fc.integer({ min: BLOCK_BYTES - 2, max: BLOCK_BYTES * 3 }))), { maxLength: 24 });
    fc.assert(
      fc.property(chunks, (given) => {
        const blocks = new Blocks(8 << 20);
        const bodies = [empty(), empty(), empty(), empty()];
        const written: number[][] = [[], [], [], []];
        given.forEach(([whose, length], n) => {
          const chunk = Uint8Array.from({ length }, (_, i) => (n * 31 + i) & 255);
          written[whose]!.push(...chunk);
          expect(blocks.add(bodies[whose]!, chunk)).toBe(true);
        });
        const read = bodyReader(blocks.memory);
        bodies.forEach((body, i) => {
          expect(body.blocks).toHaveLength(blocksOf(body.length));
          expect(Buffer.from(read(body.blocks, body.length)).equals(Uint8Array.from(written[i]!))).toBe(true);
        });
        expect(blocks.taken).toBe(bodies.reduce((sum, body) => sum + body.blocks.length, 0));
        for (const body of bodies) blocks.release(body);
        expect(blocks.taken).toBe(0);
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  it("are full where the system gives no more memory", () => {
    const blocks = new Blocks(8 << 20);
    blocks.memory.grow = () => {
      throw new RangeError("Out of memory");
    };
    expect(blocks.add(empty(), new Uint8Array(10))).toBe(false);
    expect(blocks.taken).toBe(0);
  });

  it("frees a chunk that has memory of its own, and no other", () => {
    const blocks = new Blocks(1 << 20);
    const own = new Uint8Array(100);
    const shared = new Uint8Array(new ArrayBuffer(200), 0, 100);
    const body = empty();
    blocks.add(body, own);
    blocks.add(body, shared);
    expect([own.buffer.detached, shared.buffer.detached]).toEqual([true, false]);
  });

  it("end where the memory does; what is released has room again", () => {
    const blocks = new Blocks(2 * BLOCK_BYTES);
    const [first, second] = [empty(), empty()];
    expect(blocks.add(first, new Uint8Array(2 * BLOCK_BYTES))).toBe(true);
    expect(blocks.add(second, new Uint8Array(1))).toBe(false);
    blocks.release(first);
    expect(blocks.add(second, new Uint8Array(BLOCK_BYTES + 1))).toBe(true);
    expect(blocks.memory.byteLength).toBe(2 * BLOCK_BYTES);
  });

  it("are larger than a reader keeps", () => {
    const blocks = new Blocks(16 << 20);
    const [large, small] = [empty(), empty()];
    blocks.add(large, Buffer.alloc(9 << 20, "a"));
    blocks.add(small, Buffer.from("b"));
    const read = bodyReader(blocks.memory);
    const kept = read(large.blocks, large.length);
    expect(read(small.blocks, small.length)).toEqual(Uint8Array.of(98));
    expect(kept.length).toBe(9 << 20);
    expect(kept.every((byte) => byte === 97)).toBe(true);
    expect(blocks.text(large, 5)).toBe("aaaaa");
  });
});
