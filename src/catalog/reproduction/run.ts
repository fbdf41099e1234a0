/** Runs a reproduction: its arms over the seeds, then the checks of `arms.ts`. */
import { NonFiniteError, ShapeError, show, SpecError } from "../../core/errors.ts";
import type { Method } from "../../core/method.ts";
import { randomStream } from "../../core/random.ts";
import { VERSION } from "../../core/version.ts";
import { createMeter, type Budget } from "../../lab/meter.ts";
import { armResults, checkArms, requireEqualBudgets, type ReplacedSheet, type Sheet, type Sheets } from "./arms.ts";
import { isCompared, isExactLevel, type ReproductionDefinition, type Run } from "./definition.ts";
import { counted, turned, type Counted } from "./instrument.ts";
import { TIME_LIMIT_SECONDS, type Check, type RunOptions, type SystemResult } from "./result.ts";
import { seedsOf } from "./seeds.ts";

const DEFAULT_SEEDS = 16;

/** Runs one arm over all seeds. */
type RunArm<Methods extends readonly Method[], Setting, Name extends string> = (
  text: string,
  methods: Methods,
  setting: Setting,
  run?: Run<Methods, Setting, Name> | undefined,
) => Promise<Sheet>;

/** Thrown between runs when the time is used up; the result says so. */
class TimeLimit extends Error {}

export async function runReproduction<Methods extends readonly Method[], Setting, Name extends string>(
  definition: ReproductionDefinition<Methods, Setting, Name>,
  options: RunOptions,
): Promise<SystemResult> {
  const { system, level, uses, claim, earlier = [] } = definition;
  const round = earlier.length + 1;
  const { clock, home, target, phase = "confirmation" } = options;
  for (const { record } of uses)
    if (!uses.includes(await options.findMethod(record.id))) throw new SpecError(`reproduce: ${system} must use the library's ${record.id}, got another method of that id`, { system });

  const seeds = seedsOf(system, phase, options.seeds ?? definition.seeds ?? DEFAULT_SEEDS, round);
  const counts = uses.map((method) => counted(method));
  const start = clock();
  const seconds = (): number => (clock() - start) / 1000;
  let sheets: Sheets | null = null;
  try {
    sheets = await runArms(definition, counts, armRunner(definition, seeds, options, seconds));
  } catch (error) {
    if (!(error instanceof TimeLimit)) throw error;
  }
  const checks: Check[] = [
    ...(sheets === null ? [] : checkArms(level, claim.measures, sheets)),
    { holds: sheets !== null && seconds() <= TIME_LIMIT_SECONDS, text: `takes at most ${TIME_LIMIT_SECONDS} s` },
    { holds: phase === "confirmation", text: "was run on confirmation seeds" },
  ];
  const reasons = checks.filter((check) => !check.holds).map((check) => `fails: ${check.text}`);
  return {
    id: system,
    home,
    level,
    target,
    shown: reasons.length === 0,
    reasons,
    claim,
    uses: uses.map(({ record }) => record.id),
    phase,
    seeds: seeds.length,
    round,
    earlier,
    version: VERSION,
    calls: Object.fromEntries(uses.map(({ record }, i) => [record.id, counts[i]!.calls()])),
    arms: sheets === null ? null : armResults(claim.measures, sheets),
    checks,
    seconds: Math.round(seconds() * 100) / 100,
  };
}

