/** Derivatives, integrals and limits that have a closed form by rule: they become ordinary expressions before anything is decided. */
import { add, call, children, div, integer, isScalar, MINUS_ONE, mul, neg, ONE, pow, root, type BigNode, type Node } from "../ast.ts";
import type { Meter } from "../limits.ts";
import { substitute } from "./opaque.ts";
import { polynomialOf } from "./polynomial.ts";
import { mentionsInfinity } from "./reality.ts";

const ZERO: Node = integer(0);

/** Rewrites every derivative of elementary functions and every integral and limit of a polynomial inside `a`. */
export function evaluateCalculus(a: Node, meter: Meter): Node {
  if (!hasCalculus(a, meter)) return a;
  meter.spend(4);
  switch (a.kind) {
    case "add":
      return add(a.args.map((arg) => evaluateCalculus(arg, meter)));
    case "mul":
      return mul(a.args.map((arg) => evaluateCalculus(arg, meter)));
    case "call":
      return call(a.name, a.args.map((arg) => evaluateCalculus(arg, meter)));
    case "pow":
      return pow(evaluateCalculus(a.base, meter), evaluateCalculus(a.exponent, meter));
    case "root":
      return root(evaluateCalculus(a.arg, meter), evaluateCalculus(a.index, meter));
    case "big": {
      const body = evaluateCalculus(a.body, meter);
      const inner: BigNode = { ...a, body };
      if (a.op === "derivative") return derivativeOf(inner, meter) ?? inner;
      if (a.op === "integral") return integralOf(inner, meter) ?? inner;
      if (a.op === "limit") return limitOf(inner, meter) ?? inner;
      return inner;
    }
    default:
      return a;
  }
}

function hasCalculus(a: Node, meter: Meter): boolean {
  meter.spend(1);
  switch (a.kind) {
    case "add":
    case "mul":
    case "call":
      return a.args.some((arg) => hasCalculus(arg, meter));
    case "pow":
      return hasCalculus(a.base, meter) || hasCalculus(a.exponent, meter);
    case "root":
      return hasCalculus(a.arg, meter) || hasCalculus(a.index, meter);
    case "big":
      return a.op === "derivative" || a.op === "integral" || a.op === "limit" || hasCalculus(a.body, meter);
    default:
      return false;
  }
}

function derivativeOf(a: BigNode, meter: Meter): Node | null {
  const order = a.detail === undefined || a.detail === "" ? 1 : Number(a.detail);
  if (!Number.isInteger(order) || order < 1 || order > 4 || a.lower !== undefined || a.upper !== undefined) return null;
  // dy/dx and d(xy)/dx leave open how y depends on x; only letters that are constants by custom are taken for constants.
  for (const name of symbolsOf(a.body, meter)) if (name !== a.variable && !CONSTANT_LETTERS.has(name)) return null;
  let out: Node | null = a.body;
  for (let k = 0; k < order && out !== null; k++) out = differentiate(out, a.variable, meter);
  return out;
}

const CONSTANT_LETTERS: ReadonlySet<string> = /* @__PURE__ */ new Set("abcdkmnpqrABCDKMNPQR");

function symbolsOf(a: Node, meter: Meter): string[] {
  meter.spend(2);
  if (a.kind === "symbol") return [a.name];
  return children(a).flatMap((child) => symbolsOf(child, meter));
}

function integralOf(a: BigNode, meter: Meter): Node | null {
  // Without both bounds the constant of integration is left open.
  if (a.lower === undefined || a.upper === undefined || a.detail !== undefined) return null;
  const polynomial = polynomialOf(a.body, [a.variable], meter);
  if (polynomial === null) return null;
  const parts: Node[] = [];
  for (const [key, coefficient] of polynomial) {
    const n = integer(Number(key) + 1);
    parts.push(mul([coefficient, div(ONE, n), add([pow(a.upper, n), neg(pow(a.lower, n))])]));
  }
  return parts.length === 0 ? ZERO : add(parts);
}

/** The limit of a polynomial at a finite place is its value there; from either side. */
function limitOf(a: BigNode, meter: Meter): Node | null {
  if (a.lower === undefined || a.upper !== undefined || [a.body, a.lower].some((part) => mentionsInfinity(part)) || !isScalar(a.body)) return null;
  if (!depends(a.body, a.variable, meter)) return a.body;
  return polynomialOf(a.body, [a.variable], meter) === null ? null : substitute(a.body, a.variable, a.lower);
}

