/** Rates of tokens: what a client may ask for in a second, by a bucket that fills evenly, so that one client does not take the time of all. */
import { RETRY_SECONDS } from "./faults.ts";

/** What the tokens of one name may ask for, together. */
export interface Rate {
  /** Requests a second. */
  readonly requests?: number;
  /** Requests that may come at once after a while without; a second's, where it is not said. */
  readonly burst?: number;
  /** Items a second. How many a request has is known when it is scored, so that one that is begun is finished, and the next waits until it is made up for. */
  readonly items?: number;
}

/** Which of them is used up. */
export type RateName = "requests" | "items";

/** What a client that asks for too much is told. */
export interface TooFast {
  readonly rate: RateName;
  /** Whole seconds, at least one. */
  readonly afterSeconds: number;
  readonly message: string;
}

const SETTING = /^(requests|burst|items)=(\d+(?:\.\d+)?)$/;

/** Reads the settings among the words of a name; null where one of them is wrong. */
export function readRate(words: readonly string[]): { readonly name: string; readonly rate: Rate | null } | null {
  const rate: { requests?: number; burst?: number; items?: number } = {};
  const name = words.filter((word) => !word.includes("="));
  for (const word of words.filter((each) => each.includes("="))) {
    const [, key, text] = SETTING.exec(word) ?? [];
    const value = Number(text);
    if (key === undefined || value <= 0 || key in rate || (key === "burst" && value < 1)) return null;
    rate[key as keyof typeof rate] = value;
  }
  if (rate.burst !== undefined && rate.requests === undefined) return null;
  return { name: name.join(" "), rate: name.length === words.length ? null : rate };
}

/** Fills evenly up to a bound. It may be drawn below nothing. */
class Bucket {
  readonly #perSecond: number;
  readonly #most: number;
  #level: number;
  #atMs: number;

  constructor(perSecond: number, most: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#most = most;
    this.#level = most;
    this.#atMs = nowMs;
  }

  /** Seconds until it has one; 0 where it has. */
  wait(nowMs: number): number {
    this.#level = Math.min(this.#most, this.#level + ((nowMs - this.#atMs) / 1000) * this.#perSecond);
    this.#atMs = nowMs;
    return this.#level >= 1 ? 0 : (1 - this.#level) / this.#perSecond;
  }

  draw(count: number): void {
    this.#level -= count;
  }
}

interface Buckets {
  readonly rate: Rate;
  readonly requests: Bucket | null;
  readonly items: Bucket | null;
}

/** Buckets by the names of tokens. */
export class Rates {
  #buckets: ReadonlyMap<string, Buckets> = new Map();

  /** Takes the rates of tokens that were read; a name whose rate stays keeps its bucket as full as it is. */
  set(tokens: readonly { readonly name: string; readonly rate: Rate | null }[], nowMs: number): void {
    const next = new Map<string, Buckets>();
    for (const { name, rate } of tokens) {
      if (rate === null) continue;
      const kept = this.#buckets.get(name);
      if (kept !== undefined && isSame(kept.rate, rate)) next.set(name, kept);
      else next.set(name, { rate, requests: bucketOf(rate.requests, rate.burst, nowMs), items: bucketOf(rate.items, undefined, nowMs) });
    }
    this.#buckets = next;
  }

  /** Counts a request of a token; what it is told where it has asked for too much, which is not counted. */
  ask(name: string | null, nowMs: number): TooFast | null {
    const buckets = name === null ? undefined : this.#buckets.get(name);
    if (buckets === undefined) return null;
    const { rate, requests, items } = buckets;
    const waits = { requests: requests?.wait(nowMs) ?? 0, items: items?.wait(nowMs) ?? 0 };
    if (waits.requests === 0 && waits.items === 0) {
      requests?.draw(1);
      return null;
    }
    const used: RateName = waits.requests >= waits.items ? "requests" : "items";
    const afterSeconds = Math.max(RETRY_SECONDS, Math.ceil(waits[used]));
    return { rate: used, afterSeconds, message: `this token may ask for ${rate[used]} ${used} a second; ask again in ${afterSeconds} s` };
  }

  /** Items of a request of a token were scored. */
  scored(name: string | null, items: number): void {
    if (name !== null && items > 0) this.#buckets.get(name)?.items?.draw(items);
  }
}

function bucketOf(perSecond: number | undefined, burst: number | undefined, nowMs: number): Bucket | null {
  return perSecond === undefined ? null : new Bucket(perSecond, Math.max(1, burst ?? perSecond), nowMs);
}

/** True of two rates that say the same. */
export function isSame(one: Rate | null, other: Rate | null): boolean {
  return one?.requests === other?.requests && one?.burst === other?.burst && one?.items === other?.items;
}
