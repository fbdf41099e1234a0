import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GRADER_OPTIONS, graderProblems, programOf } from "../../test/fixtures/code.ts";
import { createSandbox, type Sandbox } from "../sandbox/index.ts";
import { code } from "./index.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
afterAll(() => sandbox.close());

const PROBLEMS = graderProblems();

/** Every reason for which a grader of the field says otherwise than we do: by form, grader and program. */
const THEY_PAY: Readonly<Record<string, string>> = {
  equal: "an object of the program decides whether it equals the expected value",
  frames: "the expected value stands in the frames above the program",
  result: "the program writes the verdict of its own grader",
  "last-bits": "evalplus compares floats within tolerance where the published assertion says ==",
};
const THEY_REFUSE: Readonly<Record<string, string>> = {
  "exit-loaded": "the script ends itself once its function stands; it is not called then",
  "last-bits": "floats that functions return are compared bit by bit",
  "nine-digits": "numbers of an output are compared digit by digit",
  exponent: "numbers of an output are compared digit by digit",
};
/** What answers the problem, and is refused by its assertions: theirs and ours. */
const ASSERTIONS_REFUSE: ReadonlySet<string> = new Set(["last-bits", "tuple"]);

describe("graders of the field", () => {
  it("were asked about 152 problems in four forms", () => {
    expect(PROBLEMS.length).toBe(152);
    expect(PROBLEMS.reduce((sum, { programs }) => sum + programs.length, 0)).toBe(1851);
    expect(new Set(PROBLEMS.flatMap(({ peers }) => Object.keys(peers)))).toEqual(new Set(["verl", "livecodebench", "human-eval", "evalplus"]));
  });

  it("differ from verify/code for reasons that have names", () => {
    const seen = new Set<string>();
    for (const { id, programs, peers, ours } of PROBLEMS)
      for (const [name, accepts] of Object.entries(peers))
        for (const key of programs) {
          if (accepts.includes(key) === ours.includes(key)) continue;
          const reasons = accepts.includes(key) ? THEY_PAY : THEY_REFUSE;
          expect(Object.keys(reasons), `${id}: ${name} ${accepts.includes(key) ? "pays" : "refuses"} ${key}`).toContain(key);
          seen.add(reasons[key]!);
        }
    expect(seen).toEqual(new Set([...Object.values(THEY_PAY), ...Object.values(THEY_REFUSE)]));
  });

  it("verify/code pays what answers the problem and nothing else", () => {
    for (const { id, form, programs, truth, ours } of PROBLEMS)
      for (const key of programs) {
        const refused = (form === "check" || form === "assert") && ASSERTIONS_REFUSE.has(key);
        expect(ours.includes(key), `${id}: ${key}`).toBe(truth.includes(key) && !refused);
      }
  });

  // Every sixth program, another of each problem; all of them: scripts/golden/code-graders.ts.
  it.each(["stdin", "call", "check", "assert"])("verify/code says so still: %s", async (form) => {
    const asked = PROBLEMS.flatMap((problem, p) => (problem.form === form ? problem.programs.filter((_, k) => (p + k) % 6 === 0).map((key) => ({ problem, key })) : []));
    const verdicts = await Promise.all(asked.map(({ problem, key }) => code(`\`\`\`python\n${programOf(problem, key)}\`\`\``, problem.reference, GRADER_OPTIONS, { execute: sandbox.execute })));
    for (const [k, { problem, key }] of asked.entries()) expect([problem.id, key, verdicts[k]!.status === "correct"]).toEqual([problem.id, key, problem.ours.includes(key)]);
  }, 120_000);
});
