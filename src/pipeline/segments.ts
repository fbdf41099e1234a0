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
  /** Bytes added and not yet written, before compression. */
  readonly pending: number;
  /** Writes what was added as one segment; resolves to the length of the file, once it is on the disk. */
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
  let pending = 0;
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
    async write() {
      const all = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      chunks = [];
      pending = 0;
      return put.write(compress === null || all.length === 0 ? all : await compress(all));
    },
    close: () => put.close(),
  };
}

interface Put {
  write(bytes: Uint8Array): Promise<number>;
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
    async write(bytes) {
      try {
        for (let done = 0; done < bytes.length; ) done += (await handle.write(bytes, done, bytes.length - done, length + done)).bytesWritten;
        length += bytes.length;
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
    async write(bytes) {
      if (bytes.length > 0) await writer.write(bytes);
      return (length += bytes.length);
    },
    close: () => writer.close(),
  };
}
