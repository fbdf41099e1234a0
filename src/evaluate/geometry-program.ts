import { z } from "zod";
import { ShapeError, show } from "../core/errors.ts";
import { defineKernel, type Kernel, type Series } from "../core/method.ts";
import { requireFinite } from "../core/numeric.ts";

export interface GeometryProgramOptions {
  /** Hypotheses looked at, from the first on. */
  readonly width: number;
  /** Distance at which a value is a choice's. */
  readonly tolerance: number;
  /** What an operation outside its domain gives: 0, as the released operators do (`False`), or nothing, so that the program has no value. */
  readonly outside: "zero" | "nothing";
}

/** What the programs of a beam come to. */
export interface GeometryProgram {
  /** The choice of the first program whose value is one; null where none is: no result. */
  readonly choice: number | null;
  /** That program's place in the beam. */
  readonly rank: number | null;
  /** Value of each program that was run; null where it is no program. */
  readonly values: readonly (number | null)[];
}

type Operation = (...x: number[]) => number | null;

const degrees = (x: number): number => (x * Math.PI) / 180;
const angle = (of: (x: number) => number, from: number, to: number): Operation => (x) => (x! % 15 === 0 && x! >= from && x! <= to ? of(degrees(x!)) : null);
const inverse = (of: (x: number) => number): Operation => (x) => (x! > -1 && x! < 1 ? (of(x!) * 180) / Math.PI : null);

/** Operations by name, and how many operands they take. */
const OPERATIONS: ReadonlyMap<string, readonly [operands: number, run: Operation]> = new Map<string, readonly [number, Operation]>([
  ["g_equal", [1, (x) => x!]],
  ["g_double", [1, (x) => 2 * x!]],
  ["g_half", [1, (x) => x! / 2]],
  ["g_add", [2, (x, y) => x! + y!]],
  ["g_minus", [2, (x, y) => Math.abs(x! - y!)]],
  ["g_sin", [1, angle(Math.sin, 0, 180)]],
  ["g_cos", [1, angle(Math.cos, 0, 180)]],
  ["g_tan", [1, angle(Math.tan, 5, 85)]],
  ["g_asin", [1, inverse(Math.asin)]],
  ["g_acos", [1, inverse(Math.acos)]],
  ["gougu_add", [2, (x, y) => Math.hypot(x!, y!)]],
  ["gougu_minus", [2, (x, y) => (x === y ? null : Math.sqrt(Math.abs(x! * x! - y! * y!)))]],
  ["g_bili", [3, (x, y, z) => (x! > 0 && y! > 0 && z! > 0 ? (x! / y!) * z! : null)]],
  ["g_mul", [2, (x, y) => x! * y!]],
  ["g_divide", [2, (x, y) => (x! > 0 && y! > 0 ? x! / y! : null)]],
  ["cal_circle_area", [1, (x) => x! * x! * Math.PI]],
  ["cal_circle_perimeter", [1, (x) => 2 * Math.PI * x!]],
  ["cal_cone", [2, (x, y) => x! * y! * Math.PI]],
]);

const CONSTANTS = [30, 60, 90, 180, 360, Math.PI, 0.618];

/**
 * Runs the program sequences of a beam on a problem's numbers, and takes the choice of the first whose value is one.
 *
 *     program = (operation operand…)+      operand: N_i a number of the problem, C_i of 30 60 90 180 360 π 0.618, V_i the value of step i
 *     choice = j of the first program with |value − choices[j]| < tolerance
 *
 * A problem is right where the choice is its label. A sequence that is no program, or whose value is no choice, is passed over; several choices that close are the
 * last of them. Limits: at most `width` programs of 100 tokens.
 *
 * @param hypotheses programs as texts of tokens, most likely first
 * @param numbers the problem's numbers, [N]
 * @param choices the choices' values, [C]; null where a choice is no number
 * @throws NonFiniteError, ShapeError for a number that is not finite and a hypothesis that is no text
 * @remarks The released interpreter takes an operand by its last digit alone, so that N_10 is N_0; here it is N_10. Its operations outside their domain
 * give `False`, which counts as 0: option `outside`.
 * @see Chen et al. 2022, UniGeo, arXiv:2212.02746 (Geoformer/src/geo.py, evaluate_calculation); operations of GeoQA, arXiv:2105.14517
 * @example geometryProgram(["g_half N_9", "gougu_add N_0 N_1 g_double V_0"], [3, 4], [5, 7, 10, 12]) // => { choice: 2, rank: 1, values: [null, 10] }
 */
