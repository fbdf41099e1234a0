/** Output in segments: bytes gather until there are enough, then go to the file as one write, or one gzip member or Zstandard frame. */
import { Buffer } from "node:buffer";
import { open, type FileHandle } from "node:fs/promises";
import { promisify } from "node:util";
import { gzip, zstdCompress } from "node:zlib";
import { BoundaryError } from "../core/errors.ts";
import { openWriter } from "../rollout/index.ts";

/** Where the bytes of a run go. A segment ends where the caller says so, so its bytes depend on the rows alone. */
export interface Segments {
  /** Adds `bytes[from, to)`, which must not change until the next `write` is done. */
  add(bytes: Uint8Array, from?: number, to?: number): void;
  /** Gives a buffer up: its memory is freed after the next `write`, without waiting for a collection. */
  release(buffer: ArrayBuffer): void;
  /** Bytes added and not yet written, before compression. */
  readonly pending: number;
  /** Takes at once what was added and writes it as one segment, after those before; resolves to the length of the file, once it is on the disk. */
  write(): Promise<number>;
  close(): Promise<void>;
}

/** True where a file can be cut at the end of a segment and gone on with. Standard output and Parquet cannot. */
export function isResumable(path: string): boolean {
  return path !== "-" && !path.endsWith(".parquet");
}

/** Opens an output; `keep` bytes of an earlier run stay. */
export async function openSegments(path: string, keep = 0): Promise<Segments> {
  const compress = path.endsWith(".gz") ? promisify(gzip) : path.endsWith(".zst") ? promisify(zstdCompress) : null;
  const put = isResumable(path) ? await filePut(path, keep) : rowPut(path);
  let chunks: Uint8Array[] = [];
  let released: ArrayBuffer[] = [];
  let pending = 0;
  let last: Promise<number> = Promise.resolve(keep);
  return {
    add(bytes, from = 0, to = bytes.length) {
      if (from === to) return;
      const last = chunks.at(-1);
      // Neighbouring rows of one block are one chunk.
      if (last !== undefined && last.buffer === bytes.buffer && last.byteOffset + last.byteLength === bytes.byteOffset + from)
        chunks[chunks.length - 1] = new Uint8Array(last.buffer, last.byteOffset, last.byteLength + to - from);
      else chunks.push(bytes.subarray(from, to));
      pending += to - from;
    },
    get pending() {
      return pending;
    },
    release: (buffer) => void released.push(buffer),
    write() {
      const [taken, free] = [chunks, released];
      [chunks, released, pending] = [[], [], 0];
      last = last.then(async () => {
        const length = await put.write(compress === null || taken.length === 0 ? taken : [await compress(Buffer.concat(taken))]);
        for (const buffer of free) freeBuffer(buffer);
        return length;
      });
      return last;
    },
    async close() {
      // A failed write has told its caller.
      await last.catch(() => undefined);
      await put.close();
    },
  };
}

/** Frees the memory of a buffer that nobody reads any more. */
export function freeBuffer(buffer: ArrayBuffer): void {
  if (!buffer.detached) buffer.transfer(0);
}

interface Put {
  /** Resolves to the length of everything written. */
  write(chunks: readonly Uint8Array[]): Promise<number>;
  close(): Promise<void>;
}

async function filePut(path: string, keep: number): Promise<Put> {
  const fail = (error: unknown): never => {
    throw new BoundaryError("file", `${path}: output must be a writable file, got ${(error as Error).message}`, { file: path }, error);
  };
  const handle: FileHandle = await open(path, keep > 0 ? "r+" : "w").catch(fail);
  await handle.truncate(keep).catch(fail);
  let length = keep;
  return {
    async write(chunks) {
      try {
        const size = sizeOf(chunks);
        let done = size === 0 ? 0 : (await handle.writev(chunks, length)).bytesWritten;
        // A disk may take less than it was given.
        if (done < size) for (const rest = Buffer.concat(chunks); done < size; ) done += (await handle.write(rest, done, size - done, length + done)).bytesWritten;
        length += size;
        await handle.datasync();
      } catch (error) {
        fail(error);
      }
      return length;
    },
    close: () => handle.close(),
  };
}

function rowPut(path: string): Put {
  const writer = openWriter(path);
  let length = 0;
  return {
    async write(chunks) {
      if (chunks.length > 0) await writer.write(Buffer.concat(chunks));
      return (length += sizeOf(chunks));
    },
    close: () => writer.close(),
  };
}

function sizeOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((size, chunk) => size + chunk.length, 0);
}
