/** ± families: an expression with ± stands for two values. */
import { children, neg, type Node } from "../ast.ts";

export function hasPlusMinus(node: Node): boolean {
  return node.kind === "plus-minus" || children(node).some(hasPlusMinus);
}

/** The node with every ± taken as +, and as −; ∓ takes the other sign. */
export function bothSigns(node: Node): readonly [Node, Node] {
  return [withSign(node, 1), withSign(node, -1)];
}

function withSign(node: Node, sign: 1 | -1): Node {
  return mapChildren(node, (child) => withSign(child, sign), (self) => (self.kind === "plus-minus" ? (self.sign * sign === 1 ? withSign(self.arg, sign) : neg(withSign(self.arg, sign))) : null));
}

/** Rebuilds a node with its children mapped; `replace` may give the whole replacement first. */
export function mapChildren(node: Node, f: (child: Node) => Node, replace: (self: Node) => Node | null = () => null): Node {
  const replaced = replace(node);
  if (replaced !== null) return replaced;
  switch (node.kind) {
    case "add":
    case "mul":
    case "call":
    case "set-operation":
    case "logic":
      return { ...node, args: node.args.map(f) };
    case "pow":
      return { ...node, base: f(node.base), exponent: f(node.exponent) };
    case "root":
      return { ...node, arg: f(node.arg), index: f(node.index) };
    case "big":
      return { ...node, body: f(node.body), ...(node.lower ? { lower: f(node.lower) } : {}), ...(node.upper ? { upper: f(node.upper) } : {}) };
    case "plus-minus":
      return { ...node, arg: f(node.arg) };
    case "tuple":
    case "list":
    case "set":
      return { ...node, items: node.items.map(f) };
    case "builder":
      return { ...node, element: f(node.element), condition: f(node.condition) };
    case "relation":
      return { ...node, operands: node.operands.map(f), ...(node.modulus ? { modulus: f(node.modulus) } : {}) };
    case "matrix":
      return { ...node, rows: node.rows.map((r) => r.map(f)) };
    case "piecewise":
      return { ...node, cases: node.cases.map((k) => ({ value: f(k.value), condition: k.condition === null ? null : f(k.condition) })) };
    case "quantity":
    case "percent":
      return { ...node, value: f(node.value) };
    case "ratio":
      return { ...node, parts: node.parts.map(f) };
    default:
      return node;
  }
}

/** The node with a symbol replaced by another node. */
export function substitute(node: Node, name: string, by: Node): Node {
  if (node.kind === "symbol") return node.name === name ? by : node;
  if (node.kind === "big" && node.variable === name) return node;
  return mapChildren(node, (child) => substitute(child, name, by));
}
