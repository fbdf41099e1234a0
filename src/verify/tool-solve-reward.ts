import { z } from "zod";
import { ShapeError, show } from "../core/errors.ts";
import { defineKernel, type Kernel } from "../core/method.ts";

/** One turn: the calls with what the tools answered, or a text. */
export interface SolveTurn {
  readonly calls: readonly { readonly name: string; readonly feedback: string }[];
  /** What the turn says where it calls nothing. */
  readonly text: string;
}

/** Outputs that a tool must give for the task to be solved. */
export interface RequiredOutputs {
  readonly tool: string;
  readonly outputs: readonly string[];
}

export interface ToolSolveRewardOptions {
  /** Reward of a turn with n calls that find s outputs: s/n, s, s²/n or 2s/(n + 1). */
  readonly metric: "precision" | "rate" | "product" | "f1";
  /** Whether an output is found once, so that finding it again earns nothing. */
  readonly consume: boolean;
}

/** Counts of an episode, and the rewards made of them. */
export interface ToolSolveResult {
  /** One a turn, [T]. */
  readonly rewards: Float64Array;
  /** Found of calls; 1 where nothing was called. */
  readonly precision: number;
  /** Found of required. */
  readonly rate: number;
  /** 2·found / (calls + required). */
  readonly f1: number;
}

/**
 * Turn rewards of tool use by what the tools answered (FTRL): a call is good where its feedback holds an output that was still missing.
 *
 *     n ≥ 1 calls, s of them find a missing output (each output once, one a call):   s/n  |  s  |  s²/n  |  2s/(n + 1)
 *     no call:   −0.5 empty · −0.3 a call tag left in the text · 1/(1 + u) the text holds the answer, u outputs missing before the turn
 *                · 0.5 nothing is missing · 0 else
 *     episode:   precision = found / calls,   rate = found / required,   f1 = 2·found / (calls + required)
 *
 * An output is held where each of its pieces between `, ` is in the feedback, lower case, commas dropped. The answer is held likewise, as one piece.
 *
 * @param turns    the turns of an episode, in order
 * @param required the outputs of each tool; at least one
 * @param answer   the right answer; null where none is known
 * @returns turn rewards in {−0.5, −0.3} ∪ [0, n], and the episode's metrics
 * @throws ShapeError where nothing is required (the rate would be 0/0) or an output is empty (every feedback would hold it)
 * @remarks Substring matching is the published rule, and pays a tool's answer of "12" for an output "1". The leftover tags are `<tool_call>`,
 * `</tool_call>` and `<tool_parsed_response>`.
 * @see Ye et al. 2025, FTRL, arXiv:2508.08791; released code Code/verl/utils/reward_score/tool.py and Code/utils/utils.py
 * @example toolSolveReward([{ calls: [{ name: "f", feedback: "It is 7." }, { name: "f", feedback: "It is 7." }], text: "" }], [{ tool: "f", outputs: ["7"] }], null).rewards // => [0.5]
 */
export const toolSolveReward: Kernel<[turns: readonly SolveTurn[], required: readonly RequiredOutputs[], answer: string | null], ToolSolveRewardOptions, ToolSolveResult> = /* @__PURE__ */ defineKernel<
  [readonly SolveTurn[], readonly RequiredOutputs[], string | null],
  ToolSolveRewardOptions,
  ToolSolveResult
>({
  id: "verify/tool-solve-reward",
  aliases: ["ftrl"],
  reduces: "row",
  needs: ["reference"],
  args: ["turns", "required", "answer?"],
  paper: { title: "Feedback-Driven Tool-Use Improvements in Large Language Models via Automated Build Environments", url: "https://arxiv.org/abs/2508.08791" },
  options: z.strictObject({
    metric: z.enum(["precision", "rate", "product", "f1"]).default("product"),
    consume: z.boolean().default(true),
  }),
  run(turns: readonly SolveTurn[], required: readonly RequiredOutputs[], answer: string | null, { metric, consume }: ToolSolveRewardOptions): ToolSolveResult {
    const missing = new Map<string, string[]>();
    required.forEach(({ tool, outputs }, index) => {
      const empty = outputs.find((output) => output.split(", ").every((piece) => form(piece) === ""));
      if (empty !== undefined) throw new ShapeError(`toolSolveReward: required[${index}].outputs must hold text, got ${show(empty)}`, { index });
      missing.set(tool, [...(missing.get(tool) ?? []), ...outputs]);
    });
    const left = (): number => Array.from(missing.values()).reduce((total, outputs) => total + outputs.length, 0);
    const needed = left();
    if (needed === 0) throw new ShapeError("toolSolveReward: required must hold at least one output, got 0");
    let [called, found] = [0, 0];
    const rewards = Float64Array.from(turns, ({ calls, text }) => {
      if (calls.length === 0) return quiet(text, answer, left());
      const hits = calls.filter(({ name, feedback }) => {
        const outputs = missing.get(name) ?? [];
        const given = form(feedback);
        const at = outputs.findIndex((output) => holds(given, output));
        if (at >= 0 && consume) outputs.splice(at, 1);
        return at >= 0;
      }).length;
      called += calls.length;
      found += hits;
      return earned[metric](hits, calls.length);
    });
    return { rewards, precision: called === 0 ? 1 : found / called, rate: found / needed, f1: (2 * found) / (called + needed) };
  },
});

const earned: Readonly<Record<ToolSolveRewardOptions["metric"], (found: number, calls: number) => number>> = {
  precision: (s, n) => s / n,
  rate: (s) => s,
  product: (s, n) => (s * s) / n,
  f1: (s, n) => (2 * s) / (n + 1),
};

function quiet(text: string, answer: string | null, unsolved: number): number {
  const said = text.trim();
  if (said === "") return -0.5;
  if (said.includes("<tool_call>") || said.includes("</tool_call>") || said.includes("<tool_parsed_response>")) return -0.3;
  if (answer !== null && form(said).includes(form(answer))) return 1 / (1 + unsolved);
  return unsolved === 0 ? 0.5 : 0;
}

function form(text: string): string {
  return text.toLowerCase().replaceAll(",", "").trim();
}

function holds(feedback: string, output: string): boolean {
  return output.split(", ").every((piece) => feedback.includes(form(piece)));
}
