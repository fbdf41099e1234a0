/** \\begin{…} … \\end{…}: matrices, cases, aligned lines. */
import { call, type Node } from "../ast.ts";
import { LIMITS, LimitError } from "../limits.ts";
import { deeper, expect, fault, isOp, next, peek, within, type Cursor } from "./cursor.ts";
import { RELATIONS, parseSequence, single } from "./structures.ts";

const MATRICES: ReadonlyMap<string, "(" | "[" | "{" | ""> = new Map([["pmatrix", "("], ["bmatrix", "["], ["Bmatrix", "{"], ["matrix", ""], ["smallmatrix", ""], ["array", ""], ["psmallmatrix", "("], ["bsmallmatrix", "["]]);

/** \begin{…} … \end{…}: matrices, cases, and aligned lines as a list. */
export function environment(c: Cursor): Node {
  return deeper(c, () => {
    c.i++;
    const name = environmentName(c);
    if ((name === "array" || name === "tabular") && isOp(peek(c), "{")) skipGroup(c);
    if (isOp(peek(c), "[") && /^[tbc]$/.test(peek(c, 1).text) && isOp(peek(c, 2), "]")) c.i += 3;
    const rows = within(c, {}, readRows);
    if (peek(c).type !== "command" || peek(c).text !== "end") throw fault(c, `expected \\end{${name}}`);
    c.i++;
    environmentName(c);
    if (name === "cases" || name === "dcases" || name === "rcases") return piecewise(c, rows);
    const delimiters = MATRICES.get(name);
    if (delimiters !== undefined) return { kind: "matrix", rows: matrixRows(c, rows), delimiters };
    if (name === "vmatrix") return call("det", [{ kind: "matrix", rows: matrixRows(c, rows), delimiters: "" }]);
    const items = rows.flatMap((row) => row.flat());
    return single(c, items);
  });
}

function environmentName(c: Cursor): string {
  expect(c, "{");
  let name = "";
  while (!isOp(peek(c), "}")) {
    const token = next(c);
    if (token.type === "end") throw fault(c, "expected the name of an environment");
    name += token.text;
  }
  c.i++;
  return name.replaceAll("*", "");
}

function skipGroup(c: Cursor): void {
  let depth = 0;
  for (;;) {
    const token = next(c);
    if (token.type === "end") throw fault(c, "expected }");
    if (isOp(token, "{")) depth++;
    else if (isOp(token, "}") && --depth === 0) return;
  }
}

/** Rows of cells; a cell is its items. */
function readRows(c: Cursor): Node[][][] {
  const rows: Node[][][] = [];
  let cells = 0;
  let row: Node[][] = [];
  for (;;) {
    const token = peek(c);
    if (token.type === "end" || (token.type === "command" && token.text === "end")) {
      if (row.length > 0) rows.push(row);
      return rows;
    }
    if (token.type === "space") {
      c.i++;
      continue;
    }
    if (isOp(token, "\\\\")) {
      c.i++;
      rows.push(row);
      row = [];
      continue;
    }
    if (isOp(token, "&")) {
      c.i++;
      if (isOp(peek(c), "&") || row.length === 0) row.push([]);
      continue;
    }
    if (++cells > LIMITS.items) throw new LimitError("items", `a matrix may have ${LIMITS.items} cells`);
    row.push(within(c, { inBuilder: true }, readCell));
  }
}

/** A cell runs to & or \\; commas inside separate items, and an aligned "& = 5" starts with its operator. */
function readCell(c: Cursor): Node[] {
  while (peek(c).type === "op" && RELATIONS.has(peek(c).text)) c.i++;
  const items = conditionWords(c) ?? parseSequence(c);
  const token = peek(c);
  if (token.type !== "end" && !isOp(token, "&") && !isOp(token, "\\\\") && !(token.type === "command" && token.text === "end") && !isOp(token, ",") && token.type !== "space") throw fault(c, "expected the end of a cell");
  while (isOp(peek(c), ",") || isOp(peek(c), ";") || isOp(peek(c), ".")) c.i++;
  return items;
}

/** "if x > 0", "when x > 0", "otherwise": the words of a case go. */
function conditionWords(c: Cursor): Node[] | null {
  if (peek(c).type !== "word") return null;
  const lower = peek(c).text.toLowerCase();
  if (lower === "otherwise" || lower === "else") {
    c.i++;
    return [{ kind: "text", text: "otherwise" }];
  }
  if (lower === "if" || lower === "when" || lower === "for" || lower === "where" || lower === "as") {
    c.i++;
    return parseSequence(c);
  }
  return null;
}

function matrixRows(c: Cursor, rows: Node[][][]): Node[][] {
  const cells = rows.filter((r) => r.length > 0).map((r) => r.map((cell) => single(c, cell)));
  if (cells.length === 0 || cells.some((r) => r.length !== cells[0]!.length)) throw fault(c, "the rows of a matrix must have one length");
  return cells;
}

function piecewise(c: Cursor, rows: Node[][][]): Node {
  const cases: { value: Node; condition: Node | null }[] = [];
  let conditional = false;
  for (const row of rows) {
    if (row.length === 0) continue;
    const items = row.filter((cell) => cell.length > 0);
    if (items.length === 1 && items[0]!.length === 1) {
      cases.push({ value: items[0]![0]!, condition: null });
      continue;
    }
    conditional = true;
    const value = items[0]![0]!;
    const condition = single(c, items.length > 1 ? items[items.length - 1]! : items[0]!.slice(1));
    cases.push({ value, condition: condition.kind === "text" && condition.text === "otherwise" ? null : condition });
  }
  // Rows without conditions are a system of equations.
  if (!conditional) return single(c, cases.map((k) => k.value));
  return { kind: "piecewise", cases };
}
