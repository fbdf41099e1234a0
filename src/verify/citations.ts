import { z } from "zod";
import { show } from "../core/errors.ts";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { correct, incorrect, invalid, undecided, type Found, type Verdict } from "../core/verdict.ts";
import { visibleRange, type NoAnswerCode } from "./math/extract.ts";

export interface CitationsOptions {
  /** Fewest different sources cited. */
  readonly minSources: number;
  /** Share of the sentences that must cite something; a sentence is what ends with a full stop, a question or an exclamation mark, or a line. */
  readonly coverage: number;
  /** Quotations right before a citation must stand in the source it names, to the letter but for white space. */
  readonly quotes: "ignore" | "match";
  /** `none`: one fault is wrong. `share`: the score is the share of citations (and quotations) that are right. */
  readonly partial: "none" | "share";
}

/** Every reason `citations` gives. */
export type CitationsCode = "well-cited" | "no-citation" | "unknown-source" | "too-few-sources" | "uncited-sentence" | "misquoted" | "too-many" | "bad-reference" | NoAnswerCode;

/** The sources that may be cited: how many there are (1 to n), their names, or their texts by name. */
export type CitationSources = number | readonly string[] | Readonly<Record<string, string>>;

/** More citations are refused. */
const MOST_CITATIONS = 2_000;

/**
 * The citations of a response name sources that exist, and what is quoted stands in them.
 *
 *     [1]   [2, 3]   [4-6]   [^note]   [smith2020]        "…quoted text" [1]
 *
 * A bracket counts as a citation where all in it are numbers, ranges, notes or names of sources; another bracket is text, and so is a link
 * `[text](url)`. With `quotes`, quotation marks closed right before a citation hold what its source must contain.
 * Limits: this says that a source exists and holds the quotation, not that it supports the sentence; 2,000 citations; ranges of at most 100.
 *
 * @param reference how many sources there are, their names, or their texts by name
 * @example citations("Water boils at 100 °C [1], or less [2].", 2).score // => 1
 * @example citations('He said "no" [a].', { a: "Then he said: no." }, { quotes: "match" }).score // => 1
 */
export const citations: Verifier<CitationSources, CitationsOptions, Verdict<CitationsCode>> = /* @__PURE__ */ defineVerifier<CitationSources, CitationsOptions, Verdict<CitationsCode>>({
  id: "verify/citations",
  aliases: ["source-citations"],
  options: z.strictObject({
    minSources: z.int().min(0).default(1),
    coverage: z.number().min(0).max(1).default(0),
    quotes: z.enum(["ignore", "match"]).default("ignore"),
    partial: z.enum(["none", "share"]).default("none"),
  }),
  prepare(reference: CitationSources, { minSources, coverage, quotes, partial }: CitationsOptions) {
    const sources = readSources(reference);
    const texts = new Map(Array.from(sources ?? [], ([name, text]) => [name, squeezed(text ?? "")]));
    return (response, context) => {
      if (sources === null) return undecided("bad-reference", "the sources must be a count, names, or texts by name");
      if (quotes === "match" && Array.from(sources.values()).includes(null)) return undecided("bad-reference", "checking quotations needs the texts of the sources");
      const range = visibleRange(response, context?.prompt);
      if ("status" in range) return invalid(range.code, range.text);
      const text = response.slice(range.start, range.end);
      const cited = citationsIn(text, sources);
      if (cited === null) return invalid("too-many", `more than ${MOST_CITATIONS} citations`);
      let right = 0;
      let fault: readonly [CitationsCode, string, Found] | null = null;
      for (const { names, start, end } of cited) {
        const found = { extracted: text.slice(start, end), span: { start: range.start + start, end: range.start + end } };
        const strange = names.find((name) => !sources.has(name));
        const quote = quotes === "match" && strange === undefined ? quoteBefore(text, start) : null;
        if (strange !== undefined) fault ??= ["unknown-source", `there is no source ${show(strange)}`, found];
        else if (quote !== null && !names.some((name) => texts.get(name)!.includes(squeezed(quote)))) fault ??= ["misquoted", `${show(quote)} is not in ${names.map(show).join(", ")}`, found];
        else right++;
      }
      const score = partial === "share" && cited.length > 0 ? right / cited.length : 0;
      if (cited.length === 0 && minSources > 0) return incorrect("no-citation", "nothing is cited");
      if (fault !== null) return incorrect(fault[0], fault[1], fault[2], score);
      const different = new Set(cited.flatMap(({ names }) => names)).size;
      if (different < minSources) return incorrect("too-few-sources", `${different} sources are cited, at least ${minSources} are due`);
      if (coverage > 0) {
        const { total, covered } = sentences(text, cited.map(({ start }) => start));
        if (covered < coverage * total) return incorrect("uncited-sentence", `${covered} of ${total} sentences cite a source`);
      }
      return correct("well-cited", `${cited.length} citations of ${different} sources`);
    };
  },
});

