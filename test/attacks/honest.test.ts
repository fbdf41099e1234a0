/** Honest programs that protection once refused: what the tests of published data sets, and the programs of models, count on. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.ts";
import { code, type CodeReference, type CodeVerdict } from "../../src/verify/index.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
afterAll(() => sandbox.close());

const judge = (program: string, reference: CodeReference): Promise<CodeVerdict> => code(`\`\`\`python\n${program}\n\`\`\`\n`, reference, { cpuSeconds: 4 }, { execute: sandbox.execute });

const asserts = (text: string): CodeReference => ({ test: `import pytest\nfrom solution import *\n${text}` });

const STACK = "class Stack:\n    def __init__(self): self.items = []\n    def push(self, x): self.items.append(x)\n    def size(self): return len(self.items)";

describe("tests of classes", () => {
  it.each<[string, string, string]>([
    ["members of an enumeration", "import enum\nclass C(enum.Enum):\n    A = 1\n    B = 2\ndef f(): return C.A", "assert f() == C.A\nassert f() is C.A\nassert C.A != C.B\nassert C(1) is C.A\nassert C['B'].value == 2\nassert [c.name for c in C] == ['A', 'B']\nassert len(C) == 2\nassert {C.A: 1}[f()] == 1\nassert isinstance(f(), C)"],
    ["constants and methods of the class", "class A:\n    x = 5\n    @staticmethod\n    def s(): return 3\n    @classmethod\n    def c(cls): return 4\n    @property\n    def p(self): return 6", "assert A.s() == 3\nassert A.c() == 4\nassert A().p == 6\nassert A.x == 5\nassert not hasattr(A, 'y')"],
    ["parents", "from abc import ABC, abstractmethod\nclass A(ABC):\n    @abstractmethod\n    def f(self): ...\nclass B(A):\n    def f(self): return 1", "assert isinstance(B(), A)\nassert issubclass(B, A) and not issubclass(A, B)\nassert B().f() == 1\nwith pytest.raises(TypeError):\n    A()"],
    ["errors with parents, attributes and texts", "class E(Exception):\n    def __init__(self, c):\n        super().__init__('m')\n        self.c = c\n    def __str__(self): return 'code %s' % self.c\nclass F(E, ValueError): pass\ndef f(): raise F(5)", "for kind in (E, F, ValueError):\n    with pytest.raises(kind) as e:\n        f()\nassert str(e.value) == 'code 5'\nassert e.value.c == 5\nwith pytest.raises(E, match='code 5'):\n    f()"],
    ["hashes", "class P:\n    def __init__(s, x): s.x = x\n    def __eq__(s, o): return s.x == o.x\n    def __hash__(s): return hash(s.x)\nclass Q:\n    def __eq__(s, o): return True", "assert len({P(1), P(1)}) == 1\nassert {P(1): 2}[P(1)] == 2\nwith pytest.raises(TypeError):\n    hash(Q())"],
    ["dates", "import datetime\ndef f(): return datetime.date(2020, 1, 1)\ndef g(d): return d + datetime.timedelta(days=1)", "import datetime\nassert f() == datetime.date(2020, 1, 1)\nassert g(datetime.datetime(2020, 1, 1, 5)) == datetime.datetime(2020, 1, 2, 5)\nassert f() - f() == datetime.timedelta(0)\nassert f() != datetime.date(2020, 1, 2)"],
    ["named tuples", "from collections import namedtuple\nfrom typing import NamedTuple\nP = namedtuple('P', 'x y')\nclass Q(NamedTuple):\n    a: int\n    b: str = 'z'\n    def twice(self): return self.a * 2\n    @property\n    def shown(self): return self.b + '!'\ndef f(): return P(1, 2)\ndef g(): return Q(3)\ndef total(p): return p.x + p.y\ndef name(q): return type(q).__name__ + q.shown", "from collections import namedtuple\nR = namedtuple('R', 'x y')\nassert f() == (1, 2) == P(1, 2)\nassert f().x == 1 and f()._asdict() == {'x': 1, 'y': 2}\nassert g().twice() == 6 and g().shown == 'z!' and Q(5).a == 5\nassert isinstance(f(), P) and isinstance(g(), Q) and not isinstance(f(), Q)\nassert name(g()) == 'Qz!' and total(P(3, 4)) == 7 and total(R(3, 5)) == 8"],
    ["dictionaries of collections", "from collections import Counter, OrderedDict, defaultdict\ndef f():\n    d = defaultdict(list)\n    d['a'].append(1)\n    return d\ndef c(s): return Counter(s)\ndef o(): return OrderedDict([('b', 1), ('a', 2)])\ndef common(c): return c.most_common(1)\ndef empty(): return defaultdict(lambda: 3)", "from collections import Counter, OrderedDict\nassert f() == {'a': [1]} and f()['q'] == [] and empty() == {}\nassert c('aab') == {'a': 2, 'b': 1} and c('aab').most_common(1) == [('a', 2)] and c('a')['z'] == 0\nassert o() == OrderedDict([('b', 1), ('a', 2)]) != OrderedDict([('a', 2), ('b', 1)])\nassert common(Counter('aab')) == [('a', 2)]"],
    ["functions handed back", "def apply(f, x): return f(x)\ndef double(x): return 2 * x", "assert apply(double, 4) == 8\nassert apply(lambda x: x + 1, 4) == 5"],
  ])("%s", async (_, program, test) => {
    const verdict = await judge(program, asserts(test));
    expect(verdict, verdict.reason.text).toMatchObject({ status: "correct" });
  });

  it.each([
    ["that say they equal everything", "class F(tuple):\n    _fields = ('x', 'index')\n    def __eq__(s, o): return True\n    def __getattr__(s, n): return 9\ndef f(): return F((1, 2))"],
    ["whose fields are names of Python", "class F(tuple):\n    _fields = ('__eq__', '_of_kind')\ndef f(): return F((1, 2))"],
    ["with defaults that are none", "from collections import defaultdict\nclass Any:\n    def __eq__(s, o): return True\ndef f(): return defaultdict(Any, {0: Any()})"],
  ])("named tuples and dictionaries %s", async (_, program) => {
    for (const assertion of ["assert f() == (9, 9)", "assert f()[0] == 9", "assert (9, 9) == f()"]) expect(await judge(program, { test_list: [assertion] })).toMatchObject({ status: "incorrect", score: 0 });
  });
});

describe("tests that are left out", () => {
  const unittest = (body: string): CodeReference => ({ test: `import unittest, sys\nfrom solution import f\nclass T(unittest.TestCase):\n${body}` });
  it("are those that say so themselves, or expect to fail", async () => {
    const test = unittest("    @unittest.skip('not yet')\n    def test_a(self): self.assertEqual(f(), 2)\n    @unittest.expectedFailure\n    def test_b(self): self.assertEqual(f(), 2)\n    @unittest.skipIf(sys.version_info < (3, 2), 'old')\n    def test_c(self): self.assertEqual(f(), 1)\n@unittest.skip('all')\nclass S(unittest.TestCase):\n    def test_d(self): self.assertEqual(f(), 2)\n");
    expect(await judge("def f(): return 1", test)).toMatchObject({ status: "correct", tests: { length: 1 } });
    expect(await judge("def f(): return 2", test)).toMatchObject({ status: "incorrect", score: 0, tests: { length: 1 } });
    expect(await judge("def f(): return 2", unittest("    @unittest.skip('x')\n    def test_a(self): self.assertEqual(f(), 1)\n"))).toMatchObject({ reason: { code: "bad-reference" } });
  });

  it.each([
    ["by a condition", "    @unittest.skipUnless(f() == 1, 'no')\n    def test_a(self): self.assertEqual(f(), 1)\n"],
    ["as it runs", "    def test_a(self):\n        if f() != 1: self.skipTest('later')\n"],
  ])("are never those that the program decides: %s", async (_, body) => {
    expect(await judge("def f(): return 2", unittest(body))).toMatchObject({ status: "incorrect", score: 0 });
    expect(await judge("def f(): return 1", unittest(body))).toMatchObject({ status: "correct" });
  });
});

describe("pytest", () => {
  const test = asserts(`@pytest.fixture
def stack():
    made = Stack()
    made.push(1)
    yield made
@pytest.fixture
def pair(stack): return (stack, 2)
@pytest.fixture(autouse=True)
def always(): pass
def test_one(stack):
    assert stack.size() == 1
@pytest.mark.parametrize("n, size", [(1, 2), pytest.param(2, 3, id="two")])
def test_two(pair, n, size):
    for _ in range(n): pair[0].push(0)
    assert pair[0].size() == size
class TestMore:
    def setup_method(self): self.one = 1
    @pytest.mark.parametrize("n", [1, 2])
    @pytest.mark.slow
    def test_three(self, stack, n): assert stack.size() == self.one
    def test_four(self, tmp_path):
        (tmp_path / "a").write_text("x")
        if Stack().size() != 0: pytest.fail("not empty")
@pytest.mark.skip(reason="never")
def test_five(): assert False
`);
  it("fixtures, marks and parameters", async () => {
    const verdict = await judge(STACK, test);
    expect(verdict, verdict.reason.text).toMatchObject({ status: "correct", tests: { length: 6 } });
    expect(await judge(STACK.replace("self.items.append(x)", "pass"), test)).toMatchObject({ status: "incorrect", score: 0 });
  });

  it.each([
    ["a fixture of a plugin", "def test_a():\n    assert Stack().size() == 0\ndef test_b(capsys):\n    assert Stack().size() == 0"],
    ["a mark that may leave a test out", "@pytest.mark.skipif(Stack is None, reason='x')\ndef test_a():\n    assert Stack().size() == 0"],
    ["what is not here", "helper = pytest.importorskip('numpy')\ndef test_a():\n    assert Stack().size() == 0"],
  ])("what cannot be had is no fault of a program: %s", async (_, text) => {
    expect(await judge(STACK, asserts(text))).toMatchObject({ reason: { code: "bad-reference" } });
  });

  it.each([
    ["skips", "def test_a():\n    if Stack().size() != 1: pytest.skip('no')"],
    ["asks for what is not here", "def test_a():\n    if Stack().size() != 1: pytest.nothing('no')"],
  ])("what a program brings a test to is its own: %s", async (_, text) => {
    expect(await judge(STACK, asserts(text))).toMatchObject({ status: "incorrect", score: 0 });
  });
});

describe("programs", () => {
  const many = "1" + "0".repeat(5000);
  it.each<[string, string, CodeReference]>([
    ["long integers, written", "print(10**5000)", { inputs: [""], outputs: [many] }],
    ["long integers, returned as text", "def f(n): return str(10**n)", { fn_name: "f", inputs: [[5000]], outputs: [many] }],
    ["long integers, in tests", "def f(n): return 10**n", { test: `assert f(5000) == ${many}\nassert str(f(5000)) == '${many}'` }],
    ["a main part beside the function", "def f(a): return a + 1\nif __name__ == '__main__':\n    print(f(int(input())))", { fn_name: "f", inputs: [[1]], outputs: [2] }],
    ["a main part beside the class", "class Solution:\n    def f(self, a): return a + 1\nif __name__ == '__main__':\n    print(Solution().f(int(input())))", { fn_name: "f", inputs: [[1]], outputs: [2] }],
    ["a function that Python has too", "def sum(a, b): return a + b", { test_list: ["assert sum(10, 15) == 25", "assert sum(1, 2) == 3"] }],
    ["a function whose prompt had the imports", "def f(a: List[int]) -> float:\n    return math.floor(a[0])", { prompt: "import math\nfrom typing import List\n\n\ndef f(a: List[int]) -> float:\n    'floor'\n", entry_point: "f", test: "def check(candidate):\n    assert candidate([1.5]) == 1\n" }],
    ["a larger stack", "import resource, sys, threading\nresource.setrlimit(resource.RLIMIT_STACK, (2**28, -1))\nthreading.stack_size(2**27)\nsys.setrecursionlimit(10**6)\ndef d(n): return 0 if n == 0 else 1 + d(n - 1)\nt = threading.Thread(target=lambda: print(d(100000)))\nt.start()\nt.join()", { inputs: [""], outputs: ["100000"] }],
  ])("%s", async (_, program, reference) => {
    const verdict = await judge(program, reference);
    expect(verdict, verdict.reason.text).toMatchObject({ status: "correct" });
  });

  it("C++ of 2017 and of 2020", async () => {
    for (const body of ["auto f = [](auto... x) { return (x + ...); }; std::cout << f(1, 2);", "std::vector<int> v{2, 1}; std::ranges::sort(v); std::cout << v[0] + v[1];"]) {
      const verdict = await code(`\`\`\`cpp\n#include <bits/stdc++.h>\nint main() { ${body} }\n\`\`\``, { language: "cpp", inputs: [""], outputs: ["3"] }, {}, { execute: sandbox.execute });
      expect(verdict, verdict.reason.text).toMatchObject({ status: "correct" });
    }
    expect(await code("```cpp\nint main() { return x; }\n```", { language: "cpp", inputs: [""], outputs: ["3"] }, {}, { execute: sandbox.execute })).toMatchObject({ reason: { code: "compile-error" } });
  }, 60_000);
});
