/**
 * Columns: which field of a row means what. Recognition goes by the names trainers and data sets use, in the order of
 * the tables below; an explicit mapping wins. The plan is plain JSON and is made once, from the first rows of the input.
 *
 * Sources of the names:
 * - verl training sets (`prompt` as chat messages, `data_source`, `reward_model.ground_truth`, `extra_info.index`): its docs, "Prepare data for
 *   post-training"; its rollout dumps (`input`, `output`, `gts`, `score`, `step`): `_dump_generations` in verl/trainer/ppo/ray_trainer.py;
 *   its `main_generation` writes `responses`, an array a row.
 * - TRL (`prompt`, `completion`, `messages`; `label` is a boolean in unpaired preference sets): its docs, "Dataset formats and types".
 * - OpenRLHF (`input`, `output`, `reward`; `query`, `prompts`, `labels` in its remote reward calls): openrlhf/cli/batch_inference.py and its README.
 * - verifiers and prime-rl (`example_id`, `prompt`, `completion`, `answer`, `info`, `reward`, `is_truncated`): verifiers/utils/save_utils.py.
 */
import { FormatError, show, suggestion } from "../core/errors.ts";
import { isMessage } from "./messages.ts";
import type { ColumnChoice, ColumnMapping, ColumnPlan, Role } from "./types.ts";

type Row = Readonly<Record<string, unknown>>;

/** A name a role goes by, and when a value under that name really has the role. */
interface Candidate {
  readonly name: string;
  readonly path: readonly string[];
  readonly accepts: (value: unknown, row: Row) => boolean;
}

const anything = (): boolean => true;
const scalar = (value: unknown): boolean => typeof value === "string" || typeof value === "number";
const numbers = (value: unknown): boolean => Array.isArray(value) && (value.length === 0 || value.some((each) => typeof each === "number" || Array.isArray(each)));
/** Text, one message, messages, or an array of any of these. */
const spoken = (value: unknown): boolean => typeof value === "string" || (typeof value === "object" && value !== null && !numbersOnly(value));
/** Text or messages. */
const asked = (value: unknown): boolean => typeof value === "string" || isMessage(Array.isArray(value) ? value[0] : value);
const numbersOnly = (value: object): boolean => Array.isArray(value) && value.length > 0 && typeof value[0] === "number";
/** A reference may have any type, but `label` and its like are also class numbers of whole batches and preference flags. */
const answerLabel = (value: unknown): boolean => typeof value === "string" || typeof value === "number" || (Array.isArray(value) && !numbersOnly(value));
const besideDump = (value: unknown, row: Row): boolean => scalar(value) && Object.hasOwn(row, "input") && Object.hasOwn(row, "output");
const promptless = (value: unknown, row: Row): boolean => scalar(value) && [...PROMPT_NAMES, ...CHAT_NAMES].every((name) => !Object.hasOwn(row, name));

const PROMPT_NAMES = ["prompt", "question", "problem", "query", "instruction", "prompts", "inputs", "input"];
const CHAT_NAMES = ["messages", "conversations", "conversation"];

