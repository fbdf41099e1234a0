/** The Wilson score interval of a share: `[low, high]` at 95 %. Wilson 1927, JASA 22. */
export function wilson(successes: number, trials: number): readonly [number, number] {
  if (trials === 0) return [0, 1];
  const z = 1.959963984540054;
  const p = successes / trials;
  const denominator = 1 + (z * z) / trials;
  const middle = p + (z * z) / (2 * trials);
  const reach = z * Math.sqrt((p * (1 - p)) / trials + (z * z) / (4 * trials * trials));
  return [Math.max(0, (middle - reach) / denominator), Math.min(1, (middle + reach) / denominator)];
}
