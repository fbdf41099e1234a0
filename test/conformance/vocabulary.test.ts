/** The words of the verifiers' options: a name means one thing wherever it stands, and a thing has one name. See docs/decisions/0015. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { OptionError, ShapeError } from "../../src/core/errors.ts";
import type { Method } from "../../src/core/method.ts";
import type { Verdict } from "../../src/core/verdict.ts";
import * as verify from "../../src/verify/index.ts";

/** A word: what it means, the values it may have of which a method takes some, and its default where all share one. */
interface Word {
  readonly means: string;
  readonly values?: readonly unknown[];
  readonly type?: "boolean" | "integer" | "number";
  readonly unset?: unknown;
}

const WORDS: Readonly<Record<string, Word>> = {
  extract: {
    means: "where in the response the answer is looked for",
    // which of them, then where; `only`: those that differ are refused
    values: ["auto", "whole", "only-tag", "last-tag", "only-box", "last-box", "last-hash", "only-fence", "last-fence", "first-fence", "longest-fence", "last-statement", "math-verify"],
  },
  format: { means: "how what is read is written", values: ["auto", "xyxy", "xywh", "cxcywh", "prover9", "smtlib", "hermes", "xml", "json", "python"] },
  caseSensitive: { means: "upper case is told from lower", type: "boolean" },
  ngramOrder: { means: "n of n-grams of words or tokens", type: "integer" },
  characterOrder: { means: "n of n-grams of characters", type: "integer" },
  wordOrder: { means: "n of n-grams of words, beside those of characters", type: "integer" },
  threshold: { means: "score from which on the verdict is correct", type: "number" },
  iouThreshold: { means: "overlap from which on two regions are a pair", type: "number" },
  absolute: { means: "largest distance of a number that is right", type: "number" },
  relative: { means: "the same, as a share of the right number", type: "number" },
  partial: { means: "what is paid for a part", values: ["none", "share", "nearness", "weighted", "staged", "speed"], unset: "none" },
  metric: { means: "which measure is the score", values: ["f1", "precision", "recall", "overlap", "exact", "contains", "ease", "grade", "rate", "product", "logprob", "hit"] },
  order: { means: "whether parts may come in any order", values: ["any", "given"] },
  seconds: { means: "time on the wall of one question to a database or a solver", type: "number" },
  cpuSeconds: { means: "CPU time of one run of a program", type: "number" },
  speedCap: { means: "most that a ratio of times counts for", type: "number" },
  unit: { means: "what is counted", values: ["characters", "words", "tokens"] },
  denominator: { means: "what a count is divided by", values: ["longer", "reference", "sum", "larger", "predicted"] },
  matching: { means: "how pairs are chosen", values: ["optimal", "greedy", "sinkhorn", "confidence"] },
  outside: { means: "text beside what is asked for", values: ["forbid", "allow"] },
  empty: { means: "what is asked for, with nothing in it", values: ["forbid", "allow"], unset: "forbid" },
  dropPunctuation: { means: "punctuation does not count", type: "boolean" },
  min: { means: "least of what the method counts" },
  max: { means: "most of what the method counts" },
  alpha: { means: "the parameter of that letter in the paper", type: "number" },
  beta: { means: "the parameter of that letter in the paper", type: "number" },
  tags: { means: "names of elements, in their order" },
};

/** Options that one method has alone, or a family that shares its options. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  bleu: ["tokenizer", "smoothing", "smoothingValue", "effectiveOrder", "referenceLength"],
  boxes: ["overlap", "labels"],
  cascade: ["stopOn"],
  chartValues: ["percent"],
  choice: ["choices", "multiple"],
  chrf: ["whitespace"],
  citations: ["minSources", "coverage", "quotes"],
  code: ["language", "compare", "prelude", "stopEarly", "maxTests", "maxTimeouts", "memoryMb"],
  codeFences: ["languages"],
  editDistance: ["edits"],
  efficiencyReward: ["timed"],
  exact: ["trim"],
  grammar: ["start"],
  groundedClaims: ["free"],
  groundingFormat: ["width", "height", "label", "confidence"],
  instructionConstraints: ["mode"],
  length: ["soft"],
  logic: ["relation"],
  logicBinding: ["pad", "maxBindings"],
  markdown: ["headings", "otherHeadings", "emptySections", "skippedLevels", "minListItems", "maxListItems", "minTables"],
  math: ["units", "precision", "strict", "setRelations", "stringStage"],
  maxAverageSimilarity: ["direction"],
  meteor: ["gamma"],
  normalizedText: ["dropArticles", "dropAccents"],
  points: ["radius"],
  reasoningPattern: ["phrases", "full", "forbidden"],
  regex: ["match", "multiline", "dotAll"],
  repetition: ["maxShare", "maxRun"],
  rouge: ["variant", "stem"],
  selfRetrieval: ["temperature"],
  selfSearch: ["formatWeight", "maxThoughts"],
  sql: ["dialect", "databases", "script", "rows", "columns", "maxRows", "emptyResult"],
  sqlPartialReward: ["dialect", "databases", "script", "rows", "columns", "maxRows", "weights", "judgeMatches"],
  state: ["snapshot"],
  tacticProof: ["maxTactics"],
  tags: ["openedByPrompt"],
  ter: ["normalize"],
  toolCallMatching: ["regularization", "unmatched"],
  toolCallScore: ["scale", "grain"],
  toolCalls: ["strings"],
  toolSolveReward: ["consume"],
  trajectory: ["turns"],
  xml: ["root", "required", "attributes"],
};

/** What other libraries call them. */
const OTHER_NAMES: readonly string[] = ["lowercase", "ignoreCase", "ignore_case", "preset", "tolerance", "n", "ngram", "max_ngram_order", "score", "measure", "names", "notation", "form", "lists", "timeout", "cap", "over", "similar"];

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
}

