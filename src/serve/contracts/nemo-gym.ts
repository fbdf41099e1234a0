/**
 * A resources server of NeMo-Gym, as NeMo-RL, verifiers and axolotl ask it.
 *
 * Source: NVIDIA-NeMo/Gym at 07d6b0d: nemo_gym/base_resources_server.py, nemo_gym/judge.py, nemo_gym/rollout_collection.py, nemo_gym/reward_profile.py,
 * resources_servers/math_with_judge/app.py; the training loop: NVIDIA-NeMo/RL at 7ea279a, nemo_rl/environments/nemo_gym.py.
 * - `/verify` answers with the request and `reward` beside it. The text that is graded is that of all messages of the assistant, end to end; calls are the turns'.
 * - A row that cannot be decided has `reward: 0.0` and `_ng_failure_class: "judge_failed"`: `gym eval` writes such rows to a file of their own, keeps them
 *   out of its metrics and can ask again (`--judge-failed-only`). NeMo-RL looks at `reward` alone, and would train on this 0: so the choice is the user's.
 * - A row that failed before and is sent again whole keeps nothing of that: `gym eval` looks at `_ng_failure_class`, `_ng_failure_terminal` and `_ng_no_persist` of
 *   the answer alone, and would put a row that is scored now among the failures. Its own retry sends the input and the response, without them.
 * - With observability on, Gym's client (`ServerClient.request` in nemo_gym/server_utils.py) puts `/ng-rollout/ID` before the path; the id is its own affair.
 * - `reward_components` is left out: NeMo-RL refuses components that do not add up to the reward.
 */
import { z } from "zod";
import { show } from "../../core/errors.ts";
import type { Message, Rollout, ToolCall } from "../../core/rollout.ts";
import { parseExact } from "../../rollout/json.ts";
import { numbersOfRow, statistics } from "./shared/aggregate.ts";
import { fieldFault, numberOf, scoringRoute, staticRoute, type Contract, type RequestParts, type Route } from "../contract.ts";
import { atPath, referenceAmong, specOf, taskAmong } from "./shared/fields.ts";
import { contractSettings } from "./shared/settings.ts";
import { trimEnd } from "./shared/transcript.ts";

type Fields = Readonly<Record<string, unknown>>;

const verifyRequest = z.looseObject({
  responses_create_params: z.looseObject({ input: z.union([z.string(), z.array(z.looseObject({}))]).default([]) }),
  response: z.looseObject({ output: z.array(z.looseObject({})) }),
});

const verifyResponse = z.looseObject({
  reward: z.number(),
  /** Of the first verdict that has one. */
  extracted_answer: z.string().nullable().optional(),
  guerdon: z.looseObject({}).optional(),
  _ng_failure_class: z.string().optional(),
  _ng_failure_judge_error: z.string().optional(),
});

interface NemoGymSettings {
  /** Dotted path of the task field that is the reference; empty: the first known name (`expected_answer`, `ground_truth`, `verifier_metadata`, …). */
  readonly reference: string;
}

const settings = contractSettings<NemoGymSettings>("nemo-gym", z.strictObject({ reference: z.string().default("") }));

/** Text of an item's content: of parts only what is text. */
function textOf(content: unknown, path: string): string {
  if (typeof content === "string") return content;
  if (content === undefined || content === null) return "";
  if (!Array.isArray(content)) throw fieldFault(path, `must be text or a list of parts, got ${show(content)}`);
  return content.map((part: Fields) => (typeof part === "string" ? part : (part?.["type"] === undefined || /^(output_|input_)?text$/.test(String(part["type"]))) && typeof part?.["text"] === "string" ? part["text"] : "")).join("");
}

