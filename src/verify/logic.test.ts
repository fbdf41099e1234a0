import fc from "fast-check";
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import type { Solve } from "../core/capabilities.ts";
import type { VerifyContext } from "../core/method.ts";
import { createSolve } from "../sandbox/solve.ts";
import { formulaText, logic, logicBinding, parseFormula, proofSteps, type Formula, type LogicOptions } from "./index.ts";
import { canonicalText, Diagrams, TooManyNodes } from "./logic/diagrams.ts";
import { equivalent } from "./logic/entail.ts";
import { writeSmtLib } from "./logic/smtlib.ts";

const { solve, close } = createSolve({ parallel: 1 });
afterAll(close);

const read = (text: string, notation?: "prover9" | "smtlib"): string => {
  const parsed = parseFormula(text, notation);
  return "fault" in parsed ? `at ${parsed.at}: ${parsed.fault}` : formulaText(parsed.formula);
};
const formula = (text: string): Formula => {
  const parsed = parseFormula(text);
  if ("fault" in parsed) throw new Error(parsed.fault);
  return parsed.formula;
};

describe("notations", () => {
  it.each([
    ["∀x (Dog(x) → ∃y (Owns(y, x) ∧ ¬Cat(y)))", "∀x (Dog(x) → ∃y (Owns(y, x) ∧ ¬Cat(y)))"],
    ["all x all y (P(x,y) -> -Q(y)).", "∀x ∀y (P(x, y) → ¬Q(y))"],
    ["exists x. P(x) & Q(x)", "∃x (P(x) ∧ Q(x))"],
    ["\\forall x \\, \\left( P(x) \\to \\neg Q(x) \\right)", "∀x (P(x) → ¬Q(x))"],
    ["forall x y, P(x,y)", "∀x ∀y P(x, y)"],
    ["p and not q or r implies s", "((p ∧ ¬q) ∨ r) → s"],
    ["NOT a AND b", "¬a ∧ b"],
    ["(=> p (and q r))", "p → (q ∧ r)"],
    ["(forall ((x U) (y U)) (=> (P x y) (= x y)))", "∀x ∀y (P(x, y) → (x = y))"],
    ["(declare-const p Bool)(declare-const q Bool)(assert (= p q))(assert (distinct a b))", "(p ↔ q) ∧ ¬(a = b)"],
    ["A ⊕ B ∨ C", "(A ⊕ B) ∨ C"],
    ["p -> q -> r", "p → (q → r)"],
    ["p <-> q <-> r", "(p ↔ q) ↔ r"],
    ["p && !q || r", "(p ∧ ¬q) ∨ r"],
    ["f(x)=g(a) ∧ a != b", "(f(x) = g(a)) ∧ ¬(a = b)"],
    ["(∀x) P(x) → Q", "∀x (P(x) → Q)"],
    ["P_{1} \\land \\text{is rainy}", "P_1 ∧ israiny"],
    ["(not p) or q", "¬p ∨ q"],
    ["$p \\iff \\top$", "p ↔ ⊤"],
    ["[p => q] /\\ {r \\/ s}", "(p → q) ∧ (r ∨ s)"],
  ])("%s", (text, wanted) => expect(read(text)).toBe(wanted));

  it("has tight quantifiers in Prover9's", () => {
    expect(read("all x P(x) -> Q", "prover9")).toBe("(∀x P(x)) → Q");
    expect(read("exists x (P(x) & $T).", "prover9")).toBe("∃x (P(x) ∧ ⊤)");
  });

  it.each(["((((p", "p q", "", "∀", "p ∧", "∧ p", "P(", "P()", "P(x,)", "\\foo p", "p # q", "(forall x p)", "(and)", "(=> p)", "(assert (and p q)", "(assert p))", "(and |p q)", "\\text{p"])("refuses %s", (text) => expect(read(text)).toMatch(/^at \d+: ./));

  it("reads back what it writes", () => {
    const atom = fc.constantFrom<Formula>({ op: "atom", name: "p", args: [] }, { op: "atom", name: "Q", args: [{ name: "x", args: [] }, { name: "f", args: [{ name: "a", args: [] }] }] }, { op: "equal", left: { name: "x", args: [] }, right: { name: "b", args: [] } }, { op: "true" });
    const tree = fc.letrec<{ f: Formula }>((tie) => ({
      f: fc.oneof(
        { maxDepth: 4, depthSize: "small" },
        atom,
        fc.record({ op: fc.constant("not" as const), body: tie("f") }),
        fc.record({ op: fc.constantFrom("and" as const, "or" as const, "xor" as const, "implies" as const, "iff" as const), left: tie("f"), right: tie("f") }),
        fc.record({ op: fc.constantFrom("forall" as const, "exists" as const), variable: fc.constantFrom("x", "y"), body: tie("f") }),
      ),
    })).f;
    fc.assert(fc.property(tree, (given) => {
      const text = formulaText(given);
      expect(read(text)).toBe(text);
      const back = formula(text);
      expect(canonicalText(back)).toBe(canonicalText(given));
    }), { numRuns: 200 });
  });

  it("answers hostile texts at once", async () => {
    const n = 1_000_000;
    for (const text of ["(".repeat(n), "¬".repeat(n), "p∧".repeat(n / 2), "∀x".repeat(n / 2), "(and ".repeat(n / 5), "P(".repeat(n / 2), "f(".repeat(4000), "¬".repeat(19_000), "p→".repeat(9_000), "(and ".repeat(3_000), "\\".repeat(n)]) {
      expect((await logic(text, "p", { extract: "whole" })).status).toBe("invalid");
      expect(logicBinding(text, "p", { extract: "whole" }).status).toBe("invalid");
    }
  });
});

