/**
 * A reward function as many training runs have had it: it reads the end of the response, takes the last box or number, and compares strings,
 * with a tolerance for numbers. The example data carries its rewards, so that `guerdon audit` has real mistakes to find. Not part of the library.
 */

const r = String.raw;
/** A box whose braces nest twice; deeper ones are not seen. */
const BOX = /\\boxed\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}/g;
const NUMBER = /-?\d[\d,]*(?:\.\d+)?/g;
const UNITS = /(?:cm|km|mm|m|km\/h|m\/s|degrees|dollars|percent)$/;

/** What the grader takes for the answer. `window` is how many characters of the end it reads. */
export function legacyExtract(response: string, window: number): string | null {
  const end = response.slice(-window);
  const box = [...end.matchAll(BOX)].at(-1);
  if (box !== undefined) return box[1]!;
  const hash = /####\s*(.+)/.exec(end);
  if (hash !== null) return hash[1]!;
  const phrase = /answer(?: is)?:?\** \$?(.+?)\$?\.?\**(?: I hope.*)?$/im.exec(end);
  if (phrase !== null) return phrase[1]!;
  return [...end.matchAll(NUMBER)].at(-1)?.[0] ?? null;
}

function normal(text: string): string {
  return text
    .replaceAll(r`\text`, "")
    .replace(/\\left|\\right/g, "")
    .replaceAll(r`\dfrac`, r`\frac`)
    .replaceAll(r`\leq`, r`\le`)
    .replaceAll(r`^\circ`, "")
    .replace(/\\frac\{(\d+)\}\{(\d+)\}/g, "$1/$2")
    .replace(/^[a-z] ?= ?/, "")
    .replace(/[\s${}\\%*]/g, "")
    .replace(/(\d),(?=\d{3}\b)/g, "$1")
    .replace(/\.$/, "")
    .replace(UNITS, "");
}

/** 1 where the grader pays, 0 where it does not. */
export function legacyReward(response: string, answer: string, window = 300): 0 | 1 {
  const found = legacyExtract(response, window);
  if (found === null) return 0;
  const a = normal(found);
  const b = normal(answer);
  if (a === b) return 1;
  const x = value(a);
  const y = value(b);
  return Math.abs(x - y) <= 0.01 * Math.abs(y) ? 1 : 0;
}

/** The number a normalised answer stands for, NaN where it stands for none: decimals and simple fractions. */
function value(text: string): number {
  const parts = /^(-?)frac(\d)(\d)$/.exec(text) ?? /^(-?)(\d+)\/(\d+)$/.exec(text);
  if (parts !== null) return (Number(parts[2]) / Number(parts[3])) * (parts[1] === "-" ? -1 : 1);
  return text === "" ? Number.NaN : Number(text);
}
