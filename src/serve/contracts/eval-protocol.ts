/**
 * eval-protocol's (reward-kit's) reward server.
 *
 * Source: eval-protocol/python-sdk at 000c2a4: eval_protocol/server.py (`/reward`), eval_protocol/generic_server.py (`/evaluate`), `EvaluateResult` and `StepOutput` in eval_protocol/models.py.
 * - What cannot be decided has `is_score_valid: false`, score 0.0 and the reason in `error`; so has each of `metrics`, which must lie in [0, 1]: all numbers stand in `trajectory_info.rewards`.
 *   `RewardFunction(mode="remote")` of eval_protocol/reward_function.py (0.3.33) reads `score` alone, so what a null becomes is chosen; of a metric it reads `success`, which stands beside `is_score_valid`.
 * - `/reward` takes further fields beside `messages`, `/evaluate` has them under `kwargs`. A ground truth that is a list of messages is the text of its last one,
 *   and none where it is all messages but the last, which `RewardFunction` sends where it has none.
 * - `step_outputs` with `steps=turns`: every message of the assistant but the last is the end of a rollout of its own, scored by the same spec. A step has no
 *   way to say that it was not scored, so a step that was not is left out; `step_index` is the place of the message.
 */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Message, Rollout } from "../../core/rollout.ts";
import { readMessages } from "../../rollout/messages.ts";
import type { ScoredFields } from "../../pipeline/index.ts";
import { fieldFault, numberOf, scoringRoute, type Asked, type Contract, type NullPolicy, type RequestParts, type Scores } from "../contract.ts";
import { withDetail } from "./shared/detail.ts";
import { exactReference, reading, referenceAmong, specOf, taskAmong } from "./shared/fields.ts";
import { contractSettings } from "./shared/settings.ts";

type Fields = Readonly<Record<string, unknown>>;

const messages = z.array(z.looseObject({ role: z.string() })).min(1);
const truth = z.union([z.string(), z.array(z.looseObject({ role: z.string() }))]).nullish();

const rewardRequest = z.looseObject({ messages, ground_truth: truth });
const evaluateRequest = z.looseObject({ messages, ground_truth: truth, kwargs: z.looseObject({}).nullish() });

const metric = z.object({ score: z.number(), is_score_valid: z.boolean(), success: z.boolean(), reason: z.string() });
const step = z.object({ step_index: z.int(), base_reward: z.number(), terminated: z.boolean(), control_plane_info: z.null(), metrics: z.looseObject({}), reason: z.string().nullable() });
const response = z.object({
  score: z.number(),
  is_score_valid: z.boolean(),
  reason: z.string().nullable(),
  metrics: z.record(z.string(), metric),
  step_outputs: z.array(step).nullable(),
  error: z.string().nullable(),
  trajectory_info: z.looseObject({}).nullable(),
  final_control_plane_info: z.null(),
  agg_score: z.null(),
  standard_error: z.null(),
});

type Answer = z.infer<typeof response>;

interface EvalProtocolSettings {
  /** `none`: no step outputs. `turns`: one a message of the assistant. */
  readonly steps: "none" | "turns";
}

const settings = contractSettings<EvalProtocolSettings>("eval-protocol", z.strictObject({ steps: z.enum(["none", "turns"]).default("none") }));

interface Given {
  readonly messages: readonly unknown[];
  readonly ground_truth?: string | readonly unknown[] | null | undefined;
}

/** The rollouts: the whole conversation, then one a step but the last, which is the whole. The id of a step is the place of its message. */
function readBody(body: Given, fields: Fields, at: readonly string[], parts: RequestParts): Asked {
  const all = reading(() => readMessages(body.messages, "messages"));
  const last = all.findLastIndex(({ role }) => role === "assistant");
  if (last < 0) throw fieldFault("messages", "must hold a message of the assistant, got none");
  // What is asked first is the prompt; everything from the first answer behind the last question of a user is the response.
  const from = firstOfResponse(all, last);
  const reference = truthOf(body, parts) ?? referenceAmong(fields, at, parts);
  const task = taskAmong(fields);
  const common = { group: "0", prompt: all.slice(0, from), ...(reference === undefined ? {} : { reference }), ...(task === undefined ? {} : { task }), extra: fields };
  const whole: Rollout = { id: String(last), response: all.slice(from), ...common };
  if (settings.of(parts).steps === "none") return { rollouts: [whole], ...specOf(parts) };
  const steps = all.flatMap(({ role }, i): Rollout[] => {
    if (role !== "assistant" || i === last) return [];
    const start = firstOfResponse(all, i);
    return [{ ...common, id: String(i), prompt: all.slice(0, start), response: all.slice(start, i + 1) }];
  });
  return { rollouts: [whole, ...steps], ...specOf(parts) };
}

