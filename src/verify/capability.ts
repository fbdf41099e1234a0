/** What a verifier needs from its context and was not given: one code for all of them, with how to give it. */
import { undecided, type Found, type UndecidedVerdict } from "../core/verdict.ts";

/** The reason of a verdict that is undecided because nothing was given to decide it with. */
export type NoCapabilityCode = "no-capability";

const HOW_TO_GIVE = {
  execute: "a program is run in a sandbox, which `score` opens; in code, pass { execute } of createSandbox() as context",
  query: "a query is asked of a database, which `score` opens; in code, pass { query } of createQuery() as context",
  solve: "this is asked of an SMT solver, which `score` opens; in code, pass { solve } of createSolve() as context",
  "state.after": "the environment's snapshot is looked at: give rollouts a column state of { after, before }, or pass { state: { after } } as context",
  "state.before": "the snapshot is compared with the one before: give rollouts a column state of { after, before }, or pass { state: { after, before } } as context",
  embed: "an open answer is compared by its embeddings: pass { embed }, from a text to the rows of its tokens, as context",
} as const;

/** A sentence that names what is missing and how to give it. */
export function howToGive(name: keyof typeof HOW_TO_GIVE): string {
  return `${name} was not given: ${HOW_TO_GIVE[name]}`;
}

export function noCapability(name: keyof typeof HOW_TO_GIVE, found?: Found): UndecidedVerdict<NoCapabilityCode> {
  return undecided("no-capability", howToGive(name), found);
}
