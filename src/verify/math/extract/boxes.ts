/** Boxes: `\boxed{…}` and its kin, with nested braces, found in one pass over the text. */
import { isBlank, isEscaped, lastMatches, lineEnd, trimBlank, trimPunctuation } from "./characters.ts";
import { MAX_CANDIDATES, type Hit, type Range } from "./types.ts";

// A backspace and `oxed` is what a JSON reader makes of an unescaped `\boxed`.
const BOX = /\\(?:(?:begin)?boxed|fbox|framebox|bbox|Boxed)(?![a-zA-Z]{2})|[\b]oxed(?=\{)/g;

/** One of these stands in every spelling above. */
const SPELLINGS: readonly string[] = ["box", "Boxed", "\boxed"];

/** What a box that asks for an answer holds instead of one. */
const PLACEHOLDER =
  /^(?:\\(?:hphantom|vphantom|phantom)\{[^{}]*\}|(?:\\[;,!: ]|~|\\q?quad|\\hspace\{[^{}]*\})+|\.{2,}|…|\\[lc]?dots|_+|(?:\\_)+|\?+|\\square|\\Box|□|(?:\\text\{)?\s*<?\[?(?:your |final |the )*answer(?: here)?\]?>?\s*\}?)$/i;

/** Every box of a range, outermost only, in order. Empty boxes and placeholders are left out where a real one stands beside them. */
export function findBoxes(text: string, { start, end }: Range): Hit[] | "too-many-answers" | "empty" {
  const found = scanBoxes(text, start, end);
  if (found.length === 0) return [];
  const hits: Hit[] = [];
  const seen = new Set<string>();
  let placeholder: Hit | undefined;
  let empties = 0;
  for (const hit of found) {
    if (hit.start >= hit.end) {
      empties++;
      continue;
    }
    const length = hit.end - hit.start;
    if (length <= 80 && PLACEHOLDER.test(text.slice(hit.start, hit.end))) {
      placeholder ??= hit;
      continue;
    }
    hits.push(hit);
    seen.add(text.slice(hit.start, hit.end));
    if (seen.size > MAX_CANDIDATES) return "too-many-answers";
  }
  if (hits.length > 0) return numberGroups(text, withoutRepeats(text, hits));
  if (placeholder !== undefined) return [placeholder];
  return empties > 0 ? "empty" : [];
}

/** Only so many of the last boxes of a text are read: what they repeat or contradict is clear by then. */
const MOST_BOXES = 256;

/**
 * The last outermost boxes, empty ones too, in order. One search finds where boxes open, one pass matches braces with a stack, so
 * thousands of nested or unclosed boxes cost no more than their length.
 */
export function scanBoxes(text: string, start: number, end: number): Hit[] {
  const opens: number[] = [];
  const hits: Hit[] = [];
  // Plain searches, one for each spelling's rarest letters, spare the pattern the text before the first box.
  let first = end;
  for (const spelling of SPELLINGS) {
    const at = text.indexOf(spelling, start);
    if (at >= 0 && at < first) first = at;
  }
  if (first === end) return hits;
  for (const { at, word } of lastMatches(BOX, text, Math.max(start, first - 10), end, MOST_BOXES)) {
    let i = at + word.length;
    // `\framebox[3cm][c]{…}`
    if (text.charCodeAt(i) === 91) i += /^(?:\[[^\]\n]{0,16}\]){1,2}/.exec(text.slice(i, Math.min(end, i + 40)))?.[0].length ?? 0;
    let brace = i;
    while (brace < end && brace - i < 4 && isBlank(text.charCodeAt(brace))) brace++;
    if (brace < end && text.charCodeAt(brace) === 123) opens.push(brace);
    else {
      const bare = bareBox(text, i, end);
      if (bare !== undefined) hits.push(bare);
    }
  }
  if (opens.length === 0) return hits;
  const closes = matchBraces(text, opens, end);
  const closeOf = new Map(opens.map((open, k) => [open, closes[k]!]));
  let covered = -1;
  for (const [open, close] of closeOf) {
    if (open < covered) continue;
    const inside = close < 0 ? unclosed(text, open + 1, end) : trimBlank(text, open + 1, close);
    covered = close < 0 ? inside.end : close;
    hits.push({ ...unwrap(text, inside, closeOf), rule: close < 0 ? "box-unclosed" : "box", math: true, group: 0, percent: close >= 0 && percentFollows(text, close + 1, end) });
  }
  if (hits.length === 1) return hits;
  hits.sort((x, y) => x.start - y.start);
  let reached = -1;
  return hits.filter((hit) => {
    if (hit.start < reached) return false;
    reached = hit.end;
    return true;
  });
}

