/** The reward spec as written in YAML or JSON: its schema, and errors that name the path and the nearest right key. */
import { z } from "zod";
import { show, SpecError, suggestion } from "../core/errors.ts";
import { rule } from "../core/options.ts";
import type { RewardSpecDocument } from "./types.ts";

/** Keys of a node; no method may name an option after them. */
export const NODE_KEYS = ["use", "of", "by", "model", "when", "onNull", "with"] as const;

const name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]*$/);
const names = z.array(name).min(1);
const weights = z.record(name, z.number());
const onNull = z.union([z.enum(["skip", "fail"]), z.strictObject({ value: z.number() })]);

const node = z
  .looseObject({
    use: z.string().min(1).describe("Method id such as verify/math, or ./file.ts#export in a spec that lies in a file."),
    of: z.union([names, weights]).describe("Nodes read, or nodes with their weights.").optional(),
    by: name.describe("The node that decides, for methods such as a gate.").optional(),
    model: name.describe("A name under models.").optional(),
    when: z.strictObject({ task: z.string().min(1) }).describe("Rollouts this node looks at; * stands for any characters.").optional(),
    onNull: onNull.describe("What becomes of a null result: it stays null, stops the run, or a number takes its place.").optional(),
    with: z.record(z.string(), z.unknown()).describe("Options of the method; without it the remaining keys are options.").optional(),
  })
  .describe("A method, what it reads, and its options.");

const use = z.union([z.string().min(1), node]);

const schema = z
  .strictObject({
    guerdon: z.literal(1).describe("Version of this format."),
    columns: z.record(z.string(), z.string()).describe("Roles to columns; wins over recognition.").optional(),
    models: z.record(name, z.record(z.string(), z.unknown())).describe("Models that nodes may name.").optional(),
    rewards: z.record(name, use).describe("Name: method id, or a node."),
    shaping: z.record(name, node).describe("Nodes that read other nodes.").optional(),
    reward: use.describe("The node that is the reward; may be left out where there is one reward.").optional(),
    credit: use.describe("Advantages over groups; without it they are null.").optional(),
    seed: z.number().int().min(0).optional(),
  })
  .describe("A reward spec of guerdon.");

/** The JSON Schema of a reward spec; `schema/reward-spec.json` is this, written out. */
export function rewardSpecJsonSchema(): Record<string, unknown> {
  return { title: "Reward spec", ...z.toJSONSchema(schema) };
}

/** Checks the form of a spec; method ids and options are looked at when it is compiled. @throws SpecError with `path` */
export function parseSpec(document: unknown): RewardSpecDocument {
  const result = schema.safeParse(document);
  if (!result.success) throw toSpecError(result.error.issues[0]!, document, []);
  if (Object.keys(result.data.rewards).length === 0) throw new SpecError("rewards: must name at least one reward, got {}", { path: "rewards" });
  return result.data as RewardSpecDocument;
}

type Path = readonly PropertyKey[];

function toSpecError(issue: z.core.$ZodIssue, document: unknown, above: Path): SpecError {
  const path = [...above, ...issue.path];
  const value = valueAt(document, path);
  if (issue.code === "invalid_union") {
    // Report the branch that got furthest: the one whose value had the right type.
    const branch = issue.errors.toSorted((a, b) => (b[0]?.path.length ?? 0) - (a[0]?.path.length ?? 0))[0]?.[0];
    if (branch !== undefined && (branch.path.length > 0 || branch.code === "unrecognized_keys")) return toSpecError(branch, document, path);
  }
  const where = text(path);
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0]!;
    return new SpecError(`${where}: no key ${JSON.stringify(key)}${suggestion(key, knownKeys(path))}`, { path: text([...path, key]), key });
  }
  if (issue.code === "invalid_key") return new SpecError(`${where}: a name must be letters, digits, _ and -, got ${show(path.at(-1))}`, { path: where });
  if (value === undefined && issue.code === "invalid_type") return new SpecError(`${where}: must be there, got nothing`, { path: where });
  return new SpecError(`${where}: must ${rule(issue)}, got ${show(value)}`, { path: where });
}

function knownKeys(path: Path): readonly string[] {
  if (path.length === 0) return Object.keys(schema.shape);
  if (path.at(-1) === "when") return ["task"];
  if (path.at(-1) === "onNull") return ["value"];
  return NODE_KEYS;
}

function valueAt(value: unknown, path: Path): unknown {
  for (const key of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
  return value;
}

function text(path: Path): string {
  return path.length === 0 ? "spec" : path.map(String).join(".");
}
