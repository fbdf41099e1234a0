/** One numeric evaluation: where, to how many bits, what was seen on the way, and what its steps cost. */
import type { Meter } from "../limits.ts";
import * as B from "./ball.ts";
import type { Ball } from "./ball.ts";
import type { Complex } from "./complex.ts";
import type { Bindings } from "./exact-value.ts";

/** One evaluation: where, to how many bits, and what was seen on the way. */
export interface Evaluation {
  readonly p: number;
  readonly meter: Meter;
  readonly symbols: ReadonlyMap<string, Complex>;
  readonly bound: Bindings;
  /** A real operation left the reals: √ or ln of a negative number, arcsin of 2. */
  nonreal: boolean;
  /** log₂ of the smallest and largest intermediate value: hidden tiny terms must not fall below the precision. */
  low: number;
  high: number;
  /** Some intermediate value could not be told from zero. */
  vague: boolean;
}

export function evaluation(p: number, meter: Meter, symbols: ReadonlyMap<string, Complex>, bound: Bindings): Evaluation {
  return { p, meter, symbols, bound, nonreal: false, low: 0, high: 0, vague: false };
}

/** Steps of one elementary function; calibrated so that a step is about 150 ns. */
export function functionCost(p: number): number {
  return Math.ceil(40 * Math.max(1, (p / 256) ** 1.7));
}

export function note(z: Complex, at: Evaluation): Complex {
  noteBall(z.re, at);
  if (z.im !== null) noteBall(z.im, at);
  return z;
}

function noteBall(x: Ball, at: Evaluation): void {
  if (x.m === 0n && x.r === 0n) return;
  if (B.containsZero(x)) {
    at.vague = true;
    return;
  }
  const top = B.magnitude(x);
  if (top < at.low) at.low = top;
  if (top > at.high) at.high = top;
}
