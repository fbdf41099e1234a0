/** From a response to a verdict: extraction, the string stage, parsing, comparison, and whose fault it is. */
import { correct, incorrect, invalid, undecided, type Found } from "../../core/verdict.ts";
import type { MathOptions, MathReason, MathReference, MathVerdict } from "../math.ts";
import { joinAnswers, looksLikeLatex, readAnswer, textKeyOf, type Answer } from "./answer.ts";
import { compareAnswers, type Comparison, type Stage } from "./compare.ts";
import { extractAnswers, type Candidate, type Extraction } from "./extract.ts";
import { LIMITS, LimitError } from "./limits.ts";

/** A verdict with the answers it was made from; they are printed only where an explanation is asked for. */
export interface Judged {
  readonly verdict: MathVerdict;
  readonly stage: Stage | null;
  readonly response: Answer | null;
  readonly reference: Answer | null;
}

/** A reference read on first use and once. */
interface Reference {
  readonly key: string;
  read(): Answer;
  /** True where comparing the reference alone trips a limit: the fault is then ours, not the response's. */
  tripsAlone(): boolean;
}

/** Judges responses against one reference under one set of options. */
export function judgeOf(reference: MathReference, options: MathOptions): (response: string, prompt: string | undefined, explain: boolean) => Judged {
  const texts = (Array.isArray(reference) ? reference : [reference]).map((r: unknown) => (typeof r === "string" ? r : typeof r === "number" || typeof r === "bigint" ? String(r) : null));
  const references: Reference[] = [];
  for (const text of texts) if (text !== null && text.trim() !== "") references.push(referenceOf(text, options));
  const bad = references.length === 0;
  const keys = new Set(references.map((r) => r.key));
  const longest = Math.max(0, ...texts.map((t) => t?.length ?? 0)) + 16;
  return (response, prompt, explain) => {
    if (bad) return judged(undecided("bad-reference", "the reference must be a text that says what a right answer is"));
    // A response that is the reference, word for word, needs no reading.
    if (options.stringStage && options.extract === "auto" && response.length <= longest && keys.has(textKeyOf(response))) {
      const verdict = correct<MathReason>("equal-string", "the answer is written like the reference", { extracted: response, span: { start: 0, end: response.length }, rule: "bare" });
      return judged(verdict, "string");
    }
    const extraction: Extraction = extractAnswers(response, { extract: options.extract, ...(prompt === undefined ? {} : { prompt }), ...(options.extract === "math-verify" ? { accept: (found) => found.every((c) => parses(c, options)) } : {}) });
    if (extraction.status === "none") return judged(invalid(extraction.code, extraction.text));
    return judge(extraction.candidates, extraction.joined, references, keys, options, explain);
  };
}

function judged(verdict: MathVerdict, stage: Stage | null = null, response: Answer | null = null, reference: Answer | null = null): Judged {
  return { verdict, stage, response, reference };
}