/** The first message of the response that `last` ends: back over what the model and its tools say. */
function firstOfResponse(all: readonly Message[], last: number): number {
  let from = last;
  while (from > 0 && (all[from - 1]!.role === "assistant" || all[from - 1]!.role === "tool")) from--;
  return from;
}

function truthOf({ ground_truth: truth, messages: all }: Given, parts: RequestParts): unknown {
  if (typeof truth !== "object" || truth === null) return exactReference(truth, ["ground_truth"], parts);
  // Their client sends what came before the answer where it has no truth.
  if (isDeepStrictEqual(truth, all.slice(0, -1))) return undefined;
  const said = reading(() => readMessages(truth, "ground_truth"));
  return exactReference(said.findLast(({ content }) => content !== "")?.content, ["ground_truth"], parts);
}

/** Metrics of the nodes. Their model refuses a metric outside of [0, 1] and with it the answer, so a node of other numbers stands in `trajectory_info` alone. */
function metricsOf({ rewards, verdicts }: ScoredFields): Answer["metrics"] {
  return Object.fromEntries(
    Object.entries(rewards).flatMap(([name, value]) => {
      const verdict = verdicts[name];
      if (value !== null && (value < 0 || value > 1)) return [];
      return [[name, { score: value ?? 0, is_score_valid: value !== null, success: value !== null, reason: verdict === undefined ? (value === null ? "not scored" : "") : `${verdict.reason.code}: ${verdict.reason.text}` }]];
    }),
  );
}

function whyNull({ reward, verdicts }: ScoredFields): string | null {
  if (reward !== null) return null;
  const open = Object.entries(verdicts).find(([, { status }]) => status === "undecided");
  return open === undefined ? "no part of the reward gave a number" : `${open[0]} is undecided: ${open[1].reason.code} (${open[1].reason.text})`;
}

function writeBody(asked: Asked, { rows, plan }: Scores, nulls: NullPolicy, parts: RequestParts): Answer {
  const [whole, ...rest] = rows as [ScoredFields, ...ScoredFields[]];
  const error = whyNull(whole);
  const reasons = Object.values(whole.verdicts).map(({ reason }) => reason.text);
  const last = Number(asked.rollouts[0]!.id);
  const ofSteps = [...rest.map((row, k) => ({ row, index: Number(asked.rollouts[k + 1]!.id) })), { row: whole, index: last }].toSorted((a, b) => a.index - b.index);
  const unscored = ofSteps.filter(({ row }) => row.reward === null).map(({ index }) => index);
  const stepwise = settings.of(parts).steps === "turns";
  return {
    score: nulls === "said" ? (whole.reward ?? 0) : numberOf(whole, nulls),
    is_score_valid: whole.reward !== null,
    reason: reasons.length === 0 ? null : reasons.join("; "),
    metrics: metricsOf(whole),
    step_outputs: stepwise
      ? ofSteps.flatMap(({ row, index }) =>
          row.reward === null
            ? []
            : [{ step_index: index, base_reward: row.reward, terminated: index === last, control_plane_info: null, metrics: row.rewards, reason: Object.values(row.verdicts)[0]?.reason.text ?? null }],
        )
      : null,
    error,
    trajectory_info: { plan, rewards: whole.rewards, ...(stepwise ? { unscored_steps: unscored } : {}) },
    final_control_plane_info: null,
    agg_score: null,
    standard_error: null,
  };
}

/** The task fields of `/reward`: all that is no message. */
function besideMessages({ messages: _messages, ground_truth: _truth, ...fields }: Fields): Fields {
  return fields;
}

const reward = scoringRoute<z.infer<typeof rewardRequest>, Answer>({
  method: "POST",
  path: "/reward",
  summary: "The reward of a conversation (eval-protocol)",
  request: rewardRequest,
  response,
  read: (body, parts) => readBody(body, besideMessages(body), [], parts),
  write: (_body, asked, scores, nulls, parts) => writeBody(asked, scores, nulls, parts),
});

const evaluate = scoringRoute<z.infer<typeof evaluateRequest>, Answer>({
  method: "POST",
  path: "/evaluate",
  summary: "The reward of a conversation, further fields under kwargs (eval-protocol)",
  request: evaluateRequest,
  response,
  read: (body, parts) => readBody(body, body.kwargs ?? {}, ["kwargs"], parts),
  write: (_body, asked, scores, nulls, parts) => writeBody(asked, scores, nulls, parts),
});

export const evalProtocol: Contract = { name: "eval-protocol", summary: "eval-protocol's (reward-kit's) reward server", nulls: "either", sees: "item", routes: [reward, evaluate], ...settings.parts, fault: withDetail };
