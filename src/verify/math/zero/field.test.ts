import { describe, expect, it } from "vitest";
import { atom, FIELD, largeField, modInverse, modPower, primeRoot, rootOfUnity } from "./field.ts";
import { bitLength } from "../gcd.ts";

const { p, order } = FIELD;

/** Miller–Rabin with fixed bases: no composite of this form passes all of them by accident. */
function isPrime(n: bigint): boolean {
  let odd = n - 1n;
  let twos = 0;
  while (odd % 2n === 0n) {
    odd /= 2n;
    twos++;
  }
  for (const base of [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n]) {
    let x = modPower(base, odd, n);
    if (x === 1n || x === n - 1n) continue;
    let witness = true;
    for (let k = 1; k < twos && witness; k++) {
      x = (x * x) % n;
      if (x === n - 1n) witness = false;
    }
    if (witness) return false;
  }
  return true;
}

const PRIMES = [3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79];

describe("the prime field", () => {
  it("is a field of 256 bits with the roots of unity", () => {
    expect(isPrime(p)).toBe(true);
    expect(bitLength(p)).toBe(256);
    expect((p - 1n) % order).toBe(0n);
    expect(order).toBe(PRIMES.reduce((n, q) => n * BigInt(q), 2n ** 5n * 3n ** 2n * 5n * 7n));
  });

  it("has a primitive root of unity", () => {
    expect(rootOfUnity(1n, order)).not.toBe(1n);
    expect(modPower(rootOfUnity(1n, order)!, order, p)).toBe(1n);
    for (const q of [2, ...PRIMES]) expect(modPower(rootOfUnity(1n, order)!, order / BigInt(q), p)).not.toBe(1n);
    const i = rootOfUnity(1n, 4n)!;
    expect((i * i) % p).toBe(p - 1n);
    expect(rootOfUnity(1n, 101n)).toBeNull();
  });

  // ∏ 2·sin(πk/q) over k = 1 … (q−1)/2 is +√q: an identity of the reals that fixes the sign.
  it.each(PRIMES)("√%i has the sign of the real embedding", (q) => {
    const root = primeRoot(BigInt(q), 1n, 2n)!;
    expect((root * root) % p).toBe(BigInt(q));
    const over = modInverse(rootOfUnity(1n, 4n)!, p);
    let product = 1n;
    for (let k = 1; k <= (q - 1) / 2; k++) {
      const w = rootOfUnity(BigInt(k), BigInt(2 * q))!;
      product = (((product * ((w - modInverse(w, p) + p) % p)) % p) * over) % p;
    }
    expect(product).toBe(root);
  });

  it("√2 is 2·cos(π/4)", () => {
    const w = rootOfUnity(1n, 8n)!;
    expect(primeRoot(2n, 1n, 2n)).toBe((w + modInverse(w, p)) % p);
  });

  it.each([2n, 3n, 5n, 7n, 11n])("%i has compatible roots to the twelfth", (q) => {
    const tau = primeRoot(q, 1n, 12n)!;
    expect(modPower(tau, 12n, p)).toBe(q);
    expect(modPower(tau, 6n, p)).toBe(primeRoot(q, 1n, 2n));
    expect(primeRoot(q, 1n, 3n)).toBe(modPower(tau, 4n, p));
    expect(primeRoot(q, 1n, 5n)).toBeNull();
  });

  it("names atoms once and for ever (value by Python's hashlib)", () => {
    expect(atom("symbol|0|x", FIELD)).toBe(atom("symbol|0|x", FIELD));
    expect(atom("symbol|0|x", FIELD)).not.toBe(atom("symbol|0|y", FIELD));
    expect(atom("symbol|0|x", FIELD)).toBe(33042430194403411765090122486333787768233389201029034638169816071639455476620n);
  });

  it("has longer primes for longer coefficients", () => {
    expect(largeField(300)!.p).toBe(2n ** 521n - 1n);
    expect(isPrime(largeField(300)!.p)).toBe(true);
    expect(largeField(50_000)).toBeNull();
  });
});
