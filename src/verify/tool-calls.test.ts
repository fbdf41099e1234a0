import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { goldenLines } from "../../test/fixtures/lines.ts";
import { within } from "../../test/fixtures/within.ts";
import { toolCalls, type ToolCallsReference } from "./tool-calls.ts";
import { readPythonCalls } from "./tools/python.ts";
import { readCalls } from "./tools/read.ts";

const add = { name: "add", arguments: { a: 1, b: 2 } };
const tools = [{ name: "add", parameters: { type: "object", properties: { a: { type: "integer" }, b: { type: "integer" }, note: { type: "string" } }, required: ["a", "b"] } }];

function code(response: string, reference: ToolCallsReference, options = {}): string {
  return toolCalls(response, reference, options).reason.code;
}

describe("forms", () => {
  it.each([
    ["plain JSON", '{"name": "add", "arguments": {"b": 2, "a": 1}}'],
    ["a list", '[{"name": "add", "arguments": {"a": 1, "b": 2}}]'],
    ["ToolRL's parameters", '{"name": "add", "parameters": {"a": 1, "b": 2}}'],
    ["a fence", '```json\n{"name": "add", "arguments": {"a": 1, "b": 2}}\n```'],
    ["OpenAI's message", '{"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "add", "arguments": "{\\"a\\": 1, \\"b\\": 2}"}}]}'],
    ["OpenAI's list", '[{"type": "function", "function": {"name": "add", "arguments": "{\\"a\\":1,\\"b\\":2}"}}]'],
    ["Anthropic's message", '{"role": "assistant", "content": [{"type": "text", "text": "I add."}, {"type": "tool_use", "id": "t", "name": "add", "input": {"a": 1, "b": 2}}]}'],
    ["Anthropic's blocks", '[{"type": "text", "text": "I add."}, {"type": "tool_use", "name": "add", "input": {"a": 1, "b": 2}}]'],
    ["Hermes", 'I add.\n<tool_call>\n{"name": "add", "arguments": {"a": 1, "b": 2}}\n</tool_call>'],
    ["Hermes after thought", '<think>Maybe <tool_call>{"name": "rm"}</tool_call>?</think>\n<tool_call>{"name": "add", "arguments": {"a": 1, "b": 2.0}}</tool_call>'],
    ["Qwen's function element", "<tool_call>\n<function=add>\n<parameter=a>\n1\n</parameter>\n<parameter=b>\n2\n</parameter>\n</function>\n</tool_call>"],
    ["an invoke element", '<invoke name="add"><parameter name="a">1</parameter><parameter name="b">2</parameter></invoke>'],
    ["Python", "[add(a=1, b=2)]"],
    ["Python without a list", "add(b=2, a=1)"],
    ["Python by position", "[add(1, b=2)]"],
    ["Mistral's mark", '[TOOL_CALLS] [{"name": "add", "arguments": {"a": 1, "b": 2}}]'],
  ])("reads %s", (_, response) => {
    expect(toolCalls(response, { calls: [add], tools }).reason).toEqual({ code: "match", text: "the calls are the right ones" });
  });

  it("types the parameters of elements by the tool's schema", () => {
    const text = "<function=add><parameter=a>1</parameter><parameter=note>2</parameter></function>";
    const read = readCalls(text, "auto", tools);
    expect(read).toMatchObject({ calls: [{ name: "add", arguments: { a: 1, note: "2" } }], form: "xml" });
    expect(readCalls(text)).toMatchObject({ calls: [{ arguments: { a: 1, note: 2 } }] });
  });

  it("says where the calls stand", () => {
    const response = 'Well: <tool_call>{"name": "add", "arguments": {"a": 1, "b": 2}}</tool_call> done';
    const { span, extracted, rule } = toolCalls(response, [add]);
    expect(response.slice(span!.start, span!.end)).toBe(extracted);
    expect(extracted).toMatch(/^<tool_call>.*<\/tool_call>$/);
    expect(rule).toBe("hermes");
  });

  it("takes calls of the context over the text", () => {
    const prepared = toolCalls.prepare([add]);
    expect(prepared("I have called it.", { calls: [{ name: "add", arguments: '{"a":1,"b":2}' }] }).status).toBe("correct");
    expect(prepared("I have called it.", { calls: [{ name: "add", arguments: "{" }] }).reason.code).toBe("unreadable-call");
    expect(prepared("[add(a=1, b=2)]", { calls: [] }).reason.code).toBe("no-call");
  });

  it("reads Python's literals and nothing that would have to run", () => {
    const [call] = readPythonCalls(`f(a='it\\'s', b="x" 'y', c=[1, -2.5e3, (3,), ()], d={"k": {"n": None}}, e=True, f=r"\\d", g=name, h="""two\nlines""", i=(4))`)!;
    expect(call).toEqual({ name: "f", arguments: { a: "it's", b: "xy", c: [1, -2500, [3], []], d: { k: { n: null } }, e: true, f: "\\d", g: "name", h: "two\nlines", i: 4 } });
    for (const text of ["f(a=g(1))", "f(a=1+2)", "f(*x)", "f(a=[x for x in y])", 'f(a=f"{x}")', "f(a=1, a=2)", "f(1)", "f(a=1", "f(a=1) and more", "f", "import os", "f(a=1).g()"]) expect(readPythonCalls(text), text).toBeNull();
  });
});

