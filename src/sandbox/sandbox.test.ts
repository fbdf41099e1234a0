import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Call, CallResult, Language } from "../core/capabilities.ts";
import { Unordered } from "../core/unordered.ts";
import { openGate } from "./gate.ts";
import { connectSandbox, createSandbox, type ExecuteOptions, type Sandbox } from "./index.ts";
import { firstError, judge, tellingLine } from "./program.ts";
import { seccompFilter } from "./seccomp.ts";
import { plainOf, taggedOf } from "./values.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
afterAll(() => sandbox.close());

/** Adds two numbers of standard input, in each language. */
const ADDERS: Readonly<Record<Language, string>> = {
  python: "print(sum(map(int, input().split())))\nexit()\n",
  javascript: "const text = require('node:fs').readFileSync('/dev/stdin', 'utf8'); console.log(text.trim().split(' ').map(Number).reduce((a, b) => a + b));",
  typescript: "import { readFileSync } from 'node:fs'; const text: string = readFileSync(0, 'utf8'); console.log(text.trim().split(' ').map(Number).reduce((a: number, b: number): number => a + b));",
  c: "#include <stdio.h>\nint main(void) { int a, b; scanf(\"%d %d\", &a, &b); printf(\"%d\\n\", a + b); return 0; }",
  cpp: "#include <iostream>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b << std::endl; }",
  bash: "read a b; echo $((a + b))",
  sql: "SELECT 2 + 40;",
  java: "import java.util.*; public class Main { public static void main(String[] x) { Scanner s = new Scanner(System.in); System.out.println(s.nextInt() + s.nextInt()); } }",
  go: 'package main\nimport ("bufio"; "fmt"; "os"; "slices")\nfunc main() { var a, b int; fmt.Fscan(bufio.NewReader(os.Stdin), &a, &b); s := []int{b, a}; slices.Sort(s); fmt.Println(s[0] + s[1]) }',
  rust: "use std::io; fn main() { let mut s = String::new(); io::stdin().read_line(&mut s).unwrap(); let t: i32 = s.split_whitespace().map(|x| x.parse::<i32>().unwrap()).sum(); println!(\"{}\", t); }",
};

/** Languages that any machine of ours has; the others only where their toolchain is, and a test says which are not. */
const ALWAYS: readonly Language[] = ["python", "javascript", "typescript", "c", "cpp", "bash", "sql"];

/** Once a machine its library is compiled. */
const GO_LIBRARY_MS = 300_000;

async function run(language: Language, source: string, stdin = "", options: ExecuteOptions = {}, files?: Readonly<Record<string, string>>) {
  await using program = await sandbox.execute({ language, source, ...(files === undefined ? {} : { files }) }, options);
  return program.run({ stdin });
}

async function calls(language: Language, source: string, list: readonly Call[], options: ExecuteOptions = {}): Promise<CallResult[]> {
  await using program = await sandbox.execute({ language, source }, options);
  const results: CallResult[] = [];
  for await (const result of program.call(list)) results.push(result);
  return results;
}

describe("languages", () => {
  it("has what every machine of ours has, and says what is missing", () => {
    for (const language of ALWAYS) expect(sandbox.execute.languages).toContain(language);
    const missing = (Object.keys(ADDERS) as Language[]).filter((language) => !sandbox.execute.languages.includes(language));
    process.stderr.write(`sandbox: ${missing.length} languages have no toolchain here and are left out: ${missing.join(", ") || "none"}\n`);
  });

  for (const [language, source] of Object.entries(ADDERS) as [Language, string][])
    it(language, async (context) => {
      if (!sandbox.execute.languages.includes(language)) return context.skip();
      const result = await run(language, source, "2 40\n", { cpuSeconds: 10 });
      expect(result, result.message).toMatchObject({ status: "ok", stdout: "42\n", exitCode: 0 });
      if (language !== "sql") expect((await run(language, source, "2 41\n", { cpuSeconds: 10 })).stdout).toBe("43\n");
    }, language === "go" ? GO_LIBRARY_MS : undefined);

  it("several files", async () => {
    expect(await run("python", "from helper import twice\nprint(twice(21))\n", "", {}, { "helper.py": "def twice(x):\n    return 2 * x\n" })).toMatchObject({ status: "ok", stdout: "42\n" });
    expect(await run("cpp", '#include "helper.h"\n#include <iostream>\nint main() { std::cout << twice(21) << "\\n"; }', "", {}, { "helper.h": "int twice(int);", "helper.cpp": "int twice(int x) { return 2 * x; }" })).toMatchObject({ status: "ok", stdout: "42\n" });
    await expect(sandbox.execute({ language: "python", source: "", files: { "../x": "" } }).then((p) => p.run({ args: ["a"] }))).rejects.toThrow(/must stand beside/);
  });
});

