import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BoundaryError, FormatError } from "../core/errors.ts";
import { alignSpan, alignSpans, type Tokens } from "./align.ts";
import { tokenBytes } from "./token-bytes.ts";
import { loadVocabulary, readVocabulary } from "./tokenizer-file.ts";

const at = (text: string, part: string) => ({ start: text.indexOf(part), end: text.indexOf(part) + part.length });
const span = (start: number, end: number) => ({ start, end });

describe("pieces", () => {
  test("whole tokens, inside a token, over several", () => {
    const text = "The answer is 42.";
    const tokens: Tokens = { pieces: ["The", " answer", " is", " 4", "2", "."] };
    expect(alignSpan(text, at(text, "answer"), tokens)).toEqual(span(1, 2));
    expect(alignSpan(text, at(text, "42"), tokens)).toEqual(span(3, 5));
    expect(alignSpan(text, at(text, "swe"), tokens)).toEqual(span(1, 2));
    expect(alignSpan(text, span(0, text.length), tokens)).toEqual(span(0, 6));
  });

  test("a character split over tokens takes them all; half a surrogate pair is the character", () => {
    const text = "a😀b"; // 61 | f0 9f | 98 80 | 62
    const tokens: Tokens = { pieces: ["a", [0xf0, 0x9f], Uint8Array.of(0x98, 0x80), "b"] };
    for (const part of [span(1, 3), span(1, 2), span(2, 3)]) expect(alignSpan(text, part, tokens)).toEqual(span(1, 3));
    expect(alignSpan(text, span(0, 2), tokens)).toEqual(span(0, 3));
    expect(alignSpan(text, span(2, 4), tokens)).toEqual(span(1, 4));
  });

  test("empty spans: after the last token that ends at or before", () => {
    const tokens: Tokens = { pieces: [null, "ab", null, "cd", null] };
    expect([0, 1, 2, 3, 4].map((i) => alignSpan("abcd", span(i, i), tokens).start)).toEqual([0, 0, 2, 2, 4]);
    expect(alignSpan("", span(0, 0), { pieces: [] })).toEqual(span(0, 0));
    expect(alignSpan("😀", span(1, 1), { pieces: ["😀"] })).toEqual(span(0, 0));
  });

  test("tokens without text never begin or end a span, and are inside it between its tokens", () => {
    const tokens: Tokens = { pieces: [null, "ab", null, "cd", null] };
    expect(alignSpan("abcd", span(0, 2), tokens)).toEqual(span(1, 2));
    expect(alignSpan("abcd", span(2, 4), tokens)).toEqual(span(3, 4));
    expect(alignSpan("abcd", span(1, 3), tokens)).toEqual(span(1, 4));
  });

  test("the byte-level alphabet", () => {
    const text = "Größe 😀\n";
    const tokens: Tokens = { pieces: ["Gr", "Ã¶", "Ã", "Ł", "e", "ĠðŁ", "ĺĢ", "Ċ"], alphabet: "byte-level" };
    expect(alignSpan(text, at(text, "ß"), tokens)).toEqual(span(2, 4));
    expect(alignSpan(text, at(text, "😀"), tokens)).toEqual(span(5, 7));
    // Every byte has one character, and all 256 differ.
    const bytes = new Set<number>();
    for (let c = 0x21; c < 0x144; c++) {
      const [byte, ...more] = tokenBytes(String.fromCharCode(c), "byte-level");
      if (more.length === 0) bytes.add(byte!);
    }
    expect(bytes.size).toBe(256);
    expect([...tokenBytes("<｜end▁of▁sentence｜>", "byte-level")]).toEqual([...Buffer.from("<｜end▁of▁sentence｜>")]);
  });

  test("SentencePiece: spaces, byte tokens, a first space that decoders drop", () => {
    const pieces = ["▁The", "▁", "<0xF0>", "<0x9F>", "<0x98>", "<0x80>", "▁漢字"];
    for (const text of [" The 😀 漢字", "The 😀 漢字"]) {
      expect(alignSpan(text, at(text, "The"), { pieces, alphabet: "metaspace" })).toEqual(span(0, 1));
      expect(alignSpan(text, at(text, "😀"), { pieces, alphabet: "metaspace" })).toEqual(span(2, 6));
      expect(alignSpan(text, at(text, "字"), { pieces, alphabet: "metaspace" })).toEqual(span(6, 7));
    }
  });

  test("a response cut inside a character: U+FFFD, one a run or one a byte", () => {
    const pieces = ["ok", [0xf0, 0x9f], [0x98]];
    expect(alignSpan("ok\ufffd", span(2, 3), { pieces })).toEqual(span(1, 3));
    expect(alignSpan("ok\ufffd\ufffd\ufffd", span(2, 3), { pieces })).toEqual(span(1, 2));
    expect(alignSpan("ok\ufffd\ufffd\ufffd", span(4, 5), { pieces })).toEqual(span(2, 3));
  });

  test("tokens that spell another text are an error that says where", () => {
    expect(() => alignSpan("abc", span(0, 1), { pieces: ["ab", "d"] })).toThrow(/got a difference at byte 2 of 3/);
    expect(() => alignSpan("abc", span(0, 1), { pieces: ["ab"] })).toThrow(FormatError);
    expect(() => alignSpan("abc", span(0, 1), { pieces: [[256]] })).toThrow(FormatError);
    expect(() => alignSpan("abc", span(0, 4), { pieces: ["abc"] })).toThrow(/a span must lie in a text of length 3/);
    expect(() => alignSpan("abc", span(2, 1), { pieces: ["abc"] })).toThrow(FormatError);
    expect(() => alignSpan("abc", span(0, 1), {} as Tokens)).toThrow(FormatError);
  });
});

