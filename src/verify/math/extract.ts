/**
 * Extraction: which part of a response is its answer.
 *
 * The region: text after the last closing mark of reasoning and before the next turn of the conversation (`extract/region.ts`).
 * In it, under `auto`, the best rank that gives anything is the answer, with all of its candidates:
 *
 * | rank | rule | what it reads |
 * |---|---|---|
 * | 1 | `answer-tag` | `<answer>…</answer>`; a box or phrase inside is preferred. Without a closing tag: to the end |
 * | 2 | `box` | `\boxed{…}`, `\fbox{…}`, `\framebox{…}` with nested braces; `box-bare` is `\boxed 5`; `box-unclosed` ends with its formula or line. Boxes in a sentence that says "final answer" outrank the others where the last box is one of them |
 * | 3 | `hash` | `#### x` at the start of a line, where x is no heading |
 * | 4 | `final-phrase` | "final answer is", "Final Answer:", 最终答案, … |
 * | 5 | `answer-phrase` | "the answer is", "Answer:", 答案是, 答え, 정답, la respuesta es, la réponse est, … |
 * | 6 | `bare` | a response that is only an answer |
 * | 7 | `bold` | bold text in the last line that has any |
 * | 8 | `display-formula` | the last display formula |
 * | 9 | `inline-formula` | the last inline formula, with those joined to it |
 * | 10 | `last-line` | the last line, where it is only a value |
 *
 * Other policies: `last-box` the last box, closed; `only-box` boxes only, each closed; `last-hash` the number behind the last `####`;
 * `only-tag` closed answer tags only; `math-verify` as in `extract/math-verify.ts`.
 *
 * Never "any number" (but for `math-verify`, whose policy that is). Whether several candidates contradict each other is the comparison's to judge: equal values do not.
 */
import { findBoxes, scanBoxes, withoutRepeats } from "./extract/boxes.ts";
import { isBlank, trimBlank } from "./extract/characters.ts";
import { lastFormulas } from "./extract/formulas.ts";
import { MATH_VERIFY_DEFAULTS, mathVerifyMatches, type MathVerifyOptions } from "./extract/math-verify.ts";
import { FINAL_PHRASE, phraseAnswers } from "./extract/phrases.ts";
import { bareAnswer, boldAnswers, gsm8kAnswer, hashAnswers, lastLineAnswer } from "./extract/plain.ts";
import { answerRegion } from "./extract/region.ts";
import { answerTags } from "./extract/tags.ts";
import { MAX_CANDIDATES, type Candidate, type Extraction, type Hit, type NoAnswer, type NoAnswerCode, type Range } from "./extract/types.ts";

export type { MathVerifyOptions } from "./extract/math-verify.ts";
export type { Candidate, ExtractRule, Extraction, FoundAnswers, NoAnswer, NoAnswerCode } from "./extract/types.ts";

/** Where an answer may be looked for; values of the option `extract`. */
export const ANSWER_POLICIES: readonly ["auto", "only-tag", "only-box", "last-box", "last-hash", "math-verify"] = ["auto", "only-tag", "only-box", "last-box", "last-hash", "math-verify"];

export type AnswerPolicy = (typeof ANSWER_POLICIES)[number];

export interface ExtractOptions {
  readonly extract: AnswerPolicy;
  /** The prompt, where known: it may end with an opening reasoning mark, and boxes quoted from it are no answers. */
  readonly prompt?: string;
  /** `math-verify` only: what Math-Verify's extraction configuration says. */
  readonly mathVerify?: Partial<MathVerifyOptions>;
  /** `math-verify` only: it goes on to the next match where this refuses one, as Math-Verify does where a match does not parse. */
  readonly accept?: (candidates: readonly Candidate[]) => boolean;
}

/**
 * Finds the answer of a response.
 *
 * @param response the whole response
 * @returns every candidate of the best rank, or why there is none; spans are offsets into `response`
 * @example extractAnswers("so $x = \\boxed{\\frac{3}{4}}$.", { extract: "auto" }).candidates[0].text // => "\\frac{3}{4}"
 */