/** Where the brace at each of `opens` closes, −1 where it never does. Escaped braces do not count. */
function matchBraces(text: string, opens: readonly number[], end: number): Int32Array {
  const closes = new Int32Array(opens.length).fill(-1);
  // Open braces: which box they are, −1 for others; `pending` counts the boxes among them.
  const stack: number[] = [];
  let next = 0;
  let pending = 0;
  for (let i = opens[0]!; i < end; i++) {
    const c = text.charCodeAt(i);
    if (c === 92) i++;
    else if (c === 123) {
      while (next < opens.length && opens[next]! < i) next++;
      if (next < opens.length && opens[next] === i) {
        stack.push(next++);
        pending++;
      } else stack.push(-1);
    } else if (c === 125 && stack.length > 0) {
      const box = stack.pop()!;
      if (box < 0) continue;
      closes[box] = i;
      // Between boxes nothing is open that matters: go straight to the next one.
      if (--pending > 0) continue;
      stack.length = 0;
      while (next < opens.length && opens[next]! <= i) next++;
      if (next >= opens.length) break;
      i = opens[next]! - 1;
    }
  }
  return closes;
}

function percentFollows(text: string, at: number, end: number): boolean {
  return /^(?:\s|\$|\\[)\]]|\}|\*\*|\\[,;! ])*(?:\\?%|percent(?:age)?\b)/i.test(text.slice(at, Math.min(end, at + 24)));
}

/** The inside of `\boxed{\boxed{5}}` is 5. */
function unwrap(text: string, range: Range, closeOf: ReadonlyMap<number, number>): Range {
  let { start, end } = range;
  for (;;) {
    const match = /^\\(?:boxed|fbox)\s{0,4}\{/.exec(text.slice(start, Math.min(end, start + 12)));
    if (match === null) return { start, end };
    const open = start + match[0].length - 1;
    const close = closeOf.get(open) ?? -1;
    if (close >= 0 && close !== end - 1) return { start, end };
    ({ start, end } = trimBlank(text, open + 1, close < 0 ? end : close));
  }
}

/** A box whose brace never closes ends with its formula or its line. */
function unclosed(text: string, start: number, end: number): Range {
  const stop = lineEnd(text, start, end);
  for (let i = start; i < stop; i++) {
    const c = text.charCodeAt(i);
    if (c === 36 && !isEscaped(text, i, start)) return trimPunctuation(text, start, i);
    if (c === 92 && (text[i + 1] === ")" || text[i + 1] === "]") && !isEscaped(text, i, start)) return trimPunctuation(text, start, i);
  }
  return trimPunctuation(text, start, stop);
}

/** `\boxed5`, `\boxed 5`: up to the end of the formula, the line, or the first blank after something. */
function bareBox(text: string, start: number, end: number): Hit | undefined {
  const stop = lineEnd(text, start, Math.min(end, start + 60));
  let i = start;
  while (i < stop && isBlank(text.charCodeAt(i))) i++;
  const from = i;
  for (; i < stop; i++) {
    const c = text.charCodeAt(i);
    if (isBlank(c) || c === 36 || c === 44 || c === 59) break;
    if (c === 92 && (text[i + 1] === ")" || text[i + 1] === "]" || text[i + 1] === "\\")) break;
  }
  const range = trimPunctuation(text, from, i);
  // `\boxed` in a sentence about boxes.
  if (/^[A-Za-z]{2,}$/.test(text.slice(range.start, range.end))) return undefined;
  return range.start < range.end && /^[-+−]?[\p{L}\p{N}\\(.]/u.test(text.slice(range.start, range.start + 3)) ? { ...range, rule: "box-bare", math: true, group: 0, percent: false } : undefined;
}

/** Boxes with nothing but joining words, marks and part labels between them get one group number. */
function numberGroups(text: string, hits: readonly Hit[]): Hit[] {
  let group = 0;
  return hits.map((hit, i) => {
    if (i > 0 && !joins(text, hits[i - 1]!.end, hit.start)) group++;
    return hit.group === group ? hit : { ...hit, group };
  });
}

/** Beyond what can be listed, of hits with the same text only the last. */
export function withoutRepeats(text: string, hits: readonly Hit[]): readonly Hit[] {
  if (hits.length <= MAX_CANDIDATES) return hits;
  const last = new Map<string, Hit>();
  for (const hit of hits) last.set(text.slice(hit.start, hit.end), hit);
  return [...last.values()].sort((a, b) => a.start - b.start);
}

/** Longer gaps do not join. */
const LONGEST_JOIN = 60;

/** True where a gap between two answers only joins them. */
export function joins(text: string, from: number, to: number): boolean {
  if (to - from > LONGEST_JOIN) return false;
  // Drop commands that only space or set, so that the joining pattern stays small.
  const plain = text
    .slice(from, to)
    .replace(/\\(?:boxed|fbox|framebox|text|textbf|mathrm|mbox|quad|qquad|begin|end|left|right|displaystyle)(?![a-zA-Z])/g, " ")
    .replace(/[^\p{L}\p{N}=]+/gu, " ")
    .trim();
  return plain === "" || /^(?:(?:and|or|also|und|oder|et|ou|y|o|e|и|или|和|或|及) ?)?(?:(?:part )?[a-h1-9ivx]{1,3} ?)?(?:[a-zA-Z] ?\w{0,2} ?= ?)?$/i.test(plain);
}