function judge(candidates: readonly Candidate[], joined: boolean, references: readonly Reference[], keys: ReadonlySet<string>, options: MathOptions, explain: boolean): Judged {
  const last = candidates[candidates.length - 1]!;
  const found: Found = { extracted: last.text, span: { start: last.start, end: last.end }, rule: last.rule };
  const only = onlyKey(candidates);
  if (options.stringStage && only !== null && keys.has(only)) {
    const verdict = correct<MathReason>("equal-string", "the answer is written like the reference", found);
    return explain ? judged(verdict, "string", within(() => answerOf(last, options)), within(() => references.find((r) => r.key === only)!.read())) : judged(verdict, "string");
  }
  // Two written integers that are not the same text: most wrong answers end here, unparsed.
  if (!explain && only !== null && !last.percent && INTEGER.test(only) && references.every((r) => INTEGER.test(r.key) && Number(r.key) !== Number(only)))
    return judged(incorrect("different", "the values are different", found), "exact");
  let answer: Answer;
  const parts: Answer[] = [];
  try {
    // One budget for all that is read: many boxes cost no more than one.
    const characters = only !== null ? last.text.length : candidates.reduce((sum, c) => sum + c.text.length, 0);
    if (characters > LIMITS.answerCharacters) throw new LimitError("answerCharacters", `the answers of a response may have ${LIMITS.answerCharacters} characters, these have ${characters}`);
    const read = new Map<string, Answer>();
    const groups = new Map<number, Answer[]>();
    for (const candidate of only !== null ? [last] : candidates) {
      const key = `${candidate.math} ${candidate.percent} ${candidate.text}`;
      const part = read.get(key) ?? answerOf(candidate, options);
      read.set(key, part);
      parts.push(part);
      const group = joined ? 0 : candidate.group;
      const members = groups.get(group);
      if (members === undefined) groups.set(group, [part]);
      else members.push(part);
    }
    const answers = [...groups.values()].map(joinAnswers);
    answer = answers[answers.length - 1]!;
    const rivals = answers.slice(0, -1).filter((other) => other.key !== answer.key && !partOf(other, answer, options));
    if (rivals.length > 0) {
      const whole = joinAnswers(parts);
      for (const reference of references) {
        if (itemCount(reference.read().node) !== itemCount(whole.node)) continue;
        const comparison = compareAnswers(reference.read(), whole, policy(options));
        if (comparison.equal === true) return verdictOf(comparison, reference.read(), whole, found);
      }
      return judged(invalid("contradictory", `the response offers different final answers, ${rivals[0]!.text.slice(0, 60)} and ${answer.text.slice(0, 60)}`, found), null, answer, null);
    }
  } catch (error) {
    if (!(error instanceof LimitError)) throw error;
    return judged(invalid("over-limit", `the answer is over a limit (${error.limit}): ${error.message}`, found));
  }
  let best: Judged | undefined;
  for (const reference of references) {
    const outcome = against(reference, answer, options, found);
    if (outcome.verdict.status === "correct") return outcome;
    if (best === undefined || (best.verdict.status !== "undecided" && outcome.verdict.status === "undecided")) best = outcome;
  }
  return best!;
}

/** The comparison form that all candidates share, or null. */
function onlyKey(candidates: readonly Candidate[]): string | null {
  let key: string | null = null;
  let previous: string | null = null;
  for (const { text } of candidates) {
    if (text === previous) continue;
    previous = text;
    const own = textKeyOf(text);
    if (key !== null && own !== key) return null;
    key = own;
  }
  return key;
}

function against(reference: Reference, answer: Answer, options: MathOptions, found: Found): Judged {
  let gold: Answer;
  try {
    gold = reference.read();
  } catch (error) {
    if (!(error instanceof LimitError)) throw error;
    return judged(undecided("bad-reference", `the reference is over a limit (${error.limit}): ${error.message}`, found));
  }
  try {
    return verdictOf(compareAnswers(gold, answer, policy(options)), gold, answer, found);
  } catch (error) {
    if (!(error instanceof LimitError)) throw error;
    const text = `(${error.limit}): ${error.message}`;
    return reference.tripsAlone()
      ? judged(undecided("bad-reference", `the reference is over a limit ${text}`, found), null, answer, gold)
      : judged(invalid("over-limit", `comparing the answer is over a limit ${text}`, found), null, answer, gold);
  }
}

function verdictOf(comparison: Comparison, gold: Answer, answer: Answer, found: Found): Judged {
  const { stage, note } = comparison;
  const forms = [answer, gold] as const;
  if (comparison.equal === true) return judged(correct(`equal-${stage}` as const, note ?? SAYS[stage], found), stage, ...forms);
  if (!gold.parsed && !answer.parsed && comparison.equal !== false) return judged(undecided("unsupported-form", "no rule reads the reference, and the answer is not written like it", found), stage, ...forms);
  if (!answer.parsed && comparison.equal === null) return judged(invalid("unparseable", `the answer is no mathematics we know: ${answer.problem ?? ""}`, found), stage, ...forms);
  if (!gold.parsed && comparison.equal !== false) return judged(undecided("unsupported-form", `no rule reads the reference: ${gold.problem ?? ""}`, found), stage, ...forms);
  if (comparison.equal === null) return judged(undecided("equality-open", note ?? "neither equality nor difference could be shown", found), stage, ...forms);
  return judged(incorrect("different", note ?? "the values are different", found), stage, ...forms);
}

