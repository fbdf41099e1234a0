/** `guerdon verify GOLD ANSWER`: one verdict, explained. */
import { type Command, Option } from "commander";
import type { MathExplanation, MathOptions } from "../../verify/math.ts";
import type { FormatVerifier, Verifier } from "../../core/method.ts";
import type { Verdict, VerdictStatus } from "../../core/verdict.ts";
import { announced } from "../isolation.ts";
import { tame } from "../tame.ts";

interface VerifyFlags {
  readonly extract?: MathOptions["extract"];
  readonly units?: MathOptions["units"];
  readonly precision?: string;
  readonly order?: MathOptions["order"];
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly use?: string;
  readonly options?: string;
  readonly sandbox?: string;
}

export function register(program: Command): void {
  program
    .command("verify")
    .summary("check one answer and say why")
    .description("Check one response against a reference. Exit code 0: correct, 100: not correct, 101: undecided. `-` as ANSWER reads standard input.")
    .argument("<gold>", "the right answer")
    .argument("<answer>", "the response of a model, or an answer alone")
    .addOption(new Option("--extract <policy>", "where the answer is looked for").choices(["auto", "only-tag", "only-box", "last-box", "last-hash", "math-verify"]))
    .addOption(new Option("--units <policy>", "what units count for").choices(["compare", "ignore", "require"]))
    .option("--precision <decimals>", "decimals that constants with a decimal point are rounded to, or `exact`")
    .addOption(new Option("--order <policy>", "whether parts of bare lists may come in any order").choices(["any", "given"]))
    .option("--no-strict", "names of variables do not matter")
    .option("--use <id>", "another verifier, such as verify/code; GOLD is its reference, as JSON or text")
    .option("--options <json>", "options of that verifier")
    .option("--sandbox <where>", "where programs run that it checks: local, or remote:URL of a SandboxFusion server (default: local)")
    .option("--json", "print the explanation as one JSON object")
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (gold: string, answer: string, flags: VerifyFlags) => {
      const response = answer === "-" ? await readStandardInput() : answer;
      if (flags.use !== undefined && flags.use !== "verify/math") {
        const verdict = await verdictOf(flags.use, gold, response, flags);
        process.stdout.write(flags.json === true ? `${JSON.stringify(verdict)}\n` : describeVerdict(verdict));
        process.exitCode = exitCodeOf(verdict.status);
        return;
      }
      const { math } = await import("../../verify/math.ts");
      const explanation = math.explain(response, gold, optionsOf(flags));
      process.stdout.write(flags.json === true ? `${JSON.stringify(explanation)}\n` : describe(explanation));
      process.exitCode = exitCodeOf(explanation.status);
    });
}

function exitCodeOf(status: VerdictStatus): number {
  return status === "correct" ? 0 : status === "undecided" || status === "not-applicable" ? 101 : 100;
}

/** The verdict of any verifier, with the capabilities it needs opened for it. */
async function verdictOf(id: string, gold: string, response: string, { options = "{}", sandbox }: VerifyFlags): Promise<Verdict> {
  const [{ resolveMethod, openCapabilities }, { CAPABILITIES }, { GuerdonError, UnknownMethodError }, { idsMeant, meantSuggestion }] = await Promise.all([import("../../methods.ts"), import("../../core/capabilities.ts"), import("../../core/errors.ts"), import("../../pipeline/meant.ts")]);
  const method = (await resolveMethod(id)) as Verifier<unknown, object, Verdict | Promise<Verdict>> | undefined;
  if (method === undefined || method.record.kind !== "verifier") throw new UnknownMethodError(`verify: no verifier ${JSON.stringify(id)}${meantSuggestion(idsMeant(id, await resolveMethod.known()))}`, { id });
  const given = jsonOr(options, null);
  if (typeof given !== "object" || given === null) throw new GuerdonError("usage", `verify: --options must be a JSON object, got ${options}`);
  const opened = await announced(openCapabilities, (text) => void process.stderr.write(text))(CAPABILITIES.filter((name) => method.record.needs.includes(name)), sandbox === undefined ? {} : { sandbox });
  try {
    // Numbers stay text: 0.10 is what was written.
    const reference = /^\s*[[{]/.test(gold) ? jsonOr(gold, gold) : gold;
    if (!("prepare" in method)) return (method as unknown as FormatVerifier<object>).with(given).prepared(response, opened.given);
    return await method.prepare(reference, given)(response, opened.given);
  } finally {
    await opened.close();
  }
}

function jsonOr(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // What is no JSON is text.
    return otherwise;
  }
}

function describeVerdict({ status, score, reason, extracted, rule }: Verdict): string {
  const lines = [
    ["verdict", `${status}${score === null ? "" : ` (score ${score})`}`],
    ["reason", `${reason.code}: ${reason.text}`],
    ["extracted", extracted === null ? "nothing" : `${extracted.length > 200 ? `${extracted.slice(0, 200)}…` : extracted}${rule === undefined ? "" : `   [${rule}]`}`],
  ] as const;
  return lines.map(([name, value]) => `${name.padEnd(10)} ${tame(value)}\n`).join("");
}

function optionsOf(flags: VerifyFlags): Partial<MathOptions> {
  const { precision } = flags;
  return {
    ...(flags.extract === undefined ? {} : { extract: flags.extract }),
    ...(flags.units === undefined ? {} : { units: flags.units }),
    ...(flags.order === undefined ? {} : { order: flags.order }),
    ...(flags.strict === false ? { strict: false } : {}),
    ...(precision === undefined ? {} : { precision: precision === "exact" ? "exact" : Number(precision) }),
  };
}

async function readStandardInput(): Promise<string> {
  let text = "";
  process.stdin.setEncoding("utf8");
  for await (const chunk of process.stdin) text += chunk as string;
  return text;
}

function describe(e: MathExplanation): string {
  const lines: [string, string][] = [
    ["verdict", `${e.status}${e.score === null ? "" : ` (score ${e.score})`}`],
    ["reason", `${e.reason.code}: ${e.reason.text}`],
    ["extracted", e.extracted === null ? "nothing" : `${e.extracted}   [${e.rule ?? ""}${e.span === null ? "" : `, characters ${e.span.start}–${e.span.end}`}]`],
  ];
  if (e.normal.response !== null) lines.push(["answer", e.normal.response]);
  if (e.normal.reference !== null) lines.push(["reference", e.normal.reference]);
  if (e.stage !== null) lines.push(["stage", e.stage]);
  lines.push(["hash", e.hash]);
  return lines.map(([name, value]) => `${name.padEnd(10)} ${tame(value)}\n`).join("");
}
