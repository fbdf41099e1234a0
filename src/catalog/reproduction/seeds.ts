/** Seeds of reproductions: confirmation draws never meet the draws a setting was developed on. */
import { sha256Words } from "../../core/sha256.ts";

/**
 * `development` seeds are for finding a setting; only `confirmation` seeds show a claim.
 * A confirmation result that was looked at and then tuned against is development too: its round goes to `earlier` in the reproduction, and new seeds are drawn.
 */
export type Phase = "development" | "confirmation";

/**
 * The first `count` seeds of a system: hashes of (system, phase, round, index), never neighbours of one another.
 * The lowest bit is the phase, so the two sets are disjoint by construction.
 */
export function seedsOf(system: string, phase: Phase, count: number, round: number = 1): number[] {
  const bit = phase === "confirmation" ? 1 : 0;
  const seeds = new Set<number>();
  for (let index = 0; seeds.size < count; index++) seeds.add(((sha256Words(`reproduce/${system}/${phase}/${round}/${index}`)[0]! & ~1) | bit) >>> 0);
  return [...seeds];
}
