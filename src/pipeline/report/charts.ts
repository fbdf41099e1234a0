/** The drawings of the report: inline SVG, one function each, coloured by the style sheet. */
import type { VerdictStatus } from "../../core/verdict.ts";
import { grouped } from "./collect.ts";
import { type Child, html, type Markup } from "./markup.ts";
import type { Comparison, GroupRow, NamedBins, PassAtK, StripColumn } from "./types.ts";

const STATUSES: readonly VerdictStatus[] = ["correct", "invalid", "undecided", "incorrect", "not-applicable"];
const at = (x: number): string => String(Math.round(100 * x) / 100);

/** Every rollout in the order of the input: the existing reward above, our verdict below, a tick between where they differ. */
export function stripChart(strip: readonly StripColumn[], comparison: Comparison | null): Markup {
  const left = comparison === null ? 0 : 104;
  const width = 1120 - left;
  const rows = strip.reduce((n, c) => n + c.rows, 0);
  const existingTop = 4;
  const oursTop = comparison === null ? 4 : 44;
  const high = 26;
  const step = width / Math.max(1, strip.length);
  const gap = step > 3 ? 1 : 0;
  const stack = (x: number, top: number, parts: readonly (readonly [string, number])[], total: number): Child => {
    let y = top;
    return parts.map(([name, count]): Child => {
      if (count === 0) return null;
      const h = (high * count) / total;
      const bar = html`<rect class="${name}" x="${at(x)}" y="${at(y)}" width="${at(step - gap)}" height="${at(h)}"/>`;
      y += h;
      return bar;
    });
  };
  const cells = strip.map((column, i): Child => {
    const x = left + i * step;
    const ours = stack(x, oursTop, STATUSES.map((s) => [`s-${s}`, column.statuses[s] ?? 0] as const), column.rows);
    if (comparison === null) return ours;
    const unpaid = column.rows - column.paid - column.missing;
    const existing = stack(x, existingTop, [["p-paid", column.paid], ["p-unpaid", unpaid], ["p-missing", column.missing]], column.rows);
    const tick = column.differs === 0 ? null : html`<rect class="p-differs" x="${at(x)}" y="${at(existingTop + high + 4)}" width="${at(step - gap)}" height="6" fill-opacity="${at(0.55 + (0.45 * column.differs) / column.rows)}"/>`;
    return [existing, tick, ours];
  });
  const foot = oursTop + high;
  const brackets = (comparison?.stretches ?? []).map(({ from, to, text, cause }): Child => {
    const x0 = left + ((from - 1) / rows) * width;
    const x1 = left + (to / rows) * width;
    const middle = Math.min(left + width - 90, Math.max(left + 90, (x0 + x1) / 2));
    return html`<g class="k-${cause}"><path class="bracket" d="M${at(x0 + 1)} ${foot + 5}v6H${at(x1 - 1)}v-6"/><text class="bracket-label" x="${at(middle)}" y="${foot + 26}" text-anchor="middle">${text}</text></g>`;
  });
  const height = foot + (brackets.length > 0 ? 52 : 24);
  const end = html`<text x="${left}" y="${height - 4}">row 1</text><text x="${left + width}" y="${height - 4}" text-anchor="end">row ${grouped(rows)}</text>`;
  const names = comparison === null ? null : html`<text class="strong" x="0" y="${existingTop + 17}">${shortened(comparison.existing, 15)}</text><text class="strong" x="0" y="${oursTop + 17}">guerdon</text>`;
  return html`<svg class="chart" viewBox="0 0 1120 ${height}" role="img" aria-label="All rollouts in the order of the input: existing reward, our verdict, and where they differ">${names}${cells}${brackets}${end}</svg>`;
}

