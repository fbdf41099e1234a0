import { z } from "zod";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { correct, incorrect, invalid, undecided, type Found, type Verdict } from "../core/verdict.ts";
import { readAnswers } from "./answers.ts";
import { ANSWER_POLICIES, visibleRange, type AnswerPolicy, type NoAnswerCode } from "./math/extract.ts";
import { normalizeText } from "./normalized-text.ts";

export interface ChoiceOptions {
  /** How the answer is found in the response. */
  readonly extract: AnswerPolicy;
  /** The option texts in order, A first; empty: read from the prompt where it lists them. */
  readonly choices: readonly string[];
  /** Several letters may be right together; all and only those of the reference must be named. */
  readonly multiple: boolean;
}

/** Every reason `choice` gives. */
export type ChoiceCode = "right-choice" | "wrong-choice" | "contradiction" | "no-choice" | "bad-reference" | NoAnswerCode;

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/**
 * Multiple choice: the letter, or the text of its option.
 *
 *     score = 1 if the letters named are the reference's, else 0
 *
 * Reads `B`, `(B)`, `B.`, `\text{B}`, `option B`, `B) 42`, `**B**`, and the option's own text where the options are known. A letter
 * with another option's text, or several letters where one is asked for, is a contradiction, and invalid.
 *
 * @param reference a letter, several (`"AC"`, `"A, C"`, `["A", "C"]`) with `multiple`, or the text of an option
 * @example choice("I think the answer is (B).", "B").status // => "correct"
 */
export const choice: Verifier<string | readonly string[], ChoiceOptions, Verdict<ChoiceCode>> = /* @__PURE__ */ defineVerifier<string | readonly string[], ChoiceOptions, Verdict<ChoiceCode>>({
  id: "verify/choice",
  aliases: ["multiple-choice", "mcq"],
  options: z.strictObject({
    extract: z.enum(ANSWER_POLICIES).default("auto"),
    choices: z.array(z.string()).max(26).default([]),
    multiple: z.boolean().default(false),
  }),
  prepare(reference: string | readonly string[], { extract, choices: given, multiple }: ChoiceOptions) {
    return (response, context) => {
      const choices = given.length > 0 ? given : promptChoices(context?.prompt ?? "");
      const right = typeof reference === "string" || Array.isArray(reference) ? referenceLetters(reference, choices, multiple) : null;
      if (right === null) return undecided("bad-reference", "the reference names no choice");
      const early = leadingChoice(response, context?.prompt);
      const answers = readAnswers(response, extract, context);
      const read: { letters: string | "contradiction" | null; found: Found }[] =
        "status" in answers ? [] : answers.map(({ text, found }) => ({ letters: lettersOf(text, choices, multiple), found }));
      if (!read.some(({ letters }) => letters !== null) && early !== null && extract === "auto") read.splice(0, read.length, early);
      const last = read.at(-1);
      if (last === undefined) return "status" in answers ? answers : invalid("no-choice", "the answer names no choice");
      const named = read.filter(({ letters }) => letters !== null);
      if (named.length === 0) return invalid("no-choice", "the answer names no choice", last.found);
      const all = new Set(named.map(({ letters }) => letters!));
      const letters = multiple && !all.has("contradiction") ? sorted([...all].join("")) : named.at(-1)!.letters!;
      if (all.has("contradiction") || (all.size > 1 && !multiple)) return invalid("contradiction", "the answer names several choices, or a letter with another choice's text", named.at(-1)!.found);
      return letters === right ? correct("right-choice", `the answer is ${letters}`, named.at(-1)!.found) : incorrect("wrong-choice", `the answer is ${letters}, not ${right}`, named.at(-1)!.found);
    };
  },
});

function sorted(letters: string): string {
  return [...new Set(letters)].sort().join("");
}

function referenceLetters(reference: string | readonly string[], choices: readonly string[], multiple: boolean): string | null {
  const parts = typeof reference === "string" ? [reference] : reference;
  if (parts.length === 0 || (parts.length > 1 && !multiple)) return null;
  let letters = "";
  for (const part of parts) {
    const read = typeof part === "string" ? lettersOf(part, choices, multiple) : null;
    if (read === null || read === "contradiction") return null;
    letters += read;
  }
  return sorted(letters);
}

