/** Character classes and trimming for extraction; everything here looks at one character or a short window. */
import type { Range } from "./types.ts";

/** White space, and marks that show nothing: zero-width characters, joiners, direction marks, soft hyphen, variation selectors. */
export function isBlank(code: number): boolean {
  if (code <= 32) return true;
  if (code < 0xa0) return code === 0x7f || code === 0x85;
  return (
    code === 0xa0 ||
    code === 0xad ||
    code === 0x061c ||
    code === 0x1680 ||
    code === 0x180e ||
    (code >= 0x2000 && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202f) ||
    (code >= 0x205f && code <= 0x206f) ||
    code === 0x3000 ||
    (code >= 0xfe00 && code <= 0xfe0f) ||
    code === 0xfeff
  );
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isAsciiLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

/** The range without blanks at its ends. */
export function trimBlank(text: string, start: number, end: number): Range {
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return { start, end };
}

/** True where the character at `at` is escaped by an odd number of backslashes before it (not looking before `floor`). */
export function isEscaped(text: string, at: number, floor: number): boolean {
  let n = 0;
  while (at - 1 - n >= floor && text.charCodeAt(at - 1 - n) === 92) n++;
  return n % 2 === 1;
}

/** End of the line that holds `at`, at most `limit`. */
export function lineEnd(text: string, at: number, limit: number): number {
  for (let i = at; i < limit; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || c === 13) return i;
  }
  return limit;
}

/** Start of the line that holds `at`, at least `floor`. */
export function lineStart(text: string, at: number, floor: number): number {
  let i = at;
  while (i > floor) {
    const c = text.charCodeAt(i - 1);
    if (c === 10 || c === 13) break;
    i--;
  }
  return i;
}

/** Blocks that `lastMatches` searches, and how far one may reach over its edge. */
const BLOCK = 16_384;
const OVERLAP = 32;

/**
 * The last `most` matches of a global pattern in a range, in order: searched in blocks from the end, so that a text full of matches
 * costs no more than its tail. Matches must be shorter than 32 characters.
 */
export function lastMatches(pattern: RegExp, text: string, start: number, end: number, most: number): { readonly at: number; readonly word: string }[] {
  const blocks: { at: number; word: string }[][] = [];
  let count = 0;
  for (let to = end; to > start && count < most; to -= BLOCK) {
    const from = Math.max(start, to - BLOCK);
    const view = text.slice(0, Math.min(end, to + OVERLAP));
    const block: { at: number; word: string }[] = [];
    pattern.lastIndex = from;
    for (let match = pattern.exec(view); match !== null && match.index < to; match = pattern.exec(view)) block.push({ at: match.index, word: match[0] });
    // A match over the edge is found in the block where it starts; one that starts inside it is not a second one.
    const first = blocks.at(-1)?.[0];
    const last = block.at(-1);
    if (first !== undefined && last !== undefined && last.at + last.word.length > first.at) blocks.at(-1)!.shift();
    blocks.push(block);
    count += block.length;
  }
  const all = blocks.reverse().flat();
  return all.length > most ? all.slice(-most) : all;
}

const OPENERS = "([{⟨（【";
const CLOSERS = ")]}⟩）】";

/**
 * Trims what belongs to the sentence and not to the answer: blanks, closing full stops, commas, colons, quotes, markdown marks,
 * and a closing bracket whose partner is not inside. A trailing `…` or `...` stays, as does `!` after a digit or letter (a factorial).
 */
export function trimPunctuation(text: string, start: number, end: number): Range {
  for (;;) {
    ({ start, end } = trimBlank(text, start, end));
    if (start >= end) return { start, end };
    const last = text[end - 1]!;
    if (".。．".includes(last)) {
      if (text.startsWith("...", end - 3) && end - 3 >= start) return trimFront(text, start, end);
      if (/[ap]\.m\.$/i.test(text.slice(Math.max(start, end - 4), end))) return trimFront(text, start, end);
      end--;
    } else if (",;:，；：、؛،।|*_\"'”’»」』`~".includes(last) || (last === "?" && end - start > 1)) {
      if (last === "'" && end - 2 >= start && isAsciiLetter(text.charCodeAt(end - 2)) && !text.slice(start, end - 1).includes("'") && end - start <= 3) return trimFront(text, start, end);
      if (last === "|" && text.lastIndexOf("|", end - 2) >= start) return trimFront(text, start, end);
      end--;
    } else if (last === "!" && end - 2 >= start && text[end - 2] !== "!" && !/[\p{L}\p{N})}\]]/u.test(text[end - 2]!)) {
      end--;
    } else if (last === "！") {
      end--;
    } else if (CLOSERS.includes(last) && !opensBefore(text, start, end)) {
      end--;
    } else if (last === "\\" && end - 2 >= start && text[end - 2] === "\\") {
      end -= 2;
    } else return trimFront(text, start, end);
  }
}

function trimFront(text: string, start: number, end: number): Range {
  for (;;) {
    while (start < end && isBlank(text.charCodeAt(start))) start++;
    if (start >= end) return { start, end };
    const first = text[start]!;
    if (",;:，；：、*_\"“”‘«「『`~>".includes(first)) start++;
    else return { start, end };
  }
}

/** True where the closing bracket at the end of the range has a partner (any kind: `[1, 2)` is an interval) inside it. Looks back 400 characters. */
function opensBefore(text: string, start: number, end: number): boolean {
  let depth = 0;
  for (let i = end - 1; i >= Math.max(start, end - 400); i--) {
    const c = text[i]!;
    if (CLOSERS.includes(c)) depth++;
    else if (OPENERS.includes(c) && --depth === 0) return true;
  }
  return end - start > 400;
}
