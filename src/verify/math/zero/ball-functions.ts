/**
 * Roots and elementary functions of balls: evaluated at the centre in fixed point with guard bits counted for rounding, then widened by the
 * operand's radius times a bound of the derivative.
 */
import { bitLength } from "../gcd.ts";
import { add, divide, fromDouble, fromInteger, head, isExactZero, magnitude, multiply, negate, ONE_BALL, PRECISION, subtract, toDouble, trim, UNDEFINED, ZERO_BALL, type Ball } from "./ball.ts";

/** ⌊n^(1/k)⌋ up to a few units, by Newton steps of doubling length. */
function approximateRoot(n: bigint, k: number): bigint {
  const bits = bitLength(n);
  const deep = Math.floor(bits / k);
  if (deep <= 40) {
    const drop = Math.max(0, bits - 1000);
    return BigInt(Math.floor((Number(n >> BigInt(drop)) ** (1 / k)) * 2 ** (drop / k))) + 1n;
  }
  const j = BigInt(deep >> 1);
  const s = approximateRoot(n >> (BigInt(k) * j), k) << j;
  const m = BigInt(k - 1);
  return (m * s + n / s ** m) / BigInt(k);
}

/** x^(1/k) for a ball that is surely positive. */
export function root(x: Ball, k: number, p: number): Ball {
  if (k * p > 60_000 || k > 64) return exp(divide(ln(x, p + 8), fromInteger(BigInt(k)), p + 8), p);
  if (x.m <= x.r) throw PRECISION;
  let up = Math.max(0, k * p + 8 - bitLength(x.m));
  up += (((x.e - up) % k) + k) % k;
  const n = x.m << BigInt(up);
  let y = approximateRoot(n, k);
  const e = BigInt(k);
  // The last Newton step leaves at most a few units: walk to the floor, so that y ≤ root < y + 1.
  for (let low = y ** e; low > n; low = y ** e) y -= 1n + (low - n) / (e * y ** (e - 1n));
  while ((y + 1n) ** e <= n) y++;
  // d(n^(1/k)) = dn·n^(1/k)/(k·n), doubled for the far end of the ball.
  const r = x.r === 0n ? (y ** e === n ? 0n : 1n) : 2n + (((x.r << BigInt(up)) * (y + 1n)) / (e * ((x.m - x.r) << BigInt(up))) + 1n) * 2n;
  return trim(y, (x.e - up) / k, r, p);
}

/** Fixed point of the centre with `w` fraction bits; the error is below one unit. */
function fixed(x: Ball, w: number): bigint {
  const s = x.e + w;
  return s >= 0 ? x.m << BigInt(s) : x.m >> BigInt(-s);
}

let piBits = 0;
let piValue = 0n;
let ln2Bits = 0;
let ln2Value = 0n;

/** Σ (±1)^k / ((2k+1)·n^(2k+1)) in fixed point: arctan(1/n) with alternating signs, artanh(1/n) without. */
function inverseSeries(n: bigint, alternate: boolean, w: number): bigint {
  let term = (1n << BigInt(w)) / n;
  let total = term;
  const square = n * n;
  for (let k = 3n, negative = alternate; term !== 0n; k += 2n) {
    term /= square;
    total += negative ? -(term / k) : term / k;
    if (alternate) negative = !negative;
  }
  return total;
}

/** π in fixed point with w bits, error below one unit. */
function piFixed(w: number): bigint {
  if (piBits < w + 32) {
    const bits = Math.ceil((w + 32) / 512) * 512 + 64;
    piValue = 16n * inverseSeries(5n, true, bits) - 4n * inverseSeries(239n, true, bits);
    // The series err by less than 2^16 units: keep 32 bits fewer.
    piValue >>= 32n;
    piBits = bits - 32;
  }
  return piValue >> BigInt(piBits - w);
}

function ln2Fixed(w: number): bigint {
  if (ln2Bits < w + 32) {
    const bits = Math.ceil((w + 32) / 512) * 512 + 64;
    ln2Value = 18n * inverseSeries(26n, false, bits) - 2n * inverseSeries(4801n, false, bits) + 8n * inverseSeries(8749n, false, bits);
    ln2Value >>= 32n;
    ln2Bits = bits - 32;
  }
  return ln2Value >> BigInt(ln2Bits - w);
}

