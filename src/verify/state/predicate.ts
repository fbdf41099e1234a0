/** Predicates over JSON snapshots, as data: read once with typed errors, then evaluated in bounded work. */
import { FormatError, show, suggestion } from "../../core/errors.ts";
import { isObject, sameJson, type JsonObject } from "../structure/json.ts";
import { readPattern } from "../structure/pattern.ts";
import { firstChange, itemsNotIn, type Work } from "./difference.ts";
import { liesUnder, lookUp, nearestPath, pointerOf, pointerParts } from "./pointer.ts";

/** A snapshot, and the one before where it is known (undefined where not). */
export interface Snapshots {
  readonly before: unknown;
  readonly after: unknown;
}

export type StateFailureCode = "absent" | "fails" | "count" | "not-changed" | "other-change";

/** Why a predicate does not hold. */
export interface StateFailure {
  readonly code: StateFailureCode;
  readonly text: string;
}

export type Holds = (snapshots: Snapshots, work: Work) => StateFailure | null;

/** A predicate ready to evaluate. */
export interface CompiledPredicate {
  readonly holds: Holds;
  /** Paths compared with the snapshot before: one that is in neither is the reference's mistake. */
  readonly compared: readonly (readonly string[])[];
  readonly needsBefore: boolean;
}

const TESTS = ["is", "not", "in", "lt", "le", "gt", "ge", "near", "within", "contains", "matches", "exists", "type", "size", "changed", "by", "was"] as const;
const NUMBERS = ["is", "lt", "le", "gt", "ge"] as const;
const TYPES = ["null", "boolean", "number", "string", "list", "object"] as const;

