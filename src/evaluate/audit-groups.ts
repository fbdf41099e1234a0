/** What a wrong reward did to the groups: signal lost, signal made up, advantages moved. */
import type { AuditColumns } from "./audit-columns.ts";
import type { AuditOptions, AuditResult, GroupChange } from "./audit-types.ts";

export interface GroupChanges {
  readonly summary: Pick<AuditResult, "groups" | "advantages">;
  advantageOf(row: number): { existing: number | null; ours: number | null };
}

const TOP = 10;

/** Advantages under both rewards, over the rows that both judge. */
export function changesOfGroups(columns: AuditColumns, names: readonly string[], advantages: AuditOptions["advantages"]): GroupChanges {
  const members = membersOf(columns, names.length);
  const before = new Float64Array(columns.length).fill(Number.NaN);
  const after = new Float64Array(columns.length).fill(Number.NaN);
  const lost: string[] = [];
  const falseSignal: string[] = [];
  const top: GroupChange[] = [];
  const points = new Map<string, { existing: number; ours: number; count: number }>();
  let withSignalExisting = 0;
  let withSignalOurs = 0;
  let compared = 0;
  let changed = 0;
  let moved = 0;
  let signFlips = 0;
  for (let g = 0; g < names.length; g++) {
    const rows = members(g);
    const both = (i: number): boolean => columns.paid[i] !== -1 && columns.ours[i] !== -1;
    const existing = Array.from(rows, (i) => (both(i) ? columns.existing[i]! : null));
    const ours = Array.from(rows, (i) => (both(i) ? columns.ours[i]! : null));
    const signalExisting = varies(existing);
    const signalOurs = varies(ours);
    if (signalExisting) withSignalExisting++;
    if (signalOurs) withSignalOurs++;
    if (signalOurs && !signalExisting) lost.push(names[g]!);
    if (signalExisting && !signalOurs) falseSignal.push(names[g]!);
    const a = advantages(existing);
    const b = advantages(ours);
    let total = 0;
    let scored = 0;
    for (let k = 0; k < rows.length; k++) {
      const x = a[k];
      const y = b[k];
      if (x === null || x === undefined || y === null || y === undefined) continue;
      before[rows[k]!] = x;
      after[rows[k]!] = y;
      scored++;
      const delta = Math.abs(x - y);
      if (delta > 1e-9) changed++;
      if (x * y < 0) signFlips++;
      const point = { existing: onGrid(x), ours: onGrid(y), count: 1 };
      const key = `${point.existing} ${point.ours}`;
      const seen = points.get(key);
      if (seen === undefined) points.set(key, point);
      else seen.count++;
      total += delta;
    }
    compared += scored;
    moved += total;
    if (total > 1e-9) {
      top.push({ group: names[g]!, meanAbsolute: total / scored, existing: Array.from(a), ours: Array.from(b) });
      top.sort((p, q) => q.meanAbsolute - p.meanAbsolute);
      if (top.length > TOP) top.pop();
    }
  }
  const known = (x: number): number | null => (Number.isNaN(x) ? null : x);
  return {
    summary: {
      groups: { total: names.length, withSignalExisting, withSignalOurs, lost, falseSignal },
      advantages: { compared, changed, meanAbsolute: compared === 0 ? 0 : moved / compared, signFlips, top, points: [...points.values()] },
    },
    advantageOf: (row) => ({ existing: known(before[row]!), ours: known(after[row]!) }),
  };
}

/** Points of the drawing of advantages lie on a grid, so that their number is bounded. */
function onGrid(x: number): number {
  return Math.round(x * 20) / 20 + 0;
}

/** Rows of each group, in order: counting sort over the group column. */
function membersOf(columns: AuditColumns, groups: number): (group: number) => Int32Array {
  const start = new Int32Array(groups + 1);
  for (let i = 0; i < columns.length; i++) start[columns.group[i]! + 1]!++;
  for (let g = 0; g < groups; g++) start[g + 1]! += start[g]!;
  const next = start.slice();
  const rows = new Int32Array(columns.length);
  for (let i = 0; i < columns.length; i++) rows[next[columns.group[i]!]!++] = i;
  return (g) => rows.subarray(start[g]!, start[g + 1]!);
}

function varies(rewards: readonly (number | null)[]): boolean {
  let first: number | null = null;
  for (const reward of rewards) {
    if (reward === null) continue;
    if (first === null) first = reward;
    else if (reward !== first) return true;
  }
  return false;
}
