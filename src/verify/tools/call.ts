/** What a tool call is, and the tools it may name, in the shapes providers and data sets write them. */
import { isObject, readJsonOnce, type JsonObject } from "../structure/json.ts";

/** One call: the tool's name and its arguments by name. */
export interface Call {
  readonly name: string;
  readonly arguments: JsonObject;
}

/** A tool as declared: its name and the schema of its arguments, in the words of the data set. */
export interface Tool {
  readonly name: string;
  readonly parameters: JsonObject;
}

/** More calls in one response are refused. */
export const MOST_CALLS = 128;

/** Where a call object keeps its arguments: OpenAI and Hermes, ToolRL, Anthropic, Cohere and LangChain. */
const ARGUMENT_KEYS: readonly string[] = ["arguments", "parameters", "input", "args"];

/** The call an object writes, or null: `{name, arguments}`, `{name, parameters}`, `{type: "tool_use", name, input}`, `{function: {name, arguments}}`; arguments may be JSON text. */
export function readCall(value: unknown): Call | null {
  if (!isObject(value)) return null;
  if (Object.hasOwn(value, "function") && isObject(value["function"])) return readCall(value["function"]);
  const name = value["name"];
  if (typeof name !== "string" || name === "") return null;
  const keys = ARGUMENT_KEYS.filter((key) => Object.hasOwn(value, key));
  // Two places for arguments say two things: which of them would be executed is not ours to choose.
  if (keys.length > 1) return null;
  if (keys.length === 0) return { name, arguments: {} };
  let args = value[keys[0]!];
  if (typeof args === "string") {
    const read = readJsonOnce(args === "" ? "{}" : args);
    if (!read.ok) return null;
    args = read.value;
  }
  return isObject(args) ? { name, arguments: args } : null;
}

/** True for what looks like an attempt at a call: it has a name, a function, or says its type. */
export function looksLikeCall(value: unknown): boolean {
  if (!isObject(value)) return false;
  if (isObject(value["function"]) || value["type"] === "tool_use" || value["type"] === "function") return true;
  return typeof value["name"] === "string" && ARGUMENT_KEYS.some((key) => Object.hasOwn(value, key));
}

/** Tools in OpenAI's, Anthropic's, BFCL's and the plain shape; null where one of them is none. */
export function readTools(value: unknown): Tool[] | null {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const tools: Tool[] = [];
  for (const each of list) {
    const tool = isObject(each) && isObject(each["function"]) ? each["function"] : each;
    if (!isObject(tool) || typeof tool["name"] !== "string") return null;
    const parameters = tool["parameters"] ?? tool["input_schema"] ?? tool["inputSchema"] ?? { type: "object", properties: {} };
    if (!isObject(parameters)) return null;
    tools.push({ name: tool["name"], parameters });
  }
  return tools;
}

/** Names of types that data sets write in the words of a language, as JSON Schema has them. */
const TYPE_NAMES: Readonly<Record<string, string | null>> = {
  dict: "object",
  Dict: "object",
  HashMap: "object",
  Hashtable: "object",
  float: "number",
  double: "number",
  int: "integer",
  long: "integer",
  bool: "boolean",
  Boolean: "boolean",
  str: "string",
  String: "string",
  tuple: "array",
  list: "array",
  Array: "array",
  ArrayList: "array",
  any: null,
};

/** A schema with BFCL's type names put into JSON Schema's; `any` says nothing. */
export function plainTypes(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(plainTypes);
  if (!isObject(schema)) return schema;
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === "type" && typeof value === "string" && Object.hasOwn(TYPE_NAMES, value)) {
      const plain = TYPE_NAMES[value];
      if (plain !== null) out[key] = plain;
    } else if (key === "enum" || key === "const" || key === "default" || key === "examples") out[key] = value;
    else if (key === "properties" && isObject(value)) out[key] = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plainTypes(each)]));
    else out[key] = plainTypes(value);
  }
  return out;
}
