/** `guerdon reproduce ID | --room R | --all`: runs published claims again. From a checkout; the package ships recorded results. */
import { InvalidArgumentError, type Command } from "commander";
import type { Phase, ReproductionFile, SystemEntry, SystemResult } from "../../catalog/index.ts";

interface ReproduceFlags {
  readonly room?: string;
  readonly all?: boolean;
  readonly seeds?: number;
  readonly development?: boolean;
  readonly record?: boolean;
  readonly json?: boolean;
}

const FAULT = 1;
const NOT_SHOWN = 100;

export function register(program: Command): void {
  program
    .command("reproduce")
    .summary("run published claims again")
    .description("Run the reproduction of a system, of a room or of all, and check the claim. Exit code 0: all shown, 100: a claim is not shown. Needs a checkout.")
    .argument("[id]", "id of a system, such as s013")
    .option("--room <room>", "every system of this room")
    .option("--all", "every system")
    .option("--seeds <n>", "seeds, instead of the reproduction's own number", wholeNumber)
    .option("--development", "run on development seeds, which show nothing: for finding a setting")
    .option("--record", "write the results into catalog/evidence.json")
    .option("--json", "print one JSON object: {levels, systems}")
    .action(reproduce);
}

async function reproduce(id: string | undefined, flags: ReproduceFlags): Promise<void> {
  const [{ GuerdonError }, catalog] = await Promise.all([import("../../core/errors.ts"), import("../../catalog/index.ts")]);
  if ([id, flags.room, flags.all].filter((given) => given !== undefined).length !== 1) throw new GuerdonError("usage", "reproduce: one of ID, --room and --all must be given");
  if (flags.record === true && (flags.development === true || flags.seeds !== undefined))
    throw new GuerdonError("usage", "reproduce: --record must not come with --development or --seeds");
  const rows = await catalog.systems();
  const files = await chosen(id, flags, catalog.reproductionFiles);

  const stop = new AbortController();
  const interrupted = (): void => stop.abort(new GuerdonError("state", "reproduce: stopped"));
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
  const line = progressLine();
  const results: SystemResult[] = [];
  const faults: string[] = [];
  try {
    for (const [at, file] of files.entries()) {
      const row = rowOf(rows, file);
      const phase: Phase = flags.development === true ? "development" : "confirmation";
      try {
        const reproduction = await catalog.loadReproduction(file);
        results.push(
          await reproduction.run({
            clock: () => performance.now(),
            findMethod: catalog.findMethod,
            home: row.home,
            target: row.target,
            phase,
            signal: stop.signal,
            progress: (arm, done, seeds) => line.update(`${at + 1}/${files.length} ${file.system} ${arm}: seed ${done} of ${seeds}`),
            ...(flags.seeds === undefined ? {} : { seeds: flags.seeds }),
          }),
        );
      } catch (error) {
        // A refused reproduction is a fault of that one; the others still run, and the exit code tells.
        if (stop.signal.aborted || !(error instanceof GuerdonError)) throw error;
        faults.push(`${file.system}: ${error.message}`);
      }
    }
  } finally {
    process.off("SIGINT", interrupted);
    process.off("SIGTERM", interrupted);
    line.clear();
  }
  if (flags.record === true) await catalog.recordEvidence(results);
  const report = catalog.reportOf(results, rows);
  process.stdout.write(flags.json === true ? `${JSON.stringify(report)}\n` : `${catalog.renderReport(report)}\n`);
  for (const fault of faults) process.stderr.write(`refused: ${fault}\n`);
  if (faults.length > 0) process.exitCode = FAULT;
  else if (results.some((result) => !result.shown)) process.exitCode = NOT_SHOWN;
}

async function chosen(id: string | undefined, flags: ReproduceFlags, reproductionFiles: () => Promise<ReproductionFile[]>): Promise<ReproductionFile[]> {
  const { GuerdonError, suggestion } = await import("../../core/errors.ts");
  const all = await reproductionFiles();
  const files = all.filter((file) => flags.all === true || file.system === id || file.room === flags.room);
  if (files.length > 0) return files;
  const [name, known] = id === undefined ? [flags.room ?? "", [...new Set(all.map((file) => file.room))]] : [id, all.map((file) => file.system)];
  throw new GuerdonError("usage", `reproduce: there is no reproduction of ${JSON.stringify(name)}; there are ${known.join(", ")}${suggestion(name, known)}`);
}

function rowOf(rows: readonly SystemEntry[], file: ReproductionFile): SystemEntry {
  const row = rows.find((entry) => entry.id === file.system);
  if (row === undefined) throw new Error(`reproduce: ${file.system} is no row of the catalogue`);
  return row;
}

/** One line on standard error that is written over; nothing where that is no terminal. */
function progressLine(): { update(text: string): void; clear(): void } {
  const { stderr } = process;
  let drawn = false;
  return {
    update(text) {
      if (!stderr.isTTY) return;
      drawn = true;
      stderr.write(`\r\x1b[K${text.slice(0, Math.max(20, (stderr.columns ?? 80) - 1))}`);
    },
    clear() {
      if (drawn) stderr.write("\r\x1b[K");
    },
  };
}

function wholeNumber(text: string): number {
  const n = Number(text);
  if (!Number.isSafeInteger(n) || n < 1) throw new InvalidArgumentError("must be a whole number of at least 1");
  return n;
}
