/**
 * Corners that no absolute value shows: √v where v has a double zero is |…| in disguise, and so are arccos v where 1 − v² has one and e^(½·ln v).
 * Agreement at points is evidence for functions without corners only, so expressions with such parts are not called equal on it.
 */
import { add, children, integer, pow, type Node } from "../ast.ts";
import type { Meter } from "../limits.ts";
import { isNonnegative } from "./absolute.ts";
import { exactValue, NO_BINDINGS } from "./exact-value.ts";
import { FIELD, modInverse } from "./field.ts";
import { valueOf } from "./homomorphism.ts";
import { isPositive, isReal } from "./reality.ts";
import { freeSymbols } from "./survey.ts";
import { image, mod, OutsideField, type Image } from "./value.ts";

/** True where every root, power, logarithm in an exponent and inverse function is seen to be free of hidden corners. */
export function isSmooth(a: Node, meter: Meter): boolean {
  meter.spend(2);
  switch (a.kind) {
    case "pow": {
      const q = exactValue(a.exponent, meter, NO_BINDINGS);
      const even = q === null || q === "undefined" || q.d % 2n === 0n;
      if (even && !hasSimpleZeros(a.base, meter)) return false;
      if (q === null && !logarithmsAreSmooth(a.exponent, meter)) return false;
      break;
    }
    case "root": {
      const k = exactValue(a.index, meter, NO_BINDINGS);
      if ((k === null || k === "undefined" || k.n % 2n === 0n || k.d !== 1n) && !hasSimpleZeros(a.arg, meter)) return false;
      break;
    }
    case "call": {
      const u = a.args[0];
      if (u === undefined || freeSymbols(a).size === 0) return true;
      if (a.name === "exp" && !logarithmsAreSmooth(u, meter)) return false;
      if (UNIT.has(a.name) && !hasSimpleZeros(add([pow(u, integer(2)), integer(-1)]), meter)) return false;
      // Between two poles of its argument an arctangent starts anew.
      if ((a.name === "arctan" || a.name === "arccot") && mentionsPoles(u)) return false;
      break;
    }
    default:
  }
  return children(a).every((child) => isSmooth(child, meter));
}

/** Inverse functions with an edge where u² = 1. */
const UNIT: ReadonlySet<string> = /* @__PURE__ */ new Set(["arcsin", "arccos", "arcsec", "arccsc", "arcosh", "arsech"]);
const WITH_POLES: ReadonlySet<string> = /* @__PURE__ */ new Set(["tan", "cot", "sec", "csc"]);

function mentionsPoles(a: Node): boolean {
  return (a.kind === "call" && WITH_POLES.has(a.name) && freeSymbols(a).size > 0) || children(a).some(mentionsPoles);
}

function logarithmsAreSmooth(a: Node, meter: Meter): boolean {
  if (a.kind === "call" && (a.name === "ln" || a.name === "log") && !hasSimpleZeros(a.args[0]!, meter)) return false;
  return children(a).every((child) => logarithmsAreSmooth(child, meter));
}

/** Not zero for any real values of the symbols. */
function isAlwaysPositive(a: Node): boolean {
  switch (a.kind) {
    case "add":
      return a.args.every(isNonnegative) && a.args.some(isAlwaysPositive);
    case "mul":
      return a.args.every(isAlwaysPositive);
    case "pow":
      return isAlwaysPositive(a.base) && isReal(a.exponent);
    case "root":
      return isAlwaysPositive(a.arg);
    case "call":
      return (a.name === "exp" || a.name === "cosh") && a.args.every(isReal);
    default:
      return isPositive(a);
  }
}

/** Whether numerator and denominator of v are visibly polynomials without double zeros along every symbol. */
function hasSimpleZeros(v: Node, meter: Meter): boolean {
  const symbols = freeSymbols(v);
  if (symbols.size === 0 || v.kind === "symbol" || isAlwaysPositive(v)) return true;
  for (const name of symbols) {
    const f = along(v, name, meter);
    if (f === null || !isSquarefree(f, meter)) return false;
  }
  return true;
}

const MAX_DEGREE = 12;

/** Coefficients of numerator times denominator as a polynomial in one symbol, the others at their points of the field; null where it is none. */
function along(v: Node, name: string, meter: Meter): bigint[] | null {
  const { p } = FIELD;
  const at = image(FIELD, meter);
  const samples: bigint[] = [];
  try {
    for (let t = 1n; t <= BigInt(MAX_DEGREE + 3); t++) {
      const bound: Image = { ...at, bound: new Map([[name, t]]) };
      const { n, d } = valueOf(v, bound);
      samples.push((n * d) % p);
    }
  } catch (error) {
    if (error instanceof OutsideField) return null;
    throw error;
  }
  meter.spend(200);
  // Newton's divided differences at 1, 2, 3, …
  const newton = [...samples];
  for (let k = 1; k < newton.length; k++) {
    const inverse = modInverse(BigInt(k), p);
    for (let j = newton.length - 1; j >= k; j--) newton[j] = mod((newton[j]! - newton[j - 1]!) * inverse, p);
  }
  while (newton.at(-1) === 0n) newton.pop();
  if (newton.length > MAX_DEGREE + 1) return null;
  let out: bigint[] = [];
  for (let k = newton.length - 1; k >= 0; k--) {
    // out·(t − (k + 1)) + newton[k]
    const next = [newton[k]!, ...out];
    out.forEach((c, j) => (next[j] = mod(next[j]! - c * BigInt(k + 1), p)));
    out = next;
  }
  return out;
}

/** gcd(f, f′) = 1 over the field. */
function isSquarefree(f: readonly bigint[], meter: Meter): boolean {
  const { p } = FIELD;
  let a = trimmed(f);
  if (a.length < 2) return a.length === 1;
  let b = trimmed(a.slice(1).map((c, k) => mod(c * BigInt(k + 1), p)));
  while (b.length > 1) {
    meter.spend(100);
    [a, b] = [b, remainder(a, b)];
  }
  return b.length === 1;
}

function trimmed(f: readonly bigint[]): bigint[] {
  const out = [...f];
  while (out.length > 0 && out.at(-1) === 0n) out.pop();
  return out;
}

function remainder(a: readonly bigint[], b: readonly bigint[]): bigint[] {
  const { p } = FIELD;
  const out = [...a];
  const inverse = modInverse(b.at(-1)!, p);
  while (out.length >= b.length) {
    const c = (out.at(-1)! * inverse) % p;
    const shift = out.length - b.length;
    b.forEach((x, k) => (out[k + shift] = mod(out[k + shift]! - c * x, p)));
    out.pop();
  }
  return trimmed(out);
}
