/**
 * s224, UniGeo: answers of geometry problems as programs over the problem's numbers, and proofs as sequences, both scored over a beam.
 *
 * Rows in the published layout (`numbers`, `choice_nums`, `label`, `manual_program`, `problem_type`): each gold program runs to its label; beams
 * are right at the ranks, and in the shares by type, that a hand counts; gold proofs are found where they stand, with a step moved nowhere.
 */
import { override, reproduce, type Reproduction } from "../../src/catalog/index.ts";
import { geometryProgram, nestedMean, proofRank } from "../../src/evaluate/index.ts";

/** A calculation as published. */
interface Calculation {
  readonly numbers: readonly number[];
  readonly choice_nums: readonly (number | null)[];
  readonly label: number;
  readonly manual_program: readonly string[];
  readonly problem_type: "angle" | "length" | "other";
}

const row = (problem_type: Calculation["problem_type"], numbers: readonly number[], choice_nums: Calculation["choice_nums"], label: number, program: string): Calculation => ({ numbers, choice_nums, label, manual_program: program.split(" "), problem_type });

/** One of each kind of operation; values are worked out in the comments. */
const ROWS: readonly Calculation[] = [
  // Angles of a triangle: 180 − (50 + 60).
  row("angle", [50, 60], [60, 70, 80, 110], 1, "g_add N_0 N_1 g_minus C_3 V_0"),
  // An inscribed angle is half of the central one.
  row("angle", [84], [42, 48, 84, 168], 0, "g_half N_0"),
  // arcsin(3 / 6) = 30°.
  row("angle", [3, 6], [15, 30, 45, 60], 1, "g_divide N_0 N_1 g_asin V_0"),
  // Hypotenuse of 6 and 8, and the other leg of 13 and 5.
  row("length", [6, 8], [7, 10, 12, 14], 1, "gougu_add N_0 N_1"),
  row("length", [13, 5], [8, 10, 12, 18], 2, "gougu_minus N_0 N_1"),
  // Similar triangles: 4 / 6 · 9 = 6; a height: 10 · sin 30° = 5.
  row("length", [4, 6, 9], [5, 6, 8, 13.5], 1, "g_bili N_0 N_1 N_2"),
  row("length", [10, 30], [5, 8.67, 10, 20], 0, "g_sin N_1 g_mul N_0 V_0"),
  // A cone of radius 3 and slant height 5: 15π; a ring of 5 and 3: 16π; no number is the last choice.
  row("other", [3, 5], [9 * Math.PI, 15 * Math.PI, 30 * Math.PI, null], 1, "cal_cone N_0 N_1"),
  row("other", [5, 3], [8 * Math.PI, 16 * Math.PI, 34 * Math.PI, null], 1, "cal_circle_area N_0 cal_circle_area N_1 g_minus V_0 V_1"),
];

/** Beams for the rows above, in the order of rows, and the rank at which the first that has a choice stands; `right` whether that choice is the label. */
const BEAMS: readonly { readonly beam: readonly string[]; readonly rank: number | null; readonly right: boolean }[] = [
  { beam: ["g_add N_0 N_1 g_minus C_3 V_0"], rank: 0, right: true },
  // No program, a number that is not there, no choice; then it.
  { beam: ["half N_0", "g_half N_1", "g_add N_0 C_0", "g_half N_0"], rank: 3, right: true },
  // A wrong choice is taken before the right one is looked at: 60.
  { beam: ["g_equal C_1", "g_divide N_0 N_1 g_asin V_0"], rank: 0, right: false },
  // An operand is missing; a step that is not there yet.
  { beam: ["gougu_add N_0", "g_add N_0 V_0", "gougu_add N_1 N_0"], rank: 2, right: true },
  { beam: ["gougu_add N_0 N_1", "g_minus N_0 C_6"], rank: null, right: false },
  { beam: ["g_bili N_2 N_1 N_0"], rank: 0, right: true },
  // 10 · cos 30° = 8.6603 is not within 0.001 of the second choice; 20 is the last.
  { beam: ["g_cos N_1 g_mul N_0 V_0", "g_double N_0"], rank: 1, right: false },
  { beam: ["cal_cone N_1 N_0"], rank: 0, right: true },
  // Past the tenth.
  { beam: [...Array.from({ length: 10 }, () => "g_equal C_4"), "cal_circle_area N_0 cal_circle_area N_1 g_minus V_0 V_1"], rank: null, right: false },
];

