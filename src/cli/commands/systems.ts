/** `guerdon systems [ID]`: the catalogue of published systems, and what was shown of each. */
import { Option, type Command } from "commander";
import type { SystemEntry, SystemResult } from "../../catalog/index.ts";

interface SystemsFlags {
  readonly home?: string;
  readonly level?: string;
  readonly shown?: boolean;
  readonly json?: boolean;
}

const WIDTH = 60;

export function register(program: Command): void {
  program
    .command("systems")
    .summary("list the published systems, or show one")
    .description("List the catalogue of published systems with what was shown of each, or show one by id (`s013`).")
    .argument("[id]", "id of a system")
    .option("--home <room>", "only systems of this room")
    .addOption(new Option("--level <level>", "only systems that aim at this level of evidence").choices(["identity", "mechanism", "trained", "protocol"]))
    .option("--shown", "only systems of which something was shown")
    .option("--json", "print one JSON object")
    .action(async (id: string | undefined, flags: SystemsFlags) => {
      const [{ findSystem, systems }, { renderRounds }] = await Promise.all([import("../../catalog/systems.ts"), import("../../catalog/reproduction/report.ts")]);
      if (id !== undefined) {
        const entry = await findSystem(id);
        process.stdout.write(flags.json === true ? `${JSON.stringify(entry)}\n` : page(entry, renderRounds));
        return;
      }
      const entries = (await systems()).filter(
        (entry) =>
          (flags.home === undefined || entry.home === flags.home) &&
          (flags.level === undefined || entry.target === flags.level) &&
          (flags.shown !== true || entry.state === "shown" || entry.state === "shown-below"),
      );
      process.stdout.write(flags.json === true ? `${JSON.stringify({ systems: entries })}\n` : table(entries));
    });
}

function table(entries: readonly SystemEntry[]): string {
  const lines = entries.map(({ id, home, target, state, methods, system }) =>
    `${id}  ${home.padEnd(8)}  ${target.padEnd(9)}  ${state.padEnd(11)}  ${short(system).padEnd(WIDTH)}  ${methods.join(", ")}`.trimEnd(),
  );
  const header = `id    ${"home".padEnd(8)}  ${"target".padEnd(9)}  ${"state".padEnd(11)}  ${"system".padEnd(WIDTH)}  methods`;
  return `${[header, ...lines].join("\n")}\n`;
}

function short(text: string): string {
  return text.length > WIDTH ? `${text.slice(0, WIDTH - 1)}…` : text;
}

function page(entry: SystemEntry, renderRounds: (result: SystemResult) => string): string {
  const facts: [string, string | undefined][] = [
    ["system", entry.system],
    ["kind", entry.kind],
    ["home", [entry.home, ...entry.also].join(", ")],
    ["target", entry.target],
    ["state", `${entry.state}${entry.reason === undefined ? "" : `: ${entry.reason}`}`],
    ["methods", entry.methods.join(", ")],
    ["same as", entry.sameAs?.join(", ")],
    ["paper", entry.paper],
    ["code", entry.repo],
    ["inputs", entry.inputs],
    ["source", `${entry.source ?? ""}${entry.confidence === undefined ? "" : ` (confidence ${entry.confidence})`}`],
    ["to show", entry.claim],
  ];
  const lines = [`${entry.id}  ${entry.title}`, "", ...facts.filter(([, value]) => value !== undefined && value !== "").map(([name, value]) => `${name.padEnd(8)} ${value}`)];
  for (const result of entry.evidence)
    lines.push(
      "",
      `${result.shown ? "shown" : "not shown"} at level ${result.level}, on ${result.seeds} ${result.phase} seeds, in ${result.seconds} s, version ${result.version}`,
      ...(result.round > 1 ? [`  ${renderRounds(result)}`] : []),
      ...result.checks.map((check) => `  ${check.holds ? "holds" : "FAILS"}  ${check.text}`),
      ...(result.claim.limits === undefined ? [] : [`  limits: ${result.claim.limits}`]),
    );
  return `${lines.join("\n")}\n`;
}
