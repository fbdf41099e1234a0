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
import { ONE, type BigNode, type Node } from "../ast.ts";
import { infinite } from "./constant.ts";
import { exactValue, finiteTerms } from "./exact-value.ts";
import { callOf } from "./functions.ts";
import { compoundPower, compoundRoot, powerOf, rootOf } from "./radicals.ts";
import { floorDivide, reduce, type Rational } from "./rational.ts";
import { isReal } from "./reality.ts";
import { constantPower, fromRational, ONE_VALUE, opaque, OUTSIDE, plain, plus, powered, symbolPower, times, unityPower, ZERO_VALUE, type Image, type Value } from "./value.ts";

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
export function product(args: readonly Node[], at: Image): Value {
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
export function radicalOf(a: Node, at: Image): { base: Node; root: boolean; q: Rational } | null {
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

export function exact(a: Node, at: Image): Rational | null {
  const value = exactValue(a, at.meter, at.bound);
  if (value === "undefined") throw OUTSIDE;
  return value;
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
