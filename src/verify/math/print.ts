/** Nodes as text. */
import type { Node } from "./ast.ts";

/**
 * A stable text of a node: the normal form shown in explanations and hashed into a verdict.
 * Sums and products keep the order they were written in; canonical ordering is the comparison's business.
 */
export function print(node: Node): string {
  switch (node.kind) {
    case "number":
      return node.d === 1n ? `${node.n}` : `${node.n}/${node.d}`;
    case "constant":
      return node.name === "infinity" ? "oo" : node.name;
    case "symbol":
      return node.name;
    case "add":
      return `(${node.args.map(print).join(" + ")})`;
    case "mul":
      return node.args.map((a) => (a.kind === "number" && (a.n < 0n || a.d !== 1n) ? `(${print(a)})` : print(a))).join("*");
    case "pow":
      return `${atom(node.base)}^${atom(node.exponent)}`;
    case "root":
      return node.index.kind === "number" && node.index.n === 2n && node.index.d === 1n ? `sqrt(${print(node.arg)})` : `root(${print(node.arg)}, ${print(node.index)})`;
    case "call":
      return `${node.name}(${node.args.map(print).join(", ")})`;
    case "big":
      return `${node.op}(${print(node.body)}, ${node.variable}${node.lower ? `, ${print(node.lower)}` : ""}${node.upper ? `, ${print(node.upper)}` : ""}${node.detail ? `, ${node.detail}` : ""})`;
    case "plus-minus":
      return `${node.sign === 1 ? "±" : "∓"}${atom(node.arg)}`;
    case "tuple":
      return `${node.open}${node.items.map(print).join(", ")}${node.close}`;
    case "list":
      return node.items.map(print).join(node.joined === "comma" ? ", " : node.joined === "semicolon" ? "; " : ` ${node.joined} `);
    case "set":
      return `{${node.items.map(print).join(", ")}}`;
    case "builder":
      return `{${print(node.element)} | ${print(node.condition)}}`;
    case "named-set":
      return node.name === "empty" ? "∅" : node.name;
    case "set-operation":
      return `(${node.args.map(print).join({ union: " ∪ ", intersection: " ∩ ", difference: " \\ ", complement: " ^c ", product: " × " }[node.op])})`;
    case "relation": {
      let out = print(node.operands[0]!);
      node.operators.forEach((op, i) => (out += ` ${op} ${print(node.operands[i + 1]!)}`));
      return node.modulus ? `${out} (mod ${print(node.modulus)})` : out;
    }
    case "logic":
      return node.op === "not" ? `not ${atom(node.args[0]!)}` : node.args.map(atom).join(` ${node.op} `);
    case "matrix":
      return `[${node.rows.map((r) => `[${r.map(print).join(", ")}]`).join(", ")}]`;
    case "piecewise":
      return `piecewise(${node.cases.map((c) => `${print(c.value)} if ${c.condition === null ? "otherwise" : print(c.condition)}`).join("; ")})`;
    case "text":
      return JSON.stringify(node.text);
    case "quantity":
      return `${atom(node.value)} [${node.unit}]`;
    case "percent":
      return `${atom(node.value)}%`;
    case "ratio":
      return node.parts.map(atom).join(":");
    case "based":
      return `${node.digits}_${node.base}`;
    case "date-time": {
      const two = (x: number | null): string => (x === null ? "--" : String(x).padStart(2, "0"));
      const date = node.day === null && node.month === null && node.year === null ? "" : `${node.year ?? "----"}-${two(node.month)}-${two(node.day)}`;
      const time = node.hour === null ? "" : `${two(node.hour)}:${two(node.minute)}${node.second === null ? "" : `:${two(node.second)}`}${node.halfKnown ? "" : "?"}`;
      return [date, time].filter((s) => s !== "").join("T");
    }
    case "ellipsis":
      return "…";
  }
}

function atom(node: Node): string {
  const text = print(node);
  const bare = node.kind === "symbol" || node.kind === "constant" || node.kind === "call" || node.kind === "root" || node.kind === "add" || (node.kind === "number" && node.d === 1n && node.n >= 0n);
  return bare ? text : `(${text})`;
}