/** What may stand beside each kind's own key. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  at: TESTS,
  all: [],
  any: [],
  none: [],
  some: ["where"],
  every: ["where"],
  count: ["where", ...NUMBERS],
  added: ["where", ...NUMBERS],
  removed: ["where", ...NUMBERS],
  onlyChanged: [],
};

const MOST_DEPTH = 32;

/** Reads a predicate. @throws FormatError with the place in the reference and the nearest right name */
export function compilePredicate(written: unknown, at: string): CompiledPredicate {
  const compared: (readonly string[])[] = [];
  let needsBefore = false;

  const refuse = (where: string, must: string, got: unknown, more = ""): never => {
    throw new FormatError(`state: ${where} must ${must}, got ${show(got)}${more}`, { path: where });
  };
  const pathOf = (where: string, given: unknown): readonly string[] => {
    const parts = typeof given === "string" ? pointerParts(given) : null;
    if (parts !== null) return parts;
    const meant = typeof given === "string" ? `; did you mean ${JSON.stringify(pointerOf(given.split(/[./]/)))}?` : "";
    return refuse(where, "be a JSON Pointer like /orders/0/status", given, meant);
  };
  const listOf = (where: string, given: unknown): readonly unknown[] => (Array.isArray(given) && given.length > 0 ? (given as readonly unknown[]) : refuse(where, "be a list that is not empty", given));
  const numberOf = (where: string, given: unknown): number => (typeof given === "number" && Number.isFinite(given) ? given : refuse(where, "be a number", given));
  const forbidden = (where: string, item: boolean): void => {
    if (item) refuse(where, "not look at the snapshot before inside of where", "it");
    needsBefore = true;
  };

  const compile = (predicate: unknown, where: string, item: boolean, depth: number): Holds => {
    if (depth > MOST_DEPTH) return refuse(where, `be nested ${MOST_DEPTH} levels at most`, "more");
    if (!isObject(predicate)) return refuse(where, "be a predicate", predicate);
    const heads = Object.keys(predicate).filter((key) => Object.hasOwn(KINDS, key));
    if (heads.length !== 1) {
      const [first] = Object.keys(predicate);
      return refuse(where, `have one of ${Object.keys(KINDS).join(", ")}`, heads.length === 0 ? (first ?? {}) : heads, heads.length === 0 && first !== undefined ? suggestion(first, Object.keys(KINDS)) : "");
    }
    const kind = heads[0]!;
    for (const key of Object.keys(predicate))
      if (key !== kind && !KINDS[kind]!.includes(key)) refuse(`${where}.${key}`, `be one of ${[kind, ...KINDS[kind]!].join(", ")}`, key, suggestion(key, KINDS[kind]!));
    const inner = `${where}.${kind}`;
    const given = predicate[kind];
    switch (kind) {
      case "all":
      case "any":
      case "none": {
        const parts = listOf(inner, given).map((each, i) => compile(each, `${inner}[${i}]`, item, depth + 1));
        return (snapshots, work) => logic(kind, parts, snapshots, work);
      }
      case "at":
        return compileAt(predicate, where, pathOf(inner, given), item);
      case "onlyChanged": {
        forbidden(inner, item);
        const patterns = (Array.isArray(given) ? (given as readonly unknown[]) : refuse(inner, "be a list of paths", given)).map((each, i) => pathOf(`${inner}[${i}]`, each));
        return ({ before, after }, work) => {
          const changed = firstChange(before, after, (path) => patterns.some((pattern) => liesUnder(path, pattern)), work);
          return changed === null ? null : { code: "other-change", text: `${pointerOf(changed) || "the whole"} has changed, and must not` };
        };
      }
      default:
        return compileItems(kind, predicate, where, pathOf(inner, given), item, depth);
    }
  };

  const compileItems = (kind: string, predicate: JsonObject, where: string, path: readonly string[], item: boolean, depth: number): Holds => {
    if (kind === "added" || kind === "removed") {
      forbidden(`${where}.${kind}`, item);
      compared.push(path);
    }
    const matches = predicate["where"] === undefined ? () => true : itemTest(compile(predicate["where"], `${where}.where`, true, depth + 1));
    const numeric = kind !== "some" && kind !== "every";
    const bounds = NUMBERS.filter((name) => predicate[name] !== undefined).map((name) => [name, numberOf(`${where}.${name}`, predicate[name])] as const);
    if (kind === "count" && bounds.length === 0) refuse(where, `say how many, by one of ${NUMBERS.join(", ")}`, predicate);
    if (!numeric && predicate["where"] === undefined) refuse(where, "say what holds of the items, under where", predicate);
    return ({ before, after }, work) => {
      const now = itemsAt(after, path);
      if (now === null && kind !== "removed") return absent(after, path, "no list or object stands");
      const items = kind === "added" ? itemsNotIn(now!, itemsAt(before, path) ?? [], work) : kind === "removed" ? itemsNotIn(itemsAt(before, path) ?? [], now ?? [], work) : now!;
      let found = 0;
      for (const each of items) if (matches(each, work)) found++;
      const due: readonly (readonly [string, number])[] = kind === "every" ? [["is", items.length]] : bounds.length === 0 ? [["ge", 1]] : bounds;
      const missed = due.find(([name, bound]) => !compare(name, found, bound));
      const which = `${kind === "added" || kind === "removed" ? `${kind} ` : ""}items of ${pointerOf(path) || "the whole"}`;
      return missed === undefined ? null : { code: "count", text: `${found} ${which} fit, and ${PHRASES[missed[0]]!} ${missed[1]} must` };
    };
  };

  const compileAt = (predicate: JsonObject, where: string, path: readonly string[], item: boolean): Holds => {
    const name = pointerOf(path) || "the whole";
    const tests = TESTS.filter((test) => predicate[test] !== undefined).map((test) => [test, predicate[test]] as const);
    if (tests.length === 0) refuse(where, `test something, by one of ${TESTS.join(", ")}`, predicate);
    for (const test of ["changed", "by", "was"] as const)
      if (predicate[test] !== undefined) {
        forbidden(`${where}.${test}`, item);
        compared.push(path);
      }
    const holds = tests.filter(([test]) => test !== "within").map(([test, due]) => valueTest(test, due, `${where}.${test}`, predicate));
    if (predicate["within"] !== undefined && predicate["near"] === undefined) refuse(`${where}.within`, "come with near", predicate["within"]);
    const mayBeAbsent = predicate["exists"] === false;
    return ({ before, after }, work) => {
      const value = lookUp(after, path);
      const earlier = before === undefined ? undefined : lookUp(before, path);
      if (value === undefined && !mayBeAbsent && (predicate["changed"] !== true || earlier === undefined || tests.length > 1)) return absent(after, path, "nothing stands");
      for (const hold of holds) {
        const failure = hold(value, earlier, name, work);
        if (failure !== null) return failure;
      }
      return null;
    };
  };

  type ValueTest = (value: unknown, earlier: unknown, name: string, work: Work) => StateFailure | null;
  const valueTest = (test: (typeof TESTS)[number], due: unknown, where: string, predicate: JsonObject): ValueTest => {
    const plain =
      (must: string, ok: (value: unknown, work: Work) => boolean): ValueTest =>
      (value, _, name, work) =>
        ok(value, work) ? null : { code: "fails", text: `${name} must ${must}, and is ${show(value)}` };
    switch (test) {
      case "is":
        return plain(`be ${show(due)}`, (value) => sameJson(value, due));
      case "not":
        return plain(`not be ${show(due)}`, (value) => !sameJson(value, due));
      case "in": {
        const allowed = listOf(where, due);
        return plain(`be one of ${show(allowed)}`, (value) => allowed.some((each) => sameJson(value, each)));
      }
      case "lt":
      case "le":
      case "gt":
      case "ge": {
        const bound = numberOf(where, due);
        return plain(`be ${PHRASES[test]!} ${bound}`, (value) => typeof value === "number" && compare(test, value, bound));
      }
      case "near": {
        const [middle, radius] = [numberOf(where, due), numberOf(where.replace(/near$/, "within"), predicate["within"])];
        return plain(`be within ${radius} of ${middle}`, (value) => typeof value === "number" && Math.abs(value - middle) <= radius);
      }
      case "contains":
        return plain(`contain ${show(due)}`, (value, work) => {
          if (typeof value === "string") return typeof due === "string" && value.includes(due);
          if (Array.isArray(value)) return value.some((each) => (work.spend(1), sameJson(each, due)));
          return isObject(value) && typeof due === "string" && Object.hasOwn(value, due);
        });
      case "matches": {
        const read = typeof due === "string" ? readPattern(due, { multiline: false, dotAll: true }) : ({ ok: false, text: "it is no text" } as const);
        if (!read.ok) return refuse(where, `be a pattern of a linear-time regular expression (${read.text})`, due);
        return plain(`match ${show(due)}`, (value, work) => {
          if (typeof value !== "string") return false;
          work.spend((value.length * (due as string).length) / 50);
          const hit = read.pattern.matches(value);
          if (hit === null) work.spend(Number.POSITIVE_INFINITY);
          return hit === true;
        });
      }
      case "exists":
        if (typeof due !== "boolean") refuse(where, "be true or false", due);
        return (value, _, name) => ((value !== undefined) === due ? null : { code: due === true ? "absent" : "fails", text: due === true ? `nothing stands at ${name}` : `something stands at ${name}, and must not` });
      case "type":
        if (!(TYPES as readonly unknown[]).includes(due)) refuse(where, `be one of ${TYPES.join(", ")}`, due, typeof due === "string" ? suggestion(due, TYPES) : "");
        return plain(`be a ${String(due)}`, (value) => typeOf(value) === due);
      case "size": {
        const size = numberOf(where, due);
        return plain(`have the size ${size}`, (value) => (typeof value === "string" ? [...value].length : typeof value === "object" && value !== null ? Object.keys(value).length : -1) === size);
      }
      case "changed":
        if (typeof due !== "boolean") refuse(where, "be true or false", due);
        return (value, earlier, name) => {
          if (sameJson(value, earlier) !== due) return null;
          return due === true ? { code: "not-changed", text: `${name} must change, and is ${show(value)} as before` } : { code: "other-change", text: `${name} must stay ${show(earlier)}, and is ${show(value)}` };
        };
      case "by": {
        const step = numberOf(where, due);
        return (value, earlier, name) => {
          if (typeof value === "number" && typeof earlier === "number" && Math.abs(value - earlier - step) <= 1e-9 * Math.max(1, Math.abs(value), Math.abs(earlier))) return null;
          return { code: "not-changed", text: `${name} must change by ${step}, and went from ${show(earlier)} to ${show(value)}` };
        };
      }
      case "was":
        return (_, earlier, name) => (sameJson(earlier, due) ? null : { code: "fails", text: `${name} must have been ${show(due)}, and was ${show(earlier)}` });
      default:
        return refuse(where, "be a test", test);
    }
  };

  return { holds: compile(written, at, false, 0), compared, needsBefore };
}

