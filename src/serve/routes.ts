/** The routes of the contracts that are on, in one order that the main thread and the threads that score share. */
import { GuerdonError } from "../core/errors.ts";
import type { Contract, ContractChoice, Route } from "./contract.ts";

/** A route, and the contract it is of. */
export interface OpenRoute {
  readonly choice: ContractChoice;
  readonly route: Route;
}

/** Paths that the server answers itself, whatever a contract has there. */
export const OWN_PATHS: readonly string[] = ["/health", "/ready", "/metrics", "/openapi.json"];

/** Routes of contracts that are on. @throws GuerdonError (usage) where two contracts want one path */
export function openRoutes(choices: readonly ContractChoice[]): OpenRoute[] {
  const owners = new Map<string, string>();
  return choices.flatMap((choice) =>
    choice.contract.routes.filter(({ path }) => !OWN_PATHS.includes(path)).map((route) => {
      const key = `${route.method} ${route.path}`;
      const owner = owners.get(key);
      if (owner !== undefined) throw new GuerdonError("usage", `serve: contracts ${owner} and ${choice.contract.name} both answer ${key}; start one server for each`, { path: route.path });
      owners.set(key, choice.contract.name);
      return { choice, route };
    }),
  );
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
