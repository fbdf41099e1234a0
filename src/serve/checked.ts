/** Bodies held against their schemas: what does not fit is told by the first field at fault, and the right one where it has another name. */
import { z } from "zod";
import { nearest, show } from "../core/errors.ts";
import { rule } from "../core/options.ts";
import { fieldFault } from "./contract.ts";

/** A value as its schema has it. @throws FormatError naming the first field at fault */
export function checkedValue<Value>(schema: z.ZodType<Value>, given: unknown): Value {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const path = pathText(issue.path);
  if (issue.code === "unrecognized_keys") {
    const [stray = ""] = issue.keys;
    throw fieldFault(path === "" ? stray : `${path}.${stray}`, `there is no such field${known(stray, fieldsAt(schema, issue.path))}`);
  }
  const value = at(given, issue.path);
  throw fieldFault(path === "" ? "body" : path, `must ${rule(issue)}, got ${value === undefined ? "nothing" : show(value)}${value === undefined ? misnamed(schema, issue.path, given) : ""}`);
}

/** The fields that there are in place of one that is none. */
function known(stray: string, fields: readonly string[]): string {
  const near = nearest(stray, fields);
  return near !== undefined ? `; did you mean ${JSON.stringify(near)}?` : fields.length === 0 ? "" : `; there ${fields.length === 1 ? "is" : "are"} ${fields.join(", ")}`;
}

/** Of a field that is not there: one beside it that may have been meant, by its name or as the only list that is none of the schema's. */
function misnamed(schema: z.ZodType, path: readonly PropertyKey[], given: unknown): string {
  const beside = at(given, path.slice(0, -1));
  if (typeof beside !== "object" || beside === null || Array.isArray(beside)) return "";
  const fields = fieldsAt(schema, path.slice(0, -1));
  const stray = Object.entries(beside).filter(([name]) => !fields.includes(name));
  const lists = stray.filter(([, value]) => Array.isArray(value));
  const meant = nearest(String(path.at(-1)), stray.map(([name]) => name)) ?? (lists.length === 1 && takesLists(schemaAt(schema, path)) ? lists[0]![0] : undefined);
  return meant === undefined ? "" : `; there is ${JSON.stringify(meant)}`;
}

function takesLists(schema: z.ZodType | null): boolean {
  return schema instanceof z.ZodArray || (schema instanceof z.ZodUnion && schema.options.some((each) => each instanceof z.ZodArray));
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((each, key) => (each as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
}

/** Names of the fields of an object within a schema; none where it has no names. */
function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const object = schemaAt(schema, path);
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

/** The schema of a value within a schema; null where it is one of several. */
function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | null {
  let each: unknown = schema;
  for (const key of [...path, null]) {
    while (each instanceof z.ZodOptional || each instanceof z.ZodNullable || each instanceof z.ZodDefault || each instanceof z.ZodReadonly) each = each.unwrap();
    if (key === null) break;
    if (each instanceof z.ZodObject) each = each.shape[String(key)];
    else if (each instanceof z.ZodArray) each = each.element;
    else return null;
  }
  return each instanceof z.ZodType ? each : null;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.map((key, i) => (typeof key === "number" ? `[${key}]` : `${i === 0 ? "" : "."}${String(key)}`)).join("");
}
