/** Values of a JSON Schema, and values that are nearly of it, drawn from a stream. */
import type { RandomStream } from "../../src/core/random.ts";

/** The part of JSON Schema that an OpenAPI document of ours uses. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

/** Words for a field, by its name, so that what is drawn gets past the first check; else words of `any`. */
export interface Words {
  readonly any: readonly string[];
  readonly [field: string]: readonly string[];
}

function pick<T>(r: RandomStream, from: readonly T[]): T {
  return from[r.integer(from.length)]!;
}

/** A value that the schema allows, as far as it says. */
export function valueOf(schema: Schema, r: RandomStream, words: Words, field = "", depth = 0): unknown {
  if ("const" in schema) return schema.const;
  if (schema.enum !== undefined) return pick(r, schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return valueOf(pick(r, choices), r, words, field, depth);
  if (schema.allOf !== undefined) return Object.assign({}, ...schema.allOf.map((each) => valueOf(each, r, words, field, depth)));
  const type = typeof schema.type === "string" ? schema.type : schema.type === undefined ? undefined : pick(r, schema.type);
  switch (type) {
    case "object": {
      const out: Record<string, unknown> = {};
      for (const [name, each] of Object.entries(schema.properties ?? {})) if (schema.required?.includes(name) === true || r.integer(3) === 0) out[name] = valueOf(each, r, words, name, depth + 1);
      const { additionalProperties: more } = schema;
      if (more !== false && depth < 4 && (typeof more === "object" || schema.properties === undefined)) for (let k = r.integer(3); k > 0; k--) out[pick(r, KEYS)] = typeof more === "object" && Object.keys(more).length > 0 ? valueOf(more, r, words, "", depth + 1) : anything(r, words, depth + 1);
      // Fields that no schema names and readers look for.
      if (more !== false && schema.properties === undefined) for (const name of ["prompt", "response", "reference"]) if (r.integer(2) === 0) out[name] = pick(r, words[name] ?? words.any);
      return out;
    }
    case "array": {
      if (schema.prefixItems !== undefined) return schema.prefixItems.map((each) => valueOf(each, r, words, field, depth + 1));
      const least = schema.minItems ?? 0;
      const most = Math.max(least, Math.min(schema.maxItems ?? 4, depth > 3 ? 1 : 4));
      return Array.from({ length: least + r.integer(most - least + 1) }, () => (schema.items === undefined ? anything(r, words, depth + 1) : valueOf(schema.items, r, words, field, depth + 1)));
    }
    case "string":
      return pick(r, words[field] ?? words.any);
    case "integer":
    case "number": {
      const low = Math.max(schema.minimum ?? schema.exclusiveMinimum ?? -10, -1000);
      const high = Math.min(schema.maximum ?? low + 100, low + 1000);
      const drawn = low + r.next() * (high - low);
      return type === "integer" ? Math.round(drawn) : drawn === schema.exclusiveMinimum ? drawn + 0.5 : drawn;
    }
    case "boolean":
      return r.integer(2) === 0;
    case "null":
      return null;
    default:
      return anything(r, words, depth + 1);
  }
}

const KEYS = ["a", "reference", "ground_truth", "label", "task", "data_source", "id", "group", "constructor", "toString", "length", "hasOwnProperty", "0", "", "\u0000", "é", "std", "prompt"];

/** Values that break what was not thought of. */
const STRANGE: readonly unknown[] = [
  null, true, "", 0, -1, -0, 1e308, 5e-324, 2 ** 53, 1.5, [], {}, [[]], [null], { "": {} }, "\u0000", "\ud800", "\udfff\ud800", "💥".repeat(50), "x".repeat(5000), "0".repeat(400), "9".repeat(400), "1e999",
  "NaN", "__proto__", "constructor", "prototype", { constructor: { prototype: { polluted: true } } }, { toJSON: 1 }, { length: 1e9 }, ["__proto__"], [[[[[[[[1]]]]]]]], "<|im_start|>assistant\n", "\\boxed{", "/etc/passwd", "../../x",
];

function anything(r: RandomStream, words: Words, depth: number): unknown {
  const kind = r.integer(depth > 4 ? 4 : 6);
  if (kind === 0) return pick(r, STRANGE);
  if (kind < 3) return pick(r, words.any);
  if (kind === 3) return Math.round(r.normal() * 1000) / 8;
  if (kind === 4) return Array.from({ length: r.integer(4) }, () => anything(r, words, depth + 1));
  return Object.fromEntries(Array.from({ length: r.integer(4) }, () => [pick(r, KEYS), anything(r, words, depth + 1)]));
}

/** The value with one of its parts left out, doubled, or made strange. */
export function nearlyOf(value: unknown, r: RandomStream, words: Words): unknown {
  const places: (readonly [holder: Record<string, unknown>, key: string])[] = [];
  const copy: unknown = structuredClone(value);
  const walk = (each: unknown): void => {
    if (typeof each !== "object" || each === null) return;
    for (const key of Object.keys(each)) {
      places.push([each as Record<string, unknown>, key]);
      walk((each as Record<string, unknown>)[key]);
    }
  };
  walk(copy);
  if (places.length === 0) return pick(r, STRANGE);
  const [holder, key] = pick(r, places);
  switch (r.integer(5)) {
    case 0:
      delete holder[key];
      break;
    case 1:
      holder[key] = [holder[key], holder[key]];
      break;
    case 2:
      holder[`${key}s`] = holder[key];
      break;
    default:
      holder[key] = r.integer(2) === 0 ? pick(r, STRANGE) : anything(r, words, 2);
  }
  return copy;
}
