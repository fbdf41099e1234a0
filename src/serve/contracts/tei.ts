/**
 * Text Embeddings Inference as a sequence classifier: `/predict`, `/rerank`, `/info`.
 *
 * Source: huggingface/text-embeddings-inference at 0d124dc: router/src/http/types.rs (`PredictInput`), router/src/http/server.rs (statuses of errors), router/src/lib.rs (`Info`).
 * - `inputs` of two texts is a pair, not a batch; a batch is a list of lists of one or two texts. Of a pair the first is the prompt, the second the response.
 *   A text alone is a transcript, from which the response is taken (`text=single-turn`, `text=response`: see the guide). `reference` or `references` stand beside `inputs`.
 * - Rewards come as they are: `raw_scores`, `truncate` have nothing to act on.
 * - Errors are `{ error, error_type }`: 400 Empty, 422 Validation, 424 Backend (a reward that could not be decided), 429 Overloaded, 503 Unhealthy.
 */
import { z } from "zod";
import { numbersOf, scoringRoute, staticRoute, type Contract, type ContractFault } from "../contract.ts";
import { requireAsMany, specOf } from "./shared/fields.ts";
import { besideFields, itemOf, pairOf, singleOf, singleText, type SingleText } from "./shared/reward-model.ts";
import { contractSettings } from "./shared/settings.ts";

const common = { truncate: z.boolean().nullish(), truncation_direction: z.string().optional(), raw_scores: z.boolean().default(false), ...besideFields };

const sequence = z.array(z.string()).min(1).max(2);
const predictRequest = z.looseObject({ ...common, inputs: z.union([z.string(), sequence, z.array(sequence).min(1)]) });
const prediction = z.array(z.object({ score: z.number(), label: z.string() }));
const predictResponse = z.union([prediction, z.array(prediction)]);

interface TeiSettings {
  /** What a text alone is. */
  readonly text: SingleText;
  /** What `/info` says is served: some clients ask only what fits it. */
  readonly model: "reranker" | "classifier";
}

const settings = contractSettings<TeiSettings>("tei", z.strictObject({ text: singleText, model: z.enum(["reranker", "classifier"]).default("reranker") }));

type Inputs = z.infer<typeof predictRequest>["inputs"];

/** The sequences of a request, and whether they are a batch. */
function sequencesOf(inputs: Inputs): { readonly batch: boolean; readonly sequences: readonly (readonly string[])[] } {
  if (typeof inputs === "string") return { batch: false, sequences: [[inputs]] };
  return typeof inputs[0] === "string" ? { batch: false, sequences: [inputs as string[]] } : { batch: true, sequences: inputs as string[][] };
}

const predict = scoringRoute<z.infer<typeof predictRequest>, z.infer<typeof predictResponse>>({
  method: "POST",
  path: "/predict",
  summary: "The reward as the score of the only label (TEI)",
  request: predictRequest,
  response: predictResponse,
  read(body, parts) {
    const { batch, sequences } = sequencesOf(body.inputs);
    requireAsMany("references", body.references, "inputs", sequences.length);
    const { text } = settings.of(parts);
    const rollouts = sequences.map(([one, two], i) => itemOf(body, i, two === undefined ? singleOf(one!, text, batch ? `inputs[${i}]` : "inputs") : pairOf(one!, two), parts));
    return { rollouts, ...specOf(parts) };
  },
  write(body, _asked, { rows }, nulls) {
    const predictions = numbersOf(rows, nulls).map((score) => [{ score, label: "LABEL_0" }]);
    return sequencesOf(body.inputs).batch ? predictions : predictions[0]!;
  },
});

const rerankRequest = z.looseObject({ ...common, query: z.string(), texts: z.array(z.string()).min(1, { error: "must hold a text at least" }), return_text: z.boolean().default(false) });
const rerankResponse = z.array(z.object({ index: z.int(), text: z.string().optional(), score: z.number() }));

const rerank = scoringRoute<z.infer<typeof rerankRequest>, z.infer<typeof rerankResponse>>({
  method: "POST",
  path: "/rerank",
  summary: "Texts as answers to a query, the best first (TEI)",
  request: rerankRequest,
  response: rerankResponse,
  read(body, parts) {
    requireAsMany("references", body.references, "texts", body.texts.length);
    return { rollouts: body.texts.map((text, i) => itemOf(body, i, pairOf(body.query, text), parts)), ...specOf(parts) };
  },
  write: (body, _asked, { rows }, nulls) =>
    numbersOf(rows, nulls)
      .map((score, index) => ({ index, ...(body.return_text ? { text: body.texts[index]! } : {}), score }))
      .toSorted((a, b) => b.score - a.score),
});

const infoResponse = z.looseObject({ model_id: z.string(), model_type: z.looseObject({}), version: z.string() });

const LABELS = { id2label: { "0": "LABEL_0" }, label2id: { LABEL_0: 0 } } as const;

const info = staticRoute<unknown, z.infer<typeof infoResponse>>({
  method: "GET",
  path: "/info",
  summary: "What is served: a reranker or a classifier of one label (TEI)",
  request: null,
  response: infoResponse,
  // Lengths of a model that there is not are left out, but for those that clients must have.
  answer: (_body, parts, { version, specs }) => ({
    model_id: `guerdon/${specs[0] ?? "default"}`,
    model_sha: null,
    model_dtype: "float64",
    served_model_name: specs[0] ?? "default",
    model_type: { [settings.of(parts).model]: LABELS },
    max_concurrent_requests: 512,
    max_input_length: 1 << 20,
    max_batch_tokens: 1 << 24,
    max_batch_requests: null,
    max_client_batch_size: 1024,
    auto_truncate: false,
    tokenization_workers: 1,
    version,
    sha: null,
    docker_label: null,
  }),
});

/** Errors as TEI writes them, with its statuses. */
function fault({ status, code, message, path }: ContractFault): { readonly status: number; readonly body: unknown } {
  const [told, type] = code === "undecided" && status === 422 ? [424, "Backend"] : status === 503 ? [503, "Unhealthy"] : status === 429 ? [429, "Overloaded"] : status >= 500 ? [424, "Backend"] : path === "texts" && message.includes("at least") ? [400, "Empty"] : [status, "Validation"];
  return { status: told as number, body: { error: message, error_type: type } };
}

export const tei: Contract = { name: "tei", summary: "Text Embeddings Inference, as a sequence classifier", nulls: "choice", sees: "batch", routes: [predict, rerank, info], ...settings.parts, fault };
