import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extractAnswers, visibleRange, type ExtractOptions, type AnswerPolicy } from "./extract.ts";

/** The candidates' texts, or the code of no answer in angle brackets. */
function texts(response: string, options: Partial<ExtractOptions> = {}): string[] {
  const extraction = extractAnswers(response, { extract: "auto", ...options });
  if (extraction.status === "none") return [`<${extraction.code}>`];
  for (const candidate of extraction.candidates) expect(response.slice(candidate.start, candidate.end)).toBe(candidate.text);
  return extraction.candidates.map((candidate) => candidate.text);
}

function rules(response: string): string[] {
  const extraction = extractAnswers(response, { extract: "auto" });
  return extraction.status === "none" ? [] : extraction.candidates.map((candidate) => candidate.rule);
}

function groups(response: string): number[] {
  const extraction = extractAnswers(response, { extract: "auto" });
  return extraction.status === "none" ? [] : extraction.candidates.map((candidate) => candidate.group);
}

describe("boxes", () => {
  it.each<[string, string[]]>([
    ["\\boxed{5}", ["5"]],
    ["$\\boxed{\\frac{1}{2}}$.", ["\\frac{1}{2}"]],
    ["\\boxed{ \\frac{\\sqrt{3}}{2} }", ["\\frac{\\sqrt{3}}{2}"]],
    ["\\boxed{\\{1, 2\\}}", ["\\{1, 2\\}"]],
    ["\\boxed{\\text{Evelyn}}", ["\\text{Evelyn}"]],
    ["\\boxed {5}", ["5"]],
    ["\\fbox{5}", ["5"]],
    ["\\framebox{5} or \\framebox[3cm]{5}", ["5", "5"]],
    ["$\\boxed5$", ["5"]],
    ["\\boxed 5", ["5"]],
    ["$\\boxed\\pi$", ["\\pi"]],
    ["\\boxed{\\boxed{5}}", ["5"]],
    ["\\boxed{\\fbox{ \\boxed{5} }}", ["5"]],
    ["$x = \\boxed{5", ["5"]],
    ["so $\\boxed{\\frac{1}{2}$. Done.", ["\\frac{1}{2}"]],
    ["so \\boxed{12\nThat was it.", ["12"]],
    ["\\[ \\boxed{12 \\] and more", ["12"]],
    ["\\boxed{\n\\begin{pmatrix} 0 \\\\ 1 \\end{pmatrix}\n}.", ["\\begin{pmatrix} 0 \\\\ 1 \\end{pmatrix}"]],
    ["the JSON ate it: \u0008oxed{7}", ["7"]],
    ["\\\\boxed{7}", ["7"]],
    ["```\n\\boxed{7}\n```", ["7"]],
    ["| x | \\boxed{7} |", ["7"]],
    ["\\boxed{}", ["<empty>"]],
    ["\\boxed{ \u200b }", ["<empty>"]],
    ["\\boxed{} then \\boxed{4}", ["4"]],
    ["Fill \\boxed{\\phantom{2}}: it is \\boxed{4}.", ["4"]],
    ["I put it in \\boxed{answer}: \\boxed{4}", ["4"]],
    ["I put it in \\boxed{...}: \\boxed{4}", ["4"]],
    ["\\boxed{4} or \\boxed{5}", ["4", "5"]],
    ["(a) \\boxed{3} (b) \\boxed{4}", ["3", "4"]],
    ["\\boxed{x=1} and \\boxed{y=2}", ["x=1", "y=2"]],
    ["$\\boxed{1}$, $\\boxed{2}$", ["1", "2"]],
    ["First \\boxed{4}. Then the final answer is \\boxed{5}.", ["5"]],
    ["The final answer is \\boxed{4} or \\boxed{5}.", ["4", "5"]],
    ["The final answer is \\boxed{4}. Or maybe \\boxed{5}.", ["4", "5"]],
    ["The final answer is \\boxed{4}.\n\nOh, the final answer is \\boxed{5}.", ["4", "5"]],
    ["最终答案是 \\boxed{5}，不是 4。", ["5"]],
    ["We need \\boxed for this. The answer is 3.", ["3"]],
    ["#### 4\n\\boxed{5}", ["5"]],
    ["The answer is 4. \\boxed{5}", ["5"]],
  ])("%j → %j", (response, expected) => expect(texts(response)).toEqual(expected));

  it("says by which rule", () => {
    expect(rules("\\boxed{5}")).toEqual(["box"]);
    expect(rules("\\boxed 5")).toEqual(["box-bare"]);
    expect(rules("\\boxed{5")).toEqual(["box-unclosed"]);
  });

  it("numbers the groups of boxes that stand together", () => {
    expect(groups("\\boxed{1}, \\boxed{2} and $\\boxed{3}$")).toEqual([0, 0, 0]);
    expect(groups("(a) \\boxed{3}\n(b) \\boxed{4}")).toEqual([0, 0]);
    expect(groups("$x = \\boxed{1}$ and $y = \\boxed{2}$")).toEqual([0, 0]);
    expect(groups("\\boxed{1} no no no no no \\boxed{2}")).toEqual([0, 1]);
    expect(groups("\\boxed{1}. But wait, that is wrong: \\boxed{2}, \\boxed{3}")).toEqual([0, 1, 1]);
  });

  it("sees the percent sign behind a box", () => {
    const percent = (response: string): boolean => {
      const extraction = extractAnswers(response, { extract: "auto" });
      return extraction.status === "found" && extraction.candidates[0]!.percent;
    };
    for (const response of ["\\boxed{50}\\%", "$\\boxed{50}\\%$", "$\\boxed{50}$%", "\\boxed{50} percent"]) expect(percent(response)).toBe(true);
    for (const response of ["\\boxed{50\\%}", "\\boxed{50} people", "\\boxed{50}"]) expect(percent(response)).toBe(false);
  });

  it("leaves out boxes quoted from the prompt", () => {
    const prompt = "Compute 2+3. For example, write the result as \\boxed{41} at the end.";
    expect(texts("The prompt says: For example, write the result as \\boxed{41} at the end. I get \\boxed{5}.", { prompt })).toEqual(["5"]);
    expect(texts("I get \\boxed{41}.", { prompt })).toEqual(["41"]);
  });
});

