/** The suites the math verifier is judged by: each gives a tally, with every failure in full. */
import { math, type MathOptions } from "../../src/verify/math.ts";
import { choice } from "../../src/verify/choice.ts";
import { fixture, readRows, shared, type GoldenPair, type MathVerifyOptions, type ParserCase, type RolloutRow, type StringCase, type SuiteCase } from "./files.ts";
import { hostileInputs } from "./hostile.ts";
import { REWRITINGS } from "./rewriting.ts";
import { wilson } from "./wilson.ts";

export interface Failure {
  /** What failed, as it can be searched for. */
  readonly case: string;
  readonly reference: string;
  readonly response: string;
  readonly expected: string;
  readonly got: string;
  /** Reason, stage and normal forms. */
  readonly why: string;
}

export interface Tally {
  readonly name: string;
  readonly passed: number;
  readonly total: number;
  /** What the issue asks for, in words. */
  readonly bar: string;
  readonly met: boolean;
  readonly seconds: number;
  readonly failures: readonly Failure[];
  /** Verdicts by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** The same by part: form or rewriting, with a Wilson interval of the share that failed. */
  readonly parts?: readonly Part[];
}

export interface Part {
  readonly name: string;
  readonly failed: number;
  readonly total: number;
  readonly interval: readonly [number, number];
}

/** Collects one suite. */
class Counter {
  passed = 0;
  total = 0;
  readonly failures: Failure[] = [];
  readonly statuses: Record<string, number> = {};
  readonly #parts = new Map<string, { failed: number; total: number }>();
  readonly #started = performance.now();

  /** Judges one response and compares with what is expected of it. */
  check(name: string, part: string, response: string, reference: string, options: Partial<MathOptions>, expected: boolean): void {
    let status: string;
    try {
      status = math(response, reference, options).status;
    } catch (error) {
      this.add(name, part, false, "thrown", () => ({ case: name, reference, response, expected: expected ? "correct" : "not correct", got: "thrown", why: String(error) }));
      return;
    }
    const ok = (status === "correct") === expected;
    this.add(name, part, ok, status, () => {
      const { reason, rule, extracted, normal, stage } = math.explain(response, reference, options);
      return { case: name, reference, response, expected: expected ? "correct" : "not correct", got: status, why: `${reason.code}: ${reason.text} | rule ${rule} | stage ${stage} | extracted ${extracted} | ${normal.response} <> ${normal.reference}` };
    });
  }

  add(name: string, part: string, ok: boolean, status: string, failure: () => Failure): void {
    this.total++;
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    const counts = this.#parts.get(part) ?? { failed: 0, total: 0 };
    this.#parts.set(part, counts);
    counts.total++;
    if (ok) this.passed++;
    else {
      counts.failed++;
      this.failures.push(failure());
    }
  }