const INTEGER = /^-?\d{1,15}$/;

const SAYS: Readonly<Record<Stage, string>> = {
  string: "the answer is written like the reference",
  structure: "the parts are the same",
  exact: "the exact values are the same",
  field: "the difference is zero as an identity, shown over a large prime field",
  algebraic: "the difference is an algebraic number below its separation bound: zero",
  rewriting: "the difference is rewritten to zero",
  rounding: "both round to the same decimals",
  sampling: "the two agree at every sampled point",
};

function answerOf(candidate: Candidate, options: MathOptions): Answer {
  // The word or sign "percent" right behind the box belongs to the answer.
  return readAnswer(candidate.percent ? `${candidate.text}\\%` : candidate.text, candidate.math || looksLikeLatex(candidate.text), options.extract === "math-verify");
}

/** Math-Verify goes on to the next match where one does not parse. */
function parses(candidate: Candidate, options: MathOptions): boolean {
  try {
    return answerOf(candidate, options).parsed;
  } catch (error) {
    if (error instanceof LimitError) return true;
    throw error;
  }
}

/** An intermediate answer that is a part of the final list is no rival of it. */
function partOf(other: Answer, whole: Answer, options: MathOptions): boolean {
  if (compareAnswers(whole, other, policy(options)).equal === true) return true;
  const { node } = whole;
  if (node.kind !== "list" && node.kind !== "set" && node.kind !== "tuple") return false;
  return node.items.some((item) => compareAnswers({ ...whole, node: item, key: "", dateTime: null }, other, policy(options)).equal === true);
}

function itemCount(node: Answer["node"]): number {
  if (node.kind === "list" || node.kind === "set" || node.kind === "tuple") return node.items.length;
  return node.kind === "relation" && node.operators[0] === "=" ? itemCount(node.operands[node.operands.length - 1]!) : 1;
}

function referenceOf(text: string, options: MathOptions): Reference {
  let answer: Answer | undefined;
  let alone: boolean | undefined;
  const read = (): Answer => (answer ??= readReference(text, options));
  return {
    key: textKeyOf(text),
    read,
    tripsAlone() {
      if (alone === undefined) {
        try {
          compareAnswers(read(), readAnswer("271828183", true, false), policy(options));
          alone = false;
        } catch (error) {
          if (!(error instanceof LimitError)) throw error;
          alone = true;
        }
      }
      return alone;
    },
  };
}

/** A reference may be an answer, or a solution that holds one. */
function readReference(text: string, options: MathOptions): Answer {
  const comma = options.extract === "math-verify";
  const holdsAnswer = /\\boxed|\\fbox|####|<answer>/.test(text);
  if (!holdsAnswer) {
    const whole = readAnswer(text, looksLikeLatex(text) || /^\s*\$[^$]*\$\s*$/.test(text), comma);
    if (whole.parsed) return whole;
  }
  const extraction = extractAnswers(text, { extract: comma ? "math-verify" : holdsAnswer ? "auto" : "last-box" });
  if (extraction.status === "found") {
    const { candidates } = extraction;
    const group = candidates[candidates.length - 1]!.group;
    const own = candidates.filter((c) => extraction.joined || c.group === group);
    const distinct = own.filter((c, i) => own.findIndex((x) => textKeyOf(x.text) === textKeyOf(c.text)) === i);
    const answer = joinAnswers(distinct.map((c) => answerOf(c, options)));
    if (answer.parsed) return answer;
  }
  return readAnswer(text, looksLikeLatex(text), comma);
}

function policy(options: MathOptions): Parameters<typeof compareAnswers>[2] {
  const mathVerify = options.extract === "math-verify";
  return {
    units: options.units,
    precision: options.precision === "auto" ? (mathVerify ? 6 : null) : options.precision === "exact" ? null : options.precision,
    strict: options.strict,
    setRelations: options.setRelations === "auto" ? !mathVerify : options.setRelations,
    order: options.order,
    mathVerify,
  };
}

/** An answer for an explanation; text that is over a limit has none. */
function within(read: () => Answer): Answer | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof LimitError) return null;
    throw error;
  }
}
