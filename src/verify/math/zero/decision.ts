/** How a question was answered. `equal` null: left open. `proof` false: the claim rests on sampling, and `note` says how much of it. */
export interface Decision {
  readonly equal: boolean | null;
  readonly stage: "exact" | "field" | "algebraic" | "rewriting" | "sampling";
  readonly proof: boolean;
  readonly note?: string;
}
