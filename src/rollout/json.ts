/** JSON beyond JSON.parse: where an error is, numbers as they were written, keys that must not pollute. */

import { toCodePointOffset } from "./offsets.ts";

/** What the engine tells a reviver of a primitive value; not in the library types yet. */
interface ReviverContext {
  readonly source?: string;
}

/** Sets an own property, also where the key is `__proto__`. */
export function setOwn(target: object, key: string, value: unknown): void {
  if (key === "__proto__") Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else (target as Record<string, unknown>)[key] = value;
}

/**
 * Parses JSON, giving each number that would not be written back as it stands to `number` (for an integer past 2⁵³ JSON.parse
 * has rounded; 1.0 becomes 1). The default keeps its text, so that JSON.stringify writes it unchanged.
 */
export function parseExact(text: string, number: (source: string) => unknown = rawNumber): unknown {
  return JSON.parse(text, function (_key: string, value: unknown, context?: ReviverContext): unknown {
    return typeof value === "number" && context?.source !== undefined && String(value) !== context.source ? number(context.source) : value;
  } as (key: string, value: unknown) => unknown);
}

function rawNumber(source: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(source);
}

/** Why a text is not JSON, with the column it goes wrong at: the engine's own words, which do not always say where. */
export function jsonFault(text: string, error: unknown): string {
  const said = (error as Error).message.replace(/ in JSON at position \d+.*$/s, "").replace(/, (\.\.\.)?".*" is not valid JSON$/s, "");
  const at = jsonErrorOffset(text);
  const column = toCodePointOffset(text, at) + 1;
  const hint = /^(NaN|-?Infinity)/.test(text.slice(at)) ? "; NaN and Infinity are not JSON, though Python writes them" : "";
  return `not JSON: ${said} at column ${column}${hint}`;
}

const SPACE = /[ \t\r\n]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const ATOM = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Offset of the first character that no JSON text could have there; found without recursion, whatever the depth. */
export function jsonErrorOffset(text: string): number {
  const open: string[] = [];
  let expect: "value" | "key" | "colon" | "after" = "value";
  let mayClose = false;
  let at = 0;
  for (;;) {
    at = match(SPACE, text, at);
    const c = text[at];
    if (c === undefined) return at;
    const inside = open[open.length - 1];
    const closes = (c === "}" && inside === "{") || (c === "]" && inside === "[");
    if (closes && (expect === "after" || mayClose)) {
      open.pop();
      expect = "after";
      at++;
    } else if (expect === "after") {
      if (c !== "," || inside === undefined) return at;
      expect = inside === "{" ? "key" : "value";
      at++;
    } else if (expect === "colon") {
      if (c !== ":") return at;
      expect = "value";
      at++;
    } else if (c === '"') {
      const end = stringEnd(text, at);
      if (text[end] !== '"') return end;
      expect = expect === "key" ? "colon" : "after";
      at = end + 1;
    } else if (expect === "key") return at;
    else if (c === "{" || c === "[") {
      open.push(c);
      expect = c === "{" ? "key" : "value";
      at++;
      mayClose = true;
      continue;
    } else {
      const end = match(ATOM, text, at);
      if (end === at) return at;
      expect = "after";
      at = end;
    }
    mayClose = false;
  }
}

/** Offset of the closing quote of the string at `at`, or of what is wrong in it. */
function stringEnd(text: string, at: number): number {
  let i = at + 1;
  for (;;) {
    for (let c = text.charCodeAt(i); c >= 0x20 && c !== 0x22 && c !== 0x5c; c = text.charCodeAt(i)) i++;
    if (text[i] !== "\\") return i;
    const next = match(ESCAPE, text, i);
    if (next === i) return i;
    i = next;
  }
}

function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
