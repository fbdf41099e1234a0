import { z } from "zod";
import { ShapeError, show } from "../core/errors.ts";
import { defineKernel, type Kernel, type Series } from "../core/method.ts";
import { requireFinite } from "../core/numeric.ts";
import type { Box } from "./space/box.ts";
import { boxIou } from "./space/box.ts";
import { matchByConfidence } from "./space/matching.ts";

export interface DetectionRewardOptions {
  /** A pair's IoU must be above this. */
  readonly iouThreshold: number;
  /** What the IoUs are divided by: the larger of both counts (released code), or the predicted boxes (the paper's text). */
  readonly denominator: "larger" | "predicted";
}

/** The two parts of the reward; the third is the format, in {0, 1}. */
export interface DetectionRewardResult {
  /** R_iou in [0, 1]. */
  readonly iou: number;
  /** R_conf in [0, 1]. */
  readonly confidence: number;
}

/**
 * Detection reward (Visual-RFT): overlaps of the boxes, and how well their confidences know it.
 *
 *     R_iou = Σ IoU of pairs / max(G, P)        R_conf = mean over predicted: c if it has a pair, 1 − c if not
 *
 * Predicted boxes with equal coordinates count once, the first; then the surest box takes the free gold box of largest IoU, if that is above the threshold.
 * Limits: no box predicted, or no gold: both 0; R_conf is cut to [0, 1]; touching boxes and swapped corners do not overlap.
 *
 * @param gold        boxes x1, y1, x2, y2, [G][4]
 * @param predicted   boxes, [P][4]
 * @param confidences shape [P]
 * @returns both parts; the published reward is their sum plus 1 where the text is think and answer tags alone: see `tags`
 * @throws ShapeError, NonFiniteError
 * @remarks The released code adds no R_iou where the IoU equals the threshold. It also pays a gold answer of one box twice over where
 * Math-Verify takes both texts for equal; that is left out.
 * @see Liu et al. 2025, Visual-RFT, arXiv:2503.01785, section 3.3; released code src/virft/src/open_r1/grpo.py
 * @example detectionReward([[0, 0, 2, 2], [5, 5, 7, 7]], [[0, 0, 2, 2]], [0.9]) // => { iou: 0.5, confidence: 0.9 }
 */
export const detectionReward: Kernel<[gold: readonly Series[], predicted: readonly Series[], confidences: Series], DetectionRewardOptions, DetectionRewardResult> = /* @__PURE__ */ defineKernel<
  [readonly Series[], readonly Series[], Series],
  DetectionRewardOptions,
  DetectionRewardResult
>({
  id: "verify/detection-reward",
  aliases: ["visual-rft"],
  reduces: "row",
  needs: ["reference"],
  args: ["gold", "predicted", "confidences"],
  paper: { title: "Visual-RFT: Visual Reinforcement Fine-Tuning", url: "https://arxiv.org/abs/2503.01785" },
  options: z.strictObject({
    iouThreshold: z.number().min(0).max(1).default(0.5),
    denominator: z.enum(["larger", "predicted"]).default("larger"),
  }),
  run(gold: readonly Series[], predicted: readonly Series[], confidences: Series, { iouThreshold, denominator }: DetectionRewardOptions): DetectionRewardResult {
    const due = requireBoxes("gold", gold);
    const all = requireBoxes("predicted", predicted);
    requireFinite("detectionReward", "confidences", confidences);
    if (confidences.length !== all.length) throw new ShapeError(`detectionReward: confidences must have one entry a predicted box, ${all.length}, got ${confidences.length}`);
    const seen = new Set<string>();
    const kept = all.flatMap((box, p) => {
      const key = box.join();
      if (seen.has(key)) return [];
      seen.add(key);
      return [{ box, confidence: confidences[p]! }];
    });
    if (kept.length === 0 || due.length === 0) return { iou: 0, confidence: 0 };
    const overlaps = kept.map(({ box }) => due.map((other) => boxIou(other, box)));
    const match = matchByConfidence(overlaps, kept.map(({ confidence }) => confidence), iouThreshold, false);
    const total = match.overlaps.reduce((sum, overlap) => sum + overlap, 0);
    const sure = kept.reduce((sum, { confidence }, p) => sum + (match.partner[p]! < 0 ? 1 - confidence : confidence), 0) / kept.length;
    return { iou: total / (denominator === "larger" ? Math.max(due.length, kept.length) : kept.length), confidence: Math.min(1, Math.max(0, sure)) };
  },
});

function requireBoxes(name: string, boxes: readonly Series[]): Box[] {
  return Array.from(boxes, (box, index) => {
    if (box.length !== 4) throw new ShapeError(`detectionReward: ${name}[${index}] must have 4 numbers, got ${show(box.length)}`, { index });
    requireFinite("detectionReward", `${name}[${index}]`, box);
    return [box[0]!, box[1]!, box[2]!, box[3]!];
  });
}