describe("offsets", () => {
  test("gaps, special tokens, code points as Python counts them", () => {
    const text = "😀 is  ok";
    const tokens: Tokens = { offsets: [[0, 0], [0, 1], [2, 4], [6, 8], null], unit: "code-point" };
    expect(alignSpan(text, at(text, "is"), tokens)).toEqual(span(2, 3));
    expect(alignSpan(text, at(text, "😀 is"), tokens)).toEqual(span(1, 3));
    expect(alignSpan(text, at(text, "  "), tokens)).toEqual(span(3, 3));
    expect(alignSpan(text, at(text, " ok"), tokens)).toEqual(span(3, 4));
  });

  test("tokens that share a character all belong to it", () => {
    const tokens: Tokens = { offsets: [[0, 1], [1, 3], [1, 3], [3, 4]] };
    expect(alignSpan("a😀b", span(1, 3), tokens)).toEqual(span(1, 3));
    expect(alignSpan("a😀b", span(3, 4), tokens)).toEqual(span(3, 4));
  });

  test("out of order or outside is an error", () => {
    expect(() => alignSpan("abcd", span(0, 1), { offsets: [[2, 4], [0, 2]] })).toThrow(/in the order of the text/);
    expect(() => alignSpan("abcd", span(0, 1), { offsets: [[0, 5]] })).toThrow(FormatError);
  });
});

