/** Attacks on the pay: programs that solve nothing, each once paid by a hole of ours, and what an honest program of the same kind gets. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.ts";
import { code, type CodeOptions, type CodeReference, type CodeVerdict } from "../../src/verify/index.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
afterAll(() => sandbox.close());

const judge = (program: string, reference: CodeReference, options: Partial<CodeOptions> = {}, tag = "python"): Promise<CodeVerdict> =>
  code(`\`\`\`${tag}\n${program}\n\`\`\`\n`, reference, { cpuSeconds: 2, ...options }, { execute: sandbox.execute });

const OPERATORS = ["sub", "rsub", "add", "radd", "mul", "mod", "and", "or"].map((name) => `    __${name}__ = lambda s, o: 0.0`).join("\n");
const COMPARISONS = ["lt", "le", "gt", "ge", "contains", "eq"].map((name) => `    __${name}__ = lambda s, o: True`).join("\n");
/** Says yes to every operator. */
const AGREEABLE = `class X:\n${OPERATORS}\n${COMPARISONS}\n    __abs__ = lambda s: 0.0\n    __hash__ = lambda s: 5\ndef f(*a): return X()`;
/** Says to its own question what it was asked. */
const ECHO = "class X:\n    __sub__ = lambda s, o: o - o\n    __rsub__ = lambda s, o: o - o\ndef f(*a): return X()";
/** A class where a function is due. */
const CLASS = `class f:\n    __init__ = lambda s, *a: None\n${OPERATORS}\n${COMPARISONS}`;

describe("no expected value reaches a program", () => {
  it.each<[string, CodeReference]>([
    ["a difference", { test_list: ["assert abs(f(2) - 4.0) < 1e-6"] }],
    ["a difference, from the right", { test_list: ["assert abs(4.0 - f(2)) < 1e-6"] }],
    ["a difference that is nothing", { test_list: ["assert abs(f(1) - 3) == 0"] }],
    ["HumanEval's check", { prompt: "def f(number):\n    '''x'''\n", entry_point: "f", test: "def check(candidate):\n    assert abs(candidate(1.33) - 0.33) < 1e-6\n" }],
    ["an order", { test_list: ["assert f(1) < 3", "assert f(1) > 2"] }],
    ["an element", { test_list: ["assert 3 in f(1)"] }],
    ["unittest", { test: "import unittest\nfrom solution import f\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertAlmostEqual(f(2), 4.0)\n        self.assertIn(5, f(1))\n        self.assertLess(f(2), 1)\n" }],
    ["what is looked up", { test_list: ["assert {5: 1}[f(1)]", "assert f(1) in {5}"] }],
    ["pytest.approx", { test: "import pytest\nfrom solution import f\ndef test_a():\n    assert f(2) == pytest.approx(4.0)\n" }],
  ])("%s", async (_, reference) => {
    for (const program of [AGREEABLE, ECHO, CLASS]) {
      const verdict = await judge(program, reference);
      expect(verdict, verdict.reason.text).toMatchObject({ status: "incorrect", score: 0 });
    }
  });

  it("objects of a program still add, compare and hold elements among themselves", async () => {
    const program = "class V:\n    def __init__(s, x): s.x = x\n    def __add__(s, o): return V(s.x + o.x)\n    def __lt__(s, o): return s.x < o.x\n    def __eq__(s, o): return s.x == o.x\n    def __iter__(s): return iter([s.x])\n    def __getitem__(s, k): return s.x\n    def __len__(s): return 1";
    const verdict = await judge(program, { test_list: ["assert V(1) + V(2) == V(3)", "assert V(1) < V(2)", "assert 3 in V(3)", "assert 4 not in V(3)", "assert V(5)[0] == 5", "assert len(V(1)) == 1", "assert [v.x for v in sorted([V(2), V(1)])] == [1, 2]"] });
    expect(verdict, verdict.reason.text).toMatchObject({ status: "correct", score: 1 });
  });
});

describe("nothing is paid for what is infinitely far", () => {
  it("pytest.approx", async () => {
    const reference: CodeReference = { test: "import pytest\nfrom solution import f\ndef test_a():\n    assert f(1) == pytest.approx(float('inf'))\n" };
    expect(await judge("def f(a): return 0", reference)).toMatchObject({ status: "incorrect", score: 0 });
    expect(await judge("def f(a): return float('inf')", reference)).toMatchObject({ status: "correct" });
  });
});

