import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CallResult, Execute, RunResult, RunStatus } from "../core/capabilities.ts";
import { Unordered } from "../core/unordered.ts";
import { createSandbox, type Sandbox } from "../sandbox/index.ts";
import { code, efficiencyReward, type CodeOptions, type CodeReference, type CodeVerdict } from "./index.ts";
import { textDifference, valueDifference, type Comparison } from "./code/compare.ts";
import { extractCode, fencesOf, type Sought } from "./code/fence.ts";
import { readSuite } from "./code/suite.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
afterAll(() => sandbox.close());

const fenced = (source: string, tag = "python"): string => `Let me think.\n\n\`\`\`${tag}\n${source}\n\`\`\`\n`;
const judge = (response: string, reference: CodeReference, options: Partial<CodeOptions> = {}): Promise<CodeVerdict> => code(response, reference, options, { execute: sandbox.execute });
const ADD = "def add(a, b):\n    return a + b";

describe("layouts as published", () => {
  const sum = "print(sum(map(int, input().split())))";
  const solution = "class Solution:\n    def add(self, a, b):\n        return a + b";
  it.each<[string, string, CodeReference]>([
    ["APPS and TACO, standard input", sum, JSON.stringify({ inputs: ["1 2\n", "3 4\n"], outputs: ["3\n", "7\n"] })],
    ["APPS, lines as lists", "import sys\nfor l in sys.stdin: print(l.strip()[::-1])", { inputs: [["ab", "cd"]], outputs: [["ba", "dc"]] }],
    ["APPS, a function", solution, { fn_name: "add", inputs: [[1, 2], [3, 4]], outputs: [[3], 7] }],
    ["TACO, input_output as text", sum, { input_output: JSON.stringify({ inputs: ["1 2"], outputs: ["3"] }) }],
    ["LiveCodeBench, standard input", sum, { public_test_cases: JSON.stringify([{ input: "1 2", output: "3", testtype: "stdin" }]), private_test_cases: [{ input: "5 6", output: "11", testtype: "stdin" }] }],
    ["LiveCodeBench, a function", solution, { public_test_cases: [{ input: "1\n2", output: "3", testtype: "functional" }], metadata: JSON.stringify({ func_name: "add" }) }],
    ["HumanEval, a whole function", ADD, { prompt: 'def add(a, b):\n    """Adds."""\n', test: "def check(candidate):\n    assert candidate(1, 2) == 3\n", entry_point: "add" }],
    ["HumanEval, a completion", "    return a + b", { prompt: 'def add(a, b):\n    """Adds."""\n', test: "def check(candidate):\n    assert candidate(1, 2) == 3\n", entry_point: "add" }],
    ["HumanEval, a helper of the prompt", "def root(n):\n    return round(n ** 0.5)", { prompt: "import math\ndef squared(n):\n    return math.prod([n, n])\n\ndef root(n):\n    '''whole root'''\n", test: "def check(candidate):\n    assert math.fabs(squared(candidate(49)) - 49) < 1e-4\n", entry_point: "root" }],
    ["HumanEval+, inputs and results in the test", ADD, { entry_point: "add", test: "def assertion(out, exp):\n    assert out == exp\ndef check(candidate):\n    inputs = [[1, 2], [3, 4]]\n    results = [3, 7]\n    for i, (inp, exp) in enumerate(zip(inputs, results)):\n        assertion(candidate(*inp), exp)\n" }],
    ["MBPP", ADD, { test_list: ["assert add(1, 2) == 3", "assert set(map(lambda x: add(x, 1), [1])) == {2}"], test_setup_code: "", challenge_test_list: ["assert add(0, 0) == 0"] }],
    ["MBPP+", ADD, { test_imports: ["import math"], test: "for a, b, c in [(1, 2, 3), (4, 5, 9)]:\n    assert add(a, b) == c\n" }],
    ["verl, assert_case", ADD, { inputs: ["", ""], outputs: [null, null], assert_case: ["assert add(1, 2) == 3", "assert add(2, 2) == 4"], fn_name: "add" }],
    ["open-instruct, a list of assertions", ADD, ["assert add(1, 2) == 3"]],
    ["open-instruct, a list of inputs and outputs", sum, [{ input: "1 2", output: "3" }]],
    ["Codeforces", sum, { official_tests: [{ input: "1 2\n", output: "3\n" }], time_limit: 2, memory_limit: 256 }],
    ["Codeforces, a checker", "print(7)", { official_tests: [{ input: "14\n", output: "2\n" }], generated_checker: "import sys\nn, k = int(open(sys.argv[1]).read()), int(open(sys.argv[3]).read())\nprint(int(n % k == 0 and 1 < k < n))" }],
    ["a script of assertions", ADD, "assert add(1, 2) == 3\nassert add(2, 2) == 4\n"],
    ["several files", "from helper import twice\nprint(twice(int(input())))", { inputs: ["2"], outputs: ["4"], files: { "helper.py": "def twice(x):\n    return 2 * x\n" } }],
    ["another language", 'read a; echo $((a * 2))', { language: "bash", inputs: ["21"], outputs: ["42"] }],
    ["a function in JavaScript", "const add = (a, b) => a + b;", { language: "js", fn_name: "add", inputs: [[1, 2]], outputs: [3] }],
  ])("%s", async (_, source, reference) => {
    const language = typeof reference === "object" && "language" in reference ? String(reference.language) : "python";
    const verdict = await judge(fenced(source, language), reference);
    expect(verdict.status, `${verdict.reason.code}: ${verdict.reason.text}`).toBe("correct");
    const wrong = await judge(fenced(language === "bash" ? "echo 9" : language === "js" ? "const add = () => 9;" : "def add(a, b):\n    return 99\nclass Solution:\n    add = lambda self, a, b: 99\ndef root(n):\n    return 99\nif __name__ == '__main__': print(99)", language), reference);
    expect(["incorrect", "invalid"], `${wrong.reason.code}: ${wrong.reason.text}`).toContain(wrong.status);
  });
});

