/** What a method need not do, and why. An exemption without a method, or without need, fails the suite. */
export interface Exemption {
  readonly id: string;
  readonly check: "example" | "non-finite" | "shape" | "gold" | "finite";
  readonly reason: string;
}

export const exemptions: readonly Exemption[] = [
  { id: "evaluate/geometry-program", check: "shape", reason: "a problem has as many numbers and choices as it has" },
  { id: "credit/edit-distance-reward", check: "shape", reason: "a sample and its reference may have any two lengths: their distance is what it measures" },
  { id: "credit/intervention-mask", check: "shape", reason: "steps are a response's, outcomes its continuations': any two numbers of them fit" },
  { id: "verify/state", check: "gold", reason: "a predicate is no snapshot that fulfils it; what is judged is the environment's state, in the context" },
  { id: "verify/itinerary", check: "gold", reason: "rules are no itinerary that keeps them" },
  { id: "verify/code", check: "gold", reason: "tests are no program that passes them, and a program needs a sandbox: src/verify/code.test.ts shows it" },
  { id: "verify/sql", check: "gold", reason: "a gold query verifies where there is a database to ask: src/verify/sql.test.ts shows it" },
  { id: "verify/sql-partial-reward", check: "gold", reason: "a gold query verifies where there is a database to ask: src/verify/sql.test.ts shows it" },
  { id: "verify/proof-steps", check: "gold", reason: "its reference says what is to be proved, which is no proof" },
  { id: "verify/puzzle", check: "gold", reason: "its reference is a puzzle, not an answer: src/verify/puzzle.test.ts solves one of each kind" },
  { id: "verify/tactic-proof", check: "gold", reason: "its reference is a theorem, not a proof: src/verify/tactic-proof.test.ts proves some" },
];

/** How a verifier is shown its own reference: the response that contains it, and references to try beside those of the examples. */
export interface Gold {
  readonly response: (reference: unknown) => string;
  readonly references?: readonly unknown[];
}

/** Verifiers that read an answer in another form than a box. */
export const golds: Readonly<Record<string, Gold>> = {
  "verify/exact": { response: String },
  "verify/self-search": { response: (reference) => `<think>Easy.</think><answer>${String(reference)}</answer>` },
  "verify/instruction-constraints": { response: () => "No commas here." },
  "verify/bleu": { response: String },
  "verify/chrf": { response: String },
  "verify/ter": { response: String },
  "verify/rouge": { response: String },
  "verify/meteor": { response: String },
  "verify/token-f1": { response: String },
  "verify/edit-distance": { response: String },
  "verify/normalized-text": { response: String },
  "verify/choice": { response: (reference) => `The answer is (${String(reference)}).`, references: ["A", "C"] },
  "verify/grounded-claims": { response: (reference) => JSON.stringify((reference as readonly { readonly trains: unknown }[])[0]!.trains) },
  "verify/tool-calls": { response: callsResponse, references: [[{ name: "f", arguments: { q: { a: [1, { b: null }] } } }]] },
  "verify/json-schema": { response: () => '{"age": 7}', references: [true, '{"type": "object"}'] },
  "verify/regex": { response: (reference) => (String(reference).length > 15 ? "2026-11-21" : "555-0100") },
  "verify/citations": { response: (reference) => (typeof reference === "number" ? "So it is [1]." : 'He said "no" [a].') },
  "verify/grammar": { response: () => "1+(2+3)" },
  "verify/boxes": { response: JSON.stringify, references: [[[1, 2, 3, 4], [5, 6, 7, 8]]] },
  "verify/points": { response: (reference) => (Array.isArray(reference) ? JSON.stringify(reference) : "(5, 5)"), references: [[[1, 2], [3, 4]]] },
  "verify/polygons": { response: JSON.stringify },
  "verify/ordering": { response: (reference) => `<answer>${String(reference)}</answer>`, references: ["3, 1, 2"] },
  "verify/routed-task": { response: (reference) => `<answer>${JSON.stringify((reference as { readonly gold: unknown }).gold)}</answer>` },
  "verify/logic": { response: boxedResponse, references: ["p -> q", "∀x (P(x) → ∃y Q(x, y))"] },
  "verify/number": { response: boxedResponse, references: [42, "-1,234.5", "3/7", "1e-9"] },
};

function boxedResponse(reference: unknown): string {
  return `We are done, so the answer is \\boxed{${String(reference)}}.`;
}

/** Calls as JSON, of a reference that lists them or, as BFCL does, the values allowed. */
function callsResponse(reference: unknown): string {
  const right = reference as readonly (Readonly<Record<string, unknown>>)[];
  return JSON.stringify(
    right.map((call) => {
      if (typeof call["name"] === "string") return call;
      const [name, allowed] = Object.entries(call)[0]! as [string, Readonly<Record<string, readonly unknown[]>>];
      return { name, arguments: Object.fromEntries(Object.entries(allowed).flatMap(([key, values]) => (values.includes("") ? [] : [[key, values[0]]]))) };
    }),
  );
}

/** Every other verifier: the reference in a box after some words. */
export const boxed: Gold = { response: boxedResponse };