export function extractAnswers(response: string, options: ExtractOptions): Extraction {
  if (options.extract === "math-verify") return asMathVerify(response, options);
  const region = visibleRange(response, options.prompt);
  if ("status" in region) return region;
  // Cut at the end only (a view, no copy): offsets stay those of the response, and no search runs past the region.
  const text = response.slice(0, region.end);
  switch (options.extract) {
    case "auto":
      return byRank(text, region, options.prompt);
    case "only-tag":
      return tagged(text, region);
    case "last-box":
      return lastBox(text, region);
    case "only-box":
      return strictBoxes(text, region);
    case "last-hash":
      return found(text, gsm8kAnswer(text, region), "no-answer", "no line says #### and a number");
  }
}

/** What a reader sees: the text after the reasoning and before the next turn, without blanks at its ends. */
export function visibleRange(response: string, prompt?: string): Range | NoAnswer {
  const region = answerRegion(response, prompt);
  if ("status" in region) return region;
  const { start, end } = trimBlank(response, region.start, region.end);
  return start < end ? { start, end } : none("empty", "the response holds no visible text");
}

function byRank(text: string, region: Range, prompt: string | undefined): Extraction {
  const tags = answerTags(text, region);
  if (tags.length > 0) return inTags(text, tags, prompt);
  const hits = bestHits(text, region, prompt);
  return typeof hits === "string" ? none(hits, reasonOf(hits)) : found(text, hits, "no-answer", "no box, tag, answer phrase or formula says what the answer is");
}

function tagged(text: string, region: Range): Extraction {
  const tags = answerTags(text, region).filter(({ rule }) => rule === "answer-tag");
  return tags.length === 0 ? none("no-answer", "there is no closed answer tag") : inTags(text, tags, undefined);
}

/** The candidates inside answer tags: what ranks best in each, or all of its text. */
function inTags(text: string, tags: readonly (Range & { readonly rule: Hit["rule"] })[], prompt: string | undefined): Extraction {
  const distinct = new Map(tags.map((tag) => [text.slice(tag.start, tag.end), tag]));
  if (distinct.size > MAX_CANDIDATES) return none("too-many-answers", reasonOf("too-many-answers"));
  const hits: Hit[] = [];
  for (const tag of tags.length > MAX_CANDIDATES ? distinct.values() : tags) {
    const inner = bestHits(text.slice(0, tag.end), tag, prompt);
    if (inner === "too-many-answers") return none(inner, reasonOf(inner));
    const group = (hits.at(-1)?.group ?? -1) + 1;
    if (typeof inner === "string" || inner.length === 0) {
      if (tag.start < tag.end && inner !== "empty") hits.push({ ...tag, math: false, group, percent: false });
    } else hits.push(...inner.map((hit) => ({ ...hit, rule: tag.rule, group: group + hit.group })));
  }
  return found(text, hits, "empty", "the answer tag is empty");
}

function lastBox(text: string, region: Range): Extraction {
  const at = Math.max(text.lastIndexOf("\\boxed", region.end - 1), text.lastIndexOf("\\fbox", region.end - 1));
  const last = at < region.start ? undefined : scanBoxes(text, at, region.end)[0];
  if (last === undefined || last.rule === "box-unclosed") return none("no-answer", "there is no closed box");
  return last.start < last.end ? found(text, [last], "empty", "") : none("empty", reasonOf("empty"));
}

function strictBoxes(text: string, region: Range): Extraction {
  const boxes = findBoxes(text, region);
  if (typeof boxes === "string") return none(boxes, reasonOf(boxes));
  return found(text, boxes.filter(({ rule }) => rule === "box"), "no-answer", "there is no closed box");
}