/** In the order of preference. A name is a top-level column or a dotted path. */
const NAMES: Readonly<Record<Role, readonly (string | readonly [string, Candidate["accepts"]])[]>> = {
  response: ["response", "responses", "completion", "completions", "output", "outputs", "generation", "generations", "generated_text", "model_output", "prediction", "predictions"].map((name) => [name, spoken] as const),
  // `input.input`: a prompt column that our own output moved out of the way of its fields.
  prompt: [...PROMPT_NAMES, "input.input"].map((name) => [name, asked] as const),
  messages: CHAT_NAMES.map((name) => [name, Array.isArray] as const),
  reference: [
    "reference", "ground_truth", "reward_model.ground_truth", "gold", "expected_answer", "reference_answer", "gold_answer", "correct_answer", "final_answer",
    "answer", "solution", "gts", ["target", answerLabel], ["label", answerLabel], ["labels", answerLabel], "extra_info.answer",
  ],
  id: [["id", scalar], ["rollout_id", scalar], ["sample_id", scalar], ["uuid", scalar]],
  // An index may number rows instead of prompts: the prompt itself says better which rollouts belong together.
  group: [
    ["group", scalar], ["group_id", scalar], ["uid", scalar], ["prompt_id", scalar], ["problem_id", scalar], ["question_id", scalar], ["example_id", scalar],
    ["index", promptless], ["extra_info.index", promptless],
  ],
  task: [["task", scalar], ["task_name", scalar], ["data_source", scalar], ["dataset", scalar]],
  episode: [["episode", scalar], ["episode_id", scalar], ["traj_uid", scalar], ["trajectory_id", scalar]],
  parent: [["parent", scalar], ["parent_id", scalar]],
  forkToken: [["forkToken", scalar], ["fork_token", scalar]],
  finish: ["finish", "finish_reason", "finish_reasons", "stop_reason", "is_truncated", "truncated"],
  policyVersion: [["policyVersion", scalar], ["policy_version", scalar], ["weight_version", scalar], ["model_version", scalar], ["step", besideDump]],
  tokens: [["tokens", numbers], ["response_ids", numbers], ["response_tokens", numbers], ["completion_ids", numbers], ["output_ids", numbers], ["token_ids", numbers]],
  // Whatever stands there: without its mask a row would be trained on a tool's tokens.
  mask: ["mask", "response_mask", "loss_mask", "completion_mask"],
  rolloutLogprobs: [["rolloutLogprobs", numbers], ["rollout_log_probs", numbers], ["rollout_logprobs", numbers], ["completion_logprobs", numbers]],
  oldLogprobs: [["oldLogprobs", numbers], ["old_log_probs", numbers], ["old_logprobs", numbers]],
  logprobs: [["logprobs", numbers], ["log_probs", numbers]],
  refLogprobs: [["refLogprobs", numbers], ["ref_log_prob", numbers], ["ref_log_probs", numbers], ["ref_logprobs", numbers]],
  values: [["values", numbers]],
  spans: [["spans", Array.isArray]],
};

/** Columns that hold rewards somebody gave before; `rewards` may be an object of them. */
const GIVEN: readonly string[] = ["reward", "rewards", "score", "scores", "reward_score", "rm_score", "rm_scores"];

export const ROLES: readonly Role[] = Object.keys(NAMES) as Role[];

const CANDIDATES: Readonly<Record<Role, readonly Candidate[]>> = Object.fromEntries(
  ROLES.map((role) => [
    role,
    NAMES[role].map((entry): Candidate => {
      const [name, accepts] = typeof entry === "string" ? [entry, anything] : entry;
      return { name, path: name.split("."), accepts };
    }),
  ]),
) as unknown as Record<Role, readonly Candidate[]>;

/** Top-level names that any role goes by: a row with one that the plan has not seen is recognised on its own. */
export const RECOGNISED: ReadonlySet<string> = new Set([...ROLES.flatMap((role) => CANDIDATES[role].map((c) => c.path[0]!)), ...GIVEN]);

