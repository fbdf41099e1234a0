/** Options: declared once as a zod schema, checked with errors that name the nearest right key. */
import type { z } from "zod";
import { OptionError, show, suggestion } from "./errors.ts";

/**
 * The schema of a method's options. `Resolved` is the options interface with every default filled in;
 * callers pass `Partial<Resolved>`. The compiler holds schema and interface equal.
 */
export type OptionsSchema<Resolved extends object> = z.ZodObject & z.ZodType<Resolved>;

/** Checks options against a schema and fills in defaults. @throws OptionError naming the option and the nearest right name */
export function parseOptions<Resolved extends object>(where: string, schema: OptionsSchema<Resolved>, given: unknown): Resolved {
  if (given !== undefined && (typeof given !== "object" || given === null || Array.isArray(given)))
    throw new OptionError(`${where}: options must be an object, got ${show(given)}`);
  const result = schema.safeParse(given ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const path = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0]!;
    throw new OptionError(`${where}: no option ${JSON.stringify(key)}${suggestion(key, Object.keys(schema.shape))}`, {
      option: key,
      known: Object.keys(schema.shape),
    });
  }
  let value: unknown = given;
  for (const key of issue.path) value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
  throw new OptionError(`${where}: option ${JSON.stringify(path)} must ${rule(issue)}, got ${show(value)}`, { option: path, value });
}

/** The rule a value broke, as the end of the sentence "x must …". */
export function rule(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `be ${/^[aeiou]/.test(issue.expected) ? "an" : "a"} ${issue.expected}`;
    case "too_small":
      return `${issue.origin === "string" || issue.origin === "array" ? "have a length" : "be"} ${issue.inclusive ? "at least" : "above"} ${issue.minimum}`;
    case "too_big":
      return `${issue.origin === "string" || issue.origin === "array" ? "have a length" : "be"} ${issue.inclusive ? "at most" : "below"} ${issue.maximum}`;
    case "invalid_value":
      return `be ${issue.values.map((v) => JSON.stringify(v)).join(" or ")}`;
    case "invalid_union":
      return alternatives(issue.errors.map((branch) => (branch[0] === undefined ? "be valid" : rule(branch[0]))));
    case "custom":
      // A rule of ours says itself what must be.
      return issue.message.startsWith("be ") ? issue.message : `be valid (${issue.message})`;
    default:
      return `be valid (${issue.message})`;
  }
}

/** "be 0", "be 1" to "be 0 or 1": a verb that all share is said once. */
function alternatives(rules: readonly string[]): string {
  return rules.every((text) => text.startsWith("be ")) ? `be ${[...new Set(rules.map((text) => text.slice(3)))].join(" or ")}` : rules.join(" or ");
}
