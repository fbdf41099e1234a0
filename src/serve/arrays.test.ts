import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FormatError } from "../core/errors.ts";
import { packFrame, readPrefix, unpackFrame, type FrameArray } from "./arrays.ts";

const array: fc.Arbitrary<FrameArray> = fc.oneof(
  fc.float64Array({ maxLength: 9 }),
  fc.float32Array({ maxLength: 9 }),
  fc.int32Array({ maxLength: 9 }),
  fc.bigInt64Array({ maxLength: 9 }),
  fc.uint8Array({ maxLength: 19 }),
) as fc.Arbitrary<FrameArray>;

const header = { id: 7, call: "score", body: { text: "naïve 🎉" } };

/** A frame with this header text and payload, whatever they say. */
function raw(head: string | Uint8Array, payload = new Uint8Array(), { magic = "GDN1", headerBytes = -1, payloadBytes = -1n } = {}): Uint8Array<ArrayBuffer> {
  const text = typeof head === "string" ? Buffer.from(head) : head;
  const bytes = new Uint8Array(16 + text.length + payload.length);
  bytes.set(Buffer.from(magic, "latin1"));
  const view = new DataView(bytes.buffer);
  view.setUint32(4, headerBytes < 0 ? text.length : headerBytes, true);
  view.setBigUint64(8, payloadBytes < 0n ? BigInt(payload.length) : payloadBytes, true);
  bytes.set(text, 16);
  bytes.set(payload, 16 + text.length);
  return bytes;
}

