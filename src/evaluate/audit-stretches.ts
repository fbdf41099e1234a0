/** Stretches of rows in which a reward is wrong for a reason that lies outside of the rows: a grader that died, rewards that slipped by a row. */

/** A stretch in which the existing reward paid nothing although it should have, and why that is no chance. */
export interface FaultStretch {
  readonly kind: "fault-paid-as-zero";
  /** 1-based rows of the input, inclusive. */
  readonly from: number;
  readonly to: number;
  /** Rows in it that were to be paid, and were not; and the groups they belong to. */
  readonly unpaid: number;
  readonly groups: number;
  /** How often a group with rows to be paid gets nothing, outside of the stretch. */
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

/** A run of rows that one fault of the machinery explains. */
export type Stretch = FaultStretch | ShiftStretch;

/**
 * What the existing reward did and what it was expected to do, row by row: 1 paid, 0 not paid, −1 unknown.
 * The expectation is our verdict or, where that predicts the existing reward better, the simple grader it behaves like.
 */
export interface PaidRows {
  readonly existing: Int8Array;
  readonly expected: Int8Array;
  /** Number of the row's group; rows of one group fail together, so only groups count as independent. */
  readonly group: Int32Array;
  readonly groups: number;
}

/** One group, or two, may fail for a reason of their own. */
const FEWEST_GROUPS = 3;

/**
 * Runs of unpaid rows too long for chance.
 *
 * A row is due where it is expected to be paid. In a run of rows without pay, let c groups have due rows, and q be the share of groups outside of it whose
 * due rows all go unpaid (with one added to both sides, so that it is never 0). Then P(no due row of c groups paid) = q^c. The run counts
 * when it has at least three such groups and that probability, times the number of runs, is below α.
 */
export function faultStretches({ existing, expected, group, groups }: PaidRows, alpha: number): FaultStretch[] {
  interface Run { from: number; to: number; unpaid: number; members: Set<number> }
  const runs: Run[] = [];
  const due = new Uint8Array(groups);
  const anyPaid = new Uint8Array(groups);
  let run: Run | null = null;
  for (let i = 0; i < existing.length; i++) {
    if (existing[i] === -1) continue;
    if (existing[i] === 1) run = null;
    if (expected[i] !== 1) continue;
    due[group[i]!] = 1;
    if (existing[i] === 1) {
      anyPaid[group[i]!] = 1;
      continue;
    }
    if (run === null) runs.push((run = { from: i, to: i, unpaid: 0, members: new Set() }));
    run.to = i;
    run.unpaid++;
    run.members.add(group[i]!);
  }
  let dueGroups = 0;
  let unpaidGroups = 0;
  for (let g = 0; g < groups; g++) {
    dueGroups += due[g]!;
    if (due[g] === 1 && anyPaid[g] === 0) unpaidGroups++;
  }
  const out: FaultStretch[] = [];
  for (const { from, to, unpaid, members } of runs) {
    if (members.size < FEWEST_GROUPS) continue;
    let inside = 0;
    for (const g of members) if (anyPaid[g] === 0) inside++;
    const rate = (unpaidGroups - inside + 1) / (dueGroups - members.size + 2);
    const probability = Math.min(1, rate ** members.size * runs.length);
    if (probability < alpha) out.push({ kind: "fault-paid-as-zero", from: from + 1, to: to + 1, unpaid, groups: members.size, rate, probability });
  }
  return out;
}

/**
 * Stretches where the rewards slipped, by a scan for the largest likelihood ratio.
 *
 * Let ε be the share of rows where existing and expected differ. With a slip of k, row i agrees with the expectation of row i − k with probability
 * 1 − ε; without, with that of row i. The log ratio of a stretch is log((1−ε)/ε) · (rows that match moved only − rows that match in place only),
 * largest over all stretches by Kadane's scan, for each k. By Markov's inequality P(ratio ≥ x) ≤ 1/x without a slip, times the N(N+1)/2 stretches
 * and the slips tried. The best one is taken while that bound is below α; its rows leave, and the scan starts again. Rows of one group fail together,
 * so a stretch must also look like a slip: it gains in at least three groups, and both by pay that is not due and by due pay that is missing.
 */
export function shiftStretches({ existing, expected, group }: PaidRows, maxShift: number, alpha: number): ShiftStretch[] {
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
    if (best.gain === 0 || !(probability < alpha)) return out.sort((a, b) => a.from - b.from);
    const { from, to, shift } = best;
    const count = { compared: 0, inPlace: 0, moved: 0 };
    const gains = { paid: 0, unpaid: 0 };
    const members = new Set<number>();
    for (let i = from; i <= to; i++) {
      const there = expected[i - shift];
      if (free[i] === 1 && existing[i] !== -1 && expected[i] !== -1 && there !== undefined && there !== -1) {
        count.compared++;
        if (existing[i] === expected[i]) count.inPlace++;
        if (existing[i] === there) count.moved++;
        if (existing[i] === there && existing[i] !== expected[i]) {
          gains[existing[i] === 1 ? "paid" : "unpaid"]++;
          members.add(group[i]!);
        }
      }
      free[i] = 0;
    }
    if (members.size >= FEWEST_GROUPS && Math.min(gains.paid, gains.unpaid) >= 2) out.push({ kind: "shifted-rows", from: from + 1, to: to + 1, shift, ...count, probability });
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
