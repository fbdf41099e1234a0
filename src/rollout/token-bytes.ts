/** Tokens as bytes: the alphabets in which vocabularies write them, and how a run of tokens spells a text. */
import { FormatError, show } from "../core/errors.ts";

/**
 * How a token given as a string stands for bytes.
 *
 * - `text`: its UTF-8.
 * - `byte-level`: the GPT-2 alphabet, in which every byte is a printable character (`Ġ` is a space). A token with any other character is its UTF-8.
 * - `metaspace`: `▁` is a space and `<0xE2>` the byte E2, as SentencePiece writes them.
 */
export type TokenAlphabet = "text" | "byte-level" | "metaspace";

/** One token: its bytes, text in some alphabet, or null for a token that stands for no text. */
export type TokenPiece = Uint8Array | readonly number[] | string | null;

/** What a token spells. A special token is left out of the text by decoders that skip special tokens. */
export interface SpelledToken {
  readonly bytes: Uint8Array;
  readonly special: boolean;
}

const encoder: TextEncoder = /* @__PURE__ */ new TextEncoder();
const NONE: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/** Byte of each character of the byte-level alphabet: printable Latin-1 is itself, the other bytes follow from U+0100 on. */
const BYTE_LEVEL: ReadonlyMap<string, number> = /* @__PURE__ */ byteLevelAlphabet();

function byteLevelAlphabet(): Map<string, number> {
  const out = new Map<string, number>();
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const itself = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    out.set(String.fromCharCode(itself ? byte : next++), byte);
  }
  return out;
}

/** The bytes of a token. @throws FormatError for a byte outside 0…255 */
export function tokenBytes(piece: TokenPiece, alphabet: TokenAlphabet): Uint8Array {
  if (piece === null) return NONE;
  if (typeof piece !== "string") {
    for (let i = 0; i < piece.length; i++)
      if (!Number.isInteger(piece[i]) || piece[i]! < 0 || piece[i]! > 255) throw new FormatError(`align: a byte of a token must be an integer from 0 to 255, got ${show(piece[i])}`);
    return Uint8Array.from(piece);
  }
  if (alphabet === "byte-level") {
    const bytes = new Uint8Array(piece.length);
    for (let i = 0; i < piece.length; i++) {
      const byte = BYTE_LEVEL.get(piece[i]!);
      if (byte === undefined) return encoder.encode(piece);
      bytes[i] = byte;
    }
    return bytes;
  }
  if (alphabet === "metaspace") {
    const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(piece);
    return byte === null ? encoder.encode(piece.replaceAll("▁", " ")) : Uint8Array.of(Number.parseInt(byte[1]!, 16));
  }
  return encoder.encode(piece);
}

/** Byte ranges of tokens in the UTF-8 of a text, one entry a token. Tokens that stand for no text have empty ranges. */
export interface TokenRanges {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/**
 * Where each token stands in the text that the tokens spell. Tried in this order, the first that spells the text exactly wins:
 * all tokens, then without the special ones; each with the first space, then without it (decoders of SentencePiece drop it).
 * Bytes that are not UTF-8, as at the end of a response cut inside a character, stand for U+FFFD, one for each maximal ill-formed run or else one a byte.
 *
 * @throws FormatError where the tokens do not spell the text
 */
export function spell(text: string, tokens: readonly SpelledToken[]): TokenRanges {
  const target = encoder.encode(text);
  let furthest = -1;
  const hasSpecial = tokens.some((token) => token.special && token.bytes.length > 0);
  for (const silent of hasSpecial ? [false, true] : [false]) {
    const spoken = tokens.map((token) => (silent && token.special ? NONE : token.bytes));
    const bytes = concatenated(spoken);
    for (const skip of bytes[0] === 0x20 ? [0, 1] : [0]) {
      for (const perByte of [false, true]) {
        const map = offsetsIn(target, bytes, skip, perByte);
        if (typeof map === "number") furthest = Math.max(furthest, map);
        else return rangesOf(spoken, map);
        if (validUtf8(bytes)) break;
      }
    }
  }
  throw new FormatError(`align: the tokens must spell the text, got a difference at byte ${furthest} of ${target.length}`, { byte: furthest });
}

function concatenated(pieces: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

function validUtf8(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; ) {
    const size = characterAt(bytes, i);
    if (size <= 0) return false;
    i += size;
  }
  return true;
}

/** Start and end in the text of every byte of the tokens: bytes of one ill-formed run share the U+FFFD it became. Or the text offset of the first difference. */
function offsetsIn(target: Uint8Array, bytes: Uint8Array, skip: number, perByte: boolean): { from: Uint32Array; to: Uint32Array } | number {
  const from = new Uint32Array(bytes.length);
  const to = new Uint32Array(bytes.length);
  let at = 0;
  for (let i = skip; i < bytes.length; ) {
    const size = characterAt(bytes, i);
    if (size > 0) {
      for (let j = 0; j < size; j++, at++) {
        if (target[at] !== bytes[i + j]) return at;
        from[i + j] = at;
        to[i + j] = at + 1;
      }
      i += size;
    } else {
      if (target[at] !== 0xef || target[at + 1] !== 0xbf || target[at + 2] !== 0xbd) return at;
      const run = perByte ? 1 : -size;
      from.fill(at, i, i + run);
      to.fill(at + 3, i, i + run);
      at += 3;
      i += run;
    }
  }
  return at === target.length ? { from, to } : at;
}

/** Length of the UTF-8 character at `i`; where there is none, minus the length of the maximal ill-formed run (Unicode 3.9, table 3-7). */
function characterAt(bytes: Uint8Array, i: number): number {
  const lead = bytes[i]!;
  if (lead < 0x80) return 1;
  const size = lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
  if (size === 0) return -1;
  for (let j = 1; j < size; j++) {
    const low = j > 1 ? 0x80 : lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = j > 1 ? 0xbf : lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    const byte = bytes[i + j];
    if (byte === undefined || byte < low || byte > high) return -j;
  }
  return size;
}

function rangesOf(pieces: readonly Uint8Array[], map: { from: Uint32Array; to: Uint32Array }): TokenRanges {
  const starts = new Uint32Array(pieces.length);
  const ends = new Uint32Array(pieces.length);
  let at = 0;
  let position = 0;
  pieces.forEach((piece, k) => {
    starts[k] = piece.length === 0 ? position : map.from[at]!;
    at += piece.length;
    ends[k] = piece.length === 0 ? position : (position = map.to[at - 1]!);
  });
  return { starts, ends };
}
