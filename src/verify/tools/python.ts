/** Calls as Python text: `[weather(city="Oslo", days=2), math.add(a=[1, 2])]`. Read, never run. */
import { MOST_CALLS, type Call } from "./call.ts";

/** Deeper nesting is refused. */
const MOST_DEPTH = 64;

/** Thrown inside this file where the text is no list of calls. */
class Unreadable extends Error {}

/** Names of the parameters of a tool in their order, for arguments given by position. */
export type ParameterNames = (tool: string) => readonly string[] | undefined;

/**
 * The calls a text writes, and nothing else than calls; null where it does not.
 *
 * Values are literals: numbers, texts (with escapes, triple quotes, neighbours joined), True/true, False/false, None/null, lists,
 * tuples, dicts with text keys. A bare name is the text of it, as BFCL's reader has it. Operators, comprehensions, calls inside of
 * arguments, `*args` and f-strings are refused.
 */
export function readPythonCalls(text: string, parameters: ParameterNames = () => undefined): Call[] | null {
  const reader = new Reader(text, parameters);
  try {
    return reader.calls();
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

/** Where the list of calls that begins at `start` ends, whatever follows; null where none begins there. Arguments are by name. */
export function readPythonList(text: string, start: number): number | null {
  const reader = new Reader(text, () => undefined, start);
  try {
    return reader.listEnd();
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\", "'": "'", '"': '"', "0": "\0", a: "\u0007", b: "\b", f: "\f", v: "\v", "\n": "" };
const CONSTANTS: Readonly<Record<string, boolean | null>> = { True: true, False: false, None: null, true: true, false: false, null: null };

class Reader {
  private readonly text: string;
  private readonly parameters: ParameterNames;
  private at: number;
  private depth = 0;

  constructor(text: string, parameters: ParameterNames, at = 0) {
    this.at = at;
    this.text = text;
    this.parameters = parameters;
  }

  calls(): Call[] {
    const out: Call[] = [];
    const list = this.take("[");
    while (!(list && this.peek() === "]")) {
      out.push(this.call());
      // Too many is the caller's to say; the rest is not read.
      if (out.length > MOST_CALLS) return out;
      if (!this.take(list ? "," : ";") && this.peek() === (list ? "]" : "")) break;
      if (!list && this.peek() === "") break;
    }
    if (list) this.need("]");
    if (this.peek() !== "") this.fail();
    return out;
  }

  listEnd(): number {
    this.need("[");
    do this.call();
    while (this.take(",") && this.peek() !== "]");
    this.need("]");
    return this.at;
  }

  private call(): Call {
    const name = this.name();
    this.need("(");
    const args: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    let position = 0;
    let named = false;
    while (this.peek() !== ")") {
      const start = this.at;
      let key: string | null = null;
      if (/[A-Za-z_]/.test(this.peek())) {
        key = this.identifier();
        if (this.peek() !== "=" || this.text[this.at + 1] === "=") {
          key = null;
          this.at = start;
        } else this.need("=");
      }
      if (key === null) {
        if (named) this.fail();
        key = this.parameters(name)?.[position++] ?? this.fail();
      } else named = true;
      if (Object.hasOwn(args, key)) this.fail();
      args[key] = this.value();
      if (!this.take(",")) break;
    }
    this.need(")");
    return { name, arguments: { ...args } };
  }

  private value(): unknown {
    if (++this.depth > MOST_DEPTH) this.fail();
    const value = this.literal();
    this.depth--;
    return value;
  }

  private literal(): unknown {
    const c = this.peek();
    if (c === "[" || c === "(") return this.list(c === "[" ? "]" : ")");
    if (c === "{") return this.dict();
    if (this.atString()) {
      const parts = [this.string()];
      while (this.atString()) parts.push(this.string());
      return parts.join("");
    }
    if (/[-+0-9.]/.test(c)) return this.number();
    const word = this.name();
    if (this.peek() === "(") this.fail();
    return Object.hasOwn(CONSTANTS, word) ? CONSTANTS[word] : word;
  }

  private list(end: string): unknown {
    this.at++;
    const out: unknown[] = [];
    let comma = false;
    while (this.peek() !== end) {
      out.push(this.value());
      comma = this.take(",");
      if (!comma) break;
    }
    this.need(end);
    // (x) is x; (x,) and () are tuples.
    return end === ")" && out.length === 1 && !comma ? out[0] : out;
  }

  private dict(): unknown {
    this.at++;
    const entries: [string, unknown][] = [];
    while (this.peek() !== "}") {
      const key = this.value();
      if (typeof key !== "string" && typeof key !== "number") this.fail();
      this.need(":");
      if (entries.some(([other]) => other === String(key))) this.fail();
      entries.push([String(key), this.value()]);
      if (!this.take(",")) break;
    }
    this.need("}");
    return Object.fromEntries(entries);
  }

  private atString(): boolean {
    const c = this.peek();
    if (c === '"' || c === "'") return true;
    const next = this.text[this.at + 1];
    return (next === '"' || next === "'") && "rRbBuU".includes(c) && c !== "";
  }

  private string(): string {
    let raw = false;
    if (!/["']/.test(this.text[this.at]!)) raw = /[rR]/.test(this.text[this.at++]!);
    const quote = this.text[this.at]!;
    const end = this.text[this.at + 1] === quote && this.text[this.at + 2] === quote ? quote.repeat(3) : quote;
    this.at += end.length;
    const parts: string[] = [];
    let from = this.at;
    for (; ; this.at++) {
      const c = this.text[this.at];
      if (c === undefined || (c === "\n" && end.length === 1)) this.fail();
      if (c === quote && (end.length === 1 || this.text.startsWith(end, this.at))) break;
      if (c === "\\") {
        const next = this.text[this.at + 1] ?? this.fail();
        if (!raw) {
          parts.push(this.text.slice(from, this.at));
          const code = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(this.text.slice(this.at + 1, this.at + 6));
          if (code !== null) {
            parts.push(String.fromCharCode(Number.parseInt(code[1] ?? code[2]!, 16)));
            this.at += code[0].length - 1;
          } else parts.push(Object.hasOwn(ESCAPES, next) ? ESCAPES[next]! : `\\${next}`);
          from = this.at + 2;
        }
        this.at++;
      }
    }
    parts.push(this.text.slice(from, this.at));
    this.at += end.length;
    return parts.join("");
  }

  private number(): number {
    const match = /^[-+]?(?:0[xX][0-9a-fA-F]{1,13}|(?:\d[\d_]{0,399}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][-+]?\d{1,4})?)(?![\w.])/.exec(this.text.slice(this.at, this.at + 900));
    if (match === null) return this.fail();
    this.at += match[0].length;
    const sign = match[0].startsWith("-") ? -1 : 1;
    const value = sign * Number(match[0].replace(/^[-+]/, "").replaceAll("_", ""));
    return Number.isFinite(value) ? value : this.fail();
  }

  /** A dotted name: `weather`, `math.add`. */
  private name(): string {
    let out = this.identifier();
    while (this.text[this.at] === ".") {
      this.at++;
      out += `.${this.identifier()}`;
    }
    return out;
  }

  private identifier(): string {
    const match = /^[\p{L}_][\p{L}\p{N}_-]{0,255}/u.exec((this.peek(), this.text.slice(this.at, this.at + 256)));
    if (match === null) return this.fail();
    this.at += match[0].length;
    return match[0];
  }

  /** The next character after blanks, or the empty text at the end. */
  private peek(): string {
    let code = this.text.charCodeAt(this.at);
    while (code === 32 || (code >= 9 && code <= 13) || code === 0xa0) code = this.text.charCodeAt(++this.at);
    return this.text[this.at] ?? "";
  }

  private take(mark: string): boolean {
    if (this.peek() !== mark) return false;
    this.at++;
    return true;
  }

  private need(mark: string): void {
    if (!this.take(mark)) this.fail();
  }

  private fail(): never {
    throw new Unreadable();
  }
}