describe("reasoning and turns", () => {
  it.each<[string, string[]]>([
    ["<think>\\boxed{3}</think> so \\boxed{4}", ["4"]],
    ["\\boxed{3}</think> so \\boxed{4}", ["4"]],
    ["<think>a</think> \\boxed{3} <think>b</think> \\boxed{4}", ["4"]],
    ["<think>the tag </think> \\boxed{3} hm </think>\\boxed{4}", ["4"]],
    ["<thinking>\\boxed{3}</thinking>\\boxed{4}", ["4"]],
    ["<reasoning>\\boxed{3}</reasoning><answer>4</answer>", ["4"]],
    ["<|begin_of_thought|>\\boxed{3}<|end_of_thought|>\\boxed{4}", ["4"]],
    ["◁think▷\\boxed{3}◁/think▷\\boxed{4}", ["4"]],
    ["[THINK]\\boxed{3}[/THINK]\\boxed{4}", ["4"]],
    ["<|channel|>analysis<|message|>\\boxed{3}<|end|><|start|>assistant<|channel|>final<|message|>\\boxed{4}<|return|>", ["4"]],
    ["<think>\\boxed{3}", ["<unclosed-think>"]],
    ["\\boxed{3} <think> hm", ["<unclosed-think>"]],
    ["<think>a</think>\\boxed{3}<think>", ["<unclosed-think>"]],
    ["<think>\\boxed{3}<|im_end|>", ["<unclosed-think>"]],
    ["<think>\\boxed{3}</think>", ["<empty>"]],
    ["<think></think>\n\n", ["<empty>"]],
    ["", ["<empty>"]],
    [" \n\u200b\ufeff ", ["<empty>"]],
    ["\\boxed{4}<|im_end|>\n<|im_start|>user\n\\boxed{5}", ["4"]],
    ["\\boxed{4}<|eot_id|><|start_header_id|>user<|end_header_id|>\\boxed{5}", ["4"]],
    ["\\boxed{4}\n\nHuman: what about \\boxed{5}?", ["4"]],
    ["\\boxed{4}<|endoftext|>\\boxed{5}", ["4"]],
    ["\\boxed{4}</s>\\boxed{5}", ["4"]],
    ["\\boxed{4}<｜end▁of▁sentence｜>\\boxed{5}", ["4"]],
    ["\\boxed{4}<|im_end|><|im_start|>assistant\n<think></think>\\boxed{5}", ["4"]],
    ["<|im_start|>assistant\n\\boxed{4}<|im_end|>", ["4"]],
    ["<|start_header_id|>assistant<|end_header_id|>\n\n\\boxed{4}<|eot_id|>", ["4"]],
  ])("%j → %j", (response, expected) => expect(texts(response)).toEqual(expected));

  it("knows a prompt that opened the reasoning", () => {
    expect(texts("\\boxed{3}", { prompt: "Q<think>\n" })).toEqual(["<unclosed-think>"]);
    expect(texts("hm \\boxed{3}</think>\\boxed{4}", { prompt: "Q<think>" })).toEqual(["4"]);
    expect(texts("\\boxed{3}", { prompt: "Q<think>\n\n</think>\n\n" })).toEqual(["3"]);
    expect(texts("\\boxed{3}", { prompt: "Use <think> tags." })).toEqual(["3"]);
  });

  it("gives the visible range", () => {
    const response = "<think>x</think>\n\n hello <|im_end|>";
    const range = visibleRange(response);
    expect("status" in range ? range.code : response.slice(range.start, range.end)).toBe("hello");
  });
});