describe("frame", () => {
  it("has this layout", () => {
    const bytes = packFrame({ id: 1 }, { rewards: Float64Array.of(1, -0.5), mask: Uint8Array.of(1, 0, 1) });
    const head = '{"id":1,"arrays":[{"name":"rewards","dtype":"f8","length":2,"at":0},{"name":"mask","dtype":"u1","length":3,"at":16}]}';
    const [H, P] = [Math.ceil(head.length / 8) * 8, 24];
    expect(Buffer.from(bytes.subarray(0, 16)).toString("hex")).toBe(`47444e31${Buffer.of(H, 0, 0, 0).toString("hex")}${Buffer.of(P, 0, 0, 0, 0, 0, 0, 0).toString("hex")}`);
    expect(Buffer.from(bytes.subarray(16, 16 + H)).toString()).toBe(head.padEnd(H));
    expect(Buffer.from(bytes.subarray(16 + H)).toString("hex")).toBe(`000000000000f03f000000000000e0bf${"010001"}${"00".repeat(5)}`);
  });

  it("comes back as it went in, wherever it lies", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), array, { maxKeys: 5 }), fc.jsonValue(), fc.nat(9), (arrays, body, shift) => {
        const packed = packFrame({ id: 1, body }, arrays);
        const moved = new Uint8Array(packed.length + shift);
        moved.set(packed, shift);
        const { header: got, arrays: back } = unpackFrame(moved.subarray(shift));
        expect(Object.keys(back).toSorted()).toEqual(Object.keys(arrays).toSorted());
        for (const [name, each] of Object.entries(arrays)) expect(back[name]).toEqual(each);
        expect(got["body"]).toEqual(JSON.parse(JSON.stringify(body)));
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  it("takes arrays where they lie, without a copy", () => {
    const bytes = packFrame(header, { a: Float64Array.of(1, 2) });
    expect(unpackFrame(bytes).arrays["a"]!.buffer).toBe(bytes.buffer);
  });

  const list = (...arrays: object[]): string => JSON.stringify({ arrays });
  const of = { name: "a", dtype: "f8", length: 1, at: 0 };
  it.each([
    ["no prefix", new Uint8Array(7), "prefix must have 16 bytes, got 7"],
    ["other bytes", raw("{}", undefined, { magic: "GET " }), 'magic must be GDN1, got "GET "'],
    ["another version", raw("{}", undefined, { magic: "GDN\x02" }), 'magic must be GDN1, got "GDN\\\\x02"'],
    ["no header", raw(""), "header must have at least 2 bytes, got 0"],
    ["a header too long", raw("{}", undefined, { headerBytes: 0xffffffff }), "header must have at most 67108864 bytes, got 4294967295"],
    ["a payload too long", raw("{}", undefined, { payloadBytes: 2n ** 63n }), "payload must have at most 1073741824 bytes, got 9223372036854775808"],
    ["bytes cut off", raw("{}", undefined, { payloadBytes: 8n }), "frame must have the 26 bytes that its prefix promises, got 18"],
    ["a header that is no JSON", raw("{nope}"), /^frame: header must be JSON, got /],
    ["a header that is no object", raw("[1]"), "header must be a JSON object, got [1]"],
    ["a header that is no UTF-8", raw(Uint8Array.of(0x7b, 0xff, 0x7d)), "header must be UTF-8, got bytes that are not"],
    ["arrays that are no list", raw('{"arrays":{}}'), "arrays must be a list, got {}"],
    ["an array that is none", raw('{"arrays":[3]}'), "arrays[0] must be { name, dtype, length, at }, got 3"],
    ["no name", raw(list({ ...of, name: "" })), 'arrays[0].name must be text, got ""'],
    ["a name twice", raw(list(of, of), new Uint8Array(8)), 'arrays[1].name must be a name of its own, got "a" again'],
    ["an unknown dtype", raw(list({ ...of, dtype: "f16" })), 'arrays[0].dtype must be one of f8, f4, i4, i8, u1, got "f16"'],
    ["a dtype of the prototype", raw(list({ ...of, dtype: "constructor" })), /dtype must be one of/],
    ["a length that is none", raw(list({ ...of, length: 1.5 })), "arrays[0].length must be a whole number of at least 0, got 1.5"],
    ["a length below 0", raw(list({ ...of, length: -1 })), "arrays[0].length must be a whole number of at least 0, got -1"],
    ["a place that does not fit", raw(list({ ...of, at: 4 }), new Uint8Array(12)), "arrays[0].at must be a multiple of 8, got 4"],
    ["an array outside", raw(list({ ...of, length: 2 }), new Uint8Array(8)), "arrays[0] must lie within the payload of 8 bytes, got 2 × 8 bytes from 0"],
    ["a length past all", raw(list({ ...of, length: Number.MAX_SAFE_INTEGER }), new Uint8Array(8)), /must lie within the payload/],
    ["too many", raw(list(...Array.from({ length: 65 }, (_, i) => ({ ...of, name: `a${i}`, length: 0 })))), "arrays must list at most 64, got 65"],
  ] as const)("refuses %s, and says where", (_, bytes, message) => {
    expect(() => unpackFrame(bytes)).toThrow(FormatError);
    expect(() => unpackFrame(bytes)).toThrow(typeof message === "string" ? `frame: ${message}` : message);
  });

  it("names the field for programs", () => {
    try {
      unpackFrame(raw(list({ ...of, at: 4 }), new Uint8Array(12)));
      expect.unreachable();
    } catch (error) {
      expect((error as FormatError).details).toEqual({ path: "arrays[0].at" });
    }
  });

  it("gives a FormatError or a frame for any bytes", () => {
    const whole = packFrame(header, { a: Float64Array.of(1, 2), b: Int32Array.of(3) });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 }), fc.nat(whole.length), (edits, end) => {
        const bytes = whole.slice(0, end);
        for (const [at, byte] of edits) if (at < end) bytes[at] = byte;
        try {
          unpackFrame(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  it("is not written longer than it may be read", () => {
    expect(() => packFrame({ id: "x".repeat(100) }, {}, { headerBytes: 64, payloadBytes: 64, arrays: 1 })).toThrow("frame: header must have at most 64 bytes");
    expect(() => packFrame({}, { a: new Float64Array(9) }, { headerBytes: 64, payloadBytes: 64, arrays: 1 })).toThrow("frame: payload must have at most 64 bytes, got 72");
    expect(readPrefix(packFrame({})).payloadBytes).toBe(0);
  });
});