describe("calls that are not read", () => {
  const right = '<tool_call>{"name": "add", "arguments": {"a": 1, "b": 2}}</tool_call>';

  it.each([
    ["[delete_all()]"],
    ['{"name": "delete_all", "arguments": {}}'],
    ['{"arguments": {}, "name": "delete_all"}'],
    ['```json\n[{"name": "delete_all", "input": {}}]\n```'],
    ['{"type": "function", "function": {"name": "delete_all"}}'],
    ['{ [{"name": "delete_all", "arguments": {'],
    ["<function=delete_all></function>"],
    ['<invoke name="delete_all"></invoke>'],
    ["add(a=9, b=9)"],
  ])("beside calls in another form: %s", (more) => {
    for (const response of [`${right}\n${more}`, `${more}\n${right}`, `${right} ${more} ${right}`]) expect(toolCalls(response, { calls: [add], tools }), response).toMatchObject({ status: "invalid", score: 0, reason: { code: "several-forms" } });
    expect(code(`${right}\n${more}`, { tools })).toBe("several-forms");
  });

  it.each([
    ["unreadable-call", "Sure: [f(a=1)]"],
    ["unreadable-call", 'Sure: {"name": "f", "arguments": {"a": 1}}'],
    ["unreadable-call", '[{"name": "f", "arguments": {"a": 1}'],
    ["unreadable-call", 'I call\n```\n{"arguments": {"a": 1}, "name": "f"}\n```\nand wait.'],
    ["unreadable-call", "Wait.\nadd(a=1, b=2)\nDone."],
    ["no-call-needed", "See [f](https://example.com/f), which has f(x) = x and add(a, b) in it."],
    ["no-call-needed", "A list [1, 2] and {curly} braces, [f(1)] and [now()](link)."],
    ["no-call-needed", 'My name: {"name": "Ada", "born": 1815}'],
  ])("in the middle of a text is %s: %s", (due, response) => {
    expect(code(response, { calls: [], tools })).toBe(due);
  });

  it("of a form that is not asked for are text", () => {
    expect(code("Sure: [f(a=1)]", { calls: [] }, { format: "hermes" })).toBe("no-call-needed");
    expect(code(`${right}\n[delete_all()]`, [add], { format: "hermes" })).toBe("match");
  });

  it.each([
    '{"name": "add", "arguments": {"a": 9, "a": 1, "b": 2}}',
    '{"name": "rm", "name": "add", "arguments": {"a": 1, "b": 2}}',
    '{"name": "add", "arguments": {"a": 9, "\\u0061": 1, "b": 2}}',
    '<tool_call>{"name": "add", "arguments": {"a": 1, "b": 9, "b" : 2}}</tool_call>',
    '{"name": "add", "arguments": "{\\"a\\": 9, \\"a\\": 1, \\"b\\": 2}"}',
    '[{"name": "add", "arguments": {"a": 9, "a": 1, "b": 2}}]',
  ])("a key twice: %s", (response) => {
    expect(toolCalls(response, [add])).toMatchObject({ status: "invalid", reason: { code: "unreadable-call" } });
    expect(code(response, { calls: [] })).toBe("unreadable-call");
  });

  it("equal keys of different objects are no key twice, and texts may look like keys", () => {
    const nested = { name: "f", arguments: { a: { a: [{ a: "a" }, { a: ": a" }] }, b: "a" } };
    expect(code(JSON.stringify(nested), [nested])).toBe("match");
    expect(readPythonCalls("f(a={'k': 1, 'k': 2})")).toBeNull();
  });

  it("a megabyte that hides one takes no time", () => {
    const hostile = ['{"'.repeat(500_000), "[a(".repeat(300_000), '{"name": "'.repeat(100_000), '{"a": '.repeat(150_000), "add(\n".repeat(150_000), `${'{"a": 1'.repeat(100)}${" ".repeat(900_000)}`];
    for (const text of hostile) within(3000, () => toolCalls(text, { calls: [], tools }));
  });
});

