import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { add, call, constant, div, integer, mul, neg, pow, rational, root, symbol, type Node } from "../ast.ts";
import { LIMITS, Meter } from "../limits.ts";
import { decideEqual, proportional } from "./index.ts";

const RUNS = { seed: 20261121, numRuns: 300 };
const decide = (a: Node, b: Node): ReturnType<typeof decideEqual> => decideEqual(a, b, new Meter(LIMITS.steps));

const leaf: fc.Arbitrary<Node> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(symbol("x"), symbol("y")) as fc.Arbitrary<Node> },
  { weight: 3, arbitrary: fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 1, max: 6 })).map(([n, d]): Node => rational(BigInt(n), BigInt(d))) },
  { weight: 2, arbitrary: fc.constantFrom<Node>(constant("pi"), constant("e"), root(integer(2)), root(integer(3)), root(integer(5), integer(3))) },
);

const { tree }: { tree: fc.Arbitrary<Node> } = fc.letrec<{ tree: Node }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, depthIdentifier: "tree" },
    leaf,
    fc.tuple(tie("tree"), tie("tree")).map(([a, b]): Node => add([a, b])),
    fc.tuple(tie("tree"), tie("tree")).map(([a, b]): Node => mul([a, b])),
    fc.tuple(tie("tree"), tie("tree")).map(([a, b]): Node => div(a, b)),
    fc.tuple(tie("tree"), fc.integer({ min: 2, max: 3 })).map(([a, k]): Node => pow(a, integer(k))),
    tie("tree").map((a): Node => root(a)),
    fc.tuple(fc.constantFrom("sin", "cos", "exp", "ln", "arctan", "abs", "f"), tie("tree")).map(([name, a]): Node => call(name, [a])),
  ),
}));

/** Rewritings that keep the value wherever it is defined. */
const REWRITINGS: readonly (readonly [string, (a: Node) => Node])[] = [
  ["reversed", reversed],
  ["halved and doubled", (a) => mul([integer(2), a, rational(1n, 2n)])],
  ["plus and minus π", (a) => add([a, constant("pi"), neg(constant("pi"))])],
  ["plus 0·x", (a) => add([a, mul([integer(0), symbol("x")])])],
  ["twice negated", (a) => neg(neg(a))],
  ["split in thirds", (a) => add([div(a, integer(3)), mul([rational(2n, 3n), a])])],
  ["times √2·√2/2", (a) => mul([a, root(integer(2)), div(root(integer(2)), integer(2))])],
  ["times sin² + cos²", (a) => mul([a, add([pow(call("sin", [symbol("y")]), integer(2)), pow(call("cos", [symbol("y")]), integer(2))])])],
];

function reversed(a: Node): Node {
  switch (a.kind) {
    case "add":
      return { kind: "add", args: a.args.map(reversed).toReversed() };
    case "mul":
      return { kind: "mul", args: a.args.map(reversed).toReversed() };
    case "pow":
      return pow(reversed(a.base), a.exponent);
    case "root":
      return root(reversed(a.arg), a.index);
    case "call":
      return call(a.name, a.args.map(reversed));
    default:
      return a;
  }
}

/** Undefined expressions (1/0) are equal to nothing. */
const isDefined = (a: Node): boolean => decide(a, add([a, integer(0)])).equal === true;

describe("decideEqual", () => {
  it.each(REWRITINGS)("keeps equality: %s", (_name, rewrite) => {
    let open = 0;
    let tried = 0;
    fc.assert(
      fc.property(tree, (a) => {
        if (!isDefined(a)) return;
        tried++;
        const decision = decide(a, rewrite(a));
        expect(decision.equal).not.toBe(false);
        if (decision.equal === null) open++;
      }),
      RUNS,
    );
    expect(tried).toBeGreaterThan(200);
    expect(open / tried).toBeLessThan(0.02);
  });

  it("sees a change of 10^-k for every k up to 60", () => {
    fc.assert(
      fc.property(tree, fc.integer({ min: 1, max: 60 }), fc.boolean(), (a, k, up) => {
        const tiny = rational(up ? 1n : -1n, 10n ** BigInt(k));
        const decision = decide(a, add([a, tiny]));
        expect(decision.equal).not.toBe(true);
        if (decision.equal === false) expect(decision.proof).toBe(true);
      }),
      RUNS,
    );
  });

  it("sees a relative change of 7^-k, and another variable", () => {
    fc.assert(
      fc.property(tree, fc.integer({ min: 1, max: 60 }), (a, k) => {
        if (decide(a, integer(0)).equal !== false) return;
        expect(decide(a, mul([a, rational(7n ** BigInt(k) + 1n, 7n ** BigInt(k))])).equal).not.toBe(true);
        expect(decide(a, add([a, symbol("z")])).equal).not.toBe(true);
      }),
      RUNS,
    );
  });

  it("is symmetric and says the same again", () => {
    fc.assert(
      fc.property(tree, tree, (a, b) => {
        const decision = decide(a, b);
        expect(decide(b, a).equal).toBe(decision.equal);
        expect(decide(a, b)).toEqual(decision);
      }),
      RUNS,
    );
  });

  it("accepts unequal expressions never: agreement is checked in doubles", () => {
    const at = (a: Node, x: number, y: number): number => {
      switch (a.kind) {
        case "number":
          return Number(a.n) / Number(a.d);
        case "constant":
          return a.name === "pi" ? Math.PI : Math.E;
        case "symbol":
          return a.name === "x" ? x : y;
        case "add":
          return a.args.reduce((s, arg) => s + at(arg, x, y), 0);
        case "mul":
          return a.args.reduce((s, arg) => s * at(arg, x, y), 1);
        case "pow":
          return at(a.base, x, y) ** at(a.exponent, x, y);
        case "root": {
          const [value, index] = [at(a.arg, x, y), at(a.index, x, y)];
          return index % 2 === 1 && value < 0 ? -((-value) ** (1 / index)) : value ** (1 / index);
        }
        case "call": {
          const u = at(a.args[0]!, x, y);
          const f = ({ sin: Math.sin, cos: Math.cos, exp: Math.exp, ln: Math.log, arctan: Math.atan, abs: Math.abs } as Record<string, (u: number) => number>)[a.name];
          return f === undefined ? Math.tan(u + 0.3) : f(u);
        }
        default:
          return Number.NaN;
      }
    };
    fc.assert(
      fc.property(tree, tree, fc.double({ min: 0.3, max: 3, noNaN: true }), fc.double({ min: 0.3, max: 3, noNaN: true }), (a, b, x, y) => {
        if (decide(a, b).equal !== true) return;
        const [u, v] = [at(a, x, y), at(b, x, y)];
        if (!Number.isFinite(u) || !Number.isFinite(v) || Math.abs(u) > 1e6) return;
        expect(Math.abs(u - v)).toBeLessThan(1e-4 * Math.max(1, Math.abs(u)));
      }),
      { ...RUNS, numRuns: 600 },
    );
  });
});

describe("proportional", () => {
  it("finds a constant factor and refuses another", () => {
    fc.assert(
      fc.property(tree, fc.integer({ min: 1, max: 50 }), (a, c) => {
        if (decide(a, integer(0)).equal !== false || !isDefined(a)) return;
        expect(proportional(a, mul([rational(BigInt(-c), 7n), a]), new Meter(LIMITS.steps)).equal).not.toBe(false);
        expect(proportional(a, mul([symbol("z"), a]), new Meter(LIMITS.steps)).equal).not.toBe(true);
      }),
      RUNS,
    );
  });
});