function asMathVerify(response: string, { mathVerify, accept }: ExtractOptions): Extraction {
  let first: Candidate[] | undefined;
  for (const { parts } of mathVerifyMatches(response, { start: 0, end: response.length }, { ...MATH_VERIFY_DEFAULTS, ...mathVerify })) {
    const candidates = parts.filter(({ start, end }) => start < end).map((part) => candidateOf(response, { ...part, group: 0 }));
    if (candidates.length === 0) continue;
    if (accept === undefined || accept(candidates)) return { status: "found", candidates, joined: candidates.length > 1 };
    first ??= candidates;
  }
  return first === undefined ? none("no-answer", "no formula and no number stands in the text") : { status: "found", candidates: first, joined: first.length > 1 };
}

/** The hits of the best rank below tags. */
function bestHits(text: string, region: Range, prompt: string | undefined): readonly Hit[] | "too-many-answers" | "empty" {
  const boxes = findBoxes(text, region);
  if (typeof boxes === "string") return boxes;
  if (boxes.length > 0) return announcedBoxes(text, ownBoxes(text, boxes, prompt), region.start);
  const hashes = hashAnswers(text, region);
  if (hashes.length > 0) return hashes;
  const phrases = phraseAnswers(text, region);
  if (phrases.final.length > 0) return phrases.final;
  if (phrases.plain.length > 0) return phrases.plain;
  const bare = bareAnswer(text, region);
  if (bare.length > 0) return bare;
  const bold = boldAnswers(text, region);
  if (bold.length > 0) return bold;
  const formulas = lastFormulas(text, region);
  return formulas.length > 0 ? formulas : lastLineAnswer(text, region);
}

/** Boxes without those the response quotes from its prompt, words before included; all where nothing else is left. */
function ownBoxes(text: string, boxes: readonly Hit[], prompt: string | undefined): readonly Hit[] {
  if (boxes.length === 1 || prompt === undefined || !prompt.includes("box")) return boxes;
  const own = boxes.filter(({ start, end }) => !prompt.includes(text.slice(Math.max(0, start - 40), end + 1)));
  return own.length > 0 ? own : boxes;
}

/** Where the last box stands in a sentence that says it is final, only such boxes count, and those joined to them. */
function announcedBoxes(text: string, boxes: readonly Hit[], floor: number): readonly Hit[] {
  if (boxes.length === 1) return boxes;
  const announced = ({ start }: Hit, i: number): boolean => FINAL_PHRASE.test(text.slice(Math.max(floor, boxes[i - 1]?.end ?? 0, start - 100), start));
  const last = boxes.at(-1)!.group;
  if (boxes[0]!.group === last || !boxes.some((box, i) => box.group === last && announced(box, i))) return boxes;
  const groups = new Set(boxes.filter(announced).map(({ group }) => group));
  return boxes.filter(({ group }) => groups.has(group));
}

function candidateOf(text: string, { start, end, rule, math, group, percent }: Hit): Candidate {
  return { text: text.slice(start, end), start, end, rule, math, group, percent };
}

function found(text: string, hits: readonly Hit[], code: NoAnswerCode, why: string): Extraction {
  if (hits.length === 0) return none(code, why);
  const candidates = withoutRepeats(text, hits).map((hit) => candidateOf(text, hit)).filter((candidate) => !isInvisible(candidate.text));
  if (candidates.length === 0) return none("empty", reasonOf("empty"));
  if (new Set(candidates.map((candidate) => candidate.text)).size > MAX_CANDIDATES) return none("too-many-answers", reasonOf("too-many-answers"));
  return { status: "found", candidates, joined: false };
}

function isInvisible(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isBlank(text.charCodeAt(i))) return false;
  return true;
}

function reasonOf(code: "empty" | "too-many-answers"): string {
  return code === "empty" ? "the answer is empty" : `the response offers more than ${MAX_CANDIDATES} different answers`;
}

function none(code: NoAnswerCode, text: string): NoAnswer {
  return { status: "none", code, text };
}
