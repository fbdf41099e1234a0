/** JSON Schema: the keywords that look at a value alone. */
import { readNumber } from "../number.ts";
import { isObject, sameJson, type JsonObject } from "./json.ts";
import type { Pattern } from "./pattern.ts";

function typeOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

function hasType(value: unknown, type: string): boolean {
  return type === "integer" ? typeof value === "number" && Number.isInteger(value) : typeOf(value) === type;
}

/** The first of these keywords that a value does not fit, and how. */
export function simpleFault(s: JsonObject, value: unknown, patterns: ReadonlyMap<string, Pattern>): readonly [keyword: string, text: string] | "too-much" | null {
  const types = s["type"];
  if (types !== undefined) {
    const list = Array.isArray(types) ? (types as readonly string[]) : [types as string];
    if (!list.some((type) => hasType(value, type))) return ["type", `must be ${list.join(" or ")}, is ${typeOf(value)}`];
  }
  if ("const" in s && !sameJson(s["const"], value)) return ["const", "is not the one value that is allowed"];
  if (Array.isArray(s["enum"]) && !s["enum"].some((each) => sameJson(each, value))) return ["enum", "is none of the values that are allowed"];
  const over = (key: string, size: number, most: boolean): boolean => typeof s[key] === "number" && (most ? size > s[key] : size < s[key]);
  if (typeof value === "number") {
    if (over("maximum", value, true) || over("minimum", value, false)) return [over("maximum", value, true) ? "maximum" : "minimum", `${value} is out of range`];
    if (typeof s["exclusiveMaximum"] === "number" && value >= s["exclusiveMaximum"]) return ["exclusiveMaximum", `${value} is out of range`];
    if (typeof s["exclusiveMinimum"] === "number" && value <= s["exclusiveMinimum"]) return ["exclusiveMinimum", `${value} is out of range`];
    if (typeof s["multipleOf"] === "number" && !isMultiple(value, s["multipleOf"])) return ["multipleOf", `${value} is no multiple of ${s["multipleOf"]}`];
  } else if (typeof value === "string") {
    if ("maxLength" in s || "minLength" in s) {
      let size = 0;
      for (const _ of value) size++;
      if (over("maxLength", size, true)) return ["maxLength", "is too long"];
      if (over("minLength", size, false)) return ["minLength", "is too short"];
    }
    if (typeof s["pattern"] === "string") {
      const hit = patterns.get(s["pattern"])!.find(value);
      if (hit === null) return "too-much";
      if (!hit) return ["pattern", `does not match ${s["pattern"].slice(0, 60)}`];
    }
  } else if (Array.isArray(value)) {
    if (over("maxItems", value.length, true)) return ["maxItems", "has too many items"];
    if (over("minItems", value.length, false)) return ["minItems", "has too few items"];
    if (s["uniqueItems"] === true && new Set(value.map(canonical)).size < value.length) return ["uniqueItems", "has equal items"];
  } else if (isObject(value)) {
    const size = Object.keys(value).length;
    if (over("maxProperties", size, true)) return ["maxProperties", "has too many properties"];
    if (over("minProperties", size, false)) return ["minProperties", "has too few properties"];
    const missing = ((s["required"] as readonly string[] | undefined) ?? []).find((key) => !Object.hasOwn(value, key));
    if (missing !== undefined) return ["required", `${JSON.stringify(missing)} is missing`];
    if (isObject(s["dependentRequired"]))
      for (const [key, names] of Object.entries(s["dependentRequired"])) {
        const absent = Object.hasOwn(value, key) ? (names as readonly string[]).find((name) => !Object.hasOwn(value, name)) : undefined;
        if (absent !== undefined) return ["dependentRequired", `${JSON.stringify(absent)} is missing beside ${JSON.stringify(key)}`];
      }
  }
  return null;
}

/** In exact decimals, as the numbers print: 0.3 is a multiple of 0.1. */
function isMultiple(value: number, unit: number): boolean {
  if (Number.isInteger(value) && Number.isInteger(unit)) return value % unit === 0;
  const [a, b] = [readNumber(String(value)), readNumber(String(unit))];
  return a !== null && b !== null && b.n !== 0n && (a.n * b.d) % (a.d * b.n) === 0n;
}

/** A text that equal values share and others do not. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (isObject(value))
    return `{${Object.keys(value)
      .toSorted()
      .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)
      .join()}}`;
  return JSON.stringify(value === 0 ? 0 : value);
}
