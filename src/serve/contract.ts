/**
 * Contracts: the requests and answers of other programs' reward servers, as data. A contract says how a body becomes rollouts and how scores become
 * a body; it owns no port, no thread and no reward. The server reads bytes, checks them with `request`, asks `read`, scores, asks `write`.
 *
 * Everything here is pure and runs in worker threads: a function of a contract may be called twice for one body (its worker died) and for a part of a body.
 */
import type { z } from "zod";
import type { CapabilityName, CapabilityTypes } from "../core/capabilities.ts";
import { FormatError, GuerdonError, show, suggestion } from "../core/errors.ts";
import { PASSING_REASONS } from "../core/verdict.ts";
import type { Rollout } from "../core/rollout.ts";
import type { MethodResolver, ScoredFields } from "../pipeline/index.ts";
import type { ColumnMapping } from "../rollout/index.ts";

// ── nulls ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What becomes of a reward that is null (undecided, never zero) in a contract that cannot say null. */
export type NullPolicy =
  /** The contract says it: `write` puts null, or what the contract has for it. The policy of contracts with `nulls: "said"`, and a choice of those with `either`. */
  | "said"
  /** The request is answered 503 with Retry-After, so that the client asks again; 422 where another try would give the same (`no-reference`, `bad-reference`). */
  | "retry"
  /** The request is answered 422 with the reason. */
  | "fail"
  /** This number stands in its place. */
  | { readonly neutral: number };

/** A row has no reward, and the client is to ask again: 503 and Retry-After. */
export class RetryError extends GuerdonError {
  constructor(message: string, details?: GuerdonError["details"]) {
    super("undecided", message, details);
  }
}

/** A row has no reward, and the request fails: 422. */
export class NullError extends GuerdonError {
  constructor(message: string, details?: GuerdonError["details"]) {
    super("undecided", message, details);
  }
}

/**
 * The number of a row in a contract that cannot say null. `index` is the row's place in the request, for the message.
 *
 * @throws RetryError, NullError where it is null and the policy says so (NullError under `retry`, too, where another try gives the same); GuerdonError where the policy is `said`, which a contract reads itself
 */
export function numberOf({ reward, verdicts }: ScoredFields, nulls: NullPolicy, index = 0): number {
  if (reward !== null) return reward;
  if (typeof nulls === "object") return nulls.neutral;
  const open = Object.entries(verdicts).find(([, verdict]) => verdict.status === "undecided");
  const why = open === undefined ? "no part of it gave a number" : `${open[0]} is undecided: ${open[1].reason.code} (${open[1].reason.text})`;
  const details = { index, ...(open === undefined ? {} : { node: open[0], reason: open[1].reason }) };
  if (nulls === "retry" && lasts(verdicts)) throw new NullError(`row ${index}: the reward must be decided, got null, and another try gives the same; ${why}`, details);
  if (nulls === "retry") throw new RetryError(`row ${index}: the reward must be decided, got null; ${why}`, details);
  if (nulls === "fail") throw new NullError(`row ${index}: the reward must be decided, got null; ${why}`, details);
  throw new GuerdonError("state", `row ${index}: a contract that says null must look at the reward itself, got a call of numberOf`, details);
}

/** Whether another try gives the same: every verdict that is open has a reason that stays. Functions of the user's may return null for any reason. */
function lasts(verdicts: ScoredFields["verdicts"]): boolean {
  const open = Object.values(verdicts).filter(({ status }) => status === "undecided");
  return open.length > 0 && open.every(({ reason }) => !PASSING_REASONS.has(reason.code));
}

/** The numbers of all rows, as `numberOf`. */
export function numbersOf(scores: readonly ScoredFields[], nulls: NullPolicy): number[] {
  return scores.map((score, index) => numberOf(score, nulls, index));
}

// ── contracts ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** What came with a body. */
export interface RequestParts {
  /** Path parameters: `/experiments/:name/score` has `name`. Decoded, never empty. */
  readonly params: Readonly<Record<string, string>>;
  /** The query string; of a name that stands twice the last. */
  readonly query: Readonly<Record<string, string>>;
  /** The body as text: integers past 2⁵³ have all of their digits here, and are rounded in the parsed body. Empty without a body. */
  readonly text: string;
  /** What `open` of the contract gave; undefined without one. */
  readonly state: unknown;
  /** Explicit columns of a spec, the default where none is named: of contracts whose items are rows in any dialect. */
  readonly columns?: (spec: string | undefined) => ColumnMapping;
}

/** What a body asks to be scored. */
export interface Asked {
  /** One an item, in the order of the answer; may be empty (the answer is then written without scoring). `id` is unique within the request. */
  readonly rollouts: readonly Rollout[];
  /** Name of the spec that scores them all. Not given: a rollout goes to the spec named like its `task`, else to the default. */
  readonly spec?: string;
}

