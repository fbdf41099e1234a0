/** Powers and roots as values of the field: positive factors leave a root, what is left is an indeterminate named by its radicand. */
import { call, MINUS_ONE, mul as mulNode, ONE, pow, type CallNode, type Node } from "../ast.ts";
import { gcd } from "../gcd.ts";
import { exponential } from "./exponentials.ts";
import { absPower, callOf } from "./functions.ts";
import { exact, product, radicalOf, valueOf } from "./homomorphism.ts";
import { floorDivide, reduce, type Rational } from "./rational.ts";
import { isPositive, isReal } from "./reality.ts";
import { constantPower, fromRational, lcm, negated, odd, ONE_VALUE, opaque, OUTSIDE, plain, powered, rationalPower, symbolPower, times, unityPower, ZERO_VALUE, type Image, type Value } from "./value.ts";

export function powerOf(base: Node, exponent: Node, at: Image): Value {
  const q = exact(exponent, at);
  if (q === null) {
    if (base.kind === "constant" && base.name === "e") return exponential(exponent, at);
    const b = exact(base, at);
    // b^x = e^(x·ln b), −1 = e^(iπ).
    if (b !== null && b.n === 0n) throw OUTSIDE;
    return exponential(mulNode([exponent, call("ln", [base])]), at);
  }
  if (q.d === 1n) {
    if (base.kind === "call" && base.name === "abs" && base.args.length === 1) return absPower(base.args[0]!, q.n, at);
    if (base.kind === "mul" && base.args.some((arg) => (arg.kind === "root" || arg.kind === "pow") && radicalOf(arg, at) !== null)) return product(base.args.map((arg) => pow(arg, exponent)), at);
    const radical = base.kind === "root" || base.kind === "pow" ? radicalOf(base, at) : null;
    return radical === null ? powered(valueOf(base, at), q.n, at) : product([pow(base, exponent)], at);
  }
  return fractional(base, q, at);
}

/** base^q, principal, for a fraction q. */
export function fractional(base: Node, q: Rational, at: Image): Value {
  const { p } = at.field;
  const b = exact(base, at);
  if (b !== null) {
    if (b.n === 0n) {
      if (q.n <= 0n) throw OUTSIDE;
      return ZERO_VALUE;
    }
    if (b.n > 0n) return rationalPower(b, q, at);
    return times(unityPower(q, at), rationalPower({ n: -b.n, d: b.d }, q, at), p);
  }
  switch (base.kind) {
    case "symbol":
      return symbolPower(base.name, q, at);
    case "constant":
      if (base.name === "pi" || base.name === "e") return constantPower(base.name, q, at);
      if (base.name === "i") return unityPower(reduce(q.n, 2n * q.d), at);
      throw OUTSIDE;
    case "pow": {
      const inner = exact(base.exponent, at);
      // (x^a)^b = x^(ab) for −1 < a ≤ 1, and for every real a where the base is positive.
      if (inner !== null && (isPositive(base.base) || (inner.n > -inner.d && inner.n <= inner.d))) return fractional(base.base, reduce(inner.n * q.n, inner.d * q.d), at);
      // (u^2m)^q = |u|^2mq for a real u.
      if (inner !== null && isEvenPower(base)) {
        const n = reduce(inner.n * q.n, inner.d * q.d);
        if (n.d === 1n) return n.n % 2n === 0n ? powered(valueOf(base.base, at), n.n, at) : times(callOf(call("abs", [base.base]) as CallNode, at), powered(valueOf(base.base, at), n.n - 1n, at), p);
      }
      if (inner === null && isPositive(base.base) && isReal(base.exponent)) return exponential(mulNode([{ kind: "number", ...q }, base.exponent, call("ln", [base.base])]), at);
      break;
    }
    case "root": {
      const k = exact(base.index, at);
      if (k !== null && k.d === 1n && k.n > 0n && (k.n % 2n === 0n || isPositive(base.arg))) return fractional(base.arg, reduce(q.n, q.d * k.n), at);
      break;
    }
    case "mul": {
      const free = (arg: Node): boolean => isPositive(arg) || isEvenPower(arg);
      const positive = base.args.filter(free);
      if (positive.length === 0) break;
      if (positive.length === base.args.length) return base.args.reduce((out, arg) => times(out, fractional(arg, q, at), p), ONE_VALUE);
      const rest = base.args.filter((arg) => !free(arg));
      return [...positive, mulNode(rest)].reduce((out, arg) => times(out, fractional(arg, q, at), p), ONE_VALUE);
    }
    case "call":
      if (base.name === "exp" && isReal(base)) return exponential(mulNode([{ kind: "number", ...q }, base.args[0]!]), at);
      break;
    default:
  }
  return compoundPower(base, valueOf(base, at), q, at);
}

