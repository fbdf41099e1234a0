/** What extraction gives: candidates, where they stand, and the rule that found them. */

/**
 * How an answer was recognised. The rules of one response have a rank, best first; see the table in `extract.ts`.
 * `box-unclosed` is a box whose brace never closes; it is read to the end of its formula or line.
 */
export type ExtractRule =
  | "answer-tag"
  | "answer-tag-unclosed"
  | "box"
  | "box-bare"
  | "box-unclosed"
  | "hash"
  | "final-phrase"
  | "answer-phrase"
  | "bare"
  | "bold"
  | "display-formula"
  | "inline-formula"
  | "last-line"
  | "last-expression";

/** One answer as written: `text` is exactly `response.slice(start, end)`. */
export interface Candidate {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly rule: ExtractRule;
  /** It stood inside math delimiters or a box: read it as LaTeX. Otherwise it may still hold `$…$` inside. */
  readonly math: boolean;
  /** Candidates with the same number stand next to each other, like the boxes of `\boxed{1}, \boxed{2}`: together they may be one answer. */
  readonly group: number;
  /** A percent sign or the word stands directly behind it, outside of `text`: `\boxed{50}\%`. */
  readonly percent: boolean;
}

/** Why there is no answer. */
export type NoAnswerCode = "no-answer" | "unclosed-think" | "empty" | "too-many-answers";

export interface FoundAnswers {
  readonly status: "found";
  /** All candidates of the best rank, in order of text. */
  readonly candidates: readonly Candidate[];
  /** The candidates are the parts of one answer, not rivals (`math-verify`: boxes next to each other). */
  readonly joined: boolean;
}

export interface NoAnswer {
  readonly status: "none";
  readonly code: NoAnswerCode;
  readonly text: string;
}

export type Extraction = FoundAnswers | NoAnswer;

/** A half-open stretch of the response. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A rule's finding before it is numbered and sliced. */
export interface Hit extends Range {
  readonly rule: ExtractRule;
  readonly math: boolean;
  readonly group: number;
  readonly percent: boolean;
}

/** More different candidates than this are not an answer. */
export const MAX_CANDIDATES = 64;
