/**
 * The bars of the math verifier as tests, over the committed samples and over the case files beside the repository where they are.
 * Speed is measured in `npm run bench`, never asserted here.
 */
import { describe, expect, test } from "vitest";
import { fixture, shared } from "../../bench/math/files.ts";
import { hostileInputs } from "../../bench/math/hostile.ts";
import { issueCases, mathVerifyCases, nearMisses, parserCases, rewrites, rollouts, securityCases, selfEquality, stringCases, type Tally } from "../../bench/math/suites.ts";
import { math } from "../../src/verify/math.ts";

/** The first failures, so that a missed bar says what missed it. */
function said(tally: Tally): string {
  const shown = tally.failures.slice(0, 12).map((f) => `${f.case}\n  reference ${f.reference}\n  response ${f.response}\n  ${f.got}: ${f.why}`);
  return `${tally.name}: ${tally.passed} of ${tally.total} (bar: ${tally.bar})\n${shown.join("\n")}`;
}

function holds(tally: Tally): void {
  expect(tally.met, said(tally)).toBe(true);
}

describe("golden sets", () => {
  test("no near miss is accepted", () => holds(nearMisses(fixture("near_miss.jsonl.gz"))));
  test("under 2 % of true rewrites are refused", () => holds(rewrites(fixture("rewrites.jsonl.gz"))));
  test("every reference equals itself, bare, boxed and rewritten, with the string stage off", () => holds(selfEquality()));
});

describe("cases of other graders", () => {
  const beside: readonly (readonly [string, (file: URL) => Tally])[] = [
    ["cases/mathverify_cases.jsonl", mathVerifyCases],
    ["cases/issue_cases.jsonl", issueCases],
    ["cases/security_cases.jsonl", securityCases],
    ["cases/latex_parser_cases.jsonl", parserCases],
    ["cases/mathverify_string_extraction_cases.jsonl", stringCases],
    ["data/math_rollouts.jsonl", rollouts],
  ];
  for (const [name, suite] of beside) {
    const file = shared(name);
    test.runIf(file !== null)(name, () => holds(suite(file!)));
  }
});

describe("hostile inputs", () => {
  test("none is accepted, none throws, as the response or as the reference", () => {
    for (const { name, response } of hostileInputs()) {
      expect(math(response, "1").status, name).not.toBe("correct");
      if (!response.startsWith("The answer is \\boxed{")) continue;
      const answer = response.slice("The answer is \\boxed{".length, -2);
      expect(math("\\boxed{1}", answer).status, `${name}, as the reference`).not.toBe("correct");
      expect(math(response, "\\sqrt{2}").status, `${name}, against a root`).not.toBe("correct");
    }
  });

  test("an answer over a limit is paid as a wrong one", () => {
    const wrong = math("\\boxed{2}", "1").score;
    for (const { name, response } of hostileInputs()) expect(math(response, "1").score ?? 0, name).toBe(wrong);
  });
});
