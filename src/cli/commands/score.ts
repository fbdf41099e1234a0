/** `guerdon score IN…`: rollouts to scored rollouts. */
import { InvalidArgumentError, Option, type Command } from "commander";
import type { ProgressLine } from "../score-text.ts";
import { addColumn } from "../columns.ts";
import { announced } from "../isolation.ts";
import { tame } from "../tame.ts";
import type { HealthFinding } from "../../evaluate/index.ts";
import type { RewardSource, ScoreFilesOptions, ScoreSummary } from "../../pipeline/index.ts";

interface ScoreFlags {
  readonly reward?: string;
  readonly output: string;
  readonly resume?: boolean;
  readonly report?: string;
  readonly plan?: boolean;
  readonly strict?: boolean;
  readonly rejects?: string;
  readonly workers?: number;
  readonly groups: ScoreFilesOptions["groups"];
  readonly columns?: Readonly<Record<string, string>>;
  readonly sandbox?: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("score")
    .summary("score rollouts with a reward")
    .description(
      "Score rollouts (JSONL, plain, .gz or .zst; Parquet; - for standard input): each row gets its rewards, verdicts, reward and advantage.\n" +
        "Without --reward: verify/math on the recognised reference, and group-relative advantages.",
    )
    .argument("[in...]", "files of rollouts")
    .option("-r, --reward <spec>", "reward spec: .yaml, .json, or a module (my.reward.ts#reward)")
    .option("-o, --output <file>", "where rows go; the name says the format (.jsonl, .gz, .zst, .parquet)", "-")
    .option("--resume", "go on with a run that was killed")
    .option("--report <file>", "write a report to look at (HTML)")
    .option("--plan", "print the compiled plan and stop")
    .option("--strict", "stop at the first line that cannot be read")
    .option("--rejects <file>", "where lines that cannot be read go (default: beside --output, as <output>.rejects.jsonl, where there are any)")
    .option("--workers <n>", "worker threads; 0 scores in the main thread (default: one a core, none for small inputs)", wholeNumber)
    .addOption(new Option("--groups <how>", "contiguous groups stream, others spill to disk and take two passes").choices(["auto", "contiguous", "spill"]).default("auto"))
    .option("--sandbox <where>", "where programs run that verifiers check: local, or remote:URL of a SandboxFusion server (default: local)")
    .option("--columns <role=column>", "where a role is read, such as reference=meta.gold (repeatable)", addColumn)
    .option("--json", "print the summary as one JSON object; needs --output")
    .action(score);
}

async function score(inputs: readonly string[], flags: ScoreFlags): Promise<void> {
  const [{ GuerdonError }, { compileSource, DEFAULT_SPEC, healthOf, journalPath, readRewardSource, scoreFiles }, { methodsUrl, openCapabilities, resolveMethod }, { requireSeparateFiles }, { progressLine, summaryText }] = await Promise.all([
    import("../../core/errors.ts"),
    import("../../pipeline/index.ts"),
    import("../../methods.ts"),
    import("../outputs.ts"),
    import("../score-text.ts"),
  ]);
  const source: RewardSource = flags.reward === undefined ? { kind: "document", document: DEFAULT_SPEC, base: null } : await readRewardSource(flags.reward);
  if (flags.plan === true) {
    process.stdout.write(`${JSON.stringify((await compileSource(source, resolveMethod)).plan, null, 2)}\n`);
    return;
  }
  const usage = (message: string): never => {
    throw new GuerdonError("usage", `score: ${message}`);
  };
  if (inputs.length === 0) usage("at least one input must be given, got none");
  if (flags.json === true && flags.output === "-") usage("--json must have --output, since standard output is taken by the rows");
  if (flags.report !== undefined && flags.output === "-") usage("--report must have --output, since it reads the rows again");
  const rejects = flags.rejects ?? (await rejectsBeside(flags.output, flags.strict === true));
  const journal = flags.output === "-" ? undefined : journalPath(flags.output);
  await requireSeparateFiles("score", inputs, { "-o": flags.output, "--rejects": rejects ?? undefined, "--report": flags.report, "the journal of -o": journal });

  const begun = performance.now();
  const stop = new AbortController();
  const line = progressLine(process.stderr, await plainBytes(inputs));
  const interrupted = (): void => stop.abort(new GuerdonError("state", flags.output === "-" ? "stopped" : "stopped; run again with --resume to go on from the last commit"));
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
  let summary: ScoreSummary;
  try {
    summary = await scoreFiles(inputs, flags.output, source, { resolve: resolveMethod, url: methodsUrl, capabilities: announced(openCapabilities, (text) => void process.stderr.write(text)) }, {
      resume: flags.resume === true,
      strict: flags.strict === true,
      rejects,
      groups: flags.groups,
      columns: flags.columns ?? {},
      signal: stop.signal,
      onProgress: line.update,
      onReject: rejectPrinter(line, rejects),
      onSecondPass: (why) => note(line, `${why}; starting over in two passes`),
      ...(flags.sandbox === undefined ? {} : { sandbox: flags.sandbox }),
      ...(flags.workers === undefined ? {} : { workers: flags.workers }),
    });
  } finally {
    process.off("SIGINT", interrupted);
    process.off("SIGTERM", interrupted);
    line.clear();
    if (rejects !== null && flags.rejects === undefined) await removeEmpty(rejects);
  }
  const { findings } = healthOf(summary.tally);
  process.stderr.write(summaryText(summary, findings, (performance.now() - begun) / 1000));
  if (rejects !== null && summary.tally.rejects > 0) process.stderr.write(`rejects → ${tame(rejects)}\n`);
  if (flags.report !== undefined) await writeReport(flags.report, flags, summary, findings);
  if (flags.json === true) process.stdout.write(`${JSON.stringify(jsonSummary(summary, findings))}\n`);
}

