/** Where bytes come from: files, standard input, compressed or not. Pulled, never pushed: memory is one buffer. */
import { open, type FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { BoundaryError, FormatError } from "../core/errors.ts";

/** Fills `into` from `at` on; resolves to the number of bytes read, 0 at the end. */
export interface ByteSource {
  read(into: Uint8Array, at: number): Promise<number>;
  close(): Promise<void>;
}

/** What a file holds, told by its first bytes. */
export type Content = "lines" | "parquet";

const CHUNK = 1 << 18;

/** Opens a path, or standard input for `-`, and undoes its compression (gzip, Zstandard), which its first bytes tell. */
export async function openSource(path: string): Promise<{ content: Content; source: ByteSource }> {
  const raw = path === "-" ? streamSource(process.stdin, "standard input") : await fileSource(path);
  const head = await peek(raw, 6).catch(async (error: unknown) => {
    await raw.close();
    throw error;
  });
  if (startsWith(head.bytes, [0x50, 0x41, 0x52, 0x31])) return { content: "parquet", source: head.source };
  const decompress = startsWith(head.bytes, [0x1f, 0x8b]) ? createGunzip({ chunkSize: CHUNK }) : startsWith(head.bytes, [0x28, 0xb5, 0x2f, 0xfd]) ? createZstdDecompress({ chunkSize: CHUNK }) : undefined;
  if (decompress === undefined) return { content: "lines", source: head.source };
  const compressed = Readable.from(chunks(head.source), { objectMode: false, highWaterMark: CHUNK });
  // A failure below ends the decompressor, whose reader then sees it.
  compressed.on("error", (error) => decompress.destroy(error));
  const source = streamSource(compressed.pipe(decompress), path);
  return {
    content: "lines",
    source: {
      read: source.read,
      async close() {
        compressed.destroy();
        await source.close();
        await head.source.close();
      },
    },
  };
}

async function fileSource(path: string): Promise<ByteSource> {
  const handle: FileHandle = await open(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
  return {
    async read(into, at) {
      try {
        return (await handle.read(into, at, into.length - at, null)).bytesRead;
      } catch (error) {
        throw fileError(path, error);
      }
    },
    close: () => handle.close(),
  };
}

function streamSource(stream: Readable, name: string): ByteSource {
  const iterator: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  let left: Uint8Array = new Uint8Array(0);
  return {
    async read(into, at) {
      while (left.length === 0) {
        let next: IteratorResult<Buffer>;
        try {
          next = await iterator.next();
        } catch (error) {
          throw streamError(name, error);
        }
        if (next.done === true) return 0;
        left = typeof next.value === "string" ? Buffer.from(next.value) : next.value;
      }
      const size = Math.min(left.length, into.length - at);
      into.set(left.subarray(0, size), at);
      left = left.subarray(size);
      return size;
    },
    async close() {
      await iterator.return?.();
      stream.destroy();
    },
  };
}

/** Reads ahead; the returned source gives those bytes again. */
async function peek(source: ByteSource, size: number): Promise<{ bytes: Uint8Array; source: ByteSource }> {
  const buffer = new Uint8Array(size);
  let filled = 0;
  while (filled < size) {
    const got = await source.read(buffer, filled);
    if (got === 0) break;
    filled += got;
  }
  const bytes = buffer.subarray(0, filled);
  return { bytes, source: replay(bytes, source) };
}

/** A source that gives `head` first. */
export function replay(head: Uint8Array, source: ByteSource): ByteSource {
  let left = head;
  return {
    async read(into, at) {
      if (left.length === 0) return source.read(into, at);
      const size = Math.min(left.length, into.length - at);
      into.set(left.subarray(0, size), at);
      left = left.subarray(size);
      return size;
    },
    close: () => source.close(),
  };
}

async function* chunks(source: ByteSource): AsyncGenerator<Buffer> {
  for (;;) {
    const buffer = Buffer.allocUnsafeSlow(CHUNK);
    const size = await source.read(buffer, 0);
    if (size === 0) return;
    yield buffer.subarray(0, size);
  }
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return bytes.length >= magic.length && magic.every((b, i) => bytes[i] === b);
}

/** Damaged compression is the input's fault; a failing disk or pipe is a boundary's. */
function streamError(name: string, error: unknown): Error {
  if (error instanceof FormatError || error instanceof BoundaryError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (typeof code === "string" && /^(Z_|ZSTD_|ERR_ZSTD|ERR_ZLIB)/.test(code)) return new FormatError(`${name}: compressed data must be whole and undamaged, got ${message}`, { file: name }, error);
  return fileError(name, error);
}

export function fileError(path: string, error: unknown): BoundaryError {
  const { code, message } = error as NodeJS.ErrnoException;
  const why = code === "ENOENT" ? "no such file" : code === "EACCES" ? "permission denied" : code === "EISDIR" ? "a folder" : message;
  return new BoundaryError("file", `${path}: a source must be a readable file, got ${why}`, { file: path }, error);
}
