/**
 * The pooling routes of vLLM, which stand in for a reward model (verl's discriminative reward models ask `/classify`).
 *
 * Source: vllm-project/vllm: vllm/frontend/entrypoints/pooling/{classify,scoring}/protocol.py and scoring/utils.py at 055e47c (before: vllm/entrypoints/pooling/…),
 * pooling/protocol.py at 01cfbaf, base/protocol.py at 020638a, scoring/serving.py at 004706d; verl 0.9.1, verl/experimental/reward_loop/reward_loop.py.
 * - Of a pair the query is the prompt and the document the response. A text alone is a transcript, from which the response is taken (`text=single-turn`, `text=response`: see the guide).
 * - `reference` (for all items) or `references` (one an item) stand beside vLLM's fields; the client's `model` comes back, and picks nothing.
 * - Rewards come as they are: `use_activation` has nothing to act on. No tokens are counted: `usage` is 0.
 */
import { z } from "zod";
import type { Rollout } from "../../core/rollout.ts";
import { fieldFault, numbersOf, scoringRoute, type Contract, type ContractFault, type RequestParts } from "../contract.ts";
import { requireAsMany, specOf } from "./shared/fields.ts";
import { MODEL, modelsRoute } from "./shared/models.ts";
import { besideFields, inputRollouts, inputSchema, itemOf, messagesSchema, NO_USAGE, pairOf, singleText, usageSchema, type SingleText } from "./shared/reward-model.ts";
import { contractSettings } from "./shared/settings.ts";

type Fields = Readonly<Record<string, unknown>>;

const common = { model: z.string().nullish(), request_id: z.string().optional(), use_activation: z.boolean().nullish(), ...besideFields };

const head = { id: z.string(), model: z.string() };
const listHead = { ...head, object: z.literal("list"), created: z.int(), usage: usageSchema };

interface VllmSettings {
  /** What a text alone is. */
  readonly text: SingleText;
}

const settings = contractSettings<VllmSettings>("vllm", z.strictObject({ text: singleText }));

const inputRequest = z.looseObject({ ...common, input: inputSchema, messages: messagesSchema });
type InputBody = z.infer<typeof inputRequest>;

/** Fields that newer versions refuse. */
function refuseRemoved(body: Fields): void {
  if (Object.hasOwn(body, "normalize")) throw fieldFault("normalize", "must not be given: vLLM removed it, use_activation stands in its place");
}

function idOf(kind: string, { request_id: given }: Fields): string {
  return `${kind}-${typeof given === "string" ? given : crypto.randomUUID().replaceAll("-", "")}`;
}

function modelOf({ model }: Fields): string {
  return typeof model === "string" ? model : MODEL;
}

function listOf<Item>(kind: string, body: Fields, data: Item[]): { id: string; object: "list"; created: number; model: string; data: Item[]; usage: typeof NO_USAGE } {
  return { id: idOf(kind, body), object: "list", created: Math.floor(Date.now() / 1000), model: modelOf(body), data, usage: NO_USAGE };
}

const classifyResponse = z.object({ ...listHead, data: z.array(z.object({ index: z.int(), label: z.string().nullable(), probs: z.array(z.number()), num_classes: z.int() })) });

const classify = scoringRoute<InputBody, z.infer<typeof classifyResponse>>({
  method: "POST",
  path: "/classify",
  summary: "The reward as the only probability (vLLM; verl's discriminative reward models)",
  request: inputRequest,
  response: classifyResponse,
  read(body, parts) {
    refuseRemoved(body);
    return { rollouts: inputRollouts(body, settings.of(parts).text, parts), ...specOf(parts) };
  },
  write: (body, _asked, { rows }, nulls) => listOf("classify", body, numbersOf(rows, nulls).map((score, index) => ({ index, label: "LABEL_0", probs: [score], num_classes: 1 }))),
});

const poolingRequest = inputRequest.extend({ task: z.string().nullish(), encoding_format: z.string().default("float"), dimensions: z.int().nullish() });
const poolingResponse = z.object({ ...listHead, data: z.array(z.object({ index: z.int(), object: z.literal("pooling"), data: z.array(z.number()) })) });

/** Tasks that give one vector a text. */
const WHOLE_TASKS = ["classify", "embed", "score", "reward"];

const pooling = scoringRoute<z.infer<typeof poolingRequest>, z.infer<typeof poolingResponse>>({
  method: "POST",
  path: "/pooling",
  summary: "The reward as a vector of one number (vLLM)",
  request: poolingRequest,
  response: poolingResponse,
  read(body, parts) {
    refuseRemoved(body);
    if (body.task != null && !WHOLE_TASKS.includes(body.task)) throw fieldFault("task", `must be ${WHOLE_TASKS.join(", ")} or not given: a response has one reward, and nothing is told of its tokens, got ${JSON.stringify(body.task)}`);
    if (body.encoding_format !== "float") throw fieldFault("encoding_format", `must be "float", got ${JSON.stringify(body.encoding_format)}`);
    if (body.dimensions != null && body.dimensions !== 1) throw fieldFault("dimensions", `must be 1 or not given, got ${body.dimensions}`);
    return { rollouts: inputRollouts(body, settings.of(parts).text, parts), ...specOf(parts) };
  },
  write: (body, _asked, { rows }, nulls) => listOf("pool", body, numbersOf(rows, nulls).map((score, index) => ({ index, object: "pooling" as const, data: [score] }))),
});

