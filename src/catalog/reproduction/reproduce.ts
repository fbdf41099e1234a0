/**
 * The reproduction harness. A reproduction says what a published claim is and how one seed of it is run; everything that
 * makes the answer trustworthy is here and the same for all: seeds, arms, equal budgets, statistics, and the checks that
 * could sink it.
 *
 * Arms. All run the same `run` on the same seeds; they differ only in the methods they are given:
 * - treatment: the library's methods, counted;
 * - ablation: the same code with one term off, so `methods` only;
 * - rival: the strongest simple alternative at an equal budget, `methods` or a `run` of its own;
 * - should not help: treatment and ablation in a second `setting`;
 * - replaced: for each used method, its control from the ablation where that is not the ablation itself, its sign turned,
 *   and its `controls.replacements`.
 *
 * Measures. A compared measure is shown when the gain of the treatment over the ablation, and over the rival, has a lower
 * bound above `margin`; an exact measure when it is at most `within` on every seed. Levels `mechanism` and `trained` need a
 * compared measure; `identity` and `protocol` rest on exact ones (a deviation from the theorem or the published number),
 * which the ablation must then break.
 *
 * Shown means that every check holds: all measures; no gain beyond the margin where none is due (upper bound); every used
 * method breaks some measure when replaced, and every measure is broken by some method turned or replaced (the ablation
 * cannot beat itself, so its control proves nothing of a measure); confirmation seeds; within the time limit. Every check
 * could fail. What cannot be an experiment at all is refused with a SpecError: a method that is not the library's, one that
 * was never called, arms that spend different budgets, margins that nothing can miss.
 */
import type { Method } from "../../core/method.ts";
import { checkDefinition, type Claim, type Level, type ReproductionDefinition } from "./definition.ts";
import type { RunOptions, SystemResult } from "./result.ts";
import { runReproduction } from "./run.ts";

/** A reproduction ready to run, its types erased. */
export interface Reproduction {
  readonly system: string;
  readonly level: Level;
  /** Ids of the methods used; the catalogue's links are derived from these. */
  readonly uses: readonly string[];
  readonly claim: Claim<string>;
  run(options: RunOptions): Promise<SystemResult>;
}

/** Defines a reproduction; nothing runs before `.run`. @throws SpecError where the definition cannot be a fair experiment */
export function reproduce<const Methods extends readonly Method[], Setting, Name extends string>(
  definition: ReproductionDefinition<Methods, Setting, Name>,
): Reproduction {
  checkDefinition(definition);
  return {
    system: definition.system,
    level: definition.level,
    uses: definition.uses.map((method) => method.record.id),
    claim: definition.claim,
    run: (options) => runReproduction(definition, options),
  };
}