describe("how a run ends", () => {
  it.each([
    ["runtime-error", "python", "1 / 0"],
    ["compile-error", "python", "def ("],
    ["memory", "python", "x = bytearray(1 << 30)"],
    ["output", "python", "print('x' * (70 << 20))"],
    ["compile-error", "cpp", "int main( {"],
    ["runtime-error", "c", "int main(void) { return 3; }"],
    ["runtime-error", "c", "#include <stdlib.h>\nint main(void) { abort(); }"],
    ["runtime-error", "bash", "exit 7"],
    ["runtime-error", "sql", "SELECT * FROM nowhere;"],
  ] as const)("%s in %s", async (status, language, source) => {
    const result = await run(language, source);
    expect(result.status, JSON.stringify(result)).toBe(status);
    expect(result.message).not.toBe("");
  });

  it("time counts only where the program is out of time alone", async () => {
    const result = await run("python", "while True: pass", "", { cpuSeconds: 0.5, wallSeconds: 10 });
    expect(result.status).toBe("time");
    const [first, again] = [judge({ started: true, exitCode: 0, ending: null, stderr: "", cpuSeconds: 2, peakMb: null, outOfMemory: false }, { cpuSeconds: 1, memoryMb: 1 } as never), judge({ started: false, exitCode: 1, ending: null, stderr: "bwrap: no", cpuSeconds: null, peakMb: null, outOfMemory: false }, { cpuSeconds: 1, memoryMb: 1 } as never)];
    expect([first!.status, again!.status]).toEqual(["time", "infrastructure"]);
  });

  it("tells what it used", async () => {
    const result = await run("python", "b = bytearray(64 << 20)\nfor i in range(0, len(b), 4096): b[i] = 1\nfor _ in range(10**6): pass\n");
    expect(result.cpuSeconds!).toBeGreaterThan(0.005);
    if (sandbox.isolation.layers.some((layer) => layer.startsWith("control group"))) expect(result.peakMemoryMb!).toBeGreaterThan(60);
  });

  it("50 MB in and out", async () => {
    const text = `${"0123456789abcde\n".repeat(3_276_800)}`;
    const result = await run("python", "import sys\nsys.stdout.write(sys.stdin.read())", text, { cpuSeconds: 20 });
    expect(result.status).toBe("ok");
    expect(result.stdout.length).toBe(text.length);
    expect(result.stdout === text).toBe(true);
  });

  it("is called off by a signal", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 300);
    expect((await run("python", "import time\ntime.sleep(30)", "", { signal: controller.signal })).status).toBe("infrastructure");
  });
});