describe("equivalence", () => {
  const check = async (response: string, gold: string, options: Partial<LogicOptions> = {}, context: VerifyContext = {}): Promise<string> => {
    const { status, reason } = await logic(response, gold, { extract: "whole", ...options }, context);
    return `${status}: ${reason.code}`;
  };

  it("is by truth tables without quantifiers", async () => {
    expect(await check("¬p ∨ q", "p -> q")).toBe("correct: equivalent");
    expect(await check("~q -> ~p", "p -> q")).toBe("correct: equivalent");
    expect(await check("q -> p", "p -> q")).toBe("incorrect: not-equivalent");
    expect((await logic("q -> p", "p -> q", { extract: "whole" })).reason.text).toContain("false");
    expect(await check("P(a) ∧ P(b)", "P(b) ∧ P(a)")).toBe("correct: equivalent");
    expect(await check("p ⊕ q", "¬(p ↔ q)")).toBe("correct: equivalent");
    expect(await check("p", "p ∧ (q ∨ ¬q)")).toBe("correct: equivalent");
    expect(await check("Is_Raining → Wet", "israining → wet", { caseSensitive: false })).toBe("correct: equivalent");
    expect(await check("Is_Raining → Wet", "israining → wet")).toBe("incorrect: not-equivalent");
  });

  it("may be one way only", async () => {
    expect(await check("p ∧ q", "p", { relation: "implies-reference" })).toBe("correct: follows");
    expect(await check("p ∨ q", "p", { relation: "implies-reference" })).toBe("incorrect: does-not-follow");
    expect(await check("p ∨ q", "p", { relation: "implied-by-reference" })).toBe("correct: follows");
  });

  it("needs no solver where quantified parts are the same up to bound names", async () => {
    expect(await check("∀y (¬Q(y) → ¬P(y))", "∀x (¬P(x) ∨ Q(x))")).toBe("correct: equivalent");
    expect(await check("∀y (P(y) → Q(y))", "∀x (¬P(x) ∨ Q(x))")).toBe("correct: equivalent");
    expect(await check("¬∃y (P(y) ∧ ¬Q(y))", "∀x (P(x) → Q(x))")).toBe("correct: equivalent");
    expect(await check("∃x P(x)", "∀x P(x)")).toBe("undecided: no-capability");
  });

  it("is by Z3 else", async () => {
    const z3 = { solve };
    expect(await check("∃x P(x)", "∀x P(x)", {}, z3)).toBe("incorrect: not-equivalent");
    expect(await check("∀x P(x) ∧ ∀y Q(y)", "∀x (P(x) ∧ Q(x))", {}, z3)).toBe("correct: equivalent");
    expect(await check("∀x P(x) ∨ ∀y Q(y)", "∀x (P(x) ∨ Q(x))", {}, z3)).toBe("incorrect: not-equivalent");
    expect(await check("∀x ∃y R(x, y)", "∃y ∀x R(x, y)", {}, z3)).toBe("incorrect: not-equivalent");
    expect(await check("∃y ∀x R(x, y)", "∀x ∃y R(x, y)", { relation: "implies-reference" }, z3)).toBe("correct: follows");
    expect(await check("a = b → f(a) = f(b)", "true", {}, z3)).toBe("correct: equivalent");
    expect(await check("∀x (x = a → P(x))", "P(a)", {}, z3)).toBe("correct: equivalent");
    // A name that tries to leave its quotes.
    expect(writeSmtLib([{ op: "atom", name: "p| (assert false", args: [] }])).not.toContain("p|");
  });

  it("says whose fault it is", async () => {
    expect(await check("p ∧", "p")).toBe("invalid: unparseable");
    expect(await check("p", "p ∧")).toBe("undecided: bad-reference");
    expect(await check("p", 5 as unknown as string)).toBe("undecided: bad-reference");
    expect(await check("", "p")).toBe("invalid: empty");
    expect(await check("\\boxed{p} or \\boxed{q}", "p", { extract: "only-box" })).toMatch(/invalid: contradiction|incorrect/);
    expect(await check("∃x P(x)", "∀x P(x)", {}, { solve: (async () => ({ status: "unknown", model: null, message: "" })) satisfies Solve })).toBe("undecided: open");
    expect(await check("∃x P(x)", "∀x P(x)", {}, { solve: (async () => ({ status: "infrastructure", model: null, message: "gone" })) satisfies Solve })).toBe("undecided: infrastructure");
  });

  /** Σ over pairs far apart: a diagram in the order they are first named is exponential. */
  const hard = `${Array.from({ length: 40 }, (_, i) => `(a${i} | ~a${i})`).join(" & ")} & (${Array.from({ length: 20 }, (_, i) => `(a${i} & a${i + 20})`).join(" | ")})`;
  it("gives up in bounded time, and never for free", async () => {
    const order = `(${Array.from({ length: 40 }, (_, i) => `a${i}`).join(" ^ ")}) & (${Array.from({ length: 20 }, (_, i) => `(a${i} & a${i + 20})`).join(" | ")})`;
    expect(() => new Diagrams().of(formula(order))).toThrow(TooManyNodes);
    expect(await check(order, "a0")).toBe("invalid: too-hard");
    expect(await check(order, "a0", {}, { solve })).toBe("incorrect: not-equivalent");
    expect(await check(hard, "a0")).toMatch(/^(incorrect|invalid)/);
  });

  it("agrees with brute force", async () => {
    const names = ["p", "q", "r"];
    const tree = fc.letrec<{ f: Formula }>((tie) => ({
      f: fc.oneof({ maxDepth: 5, depthSize: "small" }, fc.constantFrom(...names).map((name): Formula => ({ op: "atom", name, args: [] })), fc.record({ op: fc.constant("not" as const), body: tie("f") }), fc.record({ op: fc.constantFrom("and" as const, "or" as const, "xor" as const, "implies" as const, "iff" as const), left: tie("f"), right: tie("f") })),
    })).f;
    const value = (f: Formula, on: ReadonlySet<string>): boolean => {
      switch (f.op) {
        case "atom":
          return on.has(f.name);
        case "not":
          return !value(f.body, on);
        case "and":
          return value(f.left, on) && value(f.right, on);
        case "or":
          return value(f.left, on) || value(f.right, on);
        case "xor":
        case "iff":
          return (value(f.left, on) === value(f.right, on)) === (f.op === "iff");
        case "implies":
          return !value(f.left, on) || value(f.right, on);
        default:
          throw new Error(f.op);
      }
    };
    await fc.assert(fc.asyncProperty(tree, tree, async (a, b) => {
      const same = Array.from({ length: 8 }, (_, bits) => new Set(names.filter((__, i) => (bits >> i) & 1))).every((on) => value(a, on) === value(b, on));
      expect((await equivalent(a, b, { solve: undefined, seconds: 1 })).holds).toBe(same);
      if (canonicalText(a) === canonicalText(b)) expect(same).toBe(true);
    }), { numRuns: 200 });
  });
});

