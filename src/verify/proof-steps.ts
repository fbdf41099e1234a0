import { z } from "zod";
import type { Solve } from "../core/capabilities.ts";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { correct, incorrect, invalid, undecided, type Verdict } from "../core/verdict.ts";
import { ANSWER_SOURCES, readAnswers, type AnswerSource } from "./answers.ts";
import { equivalent, follows, type Answer } from "./logic/entail.ts";
import { renamed, type Formula } from "./logic/formula.ts";
import { foldName } from "./logic.ts";
import { NOTATIONS, parseFormula, type Notation } from "./logic/parse.ts";
import { readProof, type ProofLine } from "./logic/proof.ts";
import type { NoAnswerCode } from "./math/extract.ts";

export interface ProofStepsOptions {
  /** Where the proof is. */
  readonly extract: AnswerSource;
  /** How formulae are written. */
  readonly format: Notation;
  /** Tell names apart by case; where off, underscores and blanks in names do not count either. */
  readonly caseSensitive: boolean;
  /** `none`: 1 for a whole proof, else 0. `share`: the share of steps that hold; 1 for a whole proof only. */
  readonly partial: "none" | "share";
  /** Time of the solver for one step. */
  readonly seconds: number;
}

/** Every reason `proofSteps` gives. */
export type ProofStepsCode = "proved" | "invalid-step" | "not-concluded" | "assumption-left" | "unparseable" | "too-long" | "too-hard" | "open" | "no-capability" | "bad-reference" | "infrastructure" | NoAnswerCode;

/** What is to be proved. */
export interface ProofReference {
  readonly premises: readonly string[];
  readonly conclusion: string;
}

/** One step and whether it follows from what it cites; null where that is left open. */
export interface ProofStep {
  readonly line: string;
  readonly holds: boolean | null;
  readonly why: string;
}

/** A verdict with every step's own; null where no step was looked at. */
export type ProofStepsVerdict = Verdict<ProofStepsCode> & { readonly steps: readonly ProofStep[] | null };

const MOST_LINES = 200;

/**
 * Step checks of a natural-deduction style proof: each line follows from the lines it cites, and the last one is what was to be proved.
 *
 *     1. P → Q   premise          3. R   assume
 *     2. P       premise          4. Q   [1, 2]          5. R → Q   [3-4]
 *
 * A line is a formula with the numbers it cites in brackets at its end, or `premise`, or `assume`. It holds if the cited formulae entail it
 * (whatever the rule is called), a range [3-4] from an assumption A to a line B counting as A → B, and discharging A. Premises must be entailed by the
 * reference's premises. Entailment as in `verify/logic`. The conclusion must stand at the end with no assumption left.
 * Limits: semantic, so a large leap that is valid holds; quantified steps need the capability `solve`; 200 lines.
 *
 * @remarks After FoVer's labels of steps by a prover. What the solver leaves open makes the proof undecided unless another step is wrong.
 * @see Kamoi et al. 2025, FoVer: Generalizable Process Reward Models via Formally Verified Training Data, arXiv:2505.15960
 * @example (await proofSteps("1. p -> q premise\n2. p premise\n3. q [1, 2]", { premises: ["p -> q", "p"], conclusion: "q" }, { extract: "whole" })).score // => 1
 */