describe("what is right", () => {
  it.each([
    ["missing-argument", '{"name": "add", "arguments": {"a": 1}}'],
    ["unexpected-argument", '{"name": "add", "arguments": {"a": 1, "b": 2, "c": 3}}'],
    ["wrong-value", '{"name": "add", "arguments": {"a": 1, "b": 3}}'],
    ["wrong-type", '{"name": "add", "arguments": {"a": 1, "b": "2"}}'],
    ["wrong-type", '{"name": "add", "arguments": {"a": true, "b": 2}}'],
    ["wrong-tool", '{"name": "sub", "arguments": {"a": 1, "b": 2}}'],
    ["wrong-count", '[{"name": "add", "arguments": {"a": 1, "b": 2}}, {"name": "add", "arguments": {"a": 1, "b": 2}}]'],
    ["no-call", "The sum is 3."],
    ["unreadable-call", '<tool_call>{"name": "add", "arguments": {"a": 1, "b": 2}</tool_call>'],
    ["unreadable-call", '<tool_call>{"name": "add", "arguments": {"a": 1, "b": 2}}'],
    ["unreadable-call", '{"name": "add", "arguments": {"a": 1'],
    ["unreadable-call", '{"name": "add", "arguments": {"a": 1, "b": 2}, "parameters": {"a": 9}}'],
    ["unclosed-think", '<think>{"name": "add", "arguments": {"a": 1, "b": 2}}'],
    ["empty", ""],
  ])("%s: %s", (due, response) => {
    expect(code(response, [add])).toBe(due);
  });

  it("knows the tools, and holds calls to their schemas where no right calls are given", () => {
    expect(code('{"name": "sub", "arguments": {}}', { calls: [add], tools })).toBe("unknown-tool");
    expect(code("[add(a=1, b=2)]", { tools })).toBe("valid-calls");
    expect(code("[sub(a=1, b=2)]", { tools })).toBe("unknown-tool");
    expect(code('[add(a=1, b="2")]', { tools })).toBe("bad-arguments");
    expect(code("[add(a=1, b=2, c=3)]", { tools })).toBe("bad-arguments");
    expect(code("nothing", { tools })).toBe("no-call");
  });

  it("no right calls: none must be made", () => {
    expect(code("It is sunny.", { calls: [] })).toBe("no-call-needed");
    expect(code("[add(a=1, b=2)]", { calls: [] })).toBe("call-not-needed");
  });

  it("compares nested arguments, keys in any order, lists in order", () => {
    const nested = { name: "f", arguments: { q: { a: [{ x: 1, y: [1, 2] }], b: null } } };
    expect(code('{"name": "f", "arguments": {"q": {"b": null, "a": [{"y": [1, 2], "x": 1}]}}}', [nested])).toBe("match");
    expect(code('{"name": "f", "arguments": {"q": {"b": null, "a": [{"y": [2, 1], "x": 1}]}}}', [nested])).toBe("wrong-value");
    expect(code('{"name": "f", "arguments": {"q": {"a": [{"x": 1, "y": [1, 2]}]}}}', [nested])).toBe("wrong-value");
  });

  it("texts: exact, or as BFCL has them, with its hole", () => {
    const reference = [{ f: { v: ["3.5"] } }];
    expect(code('[f(v="35")]', reference)).toBe("wrong-value");
    expect(code('[f(v="35")]', reference, { strings: "bfcl" })).toBe("match");
    expect(code('[f(v="3.5")]', reference)).toBe("match");
  });

  it("parallel calls: any order, or the one given; matched optimally", () => {
    const two = [add, { name: "mul", arguments: {} }];
    expect(code("[mul(), add(a=1, b=2)]", two)).toBe("match");
    expect(code("[mul(), add(a=1, b=2)]", two, { order: "given" })).toBe("wrong-order");
    expect(code("[mul(), add(a=1, b=3)]", two, { order: "given" })).toBe("wrong-tool");
    // A greedy checker gives x=1 to the first right call, which also allows 2, and finds none left for the second.
    expect(code("[f(x=1), f(x=2)]", [{ f: { x: [1, 2] } }, { f: { x: [1] } }])).toBe("match");
    expect(code("[f(x=2), f(x=1)]", [{ f: { x: [1] } }, { f: { x: [2] } }], { order: "given" })).toBe("wrong-order");
  });

  it("traces of several turns, all or in part", () => {
    const reference = { turns: [[add], [], [{ name: "mul", arguments: {} }]] };
    const turn = (call: string): string => `<tool_call>${call}</tool_call><|im_end|>\n<|im_start|>user\n<tool_response>3</tool_response><|im_end|>\n<|im_start|>assistant\n`;
    const good = `${turn(JSON.stringify(add))}${turn('{"name": "mul", "arguments": {}}')}Done.`;
    expect(code(good, reference)).toBe("match");
    const bad = `${turn(JSON.stringify(add))}${turn('{"name": "div", "arguments": {}}')}Done.`;
    expect(code(bad, reference)).toBe("wrong-tool");
    expect(toolCalls(bad, reference, { partial: "share" }).score).toBe(0.5);
    expect(code(`${good}`.replace("Done.", turn('{"name": "mul", "arguments": {}}')), reference)).toBe("wrong-turns");
    const prepared = toolCalls.prepare(reference);
    expect(prepared("Done.", { turns: [[add], [{ name: "mul", arguments: {} }], []] }).status).toBe("correct");
  });

  it("turns of the context that only talk do not count, with one due as with several", () => {
    const one = toolCalls.prepare([add]);
    expect(one("Done.", { turns: [[add], []] }).status).toBe("correct");
    expect(one("Done.", { turns: [[add], [add]] }).reason.code).toBe("wrong-turns");
    expect(toolCalls.prepare({ calls: [] })("Hello.", { turns: [[], []] }).reason.code).toBe("no-call-needed");
    expect(toolCalls.prepare({ calls: [] })("Hello.", { turns: [[], [add]] }).reason.code).toBe("wrong-turns");
  });

  it("a reference that is none is undecided", () => {
    for (const reference of ["not json", { calls: [{ nam: 1 }] }, { cals: [] }, [3], {}, { turns: 3 }, { tools: [{ name: "f", parameters: { type: "strng" } }] }, { calls: [], tools: [{}] }] as ToolCallsReference[])
      expect(toolCalls("[add(a=1)]", reference), JSON.stringify(reference)).toMatchObject({ status: "undecided", score: null, reason: { code: "bad-reference" } });
  });
});

