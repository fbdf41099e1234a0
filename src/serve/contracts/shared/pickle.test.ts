import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { within } from "../../../../test/fixtures/within.ts";
import { readPickle, unpackTests } from "./pickle.ts";

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ""), "hex");

/** `[1, -2, 70000, 2**70, 1.5, True, None, "é", ("a", "b"), {"k": [False]}]` of Python 3.11, by protocol. */
const BY_PROTOCOL: readonly (readonly [number, string])[] = [
  [0, "286c70300a49310a61492d320a614937303030300a614c313138303539313632303731373431313330333432344c0a6146312e350a614930310a614e6156e90a70310a612856610a70320a56620a70330a7470340a61286470350a566b0a70360a286c70370a4930300a6173612e"],
  [2, "80025d7100284b014afeffffff4a701101008a09000000000000000040473ff8000000000000884e5802000000c3a97101580100000061710258010000006271038671047d710558010000006b71065d7107896173652e"],
  [4, "80049541000000000000005d94284b014afeffffff4a701101008a09000000000000000040473ff8000000000000884e8c02c3a9948c0161948c01629486947d948c016b945d94896173652e"],
];

describe("readPickle", () => {
  it.each(BY_PROTOCOL)("protocol %i", (_protocol, text) => {
    expect(readPickle(hex(text))).toEqual([1, -2, 70000, 2n ** 70n, 1.5, true, null, "é", ["a", "b"], { k: [false] }]);
  });

  it("calls nothing", () => {
    expect(() => readPickle(Buffer.from("cos\nsystem\n(S'true'\ntR."))).toThrow(/opcode "c"/);
    expect(() => readPickle(Buffer.from("\x80\x04\x8c\x02os\x8c\x06system\x93.", "latin1"))).toThrow(/opcode "\x93"/);
  });

  it("refuses what ends too early, and what takes what it never gave", () => {
    expect(() => readPickle(Buffer.from("]"))).toThrow(/too early/);
    expect(() => readPickle(Buffer.from("X\xff\xff\xff\x7f", "latin1"))).toThrow(/too early/);
    expect(() => readPickle(Buffer.from("a."))).toThrow(/never gave/);
    expect(() => readPickle(Buffer.from("e."))).toThrow(/no mark/);
  });

  it("refuses what is small and unpacks to more than can be looked at", () => {
    const doubled = Array.from({ length: 60 }, (_, i) => `h${String.fromCharCode(i)}h${String.fromCharCode(i)}\x86\x94`).join("");
    within(6000, () => expect(() => readPickle(Buffer.from(`N\x85\x94${doubled}.`, "latin1"))).toThrow(/at most 1000000 values/));
    within(6000, () => expect(() => readPickle(Buffer.from(`(${"N".repeat(2_000_000)}l.`))).toThrow(/at most 1000000 values/));
    within(6000, () => expect(() => readPickle(Buffer.from(`L${"9".repeat(1 << 20)}L\n.`))).toThrow(/at most 4096 digits/));
    // A list that holds itself holds a copy.
    expect(readPickle(Buffer.from("]\x94h\0a.", "latin1"))).toEqual([[]]);
  });

  it("sets no prototype", () => {
    const record = readPickle(Buffer.from("}X\x09\0\0\0__proto__}X\x01\0\0\0a\x88ss.", "latin1")) as object;
    expect(Object.hasOwn(record, "__proto__")).toBe(true);
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });
});

describe("unpackTests", () => {
  it("refuses what is not packed", () => expect(() => unpackTests("AAAA")).toThrow());
});
