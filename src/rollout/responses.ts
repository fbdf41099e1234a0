/** What stands in a response column: text, messages, an array of either, or a provider's reply object. */
import { show } from "../core/errors.ts";
import type { Message } from "../core/rollout.ts";
import { isMessage, isRecord, readMessage, readMessages, RowFault } from "./messages.ts";

/** One response, and why it ended where the reply itself says so. */
export interface ReadResponse {
  readonly value: string | readonly Message[];
  readonly finish?: unknown;
}

/** Reads a prompt: text or messages; undefined where there is none. @throws RowFault */
export function readPrompt(value: unknown, field: string): string | readonly Message[] | undefined {
  if (value == null) return undefined;
  if (typeof value === "string") return value;
  if (isMessage(value)) return [readMessage(value, field)];
  if (Array.isArray(value)) return readMessages(value, field);
  throw new RowFault(`${field} must be text or chat messages, got ${show(value)}`, field);
}

/**
 * Reads a response column. An array of messages is one response; any other array is a group, `under` is then the path
 * from the column to that array. @throws RowFault
 */
export function readResponses(value: unknown, field: string): { responses: readonly ReadResponse[]; under?: readonly string[] } {
  if (Array.isArray(value)) {
    if (value.length === 0) throw new RowFault(`${field} must hold at least one response, got []`, field);
    if (isMessage(value[0])) return { responses: [{ value: readMessages(value, field) }] };
    return { responses: value.map((item, k) => readResponse(item, `${field}[${k}]`)), under: [] };
  }
  // A chat-completion object: its choices are the responses.
  if (isRecord(value) && Array.isArray(value.choices)) {
    if (value.choices.length === 0) throw new RowFault(`${field}.choices must hold at least one response, got []`, field);
    return { responses: value.choices.map((item, k) => readResponse(item, `${field}.choices[${k}]`)), under: ["choices"] };
  }
  return { responses: [readResponse(value, field)] };
}

function readResponse(item: unknown, field: string): ReadResponse {
  if (typeof item === "string") return { value: item };
  if (Array.isArray(item)) {
    if (item.length === 0) throw new RowFault(`${field} must hold at least one message, got []`, field);
    return { value: readMessages(item, field) };
  }
  if (isMessage(item)) return { value: [readMessage(item, field)] };
  if (isRecord(item)) {
    const finish = item.finish_reason ?? item.stop_reason ?? item.finish;
    const ended = finish == null ? {} : { finish };
    if (isMessage(item.message)) return { value: [readMessage(item.message, `${field}.message`)], ...ended };
    if (Array.isArray(item.output)) return { value: readItems(item.output, `${field}.output`), ...ended };
    for (const key of ["text", "response", "content", "generated_text", "completion", "output"]) {
      const text = item[key];
      if (typeof text === "string") return { value: text, ...ended };
    }
  }
  throw new RowFault(`${field} must be text, chat messages or an array of them, got ${show(item)}`, field);
}

/** Items of a Responses-style reply, as NeMo-Gym writes it: messages, function calls, their outputs, reasoning. */
function readItems(items: readonly unknown[], field: string): Message[] {
  const out: Message[] = [];
  items.forEach((item, i) => {
    const where = `${field}[${i}]`;
    if (!isRecord(item)) throw new RowFault(`${where} must be an output item, got ${show(item)}`, where);
    if (item.type === "function_call") out.push(readMessage({ role: "assistant", content: null, tool_calls: [{ id: item.call_id, name: item.name, arguments: item.arguments }] }, where));
    else if (item.type === "function_call_output") out.push(readMessage({ role: "tool", content: item.output, tool_call_id: item.call_id }, where));
    else if (item.type === "reasoning") {
      const summary = Array.isArray(item.summary) ? item.summary.map((s) => (isRecord(s) && typeof s.text === "string" ? s.text : "")).join("\n") : "";
      out.push({ role: "assistant", content: "", reasoning: summary });
    } else out.push(readMessage(item, where));
  });
  if (out.length === 0) throw new RowFault(`${field} must hold at least one item, got []`, field);
  return out;
}
