/** Programs that answer with what is no answer, with too much, or never: their own fault, and nothing of ours waits or falls. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CallResult, Language } from "../core/capabilities.ts";
import { createSandbox, type Sandbox } from "./index.ts";
import { PYTHON_CALLEE } from "./harness/python-callee.ts";
import { openHost } from "./host.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { ALL_TOGETHER, openSession } from "./session.ts";
import { findToolchain } from "./toolchain.ts";
import { BadMessage, plainOf, readMessage } from "./values.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
afterAll(() => sandbox.close());

async function calls(language: Language, source: string, name = "f", args: readonly (readonly unknown[])[] = [[1]]): Promise<CallResult[]> {
  await using program = await sandbox.execute({ language, source }, { cpuSeconds: 0.5, wallSeconds: 2 });
  const results: CallResult[] = [];
  for await (const result of program.call(args.map((each) => ({ name, args: each })))) results.push(result);
  return results;
}

/** A line of the program's own, sent as ours are: it looks for the mark and the descriptor in the frames above. */
const forge = (line: string): string => `
import sys, os
def f(x):
    frame = sys._getframe()
    while "mark" not in frame.f_locals:
        frame = frame.f_back
    data = frame.f_locals["mark"] + (${line}).encode() + b"\\n"
    while data:
        data = data[os.write(frame.f_locals["send_fd"], data):]
    return 1
`;

describe("JavaScript that built-ins never come back from", () => {
  it.each([
    ["an index that is nowhere", "function f() { return [].indexOf.call({ length: 2 ** 53 - 1 }, 1); }"],
    ["a search that is quadratic", "function f() { return 'a'.repeat(4e6).indexOf('a'.repeat(2e6) + 'b'); }"],
    ["a join of nothing", "function f() { return Array(1e9).join('').length; }"],
    ["a reversal", "function f() { return [].reverse.call({ length: 2 ** 53 - 1 }); }"],
  ])("%s", async (_, source) => {
    const begun = performance.now();
    const [beside, [result]] = await Promise.all([calls("javascript", "const f = (x) => x + 1;"), calls("javascript", source)]);
    expect(beside).toMatchObject([{ status: "ok", value: 2 }]);
    // Node may have an answer where quickjs has none; what counts is that there is one.
    expect(["time", "ok", "runtime-error", "memory"]).toContain(result!.status);
    expect(performance.now() - begun).toBeLessThan(20_000);
  }, 25_000);

  it("and one process serves many programs", async () => {
    for (let k = 0; k < 50; k++) expect(await calls("javascript", `const f = (x) => x + ${k};`, "f", [[1], [2]])).toMatchObject([{ value: 1 + k }, { value: 2 + k }]);
  });
});

describe("TypeScript that breaks what erases types", () => {
  it("breaks it for no other program", async () => {
    const honest = "export const f = (x: number): number => x + 1;";
    for (const broken of ["a<".repeat(100_000), "(".repeat(100_000), "function f(x: number: number {}"]) {
      const [[result], [beside]] = await Promise.all([calls("typescript", broken), calls("typescript", honest)]);
      expect(["compile-error", "runtime-error"]).toContain(result!.status);
      expect(beside, beside?.message).toMatchObject({ status: "ok", value: 2 });
      expect((await calls("typescript", honest))[0]).toMatchObject({ status: "ok", value: 2 });
    }
  }, 20_000);
});

describe("JavaScript that counts on Node", () => {
  it.each([
    ["console", "const f = (x) => { console.log(x); return x + 1; };"],
    ["a class", "class Solution { f(x) { console.log(x); return x + 1; } }"],
    ["strict code", "'use strict';\nfunction f(x) { console.error(x); return x + 1; }"],
    ["its module", "const f = (x) => x + 1;\nmodule.exports = { f };"],
    ["exports", "const f = (x) => x + 1;\nexport { f };"],
    ["what is required", "const { inspect } = require('util');\nconst f = (x) => Number(inspect(x + 1));"],
    ["imports", "import * as util from 'util';\nimport { inspect as show } from 'node:util';\nimport fs from 'fs';\nexport const f = (x) => Number(show(x + 1)) + (fs && util ? 0 : 1);"],
    ["structuredClone, performance and Intl", "function f(x) { performance.now(); new Intl.NumberFormat('en-US').format(x); return structuredClone({ x }).x + 1; }"],
    ["grouped digits", "function f(x) { return (1234).toLocaleString('en-US') === '1,234' ? x + 1 : 0; }"],
    ["a deep stack", "const d = (n) => (n === 0 ? 0 : 1 + d(n - 1));\nconst f = (x) => d(7000) - 7000 + x + 1;"],
  ])("%s", async (_, source) => {
    const [result] = await calls("javascript", source);
    expect(result, result?.message).toMatchObject({ status: "ok", value: 2 });
  });
});

