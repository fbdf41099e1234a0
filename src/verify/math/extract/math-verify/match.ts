/** What Math-Verify's extraction finds, and how much of it is looked at. */
import type { Hit, Range } from "../types.ts";

/** One match: the parts of one answer, and its extent for the order of trial. */
export interface Match extends Range {
  readonly parts: readonly Hit[];
}

/** Only so many of the last matches and anchors of a kind are tried. */
export const MOST = 64;
