import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonErrorOffset, jsonFault, parseExact, setOwn } from "./json.ts";

function fault(text: string): string {
  try {
    JSON.parse(text);
  } catch (error) {
    return jsonFault(text, error);
  }
  throw new Error("this is JSON");
}

describe("where JSON goes wrong", () => {
  test("golden", () => {
    expect(fault('{"a":1,}')).toBe("not JSON: Expected double-quoted property name at column 8");
    expect(fault('{"a":1')).toBe("not JSON: Expected ',' or '}' after property value at column 7");
    expect(fault("")).toBe("not JSON: Unexpected end of JSON input at column 1");
    expect(fault('{"😀":x}')).toBe("not JSON: Unexpected token 'x' at column 6");
    expect(fault('{"a":-Infinity}')).toMatch(/Python writes them$/);
    expect(fault("[1]]")).toMatch(/at column 4$/);
  });

  test("where the engine names a position, the same", () => {
    const text = fc.tuple(fc.json(), fc.nat(), fc.constantFrom("", "}", "]", ",", ":", '"', "\\", "x", "0", "\n", "[", "{")).map(([json, at, insert]) => {
      const place = at % (json.length + 1);
      return json.slice(0, place) + insert + json.slice(place + (at % 2));
    });
    fc.assert(
      fc.property(text, (s) => {
        let message: string | undefined;
        try {
          JSON.parse(s);
        } catch (error) {
          message = (error as Error).message;
        }
        const at = jsonErrorOffset(s);
        if (message === undefined) expect(at).toBe(s.length);
        else {
          expect(at).toBeLessThanOrEqual(s.length);
          const said = /Unexpected token '(.)'/su.exec(message)?.[1];
          if (said !== undefined) expect(s.slice(at)).toSatisfy((rest: string) => rest.startsWith(said) || /^[-0-9tfn]/.test(rest));
          const position = /at position (\d+)/.exec(message)?.[1];
          // Inside a number or a word the engine points at the character, this at or before it.
          if (position !== undefined) expect(at).toBeLessThanOrEqual(Number(position));
        }
      }),
      { numRuns: 1000, seed: 5 },
    );
  });
});

test("numbers keep their text", () => {
  for (const text of ['{"a":1.0,"b":[1e2,-0,12345678901234567890],"c":0.1}', "12345678901234567890", "[1E400]"]) expect(JSON.stringify(parseExact(text))).toBe(text);
});

test("own properties only", () => {
  const target = {};
  setOwn(target, "__proto__", { a: 1 });
  expect(Object.keys(target)).toEqual(["__proto__"]);
  expect(Object.getPrototypeOf(target)).toBe(Object.prototype);
});
