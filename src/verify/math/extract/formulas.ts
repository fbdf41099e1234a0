/** Formulas in delimiters: `$…$`, `$$…$$`, `\(…\)`, `\[…\]` and display environments, found in one pass. */
import { isDigit, trimBlank } from "./characters.ts";
import { joins } from "./boxes.ts";
import { MAX_CANDIDATES, type Hit, type Range } from "./types.ts";

/** A formula with its delimiters (`outer`) and without (`start`, `end`). */
export interface Formula extends Range {
  readonly outerStart: number;
  readonly outerEnd: number;
  readonly display: boolean;
}

/** Only so many of the last formulas of a text are kept. */
const MOST_FORMULAS = 256;
/** A longer inline formula is none. */
const LONGEST_INLINE = 4_000;

/** The last formulas of a range that close, in order. An inline formula does not cross an empty line; `$5 and $6` is money. */
export function findFormulas(text: string, { start, end }: Range): Formula[] {
  const formulas: Formula[] = [];
  let kind = "";
  let inside = 0;
  let outer = 0;
  let blankLine = -1;
  for (let at = start; at < end; at++) {
    const c = text.charCodeAt(at);
    if (c !== 36 && c !== 92) continue;
    const mark = markAt(text, at, end);
    if (mark === "") {
      // `\\` and `\$` are two characters; of other commands only the backslash is passed.
      if (c === 92 && (text.charCodeAt(at + 1) === 92 || text.charCodeAt(at + 1) === 36)) at++;
      continue;
    }
    if (kind === "$" || kind === "\\(") {
      if (blankLine < inside) blankLine = nextBlankLine(text, inside, end);
      if (blankLine < at || at - inside > LONGEST_INLINE) kind = "";
    }
    const opens = mark.startsWith("\\begin") ? "env" : mark;
    const length = kind === "$" ? 1 : mark.length;
    if (kind !== "" && closes(kind, mark)) {
      const range = trimBlank(text, inside, at);
      if (range.start < range.end) formulas.push({ ...range, outerStart: outer, outerEnd: at + length, display: kind !== "$" && kind !== "\\(" });
      if (formulas.length > 2 * MOST_FORMULAS) formulas.splice(0, MOST_FORMULAS);
      kind = "";
      at += length - 1;
      continue;
    }
    // A stronger mark inside `$…$` says that the dollar sign was none.
    if (OPENERS.has(opens) && (kind === "" ? !(opens === "$" && opensMoney(text, at + 1, end)) : (kind === "$" || kind === "$$") && opens !== "$")) {
      kind = opens;
      inside = at + mark.length;
      outer = at;
    }
    at += mark.length - 1;
  }
  return formulas;
}

/** The delimiter that starts at a `$` or a backslash, or the empty string. */
function markAt(text: string, at: number, end: number): string {
  if (text.charCodeAt(at) === 36) return at + 1 < end && text.charCodeAt(at + 1) === 36 ? "$$" : "$";
  switch (at + 1 < end ? text.charCodeAt(at + 1) : 0) {
    case 40:
      return "\\(";
    case 41:
      return "\\)";
    case 91:
      return "\\[";
    case 93:
      return "\\]";
    case 98:
    case 101:
      return ENVIRONMENT.exec(text.slice(at, Math.min(end, at + 26)))?.[0] ?? "";
    default:
      return "";
  }
}

function nextBlankLine(text: string, from: number, end: number): number {
  BLANK_LINE.lastIndex = from;
  return Math.min(end, BLANK_LINE.exec(text)?.index ?? end);
}

const ENVIRONMENT = /^\\(?:begin|end)\{(?:equation|align|gather|multline|eqnarray|displaymath|math|aligned|alignat)\*?\}/;
const BLANK_LINE = /\n[^\S\n]*\n/g;
const OPENERS: ReadonlySet<string> = new Set(["$", "$$", "\\(", "\\[", "env"]);

function closes(kind: string, mark: string): boolean {
  switch (kind) {
    case "$":
      return mark === "$" || mark === "$$";
    case "$$":
      return mark === "$$";
    case "\\(":
      return mark === "\\)";
    case "\\[":
      return mark === "\\]";
    default:
      return mark.startsWith("\\end");
  }
}

/** `$5 and $6`, `$1,234.50.`: a dollar sign before a number whose formula does not end right behind it. Looks ahead 40 characters. */
function opensMoney(text: string, at: number, end: number): boolean {
  if (!isDigit(text.charCodeAt(at))) return false;
  let i = at;
  while (i < end && i - at < 40 && (isDigit(text.charCodeAt(i)) || ((text[i] === "," || text[i] === ".") && isDigit(text.charCodeAt(i + 1))))) i++;
  if (i >= end) return true;
  // A word after the number, or the sentence going on: money. A mark of math, or the closing `$`: a formula.
  return /^(?:\s+[A-Za-z]{2,}|[.,;:!?)]*(?:\s|$)(?![\s]*[-+=*/^<>\\$]))/.test(text.slice(i, Math.min(end, i + 24)));
}

/**
 * The last formula as an answer: the last display formula, unless whole sentences with inline formulas follow it; then the last
 * inline formula. Text that goes on in lower case (`where $x$ is …`) belongs to the display formula.
 * Inline formulas joined by commas and words to the last one come with it, in its group.
 */
export function lastFormulas(text: string, range: Range): Hit[] {
  const formulas = findFormulas(text, range);
  if (formulas.length === 0) return [];
  const lastDisplay = formulas.findLastIndex((f) => f.display);
  const last = formulas.length - 1;
  if (lastDisplay >= 0 && (lastDisplay === last || goesOn(text, formulas[lastDisplay]!.outerEnd))) return [hitOf(formulas[lastDisplay]!, 0)];
  let first = last;
  while (first > lastDisplay + 1 && last - first < MAX_CANDIDATES - 1 && joins(text, formulas[first - 1]!.outerEnd, formulas[first]!.outerStart)) first--;
  return formulas.slice(first).map((f) => hitOf(f, 0));
}

function hitOf(formula: Formula, group: number): Hit {
  return { start: formula.start, end: formula.end, rule: formula.display ? "display-formula" : "inline-formula", math: true, group, percent: false };
}

function goesOn(text: string, at: number): boolean {
  return /^[\s.,;:]*\p{Ll}/u.test(text.slice(at, at + 20)) && !/^[\s]*\.\s/.test(text.slice(at, at + 6));
}
