/** Distributions in bounded memory, and pass@k. */
import type { Bin } from "./types.ts";

/**
 * A histogram of a stream of unknown range. Values are kept apart while there are at most `limit` different ones; then bins of a
 * power-of-two width take over, doubling as needed. The result does not depend on the order of the values.
 */
export class StreamingHistogram {
  readonly #limit: number;
  #width = 0;
  #bins = new Map<number, number>();
  count = 0;
  total = 0;

  constructor(limit = 512) {
    this.#limit = limit;
  }

  add(value: number): void {
    this.count++;
    this.total += value;
    this.#put(this.#bins, value, 1);
    while (this.#bins.size > this.#limit) this.#coarsen();
  }

  /** At most `most` bins: single values where there are few, else equal widths over the range. */
  bins(most: number): Bin[] {
    const keys = [...this.#bins.keys()].sort((a, b) => a - b);
    if (keys.length === 0) return [];
    const value = (key: number): number => (this.#width === 0 ? key : key * this.#width);
    if (this.#width === 0 && keys.length <= Math.min(most, 12)) return keys.map((key) => ({ from: key, to: key, count: this.#bins.get(key)! }));
    const low = value(keys[0]!);
    const high = value(keys.at(-1)!) + this.#width;
    const step = roundStep((high - low) / most);
    const start = Math.floor(low / step);
    const out: { from: number; to: number; count: number }[] = [];
    for (let i = start; i * step < high || i === start; i++) out.push({ from: i * step, to: (i + 1) * step, count: 0 });
    for (const key of keys) {
      const middle = value(key) + this.#width / 2;
      const index = Math.min(out.length - 1, Math.max(0, Math.floor(middle / step) - start));
      out[index]!.count += this.#bins.get(key)!;
    }
    return out;
  }

  #put(bins: Map<number, number>, value: number, times: number): void {
    const key = this.#width === 0 ? value : Math.floor(value / this.#width);
    bins.set(key, (bins.get(key) ?? 0) + times);
  }

  #coarsen(): void {
    const old = this.#bins;
    const from = this.#width;
    let range = 0;
    if (from === 0) for (const key of old.keys()) range = Math.max(range, Math.abs(key));
    this.#width = from === 0 ? 2 ** Math.floor(Math.log2(Math.max(range, Number.MIN_VALUE) / this.#limit)) : from * 2;
    this.#bins = new Map();
    for (const [key, times] of old) this.#put(this.#bins, from === 0 ? key : key * from, times);
  }
}

/** The next of 1, 2, 5 · 10^n at or above. */
function roundStep(step: number): number {
  if (!(step > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(step));
  for (const factor of [1, 2, 5]) if (factor * power >= step) return factor * power;
  return 10 * power;
}

/**
 * Unbiased estimate of pass@k from n samples of which c are correct: the chance that k drawn without replacement hold a correct one.
 *
 *     pass@k = 1 − C(n−c, k) / C(n, k) = 1 − Π_{i=n−c+1}^{n} (1 − k/i)
 *
 * @see Chen et al. 2021, arXiv:2107.03374, section 2.1
 * @example passAtK(4, 2, 2) // => 0.8333333333333333
 */
export function passAtK(n: number, c: number, k: number): number {
  if (n - c < k) return 1;
  let miss = 1;
  for (let i = n - c + 1; i <= n; i++) miss *= 1 - k / i;
  return 1 - miss;
}

/** pass@k over groups given as counts of (n, c): each k over the groups with at least k samples, up to the k that nine in ten groups reach. */
export function passCurve(groups: Iterable<readonly [n: number, c: number]>): { k: number; value: number; groups: number }[] {
  const counts = new Map<number, { n: number; c: number; times: number }>();
  let total = 0;
  for (const [n, c] of groups) {
    if (n === 0) continue;
    total++;
    const key = n * 65536 + c;
    const entry = counts.get(key);
    if (entry === undefined) counts.set(key, { n, c, times: 1 });
    else entry.times++;
  }
  const out: { k: number; value: number; groups: number }[] = [];
  for (let k = 1; k <= 1024; k++) {
    let sum = 0;
    let reach = 0;
    for (const { n, c, times } of counts.values()) {
      if (n < k) continue;
      reach += times;
      sum += times * passAtK(n, c, k);
    }
    if (reach === 0 || reach < 0.9 * total) break;
    out.push({ k, value: sum / reach, groups: reach });
  }
  return out;
}
