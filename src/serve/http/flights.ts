/** Requests on their way, from their headers to their answer. */
import { performance } from "node:perf_hooks";
import type { Buffer } from "node:buffer";
import type { Pending } from "./engine.ts";
import type { RequestSpan } from "./tracing.ts";

/** One request. */
export interface Flight {
  readonly id: string;
  readonly route: string;
  /** Milliseconds of `performance.now()`. */
  readonly began: number;
  token: string | null;
  span: RequestSpan | null;
  pending: Pending | null;
  /** Its body is a frame, and its answer. */
  frame: boolean;
  /** Kept only for the log. */
  body: Buffer | null;
  /** Bytes that wait; null before the body is there, and once it waits behind the sandbox. */
  bytes: number | null;
  /** Where it stands among the others; −1 once it has its answer. */
  at: number;
  /** When its time is up; infinite before its body is there. */
  due: number;
  late: ((begun: boolean) => void) | null;
}

/** A list, not a set: a set that many pass through keeps, in its old tables, what passed, and the collector takes it for alive. */
export class Flights {
  readonly #all: Flight[] = [];
  #working = 0;
  #bytes = 0;
  #idle: ((empty: boolean) => void) | null = null;

  get size(): number {
    return this.#all.length;
  }

  /** Requests that are scored or wait for a thread. */
  get working(): number {
    return this.#working;
  }

  get workingBytes(): number {
    return this.#bytes;
  }

  begin(id: string, route: string): Flight {
    const flight: Flight = { id, route, began: performance.now(), token: null, span: null, pending: null, frame: false, body: null, bytes: null, at: this.#all.length, due: Number.POSITIVE_INFINITY, late: null };
    this.#all.push(flight);
    return flight;
  }

  /** Its body is there; `late` is called where time is up, with whether anything had begun. */
  work(flight: Flight, bytes: number, withinMs: number, late: (begun: boolean) => void): void {
    if (flight.at < 0) return;
    flight.bytes = bytes;
    flight.due = performance.now() + withinMs;
    flight.late = late;
    this.#working++;
    this.#bytes += bytes;
  }

  /** It waits behind the sandbox, where it keeps nobody from a thread. */
  slow(flight: Flight): void {
    if (flight.bytes === null) return;
    this.#working--;
    this.#bytes -= flight.bytes;
    flight.bytes = null;
  }

  /** It has its answer, or its client has gone. False where that was so before. */
  end(flight: Flight): boolean {
    if (flight.at < 0) return false;
    const last = this.#all.pop()!;
    if (last !== flight) {
      this.#all[flight.at] = last;
      last.at = flight.at;
    }
    flight.at = -1;
    this.slow(flight);
    if (this.#all.length === 0) this.#idle?.(true);
    return true;
  }

  /** Ends those whose time is up. */
  expire(now: number): void {
    for (const flight of this.#all.filter(({ due }) => due <= now)) flight.late!(flight.pending?.drop() === false);
  }

  /** Waits until there are none; false where `withinMs` or `giveUp` came before. */
  idle(withinMs: number): Promise<boolean> {
    if (this.#all.length === 0) return Promise.resolve(true);
    return new Promise((done) => {
      const late = setTimeout(() => this.#idle?.(false), withinMs);
      this.#idle = (empty) => {
        clearTimeout(late);
        this.#idle = null;
        done(empty);
      };
    });
  }

  /** Waits no longer. */
  giveUp(): void {
    this.#idle?.(false);
  }
}