/** Bars of the rewards: side by side where they take few values, else one panel below the other. */
export function rewardChart(rewards: readonly NamedBins[]): Markup {
  const width = 500;
  const high = 168;
  const values = [...new Set(rewards.flatMap((r) => r.bins.map((b) => b.from)))].sort((a, b) => a - b);
  const few = rewards.every((r) => r.bins.every((b) => b.from === b.to)) && values.length <= 12;
  const top = Math.max(1, ...rewards.flatMap((r) => r.bins.map((b) => b.count)));
  if (few) {
    const slot = width / Math.max(1, values.length);
    const bar = Math.min(58, (slot * 0.72) / rewards.length);
    const bars = values.flatMap((value, i) =>
      rewards.map((r, j): Child => {
        const count = r.bins.find((b) => b.from === value)?.count ?? 0;
        const x = i * slot + slot / 2 + (j - rewards.length / 2) * bar;
        const h = (high * count) / top;
        return html`<rect class="f-${r.name}" x="${at(x + 1.5)}" y="${at(22 + high - h)}" width="${at(bar - 3)}" height="${at(h)}" rx="2"/><text x="${at(x + bar / 2)}" y="${at(16 + high - h)}" text-anchor="middle">${grouped(count)}</text>`;
      }),
    );
    const labels = values.map((value, i) => html`<text class="strong" x="${at(i * slot + slot / 2)}" y="${high + 42}" text-anchor="middle">${short(value)}</text>`);
    return html`<svg class="chart" viewBox="0 0 ${width} ${high + 50}" role="img" aria-label="Distribution of rewards"><path class="axis" d="M0 ${high + 22.5}H${width}"/>${bars}${labels}</svg>`;
  }
  const each = (high + 22) / rewards.length;
  const panels = rewards.map((r, j): Child => {
    const most = Math.max(1, ...r.bins.map((b) => b.count));
    const base = (j + 1) * each;
    const step = width / Math.max(1, r.bins.length);
    const bars = r.bins.map((b, i) => {
      const h = ((each - 34) * b.count) / most;
      return html`<rect class="f-${r.name}" x="${at(i * step + 0.5)}" y="${at(base - 16 - h)}" width="${at(step - 1)}" height="${at(h)}"><title>${short(b.from)} to ${short(b.to)}: ${grouped(b.count)}</title></rect>`;
    });
    const first = r.bins[0];
    const last = r.bins.at(-1);
    return html`<text class="strong" x="0" y="${at(base - each + 12)}">${r.name}</text>${bars}<path class="axis" d="M0 ${at(base - 15.5)}H${width}"/><text x="0" y="${at(base - 2)}">${first === undefined ? "" : short(first.from)}</text><text x="${width}" y="${at(base - 2)}" text-anchor="end">${last === undefined ? "" : short(last.to)}</text>`;
  });
  return html`<svg class="chart" viewBox="0 0 ${width} ${high + 50}" role="img" aria-label="Distribution of rewards">${panels}</svg>`;
}

/** Stacked bars of response lengths by verdict, on a logarithmic axis. */
export function lengthChart(lengths: readonly NamedBins[]): Markup {
  const width = 500;
  const high = 168;
  const octave = (from: number): number => Math.round(2 * Math.log2(from));
  const all = lengths.flatMap((l) => l.bins.map((b) => octave(b.from)));
  const low = all.reduce((a, b) => Math.min(a, b), Infinity);
  const last = all.reduce((a, b) => Math.max(a, b), -Infinity);
  const slots = all.length === 0 ? 0 : last - low + 1;
  const totals = new Map<number, number>();
  for (const l of lengths) for (const b of l.bins) totals.set(octave(b.from), (totals.get(octave(b.from)) ?? 0) + b.count);
  const top = Math.max(1, ...totals.values());
  const step = width / Math.max(1, slots);
  const bars: Child[] = [];
  for (let o = low; o <= last; o++) {
    let y = 22 + high;
    for (const status of STATUSES) {
      const count = lengths.find((l) => l.name === status)?.bins.find((b) => octave(b.from) === o)?.count ?? 0;
      if (count === 0) continue;
      const h = (high * count) / top;
      y -= h;
      bars.push(html`<rect class="s-${status}" x="${at((o - low) * step + 1)}" y="${at(y)}" width="${at(step - 2)}" height="${at(h)}"><title>${status}, ${short(2 ** (o / 2))} to ${short(2 ** ((o + 1) / 2))} characters: ${grouped(count)}</title></rect>`);
    }
  }
  const ticks: Child[] = [];
  const every = Math.max(2, 2 * Math.ceil(slots / 14));
  for (let o = low + (low & 1); o <= last + 1; o += every) ticks.push(html`<text x="${at((o - low) * step)}" y="${high + 42}" text-anchor="middle">${characters(2 ** (o / 2))}</text>`);
  return html`<svg class="chart" viewBox="0 0 ${width} ${high + 50}" role="img" aria-label="Response length by verdict"><path class="axis" d="M0 ${high + 22.5}H${width}"/>${bars}${ticks}</svg>`;
}

