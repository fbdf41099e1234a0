/** Choosing among candidates: a screen before anything is run on one, and the account of what stays and what goes. */

/** Why a candidate is not run at all. */
export type ScreenedOut = "duplicate" | "not-valid";

/** Lets a candidate pass where nothing of its key was there before, `had` included, and it is valid; else says why not. */
export function screen<Candidate>(valid: (candidate: Candidate) => boolean, had: readonly string[] = []): (candidate: Candidate, key: string) => ScreenedOut | null {
  const seen = new Set(had);
  return (candidate, key) => {
    if (seen.has(key)) return "duplicate";
    seen.add(key);
    return valid(candidate) ? null : "not-valid";
  };
}

/** What is kept, in order, and how many are dropped, by the reason. */
export interface Sieve<Kept, Why extends string> {
  readonly kept: readonly Kept[];
  readonly dropped: Readonly<Record<Why, number>>;
  /** Keeps an item; gives it back for its event. */
  readonly keep: (item: Kept) => Kept;
  /** Counts what is dropped; gives the reason back for its event. */
  readonly drop: (why: Why) => Why;
}

/** A sieve that nothing went through yet. @param none 0 of every reason */
export function sieve<Kept, Why extends string>(none: Readonly<Record<Why, 0>>): Sieve<Kept, Why> {
  const kept: Kept[] = [];
  const dropped: Record<Why, number> = { ...none };
  return {
    kept,
    dropped,
    keep(item) {
      kept.push(item);
      return item;
    },
    drop(why) {
      dropped[why]++;
      return why;
    },
  };
}
