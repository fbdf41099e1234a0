import { z } from "zod";
import { ShapeError } from "../core/errors.ts";
import { defineProcedure, type Procedure } from "../core/method.ts";
import { randomStream, type RandomStream } from "../core/random.ts";
import { fillNumbers, maskNumbers } from "./masked-numbers.ts";
import { screen, sieve } from "./sieve.ts";
import { agree, type BatchSolution } from "./solution.ts";

export interface ProgramVariantsOptions {
  /** Variants to make. */
  readonly count: number;
  /** Draws tried at most. */
  readonly attempts: number;
  /** New numbers lie between a number divided by this and times it. */
  readonly spread: number;
  /** Draws in which one number alone is changed, of each number. */
  readonly probes: number;
  /** Whether a program whose value never changes with some number is refused. */
  readonly everyNumber: boolean;
  /** Seed of the draws. */
  readonly seed: number;
}

/** A problem, its answer, and a program that computes the answer from the problem's numbers. */
export interface ProgramVariantsInput {
  readonly problem: string;
  readonly answer: number;
  /** The program: its arguments are the problem's numbers in order. */
  readonly program: BatchSolution;
  /** Whether numbers make a sensible problem. */
  readonly valid?: (numbers: readonly number[]) => boolean;
}

/** The problem with other numbers, and what the program gives on them. */
export interface ProgramVariant {
  readonly problem: string;
  readonly numbers: readonly number[];
  readonly answer: number;
}

/** Why a program was refused: it fails on the problem's own numbers, gives another answer there, or never looks at a number. */
export type RefusedProgram = "fails" | "another-answer" | "number-unused";

/** Why a draw was dropped. */
export type DroppedVariant = "duplicate" | "not-valid" | "failed";

/** A variant that was kept, or numbers that were dropped, and why. */
export type ProgramVariantsEvent = { readonly kind: "kept"; readonly variant: ProgramVariant } | { readonly kind: "dropped"; readonly why: DroppedVariant; readonly numbers: readonly number[] };

/** The variants of one program, or why it was refused. */
export interface ProgramVariantsResult {
  /** null where the program was taken. */
  readonly refused: RefusedProgram | null;
  /** Places of numbers that no probe's value changed with. */
  readonly unused: readonly number[];
  readonly variants: readonly ProgramVariant[];
  readonly dropped: Readonly<Record<DroppedVariant, number>>;
}

/**
 * New problems from one: its numbers are masked, a program of these numbers is checked on the original, and the same program answers for others.
 *
 *     problem = template(n₁ … n_k)      taken ⇔ f(n) = answer, and for every i some n′ that differs in n_i alone has f(n′) ≠ f(n)
 *     variant: template(n″), f(n″) where n″ is new, valid(n″), and f ends well on it with a finite number
 *
 * The second condition finds programs that hold a number of the problem as a constant. A number keeps its form: whole numbers stay whole, decimals keep their
 * places. Limits: a problem that states a number it does not need, or one that changes the value only here and there, may be refused unless `everyNumber` is off;
 * fewer variants than `count` where `attempts` are used up.
 *
 * @param input the problem, its answer and the program
 * @returns events of what was kept and dropped; the last value holds the variants
 * @throws ShapeError for a problem without a number; what the program's sandbox throws
 * @see Zhang et al. 2024, InfinityMATH, arXiv:2408.07089, section 3
 * @example (await programVariants({ problem: "2 apples and 3 pears?", answer: 5, program: async (inputs) => inputs.map(([a, b]) => ({ ok: true, value: a + b })) }, { count: 1, spread: 1.5 }).next()).value.kind // => "kept"
 */
