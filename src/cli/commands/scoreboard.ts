/** `guerdon scoreboard CASES`: how often configurations of a verifier are wrong on labelled cases, by form, and where two of them part. */
import type { Command } from "commander";
import { FormatError, GuerdonError, show } from "../../core/errors.ts";
import { responseText, type Rollout } from "../../core/rollout.ts";
import type { Judgement } from "../../evaluate/index.ts";
import type { CompiledReward, RewardSpecDocument, ScoredRollout } from "../../pipeline/index.ts";
import type { Reject } from "../../rollout/index.ts";
import { addColumn, rowOfResponse } from "../columns.ts";
import { announced } from "../isolation.ts";
import { requireSeparateFiles } from "../outputs.ts";
import { tame } from "../tame.ts";

interface ScoreboardFlags {
  readonly use: readonly string[];
  readonly reward?: string;
  readonly label?: string;
  readonly by?: string;
  readonly threshold: string;
  readonly output?: string;
  readonly json?: boolean;
  readonly top: string;
  readonly maxFalsePositives?: string;
  readonly maxFalseNegatives?: string;
  readonly workers: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly strict?: boolean;
}

/** Columns that hold a label where `--label` does not say, in this order. */
const LABELS = ["label", "expect", "is_correct", "correct"];

const REJECTS_SHOWN = 5;

/** Exit code where a configuration errs more often than a `--max-…` allows. */
const MISSED = 100;

export function register(program: Command): void {
  program
    .command("scoreboard")
    .summary("how often a verifier is wrong on labelled cases")
    .description(
      "Judge labelled cases under one configuration of a verifier or several: false positives and negatives by form, with 95 % intervals, and where the others part from the first.\n" +
        "A configuration is a method with its options, or a reward of a spec. The board goes to standard error.",
    )
    .argument("<cases...>", "JSONL (.gz, .zst) or Parquet with a reference, a response and a label; - is standard input")
    .option("--use <method>", "a configuration: verify/math, or with options '{ use: verify/math, extract: math-verify }' (repeatable)", (text: string, before: readonly string[] = []) => [...before, text], [])
    .option("-r, --reward <spec>", "reward spec, each of whose rewards is a configuration: .yaml, .json or .ts")
    .option("--label <column>", `whether a response is right: a column or a dotted path (default: ${LABELS.join(", ")}, whichever is there)`)
    .option("--by <column>", "the form of a case: a column or a dotted path")
    .option("--threshold <x>", "a reward that is a number accepts from here up", "0.5")
    .option("-o, --output <file>", "every case that a configuration does not judge as labelled, as JSONL; - is standard output")
    .option("--json", "print the result as one JSON object on standard output")
    .option("--top <n>", "how many forms the board shows", "12")
    .option("--max-false-positives <share>", `exit with ${MISSED} where a larger share of the wrong responses is accepted`)
    .option("--max-false-negatives <share>", `exit with ${MISSED} where a larger share of the right responses is refused`)
    .option("--workers <n>", "worker threads; 0 verifies in this thread", "0")
    .option("--columns <role=column>", "where a role is read, such as reference=gold (repeatable)", addColumn, {})
    .option("--strict", "stop at the first line that cannot be read")
    .action(run);
}

interface Configuration {
  /** The name of its node. */
  readonly node: string;
  /** What the board calls it. */
  readonly name: string;
}

async function run(files: string[], flags: ScoreboardFlags): Promise<void> {
  if (flags.use.length > 0 && flags.reward !== undefined) throw new GuerdonError("usage", "scoreboard: configurations must come from one place, got --use and --reward");
  if (flags.json === true && flags.output === "-") throw new GuerdonError("usage", "scoreboard: --json and -o - must not both write to standard output");
  await requireSeparateFiles("scoreboard", files, { "-o": flags.output });
  const threshold = numberOf("--threshold", flags.threshold);
  const top = numberOf("--top", flags.top);
  const workers = numberOf("--workers", flags.workers);
  const limits = { falsePositives: limitOf("--max-false-positives", flags.maxFalsePositives), falseNegatives: limitOf("--max-false-negatives", flags.maxFalseNegatives) };

  const [{ score }, { createScoreboard }, { openWriter }, { methodsUrl, openCapabilities, resolveMethod }, { progressLine }] = await Promise.all([
    import("../../pipeline/index.ts"),
    import("../../evaluate/index.ts"),
    import("../../rollout/index.ts"),
    import("../../methods.ts"),
    import("../score-text.ts"),
  ]);
  const { compiled, configurations } = await configure(flags);
  const tally = createScoreboard(configurations.map(({ name }) => name));
  const writer = flags.output === undefined ? null : await openWriter(flags.output);
  const progress = progressLine(process.stderr, null);
  let rejected = 0;
  const onReject = ({ file, line, reason }: Reject): void => {
    if (++rejected <= REJECTS_SHOWN) process.stderr.write(`guerdon: ${tame(`rejected ${file}:${line}: ${reason}`)}\n`);
  };
  const labels: { label: boolean; form: string }[] = [];
  let seen = 0;
  const scored = score({ plan: compiled.plan, compiled: { ...compiled, credit: null }, names: [] }, labelled(files, compiled, flags, onReject, labels), {
    workers,
    methods: { resolve: resolveMethod, url: methodsUrl, capabilities: announced(openCapabilities, (text) => void process.stderr.write(text)) },
  });
  for await (const row of scored) {
    const { label, form } = labels.shift()!;
    const judgements = configurations.map(({ node }) => judgementOf(row, node, threshold));
    tally.add({ form, label, judgements });
    if (writer !== null && judgements.some((judgement) => judgement !== undefined && judgement !== label))
      await writer.write(`${JSON.stringify(missedCase(row, { label, form }, configurations, judgements))}\n`);
    if (++seen % 256 === 0) progress.update({ rows: seen, bytes: 0, phase: "score" });
  }
  await writer?.close();
  progress.clear();
  if (seen === 0) throw new FormatError(`scoreboard: there must be labelled cases, got none${rejected > 0 ? `, and ${rejected} lines that could not be read` : ""}`);

  const result = tally.finish();
  const { scoreboardSummary } = await import("../scoreboard/terminal.ts");
  process.stderr.write(scoreboardSummary(result, top, process.stderr.hasColors?.() ?? false));
  if (rejected > 0) process.stderr.write(`  rejected  ${rejected} lines that could not be read\n`);
  if (flags.json === true) process.stdout.write(`${JSON.stringify(result)}\n`);
  const missed = result.boards.some(({ total }) => total.falsePositives.share > limits.falsePositives || total.falseNegatives.share > limits.falseNegatives);
  if (missed) process.exitCode = MISSED;
}

