/**
 * The prime field of the zero test, built so that Z[ζ][q^(1/12)…] maps into it by a ring homomorphism:
 * P ≡ 1 (mod N), so a primitive N-th root of unity ζ exists and stands for e^(2πi/N). Then i = ζ^(N/4), and Gauss sums give √q
 * with the sign of the real embedding. 2, 3, 5, 7 and 11 are twelfth powers mod P, with twelfth roots whose sixth power is that √q;
 * q^(1/12) generates an extension of Q(ζ) linearly disjoint from the cyclotomic field up to √q, so any such root is a valid image.
 */
import { sha256 } from "../../../core/sha256.ts";

/** A prime with its roots; `order` 0n where the field carries no roots of unity. */
export interface Field {
  readonly p: bigint;
  /** log₂ p, rounded down. */
  readonly bits: number;
  readonly order: bigint;
}

/** 2^5 · 3^3 · 5^2 · 7^2 · 11 · 13 · … · 79 */
const ORDER = 16216929627396991455811386152815200n;
const ZETA = 75699798662620470371809154905723876636014959504680491873051646936112163107843n;

export const FIELD: Field = {
  p: 80865860148525337719616533056312120408100690361540938790038964658671555903201n,
  bits: 255,
  order: ORDER,
};

/** Twelfth roots τ with τ^12 = q and τ^6 = +√q. */
const TWELFTH: ReadonlyMap<bigint, bigint> = /* @__PURE__ */ new Map([
  [2n, 42940440138098790452741796382045583986366000361584785262633628504638522264387n],
  [3n, 20578835396510900666515778760701235044627367680487245700477988498440500836484n],
  [5n, 52226824286677440966548327832092284017336559743862144849377806010247459229871n],
  [7n, 77872892396014735704236116471226646570673639131012347728630291249010047167384n],
  [11n, 67995113673739763301775894037483514262465976742827720279441991531068474068441n],
]);

/** Exponents of Mersenne primes: fields for rational functions with coefficients of thousands of bits. */
const MERSENNE: readonly number[] = [521, 1279, 2203, 4423, 9689, 19937];

/** The smallest Mersenne field whose prime exceeds every number of `bits` bits, or null. */
export function largeField(bits: number): Field | null {
  for (const k of MERSENNE) if (k > bits + 2) return { p: (1n << BigInt(k)) - 1n, bits: k - 1, order: 0n };
  return null;
}

export function modPower(base: bigint, exponent: bigint, p: bigint): bigint {
  let out = 1n;
  base %= p;
  for (let e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) out = (out * base) % p;
    if (e > 1n) base = (base * base) % p;
  }
  return out;
}

export function modInverse(a: bigint, p: bigint): bigint {
  let [r0, r1, s0, s1] = [p, ((a % p) + p) % p, 0n, 1n];
  while (r1 !== 0n) {
    const q = r0 / r1;
    [r0, r1] = [r1, r0 - q * r1];
    [s0, s1] = [s1, s0 - q * s1];
  }
  return s0 < 0n ? s0 + p : s0;
}

const unity = new Map<bigint, bigint>();

/** e^(2πi·k/n), or null where n does not divide N. */
export function rootOfUnity(k: bigint, n: bigint): bigint | null {
  if (ORDER % n !== 0n) return null;
  let generator = unity.get(n);
  if (generator === undefined) {
    generator = modPower(ZETA, ORDER / n, FIELD.p);
    if (unity.size < 512) unity.set(n, generator);
  }
  return modPower(generator, ((k % n) + n) % n, FIELD.p);
}

const squareRoots = new Map<bigint, bigint | null>();

/** √q for a prime q, from its Gauss sum; null where ζ does not reach it. */
function primeSqrt(q: bigint): bigint | null {
  let value = squareRoots.get(q);
  if (value === undefined) {
    value = gaussSum(q);
    if (squareRoots.size < 1_000) squareRoots.set(q, value);
  }
  return value;
}

function gaussSum(q: bigint): bigint | null {
  const { p } = FIELD;
  if (q === 2n) {
    const w = rootOfUnity(1n, 8n)!;
    return (w + modInverse(w, p)) % p;
  }
  const zeta = rootOfUnity(1n, q);
  if (zeta === null) return null;
  const n = Number(q);
  const residues = new Set<number>();
  for (let k = 1; k < n; k++) residues.add((k * k) % n);
  let sum = 0n;
  let power = 1n;
  for (let k = 1; k < n; k++) {
    power = (power * zeta) % p;
    sum += residues.has(k) ? power : p - power;
  }
  // Gauss: the sum is √q for q ≡ 1 and i·√q for q ≡ 3 (mod 4).
  return n % 4 === 1 ? sum % p : (sum * rootOfUnity(3n, 4n)!) % p;
}

/** q^(k/m) for a prime q and 0 < k < m, or null where the field has no image for it. */
export function primeRoot(q: bigint, k: bigint, m: bigint): bigint | null {
  if (m === 2n) return primeSqrt(q);
  if (12n % m !== 0n) return null;
  const tau = TWELFTH.get(q);
  return tau === undefined ? null : modPower(tau, (12n / m) * k, FIELD.p);
}

/** Exponents of indeterminates are multiples of 1/M: a symbol x stands for t^M, so that its roots exist. */
export const M = 5040n;

// New ones where they are full: a map that is cleared keeps its old table, and the collector takes what is in it for alive.
let atoms = new Map<string, bigint>();
let powers = new Map<string, bigint>();

/** t^M for the atom t of a name: kept, since every symbol begins with it. */
export function atomBase(key: string, field: Field): bigint {
  let value = field.bits > 256 ? undefined : powers.get(key);
  if (value === undefined) {
    value = modPower(atom(key, field), M, field.p);
    if (powers.size >= 512) powers = new Map();
    if (key.length < 200 && field.bits <= 256) powers.set(key, value);
  }
  return value;
}

/** The value of an indeterminate: a hash of its name, the same for ever. */
export function atom(key: string, field: Field): bigint {
  const wide = field.bits > 256 ? `${field.bits}|${key}` : key;
  let value = atoms.get(wide);
  if (value === undefined) {
    let hex = "";
    for (let i = 0; hex.length * 4 < field.bits + 64; i++) hex += sha256(`guerdon/verify/zero/${i}/${key}`);
    value = BigInt(`0x${hex}`) % field.p;
    if (atoms.size >= 512) atoms = new Map();
    if (wide.length < 200 && field.bits < 4096) atoms.set(wide, value);
  }
  return value;
}
