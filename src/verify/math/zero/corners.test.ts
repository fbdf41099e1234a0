import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { add, call, integer, mul, neg, rational, symbol, type Node } from "../ast.ts";
import { LimitError, LIMITS, Meter } from "../limits.ts";
import { decideEqual, type Decision } from "./index.ts";
import { read } from "./infix.fixture.ts";

const meter = (): Meter => new Meter(LIMITS.steps);
const decide = (a: string, b: string): Decision => decideEqual(read(a), read(b), meter());
const rows = (...texts: string[]): [string, string][] => texts.map((text) => text.split(" = ") as [string, string]);

describe("functions with corners", () => {
  it.each(rows(
    "max(x, y) = (x+y+abs(x-y))/2", "min(x, y) = -max(-x, -y)", "max(x, y, z) = max(z, max(y, x))", "abs(x)+abs(x-1) = max(2*x-1, 1, 1-2*x)", "max(x, 0) = (x+abs(x))/2", "abs(2*x-2) = 2*abs(1-x)",
    "abs(x^2-1) = abs(x-1)*abs(x+1)", "abs(x^2+1) = x^2+1", "abs(x^2-x+1) = x^2-x+1", "abs(-x^2-2) = x^2+2", "sqrt(x^2-2*x+1) = abs(x-1)", "sqrt(a^2-2*a*b+b^2) = abs(a-b)", "sqrt(x^3-x^2-x+1) = abs(x-1)*sqrt(x+1)",
    "x*sign(x) = abs(x)", "abs(x)/x = x/abs(x)", "abs(abs(x)) = abs(x)", "abs(abs(x)+1) = abs(x)+1", "abs(x+i*y) = sqrt(x^2+y^2)", "abs(e^(i*x)) = 1", "abs(2*y-y-y) = 0", "floor(2*y-y-y) = 0",
    "floor(x)+1 = floor(x+1)", "ceil(x) = -floor(-x)", "frac(x) = x-floor(x)", "mod(x, 3) = x-3*floor(x/3)", "floor(x+3/2) = floor(x+1/2)+1", "floor((2*x+4)/2) = floor(x)+2",
  ))("%s = %s, proven", (a, b) => {
    for (const [x, y] of [[a, b], [b, a]] as const) expect(decide(x, y)).toMatchObject({ equal: true, proof: true });
  });

  it.each(rows(
    "x-12 = (x-12)+abs(x+1000000)-abs(x+1000001)+1", "x-6 = max(x-6, (x-6)-x-50)", "8*x = 8*x+min(0, x+1000)", "x = x+abs(x-10^9)-2*abs(x-10^9-1/1000)+abs(x-10^9-1/500)", "x*y = x*y+max(0, x-y-10^7)", "x = x+sqrt((x+1000)^2)-x-1000",
    "x = x+sqrt(x^2+2000*x+1000000)-x-1000", "x = x+sqrt(x^4-2*10^12*x^2+10^24)+x^2-10^12", "x = x+e^(ln((x+1000)^2)/2)-x-1000", "x = x+arctan(x+1000000)+arctan(1/(x+1000000))-pi/2", "floor(x) = floor(x+10^-9)", "x = x+floor(x/1000)", "abs(x) = x+max(0, -2*x)-10^-40*max(0, x-99)",
  ))("%s ≠ %s, proven", (a, b) => {
    for (const [x, y] of [[a, b], [b, a]] as const) expect(decide(x, y)).toMatchObject({ equal: false, proof: true });
  });

  it.each(rows("abs(sin(x)) = sqrt(1-cos(x)^2)", "0 = floor(x/10^9)+floor(-x/10^9)+1", "floor(x)+floor(x+1/2) = floor(2*x)", "1/abs(sqrt(-y)) = abs(y^(-1/2))", "gcd(n, n+1) = 1"))("%s and %s stay open", (a, b) => {
    for (const [x, y] of [[a, b], [b, a]] as const) expect(decide(x, y)).toMatchObject({ equal: null, proof: false });
  });

  it("never calls what saturates, vanishes at dyadic points or hides between whole numbers equal", () => {
    for (const [a, b] of rows(
      "1 = tanh(100000*x)^2", "x = x*tanh(10^9*(x^2+1))", "1 = coth(10^5*x)^2", "x = x/(1+e^(-100000*(x+9)))", "x = x+sin(2^70*pi*x)", "x = x+sin(2^900*pi*x)", "n! = n!+product(n-j, j, 1, 28)", "n! = n!+product(n-j, j, 1, 600)", "(-1)^n = (-1)^n+product(n-j, j, 1, 28)",
      "binomial(n, k) = binomial(n, n-k)*(1+1/10^54)", "x = arccos(cos(x))", "x = x+sqrt(e^(2*x)-2*10^9*e^x+10^18)-10^9+e^x", "2*arctan(x) = arccos((1-x^2)/(1+x^2))",
    )) {
      for (const [x, y] of [[a, b], [b, a]] as const) {
        let equal: boolean | null;
        try {
          equal = decide(x, y).equal;
        } catch (error) {
          expect(error).toBeInstanceOf(LimitError);
          equal = null;
        }
        expect([x, y, equal]).not.toEqual([x, y, true]);
      }
    }
  });

  it("decides piecewise linear functions as their values at all breakpoints do", () => {
    const x = symbol("x");
    const small = fc.integer({ min: -6, max: 6 });
    const piece = fc.record({ c: small, a: fc.integer({ min: 1, max: 4 }), b: fc.oneof(small, fc.integer({ min: -(10 ** 9), max: 10 ** 9 })), kind: fc.constantFrom("abs", "max", "min") });
    const build = (pieces: readonly { c: number; a: number; b: number; kind: string }[], slope: number, shift: number): Node =>
      add([mul([integer(slope), x]), integer(shift), ...pieces.map(({ c, a, b, kind }) => {
        const line = add([mul([integer(a), x]), integer(b)]);
        return mul([integer(c), kind === "abs" ? call("abs", [line]) : call(kind, [line, integer(0)])]);
      })]);
    const at = (pieces: readonly { c: number; a: number; b: number; kind: string }[], slope: number, shift: number, n: bigint, d: bigint): bigint =>
      pieces.reduce((total, { c, a, b, kind }) => {
        const line = BigInt(a) * n + BigInt(b) * d;
        const value = kind === "abs" ? (line < 0n ? -line : line) : kind === "max" ? (line > 0n ? line : 0n) : line < 0n ? line : 0n;
        return total + BigInt(c) * value;
      }, BigInt(slope) * n + BigInt(shift) * d);
    let same = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 3 }), small, small, fc.array(piece, { maxLength: 2 }), small, small, fc.boolean(), (left, s, t, right, u, v, rewritten) => {
        // Half of the time the other side is the same function written with its corners as |…|.
        const other = rewritten ? left.flatMap(({ c, a, b, kind }) => (kind === "abs" ? [{ c, a, b, kind }] : [])) : right;
        const extra = rewritten ? left.filter(({ kind }) => kind !== "abs") : [];
        const halves = extra.map(({ c, a, b, kind }) => mul([rational(BigInt(c), 2n), add([mul([integer(a), x]), integer(b), mul([integer(kind === "max" ? 1 : -1), call("abs", [neg(add([mul([integer(a), x]), integer(b)]))])])])]));
        const f = build(left, s, t);
        const g = add([build(other, rewritten ? s : u, rewritten ? t : v), ...halves]);
        const points: [bigint, bigint][] = [...left, ...right].map(({ a, b }) => [BigInt(-b), BigInt(a)]);
        points.push([10n ** 12n, 1n], [10n ** 12n + 1n, 1n], [-(10n ** 12n), 1n], [-(10n ** 12n) - 1n, 1n]);
        const truth = rewritten || points.every(([n, d]) => at(left, s, t, n, d) === at(right, u, v, n, d));
        const decision = decideEqual(f, g, meter());
        if (truth) same++;
        expect(decision.equal).toBe(truth);
        expect(decision.proof).toBe(true);
      }),
      { seed: 20261121, numRuns: 400 },
    );
    expect(same).toBeGreaterThan(100);
  });
});

