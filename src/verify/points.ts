import { z } from "zod";
import { optimalAssignment } from "../core/assignment.ts";
import { show } from "../core/errors.ts";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { correct, incorrect, undecided, type Verdict } from "../core/verdict.ts";
import { insidePolygon, MOST_CORNERS, type Point, type Polygon } from "./space/polygon.ts";
import { corners, readShapes, shapesOf, type ShapeCode } from "./space/read.ts";

export interface PointsOptions {
  /** Farthest that a point may lie from its gold point; regions have no radius. */
  readonly radius: number;
  /** The score: F1, precision or recall. */
  readonly metric: "f1" | "precision" | "recall";
}

/** Every reason `points` gives. */
export type PointsCode = "all-matched" | "partly-matched" | "none-matched" | "bad-reference" | ShapeCode;

/** Gold points, or regions that each want one point: `{ boxes }` as x1, y1, x2, y2 or `{ polygons }`; JSON text of any. */
export type PointsReference = string | object;

/**
 * Points of a response against gold points or regions, one to one and as many as can be.
 *
 *     pair: distance ≤ radius, or the point lies in the region, border included        f1 = 2·pairs / (predicted + gold)
 *
 * Reads `[x, y]`, `(x, y)`, `{point_2d}`, `{x, y}`, `<point x="…" y="…">` and lists of these.
 * Limits: 500 points; two points in one region earn once.
 *
 * @example points("(10, 12)", [[10, 10]], { radius: 2 }).score // => 1
 * @example points('<point x="5" y="5">cat</point>', { boxes: [[0, 0, 10, 10]] }).score // => 1
 */
export const points: Verifier<PointsReference, PointsOptions, Verdict<PointsCode>> = /* @__PURE__ */ defineVerifier<PointsReference, PointsOptions, Verdict<PointsCode>>({
  id: "verify/points",
  aliases: ["pointing"],
  options: z.strictObject({
    radius: z.number().min(0).default(0),
    metric: z.enum(["f1", "precision", "recall"]).default("f1"),
  }),
  prepare(reference: PointsReference, { radius, metric }: PointsOptions) {
    const targets = targetsOf(reference, radius);
    return (response, context) => {
      if (targets === null) return undecided("bad-reference", `the reference must be points or regions, got ${show(reference)}`);
      const read = readShapes(response, 2, context);
      if ("status" in read) return read;
      const hits = read.shapes.map(({ numbers }) => targets.map((holds) => (holds([numbers[0]!, numbers[1]!]) ? 1 : 0)));
      const matched = optimalAssignment(hits).filter((g, p) => g >= 0 && hits[p]![g] === 1).length;
      const [p, g] = [read.shapes.length, targets.length];
      const value = p + g === 0 ? 1 : metric === "f1" ? (2 * matched) / (p + g) : matched / Math.max(1, metric === "precision" ? p : g);
      const counts = `${matched} pairs of ${p} points and ${g} gold`;
      if (matched === p && matched === g) return correct("all-matched", counts, read.found, value);
      return matched === 0 ? incorrect("none-matched", counts, read.found, value) : incorrect("partly-matched", counts, read.found, value);
    };
  },
});

type Target = (point: Point) => boolean;

function targetsOf(reference: unknown, radius: number): Target[] | null {
  let value = reference;
  if (typeof value === "string") {
    const points = shapesOf(value, 2);
    if (points !== null) value = points.map(({ numbers }) => numbers);
  }
  const record = typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {};
  if (record["boxes"] !== undefined) return shapesOf(record["boxes"], 4)?.map(({ numbers: [x1, y1, x2, y2] }) => ([x, y]) => x >= x1! && x <= x2! && y >= y1! && y <= y2!) ?? null;
  if (record["polygons"] !== undefined) {
    const polygons = shapesOf(record["polygons"], 0)?.map(({ numbers }) => corners(numbers));
    if (polygons === undefined || !polygons.every((polygon): polygon is Polygon => polygon !== null && polygon.length <= MOST_CORNERS)) return null;
    return polygons.map((polygon) => (point) => insidePolygon(point, polygon));
  }
  return shapesOf(value, 2)?.map(({ numbers: [gx, gy] }) => ([x, y]) => Math.hypot(x - gx!, y - gy!) <= radius) ?? null;
}
