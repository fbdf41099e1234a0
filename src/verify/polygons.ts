import { z } from "zod";
import { show } from "../core/errors.ts";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { correct, incorrect, invalid, undecided, type Verdict } from "../core/verdict.ts";
import { matchOptimally, scoreOf, type ShapeScore } from "./space/matching.ts";
import { crossesItself, MOST_CORNERS, polygonArea, polygonIou, type Polygon } from "./space/polygon.ts";
import { corners, readShapes, shapesOf, type Shape, type ShapeCode } from "./space/read.ts";

export interface PolygonsOptions {
  /** Least IoU of a pair. */
  readonly iouThreshold: number;
  /** The score: F1, precision, recall, or the mean IoU over the larger of both counts. */
  readonly metric: ShapeScore;
}

/** Every reason `polygons` gives. */
export type PolygonsCode = "all-matched" | "partly-matched" | "none-matched" | "not-simple" | "too-many-corners" | "bad-reference" | ShapeCode;

/** Most polygons of a response: each is compared with each gold. */
const MOST_POLYGONS = 32;

/**
 * Polygons of a response against gold polygons: one to one, by the IoU of their areas.
 *
 *     pair: IoU ≥ iouThreshold        metric as of `boxes`
 *
 * Areas of overlap are exact for simple polygons, convex or not: slabs between all corners and crossings. A polygon is `[[x, y], …]`, or its numbers
 * in one list (COCO's segmentation), or an object with `polygon`. Limits: 200 corners; 32 polygons; one that crosses itself is invalid.
 *
 * @example polygons("[[0,0],[2,0],[2,2],[0,2]]", [[[0, 0], [2, 0], [2, 2], [0, 2]]]).score // => 1
 */
export const polygons: Verifier<string | object, PolygonsOptions, Verdict<PolygonsCode>> = /* @__PURE__ */ defineVerifier<string | object, PolygonsOptions, Verdict<PolygonsCode>>({
  id: "verify/polygons",
  aliases: ["segmentation-iou"],
  options: z.strictObject({
    iouThreshold: z.number().min(0).max(1).default(0.5),
    metric: z.enum(["f1", "precision", "recall", "overlap"]).default("f1"),
  }),
  prepare(reference: string | object, { iouThreshold, metric }: PolygonsOptions) {
    const gold = simple(shapesOf(reference, 0));
    return (response, context) => {
      if (!Array.isArray(gold)) return undecided("bad-reference", `the reference must be simple polygons, got ${show(reference)}`);
      const read = readShapes(response, 0, context);
      if ("status" in read) return read;
      const { found } = read;
      const predicted = simple(read.shapes);
      if (!Array.isArray(predicted)) return predicted === "not-simple" ? invalid("not-simple", "a polygon crosses itself or has no area", found) : invalid("too-many-corners", `more than ${MOST_CORNERS} corners, or ${MOST_POLYGONS} polygons`, found);
      const overlaps = predicted.map((p) => gold.map((g) => polygonIou(p, g)));
      const match = matchOptimally(overlaps, iouThreshold);
      const value = scoreOf(match, predicted.length, gold.length, metric);
      const counts = `${match.matched} pairs of ${predicted.length} polygons and ${gold.length} gold`;
      if (match.matched === gold.length && match.matched === predicted.length) return correct("all-matched", counts, found, value);
      return match.matched === 0 ? incorrect("none-matched", counts, found, value) : incorrect("partly-matched", counts, found, value);
    };
  },
});

function simple(shapes: readonly Shape[] | null): Polygon[] | "not-simple" | "too-many-corners" {
  if (shapes === null) return "not-simple";
  if (shapes.length > MOST_POLYGONS) return "too-many-corners";
  const out: Polygon[] = [];
  for (const { numbers } of shapes) {
    const polygon = corners(numbers);
    if (polygon !== null && polygon.length > MOST_CORNERS) return "too-many-corners";
    if (polygon === null || polygonArea(polygon) === 0 || crossesItself(polygon)) return "not-simple";
    out.push(polygon);
  }
  return out;
}