// ── pairs ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const side = z.union([z.string(), z.looseObject({ content: z.array(z.looseObject({})) }), z.array(z.union([z.string(), z.looseObject({ content: z.array(z.looseObject({})) })]))]);

const scoreRequest = z.looseObject({
  ...common,
  text_1: side.optional(),
  text_2: side.optional(),
  queries: side.optional(),
  documents: side.optional(),
  items: side.optional(),
  data_1: side.optional(),
  data_2: side.optional(),
});
const scoreResponse = z.object({ ...listHead, data: z.array(z.object({ index: z.int(), object: z.literal("score"), score: z.number() })) });

/** The names under which a pair may come, in vLLM's order. */
const PAIRS = [["queries", "documents"], ["queries", "items"], ["data_1", "data_2"], ["text_1", "text_2"]] as const;

/** Texts of one side; of content parts only text can be graded. */
function sideOf(value: unknown, field: string): string[] {
  const list = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  return list.map((each, i) => {
    if (typeof each === "string") return each;
    const where = Array.isArray(value) ? `${field}[${i}]` : field;
    return (each as { readonly content: readonly Fields[] }).content
      .map((part, k) => {
        if (typeof part["text"] !== "string") throw fieldFault(`${where}.content[${k}]`, "must be text: a verifier sees no images");
        return part["text"];
      })
      .join("");
  });
}

function pairsOf(body: Fields, parts: RequestParts): Rollout[] {
  const names = PAIRS.find(([one, two]) => body[one] !== undefined && body[two] !== undefined);
  if (names === undefined) throw fieldFault("text_1", `must be given as a pair: ${PAIRS.map((pair) => pair.join(" and ")).join(", ")}`);
  const [one, two] = names;
  const [queries, documents] = [sideOf(body[one], one), sideOf(body[two], two)];
  if (queries.length === 0 || documents.length === 0) throw fieldFault(queries.length === 0 ? one : two, "must hold a text at least, got none");
  if (queries.length > 1 && queries.length !== documents.length) throw fieldFault(two, `must have as many texts as ${one}, which has ${queries.length}, got ${documents.length}`);
  requireAsMany("references", body["references"] as readonly unknown[] | null | undefined, two, documents.length);
  return documents.map((document, i) => itemOf(body, i, pairOf(queries[queries.length === 1 ? 0 : i]!, document), parts));
}

const scoreAt = (path: string): ReturnType<typeof scoringRoute> =>
  scoringRoute<z.infer<typeof scoreRequest>, z.infer<typeof scoreResponse>>({
    method: "POST",
    path,
    summary: "Rewards of documents as answers to queries (vLLM)",
    // The native call of this path has rollouts.
    accepts: (body) => typeof body === "object" && body !== null && PAIRS.flat().some((name) => Object.hasOwn(body, name)),
    request: scoreRequest,
    response: scoreResponse,
    read: (body, parts) => ({ rollouts: pairsOf(body, parts), ...specOf(parts) }),
    write: (body, _asked, { rows }, nulls) => listOf("score", body, numbersOf(rows, nulls).map((score, index) => ({ index, object: "score" as const, score }))),
  });

const rerankRequest = z.looseObject({ ...common, query: z.union([z.string(), z.looseObject({ content: z.array(z.looseObject({})) })]), documents: side, top_n: z.int().min(0).default(0) });
const rerankResponse = z.object({ ...head, usage: usageSchema, results: z.array(z.object({ index: z.int(), document: z.object({ text: z.string(), multi_modal: z.null() }), relevance_score: z.number() })) });

const rerankAt = (path: string): ReturnType<typeof scoringRoute> =>
  scoringRoute<z.infer<typeof rerankRequest>, z.infer<typeof rerankResponse>>({
    method: "POST",
    path,
    summary: "Documents as answers to a query, the best first (vLLM)",
    request: rerankRequest,
    response: rerankResponse,
    read({ query, ...body }, parts) {
      return { rollouts: pairsOf({ ...body, queries: query }, parts), ...specOf(parts) };
    },
    write(body, _asked, { rows }, nulls) {
      const texts = sideOf(body.documents, "documents");
      const results = numbersOf(rows, nulls)
        .map((score, index) => ({ index, document: { text: texts[index]!, multi_modal: null }, relevance_score: score }))
        .toSorted((a, b) => b.relevance_score - a.relevance_score);
      return { id: idOf("rerank", body), model: modelOf(body), usage: NO_USAGE, results: body.top_n > 0 ? results.slice(0, body.top_n) : results };
    },
  });

/** Errors as OpenAI's servers write them. verl's client asks again after 5xx and nothing else, OpenAI's and Cohere's after 429 too: who is busy says 503. */
export function openaiFault({ status: given, code, message, path }: ContractFault): { readonly status: number; readonly body: unknown } {
  const status = given === 429 ? 503 : given;
  const type = status >= 500 ? "InternalServerError" : "BadRequestError";
  return { status, body: { error: { message, type, param: path ?? null, code, ...(path === undefined ? {} : { path }) } } };
}

export const vllm: Contract = {
  name: "vllm",
  summary: "vLLM's pooling routes, in the place of a reward model",
  nulls: "choice",
  sees: "batch",
  routes: [classify, pooling, scoreAt("/score"), scoreAt("/v1/score"), rerankAt("/rerank"), rerankAt("/v1/rerank"), rerankAt("/v2/rerank"), modelsRoute],
  ...settings.parts,
  fault: openaiFault,
};

