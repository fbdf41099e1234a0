/** Whether formulae follow from others, or are equivalent: by diagrams where truth tables are enough, else by a solver. */
import type { Solve } from "../../core/capabilities.ts";
import { howToGive } from "../capability.ts";
import { Diagrams, TooManyNodes } from "./diagrams.ts";
import { isPropositional, TRUE, type Formula } from "./formula.ts";
import { writeSmtLib } from "./smtlib.ts";

/** Elements of the structures looked at one by one. */
const SIZES = [1, 2, 3] as const;
const MOST_QUESTION = 1 << 20;

/** `open`: nothing here decides it. `too-hard`: the limits of this process do not, and there is no solver. */
export type Answer =
  | { readonly holds: true; readonly by: "truth-table" | "solver" }
  | { readonly holds: false; readonly by: "truth-table" | "solver"; /** Where it fails, in words; null where not known. */ readonly witness: string | null }
  | { readonly holds: null; readonly why: "open" | "too-hard" | "no-capability" | "infrastructure"; readonly text: string };

export interface AskOptions {
  readonly solve: Solve | undefined;
  readonly seconds: number;
  readonly signal?: AbortSignal;
}

/** Whether the conclusion is true wherever all premises are. */
export function follows(premises: readonly Formula[], conclusion: Formula, options: AskOptions): Promise<Answer> {
  const premise = premises.reduce<Formula | null>((left, right) => (left === null ? right : { op: "and", left, right }), null) ?? TRUE;
  return valid({ op: "implies", left: premise, right: conclusion }, options);
}

/** Whether two formulae are true in the same cases. */
export function equivalent(left: Formula, right: Formula, options: AskOptions): Promise<Answer> {
  return valid({ op: "iff", left, right }, options);
}

async function valid(formula: Formula, { solve, seconds, signal }: AskOptions): Promise<Answer> {
  const denied: Formula = { op: "not", body: formula };
  const propositional = isPropositional(formula);
  const table = inTable(denied);
  if (table === true) return { holds: true, by: "truth-table" };
  if (propositional && typeof table === "string") return { holds: false, by: "truth-table", witness: table };
  if (solve === undefined)
    return propositional ? { holds: null, why: "too-hard", text: "the truth table is too large, and there is no solver" } : { holds: null, why: "no-capability", text: howToGive("solve") };
  const more = { seconds, ...(signal === undefined ? {} : { signal }) };
  // A small structure in which it fails, looked for first: a solver may search for ever among the infinite ones.
  for (const size of propositional ? [] : SIZES) {
    const ground = writeSmtLib([denied], size);
    if (ground === null || ground.length > MOST_QUESTION) break;
    if ((await solve({ smtlib: ground, ...more })).status === "sat") return { holds: false, by: "solver", witness: `the structure has ${size} ${size === 1 ? "element" : "elements"}` };
  }
  const question = writeSmtLib([denied]);
  if (question.length > MOST_QUESTION) return { holds: null, why: "too-hard", text: "the formula is too long for the solver" };
  const { status, message } = await solve({ smtlib: question, ...more });
  switch (status) {
    case "unsat":
      return { holds: true, by: "solver" };
    case "sat":
      return { holds: false, by: "solver", witness: null };
    case "unknown":
      return { holds: null, why: "open", text: message === "" ? "the solver does not know" : message };
    default:
      return { holds: null, why: "infrastructure", text: message };
  }
}

/** true: it has no model; text: one that it has; null: the table is too large. */
function inTable(formula: Formula): true | string | null {
  const diagrams = new Diagrams();
  try {
    const witness = diagrams.witness(diagrams.of(formula));
    return witness === null ? true : Array.from(witness, ([name, value]) => `${name} ${value ? "true" : "false"}`).slice(0, 12).join(", ");
  } catch (error) {
    if (error instanceof TooManyNodes) return null;
    throw error;
  }
}
