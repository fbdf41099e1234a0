/**
 * Extraction: which part of a response is its answer.
 *
 * The region: text after the last closing mark of reasoning and before the next turn of the conversation (`extract/region.ts`).
 * In it, under the preset `default`, the best rank that gives anything is the answer, with all of its candidates:
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
 *
 * Never "any number". Whether several candidates contradict each other is the comparison's to judge: equal values do not.
 */
import { trimBlank } from "./extract/characters.ts";
import { findBoxes } from "./extract/boxes.ts";
import { lastFormulas } from "./extract/formulas.ts";
import { phraseAnswers } from "./extract/phrases.ts";
import { bareAnswer, boldAnswers, hashAnswers } from "./extract/plain.ts";
import { answerRegion } from "./extract/region.ts";
import { answerTags } from "./extract/tags.ts";
import { MAX_CANDIDATES, type Candidate, type Extraction, type Hit, type NoAnswer, type Range } from "./extract/types.ts";

export type { Candidate, ExtractRule, Extraction, FoundAnswers, NoAnswer, NoAnswerCode } from "./extract/types.ts";

export type ExtractPreset = "default" | "math-verify" | "last-box" | "strict-box" | "gsm8k" | "tagged";

export interface ExtractOptions {
  readonly preset: ExtractPreset;
  /** The prompt, where known: it may end with an opening reasoning mark, and boxes quoted from it are no answers. */
  readonly prompt?: string;
}

/**
 * Finds the answer of a response.
 *
 * @param response the whole response
 * @returns every candidate of the best rank, or why there is none; spans are offsets into `response`
 * @example extractAnswers("so $x = \\boxed{\\frac{3}{4}}$.", { preset: "default" }).candidates[0].text // => "\\frac{3}{4}"
 */
export function extractAnswers(response: string, options: ExtractOptions): Extraction {
  const region = visibleRange(response, options.prompt);
  return "status" in region ? region : byRank(response, region, options.prompt);
}

/** What a reader sees: the text after the reasoning and before the next turn, without blanks at its ends. */
export function visibleRange(response: string, prompt?: string): Range | NoAnswer {
  const region = answerRegion(response, prompt, "skip");
  if ("status" in region) return region;
  const { start, end } = trimBlank(response, region.start, region.end);
  return start < end ? { start, end } : none("empty", "the response holds no visible text");
}

function byRank(text: string, region: Range, prompt: string | undefined): Extraction {
  const tags = answerTags(text, region);
  if (tags.length > 0) {
    const hits: Hit[] = [];
    for (const tag of tags) {
      const inner = bestHits(text, tag, prompt);
      if (inner === "too-many") return tooMany();
      const group = hits.length;
      if (inner === "empty" || inner.length === 0) {
        if (tag.start < tag.end) hits.push({ ...tag, math: false, group });
      } else hits.push(...inner.map((hit) => ({ ...hit, rule: tag.rule, group: group + hit.group })));
    }
    return found(text, hits, "the answer tag is empty");
  }
  const hits = bestHits(text, region, prompt);
  if (hits === "too-many") return tooMany();
  if (hits === "empty") return none("empty", "the box is empty");
  return found(text, hits, undefined);
}

/** The hits of the best rank below tags. */
function bestHits(text: string, region: Range, prompt: string | undefined): Hit[] | "too-many" | "empty" {
  const boxes = findBoxes(text, region);
  if (typeof boxes === "string") return boxes;
  if (boxes.length > 0) return boxes;
  const hashes = hashAnswers(text, region);
  if (hashes.length > 0) return hashes;
  const phrases = phraseAnswers(text, region);
  if (phrases.final.length > 0) return phrases.final;
  if (phrases.plain.length > 0) return phrases.plain;
  const bare = bareAnswer(text, region);
  if (bare.length > 0) return bare;
  const bold = boldAnswers(text, region);
  if (bold.length > 0) return bold;
  return lastFormulas(text, region);
}

function found(text: string, hits: readonly Hit[], emptyText: string | undefined): Extraction {
  if (hits.length === 0) return emptyText === undefined ? none("no-answer", "no box, tag, answer phrase or formula says what the answer is") : none("empty", emptyText);
  const seen = new Set<string>();
  const candidates: Candidate[] = [];
  for (const { start, end, rule, math, group } of hits) {
    const candidate: Candidate = { text: text.slice(start, end), start, end, rule, math, group };
    seen.add(candidate.text);
    if (seen.size > MAX_CANDIDATES) return tooMany();
    candidates.push(candidate);
  }
  return { status: "found", candidates, joined: false };
}

function none(code: NoAnswer["code"], text: string): NoAnswer {
  return { status: "none", code, text };
}

function tooMany(): NoAnswer {
  return none("too-many-answers", `the response offers more than ${MAX_CANDIDATES} different answers`);
}
