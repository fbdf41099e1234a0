/** Requests on their way, from their headers to their answer. */
import { performance } from "node:perf_hooks";
import type { Body } from "./blocks.ts";
import type { Pending } from "./engine.ts";
import { RETRY_SECONDS } from "./faults.ts";
import type { RequestSpan } from "./tracing.ts";

/** One request. */
export interface Flight {
  readonly id: string;
  readonly route: string;
  /** Milliseconds of `performance.now()`. */
  readonly began: number;
  token: string | null;
  /** Seconds after which it may be asked again, where it is refused. */
  retrySeconds: number;
  span: RequestSpan | null;
  pending: Pending | null;
  /** Its body is a frame, and its answer. */
  frame: boolean;
  /** What has come of its body; null once that is the engine's. */
  body: Body | null;
  /** The first of its body, kept only for the log. */
  logged: string;
  /** Bytes of its body: those that its headers tell, then those that came. */
  bytes: number;
  /** It is scored or waits for a thread. */
  working: boolean;
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

  /** Bytes of all bodies but that of one request, those on their way here with them. */
  bytesBeside({ bytes }: Flight): number {
    return this.#bytes - bytes;
  }

  begin(id: string, route: string): Flight {
    const flight: Flight = { id, route, began: performance.now(), token: null, retrySeconds: RETRY_SECONDS, span: null, pending: null, frame: false, body: null, logged: "", bytes: 0, working: false, at: this.#all.length, due: Number.POSITIVE_INFINITY, late: null };
    this.#all.push(flight);
    return flight;
  }

  /** Its headers tell, or what has come shows, how large its body is. */
  expect(flight: Flight, bytes: number): void {
    if (flight.at < 0) return;
    this.#bytes += bytes - flight.bytes;
    flight.bytes = bytes;
  }

  /** Its body is there; `late` is called where time is up, with whether anything had begun. */
  work(flight: Flight, bytes: number, withinMs: number, late: (begun: boolean) => void): void {
    if (flight.at < 0) return;
    this.expect(flight, bytes);
    flight.working = true;
    flight.due = performance.now() + withinMs;
    flight.late = late;
    this.#working++;
  }

  /** It waits behind the sandbox, where it keeps nobody from a thread. */
  slow(flight: Flight): void {
    if (!flight.working) return;
    this.#working--;
    flight.working = false;
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
    this.#bytes -= flight.bytes;
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
