import { z } from "zod";
import { nearest } from "../core/errors.ts";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { correct, incorrect, invalid, undecided, type Verdict } from "../core/verdict.ts";
import { ANSWER_SOURCES, readAnswers, type AnswerSource } from "./answers.ts";
import type { NoAnswerCode } from "./math/extract.ts";
import { countdown } from "./puzzle/countdown.ts";
import { connectFour, nim, ticTacToe } from "./puzzle/games.ts";
import { graphPath, sorting } from "./puzzle/graph.ts";
import { knights } from "./puzzle/knights.ts";
import { minesweeper } from "./puzzle/minesweeper.ts";
import type { MakePuzzle, MoveScore, Puzzle } from "./puzzle/puzzle.ts";
import { sudoku } from "./puzzle/sudoku.ts";

export interface PuzzleOptions {
  /** Which part of the response is the answer. */
  readonly extract: AnswerSource;
}

/** Every reason `puzzle` gives. */
export type PuzzleVerdictCode = "solved" | "optimal" | "not-solved" | "not-optimal" | "illegal" | "unparseable" | "contradiction" | "bad-reference" | NoAnswerCode;

/** A puzzle: its `kind`, and the fields of that kind. */
export interface PuzzleReference {
  readonly kind: string;
  readonly [field: string]: unknown;
}

const KINDS: Readonly<Record<string, MakePuzzle>> = {
  countdown,
  sudoku,
  "knights-knaves": knights,
  "graph-path": graphPath,
  sorting,
  minesweeper,
  "tic-tac-toe": ticTacToe,
  "connect-four": connectFour,
  nim,
};

/**
 * Puzzles whose answers are checked by their rules, not by a stored answer: any solution is right.
 *
 * | kind | reference | answer |
 * |---|---|---|
 * | countdown | numbers, target, use? | an expression that gives the target, each number once |
 * | sudoku | grid | a completed grid |
 * | knights-knaves | statements: formulae by name | `A is a knight, B is a knave` |
 * | graph-path | edges, from, to, directed?, shortest? | `a -> b -> c` |
 * | sorting | items, order? | the list |
 * | minesweeper | board, mines | a move that none beats: `reveal 1 2`, `flag 1 2` |
 * | tic-tac-toe, connect-four, nim | board; board, rows, columns, run?; heaps, misere? | a move that keeps the value of the game |
 *
 * `puzzleMoves` scores each move of a trajectory by the same oracles: dense process rewards.
 * Limits: exact search, so puzzles are small; sizes are checked, and a reference past them is a bad one.
 *
 * @remarks Minesweeper's and sudoku's move scores are VPR's. Illegal and unreadable answers are the response's fault.
 * @see Verifiable Process Rewards for Agentic Reasoning, arXiv:2605.10325
 * @example puzzle("\\boxed{(100 - 4) / 8 + 3}", { kind: "countdown", numbers: [100, 4, 8, 3], target: 15 }).score // => 1
 */
export const puzzle: Verifier<PuzzleReference | string, PuzzleOptions, Verdict<PuzzleVerdictCode>> = /* @__PURE__ */ defineVerifier<PuzzleReference | string, PuzzleOptions, Verdict<PuzzleVerdictCode>>({
  id: "verify/puzzle",
  aliases: ["countdown", "sudoku", "knights-knaves", "minesweeper"],
  paper: { title: "Verifiable Process Rewards for Agentic Reasoning", url: "https://arxiv.org/abs/2605.10325" },
  options: z.strictObject({ extract: z.enum(ANSWER_SOURCES).default("auto") }),
  prepare(reference: PuzzleReference | string, { extract }: PuzzleOptions) {
    const made = makePuzzle(reference);
    return (response, context): Verdict<PuzzleVerdictCode> => {
      if (typeof made === "string") return undecided("bad-reference", `the reference is no puzzle: ${made}`);
      const answers = readAnswers(response, extract, context);
      if ("status" in answers) return answers;
      const { text, found } = answers.at(-1)!;
      if (answers.some((other) => other.text.trim() !== text.trim())) return invalid("contradiction", "the response gives several different answers", found);
      const { code, text: why } = made.judge(text);
      switch (code) {
        case "solved":
        case "optimal":
          return correct(code, why, found);
        case "not-solved":
        case "not-optimal":
          return incorrect(code, why, found);
        default:
          return invalid(code, why, found);
      }
    };
  },
});

/**
 * Scores of the moves of a trajectory, in order, each in the position that the legal moves before it made.
 *
 * @throws BudgetError where a game turns out too large to be searched
 * @returns one a move: `value` on the published scale of the kind, `score` in [0, 1]; or a text that says why the reference is no puzzle
 * @example puzzleMoves({ kind: "nim", heaps: [3, 4, 5] }, ["1 2", "2 1"]).map(({ score }) => score) // => [1, 1]
 */
export function puzzleMoves(reference: PuzzleReference | string, moves: readonly string[]): MoveScore[] | string {
  const made = makePuzzle(reference);
  return typeof made === "string" ? made : moves.map((move) => made.play(move));
}

function makePuzzle(reference: unknown): Puzzle | string {
  let fields = reference;
  if (typeof reference === "string")
    try {
      fields = JSON.parse(reference);
    } catch (error) {
      return `it is no JSON: ${error instanceof Error ? error.message : String(error)}`;
    }
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) return "it must be an object with a kind";
  const { kind } = fields as { readonly kind?: unknown };
  if (typeof kind !== "string" || !Object.hasOwn(KINDS, kind)) {
    const near = typeof kind === "string" ? nearest(kind, Object.keys(KINDS)) : undefined;
    return `kind must be one of ${Object.keys(KINDS).join(", ")}${near === undefined ? "" : `; did you mean ${near}?`}`;
  }
  return KINDS[kind]!(fields as Readonly<Record<string, unknown>>);
}
