/** The routes of the contracts that are on, in one order that the main thread and the threads that score share. */
import { Buffer } from "node:buffer";
import { GuerdonError } from "../../core/errors.ts";
import type { Contract, ContractChoice, Route } from "../contract.ts";
import type { SpecFacts } from "./protocol.ts";

/** A route, and the contract it is of. */
export interface OpenRoute {
  readonly choice: ContractChoice;
  readonly route: Route;
  /** Of other contracts at the same path, for bodies that say so. */
  readonly others?: readonly OpenRoute[];
}

/** Paths that the server answers itself, whatever a contract has there. */
export const OWN_PATHS: readonly string[] = ["/health", "/ready", "/metrics", "/openapi.json"];

/** Routes of contracts that are on. @throws GuerdonError (usage) where two contracts want one path, and bodies do not tell whose they are */
export function openRoutes(choices: readonly ContractChoice[]): OpenRoute[] {
  const routes: OpenRoute[] = [];
  const owners = new Map<string, number>();
  for (const choice of choices)
    for (const route of choice.contract.routes.filter(({ path }) => !OWN_PATHS.includes(path))) {
      const key = `${route.method} ${route.path}`;
      const at = owners.get(key);
      const owner = at === undefined ? undefined : routes[at]!;
      if (owner === undefined) owners.set(key, routes.push({ choice, route }) - 1);
      else if (route.accepts !== undefined) routes[at!] = { ...owner, others: [...(owner.others ?? []), { choice, route }] };
      else throw new GuerdonError("usage", `serve: contracts ${owner.choice.contract.name} and ${choice.contract.name} both answer ${key}; start one server for each`, { path: route.path });
    }
  return routes;
}

/** The route that a body means, of those at its path. */
export function routeMeant(open: OpenRoute, bytes: Uint8Array): OpenRoute {
  if (open.others === undefined) return open;
  let body: unknown;
  try {
    body = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch (error) {
    // No JSON is nobody's: the path's own contract says so.
    if (!(error instanceof SyntaxError)) throw error;
    return open;
  }
  return open.others.find(({ route }) => route.accepts!(body)) ?? open;
}

/** Contracts by the method and path of routes that are not on, so that who asks for one is told what opens it. */
export function closedRoutes(contracts: readonly Contract[], open: readonly OpenRoute[]): Map<string, { readonly method: "GET" | "POST"; readonly path: string; readonly contracts: Contract[] }> {
  const closed = new Map<string, { method: "GET" | "POST"; path: string; contracts: Contract[] }>();
  const taken = new Set(open.map(({ route }) => `${route.method} ${route.path}`));
  for (const contract of contracts)
    for (const { method, path } of contract.routes) {
      const key = `${method} ${path}`;
      if (taken.has(key) || OWN_PATHS.includes(path)) continue;
      const there = closed.get(key);
      if (there === undefined) closed.set(key, { method, path, contracts: [contract] });
      else there.contracts.push(contract);
    }
  return closed;
}

/** @throws GuerdonError (spec) where a spec reduces more than a contract shows it */
export function requireFitting(facts: readonly SpecFacts[], routes: readonly OpenRoute[]): void {
  const contracts = [...new Set(routes.map(({ choice }) => choice.contract))];
  for (const { name, reduces } of facts)
    for (const contract of contracts) {
      if (reduces === "row" || contract.sees === "group") continue;
      const whose = name === null ? "the reward" : `reward ${name}`;
      throw new GuerdonError(
        "spec",
        `serve: contract ${contract.name} sees one ${contract.sees} at a time and must have a reward that reduces rows, got ${whose}, which reduces a ${reduces}; leave credit out of the spec (the trainer makes advantages), or serve it without --contract ${contract.name} (POST /v1/score takes whole groups)`,
        { contract: contract.name, spec: name, reduces },
      );
    }
}
