/** The verifiers of space: boxes, points, polygons, charts, counts, and the router over them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { goldenLines } from "../../test/fixtures/lines.ts";
import { within } from "../../test/fixtures/within.ts";
import { boxes } from "./boxes.ts";
import { chartValues } from "./chart-values.ts";
import { counting } from "./counting.ts";
import { detectionReward } from "./detection-reward.ts";
import { groundingFormat } from "./grounding-format.ts";
import { points } from "./points.ts";
import { polygons } from "./polygons.ts";
import { routedTask } from "./routed-task.ts";
import { boxIou, distanceIou, generalizedIou, type Box } from "./space/box.ts";
import { commonArea, polygonIou, type Polygon } from "./space/polygon.ts";

const box: fc.Arbitrary<Box> = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })).map(([x, y, w, h]) => [x, y, x + w, y + h]);

describe("overlaps", () => {
  it("hand values", () => {
    expect(boxIou([0, 0, 2, 2], [1, 1, 3, 3])).toBeCloseTo(1 / 7, 12);
    expect(boxIou([0, 0, 2, 2], [2, 0, 4, 2])).toBe(0);
    // Apart by one: hull 3, union 2.
    expect(generalizedIou([0, 0, 1, 1], [2, 0, 3, 1])).toBeCloseTo(-1 / 3, 12);
    expect(distanceIou([0, 0, 2, 2], [0, 0, 2, 2])).toBe(1);
    expect([boxIou([1, 1, 1, 1], [1, 1, 1, 1]), generalizedIou([1, 1, 1, 1], [1, 1, 1, 1]), distanceIou([1, 1, 1, 1], [1, 1, 1, 1])]).toEqual([0, 0, 0]);
  });

  it("are symmetric, at most 1, and 1 for equal boxes; GIoU and DIoU are never above IoU", () => {
    fc.assert(
      fc.property(box, box, (a, b) => {
        for (const overlap of [boxIou, generalizedIou, distanceIou]) {
          expect(overlap(a, b)).toBeCloseTo(overlap(b, a), 12);
          expect(overlap(a, a)).toBeCloseTo(1, 12);
          expect(overlap(a, b)).toBeLessThanOrEqual(boxIou(a, b) + 1e-12);
          expect(overlap(a, b)).toBeGreaterThan(-1);
        }
        const corners = ([x1, y1, x2, y2]: Box): Polygon => [[x1, y1], [x2, y1], [x2, y2], [x1, y2]];
        expect(polygonIou(corners(a), corners(b))).toBeCloseTo(boxIou(a, b), 12);
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  it("polygons: Shapely's areas of 150 drawn pairs (scripts/golden/boxes.py)", () => {
    const rows = goldenLines<{ a?: [number, number][]; b: [number, number][]; common: number; iou: number }>("vision/boxes.jsonl.gz").filter((row) => row.a !== undefined);
    expect(rows.length).toBe(150);
    for (const { a, b, common, iou } of rows) {
      expect(commonArea(a!, b)).toBeCloseTo(common, 9);
      expect(polygonIou(a!, b)).toBeCloseTo(iou, 9);
    }
  });
});

describe("detectionReward", () => {
  it("equals the released functions on 200 drawn cases (Liuziyu77/Visual-RFT 94866331)", () => {
    const rows = goldenLines<{ gold?: number[][]; predicted: number[][]; confidences: number[]; larger: number; paper: number; confidence: number }>("vision/boxes.jsonl.gz").filter((row) => row.gold !== undefined);
    expect(rows.length).toBe(200);
    for (const { gold, predicted, confidences, larger, paper, confidence } of rows) {
      const result = detectionReward(gold!, predicted, confidences);
      expect(result.iou).toBeCloseTo(larger, 12);
      expect(result.confidence).toBeCloseTo(confidence, 12);
      expect(detectionReward(gold!, predicted, confidences, { denominator: "predicted" }).iou).toBeCloseTo(paper, 12);
    }
  });

  it("catalogue row s055", () => {
    const gold = [[0, 0, 10, 10], [20, 20, 30, 30]];
    expect(detectionReward(gold, [[0, 0, 10, 10]], [0.9])).toEqual({ iou: 0.5, confidence: 0.9 });
    expect(detectionReward(gold, [[0, 0, 10, 10]], [0.9], { denominator: "predicted" }).iou).toBe(1);
    // A duplicate with other coordinates, IoU 0.4 with the taken gold: adds 1 − c to the mean.
    const twice = detectionReward(gold, [[0, 0, 10, 10], [0, 0, 10, 4]], [0.9, 0.3]);
    expect(twice.iou).toBe(0.5);
    expect(twice.confidence).toBeCloseTo((0.9 + 0.7) / 2, 12);
    expect(detectionReward([[0, 0, 10, 10]], [[0, 0, 10, 5]], [1])).toEqual({ iou: 0, confidence: 0 });
    expect(detectionReward(gold, [], [])).toEqual({ iou: 0, confidence: 0 });
    expect(() => detectionReward(gold, [[0, 0, 1]], [1])).toThrow("predicted[0] must have 4 numbers");
    expect(() => detectionReward(gold, [[0, 0, 1, 1]], [])).toThrow("one entry a predicted box");
  });
});

describe("boxes", () => {
  const gold = [[10, 10, 20, 20]];
  it.each([
    ["numbers", "[10, 10, 20, 20]"],
    ["a list", "[[10, 10, 20, 20]]"],
    ["Qwen", '```json\n[{"bbox_2d": [10, 10, 20, 20], "label": "cat"}]\n```'],
    ["Visual-RFT", "<think>x</think><answer>[{'Position': [10, 10, 20, 20], 'Confidence': 0.9}]</answer>"],
    ["marks", "<|box_start|>(10,10),(20,20)<|box_end|>"],
    ["InternVL", "<ref>cat</ref><box>[[10, 10, 20, 20]]</box>"],
    ["a sentence", "The box is [10, 10, 20.0, 20], I think."],
  ])("reads %s", (_, response) => {
    expect(boxes(response, gold).reason.code).toBe("all-matched");
  });

  it("reads location tokens as shares, y first", () => {
    expect(boxes("<loc0256><loc0000><loc0512><loc1023> cat", [[0, 0.25, 0.999, 0.5]]).score).toBe(1);
  });

  it("counts: F1, precision, recall, overlap; labels; formats", () => {
    const two = [[0, 0, 10, 10], [20, 20, 30, 30]];
    const score = (text: string, options: object): number | null => boxes(text, two, options).score;
    const three = "[[0,0,10,10],[50,50,60,60],[20,20,30,25]]";
    expect(score(three, {})).toBeCloseTo((2 * 2) / 5, 12);
    expect(score(three, { metric: "precision" })).toBeCloseTo(2 / 3, 12);
    expect(score(three, { metric: "recall" })).toBe(1);
    expect(score(three, { metric: "overlap" })).toBeCloseTo(1.5 / 3, 12);
    expect(score(three, { iouThreshold: 0.6 })).toBeCloseTo(2 / 5, 12);
    expect(boxes("[[0,0,10,10]]", [[5, 5, 10, 10]], { format: "cxcywh" }).score).toBe(0);
    expect(boxes("[[5,5,10,10]]", [[5, 5, 10, 10]], { format: "cxcywh" }).score).toBe(1);
    expect(boxes('[{"bbox": [0,0,1,1], "label": "Cat"}]', [{ box: [0, 0, 1, 1], label: "cat" }], { labels: "match" }).score).toBe(1);
    expect(boxes('[{"bbox": [0,0,1,1], "label": "dog"}]', [{ box: [0, 0, 1, 1], label: "cat" }], { labels: "match" }).score).toBe(0);
    expect(boxes("[[0,0,1,1]]", [[0, 0, 1, 1]], { labels: "match" }).status).toBe("undecided");
    // The surest box takes the gold that only the other could have had too.
    const greedy = "[{'box': [0,0,10,8], 'score': 0.9}, {'box': [0,0,10,10], 'score': 0.5}]";
    expect(boxes(greedy, [[0, 0, 10, 10], [0, 0, 10, 4]], { matching: "confidence", iouThreshold: 0.4 }).score).toBe(1);
    expect(boxes(greedy, [[0, 0, 10, 10], [0, 0, 10, 4]], { matching: "optimal", iouThreshold: 0.5 }).score).toBe(1);
  });

  it("whose fault", () => {
    expect(boxes("no box here", gold).reason.code).toBe("no-shapes");
    expect(boxes("[{'Position': [10, 10, 20", gold).reason.code).toBe("unreadable");
    expect(boxes("[[20, 20, 10, 10]]", gold).reason.code).toBe("not-a-box");
    expect(boxes("[[50, 50, 60, 60]]", gold).reason.code).toBe("none-matched");
    expect(boxes("[[10,10,20,20],[50,50,60,60]]", gold).reason.code).toBe("partly-matched");
    expect(boxes("[]", []).reason.code).toBe("all-matched");
    expect(boxes("[]", gold).score).toBe(0);
    expect(boxes("<answer>[10,10,20,20]</answer><answer>[0,0,1,1]</answer>", gold).reason.code).toBe("several-blocks");
    expect(boxes(`[${"[1,1,2,2],".repeat(500)}[10,10,20,20]]`, gold).reason.code).toBe("too-many-shapes");
    for (const bad of ["x", [[1, 2, 3]], [[2, 2, 1, 1]], 3]) expect(boxes("[1,1,2,2]", bad as object).reason.code, String(bad)).toBe("bad-reference");
  });

  it("does not pay for covering the picture with boxes", () => {
    const grid = Array.from({ length: 100 }, (_, i) => [10 * (i % 10), 10 * Math.floor(i / 10), 10 * (i % 10) + 10, 10 * Math.floor(i / 10) + 10]);
    expect(boxes(JSON.stringify(grid), gold).score).toBeLessThan(0.05);
    expect(boxes(JSON.stringify([...gold, ...gold, ...gold]), gold).score).toBe(0.5);
  });

  it("hostile megabytes end soon", () => {
    for (const text of ["[".repeat(1_000_000), "(".repeat(500_000) + "1,".repeat(250_000), `[${"1 ".repeat(500_000)}`, "<loc0001>".repeat(110_000), "[1,1,2,2] ".repeat(100_000), "<answer>".repeat(120_000), `[${"1,".repeat(400_000)}1]`]) {
      within(700, () => {
        expect(boxes(text, gold).score).toBe(0);
      });
    }
  });
});

describe("points and polygons", () => {
  it("points by distance and by region", () => {
    expect(points("[[10, 10], [50, 50]]", [[11, 10], [50, 51]], { radius: 1 }).score).toBe(1);
    expect(points("[[10, 10], [10.1, 10]]", [[10, 10]], { radius: 1 }).score).toBeCloseTo(2 / 3, 12);
    expect(points('<points x1="5" y1="5" x2="25" y2="25" alt="cats">', { boxes: [[0, 0, 10, 10], [20, 20, 30, 30]] }).score).toBe(1);
    expect(points('[{"point_2d": [1, 1], "label": "x"}]', { polygons: [[[0, 0], [4, 0], [0, 4]]] }).score).toBe(1);
    expect(points('{"x": 3, "y": 3}', { polygons: [[[0, 0], [4, 0], [0, 4]]] }).reason.code).toBe("none-matched");
    expect(points("(1, 1)", "[[1, 1], [9, 9]]", { metric: "precision" })).toMatchObject({ score: 1, reason: { code: "partly-matched" } });
    expect(points("(1, 1)", "[[1, 1], [9, 9]]", { metric: "recall" }).score).toBe(0.5);
    expect(points("nothing", [[1, 1]]).reason.code).toBe("no-shapes");
    expect(points("(1,1)", { boxes: "x" }).status).toBe("undecided");
    within(1000, () => {
      points(`<point ${'x="1" '.repeat(150_000)}>`, [[1, 1]]);
      points(`<points ${'x1="1" '.repeat(500)}>`.repeat(280), [[1, 1]]);
    });
  });

  it("polygons", () => {
    const l: Polygon = [[0, 0], [4, 0], [4, 2], [2, 2], [2, 4], [0, 4]];
    expect(polygonIou(l, [[0, 0], [4, 0], [4, 4], [0, 4]])).toBeCloseTo(12 / 16, 12);
    expect(polygons("[[0,0],[4,0],[4,4],[0,4]]", [l], { metric: "overlap" }).score).toBeCloseTo(0.75, 12);
    expect(polygons("[0,0,4,0,4,4,0,4]", [l]).reason.code).toBe("all-matched");
    expect(polygons("[[0,0],[4,4],[4,0],[0,4]]", [l]).reason.code).toBe("not-simple");
    expect(polygons(JSON.stringify(Array.from({ length: 201 }, (_, i) => [i, i * i])), [l]).reason.code).toBe("too-many-corners");
    expect(polygons("[[9,9],[10,9],[9,10]]", [l]).reason.code).toBe("none-matched");
    expect(polygons("[[[0,0],[4,0],[4,4],[0,4]],[[9,9],[10,9],[9,10]]]", [l]).reason.code).toBe("partly-matched");
    expect(polygons("[1,2,3]", "no").status).toBe("undecided");
    expect(polygons("no", [l]).reason.code).toBe("no-shapes");
    const ring = Array.from({ length: 200 }, (_, i) => [Math.cos((i * Math.PI) / 100) * (i % 2 === 0 ? 1 : 0.5), Math.sin((i * Math.PI) / 100) * (i % 2 === 0 ? 1 : 0.5)]);
    within(2500, () => {
      polygons(JSON.stringify(Array.from({ length: 32 }, () => ring)), [ring]);
    });
  });
});

describe("values, counts, format", () => {
  it.each([
    ["100", "100", "equal"],
    ["95", "100", "within-tolerance"],
    ["105", "100", "within-tolerance"],
    ["94.99", "100", "different"],
    ["0", "0", "equal"],
    ["0.01", "0", "different"],
    ["19%", "19", "equal"],
    ["$1,000", 1000, "equal"],
    ["United States", "the united states", "equal"],
    ["France", "Germany", "different"],
    ["about ten", "10", "different"],
    ["3, 4.1", ["3", 4], "within-tolerance"],
    ["3", ["3", 4], "wrong-count"],
    ["x", "", "bad-reference"],
  ])("chart: %s for %s is %s", (text, gold, code) => {
    expect(chartValues(text, gold, { extract: "whole" }).reason.code).toBe(code);
  });

  it("chart: contradictions, percent, no answer", () => {
    expect(chartValues("\\boxed{3} \\boxed{9}", "3").reason.code).toBe("contradiction");
    expect(chartValues("19%", "19", { extract: "whole", percent: "hundredths" }).reason.code).toBe("different");
    expect(chartValues("I do not know", "3").status).toBe("invalid");
  });

  it("counting", () => {
    expect(counting("<answer>seven</answer>", 7).score).toBe(1);
    expect(counting("\\boxed{8}", 7, { absolute: 1 }).reason.code).toBe("within-tolerance");
    expect(counting("\\boxed{0}", 10, { partial: "nearness" }).score).toBe(0);
    expect(counting("\\boxed{9}", 10, { partial: "nearness" }).score).toBeCloseTo(0.9, 12);
    expect(counting("\\boxed{2.5}", 2).reason.code).toBe("not-a-count");
    expect(counting("\\boxed{2} \\boxed{3}", 2).reason.code).toBe("contradiction");
    expect(counting("\\boxed{2}", -1).status).toBe("undecided");
    expect(counting("none", 2).status).toBe("invalid");
  });

  it.each([
    ["well-formed", '[{"bbox": [0, 0, 5, 5], "label": "a", "score": 0.5}]'],
    ["no-label", '[{"bbox": [0, 0, 5, 5], "score": 0.5}]'],
    ["no-confidence", '[{"bbox": [0, 0, 5, 5], "label": "a", "score": 5}]'],
    ["outside", '[{"bbox": [0, 0, 15, 5], "label": "a", "score": 0.5}]'],
    ["empty-box", '[{"bbox": [0, 0, 0, 5], "label": "a", "score": 0.5}]'],
    ["not-a-box", '[{"bbox": [5, 0, 0, 5], "label": "a", "score": 0.5}]'],
    ["too-many", '[{"bbox": [0, 0, 5, 5], "label": "a", "score": 0.5}, {"bbox": [0, 0, 5, 5], "label": "a", "score": 0.5}]'],
    ["too-few", "[]"],
    ["no-shapes", "none"],
  ])("groundingFormat %s", (code, response) => {
    expect(groundingFormat(response, { width: 10, height: 10, max: 1, label: "required", confidence: "required" }).reason.code).toBe(code);
  });
});

describe("routedTask", () => {
  const embed = (text: string): number[][] => Array.from(text.replace(/\W/g, ""), (c) => Array.from({ length: 26 }, (_, i) => (i === c.toLowerCase().charCodeAt(0) - 97 ? 1 : 0)));
  it("sends each task to its check", () => {
    expect(routedTask("<answer>B</answer>", { task: "matching", gold: "B" }).score).toBe(1);
    expect(routedTask("<answer>Yes.</answer>", { task: "matching", gold: "yes" }).score).toBe(1);
    expect(routedTask("<answer>95</answer>", { task: "chart", gold: "100" }).score).toBe(1);
    expect(routedTask("<answer>94</answer>", { task: "chart", gold: 100 }).score).toBe(0);
    expect(routedTask("<answer>[1,1,3,3]</answer>", { task: "grounding", gold: [0, 0, 2, 2] }).score).toBeCloseTo(1 / 7, 12);
    const open = routedTask.prepare({ task: "open", gold: "abc" });
    expect(open("<answer>cab</answer>", { embed })).toMatchObject({ score: 1, reason: { code: "similar" } });
    expect(open("<answer>ab</answer>", { embed })).toMatchObject({ reason: { code: "not-similar" } });
    expect(open("<answer>a</answer><answer>b</answer>", { embed }).reason.code).toBe("contradiction");
    expect(open("abc").reason.code).toBe("no-capability");
    expect(open("", { embed }).score).toBe(0);
    expect(routedTask("x", { task: "dance" as never, gold: "x" }).reason.code).toBe("bad-reference");
    expect(routedTask("x", null as never).status).toBe("undecided");
  });
});
