/**
 * Text metrics beside sacreBLEU and rouge_score, warm, on one core, in one run: pairs a second and their ratio.
 *
 *     node bench/verify/text.ts [--pairs 1500] [--rounds 4] [--json]
 *
 * Pairs are distinct, and new ones each round, since sacreBLEU remembers texts it has tokenised. Scores are compared first, to 1e-9. Rounds alternate; the
 * best of each counts. Without the Python packages only our own rates are printed.
 */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { randomStream } from "../../src/core/random.ts";
import type { Verdict } from "../../src/core/verdict.ts";
import { bleu, chrf, rouge, ter } from "../../src/verify/index.ts";
import { pythonWith } from "../peers/packages.ts";

/** One metric: pairs a second here and there. */
export interface TextRate {
  readonly metric: string;
  readonly ours: number;
  readonly peer: number | null;
  /** Largest difference of the scores. */
  readonly difference: number | null;
}

export interface TextReport {
  /** Versions of the peer; null where it is not to be had. */
  readonly version: string | null;
  readonly rates: readonly TextRate[];
}

type Pair = readonly [candidate: string, reference: string];

const METRICS: Readonly<Record<string, (candidate: string, reference: string) => Verdict>> = {
  bleu,
  chrf,
  "chrf++": chrf.with({ wordOrder: 2 }),
  ter,
  "rouge-2": rouge.with({ variant: "rouge-2" }),
  "rouge-l": rouge,
};

/** Texts of 10 to 60 words of a Zipf-like vocabulary, the candidate with a third of its words changed. */
function drawPairs(count: number): Pair[] {
  const random = randomStream("text metrics");
  const word = (): string => `${"abcdefghij"[random.integer(10)]!}${"aeiou"[random.integer(5)]!}${"lmnrst"[random.integer(6)]!}${Math.floor(40 ** random.next())}${random.next() < 0.08 ? "," : random.next() < 0.06 ? "." : ""}`;
  return Array.from({ length: count }, () => {
    const reference = Array.from({ length: 10 + random.integer(50) }, word);
    return [reference.map((each) => (random.next() < 0.33 ? word() : each)).join(" "), reference.join(" ")] as const;
  });
}

/** A warm Python, asked one line at a time; null without the packages. */
function startPeer(file: string): { ask(metric: string, start: number, count: number): Promise<{ seconds: number; scores: number[] }>; version: Promise<string>; stop(): void } | null {
  const python = pythonWith("rouge-score", "rouge-score==0.1.2") === null ? null : pythonWith("sacrebleu", "sacrebleu==2.6.0");
  if (python === null) return null;
  const child: ChildProcessWithoutNullStreams = spawn(python, [fileURLToPath(new URL("../peers/text_metrics.py", import.meta.url)), file]);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async <T>(): Promise<T> => JSON.parse((await lines.next()).value as string) as T;
  const version = read<{ sacrebleu: string; python: string }>().then(({ sacrebleu, python: own }) => `sacreBLEU ${sacrebleu}, Python ${own}`);
  return {
    version,
    async ask(name, start, count) {
      child.stdin.write(`${JSON.stringify({ name, start, count })}\n`);
      return read();
    },
    stop: () => child.stdin.end(),
  };
}

/** Measures every metric, in rounds of new pairs. */
export async function textSpeed({ pairs: size = 1500, rounds = 4 }: { readonly pairs?: number; readonly rounds?: number } = {}): Promise<TextReport> {
  const folder = mkdtempSync(join(tmpdir(), "guerdon-text-"));
  try {
    const pairs = drawPairs(size * rounds);
    writeFileSync(join(folder, "pairs.json"), JSON.stringify(pairs));
    const peer = startPeer(join(folder, "pairs.json"));
    const version = (await peer?.version) ?? null;
    const rates: TextRate[] = [];
    for (const [metric, score] of Object.entries(METRICS)) {
      let [ours, theirs, difference] = [0, 0, 0];
      for (let round = 0; round < rounds; round++) {
        const own = pairs.slice(round * size, (round + 1) * size);
        const before = performance.now();
        const scores = own.map(([candidate, reference]) => score(candidate, reference).score!);
        ours = Math.max(ours, size / ((performance.now() - before) / 1000));
        const answer = await peer?.ask(metric, round * size, size);
        if (answer === undefined) continue;
        theirs = Math.max(theirs, size / answer.seconds);
        answer.scores.forEach((value, i) => (difference = Math.max(difference, Math.abs(scores[i]! - (metric === "ter" ? Math.max(0, 1 - value) : value)))));
      }
      rates.push({ metric, ours, peer: peer === null ? null : theirs, difference: peer === null ? null : difference });
    }
    peer?.stop();
    return { version, rates };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { pairs: { type: "string", default: "1500" }, rounds: { type: "string", default: "4" }, json: { type: "boolean", default: false } } });
  const { version, rates } = await textSpeed({ pairs: Number(values.pairs), rounds: Number(values.rounds) });
  if (values.json) process.stdout.write(`${JSON.stringify({ version, rates })}\n`);
  else {
    process.stdout.write(`${version ?? "no peer"}\n${"metric".padEnd(10)}${"ours /s".padStart(12)}${"peer /s".padStart(12)}${"ratio".padStart(8)}  largest difference\n`);
    for (const { metric, ours, peer: other, difference } of rates)
      process.stdout.write(`${metric.padEnd(10)}${ours.toFixed(0).padStart(12)}${(other?.toFixed(0) ?? "–").padStart(12)}${(other === null ? "–" : (ours / other).toFixed(1)).padStart(8)}  ${difference?.toExponential(1) ?? "–"}\n`);
  }
  if (rates.some(({ difference }) => (difference ?? 0) > 1e-9)) process.exitCode = 1;
}
