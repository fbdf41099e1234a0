#!/usr/bin/env node
/** The terminal: one file a command, loaded when it is named. */
import * as nodeModule from "node:module";
import { inspect } from "node:util";
import { Command, CommanderError } from "commander";
import { GuerdonError, suggestion, type ErrorCode } from "../core/errors.ts";
import { VERSION } from "../core/version.ts";
import { tameLines } from "./tame.ts";

// Commands are loaded when they are named; from the second start on their code is read compiled, which saves a third of the start.
if (typeof nodeModule.enableCompileCache === "function") nodeModule.enableCompileCache();

type Register = (program: Command) => void;

const COMMANDS: Readonly<Record<string, () => Promise<{ readonly register: Register }>>> = {
  score: () => import("./commands/score.ts"),
  audit: () => import("./commands/audit.ts"),
  diff: () => import("./commands/diff.ts"),
  scoreboard: () => import("./commands/scoreboard.ts"),
  worker: () => import("./commands/worker.ts"),
  verify: () => import("./commands/verify.ts"),
  serve: () => import("./commands/serve.ts"),
  methods: () => import("./commands/methods.ts"),
  systems: () => import("./commands/systems.ts"),
  reproduce: () => import("./commands/reproduce.ts"),
};

/** Exit codes: 0 done or correct, 1 fault, 2 wrong usage, 100 threshold missed or not correct, 101 undecided. */
const FAULT = 1;
const USAGE = 2;

/** Errors of the caller; all others are faults. */
const USAGE_CODES: ReadonlySet<ErrorCode> = new Set(["usage", "option", "spec", "unknown-method"]);

async function main(given: readonly string[]): Promise<void> {
  const { debug, args } = withoutDebug(given);
  // A reader that goes away, as `| head` does, is told by the failing write; the event must not end the process before.
  process.stdout.on("error", () => undefined);
  try {
    await run(args);
  } catch (error) {
    process.exitCode = report(error, debug);
  }
}

async function run(args: readonly string[]): Promise<void> {
  const program = new Command("guerdon")
    .description("The reward engine for language models that reason and act.")
    .version(VERSION)
    .option("--debug", "print stack traces (also: GUERDON_DEBUG=1)")
    .enablePositionalOptions()
    .showHelpAfterError("(--help shows what there is)")
    .configureOutput({ writeErr: (text) => void process.stderr.write(tameLines(text)) })
    .exitOverride();
  const name = args[0];
  if (name !== undefined && Object.hasOwn(COMMANDS, name)) (await COMMANDS[name]!()).register(program);
  else if (name !== undefined && !name.startsWith("-") && name !== "help")
    throw new GuerdonError("usage", `no command ${JSON.stringify(name)}${suggestion(name, Object.keys(COMMANDS))}`);
  else if (name !== "--version" && name !== "-V") for (const load of Object.values(COMMANDS)) (await load()).register(program);
  if (name === undefined) {
    program.outputHelp({ error: true });
    process.exitCode = USAGE;
    return;
  }
  await program.parseAsync(name === "verify" ? operandsLast(args, program.commands[0]!) : args, { from: "user" });
}

/** Options of the command first, wherever they stood, then `--` and the rest: operands may begin with `-`, as `-\frac12` does. */
function operandsLast([name, ...args]: readonly string[], command: Command): string[] {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const options: string[] = [];
  const operands: string[] = [];
  for (let i = 0; i < end; i++) {
    const arg = args[i]!;
    const flag = arg.split("=", 1)[0]!;
    const known = ["-h", "--help"].includes(arg) ? true : command.options.find((option) => option.long === flag || option.short === flag);
    if (known === undefined) operands.push(arg);
    else {
      options.push(arg);
      if (known !== true && known.required && flag === arg && i + 1 < end) options.push(args[++i]!);
    }
  }
  return [name!, ...options, "--", ...operands, ...args.slice(end + 1)];
}

/** `--debug` may stand anywhere before `--`; commands do not see it. */
function withoutDebug(given: readonly string[]): { readonly debug: boolean; readonly args: readonly string[] } {
  const end = given.includes("--") ? given.indexOf("--") : given.length;
  const args = given.filter((arg, i) => arg !== "--debug" || i > end);
  return { debug: args.length < given.length || Boolean(process.env.GUERDON_DEBUG), args };
}

/** Tells the user what went wrong, in one line unless asked for more; returns the exit code. */
function report(error: unknown, debug: boolean): number {
  // Help and version end by this error too; commander has printed what there is to say.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  if (error instanceof Error && isClosedPipe(error)) return FAULT;
  if (debug) console.error(tameLines(inspect(error)));
  else if (error instanceof GuerdonError) console.error(`guerdon: ${tameLines(error.message)}`);
  else console.error(`guerdon: unexpected: ${tameLines(error instanceof Error ? error.message : String(error))} (--debug shows where)`);
  return error instanceof GuerdonError && USAGE_CODES.has(error.code) ? USAGE : FAULT;
}

/** The reader of our output has gone, as `| head` does: nothing to tell. */
function isClosedPipe(error: Error): boolean {
  const cause = error.cause instanceof Error ? error.cause : error;
  return "code" in cause && cause.code === "EPIPE";
}

const OLDEST_NODE = 24;

// The import above takes the module whole: an older Node has not all of its exports, and would stop before it could be told why.
if (Number.parseInt(process.versions.node, 10) >= OLDEST_NODE) void main(process.argv.slice(2));
else {
  console.error(`guerdon needs Node ${OLDEST_NODE} or later, got ${process.version}`);
  process.exitCode = FAULT;
}

