/** Words as answers. */
import type { Node } from "../ast.ts";
import { NUMBER_WORDS } from "../parse/tables.ts";

/** Case, articles, punctuation and white space do not make another answer. */
export function textKey(text: string): string {
  const bare = text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\\(?:text|mathrm|textbf|mathbf|textit|mbox|operatorname)\s*/g, " ")
    .replace(/\\[,;:! ]|~/g, " ")
    .replace(/[{}$\\"“”‘’'`.,;:!?()[\]*]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  // An article alone is a letter or a word, and no article.
  const key = bare.replace(/\b(?:the|a|an) (?=\S)/g, "").trim();
  return key === "" ? bare : key;
}

/** Number words alone are the number. */
export function numberWord(text: string): bigint | null {
  const value = NUMBER_WORDS.get(textKey(text));
  return value === undefined ? null : BigInt(value);
}

const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ["dne", "does not exist"], ["doesn t exist", "does not exist"], ["doesnt exist", "does not exist"], ["undefined", "undefined"], ["not defined", "undefined"],
  ["no solutions", "no solution"], ["there is no solution", "no solution"], ["there are no solutions", "no solution"], ["there is no real solution", "no real solution"], ["there are no real solutions", "no real solution"], ["none", "none"], ["no real solutions", "no real solution"], ["no such number exists", "does not exist"],
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
export function choiceWithText(raw: string, isReference = false): { readonly letter: string; readonly rest: string } | null {
  const match = /^\s*(?:\\(?:text|textbf|mathbf|mathrm|mbox)\s*\{\s*)?(?:\*\*)?\s*(?:(?:option|choice)\s+)?(?:\(\s*([A-Z])\s*\)|([A-Z])\s*[.):])\s*\}?(?:\*\*)?\s*(?:\\[ ,;:~]|~|\s)*(\S[\s\S]*)$/.exec(raw);
  if (match === null) return null;
  const rest = match[3]!.trim();
  // "A. B", "(A) and (C)", "B. wrong, it is C": more letters than one, or a letter taken back; and "(B)}" has no text.
  if (!/[\p{L}\p{N}]/u.test(rest) || /^(?:[,;&/]|(?:\\text\s*\{\s*)?(?:and|or|nor|but)\b)/i.test(rest) || /(?<![A-Za-z\\])[A-J](?![A-Za-z])/.test(rest) || (!isReference && /\b(?:wrong|incorrect|not|false|no)\b/i.test(rest))) return null;
  return { letter: match[1] ?? match[2]!, rest };
}