describe("answer phrases", () => {
  it.each<[string, string]>([
    ["The final answer is $\\frac{3}{4}$. I hope it is correct.", "\\frac{3}{4}"],
    ["so the answer is 1,234.5 dollars.", "1,234.5 dollars"],
    ["The answer is 42.", "42"],
    ["The answer is: 42", "42"],
    ["The answer is 42, because $6\\cdot7=42$.", "42"],
    ["The answer is **42**", "42"],
    ["The correct answer is $x = 3$.", "x = 3"],
    ["**Answer:** 42", "42"],
    ["**Answer: 42**", "42"],
    ["**Final Answer:** 42", "42"],
    ["**Final Answer**\n\n42", "42"],
    ["### Answer\n42", "42"],
    ["### Final Answer:\n\n$$x = 3$$", "x = 3"],
    ["Answer:\r\n\r\n\\[\r\n 5 \r\n\\]\r\n", "5"],
    ["ANSWER: 42", "42"],
    ["Ans: 42", "42"],
    ["Answer = 42", "42"],
    ["Answer 42", "42"],
    ["Answer: B) 42", "B) 42"],
    ["| Answer | 42 |", "42"],
    ["Answer:\n```\n42\n```", "42"],
    ["the answer is $5$ cm.", "$5$ cm"],
    ["the answer is $5$ square feet.", "$5$ square feet"],
    ["The answer is $x=1$ and $y=2$.", "$x=1$ and $y=2$"],
    ["the answer is x = $3$ because y", "x = $3$"],
    ["The answer is the point $(3, 4)$.", "(3, 4)"],
    ["The answer is 10 a.m.", "10 a.m."],
    ["The answer is 5!.", "5!"],
    ["The answer is 120. That is 5!", "120"],
    ["The answer is (1, 2).", "(1, 2)"],
    ["The answer is [1, 2).", "[1, 2)"],
    ["(The answer is 7.)", "7"],
    ["The answer is New York.", "New York"],
    ["The answer is 1, 2, ...", "1, 2, ..."],
    ["The answer to the problem is 42.", "42"],
    ["The answer is therefore 42.", "42"],
    ["Final Answer: The final answer is $20\\%$. I hope it is correct.", "20\\%"],
    ["Final Answer: The largest $n$ is 34.", "34"],
    ["Answer: 42\n\nLet me know if you have questions! " + "Thanks for asking. ".repeat(120), "42"],
    ["The answer is \u200b42\u200b.", "42"],
    ["The answer is ‏42‏.", "42"],
    ["The answer is “42”.", "42"],
    // Chinese, Japanese, Korean
    ["答案是42。", "42"],
    ["答案是 $\\frac12$。", "\\frac12"],
    ["答案为：42。", "42"],
    ["所以最终答案是：42", "42"],
    ["答：42", "42"],
    ["答えは 42 です。", "42"],
    ["答え：42", "42"],
    ["最終的な答えは42である。", "42"],
    ["정답은 42입니다.", "42"],
    ["답: 42", "42"],
    ["답은 $42$이다.", "42"],
    // Spanish, French, German, Portuguese, Italian
    ["La respuesta es 42.", "42"],
    ["La respuesta final es $\\frac12$.", "\\frac12"],
    ["Respuesta: 42", "42"],
    ["La réponse est : 42.", "42"],
    ["La réponse finale est 42.", "42"],
    ["Réponse : 42", "42"],
    ["Die Antwort ist 42.", "42"],
    ["Die Antwort lautet 42.", "42"],
    ["Antwort: 42", "42"],
    ["A resposta é 42.", "42"],
    ["Resposta final: 42", "42"],
    ["La risposta è 42.", "42"],
    ["Risposta: 42", "42"],
    // Russian, Arabic, Hindi, Turkish, Vietnamese, Polish, Dutch, Indonesian, and more
    ["Ответ: 42.", "42"],
    ["Ответ — 42.", "42"],
    ["الإجابة هي 42.", "42"],
    ["الجواب: 42", "42"],
    ["الإجابة النهائية هي $42$.", "42"],
    ["उत्तर: 42", "42"],
    ["उत्तर 42 है।", "42"],
    ["अंतिम उत्तर है 42।", "42"],
    ["Cevap: 42", "42"],
    ["Cevap 42'dir.", "42"],
    ["Đáp án là 42.", "42"],
    ["Đáp án cuối cùng là: 42", "42"],
    ["Odpowiedź: 42", "42"],
    ["Odpowiedź to 42.", "42"],
    ["Het antwoord is 42.", "42"],
    ["Jawabannya adalah 42.", "42"],
    ["Jawaban akhir: 42", "42"],
    ["Svaret är 42.", "42"],
    ["Vastaus: 42", "42"],
    ["Відповідь: 42", "42"],
    ["Η απάντηση είναι 42.", "42"],
    ["התשובה היא 42.", "42"],
    ["คำตอบคือ 42", "42"],
  ])("%j → %j", (response, expected) => expect(texts(response)).toEqual([expected]));

  it.each<[string, string[]]>([
    ["The answer is 4. No, the answer is 5.", ["4", "5"]],
    ["The answer is 4. The final answer is 5.", ["5"]],
    ["The final answer is 4. The final answer is 5.", ["4", "5"]],
    ["The answer is positive. So the answer is 5.", ["5"]],
    ["The answer is not 5.", ["<no-answer>"]],
    ["If the answer is 5, we are lost, and nobody will ever know why it was so.", ["<no-answer>"]],
    ["What is the answer?", ["<no-answer>"]],
    ["Thus 42 is nice and so on. There are 5 apples in the yard.", ["<no-answer>"]],
    ["I cannot solve this problem. Numbers like 3 and 7 come to mind.", ["<no-answer>"]],
  ])("%j → %j", (response, expected) => expect(texts(response)).toEqual(expected));
});