const all = Object.entries(verify as unknown as Readonly<Record<string, Method>>).filter(([, value]) => typeof value === "function" && "record" in value);
const withOptions = all.map(([name, { record }]) => {
  const { properties = {} } = z.toJSONSchema(record.options, { io: "input" }) as { readonly properties?: Readonly<Record<string, Schema>> };
  return [name, properties] as const;
});

describe("names of options", () => {
  it.each(withOptions)("%s", (name, properties) => {
    const own = OWN[name] ?? [];
    expect(Object.keys(properties).filter((option) => !Object.hasOwn(WORDS, option) && !own.includes(option))).toEqual([]);
    expect(own.filter((option) => !Object.hasOwn(properties, option) || Object.hasOwn(WORDS, option))).toEqual([]);
    for (const [option, schema] of Object.entries(properties)) {
      const word = WORDS[option];
      if (word?.values !== undefined) expect((schema.enum ?? []).filter((value) => !word.values!.includes(value)), option).toEqual([]);
      if (word?.values !== undefined) expect(schema.enum?.length ?? 0, option).toBeGreaterThan(1);
      if (word?.type !== undefined) expect([option, schema.type === "integer" && word.type === "number" ? "number" : schema.type]).toEqual([option, word.type]);
      if (word?.unset !== undefined) expect([option, schema.default]).toEqual([option, word.unset]);
    }
  });

  it("are no more than are used, and so are their values", () => {
    expect(Object.keys(OWN).filter((name) => !withOptions.some(([each]) => each === name))).toEqual([]);
    for (const [option, { values = [], means }] of Object.entries(WORDS)) {
      expect(means).not.toBe("");
      const schemas = withOptions.flatMap(([, properties]) => (Object.hasOwn(properties, option) ? [properties[option]!] : []));
      expect(schemas.length, option).toBeGreaterThan(0);
      for (const value of values) expect(schemas.some((schema) => schema.enum!.includes(value)), `${option}: ${String(value)}`).toBe(true);
    }
  });

  it("of other libraries are refused, and the nearest of ours is named", () => {
    for (const [name, method] of all)
      for (const option of OTHER_NAMES) expect(() => (method as Method & { with: (options: object) => unknown }).with({ [option]: 1 }), `${name} ${option}`).toThrow(OptionError);
    expect(() => verify.ter.with({ casesensitive: true } as never)).toThrow('did you mean "caseSensitive"');
  });
});

describe("a response that is no text", () => {
  const asked = (method: Method, response: unknown): unknown => {
    if (method === (verify.cascade as Method)) return verify.cascade([verify.exact.prepare("1")])(response as string);
    if ("prepare" in method) return (method as unknown as { readonly prepare: (reference: unknown) => (response: unknown) => unknown }).prepare("1")(response);
    return (method as unknown as (response: unknown) => unknown)(response);
  };
  const verifiers = all.filter(([, { record }]) => record.kind === "verifier");

  it.each(verifiers)("is refused by %s", (name, method) => {
    for (const response of [5, null, undefined, {}, ["1"]]) {
      expect(() => asked(method, response), String(response)).toThrow(ShapeError);
      expect(() => asked(method, response)).toThrow(`${name}: response must be a string, got`);
      if ("prepare" in method) expect(() => (method as unknown as (...args: readonly unknown[]) => unknown)(response, "1")).toThrow(ShapeError);
    }
  });
});

describe("what a verifier needs and was not given", () => {
  it.each<[string, string, () => Verdict | Promise<Verdict>]>([
    ["code", "execute", () => verify.code("```python\nprint(1)\n```", { inputs: [""], outputs: ["1"] })],
    ["sql", "query", () => verify.sql("SELECT 1", { query: "SELECT 1", script: "" })],
    ["sqlPartialReward", "query", () => verify.sqlPartialReward("SELECT 1", { query: "SELECT 1", script: "" })],
    ["logic", "solve", () => verify.logic("\\boxed{∃x P(x)}", "∀x P(x)")],
    ["proofSteps", "solve", () => verify.proofSteps("1. ∃x P(x) premise\n2. P(a) [1]", { premises: ["∃x P(x)"], conclusion: "P(a)" })],
    ["state", "state.after", () => verify.state("Done.", { at: "/done", is: true })],
    ["state", "state.before", () => verify.state("Done.", { at: "/done", changed: true }, {}, { state: { after: { done: true } } })],
    ["routedTask", "embed", () => verify.routedTask("<answer>A bird.</answer>", { task: "open", gold: "a bird" })],
  ])("%s: %s has one code, and the text says how to give it", async (_, name, ask) => {
    const { status, score, reason } = await ask();
    expect({ status, score, code: reason.code }).toEqual({ status: "undecided", score: null, code: "no-capability" });
    expect(reason.text).toContain(`${name} was not given: `);
    expect(reason.text).toMatch(/pass \{.*\}.* as context$/);
  });

  it("is covered for every capability that a record names", () => {
    const needing = all.filter(([, { record }]) => record.kind === "verifier" && record.needs.some((need) => ["execute", "query", "solve"].includes(need))).map(([name]) => name);
    expect(needing.toSorted()).toEqual(["code", "logic", "proofSteps", "sql", "sqlPartialReward"]);
  });
});
