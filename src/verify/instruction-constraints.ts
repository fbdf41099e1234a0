import { z } from "zod";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { correct, incorrect, undecided, type Verdict } from "../core/verdict.ts";
import { readAnswers } from "./answers.ts";
import type { Followed } from "./constraints/definition.ts";
import { readInstructions, type ReadInstruction } from "./constraints/registry.ts";
import type { NoAnswerCode } from "./math/extract.ts";

export { INSTRUCTION_IDS } from "./constraints/registry.ts";

export interface InstructionConstraintsOptions {
  /** `loose` also tries the response without asterisks, and without its first line, its last, or both. */
  readonly mode: "strict" | "loose";
  /** `none`: 1 if every instruction is followed, else 0. `share`: the share that is. */
  readonly partial: "none" | "share";
}

/** Every reason `instructionConstraints` gives. */
export type InstructionConstraintsCode = "followed" | "not-followed" | "language-unsure" | "unknown-id" | "bad-arguments" | "bad-reference" | NoAnswerCode;

/** Instructions in the form of IFEval, or the same as JSON or a Python literal in a text. */
export interface InstructionRecord {
  readonly instruction_id_list?: readonly string[];
  /** What open-instruct calls the list. */
  readonly instruction_id?: readonly string[];
  /** One record an id, at its position; null for an id without arguments. */
  readonly kwargs: readonly (Readonly<Record<string, unknown>> | null)[];
}

/** Instructions by their ids, with their arguments. */
export type InstructionReference = InstructionRecord | readonly InstructionRecord[] | string;

/** What became of one instruction; `null` where it could not be decided. */
export interface InstructionResult {
  readonly id: string;
  readonly followed: boolean | null;
}

/** The eight readings of the loose mode; the first is the response itself. */
function readings(response: string, mode: InstructionConstraintsOptions["mode"]): string[] {
  if (mode === "strict") return [response];
  const lines = response.split("\n");
  const cut = [response, lines.slice(1).join("\n").trim(), lines.slice(0, -1).join("\n").trim(), lines.slice(1, -1).join("\n").trim()];
  return [...new Set(cut.flatMap((text) => [text, text.replaceAll("*", "")]))].filter((text) => text.trim() !== "");
}

function results(instructions: readonly ReadInstruction[], response: string, mode: InstructionConstraintsOptions["mode"]): InstructionResult[] {
  const texts = readings(response, mode);
  return instructions.map(({ id, check }) => {
    let followed: Followed = false;
    for (const text of texts) {
      const own = check(text);
      if (own === "unsure") followed = own;
      if (own === true) return { id, followed: true };
    }
    return { id, followed: followed === "unsure" ? null : false };
  });
}

/**
 * Checkable instructions of IFEval and open-instruct's IFEvalG, by their published ids and arguments.
 *
 *     score = 1 if all are followed, else 0      or, by option, followed / instructions
 *
 * The checks are the published ones, bounded: linear in the response, keywords read as text and not as patterns. An id that is not
 * known, an argument that is missing or not one of the id's, leaves the verdict undecided; nothing is drawn at random in its place. An
 * id may come several times, each with its own arguments: results are by position.
 *
 * Limits: the text judged is what stands after the reasoning, without blanks at its ends. Where a language cannot be told the
 * verdict is undecided, unless another instruction decides it.
 *
 * @param reference `{ instruction_id_list, kwargs }`, with `instruction_id` for the list also; or that as JSON or as a Python literal
 * @remarks Deviations from the published code: a text without letters is in no language (there in every one); sentences and languages are
 * told by rules of our own, where it uses a trained model (agreement by id is in the guide). The weak checks stay as published: one letter is a
 * palindrome, and a keyword is found inside of words.
 * @see Zhou et al. 2023, Instruction-Following Evaluation for Large Language Models, arXiv:2311.07911; Pyatkin et al. 2025, IFBench, arXiv:2507.02833
 * @example instructionConstraints("No commas here.", { instruction_id_list: ["punctuation:no_comma"], kwargs: [{}] }).score // => 1
 */
export const instructionConstraints: Verifier<InstructionReference, InstructionConstraintsOptions, Verdict<InstructionConstraintsCode>> = /* @__PURE__ */ defineVerifier<
  InstructionReference,
  InstructionConstraintsOptions,
  Verdict<InstructionConstraintsCode>
>({
  id: "verify/instruction-constraints",
  aliases: ["ifeval", "ifevalg"],
  paper: { title: "Instruction-Following Evaluation for Large Language Models", url: "https://arxiv.org/abs/2311.07911" },
  options: z.strictObject({ mode: z.enum(["strict", "loose"]).default("strict"), partial: z.enum(["none", "share"]).default("none") }),
  prepare(reference, { mode, partial }) {
    const instructions = readInstructions(reference);
    return (response, context) => {
      if ("code" in instructions) return undecided(instructions.code, instructions.text);
      const answers = readAnswers(response, "whole", context);
      if ("status" in answers) return answers;
      const { text, found } = answers[0]!;
      return judged(results(instructions, text, mode), partial, { span: found.span!, rule: "whole", extracted: text });
    };
  },
});

function judged(all: readonly InstructionResult[], partial: InstructionConstraintsOptions["partial"], found: { readonly span: { readonly start: number; readonly end: number }; readonly rule: string; readonly extracted: string }): Verdict<InstructionConstraintsCode> {
  const listed = (wanted: boolean | null): string => all.flatMap(({ id, followed }, i) => (followed === wanted ? [`${i + 1} (${id})`] : [])).join(", ");
  const open = all.some(({ followed }) => followed === null);
  const followed = all.filter((each) => each.followed === true).length;
  const failed = all.some((each) => each.followed === false);
  if (open && (partial === "share" || !failed)) return undecided("language-unsure", `the language is not certain for instruction ${listed(null)}`, found);
  if (followed === all.length) return correct("followed", `all ${all.length} instructions are followed`, found);
  return incorrect("not-followed", `not followed: instruction ${listed(false)}`, found, partial === "none" ? 0 : followed / all.length);
}

/**
 * What became of each instruction, by position; null where the reference cannot be read or an instruction cannot be decided.
 * @example checkInstructions("a, b", { instruction_id: ["punctuation:no_comma"], kwargs: [null] }) // => [{ id: "punctuation:no_comma", followed: false }]
 */
export function checkInstructions(response: string, reference: InstructionReference, mode: InstructionConstraintsOptions["mode"] = "strict"): readonly InstructionResult[] | null {
  const instructions = readInstructions(reference);
  return "code" in instructions ? null : results(instructions, response, mode);
}
