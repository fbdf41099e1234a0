import { z } from "zod";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { correct, incorrect, invalid, undecided, type Verdict } from "../core/verdict.ts";
import { ANSWER_SOURCES, readAnswers, type AnswerSource } from "./answers.ts";
import { bestBinding, literalsOf, MOST_LITERALS } from "./logic/binding.ts";
import { NOTATIONS, parseFormula, type Notation } from "./logic/parse.ts";
import type { NoAnswerCode } from "./math/extract.ts";

export interface LogicBindingOptions {
  /** Which part of the response is the formula. */
  readonly extract: AnswerSource;
  /** How formulae are written. */
  readonly format: Notation;
  /** Whether the formula with fewer literals is padded with dummies; else other numbers of literals score 0. */
  readonly pad: boolean;
  /** Bindings tried. */
  readonly maxBindings: number;
}

/** Every reason `logicBinding` gives. */
export type LogicBindingCode = "agree" | "disagree" | "unparseable" | "too-many-literals" | "contradiction" | "bad-reference" | NoAnswerCode;

/** A verdict with the literals bound to each other; null where nothing was compared. */
export type LogicBindingVerdict = Verdict<LogicBindingCode> & { readonly literals: { readonly gold: readonly string[]; readonly bound: readonly string[] | null } | null };

/**
 * LogicLLaMA's soft score of a formula: how often two truth tables agree under the best binding of their literals.
 *
 *     score = max over bindings β of |{a ∈ {0,1}ⁿ : F(β(a)) = G(a)}| / 2ⁿ
 *
 * Literals are predicates with their arguments, by their text; the formula with fewer is padded with dummies, so that A ∧ B against A gets 0.75.
 * At most `maxBindings` are tried, nearest names first. The status is `correct` for 1 only.
 * Limits: quantifiers are dropped, so ∀ for ∃ is not seen, nor are the links between literals that share variables; two formulae
 * of n literals agree on half of all assignments by chance. At most 14 literals: more are the response's fault, or a bad reference.
 *
 * @remarks Settled against the released code, run beside this one: the share in single precision, the first literal slowest. Deviations: chains without brackets are read by the
 * usual strengths, where the released grammar takes the first parse it finds; nested terms, equations and every notation are read.
 * @see Yang et al. 2024, Harnessing the Power of Large Language Models for Natural Language to First-Order Logic Translation, arXiv:2305.15541; metrics.py
 * @example logicBinding("\\boxed{A(x) ∧ B(x)}", "A(x)").score // => 0.75
 */
export const logicBinding: Verifier<string, LogicBindingOptions, LogicBindingVerdict> = /* @__PURE__ */ defineVerifier<string, LogicBindingOptions, LogicBindingVerdict>({
  id: "verify/logic-binding",
  aliases: ["logicllama", "logical-equivalence-score"],
  paper: { title: "Harnessing the Power of Large Language Models for Natural Language to First-Order Logic Translation", url: "https://arxiv.org/abs/2305.15541" },
  options: z.strictObject({
    extract: z.enum(ANSWER_SOURCES).default("auto"),
    format: z.enum(NOTATIONS).default("auto"),
    pad: z.boolean().default(true),
    maxBindings: z.int().min(1).max(10_000).default(1000),
  }),
  prepare(reference: string, { extract, format, pad, maxBindings }: LogicBindingOptions) {
    const gold = typeof reference === "string" ? parseFormula(reference, format) : { fault: "it is no text", at: 0 };
    return (response, context): LogicBindingVerdict => {
      if ("fault" in gold) return { ...undecided("bad-reference", `the reference is no formula: ${gold.fault}`), literals: null };
      if (literalsOf(gold.formula).length > MOST_LITERALS) return { ...undecided("bad-reference", `the reference has more than ${MOST_LITERALS} literals`), literals: null };
      const answers = readAnswers(response, extract, context);
      if ("status" in answers) return { ...answers, literals: null };
      const { text, found } = answers.at(-1)!;
      if (answers.some((other) => other.text.replaceAll(/\s+/g, "") !== text.replaceAll(/\s+/g, ""))) return { ...invalid("contradiction", "the response gives several different formulae", found), literals: null };
      const given = parseFormula(text, format);
      if ("fault" in given) return { ...invalid("unparseable", `the answer is no formula: ${given.fault}`, found), literals: null };
      if (literalsOf(given.formula).length > MOST_LITERALS) return { ...invalid("too-many-literals", `the formula has more than ${MOST_LITERALS} literals`, found), literals: null };
      const { score, gold: due, bound } = bestBinding(given.formula, gold.formula, { pad, maxBindings });
      const literals = { gold: due, bound };
      return score === 1
        ? { ...correct("agree", "the truth tables agree under a binding of the literals", found), literals }
        : { ...incorrect("disagree", `the truth tables agree on ${Math.round(100 * score)} % of the assignments at best`, found, score), literals };
    };
  },
});