/** Items of a Responses reply as messages: what the assistant says and calls between two results of tools is one turn. */
function messagesOf(items: readonly Fields[], path: string): Message[] {
  const out: Message[] = [];
  let turn: { content: string; reasoning: string; calls: ToolCall[] } | null = null;
  const close = (): void => {
    if (turn !== null) out.push({ role: "assistant", content: turn.content, ...(turn.reasoning === "" ? {} : { reasoning: turn.reasoning }), ...(turn.calls.length === 0 ? {} : { toolCalls: turn.calls }) });
    turn = null;
  };
  const own = (): { content: string; reasoning: string; calls: ToolCall[] } => (turn ??= { content: "", reasoning: "", calls: [] });
  items.forEach((item, i) => {
    const where = `${path}[${i}]`;
    const { type, role } = item;
    if (type === "function_call" || type === "mcp_call") {
      if (typeof item["name"] !== "string") throw fieldFault(`${where}.name`, `must be the name of the function, got ${show(item["name"])}`);
      own().calls.push({ ...(typeof item["call_id"] === "string" ? { id: item["call_id"] } : {}), name: item["name"], arguments: typeof item["arguments"] === "string" ? item["arguments"] : ((item["arguments"] ?? {}) as Fields) });
      if (type !== "mcp_call" || item["output"] == null) return;
      close();
      out.push({ role: "tool", content: textOf(item["output"], `${where}.output`) });
    } else if (type === "function_call_output") {
      close();
      out.push({ role: "tool", content: textOf(item["output"], `${where}.output`), ...(typeof item["call_id"] === "string" ? { toolCallId: item["call_id"] } : {}) });
    } else if (type === "reasoning") own().reasoning += [item["summary"], item["content"]].map((each) => (Array.isArray(each) ? each.map((part: Fields) => String(part?.["text"] ?? "")).join("\n") : "")).join("");
    else if ((type === "message" || type === undefined) && (role === "assistant" || role === undefined)) own().content += textOf(item["content"], `${where}.content`);
    else if (type === "message" || type === undefined) {
      close();
      out.push({ role: String(role), content: textOf(item["content"], `${where}.content`) });
    }
  });
  close();
  return out;
}

/** The reply: the text of all its messages is that of the last one, where verifiers look for it. */
function responseOf(items: readonly Fields[]): string | readonly Message[] {
  const messages = messagesOf(items, "response.output");
  const own = messages.filter(({ role }) => role === "assistant");
  const said = trimEnd(own.map(({ content }) => content).join(""));
  if (own.length === 0 || (messages.length === 1 && own[0]!.toolCalls === undefined && own[0]!.reasoning === undefined)) return said;
  const speaks = own.findLast(({ content }) => content !== "");
  return messages.map((message) => (message.role !== "assistant" || speaks === undefined ? message : { ...message, content: message === speaks ? said : "" }));
}

function promptOf({ input, instructions }: Fields): readonly Message[] | string {
  const before: Message[] = typeof instructions === "string" && instructions !== "" ? [{ role: "system", content: instructions }] : [];
  if (typeof input === "string") return before.length === 0 ? input : [...before, { role: "user", content: input }];
  return [...before, ...messagesOf(input as readonly Fields[], "responses_create_params.input")];
}

/** What the spec says of columns: its reference goes before names that are known. */
function columnsOf(parts: RequestParts): { readonly reference?: string } {
  const { reference } = parts.columns?.(specOf(parts).spec) ?? {};
  return reference === undefined ? {} : { reference };
}

/** An integer that a double rounds. */
const LONG_INTEGER = /[^.\d]\d{16,}[,\s\]}]/;

/** What an answer says of itself: in a request it is of an earlier one. */
const OUTCOME: ReadonlySet<string> = new Set(["_ng_failure_class", "_ng_failure_judge_error", "_ng_failure_terminal", "_ng_no_persist", "reward_components"]);

/** The request as it came, all of its digits too, without what an earlier answer said. */
function echo(body: Fields, { text }: RequestParts): Fields {
  const whole = LONG_INTEGER.test(text) ? (parseExact(text) as Fields) : body;
  return Object.keys(whole).some((name) => OUTCOME.has(name)) ? Object.fromEntries(Object.entries(whole).filter(([name]) => !OUTCOME.has(name))) : whole;
}