  tally(name: string, bar: string, met: (counter: Counter) => boolean): Tally {
    const parts = [...this.#parts].map(([part, { failed, total }]) => ({ name: part, failed, total, interval: wilson(failed, total) }));
    return { name, passed: this.passed, total: this.total, bar, met: met(this), seconds: (performance.now() - this.#started) / 1000, failures: this.failures, statuses: this.statuses, ...(parts.length > 1 ? { parts } : {}) };
  }
}

/**
 * How a call of Math-Verify is said in our options.
 * `match_types` has no counterpart: our extraction reads formulas before plain expressions whatever the set. `boxed_match_priority` 0 and 50 differ
 * only where a phrase and a box stand together. `precision` and `strict` are the same words. `allow_set_relation_comp` false is what that policy does: a relation answers for a set only where the answer is the set.
 */
export function optionsOf(given: MathVerifyOptions | undefined): Partial<MathOptions> {
  return {
    extract: "math-verify",
    ...(given?.precision === undefined ? {} : { precision: given.precision }),
    ...(given?.strict === undefined ? {} : { strict: given.strict }),
    ...(given?.allow_set_relation_comp === true ? { setRelations: true } : {}),
  };
}

/** Math-Verify's own cases under `extract: "math-verify"`. */
export function mathVerifyCases(file: URL): Tally {
  const c = new Counter();
  for (const row of readRows<SuiteCase>(file)) c.check(`${row.source.split("::").at(-1)}${row.label_note === undefined ? "" : ` (${row.label_note})`}`, "all", row.pred, row.gold, optionsOf(row.opts), row.expect);
  return c.tally("Math-Verify's cases, extract math-verify", "270 of 274", (t) => t.passed >= 270);
}

/** Known wrong verdicts of graders, under the default policy. */
export function issueCases(file: URL): Tally {
  const c = new Counter();
  for (const row of readRows<SuiteCase>(file)) c.check(row.source, "all", row.pred, row.gold, {}, row.expect);
  return c.tally("issue cases, extract auto", "25 of 25", (t) => t.passed === t.total);
}

/** Hostile answers from a grader's security tests: never right, never thrown. */
export function securityCases(file: URL): Tally {
  const c = new Counter();
  for (const row of readRows<SuiteCase>(file)) c.check(row.source.split("::").at(-1)!, "all", row.pred, row.gold, {}, row.expect);
  return c.tally("security cases", "10 of 10", (t) => t.passed === t.total);
}

/** LaTeX parsed to a value equal to the expected one: to its LaTeX, or to sympy's text of it. */
export function parserCases(file: URL): Tally {
  const c = new Counter();
  for (const row of readRows<ParserCase>(file)) {
    const response = row.pred.includes("\\boxed") ? row.pred : `\\boxed{${row.pred.replace(/^\$+|\$+$/g, "")}}`;
    const options = { extract: "math-verify" as const };
    const source = row.source.split("/").at(-1)!;
    const bySympy = math(response, row.gold_sympy.replaceAll("**", "^"), options).status === "correct";
    if (bySympy) c.add(source, source.split("::")[0]!, true, "correct", () => ({ case: source, reference: "", response: "", expected: "", got: "", why: "" }));
    else c.check(source, source.split("::")[0]!, response, row.gold_latex, options, true);
  }
  return c.tally("parser cases parsed to an equal value", "90 %", (t) => t.passed >= 0.9 * t.total);
}

/** A letter is found in a sentence and no other is. */
export function stringCases(file: URL): Tally {
  const c = new Counter();
  for (const row of readRows<StringCase>(file)) {
    const wanted = row.expect.at(-1);
    for (const letter of row.opts.strings) {
      const status = choice(row.text, letter).status;
      const expected = letter === wanted;
      c.add(row.text, "all", (status === "correct") === expected, status, () => ({ case: row.text, reference: letter, response: row.text, expected: expected ? "correct" : "not correct", got: status, why: choice(row.text, letter).reason.text }));
    }
  }
  return c.tally("letters found in sentences, verify/choice", "24 of 25: a letter nothing points at is no answer here", (t) => t.passed >= t.total - 1);
}

/** Real responses against the upstream grader, one of whose labels is known to be wrong. */
export function rollouts(file: URL): Tally {
  const c = new Counter();
  for (const row of readRows<RolloutRow>(file)) c.check(row.id, "all", row.response, row.answer, {}, row.meta.upstream_correct);
  return c.tally("real responses against the upstream label", "799 of 800, undecided under 1 %", (t) => t.passed >= t.total - 1 && (t.statuses["undecided"] ?? 0) < 0.01 * t.total);
}

/** Wrong answers close to the reference: none may be accepted. */
export function nearMisses(file: URL): Tally {
  const c = new Counter();
  for (const row of readRows<GoldenPair>(file)) c.check(`${row.id} ${row.kind} (by ${row.by})`, row.form, row.response, row.reference, {}, false);
  return c.tally("near misses", "0 accepted", (t) => t.passed === t.total);
}

/** Right answers written differently: under 2 % may be refused. */
export function rewrites(file: URL): Tally {
  const c = new Counter();
  for (const row of readRows<GoldenPair>(file)) c.check(`${row.id} ${row.kind}`, row.form, row.response, row.reference, {}, true);
  return c.tally("true rewrites", "under 2 % refused", (t) => t.total - t.passed < 0.02 * t.total);
}

/** Every distinct reference we know of. */
export function references(): string[] {
  const found = new Set<string>();
  for (const name of ["near_miss.jsonl.gz", "rewrites.jsonl.gz"]) for (const row of readRows<GoldenPair>(fixture(name))) found.add(bare(row.reference));
  const cases = shared("cases/mathverify_cases.jsonl");
  const data = shared("data/math_rollouts.jsonl");
  if (cases !== null) for (const row of readRows<SuiteCase>(cases)) if (/^\$[^$]+\$$/.test(row.gold) && row.label_note === undefined && !row.gold.includes("boxed")) found.add(bare(row.gold));
  if (data !== null) for (const row of readRows<RolloutRow>(data)) found.add(row.answer);
  return [...found];
}

function bare(text: string): string {
  return /^\$[^$]+\$$/.test(text) ? text.slice(1, -1) : /^\\boxed\{.*\}$/.test(text) ? text.slice(7, -1) : text;
}

/** With the string stage off: every reference against itself, bare, boxed and rewritten. */
export function selfEquality(): Tally {
  const c = new Counter();
  const options = { stringStage: false };
  for (const text of references()) {
    c.check(text, "bare", text, text, options, true);
    c.check(text, "boxed", `\\boxed{${text}}`, text, options, true);
    for (const [name, rewrite] of Object.entries(REWRITINGS)) {
      const other = rewrite(text);
      if (other !== null && other !== text) c.check(`${text} -> ${other}`, name, `\\boxed{${other}}`, text, options, true);
    }
  }
  return c.tally("references equal to themselves, no string stage", "all", (t) => t.passed === t.total);
}

export interface HostileResult {
  readonly name: string;
  readonly characters: number;
  readonly milliseconds: number;
  readonly status: string;
  readonly mathVerifySeconds?: number;
}

/** Milliseconds that some work takes; past 10 those of the processor on this thread, so that what other programs do meanwhile does not count. */
export function processorMs(work: () => void): number {
  const before = process.threadCpuUsage();
  const started = performance.now();
  work();
  const elapsed = performance.now() - started;
  const { user, system } = process.threadCpuUsage(before);
  return elapsed < 10 ? elapsed : (user + system) / 1000;
}

/**
 * Each hostile input as the response; those in a box also as the reference, and against a polynomial and a root. Every verdict must be other than correct.
 * Processor time, the best of two runs, and of up to ten where it is not clearly fast.
 */
export function hostile(): HostileResult[] {
  const results: HostileResult[] = [];
  const run = (name: string, response: string, reference: string, mathVerifySeconds?: number): void => {
    let best = Infinity;
    let status = "";
    for (let k = 0; k < 2 || (k < 10 && best > 20); k++) {
      best = Math.min(best, processorMs(() => void (status = math(response, reference).status)));
    }
    results.push({ name, characters: Math.max(response.length, reference.length), milliseconds: best, status, ...(mathVerifySeconds === undefined ? {} : { mathVerifySeconds }) });
  };
  for (const { name, response, mathVerifySeconds } of hostileInputs()) {
    run(name, response, "1", mathVerifySeconds);
    if (response.startsWith("The answer is \\boxed{")) {
      const answer = response.slice("The answer is \\boxed{".length, -2);
      run(`${name}, as the reference`, "\\boxed{1}", answer);
      run(`${name}, against a polynomial`, response, "x^2+1");
      run(`${name}, against a root`, response, "\\sqrt{2}");
    }
  }
  return results;
}

/** The suites whose files are here and whose key holds `only`. `full` is the folder of the whole golden sets, where they were generated. */
export function runSuites(full: string | null, only = ""): Tally[] {
  const golden = (name: string): URL => (full === null ? fixture(name) : new URL(name, full));
  const suites: readonly (readonly [key: string, file: URL | null, suite: (file: URL) => Tally])[] = [
    ["mathverify", shared("cases/mathverify_cases.jsonl"), mathVerifyCases],
    ["issues", shared("cases/issue_cases.jsonl"), issueCases],
    ["security", shared("cases/security_cases.jsonl"), securityCases],
    ["parser", shared("cases/latex_parser_cases.jsonl"), parserCases],
    ["strings", shared("cases/mathverify_string_extraction_cases.jsonl"), stringCases],
    ["rollouts", shared("data/math_rollouts.jsonl"), rollouts],
    ["self", golden("rewrites.jsonl.gz"), selfEquality],
    ["rewrites", golden("rewrites.jsonl.gz"), rewrites],
    ["near-misses", golden("near_miss.jsonl.gz"), nearMisses],
  ];
  return suites.flatMap(([key, file, suite]) => (file !== null && key.includes(only) ? [suite(file)] : []));
}