/** The configurations, compiled as the rewards of one spec. */
async function configure(flags: ScoreboardFlags): Promise<{ compiled: CompiledReward; configurations: readonly Configuration[] }> {
  const [{ compileSource, readRewardSource }, { resolveMethod }] = await Promise.all([import("../../pipeline/index.ts"), import("../../methods.ts")]);
  if (flags.reward !== undefined) {
    const compiled = await compileSource(await readRewardSource(flags.reward), resolveMethod);
    return { compiled, configurations: compiled.plan.nodes.filter(({ stage }) => stage === "reward").map(({ name }) => ({ node: name, name })) };
  }
  const texts = flags.use.length === 0 ? ["verify/math"] : flags.use;
  const configurations = texts.map((text, i) => ({ node: `use${i + 1}`, name: text }));
  const nodes = await Promise.all(texts.map(nodeOf));
  const document = { guerdon: 1, rewards: Object.fromEntries(configurations.map(({ node }, i) => [node, nodes[i]])), reward: "use1" } as RewardSpecDocument;
  return { compiled: await compileSource({ kind: "document", document, base: process.cwd() }, resolveMethod), configurations };
}

/** A node as a spec has it: an id, or a mapping in YAML's flow form. */
async function nodeOf(text: string): Promise<unknown> {
  if (!text.trimStart().startsWith("{")) return text;
  const yaml = await import("yaml");
  try {
    return yaml.parse(text, { merge: false });
  } catch (error) {
    throw new GuerdonError("usage", `scoreboard: --use must be a method's id or a node such as { use: verify/math, extract: math-verify }, got ${show(text)}: ${(error as Error).message.split("\n")[0]}`);
  }
}

/** Rollouts that have a label, which is left in `labels` in their order. */
async function* labelled(files: readonly string[], { plan }: CompiledReward, flags: ScoreboardFlags, onReject: (reject: Reject) => void, labels: { label: boolean; form: string }[]): AsyncGenerator<Rollout> {
  const [{ readRows }, { columnOf, givenReward }] = await Promise.all([import("../../rollout/index.ts"), import("../../evaluate/index.ts")]);
  let column = flags.label;
  let given: ReturnType<typeof givenReward> | null = null;
  for await (const { row, rollouts } of readRows(files, { columns: { ...plan.columns, ...flags.columns }, strict: flags.strict ?? false, onReject })) {
    column ??= LABELS.find((name) => typeof row[name] === "boolean" || typeof row[name] === "number") ?? LABELS[0]!;
    given ??= givenReward("scoreboard", column);
    for (const [k, rollout] of rollouts.entries()) {
      const own = rowOfResponse(row, column, k, rollouts.length);
      const label = given.read(own, rollout.id);
      if (label === null) continue;
      const form = flags.by === undefined ? "" : columnOf(own, flags.by);
      labels.push({ label: label >= 0.5, form: form === undefined || form === null ? "" : String(form) });
      yield rollout;
    }
  }
  given?.finish();
}

function judgementOf({ rewards, verdicts }: ScoredRollout, node: string, threshold: number): Judgement {
  const verdict = verdicts[node];
  if (verdict === undefined) return rewards[node] == null ? null : rewards[node] >= threshold;
  if (verdict.status === "not-applicable") return undefined;
  return verdict.status === "undecided" ? null : verdict.status === "correct";
}

function missedCase({ rollout, verdicts }: ScoredRollout, { label, form }: { label: boolean; form: string }, configurations: readonly Configuration[], judgements: readonly Judgement[]): object {
  const said = configurations.map(({ node, name }, i) => {
    const verdict = verdicts[node];
    return { configuration: name, accepted: judgements[i] ?? null, ...(verdict === undefined ? {} : { status: verdict.status, extracted: verdict.extracted, reason: verdict.reason }) };
  });
  return { id: rollout.id, form, label, reference: rollout.reference ?? null, response: responseText(rollout), said };
}

function limitOf(option: string, text: string | undefined): number {
  return text === undefined ? Infinity : numberOf(option, text);
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) throw new GuerdonError("usage", `scoreboard: ${option} must be a number of at least 0, got ${show(text)}`);
  return value;
}
