/** Values kept on disk in the order they came: structured clones, so typed arrays and dates come back as they were. */
import { Buffer } from "node:buffer";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";

export interface Spill extends AsyncDisposable {
  add(value: unknown): Promise<void>;
  /** Everything added, from the first. */
  all(): AsyncGenerator<unknown, void, void>;
}

const WRITE_BYTES = 1 << 20;
const LENGTH = 4;

export async function openSpill(): Promise<Spill> {
  const folder = await mkdtemp(join(tmpdir(), "guerdon-"));
  const handle = await open(join(folder, "rows"), "w+");
  let waiting: Buffer[] = [];
  let bytes = 0;
  let written = 0;
  const flush = async (): Promise<void> => {
    const chunk = Buffer.concat(waiting);
    waiting = [];
    bytes = 0;
    for (let done = 0; done < chunk.length; ) done += (await handle.write(chunk, done, chunk.length - done, written + done)).bytesWritten;
    written += chunk.length;
  };
  const read = async (at: number, size: number): Promise<Buffer> => {
    const buffer = Buffer.allocUnsafe(size);
    for (let done = 0; done < size; ) {
      const { bytesRead } = await handle.read(buffer, done, size - done, at + done);
      if (bytesRead === 0) throw new Error(`spill: ${size} bytes at ${at} must be there, got ${done}`);
      done += bytesRead;
    }
    return buffer;
  };
  return {
    async add(value) {
      const body = serialize(value);
      const head = Buffer.alloc(LENGTH);
      head.writeUInt32LE(body.length);
      waiting.push(head, body);
      bytes += LENGTH + body.length;
      if (bytes >= WRITE_BYTES) await flush();
    },
    async *all() {
      await flush();
      for (let at = 0; at < written; ) {
        const size = (await read(at, LENGTH)).readUInt32LE();
        yield deserialize(await read(at + LENGTH, size));
        at += LENGTH + size;
      }
    },
    async [Symbol.asyncDispose]() {
      await handle.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
