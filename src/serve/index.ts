/** Rewards over HTTP: the server, the contracts it speaks. */
import type { RewardSource } from "../pipeline/index.ts";

export { parseTokens, type Token } from "./http/auth.ts";
export { parseChoice, type Contract, type ContractChoice, type NullPolicy } from "./contract.ts";
export { contracts } from "./contracts/index.ts";
export { native } from "./contracts/native.ts";
export type { SpecSetting } from "./http/engine.ts";
export { parseLimits, type Limits } from "./http/limits.ts";
export { jsonLog, type Log, type LogLevel } from "./http/log.ts";
export { openApi } from "./http/openapi.ts";
export { openRoutes } from "./http/routes.ts";
export { startServer, type ServeOptions, type Server } from "./http/server.ts";

/** Where threads find the contracts. */
export const contractsUrl: string = new URL(import.meta.url.endsWith(".ts") ? "./contracts/served.ts" : "./contracts/served.js", import.meta.url).href;

/** The reward served where none is given: right or wrong against the recognised reference. Advantages are the trainer's. */
export const DEFAULT_REWARD: RewardSource = { kind: "document", document: { guerdon: 1, rewards: { correct: "verify/math" } }, base: null };
