/**
 * The frame: a JSON header and packed arrays of numbers, for what JSON would make slow. Standard input and output of `guerdon worker --frames`,
 * and HTTP bodies of type `application/vnd.guerdon.frame`. Everything is little-endian.
 *
 *     bytes 0–3   GDN1
 *     bytes 4–7   H, bytes of the header, u32
 *     bytes 8–15  P, bytes of the payload, u64
 *     H bytes     the header: UTF-8 JSON, an object; `arrays` lists { name, dtype, length, at }
 *     P bytes     the payload; an array of a dtype begins at `at`, a multiple of 8
 *
 * Ragged rows are packed end to end with `cu_seqlens` (one entry a row and one more), never padded.
 */
import { isUtf8 } from "node:buffer";
import { endianness } from "node:os";
import { FormatError, show } from "../core/errors.ts";

/** The media type of a frame. */
export const FRAME_TYPE = "application/vnd.guerdon.frame";

/** `GDN1`. */
const MAGIC = 0x314e4447;

/** Bytes before the header. */
export const PREFIX_BYTES = 16;

/** An array of a frame. */
export type FrameArray = Float64Array | Float32Array | Int32Array | BigInt64Array | Uint8Array;

export type Dtype = "f8" | "f4" | "i4" | "i8" | "u1";

const ARRAYS: Readonly<Record<Dtype, { readonly bytes: number; readonly make: (buffer: ArrayBuffer, at: number, length: number) => FrameArray }>> = {
  f8: { bytes: 8, make: (buffer, at, length) => new Float64Array(buffer, at, length) },
  f4: { bytes: 4, make: (buffer, at, length) => new Float32Array(buffer, at, length) },
  i4: { bytes: 4, make: (buffer, at, length) => new Int32Array(buffer, at, length) },
  i8: { bytes: 8, make: (buffer, at, length) => new BigInt64Array(buffer, at, length) },
  u1: { bytes: 1, make: (buffer, at, length) => new Uint8Array(buffer, at, length) },
};

const DTYPES = Object.keys(ARRAYS) as Dtype[];

/** The dtype that an array is written as. */
export function dtypeOf(array: FrameArray): Dtype {
  if (array instanceof Float64Array) return "f8";
  if (array instanceof Float32Array) return "f4";
  if (array instanceof Int32Array) return "i4";
  return array instanceof BigInt64Array ? "i8" : "u1";
}

/** What a frame may be at most. */
export interface FrameLimits {
  readonly headerBytes: number;
  readonly payloadBytes: number;
  readonly arrays: number;
}

export const FRAME_LIMITS: FrameLimits = { headerBytes: 64 << 20, payloadBytes: 1 << 30, arrays: 64 };

/** Lengths of the two parts behind a prefix. */
export interface FrameSize {
  readonly headerBytes: number;
  readonly payloadBytes: number;
}

/** A frame, unpacked. */
export interface Frame {
  /** The header as it was parsed; what its fields are is the caller's to check. */
  readonly header: Readonly<Record<string, unknown>>;
  readonly arrays: Readonly<Record<string, FrameArray>>;
  /** The header as it was written: integers that a double rounds have their digits there. */
  readonly text: string;
}

/**
 * Reads the first 16 bytes: how much is to come. Nothing needs to be held before it is known to be small enough.
 *
 * @throws FormatError where they are no prefix, or promise more than the limits
 */