describe("calls", () => {
  const python = "class Solution:\n    def twice(self, x):\n        return x * 2\ndef kinds():\n    return (1, 2.5, None, True, {'a': [1]}, {3}, 10**20, 'x')\ndef fill(items):\n    items.append(4)\ndef fail():\n    raise ValueError('no')\n";

  it("Python: functions, methods, kinds of values, arguments changed in place, errors", async () => {
    const results = await calls("python", python, [{ name: "twice", args: [21] }, { name: "kinds", args: [] }, { name: "fill", args: [[1]] }, { name: "fail", args: [] }, { name: "nowhere", args: [] }]);
    expect(results.map(({ status }) => status)).toEqual(["ok", "ok", "ok", "runtime-error", "runtime-error"]);
    expect(results[0]!.value).toBe(42);
    expect(results[1]!.value).toEqual([1, 2.5, null, true, { a: [1] }, new Unordered([3]), 10n ** 20n, "x"]);
    expect(results[2]!.argsAfter).toEqual([[1, 4]]);
    expect(results[3]!.message).toBe("ValueError: no");
  });

  it.each(["javascript", "typescript"] as const)("%s in quickjs", async (language) => {
    const typed = language === "typescript" ? ": number" : "";
    const source = `class Solution { twice(x${typed})${typed} { return x * 2; } }\nexport function add(a${typed}, b${typed}) { return a + b; }\nconst kinds = () => [1n, undefined, NaN, new Set([1]), new Map([["a", 1]])];\nfunction fill(items) { items.push(4); }\nfunction fail() { throw new TypeError("no"); }`.replace("fill(items)", language === "typescript" ? "fill(items: number[])" : "fill(items)");
    const results = await calls(language, source, [{ name: "twice", args: [21] }, { name: "add", args: [1, 2] }, { name: "kinds", args: [] }, { name: "fill", args: [[1]] }, { name: "fail", args: [] }]);
    expect(results.map(({ status }) => status)).toEqual(["ok", "ok", "ok", "ok", "runtime-error"]);
    expect(results.slice(0, 3).map(({ value }) => value)).toEqual([42, 3, [1n, null, Number.NaN, new Unordered([1]), { a: 1 }]]);
    expect(results[3]!.argsAfter).toEqual([[1, 4]]);
  });

  it("JavaScript that takes longer goes to Node, and what has no end is out of time", async () => {
    const source = "function f(n) { let t = 0; for (let i = 0; i < n; i++) t = (t + i) % 1000007; return t; } function g() { for (;;) {} }";
    const [slow] = await calls("javascript", source, [{ name: "f", args: [30_000_000] }], { cpuSeconds: 10 });
    expect(slow).toMatchObject({ status: "ok" });
    const [endless] = await calls("javascript", source, [{ name: "g", args: [] }], { cpuSeconds: 1, wallSeconds: 5 });
    expect(endless!.status).toBe("time");
  });

  it("JavaScript in quickjs reaches nothing of this process", async () => {
    const [seen] = await calls("javascript", "function f() { return [typeof process, typeof require, typeof fetch, typeof globalThis.Deno]; }", [{ name: "f", args: [] }]);
    expect(seen!.value).toEqual(["undefined", "undefined", "undefined", "undefined"]);
    const [greedy] = await calls("javascript", "function g() { const a = []; for (;;) a.push(new Array(1e5).fill(1)); }", [{ name: "g", args: [] }], { memoryMb: 64 });
    expect(["memory", "time", "runtime-error"]).toContain(greedy!.status);
  });

  it("ends after a call the program did not survive", async () => {
    expect((await calls("python", "import os\ndef f(x):\n    if x: os._exit(0)\n    return 1\n", [{ name: "f", args: [0] }, { name: "f", args: [1] }, { name: "f", args: [0] }])).map(({ status }) => status)).toEqual(["ok", "runtime-error"]);
  });

  it("values cross both ways", () => {
    const value = { a: [1, 2.5, "x", null, true], b: { c: 10n ** 20n, d: -(10n ** 20n) } };
    expect(plainOf(taggedOf(value))).toEqual(value);
    expect(plainOf({ t: [{ f: "inf" }, { r: [0, 6, 2] }] })).toEqual([Number.POSITIVE_INFINITY, [0, 2, 4]]);
  });
});

describe("test code", () => {
  const stack = "class Stack:\n    def __init__(self): self.items = []\n    def push(self, x): self.items.append(x)\n    def pop(self):\n        if not self.items: raise IndexError('empty')\n        return self.items.pop()\n    def __len__(self): return len(self.items)\n";
  const test = async (source: string, tests: string, entry?: string) => {
    await using program = await sandbox.execute({ language: "python", source });
    return program.test({ source: tests, ...(entry === undefined ? {} : { entry }) });
  };

  it("unittest and pytest, objects, exceptions, parameters", async () => {
    const tests = "import unittest, pytest\nfrom solution import Stack\nclass T(unittest.TestCase):\n    def setUp(self): self.s = Stack()\n    def test_order(self):\n        self.s.push(1); self.s.push(2)\n        self.assertEqual(self.s.pop(), 2)\n        self.assertEqual(len(self.s), 1)\n        self.assertIsInstance(self.s, Stack)\n    def test_empty(self):\n        with self.assertRaises(IndexError): self.s.pop()\n@pytest.mark.parametrize('n', [0, 3])\ndef test_length(n):\n    s = Stack()\n    for i in range(n): s.push(i)\n    assert len(s) == n\ndef test_wrong():\n    assert Stack().items == [1]\n";
    const { status, cases } = await test(stack, tests);
    expect(status).toBe("ok");
    expect(cases.map((each) => `${each.name} ${each.status}`)).toEqual(["T.test_empty passed", "T.test_order passed", "test_length[0] passed", "test_length[1] passed", "test_wrong failed"]);
  });

  it("functions handed over, generators, arguments in place, helpers", async () => {
    const { cases } = await test("def apply(f, x):\n    return f(x) + 1\ndef gen():\n    yield 1\n    yield 2\ndef order(x):\n    x.sort()\n", "assert apply(lambda z: z * 2, 4) == 9\nassert list(gen()) == [1, 2]\na = [3, 1]\norder(a)\nassert a == [1, 3]\nassert missing(3) == 4\n");
    expect(cases.map(({ status }) => status)).toEqual(["passed", "passed", "passed", "passed", "error"]);
  });

  it("tests at fault are not the program's fault", async () => {
    expect((await test(stack, "assert (")).badTests).toBe(true);
    expect((await test(stack, "import nowhere_to_be_found\n")).badTests).toBe(true);
    expect((await test("def f(): return 1\n", "assert f() == 2\n")).badTests).toBe(false);
  });
});