describe("tests of a function that Python has too", () => {
  it.each([
    ["is wrong", "def max(a): return None"],
    ["is not there", "x = 1"],
  ])("are paid by no program in which it %s", async (_, program) => {
    expect(await judge(program, { test_list: ["assert max([1, 2]) == 2", "assert max([3]) == 3"] })).toMatchObject({ status: "incorrect", score: 0 });
    expect(await judge("def max(a): return sorted(a)[-1]", { test_list: ["assert max([1, 2]) == 2", "assert max([3]) == 3"] })).toMatchObject({ status: "correct" });
  });
});

describe("what is no list is no list", () => {
  const sorting: CodeReference = { fn_name: "f", inputs: [[[3, 1, 2, 2]]], outputs: [[1, 2, 2, 3]] };
  it.each<[string, string, CodeReference, string]>([
    ["a dictionary that says set", "def f(a): return {'set': a}", sorting, "python"],
    ["a set", "def f(a): return set(a)", { fn_name: "f", inputs: [[[3, 1, 2]]], outputs: [[1, 2, 3]] }, "python"],
    ["a set in JavaScript", "function f(a) { return new Set(a); }", { language: "javascript", fn_name: "f", inputs: [[[3, 1, 2]]], outputs: [[1, 2, 3]] }, "javascript"],
    ["a promise", "async function f(a) { return 5; }", { language: "javascript", fn_name: "f", inputs: [[1]], outputs: [{}] }, "javascript"],
  ])("%s", async (_, program, reference, tag) => {
    expect(await judge(program, reference, {}, tag)).toMatchObject({ status: "incorrect", score: 0 });
  });

  it("a dictionary of any key is itself, and a set is its elements where order does not count", async () => {
    expect(await judge("def f(a): return {'object': a, 'set': [a]}", { fn_name: "f", inputs: [[1]], outputs: [{ object: 1, set: [1] }] })).toMatchObject({ score: 1 });
    expect(await judge("def f(a): return set(a)", { fn_name: "f", inputs: [[[3, 1, 2]]], outputs: [[1, 2, 3]] }, { compare: "set" })).toMatchObject({ score: 1 });
  });
});

describe("tests that wait", () => {
  const references: CodeReference[] = [
    { test: "from solution import f\nasync def test_a():\n    assert f(1) == 2\n" },
    { test: "import unittest\nfrom solution import f\nclass T(unittest.IsolatedAsyncioTestCase):\n    async def test_a(self):\n        self.assertEqual(f(1), 2)\n" },
    { test: "import unittest\nfrom solution import f\nclass T(unittest.TestCase):\n    async def test_a(self):\n        self.assertEqual(f(1), 2)\n" },
    { entry_point: "f", test: "async def check(candidate):\n    assert candidate(1) == 2\n" },
    { test: "async def main():\n    assert f(1) == 2\nmain()\n" },
  ];
  it("are awaited", async () => {
    for (const reference of references) {
      expect(await judge("def f(a): return None", reference)).toMatchObject({ status: "incorrect", score: 0 });
      const honest = await judge("def f(a): return a + 1", reference);
      expect(honest, honest.reason.text).toMatchObject({ status: "correct" });
    }
  });

  it("await what the program makes them wait for", async () => {
    const reference: CodeReference = { test: "import pytest\nfrom solution import f\nasync def test_a():\n    assert await f(1) == 2\nasync def test_b():\n    with pytest.raises(ValueError):\n        await f(-1)\n" };
    const program = (value: string): string => `import asyncio\nasync def f(a):\n    await asyncio.sleep(0.01)\n    if a < 0: raise ValueError('negative')\n    return ${value}`;
    const honest = await judge(program("a + 1"), reference);
    expect(honest, honest.reason.text).toMatchObject({ status: "correct" });
    expect(await judge(program("None"), reference)).toMatchObject({ status: "incorrect", score: 0 });
  });

  it("that yield are none", async () => {
    expect(await judge("def f(a): return 2", { test: "from solution import f\ndef test_a():\n    assert f(1) == 2\n    yield\n" })).toMatchObject({ reason: { code: "bad-reference" } });
  });
});

