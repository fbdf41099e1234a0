import { z } from "zod";
import { FormatError } from "../core/errors.ts";
import { defineVerifier, type VerifyContext, type Verifier } from "../core/method.ts";
import { correct, incorrect, invalid, undecided, type Found, type UndecidedVerdict, type InvalidVerdict, type Verdict } from "../core/verdict.ts";
import { noCapability, type NoCapabilityCode } from "./capability.ts";
import { workOf, WorkSpent } from "./state/difference.ts";
import { lookUp, nearestPath, pointerOf } from "./state/pointer.ts";
import { compilePredicate, type CompiledPredicate, type StateFailureCode } from "./state/predicate.ts";
import { isObject, readJson } from "./structure/json.ts";
import { readPayload, type PayloadCode } from "./structure/payload.ts";

export interface StateOptions {
  /** Where the snapshot comes from: what the environment gives in the context (`state: { after, before? }`, of rollouts their column of that name), or the response's JSON. Never one for want of the other. */
  readonly snapshot: "context" | "response";
  /** `none`: all or nothing. `share`: the share of the reference's checks that hold. */
  readonly partial: "none" | "share";
}

/** Every reason `state` gives. */
export type StateCode = "holds" | StateFailureCode | "bad-reference" | "bad-path" | "bad-snapshot" | NoCapabilityCode | "not-json" | "too-deep" | "too-much-work" | PayloadCode;

/** Predicates as data: one, a list of which all must hold, or `checks` beside the snapshot `before`; or JSON text of any of these. */
export type StateReference = string | object;

/** Steps of one evaluation; an answer within a few tenths of a second. */
const MOST_WORK = 1_000_000;

/**
 * The state an agent leaves behind is the right one: predicates, as data, over a JSON snapshot and the one before it.
 *
 *     score = 1 if every check holds, else 0          partial: checks that hold / checks
 *
 * | predicate | holds where |
 * |---|---|
 * | `{ at: path, … }` | the value there is as tested: `is`, `not`, `in`, `lt`, `le`, `gt`, `ge`, `near` + `within`, `contains`, `matches`, `exists`, `type`, `size`; against the snapshot before: `changed`, `by`, `was` |
 * | `{ all: […] }`, `{ any: […] }`, `{ none: […] }` | all, one or none of the predicates hold |
 * | `{ some: path, where }`, `{ every: path, where }`, `{ count: path, where?, is … ge }` | so many items of the list or object fit `where`, whose paths start at the item |
 * | `{ added: path, where?, … }`, `{ removed: path, where?, … }` | so many items are new, or gone, by value; at least 1 where no number is told |
 * | `{ onlyChanged: [path, …] }` | nothing else has changed; `*` is any one part of a path |
 *
 * Paths are JSON Pointers; `-1` is the last place of a list. What is absent fails every test but `exists: false`.
 * Limits: a predicate that is none, or that compares a path which is in neither snapshot, is the reference's fault and undecided; a
 * missing snapshot is the environment's. Patterns match the whole text in linear time. Work is bounded; a snapshot beyond it is invalid.
 *
 * @param reference the predicates
 * @throws nothing for what an agent does; `statePredicates` reads a reference by itself and throws FormatError
 * @remarks With `snapshot: "response"` the snapshot is what the response says it is: use it only where the environment wrote that column.
 * @see Rawles et al. 2024, AndroidWorld, arXiv:2405.14573, section 3.2: rewards from the device's durable state; its checks that rows were added
 * or removed and that no other row has changed are `added`, `removed` and `onlyChanged`
 * @example state("", { at: "/alarm/enabled", is: true }, {}, { state: { after: { alarm: { enabled: true } } } }).score // => 1
 * @example state("", [{ added: "/notes", where: { at: "/title", is: "Milk" }, is: 1 }, { onlyChanged: ["/notes/*"] }], {}, { state: { before: { notes: [] }, after: { notes: [{ title: "Milk" }] } } }).status // => "correct"
 * @example state("", { at: "/alram", is: 1 }, {}, { state: { after: { alarm: 1 } } }).reason.text // => "nothing stands at /alram; the nearest path is /alarm"
 */
export const state: Verifier<StateReference, StateOptions, Verdict<StateCode>> = /* @__PURE__ */ defineVerifier<StateReference, StateOptions, Verdict<StateCode>>({
  id: "verify/state",
  aliases: ["durable-state", "snapshot"],
  paper: { title: "AndroidWorld: A Dynamic Benchmarking Environment for Autonomous Agents", url: "https://arxiv.org/abs/2405.14573" },
  options: z.strictObject({ snapshot: z.enum(["context", "response"]).default("context"), partial: z.enum(["none", "share"]).default("none") }),
  prepare(reference: StateReference, { snapshot, partial }: StateOptions) {
    const read = tryRead(reference);
    return (response, context) => {
      if (typeof read === "string") return undecided("bad-reference", read);
      const given = snapshot === "context" ? fromContext(context) : fromResponse(response, context);
      if ("status" in given) return given;
      const { after, found } = given;
      const before = given.before === undefined ? read.before : given.before;
      const fault = referenceFault(read.checks, before, after);
      if (fault !== null) return fault;
      return judge(read.checks, before, after, partial, found);
    };
  },
});

