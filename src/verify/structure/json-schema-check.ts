/** JSON Schema: one value against a schema that was read, bounded in steps and depth. */
import { isObject, type JsonObject } from "./json.ts";
import { resolve, type Context } from "./json-schema-references.ts";
import { simpleFault } from "./json-schema-value.ts";

/** Nested applications of schemas to one value. */
export const MOST_DEPTH = 400;
/** Applications of a schema in one check. */
const MOST_STEPS = 500_000;

/** Why a value does not fit: where in it, by which keyword. */
export interface SchemaError {
  /** JSON pointer of the value. */
  readonly path: string;
  readonly keyword: string;
  readonly text: string;
}

/** The answer would take too long. */
export class TooMuch extends Error {}

/** What applying a schema says: the error, and which properties and items it has looked at. */
interface Outcome {
  readonly error: SchemaError | null;
  readonly properties: ReadonlySet<string>;
  /** Items before this index. */
  readonly items: number;
  /** Items beyond them, of `contains`. */
  readonly contained: ReadonlySet<number>;
}

const NO_KEYS: ReadonlySet<string> = new Set();
const NO_ITEMS: ReadonlySet<number> = new Set();
const FITS: Outcome = { error: null, properties: NO_KEYS, items: 0, contained: NO_ITEMS };

/** A check of one value. */
export class Check {
  private readonly context: Context;
  private steps = 0;

  constructor(context: Context) {
    this.context = context;
  }

  apply(schema: unknown, value: unknown, path: string, depth: number): Outcome {
    if (schema === true) return FITS;
    const error = (keyword: string, text: string, at = path): Outcome => ({ ...FITS, error: { path: at, keyword, text } });
    if (schema === false) return error("false", "nothing is allowed here");
    if (++this.steps > MOST_STEPS || depth > MOST_DEPTH) throw new TooMuch();
    const s = schema as JsonObject;
    const wrong = simpleFault(s, value, this.context.patterns);
    if (wrong === "too-much") throw new TooMuch();
    if (wrong !== null) return error(wrong[0], wrong[1]);

    const properties = new Set<string>();
    const contained = new Set<number>();
    let items = 0;
    const take = (outcome: Outcome): void => {
      for (const key of outcome.properties) properties.add(key);
      for (const index of outcome.contained) contained.add(index);
      items = Math.max(items, outcome.items);
    };
    const apply = (each: unknown, inner: unknown = value, at = path): Outcome => this.apply(each, inner, at, depth + 1);

    for (const key of ["$ref", "$dynamicRef"])
      if (typeof s[key] === "string") {
        const outcome = apply(resolve(s, s[key], this.context));
        if (outcome.error !== null) return outcome;
        take(outcome);
      }
    for (const each of (s["allOf"] as readonly unknown[] | undefined) ?? []) {
      const outcome = apply(each);
      if (outcome.error !== null) return outcome;
      take(outcome);
    }
    if (Array.isArray(s["anyOf"])) {
      const fitting = s["anyOf"].map((each) => apply(each)).filter((outcome) => outcome.error === null);
      if (fitting.length === 0) return error("anyOf", `none of ${s["anyOf"].length} alternatives fits`);
      fitting.forEach(take);
    }
    if (Array.isArray(s["oneOf"])) {
      const fitting = s["oneOf"].map((each) => apply(each)).filter((outcome) => outcome.error === null);
      if (fitting.length !== 1) return error("oneOf", `${fitting.length} of ${s["oneOf"].length} alternatives fit, not one`);
      take(fitting[0]!);
    }
    if ("not" in s && apply(s["not"]).error === null) return error("not", "what must not fit does");
    if ("if" in s) {
      const condition = apply(s["if"]);
      if (condition.error === null) take(condition);
      const branch = condition.error === null ? s["then"] : s["else"];
      if (branch !== undefined) {
        const outcome = apply(branch);
        if (outcome.error !== null) return outcome;
        take(outcome);
      }
    }

    if (isObject(value)) {
      const outcome = this.object(s, value, path, depth, properties);
      if (outcome !== null) return outcome;
    } else if (Array.isArray(value)) {
      const outcome = this.array(s, value, path, depth, items, contained);
      if (typeof outcome !== "number") return outcome;
      items = outcome;
    }
    return { error: null, properties, items, contained };
  }