describe("a share is of all tests", () => {
  const asserts = Array.from({ length: 20 }, (_, k) => `assert f(${k}) == ${k}`);
  const dying = (how: string): string => `n = 0\ndef f(a):\n    global n\n    n += 1\n    if n > 5: ${how}\n    return a`;
  it.each<[string, string, CodeReference, number]>([
    ["ends in the sixth", dying("import os; os._exit(0)"), { test_list: asserts }, 5 / 20],
    ["ends in the sixth of the functions", dying("import os; os._exit(0)"), { test: asserts.map((each, k) => `def test_${k}():\n    ${each}\n`).join("") }, 5 / 20],
    ["raises between the assertions", dying("raise ValueError"), { test: [...asserts.slice(0, 5), "x = f(5)", ...asserts.slice(5)].join("\n") }, 5 / 20],
    ["ends before the functions", dying("import os; os._exit(0)"), { test: [...asserts.slice(0, 6), ...asserts.slice(6).map((each, k) => `def test_${k}():\n    ${each}\n`)].join("\n") }, 5 / 20],
    ["never returns", dying("\n        while True: pass"), { test_list: asserts }, 5 / 20],
  ])("%s", async (_, program, reference, share) => {
    for (const partial of ["share", "weighted"] as const) expect((await judge(program, reference, { partial, cpuSeconds: 0.5 })).score).toBeCloseTo(share);
  });

  it("a test that weighs nothing costs nothing", async () => {
    expect(await judge("print(1)", { inputs: ["", ""], outputs: ["1", "2"], weights: [1, 0] }, { partial: "weighted" })).toMatchObject({ status: "correct", score: 1 });
    expect(await judge("print(1)", { inputs: ["", ""], outputs: ["1", "2"], weights: [0, 1] }, { partial: "weighted" })).toMatchObject({ status: "incorrect", score: 0 });
  });
});

describe("an error ends no loop over cases", () => {
  it.each([
    ["map", "assert all(map(lambda case: f(case[0]) == case[1], [(1, 2), (3, 4)]))"],
    ["zip", "assert all(a == b for a, b in zip(map(f, [1, 3]), [2, 4]))"],
    ["method", "assert all(map(lambda case: A().f(case) == case + 1, [1, 3]))"],
  ])("%s", async (_, test) => {
    const program = (body: string): string => `def f(a): ${body}\nclass A:\n    def f(self, a): ${body}`;
    for (const error of ["StopIteration", "StopAsyncIteration", "type('Stop', (StopIteration,), {})"]) expect(await judge(program(`raise ${error}`), { test_list: [test] })).toMatchObject({ status: "incorrect", score: 0 });
    const honest = await judge(program("return a + 1"), { test_list: [test, "assert list(map(str, iter([1]))) == ['1']"] });
    expect(honest, honest.reason.text).toMatchObject({ status: "correct" });
  });

  it("an iterator of the program ends as it says", async () => {
    const program = "class Count:\n    def __init__(self, n): self.n = n\n    def __iter__(self): return self\n    def __next__(self):\n        if self.n == 0: raise StopIteration\n        self.n -= 1\n        return self.n";
    const verdict = await judge(program, { test: "import pytest\nassert list(Count(3)) == [2, 1, 0]\nwith pytest.raises(StopIteration):\n    next(Count(0))\n" });
    expect(verdict, verdict.reason.text).toMatchObject({ status: "correct" });
  });
});

describe("names of the program take no place of the tests' own", () => {
  it.each([
    ["a function", "from math import isclose\nfrom solution import *\nassert isclose(f(1), 5.0)"],
    ["a module", "import math\nfrom solution import *\nassert math.isclose(f(1), 5.0)"],
    ["a builtin", "from solution import *\nassert all(f(k) == 5.0 for k in range(3))"],
    ["in a branch", "from math import isclose\nif True:\n    from solution import *\nassert isclose(f(1), 5.0)"],
  ])("%s", async (_, test) => {
    const forged = "def isclose(a, b): return True\nclass math:\n    isclose = isclose\ndef all(x): return True\n";
    expect(await judge(`${forged}def f(a): return 0`, { test })).toMatchObject({ status: "incorrect", score: 0 });
    const honest = await judge(`${forged}def f(a): return 5.0`, { test });
    expect(honest, honest.reason.text).toMatchObject({ status: "correct" });
  });
});

