/** The names of units: which atom each stands for, with prefixes, plurals and case. */
import { gcd } from "./gcd.ts";
import { BINARY_PREFIXES, DATA_UNITS, NOT_PREFIXED, PLAIN_UNITS, PLURALS, SI_UNITS, SYMBOL_PREFIXES, TEMPERATURES, WORD_PREFIXES, type UnitRow } from "./units-table.ts";

/** An exact rational number n/d, d > 0, in lowest terms. */
export interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

export const ONE: Fraction = { n: 1n, d: 1n };

/** n/d in lowest terms. */
export function fraction(n: bigint, d: bigint): Fraction {
  const g = gcd(n, d);
  return g === 1n || g === 0n ? { n, d } : { n: n / g, d: d / g };
}

export function times(a: Fraction, b: Fraction): Fraction {
  return fraction(a.n * b.n, a.d * b.d);
}

export function powerOf(a: Fraction, exponent: number): Fraction {
  return exponent >= 0 ? { n: a.n ** BigInt(exponent), d: a.d ** BigInt(exponent) } : { n: a.d ** BigInt(-exponent), d: a.n ** BigInt(-exponent) };
}

/** An exact decimal or quotient of the table, like `0.0254`, `1e-10` or `463/900`. */
function exact(text: string): Fraction {
  const slash = text.indexOf("/");
  if (slash >= 0) {
    const a = exact(text.slice(0, slash));
    const b = exact(text.slice(slash + 1));
    return fraction(a.n * b.d, a.d * b.n);
  }
  const match = /^(\d+)(?:\.(\d+))?(?:e(-?\d+))?$/.exec(text)!;
  const decimals = match[2] ?? "";
  const exponent = Number(match[3] ?? "0") - decimals.length;
  const digits = BigInt(match[1]! + decimals);
  return exponent >= 0 ? { n: digits * 10n ** BigInt(exponent), d: 1n } : fraction(digits, 10n ** BigInt(-exponent));
}

/** What one name of the table stands for. */
export interface Atom {
  readonly dimensions: Readonly<Record<string, number>>;
  readonly scale: Fraction;
  readonly pi: number;
  readonly offset: Fraction | null;
}

function atomOf(dimension: string, scaleText: string, offset: Fraction | null = null): Atom {
  const dimensions: Record<string, number> = {};
  for (const part of dimension.split(" ")) {
    const match = /^(\D+?)(-?\d+)?$/.exec(part);
    if (match !== null) dimensions[match[1]!] = Number(match[2] ?? "1");
  }
  const split = /^(.*?)(?:π(-?\d+)?)?$/.exec(scaleText)!;
  return { dimensions, scale: exact(split[1]!), pi: scaleText.includes("π") ? Number(split[2] ?? "1") : 0, offset };
}

interface Lexicon {
  readonly exact: ReadonlyMap<string, Atom>;
  readonly lower: ReadonlyMap<string, Atom>;
}

let lexicon: Lexicon | undefined;

/** The table by name, built on first use. */
function names(): Lexicon {
  if (lexicon !== undefined) return lexicon;
  const byName = new Map<string, Atom>();
  const put = (name: string, atom: Atom): void => {
    if (!byName.has(name)) byName.set(name, atom);
  };
  for (const [scale, offset, ...list] of TEMPERATURES) for (const name of list) put(name, atomOf("K", scale, exact(offset)));
  for (const row of PLAIN_UNITS) putRow(put, row);
  for (const row of SI_UNITS) putRow(put, row);
  for (const row of DATA_UNITS) putRow(put, row);
  const scaled = (atom: Atom, power: number, base = 10n): Atom => ({ ...atom, scale: times(atom.scale, powerOf({ n: base, d: 1n }, power)) });
  for (const [dimension, scale, ...list] of SI_UNITS)
    for (const name of list) {
      const atom = atomOf(dimension, scale);
      const isWord = name.length > 3;
      for (const [prefix, power] of Object.entries(isWord ? WORD_PREFIXES : SYMBOL_PREFIXES)) if (!NOT_PREFIXED.has(prefix + name)) put(prefix + name, scaled(atom, power));
    }
  for (const [dimension, scale, ...list] of DATA_UNITS)
    for (const name of list) {
      const atom = atomOf(dimension, scale);
      for (const [prefix, power] of Object.entries(name.length > 2 ? WORD_PREFIXES : SYMBOL_PREFIXES)) if (power >= 3) put(prefix + name, scaled(atom, power));
      for (const [prefix, power] of Object.entries(BINARY_PREFIXES)) if (prefix.length > 2 === name.length > 2) put(prefix + name, scaled(atom, power, 2n));
    }
  const lower = new Map<string, Atom>();
  for (const [name, atom] of byName) if (name.length > 1 && !lower.has(name.toLowerCase())) lower.set(name.toLowerCase(), atom);
  // In lower case, data sizes are bytes: people write "5 mb" and "5 gb".
  for (const prefix of ["k", "m", "g", "t"]) lower.set(`${prefix}b`, byName.get(`${prefix === "k" ? "k" : prefix.toUpperCase()}B`)!);
  return (lexicon = { exact: byName, lower });
}

function putRow(put: (name: string, atom: Atom) => void, [dimension, scale, ...list]: UnitRow): void {
  const atom = atomOf(dimension, scale);
  for (const name of list) put(name, atom);
}

/** The power and the rest of `平方厘米`, `立方米`. */
const CHINESE_POWER = /^(平方|立方)(.+)$/;

/** The atom a name stands for, singular or plural, in any case that is not ambiguous. */
export function lookUp(name: string): Atom | undefined {
  const { exact: byName, lower } = names();
  const direct = byName.get(name);
  if (direct !== undefined) return direct;
  const chinese = CHINESE_POWER.exec(name);
  const base = chinese === null ? undefined : byName.get(chinese[2]!);
  if (base !== undefined) {
    const power = chinese![1] === "平方" ? 2 : 3;
    return { dimensions: Object.fromEntries(Object.entries(base.dimensions).map(([key, exponent]) => [key, exponent * power])), scale: powerOf(base.scale, power), pi: base.pi * power, offset: null };
  }
  if (name.length === 1) return undefined;
  const low = name.toLowerCase();
  const folded = lower.get(low);
  if (folded !== undefined) return folded;
  const singular = low.endsWith("ches") || low.endsWith("xes") ? low.slice(0, -2) : low.endsWith("s") && low.length > 3 ? low.slice(0, -1) : undefined;
  return singular === undefined ? undefined : (lower.get(singular) ?? undefined);
}

/** The singular of a counted noun, in lower case: `apples` → `apple`, `boxes` → `box`, `people` → `person`. */
export function singularOf(noun: string): string {
  const word = noun.toLowerCase();
  const irregular = PLURALS[word];
  if (irregular !== undefined && Object.hasOwn(PLURALS, word)) return irregular;
  if (word.length > 4 && word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (/(?:ss|sh|ch|x|zz)es$/.test(word)) return word.slice(0, -2);
  if (word.length > 3 && word.endsWith("s") && !/(?:ss|us|is)$/.test(word)) return word.slice(0, -1);
  return word;
}
