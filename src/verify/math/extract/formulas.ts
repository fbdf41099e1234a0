/** Formulas in delimiters: `$…$`, `$$…$$`, `\(…\)`, `\[…\]` and display environments, found in one pass. */
import { isBlank, isDigit, trimBlank } from "./characters.ts";
import type { Hit, Range } from "./types.ts";
import { joins } from "./boxes.ts";

/** A formula with its delimiters (`outer`) and without (`start`, `end`). */
export interface Formula extends Range {
  readonly outerStart: number;
  readonly outerEnd: number;
  readonly display: boolean;
}

const DELIMITER = /\\\\|\\\$|\$\$?|\\[()[\]]|\\(?:begin|end)\{(?:equation|align|gather|multline|eqnarray|displaymath|math|aligned|alignat)\*?\}/g;

/** All formulas of a range that close, in order. An inline formula does not cross an empty line; `$5 and $6` is money. */
export function findFormulas(text: string, { start, end }: Range): Formula[] {
  const formulas: Formula[] = [];
  let open: { kind: string; inside: number; outer: number } | undefined;
  DELIMITER.lastIndex = start;
  for (let match = DELIMITER.exec(text); match !== null && match.index < end; match = DELIMITER.exec(text)) {
    const mark = match[0];
    const at = match.index;
    const after = at + mark.length;
    if (mark === "\\\\" || mark === "\\$") continue;
    if (open === undefined || (open.kind !== "env" && crossesBlankLine(text, open.inside, at, open.kind))) {
      open = undefined;
      if (mark === "$" && opensMoney(text, after, end)) continue;
      const kind = mark.startsWith("\\begin") ? "env" : mark;
      if (kind === "$" || kind === "$$" || kind === "\\(" || kind === "\\[" || kind === "env") open = { kind, inside: after, outer: at };
      continue;
    }
    const closes =
      open.kind === "env" ? mark.startsWith("\\end") : open.kind === "$" || open.kind === "$$" ? mark === open.kind || (open.kind === "$" && mark === "$$") : mark === (open.kind === "\\(" ? "\\)" : "\\]");
    if (!closes) {
      // An opening mark inside an unclosed formula: the earlier one was not a formula after all, unless this one nests.
      if (open.kind === "\\(" || open.kind === "\\[" || open.kind === "env" || !(mark === "\\(" || mark === "\\[" || mark.startsWith("\\begin") || mark === "$$")) continue;
      open = { kind: mark.startsWith("\\begin") ? "env" : mark, inside: after, outer: at };
      continue;
    }
    const stop = open.kind === "$" && mark === "$$" ? at + 1 : after;
    if (open.kind === "$" && mark === "$$") DELIMITER.lastIndex = stop;
    const inside = trimBlank(text, open.inside, at);
    if (inside.start < inside.end) formulas.push({ ...inside, outerStart: open.outer, outerEnd: stop, display: open.kind === "$$" || open.kind === "\\[" || open.kind === "env" });
    open = undefined;
  }
  return formulas;
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

function crossesBlankLine(text: string, from: number, to: number, kind: string): boolean {
  if (kind === "$$" || kind === "\\[") return false;
  const newline = text.indexOf("\n", from);
  if (newline < 0 || newline >= to) return false;
  for (let i = newline; i >= 0 && i < to; i = text.indexOf("\n", i + 1)) {
    let j = i + 1;
    while (j < to && text.charCodeAt(j) !== 10 && isBlank(text.charCodeAt(j))) j++;
    if (j < to && text.charCodeAt(j) === 10) return true;
    if (i - from > 4000) return true;
  }
  return false;
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
  while (first > lastDisplay + 1 && joins(text.slice(formulas[first - 1]!.outerEnd, Math.min(formulas[first]!.outerStart, formulas[first - 1]!.outerEnd + 80)), formulas[first]!.outerStart - formulas[first - 1]!.outerEnd)) first--;
  return formulas.slice(first).map((f) => hitOf(f, 0));
}

function hitOf(formula: Formula, group: number): Hit {
  return { start: formula.start, end: formula.end, rule: formula.display ? "display-formula" : "inline-formula", math: true, group, percent: false };
}

function goesOn(text: string, at: number): boolean {
  return /^[\s.,;:]*\p{Ll}/u.test(text.slice(at, at + 20)) && !/^[\s]*\.\s/.test(text.slice(at, at + 6));
}
