/** SHA-256 (FIPS 180-4) in plain TypeScript: `core` runs where there is no `node:`. */

const K: Uint32Array = /* @__PURE__ */ roundConstants();

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes, computed exactly. */
function roundConstants(): Uint32Array {
  const out = new Uint32Array(64);
  let filled = 0;
  for (let n = 2; filled < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (!prime) continue;
    // floor(2^32 · cbrt(n)) by integer Newton steps on 2^96·n.
    const target = BigInt(n) << 96n;
    let x = BigInt(Math.floor(Math.cbrt(n) * 2 ** 32));
    while (x * x * x > target) x--;
    while ((x + 1n) * (x + 1n) * (x + 1n) <= target) x++;
    out[filled++] = Number(x & 0xffffffffn);
  }
  return out;
}

const H0: readonly number[] = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

const encoder: TextEncoder = /* @__PURE__ */ new TextEncoder();

/** SHA-256 of UTF-8 text, as eight 32-bit words. */
export function sha256Words(text: string): Uint32Array {
  const bytes = encoder.encode(text);
  const length = bytes.length;
  const padded = new Uint8Array(((length + 8) >> 6 << 6) + 64);
  padded.set(bytes);
  padded[length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(length / 0x20000000));
  view.setUint32(padded.length - 4, (length << 3) >>> 0);
  const h = new Uint32Array(H0);
  const w = new Uint32Array(64);
  for (let offset = 0; offset < padded.length; offset += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(offset + i * 4);
    for (let i = 16; i < 64; i++) {
      const a = w[i - 15]!;
      const b = w[i - 2]!;
      const s0 = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3);
      const s1 = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10);
      w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0;
    }
    let a = h[0]!, b = h[1]!, c = h[2]!, d = h[3]!, e = h[4]!, f = h[5]!, g = h[6]!, hh = h[7]!;
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (hh + s1 + ((e & f) ^ (~e & g)) + K[i]! + w[i]!) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      hh = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    h[0]! += a;
    h[1]! += b;
    h[2]! += c;
    h[3]! += d;
    h[4]! += e;
    h[5]! += f;
    h[6]! += g;
    h[7]! += hh;
  }
  return h;
}

/** SHA-256 of UTF-8 text, in hexadecimal. */
export function sha256(text: string): string {
  let out = "";
  for (const word of sha256Words(text)) out += word.toString(16).padStart(8, "0");
  return out;
}
