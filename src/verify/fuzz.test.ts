/** Every verifier of tools, structure and space over texts made of the pieces they look for: none throws, none pays outside [0, 1], none takes long. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { within } from "../../test/fixtures/within.ts";
import type { PreparedVerifier } from "../core/method.ts";
import { boxes, chartValues, citations, codeFences, counting, grammar, groundingFormat, jsonSchema, markdown, ordering, points, polygons, regex, routedTask, toolCalls, xml } from "./index.ts";

const pieces = [
  ..."[]{}()<>,:;=\"'`~#|-*_.\\/ \n\t&!?^$%0123456789eEé😀", "\ud800", "\u0000", "true", "null", "```json\n", "```\n", "```", "<answer>", "</answer>", "<think>", "</think>", "<tool_call>", "</tool_call>",
  '{"name": "f", "arguments": {"a": 1}}', "f(a=1)", "[f(a=1)]", "<function=f>", "</function>", "<parameter=a>", "</parameter>", '<invoke name="f">', "__proto__", "constructor", "<a b='c'>", "</a>", "<!--", "-->", "<![CDATA[", "]]>", "&amp;", "&#x41;",
  "[1, 2, 3, 4]", "[[0,0],[4,0],[4,4]]", '{"bbox_2d": [1,1,2,2], "label": "x"}', "{'Position': [1,1,2,2], 'Confidence': 0.9}", "<loc0001>", '<point x="1" y="2">', "[1]", "[2-9]", "\\boxed{7}", "1e999", "-0", "NaN", "<|im_end|>", "<|im_start|>assistant",
];
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join(""));

const checks: Readonly<Record<string, PreparedVerifier>> = {
  toolCalls: toolCalls.prepare([{ name: "f", arguments: { a: 1 } }]),
  toolCallsOfTurns: toolCalls.prepare({ turns: [[{ f: { a: [1, ""] } }], [{ f: { a: [{ b: [1] }] } }]] }, { strings: "bfcl", partial: "share" }),
  toolsAlone: toolCalls.prepare({ tools: [{ name: "f", parameters: { type: "dict", properties: { a: { type: "float" } } } }] }),
  jsonSchema: jsonSchema.prepare({ type: "object", properties: { a: { type: "array", uniqueItems: true } }, unevaluatedProperties: false }),
  regex: regex.prepare("(a|b|[^c])*\\d+"),
  grammar: grammar.prepare('root ::= "[" (root ("," root)*)? "]" | [0-9a-z ]+'),
  citations: citations.prepare({ "1": "one", "2": "two" }, { quotes: "match", coverage: 0.5 }),
  boxes: boxes.prepare([[1, 1, 2, 2]], { overlap: "giou", metric: "overlap" }),
  points: points.prepare([[1, 2]], { radius: 1 }),
  polygons: polygons.prepare([[[0, 0], [4, 0], [4, 4]]]),
  chartValues: chartValues.prepare(7),
  counting: counting.prepare(7, { partial: "nearness" }),
  ordering: ordering.prepare([1, 2, 3, 4]),
  routedTask: routedTask.prepare({ task: "grounding", gold: [1, 1, 2, 2] }),
  xml: xml.run({ extract: "auto", root: "", required: ["a"], attributes: ["a/@b"] }),
  markdown: markdown.run({ headings: ["a"], otherHeadings: "allow", emptySections: "forbid", skippedLevels: "forbid", minListItems: 0, maxListItems: 9, minTables: 0 }),
  codeFences: codeFences.run({ languages: ["json"], min: 1, max: 2, outside: "forbid", empty: "forbid" }),
  groundingFormat: groundingFormat.run({ format: "xyxy", width: 10, height: 10, min: 1, max: 3, label: "optional", confidence: "optional" }),
};

it.each(Object.entries(checks))("%s", (_, check) => {
  fc.assert(
    fc.property(text, (response) => {
      const { status, score, span, extracted } = check(response);
      if (score !== null) expect(score >= 0 && score <= 1).toBe(true);
      expect(status).not.toBe("undecided");
      if (status === "invalid") expect(score).toBe(0);
      if (span !== undefined && extracted !== null) expect(span.start >= 0 && span.start <= span.end && span.end <= response.length).toBe(true);
    }),
    { seed: 11, numRuns: 200 },
  );
});

// Each check takes every fifth piece, beginning at another one.
it.each(Object.entries(checks).map(([name, check], k) => [name, check, pieces.filter((_, i) => i % 5 === k % 5)] as const))("%s: a piece a megabyte long", (_, check, some) => {
  for (const piece of some)
    within(1_000, () => {
      const { score } = check(piece.repeat(Math.ceil(1_000_000 / piece.length)));
      expect(score === null || (score >= 0 && score <= 1)).toBe(true);
    });
});
