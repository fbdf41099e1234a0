/** The parts of a schema by their addresses: `$id`, `$anchor`, JSON pointers; none leads out of the document. */
import { isObject, type JsonObject } from "./json.ts";
import type { Pattern } from "./pattern.ts";

/** What is wrong with a schema itself. */
export class SchemaFault extends Error {}

export type Schema = JsonObject | boolean;

export interface Resource {
  readonly root: Schema;
  readonly anchors: Map<string, Schema>;
}

/** What was found in a schema. */
export interface Context {
  readonly resources: Map<string, Resource>;
  readonly resourceOf: Map<Schema, Resource>;
  readonly baseOf: Map<Schema, string>;
  readonly patterns: Map<string, Pattern>;
}

/** A reference against a base, for what schemas write: absolute, rooted, relative to the folder. */
export function resolveUri(base: string, reference: string): string {
  if (reference === "") return base;
  if (reference.startsWith("./")) return resolveUri(base, reference.slice(2));
  if (/^[a-z][a-z\d+.-]*:/i.test(reference)) return reference;
  const origin = /^[a-z][a-z\d+.-]*:\/\/[^/]*/i.exec(base)?.[0] ?? "";
  if (reference.startsWith("/")) return origin + reference;
  return base.slice(0, base.lastIndexOf("/") + 1).length > origin.length ? base.slice(0, base.lastIndexOf("/") + 1) + reference : `${origin}${origin === "" ? "" : "/"}${reference}`;
}

/** The schema that a reference means. @throws SchemaFault where it leads nowhere */
export function resolve(from: JsonObject, reference: string, context: Context): Schema {
  const hash = reference.indexOf("#");
  const uri = hash < 0 ? reference : reference.slice(0, hash);
  const fragment = hash < 0 ? "" : reference.slice(hash + 1);
  const resource = uri === "" ? context.resourceOf.get(from) : context.resources.get(resolveUri(context.baseOf.get(from) ?? "", uri));
  const nowhere = (): never => {
    throw new SchemaFault(`$ref must stay inside the schema, got ${JSON.stringify(reference.slice(0, 80))}`);
  };
  if (resource === undefined) return nowhere();
  if (fragment === "") return resource.root;
  if (!fragment.startsWith("/")) return resource.anchors.get(fragment) ?? nowhere();
  let at: unknown = resource.root;
  for (const part of fragment.slice(1).split("/")) {
    const key = decoded(part).replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(at)) at = at[Number(key)] as unknown;
    else if (isObject(at) && Object.hasOwn(at, key)) at = at[key];
    else return nowhere();
  }
  return typeof at === "boolean" || isObject(at) ? at : nowhere();
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

