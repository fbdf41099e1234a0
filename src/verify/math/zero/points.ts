/**
 * Where two functions are compared. A coordinate is a real number with unlimited hashed bits, so that no factor like sin(2^k·πx) vanishes at
 * every point; points lie at ordinary scales, at the scales of the written constants and their inverses, far out and close to zero, and on both
 * sides of every zero of an argument where something can break: under an absolute value, a root, a logarithm or a fraction line.
 */
import { sha256Words } from "../../../core/sha256.ts";
import { children, type Node } from "../ast.ts";
import type { Meter } from "../limits.ts";
import * as B from "./ball.ts";
import type { Ball } from "./ball.ts";
import * as C from "./complex.ts";
import { evaluation } from "./evaluation.ts";
import { exactValue, NO_BINDINGS } from "./exact-value.ts";
import { evaluate } from "./numeric.ts";
import { freeSymbols, type Survey } from "./survey.ts";

/** base ± 2^scale·1.hash: the same real number at every precision. */
export interface Coordinate {
  readonly base: Ball;
  readonly negative: boolean;
  readonly scale: number;
  readonly key: string;
}

export interface Point {
  readonly symbols: ReadonlyMap<string, Coordinate>;
  readonly bound: ReadonlyMap<string, bigint>;
  /** Where the point was put for a reason: it counts besides the ordinary ones. */
  readonly special: boolean;
}

const BLOCK = 256;

/** The values of the symbols, to p bits and some; exact numbers near the hashed reals, so that equal terms cancel exactly. */
export function values(point: Point, p: number): ReadonlyMap<string, C.Complex> {
  const out = new Map<string, C.Complex>();
  for (const [name, { base, negative, scale, key }] of point.symbols) {
    const blocks = Math.ceil((p + 32) / BLOCK);
    let mantissa = 1n;
    const bits = p + 32;
    for (let k = 0; k < blocks; k++) for (const word of sha256Words(`guerdon/verify/zero/point/${key}/${k}`)) mantissa = (mantissa << 32n) | BigInt(word);
    mantissa >>= BigInt(blocks * BLOCK - bits);
    const offset: Ball = { m: negative ? -mantissa : mantissa, e: scale - bits, r: 0n };
    out.set(name, C.real(B.isExactZero(base) ? offset : exactSum(base, offset)));
  }
  return out;
}

function exactSum(x: Ball, y: Ball): Ball {
  const e = Math.min(x.e, y.e);
  return { m: (x.m << BigInt(x.e - e)) + (y.m << BigInt(y.e - e)), e, r: 0n };
}

const SCALES: readonly number[] = [-2, -1, -1, 0, 0, 1, 2];
/** Close to zero and far out, whatever the constants are. */
const FAR: readonly number[] = [-40, -14, 7, 34];
const MAX_FAR = 14;
const MAX_CRITICAL = 28;

function ordinary(name: string, k: number): Coordinate {
  const words = sha256Words(`guerdon/verify/zero/scale/${name}/${k}`);
  return { base: B.ZERO_BALL, negative: k % 2 === 1 && (words[1]! & 1) === 1, scale: SCALES[words[0]! % SCALES.length]!, key: `${name}/${k}` };
}

/** Whole numbers: small ones first, then past every written number, as far as factorials and sums can be worked out. */
function whole(name: string, k: number, past: number): bigint {
  const [word] = sha256Words(`guerdon/verify/zero/index/${name}/${k}`);
  return BigInt(k % 3 === 2 ? past + 1 + (word! % (8 + past)) : 1 + (word! % (4 + k)));
}

function assemble(facts: Survey, k: number, special: boolean, coordinate: (name: string) => Coordinate): Point {
  const symbols = new Map<string, Coordinate>();
  const bound = new Map<string, bigint>();
  for (const name of facts.symbols) {
    if (facts.integers.has(name)) bound.set(name, whole(name, k, facts.largest));
    else symbols.set(name, coordinate(name));
  }
  return { symbols, bound, special };
}

