import { z } from "zod";
import { show } from "../core/errors.ts";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { correct, incorrect, invalid, undecided, type Verdict } from "../core/verdict.ts";
import { BOX_FORMATS, boxIou, distanceIou, generalizedIou, toBox, type Box, type BoxFormat } from "./space/box.ts";
import { matchByConfidence, matchOptimally, scoreOf, type ShapeScore } from "./space/matching.ts";
import { readShapes, shapesOf, type Shape, type ShapeCode } from "./space/read.ts";

export interface BoxesOptions {
  /** How the response writes a box; the reference is written in the same way. */
  readonly format: BoxFormat;
  /** Which overlap counts; `giou` and `diou` also tell how far apart boxes are that do not meet. */
  readonly overlap: "iou" | "giou" | "diou";
  /** Least overlap of a pair, in the measure that `overlap` says. */
  readonly iouThreshold: number;
  /** `optimal`: most pairs, then largest total. `confidence`: the surest box first takes its best. */
  readonly matching: "optimal" | "confidence";
  /** Whether a pair must have one label. */
  readonly labels: "ignore" | "match";
  /** The score: F1, precision, recall, or the mean overlap over the larger of both counts. */
  readonly metric: ShapeScore;
}

/** Every reason `boxes` gives. */
export type BoxesCode = "all-matched" | "partly-matched" | "none-matched" | "not-a-box" | "bad-reference" | ShapeCode;

/** One box or several: `[x1, y1, x2, y2]`, `{bbox_2d, label}` and the like, a list of these, or JSON text of them. */
export type BoxesReference = string | object;

/**
 * Boxes of a response against gold boxes: one to one, by overlap.
 *
 *     pair: overlap ≥ iouThreshold      f1 = 2·pairs / (predicted + gold)      overlap score = Σ overlaps of pairs / max(predicted, gold)
 *
 * Reads JSON lists and objects (`bbox_2d`, `bbox`, `box`, `Position` with `label`, `Confidence`; single quotes too), `(x1,y1),(x2,y2)`, `<box>`
 * marks, `<loc…>` tokens (as shares of the side), and numbers in brackets. All matched and none beside is correct, whatever the score.
 * Limits: boxes with swapped corners are invalid; 500 boxes; a box without area overlaps nothing; no gold and no prediction is right.
 *
 * @example boxes("[[10, 10, 20, 20]]", [[10, 10, 20, 20]]).score // => 1
 * @example boxes('<answer>[{"bbox_2d": [0, 0, 2, 2], "label": "cat"}]</answer>', [[0, 0, 2, 3]], { metric: "overlap" }).score // => 0.6666666666666666
 */
export const boxes: Verifier<BoxesReference, BoxesOptions, Verdict<BoxesCode>> = /* @__PURE__ */ defineVerifier<BoxesReference, BoxesOptions, Verdict<BoxesCode>>({
  id: "verify/boxes",
  aliases: ["detection", "iou"],
  options: z.strictObject({
    format: z.enum(BOX_FORMATS).default("xyxy"),
    overlap: z.enum(["iou", "giou", "diou"]).default("iou"),
    iouThreshold: z.number().min(0).max(1).default(0.5),
    matching: z.enum(["optimal", "confidence"]).default("optimal"),
    labels: z.enum(["ignore", "match"]).default("ignore"),
    metric: z.enum(["f1", "precision", "recall", "overlap"]).default("f1"),
  }),
  prepare(reference: BoxesReference, { format, overlap, iouThreshold, matching, labels, metric }: BoxesOptions) {
    const gold = labelled(shapesOf(reference, 4), format);
    const overlapOf = { iou: boxIou, giou: generalizedIou, diou: distanceIou }[overlap];
    return (response, context) => {
      if (gold === null || (labels === "match" && gold.some(({ label }) => label === null))) return undecided("bad-reference", labels === "match" && gold !== null ? "a gold box has no label" : `the reference must be boxes, got ${show(reference)}`);
      const read = readShapes(response, 4, context);
      if ("status" in read) return read;
      const { found } = read;
      const predicted = labelled(read.shapes, format);
      if (predicted === null) return invalid("not-a-box", "four numbers are no box: its corners are swapped, or its size is negative", found);
      const overlaps = predicted.map((p) => gold.map((g) => (labels === "match" && p.label !== g.label ? 0 : overlapOf(p.box, g.box))));
      const match =
        matching === "optimal"
          ? matchOptimally(overlaps, iouThreshold)
          : matchByConfidence(overlaps, predicted.map(({ confidence }) => confidence ?? 1), iouThreshold, true);
      const value = Math.max(0, scoreOf(match, predicted.length, gold.length, metric));
      if (match.matched === gold.length && match.matched === predicted.length) return correct("all-matched", "every box has its partner", found, value);
      const counts = `${match.matched} pairs of ${predicted.length} boxes and ${gold.length} gold boxes`;
      return match.matched === 0 ? incorrect("none-matched", counts, found, value) : incorrect("partly-matched", counts, found, value);
    };
  },
});

interface LabelledBox {
  readonly box: Box;
  readonly label: string | null;
  readonly confidence: number | null;
}

function labelled(shapes: readonly Shape[] | null, format: BoxFormat): LabelledBox[] | null {
  if (shapes === null) return null;
  const out: LabelledBox[] = [];
  for (const { numbers, label, confidence } of shapes) {
    const box = toBox(numbers, format);
    if (box === null) return null;
    out.push({ box, label: label === null ? null : label.trim().toLowerCase(), confidence });
  }
  return out;
}
