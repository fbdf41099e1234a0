/**
 * reasoning-gym's server, for the entries of a file.
 *
 * Source: open-thought/reasoning-gym at 49b0713: tools/server/server.py, tools/server/models.py, `score_answer_with_id` in reasoning_gym/coaching/experiment.py.
 * - The source makes entries by its generators and finds them again by `entry_id`. We make none: `entries=FILE` names a file with an entry a line
 *   (`{ entry_id, question, answer, metadata, experiment? }`), or an item brings its own `entry`. Then answers are scored by the spec, and `metadata.source_dataset` picks it.
 * - The source pays a long answer that holds the right one in part (length of the right one over its own). What is paid here is the spec's affair.
 */
import { z } from "zod";
import { FormatError, show } from "../../core/errors.ts";
import type { Rollout } from "../../core/rollout.ts";
import { fieldFault, numbersOf, scoringRoute, staticRoute, type Contract, type RequestParts } from "../contract.ts";
import { atPath, exactReference, specOf } from "./shared/fields.ts";

const entrySchema = z.looseObject({ question: z.string(), answer: z.unknown(), metadata: z.looseObject({}).default({}) });
const storedSchema = entrySchema.extend({ entry_id: z.string().optional(), experiment: z.string().optional() });

type Entry = z.infer<typeof entrySchema>;
type Stored = z.infer<typeof storedSchema>;

interface State {
  /** Entries of every experiment, in the order of the file, by their ids. */
  readonly entries: ReadonlyMap<string, Stored>;
  /** Dotted path of the reference in an entry. */
  readonly reference: string;
}

const NOTHING: State = { entries: new Map(), reference: "answer" };

function stateOf({ state }: { readonly state: unknown }): State {
  return (state as State | undefined) ?? NOTHING;
}

/** Entries of an experiment: those that name it, and those that name none. */
function ofExperiment({ entries }: State, name: string): [string, Stored][] {
  return [...entries].filter(([, { experiment }]) => experiment === undefined || experiment === name);
}

const scoreRequest = z.looseObject({ answers: z.array(z.looseObject({ entry_id: z.string(), answer: z.string().nullable(), entry: entrySchema.optional() })) });
const scoreResponse = z.object({ scores: z.array(z.number()), entry_ids: z.array(z.string()) });

type ScoreBody = z.infer<typeof scoreRequest>;

function rolloutOf({ entry_id: id, answer, entry: given }: ScoreBody["answers"][number], i: number, parts: RequestParts): Rollout {
  const state = stateOf(parts);
  const stored = state.entries.get(id);
  const known = stored?.experiment === undefined || stored.experiment === parts.params["name"] ? stored : undefined;
  const entry: Entry | undefined = given ?? known;
  if (entry === undefined) throw fieldFault(`answers[${i}].entry_id`, `must be of an entry of ${show(parts.params["name"])}: one of the file that the setting entries names, or of an entry sent along under "entry"; got ${show(id)}`);
  const value = state.reference === "entry" ? entry : atPath(entry, state.reference);
  const reference = given === undefined ? value : exactReference(value, ["answers", i, "entry", ...(state.reference === "entry" ? [] : state.reference.split("."))], parts);
  const source = entry.metadata["source_dataset"];
  return {
    id: String(i),
    group: id,
    prompt: entry.question,
    response: answer ?? "",
    ...(reference === undefined || reference === null ? {} : { reference }),
    ...(typeof source === "string" ? { task: source } : {}),
    extra: { entry_id: id, metadata: entry.metadata },
  };
}

const score = scoringRoute<ScoreBody, z.infer<typeof scoreResponse>>({
  method: "POST",
  path: "/experiments/:name/score",
  summary: "Scores of answers to entries (reasoning-gym)",
  request: scoreRequest,
  response: scoreResponse,
  read: ({ answers }, parts) => ({ rollouts: answers.map((item, i) => rolloutOf(item, i, parts)), ...specOf(parts) }),
  write: ({ answers }, _asked, { rows }, nulls) => ({ scores: numbersOf(rows, nulls), entry_ids: answers.map((item) => item.entry_id) }),
});

const batchResponse = z.object({ entries: z.array(z.object({ question: z.string(), entry_id: z.string(), metadata: z.looseObject({}) })) });

function wholeNumber(text: string | undefined, name: string, least: number): number {
  const value = text === undefined || text === "" ? Number.NaN : Number(text);
  if (!Number.isSafeInteger(value) || value < least) throw fieldFault(name, `must be a whole number from ${least} on, got ${show(text)}`);
  return value;
}

const batch = staticRoute<unknown, z.infer<typeof batchResponse>>({
  method: "GET",
  path: "/experiments/:name/batch",
  summary: "Entries of the file from base_index on, batch_size of them, from the beginning again at the end (reasoning-gym)",
  request: null,
  response: batchResponse,
  answer(_body, parts) {
    const from = wholeNumber(parts.query["base_index"], "base_index", 0);
    const size = wholeNumber(parts.query["batch_size"], "batch_size", 1);
    if (size > MOST) throw fieldFault("batch_size", `must be at most ${MOST}, got ${size}`);
    const entries = ofExperiment(stateOf(parts), parts.params["name"]!);
    if (entries.length === 0) throw fieldFault("name", `must be an experiment with entries; this server makes none, it has those of the file that the setting entries names, got ${show(parts.params["name"])}`);
    return {
      entries: Array.from({ length: size }, (_, k) => {
        const [id, { question, metadata }] = entries[(from + k) % entries.length]!;
        return { question, entry_id: id, metadata };
      }),
    };
  },
});

/** Entries of one answer. */
const MOST = 10_000;

const list = staticRoute<unknown, { experiments: string[] }>({
  method: "GET",
  path: "/experiments",
  summary: "Names of experiments that entries of the file name (reasoning-gym)",
  request: null,
  response: z.object({ experiments: z.array(z.string()) }),
  answer: (_body, parts) => ({ experiments: [...new Set([...stateOf(parts).entries.values()].flatMap(({ experiment }) => experiment ?? []))] }),
});

async function readEntries(file: string): Promise<Map<string, Stored>> {
  const { readRows } = await import("../../rollout/read.ts");
  const entries = new Map<string, Stored>();
  for await (const { row, line } of readRows(file, { columns: { response: "question" } })) {
    const parsed = storedSchema.safeParse(row);
    if (!parsed.success) throw new FormatError(`${file}:${line}: an entry must be { entry_id, question, answer, metadata }, got a fault at ${parsed.error.issues[0]!.path.join(".")}`, { file, line });
    const id = parsed.data.entry_id ?? parsed.data.metadata["entry_id"];
    if (typeof id !== "string") throw new FormatError(`${file}:${line}: entry_id must be text, got ${show(id)}`, { file, line });
    entries.set(id, parsed.data);
  }
  return entries;
}

export const reasoningGym: Contract = {
  name: "reasoning-gym",
  summary: "reasoning-gym's server, for entries of a file",
  nulls: "choice",
  sees: "batch",
  routes: [score, batch, list],
  settings: ["entries", "reference"],
  open: async ({ entries, reference = "answer" }): Promise<State> => ({ entries: entries === undefined ? new Map() : await readEntries(entries), reference }),
  fault: ({ status, message }) => ({ status, body: { detail: message } }),
};
