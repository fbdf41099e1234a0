/** Numeric evaluation with rigorous enclosures: principal branches, real odd roots, precision chosen by the caller. */
import type { CallNode, Node } from "../ast.ts";
import * as B from "./ball.ts";
import * as F from "./ball-functions.ts";
import type { Ball } from "./ball.ts";
import * as C from "./complex.ts";
import type { Complex } from "./complex.ts";
import { bitLength } from "../gcd.ts";
import { effort, elementary, isNegative } from "./elementary.ts";
import { functionCost, note, type Evaluation } from "./evaluation.ts";
import { exactValue, finiteTerms } from "./exact-value.ts";
import type { Rational } from "./rational.ts";

const EXPONENT_LIMIT = 2n ** 40n;

/** @throws Unresolved */
export function evaluate(a: Node, at: Evaluation): Complex {
  const { p } = at;
  at.meter.spend(p <= 512 ? 5 : Math.ceil(5 * (p / 512) ** 1.5));
  switch (a.kind) {
    case "number": {
      if (a.d !== 1n) at.low = Math.min(at.low, -bitLength(a.d));
      at.high = Math.max(at.high, bitLength(a.n));
      return C.real(B.fromRational(a.n, a.d, p));
    }
    case "constant":
      switch (a.name) {
        case "pi":
          return C.real(F.pi(p));
        case "e":
          at.meter.spend(functionCost(p));
          return C.real(F.exp(B.ONE_BALL, p));
        case "i":
          return C.I;
        case "undefined":
          throw B.UNDEFINED;
        default:
          throw B.UNSUPPORTED;
      }
    case "symbol": {
      const index = at.bound.get(a.name);
      if (index !== undefined) return C.real(B.fromInteger(index));
      const value = at.symbols.get(a.name);
      if (value === undefined) throw B.UNSUPPORTED;
      return value;
    }
    case "add": {
      let total = C.ZERO;
      for (const arg of a.args) total = C.add(total, evaluate(arg, at), p);
      return note(total, at);
    }
    case "mul": {
      let product = C.ONE;
      for (const arg of a.args) product = C.multiply(product, evaluate(arg, at), p);
      return note(product, at);
    }
    case "pow":
      return note(evaluatePower(a.base, a.exponent, at), at);
    case "root":
      return note(evaluateRoot(a.arg, a.index, at), at);
    case "call":
      return note(evaluateCall(a, at), at);
    case "big": {
      const terms = finiteTerms(a, at.meter, at.bound);
      if (terms === null) throw B.UNSUPPORTED;
      const sum = a.op === "sum";
      let total = sum ? C.ZERO : C.ONE;
      const bound = new Map(at.bound);
      const inner: Evaluation = { ...at, bound };
      for (let k = terms.from; k <= terms.to; k++) {
        bound.set(a.variable, k);
        const value = evaluate(a.body, inner);
        total = sum ? C.add(total, value, p) : C.multiply(total, value, p);
      }
      at.nonreal ||= inner.nonreal;
      at.vague ||= inner.vague;
      at.low = Math.min(at.low, inner.low);
      at.high = Math.max(at.high, inner.high);
      return note(total, at);
    }
    default:
      throw B.UNSUPPORTED;
  }
}

/** The exact value of a subterm, "undefined" thrown. */
function exactly(a: Node, at: Evaluation): Rational | null {
  const value = exactValue(a, at.meter, at.bound);
  if (value === "undefined") throw B.UNDEFINED;
  return value;
}