export function pi(p: number): Ball {
  return { m: piFixed(p), e: -p, r: 2n };
}

/** Radius of x as m·2^e, widened into a ball `y` by factor·radius. */
function widen(y: Ball, x: Ball, factor: bigint, p: number): Ball {
  if (x.r === 0n) return y;
  return add(y, { m: 0n, e: x.e, r: x.r * factor }, p);
}

/** e^t − fixed point, |t| ≤ 1: Taylor after halving s times, then squaring back. Error below 2^(s+12) units. */
function expFixed(t: bigint, w: number, s: number): bigint {
  const one = 1n << BigInt(w);
  const x = t >> BigInt(s);
  let term = x;
  let total = one + x;
  const shift = BigInt(w);
  for (let k = 2n; term !== 0n && term !== -1n; k++) {
    term = ((term * x) >> shift) / k;
    total += term;
  }
  for (let i = 0; i < s; i++) total = (total * total) >> shift;
  return total;
}

function halvings(p: number): number {
  return Math.max(4, Math.floor(Math.sqrt(p) * 0.8));
}

export function exp(x: Ball, p: number): Ball {
  if (isExactZero(x)) return ONE_BALL;
  const top = magnitude(x);
  if (top > 33) throw PRECISION;
  if (magnitude({ m: 0n, e: x.e, r: x.r }) > 0) throw PRECISION;
  const s = halvings(p);
  const w = p + s + 24 + Math.max(0, top);
  const t = fixed(x, w);
  const ln2 = ln2Fixed(w + Math.max(0, top));
  const k = t / (ln2 >> BigInt(Math.max(0, top)));
  const rest = t - ((k * ln2) >> BigInt(Math.max(0, top)));
  const m = expFixed(rest, w, s);
  const guard = BigInt(w - p);
  const y: Ball = { m: m >> guard, e: Number(k) - p, r: 4n };
  // e^(t±ρ) = e^t·(1 + 2ρ) at most for ρ ≤ 1.
  return x.r === 0n ? y : add(y, multiply({ m: 0n, e: x.e, r: 2n * x.r }, y, p), p);
}

/** cos and sin of the centre of x. */
function sincosCentre(x: Ball, p: number): { cos: Ball; sin: Ball } {
  const top = magnitude(x);
  if (top > 4 * p + 4096) throw PRECISION;
  const big = Math.max(0, top);
  const s = halvings(p);
  // A small argument has a small sine: keep its relative precision.
  const small = Math.min(Math.max(0, -top), 2 * p);
  const w = p + 2 * s + 24 + big + small;
  const t = fixed(x, w);
  const halfPi = piFixed(w + big) >> 1n;
  const n = (2n * t * (1n << BigInt(big)) + halfPi) / (2n * halfPi);
  const quarter = n - (t < 0n ? 1n : 0n);
  const rest = t - ((quarter * halfPi) >> BigInt(big));
  const shift = BigInt(w);
  const u = rest >> BigInt(s);
  let term = 1n << shift;
  let cos = term;
  let sin = 0n;
  for (let k = 1n; term !== 0n && term !== -1n; k++) {
    term = ((term * u) >> shift) / k;
    switch (Number(k & 3n)) {
      case 1:
        sin += term;
        break;
      case 2:
        cos -= term;
        break;
      case 3:
        sin -= term;
        break;
      default:
        cos += term;
    }
  }
  for (let i = 0; i < s; i++) [cos, sin] = [(cos * cos - sin * sin) >> shift, (2n * cos * sin) >> shift];
  const keep = w - 2 * s - 20 - big;
  const drop = BigInt(w - keep);
  const c: Ball = { m: cos >> drop, e: -keep, r: 3n };
  const d: Ball = { m: sin >> drop, e: -keep, r: 3n };
  switch (Number(((quarter % 4n) + 4n) % 4n)) {
    case 0:
      return { cos: c, sin: d };
    case 1:
      return { cos: negate(d), sin: c };
    case 2:
      return { cos: negate(c), sin: negate(d) };
    default:
      return { cos: d, sin: negate(c) };
  }
}