describe("what a response can cost", () => {
  const many = { inputs: Array.from({ length: 1000 }, (_, k) => String(k)), outputs: Array.from({ length: 1000 }, (_, k) => String(k)) };
  it("stops running a program that is out of time again and again, and pays no more for it", async () => {
    const begun = performance.now();
    const endless = await judge(fenced("while True: pass"), many, { partial: "share", cpuSeconds: 0.2 });
    expect(endless).toMatchObject({ status: "invalid", score: 0, reason: { code: "time" } });
    expect(endless.tests!.map(({ status }) => status)).toEqual(Array(1000).fill("time"));
    expect(endless.tests!.filter(({ message }) => !message.startsWith("not run")).length).toBe(4);
    const passes = await judge(fenced("n = int(input())\nwhile n == 2 or 4 <= n < 8 or n > 8: pass\nprint(n)"), { inputs: many.inputs.slice(0, 20), outputs: many.outputs.slice(0, 20) }, { partial: "share", cpuSeconds: 0.2 });
    expect(passes.score).toBe(3 / 20);
    expect(passes.tests!.map(({ status }) => status === "time")).toEqual(Array.from({ length: 20 }, (_, k) => k === 2 || k > 3));
    expect(performance.now() - begun).toBeLessThan(30_000);
  }, 60_000);
});

