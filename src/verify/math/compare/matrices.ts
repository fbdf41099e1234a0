/** Matrices and vectors: evaluated to cells, compared cell by cell. */
import { MINUS_ONE, add, mul, type MatrixNode, type Node } from "../ast.ts";
import { LIMITS, LimitError } from "../limits.ts";
import { toRational } from "../zero/index.ts";
import { isRound } from "./collections.ts";
import { equalNodes } from "./equal.ts";
import { all, different, type Context, type Outcome } from "./outcome.ts";

type Cells = readonly (readonly Node[])[];

export function mentionsMatrix(node: Node): boolean {
  if (node.kind === "matrix") return true;
  if (node.kind === "add" || node.kind === "mul") return node.args.some(mentionsMatrix);
  return node.kind === "pow" ? mentionsMatrix(node.base) : false;
}

/** Cells of a matrix expression: sums, products, scalar multiples, non-negative integer powers, transposes. Null where shapes do not fit. */
export function cellsOf(node: Node, ctx: Context): Cells | null {
  ctx.meter.spend(1);
  switch (node.kind) {
    case "matrix":
      return node.rows;
    case "add": {
      const parts = node.args.map((a) => cellsOf(a, ctx));
      if (parts.some((p) => p === null || p.length !== parts[0]!.length || p[0]!.length !== parts[0]![0]!.length)) return null;
      return parts[0]!.map((row, i) => row.map((_, j) => add(parts.map((p) => p![i]![j]!))));
    }
    case "mul": {
      let cells: Cells | null = null;
      const scalars: Node[] = [];
      for (const factor of node.args) {
        if (!mentionsMatrix(factor)) {
          scalars.push(factor);
          continue;
        }
        const next = cellsOf(factor, ctx);
        if (next === null) return null;
        cells = cells === null ? next : product(cells, next, ctx);
        if (cells === null) return null;
      }
      return cells === null || scalars.length === 0 ? cells : cells.map((row) => row.map((x) => mul([...scalars, x])));
    }
    case "pow": {
      const base = cellsOf(node.base, ctx);
      if (base === null) return null;
      if (node.exponent.kind === "symbol" && node.exponent.name === "T") return base[0]!.map((_, j) => base.map((row) => row[j]!));
      const power = toRational(node.exponent, ctx.meter);
      if (power === null || power.d !== 1n || power.n < 1n || power.n > 8n) return null;
      let cells: Cells | null = base;
      for (let k = 1n; k < power.n && cells !== null; k++) cells = product(cells, base, ctx);
      return cells;
    }
    default:
      return null;
  }
}

function product(a: Cells, b: Cells, ctx: Context): Cells | null {
  if (a[0]!.length !== b.length) return null;
  if (a.length * b[0]!.length * b.length > 4 * LIMITS.items) throw new LimitError("items", "a matrix product is too large");
  ctx.meter.spend(a.length * b[0]!.length * b.length);
  return a.map((row) => b[0]!.map((_, j) => add(row.map((x, k) => mul([x, b[k]![j]!])))));
}

/** det of a square matrix up to 5×5, by expansion along the first row; null where it is larger or not square. */
export function determinant(node: MatrixNode): Node | null {
  const { rows } = node;
  if (rows.length > 5 || rows.some((row) => row.length !== rows.length)) return null;
  const expand = (cells: Cells): Node => {
    if (cells.length === 1) return cells[0]![0]!;
    return add(cells[0]!.map((x, j) => {
      const minor = cells.slice(1).map((row) => row.filter((_, k) => k !== j));
      return mul([...(j % 2 === 0 ? [] : [MINUS_ONE]), x, expand(minor)]);
    }));
  };
  return expand(rows);
}

/** A matrix against a matrix, or a single row or column against a tuple. */
export function equalMatrices(a: Node, b: Node, ctx: Context): Outcome {
  const left = asCells(a, ctx);
  const right = asCells(b, ctx);
  if (left === null || right === null) return different("structure", "a matrix and something else");
  const tuple = a.kind === "tuple" || b.kind === "tuple";
  const x = tuple && left[0]!.length === 1 ? [left.map((row) => row[0]!)] : left;
  const y = tuple && right[0]!.length === 1 ? [right.map((row) => row[0]!)] : right;
  if (x.length !== y.length || x[0]!.length !== y[0]!.length) return different("structure", `${x.length}×${x[0]!.length} and ${y.length}×${y[0]!.length} entries`);
  return all(pairs(x, y, ctx));
}

function* pairs(x: Cells, y: Cells, ctx: Context): Generator<Outcome> {
  for (let i = 0; i < x.length; i++) for (let j = 0; j < x[i]!.length; j++) yield equalNodes(x[i]![j]!, y[i]![j]!, ctx);
}

function asCells(node: Node, ctx: Context): Cells | null {
  if (node.kind === "tuple") return isRound(node) || node.items.length !== 2 ? [node.items] : null;
  return cellsOf(node, ctx);
}

