/** Errors as FastAPI writes them, with our own form beside: clients of such servers look under `detail`. */
import type { ContractFault } from "../../contract.ts";

export function withDetail({ status, code, message, path }: ContractFault): { readonly status: number; readonly body: unknown } {
  return { status, body: { detail: message, error: { code, message, ...(path === undefined ? {} : { path }) } } };
}
