/** What passes between clients and the server: bodies in, answers out, and what metrics, traces and the log are told of them. */
import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { performance } from "node:perf_hooks";
import { FRAME_TYPE } from "../arrays.ts";
import type { Contract, ContractFault } from "../contract.ts";
import type { Blocks, Body } from "./blocks.ts";
import { asksAgain, faultAnswer, RETRY_SECONDS } from "./faults.ts";
import type { Flight, Flights } from "./flights.ts";
import type { Limits } from "./limits.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { Rates } from "./rate.ts";

export interface ExchangeOptions {
  readonly flights: Flights;
  readonly blocks: Blocks;
  readonly metrics: Pick<Metrics, "request">;
  readonly rates: Rates;
  readonly limits: Limits;
  readonly log: Log;
  readonly logRequests: "all" | "failed" | "none";
  /** Bodies and answers in the log. */
  readonly logBodies: boolean;
  readonly draining: () => boolean;
}

/** What is known of an answer beside its text. */
export interface AnswerFacts {
  readonly items?: number;
  readonly plan?: string;
  readonly error?: string | null;
  readonly code?: string | null;
}

/** Bytes of a body, and characters of an answer, that the log shows. */
const LOGGED = 65536;

/** Answers that are cheaper to copy than to write apart. */
const SMALL_BYTES = 8192;

export const TOO_MUCH: string = `too much is on its way; ask again in ${RETRY_SECONDS} s`;

export class Exchange {
  readonly #options: ExchangeOptions;

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  /** It has its answer, or its client has gone: what came of its body is of no use. False where that was so before. */
  #ended(flight: Flight): boolean {
    const { flights, blocks } = this.#options;
    if (!flights.end(flight)) return false;
    if (flight.body !== null) blocks.release(flight.body);
    return true;
  }

  /** The client has gone: what has not begun is not begun. */
  gone(flight: Flight): void {
    const { metrics, log, logRequests } = this.#options;
    if (!this.#ended(flight)) return;
    flight.pending?.drop();
    metrics.request(flight.route, 499, (performance.now() - flight.began) / 1000, 0);
    flight.span?.end(499, {});
    if (logRequests !== "none") log("warn", "request", { id: flight.id, route: flight.route, status: 499, code: "client-gone" });
  }

  /** Writes an answer and all that is to be said of it. */
  send(flight: Flight, raw: ServerResponse, status: number, body: Buffer | string, { items = 0, plan = "", error = null, code = null }: AnswerFacts = {}): void {
    const { metrics, rates, log, logRequests, logBodies, draining } = this.#options;
    if (!this.#ended(flight)) return;
    const ms = performance.now() - flight.began;
    const { route, id } = flight;
    if (!raw.destroyed && !raw.headersSent) {
      const headers: Record<string, string | number> = { "content-type": flight.frame && status === 200 ? FRAME_TYPE : "application/json", "content-length": typeof body === "string" ? Buffer.byteLength(body) : body.length, "x-request-id": id };
      if (plan !== "") headers["x-guerdon-plan"] = plan;
      if (asksAgain(status)) headers["retry-after"] = flight.retrySeconds;
      if (status === 401) headers["www-authenticate"] = "Bearer";
      if (draining()) headers.connection = "close";
      raw.writeHead(status, headers);
      // Text goes out with its headers in one write, bytes in two.
      if (typeof body === "string" || body.length > SMALL_BYTES) raw.end(body);
      else raw.end(body.toString("latin1"), "latin1");
    }
    metrics.request(route, status, ms / 1000, items);
    rates.scored(flight.token, items);
    flight.span?.end(status, { "guerdon.items": items, "guerdon.plan": plan });
    const failed = status >= 400;
    if (logRequests === "none" || (logRequests === "failed" && !failed)) return;
    log(status >= 500 ? "error" : failed ? "warn" : "info", "request", {
      id, route, status, ms: Math.round(ms * 100) / 100, items,
      ...(plan === "" ? {} : { plan: plan.slice(0, 12) }),
      ...(flight.token === null ? {} : { token: flight.token }),
      ...(code === null ? {} : { code }),
      // The message may have text of an answer in it; where it was thrown has not.
      ...(error === null ? {} : { error: logBodies ? error : stackOf(error) }),
      ...(logBodies ? { body: flight.logged, answer: body.toString().slice(0, LOGGED) } : {}),
    });
  }

  /** Answers with what is wrong, in the words of the contract. */
  refuse(flight: Flight, raw: ServerResponse, fault: ContractFault, contract?: Contract): void {
    const { status, body } = faultAnswer(fault, contract);
    this.send(flight, raw, status, JSON.stringify(body), { code: fault.code });
  }

  /** Answers for the server itself, which nobody counts or logs. */
  sendOwn(flight: Flight, raw: ServerResponse, status: number, body: string, type: string = "application/json"): void {
    if (!this.#ended(flight)) return;
    raw.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body), "x-request-id": flight.id, ...(this.#options.draining() ? { connection: "close" } : {}) });
    raw.end(body);
  }

  /** Whether so many bytes of a request are too many beside those of all others; alone it may have any. */
  isTooMuch(flight: Flight, bytes: number): boolean {
    const beside = this.#options.flights.bytesBeside(flight);
    return beside > 0 && beside + bytes > this.#options.limits.waitingBytes;
  }

  /** Keeps the first of a body where the log is to have it. */
  note(flight: Flight, body: Body): void {
    const { blocks, logBodies } = this.#options;
    if (logBodies) flight.logged = blocks.text(body, LOGGED);
  }

  /** Reads a body into the blocks. `done` gets what is wrong: (413) of too large a one, (429) where there is no room for more, (400) where it ended before its end. */
  receive(flight: Flight, payload: IncomingMessage, done: (fault: ContractFault | null) => void): void {
    const { flights, blocks, limits } = this.#options;
    const tooLarge: ContractFault = { status: 413, code: "too-large", message: `body: must have at most ${limits.bodyBytes} bytes` };
    if (Number(payload.headers["content-length"]) > limits.bodyBytes) return done(tooLarge);
    const body = (flight.body = { length: 0, blocks: [] });
    const stop = (fault: ContractFault | null): void => {
      payload.off("data", take).off("end", end).off("error", broken);
      done(fault);
    };
    const end = (): void => stop(null);
    const broken = (): void => stop({ status: 400, code: "http", message: "body: must be sent whole" });
    const take = (chunk: Buffer): void => {
      if (flight.at < 0) return;
      const length = body.length + chunk.length;
      if (length > limits.bodyBytes) return stop(tooLarge);
      if (length > flight.bytes) flights.expect(flight, length);
      if (this.isTooMuch(flight, flight.bytes) || !blocks.add(body, chunk)) stop({ status: 429, code: "busy", message: TOO_MUCH });
    };
    payload.on("data", take).on("end", end).on("error", broken);
  }
}

/** The kind of an error and where it was thrown, without what it says. */
export function stackOf(error: string): string {
  const [first = "", ...rest] = error.split("\n");
  return [first.split(":", 1)[0], ...rest.filter((line) => /^\s+at /.test(line))].slice(0, 8).join("\n");
}
