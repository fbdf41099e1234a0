/** What servers of reward models are sent: a text, a conversation, or a pair; with the fields that bring a reference along, which no model needs and verifiers do. */
import { z } from "zod";
import type { Rollout } from "../../../core/rollout.ts";
import { fieldFault, type RequestParts } from "../../contract.ts";
import { conversation, exactReference, referenceAmong, requireAsMany, taskAmong } from "./fields.ts";
import { splitSingleTurn, splitTranscript, trimEnd } from "./transcript.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What a text alone is: a transcript, of which the last turn is the response; a question and all that came after it; or the response. */
export type SingleText = "transcript" | "single-turn" | "response";

export const singleText: z.ZodDefault<z.ZodEnum<{ [Kind in SingleText]: Kind }>> = z.enum(["transcript", "single-turn", "response"]).default("transcript");

/** Fields of ours in a body of theirs. */
export const besideFields: {
  readonly reference: z.ZodOptional<z.ZodUnknown>;
  readonly references: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodUnknown>>>;
  readonly data_source: z.ZodOptional<z.ZodUnknown>;
} = {
  reference: z.unknown().optional().describe("What a right answer is, for all items."),
  references: z.array(z.unknown()).nullish().describe("What a right answer is, one an item."),
  data_source: z.unknown().optional().describe("Name of the spec that scores, where there is one of that name."),
};

/** A conversation in the place of a text. */
export const messagesSchema: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodObject<{ role: z.ZodString }, z.core.$loose>>>> = z.array(z.looseObject({ role: z.string() })).nullish();

/** Prompt and response of item `i`, with its reference (`references[i]`, else `reference` and its like for all) and its task. */
export function itemOf(body: Fields, i: number, said: Pick<Rollout, "prompt" | "response">, parts: RequestParts): Rollout {
  const { references } = body as { readonly references?: readonly unknown[] | null };
  const reference = references == null ? referenceAmong(body, [], parts) : exactReference(references[i], ["references", i], parts);
  const task = taskAmong(body);
  return { id: String(i), group: String(i), ...said, ...(reference === undefined ? {} : { reference }), ...(task === undefined ? {} : { task }) };
}

/** A text alone. @throws FormatError where prompt and response cannot be told apart */
export function singleOf(text: string, kind: SingleText, path: string): Pick<Rollout, "prompt" | "response"> {
  if (kind === "response") return { prompt: "", response: trimEnd(text) };
  return kind === "single-turn" ? splitSingleTurn(text, path) : splitTranscript(text, undefined, path);
}

/** A pair: what was asked, and what was answered. */
export function pairOf(query: string, document: string): Pick<Rollout, "prompt" | "response"> {
  return { prompt: query, response: trimEnd(document) };
}

/** `input` of vLLM and OpenAI: a text, texts, or token ids, which only the model's tokenizer could read. @throws FormatError */
export function textsOf(input: unknown, field: string): string[] {
  if (typeof input === "string") return [input];
  const list = input as readonly unknown[];
  const strange = list.findIndex((each) => typeof each !== "string");
  if (strange >= 0) throw fieldFault(`${field}[${strange}]`, "must be text: token ids are read by the model's tokenizer, which a verifier has not");
  return list as string[];
}

/** Rollouts of a body with `input` or `messages`. @throws FormatError */
export function inputRollouts(body: Fields, kind: SingleText, parts: RequestParts): Rollout[] {
  const { input, messages, references } = body as { readonly input?: unknown; readonly messages?: readonly unknown[] | null; readonly references?: readonly unknown[] | null };
  if (messages != null) {
    if (input != null) throw fieldFault("input", "must not stand beside messages");
    requireAsMany("references", references, "messages (one conversation)", 1);
    return [itemOf(body, 0, conversation(messages, "messages"), parts)];
  }
  if (input == null) throw fieldFault("input", "must be a text or a list of texts, or stand as messages, got nothing");
  const texts = textsOf(input, "input");
  requireAsMany("references", references, "input", texts.length);
  return texts.map((text, i) => itemOf(body, i, singleOf(text, kind, typeof input === "string" ? "input" : `input[${i}]`), parts));
}

/** Text, texts, or token ids. */
export const inputSchema: z.ZodOptional<z.ZodNullable<z.ZodUnion<readonly [z.ZodString, z.ZodArray<z.ZodUnion<readonly [z.ZodString, z.ZodNumber, z.ZodArray<z.ZodNumber>]>>]>>> = z
  .union([z.string(), z.array(z.union([z.string(), z.number(), z.array(z.number())]))])
  .nullish();

/** No tokens are counted. */
export const NO_USAGE = { prompt_tokens: 0, total_tokens: 0, completion_tokens: 0, prompt_tokens_details: null } as const;

export const usageSchema: z.ZodType<typeof NO_USAGE> = z.object({ prompt_tokens: z.literal(0), total_tokens: z.literal(0), completion_tokens: z.literal(0), prompt_tokens_details: z.null() });