describe("tokenizer.json", () => {
  const byteLevel = {
    model: { type: "BPE", vocab: { Hi: 0, "Ġ": 1, "ðŁĺ": 2, "Ģ": 3 } },
    decoder: { type: "ByteLevel" },
    added_tokens: [{ id: 4, content: "<|im_end|>", special: true }, { id: 5, content: "<think>", special: false }],
  };
  const ids = [5, 0, 1, 2, 3, 4];

  test("byte-level BPE, special tokens in the text or left out of it", () => {
    const vocabulary = readVocabulary(byteLevel);
    for (const [text, end] of [["<think>Hi 😀<|im_end|>", 6], ["<think>Hi 😀", 5]] as const) {
      expect(alignSpan(text, at(text, "😀"), { ids, vocabulary })).toEqual(span(3, 5));
      expect(alignSpan(text, at(text, "<think>"), { ids, vocabulary })).toEqual(span(0, 1));
      expect(alignSpan(text, span(0, text.length), { ids, vocabulary })).toEqual(span(0, end));
    }
    expect(() => alignSpan("Hi", span(0, 1), { ids: [99], vocabulary })).toThrow(/a token id must be in the vocabulary, got 99/);
  });

  test("Unigram with SentencePiece's decoders", () => {
    const decoders = [
      { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
      { type: "Sequence", decoders: [{ type: "Replace", pattern: { String: "▁" }, content: " " }, { type: "ByteFallback" }, { type: "Fuse" }, { type: "Strip", content: " ", start: 1, stop: 0 }] },
    ];
    for (const decoder of decoders) {
      const vocabulary = readVocabulary({ model: { type: "Unigram", vocab: [["▁a", -1], ["<0xC3>", -2], ["<0xA9>", -2]] }, decoder, added_tokens: [{ id: 3, content: "</s>", special: true }] });
      expect(alignSpan("aé", span(1, 2), { ids: [0, 1, 2, 3], vocabulary })).toEqual(span(1, 3));
    }
  });

  test("decoders that do not join tokens are an error", () => {
    for (const decoder of [{ type: "WordPiece", prefix: "##" }, null, { type: "CTC" }, { type: "Sequence", decoders: [{ type: "Replace", pattern: { String: "x" }, content: "" }] }])
      expect(() => readVocabulary({ model: { vocab: {} }, decoder })).toThrow(/decoder must be ByteLevel, Metaspace/);
    expect(() => readVocabulary({ model: {}, decoder: { type: "ByteLevel" } })).toThrow(FormatError);
    expect(() => readVocabulary([])).toThrow(FormatError);
  });

  test("from a file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "guerdon-align-"));
    try {
      await writeFile(join(folder, "tokenizer.json"), JSON.stringify(byteLevel));
      const vocabulary = await loadVocabulary(join(folder, "tokenizer.json"));
      expect(alignSpan("Hi", span(0, 2), { ids: [0], vocabulary })).toEqual(span(0, 1));
      await writeFile(join(folder, "broken.json"), "{");
      await expect(loadVocabulary(join(folder, "broken.json"))).rejects.toThrow(FormatError);
      await expect(loadVocabulary(join(folder, "none.json"))).rejects.toThrow(BoundaryError);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("property: the smallest contiguous range of tokens that covers the bytes of the span", () => {
  const clusters = fc.constantFrom("a", " ", "é", "e\u0301", "漢", "字", "한", "😀", "👍🏽", "👨‍👩‍👧‍👦", "🇩🇪", "\u0000", "ß", "क्षि", "\u{10ffff}", "▁");
  const byteLevelCharacters = new Map<number, string>();
  for (let c = 0x21; c < 0x144; c++) {
    const bytes = tokenBytes(String.fromCharCode(c), "byte-level");
    if (bytes.length === 1) byteLevelCharacters.set(bytes[0]!, String.fromCharCode(c));
  }

  test("for bytes cut anywhere, in every alphabet, with tokens of no text between", () => {
    const example = fc.array(clusters, { minLength: 1, maxLength: 12 }).chain((parts) => {
      const text = parts.join("");
      const size = Buffer.byteLength(text);
      return fc.record({
        text: fc.constant(text),
        cuts: fc.array(fc.nat(size), { maxLength: 15 }),
        from: fc.nat(text.length),
        to: fc.nat(text.length),
      });
    });
    fc.assert(
      fc.property(example, ({ text, cuts, from, to }) => {
        const bytes = Buffer.from(text);
        const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const ranges = edges.slice(1).map((end, i) => [edges[i]!, end] as const);
        const raw = ranges.map(([a, b]) => (a === b ? null : Uint8Array.from(bytes.subarray(a, b))));
        const [start, end] = from < to ? [from, to] : [to, from];
        const result = alignSpan(text, { start, end }, { pieces: raw });

        // The oracle: the characters the span touches, byte by byte.
        const inPair = (i: number): boolean => i > 0 && i < text.length && text.codePointAt(i - 1)! > 0xffff;
        const a = Buffer.byteLength(text.slice(0, inPair(start) ? start - 1 : start));
        const b = start === end ? a : Buffer.byteLength(text.slice(0, inPair(end) ? end + 1 : end));
        const touching = ranges.map(([s, e], k) => (s < e && s < b && e > a ? k : -1)).filter((k) => k >= 0);
        if (a === b) expect(result.start).toBe(result.end);
        else expect(result).toEqual(span(touching[0]!, touching[touching.length - 1]! + 1));

        const levels = raw.map((piece) => (piece === null ? null : [...piece].map((byte) => byteLevelCharacters.get(byte)!).join("")));
        expect(alignSpan(text, { start, end }, { pieces: levels, alphabet: "byte-level" })).toEqual(result);
        const perByte = raw.flatMap((piece) => [...(piece ?? [])].map((byte) => `<0x${byte.toString(16).padStart(2, "0").toUpperCase()}>`));
        if (a < b) expect(alignSpan(text, { start, end }, { pieces: perByte, alphabet: "metaspace" })).toEqual(span(a, b));
      }),
      { numRuns: 500, seed: 11 },
    );
  });

  test("many spans at once are the spans one by one", () => {
    const text = "né漢😀 x".repeat(5);
    const tokens: Tokens = { pieces: [...Buffer.from(text)].map((byte) => [byte]) };
    const spans = Array.from({ length: text.length }, (_, i) => span(i, Math.min(text.length, i + (i % 4))));
    expect(alignSpans(text, spans, tokens)).toEqual(spans.map((s) => alignSpan(text, s, tokens)));
  });
});
