import { Readable, Writable } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { halvesOfLines, LineBuffer, TOO_LONG } from "./line-buffer.ts";
import { streamLines, type LineStream } from "./lines.ts";

const text = (parts: readonly Uint8Array[]): string => Buffer.concat(parts).toString();

describe("LineBuffer", () => {
  it("gives whole lines in order, whatever the chunks and takes", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 12 }).map((line) => line.replaceAll("\n", " "))), fc.boolean(), fc.infiniteStream(fc.integer({ min: 1, max: 9 })), fc.integer({ min: 1, max: 30 }), (lines, ends, sizes, take) => {
        const bytes = Buffer.from(lines.join("\n") + (ends && lines.length > 0 ? "\n" : ""));
        const buffer = new LineBuffer(1000);
        const taken: Uint8Array[] = [];
        for (let at = 0; at < bytes.length; ) {
          const size = sizes.next().value as number;
          buffer.append(bytes.subarray(at, at + size));
          at += size;
          if (size % 2 === 0) for (let piece = buffer.take(take); piece !== null; piece = buffer.take(take)) taken.push(piece);
        }
        for (let piece = buffer.take(take); piece !== null; piece = buffer.take(take)) taken.push(piece);
        expect(taken.every((piece) => piece.at(-1) === 10)).toBe(true);
        expect(taken.every((piece) => piece.length <= take || piece.indexOf(10) === piece.length - 1)).toBe(true);
        const rest = buffer.rest();
        expect(text(rest === null ? taken : [...taken, rest])).toBe(bytes.toString());
        expect(buffer.length).toBe(0);
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it("keeps the place of a line that is too long, and not the line", () => {
    const buffer = new LineBuffer(100);
    buffer.append(Buffer.from(`a\n${"x".repeat(99)}`));
    for (let i = 0; i < 1000; i++) buffer.append(Buffer.from("x".repeat(99)));
    expect(buffer.length).toBeLessThan(200);
    buffer.append(Buffer.from("x\nb\n"));
    expect(text([buffer.take(1000)!])).toBe(`a\n${TOO_LONG}\nb\n`);
    buffer.append(Buffer.from("y".repeat(101)));
    expect(text([buffer.rest()!])).toBe(TOO_LONG);
    // A byte too many, and its line feed, in one piece.
    const exact = new LineBuffer(5);
    exact.append(Buffer.from("12345\n123456\n1234"));
    exact.append(Buffer.from("5\n12345"));
    exact.append(Buffer.from("6\n7\n"));
    expect(text([exact.take(1000)!])).toBe(`12345\n${TOO_LONG}\n12345\n${TOO_LONG}\n7\n`);
  });

  it("halves lines between lines", () => {
    const halves = (lines: string): string[] | null => halvesOfLines(new Uint8Array(Buffer.from(lines)))?.map((half) => Buffer.from(half).toString()) ?? null;
    expect(halves("aa\nbb\n")).toEqual(["aa\n", "bb\n"]);
    expect(halves("a\nbbbbbbbbb\n")).toEqual(["a\n", "bbbbbbbbb\n"]);
    expect(halves("aaaaaaaaa\nb")).toEqual(["aaaaaaaaa\n", "b"]);
    expect(halves("aaaa\n")).toBeNull();
    expect(halves("aaaa")).toBeNull();
  });
});

describe("streamLines", () => {
  const upper: LineStream["score"] = async (lines) => [Buffer.from(Buffer.from(lines).toString().toUpperCase())];
  const plain = { pieces: 3, pieceBytes: 40, maxLineBytes: 1000 };

  function collector(): { readonly output: Writable; readonly got: () => string } {
    const parts: Uint8Array[] = [];
    return { output: new Writable({ write: (chunk: Uint8Array, _, done) => (parts.push(chunk), done()) }), got: () => text(parts) };
  }

  it("keeps the order, whatever is ready first", async () => {
    const { output, got } = collector();
    const lines = Array.from({ length: 200 }, (_, i) => `line ${i}${"z".repeat(i % 17)}\n`).join("");
    let at = 0;
    const slow: LineStream["score"] = async (piece) => {
      await new Promise((done) => setTimeout(done, (at++ * 7) % 5));
      return upper(piece, false);
    };
    expect(await streamLines({ ...plain, input: Readable.from([Buffer.from(lines.slice(0, 999)), Buffer.from(`${lines.slice(999)}last`)]), output, score: slow })).toBe(true);
    expect(got()).toBe(`${lines}last`.toUpperCase());
  });

  it("answers a line before the next one comes", async () => {
    const { output, got } = collector();
    const input = new Readable({ read: () => undefined });
    const done = streamLines({ ...plain, input, output, score: upper });
    for (let i = 0; i < 5; i++) {
      input.push(Buffer.from(`ask ${i}\n`));
      while (!got().endsWith(`ASK ${i}\n`)) await new Promise((next) => setTimeout(next, 1));
    }
    input.push(null);
    expect(await done).toBe(true);
  });

  it("reads no more than the reader takes away", { timeout: 20_000 }, async () => {
    let read = 0;
    const input = Readable.from((function* () {
      for (let i = 0; i < 1500; i++) {
        read += 11;
        yield Buffer.from("0123456789\n");
      }
    })());
    let taken = 0;
    const waiting: (() => void)[] = [];
    const output = new Writable({ highWaterMark: 1, write: (chunk: Uint8Array, _, done) => (taken += chunk.length, waiting.push(done)) });
    const done = streamLines({ ...plain, input, output, score: upper });
    await new Promise((next) => setTimeout(next, 100));
    // Three pieces of 40 bytes, two more in the buffer, and what the stream itself holds.
    expect(read).toBeLessThan(1000);
    const drain = setInterval(() => waiting.splice(0).forEach((go) => go()), 0);
    expect(await done).toBe(true);
    clearInterval(drain);
    expect(taken).toBe(16_500);
  });

  it("told to stop, it finishes what it has read and says that there was more", async () => {
    const { output, got } = collector();
    const input = new Readable({ read: () => undefined });
    const stop = new AbortController();
    const done = streamLines({ ...plain, input, output, stop: stop.signal, score: async (lines) => {
      await new Promise((next) => setTimeout(next, 30));
      return upper(lines, false);
    } });
    input.push(Buffer.from("a\nb\nhalf a li"));
    await new Promise((next) => setTimeout(next, 10));
    stop.abort();
    expect(await done).toBe(false);
    expect(got()).toBe("A\nB\n");
  });

  it("ends with the error of scoring, or of the output", async () => {
    const broken = new Writable({ write: (_, __, done) => done(new Error("EPIPE")) });
    broken.on("error", () => undefined);
    await expect(streamLines({ ...plain, input: Readable.from([Buffer.from("a\nb\n")]), output: broken, score: upper })).rejects.toThrow("EPIPE");
    const input = new Readable({ read: () => undefined });
    input.push("a\n");
    await expect(streamLines({ ...plain, input, output: collector().output, score: async () => Promise.reject(new Error("no")) })).rejects.toThrow("no");
    expect(input.destroyed).toBe(true);
  });
});