describe("parts", () => {
  it("a gate holds one alone", async () => {
    const gate = openGate(2);
    const log: string[] = [];
    const work = (name: string) => async (): Promise<void> => {
      log.push(`+${name}`);
      await new Promise((later) => setTimeout(later, 20));
      log.push(`-${name}`);
    };
    await Promise.all([gate.share(work("a")), gate.share(work("b")), gate.alone(work("c")), gate.share(work("d"))]);
    expect(log.indexOf("+c")).toBe(Math.max(log.indexOf("-a"), log.indexOf("-b")) + 1);
    expect(log.slice(log.indexOf("+c"))).toEqual(["+c", "-c", "+d", "-d"]);
  });

  it("filters are whole instructions whose jumps stay inside, and there is none for what is not known", () => {
    for (const architecture of ["x64", "arm64"]) {
      const filter = seccompFilter(architecture)!;
      expect(filter.length % 8).toBe(0);
      const count = filter.length / 8;
      for (let i = 0; i < count; i++) {
        const code = filter.readUInt16LE(i * 8);
        if ((code & 7) === 5) for (const at of [2, 3]) expect(i + 1 + filter.readUInt8(i * 8 + at)).toBeLessThan(count);
      }
      expect(filter.readUInt16LE((count - 1) * 8)).toBe(6);
    }
    expect(seccompFilter("ia32")).toBe(null);
  });

  it("leaves no folder behind", async () => {
    const [before, own] = [process.env["TMPDIR"], mkdtempSync(join(tmpdir(), "guerdon-tmp-"))];
    chmodSync(own, 0o711);
    process.env["TMPDIR"] = own;
    try {
      const other = await createSandbox({ warm: 1 });
      await using program = await other.execute({ language: "c", source: "int main(void) { return 0; }" });
      expect((await program.run()).status).toBe("ok");
      expect(readdirSync(own).length).toBe(1);
      await other.close();
      expect(readdirSync(own)).toEqual([]);
    } finally {
      if (before === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = before;
      rmSync(own, { recursive: true, force: true });
    }
  });
});

describe("opening and closing", () => {
  it("many at once, with and without something that runs", async () => {
    const [before, own] = [process.env["TMPDIR"], mkdtempSync(join(tmpdir(), "guerdon-tmp-"))];
    chmodSync(own, 0o711);
    process.env["TMPDIR"] = own;
    try {
      await Promise.all(
        Array.from({ length: 200 }, async (_, k) => {
          const other = await createSandbox({ parallel: 2, warm: 2 });
          if (k % 20 !== 0) return other.close();
          const program = await other.execute({ language: k % 40 === 0 ? "python" : "c", source: k % 40 === 0 ? "def f(): return 1\n" : "int main(void) { return 0; }" });
          const asked = k % 40 === 0 ? [program.run(), program.run(), program.run(), program.test({ source: "assert f() == 1" }), program.call([{ name: "f", args: [] }]).next()] : [program.run(), program.run()];
          if (k % 60 === 0) await asked[0];
          await other.close();
          for (const result of await Promise.all(asked)) expect(["ok", "infrastructure"]).toContain("value" in result ? (result.value as CallResult).status : result.status);
          expect((await program.run()).status).toBe("infrastructure");
        }),
      );
      expect(readdirSync(own)).toEqual([]);
    } finally {
      if (before === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = before;
      rmSync(own, { recursive: true, force: true });
    }
  }, 60_000);

  it("refuses programs when it is closed", async () => {
    const other = await createSandbox();
    await other.close();
    await expect(other.execute({ language: "python", source: "" })).rejects.toThrow(/must be open/);
  });
});

describe("what a failure says", () => {
  it("the first error of a compiler, and the error above a stack", () => {
    expect(firstError("/box/main.cpp: In function 'int main()':\n/box/main.cpp:3:5: error: 'x' was not declared in this scope\n    3 |     x;\n      |     ^\n")).toBe("main.cpp:3:5: error: 'x' was not declared in this scope");
    expect(firstError("warning: unused\nerror[E0308]: mismatched types\n --> /box/main.rs:2:5\n  |\nerror: aborting due to 1 previous error\n")).toBe("main.rs:2:5: error[E0308]: mismatched types");
    expect(firstError("/box/Main.java:1: error: ';' expected\nint x\n     ^\n1 error\n")).toBe("Main.java:1: error: ';' expected");
    expect(firstError("# command-line-arguments\n./main.go:4:2: undefined: x\n")).toBe("./main.go:4:2: undefined: x");
    expect(firstError("")).toBe("the compiler failed and said nothing");
    expect(tellingLine("Traceback (most recent call last):\n  File \"main.py\", line 1\nValueError: first\nsecond line\n")).toBe("ValueError: first");
    expect(tellingLine("/box/main.js:1\nx\n^\n\nReferenceError: x is not defined\n    at main.js:1\n\nNode.js v26.0.0\n")).toBe("ReferenceError: x is not defined");
    expect(tellingLine('Exception in thread "main" java.lang.RuntimeException: no\n\tat Main.main(Main.java:1)\n')).toBe('Exception in thread "main" java.lang.RuntimeException: no');
    expect(tellingLine("a\nb\n")).toBe("b");
    expect(tellingLine("")).toBe("");
  });

  it("bounds what compiling takes", async () => {
    const bomb = "template<int N,int M> struct F { static const long v = F<N-1,M*2>::v + F<N-1,M*2+1>::v; }; template<int M> struct F<0,M>{static const long v=1;}; int main(){ return F<26,1>::v; }";
    await using program = await sandbox.execute({ language: "cpp", source: bomb });
    expect(["time", "memory"]).toContain(program.compiled!.status);
    expect(program.compiled!.message).toMatch(/^compiling: /);
    expect(program.compiled!.cpuSeconds).toBeLessThan(17);
  }, 60_000);
});

describe("a server that speaks /run_code", () => {
  it("runs there, and its faults are not the program's", async () => {
    let mode = "well";
    const seen: { code: string; language: string; stdin: string }[] = [];
    const server = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        const body = JSON.parse(text) as (typeof seen)[number];
        seen.push(body);
        const result = (status: string, run: object | null, compile: object | null = null): string => JSON.stringify({ status, message: "", compile_result: compile, run_result: run, executor_pod_name: null, files: {} });
        if (mode === "down") response.writeHead(500).end();
        else if (mode === "slow") response.end(result("Failed", { status: "TimeLimitExceeded", execution_time: 5, return_code: null, stdout: "", stderr: "" }));
        else if (mode === "compile") response.end(result("Failed", null, { status: "Finished", return_code: 1, stdout: "", stderr: "no" }));
        else if (mode === "fault") response.end(result("SandboxError", null));
        else response.end(result("Success", { status: "Finished", execution_time: 0.1, return_code: 0, stdout: "42\n", stderr: "" }));
      });
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    try {
      await using remote = await connectSandbox(url);
      expect(remote.isolation.kind).toBe("remote");
      await using program = await remote.execute({ language: "javascript", source: "x" });
      const statuses: string[] = [];
      for (mode of ["well", "slow", "compile", "fault", "down"]) statuses.push((await program.run({ stdin: "1" })).status);
      expect(statuses).toEqual(["ok", "time", "compile-error", "infrastructure", "infrastructure"]);
      expect(seen[1]).toMatchObject({ code: "x", language: "nodejs", stdin: "1", run_timeout: 5, memory_limit_MB: 512 });
      await expect(connectSandbox(`${url}/nowhere`)).rejects.toThrow(/must run Python/);
    } finally {
      server.close();
    }
  });
});
