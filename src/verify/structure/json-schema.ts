/**
 * JSON Schema, interpreted: no code is made from a schema, patterns run on a linear-time engine, references stay inside the
 * document. The vocabulary of 2020-12, with `definitions`, `dependencies` and lists of `items` of earlier drafts; `format` is an
 * annotation, as the standard has it by default; `$dynamicRef` is resolved as `$ref`.
 */
import { nearest } from "../../core/errors.ts";
import { isObject, type JsonObject } from "./json.ts";
import { Check, MOST_DEPTH, TooMuch, type SchemaError } from "./json-schema-check.ts";
import { resolve, resolveUri, SchemaFault, type Context, type Resource, type Schema } from "./json-schema-references.ts";
import { readPattern } from "./pattern.ts";

export { SchemaFault, type SchemaError };

/** A schema whose references and patterns are resolved. */
export interface CompiledSchema {
  /** The first reason why the value does not fit; null where it fits; "too-much" where the answer would take too long. */
  check(value: unknown): SchemaError | "too-much" | null;
}

const TYPES: readonly string[] = ["object", "array", "string", "number", "integer", "boolean", "null"];

/**
 * Reads a schema.
 * @throws SchemaFault where it is none: an unknown type, a pattern that is none, a reference to nowhere
 */
export function compileSchema(schema: unknown): CompiledSchema {
  if (typeof schema !== "boolean" && !isObject(schema)) throw new SchemaFault("a schema must be an object or a boolean");
  const context: Context = { resources: new Map(), resourceOf: new Map(), baseOf: new Map(), patterns: new Map() };
  const refs: Schema[] = [];
  collect(schema, "", { root: schema, anchors: new Map() }, context, refs, 0);
  for (const at of refs) for (const key of ["$ref", "$dynamicRef"]) if (typeof (at as JsonObject)[key] === "string") resolve(at as JsonObject, (at as JsonObject)[key] as string, context);
  return {
    check(value) {
      try {
        return new Check(context).apply(schema, value, "", 0).error;
      } catch (error) {
        if (error instanceof TooMuch) return "too-much";
        throw error;
      }
    },
  };
}

/** Keywords that hold one schema, a list of them, or schemas by name. */
const ONE: readonly string[] = ["additionalProperties", "unevaluatedProperties", "unevaluatedItems", "additionalItems", "contains", "propertyNames", "if", "then", "else", "not", "items"];
const MANY: readonly string[] = ["allOf", "anyOf", "oneOf", "prefixItems"];
const NAMED: readonly string[] = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"];
const COUNTS: readonly string[] = ["maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties", "maxContains", "minContains"];
const BOUNDS: readonly string[] = ["maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum", "multipleOf"];

/** Walks every subschema: bases, anchors, patterns, and the shape of each keyword. */
function collect(schema: unknown, base: string, resource: Resource, context: Context, refs: Schema[], depth: number): void {
  if (typeof schema === "boolean") return;
  if (!isObject(schema)) throw new SchemaFault("a subschema must be an object or a boolean");
  if (depth > MOST_DEPTH) throw new SchemaFault(`the schema is nested deeper than ${MOST_DEPTH}`);
  let [here, hereBase] = [resource, base];
  const id = schema["$id"];
  if (typeof id === "string" && !id.startsWith("#")) {
    hereBase = resolveUri(base, id.replace(/#$/, ""));
    here = { root: schema, anchors: new Map() };
  }
  if (here.root === schema) context.resources.set(hereBase, here);
  context.resourceOf.set(schema, here);
  context.baseOf.set(schema, hereBase);
  for (const key of ["$anchor", "$dynamicAnchor"]) if (typeof schema[key] === "string") here.anchors.set(schema[key], schema);
  if (typeof id === "string" && id.startsWith("#") && id.length > 1) here.anchors.set(id.slice(1), schema);
  if ("$ref" in schema || "$dynamicRef" in schema) refs.push(schema);
  checkShapes(schema, context);
  const go = (each: unknown): void => collect(each, hereBase, here, context, refs, depth + 1);
  for (const key of ONE)
    if (Object.hasOwn(schema, key)) {
      if (key === "items" && Array.isArray(schema[key])) schema[key].forEach(go);
      else go(schema[key]);
    }
  for (const key of MANY)
    if (Object.hasOwn(schema, key)) {
      if (!Array.isArray(schema[key])) throw new SchemaFault(`${key} must be a list of schemas`);
      schema[key].forEach(go);
    }
  for (const key of NAMED)
    if (Object.hasOwn(schema, key)) {
      const named = schema[key];
      if (!isObject(named)) throw new SchemaFault(`${key} must hold schemas by name`);
      for (const each of Object.values(named)) if (!(key === "dependencies" && Array.isArray(each))) go(each);
    }
}

function checkShapes(schema: JsonObject, { patterns }: Context): void {
  const types = schema["type"];
  if (types !== undefined)
    for (const type of Array.isArray(types) ? (types as readonly unknown[]) : [types])
      if (typeof type !== "string" || !TYPES.includes(type)) {
        const near = typeof type === "string" ? nearest(type, TYPES) : undefined;
        throw new SchemaFault(`type must be one of ${TYPES.join(", ")}, got ${JSON.stringify(type)}${near === undefined ? "" : `; did you mean ${JSON.stringify(near)}?`}`);
      }
  for (const key of COUNTS) if (key in schema && !(typeof schema[key] === "number" && schema[key] >= 0)) throw new SchemaFault(`${key} must be a count, got ${JSON.stringify(schema[key])}`);
  for (const key of BOUNDS) {
    if (key in schema && typeof schema[key] !== "number") throw new SchemaFault(`${key} must be a number, got ${JSON.stringify(schema[key])}`);
  }
  if ("enum" in schema && !Array.isArray(schema["enum"])) throw new SchemaFault("enum must be a list of values");
  if ("required" in schema && !(Array.isArray(schema["required"]) && schema["required"].every((name) => typeof name === "string"))) throw new SchemaFault("required must be a list of names");
  const sources = [...(typeof schema["pattern"] === "string" ? [schema["pattern"]] : []), ...(isObject(schema["patternProperties"]) ? Object.keys(schema["patternProperties"]) : [])];
  for (const source of sources)
    if (!patterns.has(source)) {
      const read = readPattern(source);
      if (!read.ok) throw new SchemaFault(`pattern ${JSON.stringify(source.slice(0, 60))} must be a regular expression of RE2: ${read.text}`);
      patterns.set(source, read.pattern);
    }
}