describe("every reason", () => {
  const one = { inputs: ["1"], outputs: ["1"] };
  it.each<[CodeVerdict["reason"]["code"], CodeVerdict["status"], string, CodeReference, Partial<CodeOptions>]>([
    ["accepted", "correct", fenced("print(input())"), one, {}],
    ["wrong-answer", "incorrect", fenced("print(2)"), one, {}],
    ["runtime-error", "incorrect", fenced("1 / 0"), one, {}],
    ["time", "invalid", fenced("while True: pass"), one, { cpuSeconds: 0.4 }],
    ["memory", "invalid", fenced("x = bytearray(1 << 30)"), one, { memoryMb: 64 }],
    ["output", "invalid", fenced("print('x' * (70 << 20))"), one, {}],
    ["compile-error", "invalid", fenced("def ("), one, {}],
    ["no-code", "invalid", "I cannot.", one, {}],
    ["several-programs", "invalid", fenced("print(1)") + fenced("print(2)"), one, { extract: "only-fence" }],
    ["unclosed-fence", "invalid", "```python\nprint(1)", one, {}],
    ["unclosed-think", "invalid", `<think>${fenced("print(input())")}`, one, {}],
    ["wrong-language", "invalid", fenced("int main() {}", "cpp"), one, {}],
    ["bad-reference", "undecided", fenced("print(1)"), { inputs: ["1"] }, {}],
    ["bad-reference", "undecided", fenced(ADD), { test_list: ["assert add(1, 2) =="] }, {}],
    ["bad-reference", "undecided", fenced("print(1)"), { ...one, checker: "1 / 0" }, {}],
    ["bad-reference", "undecided", fenced("print(1)"), { ...one, language: "cobol" }, {}],
  ])("%s: %s", async (reason, status, response, reference, options) => {
    const verdict = await judge(response, reference, options);
    expect(verdict.reason.code, verdict.reason.text).toBe(reason);
    expect(verdict).toMatchObject({ status, score: status === "correct" ? 1 : status === "undecided" ? null : 0 });
  });

  it("no sandbox, no toolchain and infrastructure are ours", async () => {
    expect(await code(fenced("print(1)"), one)).toMatchObject({ status: "undecided", reason: { code: "no-capability" } });
    const nothing = standIn({ status: "infrastructure" }, []);
    expect(await code(fenced("print(1)"), one, {}, { execute: nothing })).toMatchObject({ status: "undecided", reason: { code: "no-toolchain" } });
    expect(await code(fenced("print(1)"), one, {}, { execute: standIn({ status: "infrastructure" }) })).toMatchObject({ status: "undecided", reason: { code: "infrastructure" }, score: null });
  });
});

/** A sandbox that gives what it is told. */
function standIn({ status, stdout = "", cpuSeconds = 0 }: { readonly status: RunStatus; readonly stdout?: string; readonly cpuSeconds?: number }, languages: Execute["languages"] = ["python"]): Execute {
  const result: RunResult = { status, exitCode: 0, stdout, stderr: "", cpuSeconds, wallSeconds: 0, peakMemoryMb: null, message: "told" };
  const program = {
    compiled: null,
    run: async () => result,
    // No calls are made of it.
    async *call(): AsyncGenerator<CallResult, void, void> {
      yield* [];
    },
    test: async () => ({ status, cases: [], planned: 0, badTests: false, cpuSeconds, message: "" }),
    [Symbol.asyncDispose]: async () => undefined,
  };
  return Object.assign(async () => program, { isolation: { kind: "none", layers: [] } as const, languages });
}

