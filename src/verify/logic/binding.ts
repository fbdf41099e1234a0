/** LogicLLaMA's comparison of formulae whose names differ: the best agreement of truth tables over bindings of literals. */
import { atomsOf, atomText, withoutQuantifiers, type Formula } from "./formula.ts";

/** Literals of one formula; 2ⁿ rows of the truth table. */
export const MOST_LITERALS = 14;

/** Characters of a literal that are compared: the time is their product. */
const NAME_CHARACTERS = 400;

const DUMMY = "#DUMMY";
const DUMMY_DISTANCE = 10_000;

export interface Binding {
  readonly score: number;
  /** Literals of the gold formula, padded with dummies where it has fewer. */
  readonly gold: readonly string[];
  /** The literals bound to them, in their order; null where none agrees anywhere. */
  readonly bound: readonly string[] | null;
}

export function literalsOf(formula: Formula): string[] {
  return [...atomsOf(withoutQuantifiers(formula))];
}

/**
 * The best share of assignments on which two formulae agree, over at most `maxBindings` bindings of their literals, tried depth first, the
 * nearest names (Levenshtein) first. Quantifiers are dropped. Different numbers of literals: padded with dummies, or 0 where `pad` is off.
 */
export function bestBinding(given: Formula, gold: Formula, { pad, maxBindings }: { readonly pad: boolean; readonly maxBindings: number }): Binding {
  const [ours, theirs] = [literalsOf(given), literalsOf(gold)];
  if (ours.length !== theirs.length && !pad) return { score: 0, gold: theirs, bound: null };
  const shorter = ours.length < theirs.length ? ours : theirs;
  const missing = Math.abs(ours.length - theirs.length);
  for (let i = 0; i < missing; i++) shorter.push(`${DUMMY}_${i}`);
  const n = theirs.length;
  const size = 2 ** n;
  const columns = Array.from({ length: n }, (_, i) => column(i, n));
  const table = (formula: Formula, names: readonly string[]): Uint32Array => truth(formula, new Map(names.map((name, i) => [name, columns[i]!])), columns[0]?.length ?? 1);
  const right = table(gold, theirs);
  const distances = theirs.map((a) => ours.map((b) => (a.startsWith(DUMMY) || b.startsWith(DUMMY) ? DUMMY_DISTANCE : levenshtein(a.slice(0, NAME_CHARACTERS), b.slice(0, NAME_CHARACTERS)))));
  const orders = distances.map((row) => row.map((distance, j) => [distance, j] as const).sort((a, b) => a[0] - b[0]).map(([, j]) => j));
  let best = 0;
  let bound: string[] | null = null;
  let left = maxBindings;
  const used: number[] = [];
  const taken = new Uint8Array(n);
  const bind = (i: number): void => {
    if (i === n) {
      left--;
      const names = used.map((j) => ours[j]!);
      const score = Math.fround(agreement(table(given, names), right, size) / size);
      if (score > best) [best, bound] = [score, names];
      return;
    }
    for (const j of orders[i]!) {
      if (left <= 0 || best === 1) return;
      if (taken[j] === 1) continue;
      taken[j] = 1;
      used.push(j);
      bind(i + 1);
      used.pop();
      taken[j] = 0;
    }
  };
  bind(0);
  return { score: best, gold: theirs, bound };
}

/** Column i of the truth table, 32 rows a word; the first literal changes slowest. */
function column(i: number, n: number): Uint32Array {
  const out = new Uint32Array(Math.max(1, 2 ** n / 32));
  const period = 2 ** (n - 1 - i);
  for (let row = 0; row < 2 ** n; row++) if (Math.floor(row / period) % 2 === 1) out[row >>> 5] = out[row >>> 5]! | (1 << (row & 31));
  return out;
}

function truth(formula: Formula, columns: ReadonlyMap<string, Uint32Array>, words: number): Uint32Array {
  const walk = (f: Formula): Uint32Array => {
    switch (f.op) {
      case "true":
        return new Uint32Array(words).fill(0xffffffff);
      case "false":
        return new Uint32Array(words);
      case "atom":
      case "equal":
        return columns.get(atomText(f))!;
      case "not":
        return walk(f.body).map((word) => ~word);
      case "forall":
      case "exists":
        return walk(f.body);
      default: {
        const [a, b] = [walk(f.left), walk(f.right)];
        const { op } = f;
        return a.map((word, i) => (op === "and" ? word & b[i]! : op === "or" ? word | b[i]! : op === "xor" ? word ^ b[i]! : op === "implies" ? ~word | b[i]! : ~(word ^ b[i]!)));
      }
    }
  };
  return walk(formula);
}

function agreement(a: Uint32Array, b: Uint32Array, size: number): number {
  let count = 0;
  for (let i = 0; i < a.length; i++) {
    let same = ~(a[i]! ^ b[i]!) >>> 0;
    if (size < 32) same &= 2 ** size - 1;
    for (; same !== 0; same &= same - 1) count++;
  }
  return count;
}

function levenshtein(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) row.push(Math.min(row[j - 1]! + 1, before[j]! + 1, before[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    before = row;
  }
  return before[b.length]!;
}