describe("hostile inputs end soon and earn nothing", () => {
  const many = (count: number): string => `[${Array.from({ length: count }, () => "add(a=1, b=2)").join()}]`;
  it.each([
    ["a megabyte of brackets", "[".repeat(1_000_000)],
    ["a megabyte of open calls", "<tool_call>".repeat(90_000)],
    ["a megabyte of open functions", "<function=".repeat(100_000)],
    ["deep JSON", `{"name": "add", "arguments": ${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`],
    ["deep Python", `[add(a=${"[".repeat(100_000)}1`],
    ["a call too many", many(129)],
    ["very many calls", many(70_000)],
    ["blanks", `[add(a=1,${" ".repeat(1_000_000)}`],
    ["quotes", `[add(a=${'"x" '.repeat(250_000)}`],
    ["the name of a prototype", '{"name": "add", "arguments": {"__proto__": {"a": 1, "b": 2}}}'],
    ["names of a prototype in Python", "[add(__proto__=1, a=1)]"],
  ])("%s", (_, response) => {
    within(500, () => {
      expect(toolCalls(response, [add]).score).toBe(0);
    });
  });

  it("more than two million characters are invalid", () => {
    expect(code("x".repeat(2_000_001), [add])).toBe("too-large");
    expect(code(many(129), [add])).toBe("too-many-calls");
  });
});

