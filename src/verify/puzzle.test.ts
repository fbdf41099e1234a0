import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mineProbabilities, puzzle, puzzleMoves, type PuzzleReference } from "./index.ts";

const check = (response: string, reference: PuzzleReference | string): string => {
  const { status, reason } = puzzle(response, reference, { extract: "whole" });
  return `${status}: ${reason.code}`;
};
const scores = (reference: PuzzleReference, moves: readonly string[]): number[] => {
  const got = puzzleMoves(reference, moves);
  if (typeof got === "string") throw new Error(got);
  return got.map(({ value }) => value);
};

describe("countdown", () => {
  const four = { kind: "countdown", numbers: [100, 4, 8, 3], target: 15 };
  it("checks an expression exactly", () => {
    expect(check("(100 - 4) / 8 + 3", four)).toBe("correct: solved");
    expect(check("(100 − 4) ÷ 8 + 3 = 15", four)).toBe("correct: solved");
    expect(check("(100 - 4) / 8 + 3 = 16", four)).toBe("incorrect: not-solved");
    expect(check("100 - 4 * 8 + 3", four)).toBe("incorrect: not-solved");
    expect(check("12 + 3", four)).toBe("invalid: illegal");
    expect(check("15 * (100 - 4 - 8 - 3) / (100 - 4 - 8 - 3)", four)).toBe("invalid: illegal");
    expect(check("100 / (4 - 4)", four)).toBe("invalid: illegal");
    expect(check("8 + 4 + 3", four)).toBe("invalid: illegal");
    expect(check("8 + 4 + 3", { ...four, use: "some" })).toBe("correct: solved");
    expect(check("1 / 3 * 9", { kind: "countdown", numbers: [1, 3, 9], target: 3 })).toBe("correct: solved");
    for (const bad of ["fifteen", "100 -", "((100", "100 ** 4", "1e5", `${"(".repeat(300)}1`, "2".repeat(600), "a = b = c"]) expect(check(bad, four)).toBe("invalid: unparseable");
  });
  it("scores moves by whether the target can be reached still", () => {
    expect(scores(four, ["100 - 4 = 96", "96 / 8 = 12", "12 + 3 = 15"])).toEqual([1, 1, 1]);
    expect(scores(four, ["100 + 4 = 104", "100 - 4 = 96", "3 + 8 = 12", "nothing"])).toEqual([0, 0, 0, 0]);
  });
});

describe("sudoku", () => {
  const grid = "1.3. .... .... 4.2.";
  const bySearch = (cells: number[]): number[][] => {
    const at = cells.indexOf(0);
    const rows = (side: number, i: number): number[] => Array.from({ length: 16 }, (_, k) => k).filter((k) => k !== i && (Math.floor(k / side) === Math.floor(i / side) || k % side === i % side || (Math.floor(k / 8) === Math.floor(i / 8) && Math.floor((k % 4) / 2) === Math.floor((i % 4) / 2))));
    if (at < 0) return [cells];
    return [1, 2, 3, 4].filter((d) => rows(4, at).every((k) => cells[k] !== d)).flatMap((d) => bySearch(cells.with(at, d)));
  };
  const solutions = bySearch(Array.from(grid.replaceAll(/\s/g, ""), (c) => (c === "." ? 0 : Number(c))));
  it("takes any completion that breaks no rule, and no other", () => {
    expect(solutions.length).toBeGreaterThan(0);
    for (const solution of solutions) expect(check(solution.join(" "), { kind: "sudoku", grid })).toBe("correct: solved");
    expect(check(solutions[0]!.with(1, solutions[0]![1]! === 2 ? 4 : 2).join(""), { kind: "sudoku", grid })).toMatch(/incorrect: not-solved|correct/);
    expect(check("1".repeat(16), { kind: "sudoku", grid })).toBe("invalid: illegal");
    expect(check("1234", { kind: "sudoku", grid })).toBe("invalid: unparseable");
    expect(check("x", { kind: "sudoku", grid: "11..............".slice(0, 16) })).toBe("undecided: bad-reference");
    expect(check("x", { kind: "sudoku", grid: "12" })).toBe("undecided: bad-reference");
  });
  it("solves nine a side", () => {
    const nine = "53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79";
    const solved = "534678912672195348198342567859761423426853791713924856961537284287419635345286179";
    expect(check(solved, { kind: "sudoku", grid: nine })).toBe("correct: solved");
    expect(check(solved.replace("912", "921"), { kind: "sudoku", grid: nine })).toBe("incorrect: not-solved");
  });
  it("scores moves as VPR does", () => {
    const near = "1234341221434.21";
    expect(scores({ kind: "sudoku", grid: near }, ["4 2 1", "4 2 3", "4 2 3", "9 9 9", "x"])).toEqual([-1, 2, -2, -2, -2]);
    expect(scores({ kind: "sudoku", grid: "................" }, ["1 1 1"])[0]).toBe(1);
  });
});

