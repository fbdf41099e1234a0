/** Tuples, lists and sets. */
import type { ListNode, Node, TupleNode } from "../ast.ts";
import { print } from "../print.ts";
import { assignment, type Assignment } from "./relations.ts";
import { bothSigns, hasPlusMinus } from "./families.ts";
import { equalNodes } from "./equal.ts";
import { realSet, sameSet } from "./real-sets.ts";
import { all, different, equal, later, open, type Context, type Outcome, type Stage } from "./outcome.ts";

/** Items with ± taken both ways, and with nested "and", "or" lists and unions of finite sets flattened. */
export function itemsOf(node: Node, ctx: Context): readonly Node[] {
  const out: Node[] = [];
  const visit = (item: Node): void => {
    ctx.meter.spend(1);
    if (item.kind === "list" && item.joined !== "semicolon") item.items.forEach(visit);
    else if (item.kind === "list") for (const x of item.items) out.push(x.kind === "list" ? tupleOf(x) : x);
    else if (item.kind === "relation" && item.operators.length === 1 && item.operators[0] === "=" && item.operands[1]!.kind === "list") {
      // n = 1, 2, 3 is read by the parser as (n = 1), 2, 3; braces and groups reach here: n = {1, 2, 3}.
      out.push(item);
    } else if (hasPlusMinus(item)) out.push(...bothSigns(item));
    else out.push(item);
  };
  if (node.kind === "set" || node.kind === "list") (node.kind === "list" && node.joined === "semicolon" ? [node] : node.items).forEach(visit);
  else visit(node);
  return out;
}

function tupleOf(node: ListNode): TupleNode {
  return { kind: "tuple", items: node.items, open: "(", close: ")" };
}

/** Item by item. */
export function equalTuples(a: TupleNode, b: TupleNode, ctx: Context): Outcome {
  if (a.items.length !== b.items.length) return different("structure", `${a.items.length} and ${b.items.length} entries`);
  if (a.items.length === 2) {
    const kindA = intervalKind(a);
    const kindB = intervalKind(b);
    if (kindA !== kindB) return different("structure", `${kindA} and ${kindB} are different brackets`);
  }
  return inOrder(a.items, b.items, ctx);
}

/** Bracket kinds that matter for two entries: a tuple in angle brackets is one in round ones; ]a, b[ is (a, b). */
function intervalKind(node: TupleNode): string {
  const open = node.open === "[" ? "[" : "(";
  const close = node.close === "]" ? "]" : ")";
  return open + close;
}

/** Round or angle brackets: an ordered answer that may also be written without them, and no interval with its ends. */
export function isRound(node: TupleNode): boolean {
  return (node.open === "(" && node.close === ")") || node.open === "⟨";
}

export function inOrder(a: readonly Node[], b: readonly Node[], ctx: Context): Outcome {
  if (a.length !== b.length) return different("structure", `${a.length} and ${b.length} entries`);
  return all(pairs(a, b, ctx));
}

function* pairs(a: readonly Node[], b: readonly Node[], ctx: Context): Generator<Outcome> {
  for (let i = 0; i < a.length; i++) yield equalNodes(a[i]!, b[i]!, ctx);
}

/**
 * Lists and sets. Sets lose repetitions, bare lists keep them; neither has an order unless asked for. x = 1, y = 2 against 1, 2 goes
 * by order, since the names are gone.
 */
