/** An answer ready for comparison: its text, its tree and the other ways it can be read. */
import type { DateTimeNode, Node } from "./ast.ts";
import { parseDateTime } from "./dates.ts";
import { LIMITS, LimitError } from "./limits.ts";
import { parseAnswer, stripDelimiters } from "./parse/answer.ts";
import { print } from "./print.ts";

export interface Answer {
  /** As written. */
  readonly text: string;
  /** Comparison form of the text: spaces, sizes and spellings of one command do not matter. */
  readonly key: string;
  readonly node: Node;
  /** False where the grammar did not know the text: `node` is the text itself. */
  readonly parsed: boolean;
  readonly problem?: string;
  /** The reading as a date or time, where there is one: 10:30 is also a ratio. */
  readonly dateTime: DateTimeNode | null;
}

/** Reads one answer. @throws LimitError */
export function readAnswer(text: string, math: boolean, decimalComma: boolean, labels = true): Answer {
  if (text.length > LIMITS.answerCharacters) throw new LimitError("answerCharacters", `an answer may have ${LIMITS.answerCharacters} characters, this one has ${text.length}`);
  const parts = labels ? labelledParts(text) : null;
  if (parts !== null) return labelled(text, parts, math, decimalComma);
  const { node, parsed, problem } = parseAnswer(text, { math, decimalComma: decimalComma && !math && !/[$\\]/.test(text) });
  const dateTime = /\d/.test(text) && !/\d\s+:|:\s+\d|\\colon/.test(text) && text.length < 60 && /[:\-/,.]|[ap]\.?m|o'?clock|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec/i.test(text) ? parseDateTime(stripDelimiters(text).replace(/\\text\s*\{([^{}]*)\}/g, "$1").replace(/\\[ ,;:]/g, " ")) : null;
  return { text, key: textKeyOf(text), node: !parsed && dateTime !== null ? dateTime : node, parsed: parsed || dateTime !== null, ...(problem === undefined ? {} : { problem }), dateTime };
}

interface Part {
  readonly label: string;
  readonly text: string;
}

const LABELS: readonly (readonly string[])[] = [[..."abcdefghij"], "i ii iii iv v vi vii viii".split(" ")];
const LABEL = /(?:\\(?:text|textbf|mathrm|mathbf)\s*\{\s*)?(?:\\left\s*)?\(\s*([a-j]|i{1,3}|iv|vi{0,3})\s*(?:\\right\s*)?\)\s*(?:\}\s*)?/g;

/** (a) 3 (b) 5: the parts behind their labels, where the text starts with the first label and they come in order. */
function labelledParts(text: string): readonly Part[] | null {
  if (!/^\s*(?:\$|\\[([])?\s*(?:\\(?:text|textbf|mathrm|mathbf)\s*\{\s*)?(?:\\left\s*)?\(\s*[ai]\s*(?:\\right\s*)?\)/.test(text)) return null;
  const marks = [...text.matchAll(LABEL)].slice(0, 64);
  for (const labels of LABELS) {
    const chosen: RegExpExecArray[] = [];
    for (const mark of marks) if (mark[1] === labels[chosen.length]) chosen.push(mark as RegExpExecArray);
    if (chosen.length < 2) continue;
    const parts = chosen.map((mark, k) => ({ label: mark[1]!, text: text.slice(mark.index + mark[0].length, chosen[k + 1]?.index ?? text.length) }));
    if (parts.every((part) => /[^\s$,;.}]/.test(part.text))) return parts;
  }
  return null;
}

/** Parts as assignments to their labels: compared label by label, or in order against parts without labels. */
function labelled(text: string, parts: readonly Part[], math: boolean, decimalComma: boolean): Answer {
  const read = parts.map((part) => readAnswer(part.text.replace(/(?:[\s,;]|\\(?:quad|qquad|[,;]))+$/, ""), math, decimalComma, false));
  const items: Node[] = read.map((answer, k) => ({ kind: "relation", operands: [{ kind: "symbol", name: `(${parts[k]!.label})` }, answer.node], operators: ["="] }));
  return { text, key: textKeyOf(text), node: { kind: "list", items, joined: "comma" }, parsed: read.every((answer) => answer.parsed), dateTime: null };
}

/** Several boxes that stand together, as one list. */
export function joinAnswers(parts: readonly Answer[]): Answer {
  if (parts.length === 1) return parts[0]!;
  const node: Node = { kind: "list", items: parts.flatMap((p) => (p.node.kind === "list" ? p.node.items : [p.node])), joined: "comma" };
  return { text: parts.map((p) => p.text).join(", "), key: parts.map((p) => p.key).join(","), node, parsed: parts.every((p) => p.parsed), dateTime: null };
}

const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/\\(?:left|right|mleft|mright|displaystyle|bigl?|bigr|Bigl?|Bigr)(?![a-zA-Z])/g, ""],
  [/\\[dtc]frac(?![a-zA-Z])/g, "\\frac"],
  [/\\(?:[,;:!]|quad|qquad)(?![a-zA-Z])|\\ |~/g, " "],
  [/\\leq?(?:slant)?(?![a-zA-Z])/g, "≤"],
  [/\\geq?(?:slant)?(?![a-zA-Z])/g, "≥"],
  [/\\(?:cdot|times)(?![a-zA-Z])/g, "*"],
];

const PLAIN = /^-?[A-Za-z0-9]{1,24}$/;

/** The string stage's form: what can be respelled without changing what it says. */
export function textKeyOf(text: string): string {
  if (PLAIN.test(text) || text.length > LIMITS.answerCharacters) return text;
  let out = stripDelimiters(text);
  if (out.includes("\\")) for (const [from, to] of SPELLINGS) out = out.replace(from, to);
  return out.replace(/\s+/g, " ").replace(/(?<![A-Za-z0-9,]) | (?![A-Za-z0-9\\])/g, "").replace(/, (?!\d)/g, ",");
}

/** Whether a text with no delimiters around it is LaTeX: it has commands, scripts or braces. */
export function looksLikeLatex(text: string): boolean {
  return /\\[a-zA-Z]|[\^_{}]/.test(text);
}

export function normalForm(answer: Answer): string {
  return print(answer.node);
}