describe("knights and knaves", () => {
  const two = { kind: "knights-knaves", statements: { A: "~A | ~B", B: "true" } };
  it("takes what everybody could have said", () => {
    expect(check("A is a knight, B is a knave.", { kind: "knights-knaves", statements: { A: "~B", B: "~A & ~B" } })).toBe("correct: solved");
    expect(check("A: knight; B: knight", { kind: "knights-knaves", statements: { A: "~B", B: "~A & ~B" } })).toBe("incorrect: not-solved");
    expect(check("A is not a knave and B is a knave", { kind: "knights-knaves", statements: { A: "~B", B: "~A & ~B" } })).toBe("correct: solved");
    expect(check("A is a knight", two)).toMatch(/unparseable|bad-reference/);
    expect(check("A is a knight. A is a knave. B is a knight", { kind: "knights-knaves", statements: { A: "B", B: "A" } })).toBe("invalid: unparseable");
    expect(check("?", { kind: "knights-knaves", statements: { A: "B", B: "A" } })).toBe("invalid: unparseable");
    // "I am a knave" can be said by nobody.
    expect(check("A is a knave", { kind: "knights-knaves", statements: { A: "~A" } })).toBe("undecided: bad-reference");
    expect(check("A is a knave", { kind: "knights-knaves", statements: { A: "(" } })).toBe("undecided: bad-reference");
    expect(check("A is a knave", { kind: "knights-knaves", statements: [] })).toBe("undecided: bad-reference");
  });
  it("scores what is said of one after the other", () => {
    expect(scores({ kind: "knights-knaves", statements: { A: "B", B: "A <-> B" } }, ["A is a knave", "A is a knight", "A is a knight", "B is a knave", "hm"])).toEqual([0, 1, 0, 0, 0]);
  });
});

describe("paths and lists", () => {
  const graph = { kind: "graph-path", edges: [["a", "b"], ["b", "c"], ["a", "c", 3], ["c", "d"], ["e", "f"]], from: "a", to: "d" };
  it("checks paths", () => {
    expect(check("a -> b -> c -> d", graph)).toBe("correct: optimal");
    expect(check("[a, c, d]", graph)).toBe("incorrect: not-optimal");
    expect(check("a → c → d", { ...graph, shortest: false })).toBe("correct: solved");
    expect(check("a d", graph)).toBe("invalid: illegal");
    expect(check("a b c", graph)).toBe("incorrect: not-solved");
    expect(check("->", graph)).toBe("invalid: unparseable");
    expect(check("d c b a", { ...graph, directed: true, from: "d", to: "a" })).toBe("undecided: bad-reference");
    expect(check("a", { ...graph, edges: [["a"]] })).toBe("undecided: bad-reference");
    expect(check("a", { ...graph, edges: "a" })).toBe("undecided: bad-reference");
    expect(scores(graph, ["b", "c", "d"])).toEqual([1, 1, 1]);
    expect(scores(graph, ["c", "z", "b", "a"])).toEqual([0, 0, 0, 0]);
  });
  it("checks lists", () => {
    const list = { kind: "sorting", items: [3, 1, 2, 2] };
    expect(check("[1, 2, 2, 3]", list)).toBe("correct: solved");
    expect(check("3 2 2 1", { ...list, order: "descending" })).toBe("correct: solved");
    expect(check("1, 2, 3, 2", list)).toBe("incorrect: not-solved");
    expect(check("1, 2, 3", list)).toBe("invalid: illegal");
    expect(check("one", list)).toBe("invalid: unparseable");
    expect(check("ant, bee, cat", { kind: "sorting", items: ["cat", "ant", "bee"] })).toBe("correct: solved");
    expect(check("1", { kind: "sorting", items: [1, "a"] })).toBe("undecided: bad-reference");
    expect(check("1", { kind: "sorting", items: [1], order: "up" })).toBe("undecided: bad-reference");
    expect(scores(list, ["1 2", "1 2", "2 4", "9 1"])).toEqual([1, 0, 1, 0]);
  });
});

