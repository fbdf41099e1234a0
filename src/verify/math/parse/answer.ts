/** From the text of an answer to its tree. */
import type { Node } from "../ast.ts";
import { cursorOf, fault, isOp, peek, SyntaxFault, type Cursor } from "./cursor.ts";
import { parseSequence } from "./structures.ts";

export interface ParseOptions {
  /** The text is LaTeX math (a box, a formula): letters are variables. Else prose. */
  readonly math: boolean;
  /** 1,5 is one and a half. */
  readonly decimalComma: boolean;
}

export interface ParsedAnswer {
  readonly node: Node;
  /** False where the grammar did not know the text and `node` is the text itself. */
  readonly parsed: boolean;
  /** Why not. */
  readonly problem?: string;
}

/** Parses an answer; what the grammar does not know becomes a text node. @throws LimitError */
export function parseAnswer(text: string, options: ParseOptions): ParsedAnswer {
  const cleaned = stripDelimiters(text);
  try {
    const c = cursorOf(cleaned, options);
    if (peek(c).type === "end") return { node: { kind: "text", text: "" }, parsed: false, problem: "nothing there" };
    const items = parseSequence(c);
    finish(c);
    if (items.length === 0) throw fault(c, "expected an answer");
    return { node: items.length === 1 ? items[0]! : { kind: "list", items, joined: items.some((x) => x.kind === "list") ? "semicolon" : "comma" }, parsed: true };
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    return { node: { kind: "text", text: cleaned.replace(/\s+/g, " ").trim() }, parsed: false, problem: error.message };
  }
}

/** Nothing but closing punctuation may follow. */
function finish(c: Cursor): void {
  while (isOp(peek(c), ".") || isOp(peek(c), ",") || isOp(peek(c), ";") || isOp(peek(c), "。") || isOp(peek(c), "!") || peek(c).type === "space" || isOp(peek(c), "\\\\")) c.i++;
  if (peek(c).type !== "end") throw fault(c, "expected the end of the answer");
}

/** Outer math delimiters, emphasis and closing punctuation go; inner `$` pairs go too. */
export function stripDelimiters(text: string): string {
  // "\f" of a string literal that was not raw stands where \frac was meant.
  let out = text.replace(/\f(?=rac)/g, "\\f").trim();
  // Commands escaped twice, as in text that went through JSON once too often. A line break stays one inside an environment.
  if (out.includes("\\\\") && !out.includes("\\begin")) out = out.replace(/\\\\(?=[a-zA-Z]{2,}|[{}()[\],;:!%$])/g, "\\");
  // {} between a value and its mark holds nothing.
  out = out.replace(/(?<=[\d)\]}])\{\}/g, "");
  for (let layer = 0; layer < 8; layer++) {
    const before = out;
    let end = out.length;
    while (end > 0 && (out[end - 1] === "。" || out[end - 1] === "．" || out[end - 1]!.trim() === "")) end--;
    out = out.slice(0, end);
    if (out.endsWith(".") && !out.endsWith("...") && !out.endsWith("\\.")) out = out.slice(0, -1).trimEnd();
    if (/^\$\$[\s\S]*\$\$$/.test(out) && out.length >= 4) out = out.slice(2, -2).trim();
    else if (/^\$[^$]*\$$/.test(out) && out.length >= 2) out = out.slice(1, -1).trim();
    else if (out.startsWith("\\(") && out.endsWith("\\)") && out.indexOf("\\)") === out.length - 2) out = out.slice(2, -2).trim();
    else if (out.startsWith("\\[") && out.endsWith("\\]") && out.indexOf("\\]") === out.length - 2) out = out.slice(2, -2).trim();
    else if (/^\*\*[^*]+\*\*$/.test(out)) out = out.slice(2, -2).trim();
    else if (/^`[^`]+`$/.test(out)) out = out.slice(1, -1).trim();
    if (out === before) break;
  }
  const dollars = out.replace(/\\\$/g, "").split("$").length - 1;
  return dollars > 0 && dollars % 2 === 0 ? out.replace(/(?<!\\)\$/g, " ") : out;
}
