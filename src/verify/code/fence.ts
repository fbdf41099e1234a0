/** Code of a response: fenced blocks, by policy, with where they stand. Linear in the response. */
import type { Language } from "../../core/capabilities.ts";
import { answerRegion } from "../math/extract/region.ts";
import type { NoAnswer, Range } from "../math/extract/types.ts";

/** A fenced block. */
export interface Fence {
  readonly tag: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly closed: boolean;
}

/** Fences of the text from `from` on: three or more backticks or tildes at the beginning of a line, closed by as many or more. */
export function fencesOf(text: string, from = 0): Fence[] {
  const fences: Fence[] = [];
  let open: { readonly mark: string; readonly size: number; readonly tag: string; readonly start: number } | null = null;
  for (let at = from; at <= text.length; ) {
    const end = text.indexOf("\n", at);
    const stop = end < 0 ? text.length : end;
    let k = at;
    while (k < stop && k < at + 3 && text[k] === " ") k++;
    const mark = text[k];
    let size = 0;
    if (mark === "`" || mark === "~") while (k + size < stop && text[k + size] === mark) size++;
    if (size >= 3) {
      const rest = text.slice(k + size, stop).trim();
      if (open === null) {
        if (!rest.includes("`")) open = { mark: mark!, size, tag: rest.split(/[\s{,]/, 1)[0]!.toLowerCase(), start: stop + 1 };
      } else if (mark === open.mark && size >= open.size && rest === "") {
        fences.push({ tag: open.tag, text: text.slice(open.start, at), start: Math.min(open.start, at), end: at, closed: true });
        open = null;
      }
    }
    if (end < 0) break;
    at = end + 1;
  }
  if (open !== null && open.start < text.length) fences.push({ tag: open.tag, text: text.slice(open.start), start: open.start, end: text.length, closed: false });
  return fences;
}

/** Names of languages as fences and data sets write them. */
const TAGS: Readonly<Record<string, Language>> = {
  python: "python", py: "python", python3: "python", py3: "python", pypy: "python", pypy3: "python",
  javascript: "javascript", js: "javascript", node: "javascript", nodejs: "javascript", mjs: "javascript",
  typescript: "typescript", ts: "typescript",
  c: "c",
  cpp: "cpp", "c++": "cpp", cc: "cpp", cxx: "cpp", cplusplus: "cpp",
  bash: "bash", sh: "bash", shell: "bash", zsh: "bash",
  sql: "sql", sqlite: "sql", sqlite3: "sql",
  java: "java", go: "go", golang: "go", rust: "rust", rs: "rust",
};

/** The language of a tag; null where it is none of ours. */
export function languageOf(tag: string): Language | null {
  const name = tag.toLowerCase();
  return Object.hasOwn(TAGS, name) ? TAGS[name]! : null;
}

export const CODE_POLICIES = ["last-fence", "first-fence", "only-fence", "longest-fence", "whole"] as const;

export type ExtractPolicy = (typeof CODE_POLICIES)[number];

/** What the program of a response is known by, where several blocks stand in it: an example of its use has neither. */
export interface Sought {
  /** Names that its tests call. */
  readonly names: ReadonlySet<string>;
  /** It is given standard input. */
  readonly reads: boolean;
}

const ANYTHING: Sought = { names: new Set(), reads: false };

export type Extraction =
  | { readonly code: string; readonly language: Language; readonly start: number; readonly end: number; readonly rule: string }
  | { readonly fault: "no-code" | "several-programs" | "unclosed-fence" | "unclosed-think" | "wrong-language"; readonly text: string };

const END_OF_THOUGHT = /<\/(?:think|thinking|thought|reasoning|reason|seed:think|analysis)>|<\|end_of_th|◁\/think▷|\[\/THINK\]/;

/** Where code may stand: after the reasoning, before the next turn. Marks inside a program are its text. */
function regionOf(response: string, from: number, prompt: string | undefined): Range | NoAnswer {
  const parts = [response.slice(0, from)];
  let at = from;
  for (const { start, end, text, closed } of fencesOf(response, from)) {
    if (!closed || END_OF_THOUGHT.test(text)) continue;
    parts.push(response.slice(at, start), "x".repeat(end - start));
    at = end;
  }
  return answerRegion([...parts, response.slice(at)].join(""), prompt);
}

/** MBPP's own marks; a prompt that ends with the first leaves only the second to the response. Read where no fence stands. */
function markedBlock(response: string, { start, end }: Range): Fence | null {
  const text = response.slice(start, end);
  const open = /^[ \t]*\[BEGIN\][ \t]*$\n?/m.exec(text);
  const from = open === null ? 0 : open.index + open[0].length;
  const close = /^[ \t]*\[DONE\]/m.exec(text.slice(from));
  if (open === null && close === null) return null;
  const to = close === null ? text.length : from + close.index;
  return { tag: "", text: text.slice(from, to), start: start + from, end: start + to, closed: close !== null };
}

/** Names that a program defines, in Python's and JavaScript's ways. */
function* definedIn(code: string): Generator<string, void, void> {
  for (const match of code.matchAll(/\b(?:def|class|function|const|let|var)\s{1,8}([A-Za-z_$][\w$]*)|^([A-Za-z_$][\w$]*)\s{0,8}=(?!=)/gm)) yield match[1] ?? match[2]!;
}

const READS = /\binput\s{0,4}\(|stdin|\bopen\(0|\bcin\b|scanf|getchar|getline|readline|readLine|Scanner|BufferedReader|\bbufio\b|\bread\b/;

/** The blocks that can be the program: those that define what the tests call, or read what they are given; all where none does. */
function fittingBlocks(blocks: readonly Fence[], { names, reads }: Sought): readonly Fence[] {
  if (blocks.length < 2) return blocks;
  const programs = blocks.filter(({ text }) => (names.size > 0 ? definedIn(text).some((name) => names.has(name)) : reads && READS.test(text)));
  return programs.length > 0 ? programs : blocks;
}

/** Takes the program out of a response: what comes after the reasoning, and before another turn. */
export function extractCode(response: string, policy: ExtractPolicy, wanted: Language, prompt?: string, sought: Sought = ANYTHING): Extraction {
  const thought = response.lastIndexOf("</think>");
  const from = thought < 0 ? 0 : thought + "</think>".length;
  const region = regionOf(response, from, prompt);
  if ("status" in region) return { fault: "unclosed-think", text: region.text };
  if (policy === "whole") {
    const code = response.slice(from);
    return code.trim() === "" ? { fault: "no-code", text: "the response is empty" } : { code, language: wanted, start: from, end: response.length, rule: "whole" };
  }
  const fences = fencesOf(response.slice(0, region.end), region.start);
  const marked = fences.length === 0 ? markedBlock(response, region) : null;
  const all = marked === null ? fences : [marked];
  const closed = all.filter((fence) => fence.closed);
  if (all.length === 0) return { fault: "no-code", text: "no fenced block stands in the response" };
  // An untagged fence is taken for the language that is asked for; text and output blocks are no programs.
  const fitting = closed.filter(({ tag, text }) => text.trim() !== "" && (tag === "" || languageOf(tag) === wanted));
  if (fitting.length === 0) {
    if (closed.length === 0) return { fault: "unclosed-fence", text: "the fenced block is never closed" };
    return { fault: "wrong-language", text: `no fenced block is ${wanted}, got ${[...new Set(closed.map(({ tag }) => tag || "an empty block"))].slice(0, 5).join(", ")}` };
  }
  const tagged = fitting.filter(({ tag }) => tag !== "");
  const candidates = fittingBlocks(tagged.length > 0 ? tagged : fitting, sought);
  if (policy === "only-fence" && new Set(candidates.map(({ text }) => text.trim())).size > 1) return { fault: "several-programs", text: `${candidates.length} different programs stand in the response` };
  const taken = policy === "first-fence" ? candidates[0]! : policy === "longest-fence" ? candidates.reduce((a, b) => (b.text.length >= a.text.length ? b : a)) : candidates.at(-1)!;
  return { code: taken.text, language: wanted, start: taken.start, end: taken.end, rule: marked === null ? policy : "[BEGIN] … [DONE]" };
}