describe("order and credit", () => {
  const three = { inputs: ["1", "2", "3"], outputs: ["1", "9", "3"] };
  it("stops at the first failure, by the order of tests alone", async () => {
    const { tests } = await judge(fenced("print(input())"), three);
    expect(tests!.map(({ status }) => status)).toEqual(["accepted", "wrong-answer", "not-run"]);
  });

  it("shares, weights, stages and speed", async () => {
    const echo = fenced("print(input())");
    expect((await judge(echo, three, { partial: "share" })).score).toBeCloseTo(2 / 3);
    expect((await judge(echo, { ...three, weights: [1, 2, 1] }, { partial: "weighted" })).score).toBe(0.5);
    const stages = await Promise.all(["def (", "1 / 0", "print(7)", "print(input())"].map(async (source) => (await judge(fenced(source), { inputs: ["1"], outputs: ["1"] }, { partial: "staged" })).score));
    expect(stages).toEqual([0, 0.2, 0.35, 1]);
    const speed = async (cpuSeconds: number, stdout = "1") => (await code(echo, { inputs: ["1"], outputs: ["1"], reference_seconds: 1 }, { partial: "speed" }, { execute: standIn({ status: "ok", stdout, cpuSeconds }) })).score;
    expect([await speed(4), await speed(1), await speed(0.5), await speed(0), await speed(0, "2")]).toEqual([0.625, 1, 1, 1, 0]);
    expect([...efficiencyReward(["error", "fail", "pass"], [1, 1, 1], 2, { speedCap: 3 })]).toEqual([-1, -0.5, 1.5]);
    expect([...efficiencyReward(["pass", "pass"], [9, 0], 1, { timed: false })]).toEqual([1, 1]);
    expect(() => efficiencyReward(["pass"], [-1], 1)).toThrow(/at least 0/);
    expect(() => efficiencyReward(["pass"], [1], 0)).toThrow(/above 0/);
    expect(() => efficiencyReward(["passed" as never], [1], 1)).toThrow(/error, fail or pass/);
  });

  it("a tripped limit never beats a wrong answer", async () => {
    for (const partial of ["none", "share", "weighted", "staged", "speed"] as const) {
      const wrong = (await judge(fenced("print(7)"), { inputs: ["1"], outputs: ["1"] }, { partial })).score!;
      const late = (await judge(fenced("import time\ntime.sleep(9)"), { inputs: ["1"], outputs: ["1"] }, { partial, cpuSeconds: 0.1 })).score!;
      expect(late).toBeLessThanOrEqual(wrong);
    }
  }, 120_000);

  it("1,000 tests of a sample, and ten thousand calls", async () => {
    const many = { inputs: Array.from({ length: 1000 }, (_, k) => `${k}\n`), outputs: Array.from({ length: 1000 }, (_, k) => `${2 * k}\n`) };
    const verdict = await judge(fenced("#include <stdio.h>\nint main(void) { int n; scanf(\"%d\", &n); printf(\"%d\\n\", 2 * n); return 0; }", "c"), many, { language: "c" });
    expect(verdict).toMatchObject({ status: "correct", reason: { text: "1000 tests accepted" } });
    const calls = { fn_name: "twice", inputs: Array.from({ length: 10_000 }, (_, k) => [k]), outputs: Array.from({ length: 10_000 }, (_, k) => 2 * k) };
    expect((await judge(fenced("def twice(x):\n    return 2 * x"), calls, { maxTests: 10_000 })).reason.text).toBe("10000 tests accepted");
  }, 240_000);

  it("looks at as many tests as it is told", async () => {
    expect((await judge(fenced("print(input())"), three, { maxTests: 1 })).status).toBe("correct");
  });
});

