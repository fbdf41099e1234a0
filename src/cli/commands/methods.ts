/** `guerdon methods [ID]`: the methods of the library as data. */
import type { Command } from "commander";
import type { MethodEntry } from "../../catalog/method-entry.ts";

interface MethodsFlags {
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("methods")
    .summary("list the methods, or show one")
    .description("List every method, or show one by id (`credit/group-relative`) or alias (`grpo`): its options with defaults and ranges, the presets of frameworks, its paper, the systems it reproduces.")
    .argument("[id]", "id or alias")
    .option("--json", "print one JSON object")
    .action(async (id: string | undefined, flags: MethodsFlags) => {
      const [{ findMethod, listMethods }, { methodEntries }] = await Promise.all([import("../../catalog/rooms.ts"), import("../../catalog/method-entry.ts")]);
      const entries = await methodEntries(id === undefined ? await listMethods() : [await findMethod(id)]);
      const text = id === undefined ? table(entries) : page(entries[0]!);
      process.stdout.write(flags.json === true ? `${JSON.stringify(id === undefined ? { methods: entries } : entries[0])}\n` : text);
    });
}

function table(entries: readonly MethodEntry[]): string {
  const rows = [
    ["id", "kind", "reduces", "needs", "aliases", "summary"],
    ...entries.map((entry) => [entry.id, entry.kind, entry.reduces, entry.needs.join(", ") || "–", entry.aliases.join(", ") || "–", entry.summary ?? ""]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => `${row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column]!))).join("  ")}\n`).join("");
}

function page(entry: MethodEntry): string {
  const facts: [string, string][] = [
    ["kind", entry.kind],
    ["reduces", entry.reduces],
    ["needs", entry.needs.join(", ")],
    ["aliases", entry.aliases.join(", ")],
    ["paper", entry.paper === null ? "" : `${entry.paper.title}${entry.paper.url === undefined ? "" : `  ${entry.paper.url}`}`],
    ["systems", entry.systems.join(", ")],
  ];
  const options = Object.entries((entry.options["properties"] ?? {}) as Readonly<Record<string, OptionSchema>>);
  const width = Math.max(0, ...options.map(([name]) => name.length));
  const presets = Object.entries(entry.presets);
  const presetWidth = Math.max(0, ...presets.map(([name]) => name.length));
  return [
    entry.id,
    ...(entry.summary === null ? [] : [entry.summary]),
    "",
    ...facts.filter(([, value]) => value !== "").map(([name, value]) => `${name.padEnd(8)} ${value}`),
    "",
    options.length === 0 ? "options  none" : "options",
    ...options.map(([name, schema]) => `  ${name.padEnd(width)}  ${range(schema)}${"default" in schema ? `, default ${JSON.stringify(schema.default)}` : ", required"}`),
    ...(presets.length === 0 ? [] : ["presets"]),
    ...presets.map(([name, differs]) => `  ${name.padEnd(presetWidth)}  ${Object.entries(differs).map(([option, value]) => `${option} ${presetValue(value)}`).join(", ") || "the defaults"}`),
    "",
  ].join("\n");
}

/** The value of an option, small numbers as powers of ten. */
function presetValue(value: unknown): string {
  if (typeof value === "number" && value !== 0 && Math.abs(value) < 1e-3) return value.toExponential();
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What `z.toJSONSchema` says of one option. */
interface OptionSchema {
  readonly type?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly OptionSchema[];
  readonly items?: OptionSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** The values an option takes, in words: `number from 0 below 1`. */
function range(schema: OptionSchema): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map(range).join(" or ");
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.items !== undefined) return `list of ${range(schema.items)}`;
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const whole = (x: number | undefined): x is number => x !== undefined && Math.abs(x) !== Number.MAX_SAFE_INTEGER;
  return [
    schema.type ?? "any",
    ...(exclusiveMinimum === undefined ? (whole(minimum) ? [`from ${minimum}`] : []) : [`above ${exclusiveMinimum}`]),
    ...(exclusiveMaximum === undefined ? (whole(maximum) ? [`to ${maximum}`] : []) : [`below ${exclusiveMaximum}`]),
  ].join(" ");
}