/** An even power of a real: never negative. */
function isEvenPower(a: Node): boolean {
  return a.kind === "pow" && a.exponent.kind === "number" && a.exponent.d === 1n && a.exponent.n > 0n && a.exponent.n % 2n === 0n && isReal(a.base);
}

/** v^q for a compound base: v^⌊q⌋ times an opaque root. */
export function compoundPower(base: Node, value: Value, q: Rational, at: Image): Value {
  const { p } = at.field;
  const whole = floorDivide(q.n, q.d);
  if (plain(value, at) === 0n) {
    if (q.n < 0n) throw OUTSIDE;
    return ZERO_VALUE;
  }
  if (plain(value, at) === 1n) {
    at.seen.opaque = true;
    at.seen.argument = Math.max(at.seen.argument, value.u, value.l);
    return ONE_VALUE;
  }
  const scaled = content(base, value, at);
  const t = opaque(`power|${q.d}`, [scaled.value], at);
  const rest = q.n - whole * q.d;
  const part = times(powered(value, whole, at), powered(t, rest, at), p);
  return scaled.content === null ? part : times(part, rationalPower(scaled.content, { n: rest, d: q.d }, at), p);
}

/** A positive rational content taken out of a sum: 4x + 8 is 4·(x + 2). */
function content(base: Node, value: Value, at: Image): { content: Rational | null; value: Value } {
  const c = coefficientOf(base);
  return { content: c, value: c === null ? value : times(value, fromRational({ n: c.d, d: c.n }, at), at.field.p) };
}

/** The positive rational that divides every term of a sum; null where it is 1. */
export function coefficientOf(a: Node): Rational | null {
  if (a.kind !== "add") return null;
  let n = 0n;
  let d = 1n;
  for (const term of a.args) {
    const c = coefficient(term);
    n = gcd(n, c.n < 0n ? -c.n : c.n);
    d = lcm(d, c.d);
  }
  return n === d || n === 0n ? null : reduce(n, d);
}

function coefficient(a: Node): Rational {
  if (a.kind === "number") return a;
  if (a.kind !== "mul") return ONE;
  let n = 1n;
  let d = 1n;
  for (const arg of a.args) {
    if (arg.kind === "number") {
      n *= arg.n;
      d *= arg.d;
    } else if (arg.kind === "pow" && arg.base.kind === "number" && arg.exponent.kind === "number" && arg.exponent.n === -1n && arg.exponent.d === 1n) {
      n *= arg.base.d;
      d *= arg.base.n;
    }
  }
  return n === 0n || d === 0n ? ONE : reduce(n, d);
}

export function rootOf(arg: Node, index: Node, at: Image): Value {
  const k = exact(index, at);
  if (k === null || k.d !== 1n || k.n < 1n) {
    if (k !== null && k.n === 0n) throw OUTSIDE;
    return powerOf(arg, pow(index, MINUS_ONE), at);
  }
  const q: Rational = { n: 1n, d: k.n };
  if (k.n % 2n === 0n || !isReal(arg)) return fractional(arg, q, at);
  const b = exact(arg, at);
  if (b !== null && b.n < 0n) return negated(rationalPower({ n: -b.n, d: b.d }, q, at), at.field.p);
  if (b !== null || arg.kind === "symbol" || arg.kind === "constant") return fractional(arg, q, at);
  if (arg.kind === "mul") {
    // Real odd roots are multiplicative.
    return arg.args.reduce((out, factorNode) => times(out, rootOf(factorNode, index, at), at.field.p), ONE_VALUE);
  }
  if (arg.kind === "pow") {
    const inner = exact(arg.exponent, at);
    if (inner !== null && inner.d === 1n) return powered(rootOf(arg.base, index, at), inner.n, at);
  }
  return compoundRoot(arg, valueOf(arg, at), q, at);
}

/** The real odd root of a compound argument, to the power q·index. */
export function compoundRoot(base: Node, value: Value, q: Rational, at: Image): Value {
  const scaled = content(base, value, at);
  const t = powered(odd(`root|${q.d}`, scaled.value, at), q.n, at);
  return scaled.content === null ? t : times(t, rationalPower(scaled.content, q, at), at.field.p);
}