async function runArms<Methods extends readonly Method[], Setting, Name extends string>(
  definition: ReproductionDefinition<Methods, Setting, Name>,
  counts: readonly Counted<Method>[],
  arm: RunArm<Methods, Setting, Name>,
): Promise<Sheets> {
  const { system, level, uses, setting, controls, shouldNotHelp, unequal = {} } = definition;
  const { ablation: off, rival: other } = controls;

  const treatment = await arm(uses.map(({ record }) => record.id).join(", "), counts.map(({ method }) => method) as unknown as Methods, setting);
  counts.forEach(({ calls }, i) => {
    if (calls() < treatment.budgets.length)
      throw new SpecError(`reproduce: ${system} must call ${uses[i]!.record.id} on every seed, got ${calls()} calls on ${treatment.budgets.length} seeds`, { system, method: uses[i]!.record.id });
  });
  if (!isExactLevel(level) && treatment.budgets.some((budget) => Object.keys(budget).length === 0))
    throw new SpecError(`reproduce: ${system} must report what it spends through the meter, got nothing`, { system });

  const ablation = await arm(off.text, off.methods, setting);
  requireEqualBudgets(system, treatment, "ablation", ablation, unequal);
  const rival = "none" in other ? null : await arm(other.text, other.methods ?? uses, setting, other.run);
  if (rival !== null) requireEqualBudgets(system, treatment, "rival", rival, unequal);

  const elsewhere =
    "none" in shouldNotHelp
      ? null
      : {
          treatment: await arm(shouldNotHelp.text, uses, shouldNotHelp.setting),
          ablation: await arm(shouldNotHelp.text, off.methods, shouldNotHelp.setting),
          margins: shouldNotHelp.margins ?? {},
        };

  const replaced: ReplacedSheet[] = [];
  for (const [index, method] of uses.entries())
    for (const { by, opposed, stand } of standsFor(definition, method, index)) {
      const methods = uses.with(index, stand) as unknown as Methods;
      if (methods.every((m, i) => m === off.methods[i])) continue;
      replaced.push({ method: method.record.id, by, opposed, sheet: await arm(by, methods, setting) });
    }
  return { treatment, ablation, rival, elsewhere, replaced };
}

/**
 * What must make the claim fail in a used method's place: its control, its sign turned, the author's replacement.
 * A stand-in that makes the arm the ablation is left out: that comparison is made already, and the ablation cannot beat itself.
 */
function standsFor<Methods extends readonly Method[], Setting, Name extends string>(
  { controls }: ReproductionDefinition<Methods, Setting, Name>,
  method: Method,
  index: number,
): { by: string; opposed: boolean; stand: Method }[] {
  const control = controls.ablation.methods[index]!;
  const given = controls.replacements?.[method.record.id];
  return [
    ...(control === method ? [] : [{ by: "its control", opposed: false, stand: control }]),
    ...(method.record.kind === "procedure" ? [] : [{ by: "its sign turned", opposed: true, stand: turned(method) }]),
    ...(given === undefined ? [] : [{ by: given.text, opposed: true, stand: given.method }]),
  ];
}

function armRunner<Methods extends readonly Method[], Setting, Name extends string>(
  definition: ReproductionDefinition<Methods, Setting, Name>,
  seeds: readonly number[],
  { signal, progress }: RunOptions,
  seconds: () => number,
): RunArm<Methods, Setting, Name> {
  const { system, claim } = definition;
  const names = Object.keys(claim.measures) as Name[];
  return async (text, methods, setting, run = definition.run) => {
    const values = Object.fromEntries(names.map((name) => [name, [] as number[]]));
    const budgets: Budget[] = [];
    for (const seed of seeds) {
      await new Promise((resume) => setImmediate(resume));
      signal?.throwIfAborted();
      if (seconds() > TIME_LIMIT_SECONDS) throw new TimeLimit();
      const meter = createMeter();
      const measured = await run(methods, { setting, seed, random: randomStream(seed), meter });
      for (const name of names) {
        const value = measured[name];
        if (!Number.isFinite(value)) throw new NonFiniteError(`reproduce: ${system} ${name} must be finite on seed ${seed} (${text}), got ${show(value)}`, { system, name, seed });
        if (!isCompared(claim.measures[name]) && value < 0) throw new ShapeError(`reproduce: ${system} ${name} must be a deviation of at least 0 (${text}), got ${show(value)}`, { system, name, seed });
        values[name]!.push(value);
      }
      budgets.push(meter.spent);
      progress?.(text, budgets.length, seeds.length);
    }
    return { text, values, budgets };
  };
}
