/** Complex numbers over balls, with principal branches. `im` null means exactly real. */
import * as B from "./ball.ts";
import * as F from "./ball-functions.ts";
import type { Ball } from "./ball.ts";

export interface Complex {
  readonly re: Ball;
  readonly im: Ball | null;
}

export const ONE: Complex = { re: B.ONE_BALL, im: null };
export const ZERO: Complex = { re: B.ZERO_BALL, im: null };
export const I: Complex = { re: B.ZERO_BALL, im: B.ONE_BALL };

export function real(re: Ball): Complex {
  return { re, im: null };
}

function make(re: Ball, im: Ball): Complex {
  return { re, im: B.isExactZero(im) ? null : im };
}

export function containsZero(z: Complex): boolean {
  return B.containsZero(z.re) && (z.im === null || B.containsZero(z.im));
}

export function isExactZero(z: Complex): boolean {
  return z.im === null && B.isExactZero(z.re);
}

export function magnitude(z: Complex): number {
  return z.im === null ? B.magnitude(z.re) : Math.max(B.magnitude(z.re), B.magnitude(z.im));
}

export function negate(z: Complex): Complex {
  return { re: B.negate(z.re), im: z.im && B.negate(z.im) };
}

export function add(a: Complex, b: Complex, p: number): Complex {
  const re = B.add(a.re, b.re, p);
  if (a.im === null) return { re, im: b.im };
  if (b.im === null) return { re, im: a.im };
  return make(re, B.add(a.im, b.im, p));
}

export function subtract(a: Complex, b: Complex, p: number): Complex {
  return add(a, negate(b), p);
}

export function multiply(a: Complex, b: Complex, p: number): Complex {
  const re = B.multiply(a.re, b.re, p);
  if (a.im === null) return b.im === null ? { re, im: null } : make(re, B.multiply(a.re, b.im, p));
  if (b.im === null) return make(re, B.multiply(a.im, b.re, p));
  return make(B.subtract(re, B.multiply(a.im, b.im, p), p), B.add(B.multiply(a.re, b.im, p), B.multiply(a.im, b.re, p), p));
}

export function divide(a: Complex, b: Complex, p: number): Complex {
  if (b.im === null) return { re: B.divide(a.re, b.re, p), im: a.im && B.divide(a.im, b.re, p) };
  const norm = B.add(B.multiply(b.re, b.re, p), B.multiply(b.im, b.im, p), p);
  const top = multiply(a, { re: b.re, im: B.negate(b.im) }, p);
  return { re: B.divide(top.re, norm, p), im: top.im && B.divide(top.im, norm, p) };
}

export function integerPower(z: Complex, k: number, p: number): Complex {
  if (k < 0) return divide(ONE, integerPower(z, -k, p), p);
  let out = ONE;
  let base = z;
  for (let n = k; n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) out = multiply(out, base, p);
    if (n > 1) base = multiply(base, base, p);
  }
  return out;
}

export function modulus(z: Complex, p: number): Ball {
  if (z.im === null) {
    if (!B.containsZero(z.re)) return z.re.m < 0n ? B.negate(z.re) : z.re;
    return { m: 0n, e: z.re.e, r: (z.re.m < 0n ? -z.re.m : z.re.m) + z.re.r };
  }
  const norm = B.add(B.multiply(z.re, z.re, p), B.multiply(z.im, z.im, p), p);
  return norm.m <= norm.r ? B.rootBound(norm, 2) : B.sqrt(norm, p);
}

/** The argument in (−π, π]. @throws Unresolved where the ball straddles the cut or zero */
export function argument(z: Complex, p: number): Ball {
  if (z.im === null) {
    const s = B.sign(z.re);
    if (s === 0) throw B.UNDEFINED;
    return s > 0 ? B.ZERO_BALL : F.pi(p);
  }
  if (!B.containsZero(z.re) && z.re.m > 0n) return F.atan(B.divide(z.im, z.re, p), p);
  const s = B.sign(z.im);
  const pi = F.pi(p);
  const half: Ball = { m: s > 0 ? pi.m : -pi.m, e: pi.e - 1, r: pi.r };
  return B.subtract(half, F.atan(B.divide(z.re, z.im, p), p), p);
}

export function exp(z: Complex, p: number): Complex {
  const size = F.exp(z.re, p);
  if (z.im === null) return { re: size, im: null };
  const { cos, sin } = F.sincos(z.im, p);
  return make(B.multiply(size, cos, p), B.multiply(size, sin, p));
}

export function ln(z: Complex, p: number): Complex {
  if (z.im === null && B.sign(z.re) === 1) return { re: F.ln(z.re, p), im: null };
  return make(F.ln(modulus(z, p), p), argument(z, p));
}

/** The principal square root. A ball around zero gives a ball around zero. */
export function sqrt(z: Complex, p: number): Complex {
  if (isExactZero(z)) return z;
  if (containsZero(z)) {
    const bound = B.rootBound({ m: 0n, e: magnitude(z) + 1, r: 1n }, 2);
    return { re: bound, im: bound };
  }
  if (z.im === null) return B.sign(z.re) > 0 ? { re: B.sqrt(z.re, p), im: null } : { re: B.ZERO_BALL, im: B.sqrt(B.negate(z.re), p) };
  const size = modulus(z, p);
  const half = (x: Ball): Ball => ({ m: x.m, e: x.e - 1, r: x.r });
  if (z.re.m >= 0n) {
    const u = B.sqrt(half(B.add(size, z.re, p)), p);
    return make(u, half(B.divide(z.im, u, p)));
  }
  const s = B.sign(z.im);
  const v = B.sqrt(half(B.subtract(size, z.re, p)), p);
  const im = s < 0 ? B.negate(v) : v;
  return make(half(B.divide(z.im, im, p)), im);
}

export function timesI(z: Complex): Complex {
  return { re: z.im === null ? B.ZERO_BALL : B.negate(z.im), im: B.isExactZero(z.re) ? null : z.re };
}

export function half(z: Complex): Complex {
  return { re: { m: z.re.m, e: z.re.e - 1, r: z.re.r }, im: z.im && { m: z.im.m, e: z.im.e - 1, r: z.im.r } };
}
