/** Lines to a file, compressed by its name, or to standard output. */
import { createWriteStream, type WriteStream } from "node:fs";
import type { Transform } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import { createGzip, createZstdCompress } from "node:zlib";
import { BoundaryError } from "../core/errors.ts";

/** Takes JSON lines. A write resolves when there is room for the next. */
export interface LineWriter {
  /** One or more whole lines, each with its line end. */
  write(lines: string | Uint8Array): Promise<void>;
  /** Resolves when everything is on its way to the disk or the pipe. */
  close(): Promise<void>;
}

/** A writer of a file; a name that ends in `.gz` or `.zst` compresses. */
export function lineWriter(path: string): LineWriter {
  const file = createWriteStream(path);
  if (path.endsWith(".gz")) return streamWriter(path, createGzip(), file);
  if (path.endsWith(".zst")) return streamWriter(path, createZstdCompress(), file);
  return streamWriter(path, file, file);
}

function writeError(path: string, error: unknown): BoundaryError {
  return new BoundaryError("file", `${path}: output must be a writable file, got ${(error as Error).message}`, { file: path }, error);
}

function streamWriter(path: string, head: Transform | WriteStream, file: WriteStream): LineWriter {
  let failure: unknown;
  const waiting: (() => void)[] = [];
  const wake = (): void => {
    for (const resume of waiting.splice(0)) resume();
  };
  const done = (file === head ? finished(head) : pipeline(head as Transform, file)).catch((error: unknown) => {
    failure = error;
    wake();
  });
  head.on("drain", wake);
  const check = (): void => {
    if (failure !== undefined) throw writeError(path, failure);
  };
  return {
    async write(lines) {
      check();
      if (!head.write(lines)) await new Promise<void>((resolve) => waiting.push(resolve));
      check();
    },
    async close() {
      head.end();
      await done;
      check();
    },
  };
}

export function standardOutput(): LineWriter {
  const write = (lines: string | Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      const failed = (error: Error): void => reject(writeError("standard output", error));
      process.stdout.once("error", failed);
      process.stdout.write(lines, (error) => {
        process.stdout.off("error", failed);
        if (error == null) resolve();
        else failed(error);
      });
    });
  return { write, close: () => write("") };
}
