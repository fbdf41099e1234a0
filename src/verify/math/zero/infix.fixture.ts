/** A small infix reader for the tests: `2*sin(x)^2 + pi/3`, `root(x, 3)`, `sum(k, k, 1, n)`. */
import { add, call, constant, div, integer, mul, neg, pow, rational, root, symbol, type ConstantName, type Node } from "../ast.ts";

const CONSTANTS: Readonly<Record<string, ConstantName>> = { pi: "pi", e: "e", i: "i", oo: "infinity", undefined: "undefined" };
const BIG: ReadonlySet<string> = new Set(["sum", "product", "integral", "limit", "derivative"]);

export function read(text: string): Node {
  const tokens = text.match(/\d+(?:\.\d+)?|[A-Za-z_][A-Za-z_0-9]*|[-+*/^(),!]/g) ?? [];
  let at = 0;
  const next = (): string | undefined => tokens[at];
  const expect = (token: string): void => {
    if (tokens[at] !== token) throw new Error(`expected ${token} in ${text} at ${at}`);
    at++;
  };
  function sum(): Node {
    const parts = [product()];
    for (;;) {
      if (next() === "+") {
        at++;
        parts.push(product());
      } else if (next() === "-") {
        at++;
        parts.push(neg(product()));
      } else return parts.length === 1 ? parts[0]! : add(parts);
    }
  }
  function product(): Node {
    let out = unary();
    for (;;) {
      if (next() === "*") {
        at++;
        out = mul([out, unary()]);
      } else if (next() === "/") {
        at++;
        out = div(out, unary());
      } else return out;
    }
  }
  function unary(): Node {
    if (next() === "-") {
      at++;
      return neg(unary());
    }
    const base = postfix();
    if (next() === "^") {
      at++;
      return pow(base, unary());
    }
    return base;
  }
  function postfix(): Node {
    let out = primary();
    while (next() === "!") {
      at++;
      out = call("factorial", [out]);
    }
    return out;
  }
  function primary(): Node {
    const token = tokens[at++];
    if (token === undefined) throw new Error(`unexpected end of ${text}`);
    if (token === "(") {
      const out = sum();
      expect(")");
      return out;
    }
    if (/^\d/.test(token)) {
      const [whole, fraction] = token.split(".");
      return fraction === undefined ? integer(BigInt(token)) : rational(BigInt(whole! + fraction), 10n ** BigInt(fraction.length), fraction.length);
    }
    if (next() !== "(") return Object.hasOwn(CONSTANTS, token) ? constant(CONSTANTS[token]!) : symbol(token);
    at++;
    const args: Node[] = [];
    while (next() !== ")") {
      args.push(sum());
      if (next() === ",") at++;
    }
    at++;
    if (token === "sqrt") return root(args[0]!);
    if (token === "root") return root(args[0]!, args[1]!);
    if (BIG.has(token)) {
      const variable = args[1]!;
      if (variable.kind !== "symbol") throw new Error(`the variable of ${token} in ${text}`);
      return { kind: "big", op: token as "sum", variable: variable.name, body: args[0]!, ...(args[2] ? { lower: args[2] } : {}), ...(args[3] ? { upper: args[3] } : {}) };
    }
    return call(token, args);
  }
  const out = sum();
  if (at !== tokens.length) throw new Error(`left over in ${text}: ${tokens.slice(at).join(" ")}`);
  return out;
}
