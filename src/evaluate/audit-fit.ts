/** Which simple grader an unknown reward behaves like. */
import type { AuditColumns } from "./audit-columns.ts";
import type { GraderFit } from "./audit-types.ts";
import { type Comparison, type Extraction, pays, SIMPLE_GRADERS, type SimpleGrader, unwindowed, WINDOWS } from "./simple-graders.ts";

/** A fit and the index of its grader. */
export interface Fitted {
  readonly index: number;
  readonly fit: GraderFit;
}

/** Two-sided doubt is not the question here: P(at most k of n heads) of a fair coin. */
export function signTest(k: number, n: number): number {
  let term = 0.5 ** n;
  let total = 0;
  for (let i = 0; i <= k; i++) {
    total += term;
    term *= (n - i) / (i + 1);
  }
  return Math.min(1, total);
}

/**
 * The grader of the family that gives what the existing reward gave on most rows (those where `use` is set). On a tie the earlier in the family wins:
 * no window before a window, the simpler before the more lenient. A window is kept only where more rows speak for it than against it, and either
 * none against it or a sign test below α.
 */
export function fitGrader(columns: AuditColumns, use: (row: number) => boolean, alpha: number): Fitted | null {
  const agrees = new Float64Array(SIMPLE_GRADERS.length);
  let of = 0;
  let oursAgrees = 0;
  for (let i = 0; i < columns.length; i++) {
    if (columns.paid[i] === -1 || columns.ours[i] === -1 || !use(i)) continue;
    of++;
    const paid = columns.paid[i] === 1;
    if (paid === (columns.ours[i] === 1)) oursAgrees++;
    const bits = (w: number): number => columns.bits[3 * i + w]!;
    for (let g = 0; g < agrees.length; g++) if (pays(bits, g) === paid) agrees[g]!++;
  }
  if (of === 0) return null;
  const best = (from: number, to: number): number => {
    let index = from;
    for (let g = from; g < to; g++) if (agrees[g]! > agrees[index]!) index = g;
    return index;
  };
  const perWindow = SIMPLE_GRADERS.length / WINDOWS.length;
  let index = best(0, SIMPLE_GRADERS.length);
  let window: GraderFit["window"] = null;
  if (index >= perWindow) {
    const whole = unwindowed(index);
    let speaks = 0;
    let against = 0;
    for (let i = 0; i < columns.length; i++) {
      if (columns.paid[i] === -1 || columns.ours[i] === -1 || !use(i)) continue;
      const bits = (w: number): number => columns.bits[3 * i + w]!;
      const paid = columns.paid[i] === 1;
      const windowed = pays(bits, index) === paid;
      if (windowed === (pays(bits, whole) === paid)) continue;
      if (windowed) speaks++;
      else against++;
    }
    const probability = signTest(against, speaks + against);
    if (speaks > against && (against === 0 || probability < alpha)) window = { for: speaks, against, probability };
    else index = best(0, perWindow);
  }
  const grader = SIMPLE_GRADERS[index]!;
  return { index, fit: { grader, agrees: agrees[index]!, of, oursAgrees, window, text: describeGrader(grader) } };
}

const LOOKS: Readonly<Record<Extraction, string>> = {
  box: "the last box",
  hash: "what follows ####",
  phrase: "what follows “answer is”",
  number: "the last number",
  "box-or-number": "the last box, else the last number",
  cascade: "the last box, else ####, else “answer is”, else the last number",
};
const COMPARES: Readonly<Record<Comparison, string>> = {
  string: "compared as a string",
  normalised: "compared as a normalised string",
  near: "compared as a normalised string or a number within 0.01 %",
  loose: "compared as a normalised string or a number within 1 %",
};

/** A simple grader in words. @example describeGrader({ extraction: "box", comparison: "string", window: 300 }) // => "the last box of the last 300 characters, compared as a string" */
export function describeGrader({ extraction, comparison, window }: SimpleGrader): string {
  return `${LOOKS[extraction]}${Number.isFinite(window) ? ` of the last ${window} characters` : ""}, ${COMPARES[comparison]}`;
}
