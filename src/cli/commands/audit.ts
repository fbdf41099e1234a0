/** `guerdon audit ROLLOUTS --against COLUMN`: which of the rewards of a run were wrong, why, and what that did. */
import { basename } from "node:path";
import type { Command } from "commander";
import { GuerdonError, show } from "../../core/errors.ts";
import { responseText, type Rollout } from "../../core/rollout.ts";
import type { Disagreement } from "../../evaluate/index.ts";
import type { DefinedReward, PlanNode } from "../../pipeline/index.ts";
import type { Reject } from "../../rollout/index.ts";
import { addColumn, rowOfResponse } from "../columns.ts";
import { announced } from "../isolation.ts";
import { requireSeparateFiles } from "../outputs.ts";
import { tame } from "../tame.ts";

interface AuditFlags {
  readonly against: string;
  readonly reward?: string;
  readonly verdict?: string;
  readonly output?: string;
  readonly report?: string;
  readonly json?: boolean;
  readonly threshold?: string;
  readonly failOver?: string;
  readonly workers?: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly strict?: boolean;
  readonly sandbox?: string;
}

/** Lines that could not be read and are told one by one. */
const REJECTS_SHOWN = 5;

/** Exit code where more rewards are wrong than `--fail-over` allows. */
const MISSED = 100;

export function register(program: Command): void {
  program
    .command("audit")
    .summary("which rewards of a run were wrong, why, and what that did")
    .description("Compare a reward that rollouts already carry with verdicts, row by row. The summary goes to standard error.")
    .argument("<rollouts...>", "JSONL (.gz, .zst) or Parquet; - is standard input")
    .requiredOption("--against <column>", "the existing reward: a column or a dotted path, like meta.upstream_correct")
    .option("--reward <spec>", "reward spec that gives the verdicts: .yaml, .json or .ts (default: verify/math)")
    .option("--verdict <name>", "which reward of the spec to compare with (default: `correct`, or the only one)")
    .option("--threshold <x>", "a graded reward counts as paid from here up")
    .option("-o, --output <file>", "disagreements as JSONL; - is standard output")
    .option("--report <file>", "write a self-contained HTML report")
    .option("--json", "print the result as one JSON object on standard output")
    .option("--fail-over <rate>", `exit with ${MISSED} where the share of wrong rewards is above this`)
    .option("--workers <n>", "worker threads; 0 verifies in this thread", "0")
    .option("--sandbox <where>", "where programs run that verifiers check: local, or remote:URL of a SandboxFusion server (default: local)")
    .option("--columns <role=column>", "where a role is read, such as reference=meta.gold (repeatable)", addColumn, {})
    .option("--strict", "stop at the first line that cannot be read")
    .action(run);
}

