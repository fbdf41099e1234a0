import { createHash } from "node:crypto";
import { Script } from "node:vm";
import { describe, expect, it } from "vitest";
import type { Verdict } from "../../core/verdict.ts";
import { correct, incorrect, invalid, undecided } from "../../core/verdict.ts";
import type { ScoredRollout } from "../types.ts";
import { createReportCollector, renderReport, type ReportSummary, type RowNote } from "./index.ts";
import { embeddedJson, html, Markup } from "./markup.ts";

const HOSTILE = `</script><script>document.title="paid"</script><img src=x onerror="alert(1)">\u2028<!-- <![CDATA[ ' " & \``;

function scored(i: number, verdict: Verdict, response: string = `row ${i}`, more: Partial<ScoredRollout> = {}): ScoredRollout {
  return {
    rollout: { id: `r${i}`, group: `g${Math.floor(i / 4)}`, prompt: "p", response, reference: "1" },
    row: {},
    rewards: { correct: verdict.score },
    verdicts: { correct: verdict },
    reward: verdict.score,
    advantage: null,
    ...more,
  };
}

const yes = correct("equal", "equal");
const no = incorrect("different", "different");

function collect(rows: readonly (readonly [ScoredRollout, RowNote?])[], summary?: Partial<ReportSummary>): ReturnType<ReturnType<typeof createReportCollector>["finish"]> {
  const collector = createReportCollector();
  for (const [row, note] of rows) collector.add(row, note);
  return collector.finish(summary);
}

/** The parts of a page that a browser would run, in order. */
function scripts(page: string): string[] {
  return [...page.matchAll(/<script(?![^>]*application\/json)[^>]*>([\s\S]*?)<\/script>/g)].map((m) => m[1]!);
}