describe("tags, hashes, bold, bare and formulas", () => {
  it.each<[string, string[]]>([
    ["<answer>42</answer>", ["42"]],
    ["<think>a</think><answer> 42 </answer>", ["42"]],
    ["<answer>The answer is \\boxed{5}</answer>", ["5"]],
    ["<answer>The answer is 5.</answer>", ["5"]],
    ["<answer>$x = 5$</answer>", ["x = 5"]],
    ["\\boxed{4} <answer>5</answer>", ["5"]],
    ["<answer>4</answer> or <answer>5</answer>", ["4", "5"]],
    ["<answer>4</answer> <answer>4</answer>", ["4", "4"]],
    ["<answer>42", ["42"]],
    ["<answer></answer>", ["<empty>"]],
    ["so it is\n#### 42", ["42"]],
    ["#### 1,234\n", ["1,234"]],
    ["#### $\\frac12$", ["\\frac12"]],
    ["#### Step 1: add\n3+4\n#### 7", ["7"]],
    ["#### 1. Add the numbers\nThe sum of both is then seven", ["<no-answer>"]],
    ["42", ["42"]],
    ["\\frac12", ["\\frac12"]],
    ["x = 3", ["x = 3"]],
    ["$x = 3$", ["x = 3"]],
    ["$5$ km", ["$5$ km"]],
    ["B", ["B"]],
    ["(B)", ["(B)"]],
    ["-2 and 3", ["-2 and 3"]],
    ["x<1 or x>2", ["x<1 or x>2"]],
    ["New York", ["New York"]],
    ["**42**", ["42"]],
    ["```\n42\n```", ["42"]],
    ["42.", ["42"]],
    ["1/2", ["1/2"]],
    ["Thus $N$ is **12**.", ["12"]],
    ["**Step 1:** We add.\n\nSo she has **12 apples** in the end, which is what we were asked for.", ["12 apples"]],
    ["We take **3** and **4** and are done with the whole of it, finally.", ["3", "4"]],
    ["Thus the area is $6$.", ["6"]],
    ["We get\n\\[ x = 5 \\]\nwhere $x$ is the number of apples.", ["x = 5"]],
    ["We get \\[ A = 3 \\]\nThus the area of it all is $6$.", ["6"]],
    ["We find that\n$$\nx = 5\n$$", ["x = 5"]],
    ["This gives \\begin{align*} x &= 5 \\end{align*}", ["x &= 5"]],
    ["Therefore we have $x=2$ and $y = 3$.", ["x=2", "y = 3"]],
    ["It costs $5 more than we thought, or $6 with the tax that was left out.", ["<no-answer>"]],
    ["Since $n$ is even, we are done when $k = 2$.", ["k = 2"]],
  ])("%j → %j", (response, expected) => expect(texts(response)).toEqual(expected));
});