/** The value at a path of own keys, or undefined. */
export function valueAt(row: unknown, path: readonly string[]): unknown {
  let value: unknown = row;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/**
 * Plans how rows become rollouts, from one row or the first rows of the input.
 *
 * A column is recognised when some row holds an accepted value under its name; where none does but the name is there
 * (all null so far), the name still counts. Of several names for one role the first in the table wins and the rest are
 * reported in `passedOver`; a row where the winner is null falls back on them in order.
 *
 * @throws FormatError for a mapping that names no column of these rows, and for rows without any response column
 */
export function recognizeColumns(rows: Row | readonly Row[], mapping: ColumnMapping = {}, where = "columns"): ColumnPlan {
  const sample = (Array.isArray(rows) ? rows : [rows]) as readonly Row[];
  // Nothing to go by yet: the mapping stands, and every row is recognised on its own.
  if (sample.length === 0) return planFor([], mapping, () => undefined);
  const plan = planFor(sample, mapping, (role, name) => {
    const known = pathsOf(sample);
    throw new FormatError(`${where}: column for ${JSON.stringify(role)} must be one of the rows' columns, got ${show(name)}${suggestion(name, known)}`, {
      field: name,
      role,
      columns: known.slice(0, 100),
    });
  });
  if (plan.roles.response === undefined && plan.roles.messages === undefined) throw noResponse(where, plan.seen);
  return plan;
}

/** The plan of a single row that does not fit the plan of its file: mapped columns it lacks are simply absent. */
export function recognizeRow(row: Row, mapping: ColumnMapping): ColumnPlan {
  return planFor([row], mapping, () => undefined);
}

/** The error for rows in which no response can be found. */
export function noResponse(where: string, seen: readonly string[]): FormatError {
  const names = CANDIDATES.response.map((c) => c.name);
  const got = seen.length === 0 ? "a row without columns" : seen.slice(0, 20).map((name) => JSON.stringify(name)).join(", ") + (seen.length > 20 ? ", …" : "");
  return new FormatError(`${where}: a row must have a response column (${names.slice(0, 5).join(", ")}, messages, …) or a mapping for "response", got ${got}`, {
    field: "response",
    columns: seen,
  });
}

function planFor(sample: readonly Row[], mapping: ColumnMapping, missing: (role: Role, name: string) => void): ColumnPlan {
  const roles: Partial<Record<Role, ColumnChoice>> = {};
  const taken = new Set<string>();
  const seen = new Set<string>();
  for (const row of sample) for (const key of Object.keys(row)) seen.add(key);
  for (const role of Object.keys(mapping) as Role[]) {
    if (!ROLES.includes(role)) throw new FormatError(`columns: a role must be one of ${ROLES.join(", ")}, got ${show(role)}${suggestion(role, ROLES)}`, { role });
    const name = mapping[role];
    if (name === undefined) continue;
    const path = explicitPath(sample, name, role);
    if (path === undefined) {
      missing(role, name);
      continue;
    }
    roles[role] = { path, explicit: true, passedOver: [] };
    taken.add(path.join("."));
  }
  for (const [role, candidates] of candidatesAmong(seen)) {
    if (mapping[role] !== undefined) continue;
    const free = candidates.filter((c) => !taken.has(c.name));
    let found = free.filter((c) => sample.some((row) => isGiven(row, c)));
    if (found.length === 0) found = free.filter((c) => sample.some((row) => valueAt(row, c.path) === null));
    const [first, ...rest] = found;
    if (first === undefined) continue;
    roles[role] = { path: first.path, explicit: false, passedOver: rest.map((c) => c.name) };
    taken.add(first.name);
  }
  const given: Record<string, readonly string[]> = {};
  for (const name of GIVEN) if (!taken.has(name) && seen.has(name)) given[name] = [name];
  return { roles, given, seen: [...seen], mapping };
}

/** Columns of a row that are worth remembering, and rows. */
const MOST_KEYS = 64;
const MOST_SHAPES = 256;

type Present = readonly (readonly [Role, readonly Candidate[]])[];
let shapes = new Map<string, Present>();

/** Of every role the candidates that these columns may be; rows that are planned one by one mostly have the same. */
function candidatesAmong(seen: ReadonlySet<string>): Present {
  const shape = seen.size <= MOST_KEYS ? JSON.stringify([...seen]) : null;
  const kept = shape === null ? undefined : shapes.get(shape);
  if (kept !== undefined) return kept;
  const present = ROLES.map((role) => [role, CANDIDATES[role].filter((c) => seen.has(c.path[0]!))] as const).filter(([, candidates]) => candidates.length > 0);
  if (shape !== null) {
    if (shapes.size >= MOST_SHAPES) shapes = new Map();
    shapes.set(shape, present);
  }
  return present;
}

function isGiven(row: Row, candidate: Candidate): boolean {
  const value = valueAt(row, candidate.path);
  return value !== undefined && value !== null && candidate.accepts(value, row);
}

/** The name of the whole row: a data set's own row is a reference to verifiers that read its layout. */
export const WHOLE_ROW = ".";

/** A mapped name is a column as it stands, or else a dotted path; for references `.` is the row itself. */
function explicitPath(sample: readonly Row[], name: string, role: Role): readonly string[] | undefined {
  if (name === WHOLE_ROW && role === "reference" && !sample.some((row) => Object.hasOwn(row, name))) return [];
  if (sample.some((row) => Object.hasOwn(row, name))) return [name];
  const path = name.split(".");
  return sample.some((row) => valueAt(row, path) !== undefined) ? path : undefined;
}

/** Columns and paths one level down, for "did you mean". */
function pathsOf(sample: readonly Row[]): string[] {
  const out = new Set<string>();
  for (const row of sample)
    for (const [key, value] of Object.entries(row)) {
      out.add(key);
      if (typeof value === "object" && value !== null && !Array.isArray(value)) for (const inner of Object.keys(value)) out.add(`${key}.${inner}`);
    }
  return [...out];
}
