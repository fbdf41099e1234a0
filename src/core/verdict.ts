/**
 * Verdicts: what a verifier says of a response, and whose fault it is.
 *
 * | status | whose fault | score |
 * |---|---|---|
 * | correct, incorrect | — | in [0, 1] |
 * | invalid | the response: no answer, contradictory finals, unparseable, over a limit | 0 |
 * | undecided | ours or the reference's: bad reference, infrastructure, equality left open | null |
 * | not-applicable | nobody's: the check does not apply to this rollout | null |
 */

/** Why, as a stable code for programs and a sentence for people. */
export interface Reason<Code extends string = string> {
  readonly code: Code;
  readonly text: string;
}

/** Half-open range of the response, in UTF-16 units inside the process and in code points on every wire. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

interface VerdictBase<Code extends string> {
  /** The answer taken from the response, as written there; null where none was found. */
  readonly extracted: string | null;
  readonly reason: Reason<Code>;
  /** Where `extracted` stands in the response. */
  readonly span?: TextSpan;
  /** The extraction rule that found it. */
  readonly rule?: string;
}

/** The response was judged; `score` is in [0, 1]. */
export interface JudgedVerdict<Code extends string = string> extends VerdictBase<Code> {
  readonly status: "correct" | "incorrect";
  readonly score: number;
}

/** The response is at fault: it cannot be judged right by anyone. Paid exactly as a wrong answer. */
export interface InvalidVerdict<Code extends string = string> extends VerdictBase<Code> {
  readonly status: "invalid";
  readonly score: 0;
}

/** We, or the reference, are at fault. Never paid: the consumer says what null becomes. */
export interface UndecidedVerdict<Code extends string = string> extends VerdictBase<Code> {
  readonly status: "undecided";
  readonly score: null;
}

/** The check does not apply to this rollout. */
export interface NotApplicableVerdict<Code extends string = string> extends VerdictBase<Code> {
  readonly status: "not-applicable";
  readonly score: null;
}

/** What a verifier says of a response: five statuses, told apart by `status`. */
export type Verdict<Code extends string = string> =
  | JudgedVerdict<Code>
  | InvalidVerdict<Code>
  | UndecidedVerdict<Code>
  | NotApplicableVerdict<Code>;

export type VerdictStatus = Verdict["status"];

/** Reasons of undecided verdicts that may be others at the next try: what failed was a machine, a process or a service. All others come again. */
export const PASSING_REASONS: ReadonlySet<string> = new Set(["infrastructure", "worker-lost", "internal-error"]);

/** Where the answer was found; spread into a verdict. */
export interface Found {
  readonly extracted: string | null;
  readonly span?: TextSpan;
  readonly rule?: string;
}

const NOTHING: Found = { extracted: null };

export function correct<C extends string>(code: C, text: string, found: Found = NOTHING, score = 1): JudgedVerdict<C> {
  return { status: "correct", score, ...found, reason: { code, text } };
}

export function incorrect<C extends string>(code: C, text: string, found: Found = NOTHING, score = 0): JudgedVerdict<C> {
  return { status: "incorrect", score, ...found, reason: { code, text } };
}

export function invalid<C extends string>(code: C, text: string, found: Found = NOTHING): InvalidVerdict<C> {
  return { status: "invalid", score: 0, ...found, reason: { code, text } };
}

export function undecided<C extends string>(code: C, text: string, found: Found = NOTHING): UndecidedVerdict<C> {
  return { status: "undecided", score: null, ...found, reason: { code, text } };
}

export function notApplicable<C extends string>(code: C, text: string): NotApplicableVerdict<C> {
  return { status: "not-applicable", score: null, extracted: null, reason: { code, text } };
}

/** True for the five-status shape; a function reward may return a Verdict, a number or null. */
export function isVerdict(value: unknown): value is Verdict {
  return typeof value === "object" && value !== null && "status" in value && "reason" in value;
}
