/** The argument of an exponential or a trigonometric function as Σ rational · monomial, so that e^(x+y) splits and sin 2x meets sin x. */
import { call, mul as mulNode, pow as powNode, type CallNode, type Node } from "../ast.ts";
import type { Meter } from "../limits.ts";
import { print } from "../print.ts";
import { exactValue, type Bindings } from "./exact-value.ts";
import { factor } from "./primes.ts";
import { floorDivide, log2, plus, reduce, times, type Rational } from "./rational.ts";
import { isPositive, isReal } from "./reality.ts";

export interface Generator {
  readonly key: string;
  readonly exponent: Rational;
  /** The argument, where the generator is a logarithm. */
  readonly log?: Node;
}

export interface Monomial {
  readonly coefficient: Rational;
  readonly factors: readonly Generator[];
  readonly key: string;
  /** log₂ bound of what names its opaque generators. */
  readonly size: number;
}

export interface Naming {
  readonly meter: Meter;
  readonly bound: Bindings;
  readonly renamed: ReadonlyMap<string, string>;
  readonly salt: number;
  /** A key that equal subexpressions share. */
  readonly name: (a: Node) => { readonly key: string; readonly size: number };
}

const MAX_TERMS = 24;
const ONE: Rational = { n: 1n, d: 1n };

type Sum = Map<string, Monomial>;

/** The monomials of a; what is no polynomial stands as one opaque generator. */
export function expand(a: Node, at: Naming): readonly Monomial[] {
  return [...sumOf(a, at).values()];
}

function monomial(coefficient: Rational, factors: readonly Generator[], size: number): Monomial {
  const sorted = factors.length < 2 ? factors : factors.toSorted((x, y) => (x.key < y.key ? -1 : 1));
  return { coefficient, factors: sorted, size, key: sorted.map((f) => `${f.key}^${f.exponent.n}/${f.exponent.d}`).join("*") };
}

function single(m: Monomial): Sum {
  return m.coefficient.n === 0n ? new Map() : new Map([[m.key, m]]);
}

function generator(key: string, at: Naming, log?: Node, size = 0): Sum {
  at.meter.spend(4);
  return single(monomial(ONE, [log === undefined ? { key, exponent: ONE } : { key, exponent: ONE, log }], size));
}

function opaque(a: Node, at: Naming): Sum {
  const { key, size } = at.name(a);
  return generator(`#${key}`, at, undefined, size);
}

function addInto(total: Sum, other: Sum): void {
  for (const [key, m] of other) {
    const same = total.get(key);
    const coefficient = same === undefined ? m.coefficient : plus(same.coefficient, m.coefficient);
    if (coefficient.n === 0n) total.delete(key);
    else total.set(key, { ...m, coefficient });
  }
}

function product(a: Monomial, b: Monomial): Monomial {
  let coefficient = times(a.coefficient, b.coefficient);
  const factors: Generator[] = [];
  const all = [...a.factors, ...b.factors].toSorted((x, y) => (x.key < y.key ? -1 : 1));
  for (let i = 0; i < all.length; i++) {
    const { key, log } = all[i]!;
    let { exponent } = all[i]!;
    if (i + 1 < all.length && all[i + 1]!.key === key) exponent = plus(exponent, all[++i]!.exponent);
    if (key === "i") {
      // Powers of i: only 0 and 1 are kept.
      const turns = ((exponent.n % 4n) + 4n) % 4n;
      if (turns >= 2n) coefficient = { n: -coefficient.n, d: coefficient.d };
      exponent = { n: turns % 2n, d: 1n };
    } else if (key.startsWith("r")) {
      const whole = floorDivide(exponent.n, exponent.d);
      const prime = BigInt(key.slice(1));
      if (whole > 0n) coefficient = times(coefficient, { n: prime ** whole, d: 1n });
      exponent = plus(exponent, { n: -whole, d: 1n });
    }
    if (exponent.n !== 0n) factors.push(log === undefined ? { key, exponent } : { key, exponent, log });
  }
  return monomial(coefficient, factors, Math.max(a.size, b.size));
}