/** Scores of a request, as `write` gets them. */
export interface Scores {
  /**
   * One a rollout, in the order of `asked.rollouts`: `{ rewards, verdicts, reward, advantage, advantages? }`, the fields of a line of `guerdon score`.
   * `rewards` and `verdicts` are by the names of the spec; `verdicts[name]` has `status`, `score`, `extracted`, `reason { code, text }`, and `rule` and `span` where known.
   * Spans count Unicode code points already. A row whose worker died has null rewards and verdicts with the reason `worker-lost`.
   */
  readonly rows: readonly ScoredFields[];
  /** Hash of the plan that scored them; null where there were several. */
  readonly plan: string | null;
}

interface RouteHead {
  readonly method: "GET" | "POST";
  /** Begins with `/`; `:name` is a parameter. */
  readonly path: string;
  /** One line, for OpenAPI. */
  readonly summary: string;
  /** Of a path that another contract may have as well (`/v1/score`): true of parsed bodies that are of this one. */
  accepts?(body: unknown): boolean;
}

/** Items in, rewards out. */
export interface ScoringRoute<Body = any, Answer = any> extends RouteHead {
  readonly kind: "scoring";
  /** The body. Unknown fields are kept (`z.looseObject`) where clients send more than is read; a fault names the field and its path. */
  readonly request: z.ZodType<Body>;
  /** The answer with status 200, for OpenAPI and tests; answers are not checked against it while serving. */
  readonly response: z.ZodType<Answer>;
  /**
   * The rollouts of a body, which `request` has parsed. Keeps nothing: `write` gets the body again.
   * @throws FormatError with `details.path` (`query[3]`) for what cannot be told apart: answered 422 as the contract says errors, nothing scored
   */
  read(body: Body, parts: RequestParts): Asked;
  /**
   * The answer, a JSON value. `asked` is what `read` gave for this body. Numbers come from `numbersOf(scores.rows, nulls)`, or of contracts that say null from `row.reward`.
   * @throws RetryError, NullError through `numbersOf`
   */
  write(body: Body, asked: Asked, scores: Scores, nulls: NullPolicy, parts: RequestParts): Answer;
}

/** What an action may use. */
export interface ActionContext extends RequestParts {
  /** The open capabilities of `needs`, all of them. */
  readonly capabilities: Partial<CapabilityTypes>;
  /** Finds methods by id. */
  readonly methods: MethodResolver;
  /** Items of one request, at most. */
  readonly items: number;
  /** Ends where the client goes away or time is up. */
  readonly signal: AbortSignal;
}

/** Something done that is no scoring by a spec: a program run, a verdict of a method that the request names. */
export interface ActionRoute<Body = any, Answer = any> extends RouteHead {
  readonly kind: "action";
  readonly request: z.ZodType<Body>;
  readonly response: z.ZodType<Answer>;
  /** Opened at start-up, which fails where one cannot be had. With `execute`, requests wait behind the limit of routes that run code. */
  readonly needs: readonly CapabilityName[];
  /** Items of a body, as rates of tokens count them; one where this is not given. */
  items?(body: Body): number;
  /** The answer. @throws GuerdonError: answered as the contract says errors */
  run(body: Body, context: ActionContext): Promise<Answer>;
}

/** What the server is, for routes that tell. */
export interface ServerFacts {
  readonly version: string;
  /** Names of the specs, the default first. */
  readonly specs: readonly string[];
}

/** An answer that needs no scoring: facts of the server, or a function of the body alone (sums of what was scored before). */
export interface StaticRoute<Body = any, Answer = any> extends RouteHead {
  readonly kind: "static";
  /** Null where the route takes no body. */
  readonly request: z.ZodType<Body> | null;
  readonly response: z.ZodType<Answer>;
  answer(body: Body, parts: RequestParts, facts: ServerFacts): Answer;
}

export type Route = ScoringRoute | ActionRoute | StaticRoute;

/** An error on its way to a client of the contract. */
export interface ContractFault {
  /** HTTP status that the server chose: 400 no JSON, 413 too large, 422 a field at fault or a null, 429 and 503 busy, 500. */
  readonly status: number;
  readonly code: string;
  /** Names the field and the nearest right thing. */
  readonly message: string;
  /** Path of the field at fault: `query[3]`. */
  readonly path?: string;
}

