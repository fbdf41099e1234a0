/** Reads the tool calls a response makes, in the forms models write them. */
import type { VerifyContext } from "../../core/method.ts";
import type { ToolCall } from "../../core/rollout.ts";
import { visibleRange, type NoAnswerCode } from "../math/extract.ts";
import { isObject, MOST_CHARACTERS, readJson, readJsonOnce, type JsonObject } from "../structure/json.ts";
import { looksLikeCall, MOST_CALLS, readCall, type Call, type Tool } from "./call.ts";
import { readPythonCalls } from "./python.ts";
import { strayCall } from "./stray.ts";

/** How calls are written: Hermes' `<tool_call>` JSON, function or invoke elements, JSON of OpenAI, Anthropic or plain, Python text. */
export type CallForm = "hermes" | "xml" | "json" | "python";

export const CALL_FORMS: readonly ["auto", "hermes", "xml", "json", "python"] = ["auto", "hermes", "xml", "json", "python"];

/** The calls of one turn and where they stand; `form` is null where none was written. */
export interface CallReading {
  readonly calls: readonly Call[];
  readonly form: CallForm | "messages" | null;
  readonly extracted: string | null;
  readonly span?: { readonly start: number; readonly end: number };
}

/** Why a text is no call. */
export type CallFault = { readonly fault: "unreadable-call" | "several-forms" | "too-large" | "too-many-calls" | NoAnswerCode; readonly text: string };

/**
 * The calls of a response.
 *
 * Only the visible part counts: what stands in the reasoning, or after the turn has ended, is no call. Calls that the context
 * hands over (`calls` of the assistant's message) win over the text. A call beside them in another form, or in the middle of a text, is no
 * text: the reading fails.
 *
 * @example readCalls('<tool_call>{"name": "add", "arguments": {"a": 1}}</tool_call>').calls // => [{ name: "add", arguments: { a: 1 } }]
 */
export function readCalls(response: string, form: (typeof CALL_FORMS)[number] = "auto", tools: readonly Tool[] = [], context?: VerifyContext): CallReading | CallFault {
  if (Array.isArray(context?.["calls"])) return fromMessages(context["calls"] as readonly ToolCall[]);
  if (response.length > MOST_CHARACTERS) return { fault: "too-large", text: `the response has more than ${MOST_CHARACTERS} characters` };
  const range = visibleRange(response, context?.prompt);
  if ("status" in range) return { fault: range.code, text: range.text };
  const text = response.slice(range.start, range.end);
  const forms: readonly CallForm[] = form === "auto" ? ["hermes", "xml", "json", "python"] : [form];
  for (const each of forms) {
    const read = readers[each](text, tools);
    if (read === null) continue;
    if ("fault" in read) return read;
    if (read.calls.length > MOST_CALLS) return { fault: "too-many-calls", text: `more than ${MOST_CALLS} calls` };
    const stray = strayCall(read.rest, forms, tools);
    if (stray !== null) return { fault: "several-forms", text: `calls are written as ${each} and as ${stray}: which of them would be made is not said` };
    const { start, end } = { start: range.start + read.start, end: range.start + read.end };
    return { calls: read.calls, form: each, extracted: response.slice(start, end), span: { start, end } };
  }
  const stray = strayCall(text, forms, tools);
  return stray === null ? { calls: [], form: null, extracted: null } : { fault: "unreadable-call", text: `a call written as ${stray} stands inside of other text` };
}

/** Calls as a message carries them. */
export function fromMessages(given: readonly ToolCall[]): CallReading | CallFault {
  if (given.length > MOST_CALLS) return { fault: "too-many-calls", text: `more than ${MOST_CALLS} calls` };
  const calls = given.map(readCall);
  if (!calls.every((call) => call !== null)) return { fault: "unreadable-call", text: "the arguments of a call are no JSON object" };
  return { calls, form: "messages", extracted: calls.length === 0 ? null : JSON.stringify(calls).slice(0, 2000) };
}