/** The report is made from the rows as written, so a resumed run reports all of them. */
async function writeReport(file: string, { columns, output }: ScoreFlags, { plan, tally }: ScoreSummary, findings: readonly HealthFinding[]): Promise<void> {
  const [{ createReportCollector, renderReport }, { readScored }, { writeFile }] = await Promise.all([import("../../pipeline/report/index.ts"), import("../../pipeline/index.ts"), import("node:fs/promises")]);
  const collector = createReportCollector();
  for await (const row of readScored(output, { ...plan.columns, ...columns })) collector.add(row);
  const data = collector.finish({ health: findings, title: `Scores of ${output}`, subtitle: `${tally.rows.toLocaleString("en-US")} rollouts`, colophon: `guerdon ${plan.version}, plan ${plan.hash.slice(0, 12)}` });
  await writeFile(file, renderReport(data));
  process.stderr.write(`report → ${tame(file)}\n`);
}

/** The summary for programs. Times are left out: the same input gives the same object. */
function jsonSummary({ plan, tally, output, grouping, resumedRows }: ScoreSummary, findings: readonly HealthFinding[]): object {
  const { slow: _slow, health: _health, ...counts } = tally;
  return { output, plan: plan.hash, grouping, resumedRows, ...counts, health: findings };
}

/** Where rejects go when nobody says: beside an output that is a file. */
async function rejectsBeside(output: string, strict: boolean): Promise<string | null> {
  if (output === "-" || strict) return null;
  const { stat } = await import("node:fs/promises");
  const isDevice = await stat(output).then((found) => !found.isFile(), () => false);
  return isDevice ? null : `${output}.rejects.jsonl`;
}

/** A run without rejects leaves no file of them. */
async function removeEmpty(file: string): Promise<void> {
  const { rm, stat } = await import("node:fs/promises");
  const size = await stat(file).then((found) => found.size, () => null);
  if (size === 0) await rm(file);
}

/** Size of the inputs where what is read is what lies there; null for streams and compressed files. */
async function plainBytes(inputs: readonly string[]): Promise<number | null> {
  if (inputs.some((input) => input === "-" || /\.(gz|zst|parquet)$/.test(input))) return null;
  const { stat } = await import("node:fs/promises");
  const sizes = await Promise.all(inputs.map((input) => stat(input).then(({ size }) => size, () => 0)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

const REJECTS_SHOWN = 5;

function rejectPrinter(line: ProgressLine, rejects: string | null): NonNullable<ScoreFilesOptions["onReject"]> {
  let shown = 0;
  return ({ file, line: at, reason }) => {
    if (shown++ < REJECTS_SHOWN) note(line, `rejected ${file}:${at}: ${reason}`);
    else if (shown === REJECTS_SHOWN + 1) note(line, `more lines are rejected; ${rejects === null ? "--rejects FILE keeps them" : `all are in ${rejects}`}`);
  };
}

function note(line: ProgressLine, text: string): void {
  line.clear();
  process.stderr.write(`guerdon: ${tame(text)}\n`);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError("must be a whole number, 0 or more");
  return value;
}
