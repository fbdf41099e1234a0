/** Zero tests: whether two scalar expressions are equal, proven where it can be proven, and said so where not. */
import { children, type Node } from "../ast.ts";

export type { Decision } from "./decision.ts";
export { compareReals, decideEqual, decideSign, proportional, roundTo, toRational } from "./decide.ts";
export { polynomialOf, rationalRoots } from "./polynomial.ts";
export type { Rational } from "./rational.ts";

/** Names of the free symbols. */
export function freeSymbols(a: Node): ReadonlySet<string> {
  const out = new Set<string>();
  collect(a, new Set(), out);
  return out;
}

function collect(a: Node, bound: ReadonlySet<string>, out: Set<string>): void {
  if (a.kind === "symbol") {
    if (!bound.has(a.name)) out.add(a.name);
  } else if (a.kind === "big") {
    collect(a.body, new Set(bound).add(a.variable), out);
    if (a.lower) collect(a.lower, bound, out);
    if (a.upper) collect(a.upper, bound, out);
  } else for (const child of children(a)) collect(child, bound, out);
}
