/** Words as answers. */
import type { Node } from "../ast.ts";
import { NUMBER_WORDS } from "../parse/tables.ts";

/** Case, articles, punctuation and white space do not make another answer. */
export function textKey(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\\(?:text|mathrm|textbf|mathbf|textit|mbox|operatorname)\s*/g, " ")
    .replace(/\\[,;:! ]|~/g, " ")
    .replace(/[{}$\\"“”‘’'`.,;:!?()[\]*]/g, " ")
    .replace(/\b(?:the|a|an)\b/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** Number words alone are the number. */
export function numberWord(text: string): bigint | null {
  const value = NUMBER_WORDS.get(textKey(text));
  return value === undefined ? null : BigInt(value);
}

const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ["dne", "does not exist"], ["doesn t exist", "does not exist"], ["doesnt exist", "does not exist"], ["undefined", "undefined"], ["not defined", "undefined"],
  ["no solutions", "no solution"], ["none", "none"], ["no real solutions", "no real solution"], ["no such number exists", "does not exist"],
  ["true", "true"], ["correct", "true"], ["false", "false"],
  ["infinitely many", "infinitely many"], ["infinitely many solutions", "infinitely many"], ["all real numbers", "R"], ["all reals", "R"], ["real numbers", "R"],
]);

/** The comparison form of a text answer. */
export function textForm(text: string): string {
  const key = textKey(text);
  return SYNONYMS.get(key) ?? key;
}

/** A letter that names an option: a lone letter A–Z (capital, or small in brackets), bold or in brackets. */
export function choiceLetter(node: Node, raw: string): string | null {
  if (node.kind === "symbol" && /^[A-Z]$/.test(node.name)) return node.name;
  const match = /^\s*(?:\\(?:text|textbf|mathbf|mathrm|mbox|bf|rm)\s*)?\{?\s*(?:\*\*)?\s*(?:(?:option|choice|answer)\s+)?\(?\s*([A-Z])\s*[).]?\s*(?:\*\*)?\s*\}?\s*\.?\s*$/i.exec(raw);
  return match === null || (match[1] !== match[1]!.toUpperCase() && !/[()]/.test(raw)) ? null : match[1]!.toUpperCase();
}

/** "(B) 12", "B. twelve", "\text{(B) } 12": the letter and what stands behind it. */
export function choiceWithText(raw: string): { readonly letter: string; readonly rest: string } | null {
  const match = /^\s*(?:\\(?:text|textbf|mathbf|mathrm|mbox)\s*\{\s*)?(?:\*\*)?\s*(?:(?:option|choice)\s+)?(?:\(\s*([A-Z])\s*\)|([A-Z])\s*[.):])\s*\}?(?:\*\*)?\s*(?:\\[ ,;:~]|~|\s)*(\S[\s\S]*)$/.exec(raw);
  // "A. B" offers two letters.
  if (match !== null && /^\(?[A-Z][).]?\s*\}?$/.test(match[3]!.trim())) return null;
  return match === null ? null : { letter: match[1] ?? match[2]!, rest: match[3]!.trim() };
}