describe("minesweeper", () => {
  /** All ways to lay the mines. */
  const bruteForce = (rows: readonly string[], mines: number): (number | null)[] | null => {
    const width = rows[0]!.length;
    const flat = rows.join("");
    const hidden = [...flat].flatMap((c, i) => (c === "#" ? [i] : []));
    const counts = hidden.map(() => 0);
    let total = 0;
    for (let bits = 0; bits < 2 ** hidden.length; bits++) {
      const laid = new Set(hidden.filter((_, i) => (bits >> i) & 1));
      if (laid.size !== mines) continue;
      const fits = [...flat].every((c, i) => c === "#" || Number(c) === [...laid].filter((m) => Math.abs(Math.floor(m / width) - Math.floor(i / width)) <= 1 && Math.abs((m % width) - (i % width)) <= 1).length);
      if (!fits) continue;
      total++;
      hidden.forEach((at, i) => (counts[i]! += laid.has(at) ? 1 : 0));
    }
    return total === 0 ? null : [...flat].map((_, i) => (hidden.includes(i) ? counts[hidden.indexOf(i)]! / total : null));
  };
  it("knows the chances that brute force finds", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(11), { maxLength: 5 }), fc.uniqueArray(fc.nat(11), { maxLength: 6 }), (mines, open) => {
        const rows = Array.from({ length: 3 }, (_, r) =>
          Array.from({ length: 4 }, (__, c) => {
            const at = r * 4 + c;
            return mines.includes(at) || !open.includes(at) ? "#" : String(mines.filter((m) => Math.abs(Math.floor(m / 4) - r) <= 1 && Math.abs((m % 4) - c) <= 1).length);
          }).join(""),
        );
        const got = mineProbabilities(rows, mines.length);
        const due = bruteForce(rows, mines.length)!;
        expect(typeof got).toBe("object");
        (got as (number | null)[][]).flat().forEach((p, i) => (due[i] === null ? expect(p).toBeNull() : expect(p).toBeCloseTo(due[i]!, 9)));
      }),
      { numRuns: 150 },
    );
  });
  it("scores moves as VPR does", () => {
    // The number 1 in the corner has one covered neighbour left of the open row: a mine; the others are safe or not known.
    const board = { kind: "minesweeper", board: ["1#", "11"], mines: 1 };
    expect(scores(board, ["flag 1 2", "reveal 1 2", "reveal 1 1", "hm"])).toEqual([1, 0, -2, -2]);
    expect(check("flag 1 2", board)).toBe("correct: optimal");
    const safe = { kind: "minesweeper", board: ["0#", "0#"], mines: 0 };
    expect(scores(safe, ["reveal 1 2", "flag 1 2"])).toEqual([2, -1]);
    expect(check("reveal row 1, column 2", safe)).toBe("correct: optimal");
    const blind = { kind: "minesweeper", board: ["##", "##"], mines: 1 };
    expect(scores(blind, ["reveal 1 2", "flag 1 2"])).toEqual([1, -1]);
    expect(check("flag 1 2", safe)).toBe("incorrect: not-optimal");
    expect(check("reveal 7 7", safe)).toBe("invalid: illegal");
    for (const bad of [{ board: ["1#"], mines: 0 }, { board: ["9"], mines: 0 }, { board: ["8#"], mines: 1 }, { board: ["##"], mines: -1 }]) expect(check("reveal 1 2", { kind: "minesweeper", ...bad })).toBe("undecided: bad-reference");
  });
});