/** pass@k, ours and existing. */
export function passChart(curves: readonly PassAtK[]): Markup {
  const width = 500;
  const high = 168;
  const left = 38;
  const right = 54;
  const most = Math.max(1, ...curves.flatMap((c) => c.points.map((p) => p.k)));
  const x = (k: number): number => left + 8 + (most === 1 ? 0.5 : (k - 1) / (most - 1)) * (width - left - right - 8);
  const y = (value: number): number => 14 + high * (1 - value);
  const grid = [0, 0.25, 0.5, 0.75, 1].map((v) => html`<path class="grid" d="M${left} ${at(y(v))}H${width - right + 12}"/><text x="${left - 8}" y="${at(y(v) + 4)}" text-anchor="end">${100 * v}</text>`);
  const lines = curves.map(({ name, points }): Child => {
    if (points.length === 0) return null;
    const end = points.at(-1)!;
    const dots = most > 32 ? null : points.map((p) => html`<circle class="dot-${name}" cx="${at(x(p.k))}" cy="${at(y(p.value))}" r="3.4"><title>pass@${p.k} = ${(100 * p.value).toFixed(1)} % over ${grouped(p.groups)} groups</title></circle>`);
    return html`<path class="line-${name}" d="M${points.map((p) => `${at(x(p.k))} ${at(y(p.value))}`).join("L")}"/>${dots}<text class="strong" x="${at(x(end.k) + 9)}" y="${at(y(end.value) + 4)}">${(100 * end.value).toFixed(0)} %</text>`;
  });
  const stride = Math.max(1, Math.ceil(most / 10));
  const ticks: Child[] = [];
  for (let k = 1; k <= most; k += stride) ticks.push(html`<text x="${at(x(k))}" y="${high + 36}" text-anchor="middle">${k === 1 ? "k = 1" : k}</text>`);
  return html`<svg class="chart" viewBox="0 0 ${width} ${high + 50}" role="img" aria-label="pass at k, in percent">${grid}${lines}${ticks}</svg>`;
}

/** Advantages under the existing reward (across) and under ours (up); area is the number of rollouts. */
export function advantageChart(points: Comparison["advantages"]["points"]): Markup {
  const width = 500;
  const high = 190;
  const reach = Math.max(1, ...points.map((p) => Math.max(Math.abs(p.existing), Math.abs(p.ours)))) * 1.14;
  const x = (v: number): number => width / 2 + (v / reach) * (width / 2 - 20);
  const y = (v: number): number => 6 + high / 2 - (v / reach) * (high / 2);
  const most = Math.max(1, ...points.map((p) => p.count));
  const dots = [...points].sort((a, b) => b.count - a.count).map((p) => {
    const name = Math.abs(p.existing - p.ours) < 0.05 ? "same" : p.existing * p.ours < 0 ? "flip" : "moved";
    return html`<circle class="${name}" cx="${at(x(p.existing))}" cy="${at(y(p.ours))}" r="${at(2.6 + 11 * Math.sqrt(p.count / most))}"><title>${grouped(p.count)}: existing ${p.existing.toFixed(2)}, ours ${p.ours.toFixed(2)}</title></circle>`;
  });
  return html`<svg class="chart" viewBox="0 0 ${width} ${high + 28}" role="img" aria-label="Advantages under the existing reward and under ours"><path class="grid" d="M${at(x(-reach))} ${at(y(-reach))}L${at(x(reach))} ${at(y(reach))}"/><path class="axis" d="M20 ${at(y(0))}H${width - 20}M${at(x(0))} 6V${high + 6}"/>${dots}<text x="${width - 20}" y="${at(y(0) + 15)}" text-anchor="end">existing</text><text x="${at(x(0) + 7)}" y="16">ours</text></svg>`;
}

/** The cells of one group; a red corner where the existing reward differs. */
export function groupCells(row: GroupRow): Markup {
  const shown = row.statuses.slice(0, 16);
  const size = shown.length > 8 ? 9 : 15;
  const cells = shown.map((status, i): Child => {
    const x = i * (size + 1);
    return [html`<rect class="s-${status}" x="${x}" y="0" width="${size}" height="15" rx="2"/>`, row.differs[i] === true && html`<path class="p-differs" d="M${x + size - 6.5} 0h4.5a2 2 0 0 1 2 2v4.5z"/>`];
  });
  const width = shown.length * (size + 1);
  return html`<svg viewBox="0 0 ${width} 15" width="${width}" height="15" aria-hidden="true">${cells}</svg>`;
}

function short(value: number): string {
  return Number.isInteger(value) ? grouped(value) : Math.abs(value) >= 1000 ? grouped(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function characters(value: number): string {
  return value >= 1000 ? `${short(Number((value / 1000).toPrecision(2)))} k` : short(Math.round(value));
}

function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