export function readPrefix(bytes: Uint8Array, { headerBytes: mostHeader, payloadBytes: mostPayload }: FrameLimits = FRAME_LIMITS): FrameSize {
  if (bytes.length < PREFIX_BYTES) fault("prefix", `must have ${PREFIX_BYTES} bytes, got ${bytes.length}`);
  if (bytes[0] !== 0x47 || bytes[1] !== 0x44 || bytes[2] !== 0x4e || bytes[3] !== 0x31) fault("magic", `must be GDN1, got ${show(printable(bytes.subarray(0, 4)))}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, PREFIX_BYTES);
  const headerBytes = view.getUint32(4, true);
  const payload = view.getBigUint64(8, true);
  if (headerBytes < 2) fault("header", `must have at least 2 bytes, got ${headerBytes}`);
  if (headerBytes > mostHeader) fault("header", `must have at most ${mostHeader} bytes, got ${headerBytes}`);
  if (payload > BigInt(mostPayload)) fault("payload", `must have at most ${mostPayload} bytes, got ${payload}`);
  return { headerBytes, payloadBytes: Number(payload) };
}

/**
 * Unpacks a whole frame. Arrays are views of it where it lies so that they can be, else copies; they are the frame's: nothing else may hold its bytes.
 *
 * @throws FormatError naming the field (`arrays[1].at`) that is at fault
 */
export function unpackFrame(bytes: Uint8Array<ArrayBuffer>, limits: FrameLimits = FRAME_LIMITS): Frame {
  const { headerBytes, payloadBytes } = readPrefix(bytes, limits);
  const whole = PREFIX_BYTES + headerBytes + payloadBytes;
  if (bytes.length !== whole) fault("frame", `must have the ${whole} bytes that its prefix promises, got ${bytes.length}`);
  return unpackParts(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + headerBytes), bytes.subarray(PREFIX_BYTES + headerBytes), limits);
}

/** Unpacks a header and its payload. @throws FormatError */
export function unpackParts(head: Uint8Array, payload: Uint8Array<ArrayBuffer>, limits: FrameLimits = FRAME_LIMITS): Frame {
  if (!isUtf8(head)) fault("header", "must be UTF-8, got bytes that are not");
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString("utf8");
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    return fault("header", `must be JSON, got ${(error as Error).message}`);
  }
  if (!isRecord(header)) return fault("header", `must be a JSON object, got ${show(header)}`);
  return { header, arrays: arraysOf(header["arrays"], payload, limits), text };
}

function arraysOf(listed: unknown, payload: Uint8Array<ArrayBuffer>, { arrays: most }: FrameLimits): Record<string, FrameArray> {
  const arrays = Object.create(null) as Record<string, FrameArray>;
  if (listed === undefined) return arrays;
  if (!Array.isArray(listed)) return fault("arrays", `must be a list, got ${show(listed)}`);
  if (listed.length > most) fault("arrays", `must list at most ${most}, got ${listed.length}`);
  (listed as readonly unknown[]).forEach((each, i) => {
    if (!isRecord(each)) return fault(`arrays[${i}]`, `must be { name, dtype, length, at }, got ${show(each)}`);
    const { name, dtype, length, at } = each;
    if (typeof name !== "string" || name === "") return fault(`arrays[${i}].name`, `must be text, got ${show(name)}`);
    if (name in arrays) return fault(`arrays[${i}].name`, `must be a name of its own, got ${show(name)} again`);
    if (typeof dtype !== "string" || !Object.hasOwn(ARRAYS, dtype))
      return fault(`arrays[${i}].dtype`, `must be one of ${DTYPES.join(", ")}, got ${show(dtype)}`);
    if (!isCount(length)) return fault(`arrays[${i}].length`, `must be a whole number of at least 0, got ${show(length)}`);
    if (!isCount(at) || at % 8 !== 0) return fault(`arrays[${i}].at`, `must be a multiple of 8, got ${show(at)}`);
    const { bytes, make } = ARRAYS[dtype as Dtype];
    if (at + length * bytes > payload.length) return fault(`arrays[${i}]`, `must lie within the payload of ${payload.length} bytes, got ${length} × ${bytes} bytes from ${at}`);
    arrays[name] = numbersAt(payload, at, length, bytes, make);
  });
  return arrays;
}

function numbersAt(payload: Uint8Array<ArrayBuffer>, at: number, length: number, size: number, make: (buffer: ArrayBuffer, at: number, length: number) => FrameArray): FrameArray {
  const from = payload.byteOffset + at;
  if (LITTLE && from % size === 0) return make(payload.buffer, from, length);
  const copy = payload.slice(at, at + length * size);
  if (!LITTLE) turn(copy, size);
  return make(copy.buffer, 0, length);
}

const LITTLE: boolean = endianness() === "LE";

/** Turns the bytes of each number round. */
function turn(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}

/**
 * Packs a frame. `header` gets `arrays`; the header is padded with spaces, so that the payload of a frame that lies at a multiple of 8 does too.
 *
 * @throws FormatError where a part is longer than the limits
 */
export function packFrame(header: Readonly<Record<string, unknown>>, arrays: Readonly<Record<string, FrameArray>> = {}, limits: FrameLimits = FRAME_LIMITS, allocate: Allocate = ownBytes): Uint8Array<ArrayBuffer> {
  let payloadBytes = 0;
  const listed = Object.entries(arrays).map(([name, array]) => {
    const at = payloadBytes;
    payloadBytes = padded(at + array.byteLength);
    return { name, dtype: dtypeOf(array), length: array.length, at };
  });
  const head = JSON.stringify({ ...header, arrays: listed });
  const length = Buffer.byteLength(head, "utf8");
  const headerBytes = padded(length);
  if (headerBytes > limits.headerBytes) fault("header", `must have at most ${limits.headerBytes} bytes, got ${headerBytes}`);
  if (payloadBytes > limits.payloadBytes) fault("payload", `must have at most ${limits.payloadBytes} bytes, got ${payloadBytes}`);
  const bytes = allocate(PREFIX_BYTES + headerBytes + payloadBytes);
  bytes.writeUInt32LE(MAGIC, 0);
  bytes.writeUInt32LE(headerBytes, 4);
  bytes.writeUInt32LE(payloadBytes % 2 ** 32, 8);
  bytes.writeUInt32LE(Math.floor(payloadBytes / 2 ** 32), 12);
  bytes.write(head, PREFIX_BYTES, "utf8");
  bytes.fill(0x20, PREFIX_BYTES + length, PREFIX_BYTES + headerBytes);
  Object.values(arrays).forEach((array, i) => {
    const part = bytes.subarray(PREFIX_BYTES + headerBytes + listed[i]!.at).subarray(0, array.byteLength);
    part.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    if (!LITTLE) turn(part, array.BYTES_PER_ELEMENT);
    bytes.fill(0, part.byteOffset - bytes.byteOffset + part.length, part.byteOffset - bytes.byteOffset + padded(part.length));
  });
  return bytes;
}

/** Gives a frame its memory. */
export type Allocate = (bytes: number) => Buffer<ArrayBuffer>;

/** Memory that nothing else lies in, so that it can be given to another thread. */
const ownBytes: Allocate = (bytes) => Buffer.from(new ArrayBuffer(bytes));

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function printable(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte > 0x1f && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`)).join("");
}

function fault(field: string, message: string): never {
  throw new FormatError(`frame: ${field} ${message}`, { path: field });
}
