/** Numeric questions about constants: signs, integer parts, infinities. */
import type { Node } from "../ast.ts";
import type { Meter } from "../limits.ts";
import { isExactZero, sign as ballSign, Unresolved } from "./ball.ts";
import type { Complex } from "./complex.ts";
import { evaluation } from "./evaluation.ts";
import { exactValue, type Bindings } from "./exact-value.ts";
import { evaluate } from "./numeric.ts";
import { plus, times, type Rational } from "./rational.ts";
import { mentionsInfinity } from "./reality.ts";

export interface Place {
  readonly meter: Meter;
  readonly bound: Bindings;
}

const NO_SYMBOLS: ReadonlyMap<string, Complex> = new Map();

/** The enclosure of a constant at p bits; null where there is none. */
export function enclosure(a: Node, p: number, at: Place): Complex | null {
  try {
    return evaluate(a, evaluation(p, at.meter, NO_SYMBOLS, at.bound));
  } catch (error) {
    if (error instanceof Unresolved) return null;
    throw error;
  }
}

/** Sign of a real constant where 256 bits show it. */
export function signOfConstant(a: Node, at: Place): -1 | 0 | 1 | null {
  for (const p of [64, 256]) {
    const z = enclosure(a, p, at);
    if (z === null || (z.im !== null && !isExactZero(z.im))) return null;
    if ((z.re.m < 0n ? -z.re.m : z.re.m) > z.re.r || isExactZero(z.re)) return ballSign(z.re);
  }
  const value = exactValue(a, at.meter, at.bound);
  return value !== null && value !== "undefined" && value.n === 0n ? 0 : null;
}

/** The value of floor, ceil or round of a constant, where the numbers decide it. */
export function nearestInteger(a: Node, at: Place): bigint | null {
  for (const p of [64, 256]) {
    const z = enclosure(a, p, at);
    if (z !== null && z.im === null && z.re.r === 0n && z.re.e >= 0) return z.re.m << BigInt(z.re.e);
  }
  return null;
}

/** |z|² of a Gaussian rational, or null. */
export function magnitudeOfConstant(a: Node, at: Place): Rational | null {
  const z = gaussian(a, at);
  return z === null ? null : plus(times(z.re, z.re), times(z.im, z.im));
}

interface Gaussian {
  readonly re: Rational;
  readonly im: Rational;
}

function gaussian(a: Node, at: Place): Gaussian | null {
  at.meter.spend(1);
  const zero: Rational = { n: 0n, d: 1n };
  const exact = exactValue(a, at.meter, at.bound);
  if (exact === "undefined") return null;
  if (exact !== null) return { re: exact, im: zero };
  switch (a.kind) {
    case "constant":
      return a.name === "i" ? { re: zero, im: { n: 1n, d: 1n } } : null;
    case "add": {
      let total: Gaussian = { re: zero, im: zero };
      for (const arg of a.args) {
        const z = gaussian(arg, at);
        if (z === null) return null;
        total = { re: plus(total.re, z.re), im: plus(total.im, z.im) };
      }
      return total;
    }
    case "mul": {
      let out: Gaussian = { re: { n: 1n, d: 1n }, im: zero };
      for (const arg of a.args) {
        const z = gaussian(arg, at);
        if (z === null) return null;
        out = product(out, z);
      }
      return out;
    }
    case "pow": {
      const k = exactValue(a.exponent, at.meter, at.bound);
      const z = gaussian(a.base, at);
      if (z === null || k === null || k === "undefined" || k.d !== 1n || k.n > 64n || k.n < -64n) return null;
      let out: Gaussian = { re: { n: 1n, d: 1n }, im: zero };
      for (let i = 0n; i < (k.n < 0n ? -k.n : k.n); i++) {
        at.meter.spend(4);
        out = product(out, z);
      }
      if (k.n >= 0n) return out;
      const norm = plus(times(out.re, out.re), times(out.im, out.im));
      if (norm.n === 0n) return null;
      const inverse: Rational = { n: norm.d, d: norm.n };
      return { re: times(out.re, inverse), im: times({ n: -out.im.n, d: out.im.d }, inverse) };
    }
    default:
      return null;
  }
}

function product(a: Gaussian, b: Gaussian): Gaussian {
  const minus = times(a.im, b.im);
  return { re: plus(times(a.re, b.re), { n: -minus.n, d: minus.d }), im: plus(times(a.re, b.im), times(a.im, b.re)) };
}

/** ±1 for an expression worth ±∞, null for a finite one, "open" where ∞ occurs in a form without a value (∞ − ∞, 0·∞). */
export function infinite(a: Node, at: Place): 1 | -1 | null | "open" {
  if (!mentionsInfinity(a)) return null;
  switch (a.kind) {
    case "constant":
      return 1;
    case "add": {
      let out: 1 | -1 | null = null;
      for (const arg of a.args) {
        const part = infinite(arg, at);
        if (part === "open" || (part !== null && out !== null && part !== out)) return "open";
        out ??= part;
      }
      return out;
    }
    case "mul": {
      let out: 1 | -1 = 1;
      for (const arg of a.args) {
        const part = infinite(arg, at) ?? signOfConstant(arg, at);
        if (part === "open" || part === null || part === 0) return "open";
        if (part < 0) out = out === 1 ? -1 : 1;
      }
      return out;
    }
    default:
      return "open";
  }
}
