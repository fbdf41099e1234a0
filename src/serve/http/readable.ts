/** Bodies that a thread can read: where its memory ends within `JSON.parse`, no thread dies but the process. */
import { HttpFault } from "./faults.ts";

/** Heap that text and its leaves take at most, a byte of the body; and what a list, an object and a key take beside, which is copied as it is checked. */
const BYTE = 8;
const LIST = 64;
const OBJECT = 200;
const KEY = 300;

/** The most that all of these take together, a byte of the body: objects with a key of their own, `{"ab":1},`. */
const MOST = 64;

const [QUOTE, BACKSLASH, COLON, BRACKET, BRACE] = [0x22, 0x5c, 0x3a, 0x5b, 0x7b];

/** @throws HttpFault (413) where what the JSON becomes may take more than half of the heap; larger bodies are looked through, others never need it */
export function requireReadable(json: Uint8Array, heapBytes: number): void {
  const most = heapBytes / 2;
  if (json.length * MOST <= most) return;
  let needed = json.length * BYTE;
  for (let i = 0; i < json.length && needed <= most; i++) {
    const byte = json[i];
    if (byte === QUOTE) {
      for (i++; i < json.length && json[i] !== QUOTE; i++) if (json[i] === BACKSLASH) i++;
    } else if (byte === BRACKET) needed += LIST;
    else if (byte === BRACE) needed += OBJECT;
    else if (byte === COLON) needed += KEY;
  }
  if (needed > most) throw new HttpFault(413, "too-large", `body: must be readable in half of the memory of a thread, which is ${Math.round(heapBytes / 2 ** 20)} MB: send fewer values at a time, or start the server with more --worker-memory`);
}
