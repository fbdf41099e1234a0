/**
 * OpenRLHF's remote reward, `--reward.remote_url` (before: `--remote_rm_url`).
 *
 * Source: OpenRLHF/OpenRLHF at 3c3be62: `_fetch_rewards_via_http` in openrlhf/utils/agent.py, openrlhf/cli/serve_rm.py; what becomes of the answer:
 * `_process_response_into_experience` in openrlhf/trainer/ppo_utils/samples_generator.py, `make_experience_batch` in experience.py.
 * - One item a request. With several URLs the batch is cut in as many parts, all but the first of them empty, and only the first answer is read: `[]` is answered at once.
 * - A list of one number becomes a tensor of shape (1, 1), a number one of shape (1). serve_rm.py sends lists, and so do we; `shape=scalars` sends the number of a request of one item.
 * - Names of `extra_logs` must be those of every other sample, or the batch is not made; so each node has its number, 0 where it has none, and `NAME_scored` says which (`logs=none` leaves them out).
 * - What is not answered with 2xx is asked again, five times, a second apart; after that the sample has no reward.
 */
import { z } from "zod";
import { FormatError } from "../../core/errors.ts";
import type { Rollout } from "../../core/rollout.ts";
import { readMessages } from "../../rollout/messages.ts";
import { numbersOf, scoringRoute, type Contract, type NullPolicy, type Scores } from "../contract.ts";
import { labelOf, reading, requireAsMany, specOf } from "./shared/fields.ts";
import { contractSettings } from "./shared/settings.ts";
import { splitTranscript } from "./shared/transcript.ts";

const request = z.looseObject({
  /** Prompt and response in one text, special tokens and all. */
  query: z.array(z.string()),
  /** Texts; messages too. */
  prompts: z.array(z.union([z.string(), z.array(z.looseObject({ role: z.string() }))])).nullish(),
  /** What a right answer is; of a list of objects with `data_source` and `ground_truth`, the one picks the spec and the other is the reference. */
  labels: z.array(z.unknown()).nullish(),
});

const numbers = z.union([z.array(z.number()), z.number()]);
const response = z.object({ rewards: numbers, scores: numbers, extra_logs: z.record(z.string(), numbers) });

type Body = z.infer<typeof request>;
type Answer = z.infer<typeof response>;

interface OpenrlhfSettings {
  /** `lists`, as serve_rm.py; `scalars`: the number of a request of one item. */
  readonly shape: "lists" | "scalars";
  /** The node whose numbers are `scores`, which dynamic filtering looks at; empty: the reward. */
  readonly scores: string;
  /** Numbers of all nodes under `extra_logs`, or none. */
  readonly logs: "nodes" | "none";
}

const settings = contractSettings<OpenrlhfSettings>(
  "openrlhf",
  z.strictObject({ shape: z.enum(["lists", "scalars"]).default("lists"), scores: z.string().default(""), logs: z.enum(["nodes", "none"]).default("nodes") }),
);

function rolloutOf(body: Body, i: number, parts: Parameters<typeof labelOf>[2]): Rollout {
  const prompt = body.prompts?.[i];
  const text = typeof prompt === "object" ? undefined : prompt;
  const { prompt: before, response: said } = splitTranscript(body.query[i]!, text, `query[${i}]`);
  const asked = typeof prompt === "object" ? reading(() => readMessages(prompt, `prompts[${i}]`)) : before;
  return { id: String(i), group: String(i), prompt: asked, response: said, ...labelOf(body.labels?.[i], ["labels", i], parts) };
}

function logsOf({ rows }: Scores): Record<string, number[]> {
  const logs: Record<string, number[]> = {};
  for (const name of new Set(rows.flatMap(({ rewards }) => Object.keys(rewards)))) {
    const values = rows.map(({ rewards }) => rewards[name] ?? null);
    logs[name] = values.map((value) => value ?? 0);
    logs[`${name}_scored`] = values.map((value) => (value === null ? 0 : 1));
  }
  return logs;
}

function scoresOf(name: string, { rows, plan }: Scores, nulls: NullPolicy): number[] {
  if (name === "") return numbersOf(rows, nulls);
  const missing = rows.find(({ rewards }) => !Object.hasOwn(rewards, name));
  if (missing !== undefined) throw new FormatError(`openrlhf: scores=${name} must name a node of the spec, which has ${Object.keys(missing.rewards).join(", ")}`, { plan });
  return numbersOf(rows.map((row) => ({ ...row, reward: row.rewards[name]! })), nulls);
}

const getReward = scoringRoute<Body, Answer>({
  method: "POST",
  path: "/get_reward",
  summary: "Rewards of decoded queries (OpenRLHF)",
  request,
  response,
  read(body, parts) {
    requireAsMany("prompts", body.prompts, "query", body.query.length);
    requireAsMany("labels", body.labels, "query", body.query.length);
    return { rollouts: body.query.map((_, i) => rolloutOf(body, i, parts)), ...specOf(parts) };
  },
  write(_body, _asked, scores, nulls, parts) {
    const { shape, scores: name, logs } = settings.of(parts);
    const shaped = (values: number[]): number | number[] => (shape === "scalars" && values.length === 1 ? values[0]! : values);
    const extra = logs === "none" ? {} : logsOf(scores);
    return {
      rewards: shaped(numbersOf(scores.rows, nulls)),
      scores: shaped(scoresOf(name, scores, nulls)),
      extra_logs: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, shaped(values)])),
    };
  },
});

export const openrlhf: Contract = {
  name: "openrlhf",
  summary: "OpenRLHF's remote reward",
  nulls: "choice",
  sees: "batch",
  routes: [getReward],
  ...settings.parts,
};
