/** Chat messages as providers and data sets write them, read into one form. */
import { show } from "../core/errors.ts";
import type { Message, ToolCall } from "../core/rollout.ts";

/** What is wrong with a row, and with which column of it. Becomes a reject or, when strict, a FormatError. */
export class RowFault extends Error {
  readonly field: string | undefined;
  constructor(reason: string, field?: string) {
    super(reason);
    this.field = field;
  }
}

type Fields = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for an object in message form: `role` (OpenAI and its followers) or `from` (ShareGPT). */
export function isMessage(value: unknown): value is Fields {
  return isRecord(value) && (typeof value.role === "string" || typeof value.from === "string");
}

const SHAREGPT_ROLES: Readonly<Record<string, string>> = { human: "user", gpt: "assistant", model: "assistant", function_call: "assistant", observation: "tool" };

/** Reads a list of messages. @throws RowFault naming the message */
export function readMessages(list: readonly unknown[], field: string): Message[] {
  return list.map((item, i) => readMessage(item, `${field}[${i}]`));
}

/** Reads one message. Content may be text, null (only tool calls), or an array of parts. @throws RowFault */
export function readMessage(item: unknown, field: string): Message {
  if (!isMessage(item)) throw new RowFault(`${field} must be a chat message with a role, got ${show(item)}`, field);
  const from = item.from as string | undefined;
  const role = typeof item.role === "string" ? item.role : (SHAREGPT_ROLES[from!] ?? from!);
  const content = item.content ?? item.value;
  const parts = Array.isArray(content) ? readParts(content, field) : { text: textOf(content, field), reasoning: "", toolCalls: [] };
  const reasoning = firstText(item.reasoning_content, item.reasoning, parts.reasoning === "" ? undefined : parts.reasoning);
  const toolCalls = [...readToolCalls(item.tool_calls ?? item.toolCalls, field), ...parts.toolCalls];
  const toolCallId = firstText(item.tool_call_id, item.toolCallId);
  return {
    role,
    content: parts.text,
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    ...(toolCallId === undefined ? {} : { toolCallId }),
    ...(typeof item.name === "string" ? { name: item.name } : {}),
  };
}

function textOf(content: unknown, field: string): string {
  if (typeof content === "string") return content;
  if (content === null || content === undefined) return "";
  throw new RowFault(`${field}.content must be text or an array of parts, got ${show(content)}`, `${field}.content`);
}

function firstText(...values: readonly unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === "string");
}

/** Parts: text is joined as it stands; reasoning and tool use are taken out; images and the like have no text. */
function readParts(parts: readonly unknown[], field: string): { text: string; reasoning: string; toolCalls: ToolCall[] } {
  let text = "";
  let reasoning = "";
  const toolCalls: ToolCall[] = [];
  parts.forEach((part, i) => {
    if (typeof part === "string") text += part;
    else if (!isRecord(part)) throw new RowFault(`${field}.content[${i}] must be a content part, got ${show(part)}`, `${field}.content[${i}]`);
    else if (part.type === "thinking" || part.type === "reasoning") reasoning += firstText(part.thinking, part.reasoning, part.text) ?? "";
    else if (part.type === "tool_use") toolCalls.push(readToolCall(part, `${field}.content[${i}]`));
    else if (typeof part.text === "string") text += part.text;
    else if (part.type === "tool_result") text += Array.isArray(part.content) ? readParts(part.content, `${field}.content[${i}]`).text : textOf(part.content, `${field}.content[${i}]`);
  });
  return { text, reasoning, toolCalls };
}

function readToolCalls(calls: unknown, field: string): ToolCall[] {
  if (calls === undefined || calls === null) return [];
  if (!Array.isArray(calls)) throw new RowFault(`${field}.tool_calls must be an array, got ${show(calls)}`, `${field}.tool_calls`);
  return calls.map((call, i) => readToolCall(call, `${field}.tool_calls[${i}]`));
}

/** OpenAI `{id, function: {name, arguments}}`, flat `{name, arguments}`, Anthropic `{id, name, input}`, or any of these as JSON text (verifiers saves them so). */
function readToolCall(given: unknown, field: string): ToolCall {
  const call = typeof given === "string" ? parsedCall(given, field) : given;
  const body = isRecord(call) && isRecord(call.function) ? call.function : call;
  if (!isRecord(call) || !isRecord(body) || typeof body.name !== "string") throw new RowFault(`${field} must be a tool call with a name, got ${show(given)}`, field);
  const args = body.arguments ?? body.input ?? {};
  if (typeof args !== "string" && !isRecord(args)) throw new RowFault(`${field}.arguments must be JSON text or an object, got ${show(args)}`, `${field}.arguments`);
  return { ...(typeof call.id === "string" ? { id: call.id } : {}), name: body.name, arguments: args };
}

function parsedCall(text: string, field: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RowFault(`${field} must be a tool call or its JSON text, got ${show(text)} (${(error as Error).message})`, field);
  }
}

/**
 * Splits a conversation into prompt and response: the response is everything after the last message that is not the
 * model's or a tool's. @throws RowFault where the conversation does not end with the model
 */
export function splitConversation(messages: readonly Message[], field: string): { prompt: Message[]; response: Message[] } {
  let cut = messages.length;
  while (cut > 0 && (messages[cut - 1]!.role === "assistant" || messages[cut - 1]!.role === "tool")) cut--;
  const response = messages.slice(cut);
  if (!response.some((m) => m.role === "assistant")) throw new RowFault(`${field} must end with a message of the assistant where there is no response column`, field);
  return { prompt: messages.slice(0, cut), response };
}