export function sincos(x: Ball, p: number): { cos: Ball; sin: Ball } {
  if (isExactZero(x)) return { cos: ONE_BALL, sin: ZERO_BALL };
  const { cos, sin } = sincosCentre({ m: x.m, e: x.e, r: 0n }, p);
  return { cos: widen(cos, x, 1n, p), sin: widen(sin, x, 1n, p) };
}

/** ln x for a ball that is surely positive. */
export function ln(x: Ball, p: number): Ball {
  if (x.m <= x.r) throw isExactZero(x) ? UNDEFINED : PRECISION;
  if (x.r === 0n && x.m === 1n && x.e === 0) return ZERO_BALL;
  const bits = bitLength(x.m);
  let { f, k } = head(x);
  let e = 1 - bits;
  if (f > 1.5) {
    f /= 2;
    k += 1;
    e -= 1;
  }
  // Near 1 the logarithm is small: as many extra bits as the argument agrees with 1.
  let w = p + 48;
  if (k === 0) {
    const off = subtract({ m: x.m, e, r: 0n }, ONE_BALL, bits + 8);
    if (!isExactZero(off)) w += Math.min(Math.max(0, -magnitude(off)), 2 * p);
  }
  const target: Ball = { m: x.m, e, r: 0n };
  // y ← y + 2·artanh((x − e^y)/(x + e^y)), cut after the cubic term: each step multiplies the correct bits by five.
  let y: Ball = fromDouble(Math.log(f));
  for (let good = 45; ; good = good * 5 - 10) {
    const step = Math.min(w, good * 5 + 16);
    const grown = exp(y, step);
    const t = divide(subtract(target, grown, step), add(target, grown, step), step);
    const cube = multiply(multiply(t, t, step), t, step);
    y = add(y, multiply(add(t, divide(cube, fromInteger(3n), step), step), fromInteger(2n), step), step);
    if (good * 5 - 10 >= w) {
      // What the cut left out is below t⁵.
      if (!isExactZero(t)) y = add(y, { m: 0n, e: 5 * magnitude(t), r: 1n }, step);
      break;
    }
    y = { m: y.m, e: y.e, r: 0n };
  }
  if (k !== 0) {
    const l = bitLength(BigInt(k)) + w;
    y = add(y, multiply(fromInteger(BigInt(k)), { m: ln2Fixed(l), e: -l, r: 2n }, w), w);
  }
  const out = trim(y.m, y.e, y.r, p);
  if (x.r === 0n) return out;
  // |ln' | ≤ 1/(m − r) over the ball.
  return add(out, divide({ m: 0n, e: x.e, r: x.r }, { m: x.m - x.r, e: x.e, r: 0n }, p), p);
}

export function atan(x: Ball, p: number): Ball {
  if (isExactZero(x)) return x;
  const centre: Ball = { m: x.m, e: x.e, r: 0n };
  const top = magnitude(centre);
  if (top > 1) {
    const halfPi = pi(p + 8);
    const rest = atan(divide(ONE_BALL, centre, p + 8), p + 8);
    const half: Ball = { m: halfPi.m, e: halfPi.e - 1, r: halfPi.r };
    return widen(subtract(x.m > 0n ? half : negate(half), rest, p), x, 1n, p);
  }
  const small = Math.min(Math.max(0, -top), 2 * p);
  const w = p + 32 + small;
  let y = small > 900 ? centre : fromDouble(Math.atan(toDouble(centre)));
  const start = small > 900 ? 2 * small : 45 + small;
  for (let good = start; ; good = good * 5 - 10) {
    const step = Math.min(w, good * 5 + 16);
    const { cos, sin } = sincos(y, step);
    const t = divide(subtract(multiply(centre, cos, step), sin, step), add(cos, multiply(centre, sin, step), step), step);
    const cube = multiply(multiply(t, t, step), t, step);
    y = add(y, subtract(t, divide(cube, fromInteger(3n), step), step), step);
    if (good * 5 - 10 >= w) {
      if (!isExactZero(t)) y = add(y, { m: 0n, e: 5 * magnitude(t), r: 1n }, step);
      break;
    }
    y = { m: y.m, e: y.e, r: 0n };
  }
  return widen(trim(y.m, y.e, y.r, p), x, 1n, p);
}