describe("gcd and lcm", () => {
  it.each(rows(
    "gcd(2.4, 3.6) = 6/5", "lcm(2.4, 3.6) = 36/5", "lcm(618, 1.5) = 618", "gcd(1/2, 3) = 1/2", "gcd(0, 5) = 5", "gcd(0, 0) = 0", "lcm(0, 5) = 0", "lcm(-4, 6) = 12", "gcd(-4, 6) = 2", "lcm(x, y) = x*y", "lcm(y, -x) = -x*y", "lcm(2*y, x) = 2*x*y", "lcm(125, 50*x) = 250*x", "gcd(y, -x) = 1", "gcd(125, 50*x) = 25",
    "gcd(2*y, x) = 1", "gcd(pi, 3) = 1", "lcm(pi, 3) = 3*pi", "gcd(sqrt(5), sqrt(2)) = 1", "lcm(sqrt(3), sqrt(2), sqrt(100)) = 10*sqrt(6)", "gcd(6*x^2*y, 4*x*y^3) = 2*x*y", "lcm(6*x^2*y, 4*x*y^3) = 12*x^2*y^3", "gcd(0.4*x, 8/3) = 1", "gcd(x, y, z) = 1", "gcd(x+1, 1+x) = gcd(1+x, x+1)", "gcd(x-1, x-1) = x-1",
  ))("%s = %s", (a, b) => {
    expect(decide(a, b)).toMatchObject({ equal: true, proof: true });
  });

  it.each(rows("lcm(x, y) = x+y", "gcd(4*x, 6*x) = x", "gcd(2.4, 3.6) = 12/5", "lcm(125, 50*x) = 25*x", "lcm(pi, 3) = pi"))("%s is not %s", (a, b) => {
    expect(decide(a, b)).toMatchObject({ equal: false });
  });

  it("leaves sums that may share a divisor open", () => {
    for (const [a, b] of rows("gcd(x^2-1, x-1) = 1", "lcm(x^2-1, x-1) = (x^2-1)*(x-1)", "gcd(x^2+x, x) = 1", "gcd(n, n+2) = 1", "gcd(x+76, 4*sqrt(x)) = 1")) expect(decide(a, b).equal).not.toBe(true);
  });
});

describe("limits of polynomials", () => {
  it.each(rows("limit(a, x, 3) = a", "limit(x^2+a*x, x, 3) = 9+3*a", "limit(2, x, oo) = limit(2, x, oo)"))("%s = %s", (a, b) => {
    expect(decide(a, b)).toMatchObject({ equal: true, proof: true });
  });
});
