/** JSON of a response: read within limits, compared by value. */

/** Deeper nesting is refused, so that no walk over a value can exhaust the stack. */
export const MOST_DEPTH = 100;
/** Longer texts are refused. */
export const MOST_CHARACTERS = 2_000_000;

export type JsonObject = Readonly<Record<string, unknown>>;

export type JsonReading = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly code: "not-json" | "too-deep" | "too-large"; readonly text: string };

/** The value a JSON text writes; of equal keys the last counts, as in every JSON reader. */
export function readJson(text: string): JsonReading {
  if (text.length > MOST_CHARACTERS) return { ok: false, code: "too-large", text: `JSON of more than ${MOST_CHARACTERS} characters` };
  if (deeperThan(text, MOST_DEPTH)) return { ok: false, code: "too-deep", text: `JSON nested deeper than ${MOST_DEPTH}` };
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (error) {
    return { ok: false, code: "not-json", text: error instanceof SyntaxError ? error.message.slice(0, 120) : "not JSON" };
  }
}

/** The same, refusing an object that has a key twice: it says two things, and which of them counts differs from reader to reader. */
export function readJsonOnce(text: string): JsonReading {
  const read = readJson(text);
  return read.ok && repeatsKey(text) ? { ok: false, code: "not-json", text: "an object has a key twice" } : read;
}

/** Of JSON that parses; one pass. */
function repeatsKey(text: string): boolean {
  const open: (Set<string> | null)[] = [];
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "{") open.push(new Set());
    else if (c === "[") open.push(null);
    else if (c === "}" || c === "]") open.pop();
    else if (c === '"') {
      const start = i;
      for (i++; text[i] !== '"'; i++) if (text[i] === "\\") i++;
      const keys = open.at(-1);
      let after = i + 1;
      while (text.charCodeAt(after) <= 32) after++;
      if (keys == null || text[after] !== ":") continue;
      const key = JSON.parse(text.slice(start, i + 1)) as string;
      if (keys.has(key)) return true;
      keys.add(key);
    }
  }
  return false;
}

/** True where brackets outside of strings open more than `limit` levels; one pass. */
function deeperThan(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === 92) i++;
      else if (c === 34) inString = false;
    } else if (c === 34) inString = true;
    else if (c === 123 || c === 91) {
      if (++depth > limit) return true;
    } else if (c === 125 || c === 93) depth--;
  }
  return false;
}

/** A JSON object: neither null nor a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The one comparison of JSON values: by value, keys of objects in any order, lists in order; numbers by value, so 1 is 1.0; true is not 1.
 * `strings` says when two texts are equal.
 */
export function sameJson(a: unknown, b: unknown, strings: (a: string, b: string) => boolean = Object.is): boolean {
  if (typeof a === "string" && typeof b === "string") return strings(a, b);
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((each, i) => sameJson(each, b[i], strings));
  if (isObject(a)) {
    if (!isObject(b)) return false;
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key], strings));
  }
  return a === b;
}