describe("games", () => {
  it("tic-tac-toe is a draw, and a threat must be met", () => {
    expect(scores({ kind: "tic-tac-toe", board: "........." }, ["5"])).toEqual([1]);
    // X X . / O . . / . . . with O to move: only 3 saves the draw.
    expect(check("3", { kind: "tic-tac-toe", board: "XX. O.. ..." })).toBe("correct: optimal".replace("optimal", "optimal"));
    expect(check("9", { kind: "tic-tac-toe", board: "XX. .O. ..." })).toBe("incorrect: not-optimal");
    expect(check("1", { kind: "tic-tac-toe", board: "XX. .O. ..." })).toBe("invalid: illegal");
    expect(check("3", { kind: "tic-tac-toe", board: "XXX OO. ..." })).toBe("undecided: bad-reference");
    expect(check("3", { kind: "tic-tac-toe", board: "OOO" })).toBe("undecided: bad-reference");
    expect(check("3", { kind: "tic-tac-toe", board: "OOO......" })).toBe("undecided: bad-reference");
  });
  it("nim is Bouton's", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 }).filter((heaps) => heaps.some((n) => n > 0)), fc.boolean(), (heaps, misere) => {
        const won = (list: readonly number[]): boolean => (list.every((n) => n === 0) ? misere : list.some((n, i) => Array.from({ length: n }, (_, k) => k).some((k) => !won(list.with(i, k)))));
        for (const [i, n] of heaps.entries())
          for (let count = 1; count <= n; count++) {
            const best = !won(heaps) || !won(heaps.with(i, n - count));
            expect([heaps, misere, i, count, scores({ kind: "nim", heaps, misere }, [`${i + 1} ${count}`])[0]]).toEqual([heaps, misere, i, count, best ? 1 : 0]);
          }
      }),
      { numRuns: 60 },
    );
    expect(check("1 9", { kind: "nim", heaps: [3] })).toBe("invalid: illegal");
    expect(check("1 3", { kind: "nim", heaps: [3] })).toBe("correct: optimal");
    expect(check("1 2", { kind: "nim", heaps: [3] })).toBe("incorrect: not-optimal");
    expect(check("1 2", { kind: "nim", heaps: [0] })).toBe("undecided: bad-reference");
  });
  it("connects four, where the board is small", () => {
    const board = ".... .... OOO. XXX.".replaceAll(" ", "\n");
    expect(check("4", { kind: "connect-four", board, rows: 4, columns: 4 })).toBe("correct: optimal");
    expect(check("1", { kind: "connect-four", board, rows: 4, columns: 4 })).toBe("incorrect: not-optimal");
    expect(check("7", { kind: "connect-four", board, rows: 4, columns: 4 })).toBe("invalid: illegal");
    expect(check("1", { kind: "connect-four", board: ".".repeat(42), rows: 6, columns: 7 })).toBe("undecided: bad-reference");
    expect(check("1", { kind: "connect-four", board: "", rows: "x", columns: 7 })).toBe("undecided: bad-reference");
  });
});

describe("puzzles", () => {
  it("need a kind that is there", () => {
    expect(puzzle("1", { kind: "suduko" }).reason.text).toContain("sudoku");
    for (const bad of ["{", "[]", '{"kind": 3}']) expect(check("1", bad)).toBe("undecided: bad-reference");
    expect(check("3 - 1", '{"kind": "countdown", "numbers": [3, 1], "target": 2}')).toBe("correct: solved");
    expect(typeof puzzleMoves("{", [])).toBe("string");
    expect(puzzle("\\boxed{1} \\boxed{2}", { kind: "nim", heaps: [2] }, { extract: "only-box" }).reason.code).toBe("contradiction");
    expect(puzzle("hm", { kind: "nim", heaps: [2] }, { extract: "only-box" }).reason.code).toBe("no-answer");
  });
  it("answer hostile texts at once", () => {
    const references: PuzzleReference[] = [{ kind: "countdown", numbers: [1, 2, 3, 4, 5, 6], target: 7 }, { kind: "sudoku", grid: ".".repeat(81) }, { kind: "knights-knaves", statements: { A: "B" } }, { kind: "graph-path", edges: [["a", "b"]], from: "a", to: "b" }, { kind: "sorting", items: [1, 2] }, { kind: "minesweeper", board: ["##"], mines: 1 }, { kind: "nim", heaps: [2] }];
    for (const reference of references)
      for (const text of ["(".repeat(1e6), "1 ".repeat(5e5), "A is a ".repeat(1e5), "->".repeat(5e5), "a".repeat(1e6), " ".repeat(1e6)]) {
        expect(puzzle(text, reference, { extract: "whole" }).status).not.toBe("correct");
      }
  });
});