describe("policies", () => {
  const table: [AnswerPolicy, string, string[]][] = [
    ["last-box", "\\boxed{4} then \\boxed{5}", ["5"]],
    ["last-box", "\\boxed{4} then \\fbox{5}", ["5"]],
    ["last-box", "\\boxed{4} then \\boxed{5", ["<no-answer>"]],
    ["last-box", "the answer is 4", ["<no-answer>"]],
    ["last-box", "\\boxed{4} \\boxed{}", ["<empty>"]],
    ["last-box", "<think>\\boxed{4}", ["<unclosed-think>"]],
    ["only-box", "\\boxed{4}", ["4"]],
    ["only-box", "\\boxed{4} and \\boxed{5}", ["4", "5"]],
    ["only-box", "\\boxed 4", ["<no-answer>"]],
    ["only-box", "\\boxed{4", ["<no-answer>"]],
    ["only-box", "The answer is 4", ["<no-answer>"]],
    ["only-box", "$4$", ["<no-answer>"]],
    ["last-hash", "so\n#### 72", ["72"]],
    ["last-hash", "#### 71\n#### 72", ["72"]],
    ["last-hash", "#### $1,234.50.", ["1,234.50"]],
    ["last-hash", "#### -3 apples", ["-3"]],
    ["last-hash", "The answer is 72", ["<no-answer>"]],
    ["last-hash", "#### none", ["<no-answer>"]],
    ["last-hash", "#### 72" + " Some chatter that goes on and on.".repeat(100), ["72"]],
    ["only-tag", "<answer>5</answer>", ["5"]],
    ["only-tag", "<answer>\\boxed{5}</answer>", ["5"]],
    ["only-tag", "<answer>5", ["<no-answer>"]],
    ["only-tag", "\\boxed{5}", ["<no-answer>"]],
    ["only-tag", "<answer></answer>", ["<empty>"]],
    // Expected strings: what math_verify.parse of Math-Verify 0.9.0 read in these texts, run for this table.
    ["math-verify", "The final answer is $4$. I hope it is correct. \\boxed{5}", ["4"]],
    ["math-verify", "\\boxed{4} and then $5$", ["4"]],
    ["math-verify", "It is $4$ or $5$.", ["4", "5"]],
    ["math-verify", "It is $4$. It is $5$.", ["5"]],
    ["math-verify", "$\\boxed{1}$ and $\\boxed{2}$", ["1", "2"]],
    ["math-verify", "\\boxed{1} no no no no no \\boxed{2}", ["2"]],
    ["math-verify", "\\boxed{1} papers and \\boxed{2} bins", ["1", "2"]],
    ["math-verify", "There are 12 sequences. I hope", ["12"]],
    ["math-verify", "Answer: 3 apples, 4 pears", ["3"]],
    ["math-verify", "P(A) = 2/3 is it", ["2/3"]],
    ["math-verify", "the number is not 10 which is 1,000.99m²", ["1,000.99"]],
    ["math-verify", "AZYUK2A", ["<no-answer>"]],
    ["math-verify", "<think>\\boxed{3}", ["3"]],
  ];
  it.each(table)("%s: %j → %j", (extract, response, expected) => expect(texts(response, { extract })).toEqual(expected));

  it("math-verify goes on where a match is refused, and falls back to the first", () => {
    const accept = (candidates: readonly { text: string }[]): boolean => candidates.every(({ text }) => /^\d+$/.test(text));
    expect(texts("It is $4$. It is $x$.", { extract: "math-verify", accept })).toEqual(["4"]);
    expect(texts("It is $y$. It is $x$.", { extract: "math-verify", accept })).toEqual(["x"]);
  });

  it("math-verify keeps to its configuration", () => {
    expect(texts("Answer $ \n 9 \n $", { extract: "math-verify", mathVerify: { expr: false } })).toEqual(["<no-answer>"]);
    expect(texts("It is 9", { extract: "math-verify", mathVerify: { anchorless: false } })).toEqual(["<no-answer>"]);
    expect(texts("The final answer is $4$. I hope it is right. \\boxed{5}", { extract: "math-verify", mathVerify: { boxedPriority: 0 } })).toEqual(["5"]);
    expect(texts("\\boxed{5} is $4$", { extract: "math-verify", mathVerify: { boxedPriority: -1 } })).toEqual(["4"]);
  });

  it("math-verify joins the boxes of one answer", () => {
    const extraction = extractAnswers("$\\boxed{1}$ and $\\boxed{2}$", { extract: "math-verify" });
    expect(extraction.status === "found" && extraction.joined).toBe(true);
  });
});

