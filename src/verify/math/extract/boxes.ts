/** Boxes: `\boxed{…}` and its kin, with nested braces, found in one pass over the text. */
import { isBlank, isEscaped, lineEnd, trimBlank, trimPunctuation } from "./characters.ts";
import { MAX_CANDIDATES, type Hit, type Range } from "./types.ts";

// `\u0008oxed` is what a JSON reader makes of an unescaped `\boxed`.
const BOX = /\\(?:boxed|fbox|framebox|bbox|Boxed)(?![a-zA-Z]{2})|\u0008oxed(?=\{)/g;

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
  if (hits.length > 0) return numberGroups(text, hits);
  if (placeholder !== undefined) return [placeholder];
  return empties > 0 ? "empty" : [];
}

/** Every outermost box, empty ones too. One pass: braces are matched with a stack, so thousands of nested or unclosed boxes cost no more than their length. */
export function scanBoxes(text: string, start: number, end: number): Hit[] {
  BOX.lastIndex = start;
  let match = BOX.exec(text);
  if (match === null || match.index >= end) return [];
  const opened: { open: number; at: number }[] = [];
  const hits: Hit[] = [];
  // Pass 1: where each box opens.
  for (; match !== null && match.index < end; match = BOX.exec(text)) {
    let i = match.index + match[0].length;
    while (text[i] === "[") {
      const close = text.indexOf("]", i);
      if (close < 0 || close - i > 20 || close >= end) break;
      i = close + 1;
    }
    let j = i;
    while (j < end && j - i < 4 && isBlank(text.charCodeAt(j))) j++;
    if (text[j] === "{" && j < end) opened.push({ open: j, at: match.index });
    else {
      const bare = bareBox(text, i, end);
      if (bare !== undefined) hits.push(bare);
    }
  }
  if (opened.length === 0) return hits;
  // Pass 2: match braces from the first box on.
  const closeOf = new Map<number, number>();
  const stack: number[] = [];
  let next = 0;
  for (let i = opened[0]!.open; i < end; i++) {
    const c = text.charCodeAt(i);
    if (c === 92) i++;
    else if (c === 123) {
      while (next < opened.length && opened[next]!.open < i) next++;
      stack.push(next < opened.length && opened[next]!.open === i ? i : -1);
    } else if (c === 125) {
      const open = stack.pop();
      if (open !== undefined && open >= 0) {
        closeOf.set(open, i);
        if (next + 1 >= opened.length && open === opened[opened.length - 1]!.open && stack.every((s) => s < 0)) break;
      }
    }
  }
  let covered = -1;
  for (const { open } of opened) {
    if (open < covered) continue;
    const close = closeOf.get(open);
    const inside = close === undefined ? unclosed(text, open + 1, end) : trimBlank(text, open + 1, close);
    covered = close ?? inside.end;
    hits.push({ ...unwrap(text, inside, closeOf), rule: close === undefined ? "box-unclosed" : "box", math: true, group: 0, percent: close !== undefined && percentFollows(text, close + 1, end) });
  }
  hits.sort((a, b) => a.start - b.start);
  let reached = -1;
  return hits.filter((hit) => {
    if (hit.start < reached) return false;
    reached = hit.end;
    return true;
  });
}

function percentFollows(text: string, at: number, end: number): boolean {
  return /^(?:\s|\$|\\[)\]]|\}|\*\*|\\[,;! ])*(?:\\?%|percent(?:age)?\b)/i.test(text.slice(at, Math.min(end, at + 24)));
}

/** The inside of `\boxed{\boxed{5}}` is 5. */
function unwrap(text: string, range: Range, closeOf: ReadonlyMap<number, number>): Range {
  let { start, end } = range;
  for (;;) {
    const match = /^\\(?:boxed|fbox)\s{0,4}\{/.exec(text.slice(start, start + 12));
    if (match === null) return { start, end };
    const close = closeOf.get(start + match[0].length - 1);
    if (close !== undefined && close !== end - 1) return { start, end };
    ({ start, end } = trimBlank(text, start + match[0].length, close ?? end));
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
  const stop = Math.min(lineEnd(text, start, end), start + 60);
  let i = start;
  while (i < stop && isBlank(text.charCodeAt(i))) i++;
  const from = i;
  for (; i < stop; i++) {
    const c = text.charCodeAt(i);
    if (isBlank(c) || c === 36 || c === 44 || c === 59) break;
    if (c === 92 && (text[i + 1] === ")" || text[i + 1] === "]" || text[i + 1] === "\\")) break;
  }
  const range = trimPunctuation(text, from, i);
  return range.start < range.end && /^[-+−]?[\p{L}\p{N}\\(.]/u.test(text.slice(range.start, range.start + 3)) ? { ...range, rule: "box-bare", math: true, group: 0, percent: false } : undefined;
}

/** Boxes with nothing but joining words, marks and part labels between them get one group number. */
function numberGroups(text: string, hits: readonly Hit[]): Hit[] {
  let group = 0;
  return hits.map((hit, i) => {
    if (i > 0 && !joins(text.slice(hits[i - 1]!.end, Math.min(hit.start, hits[i - 1]!.end + 80)), hit.start - hits[i - 1]!.end)) group++;
    return { ...hit, group };
  });
}

/** True where a gap between two answers only joins them. */
export function joins(gap: string, length: number): boolean {
  if (length > 60) return false;
  // Drop commands that only space or set, so that the joining pattern stays small.
  const plain = gap
    .replace(/\\(?:boxed|fbox|framebox|text|textbf|mathrm|mbox|quad|qquad|begin|end|left|right|displaystyle)(?![a-zA-Z])/g, " ")
    .replace(/[^\p{L}\p{N}=]+/gu, " ")
    .trim();
  return plain === "" || /^(?:(?:and|or|also|und|oder|et|ou|y|o|e|и|или|和|或|及) ?)?(?:(?:part )?[a-h1-9ivx]{1,3} ?)?(?:[a-zA-Z] ?\w{0,2} ?= ?)?$/i.test(plain);
}
