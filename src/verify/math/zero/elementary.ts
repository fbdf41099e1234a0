/** Elementary functions of complex balls: principal branches, and the school's ranges of the inverse functions. */
import * as B from "./ball.ts";
import * as F from "./ball-functions.ts";
import * as C from "./complex.ts";
import type { Complex } from "./complex.ts";
import { note, type Evaluation } from "./evaluation.ts";

const DIRECT: ReadonlySet<string> = /* @__PURE__ */ new Set(["exp", "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "sech", "csch"]);
const TWO_LOGARITHMS: ReadonlySet<string> = /* @__PURE__ */ new Set(["log", "arcosh", "artanh", "arcoth", "arsech"]);

/** How much dearer than an exponential a function is: inverses solve an equation, and complex ones two. */
export function effort(name: string, z: Complex): number {
  if (DIRECT.has(name)) return z.im === null ? 1.5 : 3;
  const two = TWO_LOGARITHMS.has(name) || (z.im !== null && (name === "arctan" || name === "arccot"));
  return (two ? 8 : 4) * (z.im === null ? 1 : 2);
}

/** True for a real value that is surely negative; an exact zero is not. @throws Unresolved where it cannot be told */
export function isNegative(z: Complex): boolean {
  return z.im === null && B.sign(z.re) < 0;
}

export function elementary(name: string, z: Complex, second: Complex | null, at: Evaluation): Complex {
  const { p } = at;
  const inverse = (x: Complex): Complex => C.divide(C.ONE, x, p);
  switch (name) {
    case "exp":
      return C.exp(z, p);
    case "ln":
      return naturalLog(z, at);
    case "log":
      return C.divide(naturalLog(z, at), second === null ? C.real(F.ln(B.fromInteger(10n), p)) : naturalLog(second, at), p);
    case "sin":
      return sincos(z, p).sin;
    case "cos":
      return sincos(z, p).cos;
    case "tan":
    case "cot":
    case "sec":
    case "csc": {
      const { sin, cos } = sincos(z, p);
      return name === "tan" ? C.divide(sin, cos, p) : name === "cot" ? C.divide(cos, sin, p) : inverse(name === "sec" ? cos : sin);
    }
    case "sinh":
    case "cosh":
    case "tanh":
    case "coth":
    case "sech":
    case "csch": {
      // Noted, since tanh hides how close to 1 it is.
      const up = note(C.exp(z, p), at);
      const down = note(inverse(up), at);
      const sinh = C.half(C.subtract(up, down, p));
      const cosh = C.half(C.add(up, down, p));
      if (name === "sinh") return sinh;
      if (name === "cosh") return cosh;
      if (name === "tanh") return C.divide(sinh, cosh, p);
      if (name === "coth") return C.divide(cosh, sinh, p);
      return inverse(name === "sech" ? cosh : sinh);
    }
    case "arcsin":
      return arcsin(z, at);
    case "arccos":
      return C.subtract(halfPi(p), arcsin(z, at), p);
    case "arcsec":
      return C.subtract(halfPi(p), arcsin(inverse(z), at), p);
    case "arccsc":
      return arcsin(inverse(z), at);
    case "arctan":
      return arctan(z, p);
    case "arccot":
      // The school's range (0, π).
      return C.subtract(halfPi(p), arctan(z, p), p);
    case "arsinh":
      return C.ln(C.add(z, C.sqrt(C.add(C.multiply(z, z, p), C.ONE, p), p), p), p);
    case "arcosh":
      return arcosh(z, at);
    case "artanh":
      return artanh(z, at);
    case "arcoth":
      return artanh(inverse(z), at);
    case "arsech":
      return arcosh(inverse(z), at);
    case "arcsch": {
      const w = inverse(z);
      return C.ln(C.add(w, C.sqrt(C.add(C.multiply(w, w, p), C.ONE, p), p), p), p);
    }
    default:
      throw B.UNSUPPORTED;
  }
}

function naturalLog(z: Complex, at: Evaluation): Complex {
  if (C.isExactZero(z)) throw B.UNDEFINED;
  if (C.containsZero(z)) throw B.PRECISION;
  if (isNegative(z)) at.nonreal = true;
  return C.ln(z, at.p);
}

function halfPi(p: number): Complex {
  return C.half(C.real(F.pi(p)));
}

function sincos(z: Complex, p: number): { sin: Complex; cos: Complex } {
  if (z.im === null) {
    const { sin, cos } = F.sincos(z.re, p);
    return { sin: C.real(sin), cos: C.real(cos) };
  }
  const up = C.exp(C.timesI(z), p);
  const down = C.divide(C.ONE, up, p);
  return { sin: C.negate(C.timesI(C.half(C.subtract(up, down, p)))), cos: C.half(C.add(up, down, p)) };
}

function arcsin(z: Complex, at: Evaluation): Complex {
  const { p } = at;
  const rest = C.subtract(C.ONE, C.multiply(z, z, p), p);
  if (z.im === null) {
    const inside = B.sign(rest.re);
    if (inside === 0) return B.sign(z.re) > 0 ? halfPi(p) : C.negate(halfPi(p));
    if (inside > 0) return C.real(F.atan(B.divide(z.re, B.sqrt(rest.re, p), p), p));
    at.nonreal = true;
  }
  return C.negate(C.timesI(C.ln(C.add(C.timesI(z), C.sqrt(rest, p), p), p)));
}

function arctan(z: Complex, p: number): Complex {
  if (z.im === null) return C.real(F.atan(z.re, p));
  const turned = C.timesI(z);
  return C.half(C.timesI(C.subtract(C.ln(C.subtract(C.ONE, turned, p), p), C.ln(C.add(C.ONE, turned, p), p), p)));
}

function arcosh(z: Complex, at: Evaluation): Complex {
  const { p } = at;
  if (z.im === null && B.sign(B.subtract(z.re, B.ONE_BALL, p)) < 0) at.nonreal = true;
  const root = C.multiply(C.sqrt(C.add(z, C.ONE, p), p), C.sqrt(C.subtract(z, C.ONE, p), p), p);
  return C.ln(C.add(z, root, p), p);
}

function artanh(z: Complex, at: Evaluation): Complex {
  const { p } = at;
  const up = C.add(C.ONE, z, p);
  const down = C.subtract(C.ONE, z, p);
  if (z.im === null && B.sign(up.re) * B.sign(down.re) < 0) at.nonreal = true;
  return C.half(C.subtract(C.ln(up, p), C.ln(down, p), p));
}