describe("markup", () => {
  it("escapes what is no markup", () => {
    expect(html`<p title="${`a"b`}">${"<b>&'"}${null}${false}${[1, html`<i>${"x"}</i>`]}</p>`.html).toBe('<p title="a&quot;b">&lt;b&gt;&amp;&#39;1<i>x</i></p>');
    expect(html`${new Markup("<hr>")}`.html).toBe("<hr>");
  });
  it("embedded JSON cannot end its element and reads back", () => {
    const text = embeddedJson({ [HOSTILE]: HOSTILE });
    expect(text).not.toMatch(/[<>&\u2028]/);
    expect(JSON.parse(text)).toEqual({ [HOSTILE]: HOSTILE });
  });
});

describe("a hostile response", () => {
  const rows = [0, 1, 2, 3].map((i) => [
    scored(i, invalid(HOSTILE, HOSTILE, { extracted: HOSTILE, span: { start: 0, end: 9 }, rule: HOSTILE }), HOSTILE, {
      rollout: { id: HOSTILE + i, group: HOSTILE, prompt: HOSTILE, response: HOSTILE, reference: HOSTILE },
    }),
    { existing: i % 2, paid: (i % 2) as 0 | 1 },
  ] as const);
  const page = renderReport(
    collect(rows, {
      title: HOSTILE,
      subtitle: HOSTILE,
      headline: HOSTILE,
      colophon: HOSTILE,
      causes: [{ code: HOSTILE, label: HOSTILE, text: HOSTILE, count: 2, detail: HOSTILE }],
      comparison: {
        existing: HOSTILE,
        confusion: { paid: { correct: 0, wrong: 2, undecided: 0 }, unpaid: { correct: 0, wrong: 2, undecided: 0 }, missing: { correct: 0, wrong: 0, undecided: 0 } },
        remarks: [HOSTILE],
        stretches: [{ from: 1, to: 2, cause: HOSTILE, text: HOSTILE }],
        window: 300,
        advantages: { points: [], remarks: [HOSTILE] },
        lost: [HOSTILE],
      },
      noteOf: () => ({ cause: HOSTILE, because: HOSTILE, stage: HOSTILE, normal: { response: HOSTILE, reference: HOSTILE }, advantage: { existing: 1, ours: -1 } }),
    }),
  );
  it("is nowhere markup", () => {
    expect(scripts(page)).toHaveLength(1);
    expect(page).not.toContain("<img");
    expect(page).not.toContain('<script>document.title="paid"');
    expect(page.match(/<\/script>/g)).toHaveLength(2);
  });
  it("and could not run if it were: the policy names the hashes of style and script, and nothing else", () => {
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)![1]!;
    const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    expect(policy).toBe(`default-src 'none'; style-src ${hash(/<style>([\s\S]*?)<\/style>/.exec(page)![1]!)}; script-src ${hash(scripts(page)[0]!)}; base-uri 'none'; form-action 'none'`);
    expect(page).not.toMatch(/ style="| on[a-z]+="|unsafe-/);
  });
});

describe("the page", () => {
  const rows = Array.from({ length: 40 }, (_, i) => [scored(i, i % 3 === 0 ? yes : no), { existing: i % 2, paid: (i % 2) as 0 | 1 }] as const);
  it("needs no network and is small", () => {
    const page = renderReport(collect([]));
    expect(page.length).toBeLessThan(150_000);
    expect(page).not.toMatch(/https?:|src=|@import|url\(/);
  });
  it("is the same for the same data", () => expect(renderReport(collect(rows))).toBe(renderReport(collect(rows))));
  it("the script parses", () => expect(() => new Script(scripts(renderReport(collect(rows)))[0]!)).not.toThrow());
});

describe("what is collected", () => {
  it("counts rows, groups, signal, bins", () => {
    const data = collect([yes, no, yes, yes, no, no, no, no, undecided("open", "open"), yes].map((v, i) => [scored(i, v)] as const));
    expect(data.rows).toBe(10);
    expect(data.groups).toMatchObject({ total: 3, withoutSignal: 2 });
    expect(data.groups.shown.map((g) => g.signal)).toEqual([true, false, false]);
    expect(data.rewards).toEqual([{ name: "reward", bins: [{ from: 0, to: 0, count: 5 }, { from: 1, to: 1, count: 4 }] }]);
    expect(data.passAtK[0]!.points[0]).toEqual({ k: 1, value: (3 / 4 + 0 + 1) / 3, groups: 3 });
    expect(data.strip).toHaveLength(10);
    expect(data.headline).toBe("40\u202f% of 10 rollouts are correct; 2 of 3 groups carry no signal.");
  });
  it("finds pairs of rewards that disagree where nothing existed before", () => {
    const data = collect([[scored(0, yes, "a", { rewards: { correct: 1, format: 0 } })], [scored(1, yes, "b", { rewards: { correct: 1, format: 1 } })]]);
    expect(data.causes).toEqual([{ code: "correct > format", label: "correct > format", text: "correct pays, format does not", count: 1, detail: "" }]);
    expect(data.samples.map((s) => s.cause)).toEqual(["correct > format", null]);
  });
  it("keeps a bounded sample, the flagged first, the same whatever the order", () => {
    const many = Array.from({ length: 2000 }, (_, i) => scored(i, i % 50 === 0 ? undecided("open", "open") : yes));
    const ids = (rows: readonly ScoredRollout[]): string[] => {
      const collector = createReportCollector({ samples: 60 });
      for (const row of rows) collector.add(row);
      return collector.finish().samples.map((s) => s.id).sort();
    };
    const kept = ids(many);
    expect(kept).toHaveLength(60);
    expect(kept.filter((id) => Number(id.slice(1)) % 50 === 0)).toHaveLength(40);
    expect(ids(many.toReversed())).toEqual(kept);
  });
  it("cuts a long response around its answer, and says what was left out", () => {
    const text = `${"a".repeat(50_000)}ANSWER${"b".repeat(50_000)}`;
    const { samples } = collect([[scored(0, correct("equal", "equal", { extracted: "ANSWER", span: { start: 50_000, end: 50_006 } }), text)]]);
    const { pieces, characters } = samples[0]!;
    expect(characters).toBe(text.length);
    expect(pieces).toHaveLength(3);
    for (const { at, text: piece } of pieces) expect(text.slice(at, at + piece.length)).toBe(piece);
    expect(pieces.reduce((n, p) => n + p.text.length, 0)).toBeLessThanOrEqual(6000);
    expect(pieces.some((p) => p.text.includes("ANSWER"))).toBe(true);
  });
  it("a million rows become few columns", () => {
    const collector = createReportCollector({ columns: 100 });
    for (let i = 0; i < 12_345; i++) collector.add(scored(i, yes, "x"), { existing: 1, paid: 1 });
    const { strip } = collector.finish();
    expect(strip.length).toBeLessThanOrEqual(100);
    expect(strip.reduce((n, c) => n + c.rows, 0)).toBe(12_345);
    expect(strip.reduce((n, c) => n + c.paid, 0)).toBe(12_345);
  });
});
