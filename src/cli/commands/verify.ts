/** `guerdon verify GOLD ANSWER`: one verdict, explained. */
import { type Command, Option } from "commander";
import type { MathExplanation, MathOptions } from "../../verify/math.ts";
import { tame } from "../tame.ts";

interface VerifyFlags {
  readonly preset?: MathOptions["preset"];
  readonly units?: MathOptions["units"];
  readonly precision?: string;
  readonly lists?: MathOptions["lists"];
  readonly strict?: boolean;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("verify")
    .summary("check one answer and say why")
    .description("Check one response against a reference. Exit code 0: correct, 100: not correct, 101: undecided. `-` as ANSWER reads standard input.")
    .argument("<gold>", "the right answer")
    .argument("<answer>", "the response of a model, or an answer alone")
    .addOption(new Option("--preset <name>", "where the answer is looked for").choices(["default", "math-verify", "last-box", "strict-box", "gsm8k", "tagged"]))
    .addOption(new Option("--units <policy>", "what units count for").choices(["compare", "ignore", "require"]))
    .option("--precision <decimals>", "decimals that constants with a decimal point are rounded to, or `exact`")
    .addOption(new Option("--lists <policy>", "whether bare lists have an order").choices(["unordered", "ordered"]))
    .option("--no-strict", "names of variables do not matter")
    .option("--json", "print the explanation as one JSON object")
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (gold: string, answer: string, flags: VerifyFlags) => {
      const { math } = await import("../../verify/math.ts");
      const response = answer === "-" ? await readStandardInput() : answer;
      const explanation = math.explain(response, gold, optionsOf(flags));
      process.stdout.write(flags.json === true ? `${JSON.stringify(explanation)}\n` : describe(explanation));
      process.exitCode = explanation.status === "correct" ? 0 : explanation.status === "undecided" ? 101 : 100;
    });
}

function optionsOf(flags: VerifyFlags): Partial<MathOptions> {
  const { precision } = flags;
  return {
    ...(flags.preset === undefined ? {} : { preset: flags.preset }),
    ...(flags.units === undefined ? {} : { units: flags.units }),
    ...(flags.lists === undefined ? {} : { lists: flags.lists }),
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
