/**
 * Pickles of plain data: texts, numbers, lists, tuples, dictionaries. Nothing is ever called: a pickle that asks for a class or a function is refused.
 * open-instruct packs long lists of tests so.
 */
import { Buffer } from "node:buffer";
import { inflateSync } from "node:zlib";
import { setOwn } from "../../../rollout/json.ts";

/** Bytes a packed list may have when unpacked, and values it may have: a value takes more room than the byte that says it. */
const MOST_BYTES = 256 << 20;
const MOST_VALUES = 1_000_000;

/** Digits of a number in decimal, which takes longer than linear time to read. */
const MOST_DIGITS = 4096;

/** Unpacks base64 text of zlib bytes of a pickle. @throws Error with what is wrong */
export function unpackTests(text: string): unknown {
  return readPickle(inflateSync(Buffer.from(text, "base64"), { maxOutputLength: MOST_BYTES }));
}

const MARK = Symbol("mark");

/** Reads a pickle of any protocol. @throws Error for what is no plain data */
export function readPickle(bytes: Buffer): unknown {
  const stack: unknown[] = [];
  const memo = new Map<number, unknown>();
  let at = 0;
  const take = (count: number): Buffer => {
    if (count < 0 || at + count > bytes.length) throw new Error("the pickle ends too early");
    return bytes.subarray(at, (at += count));
  };
  const line = (): string => {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) throw new Error("the pickle ends too early");
    const text = bytes.toString("latin1", at, end);
    at = end + 1;
    return text;
  };
  let values = 0;
  const count = (): void => {
    if (++values > MOST_VALUES) throw new Error(`a pickle must hold at most ${MOST_VALUES} values`);
  };
  const give = (value: unknown): void => {
    count();
    stack.push(value);
  };
  /** What is used again is a copy: lists in lists, twice each, are more than anybody can look at. */
  const copied = (value: unknown): unknown => {
    count();
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(copied);
    const copy = {};
    for (const [key, each] of Object.entries(value)) setOwn(copy, key, copied(each));
    return copy;
  };
  const pop = (): unknown => {
    if (stack.length === 0) throw new Error("the pickle takes what it never gave");
    return stack.pop();
  };
  const sinceMark = (): unknown[] => {
    const from = stack.lastIndexOf(MARK);
    if (from < 0) throw new Error("the pickle has no mark");
    const items = stack.splice(from);
    return items.slice(1);
  };
  const top = (): unknown => stack.at(-1);
  const append = (items: readonly unknown[]): void => {
    const list = top();
    if (!Array.isArray(list)) throw new Error("the pickle appends to what is no list");
    for (const item of items) list.push(item);
  };
  const set = (items: readonly unknown[]): void => {
    const record = top();
    if (typeof record !== "object" || record === null || Array.isArray(record)) throw new Error("the pickle sets fields of what is no dictionary");
    for (let i = 0; i + 1 < items.length; i += 2) {
      if (typeof items[i] !== "string" && typeof items[i] !== "number") throw new Error("keys must be text or numbers");
      setOwn(record, String(items[i]), items[i + 1]);
    }
  };
  const integer = (value: bigint): number | bigint => (value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value);
  const decimal = (text: string): number | bigint => {
    if (text.length > MOST_DIGITS) throw new Error(`a number must have at most ${MOST_DIGITS} digits, got ${text.length}`);
    return integer(BigInt(text));
  };
  const long = (raw: Buffer): number | bigint => {
    const hex = Buffer.from(raw).reverse().toString("hex");
    return integer(BigInt.asIntN(8 * raw.length, BigInt(hex === "" ? 0 : `0x${hex}`)));
  };
  for (;;) {
    const op = String.fromCharCode(take(1)[0]!);
    switch (op) {
      case "\x80": take(1); break; // protocol
      case "\x95": take(8); break; // frame
      case ".": return pop();
      case "(": give(MARK); break;
      case "]": case "l": give(op === "]" ? [] : sinceMark()); break;
      case "}": give({}); break;
      case "d": { const items = sinceMark(); give({}); set(items); break; }
      case ")": give([]); break;
      case "t": give(sinceMark()); break;
      case "\x85": case "\x86": case "\x87": give(Array.from({ length: op.charCodeAt(0) - 0x84 }, pop).toReversed()); break;
      case "N": give(null); break;
      case "\x88": give(true); break;
      case "\x89": give(false); break;
      case "K": give(take(1)[0]!); break;
      case "M": give(take(2).readUInt16LE()); break;
      case "J": give(take(4).readInt32LE()); break;
      case "\x8a": give(long(take(take(1)[0]!))); break;
      case "I": { const text = line(); give(text === "01" ? true : text === "00" ? false : Number(text)); break; }
      case "L": give(decimal(line().replace(/L$/, ""))); break;
      case "F": give(Number(line())); break;
      case "G": give(take(8).readDoubleBE()); break;
      case "V": give(line().replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (_, short?: string, long?: string) => String.fromCodePoint(Number.parseInt((short ?? long)!, 16)))); break;
      case "\x8c": give(take(take(1)[0]!).toString("utf8")); break;
      case "X": give(take(take(4).readUInt32LE()).toString("utf8")); break;
      case "\x8d": give(take(Number(take(8).readBigUInt64LE())).toString("utf8")); break;
      case "a": { const item = pop(); append([item]); break; }
      case "e": { const items = sinceMark(); append(items); break; }
      case "s": { const [value, key] = [pop(), pop()]; set([key, value]); break; }
      case "u": { const items = sinceMark(); set(items); break; }
      case "\x94": count(); memo.set(memo.size, top()); break;
      case "q": memo.set(take(1)[0]!, top()); break;
      case "r": memo.set(take(4).readUInt32LE(), top()); break;
      case "p": memo.set(Number(line()), top()); break;
      case "h": give(copied(memo.get(take(1)[0]!))); break;
      case "j": give(copied(memo.get(take(4).readUInt32LE()))); break;
      case "g": give(copied(memo.get(Number(line())))); break;
      case "0": pop(); break;
      default: throw new Error(`a pickle must be of texts, numbers, lists and dictionaries, got opcode ${JSON.stringify(op)}`);
    }
  }
}
