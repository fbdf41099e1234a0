/**
 * `/v1/embeddings` as the reward route of SGLang: the reward is an embedding of one number.
 *
 * Source: verl 0.9.1, `compute_score_disrm` in verl/experimental/reward_loop/reward_loop.py (reads `data[-1].embedding[-1]`); docs.sglang.io, "Reward models" (`--is-embedding`).
 * - A text alone is a transcript, from which the response is taken (`text=single-turn`, `text=response`: see the guide). `reference` or `references` stand beside `input`.
 * - `encoding_format: "base64"`, which OpenAI's Python client sends unasked, gives the bytes of a float32: rewards are rounded to 24 bits there.
 */
import { Buffer } from "node:buffer";
import { z } from "zod";
import { numbersOf, scoringRoute, type Contract } from "../contract.ts";
import { specOf } from "./shared/fields.ts";
import { MODEL, modelsRoute } from "./shared/models.ts";
import { besideFields, inputRollouts, inputSchema, messagesSchema, NO_USAGE, singleText, usageSchema, type SingleText } from "./shared/reward-model.ts";
import { contractSettings } from "./shared/settings.ts";
import { openaiFault } from "./vllm.ts";

const request = z.looseObject({ model: z.string().nullish(), input: inputSchema, messages: messagesSchema, encoding_format: z.enum(["float", "base64"]).nullish(), ...besideFields });
const response = z.object({
  object: z.literal("list"),
  data: z.array(z.object({ object: z.literal("embedding"), index: z.int(), embedding: z.union([z.array(z.number()), z.string()]) })),
  model: z.string(),
  usage: usageSchema,
});

interface EmbeddingsSettings {
  /** What a text alone is. */
  readonly text: SingleText;
}

const settings = contractSettings<EmbeddingsSettings>("embeddings", z.strictObject({ text: singleText }));

function base64(score: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(score);
  return bytes.toString("base64");
}

const embed = scoringRoute<z.infer<typeof request>, z.infer<typeof response>>({
  method: "POST",
  path: "/v1/embeddings",
  summary: "The reward as an embedding of one number (SGLang's reward models)",
  request,
  response,
  read: (body, parts) => ({ rollouts: inputRollouts(body, settings.of(parts).text, parts), ...specOf(parts) }),
  write: (body, _asked, { rows }, nulls) => ({
    object: "list",
    data: numbersOf(rows, nulls).map((score, index) => ({ object: "embedding", index, embedding: body.encoding_format === "base64" ? base64(score) : [score] })),
    model: body.model ?? MODEL,
    usage: NO_USAGE,
  }),
});

export const embeddings: Contract = { name: "embeddings", summary: "/v1/embeddings as SGLang's reward route", nulls: "choice", sees: "batch", routes: [embed, modelsRoute], ...settings.parts, fault: openaiFault };
