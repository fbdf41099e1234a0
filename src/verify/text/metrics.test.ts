/** The metrics against sacreBLEU, rouge_score and NLTK, and against hostile texts. Each metric's own tests are beside it. */
import { describe, expect, it } from "vitest";
import { bleuSettings, chrfSettings, golden, terSettings } from "../../../test/fixtures/text.ts";
import type { Verdict } from "../../core/verdict.ts";
import { bleu, chrf, corpusBleu, corpusChrf, corpusTer, editDistance, meteor, rouge, rougeScore, sentenceBleu, ter, tokenF1, type RougeVariant } from "../index.ts";
import { porterStem } from "./porter.ts";

const candidates = golden.rows.map((row) => row.candidate);
/** Three references a segment, the last again where there are fewer. */
const references = golden.rows.map((row) => [0, 1, 2].map((k) => row.references[Math.min(k, row.references.length - 1)]!));

describe("equal to the reference implementations to 1e-9", () => {
  it.each(bleuSettings.map((settings, i) => [`${settings.tokenizer} ${settings.smoothing} ${String(settings.smoothingValue)}, order ${settings.ngramOrder}`, settings, i] as const))("sacreBLEU %s", (_, settings, i) => {
    for (const row of golden.rows) expect(Math.abs(sentenceBleu(row.candidate, row.references, settings).score - row.bleu[i]!), JSON.stringify(row.candidate)).toBeLessThan(1e-9);
    expect(Math.abs(corpusBleu(candidates, references, { ...settings, effectiveOrder: false }).score - golden.corpus.bleu[i]!)).toBeLessThan(1e-9);
  });

  it("the Hugging Face form of BLEU, add one at every order and the shortest reference", () => {
    for (const row of golden.rows) expect(Math.abs(sentenceBleu(row.candidate, row.references, { smoothing: "add-one", referenceLength: "shortest" }).score - row.huggingface)).toBeLessThan(1e-9);
  });

  it.each(chrfSettings.map((settings, i) => [JSON.stringify(settings), settings, i] as const))("chrF %s", (_, settings, i) => {
    for (const row of golden.rows) expect(Math.abs(chrf(row.candidate, row.references, settings).score! - row.chrf[i]!)).toBeLessThan(1e-9);
    expect(Math.abs(corpusChrf(candidates, references, settings) - golden.corpus.chrf[i]!)).toBeLessThan(1e-9);
  });

  it.each(terSettings.map((settings, i) => [JSON.stringify(settings), settings, i] as const))("TER %s", (_, settings, i) => {
    for (const row of golden.rows) expect(Math.abs(ter(row.candidate, row.references, settings).score! - Math.max(0, 1 - row.ter[i]!)), JSON.stringify(row)).toBeLessThan(1e-9);
    expect(Math.abs(corpusTer(candidates, references, settings) - golden.corpus.ter[i]!)).toBeLessThan(1e-9);
  });

  it.each<[RougeVariant, number]>([
    ["rouge-1", 0],
    ["rouge-2", 1],
    ["rouge-4", 2],
    ["rouge-l", 3],
    ["rouge-lsum", 4],
  ])("rouge_score %s, with and without stems", (variant, i) => {
    for (const row of golden.rows)
      [false, true].forEach((stem, s) => {
        const { precision, recall, f1 } = rougeScore(row.candidate, row.references[0]!, { variant, stem });
        [precision, recall, f1].forEach((value, k) => expect(Math.abs(value - row.rouge[s]![i]![k]!)).toBeLessThan(1e-9));
      });
  });

  it("NLTK's METEOR without synonyms", () => {
    for (const row of golden.rows) expect(Math.abs(meteor(row.candidate, row.references).score! - row.meteor)).toBeLessThan(1e-9);
  });

  it("NLTK's Porter stems", () => {
    const different = Object.entries(golden.stems).filter(([word, stem]) => porterStem(word) !== stem);
    expect(different).toEqual([]);
    expect(Object.keys(golden.stems).length).toBeGreaterThan(1000);
  });
});

const metrics: readonly (readonly [string, (response: string, reference: string) => Verdict])[] = [
  ["bleu", bleu],
  ["bleu, international", bleu.with({ tokenizer: "intl" })],
  ["chrf++", chrf.with({ wordOrder: 2 })],
  ["ter", ter],
  ["rouge-l", rouge.with({ stem: true })],
  ["rouge-lsum", rouge.with({ variant: "rouge-lsum" })],
  ["meteor", meteor],
  ["token F1", tokenF1],
  ["edit distance", editDistance],
  ["word error rate", editDistance.with({ unit: "words", denominator: "reference" })],
];

describe.each(metrics)("%s", (_, metric) => {
  const reference = `the cat sat on the mat ${"and other words follow ".repeat(40)}`;

  it("is bounded on a megabyte, and never pays it", () => {
    for (const response of ["a".repeat(1e6), "the\n".repeat(250_000), ".,".repeat(500_000), `x${" ".repeat(1e6)}y`]) {
      const verdict = metric(response, reference);
      expect(["incorrect", "invalid"]).toContain(verdict.status);
      expect(verdict.score).toBeLessThan(0.1);
    }
  });

  it("says whose fault: no text is the response's, no reference is not", () => {
    expect(metric("", "the cat")).toMatchObject({ status: "invalid", score: 0, reason: { code: "empty" } });
    expect(metric("<think>the cat", "the cat").status).toBe("invalid");
    expect(metric("the cat", "")).toMatchObject({ status: "undecided", score: null, reason: { code: "bad-reference" } });
    expect(metric("the cat", { no: "text" } as unknown as string).status).toBe("undecided");
  });

  it("reads what stands after the reasoning, not the reasoning", () => {
    expect(metric("<think>the cat sat on the mat</think> nothing alike", "the cat sat on the mat").score).toBeLessThan(0.4);
    expect(metric("<think>hm</think> the cat sat on the mat", "the cat sat on the mat").status).toBe("correct");
  });
});

describe("what a reader of answers gives", () => {
  it("contradictory answers are invalid", () => expect(bleu("<answer>a b</answer> <answer>c d</answer>", "a b", { extract: "only-tag" }).reason.code).toBe("contradiction"));

  it("a reference too long for the search is undecided, a response too long for the table invalid", () => {
    expect(ter("a", "a ".repeat(600)).reason.code).toBe("reference-too-long");
    expect(rouge("a", "a ".repeat(6000), { variant: "rouge-lsum" }).reason.code).toBe("reference-too-long");
    expect(rouge("a ".repeat(20_000), "a ".repeat(4000), { variant: "rouge-lsum" })).toMatchObject({ status: "invalid", score: 0, reason: { code: "too-long" } });
    expect(editDistance("a", "b".repeat(50_000)).reason.code).toBe("reference-too-long");
    expect(editDistance("a".repeat(100_000), "b".repeat(40_000)).reason.code).toBe("too-long");
  });

  it("the threshold decides what is correct, and both codes say so", () => {
    expect(bleu("the cat sat on a mat", "the cat sat on the mat", { threshold: 0.5 })).toMatchObject({ status: "correct", reason: { code: "at-threshold" } });
    expect(bleu("the cat sat on a mat", "the cat sat on the mat")).toMatchObject({ status: "incorrect", reason: { code: "below-threshold" } });
  });
});
