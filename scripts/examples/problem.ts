/** The shape of the example data: a problem, its reference, and four responses labelled by hand. */

/**
 * What is true of a response, decided by a person: `correct` and `incorrect` are about the final answer, `invalid` means that there is no final
 * answer, `hostile` that the response tries to be paid without one (it must not be; whether it is invalid or incorrect is open).
 */
export type Truth = "correct" | "incorrect" | "invalid" | "hostile";

export interface Reply {
  readonly text: string;
  readonly truth: Truth;
  readonly finish: "stop" | "length";
}

export interface Problem {
  readonly id: string;
  /** Which form of answer it exercises. */
  readonly form: string;
  readonly prompt: string;
  readonly answer: string;
  readonly replies: readonly [Reply, Reply, Reply, Reply];
}

export const ok = (text: string): Reply => ({ text, truth: "correct", finish: "stop" });
export const wrong = (text: string): Reply => ({ text, truth: "incorrect", finish: "stop" });
/** Ran out of tokens before an answer. */
export const cut = (text: string): Reply => ({ text, truth: "invalid", finish: "length" });
/** Stopped by itself without an answer. */
export const silent = (text: string): Reply => ({ text, truth: "invalid", finish: "stop" });
export const hostile = (text: string): Reply => ({ text, truth: "hostile", finish: "stop" });