async function run(files: string[], flags: AuditFlags): Promise<void> {
  if (flags.json === true && flags.output === "-") throw new GuerdonError("usage", "audit: --json and -o - must not both write to standard output");
  await requireSeparateFiles("audit", files, { "-o": flags.output, "--report": flags.report });
  const threshold = flags.threshold === undefined ? null : numberOf("--threshold", flags.threshold);
  const failOver = flags.failOver === undefined ? null : numberOf("--fail-over", flags.failOver);
  const workers = numberOf("--workers", flags.workers ?? "0");
  if (!Number.isInteger(workers) || workers < 0) throw new GuerdonError("usage", `audit: --workers must be a whole number of at least 0, got ${show(flags.workers)}`);

  const [{ compileSource, DEFAULT_SPEC, readRewardSource, score }, { readRows, toCodePointOffset, writeRows }, { createAudit }, { methodsUrl, openCapabilities, resolveMethod }, { groupRelative, overScored }] = await Promise.all([
    import("../../pipeline/index.ts"),
    import("../../rollout/index.ts"),
    import("../../evaluate/index.ts"),
    import("../../methods.ts"),
    import("../../credit/index.ts"),
  ]);
  const compiled = await compileSource(flags.reward === undefined ? { kind: "document", document: DEFAULT_SPEC, base: null } : await readRewardSource(flags.reward), resolveMethod);
  const node = compiled.plan.nodes.find(({ name }) => name === (flags.verdict ?? "correct")) ?? compiled.plan.nodes[0]!;
  const [{ math }, { progressLine }] = await Promise.all([import("../../verify/index.ts"), import("../score-text.ts")]);
  const audit = createAudit({
    column: flags.against,
    verdict: flags.verdict ?? null,
    threshold,
    causes: readsAnswers(node, compiled.plan.nodes) ? "graders" : "reasons",
    // Credit of tokens needs rollouts: what a wrong reward moves is then shown group by group.
    advantages: compiled.credit === null || compiled.credit.looks ? (rewards) => overScored(groupRelative, rewards) : (rewards) => compiled.credit!.advantages(rewards).map(({ advantage }) => advantage),
    explain: node.use === "verify/math" ? (response, reference) => math.explain(response, reference as string, node.options) : null,
  });
  const { createReportCollector, renderReport } = await import("../../pipeline/report/index.ts");
  const collector = flags.report === undefined ? null : createReportCollector({ verdict: flags.verdict ?? null });

  // The audit credits both rewards itself, over the rows that both judge; so no group has to come in one piece.
  const reward: DefinedReward = { plan: compiled.plan, compiled: { ...compiled, credit: null }, names: [] };
  const rows: Record<string, unknown>[] = [];
  let rejected = 0;
  const onReject = ({ file, line, reason }: Reject): void => {
    if (++rejected <= REJECTS_SHOWN) process.stderr.write(`guerdon: ${tame(`rejected ${file}:${line}: ${reason}`)}\n`);
  };
  const progress = progressLine(process.stderr, null);
  async function* rollouts(): AsyncGenerator<Rollout> {
    for await (const input of readRows(files, { columns: { ...compiled.plan.columns, ...flags.columns }, strict: flags.strict ?? false, onReject })) {
      for (const [k, rollout] of input.rollouts.entries()) {
        rows.push(rowOfResponse(input.row, flags.against, k, input.rollouts.length));
        yield rollout;
      }
    }
  }
  const spans = new Map<number, { start: number; end: number }>();
  let seen = 0;
  for await (const scored of score(reward, rollouts(), { workers, methods: { resolve: resolveMethod, url: methodsUrl, capabilities: announced(openCapabilities, (text) => void process.stderr.write(text)) }, ...(flags.sandbox === undefined ? {} : { sandbox: flags.sandbox }) })) {
    const row = rows.shift()!;
    const added = audit.add({ rollout: scored.rollout, row, verdicts: scored.verdicts });
    seen++;
    if (seen % 256 === 0) progress.update({ rows: seen, bytes: 0, phase: "score" });
    const span = scored.verdicts[node.name]?.span;
    if (added.differs && span !== undefined) {
      const text = responseText(scored.rollout);
      spans.set(seen, { start: toCodePointOffset(text, span.start), end: toCodePointOffset(text, span.end) });
    }
    collector?.add({ ...scored, row }, { existing: added.existing, paid: added.paid, flagged: added.differs });
  }
  progress.clear();
  const result = audit.finish();

  const { disagreements, ...rest } = result;
  if (flags.output !== undefined) await writeRows(flags.output, disagreements.map((d) => outputRow(d, spans.get(d.row) ?? null)));
  if (collector !== null) {
    const [{ comparisonOf }, { writeFile }, { VERSION }] = await Promise.all([import("../audit/comparison.ts"), import("node:fs/promises"), import("../../core/version.ts")]);
    const naming = { file: files.map((f) => basename(f)).join(", "), against: node.use, colophon: `guerdon ${VERSION} · plan ${compiled.plan.hash.slice(0, 16)}` };
    await writeFile(flags.report!, renderReport(collector.finish(comparisonOf(result, naming))));
  }
  const { auditSummary } = await import("../audit/terminal.ts");
  process.stderr.write(auditSummary(result, node.use, process.stderr.hasColors?.() ?? false));
  if (rejected > 0) process.stderr.write(`  rejected      ${rejected} lines that could not be read\n`);
  if (flags.output !== undefined && flags.output !== "-") process.stderr.write(`  rows          ${tame(flags.output)}\n`);
  if (flags.report !== undefined) process.stderr.write(`  report        ${tame(flags.report)}\n`);
  if (flags.json === true) process.stdout.write(`${JSON.stringify(rest)}\n`);
  if (failOver !== null && result.wrong.share > failOver) process.exitCode = MISSED;
}

/** Verifiers of an answer that stands in the text, which a simple grader of texts could look for. */
const OF_ANSWERS: ReadonlySet<string> = new Set(["verify/math", "verify/exact", "verify/normalized-text", "verify/number", "verify/choice"]);

/** Whether a reward's verdicts are of an answer in the text: of a cascade, whether those of all its stages are. */
function readsAnswers(node: PlanNode, nodes: readonly PlanNode[]): boolean {
  if (node.use !== "verify/cascade") return OF_ANSWERS.has(node.use);
  return node.of.every((name) => {
    const stage = nodes.find((each) => each.name === name);
    return stage !== undefined && readsAnswers(stage, nodes);
  });
}

/** Offsets leave the process as code points. */
function outputRow(d: Disagreement, span: { start: number; end: number } | null): object {
  return { ...d, span };
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new GuerdonError("usage", `audit: ${option} must be a number, got ${show(text)}`);
  return value;
}
