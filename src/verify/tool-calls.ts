import { z } from "zod";
import { optimalAssignment } from "../core/assignment.ts";
import { show } from "../core/errors.ts";
import { defineVerifier, type VerifyContext, type Verifier } from "../core/method.ts";
import type { ToolCall } from "../core/rollout.ts";
import { correct, incorrect, invalid, undecided, type Found, type Verdict } from "../core/verdict.ts";
import type { NoAnswerCode } from "./math/extract.ts";
import { compileSchema, SchemaFault, type CompiledSchema } from "./structure/json-schema.ts";
import type { JsonObject } from "./structure/json.ts";
import { plainTypes, type Call, type Tool } from "./tools/call.ts";
import { CALL_FORMS, fromMessages, readCalls, type CallFault, type CallForm, type CallReading } from "./tools/read.ts";
import { callDifference, readReference, type CallDifference, type RightCall, type RightCalls, type StringRule } from "./tools/reference.ts";

export interface ToolCallsOptions {
  /** How calls are written; `auto` looks for each form in turn. */
  readonly format: "auto" | CallForm;
  /** Calls of one turn may come in any order, or must come in the order given. */
  readonly order: "any" | "given";
  /** When two texts inside of arguments are equal: `bfcl` drops case, blanks and `,./-_*^`, and so takes "3.5" for "35". */
  readonly strings: StringRule;
  /** `none`: all or nothing. `share`: the share of the turns that are right. */
  readonly partial: "none" | "share";
}

/** Every reason `toolCalls` gives. */
export type ToolCallsCode =
  | "match"
  | "valid-calls"
  | "no-call-needed"
  | "no-call"
  | "call-not-needed"
  | "wrong-count"
  | "wrong-order"
  | "unknown-tool"
  | "bad-arguments"
  | CallDifference
  | "wrong-turns"
  | "bad-reference"
  | CallFault["fault"]
  | NoAnswerCode;

/** The right calls: a list of `{name, arguments}`, BFCL's possible answers, or an object of `calls` or `turns` and `tools`; or JSON text of any of these. */
export type ToolCallsReference = string | object;

/**
 * The tool calls of a response are the right ones.
 *
 *     score = 1 if the calls made and the right calls match one to one, else 0
 *
 * A call matches by its tool's name, and by every argument: none missing, none beside those of the reference, values equal as JSON
 * (keys in any order, lists in order, 1 is 1.0, true is not 1) or one of the values allowed (BFCL: a list an argument, "" where it may be
 * left out). Calls are read as OpenAI's, Anthropic's and plain JSON, as Hermes' `<tool_call>`, as function and invoke elements, as
 * Python text; those that the context gives (`calls`, or `turns` of a trace) win over the text. No right calls means that none
 * must be made. With `tools` and no calls, any calls that fit the tools' schemas are right.
 * A call beside these in another form, or in the middle of a text, is invalid, and so is JSON that has a key twice.
 * Limits: calls in the reasoning, or after the turn's end, do not count; a half-written call is invalid; more than 128 calls are invalid.
 *
 * @remarks Deviations from BFCL's checker: parallel calls are matched optimally, not greedily; nested values of any depth are compared; 5.0 is an
 * integer, as in JSON Schema; values of Java and JavaScript text are not converted. Where the tools are given they only name an unknown tool:
 * an allowed value is right even where the schema would not have it.
 * @see Patil et al. 2025, The Berkeley Function Calling Leaderboard (ICML 2025); bfcl_eval's ast_checker
 * @example toolCalls('<tool_call>{"name": "add", "arguments": {"b": 2, "a": 1}}</tool_call>', [{ name: "add", arguments: { a: 1, b: 2 } }]).score // => 1
 * @example toolCalls("[add(a=1, b=2)]", [{ add: { a: [1], b: [2, 3], c: [""] } }]).score // => 1
 */
export const toolCalls: Verifier<ToolCallsReference, ToolCallsOptions, Verdict<ToolCallsCode>> = /* @__PURE__ */ defineVerifier<
  ToolCallsReference,
  ToolCallsOptions,
  Verdict<ToolCallsCode>
>({
  id: "verify/tool-calls",
  aliases: ["bfcl-ast", "function-calls"],
  paper: { title: "The Berkeley Function Calling Leaderboard", url: "https://gorilla.cs.berkeley.edu/leaderboard.html" },
  options: z.strictObject({
    format: z.enum(CALL_FORMS).default("auto"),
    order: z.enum(["any", "given"]).default("any"),
    strings: z.enum(["exact", "bfcl"]).default("exact"),
    partial: z.enum(["none", "share"]).default("none"),
  }),
  prepare(reference: ToolCallsReference, options: ToolCallsOptions) {
    const right = readReference(reference);
    // Schemas are held against where no right calls are given; elsewhere the values decide.
    const schemas = typeof right === "string" ? right : schemasOf(right.turns === null ? right.tools : []);
    return (response, context) => {
      if (typeof right === "string" || typeof schemas === "string") return undecided("bad-reference", `the reference is none: ${String(typeof right === "string" ? right : schemas)}`);
      const turns = turnsOf(response, right, options, context);
      const read: CallReading[] = [];
      for (const turn of turns)
        if (!("fault" in turn)) read.push(turn);
        // A turn of a trace may be silent.
        else if (turns.length === 1 || turn.fault !== "empty") return invalid(turn.fault, turn.text);
      return judge(read, right, schemas, options);
    };
  },
});

