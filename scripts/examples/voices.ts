/** The voices of the example responses: how language models write down an answer, from a bare line to kilobytes of thought. */

const r = String.raw;

/** Reasoning as separate sentences; a voice decides how to lay them out. */
export type Work = readonly string[];

const prose = (work: Work): string => work.join(" ");
const paragraphs = (work: Work): string => work.join("\n\n");

// ── English, one shot ───────────────────────────────────────────────────────────────────────────────────────────────

export const boxed = (work: Work, answer: string): string => `${prose(work)}\n\nTherefore, the answer is $\\boxed{${answer}}$.`;
export const display = (work: Work, answer: string): string => `${paragraphs(work)}\n\nSo the result is\n\n\\[\n\\boxed{${answer}}\n\\]`;
export const bare = (answer: string): string => `\\boxed{${answer}}`;
export const final = (work: Work, answer: string): string =>
  `${prose(work)}\n\nFinal Answer: The final answer is $${answer}$. I hope it is correct.`;
export const answerIs = (work: Work, answer: string): string => `${prose(work)} So the answer is ${answer}.`;
export const hash = (work: Work, answer: string): string => `${work.join("\n")}\n#### ${answer}`;
export const bold = (work: Work, answer: string): string => `${paragraphs(work)}\n\n**Answer:** ${answer}`;
export const boldLine = (work: Work, answer: string): string => `${paragraphs(work)}\n\n**Final answer: ${answer}**`;
export const headed = (work: Work, answer: string): string =>
  `${work.map((step, i) => `## Step ${i + 1}\n${step}`).join("\n\n")}\n\nThe final answer is: $\\boxed{${answer}}$`;
export const numbered = (work: Work, answer: string): string =>
  `Let's think step by step.\n\n${work.map((step, i) => `${i + 1}. ${step}`).join("\n")}\n\nThus the final answer is \\(\\boxed{${answer}}\\).`;
export const lastFormula = (work: Work, formula: string): string => `${paragraphs(work)}\n\nHence we get\n\n$$${formula}$$`;

// ── With thoughts ───────────────────────────────────────────────────────────────────────────────────────────────────

export const think = (thoughts: Work, after: string): string => `<think>\n${paragraphs(thoughts)}\n</think>\n\n${after}`;
/** The opening tag was part of the prompt. */
export const thinkTail = (thoughts: Work, after: string): string => `${paragraphs(thoughts)}\n</think>\n\n${after}`;
export const tagged = (thoughts: Work, answer: string): string => `<think>${prose(thoughts)}</think>\n<answer>${answer}</answer>`;

/** About 2 kB of second thoughts, with a decoy answer in a box that is taken back. */
export const ponder = (work: Work, decoy: string): Work => [
  `Okay, so I need to work this out carefully. Let me restate the problem in my own words first, so that I do not miss a condition, and then look for the quickest way through.`,
  ...work,
  `Hmm, wait. Is that right? If I misread the question, the result would be ${r`$\boxed{${decoy}}$`}, but that does not use all that is given, so no. Let me go over it again from the start, slowly this time, and write every step.`,
  `Let me check with an independent approach. One way is to substitute back, another is to estimate the size of the result. The estimate agrees in order of magnitude, which is a good sign, although an estimate alone proves nothing.`,
  `Alternatively, I could have set it up the other way round. Then the intermediate quantities would be different, but they have to lead to the same end. Going through it: the first step is the same, the second swaps the roles of the two quantities, and the third brings us back. Good, it is consistent.`,
  `But wait, should I worry about a special case? Suppose one of the quantities were zero: then the expression would collapse and there would be nothing to compute. That is not the case here. And a negative sign cannot sneak in either, because every step kept the orientation.`,
  `Let me also think about whether the question wants a decimal or an exact form. It does not ask for rounding, so the exact form is the safe choice. I am fairly confident now. One more sanity check by redoing the arithmetic digit by digit: yes, the same again.`,
];

// ── With tools ──────────────────────────────────────────────────────────────────────────────────────────────────────

export const tool = (intro: string, code: string, output: string, after: string): string =>
  `${intro}\n\n\`\`\`python\n${code}\n\`\`\`\n\n\`\`\`output\n${output}\n\`\`\`\n\n${after}`;

// ── Other languages ─────────────────────────────────────────────────────────────────────────────────────────────────

export const chinese = (work: Work, answer: string): string => `${work.join("")}\n\n因此，答案是 $${answer}$。`;
export const japanese = (work: Work, answer: string): string => `${work.join("")}\n\n答えは $${answer}$ です。`;
export const korean = (work: Work, answer: string): string => `${prose(work)}\n\n따라서 정답은 $${answer}$ 입니다.`;
export const german = (work: Work, answer: string): string => `${prose(work)}\n\nDie Antwort lautet $${answer}$.`;
export const french = (work: Work, answer: string): string => `${prose(work)}\n\nLa réponse est $${answer}$.`;
export const spanish = (work: Work, answer: string): string => `${prose(work)}\n\nLa respuesta es $${answer}$.`;
export const portuguese = (work: Work, answer: string): string => `${prose(work)}\n\nA resposta é $${answer}$.`;
export const italian = (work: Work, answer: string): string => `${prose(work)}\n\nLa risposta è $${answer}$.`;
export const russian = (work: Work, answer: string): string => `${prose(work)}\n\nОтвет: $${answer}$.`;
export const turkish = (work: Work, answer: string): string => `${prose(work)}\n\nCevap: $${answer}$`;

// ── What comes after the answer ─────────────────────────────────────────────────────────────────────────────────────

const FAREWELLS: readonly string[] = [
  "To be sure, let me look at the solution once more. The plan was to translate the statement into symbols, to simplify what could be simplified, and to carry out the computation that was left. Each of these steps can be undone, and undoing them in the opposite order leads back to the statement, so nothing was lost on the way. If you would like to see another method, or the same one with more detail, just say so and I will be happy to write it out!",
  "Verification: substituting the result back into the conditions of the problem satisfies every one of them, and a quick estimate gives the right order of magnitude as well. A common mistake here is to stop one step too early, or to mix up the two quantities in the statement; writing the definitions down first, as was done above, avoids both. The same idea works for similar questions with other values, so it is worth keeping in mind for the future.",
  "Remark. There is a neat way to see this without computing at all: draw a picture, mark what is known, and look for the symmetry. The symmetry fixes the answer up to one choice, and the wording of the question settles that choice. I decided against this way above because it needs more words, but it explains why the result is so simple. I hope that this helps; good luck with the remaining exercises, and let me know when something is unclear.",
];

/** The answer stands more than 300 characters before the end: a friendly model goes on talking. */
export const farewell = (text: string, which: 0 | 1 | 2): string => `${text}\n\n${FAREWELLS[which]!}`;