/** Options a prompt lists: `A. …`, `(A) …`, `A) …`, one a line or in one line, in order from A. */
export function promptChoices(prompt: string): string[] {
  const choices: string[] = [];
  const mark = /(?:^|[\s,;(])\(?([A-Z])[).:、]\s*(?=\S)/g;
  let open: { letter: string; from: number } | undefined;
  for (const match of prompt.matchAll(mark)) {
    const letter = match[1]!;
    if (letter === "A" && open?.letter !== "A") {
      // A later list replaces an earlier one: few-shot prompts come first.
      choices.length = 0;
      open = { letter, from: match.index + match[0].length };
    } else if (open !== undefined && letter === LETTERS[LETTERS.indexOf(open.letter) + 1]) {
      choices.push(tidy(prompt.slice(open.from, match.index)));
      open = { letter, from: match.index + match[0].length };
    }
  }
  if (open !== undefined && open.letter !== "A") choices.push(tidy(prompt.slice(open.from).split("\n", 1)[0]!));
  return choices.length > 1 ? choices : [];
}

function tidy(text: string): string {
  return text.trim().replace(/[,;]$/, "");
}

/** The letters a short text names, sorted; null where it names none. */
function lettersOf(text: string, choices: readonly string[], multiple: boolean): string | "contradiction" | null {
  if (text.length > 2_000) return null;
  const plain = text
    .replace(/\p{Cf}/gu, "")
    .replace(/\\(?:text|mathrm|textbf|mathbf|textit|mbox|boxed|operatorname|textnormal)\s*\{([^{}]*)\}/g, "$1")
    .replace(/\\(?:[()[\],;! ]|left|right|q?quad)/g, (mark) => (mark === "\\(" || mark === "\\)" || mark === "\\[" || mark === "\\]" ? "" : " "))
    .replace(/[*_`$]/g, "")
    .replace(/^\s*(?:the\s+)?(?:correct\s+)?(?:options?|choices?|answers?|letters?|选项?|선택지)\s*(?:is|are|:|：)?\s*/i, "")
    .replace(/^[\s{]+|[\s}.。!,;]+$/g, "");
  if (plain === "") return null;
  const limit = choices.length > 0 ? choices.length : 26;
  const known = (letter: string): boolean => LETTERS.indexOf(letter) < limit;
  const byText = choiceByText(plain, choices);
  if (/^[A-Za-z]$/.test(plain)) return known(plain.toUpperCase()) ? plain.toUpperCase() : (byText ?? plain.toUpperCase());
  if (byText !== null) return byText;
  // Several letters: "A and C", "A, C", "(A), (C)", "ACD" where several may be right.
  const list = plain.match(/^\(?[A-Z]\)?(?:\s*(?:,|;|\/|&|、|and|or|with|和|,\s*(?:and|or))\s*\(?[A-Z]\)?)+$/);
  const run = multiple && /^[A-Z]{2,}$/.test(plain) && new Set(plain).size === plain.length && [...plain].every(known);
  if (list !== null || run) {
    const letters = sorted(plain.replace(/and|or|with|[^A-Z]/g, ""));
    return letters.length === 1 || multiple ? letters : "contradiction";
  }
  const marked = /^\(?([A-Za-z])(?:\)|[.:：、]|\s[-–—]|\)\s*[-–—:])\s*(.*)$/s.exec(plain) ?? /^\(([A-Za-z])\)()$/.exec(plain) ?? /^([A-Z])\s+(.+)$/s.exec(plain);
  if (marked === null) return null;
  const letter = marked[1]!.toUpperCase();
  const rest = marked[2]!.trim();
  if (rest === "") return letter;
  const other = choiceByText(rest, choices);
  if (other !== null) return other === letter ? letter : "contradiction";
  // Another marked letter in what follows: "B. or C."
  if (!multiple && /^(?:or|and|\/|,)\s*\(?[A-Z](?:[).]|$)/.test(rest)) return "contradiction";
  return /^[A-Z]\s/.test(plain) && !/^\(?[A-Z][).:：、]|^[A-Z]\s[-–—]/.test(plain) && choices.length > 0 ? null : letter;
}

function choiceByText(text: string, choices: readonly string[]): string | null {
  const form = choiceForm(text);
  if (form === "") return null;
  let letter: string | null = null;
  for (const [i, option] of choices.entries()) {
    if (choiceForm(option) !== form) continue;
    // Two options with the same text name nothing.
    if (letter !== null) return null;
    letter = LETTERS[i]!;
  }
  return letter;
}

function choiceForm(text: string): string {
  return normalizeText(text.replace(/[$\\{}*]/g, " "));
}

/** A response that starts with its letter, `B. Because …`, and lists no others. */
function leadingChoice(response: string, prompt: string | undefined): { letters: string; found: Found } | null {
  const range = visibleRange(response, prompt);
  if ("status" in range) return null;
  const head = response.slice(range.start, Math.min(range.end, range.start + 4_000));
  const match = /^\s*\**\(?([A-Z])(?:\)|[.:])\**(?:\s|$)/.exec(head);
  if (match === null || /\n\s*\**\(?[A-Z](?:\)|[.:])\**\s/.test(head)) return null;
  const at = range.start + match[0].indexOf(match[1]!);
  return { letters: match[1]!, found: { extracted: match[1]!, span: { start: at, end: at + 1 }, rule: "leading-letter" } };
}
