/** What the harness gives: one result a system, and the table of them by level. */
import type { Method } from "../../core/method.ts";
import type { Budget } from "../../lab/meter.ts";
import type { Claim, EarlierRound, Level } from "./definition.ts";
import type { Phase } from "./seeds.ts";

/** Seconds one reproduction may take. */
export const TIME_LIMIT_SECONDS = 20;

/** What running a reproduction needs from outside. */
export interface RunOptions {
  /** Milliseconds of a monotonic clock. */
  readonly clock: () => number;
  /** The library's method of an id. */
  readonly findMethod: (id: string) => Promise<Method>;
  /** Facts of the catalogue row. */
  readonly home: string;
  readonly target: Level;
  readonly phase?: Phase;
  readonly seeds?: number;
  readonly signal?: AbortSignal;
  /** Called after every seed of an arm. */
  readonly progress?: (arm: string, done: number, seeds: number) => void;
}

/** Gain of the treatment over another arm, in the claimed direction: median of the paired differences and its bounds. */
export interface Gain {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** One arm: medians over seeds, what a seed spent, and the treatment's gain over it. */
export interface ArmResult {
  readonly text: string;
  readonly measures: Readonly<Record<string, number>>;
  readonly budget: Budget;
  readonly gains: Readonly<Record<string, Gain>>;
}

/** A used method replaced, and the measures this broke. */
export interface ReplacedResult {
  readonly method: string;
  readonly by: string;
  readonly breaks: readonly string[];
}

export interface Arms {
  readonly treatment: ArmResult;
  readonly ablation: ArmResult;
  readonly rival: ArmResult | null;
  /** Treatment in the setting where it should not help; gains are over the ablation there. */
  readonly shouldNotHelp: ArmResult | null;
  readonly replaced: readonly ReplacedResult[];
}

/** One thing that had to hold. */
export interface Check {
  readonly holds: boolean;
  readonly text: string;
}

export interface SystemResult {
  readonly id: string;
  readonly home: string;
  readonly level: Level;
  readonly target: Level;
  /** Every check holds. */
  readonly shown: boolean;
  /** The checks that do not hold. */
  readonly reasons: readonly string[];
  readonly claim: Claim<string>;
  readonly uses: readonly string[];
  readonly phase: Phase;
  readonly seeds: number;
  /** 1 where the confirmation seeds were drawn once; `earlier` are the rounds before. */
  readonly round: number;
  readonly earlier: readonly EarlierRound[];
  /** Version of the package that was run. */
  readonly version: string;
  /** Calls of each used method in the treatment. */
  readonly calls: Readonly<Record<string, number>>;
  /** Null where it was stopped by the time limit before the arms were complete. */
  readonly arms: Arms | null;
  readonly checks: readonly Check[];
  readonly seconds: number;
}
