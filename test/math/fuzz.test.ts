/**
 * Random hostile expressions: a verdict must come of each, never a fault; the same one again; and nothing differs from itself.
 * Bounded and seeded; `node bench/math-fuzz.ts` draws other seeds for as long as it is told.
 */
import { expect, test } from "vitest";
import { randomAnswer } from "../../bench/math/random-answers.ts";
import { randomStream } from "../../src/core/random.ts";
import { math } from "../../src/verify/math.ts";

test("every random expression gets a verdict, the same again, and none differs from itself", () => {
  const options = { stringStage: false };
  const stream = randomStream("math-fuzz");
  for (let index = 0; index < 1000; index++) {
    const r = stream.split("expression", index);
    const [a, b] = [randomAnswer(r, 1 + r.integer(5)), randomAnswer(r, 1 + r.integer(5))];
    const said = `expression ${index}: ${a.slice(0, 300)}`;
    const verdict = math(`\\boxed{${a}}`, b, options);
    expect(math(`\\boxed{${a}}`, b, options), said).toEqual(verdict);
    expect(math(`\\boxed{${a}}`, a, options).status, said).not.toBe("incorrect");
  }
});