describe("speed is that of all the program does", () => {
  const loop = "sum(k * k for k in range(10_000_000))";
  it.each<[string, string, CodeReference]>([
    ["in test code", `def f(a):\n    ${loop}\n    return a`, { test_list: ["assert f(1) == 1"] }],
    ["in a call", `def f(a):\n    ${loop}\n    return a`, { fn_name: "f", inputs: [[1]], outputs: [1] }],
    ["as it is loaded, in JavaScript", "let s = 0;\nfor (let k = 0; k < 1500000; k++) s += k;\nfunction f(a) { return a; }", { language: "javascript", fn_name: "f", inputs: [[1]], outputs: [1] }],
    ["as it is loaded, in Node", "let s = 0;\nfor (let k = 0; k < 3e8; k++) s += k;\nfunction f(a) { return a; }", { language: "javascript", fn_name: "f", inputs: [[1]], outputs: [1] }],
    ["as it is loaded", `${loop}\ndef f(a):\n    return a`, { fn_name: "f", inputs: [[1]], outputs: [1] }],
  ])("%s", async (_, program, reference) => {
    const timed = { ...(reference as object), reference_seconds: 0.001 };
    const verdict = await judge(program, timed, { partial: "speed", cpuSeconds: 10 }, "language" in timed ? "javascript" : "python");
    expect(verdict.status, verdict.reason.text).toBe("correct");
    expect(verdict.score).toBeLessThan(0.51);
  });

  it("at any cap a score is at most 1", async () => {
    expect(await judge("def f(a): return a", { test_list: ["assert f(1) == 1"], reference_seconds: 500 }, { partial: "speed", speedCap: 3 })).toMatchObject({ status: "correct", score: 1 });
  });
});

describe("a fault of the output is no fault of the tests", () => {
  it.each<[string, string, CodeReference]>([
    ["a value used later", "def f(a): return None", { test: "res = f(3)\nassert res[0] == 1" }],
    ["a value of an object, used later", "class A:\n    def get(self): return None", { test: "a = A(); v = a.get()\nassert v[0] == 1" }],
    ["an object where a slice is taken", "class X: pass\ndef f(a): return X()", { test_list: ["assert f(1)[:2] == [1, 2]"] }],
    ["an object that is awaited, entered and iterated", "class X: pass\ndef f(a): return X()", { test: "def test_a():\n    with f(1) as g:\n        assert list(g) == [1]\nasync def test_b():\n    assert await f(1) == 2\n" }],
    ["an error that says a module is missing", "def f(a): raise ModuleNotFoundError('numpy')", { test_list: ["assert f(1) == 2"] }],
    ["an output that the checker cannot read", "print('x')", { inputs: ["1"], outputs: ["1"], checker: "import sys\nprint(int(open(sys.argv[3]).read()) == 1)" }],
    ["an output nested past the checker's reader", "print('[' * 200000)", { inputs: ["1"], outputs: ["[1]"], checker: "import sys, json\nprint(json.load(open(sys.argv[3])) == [1])" }],
  ])("%s", async (_, program, reference) => {
    const verdict = await judge(program, reference);
    expect(verdict, verdict.reason.text).toMatchObject({ status: "incorrect", score: 0 });
  });

  it("test files that run themselves are run, and those that end themselves are none", async () => {
    const file = "import unittest\nfrom solution import f\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f(1), 1)\n";
    expect(await judge("def f(a): return 1", { test: `${file}unittest.main()\n` })).toMatchObject({ status: "correct" });
    expect(await judge("def f(a): return 2", { test: `${file}unittest.main()\n` })).toMatchObject({ status: "incorrect", score: 0 });
    expect(await judge("def f(a): return 1", { test: `import sys\nok = f(1) == 1\nsys.exit(0)\n` })).toMatchObject({ reason: { code: "bad-reference" } });
    expect(await judge("def f(a): raise SystemExit(0)", { test: `assert f(1) == 1\n` })).toMatchObject({ status: "incorrect", score: 0 });
  });

  it("a checker that accepts everything in silence, or not its own answer, is none", async () => {
    expect(await judge("print(2)", { inputs: ["1"], outputs: ["1"], checker: "def check(path): return False" })).toMatchObject({ reason: { code: "bad-reference" } });
    expect(await judge("print(2)", { inputs: ["1"], outputs: ["x"], checker: "import sys\nprint(int(open(sys.argv[2]).read()) == 1)" })).toMatchObject({ reason: { code: "bad-reference" } });
    const silent = "import sys\nsys.exit(open(sys.argv[2]).read().split() != open(sys.argv[3]).read().split())";
    expect(await judge("print(1)", { inputs: ["1"], outputs: ["1"], checker: silent })).toMatchObject({ status: "correct" });
    expect(await judge("print(2)", { inputs: ["1"], outputs: ["1"], checker: silent })).toMatchObject({ status: "incorrect" });
  });
});
