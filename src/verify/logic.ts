import { z } from "zod";
import type { Solve } from "../core/capabilities.ts";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { correct, incorrect, invalid, undecided, type Verdict } from "../core/verdict.ts";
import { ANSWER_SOURCES, readAnswers, type AnswerSource } from "./answers.ts";
import { equivalent, follows } from "./logic/entail.ts";
import { renamed, type Formula } from "./logic/formula.ts";
import { NOTATIONS, parseFormula, type Notation } from "./logic/parse.ts";
import type { NoAnswerCode } from "./math/extract.ts";

export interface LogicOptions {
  /** Which part of the response is the formula. */
  readonly extract: AnswerSource;
  /** How it is written. */
  readonly format: Notation;
  /** Tell names apart by case; where off, underscores and blanks in names do not count either. */
  readonly caseSensitive: boolean;
  /** What must hold of response and reference: `equivalent`, or that one follows from the other. */
  readonly relation: "equivalent" | "implies-reference" | "implied-by-reference";
  /** Time of the solver. */
  readonly seconds: number;
}

/** Every reason `logic` gives. */
export type LogicCode = "equivalent" | "follows" | "not-equivalent" | "does-not-follow" | "unparseable" | "contradiction" | "too-hard" | "open" | "no-capability" | "bad-reference" | "infrastructure" | NoAnswerCode;

/**
 * A formula of a response is true in the same cases as that of the reference.
 *
 *     score = 1 if ⊨ F ↔ G, else 0
 *
 * Propositional formulae by decision diagrams, exactly and in this process; first-order ones (one sort, equality, functions, free names are
 * constants) there too where their quantified parts are the same up to bound names, else by the capability `solve` (Z3). Notations: Unicode,
 * ASCII, LaTeX, Prover9, words and SMT-LIB; see `parseFormula`.
 * Limits: names must agree (`caseSensitive: false` forgives case and underscores; for other names see `verify/logic-binding`). First-order logic is
 * undecidable: what the solver leaves open in its time is `undecided`. A table past 200,000 nodes goes to the solver; without one it is the response's fault.
 *
 * @param reference a formula
 * @see Bryant 1986, Graph-Based Algorithms for Boolean Function Manipulation, IEEE Transactions on Computers C-35
 * @example (await logic("\\boxed{\\neg p \\lor q}", "p -> q")).status // => "correct"
 */
export const logic: Verifier<string, LogicOptions, Promise<Verdict<LogicCode>>> = /* @__PURE__ */ defineVerifier<string, LogicOptions, Promise<Verdict<LogicCode>>>({
  id: "verify/logic",
  aliases: ["logical-equivalence"],
  needs: ["reference", "solve"],
  paper: { title: "Graph-Based Algorithms for Boolean Function Manipulation", url: "https://doi.org/10.1109/TC.1986.1676819" },
  options: z.strictObject({
    extract: z.enum(ANSWER_SOURCES).default("auto"),
    format: z.enum(NOTATIONS).default("auto"),
    caseSensitive: z.boolean().default(true),
    relation: z.enum(["equivalent", "implies-reference", "implied-by-reference"]).default("equivalent"),
    seconds: z.number().positive().max(600).default(5),
  }),
  prepare(reference: string, { extract, format, caseSensitive, relation, seconds }: LogicOptions) {
    const shaped = (formula: Formula): Formula => (caseSensitive ? formula : renamed(formula, foldName));
    const right = typeof reference === "string" ? parseFormula(reference, format) : { fault: "it is no text", at: 0 };
    return async (response, context) => {
      if ("fault" in right) return undecided("bad-reference", `the reference is no formula: ${right.fault}`);
      const answers = readAnswers(response, extract, context);
      if ("status" in answers) return answers;
      const last = answers.at(-1)!;
      if (answers.some(({ text }) => text.replaceAll(/\s+/g, "") !== last.text.replaceAll(/\s+/g, ""))) return invalid("contradiction", "the response gives several different formulae", last.found);
      const given = parseFormula(last.text, format);
      if ("fault" in given) return invalid("unparseable", `the answer is no formula: ${given.fault}`, last.found);
      const [ours, theirs] = [shaped(given.formula), shaped(right.formula)];
      const ask = { solve: context?.["solve"] as Solve | undefined, seconds, ...(context?.signal === undefined ? {} : { signal: context.signal }) };
      const answer = relation === "equivalent" ? await equivalent(ours, theirs, ask) : relation === "implies-reference" ? await follows([ours], theirs, ask) : await follows([theirs], ours, ask);
      const [yes, no] = relation === "equivalent" ? (["equivalent", "not-equivalent"] as const) : (["follows", "does-not-follow"] as const);
      if (answer.holds === true) return correct(yes, relation === "equivalent" ? "the formulae are equivalent" : "one follows from the other", last.found);
      if (answer.holds === false) return incorrect(no, answer.witness === null ? "there is a structure in which they differ" : `they differ where ${answer.witness}`, last.found);
      return answer.why === "too-hard" ? invalid("too-hard", answer.text, last.found) : undecided(answer.why, answer.text, last.found);
    };
  },
});

/** A name without case, underscores and marks. */
export function foldName(name: string): string {
  return name.normalize("NFKC").toLowerCase().replaceAll(/[_'’\s-]/g, "");
}