describe("properties", () => {
  const value: fc.Arbitrary<unknown> = fc.jsonValue({ maxDepth: 3 });
  const call = fc.record({ name: fc.constantFrom("f", "g", "h"), arguments: fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), value, { maxKeys: 4 }) });
  it("calls match themselves in any order of calls and keys, and not with an argument more", () => {
    fc.assert(
      fc.property(fc.array(call, { minLength: 1, maxLength: 4 }), (calls) => {
        const shuffled = calls.toReversed().map(({ name, arguments: args }) => ({ arguments: Object.fromEntries(Object.entries(args).toReversed()), name }));
        expect(toolCalls(JSON.stringify(shuffled), calls).status).toBe("correct");
        const more = calls.map((each, i) => (i === 0 ? { ...each, arguments: { ...each.arguments, extra: 1 } } : each));
        expect(toolCalls(JSON.stringify(more), calls).status).toBe("incorrect");
      }),
      { seed: 7, numRuns: 100 },
    );
  });
});

interface BfclRow {
  readonly functions: readonly object[];
  readonly truth: readonly object[];
  readonly calls: readonly Readonly<Record<string, Readonly<Record<string, unknown>>>>[];
  readonly valid: boolean;
  /** Its error; `greedy` where it takes the same calls in another order. */
  readonly error: string | null;
}

describe("BFCL's own checker on drawn tools and calls (bfcl-eval 2026.3.23; scripts/golden/tool_calls.py)", () => {
  const rows = goldenLines<BfclRow>("tools/bfcl.jsonl.gz");
  it("1,478 of 1,500 verdicts are equal, and the rest are its faults", () => {
    const different = rows.filter(({ calls, truth, functions, valid }) => {
      const made = calls.map((each) => ({ name: Object.keys(each)[0], arguments: Object.values(each)[0] }));
      return (toolCalls(JSON.stringify(made), { calls: truth, tools: functions }, { strings: "bfcl" }).status === "correct") !== valid;
    });
    const causes: Record<string, number> = {};
    for (const { valid, error, calls } of different) {
      const used = calls.flatMap((each) => Object.values(each));
      const cause =
        valid && used.some((args) => Object.values(args).some((value) => Array.isArray(value) && value.length === 0)) ? "an empty list for one that may be left out is accepted"
        : error === "greedy" ? "greedy order"
        : error === "unexpected_param" ? "an argument that the tool does not declare"
        : used.some(({ limit }) => typeof limit === "string") ? "the name of a variable is compared to the letter"
        : "unknown";
      causes[cause] = (causes[cause] ?? 0) + 1;
    }
    expect(rows.length).toBe(1500);
    expect(causes).toEqual({ "greedy order": 3, "an argument that the tool does not declare": 6, "the name of a variable is compared to the letter": 11, "an empty list for one that may be left out is accepted": 2 });
  });

  it("rows hold every error of the checker for calls of Python", () => {
    expect([...new Set(rows.map(({ error }) => error))].sort()).toEqual(["cannot_find_match", "dict_key", "dict_value", "greedy", "list/tuple", "list_dict_count", "missing_optional", "missing_required", "others", "simple", "string", "unexpected_param", "wrong_count", "wrong_func_name", null].sort());
  });
});