/** One program's reward server. A file a contract, listed in `contracts/index.ts`. */
export interface Contract {
  /** What `--contract` is told: `openrlhf`. */
  readonly name: string;
  /** One line: whose contract this is. */
  readonly summary: string;
  /**
   * Whether the contract has a way to say that a row was not scored; without one the server does not start without a choice.
   * `either`: it has, and not all of its clients look there, so that `said` is one of the choices.
   */
  readonly nulls: "said" | "choice" | "either";
  /** How much one request sees. A spec that reduces more (`credit` over groups) is refused at start-up: of `item` and `batch` contracts, which have no place for advantages either. */
  readonly sees: "item" | "batch" | "group";
  readonly routes: readonly Route[];
  /** Runs programs that clients send: served only where named, and with a sandbox. */
  readonly runsCode?: boolean;
  /** Names of settings that the flag may carry beside the policy: `--contract reasoning-gym:neutral=0,entries=FILE`. */
  readonly settings?: readonly string[];
  /** Opens what the settings name, once a thread; what it gives is `parts.state`. @throws GuerdonError: start-up fails */
  open?(settings: Readonly<Record<string, string>>): Promise<unknown>;
  /** The body of an error, and its status where the contract has its own; without it `{ error: { code, message, path? } }`. */
  fault?(fault: ContractFault): { readonly status: number; readonly body: unknown };
}

/** A scoring route, its types told by its schemas. */
export function scoringRoute<Body, Answer>(route: Omit<ScoringRoute<Body, Answer>, "kind">): ScoringRoute<Body, Answer> {
  return { kind: "scoring", ...route };
}

/** An action, its types told by its schemas. */
export function actionRoute<Body, Answer>(route: Omit<ActionRoute<Body, Answer>, "kind">): ActionRoute<Body, Answer> {
  return { kind: "action", ...route };
}

/** A static route, its types told by its schemas. */
export function staticRoute<Body, Answer>(route: Omit<StaticRoute<Body, Answer>, "kind">): StaticRoute<Body, Answer> {
  return { kind: "static", ...route };
}

// ── choosing ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A contract that is on, and how. */
export interface ContractChoice {
  readonly contract: Contract;
  readonly nulls: NullPolicy;
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * A contract as `--contract` names it: `nemo-gym`, `openrlhf:retry`, `slime:neutral=0`, `reasoning-gym:fail,entries=FILE`.
 *
 * @throws GuerdonError (usage) where there is no such contract or setting, or a choice is missing or out of place
 */
export function parseChoice(text: string, contracts: readonly Contract[]): ContractChoice {
  const at = text.indexOf(":");
  const name = at < 0 ? text : text.slice(0, at);
  const usage = (message: string): GuerdonError => new GuerdonError("usage", `--contract ${text}: ${message}`);
  const contract = contracts.find((each) => each.name === name);
  if (contract === undefined) throw usage(`there is no contract ${show(name)}${suggestion(name, contracts.map((each) => each.name))}; there are ${contracts.map((each) => each.name).join(", ")}`);
  let nulls: NullPolicy | null = null;
  const settings: Record<string, string> = {};
  for (const part of at < 0 ? [] : text.slice(at + 1).split(",")) {
    const [key, value] = part.includes("=") ? [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)] : [part, null];
    const policy = contract.nulls === "either" && part === "said" ? "said" : policyOf(key, value);
    if (policy !== null && nulls !== null) throw usage("what becomes of a null must be said once");
    if (policy !== null) nulls = policy;
    else if (value !== null && contract.settings?.includes(key) === true) settings[key] = value;
    else if (key === "neutral") throw usage(`neutral must have a finite number, as in ${name}:neutral=0.5, got ${value === null ? "none" : show(value)}`);
    else throw usage(`${show(part)} must be ${contract.nulls === "either" ? "said, " : ""}retry, fail or neutral=NUMBER${(contract.settings ?? []).map((setting) => `, ${setting}=…`).join("")}${suggestion(key, ["retry", "fail", "neutral", ...(contract.settings ?? [])])}`);
  }
  if (contract.nulls === "said") {
    if (nulls !== null) throw usage(`${name} has a way to say null, so that there is nothing to choose; say --contract ${name}`);
    return { contract, nulls: "said", settings };
  }
  if (nulls === null) {
    const [why, said] = contract.nulls === "either" ? ["not every client of it sees where it says that a row was not scored", `${name}:said (as the contract says it), `] : ["it cannot say that a row was not scored", ""];
    throw usage(`${why}, so what such a row becomes must be chosen: ${said}${name}:retry (503, the client asks again), ${name}:neutral=NUMBER (that number), or ${name}:fail (422)`);
  }
  return { contract, nulls, settings };
}

function policyOf(key: string, value: string | null): NullPolicy | null {
  if (value === null) return key === "retry" || key === "fail" ? key : null;
  if (key !== "neutral" || value.trim() === "") return null;
  const neutral = Number(value);
  return Number.isFinite(neutral) ? { neutral } : null;
}

/** A fault of one field of a body, for `read`. */
export function fieldFault(path: string, message: string): FormatError {
  return new FormatError(`${path}: ${message}`, { path });
}