function evaluatePower(base: Node, exponent: Node, at: Evaluation): Complex {
  const { p } = at;
  if (base.kind === "constant" && base.name === "e") {
    at.meter.spend(2 * functionCost(p));
    return C.exp(evaluate(exponent, at), p);
  }
  const q = exactly(exponent, at);
  const z = evaluate(base, at);
  if (q !== null && q.d === 1n) {
    if (q.n > EXPONENT_LIMIT || q.n < -EXPONENT_LIMIT) throw B.PRECISION;
    if (q.n === 0n) return C.ONE;
    at.meter.spend(6 * bitLength(q.n));
    return C.integerPower(z, Number(q.n), p);
  }
  if (C.isExactZero(z)) {
    const w = q === null ? evaluate(exponent, at).re : B.fromRational(q.n, q.d, p);
    if (B.sign(w) <= 0) throw B.UNDEFINED;
    return C.ZERO;
  }
  if (q !== null && q.d === 2n) {
    if (!C.containsZero(z) && isNegative(z)) at.nonreal = true;
    return C.integerPower(C.sqrt(z, p), Number(q.n), p);
  }
  const w = q === null ? evaluate(exponent, at) : C.real(B.fromRational(q.n, q.d, p));
  if (isNegative(z) && w.im === null) at.nonreal = true;
  else if (q !== null && q.d <= 64n && z.im === null && q.n < 1_000n && q.n > -1_000n) {
    at.meter.spend(20 * Math.ceil(Math.max(1, (Number(q.d) * p) / 4096) ** 1.7));
    return C.integerPower(C.real(F.root(z.re, Number(q.d), p)), Number(q.n), p);
  }
  at.meter.spend((z.im === null ? 5 : 10) * functionCost(p));
  return C.exp(C.multiply(w, C.ln(z, p), p), p);
}

function evaluateRoot(arg: Node, index: Node, at: Evaluation): Complex {
  const { p } = at;
  const q = exactly(index, at);
  const z = evaluate(arg, at);
  if (q === null || q.d !== 1n || q.n < 1n || q.n > 10_000n) {
    if (q !== null && q.n === 0n) throw B.UNDEFINED;
    if (isNegative(z)) at.nonreal = true;
    const w = q === null ? evaluate(index, at) : C.real(B.fromRational(q.n, q.d, p));
    at.meter.spend(4 * functionCost(p));
    return C.exp(C.divide(C.ln(z, p), w, p), p);
  }
  const k = Number(q.n);
  if (k === 1 || C.isExactZero(z)) return z;
  if (k === 2) {
    if (!C.containsZero(z) && isNegative(z)) at.nonreal = true;
    return C.sqrt(z, p);
  }
  if (C.containsZero(z)) {
    const bound = B.rootBound({ m: 0n, e: C.magnitude(z) + 1, r: 1n }, k);
    return z.im === null && k % 2 === 1 ? C.real(bound) : { re: bound, im: bound };
  }
  at.meter.spend(z.im === null ? 20 * Math.ceil(Math.max(1, (k * p) / 4096) ** 1.7) : 4 * functionCost(p));
  const part = (x: Complex): Complex =>
    x.im === null && B.sign(x.re) > 0 ? C.real(F.root(x.re, k, p)) : C.exp(C.divide(C.ln(x, p), C.real(B.fromInteger(BigInt(k))), p), p);
  if (isNegative(z)) {
    if (k % 2 === 1) return C.negate(part(C.negate(z)));
    at.nonreal = true;
  }
  return part(z);
}

/** Γ at an integer or half-integer: exact products times √π. */
function gamma(x: Rational, at: Evaluation): Complex {
  if (x.d !== 2n) throw B.UNSUPPORTED;
  const { p } = at;
  let value = B.sqrt(F.pi(p), p);
  // Γ(x) = (x−1)·Γ(x−1) from 1/2, and Γ(x) = Γ(x+1)/x below it.
  const steps = Number((x.n - 1n) / 2n);
  if (Math.abs(steps) > 2000) throw B.UNSUPPORTED;
  at.meter.spend(4 * Math.abs(steps));
  for (let k = 0; k < steps; k++) value = B.multiply(value, { m: BigInt(2 * k + 1), e: -1, r: 0n }, p);
  for (let k = 0; k > steps; k--) value = B.divide(value, { m: BigInt(2 * k - 1), e: -1, r: 0n }, p);
  return C.real(value);
}

