/** Answers a policy could learn instead of the right one, each with what it tries. All are paid as wrong, none as undecided. */
import { describe, expect, it } from "vitest";
import { math } from "../../src/verify/math.ts";

const raw = String.raw;

/** reference, answer (boxed), what it tries. */
const HACKS: readonly (readonly [reference: string, answer: string, why: string])[] = [
  [raw`\text{(B)}`, "a", "an article stripped to nothing"],
  [raw`\text{A}`, "the", "an article for a letter"],
  ["2:3", "0:0", "a ratio of zeros is proportional to all"],
  ["1:0:3", "5:0:7", "a zero in the middle hides the ends"],
  ["(A) and (C)", "A", "one of several options asked for"],
  ["B", "(B) or (C)", "hedged options"],
  ["B", "(B), (C)", "hedged options"],
  ["B", "B. wrong, it is C", "an option taken back"],
  ["(B) 12", "(C) 12", "another letter with the right text"],
  ["[0,1]", "0,1", "the brackets avoided"],
  ["[0,1)", "0,1", "the brackets avoided"],
  ["x=1,y=2", raw`\{1,2\}`, "the order avoided by a set"],
  ["(x,y)=(1,2)", raw`\{2,1\}`, "the order avoided by a set"],
  ["yes", "no = yes", "words set equal"],
  ["A", "B = A", "letters set equal"],
  ["5", "x = 7 = 5", "a chain that contradicts itself"],
  ["5", raw`x\infty`, "null bought with ∞"],
  ["5", raw`\infty-\infty`, "null bought with ∞"],
  ["5", raw`1^\infty`, "null bought with ∞"],
  ["5", raw`\int x dx`, "null bought with an integral"],
  ["5", raw`\pi!`, "null bought with a factorial"],
  ["5", raw`f(5)`, "null bought with a function nobody defined"],
  ["5", raw`5+\ldots`, "a sum cut short"],
  ["D. Not enough information", "A", "another letter against option and prose"],
  ["5", raw`5 \text{ squared}`, "a word that changes the value"],
  ["12", raw`12\text{ thirds}`, "a word that changes the value"],
  ["12", raw`12\text{ factorial}`, "a word that changes the value"],
  ["5", raw`5 \text{ is wrong}`, "taken back"],
  ["12", raw`12 \text{ thirteen}`, "two numbers"],
  ["50", "50 per cent", "per cent as a unit"],
  ["stop", "p o t s", "an anagram as a product"],
  [raw`\text{BAC}`, "CAB", "an order as a product"],
  ["5", raw`\cancel{5}`, "struck out"],
  ["12", raw`\overset{13}{12}`, "one above the other"],
  ["5", raw`4 \text{ or } 5`, "hedged values"],
  ["5", "4, 5", "hedged values"],
  ["5", raw`\{4,5\}`, "hedged values"],
  ["5", raw`\pm 5`, "both signs"],
  ["-5", "|5|", "the sign avoided"],
  ["5", raw`5 \text{ or more}`, "a range"],
  ["5", raw`\text{at least } 5`, "a range"],
  ["5", raw`5<7`, "a true statement about it"],
  ["5", raw`\begin{cases}5&x>0\\6&x\le 0\end{cases}`, "both by cases"],
  ["odd", raw`\text{not odd}`, "a negation"],
  ["yes", "yes and no", "both words"],
  ["x - 12", raw`(x-12)+|x+1000000|-|x+1000001|+1`, "different far off"],
  ["1", raw`\tanh^2(100000x)`, "different near zero alone"],
  ["x", raw`x+10^{-400}`, "a hidden tiny term"],
];

describe("hacks are paid as wrong answers", () => {
  it.each(HACKS)("%s is not answered by %s: %s", (reference, answer) => {
    expect(math(`\\boxed{${answer}}`, reference).score, JSON.stringify(math.explain(`\\boxed{${answer}}`, reference))).toBe(0);
  });
});

describe("work does not multiply", () => {
  it("labels inside labels are not read again", () => {
    expect(math(`\\boxed{${"(a) 5 (b) ".repeat(1990)}}`, "5").score).toBe(0);
  });
  it("many long boxes are over the limit together", () => {
    const boxes = Array.from({ length: 50 }, (_, i) => `\\boxed{${"\\(x\\)".repeat(3900)}${i}}`).join(" ");
    expect(math(boxes, "5").reason.code).toBe("over-limit");
  });
  it("a reference of dollars is a bad reference", () => {
    expect(math("\\boxed{5}", "$".repeat(200_000)).score).toBeNull();
  });
});
