/** References and answers as data sets have them: starter code, faults of references, packages. */
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CallResult, Execute, RunResult } from "../core/capabilities.ts";
import { parseBlock } from "../rollout/parse.ts";
import { recognizeColumns } from "../rollout/columns.ts";
import { createSandbox, type Sandbox } from "../sandbox/index.ts";
import { code, type CodeOptions, type CodeReference, type CodeVerdict } from "./index.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
afterAll(() => sandbox.close());

const judge = (source: string, reference: unknown, options: Partial<CodeOptions> = {}): Promise<CodeVerdict> =>
  code(`\`\`\`${options.language ?? "python"}\n${source}\n\`\`\``, reference as CodeReference, options, { execute: sandbox.execute });

describe("what the harnesses import", () => {
  const twoSum = "class Solution:\n    def twoSum(self, nums: List[int], target: int) -> List[int]:\n        seen = defaultdict(int)\n        for i, n in enumerate(nums):\n            if target - n in seen:\n                return [seen[target - n], i]\n            seen[n] = i\n        return [int(sqrt(0)), -1]";
  const reference = { fn_name: "twoSum", inputs: [[[2, 7, 11, 15], 9]], outputs: [[0, 1]] };

  it("starter code as LeetCode and LiveCodeBench have it", async () => {
    expect(await judge(twoSum, reference)).toMatchObject({ status: "correct" });
    expect(await judge(twoSum, reference, { prelude: "none" })).toMatchObject({ status: "incorrect", reason: { code: "runtime-error" } });
  });

  it("is no program: a function that it happens to import answers nothing", async () => {
    const add = { fn_name: "add", inputs: [[1, 2]], outputs: [3] };
    expect(await judge("x = 1", add)).toMatchObject({ status: "incorrect", reason: { code: "runtime-error" } });
    expect(await judge("def add(a, b): return a + b", add)).toMatchObject({ status: "correct" });
    expect(await judge("from __future__ import annotations\nimport datetime\ndef add(a: Later, b): return pow(a + b, 1, 100) if datetime.date else 0", add)).toMatchObject({ status: "correct" });
  });
});

describe("references that cannot be judged are at fault themselves", () => {
  it.each<[string, unknown, Partial<CodeOptions>, RegExp]>([
    ["a file above the program", { inputs: ["1"], outputs: ["1"], files: { "../../x": "" } }, {}, /must stand beside/],
    ["a file from the root", { inputs: ["1"], outputs: ["1"], files: { "/etc/x": "" } }, {}, /must stand beside/],
    ["a file that is no text", { inputs: ["1"], outputs: ["1"], files: { x: 3 } }, {}, /must be text/],
    ["files that are none", { inputs: ["1"], outputs: ["1"], files: ["x"] }, {}, /must be an object/],
    ["a file that is a folder", { inputs: ["1"], outputs: ["1"], files: { x: "", "x/y": "" } }, {}, /folder/],
    ["functions of Java", { fn_name: "f", inputs: [[1]], outputs: [1], language: "java" }, {}, /function/],
    ["test code for JavaScript", { test_list: ["assert f(1) == 1"], language: "javascript" }, {}, /Python/],
    ["a time limit past all limits", { inputs: ["1"], outputs: ["1"], time_limit: 1e9 }, {}, /time_limit must be at most 600/],
    ["a memory limit past all limits", { inputs: ["1"], outputs: ["1"], memory_limit: 1e9 }, {}, /memory_limit/],
  ])("%s", async (_, reference, options, text) => {
    const verdict = await judge("print(input())", reference, options);
    expect(verdict).toMatchObject({ status: "undecided", score: null, reason: { code: "bad-reference" } });
    expect(verdict.reason.text).toMatch(text);
  });
});