  /** The object keywords; adds what they looked at to `seen`. Null where the object fits. */
  private object(s: JsonObject, value: JsonObject, path: string, depth: number, seen: Set<string>): Outcome | null {
    const keys = Object.keys(value);
    const declared = isObject(s["properties"]) ? s["properties"] : {};
    const patterned = isObject(s["patternProperties"]) ? Object.entries(s["patternProperties"]) : [];
    const here = new Set<string>();
    const inner = (schema: unknown, key: string): Outcome => this.apply(schema, value[key], `${path}/${pointer(key)}`, depth + 1);
    for (const key of keys) {
      if (Object.hasOwn(declared, key)) {
        const outcome = inner(declared[key], key);
        if (outcome.error !== null) return outcome;
        here.add(key);
      }
      for (const [source, schema] of patterned) {
        const hit = this.context.patterns.get(source)!.find(key);
        if (hit === null) throw new TooMuch();
        if (!hit) continue;
        const outcome = inner(schema, key);
        if (outcome.error !== null) return outcome;
        here.add(key);
      }
      if ("propertyNames" in s) {
        const outcome = this.apply(s["propertyNames"], key, path, depth + 1);
        if (outcome.error !== null) return outcome;
      }
    }
    if ("additionalProperties" in s)
      for (const key of keys)
        if (!here.has(key)) {
          const outcome = inner(s["additionalProperties"], key);
          if (outcome.error !== null) return s["additionalProperties"] === false ? unexpected(path, "additionalProperties", key) : outcome;
          here.add(key);
        }
    for (const [name, schema] of Object.entries({ ...(isObject(s["dependentSchemas"]) ? s["dependentSchemas"] : {}), ...(isObject(s["dependencies"]) ? s["dependencies"] : {}) })) {
      if (!Object.hasOwn(value, name)) continue;
      if (Array.isArray(schema)) {
        const missing = (schema as readonly string[]).find((key) => !Object.hasOwn(value, key));
        if (missing !== undefined) return { ...FITS, error: { path, keyword: "dependencies", text: `${JSON.stringify(missing)} is missing beside ${JSON.stringify(name)}` } };
        continue;
      }
      const outcome = this.apply(schema, value, path, depth + 1);
      if (outcome.error !== null) return outcome;
      for (const key of outcome.properties) seen.add(key);
    }
    for (const key of here) seen.add(key);
    if ("unevaluatedProperties" in s)
      for (const key of keys)
        if (!seen.has(key)) {
          const outcome = inner(s["unevaluatedProperties"], key);
          if (outcome.error !== null) return s["unevaluatedProperties"] === false ? unexpected(path, "unevaluatedProperties", key) : outcome;
          seen.add(key);
        }
    return null;
  }

  /** The array keywords; how many first items they looked at, or the error. */
  private array(s: JsonObject, value: readonly unknown[], path: string, depth: number, looked: number, contained: Set<number>): Outcome | number {
    let items = looked;
    const tuple = Array.isArray(s["prefixItems"]) ? (s["prefixItems"] as readonly unknown[]) : Array.isArray(s["items"]) ? (s["items"] as readonly unknown[]) : [];
    const rest = Array.isArray(s["items"]) ? s["additionalItems"] : s["items"];
    for (let i = 0; i < value.length; i++) {
      const schema = i < tuple.length ? tuple[i] : rest;
      if (schema === undefined) break;
      const outcome = this.apply(schema, value[i], `${path}/${i}`, depth + 1);
      if (outcome.error !== null) return outcome;
      items = Math.max(items, i + 1);
    }
    if ("contains" in s) {
      let count = 0;
      for (let i = 0; i < value.length; i++)
        if (this.apply(s["contains"], value[i], `${path}/${i}`, depth + 1).error === null) {
          count++;
          contained.add(i);
        }
      const least = (s["minContains"] as number | undefined) ?? 1;
      const most = (s["maxContains"] as number | undefined) ?? Infinity;
      if (count < least || count > most) return { ...FITS, error: { path, keyword: "contains", text: `${count} items are as \`contains\` wants, not ${least}${most === Infinity ? " or more" : ` to ${most}`}` } };
    }
    if ("unevaluatedItems" in s)
      for (let i = items; i < value.length; i++)
        if (!contained.has(i)) {
          const outcome = this.apply(s["unevaluatedItems"], value[i], `${path}/${i}`, depth + 1);
          if (outcome.error !== null) return outcome;
        }
    return "unevaluatedItems" in s ? value.length : items;
  }
}

function unexpected(path: string, keyword: string, key: string): Outcome {
  return { ...FITS, error: { path: `${path}/${pointer(key)}`, keyword, text: `${JSON.stringify(key.slice(0, 60))} is not allowed here` } };
}

function pointer(key: string): string {
  return key.slice(0, 60).replaceAll("~", "~0").replaceAll("/", "~1");
}