/** Right of all: 5 of 9; by type 2/3, 2/4, 1/2; no result: 2 of 9. Of the first programs alone: 3 right, of the rows 0, 5 and 7. */
const SHARES = { all: 5 / 9, types: [2 / 3, 1 / 2, 1 / 2], none: 2 / 9, top1: 3 / 9 };

function countError(run: typeof geometryProgram): number {
  const gold = ROWS.filter((each) => run([each.manual_program.join(" ")], each.numbers, each.choice_nums).choice !== each.label).length;
  const results = ROWS.map((each, i) => run(BEAMS[i]!.beam, each.numbers, each.choice_nums));
  const right = results.map(({ choice }, i) => Number(choice === ROWS[i]!.label));
  const { flat, parts } = nestedMean(right, ROWS.map(({ problem_type }) => [problem_type]));
  const first = ROWS.filter((each, i) => run(BEAMS[i]!.beam, each.numbers, each.choice_nums, { width: 1 }).choice === each.label).length / ROWS.length;
  const byHand = BEAMS.filter(({ rank, right: due }, i) => results[i]!.rank !== rank || (right[i] === 1) !== due).length;
  const none = results.filter(({ choice }) => choice === null).length / ROWS.length;
  return gold + byHand + Math.abs(flat - SHARES.all) + Math.abs(first - SHARES.top1) + Math.abs(none - SHARES.none) + Math.max(...SHARES.types.map((due, i) => Math.abs(parts[i]!.mean - due)));
}

/** A proof of three steps, each a reason and an expression; the gold one is found at its rank, and with two steps exchanged, one left out or another reason nowhere. */
function proofFaults(): number {
  const steps = ["R_7 ∠ A B C = ∠ D E F", "R_12 A B = D E", "R_3 △ A B C ≅ △ D E F"];
  const gold = steps.join(" ");
  const wrong = [[steps[1]!, steps[0]!, steps[2]!].join(" "), steps.slice(1).join(" "), gold.replace("R_12", "R_11")];
  const due: readonly (readonly [beam: readonly string[], rank: number | null])[] = [[[gold], 0], [[...wrong, gold], 3], [wrong, null], [[...Array.from({ length: 10 }, () => wrong[0]!), gold], null], [[], null]];
  return due.filter(([beam, rank]) => proofRank(beam, gold) !== rank).length;
}

export const reproduction: Reproduction = reproduce({
  system: "s224",
  level: "protocol",
  uses: [geometryProgram],
  claim: {
    text: "Gold programs run to the labels of their rows, beams are right at the ranks and in the shares by type that a hand counts, and a proof is right only where a hypothesis is the gold sequence, step by step.",
    source: "Chen et al. 2022, UniGeo, arXiv:2212.02746; chen-judge/UniGeo, Geoformer/src/geo.py; catalogue row s224",
    measures: { countError: { within: 1e-12 } },
    limits:
      "Nine calculations and one proof of ours in the published layout; the data set's own rows and the beams of its models were not to be had, so its 4,998 and 9,543 problems were not run. Outside of the repository the released interpreter and evaluator, restated in Python from their source, gave the same choice on 4,000 beams of ten random programs each. Nothing looks at a diagram.",
  },
  setting: null,
  run: ([run]) => ({ countError: countError(run) + proofFaults() }),
  controls: {
    ablation: { text: "the first hypothesis alone", methods: [override(geometryProgram, { width: 1 })] },
    rival: { none: "the interpreter and the counts are definitions" },
  },
  shouldNotHelp: { none: "the interpreter and the counts are definitions" },
  seeds: 2,
});