describe("responses as models write them", () => {
  const given = (response: string, reference: unknown, options: Partial<CodeOptions> = {}): Promise<CodeVerdict> => code(response, reference as CodeReference, options, { execute: sandbox.execute });

  it("HumanEval's bare completions, with `whole`", async () => {
    const row = { prompt: "def double(n):\n    \"\"\"Twice n.\"\"\"\n", test: "def check(candidate):\n    assert candidate(2) == 4\n", entry_point: "double" };
    expect(await given("    return 2 * n\n", row, { extract: "whole" })).toMatchObject({ status: "correct" });
    expect(await given("    return 2 * n\n", row)).toMatchObject({ status: "invalid", reason: { code: "no-code" } });
    expect(await given("    return n\n", row, { extract: "whole" })).toMatchObject({ status: "incorrect", score: 0 });
  });

  it("MBPP's marks, and an example of use behind the solution", async () => {
    const row = { test_list: ["assert double(2) == 4", "assert set(map(double, [1])) == {2}"] };
    expect(await given("[BEGIN]\ndef double(n):\n    return 2 * n\n[DONE]", row)).toMatchObject({ status: "correct" });
    const shown = "```python\ndef double(n):\n    return 2 * n\n```\nExample:\n```python\nprint(double(3))  # 6\n```";
    expect(await given(shown, row)).toMatchObject({ status: "correct", extracted: "def double(n):\n    return 2 * n\n" });
    expect(await given(shown, { fn_name: "double", inputs: [[2]], outputs: [4] })).toMatchObject({ status: "correct" });
    expect(await given("```python\nprint(2 * int(input()))\n```\nWith 2 it prints:\n```python\nprint(4)\n```", { inputs: ["3"], outputs: ["6"] })).toMatchObject({ status: "correct" });
  });

  it("programs that read files are not judged", async () => {
    const verdict = await given("```python\nprint(open('input.txt').read())\n```", { input_mode: "file", official_tests: [{ input: "1", output: "1" }] });
    expect(verdict).toMatchObject({ status: "undecided", score: null, reason: { code: "unsupported-tests" } });
    expect(await given("```python\nprint(input())\n```", { input_mode: "stdio", official_tests: [{ input: "1", output: "1" }] })).toMatchObject({ status: "correct" });
  });
});

describe("many tests", () => {
  it.each([[0, 12], [4.9, 5]])("that each stay within their limit have a limit together: %f s of CPU time, %f s on the wall", async (cpuSeconds, wallSeconds) => {
    let runs = 0;
    const result: RunResult = { status: "ok", exitCode: 0, stdout: "1", stderr: "", cpuSeconds, wallSeconds, peakMemoryMb: null, message: "" };
    const program = {
      compiled: null,
      run: async () => (runs++, result),
      async *call(): AsyncGenerator<CallResult, void, void> {
        yield* [];
      },
      test: async () => ({ status: "ok" as const, cases: [], planned: 0, badTests: false, cpuSeconds: 0, message: "" }),
      [Symbol.asyncDispose]: async () => undefined,
    };
    const execute: Execute = Object.assign(async () => program, { isolation: { kind: "none", layers: [] } as const, languages: ["python" as const] });
    const reference = { inputs: Array<string>(1000).fill("1"), outputs: Array<string>(1000).fill("1") };
    const verdict = await code("```python\nprint(1)\n```", reference, {}, { execute });
    expect(verdict).toMatchObject({ status: "invalid", score: 0, reason: { code: "time" } });
    expect(runs).toBeLessThan(120);
    expect((await code("```python\nprint(1)\n```", reference, { partial: "share" }, { execute })).score).toBeCloseTo(0.11, 1);
  });
});