describe("answers that are none", () => {
  it.each([
    ["null", "'null'"],
    ["a list", "'[]'"],
    ["no JSON", "'{'"],
    ["an integer that is none", "'{\"r\":{\"i\":\"zz\"}}'"],
    ["a dictionary that is none", "'{\"r\":{\"d\":5}}'"],
    ["a range that is none", "'{\"r\":{\"r\":[0,1,0]}}'"],
    ["a list that is none", "'{\"r\":{\"t\":7}}'"],
    ["arguments that are none", "'{\"r\":1,\"a\":5}'"],
    ["an error without a name", "'{\"e\":{}}'"],
    ["an error that is none", "'{\"e\":null}'"],
    ["a number that has no text", "'{\"r\":{\"n\":[\"Decimal\",{\"toString\":1,\"valueOf\":1}]}}'"],
  ])("%s", async (_, line) => {
    const [result] = await calls("python", forge(line));
    expect(result, result?.message).toMatchObject({ status: "runtime-error" });
  });

  it("an object whose kind has no name is an object", async () => {
    expect((await calls("python", forge("'{\"r\":{\"o\":1,\"k\":{\"name\":{\"toString\":1}}}}'")))[0]).toMatchObject({ status: "ok", value: expect.any(Symbol) as unknown });
    expect((await calls("javascript", "globalThis.__send = () => '[{\"o\":0,\"k\":{\"name\":{\"toString\":1}}},null]'; function f() { return 1; }"))[0]!.status).toBe("ok");
  });

  it("sets of numbers that would collide are read as fast as any", async () => {
    const begun = performance.now();
    const [result] = await calls("python", "def f(x): return {k << 64 for k in range(1, 60000)}");
    expect(result, result?.message).toMatchObject({ status: "ok" });
    expect(performance.now() - begun).toBeLessThan(4000);
  });

  it.each([
    ["deep", "'{\"r\":' + '['*100000 + ']'*100000 + '}'"],
    ["a line of lists", "'{\"r\":[' + '[],'*20000000 + '[]]}'"],
    ["many values", "'{\"r\":[' + '[],'*2000000 + '[]]}'"],
  ])("too much: %s", async (_, line) => {
    const begun = performance.now();
    const [result] = await calls("python", forge(line));
    expect(result, result?.message).toMatchObject({ status: "output" });
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  it("ranges count like what they hold", async () => {
    expect((await calls("python", "def f(x): return [range(1000000)]*2000"))[0]).toMatchObject({ status: "output" });
    expect((await calls("python", "def f(x): return range(10**17)"))[0]!.status).not.toBe("ok");
    expect((await calls("python", "def f(x): return [range(3), {(10**20, 1): 2}]"))[0]).toMatchObject({ status: "ok", value: [[0, 1, 2], { '["100000000000000000000",1]': 2 }] });
  });

  it.each([
    ["text of its own", "globalThis.__send = () => 'x'; function f() { return 1; }", "runtime-error"],
    ["no text", "globalThis.__send = () => 5; function f() { return 1; }", "runtime-error"],
    ["null", "globalThis.__send = () => 'null'; function f() { return 1; }", "runtime-error"],
    ["an integer that is none", "globalThis.__send = () => '[{\"i\":\"zz\"},null]'; function f() { return 1; }", "runtime-error"],
    ["too deep", "globalThis.__send = () => '['.repeat(1e5); function f() { return 1; }", "runtime-error"],
  ])("JavaScript that writes its own: %s", async (_, source, status) => {
    expect((await calls("javascript", source))[0]).toMatchObject({ status });
  });

  it("reach no test code", async () => {
    await using program = await sandbox.execute({ language: "python", source: forge("'null'") }, { cpuSeconds: 2 });
    expect(await program.test({ source: "assert f(1) == 1" })).toMatchObject({ status: "runtime-error", badTests: false });
  });
});

describe("calls that wait", () => {
  it("and answer only where they are tried again are not tried again for ever", async () => {
    await using program = await sandbox.execute({ language: "python", source: "import time\nn = 0\ndef f(x):\n    global n\n    n += 1\n    if n == 2: time.sleep(9)\n    return x" }, { cpuSeconds: 0.5, wallSeconds: 0.5 });
    const results: CallResult[] = [];
    for await (const result of program.call(Array.from({ length: 60 }, (_, k) => ({ name: "f", args: [k] })))) results.push(result);
    expect(results.length).toBeLessThan(40);
    expect(results.at(-1)!.status).toBe("time");
  }, 30_000);

  it("each within its limit have a limit together", async () => {
    const host = openHost(1);
    const toolchain = findToolchain("python", host.own, null)!;
    const limits = { ...DEFAULT_LIMITS, wallSeconds: 1 };
    const first = { source: "import time\ndef f():\n    time.sleep(0.7)", prelude: "", module: "__main__" };
    const session = openSession(host, { argv: [...toolchain.run, "-c", PYTHON_CALLEE], toolchain, box: null, limits, turns: 2, signal: undefined, first });
    const got: unknown[] = [await session.receive()];
    for (let k = 0; k < 4; k++) {
      session.send({ op: "call", f: { g: "f" }, a: [], n: {} });
      got.push(await session.receive());
    }
    expect(got.slice(0, 3)).toEqual([{ message: { r: "ready" } }, { message: { r: null } }, { message: { r: null } }]);
    expect(got[4]).toMatchObject({ ended: { status: "time", message: ALL_TOGETHER } });
    await session.close();
    host.close();
  });
});

describe("messages", () => {
  it("are measured before they are built", () => {
    const begun = performance.now();
    expect(() => readMessage(`[${"[],".repeat(4_000_000)}[]]`)).toThrow(BadMessage);
    expect(() => readMessage("[".repeat(1_000_000))).toThrow(BadMessage);
    expect(performance.now() - begun).toBeLessThan(1000);
    expect(readMessage('{"r":"[[[,,,\\"[["}')).toEqual({ r: '[[[,,,"[[' });
    expect(() => plainOf({ r: [0, 1e9, 1] })).toThrow(BadMessage);
    const long = { i: `0x${"f".repeat(90_000)}` };
    expect(typeof plainOf(long)).toBe("bigint");
    expect(() => plainOf([long, long, long, long, long, long])).toThrow(/too long/);
    expect(() => plainOf({ i: `0x${"f".repeat(1_000_000)}` })).toThrow(/too long/);
    expect(plainOf(Array(1000).fill({ i: "0x1fffffffffffffffff" }))).toHaveLength(1000);
  });
});