/** The calls of each turn: those of the context, else those of the text, cut at the marks of chat templates where several turns are due. */
function turnsOf(response: string, right: RightCalls, { format }: ToolCallsOptions, context: VerifyContext | undefined): readonly (CallReading | CallFault)[] {
  if (Array.isArray(context?.["turns"])) return (context["turns"] as readonly (readonly ToolCall[])[]).map(fromMessages);
  if (right.turns === null || right.turns.length === 1) return [readCalls(response, format, right.tools, context)];
  return response.split("<|im_start|>assistant").map((part) => readCalls(part, format, right.tools, context));
}

function judge(turns: readonly CallReading[], right: RightCalls, schemas: ReadonlyMap<string, CompiledSchema>, options: ToolCallsOptions): Verdict<ToolCallsCode> {
  const found = foundIn(turns);
  if (right.turns === null) return fitsTools(turns.flatMap(({ calls }) => calls), schemas, found);
  // Turns in which nothing is called, on either side, only talk.
  const [made, due] = [turns.map(({ calls }) => calls), right.turns];
  const several = due.length > 1 || made.length > 1;
  const asked = several ? made.filter((calls) => calls.length > 0) : made;
  const wanted = several ? due.filter((calls) => calls.length > 0) : due;
  const faults = wanted.map((calls, i) => turnFault(asked[i] ?? [], calls, right, options));
  if (asked.length > wanted.length) faults.push({ code: several ? "wrong-turns" : "wrong-count", text: `${asked.length} turns call tools, not ${wanted.length}` });
  const first = faults.findIndex((fault) => fault !== null);
  if (first < 0) return wanted.every((calls) => calls.length === 0) ? correct("no-call-needed", "no call was made, and none was due", found) : correct("match", "the calls are the right ones", found);
  const { code, text } = faults[first]!;
  const score = options.partial === "share" && several ? faults.filter((fault) => fault === null).length / faults.length : 0;
  return incorrect(code, several ? `turn ${first + 1}: ${text}` : text, found, score);
}

interface TurnFault {
  readonly code: ToolCallsCode;
  readonly text: string;
}

function turnFault(made: readonly Call[], due: readonly RightCall[], { tools, toolsGiven }: RightCalls, { order, strings }: ToolCallsOptions): TurnFault | null {
  if (made.length === 0 && due.length === 0) return null;
  if (made.length === 0) return { code: "no-call", text: "no call was made" };
  if (due.length === 0) return { code: "call-not-needed", text: `${show(made[0]!.name)} was called, and no call was due` };
  const strange = toolsGiven ? made.find((call) => tools.every((tool) => tool.name !== call.name)) : undefined;
  if (strange !== undefined) return { code: "unknown-tool", text: `${show(strange.name)} is none of the tools` };
  if (made.length !== due.length) return { code: "wrong-count", text: `${made.length} calls were made, not ${due.length}` };
  if (due.every((right, i) => callDifference(right, made[i]!, strings) === null)) return null;
  const differences = due.map((right) => made.map((call) => callDifference(right, call, strings)));
  const partner = optimalAssignment(differences.map((row) => row.map(closeness)));
  if (partner.every((j, i) => differences[i]![j] === null)) return order === "any" ? null : { code: "wrong-order", text: "the calls come in another order" };
  const at = order === "given" ? differences.findIndex((row, i) => row[i] !== null) : partner.findIndex((j, i) => differences[i]![j] !== null);
  const { what, argument } = differences[at]![order === "given" ? at : partner[at]!]!;
  return { code: what, text: argument === null ? `${show(due[at]!.name)} is not called` : `${due[at]!.name}: ${PHRASES[what]} ${show(argument)}` };
}

const PHRASES: Readonly<Record<CallDifference, string>> = {
  "wrong-tool": "another tool",
  "unexpected-argument": "no argument is called",
  "missing-argument": "missing is the argument",
  "wrong-type": "of another type is the argument",
  "wrong-value": "wrong is the value of",
};

/** How near a call is to a right one: matches outweigh any number of near ones. */
function closeness(difference: ReturnType<typeof callDifference>): number {
  return difference === null ? 1000 : difference.what === "wrong-tool" ? 0 : 1;
}

/** Without right calls: each is of a tool, and its arguments fit that tool's schema. */
function fitsTools(calls: readonly Call[], schemas: ReadonlyMap<string, CompiledSchema>, found: Found): Verdict<ToolCallsCode> {
  if (calls.length === 0) return incorrect("no-call", "no call was made", found);
  for (const call of calls) {
    const schema = schemas.get(call.name);
    if (schema === undefined) return incorrect("unknown-tool", `${show(call.name)} is none of the tools`, found);
    const error = schema.check(call.arguments);
    if (error === null) continue;
    return incorrect("bad-arguments", error === "too-much" ? `${call.name}: the arguments take too long to check` : `${call.name}: at ${error.path === "" ? "the top" : error.path}: ${error.text}`, found);
  }
  return correct("valid-calls", "every call fits its tool", found);
}

/** Schemas by tool; arguments a tool does not declare are refused where it does not say otherwise. */
function schemasOf(tools: readonly Tool[]): Map<string, CompiledSchema> | string {
  const out = new Map<string, CompiledSchema>();
  for (const { name, parameters: declared } of tools)
    try {
      const parameters = plainTypes(declared) as JsonObject;
      out.set(name, compileSchema("additionalProperties" in parameters || "patternProperties" in parameters ? parameters : { ...parameters, additionalProperties: false }));
    } catch (error) {
      if (!(error instanceof SchemaFault)) throw error;
      return `${name}: ${error.message}`;
    }
  return out;
}

function foundIn(turns: readonly CallReading[]): Found {
  const written = turns.find(({ extracted }) => extracted !== null);
  if (written === undefined) return { extracted: null };
  return turns.length === 1 && written.span !== undefined ? { extracted: written.extracted, span: written.span, rule: written.form! } : { extracted: written.extracted, rule: written.form! };
}
