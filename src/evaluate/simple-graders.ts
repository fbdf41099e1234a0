/**
 * Simple graders, re-stated: what reward functions in the wild do, as a family of 72 — where they look (six extractions, on the whole response
 * or only its last 300 or 100 characters) times how they compare (four). `audit` asks which of them an unknown reward behaves like, and explains its mistakes by it.
 */

/** How much of the end of a response a grader reads; infinity is all of it. */
export const WINDOWS: readonly number[] = [Number.POSITIVE_INFINITY, 300, 100];

/** `cascade` is the first of box, hash, phrase and number that finds anything; `box-or-number` leaves out the two in between. */
export const EXTRACTIONS = ["box", "hash", "phrase", "number", "box-or-number", "cascade"] as const;
export type Extraction = (typeof EXTRACTIONS)[number];

/** `string` trims only; `normalised` drops layout, units and signs that carry no number; `near` and `loose` accept numbers within 0.01 % and 1 %. */
export const COMPARISONS = ["string", "normalised", "near", "loose"] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** One member of the family. */
export interface SimpleGrader {
  readonly extraction: Extraction;
  readonly comparison: Comparison;
  readonly window: number;
}

/** What each extraction finds in one text; null where it finds nothing. */
export type SimpleAnswers = Readonly<Record<Extraction, string | null>>;

const PER_WINDOW = EXTRACTIONS.length * COMPARISONS.length;

/** The family, in the order of the bits of `paidBits`: windows first, and within one the simpler first. */
export const SIMPLE_GRADERS: readonly SimpleGrader[] = WINDOWS.flatMap((window) =>
  EXTRACTIONS.flatMap((extraction) => COMPARISONS.map((comparison) => ({ extraction, comparison, window }))),
);

/** The simple answers of a response, read through a window at its end. */
export function simpleAnswers(response: string, window: number): SimpleAnswers {
  const text = window < response.length ? response.slice(-window) : response;
  const box = lastBox(text);
  const hash = lastAfter(text, "####");
  const phrase = lastPhrase(text);
  const number = lastNumber(text);
  return { box, hash, phrase, number, "box-or-number": box ?? number, cascade: box ?? hash ?? phrase ?? number };
}

/** Which graders would pay this response: bit (extraction · 4 + comparison) of entry w for window w. */
export function paidBits(response: string, reference: string): readonly [number, number, number] {
  const out: [number, number, number] = [0, 0, 0];
  for (let w = 0; w < WINDOWS.length; w++) {
    if (w > 0 && response.length <= WINDOWS[w]!) {
      out[w] = out[0];
      continue;
    }
    const answers = simpleAnswers(response, WINDOWS[w]!);
    for (let e = 0; e < EXTRACTIONS.length; e++) {
      const answer = answers[EXTRACTIONS[e]!];
      if (answer === null) continue;
      for (let c = 0; c < COMPARISONS.length; c++) if (compares(COMPARISONS[c]!, answer, reference)) out[w]! |= 1 << (e * COMPARISONS.length + c);
    }
  }
  return out;
}

/** Does a grader of the family (index into `SIMPLE_GRADERS`) pay, by the bits? */
export function pays(bits: (window: number) => number, grader: number): boolean {
  return ((bits(Math.floor(grader / PER_WINDOW)) >>> (grader % PER_WINDOW)) & 1) === 1;
}

/** The same grader reading the whole response. */
export function unwindowed(grader: number): number {
  return grader % PER_WINDOW;
}

/** Compares as simple graders do. */
export function compares(comparison: Comparison, answer: string, reference: string): boolean {
  if (trimmed(answer) === trimmed(reference)) return true;
  if (comparison === "string") return false;
  const a = normalised(answer);
  const b = normalised(reference);
  if (a === b) return true;
  if (comparison === "normalised") return false;
  const x = plainNumber(a);
  const y = plainNumber(b);
  return x !== null && y !== null && Math.abs(x - y) <= (comparison === "near" ? 1e-4 : 1e-2) * Math.abs(y);
}

const trimmed = (text: string): string => text.replace(/[\s$]/g, "");

/** Without layout: what a grader strips before it compares. */
export function normalised(text: string): string {
  return text
    .replace(/\\(?:left|right|,|;|!|quad)(?![a-zA-Z])/g, "")
    .replace(/\\[dt]frac/g, "\\frac")
    .replace(/\\(?:text|mathrm|mbox)\s*\{([^{}]*)\}/g, "$1")
    .replace(/\\leq(?![a-z])/g, "\\le")
    .replace(/\\geq(?![a-z])/g, "\\ge")
    .replace(/\^\s*\{?\\circ\}?/g, "")
    .replace(/\\frac\{?(\d+)\}?\{?(\d+)\}?/g, "$1/$2")
    .replace(/^\s*[a-zA-Z]\s*(?:=|\\in)/, "")
    .replace(/[\s$%°*{}]|\\[$%]/g, "")
    .replace(/(\d),(?=\d{3}(?!\d))/g, "$1")
    .replace(/^(-?[\d.]+)(?:[a-zA-Z/]+)$/, "$1")
    .replace(/\.$/, "");
}

/** The number of a normalised text: a decimal or a simple fraction. */
export function plainNumber(text: string): number | null {
  const fraction = /^(-?\d+)\/(\d+)$/.exec(text);
  const value = fraction === null ? (/^-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text) ? Number(text) : Number.NaN) : Number(fraction[1]) / Number(fraction[2]);
  return Number.isFinite(value) ? value : null;
}

function lastBox(text: string): string | null {
  const start = Math.max(text.lastIndexOf("\\boxed{"), text.lastIndexOf("\\fbox{"));
  if (start < 0) return null;
  const open = text.indexOf("{", start);
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === "{") depth++;
    else if (text[i] === "}" && --depth === 0) return text.slice(open + 1, i);
  }
  return null;
}

function lastAfter(text: string, marker: string): string | null {
  const start = text.lastIndexOf(marker);
  if (start < 0) return null;
  return lineFrom(text, start + marker.length);
}

function lastPhrase(text: string): string | null {
  const lower = text.toLowerCase();
  const start = Math.max(lower.lastIndexOf("answer is"), lower.lastIndexOf("answer:"));
  if (start < 0) return null;
  const line = lineFrom(text, start + (lower.startsWith("answer is", start) ? 9 : 7));
  return line === null ? null : line.replace(/^[:\s*]+/, "").replace(/\s*I hope it is correct\.?$/, "").replace(/[.*\s]+$/, "");
}

function lineFrom(text: string, start: number): string | null {
  const end = text.indexOf("\n", start);
  const line = text.slice(start, end < 0 ? undefined : end).trim();
  return line === "" ? null : line;
}

/** Scans from the end, so that a long response costs nothing. */
function lastNumber(text: string): string | null {
  let end = text.length;
  while (end > 0 && !isDigit(text.charCodeAt(end - 1))) end--;
  if (end === 0) return null;
  let start = end;
  while (start > 0 && (isDigit(text.charCodeAt(start - 1)) || ((text[start - 1] === "." || text[start - 1] === ",") && start > 1 && isDigit(text.charCodeAt(start - 2))))) start--;
  if (start > 0 && text[start - 1] === "-") start--;
  return text.slice(start, end).replaceAll(",", "");
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