/** Texts by name; null texts where only names are known. */
function readSources(reference: unknown): Map<string, string | null> | null {
  if (typeof reference === "number") return Number.isInteger(reference) && reference > 0 && reference <= 10_000 ? new Map(Array.from({ length: reference }, (_, i) => [String(i + 1), null])) : null;
  if (Array.isArray(reference)) return reference.length > 0 && reference.every((name) => typeof name === "string" && name !== "") ? new Map((reference as readonly string[]).map((name) => [name, null])) : null;
  if (typeof reference !== "object" || reference === null) return null;
  const entries = Object.entries(reference as object);
  return entries.length > 0 && entries.every(([, text]) => typeof text === "string") ? new Map(entries as [string, string][]) : null;
}

interface Citation {
  readonly names: readonly string[];
  readonly start: number;
  readonly end: number;
}

function citationsIn(text: string, sources: ReadonlyMap<string, unknown>): Citation[] | null {
  const out: Citation[] = [];
  for (const match of text.matchAll(/\[([^[\]\n]{1,200})\](?!\()/g)) {
    const names = namesIn(match[1]!, sources);
    if (names === null) continue;
    out.push({ names, start: match.index, end: match.index + match[0].length });
    if (out.length > MOST_CITATIONS) return null;
  }
  return out;
}

/** What a bracket names; null where it is no citation. */
function namesIn(inner: string, sources: ReadonlyMap<string, unknown>): string[] | null {
  const names: string[] = [];
  for (const part of inner.split(/[,;]/).map((each) => each.trim())) {
    const span = /^(\d{1,6})\s*[-–]\s*(\d{1,6})$/.exec(part);
    const note = part.startsWith("^") || part.startsWith("@") ? part.slice(1) : part;
    if (sources.has(note)) names.push(note);
    else if (span !== null && Number(span[1]) <= Number(span[2]) && Number(span[2]) - Number(span[1]) < 100) for (let n = Number(span[1]); n <= Number(span[2]); n++) names.push(String(n));
    else if (/^\d{1,6}$/.test(part) || (part !== note && note !== "")) names.push(note);
    else return null;
  }
  return names;
}

const QUOTES: Readonly<Record<string, string>> = { '"': '"', "”": "“", "»": "«" };

/** The quotation that ends right before `at`, blanks and one comma or full stop aside. */
function quoteBefore(text: string, at: number): string | null {
  let end = at - 1;
  while (end >= 0 && /[\s.,]/.test(text[end]!) && at - end < 8) end--;
  const open = end < 0 ? undefined : QUOTES[text[end]!];
  if (open === undefined) return null;
  // Longer quotations are none.
  const before = text.slice(Math.max(0, end - 5_000), end);
  const start = before.lastIndexOf(open);
  return start < 0 ? null : before.slice(start + 1);
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** Sentences of the text, and how many of them hold a citation; one right after its full stop is the sentence's before it. */
function sentences(text: string, at: readonly number[]): { total: number; covered: number } {
  let total = 0;
  let covered = 0;
  let from = 0;
  let next = 0;
  for (const { index, 0: mark } of text.matchAll(/[.!?](?=\s|$|\[)(?:[ \t]?\[[^[\]\n]{1,200}\])*|\n|$/g)) {
    const end = index + mark.length;
    if (/[\p{L}\p{N}]/u.test(text.slice(from, index).replace(/\[[^[\]\n]{1,200}\]/g, ""))) {
      total++;
      while (next < at.length && at[next]! < from) next++;
      if (next < at.length && at[next]! < end) covered++;
    }
    from = end;
  }
  return { total, covered };
}