interface Found {
  readonly calls: readonly Call[];
  readonly start: number;
  readonly end: number;
  /** The text without the calls. */
  readonly rest: string;
}

/** Null where the text does not hold this form at all. */
type FormReader = (text: string, tools: readonly Tool[]) => Found | CallFault | null;

const readers: Readonly<Record<CallForm, FormReader>> = { hermes, xml, json, python };

function unreadable(text: string): CallFault {
  return { fault: "unreadable-call", text };
}

/** What stands between each `open` and the `close` after it; null where one is never closed, or opens inside another. */
function elements(text: string, open: string, close: string): { inner: string; start: number; end: number }[] | null {
  const out: { inner: string; start: number; end: number }[] = [];
  for (let start = text.indexOf(open); start >= 0; ) {
    const from = start + open.length;
    const to = text.indexOf(close, from);
    const next = text.indexOf(open, from);
    if (to < 0 || (next >= 0 && next < to)) return null;
    out.push({ inner: text.slice(from, to), start, end: to + close.length });
    if (out.length > MOST_CALLS) break;
    start = next;
  }
  return out;
}

/** `<tool_call>` elements with one JSON call, a list of them, one a line, or a `<function=…>` element. */
function hermes(text: string, tools: readonly Tool[]): Found | CallFault | null {
  if (!text.includes("<tool_call>")) return text.includes("</tool_call>") ? unreadable("</tool_call> closes what is not open") : null;
  const parts = elements(text, "<tool_call>", "</tool_call>");
  if (parts === null) return unreadable("<tool_call> is not closed, or opens twice");
  const calls: Call[] = [];
  for (const { inner } of parts) {
    const read = inner.includes("<function=") ? xml(inner, tools) : jsonCalls(inner);
    if (read === null || "fault" in read || read.calls.length === 0) return unreadable("the text in <tool_call> is no JSON call");
    calls.push(...read.calls);
  }
  return { calls, start: parts[0]!.start, end: parts.at(-1)!.end, rest: without(text, parts) };
}

/** The text between and around the parts. */
function without(text: string, parts: readonly { readonly start: number; readonly end: number }[]): string {
  return [...parts.map(({ start }, i) => text.slice(parts[i - 1]?.end ?? 0, start)), text.slice(parts.at(-1)!.end)].join("\n");
}

/** One JSON value of calls, or one on each line. */
function jsonCalls(text: string): { readonly calls: readonly Call[] } | CallFault | null {
  const whole = readJsonOnce(text.trim());
  if (whole.ok) return callsIn(whole.value);
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length < 2 || lines.length > MOST_CALLS) return null;
  const calls: Call[] = [];
  for (const line of lines) {
    const read = readJsonOnce(line);
    const call = read.ok ? readCall(read.value) : null;
    if (call === null) return null;
    calls.push(call);
  }
  return { calls };
}

/** The calls in a JSON value: a call, a list of calls, a message of OpenAI or Anthropic; null where it is something else. */
function callsIn(value: unknown): { readonly calls: readonly Call[] } | CallFault | null {
  if (isObject(value)) {
    if (Array.isArray(value["tool_calls"])) return every(value["tool_calls"]);
    if (Array.isArray(value["content"])) return every((value["content"] as readonly unknown[]).filter((block) => isObject(block) && block["type"] === "tool_use"));
    return looksLikeCall(value) || typeof value["name"] === "string" ? every([value]) : null;
  }
  if (!Array.isArray(value)) return null;
  const blocks = value.filter((block) => !(isObject(block) && block["type"] === "text"));
  if (blocks.length === 0) return value.length === 0 ? { calls: [] } : null;
  return blocks.some(looksLikeCall) ? every(blocks) : null;
}

function every(values: readonly unknown[]): { readonly calls: readonly Call[] } | CallFault {
  const calls = values.map(readCall);
  return calls.every((call) => call !== null) ? { calls } : unreadable("a call has no name, or arguments that are no JSON object");
}

/** Marks that announce JSON calls: Mistral, Llama. */
const PREFIXES: readonly string[] = ["[TOOL_CALLS]", "<|python_tag|>", "functools"];

