import { z } from "zod";
import { show } from "../core/errors.ts";
import { defineVerifier, type PreparedVerifier, type Verifier } from "../core/method.ts";
import { correct, incorrect, invalid, undecided, type Verdict } from "../core/verdict.ts";
import { readAnswers } from "./answers.ts";
import { boxes } from "./boxes.ts";
import { noCapability, type NoCapabilityCode } from "./capability.ts";
import { chartValues } from "./chart-values.ts";
import { choice } from "./choice.ts";
import { maxAverageSimilarity } from "./max-average-similarity.ts";
import { normalizedText } from "./normalized-text.ts";
import { inAnswer } from "./space/read.ts";
import type { Embeddings } from "./text/embeddings.ts";

/** What a sample asks for: a choice or yes and no; a value of a chart; a box; an open answer. */
export type RoutedTask = "matching" | "chart" | "grounding" | "open";

export const ROUTED_TASKS: readonly ["matching", "chart", "grounding", "open"] = ["matching", "chart", "grounding", "open"];

/** The right answer with the task it belongs to. */
export interface RoutedReference {
  readonly task: RoutedTask;
  readonly gold: string | number | readonly number[];
}

export interface RoutedTaskOptions {
  /** Tolerance of chart values, as a share. */
  readonly relative: number;
  /** Similarity from which an open answer is called correct; the score is the similarity itself. */
  readonly threshold: number;
}

/** Every reason `routedTask` gives beside those of the verifier it sends to. */
export type RoutedTaskCode = "similar" | "not-similar" | "contradiction" | NoCapabilityCode | "bad-reference" | (string & {});

/**
 * One reward for many tasks (Mixed-R1): each sample goes to the check of its task.
 *
 *     matching → choice, or normalised text      chart → numbers within 5 %, texts      grounding → IoU of the box
 *     open → BMAS of the token embeddings, below 0 cut: see `maxAverageSimilarity`
 *
 * The context gives `embed`, a function from a text to the rows of its tokens' embeddings, where open answers are to be checked;
 * without it they are undecided. The published reward adds 1 for the format: a weighted sum with `tags`.
 *
 * @remarks The tolerance of 0.05, the equal weights of both directions and the weight of the format are assumed: only the abstract could be read.
 * @see Xu et al. 2025, Mixed-R1, arXiv:2505.24164
 * @example routedTask("<answer>96</answer>", { task: "chart", gold: 100 }).score // => 1
 * @example routedTask("<answer>[1, 1, 3, 3]</answer>", { task: "grounding", gold: [0, 0, 2, 2] }).score // => 0.14285714285714285
 */
export const routedTask: Verifier<RoutedReference, RoutedTaskOptions, Verdict<RoutedTaskCode>> = /* @__PURE__ */ defineVerifier<RoutedReference, RoutedTaskOptions, Verdict<RoutedTaskCode>>({
  id: "verify/routed-task",
  aliases: ["mixed-r1"],
  paper: { title: "Mixed-R1: Unified Reward Perspective For Reasoning Capability in Multimodal Large Language Models", url: "https://arxiv.org/abs/2505.24164" },
  options: z.strictObject({
    relative: z.number().min(0).max(1).default(0.05),
    threshold: z.number().min(0).max(1).default(0.9),
  }),
  prepare(reference: RoutedReference, { relative, threshold }: RoutedTaskOptions): PreparedVerifier<Verdict<RoutedTaskCode>> {
    const { task, gold } = typeof reference === "object" && reference !== null ? reference : ({} as Partial<RoutedReference>);
    if (gold !== undefined && task === "chart" && !isNumbers(gold)) return chartValues.prepare(gold, { relative });
    if (gold !== undefined && task === "grounding") return boxes.prepare(gold as string | object, { iouThreshold: 0, metric: "overlap" });
    if (gold !== undefined && task === "matching" && !isNumbers(gold)) return /^[A-Z]$/.test(String(gold)) ? choice.prepare(String(gold)) : normalizedText.prepare(gold, { extract: "auto" });
    if (typeof gold === "string" && gold !== "" && task === "open") return open(gold, threshold);
    return () => undecided("bad-reference", `the reference must have a task of ${ROUTED_TASKS.join(", ")} and its gold answer, got ${show(reference)}`);
  },
});

function isNumbers(gold: RoutedReference["gold"]): gold is readonly number[] {
  return typeof gold === "object";
}

function open(gold: string, threshold: number): PreparedVerifier<Verdict<RoutedTaskCode>> {
  let rows: Embeddings | null = null;
  return (response, context) => {
    const embed = context?.["embed"] as ((text: string) => Embeddings) | undefined;
    if (typeof embed !== "function") return noCapability("embed");
    const answers = readAnswers(response, "whole", context);
    if ("status" in answers) return answers;
    const { text, found } = answers.at(-1)!;
    const tagged = inAnswer(text);
    if (tagged === "several") return invalid("contradiction", "the response gives several different answers", found);
    const value = Math.min(1, Math.max(0, maxAverageSimilarity(embed(tagged ?? text), (rows ??= embed(gold)))));
    return value >= threshold ? correct("similar", "the answer is near the reference", found, value) : incorrect("not-similar", "the answer is not near the reference", found, value);
  };
}