function judge(checks: readonly CompiledPredicate[], before: unknown, after: unknown, partial: StateOptions["partial"], found: Found): Verdict<StateCode> {
  const work = workOf(MOST_WORK);
  try {
    const failures = checks.map((check) => check.holds({ before, after }, work)).filter((failure) => failure !== null);
    if (failures.length === 0) return correct("holds", checks.length === 1 ? "the check holds" : `all ${checks.length} checks hold`, found);
    const { code, text } = failures[0]!;
    return incorrect(code, failures.length === 1 ? text : `${text} (and ${failures.length - 1} more)`, found, partial === "share" ? 1 - failures.length / checks.length : 0);
  } catch (error) {
    if (error instanceof WorkSpent) return invalid("too-much-work", error.message, found);
    throw error;
  }
}

/** What the reference asks that no agent could answer for. */
function referenceFault(checks: readonly CompiledPredicate[], before: unknown, after: unknown): UndecidedVerdict<StateCode> | null {
  if (before === undefined) return checks.some((check) => check.needsBefore) ? noCapability("state.before") : null;
  for (const path of checks.flatMap(({ compared }) => compared)) {
    if (lookUp(before, path) !== undefined || lookUp(after, path) !== undefined) continue;
    const near = nearestPath(before, path);
    return undecided("bad-path", `the reference compares ${pointerOf(path)}, which is in neither snapshot${near === null ? "" : `; did you mean ${JSON.stringify(near)}?`}`);
  }
  return null;
}

/** The checks of a reference, and its snapshot before (undefined where it has none). @throws FormatError with the place and the nearest right name */
export function statePredicates(reference: unknown): { readonly checks: readonly CompiledPredicate[]; readonly before: unknown } {
  let value = reference;
  if (typeof value === "string") {
    const read = readJson(value);
    if (!read.ok) throw new FormatError(`state: the reference must be JSON, got ${read.text}`);
    value = read.value;
  }
  const whole = isObject(value) && Object.hasOwn(value, "checks") ? value : null;
  const strange = whole === null ? undefined : Object.keys(whole).find((key) => key !== "checks" && key !== "before");
  if (strange !== undefined) throw new FormatError(`state: the reference must have checks and before only, got ${JSON.stringify(strange)}`, { path: strange });
  const written: unknown = whole === null ? value : whole["checks"];
  const list: readonly unknown[] = Array.isArray(written) ? written : [written];
  if (list.length === 0) throw new FormatError("state: checks must hold one predicate at least, got none", { path: "checks" });
  return { checks: list.map((each, i) => compilePredicate(each, `checks[${i}]`)), before: whole?.["before"] };
}

function tryRead(reference: unknown): ReturnType<typeof statePredicates> | string {
  try {
    return statePredicates(reference);
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
}

interface Given {
  readonly before: unknown;
  readonly after: unknown;
  readonly found: Found;
}

/** The environment's own snapshots, as plain JSON. */
function fromContext(context: VerifyContext | undefined): Given | InvalidVerdict<StateCode> | UndecidedVerdict<StateCode> {
  const given = context?.["state"];
  if (!isObject(given) || given["after"] === undefined) return noCapability("state.after");
  const out: unknown[] = [];
  for (const name of ["after", "before"] as const) {
    if (given[name] === undefined) continue;
    let text: string | undefined;
    try {
      text = JSON.stringify(given[name]);
    } catch {
      text = undefined;
    }
    if (text === undefined) return undecided("bad-snapshot", `the environment's snapshot ${name} is no JSON`);
    const read = readJson(text);
    if (!read.ok) return name === "before" ? undecided("bad-snapshot", `the environment's snapshot before: ${read.text}`) : invalid(read.code, `the snapshot: ${read.text}`);
    out.push(read.value);
  }
  return { after: out[0], before: out[1], found: { extracted: null } };
}

function fromResponse(response: string, context: VerifyContext | undefined): Given | InvalidVerdict<StateCode> {
  const payload = readPayload(response, "auto", ["json"], context);
  if ("status" in payload) return payload;
  const read = readJson(payload.text);
  return read.ok ? { after: read.value, before: undefined, found: payload.found } : invalid(read.code, `the snapshot: ${read.text}`, payload.found);
}
