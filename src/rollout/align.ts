/** Text spans to token spans. */
import { FormatError, show } from "../core/errors.ts";
import type { TextSpan } from "../core/verdict.ts";
import { fromCodePointOffsets, toByteOffsets } from "./offsets.ts";
import { spell, tokenBytes, type TokenAlphabet, type TokenPiece, type TokenRanges } from "./token-bytes.ts";
import type { TokenVocabulary } from "./tokenizer-file.ts";

/** A half-open range of tokens. */
export interface TokenSpan {
  readonly start: number;
  readonly end: number;
}

/** Where each token stands, as offsets into the text; null or an empty range for a token that stands for no text. */
export interface OffsetTokens {
  readonly offsets: readonly (readonly [start: number, end: number] | null)[];
  /** What the offsets count; Python's tokenizers count code points. UTF-16 where not given. */
  readonly unit?: "utf-16" | "code-point";
}

/** The bytes of each token, or its text in an alphabet (`text` where not given). Together they spell the text. */
export interface PieceTokens {
  readonly pieces: readonly TokenPiece[];
  readonly alphabet?: TokenAlphabet;
}

/** Token ids of a vocabulary; see `loadVocabulary`. Together they spell the text. */
export interface VocabularyTokens {
  readonly ids: ArrayLike<number>;
  readonly vocabulary: TokenVocabulary;
}

/** The tokens of a response, known by their offsets, their bytes or a vocabulary. */
export type Tokens = OffsetTokens | PieceTokens | VocabularyTokens;

/**
 * The token span of each text span: the smallest contiguous range of tokens whose bytes cover the bytes of the span.
 *
 * - A character split over several tokens: all of them. A span inside one token: that token. A span that cuts a surrogate pair: the whole character.
 * - Tokens that stand for no text (special tokens left out of it) never begin or end a span; between two of its tokens they are inside.
 * - An empty span, and one that lies where no token does (offsets may leave gaps): the empty range after the last token that ends at or before its start.
 *
 * @throws FormatError where a span or an offset is outside the text, tokens are out of order or do not spell the text
 * @example alignSpans("a 😀", [{ start: 2, end: 4 }], { pieces: ["a", " ", [0xf0, 0x9f], [0x98, 0x80], null] }) // => [{ start: 2, end: 4 }]
 */
export function alignSpans(text: string, spans: readonly TextSpan[], tokens: Tokens): TokenSpan[] {
  const ranges = rangesOf(text, tokens);
  const spoken = spokenTokens(ranges);
  for (const span of spans)
    if (!Number.isSafeInteger(span.start) || !Number.isSafeInteger(span.end) || span.start < 0 || span.end < span.start || span.end > text.length)
      throw new FormatError(`align: a span must lie in a text of length ${text.length}, got ${show(span)}`, { span });
  const starts = toByteOffsets(text, spans.map((span) => span.start), "down");
  const ends = toByteOffsets(text, spans.map((span) => span.end), "up");
  return spans.map((span, i) => {
    const from = starts[i]!;
    const to = span.start === span.end ? from : ends[i]!;
    const first = lowerBound(spoken, (k) => ranges.ends[k]! > from);
    const after = lowerBound(spoken, (k) => ranges.starts[k]! >= to);
    if (to > from && first < after) return { start: spoken[first]!, end: spoken[after - 1]! + 1 };
    const place = first === 0 ? 0 : spoken[first - 1]! + 1;
    return { start: place, end: place };
  });
}

/** The token span of one text span; see `alignSpans`. */
export function alignSpan(text: string, span: TextSpan, tokens: Tokens): TokenSpan {
  return alignSpans(text, [span], tokens)[0]!;
}

function rangesOf(text: string, tokens: Tokens): TokenRanges {
  if ("offsets" in tokens) return offsetRanges(text, tokens);
  if ("pieces" in tokens) return spell(text, tokens.pieces.map((piece) => ({ bytes: tokenBytes(piece, tokens.alphabet ?? "text"), special: false })));
  if ("ids" in tokens) return spell(text, Array.from(tokens.ids, (id) => tokens.vocabulary.token(id)));
  throw new FormatError(`align: tokens must have offsets, pieces, or ids with a vocabulary, got ${show(tokens)}`);
}

function offsetRanges(text: string, { offsets, unit = "utf-16" }: OffsetTokens): TokenRanges {
  let from = offsets.map((range) => (range === null ? 0 : range[0]));
  let to = offsets.map((range) => (range === null ? 0 : range[1]));
  if (unit === "code-point") {
    from = fromCodePointOffsets(text, from);
    to = fromCodePointOffsets(text, to);
  }
  const starts = Uint32Array.from(toByteOffsets(text, from, "down"));
  // Half a surrogate pair is no text of its own: a token that has it has the character.
  const ends = Uint32Array.from(toByteOffsets(text, to, "up"));
  for (let k = 0; k < offsets.length; k++) if (from[k]! >= to[k]!) ends[k] = starts[k]!;
  return { starts, ends };
}

/** Tokens that stand for text, checked to be in its order. */
function spokenTokens({ starts, ends }: TokenRanges): number[] {
  const out: number[] = [];
  for (let k = 0; k < starts.length; k++) {
    if (starts[k] === ends[k]) continue;
    const last = out[out.length - 1];
    if (last !== undefined && (starts[k]! < starts[last]! || ends[k]! < ends[last]!)) throw new FormatError(`align: tokens must stand in the order of the text, got token ${k} before token ${last}`, { token: k });
    out.push(k);
  }
  return out;
}

/** The first index at which a monotone test holds, or the length. */
function lowerBound(items: readonly number[], test: (item: number) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(items[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
