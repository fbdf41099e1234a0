/** What a reproduction says of itself. The rules it is held to are told in `reproduce.ts`. */
import type { Method } from "../../core/method.ts";
import { show, SpecError } from "../../core/errors.ts";
import type { RandomStream } from "../../core/random.ts";
import type { BudgetKind, Meter } from "../../lab/meter.ts";

/** How a claim is shown; never added up as one number. */
export type Level = "identity" | "mechanism" | "trained" | "protocol";

export const LEVELS: readonly Level[] = ["identity", "mechanism", "trained", "protocol"];

/** A measure the treatment must move by more than `margin`, at least 0, against ablation and rival. */
export interface ComparedMeasure {
  readonly direction: "higher" | "lower";
  readonly margin: number;
}

/** A deviation, at least 0, that must stay at most `within` on every seed. */
export interface ExactMeasure {
  readonly within: number;
}

export type Measure = ComparedMeasure | ExactMeasure;

export interface Claim<Name extends string> {
  /** What is shown, in one sentence. */
  readonly text: string;
  readonly source: string;
  readonly measures: Readonly<Record<Name, Measure>>;
  /** What this does not show: stronger rivals, settings where it fails. */
  readonly limits?: string;
}

/** What one run of one arm gets. Arms of a seed get equal streams, so they differ by their methods alone. */
export interface RunContext<Setting> {
  readonly setting: Setting;
  readonly seed: number;
  readonly random: RandomStream;
  /** Counts what is spent; lab functions spend themselves. */
  readonly meter: Meter;
}

/** One seed of one arm: the numbers of every measure. */
export type Run<Methods extends readonly Method[], Setting, Name extends string> = (
  methods: Methods,
  context: RunContext<Setting>,
) => Readonly<Record<Name, number>> | Promise<Readonly<Record<Name, number>>>;

/** The same code with one term off. */
export interface Ablation<Methods extends readonly Method[]> {
  readonly text: string;
  readonly methods: Methods;
}

/** The strongest simple alternative: other methods in the same code, or code of its own. */
export interface Rival<Methods extends readonly Method[], Setting, Name extends string> {
  readonly text: string;
  readonly methods?: Methods;
  readonly run?: Run<Methods, Setting, Name>;
}

/** Why an exact claim has no such arm. */
export interface NoArm {
  readonly none: string;
}

export interface Controls<Methods extends readonly Method[], Setting, Name extends string> {
  readonly ablation: Ablation<Methods>;
  /** Only exact levels may have none, with the reason. */
  readonly rival: Rival<Methods, Setting, Name> | NoArm;
  /** Beside the turned sign, by method id: for procedures, which have none, and for measures that a turned sign does not touch. */
  readonly replacements?: Readonly<Record<string, { readonly text: string; readonly method: Method }>>;
}

/** A setting in which the claim's gain must be absent. */
export interface ShouldNotHelp<Setting, Name extends string> {
  readonly text: string;
  readonly setting: Setting;
  /** The most a compared measure may gain, at its upper bound: at most its own margin, which it is where not given. */
  readonly margins?: { readonly [N in Name]?: number };
}

/** A round that was superseded: it stays in the record, so that a second try is seen as one. */
export interface EarlierRound {
  readonly shown: boolean;
  /** Its figures, and what was changed after it. */
  readonly text: string;
}

export interface ReproductionDefinition<Methods extends readonly Method[], Setting, Name extends string> {
  /** Id of the catalogue row. */
  readonly system: string;
  readonly level: Level;
  /** The library's methods under test, in the order `run` gets them. */
  readonly uses: Methods;
  readonly claim: Claim<Name>;
  readonly setting: Setting;
  readonly run: Run<Methods, Setting, Name>;
  readonly controls: Controls<Methods, Setting, Name>;
  /** Only exact levels may have none, with the reason. */
  readonly shouldNotHelp: ShouldNotHelp<Setting, Name> | NoArm;
  /** Seeds by default; 16. */
  readonly seeds?: number;
  /** Rounds whose confirmation results were looked at before the experiment was changed, first to last; each round draws new seeds. */
  readonly earlier?: readonly EarlierRound[];
  /** Budget counters that may differ between arms, each with the reason. */
  readonly unequal?: { readonly [K in BudgetKind]?: string };
}

export function isCompared(measure: Measure): measure is ComparedMeasure {
  return "direction" in measure;
}

/** Levels that rest on exact measures. */
export function isExactLevel(level: Level): boolean {
  return level === "identity" || level === "protocol";
}

/** Refuses a definition that cannot be a fair experiment. @throws SpecError */
export function checkDefinition<Methods extends readonly Method[], Setting, Name extends string>(definition: ReproductionDefinition<Methods, Setting, Name>): void {
  const { system, level, uses, claim, controls, shouldNotHelp } = definition;
  const refuse = (what: string): never => {
    throw new SpecError(`reproduce: ${system} ${what}`, { system });
  };
  const measures = Object.values<Measure>(claim.measures);
  requireMargins(definition, refuse);
  if (uses.length === 0) refuse("must use at least one method, got none");
  if (measures.length === 0) refuse("must measure something, got no measures");
  if (controls.ablation.methods.length !== uses.length) refuse(`must ablate with ${uses.length} methods in the order of uses, got ${controls.ablation.methods.length}`);
  if (controls.ablation.methods.every((method, i) => method === uses[i])) refuse("must ablate at least one method, got the treatment");
  for (const { record } of uses)
    if (record.kind === "procedure" && controls.replacements?.[record.id] === undefined) refuse(`must give controls.replacements for ${record.id}, a procedure, which has no sign to turn`);
  if ("text" in controls.rival && controls.rival.methods === undefined && controls.rival.run === undefined) refuse("must give its rival methods or a run, got neither");
  if (isExactLevel(level)) {
    if (!measures.some((measure) => !isCompared(measure))) refuse(`must have an exact measure at level ${level}, got none`);
    return;
  }
  if (!measures.some(isCompared)) refuse(`must have a compared measure at level ${level}, got none`);
  if ("none" in controls.rival) refuse(`must have a rival at level ${level}, got none`);
  if ("none" in shouldNotHelp) refuse(`must have a setting where it should not help at level ${level}, got none`);
}

/** Margins that something could miss: finite, at least 0, and no wider where the method should not help. */
function requireMargins<Methods extends readonly Method[], Setting, Name extends string>(
  { claim, shouldNotHelp }: ReproductionDefinition<Methods, Setting, Name>,
  refuse: (what: string) => never,
): void {
  const require = (what: string, value: number): void => {
    if (!Number.isFinite(value) || value < 0) refuse(`must have a finite ${what} of at least 0, got ${show(value)}`);
  };
  for (const [name, measure] of Object.entries<Measure>(claim.measures))
    if (isCompared(measure)) require(`margin for ${name}`, measure.margin);
    else require(`\`within\` for ${name}`, measure.within);
  const elsewhere: Readonly<Record<string, number | undefined>> = "none" in shouldNotHelp ? {} : (shouldNotHelp.margins ?? {});
  for (const [name, margin] of Object.entries(elsewhere)) {
    if (margin === undefined) continue;
    const measure = (claim.measures as Readonly<Record<string, Measure | undefined>>)[name];
    if (measure === undefined || !isCompared(measure)) return refuse(`must give shouldNotHelp.margins for compared measures only, got ${name}`);
    require(`shouldNotHelp margin for ${name}`, margin);
    if (margin > measure.margin) refuse(`must have a shouldNotHelp margin for ${name} of at most the claim's ${measure.margin}, got ${margin}`);
  }
}