const verify = scoringRoute<z.infer<typeof verifyRequest>, z.infer<typeof verifyResponse>>({
  method: "POST",
  path: "/verify",
  summary: "The reward of one rollout (NeMo-Gym)",
  request: verifyRequest,
  response: verifyResponse,
  read(body, parts) {
    const { responses_create_params: asked, response: reply, ...fields } = body;
    const reference = referenceAmong(fields, [], parts, settings.of(parts).reference || columnsOf(parts).reference);
    const agent = atPath(fields, "agent_ref.name");
    const task = taskAmong(fields) ?? (typeof agent === "string" ? agent : undefined);
    const rollout: Rollout = {
      id: "0",
      group: "0",
      prompt: promptOf(asked),
      response: responseOf(reply.output),
      ...(reference === undefined ? {} : { reference }),
      ...(task === undefined ? {} : { task }),
      extra: fields,
    };
    return { rollouts: [rollout], ...specOf(parts) };
  },
  write(body, _asked, { rows, plan }, nulls, parts) {
    const row = rows[0]!;
    const verdicts = Object.entries(row.verdicts);
    const said = { ...echo(body, parts), ...numbersBeside(row.rewards, body) };
    const extracted = verdicts.find(([, verdict]) => verdict.extracted !== null)?.[1].extracted ?? null;
    const more = { extracted_answer: extracted, guerdon: { plan, rewards: row.rewards, verdicts: row.verdicts } };
    if (row.reward !== null || nulls !== "said") return { ...said, reward: numberOf(row, nulls), ...more };
    const why = verdicts.filter(([, { status }]) => status === "undecided").map(([name, { reason }]) => `${name} is undecided: ${reason.code} (${reason.text})`);
    return { ...said, reward: 0, _ng_failure_class: "judge_failed", _ng_failure_judge_error: why.join("; ") || "no part of the reward gave a number", ...more };
  },
});

/** Numbers of the nodes as fields of their own, which the metrics look at, where the request has no field of that name, but for an earlier answer's. */
function numbersBeside(rewards: Readonly<Record<string, number | null>>, body: Fields): Record<string, number | null> {
  const earlier = atPath(body, "guerdon.rewards");
  const isEarlier = (name: string): boolean => typeof earlier === "object" && earlier !== null && Object.hasOwn(earlier, name) && (earlier as Fields)[name] === body[name];
  return Object.fromEntries(Object.entries(rewards).filter(([name, value]) => name !== "reward" && (Object.hasOwn(body, name) ? isEarlier(name) : value !== null)));
}

/** Rows of one request for statistics, which are looked at in one go. */
const MOST_ROWS = 1_000_000;

const aggregateRequest = z.looseObject({ verify_responses: z.array(z.looseObject({})).max(MOST_ROWS) });
const aggregateResponse = z.object({ group_level_metrics: z.array(z.looseObject({})), agent_metrics: z.record(z.string(), z.number()), key_metrics: z.record(z.string(), z.number()) });

const TASK = "_ng_task_index";
const ROLLOUT = "_ng_rollout_index";
const INDICES: ReadonlySet<string> = new Set([TASK, ROLLOUT]);

const aggregateMetrics = staticRoute<z.infer<typeof aggregateRequest>, z.infer<typeof aggregateResponse>>({
  method: "POST",
  path: "/aggregate_metrics",
  summary: "Statistics of rows that were verified before; rows of failures are left out (NeMo-Gym)",
  request: aggregateRequest,
  response: aggregateResponse,
  answer({ verify_responses: all }) {
    const rows = all.filter((row) => row["_ng_failure_class"] == null);
    const indexOf = (row: Fields): number => (typeof row[TASK] === "number" ? row[TASK] : 0);
    const numbers = rows.map((row) => numbersOfRow(row, INDICES));
    const agent = statistics(numbers);
    const members = Map.groupBy(numbers.keys(), (i) => indexOf(rows[i]!));
    const groups = [...members].toSorted(([a], [b]) => a - b).map(([task, own]) => ({ ...statistics(own.map((i) => numbers[i]!)), num_rollouts: own.length, [TASK]: task }));
    return { group_level_metrics: groups, agent_metrics: agent, key_metrics: Object.fromEntries(Object.entries(agent).filter(([name]) => name.startsWith("mean/"))) };
  },
});

const seedSession = staticRoute<unknown, Record<string, never>>({
  method: "POST",
  path: "/seed_session",
  summary: "Nothing to seed: every request stands for itself (NeMo-Gym)",
  request: z.unknown(),
  response: z.strictObject({}),
  answer: () => ({}),
});

const reverifyMode = staticRoute<unknown, "stateless">({
  method: "GET",
  path: "/reverify_mode",
  summary: "A stored rollout may be verified again (NeMo-Gym)",
  request: null,
  response: z.literal("stateless"),
  answer: () => "stateless",
});

/** Under the address that Gym's client takes where it records rollouts. */
function recorded<Each extends Route>(route: Each): Each {
  return { ...route, path: `/ng-rollout/:rollout${route.path}` };
}

export const nemoGym: Contract = { name: "nemo-gym", summary: "A resources server of NeMo-Gym", nulls: "either", sees: "item", routes: [verify, seedSession, aggregateMetrics, reverifyMode, recorded(verify), recorded(seedSession)], ...settings.parts };