function evaluateCall(a: CallNode, at: Evaluation): Complex {
  const { p } = at;
  const args = a.args;
  const first = args[0];
  if (first === undefined) throw B.UNSUPPORTED;
  switch (a.name) {
    case "abs":
      return C.real(C.modulus(evaluate(first, at), p));
    case "re":
      return C.real(evaluate(first, at).re);
    case "im":
      return C.real(evaluate(first, at).im ?? B.ZERO_BALL);
    case "conj": {
      const z = evaluate(first, at);
      return { re: z.re, im: z.im && B.negate(z.im) };
    }
    case "arg":
      at.meter.spend(functionCost(p) * 2);
      return C.real(C.argument(evaluate(first, at), p));
    case "sign": {
      const z = evaluate(first, at);
      if (z.im === null) return C.real(B.fromInteger(BigInt(B.sign(z.re))));
      return C.divide(z, C.real(C.modulus(z, p)), p);
    }
    case "floor":
    case "ceil":
    case "round":
    case "frac":
      return rounding(a, first, at);
    case "min":
    case "max": {
      let best = realPart(evaluate(first, at));
      for (let i = 1; i < args.length; i++) {
        const other = realPart(evaluate(args[i]!, at));
        const off = B.subtract(other, best, p);
        if (B.containsZero(off)) best = hull(best, off, p);
        else if (off.m > 0n === (a.name === "max")) best = other;
      }
      return C.real(best);
    }
    case "mod": {
      if (args.length !== 2) throw B.UNSUPPORTED;
      const exact = exactly(a, at);
      if (exact !== null) return C.real(B.fromRational(exact.n, exact.d, p));
      const x = realPart(evaluate(first, at));
      const m = realPart(evaluate(args[1]!, at));
      const quotient = B.floor(B.divide(x, m, p));
      return C.real(B.subtract(x, B.multiply(B.fromInteger(quotient), m, p), p));
    }
    case "factorial":
    case "gamma":
    case "binomial":
    case "permutation":
    case "doublefactorial":
    case "gcd":
    case "lcm": {
      const exact = exactly(a, at);
      if (exact !== null) return C.real(B.fromRational(exact.n, exact.d, p));
      if (a.name !== "factorial" && a.name !== "gamma") throw B.UNSUPPORTED;
      const x = exactly(first, at);
      if (x === null) throw B.UNSUPPORTED;
      return gamma(a.name === "gamma" ? x : { n: x.n + x.d, d: x.d }, at);
    }
    default: {
      const z = evaluate(first, at);
      const second = args[1] === undefined ? null : evaluate(args[1], at);
      at.meter.spend(functionCost(p) * effort(a.name, z));
      return elementary(a.name, z, second, at);
    }
  }
}

function realPart(z: Complex): Ball {
  if (z.im !== null) throw B.containsZero(z.im) ? B.PRECISION : B.UNDEFINED;
  return z.re;
}

/** A ball that holds x and x + off. */
function hull(x: Ball, off: Ball, p: number): Ball {
  return B.add(x, { m: 0n, e: off.e, r: (off.m < 0n ? -off.m : off.m) + off.r }, p);
}

function rounding(a: CallNode, first: Node, at: Evaluation): Complex {
  const exact = exactly(a, at);
  if (exact !== null) return C.real(B.fromRational(exact.n, exact.d, at.p));
  const x = realPart(evaluate(first, at));
  switch (a.name) {
    case "floor":
      return C.real(B.fromInteger(B.floor(x)));
    case "ceil":
      return C.real(B.fromInteger(-B.floor(B.negate(x))));
    case "round": {
      const half: Ball = { m: 1n, e: -1, r: 0n };
      return C.real(B.fromInteger(B.sign(x) < 0 ? -B.floor(B.add(B.negate(x), half, at.p)) : B.floor(B.add(x, half, at.p))));
    }
    default:
      return C.real(B.subtract(x, B.fromInteger(B.floor(x)), at.p));
  }
}
