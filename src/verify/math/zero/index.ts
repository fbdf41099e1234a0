/** Zero tests: whether two scalar expressions are equal, proven where it can be proven, and said so where not. */
export type { Decision } from "./decision.ts";
export { compareReals, decideEqual, decideSign, proportional, roundTo, toRational } from "./decide.ts";
export { polynomialOf, rationalRoots } from "./polynomial.ts";
export type { Rational } from "./rational.ts";
export { freeSymbols } from "./survey.ts";
