/** Parts without a value here (unknown functions, limits, infinite sums) become symbols of their own: equal parts the same symbol. */
import { add, call, isScalar, mul, pow, root, symbol, type BigNode, type CallNode, type Node } from "../ast.ts";
import type { Decision } from "./decision.ts";
import type { Meter } from "../limits.ts";

const KNOWN: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "arccot", "arcsec", "arccsc", "sinh", "cosh", "tanh", "coth", "sech", "csch",
  "arsinh", "arcosh", "artanh", "arcoth", "arsech", "arcsch", "exp", "ln", "log", "abs", "sign", "floor", "ceil", "round", "frac", "factorial",
  "doublefactorial", "binomial", "permutation", "gcd", "lcm", "min", "max", "mod", "re", "im", "conj", "arg", "gamma",
]);

type Equal = (a: Node, b: Node, meter: Meter) => Decision;

/** Replaces opaque parts of several expressions, so that equal parts share a symbol. */
export class OpaqueParts {
  readonly #parts: { node: CallNode | BigNode; name: string }[] = [];
  readonly #equal: Equal;
  readonly #meter: Meter;
  /** Some part has a value that was not worked out: different symbols may be equal. */
  unevaluated = false;

  constructor(equal: Equal, meter: Meter) {
    this.#equal = equal;
    this.#meter = meter;
  }

  get size(): number {
    return this.#parts.length;
  }

  replace(a: Node): Node {
    if (!this.#mentionsOpaque(a)) return a;
    this.#meter.spend(4);
    switch (a.kind) {
      case "add":
        return add(a.args.map((arg) => this.replace(arg)));
      case "mul":
        return mul(a.args.map((arg) => this.replace(arg)));
      case "pow":
        return pow(this.replace(a.base), this.replace(a.exponent));
      case "root":
        return root(this.replace(a.arg), this.replace(a.index));
      case "call":
        if (KNOWN.has(a.name)) return call(a.name, a.args.map((arg) => this.replace(arg)));
        // det of a matrix has a value that is not worked out here.
        if (!a.args.every(isScalar)) this.unevaluated = true;
        return this.#symbolOf(a);
      case "big":
        this.unevaluated = true;
        return this.#symbolOf(a);
      default:
        return a;
    }
  }

  #mentionsOpaque(a: Node): boolean {
    this.#meter.spend(1);
    switch (a.kind) {
      case "add":
      case "mul":
        return a.args.some((arg) => this.#mentionsOpaque(arg));
      case "pow":
        return this.#mentionsOpaque(a.base) || this.#mentionsOpaque(a.exponent);
      case "root":
        return this.#mentionsOpaque(a.arg) || this.#mentionsOpaque(a.index);
      case "call":
        return !KNOWN.has(a.name) || a.args.some((arg) => this.#mentionsOpaque(arg));
      case "big": {
        const finite = (a.op === "sum" || a.op === "product") && a.lower !== undefined && a.upper !== undefined;
        return !finite || [a.body, a.lower, a.upper].some((part) => part !== undefined && (mentionsInfinity(part) || this.#mentionsOpaque(part)));
      }
      case "constant":
        return false;
      default:
        return false;
    }
  }

  #symbolOf(node: CallNode | BigNode): Node {
    for (const part of this.#parts) if (this.#same(part.node, node)) return symbol(part.name);
    const name = `⟦${this.#parts.length}⟧`;
    this.#parts.push({ node, name });
    return symbol(name);
  }

  #same(a: CallNode | BigNode, b: CallNode | BigNode): boolean {
    const equal = (x: Node | undefined, y: Node | undefined): boolean =>
      x === undefined || y === undefined ? x === y : this.#equal(x, y, this.#meter).equal === true;
    if (a.kind === "call") return b.kind === "call" && a.name === b.name && a.args.length === b.args.length && a.args.every((arg, k) => equal(arg, b.args[k]));
    if (b.kind !== "big" || a.op !== b.op || (a.detail ?? "") !== (b.detail ?? "")) return false;
    if (!equal(a.lower, b.lower) || !equal(a.upper, b.upper)) return false;
    // Indefinite integrals and derivatives are functions of their variable; elsewhere it is only a name.
    if (a.lower === undefined) return a.variable === b.variable && equal(a.body, b.body);
    const fresh = symbol("⟦bound⟧");
    return equal(substitute(a.body, a.variable, fresh), substitute(b.body, b.variable, fresh));
  }
}

function mentionsInfinity(a: Node): boolean {
  if (a.kind === "constant") return a.name === "infinity";
  return (a.kind === "add" || a.kind === "mul") && a.args.some(mentionsInfinity);
}

/** a with every free occurrence of a symbol replaced. */
export function substitute(a: Node, name: string, by: Node): Node {
  const inside = (x: Node): Node => substitute(x, name, by);
  switch (a.kind) {
    case "symbol":
      return a.name === name ? by : a;
    case "add":
      return { kind: "add", args: a.args.map(inside) };
    case "mul":
      return { kind: "mul", args: a.args.map(inside) };
    case "pow":
      return pow(inside(a.base), inside(a.exponent));
    case "root":
      return root(inside(a.arg), inside(a.index));
    case "call":
      return call(a.name, a.args.map(inside));
    case "big": {
      const lower = a.lower && inside(a.lower);
      const upper = a.upper && inside(a.upper);
      return { ...a, ...(lower ? { lower } : {}), ...(upper ? { upper } : {}), body: a.variable === name ? a.body : inside(a.body) };
    }
    default:
      return a;
  }
}
