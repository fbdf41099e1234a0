/** Answers without boxes and phrases: a response that is only an answer, `#### x`, bold text. */
import { lastMatches, lineEnd, lineStart, trimBlank, trimPunctuation } from "./characters.ts";
import { findFormulas } from "./formulas.ts";
import type { Hit, Range } from "./types.ts";

const LONGEST_PLAIN = 400;

/** Words that make a text a sentence and not an answer. */
const SENTENCE =
  /(?<![\p{L}\\])(?:is|are|was|were|be|been|has|have|had|we|i(?=[ ’']+[a-z]{2,})|you|he|she|they|the|this|that|these|those|so|thus|therefore|hence|because|since|then|which|what|let|if|when|where|find|found|get|gives?|given|using|use|can|cannot|could|should|would|will|must|do|does|did|not|step|note|first(?=[,:])|second(?=[,:])|finally|also|answer|(?<!no )solution|problem|question|est|sont|ist|sind|son|das|dass|это|является|c'est|donc|also)(?![\p{L}])/iu;

/** True where a short text can be an answer by itself: mostly symbols, or a few words that are no sentence. */
export function looksLikeAnswer(text: string): boolean {
  if (text.length === 0 || text.length > LONGEST_PLAIN) return false;
  const outside = text
    .replace(/\$[^$]*\$|\\\([^]*?\\\)|\\\[[^]*?\\\]/g, " ")
    .replace(/\\(?:text|mathrm|textbf|mbox|textnormal|operatorname)\s*\{([^{}]*)\}/g, " $1 ")
    .replace(/\\[a-zA-Z]+/g, " ")
    .replace(/(?<![a-z])(?:arc)?(?:sqrt|cbrt|sin|cos|tan|cot|sec|csc|log|ln|exp|abs|floor|ceil|binomial|gcd|lcm|pi)(?![a-z])/g, " ");
  // The words of a piecewise definition are part of it.
  if (/\\begin\s*\{d?cases\}[^]*\\end\s*\{d?cases\}\s*\$?$/.test(text)) return true;
  if (SENTENCE.test(outside)) return false;
  const words = outside.match(/[\p{L}\p{M}]{2,}/gu) ?? [];
  const wide = outside.match(/[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/gu) ?? [];
  return words.length <= 6 && wide.length <= 12 && /[\p{L}\p{N}∞∅π]|\\[a-zA-Z]/u.test(text);
}

/** True where the text has a digit or a formula: an answer that is a value and not a word. */
export function hasValue(text: string): boolean {
  return /\p{N}|[$\\=∞π√∅]/u.test(text);
}

/** The whole region, where it is only an answer: `42`, `\frac12`, `x = 3`, `$5$ km`, `B`, `New York`. */
export function bareAnswer(text: string, range: Range): Hit[] {
  const inner = stripMarks(text, trimBlank(text, range.start, range.end));
  const length = inner.end - inner.start;
  if (length === 0 || length > LONGEST_PLAIN) return [];
  const body = text.slice(inner.start, inner.end);
  if (body.includes("\n\n") || body.includes("```") || !looksLikeAnswer(body)) return [];
  return [withoutDelimiters(text, inner, "bare")];
}

/** The last line, where it is only an answer with a value in it: the rest was the way there. */
export function lastLineAnswer(text: string, range: Range): Hit[] {
  const { start, end } = trimBlank(text, range.start, range.end);
  const inner = stripMarks(text, trimBlank(text, lineStart(text, end, Math.max(start, end - LONGEST_PLAIN)), end));
  const body = text.slice(inner.start, inner.end);
  return body.length > 0 && body.length <= LONGEST_PLAIN / 4 && hasValue(body) && looksLikeAnswer(body) && !/^(?:[-*+•]|\d+[.)])\s/.test(body) ? [withoutDelimiters(text, inner, "last-line")] : [];
}

/** Takes off code fences, bold and heading marks around a whole text, and the sentence's last punctuation. */
export function stripMarks(text: string, { start, end }: Range): Range {
  const fence = /^```[a-z]{0,10}[ \t]*\r?\n/i.exec(text.slice(start, Math.min(end, start + 16)));
  if (fence !== null && text.startsWith("```", end - 3)) ({ start, end } = trimBlank(text, start + fence[0].length, end - 3));
  const heading = /^#{1,6} |^> /.exec(text.slice(start, Math.min(end, start + 8)));
  if (heading !== null) start += heading[0].length;
  return trimPunctuation(text, start, end);
}

/** A hit for a range; where it is one whole formula, the inside of its delimiters. */
export function withoutDelimiters(text: string, range: Range, rule: Hit["rule"]): Hit {
  const first = text[range.start];
  if (first === "$" || first === "\\") {
    const formulas = findFormulas(text, range);
    const only = formulas[0];
    if (formulas.length === 1 && only !== undefined && only.outerStart === range.start && only.outerEnd === range.end) return { start: only.start, end: only.end, rule, math: true, group: 0, percent: false };
  }
  return { ...range, rule, math: false, group: 0, percent: false };
}

/** Only so many of the last `####` and bold marks of a text are looked at. */
const MOST_MARKS = 256;

/** `#### x` at the start of a line, where x can be an answer; `#### Step 2: …` is a heading. */
export function hashAnswers(text: string, { start, end }: Range): Hit[] {
  const hits: Hit[] = [];
  for (const { at } of lastMatches(/#{4,24}/g, text, start, end, MOST_MARKS)) {
    const indent = lineStart(text, at, Math.max(start, at - 8));
    if (text[at + 4] === "#" || trimBlank(text, indent, at).end > indent) continue;
    const range = trimPunctuation(text, at + 4, lineEnd(text, at, Math.min(end, at + 2 * LONGEST_PLAIN)));
    const body = text.slice(range.start, range.end);
    if (!looksLikeAnswer(body) || /^\d+[.)]\s*\p{L}/u.test(body)) continue;
    hits.push({ ...withoutDelimiters(text, range, "hash"), group: hits.length });
  }
  return hits;
}

/** The number behind the last `####`, with an optional currency sign, as the GSM8K graders read it. */
export function gsm8kAnswer(text: string, { start, end }: Range): Hit[] {
  for (let at = text.lastIndexOf("####", end - 1); at >= start; at = at === 0 ? -1 : text.lastIndexOf("####", at - 1)) {
    const match = /^####[ \t]*\\?\$?[ \t]*(-?[\d.,]+)/.exec(text.slice(at, Math.min(end, at + LONGEST_PLAIN)));
    if (match === null || !/\d/.test(match[1]!)) continue;
    const from = at + match[0].length - match[1]!.length;
    return [{ ...trimPunctuation(text, from, at + match[0].length), rule: "hash", math: false, group: 0, percent: false }];
  }
  return [];
}

/** Bold text in the last line that has any, where it can be an answer; `**Step 2:**` is a heading. */
export function boldAnswers(text: string, range: Range): Hit[] {
  const { start, end } = trimBlank(text, range.start, range.end);
  const close = text.lastIndexOf("**", end);
  if (close < start) return [];
  const from = lineStart(text, close, Math.max(start, close - 4 * LONGEST_PLAIN));
  const to = lineEnd(text, close, end);
  if (/\S[^]*\n\s*\n/.test(text.slice(to, Math.min(end, to + 600))) || end - to > 600) return [];
  const hits: Hit[] = [];
  let at = text.indexOf("**", from);
  for (let marks = 0; at >= 0 && at < to && marks < MOST_MARKS; marks++) {
    const stop = text.indexOf("**", at + 2);
    if (stop < 0 || stop >= to) break;
    if (text[stop - 1] !== ":" && text[stop + 2] !== ":") {
      const inside = trimPunctuation(text, at + 2, stop);
      const body = text.slice(inside.start, Math.min(inside.end, inside.start + LONGEST_PLAIN + 1));
      if (looksLikeAnswer(body)) hits.push({ ...withoutDelimiters(text, inside, "bold"), group: hits.length });
    }
    at = text.indexOf("**", stop + 2);
  }
  const values = hits.filter((hit) => hasValue(text.slice(hit.start, hit.end)));
  return values.length > 0 ? values : hits;
}
