/**
 * Unit algebra: what a unit written in an answer measures, and its exact scale.
 *
 * `km/h` is length¹·time⁻¹ with the scale 5/18 to m/s. A power of π is kept beside the rational scale, so that a degree is exactly
 * π/180 rad. Nouns that are no units (`apples`, `people`) are counted things: each its own dimension, singular and plural alike.
 */
import { ONE, fraction, lookUp, powerOf, singularOf, times, type Atom, type Fraction } from "./units-lexicon.ts";

export type { Fraction } from "./units-lexicon.ts";

export interface Unit {
  /** Exponents by base dimension; counted things are `count:apple`. Zero exponents are absent; keys are sorted. */
  readonly dimensions: Readonly<Record<string, number>>;
  /** Exact factor to the coherent base unit, without the power of π. */
  readonly scale: Fraction;
  /** Power of π in the scale. */
  readonly pi: number;
  /** Kelvin at zero of this scale (°C, °F); null where the scale starts at zero. */
  readonly offset: Fraction | null;
  /** False where any part is a word this table does not have: a counted thing. */
  readonly known: boolean;
  /** The unit's words as compared: for people and for text comparison. */
  readonly words: string;
}

/** Longer texts are no units. */
const LONGEST_UNIT = 120;
/** Larger exponents are no units. */
const LARGEST_EXPONENT = 12;

const SUPERSCRIPTS: Readonly<Record<string, string>> = { "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9", "⁻": "-", "⁺": "" };