describe("packages", () => {
  it("test code that imports one: it is there, or the reference is at fault and the package named", async () => {
    const verdict = await judge("def f(x): return x", { test: "import numpy as np\nassert np.allclose(f([1.0, 2.0]), [1.0, 2.0])" });
    if (existsSync("/usr/lib/python3/dist-packages/numpy")) expect(verdict).toMatchObject({ status: "correct" });
    else {
      expect(verdict).toMatchObject({ status: "undecided", reason: { code: "bad-reference" } });
      expect(verdict.reason.text).toMatch(/numpy.*python3-numpy/);
    }
    const layer = sandbox.isolation.layers.find((each) => each.startsWith("Python"));
    expect(layer).toMatch(existsSync("/usr/lib/python3/dist-packages/numpy") ? /with numpy/ : /without numpy.*python3-numpy/);
  });

  it("a row of HumanEval+, whose tests compare by numpy", async (context) => {
    if (!sandbox.isolation.layers.includes("Python: the system's, with numpy")) {
      process.stderr.write("verify/code: numpy is not visible in the sandbox, so the row of HumanEval+ is left out\n");
      return context.skip();
    }
    const row = {
      task_id: "HumanEval/2",
      prompt: "def truncate_number(number: float) -> float:\n    \"\"\" The decimal part of a positive number. \"\"\"\n",
      entry_point: "truncate_number",
      test: "import numpy as np\n\ndef is_floats(x) -> bool:\n    if isinstance(x, float):\n        return True\n    if isinstance(x, (list, tuple)):\n        return all(isinstance(i, float) for i in x)\n    if isinstance(x, np.ndarray):\n        return x.dtype == np.float64 or x.dtype == np.float32\n    return False\n\ndef assertion(out, exp, atol):\n    if atol == 0 and is_floats(exp):\n        atol = 1e-6\n    if out != exp and atol != 0:\n        assert np.allclose(out, exp, rtol=1e-07, atol=atol)\n    else:\n        assert out == exp\n\ndef check(candidate):\n    inputs = [[3.5], [1.33], [123.456]]\n    results = [0.5, 0.33000001, 0.456]\n    for i, (inp, exp) in enumerate(zip(inputs, results)):\n        assertion(candidate(*inp), exp, 0)\n",
    };
    const whole = (body: string): string => `def truncate_number(number: float) -> float:\n    return ${body}\n`;
    expect(await judge(whole("number % 1.0"), row)).toMatchObject({ status: "correct" });
    expect(await judge(whole("number - 1"), row)).toMatchObject({ status: "incorrect", score: 0 });
    expect(await judge(`import numpy as np\n${whole("float(np.modf(number)[0])")}`, row)).toMatchObject({ status: "correct" });
  });

  it("a program that imports what is not there fails on its own account", async () => {
    expect(await judge("import nosuchpackage\ndef f(x): return x", { test_list: ["assert f(1) == 1"] })).toMatchObject({ status: "incorrect", reason: { code: "runtime-error" } });
  });
});

describe("rows as published", () => {
  /** Lines read as `score` reads them, judged as it judges them. */
  async function rows(lines: readonly string[], columns: Readonly<Record<string, string>>): Promise<CodeVerdict[]> {
    const { rows: read } = parseBlock(Buffer.from(lines.join("\n")), 1, recognizeColumns(lines.map((line) => JSON.parse(line) as Record<string, unknown>), columns), "rows.jsonl");
    return Promise.all(read.map(({ rollouts }) => code(rollouts[0]!.response as string, rollouts[0]!.reference as CodeReference, {}, { execute: sandbox.execute })));
  }

  it("the whole row is a reference: HumanEval and MBPP", async () => {
    const verdicts = await rows(
      [
        JSON.stringify({ task_id: "HumanEval/0", prompt: "def add(a, b):\n    '''Adds.'''\n", entry_point: "add", canonical_solution: "    return a + b\n", test: "def check(candidate):\n    assert candidate(1, 2) == 3\n", response: "```python\ndef add(a, b):\n    return a + b\n```" }),
        JSON.stringify({ task_id: 2, text: "Add.", code: "x", test_list: ["assert add(1, 2) == 3"], test_setup_code: "", response: "```python\ndef add(a, b):\n    return 4\n```" }),
      ],
      { reference: "." },
    );
    expect(verdicts.map(({ status }) => status)).toEqual(["correct", "incorrect"]);
  });

  it("what the policy wrote is no part of it", async () => {
    const { rows: read } = parseBlock(Buffer.from('{"inputs":["1"],"prompt":"p","outputs":["```python\\nprint(1)\\n```"],"id":12345678901234567890}'), 1, recognizeColumns({ inputs: [], prompt: "", outputs: [""] }, { reference: ".", response: "outputs" }), "rows.jsonl");
    expect(read[0]!.rollouts[0]!.reference).toEqual({ inputs: ["1"], prompt: "p", id: 12345678901234567000 });
  });

  it("large integers of references keep their digits", async () => {
    const line = (name: string, source: string): string => `{"${name}":{"fn_name":"f","inputs":[[12345678901234567890]],"outputs":[12345678901234567891]},"response":${JSON.stringify(`\`\`\`python\n${source}\n\`\`\``)}}`;
    expect(await rows([line("reference", "def f(x): return x + 1"), line("reference", "def f(x): return x")], {})).toMatchObject([{ status: "correct" }, { status: "incorrect" }]);
    expect(await rows([line("meta", "def f(x): return x + 1")], { reference: "meta" })).toMatchObject([{ status: "correct" }]);
    const whole = `{"fn_name":"f","inputs":[[12345678901234567890]],"outputs":[12345678901234567891],"prompt":"p","response":"\`\`\`python\\ndef f(x): return x + 1\\n\`\`\`"}`;
    expect(await rows([whole], { reference: ".", response: "response" })).toMatchObject([{ status: "correct" }]);
  });
});