function itemTest(holds: Holds): (item: unknown, work: Work) => boolean {
  return (item, work) => holds({ before: undefined, after: item }, work) === null;
}

function logic(kind: "all" | "any" | "none", parts: readonly Holds[], snapshots: Snapshots, work: Work): StateFailure | null {
  let first: StateFailure | null = null;
  for (const part of parts) {
    const failure = part(snapshots, work);
    if (kind === "all" && failure !== null) return failure;
    if (kind === "any" && failure === null) return null;
    if (kind === "none" && failure === null) return { code: "fails", text: "a predicate holds that must not" };
    first ??= failure;
  }
  return kind === "any" ? { code: first!.code, text: `none of ${parts.length} alternatives holds; of the first: ${first!.text}` } : null;
}

const PHRASES: Readonly<Record<string, string>> = { is: "exactly", lt: "below", le: "at most", gt: "above", ge: "at least" };

function compare(name: string, x: number, bound: number): boolean {
  return name === "is" ? x === bound : name === "lt" ? x < bound : name === "le" ? x <= bound : name === "gt" ? x > bound : x >= bound;
}

function typeOf(value: unknown): (typeof TYPES)[number] | "nothing" {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  const type = typeof value;
  return type === "boolean" || type === "number" || type === "string" || type === "object" ? type : "nothing";
}

function itemsAt(value: unknown, path: readonly string[]): readonly unknown[] | null {
  const here = lookUp(value, path);
  return Array.isArray(here) ? (here as readonly unknown[]) : isObject(here) ? Object.values(here) : null;
}

function absent(after: unknown, path: readonly string[], what: string): StateFailure {
  const near = nearestPath(after, path);
  return { code: "absent", text: `${what} at ${pointerOf(path) || "the whole"}${near === null || near === pointerOf(path) ? "" : `; the nearest path is ${near}`}` };
}