describe("soft score with bound literals", () => {
  const { rows, unparsable } = JSON.parse(readFileSync(new URL("../../test/fixtures/logic/logicllama.json", import.meta.url), "utf8")) as { rows: [string, string, number, number][]; unparsable: string[] };
  const score = (given: string, gold: string, pad = true): number => logicBinding(given, gold, { extract: "whole", pad }).score!;

  it("is the released code's", () => {
    expect(rows.length).toBeGreaterThan(150);
    for (const [given, gold, soft, hard] of rows) {
      expect([given, gold, score(given, gold)]).toEqual([given, gold, soft]);
      expect([given, gold, score(given, gold, false)]).toEqual([given, gold, hard]);
    }
    for (const text of unparsable) expect(logicBinding(text, "A(x)", { extract: "whole" }).reason.code).toBe("unparseable");
  });

  it("is the catalogue's", () => {
    expect(score("A(x) ∧ B(x)", "A(x) ∨ B(x)")).toBe(0.5);
    expect(score("A(x) ∧ B(x)", "A(x)")).toBe(0.75);
    expect(score("¬(Red(y) ∧ Blue(y))", "¬A(x) ∨ ¬B(x)")).toBe(1);
    expect(score("∃x A(x)", "∀x A(x)")).toBe(1);
    expect(logicBinding("\\boxed{Kitten(x) ∧ Dog(x)}", "Dogs(x) → Cat(x)").literals).toEqual({ gold: ["Dogs(x)", "Cat(x)"], bound: expect.any(Array) });
  });

  it("is bounded, and says whose fault it is", () => {
    const wide = (n: number, name: string): string => Array.from({ length: n }, (_, i) => `${name}${i}(x)`).join(" ∧ ");
    expect(logicBinding(wide(14, "A"), wide(14, "B").replaceAll("∧", "⊕"), { extract: "whole" }).status).toBe("incorrect");
    expect(logicBinding(wide(15, "A"), "A(x)", { extract: "whole" }).reason.code).toBe("too-many-literals");
    expect(logicBinding("A(x)", wide(15, "A"), { extract: "whole" }).reason.code).toBe("bad-reference");
    expect(logicBinding("A(x)", "A(x").reason.code).toBe("bad-reference");
    expect(logicBinding("nothing here", "A(x)", { extract: "only-box" }).reason.code).toBe("no-answer");
    expect(logicBinding("\\boxed{A(x)} and \\boxed{B(x)}", "A(x)", { extract: "only-box" }).reason.code).toBe("contradiction");
  });

  it("compares long names in time", () => {
    const began = performance.now();
    expect(logicBinding("a".repeat(20_000), "a".repeat(20_000), { extract: "whole" }).score).toBe(1);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

describe("steps of proofs", () => {
  const goal = { premises: ["p -> q", "q -> r"], conclusion: "p -> r" };
  const proof = "1. p -> q premise\n2. q -> r (given)\n3. p [assume]\n4. q [1, 3]\n5. r [MP 2, 4]\n6. p -> r [3-5]";
  const check = async (text: string, reference: typeof goal = goal, options: object = {}, context: VerifyContext = {}): Promise<string> => {
    const { status, reason, score } = await proofSteps(text, reference, options, context);
    return `${status}: ${reason.code} ${String(score)}`;
  };

  it("holds a proof with a discharged assumption", async () => {
    expect(await check(proof)).toBe("correct: proved 1");
    expect(await check(`We argue:\n${proof}`)).toBe("correct: proved 1");
    expect((await proofSteps(proof, goal)).steps?.map(({ holds }) => holds)).toEqual([true, true, true, true, true, true]);
  });

  it("finds the step that does not follow, and pays the others where asked", async () => {
    const wrong = proof.replace("4. q [1, 3]", "4. r [1, 3]");
    expect(await check(wrong)).toBe("incorrect: invalid-step 0");
    expect(await check(wrong, goal, { partial: "share" })).toMatch(/^incorrect: invalid-step 0\.\d+/);
    expect((await proofSteps(wrong, goal)).reason.text).toContain("line 4");
    expect(await check(proof.replace("[1, 3]", "[1, 5]"))).toBe("incorrect: invalid-step 0");
    expect(await check(proof.replace("[3-5]", "[4-5]"))).toBe("incorrect: invalid-step 0");
    expect(await check(proof.replace("1. p -> q premise", "1. p <-> q premise"))).toBe("incorrect: invalid-step 0");
    expect(await check(proof.replace("4. q", "4. q ∧"))).toBe("incorrect: invalid-step 0");
  });

  it("refuses what only looks like a proof", async () => {
    expect(await check("1. p [assume]\n2. p -> q premise\n3. q [1, 2]", { premises: ["p -> q"], conclusion: "q" })).toBe("incorrect: assumption-left 0");
    expect(await check(proof.replace("\n6. p -> r [3-5]", ""))).toBe("incorrect: not-concluded 0");
    expect(await check("1. p -> r [1]")).toBe("incorrect: invalid-step 0");
    expect(await check("1. p -> r []")).toBe("incorrect: invalid-step 0");
    expect(await check("1. p -> r premise")).toBe("correct: proved 1");
    expect(await check("1. ⊥ assume\n2. p -> r [1]")).toBe("incorrect: assumption-left 0");
    expect(await check("It is obvious.")).toBe("invalid: unparseable 0");
    expect(await check("1. p -> r")).toBe("invalid: unparseable 0");
    expect(await check("1. p premise\n1. p premise")).toBe("invalid: unparseable 0");
    expect(await check(Array.from({ length: 300 }, (_, i) => `${i}. p -> q premise`).join("\n"))).toBe("invalid: too-long 0");
    expect(await check("1. p premise", { premises: ["p ∧"], conclusion: "p" })).toBe("undecided: bad-reference null");
    expect(await check("1. p premise", {} as typeof goal)).toBe("undecided: bad-reference null");
    expect(await check("", goal)).toBe("invalid: empty 0");
  });

  it("asks the solver of quantified steps", async () => {
    const socrates = { premises: ["∀x (Man(x) → Mortal(x))", "Man(socrates)"], conclusion: "Mortal(socrates)" };
    const text = "1. ∀x (Man(x) → Mortal(x)) [premise]\n2. Man(socrates) [premise]\n3. Mortal(socrates) [1, 2]";
    expect(await check(text, socrates, {}, { solve })).toBe("correct: proved 1");
    expect(await check(text, socrates)).toBe("undecided: no-capability null");
    expect(await check(text.replace("[1, 2]", "[1]"), socrates, {}, { solve })).toBe("incorrect: invalid-step 0");
    expect(await check(text, socrates, {}, { solve: (async () => ({ status: "unknown", model: null, message: "" })) satisfies Solve })).toBe("undecided: open null");
    expect(await check(text, socrates, {}, { solve: (async () => ({ status: "error", model: null, message: "?" })) satisfies Solve })).toBe("undecided: infrastructure null");
  });
});