describe("fences", () => {
  it("tildes, longer marks, indents, info strings, what follows the thinking only", () => {
    expect(fencesOf("````py\n```\nx\n```\n````\n").map(({ tag, text }) => [tag, text])).toEqual([["py", "```\nx\n```\n"]]);
    expect(fencesOf("~~~ python title=x\na\n~~~~\n").map(({ tag, text }) => [tag, text])).toEqual([["python", "a\n"]]);
    expect(fencesOf("    ```\nx\n    ```\n")).toEqual([]);
    expect(extractCode("```python\nold\n```\n</think>\n```python\nnew\n```", "last-fence", "python")).toMatchObject({ code: "new\n" });
    expect(extractCode("```python\nold\n```\n</think>\nno", "last-fence", "python")).toMatchObject({ fault: "no-code" });
    expect(extractCode("```python\nprint(1)\n```\n```\n1\n```", "last-fence", "python")).toMatchObject({ code: "print(1)\n" });
    expect(extractCode("```py\na\n```\n```py\nbb\n```\n```py\nc\n```", "longest-fence", "python")).toMatchObject({ code: "bb\n" });
    expect(extractCode("print(1)", "whole", "python")).toMatchObject({ code: "print(1)", start: 0 });
    for (const policy of ["last-fence", "whole"] as const) expect(extractCode("<think>\n```python\nprint(1)\n```\nhmm", policy, "python")).toMatchObject({ fault: "unclosed-think" });
    expect(extractCode("```python\nprint(1)\n```", "last-fence", "python", "Add up. <think>\n")).toMatchObject({ fault: "unclosed-think" });
    expect(extractCode("hm</think>\n```python\nprint(1)\n```", "last-fence", "python", "Add up. <think>\n")).toMatchObject({ code: "print(1)\n" });
    expect(extractCode("Done:\n```python\nprint('<think></s>')\n```\nBye", "last-fence", "python")).toMatchObject({ code: "print('<think></s>')\n" });
    expect(extractCode("[THINK]\n```python\nold\n[/THINK]\n```python\nnew\n```", "last-fence", "python")).toMatchObject({ code: "new\n" });
    expect(extractCode("```python\nmine\n```\n<|im_end|>\n```python\nyours\n```", "last-fence", "python")).toMatchObject({ code: "mine\n" });
  });

  it("an example of use is not the program: what defines the names that are called is, or what reads the input", () => {
    const sought = (names: readonly string[], reads = false): Sought => ({ names: new Set(names), reads });
    const text = "```python\ndef f(n):\n    return n\n```\nUse it so:\n```python\nprint(f(3))\n```";
    expect(extractCode(text, "last-fence", "python", undefined, sought(["f"]))).toMatchObject({ code: "def f(n):\n    return n\n" });
    expect(extractCode(text, "only-fence", "python", undefined, sought(["f"]))).toMatchObject({ code: "def f(n):\n    return n\n" });
    expect(extractCode(text, "last-fence", "python", undefined, sought(["g"]))).toMatchObject({ code: "print(f(3))\n" });
    expect(extractCode(text, "last-fence", "python")).toMatchObject({ code: "print(f(3))\n" });
    const twice = "```python\ndef f(n): return 1\n```\nBetter:\n```python\nf = lambda n: 2\n```\n```python\nassert f(1) == 2\n```";
    expect(extractCode(twice, "last-fence", "python", undefined, sought(["f"]))).toMatchObject({ code: "f = lambda n: 2\n" });
    const reading = "```python\nn = int(input())\nprint(n)\n```\nFor example:\n```python\nprint(3)\n```";
    expect(extractCode(reading, "last-fence", "python", undefined, sought([], true))).toMatchObject({ code: "n = int(input())\nprint(n)\n" });
    expect(extractCode(reading, "last-fence", "python", undefined, sought([], false))).toMatchObject({ code: "print(3)\n" });
    // A draft does not win by being one of several.
    expect(extractCode("```python\ndef f(n): return 1\n```\n```python\ndef f(n): return 2\n```", "only-fence", "python", undefined, sought(["f"]))).toMatchObject({ fault: "several-programs" });
  });

  it("MBPP's marks, where there is no fence", () => {
    expect(extractCode("[BEGIN]\ndef f(): return 1\n[DONE]\nmore", "last-fence", "python")).toMatchObject({ code: "def f(): return 1\n", start: 8, rule: "[BEGIN] … [DONE]" });
    expect(extractCode("def f(): return 1\n[DONE]\n\nYou are an expert", "last-fence", "python")).toMatchObject({ code: "def f(): return 1\n" });
    expect(extractCode("[BEGIN]\n```python\nx = 1\n```\n[DONE]", "last-fence", "python")).toMatchObject({ code: "x = 1\n", rule: "last-fence" });
    expect(extractCode("[BEGIN]\ndef f(): return 1\n", "last-fence", "python")).toMatchObject({ fault: "unclosed-fence" });
    expect(extractCode("[BEGIN]\n[DONE]", "last-fence", "python")).toMatchObject({ fault: "wrong-language" });
    expect(extractCode("I am [DONE] now", "last-fence", "python")).toMatchObject({ fault: "no-code" });
  });

  it("spans lie where the text says, and a megabyte of marks takes no time", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("```", "```python", "x = 1", "", "~~~", "</think>", " ````"), { maxLength: 30 }), (lines) => {
        const text = lines.join("\n");
        for (const { start, end, text: inner } of fencesOf(text)) expect(text.slice(start, end)).toBe(inner);
      }),
      { seed: 4 },
    );
    const begun = performance.now();
    for (const hostile of ["```\n".repeat(250_000), "`".repeat(1 << 20), "~~~\n```\n".repeat(120_000), "</think>".repeat(120_000), "[BEGIN]\n".repeat(130_000), " ".repeat(1 << 20), "def ".repeat(260_000)]) extractCode(hostile, "last-fence", "python", undefined, { names: new Set(["f"]), reads: true });
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});