export function equalCollections(a: Node, b: Node, ctx: Context): Outcome {
  let left = itemsOf(a, ctx);
  let right = itemsOf(b, ctx);
  const sets = a.kind === "set" || b.kind === "set";
  const named = assignments(left);
  const otherNamed = assignments(right);
  // x = 1, y = 2 says which is which; a set does not.
  if (sets && (named === null) !== (otherNamed === null) && !(named ?? otherNamed)!.sameName) return different("structure", "values with names, and a set without");
  // Intervals without a union sign between them: a list of tuples may be a union on the other side.
  if (left.length !== right.length || sets) {
    const x = realSet(a, ctx);
    const y = x === null ? null : realSet(b, ctx);
    if (x !== null && y !== null) {
      const same = sameSet(x, y, ctx);
      if (same !== null) return same ? equal("exact") : different("exact", "different sets");
    }
  }
  if (named !== null && otherNamed === null) {
    left = named.values;
    if (!named.sameName && !sets) return inOrder(left, right.length === 1 && right[0]!.kind === "tuple" && isRound(right[0]) ? right[0].items : right, ctx);
  } else if (named === null && otherNamed !== null) {
    right = otherNamed.values;
    if (!otherNamed.sameName && !sets) return inOrder(left.length === 1 && left[0]!.kind === "tuple" && isRound(left[0]) ? left[0].items : left, right, ctx);
  }
  if (left.some((x) => x.kind === "ellipsis") || right.some((x) => x.kind === "ellipsis") || ctx.order === "given") return inOrder(left, right, ctx);
  // Solutions written as tuples have no multiplicity; numbers in a bare list may.
  const solutions = ctx.mathVerify || (left.every((x) => x.kind === "tuple") && right.every((x) => x.kind === "tuple"));
  if (sets || solutions) {
    left = distinct(left, ctx);
    right = distinct(right, ctx);
  }
  if (left.length !== right.length) return different("structure", `${left.length} and ${right.length} items`);
  return matched(left, right, ctx);
}

/** Values of a list in which names are given: x = 1, 2 carries its name on. Null where nothing is named. */
function assignments(items: readonly Node[]): { readonly values: readonly Node[]; readonly sameName: boolean } | null {
  const found: (Assignment | null)[] = items.map(assignment);
  if (found[0] === null || found[0] === undefined) return null;
  const names = new Set(found.filter((x) => x !== null).map((x) => print(x.name)));
  // Names that differ by their index alone, x_1 and x_2, are one unknown's values.
  const bare = new Set([...names].map((n) => n.replace(/_\{?\d+\}?$/, "")));
  if (found.some((x) => x === null) && names.size > 1) return null;
  return { values: items.map((item, i) => found[i]?.value ?? item), sameName: names.size === 1 || bare.size === 1 };
}

/** Each item once: the first of equal ones stays. */
function distinct(items: readonly Node[], ctx: Context): readonly Node[] {
  const out: Node[] = [];
  const seen = new Set<string>();
  for (const item of items) {
    const key = print(item);
    if (seen.has(key)) continue;
    seen.add(key);
    if (items.length > 64 || !out.some((x) => equalNodes(x, item, ctx).equal === true)) out.push(item);
  }
  return out;
}

/** A perfect matching of equal items: first by normal form, then by comparison. */
export function matched(left: readonly Node[], right: readonly Node[], ctx: Context): Outcome {
  const rest = new Map<number, Node>();
  const byForm = new Map<string, number[]>();
  right.forEach((x, i) => {
    rest.set(i, x);
    const key = print(x);
    const list = byForm.get(key);
    if (list === undefined) byForm.set(key, [i]);
    else list.push(i);
  });
  const unmatched: Node[] = [];
  for (const x of left) {
    const i = byForm.get(print(x))?.pop();
    if (i === undefined) unmatched.push(x);
    else rest.delete(i);
  }
  let stage: Stage = "structure";
  let undecided: Outcome | undefined;
  for (const x of unmatched) {
    let hit = false;
    let unsure: Outcome | undefined;
    for (const [i, y] of rest) {
      ctx.meter.spend(1);
      const outcome = equalNodes(x, y, ctx);
      if (outcome.equal === true) {
        rest.delete(i);
        stage = later(stage, outcome.stage);
        hit = true;
        break;
      }
      if (outcome.equal === null) unsure ??= outcome;
    }
    if (hit) continue;
    if (unsure === undefined) return different("structure", `${print(x).slice(0, 80)} has no partner`);
    undecided ??= unsure;
  }
  return undecided === undefined ? equal(stage) : open(undecided.stage, undecided.note);
}
