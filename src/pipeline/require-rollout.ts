/** The form of a rollout that a caller made: told once, before any scorer meets it. */
import { FormatError, show } from "../core/errors.ts";

/** @throws FormatError naming the rollout by its place, from 0, and the field */
export function requireRollout(rollout: unknown, at: number): void {
  if (typeof rollout !== "object" || rollout === null) throw new FormatError(`score: rollout ${at} must be an object, got ${show(rollout)}`, { rollout: at });
  const { id, group, prompt, response, task } = rollout as Readonly<Record<string, unknown>>;
  if (typeof id !== "string") refuse(at, "id", "be a string", id);
  if (typeof group !== "string") refuse(at, "group", "be a string", group);
  if (!isText(prompt)) refuse(at, "prompt", "be a string or a list of messages", prompt);
  if (!isText(response)) refuse(at, "response", "be a string or a list of messages", response);
  if (task !== undefined && typeof task !== "string") refuse(at, "task", "be a string where it is there", task);
}

function isText(value: unknown): boolean {
  return typeof value === "string" || (Array.isArray(value) && value.every(isMessage));
}

function isMessage(value: unknown): boolean {
  return typeof value === "object" && value !== null && "role" in value && typeof value.role === "string" && "content" in value && typeof value.content === "string";
}

function refuse(at: number, field: string, rule: string, value: unknown): never {
  throw new FormatError(`score: rollout ${at}: ${field} must ${rule}, got ${show(value)}`, { rollout: at, field });
}