export const geometryProgram: Kernel<[hypotheses: readonly string[], numbers: Series, choices: ArrayLike<number | null>], GeometryProgramOptions, GeometryProgram> = /* @__PURE__ */ defineKernel<[readonly string[], Series, ArrayLike<number | null>], GeometryProgramOptions, GeometryProgram>({
  id: "evaluate/geometry-program",
  aliases: ["unigeo", "geoqa-program"],
  reduces: "row",
  args: ["hypotheses", "numbers", "choices"],
  paper: { title: "UniGeo: Unifying Geometry Logical Reasoning via Reformulating Mathematical Expression", url: "https://arxiv.org/abs/2212.02746" },
  options: z.strictObject({ width: z.int().min(1).max(1_000).default(10), tolerance: z.number().positive().default(1e-3), outside: z.enum(["zero", "nothing"]).default("zero") }),
  run(hypotheses: readonly string[], numbers: Series, choices: ArrayLike<number | null>, { width, tolerance, outside }: GeometryProgramOptions): GeometryProgram {
    requireFinite("geometryProgram", "numbers", numbers);
    requireFinite("geometryProgram", "choices", typeof choices === "object" ? Array.from(choices, (choice) => choice ?? 0) : choices);
    for (const [i, hypothesis] of hypotheses.entries()) if (typeof hypothesis !== "string") throw new ShapeError(`geometryProgram: hypotheses[${i}] must be a text, got ${show(hypothesis)}`, { index: i });
    const values: (number | null)[] = [];
    for (const [rank, hypothesis] of hypotheses.slice(0, width).entries()) {
      const value = valueOf(hypothesis, numbers, outside);
      values.push(value);
      if (value === null) continue;
      let choice: number | null = null;
      for (let j = 0; j < choices.length; j++) if (choices[j] !== null && Math.abs(value - choices[j]!) < tolerance) choice = j;
      if (choice !== null) return { choice, rank, values };
    }
    return { choice: null, rank: null, values };
  },
});

const MOST_TOKENS = 100;

/** The value of a program's last step; null where it is none. */
function valueOf(program: string, numbers: Series, outside: "zero" | "nothing"): number | null {
  const tokens = program.trim().split(/\s+/, MOST_TOKENS + 1);
  if (tokens.length > MOST_TOKENS) return null;
  const steps: number[] = [];
  for (let at = 0; at < tokens.length; ) {
    const operation = OPERATIONS.get(tokens[at]!);
    if (operation === undefined) return null;
    const [operands, run] = operation;
    const given = tokens.slice(at + 1, at + 1 + operands).map((token) => operandOf(token, numbers, steps));
    if (given.length < operands || given.some((x) => x === undefined)) return null;
    const value = run(...(given as number[])) ?? (outside === "zero" ? 0 : null);
    if (value === null || !Number.isFinite(value)) return null;
    steps.push(value);
    at += 1 + operands;
  }
  return steps.at(-1) ?? null;
}

function operandOf(token: string, numbers: Series, steps: readonly number[]): number | undefined {
  const [, kind, index] = /^([NVC])_(\d{1,3})$/.exec(token) ?? [];
  if (kind === undefined) return undefined;
  return (kind === "N" ? numbers : kind === "V" ? steps : CONSTANTS)[Number(index)];
}

/**
 * The place in a beam of the first proof that is the gold one, token by token; null where none of the first `width` is.
 *
 * @see Chen et al. 2022, UniGeo, arXiv:2212.02746 (evaluate_proving)
 * @example proofRank(["E_0 A = B", "E_1  A = B"], "E_1 A = B") // => 1
 */
export function proofRank(hypotheses: readonly string[], gold: string, width = 10): number | null {
  const tokens = (text: string): string => text.trim().split(/\s+/).join(" ");
  const due = tokens(gold);
  const rank = hypotheses.slice(0, width).findIndex((hypothesis) => tokens(hypothesis) === due);
  return rank < 0 ? null : rank;
}