export const proofSteps: Verifier<ProofReference, ProofStepsOptions, Promise<ProofStepsVerdict>> = /* @__PURE__ */ defineVerifier<ProofReference, ProofStepsOptions, Promise<ProofStepsVerdict>>({
  id: "verify/proof-steps",
  aliases: ["fover", "natural-deduction"],
  needs: ["reference", "solve"],
  paper: { title: "FoVer: Generalizable Process Reward Models via Formally Verified Training Data", url: "https://arxiv.org/abs/2505.15960" },
  options: z.strictObject({
    extract: z.enum(ANSWER_SOURCES).default("whole"),
    format: z.enum(NOTATIONS).default("auto"),
    caseSensitive: z.boolean().default(true),
    partial: z.enum(["none", "share"]).default("none"),
    seconds: z.number().positive().max(600).default(2),
  }),
  prepare(reference: ProofReference, { extract, format, caseSensitive, partial, seconds }: ProofStepsOptions) {
    const read = (text: string): Formula | string => {
      const parsed = parseFormula(text, format);
      return "fault" in parsed ? parsed.fault : caseSensitive ? parsed.formula : renamed(parsed.formula, foldName);
    };
    const shaped = typeof reference === "object" && reference !== null && Array.isArray(reference.premises) && reference.premises.every((text) => typeof text === "string") && typeof reference.conclusion === "string";
    const premises = shaped ? reference.premises.map(read) : [];
    const conclusion = shaped ? read(reference.conclusion) : "it must have premises and a conclusion";
    const fault = [conclusion, ...premises].find((each) => typeof each === "string");
    return async (response, context): Promise<ProofStepsVerdict> => {
      if (fault !== undefined) return { ...undecided("bad-reference", `the reference is none: ${fault as string}`), steps: null };
      const answers = readAnswers(response, extract, context);
      if ("status" in answers) return { ...answers, steps: null };
      const { text, found } = answers.at(-1)!;
      const lines = readProof(text, MOST_LINES, read);
      if (typeof lines === "string") return { ...invalid(lines === "too-long" ? "too-long" : "unparseable", lines === "too-long" ? `a proof has at most ${MOST_LINES} lines` : lines, found), steps: null };
      const ask = { solve: context?.["solve"] as Solve | undefined, seconds, ...(context?.signal === undefined ? {} : { signal: context.signal }) };
      const steps: ProofStep[] = [];
      const doubts: Extract<Answer, { holds: null }>[] = [];
      for (const line of lines) {
        const answer = typeof line.formula === "string" ? line.formula : await holds(line, lines, premises as readonly Formula[], ask);
        if (typeof answer === "string") steps.push({ line: line.text, holds: false, why: answer });
        else if (answer.holds === null) {
          doubts.push(answer);
          steps.push({ line: line.text, holds: null, why: answer.text });
        } else steps.push({ line: line.text, holds: answer.holds, why: answer.holds ? `by ${answer.by}` : `it fails where ${answer.witness ?? "the solver says"}` });
      }
      const last = lines.at(-1)!;
      const goal = typeof last.formula === "string" ? null : await equivalent(last.formula, conclusion as Formula, ask);
      if (goal?.holds === null) doubts.push(goal);
      const open = typeof last.formula !== "string" && last.open.size > 0;
      const wrong = steps.findIndex((step) => step.holds === false);
      const share = partial === "share" ? steps.filter((step) => step.holds === true).length / (steps.length + 1) : 0;
      if (wrong >= 0) return { ...incorrect("invalid-step", `line ${lines[wrong]!.label}: ${steps[wrong]!.why}`, found, share), steps };
      if (goal?.holds === false) return { ...incorrect("not-concluded", "the last line is not what was to be proved", found, share), steps };
      if (open) return { ...incorrect("assumption-left", "the last line stands under an assumption", found, share), steps };
      const doubt = doubts[0];
      if (doubt !== undefined) return { ...(doubt.why === "too-hard" ? invalid("too-hard", doubt.text, found) : undecided(doubt.why, doubt.text, found)), steps };
      return { ...correct("proved", "every step follows, and the last one is what was to be proved", found), steps };
    };
  },
});

/** Whether a line follows from what it cites, or what is wrong with its citations. */
function holds(line: ProofLine<Formula>, lines: readonly ProofLine<Formula>[], premises: readonly Formula[], ask: Parameters<typeof follows>[2]): Promise<Answer> | string | Answer {
  const formula = line.formula as Formula;
  if (line.kind === "assume") return { holds: true, by: "truth-table" };
  if (line.kind === "premise") return follows(premises, formula, ask);
  const cited: Formula[] = [];
  for (const { from, to } of line.cites) {
    const [first, end] = [lines[from], lines[to]];
    if (first === undefined || end === undefined) return "it cites a line that is not above it";
    if (typeof first.formula === "string" || typeof end.formula === "string") return "it cites a line that is no formula";
    if (from === to) cited.push(end.formula);
    else if (first.kind !== "assume") return "it cites a range that does not begin with an assumption";
    else cited.push({ op: "implies", left: first.formula, right: end.formula });
  }
  return follows(cited, formula, ask);
}