describe("comparisons", () => {
  const by = (compare: Comparison["compare"]): Comparison => ({ compare, relative: 1e-6, absolute: 1e-9 });
  it.each([
    ["exact", "1 2\n", "1 2", true], ["exact", "1  2", "1 2", false], ["exact", "1 2 ", "1 2", false],
    ["tokens", " 1\n2\r\n", "1 2", true], ["tokens", "1 2 3", "1 2", false], ["tokens", "1", "1 2", false], ["tokens", "1.0", "1", false], ["tokens", "a", "A", false],
    ["float", "0.3333333", "0.33333333333", true], ["float", "0.333", "0.33333333333", false], ["float", "1e3", "1000", true], ["float", "nan", "nan", true], ["float", "nan", "1", false], ["float", "0x10", "16", false], ["float", "inf", "1e400", false],
    ["set", "b\na\n", "a\nb", true], ["set", "a\na\nb", "a\nb\nb", false],
  ] as const)("%s: %j and %j", (compare, got, expected, equal) => expect(textDifference(got, expected, by(compare)) === null).toBe(equal));

  it.each([
    [1, 1, true], [1, true, true], [1, 1.5, false], [[1, [2]], [1, [2]], true], [[1, 2], [2, 1], false], [{ a: 1 }, { a: 1 }, true], [{ a: 1 }, { a: 1, b: 2 }, false], [null, 0, false], ["1", 1, false],
    [new Unordered([1, 2]), [2, 1], false], [new Unordered([1, 2]), new Unordered([2, 1]), true], [{ set: [1, 2] }, [1, 2], false], [{ set: [1] }, { set: [1] }, true], [{ object: 1 }, { object: 1 }, true], [[Symbol("f")], [{}], false], [Symbol("f"), null, false], [10n ** 20n, 10n ** 20n, true], [10n ** 20n, 1e20, true], [10n ** 20n + 1n, 1e20, false], [{ object: "Any" }, 3, false], [{ object: "Any" }, { object: "Any" }, true], ["", null, false],
  ])("values %#", (got, expected, equal) => expect(valueDifference(got, expected, by("tokens")) === null).toBe(equal));

  it("values within tolerance, in any order", () => {
    expect(valueDifference([0.1 + 0.2], [0.3], by("tokens"))).not.toBe(null);
    expect(valueDifference([0.1 + 0.2], [0.3], by("float"))).toBe(null);
    expect(valueDifference([[2], [1]], [[1], [2]], by("set"))).toBe(null);
    expect(valueDifference([[2], [2]], [[1], [2]], by("set"))).not.toBe(null);
    expect(valueDifference(new Unordered([2, 1]), [1, 2], by("set"))).toBe(null);
    expect(valueDifference([Symbol("f")], ["Symbol(f)"], by("set"))).not.toBe(null);
  });

  it("lines in any order are read as far as they may match", () => {
    const begun = performance.now();
    expect(textDifference("a\n".repeat(8_000_000), "a\nb", by("set"))).toBe("more than 2 lines, not 2");
    expect(performance.now() - begun).toBeLessThan(500);
  });

  it("nothing is near what a double cannot hold", () => {
    expect(textDifference("0", "9".repeat(320), by("float"))).not.toBe(null);
    expect(textDifference("8".repeat(320), "9".repeat(320), by("float"))).not.toBe(null);
    expect(textDifference("9".repeat(320), "9".repeat(320), by("float"))).toBe(null);
    expect(valueDifference(0, Number.POSITIVE_INFINITY, by("float"))).not.toBe(null);
    expect(valueDifference(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, by("float"))).toBe(null);
  });

  it("every value is itself, and text is its tokens", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => valueDifference(value, value, by("tokens")) === null), { seed: 4 });
    fc.assert(fc.property(fc.array(fc.stringMatching(/^[!-~]+$/)), (tokens) => textDifference(tokens.join(" "), `\n${tokens.join("\n  ")}\n`, by("tokens")) === null), { seed: 4 });
  });

  it("keeps whole numbers of a reference whole", () => {
    const suite = readSuite('{"fn_name": "f", "inputs": [[12345678901234567890]], "outputs": [12345678901234567891]}');
    expect(suite.kind === "calls" && suite.tests[0]).toMatchObject({ args: [12345678901234567890n], expected: 12345678901234567891n });
  });
});