describe("hostile texts", () => {
  it("3,000 boxes: equal ones are one answer, different ones are too many", () => {
    expect(new Set(texts("\\boxed{7} ".repeat(3000)))).toEqual(new Set(["7"]));
    expect(texts(Array.from({ length: 3000 }, (_, i) => `\\boxed{${i}}`).join(" "))).toEqual(["<too-many-answers>"]);
  });

  it("2,000 nested boxes", () => {
    expect(texts("\\boxed{".repeat(2000) + "5" + "}".repeat(2000))).toEqual(["5"]);
    expect(texts("\\boxed{".repeat(2000) + "5")).toHaveLength(1);
  });

  it("a guess list does not hide behind many answers", () => {
    const guesses = Array.from({ length: 200 }, (_, i) => `The answer is ${i}.`).join(" ");
    expect(texts(guesses).length).toBeGreaterThan(32);
    expect(texts(Array.from({ length: 200 }, (_, i) => `<answer>${i}</answer>`).join(" "))).toEqual(["<too-many-answers>"]);
  });

  it("decoys in the reasoning do not count", () => {
    const decoys = "maybe \\boxed{41}, #### 41, the answer is 41. <answer>41</answer>\n".repeat(1000);
    expect(texts(`<think>${decoys}</think>\n\nIt is \\boxed{42}.`)).toEqual(["42"]);
    expect(texts(`${decoys}</think>\n\n42`)).toEqual(["42"]);
  });

  const PIECES = ["\\boxed{", "\\boxed", "}", "{", "$", "$$", "\\(", "\\)", "\\[", "\\]", "<think>", "</think>", "<answer>", "</answer>", "####", "**", "answer", "final answer is", " is ", ":", "\n", "\r\n", "5", "x", ".", ",", "and", "答案是", "ответ", "\u200b", "\u202e", "😀", "\ud83d", "\\", "\\frac12", "\\begin{align}", "\\end{align}", "<|im_end|>", "<|channel|>", "|", "%", "I hope", "(", ")", "```", "####5", "\\text{", "\\phantom{"];

  it("never throws, and spans always slice to their text", () => {
    const policies: AnswerPolicy[] = ["auto", "math-verify", "last-box", "only-box", "last-hash", "only-tag"];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }), fc.constantFrom(...policies), (parts, extract) => {
        const response = parts.join("");
        const first = texts(response, { extract });
        expect(texts(response, { extract })).toEqual(first);
        expect(first.length).toBeGreaterThan(0);
        if (extract !== "math-verify" && !first[0]!.startsWith("<")) for (const text of first) expect(text.trim()).not.toBe("");
      }),
      { seed: 20261121, numRuns: 4000 },
    );
  });

  it("what stands in closed reasoning never changes the answer", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES.filter((p) => !/[<◁[]/.test(p))), { maxLength: 30 }), (parts) => {
        expect(texts(`<think>${parts.join("")}</think>So it is \\boxed{12}.`)).toEqual(["12"]);
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  it("cost grows with length, not with its square", () => {
    const units = ["\\boxed{", "\\boxed{1} ", "\\boxed 5 ", "\\framebox[", "$", "$a", "$a\n\n", "\\(", "\\[", "answer: ", "the answer is ", "####", "\n#### 5", "**", "**a** ", "<answer>", "<answer>1</answer>", "<think>", "</think>", "1 ", "1+", "\\", "{", "(", "答案是", "\\begin{align}", "<|channel|>", "final answer is 1. I hope "];
    const time = (text: string, extract: AnswerPolicy): number => {
      let best = Number.POSITIVE_INFINITY;
      for (let k = 0; k < 3; k++) {
        const start = performance.now();
        extractAnswers(text, { extract });
        best = Math.min(best, performance.now() - start);
      }
      return best;
    };
    const steep: string[] = [];
    for (const unit of units)
      for (const extract of ["auto", "math-verify"] as const) {
        const small = time(unit.repeat(Math.ceil(30_000 / unit.length)), extract);
        const large = time(unit.repeat(Math.ceil(240_000 / unit.length)), extract);
        // Eight times the text: a square law gives 64 times the time. The floor keeps the clock's grain and a busy machine out of it.
        if (large > Math.max(24 * small, 150)) steep.push(`${unit} ${extract}: ${small} ms, ${large} ms`);
      }
    expect(steep).toEqual([]);
  });
});
