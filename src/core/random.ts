/** Random streams: xoshiro128** seeded and split by hashing, so neighbouring seeds share nothing. */
import { sha256Words } from "./sha256.ts";

/** A deterministic stream of random numbers. Split it by name instead of sharing it. */
export interface RandomStream {
  /** Uniform in [0, 1), 53 bits. */
  next(): number;
  /** Uniform integer in [0, n). */
  integer(n: number): number;
  /** Standard normal. */
  normal(): number;
  /** An index drawn with probability proportional to its weight. */
  choice(weights: ArrayLike<number>): number;
  /** A new array in random order. */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent stream of (this seed, name, index). */
  split(name: string, index?: number): RandomStream;
}

/** The stream of a seed. @example randomStream(7).integer(10) // => 0 */
export function randomStream(seed: number | string): RandomStream {
  return streamOf(`guerdon/${seed}`);
}

function streamOf(key: string): RandomStream {
  const words = sha256Words(key);
  let a = words[0]!, b = words[1]!, c = words[2]!, d = words[3]! | 1;
  let spare: number | undefined;
  const word = (): number => {
    const x = Math.imul(b, 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9);
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result >>> 0;
  };
  const next = (): number => ((word() >>> 5) * 67108864 + (word() >>> 6)) / 9007199254740992;
  const integer = (n: number): number => Math.floor(next() * n);
  return {
    next,
    integer,
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      const angle = 2 * Math.PI * next();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    choice(weights) {
      let total = 0;
      for (let i = 0; i < weights.length; i++) total += weights[i]!;
      let left = next() * total;
      for (let i = 0; i < weights.length; i++) {
        left -= weights[i]!;
        if (left < 0) return i;
      }
      return weights.length - 1;
    },
    shuffle(items) {
      const out = items.slice();
      for (let i = out.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        const held = out[i]!;
        out[i] = out[j]!;
        out[j] = held;
      }
      return out;
    },
    split: (name, index = 0) => streamOf(`${key}/${name}/${index}`),
  };
}