export const programVariants: Procedure<ProgramVariantsInput, ProgramVariantsOptions, ProgramVariantsEvent, ProgramVariantsResult> = /* @__PURE__ */ defineProcedure<ProgramVariantsInput, ProgramVariantsOptions, ProgramVariantsEvent, ProgramVariantsResult>({
  id: "curate/program-variants",
  aliases: ["infinity-math", "number-variation"],
  paper: { title: "InfinityMATH: A Scalable Instruction Tuning Dataset in Programmatic Mathematical Reasoning", url: "https://arxiv.org/abs/2408.07089" },
  options: z.strictObject({
    count: z.int().min(1).max(100_000).default(100),
    attempts: z.int().min(1).max(10_000_000).default(1_000),
    spread: z.number().gt(1).max(1_000).default(3),
    probes: z.int().min(1).max(100).default(5),
    everyNumber: z.boolean().default(true),
    seed: z.int().default(0),
  }),
  async *run({ problem, answer, program, valid = () => true }: ProgramVariantsInput, { count, attempts, spread, probes, everyNumber, seed }: ProgramVariantsOptions) {
    const { template, numbers: texts } = maskNumbers(problem);
    if (texts.length === 0) throw new ShapeError("programVariants: problem must hold a number, got none");
    const random = randomStream(seed).split("program-variants");
    const original = texts.map(valueOf);
    const { kept: variants, dropped, keep, drop } = sieve<ProgramVariant, DroppedVariant>({ duplicate: 0, "not-valid": 0, failed: 0 });

    const probed = texts.flatMap((text, i) => Array.from({ length: probes }, () => ({ i, numbers: original.with(i, valueOf(redraw(text, spread, random))) }))).filter(({ i, numbers }) => numbers[i] !== original[i]);
    const [own, ...others] = await program([original, ...probed.map(({ numbers }) => numbers)]);
    const changes = new Set(probed.filter((_, k) => others[k]!.ok && own!.ok && !agree(others[k]!.value, own!.value)).map(({ i }) => i));
    const unused = texts.map((_, i) => i).filter((i) => !changes.has(i));
    const refused: RefusedProgram | null = !own!.ok ? "fails" : !agree(own!.value, answer) ? "another-answer" : everyNumber && unused.length > 0 ? "number-unused" : null;
    if (refused !== null) return { refused, unused, variants, dropped };

    const screened = screen(valid, [texts.join(" ")]);
    for (let tried = 0; tried < attempts && variants.length < count; ) {
      const batch: string[][] = [];
      while (tried < attempts && batch.length < count - variants.length) {
        tried++;
        const drawn = texts.map((text) => redraw(text, spread, random));
        const why = screened(drawn.map(valueOf), drawn.join(" "));
        if (why === null) batch.push(drawn);
        else yield { kind: "dropped", why: drop(why), numbers: drawn.map(valueOf) };
      }
      const outputs = await program(batch.map((drawn) => drawn.map(valueOf)));
      for (const [k, drawn] of batch.entries()) {
        const [output, numbers] = [outputs[k]!, drawn.map(valueOf)];
        if (output.ok && typeof output.value === "number" && Number.isFinite(output.value)) yield { kind: "kept", variant: keep({ problem: fillNumbers(template, drawn), numbers, answer: output.value }) };
        else yield { kind: "dropped", why: drop("failed"), numbers };
      }
    }
    return { refused, unused, variants, dropped };
  },
});

const valueOf = (text: string): number => Number(text.replaceAll(",", ""));

/** Another number of the same form: as many decimals, at least the smallest step above 0 where it is above 0, thousands separated where they were. */
function redraw(text: string, spread: number, random: RandomStream): string {
  const decimals = text.includes(".") ? text.length - text.indexOf(".") - 1 : 0;
  const unit = 10 ** decimals;
  const size = Math.round(valueOf(text) * unit);
  const low = Math.max(size === 0 ? 0 : 1, Math.floor(size / spread));
  const high = Math.max(low + 3, Math.ceil(size * spread));
  const drawn = ((low + random.integer(high - low + 1)) / unit).toFixed(decimals);
  return text.includes(",") ? drawn.replace(/\B(?=(?:\d{3})+(?!\d))/g, ",") : drawn;
}
