/**
 * What verify/code says of the corpus that code_graders.py made, written beside what the field's graders said of it, and the table of
 * docs/guides/verify-code.md.
 *
 *     node scripts/golden/code-graders.ts
 */
import { writeFileSync } from "node:fs";
import { createSandbox } from "../../src/sandbox/index.ts";
import { code } from "../../src/verify/index.ts";
import { GRADERS_FILE, GRADER_OPTIONS, graderProblems, gradersHeader, programOf, type GraderProblem } from "../../test/fixtures/code.ts";

await using sandbox = await createSandbox();
const all = graderProblems();
const judged: GraderProblem[] = [];
let at = 0;
await Promise.all(
  Array.from({ length: 4 }, async () => {
    for (let k = at++; k < all.length; k = at++) {
      const problem = all[k]!;
      const ours: string[] = [];
      for (const key of problem.programs) if ((await code(`\`\`\`python\n${programOf(problem, key)}\`\`\``, problem.reference, GRADER_OPTIONS, { execute: sandbox.execute })).status === "correct") ours.push(key);
      judged[k] = { ...problem, ours };
    }
  }),
);
writeFileSync(GRADERS_FILE, `${[gradersHeader(), ...judged].map((line) => JSON.stringify(line)).join("\n")}\n`);

for (const form of ["stdin", "call", "check", "assert"]) {
  const of = judged.filter((problem) => problem.form === form);
  const graders = { ...Object.fromEntries(Object.keys(of[0]!.peers).map((name) => [name, (problem: GraderProblem) => problem.peers[name]!])), ours: (problem: GraderProblem) => problem.ours };
  for (const [name, says] of Object.entries(graders)) {
    let [programs, same, refused, paid] = [0, 0, 0, 0];
    for (const problem of of)
      for (const key of problem.programs) {
        const [accepts, answers] = [says(problem).includes(key), problem.truth.includes(key)];
        programs++;
        if (accepts === problem.ours.includes(key)) same++;
        if (accepts && !answers) paid++;
        if (!accepts && answers) refused++;
      }
    console.log(`| ${form} | ${name} | ${of.length} | ${programs} | ${((100 * same) / programs).toFixed(1)} % | ${paid} | ${refused} |`);
  }
}
