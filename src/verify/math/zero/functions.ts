/** Named functions as values of the field. */
import { add as addNode, call, integer, MINUS_ONE, mul as mulNode, ONE, pow, root, type CallNode, type Node } from "../ast.ts";
import { magnitudeOfConstant, nearestInteger, signOfConstant } from "./constant.ts";
import { exponential, logarithm } from "./exponentials.ts";
import { exact, valueOf } from "./homomorphism.ts";
import { fractional } from "./radicals.ts";
import { floorDivide, reduce, ZERO, type Rational } from "./rational.ts";
import { isReal } from "./reality.ts";
import { constantPower, degree, fromRational, inverse, mod, negated, odd, ONE_VALUE, opaque, OUTSIDE, plain, plus, powered, times, unityPower, ZERO_VALUE, type Image, type Value } from "./value.ts";

export function callOf(a: CallNode, at: Image): Value {
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
export function absPower(u: Node, n: bigint, at: Image): Value {
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
