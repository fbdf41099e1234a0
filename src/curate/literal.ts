/** Values as Python prints them, and when two of them are the same: sets in any order, numbers within a tolerance. */

/** A printed value: a number, a text (quoted, or a bare word like `True`), or what is in brackets. */
type Literal = { readonly kind: "number"; readonly value: number } | { readonly kind: "text"; readonly value: string } | { readonly kind: "list" | "set"; readonly items: readonly Literal[] };

const DEEPEST = 50;
const CLOSE: Readonly<Record<string, string>> = { "[": "]", "(": ")", "{": "}" };

/** Reads a printed value whole; null where it is none. Linear. */
function readLiteral(text: string): Literal | null {
  let at = 0;
  const blanks = (): void => {
    while (/\s/.test(text[at] ?? "")) at++;
  };
  const value = (depth: number): Literal | null => {
    blanks();
    const head = text[at];
    if (head === undefined || depth > DEEPEST) return null;
    if (head === "'" || head === '"') {
      const end = text.indexOf(head, at + 1);
      if (end < 0) return null;
      const out: Literal = { kind: "text", value: text.slice(at + 1, end) };
      at = end + 1;
      return out;
    }
    const close = CLOSE[head];
    if (close !== undefined) return items(close, head === "{" ? "set" : "list", depth);
    const start = at;
    while (at < text.length && !/[\s,:()[\]{}'"]/.test(text[at]!)) at++;
    const word = text.slice(start, at);
    if (word === "") return null;
    return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(word) ? { kind: "number", value: Number(word) } : { kind: "text", value: word };
  };
  const items = (close: string, kind: "list" | "set", depth: number): Literal | null => {
    at++;
    const out: Literal[] = [];
    for (;;) {
      blanks();
      if (text[at] === close) {
        at++;
        return { kind, items: out };
      }
      let item = value(depth + 1);
      blanks();
      if (item !== null && close === "}" && text[at] === ":") {
        at++;
        const to = value(depth + 1);
        item = to === null ? null : { kind: "list", items: [item, to] };
        blanks();
      }
      if (item === null) return null;
      out.push(item);
      if (text[at] === ",") at++;
      else if (text[at] !== close) return null;
    }
  };
  const read = value(0);
  blanks();
  return at === text.length ? read : null;
}

function same(a: Literal, b: Literal, tolerance: number): boolean {
  if (a.kind === "number") return b.kind === "number" && (a.value === b.value || Math.abs(a.value - b.value) <= tolerance * Math.max(1, Math.abs(a.value), Math.abs(b.value)));
  if (a.kind === "text") return b.kind === "text" && a.value === b.value;
  if (b.kind !== a.kind || a.items.length !== b.items.length) return false;
  if (a.kind === "list") return a.items.every((item, i) => same(item, b.items[i]!, tolerance));
  const order = ({ items }: { readonly items: readonly Literal[] }): readonly Literal[] => items.toSorted((x, y) => compare(x, y));
  const [left, right] = [order(a), order(b)];
  return left.every((item, i) => same(item, right[i]!, tolerance));
}

/** An order of printed values in which numbers that hardly differ stay neighbours. */
function compare(a: Literal, b: Literal): number {
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  if (a.kind === "number") return a.value - (b as typeof a).value;
  if (a.kind === "text") return a.value < (b as typeof a).value ? -1 : a.value > (b as typeof a).value ? 1 : 0;
  const [left, right] = [a.items, (b as typeof a).items];
  for (const [i, item] of left.entries()) {
    const order = right[i] === undefined ? 1 : compare(item, right[i]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Whether two printed values are the same: as texts up to blanks, or as values with numbers within `tolerance` (relative, absolute below 1) and sets in any order. */
export function sameLiteral(a: string, b: string, tolerance: number): boolean {
  if (a.trim() === b.trim()) return true;
  const [left, right] = [readLiteral(a), readLiteral(b)];
  return left !== null && right !== null && same(left, right, tolerance);
}
