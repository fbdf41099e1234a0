/**
 * gcd and lcm of monomials: rational coefficients times powers of symbols, π, e and roots of primes, which share no divisor with numbers.
 * With whole coefficients the gcd has their gcd; with fractions beside symbols every number is a unit. Sums are left alone, since gcd(n, n + 2)
 * depends on n, unless all arguments are one.
 */
import { add, children, integer, mul, pow, rational, root, type CallNode, type Node } from "../ast.ts";
import { gcd } from "../gcd.ts";
import type { Meter } from "../limits.ts";
import { print } from "../print.ts";
import { exactValue, NO_BINDINGS } from "./exact-value.ts";
import { factor } from "./primes.ts";
import { compare, plus, reduce, times, ZERO, type Rational } from "./rational.ts";

/** A product of a rational and positive powers of generators. */
interface Monomial {
  readonly coefficient: Rational;
  readonly powers: ReadonlyMap<string, { readonly base: Node; readonly exponent: Rational }>;
}

const ONE: Rational = { n: 1n, d: 1n };

/** Every gcd and lcm of monomials inside `a` worked out. */
export function withDivisors(a: Node, meter: Meter): Node {
  if (!mentionsDivisors(a, meter)) return a;
  const inside = (x: Node): Node => withDivisors(x, meter);
  switch (a.kind) {
    case "add":
      return add(a.args.map(inside));
    case "mul":
      return mul(a.args.map(inside));
    case "pow":
      return pow(inside(a.base), inside(a.exponent));
    case "root":
      return root(inside(a.arg), inside(a.index));
    case "call": {
      const outer: CallNode = { ...a, args: a.args.map(inside) };
      return (a.name === "gcd" || a.name === "lcm") && a.args.length > 0 ? (divisorOf(outer, meter) ?? outer) : outer;
    }
    default:
      return a;
  }
}

/** Some gcd or lcm stands in `a`. */
export function mentionsDivisors(a: Node, meter: Meter): boolean {
  meter.spend(1);
  if (a.kind === "call" && (a.name === "gcd" || a.name === "lcm")) return true;
  return a.kind !== "big" && children(a).some((child) => mentionsDivisors(child, meter));
}

function divisorOf(a: CallNode, meter: Meter): Node | null {
  if (exactValue(a, meter, NO_BINDINGS) !== null) return null;
  const [first, ...others] = a.args;
  const text = print(first!);
  if (first!.kind === "add" && others.every((arg) => print(arg) === text)) return first!;
  const parts: Monomial[] = [];
  for (const arg of a.args) {
    const part = monomialOf(arg, meter);
    if (part === null) return null;
    parts.push(part);
  }
  const whole = parts.every((part) => part.coefficient.d === 1n);
  if (a.name === "gcd") return asNode(parts.reduce((x, y) => common(x, y, whole)));
  if (parts.some((part) => part.coefficient.n === 0n)) return integer(0);
  return asNode(parts.reduce((x, y) => multiple(x, y, whole)));
}

function monomialOf(a: Node, meter: Meter): Monomial | null {
  let coefficient: Rational = ONE;
  const powers = new Map<string, { base: Node; exponent: Rational }>();
  const raise = (key: string, base: Node, exponent: Rational): void => {
    powers.set(key, { base, exponent: plus(powers.get(key)?.exponent ?? ZERO, exponent) });
  };
  for (const arg of a.kind === "mul" ? a.args : [a]) {
    meter.spend(4);
    const q = exactValue(arg, meter, NO_BINDINGS);
    if (q === "undefined") return null;
    if (q !== null) {
      coefficient = times(coefficient, q);
      continue;
    }
    const { base, exponent } = powerOf(arg, meter);
    if (exponent.n <= 0n) return null;
    if (base.kind === "symbol" || (base.kind === "constant" && (base.name === "pi" || base.name === "e"))) raise(print(base), base, exponent);
    else if (base.kind === "number" && base.n > 0n && base.d === 1n && exponent.d !== 1n) {
      for (const [prime, count] of factor(base.n, meter)) {
        const e = reduce(exponent.n * BigInt(count), exponent.d);
        const k = e.n / e.d;
        if (k > 1_000n) return null;
        coefficient = times(coefficient, { n: prime ** k, d: 1n });
        if (e.d !== 1n) raise(`${prime}`, rational(prime), reduce(e.n - k * e.d, e.d));
      }
    } else return null;
  }
  return { coefficient, powers };
}

function powerOf(a: Node, meter: Meter): { base: Node; exponent: Rational } {
  if (a.kind !== "pow" && a.kind !== "root") return { base: a, exponent: ONE };
  const q = exactValue(a.kind === "pow" ? a.exponent : a.index, meter, NO_BINDINGS);
  if (q === null || q === "undefined" || q.n === 0n) return { base: a, exponent: ONE };
  return a.kind === "pow" ? { base: a.base, exponent: q } : { base: a.arg, exponent: reduce(q.d, q.n) };
}

const size = (n: bigint): bigint => (n < 0n ? -n : n);

function common(x: Monomial, y: Monomial, whole: boolean): Monomial {
  if (x.coefficient.n === 0n) return normal(y, whole);
  if (y.coefficient.n === 0n) return normal(x, whole);
  const powers = new Map([...x.powers].flatMap(([key, { base, exponent }]) => {
    const other = y.powers.get(key);
    return other === undefined ? [] : [[key, { base, exponent: compare(exponent, other.exponent) < 0 ? exponent : other.exponent }] as const];
  }));
  return { coefficient: whole ? { n: gcd(x.coefficient.n, y.coefficient.n), d: 1n } : ONE, powers };
}

function normal(x: Monomial, whole: boolean): Monomial {
  return { ...x, coefficient: whole ? { n: size(x.coefficient.n), d: 1n } : x.coefficient.n === 0n ? ZERO : ONE };
}

/** x·y / gcd(x, y): the signs of both stay. */
function multiple(x: Monomial, y: Monomial, whole: boolean): Monomial {
  const powers = new Map(x.powers);
  for (const [key, { base, exponent }] of y.powers) {
    const other = powers.get(key);
    if (other === undefined || compare(exponent, other.exponent) > 0) powers.set(key, { base, exponent });
  }
  return { coefficient: whole ? { n: (x.coefficient.n / gcd(x.coefficient.n, y.coefficient.n)) * y.coefficient.n, d: 1n } : ONE, powers };
}

function asNode({ coefficient, powers }: Monomial): Node {
  return mul([rational(coefficient.n, coefficient.d), ...[...powers.values()].map(({ base, exponent }) => (exponent.n === exponent.d ? base : pow(base, rational(exponent.n, exponent.d))))]);
}
