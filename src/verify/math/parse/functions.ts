/** Named functions with their subscripts, powers and arguments. */
import { call, constant, integer, mul, neg, pow, root, type Node } from "../ast.ts";
import { deeper, fault, isOp, next, peek, take, type Cursor } from "./cursor.ts";
import { rootArgument } from "./atoms.ts";
import { juxtaposed, mixedNumber, parsePower } from "./expression.ts";
import { isDegreeMark, parseScript } from "./scripts.ts";
import { bracketed, groupItems, single } from "./structures.ts";

/** A function with its subscript, power, primes and argument. */
export function parseFunction(c: Cursor): Node {
  return deeper(c, () => {
    const token = next(c);
    let name = token.text;
    let base: Node | null = null;
    let power: Node | null = null;
    for (;;) {
      if (isOp(peek(c), "_")) {
        c.i++;
        base = parseScript(c);
      } else if (isOp(peek(c), "^") && power === null) {
        c.i++;
        if (isDegreeMark(c)) throw fault(c, "a function has no degree");
        power = parseScript(c);
      } else break;
    }
    if (name === "sqrt" && isOp(peek(c), "[")) {
      const index = single(c, groupItems(c, "[", "]"));
      return root(rootArgument(c), index);
    }
    if (name === "sqrt" || name === "cbrt") {
      const value = root(rootArgument(c), integer(name === "cbrt" ? 3 : 2));
      return power === null ? value : pow(value, power);
    }
    let args: readonly Node[];
    if (isOp(peek(c), "(") || isOp(peek(c), "{") || isOp(peek(c), "\\{") || isOp(peek(c), "[")) {
      const content = bracketed(c);
      args = content.kind === "tuple" || content.kind === "set" || content.kind === "list" ? content.items : [content];
      // \sin(x)^2 squares the sine; a factorial or subscript there would be read wrongly, so it is left to the caller.
    } else args = [implicitArgument(c)];
    if (power !== null && power.kind === "number" && power.n === -1n && power.d === 1n && INVERSE.has(name)) {
      name = INVERSE.get(name)!;
      power = null;
    }
    const value = applied(c, name, base, args);
    return power === null ? value : pow(value, power);
  });
}

const INVERSE: ReadonlyMap<string, string> = new Map([..."sin cos tan cot sec csc".split(" ").map((n): [string, string] => [n, `arc${n}`]), ..."sinh cosh tanh coth sech csch".split(" ").map((n): [string, string] => [n, `ar${n}`])]);

function applied(c: Cursor, name: string, base: Node | null, args: readonly Node[]): Node {
  if (name === "log" || name === "ln" || name === "lg" || name === "lb") {
    if (args.length === 2 && base === null) return call("log", [args[0]!, args[1]!]);
    if (args.length !== 1) throw fault(c, `${name} takes one argument`);
    if (name === "lg") return call("log", [args[0]!, integer(10)]);
    if (name === "lb") return call("log", [args[0]!, integer(2)]);
    if (base === null) return call("ln", args);
    return base.kind === "constant" && base.name === "e" ? call("ln", args) : call("log", [args[0]!, base]);
  }
  if (name === "exp" && args.length === 1) return pow(constant("e"), args[0]!);
  if (base !== null) {
    if (name === "min" || name === "max") throw fault(c, `${name} over a range is not supported`);
    throw fault(c, `${name} takes no subscript`);
  }
  return call(name, args);
}

/** The argument of a function written without brackets: juxtaposed factors up to the next function or operator. */
function implicitArgument(c: Cursor): Node {
  if (take(c, "-")) return neg(implicitArgument(c));
  const factors: Node[] = [mixedNumber(c) ?? parsePower(c)];
  for (;;) {
    const token = peek(c);
    if (token.type === "function" || !juxtaposed(c) || isOp(token, "(") || isOp(token, "[") || isOp(token, "∑") || isOp(token, "∫")) break;
    if (token.type === "op" && token.text === "|") break;
    factors.push(parsePower(c));
  }
  return mul(factors);
}
