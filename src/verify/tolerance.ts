/** When two numbers are near enough: one form for every verifier that has a tolerance. */

/** How far a number may lie from the right one. */
export interface Tolerance {
  /** Largest distance that is right. */
  readonly absolute: number;
  /** Largest distance that is right, as a share of the right number. */
  readonly relative: number;
}

/**
 * |x − g| ≤ max(absolute, relative · |g|): the right number g says what its share is, so that a large answer widens nothing. Past what a
 * double holds nothing is near.
 *
 * @example isNear(101, 100, { absolute: 0, relative: 0.01 }) // => true
 */
export function isNear(x: number, g: number, { absolute, relative }: Tolerance): boolean {
  return x === g || (Number.isFinite(x) && Number.isFinite(g) && Math.abs(x - g) <= Math.max(absolute, relative * Math.abs(g)));
}