/** LaTeX and Unicode dress taken off: what remains is words, `*`, `/`, `^` and brackets. */
function plainUnit(text: string): string {
  let s = text.trim();
  if (s.length > 1 && s.startsWith("$") && s.endsWith("$")) s = s.slice(1, -1);
  s = s
    .replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g, "")
    .replace(/\\(?:text|mathrm|textrm|textnormal|mbox|operatorname|mathit|textit|textbf|mathbf|hbox|unit|si)\s*\{([^{}]*)\}/g, " $1 ")
    .replace(/\\(?:rm|it|bf|displaystyle|left|right)(?![a-zA-Z])/g, " ")
    .replace(/\^\s*\{?\s*\\(?:circ|degree)\s*\}?|\\degrees?(?![a-zA-Z])|\\textdegree(?![a-zA-Z])|º|˚/g, "°")
    .replace(/\\(?:cdot|times|ast)(?![a-zA-Z])|[·⋅×∙•]/g, "*")
    .replace(/\\(?:q?quad|,|;|:|!| )|~|\\ /g, " ")
    .replace(/\\mu(?![a-zA-Z])/g, "µ")
    .replace(/\\Omega(?![a-zA-Z])/g, "Ω")
    .replace(/\\(?:pounds|textsterling)(?![a-zA-Z])/g, "£")
    .replace(/\\(?:euro|texteuro)(?![a-zA-Z])/g, "€")
    .replace(/\\(?:yen|textyen)(?![a-zA-Z])/g, "¥")
    .replace(/\\(?:textcent|cent)(?![a-zA-Z])/g, "¢")
    .replace(/\\\$/g, "$")
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+/g, (run) => `^${[...run].map((c) => SUPERSCRIPTS[c]!).join("")}`)
    .replace(/[⁄∕÷]/g, "/")
    .replace(/每/g, "/")
    .replace(/−/g, "-")
    .replace(/µ\s+(?=\p{L})/gu, "µ")
    .replace(/\^\s*\{\s*([-+]?\d+)\s*\}/g, "^$1");
  for (let i = 0; i < 4 && s.includes("\\frac"); i++) s = s.replace(/\\[dtc]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g, "($1)/($2)");
  return s
    .replace(/[{}]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** Words after a known unit that only say how it was measured. */
const QUALIFIER = /\s+(?:of\s.*|long|wide|high|tall|deep|thick|away|apart|old|later|earlier|ago|each|apiece|total|in total|in all|altogether|more|less|left|remaining|squared off)$/i;

/**
 * Reads a unit as answers write it.
 *
 * Percent is no unit here. `5 ft 6 in` is two quantities, and the caller's to add.
 *
 * @returns null where the text is no unit: empty, too long, or with signs no unit has
 * @example parseUnit("km/h")?.dimensions // => { m: 1, s: -1 }
 */
export function parseUnit(text: string): Unit | null {
  if (text.length > LONGEST_UNIT) return null;
  let plain = plainUnit(text);
  if (plain.endsWith(".") && lookUp(plain) === undefined) plain = plain.slice(0, -1).trimEnd();
  if (plain === "" || /^[ap]\.? ?m\.?$/i.test(plain) || /[%\\=<>;,!?"#&@]/.test(plain)) return null;
  const whole = lookUp(plain);
  if (whole !== undefined) return finish([{ atom: whole, exponent: 1 }], [], plain);
  for (let cut = QUALIFIER.exec(plain); cut !== null; cut = QUALIFIER.exec(plain)) plain = plain.slice(0, cut.index);
  const tokens = tokenize(plain);
  if (tokens === null) return null;
  const parts: Part[] = [];
  const nouns: { noun: string; exponent: number }[] = [];
  return readProduct(tokens, { i: 0 }, 1, parts, nouns, 0) ? finish(parts, nouns, plain) : null;
}

interface Part {
  readonly atom: Atom;
  readonly exponent: number;
}

type Token = { readonly kind: "word"; readonly text: string } | { readonly kind: "power"; readonly value: number } | { readonly kind: "mark"; readonly text: string };

function tokenize(text: string): Token[] | null {
  const tokens: Token[] = [];
  const pattern = /\s*(?:(\^\s*(?:\(\s*([-+]?\d{1,3})\s*\)|([-+]?\d{1,3})))|([°℃℉$€£¥¥₹₩₽₺฿₫₱₪₴₦₿¢ΩΩ])\s*([CF](?![\p{L}]))?|([\p{L}\p{M}ℓÅµ$]+(?:[-'’][\p{L}]+)*\.?)(\d)?(?!\d)|([*/()])|(1)(?=\s*\/))/uy;
  let at = 0;
  while (at < text.length) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null || match[0].length === 0) return text.slice(at).trim() === "" ? tokens : null;
    at = pattern.lastIndex;
    const [, power, bracketed, plain, sign, scale, word, digit, mark] = match;
    if (power !== undefined) tokens.push({ kind: "power", value: Number(bracketed ?? plain) });
    else if (sign !== undefined) tokens.push({ kind: "word", text: sign + (scale ?? "") });
    else if (word !== undefined) {
      tokens.push({ kind: "word", text: word });
      // `cm2`, `m3`: an exponent without a mark.
      if (digit !== undefined) tokens.push({ kind: "power", value: Number(digit) });
    } else tokens.push({ kind: "mark", text: mark ?? "1" });
    if (tokens.length > 40) return null;
  }
  return tokens;
}

/** product := chunk (("*" | "/" | "per" | "") chunk)*; `/` and "per" turn only the chunk behind them. */
function readProduct(tokens: readonly Token[], cursor: { i: number }, sign: number, parts: Part[], nouns: { noun: string; exponent: number }[], depth: number): boolean {
  let direction = sign;
  let any = false;
  while (cursor.i < tokens.length) {
    const token = tokens[cursor.i]!;
    if (token.kind === "mark" && token.text === ")") return any && depth > 0;
    if (token.kind === "mark" && (token.text === "/" || token.text === "*")) {
      if (!any && token.text !== "/") return false;
      direction = token.text === "/" ? -sign : sign;
      cursor.i++;
      if (cursor.i >= tokens.length) return false;
      continue;
    }
    if (token.kind === "mark" && token.text === "1") {
      cursor.i++;
      any = true;
      continue;
    }
    if (token.kind === "mark") {
      if (depth > 6) return false;
      cursor.i++;
      const innerParts: Part[] = [];
      const innerNouns: { noun: string; exponent: number }[] = [];
      if (!readProduct(tokens, cursor, 1, innerParts, innerNouns, depth + 1)) return false;
      const close = tokens[cursor.i];
      if (close?.kind !== "mark" || close.text !== ")") return false;
      cursor.i++;
      const power = direction * readPower(tokens, cursor);
      for (const { atom, exponent } of innerParts) parts.push({ atom, exponent: exponent * power });
      for (const { noun, exponent } of innerNouns) nouns.push({ noun, exponent: exponent * power });
      any = true;
      direction = sign;
      continue;
    }
    if (token.kind === "power") return false;
    if (isPer(token.text, tokens[cursor.i + 1], any)) {
      direction = -sign;
      cursor.i++;
      if (cursor.i >= tokens.length) return false;
      continue;
    }
    if (!readChunk(tokens, cursor, direction, parts, nouns)) return false;
    any = true;
    direction = sign;
  }
  return any && depth === 0;
}

function isPer(word: string, next: Token | undefined, any: boolean): boolean {
  const low = word.toLowerCase();
  return low === "per" || (any && (low === "a" || low === "an" || low === "every") && next?.kind === "word" && lookUp(next.text) !== undefined);
}

/** One run of words: known units side by side, or, where any word is unknown, one counted noun. */
function readChunk(tokens: readonly Token[], cursor: { i: number }, direction: number, parts: Part[], nouns: { noun: string; exponent: number }[]): boolean {
  const begin = cursor.i;
  let end = begin;
  while (end < tokens.length) {
    const token = tokens[end]!;
    if (token.kind === "mark" || (token.kind === "word" && end > begin && isPer(token.text, tokens[end + 1], true))) break;
    end++;
  }
  const read: Part[] = [];
  let i = begin;
  while (i < end) {
    const token = tokens[i]!;
    if (token.kind !== "word") return false;
    const low = token.text.toLowerCase();
    let shape = low === "square" || low === "sq" || low === "sq." ? 2 : low === "cubic" || low === "cu" || low === "cu." ? 3 : 1;
    if (shape > 1) i++;
    let atom: Atom | undefined;
    let taken = 0;
    for (let length = Math.min(3, end - i); length >= 1 && atom === undefined; length--) {
      const run = tokens.slice(i, i + length);
      if (!run.every((t) => t.kind === "word")) continue;
      const name = run.map((t) => (t.kind === "word" ? t.text : "")).join(" ");
      atom = lookUp(name) ?? lookUp(name.replace(/\.$/, "")) ?? (length > 1 ? lookUp(run.map((t, k) => (t.kind === "word" ? (k === 0 ? singularOf(t.text) : t.text) : "")).join(" ")) : undefined);
      taken = length;
    }
    if (atom === undefined) return readNoun(tokens, cursor, end, direction, nouns);
    i += taken;
    const next = tokens[i];
    if (next?.kind === "word" && i < end && /^(?:squared|cubed)$/i.test(next.text)) {
      shape *= next.text.toLowerCase() === "squared" ? 2 : 3;
      i++;
    }
    const at = { i };
    const power = readPower(tokens, at);
    i = at.i;
    read.push({ atom, exponent: direction * shape * power });
  }
  parts.push(...read);
  cursor.i = end;
  return read.length > 0;
}

/** A run with a word that is no unit is one counted noun: `red balls`, `square units`, `units^2`. */
function readNoun(tokens: readonly Token[], cursor: { i: number }, end: number, direction: number, nouns: { noun: string; exponent: number }[]): boolean {
  const words: string[] = [];
  let power = 1;
  for (let i = cursor.i; i < end; i++) {
    const token = tokens[i]!;
    if (token.kind === "word") words.push(token.text);
    else if (token.kind === "power" && i === end - 1) power = token.value;
    else return false;
  }
  const shape = /^(?:square|sq\.?)$/i.test(words[0]!) ? 2 : /^(?:cubic|cu\.?)$/i.test(words[0]!) ? 3 : 1;
  const noun = nounOf(shape > 1 && words.length > 1 ? words.slice(1) : words);
  if (noun === "" || (noun.length === 1 && noun < "\u0100")) return false;
  nouns.push({ noun, exponent: direction * power * (words.length > 1 ? shape : 1) });
  cursor.i = end;
  return true;
}

function readPower(tokens: readonly Token[], cursor: { i: number }): number {
  const token = tokens[cursor.i];
  if (token?.kind !== "power") return 1;
  cursor.i++;
  return token.value;
}

/** Counted nouns are compared without articles and in the singular of their last word. */
function nounOf(words: readonly string[]): string {
  const kept = words.map((w) => w.replace(/\.$/, "")).filter((w) => !/^(?:the|a|an|of|in|on|at|all|other|different|total|whole)$/i.test(w));
  if (kept.length === 0 || kept.length > 6) return "";
  return [...kept.slice(0, -1).map((w) => w.toLowerCase()), singularOf(kept.at(-1)!)].join(" ");
}

function finish(parts: readonly Part[], nouns: readonly { noun: string; exponent: number }[], plain: string): Unit | null {
  const dimensions: Record<string, number> = {};
  let scale = ONE;
  let pi = 0;
  let offset: Fraction | null = null;
  for (const { atom, exponent } of parts) {
    if (exponent === 0 || Math.abs(exponent) > LARGEST_EXPONENT) return null;
    for (const [key, power] of Object.entries(atom.dimensions)) dimensions[key] = (dimensions[key] ?? 0) + power * exponent;
    scale = times(scale, powerOf(atom.scale, exponent));
    pi += atom.pi * exponent;
    if (atom.offset !== null && parts.length === 1 && exponent === 1 && nouns.length === 0) offset = atom.offset;
  }
  for (const { noun, exponent } of nouns) {
    if (exponent === 0 || Math.abs(exponent) > LARGEST_EXPONENT) return null;
    let word = noun;
    const number = /^(dozen|hundred|thousand|million|billion|trillion) /.exec(noun);
    if (number !== null) {
      scale = times(scale, powerOf(lookUp(number[1]!)!.scale, exponent));
      word = noun.slice(number[0].length);
    }
    dimensions[`count:${word}`] = (dimensions[`count:${word}`] ?? 0) + exponent;
  }
  const sorted = Object.fromEntries(
    Object.entries(dimensions)
      .filter(([, power]) => power !== 0)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return { dimensions: sorted, scale, pi, offset, known: nouns.length === 0, words: plain.toLowerCase() };
}

/**
 * True where both units measure the same thing, so that their scales may be compared: cm and miles, cents and dollars, apples and
 * apples. Currencies do not convert into each other; ¥ alone may be yen or yuan.
 */
export function convertible(a: Unit, b: Unit): boolean {
  const left = Object.keys(a.dimensions);
  const right = Object.keys(b.dimensions);
  if (left.length !== right.length) return false;
  return left.every((key) => (b.dimensions[key] ?? (key === "JPY" || key === "CNY" ? b.dimensions["¥"] : key === "¥" ? (b.dimensions["JPY"] ?? b.dimensions["CNY"]) : undefined)) === a.dimensions[key]);
}

/**
 * How many b make one a: a = (n/d)·b.
 *
 * @returns null where they do not convert by a rational factor: other dimensions, temperatures with different zeros, or degrees
 * against radians (there `a.pi − b.pi` is the power of π the factor lacks)
 * @example factor(parseUnit("km")!, parseUnit("m")!) // => { n: 1000n, d: 1n }
 */
export function factor(a: Unit, b: Unit): Fraction | null {
  if (!convertible(a, b) || a.pi !== b.pi || !sameOffset(a, b)) return null;
  return fraction(a.scale.n * b.scale.d, a.scale.d * b.scale.n);
}

function sameOffset(a: Unit, b: Unit): boolean {
  return a.offset === null ? b.offset === null : b.offset !== null && a.offset.n === b.offset.n && a.offset.d === b.offset.d && a.scale.n === b.scale.n && a.scale.d === b.scale.d;
}

/**
 * The value in b of a value in a, temperatures with their zeros included.
 *
 * @returns null where the units do not convert, or only by a factor with π
 * @example convert({ n: 212n, d: 1n }, parseUnit("°F")!, parseUnit("°C")!) // => { n: 100n, d: 1n }
 */
export function convert(value: Fraction, a: Unit, b: Unit): Fraction | null {
  if (!convertible(a, b) || a.pi !== b.pi) return null;
  const base = plus(times(value, a.scale), a.offset ?? { n: 0n, d: 1n });
  const shifted = plus(base, b.offset === null ? { n: 0n, d: 1n } : { n: -b.offset.n, d: b.offset.d });
  return times(shifted, powerOf(b.scale, -1));
}

function plus(a: Fraction, b: Fraction): Fraction {
  return fraction(a.n * b.d + b.n * a.d, a.d * b.d);
}
