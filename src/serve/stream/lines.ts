/** Standard input to standard output, lines in order: as much under way as the threads take, and no more than the reader takes away. */
import type { Readable, Writable } from "node:stream";
import { LineBuffer } from "./line-buffer.ts";

/** Scores whole lines; `first` is true of the first ones of the input. */
export type ScoreLines = (lines: Uint8Array<ArrayBuffer>, first: boolean) => Promise<readonly Uint8Array[]>;

/** What answers are written to. */
export type Output = Pick<Writable, "write">;

export interface LineStream {
  readonly input: Readable;
  readonly output: Output;
  readonly score: ScoreLines;
  /** Pieces that are scored, or wait to be taken away. */
  readonly pieces: number;
  /** Bytes of a piece, but for a longer line. */
  readonly pieceBytes: number;
  readonly maxLineBytes: number;
  /** Ends the reading: what was read is finished. */
  readonly stop?: AbortSignal;
}

/**
 * Runs until the input ends or is told to: every whole line that was read is answered. A line is scored as soon as a thread is free,
 * so that one who waits for an answer before writing on gets it.
 *
 * @returns whether the input was read to its end
 * @throws what scoring throws; the error of the output where its reader has gone
 */
export async function streamLines({ input, output, score, pieces, pieceBytes, maxLineBytes, stop }: LineStream): Promise<boolean> {
  const buffer = new LineBuffer(maxLineBytes);
  const under: Promise<readonly Uint8Array[]>[] = [];
  const { changed, change } = moments();
  let first = true;
  let reading = true;
  let failed = false;

  const send = (piece: Uint8Array<ArrayBuffer>): void => {
    const scored = score(piece, first);
    // Told where its turn comes.
    scored.catch(() => undefined);
    first = false;
    under.push(scored);
    changed();
  };
  const pump = (): void => {
    while (under.length < pieces && buffer.ready) send(buffer.take(pieceBytes)!);
  };
  const write = async (): Promise<void> => {
    while (reading || under.length > 0) {
      if (under.length === 0) {
        await change();
        continue;
      }
      for (const part of await under[0]!) await writeAll(output, part);
      under.shift();
      pump();
      changed();
    }
  };
  const end = (): void => {
    input.destroy();
    changed();
  };
  const writing = write();
  writing.catch(() => {
    failed = true;
    end();
  });
  stop?.addEventListener("abort", end, { once: true });
  const goesOn = (): boolean => !failed && stop?.aborted !== true;

  let whole = false;
  try {
    if (goesOn())
      for await (const chunk of input as AsyncIterable<Uint8Array>) {
        buffer.append(chunk);
        pump();
        while (goesOn() && buffer.ready && buffer.length >= 2 * pieceBytes) await change();
      }
    whole = goesOn();
  } catch (error) {
    // An input that is ended from here says so.
    if (goesOn()) throw error;
  } finally {
    stop?.removeEventListener("abort", end);
  }
  while (!failed && buffer.ready) {
    pump();
    if (buffer.ready) await change();
  }
  const rest = whole ? buffer.rest() : null;
  if (rest !== null && !failed) send(rest);
  reading = false;
  changed();
  await writing;
  return whole;
}

/** Waiting for something to change: whoever waits looks again. */
function moments(): { readonly changed: () => void; readonly change: () => Promise<void> } {
  let waiting: (() => void)[] = [];
  return {
    changed() {
      const all = waiting;
      waiting = [];
      for (const go of all) go();
    },
    change: () => new Promise((done) => waiting.push(done)),
  };
}

/** Writes; done when the system has taken it, which a slow reader delays. */
export function writeAll(output: Output, bytes: Uint8Array): Promise<void> {
  return new Promise((done, failed) => output.write(bytes, (error) => (error == null ? done() : failed(error))));
}
