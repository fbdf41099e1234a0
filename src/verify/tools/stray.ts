/** Calls that stand where none is read: beside calls in another form, or in the middle of a text. */
import { readJson } from "../structure/json.ts";
import { looksLikeCall, type Tool } from "./call.ts";
import { readPythonCalls, readPythonList } from "./python.ts";
import type { CallForm } from "./read.ts";

/** Objects of a text that are looked at. */
const MOST_OBJECTS = 64;

/** The first form of those looked for in which the text holds a call, or the beginning of one; null where it holds none. */
export function strayCall(text: string, forms: readonly CallForm[], tools: readonly Tool[]): CallForm | null {
  return forms.find((form) => looks[form](text, tools)) ?? null;
}

const looks: Readonly<Record<CallForm, (text: string, tools: readonly Tool[]) => boolean>> = {
  hermes: (text) => text.includes("<tool_call>"),
  xml: (text) => text.includes("<function=") || text.includes("<invoke name="),
  json: jsonCall,
  python: pythonCall,
};

/** An object with a name and arguments, whole or broken off. */
function jsonCall(text: string): boolean {
  if (/"name"\s{0,20}:\s{0,20}"[^"]{1,256}"\s{0,20},\s{0,20}"(?:arguments|parameters|input|args)"\s{0,20}:/.test(text)) return true;
  const begin = /\{\s{0,20}"/g;
  for (let n = 0; n < MOST_OBJECTS; n++) {
    const start = begin.exec(text)?.index;
    if (start === undefined) return false;
    const end = endOfObject(text, start);
    if (end === null) continue;
    const read = readJson(text.slice(start, end));
    if (read.ok && looksLikeCall(read.value)) return true;
    if (read.ok) begin.lastIndex = end;
  }
  return false;
}

/** Where the brace at `start` is closed, or null. */
function endOfObject(text: string, start: number): number | null {
  let [depth, inString] = [0, false];
  for (let i = start; i < text.length; i++) {
    const c = text[i];
    if (inString) {
      if (c === "\\") i++;
      else if (c === '"') inString = false;
    } else if (c === '"') inString = true;
    else if (c === "{") depth++;
    else if (c === "}" && --depth === 0) return i + 1;
  }
  return null;
}

/** A list of calls in brackets that is no link, or a line that calls a tool. */
function pythonCall(text: string, tools: readonly Tool[]): boolean {
  const begin = /\[\s{0,20}[A-Za-z_][\w.-]{0,255}\s{0,20}\(/g;
  for (let n = 0; n < MOST_OBJECTS; n++) {
    const start = begin.exec(text)?.index;
    if (start === undefined) break;
    const end = readPythonList(text, start);
    if (end !== null && text[end] !== "(") return true;
  }
  if (tools.length === 0) return false;
  const names = new Set(tools.map(({ name }) => name));
  return text.split("\n").some((line) => {
    const name = /^\s{0,100}([A-Za-z_][\w.-]{0,255})\s{0,20}\(/.exec(line)?.[1];
    return name !== undefined && names.has(name) && readPythonCalls(line, () => []) !== null;
  });
}