/** The text without one code fence around all of it, and without an announcing mark. */
function unwrapped(text: string): { inner: string; start: number } {
  let start = 0;
  let inner = text;
  for (const prefix of PREFIXES)
    if (inner.startsWith(prefix)) {
      start += prefix.length;
      inner = inner.slice(prefix.length);
    }
  const fence = /^\s*```[\w+-]{0,20}\n/.exec(inner.slice(0, 200));
  const tail = inner.trimEnd();
  if (fence !== null && tail.endsWith("```") && tail.length - 3 >= fence[0].length && tail.indexOf("```", fence[0].length) === tail.length - 3)
    return { inner: tail.slice(fence[0].length, -3), start: start + fence[0].length };
  return { inner, start };
}

function json(text: string): Found | CallFault | null {
  const { inner, start } = unwrapped(text);
  const trimmed = inner.trim();
  if (!/^[[{]/.test(trimmed)) return null;
  const read = jsonCalls(trimmed);
  if (read === null) return trimmed.startsWith("{") && trimmed.includes('"name"') && !readJson(trimmed).ok ? unreadable("the text begins as a JSON call and is no JSON") : null;
  return "fault" in read ? read : { calls: read.calls, start, end: start + inner.length, rest: "" };
}

function python(text: string, tools: readonly Tool[]): Found | null {
  const { inner, start } = unwrapped(text);
  if (!inner.includes("(")) return null;
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  const calls = readPythonCalls(inner, (name) => {
    const properties = byName.get(name)?.parameters["properties"];
    return isObject(properties) ? Object.keys(properties) : undefined;
  });
  return calls === null || calls.length === 0 ? null : { calls, start, end: start + inner.length, rest: "" };
}

/** `<function=f><parameter=a>1</parameter></function>` and `<invoke name="f"><parameter name="a">1</parameter></invoke>`; values are typed by the tool's schema. */
function xml(text: string, tools: readonly Tool[]): Found | CallFault | null {
  const style = text.includes("<function=") ? { open: "<function=", close: "</function>", parameter: "<parameter=" } : text.includes("<invoke name=") ? { open: "<invoke name=", close: "</invoke>", parameter: "<parameter name=" } : null;
  if (style === null) return null;
  const parts = elements(text, style.open, style.close);
  if (parts === null) return unreadable("a call element is not closed, or opens twice");
  const calls: Call[] = [];
  for (const { inner } of parts) {
    const name = headOf(inner);
    const parameters = elements(inner, style.parameter, "</parameter>");
    if (name === null || parameters === null) return unreadable("a call element has no name, or a parameter that is not closed");
    const properties = tools.find((tool) => tool.name === name.name)?.parameters["properties"];
    const args: [string, unknown][] = [];
    for (const { inner: each } of parameters) {
      const head = headOf(each);
      if (head === null || args.some(([key]) => key === head.name)) return unreadable("a parameter has no name, or comes twice");
      args.push([head.name, typed(head.rest.replace(/^\n|\n$/g, ""), isObject(properties) ? properties[head.name] : undefined)]);
    }
    calls.push({ name: name.name, arguments: Object.fromEntries(args) });
  }
  return { calls, start: parts[0]!.start, end: parts.at(-1)!.end, rest: without(text, parts) };
}

/** The name before the first `>`, quotes dropped, and what follows. */
function headOf(text: string): { name: string; rest: string } | null {
  const end = text.slice(0, 300).indexOf(">");
  const name = end < 0 ? "" : text.slice(0, end).trim().replace(/^"(.*)"$/, "$1");
  return name === "" ? null : { name, rest: text.slice(end + 1) };
}

/** The text of a parameter as its schema wants it; without one, JSON where it is JSON. */
function typed(text: string, schema: unknown): unknown {
  const type = isObject(schema) ? (schema as JsonObject)["type"] : undefined;
  if (type === "string") return text;
  const read = readJson(text.trim());
  return read.ok ? read.value : text;
}