function sumOf(a: Node, at: Naming): Sum {
  at.meter.spend(3);
  const q = exactValue(a, at.meter, at.bound);
  if (q !== null && q !== "undefined") return single(monomial(q, [], 0));
  switch (a.kind) {
    case "symbol":
      return generator(`s${at.salt}|${at.renamed.get(a.name) ?? a.name}`, at);
    case "constant":
      return a.name === "pi" || a.name === "i" ? generator(a.name, at) : opaque(a, at);
    case "add": {
      const total: Sum = new Map();
      for (const arg of a.args) {
        addInto(total, sumOf(arg, at));
        if (total.size > MAX_TERMS) return opaque(a, at);
      }
      return total;
    }
    case "mul": {
      let total = single(monomial(ONE, [], 0));
      for (const arg of withoutBases(a.args)) {
        const next = multiply(total, sumOf(arg, at), at);
        if (next === null) return opaque(a, at);
        total = next;
      }
      return total;
    }
    case "pow":
    case "root":
      return powerOf(a, at);
    case "call":
      return a.name === "ln" && a.args.length === 1 ? logOf(a.args[0]!, at) : a.name === "log" && a.args.length === 2 ? quotientOfLogs(a.args[0]!, a.args[1]!, at) : opaque(a, at);
    default:
      return opaque(a, at);
  }
}

/** log_b x · ln b is ln x. */
function withoutBases(args: readonly Node[]): readonly Node[] {
  const k = args.findIndex((arg) => arg.kind === "call" && arg.name === "log" && arg.args.length === 2);
  if (k < 0) return args;
  const [x, base] = (args[k] as CallNode).args as readonly [Node, Node];
  const j = args.findIndex((arg) => arg.kind === "call" && arg.name === "ln" && print(arg.args[0]!) === print(base));
  return j < 0 ? args : [...args.filter((_, i) => i !== k && i !== j), call("ln", [x])];
}

function multiply(a: Sum, b: Sum, at: Naming): Sum | null {
  if (a.size * b.size > 2 * MAX_TERMS) return null;
  at.meter.spend(4 * a.size * b.size);
  const out: Sum = new Map();
  for (const x of a.values()) for (const y of b.values()) addInto(out, single(product(x, y)));
  return out.size > MAX_TERMS ? null : out;
}

/** log_b x = ln x / ln b: a single logarithm below the line is a generator to the power −1. */
function quotientOfLogs(x: Node, base: Node, at: Naming): Sum {
  return multiply(logOf(x, at), inverted(logOf(base, at)) ?? opaque(powNode(call("ln", [base]), { kind: "number", n: -1n, d: 1n }), at), at) ?? opaque(call("log", [x, base]), at);
}

/** 1/m for a sum of one monomial. */
function inverted(sum: Sum): Sum | null {
  if (sum.size !== 1) return null;
  const [m] = sum.values();
  const { coefficient: c, factors, size } = m!;
  const inverse = monomial(reduce(c.d, c.n), factors.map((f) => ({ ...f, exponent: { n: -f.exponent.n, d: f.exponent.d } })), size);
  // Powers of i and roots of primes are brought back into range.
  return single(product(inverse, monomial(ONE, [], 0)));
}

