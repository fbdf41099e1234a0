import { z } from "zod";
import { ShapeError } from "../core/errors.ts";
import { defineProcedure, type Procedure } from "../core/method.ts";

export interface DualSearchOptions {
  /** Whether the negation is tried beside the statement. */
  readonly negations: boolean;
  /** Attempts to prove a contradiction from a statement's hypotheses before it is tried; 0 asks nothing. */
  readonly consistency: number;
  /** Attempts a side at most. */
  readonly cap: number;
  /** Attempts of all together at most. */
  readonly budget: number;
}

/** What is tried: the statement, its negation, or a contradiction from its hypotheses. */
export type DualSide = "statement" | "negation" | "contradiction";

/** Statements, a prover and a checker. */
export interface DualSearchInput {
  /** How many statements there are. */
  readonly statements: number;
  /** One attempt: a whole proof, or null where the prover gives up. */
  readonly prove: (statement: number, side: DualSide, attempt: number) => string | null | Promise<string | null>;
  /** Whether a checker takes a proof. */
  readonly check: (statement: number, side: DualSide, proof: string) => boolean | Promise<boolean>;
}

/** A proof that the checker took. */
export interface CheckedProof {
  readonly statement: number;
  readonly side: "statement" | "negation";
  readonly proof: string;
}

/** What became of a statement. `contradictory`: everything follows from its hypotheses. */
export type StatementFate = "proved" | "disproved" | "contradictory" | "open";

/** A statement whose fate is settled. */
export interface DualSearchEvent {
  readonly statement: number;
  readonly fate: Exclude<StatementFate, "open">;
  /** Attempts of all together until then. */
  readonly attempts: number;
}

/** The fates of all statements, and the proofs that settled them. */
export interface DualSearchResult {
  /** One a statement. */
  readonly fates: readonly StatementFate[];
  /** In the order they were found. */
  readonly proofs: readonly CheckedProof[];
  readonly attempts: number;
}

/**
 * Proofs of statements some of which are false: each is tried together with its negation, and the first proof of either ends both.
 *
 *     round r: every open statement s gets an attempt at s and one at ¬s;  s is settled by the first proof that the checker takes
 *
 * A false statement so costs what its refutation does, and not all that may be spent on one. A statement whose hypotheses prove a contradiction
 * goes before it is tried. Rounds go over all open statements, so that easy ones are had first whatever the budget.
 * Limits: where all statements are true, half of the attempts are lost.
 *
 * @param input the statements, the prover and the checker
 * @returns events of what was settled; the last value holds fates and checked proofs
 * @throws ShapeError for a number of statements that is no whole number
 * @see Xin et al. 2024, DeepSeek-Prover, arXiv:2405.14333, sections 3.2 (hypothesis rejection) and 3.3 (dual concurrent search)
 * @example (await dualSearch({ statements: 1, prove: (_, side) => (side === "negation" ? "q" : null), check: () => true }).next()).value // => { statement: 0, fate: "disproved", attempts: 2 }
 */
export const dualSearch: Procedure<DualSearchInput, DualSearchOptions, DualSearchEvent, DualSearchResult> = /* @__PURE__ */ defineProcedure<DualSearchInput, DualSearchOptions, DualSearchEvent, DualSearchResult>({
  id: "curate/dual-search",
  aliases: ["deepseek-prover", "dual-concurrent-search"],
  paper: { title: "DeepSeek-Prover: Advancing Theorem Proving in LLMs through Large-Scale Synthetic Data", url: "https://arxiv.org/abs/2405.14333" },
  options: z.strictObject({
    negations: z.boolean().default(true),
    consistency: z.int().min(0).max(1_000_000).default(0),
    cap: z.int().min(1).max(1_000_000).default(64),
    budget: z.int().min(0).max(1_000_000_000).default(1_000_000_000),
  }),
  async *run({ statements, prove, check }: DualSearchInput, { negations, consistency, cap, budget }: DualSearchOptions) {
    if (!Number.isInteger(statements) || statements < 0) throw new ShapeError(`dualSearch: statements must be a whole number, got ${statements}`);
    const fates: StatementFate[] = Array.from({ length: statements }, () => "open");
    const proofs: CheckedProof[] = [];
    let attempts = 0;
    const attempt = async (statement: number, side: DualSide, round: number): Promise<string | null> => {
      if (attempts >= budget) return null;
      attempts++;
      const proof = await prove(statement, side, round);
      return proof !== null && (await check(statement, side, proof)) ? proof : null;
    };
    for (let s = 0; s < statements; s++)
      for (let round = 0; round < consistency && fates[s] === "open" && attempts < budget; round++)
        if ((await attempt(s, "contradiction", round)) !== null) {
          fates[s] = "contradictory";
          yield { statement: s, fate: "contradictory", attempts };
        }
    const sides = negations ? (["statement", "negation"] as const) : (["statement"] as const);
    for (let round = 0; round < cap && attempts < budget && fates.includes("open"); round++)
      for (let s = 0; s < statements; s++)
        for (const side of sides) {
          if (fates[s] !== "open") break;
          const proof = await attempt(s, side, round);
          if (proof === null) continue;
          proofs.push({ statement: s, side, proof });
          const fate = side === "statement" ? "proved" : "disproved";
          fates[s] = fate;
          yield { statement: s, fate, attempts };
        }
    return { fates, proofs, attempts };
  },
});
