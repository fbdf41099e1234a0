/** Arms as numbers: what was measured and spent on every seed, gains between arms, and the checks that follow from them. */
import { SpecError } from "../../core/errors.ts";
import { mean } from "../../core/numeric.ts";
import type { Budget, BudgetKind } from "../../lab/meter.ts";
import { isCompared, isExactLevel, type ComparedMeasure, type Level, type Measure } from "./definition.ts";
import type { ArmResult, Arms, Check, Gain, ReplacedResult } from "./result.ts";
import { medianBounds, SIGNIFICANCE } from "./statistics.ts";

/** The numbers of one arm. */
export interface Sheet {
  readonly text: string;
  /** Measures by name, one entry a seed. */
  readonly values: Readonly<Record<string, readonly number[]>>;
  /** What each seed spent. */
  readonly budgets: readonly Budget[];
}

/** A used method replaced, with the arm that came of it. */
export interface ReplacedSheet {
  readonly method: string;
  readonly by: string;
  /** A stand-in that is not the ablation's control: its sign turned, or the author's replacement. */
  readonly opposed: boolean;
  readonly sheet: Sheet;
}

/** Every arm of a reproduction. */
export interface Sheets {
  readonly treatment: Sheet;
  readonly ablation: Sheet;
  readonly rival: Sheet | null;
  /** Treatment and ablation where it should not help, and the most each measure may gain there. */
  readonly elsewhere: { readonly treatment: Sheet; readonly ablation: Sheet; readonly margins: Readonly<Record<string, number | undefined>> } | null;
  readonly replaced: readonly ReplacedSheet[];
}

type Measures = Readonly<Record<string, Measure>>;

/** Paired over seeds, in the claimed direction. */
function gain(measure: ComparedMeasure, name: string, treatment: Sheet, control: Sheet): Gain {
  const sign = measure.direction === "higher" ? 1 : -1;
  return medianBounds(treatment.values[name]!.map((value, i) => sign * (value - control.values[name]![i]!)));
}

/** The measures that do not come out with this arm as the treatment: by their median, so that doubt is no failure. */
function broken(measures: Measures, arm: Sheet, { ablation, rival }: Sheets): string[] {
  const controls = rival === null ? [ablation] : [ablation, rival];
  return Object.entries(measures)
    .filter(([name, measure]) =>
      isCompared(measure) ? controls.some((control) => gain(measure, name, arm, control).median <= measure.margin) : Math.max(...arm.values[name]!) > measure.within,
    )
    .map(([name]) => name);
}

/** Everything that must hold of the arms for the claim to count as shown. */
export function checkArms(level: Level, measures: Measures, sheets: Sheets): Check[] {
  return [...Object.entries(measures).flatMap(([name, measure]) => measureChecks(name, measure, sheets)), ...replacementChecks(level, measures, sheets)];
}

function measureChecks(name: string, measure: Measure, { treatment, ablation, rival, elsewhere }: Sheets): Check[] {
  if (!isCompared(measure)) {
    const worst = Math.max(...treatment.values[name]!);
    return [{ holds: worst <= measure.within, text: `${name} is at most ${measure.within} on every seed (worst ${digits(worst)})` }];
  }
  const percent = 100 * (1 - SIGNIFICANCE);
  const better = (control: string, sheet: Sheet): Check => {
    const { median, low } = gain(measure, name, treatment, sheet);
    return {
      holds: low > measure.margin,
      text: `${name} is ${measure.direction} than the ${control}'s by more than ${measure.margin} (median gain ${digits(median)}, lower ${percent} % bound ${digits(low)})`,
    };
  };
  const checks = [better("ablation", ablation), ...(rival === null ? [] : [better("rival", rival)])];
  if (elsewhere === null) return checks;
  const most = elsewhere.margins[name] ?? measure.margin;
  const { median, high } = gain(measure, name, elsewhere.treatment, elsewhere.ablation);
  return [...checks, { holds: high <= most, text: `${name} gains at most ${most} where it should not help (median gain ${digits(median)}, upper ${percent} % bound ${digits(high)})` }];
}

function replacementChecks(level: Level, measures: Measures, sheets: Sheets): Check[] {
  const replaced = replacedResults(measures, sheets);
  const opposed = replaced.filter((_, i) => sheets.replaced[i]!.opposed);
  const checks: Check[] = [
    ...replaced.map(({ method, by, breaks }) => ({ holds: breaks.length > 0, text: `the claim fails with ${method} replaced by ${by}` })),
    ...Object.keys(measures).map((name) => ({ holds: opposed.some(({ breaks }) => breaks.includes(name)), text: `${name} fails with some used method turned or replaced` })),
  ];
  if (isExactLevel(level))
    checks.push({ holds: broken(measures, sheets.ablation, sheets).some((name) => !isCompared(measures[name]!)), text: "the ablation breaks an exact measure" });
  return checks;
}

function replacedResults(measures: Measures, sheets: Sheets): ReplacedResult[] {
  return sheets.replaced.map(({ method, by, sheet }) => ({ method, by, breaks: broken(measures, sheet, sheets) }));
}

/** The arms as they are reported. */
export function armResults(measures: Measures, sheets: Sheets): Arms {
  const { treatment, ablation, rival, elsewhere } = sheets;
  const describe = (sheet: Sheet, over?: { readonly treatment: Sheet; readonly control: Sheet }): ArmResult => ({
    text: sheet.text,
    measures: Object.fromEntries(Object.keys(measures).map((name) => [name, digits(medianBounds(sheet.values[name]!).median)])),
    budget: Object.fromEntries(budgetKinds([sheet]).map((kind) => [kind, digits(mean(sheet.budgets.map((budget) => budget[kind] ?? 0)))])),
    gains: Object.fromEntries(
      Object.entries(measures).flatMap(([name, measure]) => {
        if (over === undefined || !isCompared(measure)) return [];
        const { median, low, high } = gain(measure, name, over.treatment, over.control);
        return [[name, { median: digits(median), low: digits(low), high: digits(high) }]];
      }),
    ),
  });
  return {
    treatment: describe(treatment),
    ablation: describe(ablation, { treatment, control: ablation }),
    rival: rival === null ? null : describe(rival, { treatment, control: rival }),
    shouldNotHelp: elsewhere === null ? null : describe(elsewhere.treatment, { treatment: elsewhere.treatment, control: elsewhere.ablation }),
    replaced: replacedResults(measures, sheets),
  };
}

/** Treatment and control must spend the same on every seed, whatever the counter. @throws SpecError */
export function requireEqualBudgets(system: string, treatment: Sheet, name: string, control: Sheet, unequal: { readonly [K in BudgetKind]?: string }): void {
  for (const kind of budgetKinds([treatment, control]).filter((counter) => unequal[counter] === undefined))
    treatment.budgets.forEach((budget, i) => {
      const [ours, theirs] = [budget[kind] ?? 0, control.budgets[i]![kind] ?? 0];
      if (ours !== theirs) throw new SpecError(`reproduce: ${system} must compare arms at equal ${kind}, got ${ours} in the treatment and ${theirs} in the ${name}`, { system, kind });
    });
}

function budgetKinds(sheets: readonly Sheet[]): BudgetKind[] {
  return [...new Set(sheets.flatMap((sheet) => sheet.budgets.flatMap((budget) => Object.keys(budget) as BudgetKind[])))];
}

/** Six significant digits: what is worth printing, and equal on every machine. */
function digits(x: number): number {
  return Number.isFinite(x) ? Number(x.toPrecision(6)) : x;
}