/** The k-th ordinary point: even ones are positive. */
export function ordinaryPoint(facts: Survey, k: number): Point {
  return assemble(facts, k, false, (name) => ordinary(name, k));
}

/** Points at the scales of the constants: every free symbol there at once, and alone. */
export function farPoints(facts: Survey): Point[] {
  const scales = new Set<number>();
  for (const s of [...facts.scales].toSorted((x, y) => x - y)) for (const t of [s, -s]) if (t > 2 || t < -2) scales.add(t);
  for (const s of FAR) scales.add(s);
  const far = [...scales].toSorted((x, y) => Math.abs(x) - Math.abs(y)).slice(0, MAX_FAR);
  const out: Point[] = [];
  far.forEach((scale, j) => {
    for (const negative of [false, true]) {
      out.push(assemble(facts, out.length, true, (name) => ({ base: B.ZERO_BALL, negative, scale, key: `${name}/far/${scale}/${negative}` })));
    }
    const names = [...facts.symbols].filter((name) => !facts.integers.has(name));
    if (names.length < 2) return;
    const alone = names[j % names.length]!;
    const k = out.length;
    out.push(assemble(facts, k, true, (name) => (name === alone ? { base: B.ZERO_BALL, negative: j % 4 > 1, scale, key: `${name}/alone/${scale}` } : ordinary(name, 2 * k))));
  });
  return out;
}

/** Points on both sides of the zeros of critical arguments along each symbol, and between neighbouring zeros. */
export function criticalPoints(nodes: readonly Node[], facts: Survey, meter: Meter): Point[] {
  const args: Node[] = [];
  for (const a of nodes) critical(a, args, meter);
  const out: Point[] = [];
  const base = ordinaryPoint(facts, 0);
  for (const name of base.symbols.keys()) {
    const zeros: Ball[] = [];
    for (const arg of args) if (freeSymbols(arg).has(name)) for (const z of zerosAlong(arg, name, base, meter)) if (!zeros.some((other) => near(z, other))) zeros.push(z);
    zeros.sort((x, y) => (B.subtract(x, y, WORK).m < 0n ? -1 : 1));
    const put = (at: Ball, negative: boolean, scale: number): void => {
      if (out.length >= MAX_CRITICAL) return;
      const coordinate: Coordinate = { base: at, negative, scale, key: `${name}/critical/${out.length}` };
      const symbols = new Map(base.symbols).set(name, coordinate);
      out.push({ symbols, bound: base.bound, special: true });
    };
    zeros.forEach((z, k) => {
      const next = zeros[k + 1];
      const size = Math.max(B.isExactZero(z) ? 0 : B.magnitude(z), 0);
      if (k === 0) for (const scale of [size - 24, size, size + 4]) put(z, true, scale);
      // The gap is 2^g to 2^(g+1) wide: a point in its first half.
      if (next !== undefined) put(z, false, B.magnitude(B.subtract(next, z, WORK)) - 3);
      else for (const scale of [size - 24, size, size + 4]) put(z, false, scale);
    });
  }
  return out;
}

const WORK = 256;
const MAX_ARGUMENTS = 12;

function near(x: Ball, y: Ball): boolean {
  const off = B.subtract(x, y, WORK);
  return off.m === 0n || B.magnitude(off) < Math.max(B.magnitude(x), B.magnitude(y)) - WORK / 2;
}

