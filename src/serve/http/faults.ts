/** Errors to statuses: what an error of ours is to a client. */
import type { CapabilityName } from "../../core/capabilities.ts";
import { GuerdonError, type ErrorCode, type ErrorDetails } from "../../core/errors.ts";
import { NullError, RetryError, type Contract, type ContractFault } from "../contract.ts";
import type { ThreadFault } from "./protocol.ts";

/** Seconds a client is told to wait where it may ask again. */
export const RETRY_SECONDS = 1;

/** An error with the status that the server chose, thrown by the server itself. */
export class HttpFault extends Error {
  readonly fault: ContractFault;
  constructor(status: number, code: string, message: string, path?: string) {
    super(message);
    this.fault = path === undefined ? { status, code, message } : { status, code, message, path };
  }
}

/** @throws HttpFault (413) where a request holds more items than one may */
export function requireAtMost(most: number, items: number): void {
  if (items > most) throw new HttpFault(413, "too-many-items", `body: must hold at most ${most} items, got ${items}`);
}

/** What is asked needs capabilities that are open in another thread, if anywhere. */
export class Elsewhere extends GuerdonError {
  constructor(needs: readonly CapabilityName[]) {
    super("usage", `this needs ${needs.join(", ")}, which this server has not opened: start it with a reward that needs the same`, { needs });
  }
}

const STATUS: Partial<Record<ErrorCode, number>> = { boundary: 503, state: 500, "missing-peer": 501 };

/** The fault that an error is. What nobody threw on purpose tells the client no more than that. */
export function faultOf(error: unknown): ContractFault {
  if (error instanceof HttpFault) return error.fault;
  // Lists in lists until the stack ends: the body's doing.
  if (error instanceof RangeError && error.message.includes("call stack")) return { status: 422, code: "format", message: "body: must not be nested this deep" };
  if (!(error instanceof GuerdonError)) return { status: 500, code: "internal", message: "something went wrong that should not have; the log has it" };
  const status = error instanceof RetryError ? 503 : error instanceof NullError ? 422 : (STATUS[error.code] ?? 422);
  const { path } = error.details;
  return { status, code: error.code, message: error.message, ...(typeof path === "string" ? { path } : {}) };
}

/** The answer to a fault, in the form of the contract. */
export function faultAnswer(fault: ContractFault, contract: Contract | undefined): { readonly status: number; readonly body: unknown } {
  if (contract?.fault !== undefined) return contract.fault(fault);
  const { code, message, path } = fault;
  return { status: fault.status, body: { error: { code, message, ...(path === undefined ? {} : { path }) } } };
}

/** True of statuses after which the client is to ask again. */
export function asksAgain(status: number): boolean {
  return status === 429 || status === 503;
}

/** An error as it goes to another thread. */
export function threadFault(error: unknown): ThreadFault {
  if (error instanceof GuerdonError) return { message: error.message, code: error.code, details: JSON.parse(JSON.stringify(error.details)) as ErrorDetails };
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error), code: null, details: {} };
}

/** An error that another thread had. */
export function restored({ message, code, details }: ThreadFault): Error {
  if (details.retry === true) return new RetryError(message, details);
  return code === null ? new Error(message) : new GuerdonError(code, message, details);
}
