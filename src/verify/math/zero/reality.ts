/** What can be seen of an expression without evaluating it: real, positive, infinite. */
import type { Node } from "../ast.ts";

const REAL_ON_REALS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "sin", "cos", "tan", "cot", "sec", "csc", "arctan", "arccot", "sinh", "cosh", "tanh", "coth", "sech", "csch", "arsinh", "exp", "abs", "re", "im", "arg",
  "sign", "floor", "ceil", "round", "frac", "factorial", "doublefactorial", "binomial", "permutation", "gcd", "lcm", "min", "max", "mod", "gamma",
]);

/** Visibly real wherever it is defined, for real values of the symbols. */
export function isReal(a: Node): boolean {
  switch (a.kind) {
    case "number":
    case "symbol":
      return true;
    case "constant":
      return a.name === "pi" || a.name === "e";
    case "add":
    case "mul":
      return a.args.every(isReal);
    case "pow":
      return isReal(a.base) && ((a.exponent.kind === "number" && a.exponent.d === 1n) || (isPositive(a.base) && isReal(a.exponent)));
    case "root":
      return isReal(a.arg) && a.index.kind === "number" && a.index.d === 1n && (a.index.n % 2n !== 0n || isPositive(a.arg));
    case "call":
      if (a.name === "ln" || a.name === "log") return a.args.every(isPositive);
      return REAL_ON_REALS.has(a.name) && a.args.every(isReal);
    case "big":
      return (a.op === "sum" || a.op === "product") && isReal(a.body);
    default:
      return false;
  }
}

/** Visibly positive constants: factors that may leave a root or a logarithm. */
export function isPositive(a: Node): boolean {
  switch (a.kind) {
    case "number":
      return a.n > 0n;
    case "constant":
      return a.name === "pi" || a.name === "e";
    case "pow":
      return isPositive(a.base) && isReal(a.exponent);
    case "root":
      return isPositive(a.arg) && a.index.kind === "number" && a.index.d === 1n && a.index.n > 0n;
    case "add":
    case "mul":
      return a.args.every(isPositive);
    case "call":
      return a.name === "exp" && a.args.every(isReal);
    default:
      return false;
  }
}

export function mentionsInfinity(a: Node): boolean {
  switch (a.kind) {
    case "constant":
      return a.name === "infinity";
    case "add":
    case "mul":
    case "call":
      return a.args.some(mentionsInfinity);
    case "pow":
      return mentionsInfinity(a.base) || mentionsInfinity(a.exponent);
    case "root":
      return mentionsInfinity(a.arg) || mentionsInfinity(a.index);
    default:
      return false;
  }
}
