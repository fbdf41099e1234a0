/** Exponentials and logarithms as values of the field: e^(x+y) = e^x·e^y, and logarithms of products of positive constants. */
import { mul as mulNode, ONE, type Node } from "../ast.ts";
import { exact, valueOf } from "./homomorphism.ts";
import { expand, type Monomial } from "./monomials.ts";
import { factor } from "./primes.ts";
import { fractional } from "./radicals.ts";
import type { Rational } from "./rational.ts";
import { isPositive, isReal } from "./reality.ts";
import { atomPower, constantPower, fromRational, inverse, ONE_VALUE, opaque, OUTSIDE, plain, plus, powered, rationalPower, times, unityPower, ZERO_VALUE, type Image, type Value } from "./value.ts";

/** e^x, split over the monomials of x. */
export function exponential(x: Node, at: Image, turned = false): Value {
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
export function logarithm(a: Node, at: Image): Value {
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
