/** What a method need not do, and why. An exemption without a method, or without need, fails the suite. */
export interface Exemption {
  readonly id: string;
  readonly check: "example" | "non-finite" | "shape" | "gold" | "finite";
  readonly reason: string;
}

export const exemptions: readonly Exemption[] = [];

/** How a verifier is shown its own reference: the response that contains it, and references to try beside those of the examples. */
export interface Gold {
  readonly response: (reference: unknown) => string;
  readonly references?: readonly unknown[];
}

/** Verifiers that read an answer in another form than a box. */
export const golds: Readonly<Record<string, Gold>> = {};

/** Every other verifier: the reference in a box after some words. */
export const boxed: Gold = { response: (reference) => `We are done, so the answer is \\boxed{${String(reference)}}.` };
