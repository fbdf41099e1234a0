/**
 * The field stage: an expression is read as a rational function of indeterminates (symbols, π, e, logarithms, exponentials,
 * opaque applications) over algebraic numbers and evaluated at one hashed point of a prime field.
 *
 * Every rewriting done on the way (addition formulas, e^(x+y) = e^x·e^y, √ of positive rationals, ln of products of positive
 * constants, x^a·x^b = x^(a+b)) is an identity wherever both sides are real; so equal values prove equal functions, up to:
 *  - bad luck at the point, at most degree / P (degree is tracked, so that the error stays below 2^−60), and
 *  - a nonzero coefficient that P divides, excluded by tracking a bound of every conjugate of the coefficients.
 * Unequal values prove difference only while all indeterminates are known to be independent: symbols and one transcendental.
 *
 * Equality is that of rational functions: x²/x equals x; the removable point is not part of the answer.
 */
import { call, add as addNode, integer, MINUS_ONE, mul as mulNode, ONE, pow, root, type BigNode, type CallNode, type Node } from "../ast.ts";
import { infinite, magnitudeOfConstant, nearestInteger, signOfConstant } from "./constant.ts";
import { expand, type Monomial } from "./monomials.ts";
import { gcd } from "../gcd.ts";
import { exactValue, finiteTerms, floorDivide, reduce, ZERO, type Rational } from "./rational.ts";
import { factor } from "./primes.ts";
import { isPositive, isReal } from "./reality.ts";
import { constantPower, degree, fromRational, inverse, lcm, mod, negated, odd, ONE_VALUE, opaque, OUTSIDE, plain, plus, powered, rationalPower, symbolPower, atomPower, times, unityPower, ZERO_VALUE, type Image, type Value } from "./value.ts";

/** @throws OutsideField where the field says nothing; LimitError */
export function valueOf(a: Node, at: Image): Value {
  at.meter.spend(3 * at.weight);
  const { p } = at.field;
  switch (a.kind) {
    case "number":
      return fromRational(a, at);
    case "constant":
      if (a.name === "i") return unityPower({ n: 1n, d: 2n }, at);
      if (a.name === "pi" || a.name === "e") return constantPower(a.name, ONE, at);
      throw OUTSIDE;
    case "symbol": {
      const index = at.bound.get(a.name);
      return index === undefined ? symbolPower(a.name, ONE, at) : fromRational({ n: index, d: 1n }, at);
    }
    case "add": {
      let total = ZERO_VALUE;
      for (const arg of a.args) total = total === ZERO_VALUE ? valueOf(arg, at) : plus(total, valueOf(arg, at), p);
      return total;
    }
    case "mul":
      return product(a.args, at);
    case "pow":
      return powerOf(a.base, a.exponent, at);
    case "root":
      return rootOf(a.arg, a.index, at);
    case "call":
      return callOf(a, at);
    case "big":
      return bigOf(a, at);
    default:
      throw OUTSIDE;
  }
}

/** A product; equal radicals are gathered first, so that √v·√v is v. */
function product(args: readonly Node[], at: Image): Value {
  const { p } = at.field;
  let out = ONE_VALUE;
  let radicals: { base: Node; root: boolean; q: Rational }[] | null = null;
  for (const arg of args) {
    const radical = radicalOf(arg, at);
    if (radical !== null) (radicals ??= []).push(radical);
    else out = times(out, valueOf(arg, at), p);
  }
  if (radicals === null) return out;
  const groups = new Map<string, { base: Node; root: boolean; q: Rational; value: Value }>();
  for (const radical of radicals) {
    const value = valueOf(radical.base, at);
    const key = `${radical.root}|${plain(value, at)}`;
    const same = groups.get(key);
    groups.set(key, { ...radical, value, q: same === undefined ? radical.q : reduce(same.q.n * radical.q.d + radical.q.n * same.q.d, same.q.d * radical.q.d) });
  }
  for (const { base, root: isRoot, q, value } of groups.values()) {
    const whole = floorDivide(q.n, q.d);
    const rest = reduce(q.n - whole * q.d, q.d);
    out = times(out, powered(value, whole, at), p);
    if (rest.n !== 0n) out = times(out, isRoot ? compoundRoot(base, value, rest, at) : compoundPower(base, value, rest, at), p);
  }
  return out;
}