function depends(a: Node, x: string, meter: Meter): boolean {
  meter.spend(1);
  switch (a.kind) {
    case "symbol":
      return a.name === x;
    case "add":
    case "mul":
    case "call":
      return a.args.some((arg) => depends(arg, x, meter));
    case "pow":
      return depends(a.base, x, meter) || depends(a.exponent, x, meter);
    case "root":
      return depends(a.arg, x, meter) || depends(a.index, x, meter);
    case "number":
    case "constant":
      return false;
    default:
      return true;
  }
}

/** d/dx by rule, or null where some part has no rule here. */
export function differentiate(a: Node, x: string, meter: Meter): Node | null {
  meter.spend(4);
  if (!depends(a, x, meter)) return ZERO;
  switch (a.kind) {
    case "symbol":
      return ONE;
    case "add": {
      const parts = a.args.map((arg) => differentiate(arg, x, meter));
      return parts.includes(null) ? null : add(parts as Node[]);
    }
    case "mul": {
      const parts: Node[] = [];
      for (let k = 0; k < a.args.length; k++) {
        const part = differentiate(a.args[k]!, x, meter);
        if (part === null) return null;
        meter.spend(a.args.length);
        if (part !== ZERO) parts.push(mul(a.args.map((arg, j) => (j === k ? part : arg))));
      }
      return parts.length === 0 ? ZERO : add(parts);
    }
    case "pow": {
      const base = differentiate(a.base, x, meter);
      const exponent = differentiate(a.exponent, x, meter);
      if (base === null || exponent === null) return null;
      if (exponent === ZERO) return mul([a.exponent, pow(a.base, add([a.exponent, MINUS_ONE])), base]);
      const grown = mul([a, exponent, call("ln", [a.base])]);
      return base === ZERO ? grown : add([grown, mul([a.exponent, pow(a.base, add([a.exponent, MINUS_ONE])), base])]);
    }
    case "root": {
      const arg = differentiate(a.arg, x, meter);
      if (arg === null || depends(a.index, x, meter)) return null;
      return mul([a, arg, pow(mul([a.index, a.arg]), MINUS_ONE)]);
    }
    case "call": {
      const u = a.args[0];
      if (u === undefined || a.args.slice(1).some((arg) => depends(arg, x, meter))) return null;
      const inner = differentiate(u, x, meter);
      const outer = inner === null ? null : outerDerivative(a.name, u, a.args[1]);
      return inner === null || outer === null ? null : mul([outer, inner]);
    }
    default:
      return null;
  }
}

function outerDerivative(name: string, u: Node, base: Node | undefined): Node | null {
  const f = (g: string): Node => call(g, [u]);
  const two = integer(2);
  const square = pow(u, two);
  const over = (d: Node): Node => pow(d, MINUS_ONE);
  switch (name) {
    case "exp":
      return f("exp");
    case "ln":
      return over(u);
    case "log":
      return over(mul([u, call("ln", [base ?? integer(10)])]));
    case "sin":
      return f("cos");
    case "cos":
      return neg(f("sin"));
    case "tan":
      return pow(f("cos"), integer(-2));
    case "cot":
      return neg(pow(f("sin"), integer(-2)));
    case "sec":
      return mul([f("sec"), f("tan")]);
    case "csc":
      return neg(mul([f("csc"), f("cot")]));
    case "sinh":
      return f("cosh");
    case "cosh":
      return f("sinh");
    case "tanh":
      return pow(f("cosh"), integer(-2));
    case "arcsin":
      return over(root(add([ONE, neg(square)])));
    case "arccos":
      return neg(over(root(add([ONE, neg(square)]))));
    case "arctan":
      return over(add([ONE, square]));
    case "arccot":
      return neg(over(add([ONE, square])));
    case "arsinh":
      return over(root(add([square, ONE])));
    case "arcosh":
      return over(root(add([square, MINUS_ONE])));
    case "artanh":
      return over(add([ONE, neg(square)]));
    default:
      return null;
  }
}
