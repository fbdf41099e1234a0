/**
 * The statistics of a reproduction: the exact sign test on paired differences, and the confidence bounds of their median
 * that belong to it. Every arm runs on the same seeds, so a seed gives one difference. Both hold for any distribution of
 * the differences, for deterministic settings (all equal) and for any number of seeds; nothing is assumed normal.
 */
import { ShapeError } from "../../core/errors.ts";
import type { Series } from "../../core/method.ts";

/** Error probability of each one-sided bound. */
export const SIGNIFICANCE = 0.01;

/** Median of paired differences with its one-sided bounds; infinite where the seeds are too few for any bound. */
export interface MedianBounds {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Median and its distribution-free bounds, each one-sided at `significance`: the k-th smallest and k-th largest
 * difference, k the largest with P(Binomial(n, ½) < k) ≤ significance. At 1 % seven seeds are the fewest that bound.
 * @example medianBounds([1, 2, 3, 4, 5, 6, 7]).low // => 1
 */
export function medianBounds(differences: Series, significance: number = SIGNIFICANCE): MedianBounds {
  const n = differences.length;
  if (n === 0) throw new ShapeError("medianBounds: differences must have at least one entry, got 0");
  const sorted = Float64Array.from(differences).sort();
  let k = 0;
  for (let below = 0, choose = 1; ; k++) {
    below += choose / 2 ** n;
    if (below > significance) break;
    choose = (choose * (n - k)) / (k + 1);
  }
  return {
    median: (sorted[(n - 1) >> 1]! + sorted[n >> 1]!) / 2,
    low: k === 0 ? -Infinity : sorted[k - 1]!,
    high: k === 0 ? Infinity : sorted[n - k]!,
  };
}
