/** Stretches of rows in which a reward is wrong for a reason that lies outside of the rows: a grader that died, rewards that slipped by a row. */

/** A stretch in which the existing reward paid nothing although it should have, and why that is no chance. */
export interface FaultStretch {
  readonly kind: "fault-paid-as-zero";
  /** 1-based rows of the input, inclusive. */
  readonly from: number;
  readonly to: number;
  /** Rows in it that were to be paid, and were not. */
  readonly unpaid: number;
  /** How often such a row goes unpaid outside of the stretch. */
  readonly rate: number;
  /** P(all of them unpaid | rate), times the number of runs looked at. */
  readonly probability: number;
}

/** A stretch in which the existing rewards fit the rows `shift` places before. */
export interface ShiftStretch {
  readonly kind: "shifted-rows";
  readonly from: number;
  readonly to: number;
  /** Row i carries the reward of row i − shift. */
  readonly shift: number;
  /** Rows compared, and how many match in place and moved. */
  readonly compared: number;
  readonly inPlace: number;
  readonly moved: number;
  /** Bound on the probability of such a stretch anywhere without a shift. */
  readonly probability: number;
}

export type Stretch = FaultStretch | ShiftStretch;

/**
 * What the existing reward did and what it was expected to do, row by row: 1 paid, 0 not paid, −1 unknown.
 * The expectation is our verdict or, where that predicts the existing reward better, the simple grader it behaves like.
 */
export interface PaidRows {
  readonly existing: Int8Array;
  readonly expected: Int8Array;
}

/**
 * Runs of unpaid rows too long for chance.
 *
 * In a run of rows without pay, let c rows be expected to be paid, and q the share of expected rows that go unpaid outside of the run
 * (with one added to both sides, so that it is never 0). Then P(none of c paid) = q^c. The run counts when that, times the number of runs, is below α.
 */
export function faultStretches({ existing, expected }: PaidRows, alpha: number): FaultStretch[] {
  interface Run { from: number; to: number; unpaid: number }
  const runs: Run[] = [];
  let unpaidRows = 0;
  let expectedRows = 0;
  let run: Run | null = null;
  for (let i = 0; i < existing.length; i++) {
    if (existing[i] === -1) continue;
    if (existing[i] === 1) run = null;
    if (expected[i] !== 1) continue;
    expectedRows++;
    if (existing[i] === 1) continue;
    unpaidRows++;
    if (run === null) runs.push((run = { from: i, to: i, unpaid: 0 }));
    run.to = i;
    run.unpaid++;
  }
  const out: FaultStretch[] = [];
  for (const { from, to, unpaid } of runs) {
    const rate = (unpaidRows - unpaid + 1) / (expectedRows - unpaid + 2);
    const probability = Math.min(1, rate ** unpaid * runs.length);
    if (probability < alpha) out.push({ kind: "fault-paid-as-zero", from: from + 1, to: to + 1, unpaid, rate, probability });
  }
  return out;
}

/**
 * Stretches where the rewards slipped, by a scan for the largest likelihood ratio.
 *
 * Let ε be the share of rows where existing and expected differ. With a slip of k, row i agrees with the expectation of row i − k with probability
 * 1 − ε; without, with that of row i. The log ratio of a stretch is log((1−ε)/ε) · (rows that match moved only − rows that match in place only),
 * largest over all stretches by Kadane's scan, for each k. By Markov's inequality P(ratio ≥ x) ≤ 1/x without a slip, times the N(N+1)/2 stretches
 * and the slips tried. The best one is taken while that bound is below α; its rows leave, and the scan starts again.
 */
export function shiftStretches({ existing, expected }: PaidRows, maxShift: number, alpha: number): ShiftStretch[] {
  const n = existing.length;
  const free = new Uint8Array(n).fill(1);
  const out: ShiftStretch[] = [];
  const hypotheses = ((n * (n + 1)) / 2) * 2 * maxShift;
  for (;;) {
    const log = Math.log((1 - disagreement(existing, expected, free)) / disagreement(existing, expected, free));
    let best = { gain: 0, from: 0, to: -1, shift: 0 };
    for (let size = 1; size <= maxShift; size++) for (const shift of [size, -size]) {
      const found = bestSegment(existing, expected, free, shift);
      if (found.gain > best.gain) best = { ...found, shift };
    }
    const probability = hypotheses * Math.exp(-log * best.gain);
    if (!(probability < alpha)) return out.sort((a, b) => a.from - b.from);
    const { from, to, shift } = best;
    let compared = 0;
    let inPlace = 0;
    let moved = 0;
    for (let i = from; i <= to; i++) {
      const there = expected[i - shift];
      if (free[i] === 1 && existing[i] !== -1 && expected[i] !== -1 && there !== undefined && there !== -1) {
        compared++;
        if (existing[i] === expected[i]) inPlace++;
        if (existing[i] === there) moved++;
      }
      free[i] = 0;
    }
    out.push({ kind: "shifted-rows", from: from + 1, to: to + 1, shift, compared, inPlace, moved, probability });
  }
}

/** Share of rows where the two differ, held away from 0 and from where it says nothing. */
function disagreement(existing: Int8Array, expected: Int8Array, free: Uint8Array): number {
  let rows = 0;
  let differ = 0;
  for (let i = 0; i < existing.length; i++) {
    if (free[i] === 0 || existing[i] === -1 || expected[i] === -1) continue;
    rows++;
    if (existing[i] !== expected[i]) differ++;
  }
  return Math.min(0.4, Math.max(0.01, (differ + 1) / (rows + 2)));
}

/** Kadane: the segment with the largest sum of (matches moved) − (matches in place), ends trimmed to rows that gain. */
function bestSegment(existing: Int8Array, expected: Int8Array, free: Uint8Array, shift: number): { gain: number; from: number; to: number } {
  let best = { gain: 0, from: 0, to: -1 };
  let gain = 0;
  let from = 0;
  for (let i = 0; i < existing.length; i++) {
    if (free[i] === 0) {
      gain = 0;
      continue;
    }
    const there = expected[i - shift];
    if (existing[i] === -1 || expected[i] === -1 || there === undefined || there === -1) continue;
    const step = (existing[i] === there ? 1 : 0) - (existing[i] === expected[i] ? 1 : 0);
    if (step === 0) continue;
    if (gain === 0) from = i;
    gain = Math.max(0, gain + step);
    if (gain > best.gain) best = { gain, from, to: i };
  }
  return best;
}
