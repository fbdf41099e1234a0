/** Values in the prime field, with what must be known about them: the arithmetic under the homomorphism. */
import type { Meter } from "../limits.ts";
import type { Bindings } from "./exact-value.ts";
import { atom, atomBase, M, modInverse, modPower, primeRoot, rootOfUnity, type Field } from "./field.ts";
import { factor } from "./primes.ts";
import { gcd } from "../gcd.ts";
import { cost, floorDivide, log2, reduce, type Rational } from "./rational.ts";

/** n/d in the field. u and l are log₂ bounds of the conjugates of numerator and denominator, g bounds the degree. */
export interface Value {
  readonly n: bigint;
  readonly d: bigint;
  readonly u: number;
  readonly l: number;
  readonly g: number;
}

/** One evaluation of one pair of expressions. */
export interface Image {
  readonly field: Field;
  readonly meter: Meter;
  /** Which hashed point. */
  readonly salt: number;
  readonly bound: Bindings;
  /** Bound variables of unevaluated sums and integrals, renamed by depth. */
  readonly renamed: ReadonlyMap<string, string>;
  readonly seen: Seen;
  /** Steps of one field operation. */
  readonly weight: number;
}

/** What the evaluation met; it decides what the result proves. */
export interface Seen {
  /** Degree of the roots of each prime. */
  readonly roots: Map<bigint, bigint>;
  /** Roots of unity of this order. */
  unity: bigint;
  /** Transcendental constants used as indeterminates. */
  readonly constants: Set<string>;
  /** Some indeterminate may depend on the others. */
  opaque: boolean;
  /** Largest u or l of the arguments that name opaque atoms. */
  argument: number;
  /** Some opaque part stands for an unevaluated limit, integral or infinite sum. */
  unevaluated: boolean;
}

/** Thrown where the field says nothing about the expression. */
export class OutsideField extends Error {}
export const OUTSIDE: OutsideField = /* @__PURE__ */ new OutsideField("outside the field stage");

export function image(field: Field, meter: Meter, salt = 0): Image {
  return {
    field,
    meter,
    salt,
    bound: new Map(),
    renamed: new Map(),
    weight: cost(field.bits),
    seen: { roots: new Map(), unity: 1n, constants: new Set(), opaque: false, argument: 0, unevaluated: false },
  };
}

export const ZERO_VALUE: Value = { n: 0n, d: 1n, u: 0, l: 0, g: 0 };
export const ONE_VALUE: Value = { n: 1n, d: 1n, u: 0, l: 0, g: 0 };

export function mod(x: bigint, p: bigint): bigint {
  const r = x % p;
  return r < 0n ? r + p : r;
}

export function fromRational(q: Rational, at: Image): Value {
  const { p } = at.field;
  return { n: mod(q.n, p), d: q.d === 1n ? 1n : q.d % p, u: q.n === 0n ? 0 : log2(q.n < 0n ? -q.n : q.n), l: log2(q.d), g: 0 };
}

export function plus(a: Value, b: Value, p: bigint): Value {
  if (a.d === b.d && a.d === 1n) return { n: (a.n + b.n) % p, d: 1n, u: Math.max(a.u + b.l, b.u + a.l) + 1, l: a.l + b.l, g: Math.max(a.g, b.g) };
  return {
    n: (a.n * b.d + b.n * a.d) % p,
    d: (a.d * b.d) % p,
    u: Math.max(a.u + b.l, b.u + a.l) + 1,
    l: a.l + b.l,
    g: a.g + b.g,
  };
}

export function times(a: Value, b: Value, p: bigint): Value {
  return {
    n: (a.n * b.n) % p,
    d: a.d === 1n ? b.d : b.d === 1n ? a.d : (a.d * b.d) % p,
    u: a.u + b.u,
    l: a.l + b.l,
    g: a.g + b.g,
  };
}

export function inverse(a: Value): Value {
  // 1/(1/0) is not 0.
  if (a.d === 0n) throw OUTSIDE;
  return { n: a.d, d: a.n, u: a.l, l: a.u, g: a.g };
}

export function negated(a: Value, p: bigint): Value {
  return { ...a, n: a.n === 0n ? 0n : p - a.n };
}

export function powered(a: Value, k: bigint, at: Image): Value {
  if (k === 0n) return ONE_VALUE;
  if (k < 0n) return powered(inverse(a), -k, at);
  if (k === 1n) return a;
  const size = Number(k);
  at.meter.spend(2 + 3 * at.weight * Math.ceil(Math.log2(size)));
  const { p } = at.field;
  return { n: modPower(a.n, k, p), d: a.d === 1n ? 1n : modPower(a.d, k, p), u: a.u * size, l: a.l * size, g: a.g * size };
}

/** The plain field value n/d. */
export function plain(a: Value, at: Image): bigint {
  if (a.d === 1n) return a.n;
  if (a.d === 0n) throw OUTSIDE;
  at.meter.spend(150 * at.weight);
  return (a.n * modInverse(a.d, at.field.p)) % at.field.p;
}

