/** The parser's place in its tokens, with the limits it may not pass. */
import { LIMITS, LimitError } from "../limits.ts";
import { tokenize, type LexOptions, type Token } from "./tokens.ts";
import { resolveWords } from "./words.ts";

/** The text is not an answer this grammar knows. Caught by `parseAnswer`, which then takes the text as words. */
export class SyntaxFault extends Error {
  readonly at: number;
  constructor(what: string, at: number) {
    super(what);
    this.name = "SyntaxFault";
    this.at = at;
  }
}

export interface Cursor {
  readonly text: string;
  readonly math: boolean;
  /** Owned by this parse: a number's digits may be split in place. */
  readonly tokens: Token[];
  i: number;
  depth: number;
  nodes: number;
  /** Inside |…|: the next bar closes. */
  inBars: boolean;
  /** At the element of {… | …}: a bar or colon separates. */
  inBuilder: boolean;
  /** Inside a bracket opened by "]": the next "[" closes it. */
  french: boolean;
  /** Index of the last "]": a "[" behind it can only close. */
  readonly lastSquare: number;
  /** Variable of integration awaited: `d` followed by it ends the integrand. */
  inIntegral: boolean;
}

export function cursorOf(text: string, options: LexOptions): Cursor {
  const tokens = resolveWords(tokenize(text, options), options.math);
  return { text, math: options.math, tokens, i: 0, depth: 0, nodes: 0, inBars: false, inBuilder: false, french: false, lastSquare: tokens.findLastIndex((t) => t.type === "op" && t.text === "]"), inIntegral: false };
}

export function peek(c: Cursor, ahead = 0): Token {
  const j = c.i + ahead;
  return c.tokens[j < c.tokens.length ? j : c.tokens.length - 1]!;
}

export function isOp(token: Token, text: string): boolean {
  return token.type === "op" && token.text === text;
}

export function next(c: Cursor): Token {
  const token = peek(c);
  if (token.type !== "end") c.i++;
  return token;
}

/** Takes the operator if it is next. */
export function take(c: Cursor, op: string): boolean {
  if (!isOp(peek(c), op)) return false;
  c.i++;
  return true;
}

export function expect(c: Cursor, op: string): void {
  if (!take(c, op)) throw fault(c, `expected ${op}`);
}

export function fault(c: Cursor, what: string): SyntaxFault {
  const token = peek(c);
  return new SyntaxFault(`${what}, found ${token.type === "end" ? "the end" : JSON.stringify(token.text)}`, token.start);
}

/** Runs a rule one level deeper, with the depth and node limits held. */
export function deeper<T>(c: Cursor, rule: (c: Cursor) => T): T {
  if (++c.depth > LIMITS.depth) throw new LimitError("depth", `an answer may nest ${LIMITS.depth} deep`);
  if (++c.nodes > LIMITS.nodes) throw new LimitError("nodes", `an answer may have ${LIMITS.nodes} nodes`);
  try {
    return rule(c);
  } finally {
    c.depth--;
  }
}

/** Runs a rule with other reading modes, and puts them back. */
export function within<T>(c: Cursor, modes: { inBars?: boolean; inBuilder?: boolean; inIntegral?: boolean; french?: boolean }, rule: (c: Cursor) => T): T {
  const { inBars, inBuilder, inIntegral, french } = c;
  c.inBars = modes.inBars ?? false;
  c.inBuilder = modes.inBuilder ?? false;
  c.inIntegral = modes.inIntegral ?? false;
  c.french = modes.french ?? false;
  try {
    return rule(c);
  } finally {
    c.inBars = inBars;
    c.inBuilder = inBuilder;
    c.inIntegral = inIntegral;
    c.french = french;
  }
}
