/** Sums and products with bounds, limits, integrals, derivatives. */
import { integer, mul, symbol, type Node } from "../ast.ts";
import { mapChildren } from "../compare/families.ts";
import { deeper, fault, isOp, next, peek, take, within, type Cursor } from "./cursor.ts";
import { parseSum, parseTerm } from "./expression.ts";
import { parseScript } from "./scripts.ts";
import { groupItems, single } from "./structures.ts";
import type { Token } from "./tokens.ts";

/** ∑_{k=1}^{n} body, ∏, ⋃, ⋂. */
export function big(c: Cursor, op: "sum" | "product" | "big-union" | "big-intersection"): Node {
  return deeper(c, () => {
    c.i++;
    let variable = "";
    let lower: Node | undefined;
    let upper: Node | undefined;
    for (;;) {
      if (take(c, "_")) {
        const under = isOp(peek(c), "{") ? single(c, groupItems(c, "{", "}")) : parseScript(c);
        if (under.kind === "relation" && under.operators.length === 1 && under.operators[0] === "=") {
          variable = nameOf(c, under.operands[0]!);
          lower = under.operands[1]!;
        } else if (under.kind === "symbol" || under.kind === "constant") variable = nameOf(c, under);
        else {
          variable = "";
          lower = under;
        }
      } else if (take(c, "^")) upper = parseScript(c);
      else break;
    }
    const body = bind(deeper(c, parseTerm), variable);
    return { kind: "big", op, variable, ...(lower === undefined ? {} : { lower }), ...(upper === undefined ? {} : { upper }), body };
  });
}

/** i and e are variables where a sum binds them. */
function bind(body: Node, variable: string): Node {
  if (variable !== "i" && variable !== "e") return body;
  const visit = (node: Node): Node => (node.kind === "constant" && node.name === variable ? symbol(variable) : mapChildren(node, visit));
  return visit(body);
}

function nameOf(c: Cursor, node: Node): string {
  if (node.kind === "symbol") return node.name;
  if (node.kind === "constant" && (node.name === "i" || node.name === "e")) return node.name;
  throw fault(c, "expected a variable");
}

export function limit(c: Cursor): Node {
  return deeper(c, () => {
    const op = next(c).text;
    if (!take(c, "_")) throw fault(c, "a limit needs a point");
    const under = isOp(peek(c), "{") ? single(c, groupItems(c, "{", "}")) : parseScript(c);
    const arrow = under.kind === "relation" && under.operators[0] === "→" ? under.operands : under.kind === "logic" && under.op === "implies" ? under.args : null;
    if (arrow === null) throw fault(c, "a limit needs x → a");
    let target = arrow[1]!;
    let side = "";
    if (target.kind === "pow" && target.exponent.kind === "symbol" && /^[+-]$/.test(target.exponent.name)) {
      side = target.exponent.name;
      target = target.base;
    }
    const body = deeper(c, parseTerm);
    return { kind: "big", op: "limit", variable: nameOf(c, arrow[0]!), lower: target, detail: `${op}${side}`, body };
  });
}

/** ∫_a^b body dx, and without bounds. */
export function integral(c: Cursor): Node {
  return deeper(c, () => {
    c.i++;
    let lower: Node | undefined;
    let upper: Node | undefined;
    for (;;) {
      if (take(c, "_")) lower = parseScript(c);
      else if (take(c, "^")) upper = parseScript(c);
      else break;
    }
    const body = isDifferential(c) ? integer(1) : within(c, { inIntegral: true }, parseSum);
    let variable = "x";
    let integrand = body;
    if (isDifferential(c)) {
      c.i++;
      variable = next(c).text;
    } else {
      const found = trailingDifferential(body.kind === "set" && body.items.length === 1 ? body.items[0]! : body);
      if (found === null) throw fault(c, "an integral needs its differential");
      [integrand, variable] = found;
    }
    return { kind: "big", op: "integral", variable, ...(lower === undefined ? {} : { lower }), ...(upper === undefined ? {} : { upper }), body: integrand };
  });
}

function isDifferential(c: Cursor): boolean {
  return peek(c).type === "symbol" && peek(c).text === "d" && peek(c, 1).type === "symbol";
}

/** \int (x dx), \int \frac{dx}{x}: the differential inside the body, taken out. */
function trailingDifferential(body: Node): [Node, string] | null {
  if (body.kind !== "mul") return null;
  for (let k = 0; k + 1 < body.args.length; k++) {
    const d = body.args[k]!;
    const v = body.args[k + 1]!;
    if (d.kind === "symbol" && d.name === "d" && v.kind === "symbol") {
      const rest = [...body.args.slice(0, k), ...body.args.slice(k + 2)];
      return [rest.length === 0 ? integer(1) : mul(rest), v.name];
    }
  }
  return null;
}

/** d/dx, d^2/dx^2, ∂/∂x before a body, and dy/dx as a symbol. Null, at the start of the arguments, where it is neither. */
export function differential(c: Cursor): Node | null {
  const isD = (t: Token): boolean => (t.type === "symbol" && (t.text === "d" || t.text === "partial")) || isOp(t, "∂");
  if (!isOp(peek(c), "{") || !isD(peek(c, 1))) return null;
  let j = 2;
  let order = "1";
  if (isOp(peek(c, j), "^")) {
    order = isOp(peek(c, j + 1), "{") ? peek(c, j + 2).text : peek(c, j + 1).text;
    j += isOp(peek(c, j + 1), "{") ? 4 : 2;
  }
  const body = peek(c, j).type === "symbol" ? peek(c, j++).text : null;
  if (!isOp(peek(c, j), "}") || !isOp(peek(c, j + 1), "{") || !isD(peek(c, j + 2)) || peek(c, j + 3).type !== "symbol") return null;
  const variable = peek(c, j + 3).text;
  let k = j + 4;
  if (isOp(peek(c, k), "^")) k += isOp(peek(c, k + 1), "{") ? 4 : 2;
  if (!isOp(peek(c, k), "}")) return null;
  c.i += k + 1;
  return { kind: "big", op: "derivative", variable, detail: order, body: body === null ? deeper(c, parseTerm) : symbol(body) };
}