/** t^(k·M/m) for the atom of a name: the power k/m of an indeterminate. */
export function atomPower(name: string, q: Rational, at: Image): Value {
  const { field, meter } = at;
  meter.spend(4);
  let key = name;
  let exponent = q.n;
  if (M % q.d === 0n) exponent *= M / q.d;
  else {
    key = `${name}|1/${q.d}`;
    at.seen.opaque = true;
    meter.spend(60);
  }
  const negative = exponent < 0n;
  const k = negative ? -exponent : exponent;
  const g = Number(k);
  meter.spend(2 + 3 * at.weight * Math.ceil(Math.log2(g + 1)));
  const value = q.d === 1n ? modPower(atomBase(key, field), q.n < 0n ? -q.n : q.n, field.p) : modPower(atom(key, field), k, field.p);
  return negative ? { n: 1n, d: value, u: 0, l: 0, g } : { n: value, d: 1n, u: 0, l: 0, g };
}

export function symbolPower(name: string, q: Rational, at: Image): Value {
  return atomPower(`symbol|${at.salt}|${at.renamed.get(name) ?? name}`, q, at);
}

export function constantPower(name: "pi" | "e", q: Rational, at: Image): Value {
  at.seen.constants.add(name);
  return atomPower(`constant|${name}`, q, at);
}

/** An indeterminate named by a function and the values of its arguments. */
export function opaque(name: string, args: readonly Value[], at: Image): Value {
  at.seen.opaque = true;
  at.meter.spend(60);
  let key = name;
  for (const arg of args) {
    at.seen.argument = Math.max(at.seen.argument, arg.u, arg.l);
    key += `|${plain(arg, at).toString(16)}`;
  }
  return { n: atom(key, at.field), d: 1n, u: 0, l: 0, g: 1 };
}

/** An odd function of its argument: f(−v) = −f(v). */
export function odd(name: string, arg: Value, at: Image): Value {
  const { p } = at.field;
  const value = plain(arg, at);
  if (value === 0n) return ZERO_VALUE;
  return value * 2n > p ? negated(opaque(name, [{ ...arg, n: p - value, d: 1n }], at), p) : opaque(name, [{ ...arg, n: value, d: 1n }], at);
}

/** e^(iπ·q). */
export function unityPower(q: Rational, at: Image): Value {
  // e^(2πi·n/(2d)) has an order that divides 2d.
  const { n, d } = reduce(q.n, 2n * q.d);
  if (d === 1n) return ONE_VALUE;
  at.meter.spend(20);
  if (d === 2n) return { n: at.field.p - 1n, d: 1n, u: 0, l: 0, g: 0 };
  if (at.field.order === 0n) throw OUTSIDE;
  const value = rootOfUnity(n, d);
  if (value === null) {
    at.seen.opaque = true;
    return powered({ n: atom(`unity|${d}`, at.field), d: 1n, u: 0, l: 0, g: 1 }, mod(n, d), at);
  }
  at.seen.unity = lcm(at.seen.unity, d);
  return { n: value, d: 1n, u: 0, l: 0, g: 0 };
}

export function lcm(a: bigint, b: bigint): bigint {
  return (a * b) / gcd(a, b);
}

/** r^q for r > 0, from the primes of r. */
export function rationalPower(r: Rational, q: Rational, at: Image): Value {
  if (q.d === 1n) return powered(fromRational(r, at), q.n, at);
  let out = ONE_VALUE;
  const { p } = at.field;
  for (const [base, side] of [[r.n, 1n], [r.d, -1n]] as const) {
    for (const [prime, count] of factor(base, at.meter)) out = times(out, primePower(prime, reduce(q.n * side * BigInt(count), q.d), at), p);
  }
  return out;
}

function primePower(prime: bigint, q: Rational, at: Image): Value {
  const whole = floorDivide(q.n, q.d);
  const base: Value = fromRational({ n: prime, d: 1n }, at);
  const integral = powered(base, whole, at);
  const k = q.n - whole * q.d;
  if (k === 0n) return integral;
  const { field, seen } = at;
  at.meter.spend(10);
  const value = field.order === 0n ? null : primeRoot(prime, k, q.d);
  if (value === null) {
    seen.opaque = true;
    const t: Value = { n: atom(`root|${prime}|${q.d}`, field), d: 1n, u: 0, l: 0, g: 1 };
    return times(integral, powered(t, k, at), field.p);
  }
  seen.roots.set(prime, lcm(seen.roots.get(prime) ?? 1n, q.d));
  return times(integral, { n: value, d: 1n, u: (base.u * Number(k)) / Number(q.d), l: 0, g: 0 }, field.p);
}

/** Degree over Q of the algebraic numbers met: conjugates of a coefficient are at most so many. */
export function degree(seen: Seen): number {
  let out = Number(totient(seen.unity));
  for (const m of seen.roots.values()) out *= Number(m);
  return out;
}

function totient(n: bigint): bigint {
  let out = n;
  let rest = n;
  for (let q = 2n; q * q <= rest; q++) {
    if (rest % q !== 0n) continue;
    out -= out / q;
    while (rest % q === 0n) rest /= q;
  }
  return rest > 1n ? out - out / rest : out;
}
