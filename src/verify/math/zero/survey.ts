/** What sampling must know of two expressions before it chooses points. */
import { children, type Node } from "../ast.ts";
import { bitLength } from "../gcd.ts";
import { log2 } from "./rational.ts";

/** Functions with corners and jumps: two that agree at every sampled point can differ beyond the next corner. */
const PIECEWISE: ReadonlySet<string> = /* @__PURE__ */ new Set(["abs", "sign", "floor", "ceil", "round", "frac", "min", "max", "mod", "gcd", "lcm"]);
const NEEDS_INTEGERS: ReadonlySet<string> = /* @__PURE__ */ new Set(["factorial", "doublefactorial", "binomial", "permutation", "gcd", "lcm"]);
const CIRCULAR: ReadonlySet<string> = /* @__PURE__ */ new Set(["sin", "cos", "tan", "cot", "sec", "csc"]);
/** Letters that stand for integers where they occur as (−1)^n or cos(nπ). */
const INDICES: ReadonlySet<string> = /* @__PURE__ */ new Set(["n", "k", "m", "j", "N", "K", "M"]);

/** What sampling must know of the two sides. */
export interface Survey {
  readonly symbols: Set<string>;
  readonly integers: Set<string>;
  /** Magnitudes (log₂) of the written constants, for the scales of the points. */
  readonly scales: Set<number>;
  /** Sum of the written whole numbers, within reason: polynomials written out have their integer zeros below it. */
  largest: number;
  /** Some function with corners or jumps has an argument that varies. */
  piecewise: boolean;
  imaginary: boolean;
}

const MIN_LARGEST = 24;
const MAX_LARGEST = 1_000;

export function survey(nodes: readonly Node[]): Survey {
  const out: Survey = { symbols: new Set(), integers: new Set(), scales: new Set(), largest: MIN_LARGEST, piecewise: false, imaginary: false };
  for (const a of nodes) visit(a, new Set(), false, out);
  return out;
}

function visit(a: Node, bound: ReadonlySet<string>, integral: boolean, out: Survey): void {
  switch (a.kind) {
    case "number":
      if (a.d === 1n) out.largest = Math.min(MAX_LARGEST, out.largest + Math.abs(Number(a.n)));
      if (a.n !== 0n && a.n !== a.d && bitLength(a.n) + bitLength(a.d) < 2_000) out.scales.add(Math.round(log2(a.n < 0n ? -a.n : a.n) - log2(a.d)));
      break;
    case "constant":
      if (a.name === "i") out.imaginary = true;
      break;
    case "symbol":
      if (bound.has(a.name)) break;
      out.symbols.add(a.name);
      if (integral) out.integers.add(a.name);
      break;
    case "call": {
      if (PIECEWISE.has(a.name)) out.piecewise ||= [...freeSymbols(a)].some((name) => !bound.has(name));
      const whole = integral || NEEDS_INTEGERS.has(a.name);
      for (const arg of a.args) {
        visit(arg, bound, whole, out);
        if (CIRCULAR.has(a.name) && mentionsPi(arg)) indices(arg, bound, out);
      }
      break;
    }
    case "pow":
      visit(a.base, bound, integral, out);
      visit(a.exponent, bound, integral, out);
      if (a.base.kind === "number" && a.base.n < 0n) indices(a.exponent, bound, out);
      break;
    case "root":
      visit(a.arg, bound, integral, out);
      visit(a.index, bound, integral, out);
      break;
    case "add":
    case "mul":
      for (const arg of a.args) visit(arg, bound, integral, out);
      break;
    case "big": {
      visit(a.body, new Set(bound).add(a.variable), integral, out);
      if (a.lower) visit(a.lower, bound, true, out);
      if (a.upper) visit(a.upper, bound, true, out);
      break;
    }
    default:
  }
}

function mentionsPi(a: Node): boolean {
  return (a.kind === "constant" && a.name === "pi") || ((a.kind === "mul" || a.kind === "add") && a.args.some(mentionsPi));
}

function indices(a: Node, bound: ReadonlySet<string>, out: Survey): void {
  if (a.kind === "symbol") {
    if (INDICES.has(a.name) && !bound.has(a.name)) out.integers.add(a.name);
  } else if (a.kind === "add" || a.kind === "mul") for (const arg of a.args) indices(arg, bound, out);
}

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