/** Arguments whose zeros are breakpoints: of |u|, ln u, u^(p/q), 1/u, and differences under max and min. */
function critical(a: Node, out: Node[], meter: Meter): void {
  meter.spend(1);
  if (out.length >= MAX_ARGUMENTS) return;
  const take = (u: Node): void => {
    if (freeSymbols(u).size > 0 && out.length < MAX_ARGUMENTS) out.push(u);
  };
  if (a.kind === "root") take(a.arg);
  else if (a.kind === "pow") {
    const q = exactValue(a.exponent, meter, NO_BINDINGS);
    if (q === null || q === "undefined" || q.d !== 1n || q.n < 0n) take(a.base);
  } else if (a.kind === "call") {
    if (a.name === "abs" || a.name === "sign" || a.name === "ln" || a.name === "log") take(a.args[0]!);
    else if (a.name === "max" || a.name === "min") {
      for (let k = 1; k < a.args.length; k++) take({ kind: "add", args: [a.args[0]!, { kind: "mul", args: [{ kind: "number", n: -1n, d: 1n }, a.args[k]!] }] });
    } else if (UNIT.has(a.name)) for (const one of [1n, -1n]) take({ kind: "add", args: [a.args[0]!, { kind: "number", n: one, d: 1n }] });
  }
  if (a.kind !== "big") for (const child of children(a)) critical(child, out, meter);
}

/** Functions with an edge at ±1. */
const UNIT: ReadonlySet<string> = /* @__PURE__ */ new Set(["arcsin", "arccos", "arcsec", "arccsc", "arcosh", "artanh", "arcoth", "arsech"]);

/** Real zeros of u along one symbol, where u is linear or quadratic in it. */
function zerosAlong(u: Node, name: string, base: Point, meter: Meter): Ball[] {
  const at = (t: bigint): Ball | null => {
    const symbols = new Map(values(base, WORK)).set(name, C.real(B.fromInteger(t)));
    try {
      const z = evaluate(u, evaluation(WORK, meter, symbols, base.bound));
      return z.im === null ? { m: z.re.m, e: z.re.e, r: 0n } : null;
    } catch (error) {
      if (error instanceof B.Unresolved) return null;
      throw error;
    }
  };
  // Divided differences at 1, 2, 3; 4 and 7 must lie on the same parabola.
  const [f1, f2, f3, f4, f7] = [at(1n), at(2n), at(3n), at(4n), at(7n)];
  if (!f1 || !f2 || !f3 || !f4 || !f7) return [];
  const minus = (x: Ball, y: Ball): Ball => B.subtract(x, y, WORK);
  const times = (x: Ball, k: number): Ball => B.multiply(x, B.fromInteger(BigInt(k)), WORK);
  const d = minus(f2, f1);
  const h: Ball = half(minus(minus(f3, f2), d));
  // f(t) = f1 + d·(t − 1) + h·(t − 1)(t − 2)
  const size = Math.max(...[f1, f2, f3, f4, f7].map((f) => B.magnitude(f)));
  const small = (x: Ball): boolean => x.m === 0n || B.magnitude(x) < size - WORK / 2;
  const along = (t: number): Ball => B.add(B.add(f1, times(d, t - 1), WORK), times(h, (t - 1) * (t - 2)), WORK);
  if (!small(minus(along(4), f4)) || !small(minus(along(7), f7))) return [];
  const exact = (x: Ball): Ball => ({ m: x.m, e: x.e, r: 0n });
  if (small(h)) return small(d) ? [] : [exact(B.subtract(B.ONE_BALL, B.divide(f1, exact(d), WORK), WORK))];
  // With s = t − 1: h·s² + (d − h)·s + f1.
  const b = minus(d, h);
  const middle = B.negate(B.divide(half(b), exact(h), WORK));
  const square = minus(B.multiply(middle, middle, WORK), B.divide(f1, exact(h), WORK));
  const zeros: Ball[] = [];
  const centre = B.add(middle, B.ONE_BALL, WORK);
  if (square.m === 0n || B.magnitude(square) < 2 * Math.max(B.magnitude(middle), 0) - WORK / 2) zeros.push(exact(centre));
  else if (square.m > 0n) {
    const away = B.sqrt(exact(square), WORK);
    zeros.push(exact(minus(centre, away)), exact(B.add(centre, away, WORK)));
  }
  return zeros;
}

function half(x: Ball): Ball {
  return { m: x.m, e: x.e - 1, r: x.r };
}
