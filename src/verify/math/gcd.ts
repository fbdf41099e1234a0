/** Greatest common divisors of integers of any length. */

/** Number of bits of |x|. */
export function bitLength(x: bigint): number {
  if (x < 0n) x = -x;
  if (x < 0x20000000000000n) {
    const n = Number(x);
    return n < 4294967296 ? 32 - Math.clz32(n) : 64 - Math.clz32(n / 4294967296);
  }
  const hex = x.toString(16);
  return (hex.length - 1) * 4 + 32 - Math.clz32(Number.parseInt(hex[0]!, 16));
}

/**
 * Greatest common divisor. Long numbers go by Lehmer's method: the quotients of Euclid's steps are read off the leading 48 bits,
 * and about 20 of them are applied at once.
 */
export function gcd(a: bigint, b: bigint): bigint {
  if (a < 0n) a = -a;
  if (b < 0n) b = -b;
  if (a < b) [a, b] = [b, a];
  while (b > 0x10000000000000000000000000000000n) {
    const shift = BigInt(bitLength(a) - 48);
    let x = Number(a >> shift);
    let y = Number(b >> shift);
    let [s, t, u, v] = [1, 0, 0, 1];
    for (;;) {
      if (y + u === 0 || y + v === 0) break;
      const q = Math.floor((x + s) / (y + u));
      if (q !== Math.floor((x + t) / (y + v))) break;
      [s, u] = [u, s - q * u];
      [t, v] = [v, t - q * v];
      [x, y] = [y, x - q * y];
      if (Math.abs(u) > 2 ** 24 || Math.abs(v) > 2 ** 24) break;
    }
    if (t === 0) [a, b] = [b, a % b];
    else {
      const c = a;
      a = BigInt(s) * c + BigInt(t) * b;
      b = BigInt(u) * c + BigInt(v) * b;
      if (a < 0n) a = -a;
      if (b < 0n) b = -b;
      if (a < b) [a, b] = [b, a];
    }
  }
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
