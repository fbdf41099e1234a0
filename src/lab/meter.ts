/** What an arm of an experiment spends, counted where it is spent: the harness compares arms at equal budgets. */

/** `samples` drawn from a policy, `tokens` in them, policy `updates`, `queries` to a reward, judge or verifier. */
export type BudgetKind = "samples" | "tokens" | "updates" | "queries";

/** Amounts spent; what was never spent is absent. */
export type Budget = { readonly [K in BudgetKind]?: number };

/** Counts spending. Lab functions that sample, query or update take one and spend themselves. */
export interface Meter {
  spend(kind: BudgetKind, amount?: number): void;
  readonly spent: Budget;
}

export function createMeter(): Meter {
  const spent: { [K in BudgetKind]?: number } = {};
  return {
    spent,
    spend(kind, amount = 1) {
      spent[kind] = (spent[kind] ?? 0) + amount;
    },
  };
}