function powerOf(a: Extract<Node, { kind: "pow" | "root" }>, at: Naming): Sum {
  const q = exactValue(a.kind === "pow" ? a.exponent : a.index, at.meter, at.bound);
  if (q === null || q === "undefined") return opaque(a, at);
  const base = a.kind === "pow" ? a.base : a.arg;
  if (a.kind === "pow" && q.d === 1n) {
    const sum = sumOf(base, at);
    if (q.n < 0n) {
      const inverse = inverted(sum);
      return inverse === null ? opaque(a, at) : (raise(inverse, -q.n, at) ?? opaque(a, at));
    }
    return raise(sum, q.n, at) ?? opaque(a, at);
  }
  const exponent = a.kind === "pow" ? q : reduce(q.d, q.n);
  const b = exactValue(base, at.meter, at.bound);
  if (b === null || b === "undefined" || b.n <= 0n) return opaque(a, at);
  // A root of a positive rational: its primes to fractional powers.
  let m = monomial(ONE, [], 0);
  for (const [n, side] of [[b.n, 1n], [b.d, -1n]] as const) {
    for (const [prime, count] of factor(n, at.meter)) {
      const e = reduce(exponent.n * side * BigInt(count), exponent.d);
      const whole = floorDivide(e.n, e.d);
      if (whole > 1_000n || whole < -1_000n) return opaque(a, at);
      const scale: Rational = whole >= 0n ? { n: prime ** whole, d: 1n } : { n: 1n, d: prime ** -whole };
      const rest = plus(e, { n: -whole, d: 1n });
      m = product(m, monomial(scale, rest.n === 0n ? [] : [{ key: `r${prime}`, exponent: rest }], 0));
    }
  }
  return single(m);
}

function raise(sum: Sum, k: bigint, at: Naming): Sum | null {
  if (sum.size === 1) {
    const [m] = sum.values();
    const { coefficient: c } = m!;
    if (k > 64n || (log2(c.n < 0n ? -c.n : c.n) + log2(c.d)) * Number(k) > 4_000) return null;
    const scaled = m!.factors.map((f) => ({ ...f, exponent: { n: f.exponent.n * k, d: f.exponent.d } })).map((f) => ({ ...f, exponent: reduce(f.exponent.n, f.exponent.d) }));
    return single(product(monomial({ n: c.n ** k, d: c.d ** k }, scaled, m!.size), monomial(ONE, [], 0)));
  }
  if (k > 6n) return null;
  let out = single(monomial(ONE, [], 0));
  for (let i = 0n; i < k; i++) {
    const next = multiply(out, sum, at);
    if (next === null) return null;
    out = next;
  }
  return out;
}

/** ln of a node: products of positive constants are split, primes are generators of their own. */
function logOf(a: Node, at: Naming): Sum {
  at.meter.spend(3);
  const b = exactValue(a, at.meter, at.bound);
  if (b !== null && b !== "undefined") {
    if (b.n === 0n) return opaque(call("ln", [a]), at);
    const total: Sum = new Map();
    if (b.n < 0n) addInto(total, single(monomial(ONE, [{ key: "i", exponent: ONE }, { key: "pi", exponent: ONE }], 0)));
    for (const [n, side] of [[b.n < 0n ? -b.n : b.n, 1], [b.d, -1]] as const) {
      for (const [prime, count] of factor(n, at.meter)) {
        const log: Node = { kind: "number", n: prime, d: 1n };
        addInto(total, single(monomial({ n: BigInt(count * side), d: 1n }, [{ key: `L${prime}`, exponent: ONE, log }], 0)));
      }
    }
    return total;
  }
  if (a.kind === "constant" && a.name === "e") return single(monomial(ONE, [], 0));
  if (a.kind === "pow") {
    const q = exactValue(a.exponent, at.meter, at.bound);
    const symbolic = a.base.kind === "symbol" && q !== null && q !== "undefined" && q.n >= -q.d && q.n <= q.d;
    if (symbolic || (isPositive(a.base) && isReal(a.exponent))) {
      const out = multiply(sumOf(a.exponent, at), logOf(a.base, at), at);
      if (out !== null) return out;
    }
  } else if (a.kind === "root" && isPositive(a.arg)) return logOf(powNode(a.arg, powNode(a.index, { kind: "number", n: -1n, d: 1n })), at);
  else if (a.kind === "mul") {
    const positive = a.args.filter(isPositive);
    if (positive.length > 0) {
      const rest = a.args.filter((arg) => !isPositive(arg));
      const total: Sum = rest.length === 0 ? new Map() : logOf(mulNode(rest), at);
      for (const arg of positive) addInto(total, logOf(arg, at));
      return total;
    }
  } else if (a.kind === "call" && a.name === "exp" && isReal(a.args[0]!)) return sumOf(a.args[0]!, at);
  const { key, size } = at.name(a);
  return generator(`L#${key}`, at, a, size);
}
