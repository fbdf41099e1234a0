import { z } from "zod";
import { defineVerifier, type PreparedVerifier, type Verifier, type VerifyContext } from "../core/method.ts";
import { requireResponse } from "../core/inputs.ts";
import { sha256 } from "../core/sha256.ts";
import type { Reason, TextSpan, Verdict } from "../core/verdict.ts";
import { VERSION } from "../core/version.ts";
import { normalForm } from "./math/answer.ts";
import type { Stage } from "./math/compare.ts";
import { ANSWER_POLICIES, type AnswerPolicy, type ExtractRule } from "./math/extract.ts";
import { judgeOf, type Judged } from "./math/judge.ts";

export interface MathOptions {
  /**
   * Where the answer is looked for, always behind the reasoning. `auto`: the best of answer tags, boxes, ####, answer phrases of
   * many languages, a bare answer, bold, last formula, last line; `last-box`: the last box whatever came before; `only-box`: closed boxes,
   * which must agree; `last-hash`: the number behind the last ####, as in GSM8K; `only-tag`: `<answer>`; `math-verify`: as Math-Verify, down to the last number.
   */
  readonly extract: AnswerPolicy;
  /** `compare`: units are converted where both sides have one and may be missing on one side; `require`: missing is wrong; `ignore`: dropped. */
  readonly units: "compare" | "ignore" | "require";
  /** Decimals two constants are rounded to where one is written with a decimal point; `exact`; `auto` is 6 where `extract` is `math-verify`, else exact. */
  readonly precision: number | "exact" | "auto";
  /** Names of variables matter. */
  readonly strict: boolean;
  /** A relation may answer a reference that is a set; `auto` is false where `extract` is `math-verify`, else true. */
  readonly setRelations: boolean | "auto";
  /** Parts of bare lists like "1, 2" may come in any order, or must come in the order given. */
  readonly order: "any" | "given";
  /** Equal texts are equal before anything is parsed. */
  readonly stringStage: boolean;
}

/** What a right answer is: one text, or several any of which is right. */
export type MathReference = string | number | bigint | readonly string[];

/** Every reason the verifier gives. */
export type MathReason =
  | `equal-${Stage}`
  | "different"
  | "no-answer"
  | "unclosed-think"
  | "empty"
  | "too-many-answers"
  | "contradictory"
  | "unparseable"
  | "over-limit"
  | "bad-reference"
  | "unsupported-form"
  | "equality-open";

/** A verdict of `math`. */
export type MathVerdict = Verdict<MathReason>;

/** A verdict with everything that led to it. */
export interface MathExplanation {
  readonly status: MathVerdict["status"];
  readonly score: number | null;
  readonly extracted: string | null;
  readonly span: TextSpan | null;
  readonly rule: ExtractRule | null;
  readonly reason: Reason<MathReason>;
  /** What was compared, in normal form; null where there was nothing. */
  readonly normal: { readonly response: string | null; readonly reference: string | null };
  /** The stage that decided; null where no comparison took place. */
  readonly stage: Stage | null;
  /** SHA-256 of version, options, normal forms, status and reason: equal for ever for equal input. */
  readonly hash: string;
}

/** The verifier, and its explanation as one more function. */
export interface MathVerifier extends Verifier<MathReference, MathOptions, MathVerdict> {
  /** The verdict with span, rule, normal forms, deciding stage and a stable hash. */
  explain(response: string, reference: MathReference, options?: Partial<MathOptions>, context?: VerifyContext): MathExplanation;
}

function explanationOf(result: Judged, options: MathOptions): MathExplanation {
  const { verdict, stage } = result;
  const response = result.response === null ? null : normalForm(result.response);
  const reference = result.reference === null ? null : normalForm(result.reference);
  const { status, score, extracted, reason } = verdict;
  const hash = sha256(JSON.stringify([VERSION, options, response, reference, status, reason.code]));
  return { status, score, extracted, span: verdict.span ?? null, rule: (verdict.rule as ExtractRule | undefined) ?? null, reason, normal: { response, reference }, stage, hash };
}

const options: z.ZodObject & z.ZodType<MathOptions> = z.strictObject({
  extract: z.enum(ANSWER_POLICIES).default("auto"),
  units: z.enum(["compare", "ignore", "require"]).default("compare"),
  precision: z.union([z.number().int().min(0).max(1000), z.enum(["exact", "auto"])]).default("auto"),
  strict: z.boolean().default(true),
  setRelations: z.union([z.boolean(), z.literal("auto")]).default("auto"),
  order: z.enum(["any", "given"]).default("any"),
  stringStage: z.boolean().default(true),
});

/**
 * Whether the final answer of a response equals a reference, as mathematics.
 *
 *     extract → string → parse → exact → prime field → algebraic → rewriting → sampling
 *
 * The answer is found by a policy (`extract`), parsed, and compared exactly; an equality that rests on sampling says so
 * (`equal-sampling`). Work is bounded by sizes, never by a clock: an answer over a limit is `invalid`, like one that is missing or
 * contradicts itself, and is paid as a wrong one. A reference we cannot read, and an equality left open, are `undecided`: never paid.
 *
 * @param response the whole response of a model
 * @param reference the right answer, or a list of texts any of which is right
 * @returns a verdict with the extracted answer, its span and a reason
 * @throws OptionError; ShapeError where the response is no text
 * @remarks Defaults for what is ambiguous are listed in docs/math-forms.md.
 * @example math("so \\boxed{\\frac{21}{14}}", "3/2").status // => "correct"
 */
export const math: MathVerifier = /* @__PURE__ */ withExplanation(
  /* @__PURE__ */ defineVerifier<MathReference, MathOptions, MathVerdict>({
    id: "verify/math",
    aliases: ["math-verify"],
    options,
    prepare(reference: MathReference, resolved: MathOptions): PreparedVerifier<MathVerdict> {
      const judge = judgeOf(reference, resolved);
      return (response, context) => judge(response, context?.prompt, false).verdict;
    },
  }),
);

function withExplanation(verifier: Verifier<MathReference, MathOptions, MathVerdict>): MathVerifier {
  return Object.assign(verifier, {
    explain(response: string, reference: MathReference, given?: Partial<MathOptions>, context?: VerifyContext): MathExplanation {
      requireResponse("math", response);
      const resolved = verifier.with(given ?? {}).options;
      return explanationOf(judgeOf(reference, resolved)(response, context?.prompt, true), resolved);
    },
  });
}