/** A factor base^q with a compound base and a fractional q. */
function radicalOf(a: Node, at: Image): { base: Node; root: boolean; q: Rational } | null {
  if (a.kind === "root" && a.arg.kind === "add") {
    const k = exact(a.index, at);
    return k !== null && k.d === 1n && k.n > 1n ? { base: a.arg, root: k.n % 2n === 1n && isReal(a.arg), q: { n: 1n, d: k.n } } : null;
  }
  if (a.kind !== "pow") return null;
  const q = exact(a.exponent, at);
  if (q === null) return null;
  if (q.d !== 1n) return a.base.kind === "add" ? { base: a.base, root: false, q } : null;
  const inner = a.base.kind === "root" || a.base.kind === "pow" ? radicalOf(a.base, at) : null;
  return inner === null ? null : { ...inner, q: reduce(inner.q.n * q.n, inner.q.d) };
}

function exact(a: Node, at: Image): Rational | null {
  const value = exactValue(a, at.meter, at.bound);
  if (value === "undefined") throw OUTSIDE;
  return value;
}

function powerOf(base: Node, exponent: Node, at: Image): Value {
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
function fractional(base: Node, q: Rational, at: Image): Value {
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
function compoundPower(base: Node, value: Value, q: Rational, at: Image): Value {
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

function rootOf(arg: Node, index: Node, at: Image): Value {
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
function compoundRoot(base: Node, value: Value, q: Rational, at: Image): Value {
  const scaled = content(base, value, at);
  const t = powered(odd(`root|${q.d}`, scaled.value, at), q.n, at);
  return scaled.content === null ? t : times(t, rationalPower(scaled.content, q, at), at.field.p);
}

/** e^x, split over the monomials of x. */
function exponential(x: Node, at: Image, turned = false): Value {
  const { p } = at.field;
  const terms = expand(turned ? mulNode([x, { kind: "constant", name: "i" }]) : x, {
    ...at,
    name(a) {
      const value = valueOf(a, at);
      return { key: plain(value, at).toString(16), size: Math.max(value.u, value.l) };
    },
  });
  let out = ONE_VALUE;
  for (const term of terms) out = times(out, exponentialTerm(term, at), p);
  return out;
}

function exponentialTerm(term: Monomial, at: Image): Value {
  const { coefficient: c, factors } = term;
  at.meter.spend(2);
  if (factors.length === 0) return constantPower("e", c, at);
  const [first, second] = factors;
  if (factors.length === 2 && first!.key === "i" && second!.key === "pi" && isOne(first!.exponent) && isOne(second!.exponent)) return unityPower(c, at);
  if (factors.length === 1 && isOne(first!.exponent) && first!.log !== undefined) {
    // e^(c·ln v) = v^c
    return first!.log.kind === "number" ? rationalPower(first!.log, c, at) : c.d === 1n ? powered(valueOf(first!.log, at), c.n, at) : fractional(first!.log, c, at);
  }
  at.seen.opaque = true;
  at.seen.argument = Math.max(at.seen.argument, term.size);
  return atomPower(`exp|${term.key}`, c, at);
}

function isOne(q: Rational): boolean {
  return q.n === 1n && q.d === 1n;
}

/** ln of a node as a value. */
function logarithm(a: Node, at: Image): Value {
  const { p } = at.field;
  const b = exact(a, at);
  if (b !== null) {
    if (b.n === 0n) throw OUTSIDE;
    let out = ZERO_VALUE;
    if (b.n < 0n) out = times(unityPower({ n: 1n, d: 2n }, at), constantPower("pi", ONE, at), p);
    for (const [base, side] of [[b.n < 0n ? -b.n : b.n, 1], [b.d, -1]] as const) {
      for (const [prime, count] of factor(base, at.meter)) {
        at.seen.constants.add(`ln ${prime}`);
        out = plus(out, times(atomPower(`ln|${prime}`, ONE, at), fromRational({ n: BigInt(count * side), d: 1n }, at), p), p);
      }
    }
    return out;
  }
  switch (a.kind) {
    case "constant":
      if (a.name === "e") return ONE_VALUE;
      break;
    case "pow": {
      const q = exact(a.exponent, at);
      const symbolic = a.base.kind === "symbol" && q !== null && q.n >= -q.d && q.n <= q.d;
      if (symbolic || (isPositive(a.base) && isReal(a.exponent))) return times(valueOf(a.exponent, at), logarithm(a.base, at), p);
      break;
    }
    case "root":
      if (a.arg.kind === "symbol" || isPositive(a.arg)) return times(inverse(valueOf(a.index, at)), logarithm(a.arg, at), p);
      break;
    case "mul": {
      const positive = a.args.filter(isPositive);
      if (positive.length === 0) break;
      const rest = a.args.filter((arg) => !isPositive(arg));
      let out = rest.length === 0 ? ZERO_VALUE : logarithm(mulNode(rest), at);
      for (const arg of positive) out = plus(out, logarithm(arg, at), p);
      return out;
    }
    case "call":
      if (a.name === "exp" && isReal(a)) return valueOf(a.args[0]!, at);
      break;
    default:
  }
  return opaque("ln", [valueOf(a, at)], at);
}

function callOf(a: CallNode, at: Image): Value {
  const { p } = at.field;
  const q = exact(a, at);
  if (q !== null) return fromRational(q, at);
  const x = a.args[0];
  if (x === undefined) return opaque(`call|${a.name}`, [], at);
  const i = (): Value => unityPower({ n: 1n, d: 2n }, at);
  switch (a.name) {
    case "exp":
      return exponential(x, at);
    case "ln":
      return logarithm(x, at);
    case "log":
      return times(logarithm(x, at), inverse(logarithm(a.args[1] ?? integer(10), at)), p);
    case "sin":
    case "cos":
    case "tan":
    case "cot":
    case "sec":
    case "csc": {
      // With E = e^(ix): cos x = (E² + 1)/2E, sin x = (E² − 1)/2iE.
      const e = exponential(x, at, true);
      return circular(a.name, e, i(), p);
    }
    case "sinh":
    case "cosh":
    case "tanh":
    case "coth":
    case "sech":
    case "csch":
      return circular(HYPERBOLIC[a.name]!, exponential(x, at), ONE_VALUE, p);
    case "arcsin":
    case "arccos":
    case "arctan":
    case "arccot":
    case "arcsec":
    case "arccsc":
      return inverseCircular(a.name, x, at);
    case "arsinh":
      return logarithm(addNode([x, root(addNode([pow(x, integer(2)), ONE]))]), at);
    case "arcosh":
      return logarithm(addNode([x, root(addNode([pow(x, integer(2)), MINUS_ONE]))]), at);
    case "artanh":
    case "arcoth": {
      const top = addNode([x, ONE]);
      const bottom = a.name === "artanh" ? addNode([ONE, mulNode([MINUS_ONE, x])]) : addNode([x, MINUS_ONE]);
      return times(plus(logarithm(top, at), negated(logarithm(bottom, at), p), p), fromRational({ n: 1n, d: 2n }, at), p);
    }
    case "abs": {
      // |ab| = |a|·|b|, |a^n| = |a|^n
      if (x.kind === "mul") return x.args.reduce((out, arg) => times(out, callOf(call("abs", [arg]) as CallNode, at), p), ONE_VALUE);
      if (x.kind === "pow") {
        const n = exact(x.exponent, at);
        if (n !== null && n.d === 1n) return absPower(x.base, n.n, at);
      }
      const value = valueOf(x, at);
      const s = signOfConstant(x, at);
      if (s !== null) return s === 0 ? ZERO_VALUE : s > 0 ? value : negated(value, p);
      if (vanishes(value, at)) return ZERO_VALUE;
      const whole = magnitudeOfConstant(x, at);
      if (whole !== null) return fractional({ kind: "number", ...whole }, { n: 1n, d: 2n }, at);
      const v = plain(value, at);
      return opaque("abs", [{ ...value, n: v * 2n > p ? p - v : v, d: 1n }], at);
    }
    case "sign": {
      const s = signOfConstant(x, at);
      return s === null ? odd("sign", valueOf(x, at), at) : fromRational({ n: BigInt(s), d: 1n }, at);
    }
    case "gamma":
    case "factorial":
      return gammaOf(a, x, at);
    case "floor":
      return floorOf(x, at);
    case "ceil":
      return negated(floorOf(mulNode([MINUS_ONE, x]), at), p);
    case "frac":
      return plus(valueOf(x, at), negated(floorOf(x, at), p), p);
    case "mod": {
      const m = a.args[1];
      if (m === undefined || a.args.length !== 2) throw OUTSIDE;
      // a − m·⌊a/m⌋: the sign of the modulus.
      return plus(valueOf(x, at), negated(times(valueOf(m, at), floorOf(mulNode([x, pow(m, MINUS_ONE)]), at), p), p), p);
    }
    case "round": {
      const n = nearestInteger(a, at);
      if (n !== null) return fromRational({ n, d: 1n }, at);
      const value = valueOf(x, at);
      return vanishes(value, at) ? ZERO_VALUE : opaque(a.name, [value], at);
    }
    case "gcd":
    case "lcm":
    case "min":
    case "max": {
      const values = a.args.map((arg) => valueOf(arg, at));
      const keyed = values.map((v) => ({ v, key: plain(v, at) })).toSorted((s, t) => (s.key < t.key ? -1 : s.key > t.key ? 1 : 0));
      return opaque(a.name, keyed.map((k) => k.v), at);
    }
    default:
      return opaque(`call|${a.name}`, a.args.map((arg) => valueOf(arg, at)), at);
  }
}

/** ⌊x⌋: a number where the digits show it; else whole numbers leave, and what is left is opaque. */
function floorOf(x: Node, at: Image): Value {
  const n = nearestInteger(call("floor", [x]), at);
  if (n !== null) return fromRational({ n, d: 1n }, at);
  const parts: Rational[] = [];
  const rest: Node[] = [];
  for (const term of termsOf(x)) {
    const q = exact(term, at);
    if (q === null) rest.push(term);
    else parts.push(q);
  }
  const constant = parts.reduce((s, q) => reduce(s.n * q.d + q.n * s.d, s.d * q.d), ZERO);
  const whole = floorDivide(constant.n, constant.d);
  const fraction = reduce(constant.n - whole * constant.d, constant.d);
  if (rest.length > 0 && vanishes(valueOf(addNode(rest), at), at)) return fromRational({ n: whole, d: 1n }, at);
  return plus(fromRational({ n: whole, d: 1n }, at), opaque("floor", [valueOf(addNode([...rest, { kind: "number", ...fraction }]), at)], at), at.field.p);
}

/** Zero in the field; the bounds that must hold for it to be zero for good are those of an opaque argument. */
function vanishes(value: Value, at: Image): boolean {
  if (plain(value, at) !== 0n) return false;
  at.seen.opaque = true;
  at.seen.argument = Math.max(at.seen.argument, value.u, value.l);
  return true;
}

/** The terms of a sum, a rational factor before a sum distributed. */
function termsOf(x: Node): readonly Node[] {
  if (x.kind === "add") return x.args.flatMap(termsOf);
  if (x.kind !== "mul") return [x];
  const sums = x.args.filter((arg) => arg.kind === "add");
  const sum = sums[0];
  if (sums.length !== 1 || sum === undefined || sum.kind !== "add") return [x];
  const rest = x.args.filter((arg) => arg !== sum);
  return sum.args.flatMap((term) => termsOf(mulNode([...rest, term])));
}

/** |u|^n: u^n for even n and a real u. */
function absPower(u: Node, n: bigint, at: Image): Value {
  if (n % 2n === 0n && isReal(u)) return powered(valueOf(u, at), n, at);
  return powered(callOf(call("abs", [u]) as CallNode, at), n, at);
}

const HYPERBOLIC: Readonly<Record<string, string>> = { sinh: "sin", cosh: "cos", tanh: "tan", coth: "cot", sech: "sec", csch: "csc" };

/** Γ at half-integers is a rational times √π; elsewhere opaque. */
function gammaOf(a: CallNode, x: Node, at: Image): Value {
  const q = exact(x, at);
  const steps = q === null || q.d !== 2n ? null : (a.name === "gamma" ? q.n - 1n : q.n + 1n) / 2n;
  if (steps === null || steps > 100n || steps < -100n) return opaque(`call|${a.name}`, [valueOf(x, at)], at);
  at.meter.spend(200);
  let n = 1n;
  let d = 1n;
  // Γ(x + 1) = x·Γ(x), up or down from Γ(1/2) = √π.
  for (let k = 0n; k < steps; k++) [n, d] = [n * (2n * k + 1n), d * 2n];
  for (let k = 0n; k > steps; k--) [n, d] = [n * 2n, d * (2n * k - 1n)];
  return times(fromRational(reduce(n, d), at), constantPower("pi", { n: 1n, d: 2n }, at), at.field.p);
}

/** The six functions from E = n/d: sin is (n² − d²)/(2·i·n·d); with i = 1, the hyperbolic ones. */
function circular(name: string, e: Value, i: Value, p: bigint): Value {
  const nn = (e.n * e.n) % p;
  const dd = e.d === 1n ? 1n : (e.d * e.d) % p;
  const nd = e.d === 1n ? e.n : (e.n * e.d) % p;
  const wide = 2 * Math.max(e.u, e.l) + 1;
  const g = 2 * e.g;
  const sin: Value = { n: mod(nn - dd, p), d: (2n * nd * i.n) % p, u: wide, l: 1 + e.u + e.l, g };
  const cos: Value = { n: (nn + dd) % p, d: (2n * nd) % p, u: wide, l: 1 + e.u + e.l, g };
  switch (name) {
    case "sin":
      return sin;
    case "cos":
      return cos;
    case "csc":
      return inverse(sin);
    case "sec":
      return inverse(cos);
    default: {
      const tan: Value = { n: sin.n, d: (cos.n * i.n) % p, u: wide, l: wide, g };
      return name === "tan" ? tan : inverse(tan);
    }
  }
}

/** arcsin v = qπ where sin(qπ) = v in the field and q is what the numbers say; else an opaque odd function. */
function inverseCircular(name: string, x: Node, at: Image): Value {
  const { p } = at.field;
  const half = times(constantPower("pi", ONE, at), fromRational({ n: 1n, d: 2n }, at), p);
  switch (name) {
    case "arccos":
      return plus(half, negated(inverseCircular("arcsin", x, at), p), p);
    case "arccot":
      return plus(half, negated(inverseCircular("arctan", x, at), p), p);
    case "arcsec":
      return inverseCircular("arccos", pow(x, MINUS_ONE), at);
    case "arccsc":
      return inverseCircular("arcsin", pow(x, MINUS_ONE), at);
    default: {
      const value = valueOf(x, at);
      const q = angle(name, x, value, at);
      return q === null ? odd(name, value, at) : times(constantPower("pi", ONE, at), fromRational(q, at), p);
    }
  }
}

/** Denominators of the angles with familiar sines and tangents. */
const ANGLES: readonly number[] = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 30];

function angle(name: string, x: Node, value: Value, at: Image): Rational | null {
  if (at.field.order === 0n) return null;
  const guess = nearestInteger(call("round", [mulNode([call(name, [x]), pow({ kind: "constant", name: "pi" }, MINUS_ONE), integer(240)])]), at);
  if (guess === null) return null;
  const q = reduce(guess, 240n);
  if (!ANGLES.includes(Number(q.d))) return null;
  const back = circular(name === "arcsin" ? "sin" : "tan", unityPower(q, at), unityPower({ n: 1n, d: 2n }, at), at.field.p);
  const size = value.u + back.l + value.l + back.u;
  if ((back.n * value.d - value.n * back.d) % at.field.p !== 0n || back.d === 0n || size * degree(at.seen) > at.field.bits - 8) return null;
  return q;
}

/** Sums and products: added up where finite, else an indeterminate named by operator, bounds and body. */
function bigOf(a: BigNode, at: Image): Value {
  const { p } = at.field;
  const terms = finiteTerms(a, at.meter, at.bound);
  if (terms !== null) {
    let total = a.op === "sum" ? ZERO_VALUE : ONE_VALUE;
    const bound = new Map(at.bound);
    const inner: Image = { ...at, bound };
    for (let k = terms.from; k <= terms.to; k++) {
      bound.set(a.variable, k);
      const value = valueOf(a.body, inner);
      total = a.op === "sum" ? plus(total, value, p) : times(total, value, p);
    }
    return total;
  }
  at.seen.unevaluated = true;
  const renamed = new Map(at.renamed);
  renamed.set(a.variable, `bound ${at.renamed.size}`);
  const bound = new Map(at.bound);
  bound.delete(a.variable);
  const body = valueOf(a.body, { ...at, renamed, bound });
  let name = `${a.op}|${a.detail ?? ""}`;
  const values = [body];
  for (const side of [a.lower, a.upper]) {
    if (side === undefined) name += "|none";
    else {
      const sign = infinite(side, at);
      if (sign === 1 || sign === -1) name += `|${sign}oo`;
      else if (sign === "open") throw OUTSIDE;
      else {
        name += "|at";
        values.push(valueOf(side, at));
      }
    }
  }
  return opaque(name, values, at);
}

