/** The answers a text verifier compares: the visible response as a whole, or what a policy of extraction finds in it. */
import type { VerifyContext } from "../core/method.ts";
import { invalid, type Found, type InvalidVerdict } from "../core/verdict.ts";
import { ANSWER_POLICIES, extractAnswers, visibleRange, type Candidate, type AnswerPolicy, type NoAnswerCode } from "./math/extract.ts";

/** `whole` is everything after the reasoning, without blanks at its ends. */
export type AnswerSource = "whole" | AnswerPolicy;

export const ANSWER_SOURCES: readonly ["whole", ...typeof ANSWER_POLICIES] = ["whole", ...ANSWER_POLICIES];

/** One answer and where it stands. */
export interface ReadAnswer {
  readonly text: string;
  readonly found: Found;
}

/** Every answer the response claims, or the verdict that it claims none. */
export function readAnswers(response: string, source: AnswerSource, context: VerifyContext | undefined): readonly ReadAnswer[] | InvalidVerdict<NoAnswerCode> {
  const prompt = context?.prompt;
  if (source === "whole") {
    const range = visibleRange(response, prompt);
    if ("status" in range) return invalid(range.code, range.text);
    const text = response.slice(range.start, range.end);
    return [{ text, found: { extracted: text, span: range, rule: "whole" } }];
  }
  const extraction = extractAnswers(response, prompt === undefined ? { extract: source } : { extract: source, prompt });
  if (extraction.status === "none") return invalid(extraction.code, extraction.text);
  return extraction.candidates.map(readOne);
}

function readOne({ text, start, end, rule }: Candidate): ReadAnswer {
  return { text, found: { extracted: text, span: { start, end }, rule } };
}

/** A reference that names one answer, or several of which any is right. */
export type TextReference = string | number | boolean | readonly (string | number | boolean)[];

/** The reference as texts; empty where it is nothing a text can equal. */
export function referenceTexts(reference: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(reference) ? reference : [reference];
  const texts = list.map((item) => (typeof item === "string" ? item : typeof item === "number" || typeof item === "boolean" ? String(item) : ""));
  return texts.every((text) => text !== "") ? texts : [];
}
