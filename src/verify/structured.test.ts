/** The verifiers of structure: JSON Schema, regular expressions, XML, Markdown, fences, citations, grammars. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { goldenLines } from "../../test/fixtures/lines.ts";
import { within } from "../../test/fixtures/within.ts";
import { citations } from "./citations.ts";
import { codeFences } from "./code-fences.ts";
import { grammar } from "./grammar.ts";
import { jsonSchema } from "./json-schema.ts";
import { markdown } from "./markdown.ts";
import { regex } from "./regex.ts";
import { compileSchema } from "./structure/json-schema.ts";
import { xml } from "./xml.ts";

describe("jsonSchema", () => {
  const schema = { type: "object", properties: { age: { type: "integer", minimum: 0 }, tags: { type: "array", items: { type: "string", pattern: "^[a-z]+$" } } }, required: ["age"], additionalProperties: false };
  it.each([
    ["valid", '{"age": 7}'],
    ["valid", '```json\n{"age": 7, "tags": ["a"]}\n```'],
    ["valid", '<think>{"age": "x"}</think>{"age": 7}'],
    ["violates", '{"age": -1}'],
    ["violates", '{"age": 7, "tags": ["A"]}'],
    ["violates", '{"age": 7, "x": 1}'],
    ["violates", "{}"],
    ["not-json", "{age: 7}"],
    ["not-json", "It is 7."],
    ["several-blocks", '```json\n{"age": 7}\n```\n```json\n{"age": 8}\n```'],
    ["unclosed-block", '```json\n{"age": 7}'],
    ["too-deep", `{"age": ${"[".repeat(200)}${"]".repeat(200)}}`],
    ["empty", " "],
  ])("%s: %s", (code, response) => {
    expect(jsonSchema(response, schema).reason.code).toBe(code);
  });

  it("says where and why", () => {
    expect(jsonSchema('{"age": 7, "tags": ["a", 3]}', schema).reason.text).toBe("at /tags/1: must be string, is number (type)");
    expect(jsonSchema("x", schema, { extract: "only-fence" }).reason.code).toBe("no-block");
    expect(jsonSchema(" ".repeat(4_000_001), schema).reason.code).toBe("too-large");
    expect(jsonSchema("1".repeat(2_000_001), schema, { extract: "whole" }).reason.code).toBe("too-large");
  });

  it("a schema that is none is undecided, with the nearest right thing", () => {
    expect(jsonSchema("1", { type: "strng" })).toMatchObject({ status: "undecided", score: null });
    expect(jsonSchema("1", { type: "strng" }).reason.text).toContain('did you mean "string"?');
    for (const bad of [{ pattern: "(?=a)" }, { $ref: "https://example.com/x" }, { allOf: {} }, { required: "a" }, { minLength: "3" }, { properties: [] }, "{", 3]) expect(jsonSchema("1", bad as never).reason.code, JSON.stringify(bad)).toBe("bad-reference");
  });

  it("Python's jsonschema 4.26: 5,184 of 5,187 verdicts over every keyword of 2020-12 and draft 7, the rest as documented", () => {
    let right = 0;
    const wrong: string[] = [];
    for (const { keyword, schema: each, tests } of goldenLines<{ keyword: string; schema: unknown; tests: [unknown, boolean][] }>("structure/json_schema.jsonl.gz")) {
      const compiled = compileSchema(each);
      for (const [data, valid] of tests)
        if ((compiled.check(data) === null) === valid) right++;
        else wrong.push(keyword);
    }
    expect(right).toBe(5184);
    expect(wrong).toEqual(["dynamic scope", "keywords beside $ref", "keywords beside $ref"]);
  });

  it("ends soon: recursion without end, alternatives without end, equal items", () => {
    within(1000, () => expect(jsonSchema("1", { $ref: "#" }).reason.code).toBe("too-much-work"));
    const doubling = { $defs: Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`a${i}`, { anyOf: [{ $ref: `#/$defs/a${i + 1}` }, { $ref: `#/$defs/a${i + 1}` }] }]).concat([["a30", false as never]])), $ref: "#/$defs/a0" };
    within(1500, () => expect(jsonSchema("1", doubling).reason.code).toBe("too-much-work"));
    within(1000, () => expect(jsonSchema(`[${Array.from({ length: 50_000 }, (_, i) => i).join()}]`, { uniqueItems: true }).score).toBe(1));
    within(1000, () => jsonSchema(JSON.stringify("a".repeat(900_000)), { pattern: "^(a+)+$" }));
  });
});

describe("regex", () => {
  it("all, some, none; flags", () => {
    expect(regex("abc", "[a-c]+").score).toBe(1);
    expect(regex("abcd", "[a-c]+").reason.code).toBe("no-match");
    expect(regex("xabcd", "b.d", { match: "some" }).reason.code).toBe("matches");
    expect(regex("xabcd", "b.d", { match: "none" }).reason.code).toBe("forbidden-match");
    expect(regex("ABC", "abc", { caseSensitive: false }).score).toBe(1);
    expect(regex("a\nb", "^b$", { match: "some", multiline: true }).score).toBe(1);
    expect(regex("a\nb", "a.b", { dotAll: true }).score).toBe(1);
    expect(regex("\\u0041-_", "\\\\u0041\\-[\\w\\-]").score).toBe(1);
    expect(regex("\\p{Letter}", "\\\\p\\{Letter\\}").score).toBe(1);
    expect(regex("é/A", "\\u00e9\\/\\p{Uppercase_Letter}").score).toBe(1);
  });

  it("refuses what has no linear form, as the reference's fault", () => {
    for (const bad of ["(?=a)b", "(a)\\1", "(", "a".repeat(3000)]) expect(regex("a", bad).status).toBe("undecided");
    expect(regex("a", 3 as never).status).toBe("undecided");
  });

  it("no pattern blows up", () => {
    for (const evil of ["(a+)+$", "(a|a)*$", "(.*)*x", "(a|aa)+$", "(?:a?){40}a{40}$"]) within(1500, () => regex(`${"a".repeat(200_000)}b`, evil, { match: "some" }));
    expect(regex("a".repeat(900_000), "(?:[ab]{0,900}c){1}", { match: "some" }).reason.code).toBe("too-much-work");
  });
});

describe("xml", () => {
  const plan = { root: "plan", required: ["step", "end/why"], attributes: ["step/@id"] };
  it.each([
    ["well-formed", '<?xml version="1.0"?>\n<plan><step id="1">go &amp; see</step><!-- c --><end><why><![CDATA[<b>]]></why></end></plan>'],
    ["well-formed", '```xml\n<plan><step id="1">a</step><end><why>b</why></end></plan>\n```'],
    ["wrong-root", "<plam/>"],
    ["missing-element", '<plan><step id="1">a</step></plan>'],
    ["empty-element", '<plan><step id="1">a</step><end><why> </why></end></plan>'],
    ["missing-attribute", '<plan><step id="1">a</step><step>b</step><end><why>b</why></end></plan>'],
    ["not-xml", "<plan><step></plan>"],
    ["not-xml", "<plan/><plan/>"],
    ["not-xml", "before <plan/>"],
    ["not-xml", "<plan a=1/>"],
    ["not-xml", '<plan a="1" a="2"/>'],
    ["not-xml", "<plan>&nbsp;</plan>"],
    ["not-xml", "<plan>"],
    ["not-xml", "plan"],
    ["doctype", '<!DOCTYPE p [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><plan>&b;</plan>'],
    ["too-deep", "<a>".repeat(101) + "</a>".repeat(101)],
    ["too-large", `<a>${"x".repeat(2_000_001)}</a>`],
  ])("%s: %s", (code, response) => {
    expect(xml(response, plan).reason.code).toBe(code);
  });

  it("hostile megabytes end soon", () => {
    for (const text of ["<a ".repeat(300_000), "<!--".repeat(250_000), `<a>${"&amp;".repeat(200_000)}</a>`, `<a ${"b='1' ".repeat(100)}${" ".repeat(900_000)}`, "<a/>".repeat(250_000), "&".repeat(1_000_000)]) within(500, () => expect(xml(text).status).toMatch(/correct|invalid/));
    within(800, () => xml(`${"<a>".repeat(100)}${"x".repeat(1_000_000)}${"</a>".repeat(100)}`));
  });
});

describe("markdown", () => {
  const wanted = { headings: ["Summary", "Next steps"], minListItems: 1 };
  it.each([
    ["well-formed", "# Summary\nAll well.\n## Detail\nx\n# 2. **Next steps**:\n- go"],
    ["well-formed", "Summary\n=======\nx\n\nNext steps\n---\n1. go"],
    ["missing-heading", "# Summary\nx\n- a"],
    ["wrong-order", "# Next steps\n- x\n# Summary\ny"],
    ["repeated-heading", "# Summary\nx\n# Summary\ny\n# Next steps\n- a"],
    ["empty-section", "# Summary\n\n# Next steps\n- a"],
    ["too-few-items", "# Summary\nx\n# Next steps\ngo"],
    ["missing-heading", "```\n# Summary\nx\n# Next steps\n- a\n```"],
    ["unclosed-fence", "# Summary\nx\n# Next steps\n- a\n```\nx"],
    ["unclosed-think", "<think># Summary"],
  ])("%s: %s", (code, response) => {
    expect(markdown(response, wanted).reason.code).toBe(code);
  });

  it("other rules", () => {
    expect(markdown("# A\nx\n# B\ny", { headings: ["a"], otherHeadings: "forbid" }).reason.code).toBe("other-heading");
    expect(markdown("# A\n### B\ny", { skippedLevels: "forbid" }).reason.code).toBe("skipped-level");
    expect(markdown("- a\n- b", { maxListItems: 1 }).reason.code).toBe("too-many-items");
    expect(markdown("| a | b |\n|---|:-:|\n| 1 | 2 |", { minTables: 1 }).score).toBe(1);
    expect(markdown("a | b\nc", { minTables: 1 }).reason.code).toBe("missing-table");
    for (const text of ["#".repeat(1_000_000), `# ${" ".repeat(1_900)}x\n`.repeat(500), "|-".repeat(500_000), `${"a|".repeat(900)}\n${"|-".repeat(900)}x\n`.repeat(300), "*".repeat(1_000_000)]) within(600, () => markdown(text, { headings: ["x"] }));
  });
});

describe("codeFences", () => {
  const python = { languages: ["python"] };
  it.each([
    ["well-formed", "x\n```Python\nprint(1)\n```\ny", python],
    ["well-formed", "~~~~python\n```\n~~~\nx\n~~~~", python],
    ["wrong-language", "```js\n1\n```", python],
    ["too-few", "print(1)", python],
    ["too-many", "```python\n1\n```\n```python\n2\n```", python],
    ["unclosed", "```python\n1", python],
    ["empty-block", "```python\n\n```", python],
    ["text-outside", "x\n```python\n1\n```", { ...python, outside: "forbid" as const }],
    ["text-outside", "```python\n1\n```\nx", { ...python, outside: "forbid" as const }],
    ["too-few", "<think>\n```python\n1\n```\n</think>\nno", python],
  ])("%s: %s", (code, response, options) => {
    expect(codeFences(response, options).reason.code).toBe(code);
  });

  it("says where", () => {
    const { extracted, span } = codeFences("a\n```\nb\n```\nc");
    expect([extracted, span]).toEqual(["b", { start: 2, end: 11 }]);
    within(500, () => codeFences("```\n".repeat(250_000), { max: 1_000_000 }));
    within(500, () => codeFences("`".repeat(1_000_000)));
  });
});

describe("citations", () => {
  const texts = { a: "The sky is blue.", b: "Water\nboils at 100 °C." };
  it.each([
    ["well-cited", "Yes [1].", 2, {}],
    ["well-cited", "Yes [1, 2] and [1-2] and [^2].", 2, {}],
    ["unknown-source", "Yes [3].", 2, {}],
    ["unknown-source", "Yes [1-3].", 2, {}],
    ["no-citation", "See [the page](1) and [this].", 2, {}],
    ["too-few-sources", "Yes [1]. Yes [1].", 2, { minSources: 2 }],
    ["well-cited", "Blue [a]. Hot [b].", ["a", "b"], { minSources: 2, coverage: 1 }],
    ["well-cited", "Blue. [a] Hot.[b]", ["a", "b"], { coverage: 1 }],
    ["uncited-sentence", "Blue [a]. Hot.", ["a", "b"], { coverage: 1 }],
    ["well-cited", 'It says "water boils" [b].'.replace("water", "Water"), texts, { quotes: "match" as const }],
    ["misquoted", 'It says "water freezes" [b].', texts, { quotes: "match" as const }],
    ["bad-reference", "[1]", 2, { quotes: "match" as const }],
    ["bad-reference", "[1]", 0, {}],
    ["bad-reference", "[1]", [], {}],
    ["too-many", "[1]".repeat(2001), 2, {}],
    ["unclosed-think", "<think>[1]", 2, {}],
  ])("%s: %s", (code, response, sources, options) => {
    expect(citations(response, sources, options).reason.code).toBe(code);
  });

  it("partial credit is the share that is right", () => {
    expect(citations("A [1]. B [9].", 2, { partial: "share" }).score).toBe(0.5);
    for (const text of ["[".repeat(1_000_000), "[1".repeat(500_000), `${"!".repeat(1_000_000)}x`, `"${"x [a] ".repeat(1_900)}${"y".repeat(900_000)}`, `${'"'.repeat(500_000)} [a]`, ". ".repeat(500_000)]) within(500, () => citations(text, texts, { quotes: "match", coverage: 0.5 }));
  });
});

describe("grammar", () => {
  const json = String.raw`root ::= ws value ws
value ::= object | array | string | number | "true" | "false" | "null"
object ::= "{" ws (pair ("," ws pair)*)? "}" ws
pair ::= string ws ":" ws value ws
array ::= "[" ws (value ws ("," ws value ws)*)? "]"
string ::= "\"" ([^"\\\x00-\x1f] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4}))* "\""
number ::= "-"? ("0" | [1-9] [0-9]*) ("." [0-9]+)? ([eE] [-+]? [0-9]+)?
ws ::= [ \t\n\r]*`;

  it("GBNF of JSON accepts what JSON.parse accepts", () => {
    const check = grammar.prepare(json, { extract: "whole" });
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.nat(), fc.constantFrom("", "}", '"', ",", "1", "\\"), (value, at, extra) => {
        const text = JSON.stringify(value);
        expect(check(text).score).toBe(1);
        const k = at % (text.length + 1);
        const changed = text.slice(0, k) + extra + text.slice(k);
        let parses = true;
        try {
          JSON.parse(changed);
        } catch {
          parses = false;
        }
        expect(check(changed).score, changed).toBe(parses ? 1 : 0);
      }),
      { seed: 3, numRuns: 150 },
    );
  });

  it.each([
    ["left recursion", 's ::= s "a" | "a"', "aaa", "aab"],
    ["an ambiguous rule", 's ::= s s | "a"', "aaaaaaaa", "ab"],
    ["empty rules", 's ::= a b c\na ::= "x"?\nb ::= a a\nc ::= b?', "xxxx", "xxxxxx"],
    ["aⁿbⁿ", 's ::= "a" s "b" | ""', "aaabbb", "aabbb"],
    ["palindromes", 's ::= "a" s "a" | "b" s "b" | [ab] | ""', "abbba", "abbab"],
    ["repetition", 's ::= [a-z]{2,3} "-" [0-9]{2} "."{1,}', "abc-12..", "a-12."],
    ["start rule root", 'x ::= "no"\nroot ::= "yes"', "yes", "no"],
    ["ISO EBNF", 'list = item, { ",", item } ; item = digit, [ "." , digit ] ; digit = "1" | "2" ; (* done *)', "1,2.1,2", "1,,2"],
    ["characters beyond the plane", "s ::= [😀-😎]+ .", "😀😎é", "é"],
    ["angled names", '<s> ::= <d> "+" <d>\n<d> ::= [0-9]', "1+2", "1+"],
  ])("%s", (_, rules, yes, no) => {
    expect(grammar(yes, rules, { extract: "whole" }).reason).toMatchObject({ code: "derived" });
    expect(grammar(no, rules, { extract: "whole" }).reason.code).toBe("not-derived");
  });

  it("says where it stopped, and whose fault a grammar is", () => {
    expect(grammar("1+*", 'root ::= [0-9] ("+" [0-9])*').reason.text).toBe("the grammar derives nothing that goes on so after character 2");
    for (const bad of ["", 'root ::= "a', "root ::= missing", 'a = "x" - "y" ;', "a ::= ( b", 'a ::= "x"{3,2}', 'a ::= "x"\na ::= "y"', 'x ::= [z-a]', `a ::= ${"(".repeat(200)}`, 7]) expect(grammar("x", bad as string).status, String(bad).slice(0, 30)).toBe("undecided");
    expect(grammar("x", 'a ::= "x"', { start: "b" }).reason.text).toContain("the start rule b is missing");
  });

  it("is bounded", () => {
    within(1500, () => expect(grammar("a".repeat(100_000), 's ::= s s | "a"').reason.code).toBe("too-much-work"));
    within(1500, () => expect(grammar(`[${"1,".repeat(20_000)}1]`, json).score).toBe(1));
    within(1500, () => grammar("x".repeat(1_000_000), "s ::= [a-z]*"));
  });
});
