/** Prime factors by bounded trial division. */
import type { Meter } from "../limits.ts";
import { bitLength } from "../gcd.ts";
import { cost, integerRoot } from "./rational.ts";

const LIMIT = 2_000;

const PRIMES: readonly bigint[] = /* @__PURE__ */ sieve();

function sieve(): bigint[] {
  const out: bigint[] = [];
  const composite = new Uint8Array(LIMIT + 1);
  for (let n = 2; n <= LIMIT; n++) {
    if (composite[n]) continue;
    out.push(BigInt(n));
    for (let k = n * n; k <= LIMIT; k += n) composite[k] = 1;
  }
  return out;
}

/**
 * Factors n ≥ 1 into powers. A cofactor without small primes stands as one base, after its perfect squares and cubes are opened;
 * that is enough for the callers, who need multiplicative bases and not primality.
 */
export function factor(n: bigint, meter: Meter): ReadonlyMap<bigint, number> {
  const out = new Map<bigint, number>();
  let rest = n;
  const bits = bitLength(n);
  for (const q of PRIMES) {
    if (rest === 1n) return out;
    if (q * q > rest) break;
    meter.spend(1 + (bits >> 10));
    let count = 0;
    while (rest % q === 0n) {
      rest /= q;
      count++;
    }
    if (count > 0) out.set(q, count);
  }
  if (rest === 1n) return out;
  for (const k of [2, 3, 5, 7]) {
    meter.spend(4 * cost(bitLength(rest)));
    const base = integerRoot(rest, k);
    if (base ** BigInt(k) === rest) {
      for (const [q, count] of factor(base, meter)) out.set(q, (out.get(q) ?? 0) + count * k);
      return out;
    }
  }
  out.set(rest, (out.get(rest) ?? 0) + 1);
  return out;
}
