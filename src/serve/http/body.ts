/** A body to an answer: parsed, checked, scored by the specs it names, written. Runs in the threads that score. */
import { Buffer, isUtf8 } from "node:buffer";
import type { z } from "zod";
import { show, suggestion } from "../../core/errors.ts";
import type { CapabilityTypes } from "../../core/capabilities.ts";
import type { Rollout } from "../../core/rollout.ts";
import { creditRows, fieldsOfRows, firstMisfit, type CompiledReward, type MethodResolver, type RowScore, type ScoredFields } from "../../pipeline/index.ts";
import type { ColumnMapping } from "../../rollout/index.ts";
import { checkedValue } from "../checked.ts";
import { fieldFault, type Asked, type Contract, type NullPolicy, type RequestParts, type Scores, type ServerFacts } from "../contract.ts";
import { Elsewhere, faultAnswer, faultOf, HttpFault, requireAtMost } from "./faults.ts";
import { answerFrame } from "./frame-body.ts";
import { requireReadable } from "./readable.ts";
import type { JobParts } from "./protocol.ts";
import { routeMeant, type OpenRoute } from "./routes.ts";

/** A body whose turn it is, and how it is scored. */
export interface Turn {
  /** Its id, by which the main thread knows whose rollouts are scored elsewhere. */
  readonly job: number;
  /** Every item in another thread: threads died of this body. */
  readonly apart: boolean;
}

/** A spec in a thread. */
export interface LoadedSpec {
  readonly name: string | null;
  readonly compiled: CompiledReward;
  /** In the order of the rollouts; here, or through another thread. */
  score(rollouts: readonly Rollout[], turn: Turn): readonly RowScore[] | Promise<readonly RowScore[]>;
}

/** What a thread has to answer bodies with. */
export interface Desk {
  readonly routes: readonly OpenRoute[];
  readonly specs: readonly LoadedSpec[];
  /** What `open` of each contract gave, by its name. */
  readonly states: ReadonlyMap<string, unknown>;
  readonly items: number;
  /** What a body and all that is made of it may take. */
  readonly heapBytes: number;
  readonly facts: ServerFacts;
  readonly methods: MethodResolver;
  readonly capabilities: Partial<CapabilityTypes>;
}

export interface Answer {
  /** 0: to be answered where sandboxes are. */
  readonly status: number;
  /** JSON text; empty of a frame. */
  readonly text: string;
  readonly frame?: Uint8Array<ArrayBuffer>;
  readonly rows: readonly ScoredFields[];
  /** Those that were scored, as rates count them. */
  readonly items: number;
  readonly plan: string;
  /** Code of the fault; null where there is none. */
  readonly code: string | null;
  /** Of an error nobody threw on purpose. */
  readonly error: string | null;
}

const NO_PARTS: JobParts = { params: {}, query: {} };

/** Answers a body. Never throws: what goes wrong is an answer too. */
export function answerBody(desk: Desk, routeIndex: number, bytes: Uint8Array, parts: JobParts | null, turn: Turn, signal: () => AbortSignal): Answer | Promise<Answer> {
  const open = desk.routes[routeIndex]!;
  try {
    if (parts?.frame !== true) requireReadable(bytes, desk.heapBytes);
  } catch (error) {
    return faulted(error, open.choice.contract);
  }
  const { choice, route } = routeMeant(open, bytes);
  const { contract } = choice;
  const failed = (error: unknown): Answer => faulted(error, contract);
  try {
    if (parts?.frame === true) return answerFrame(desk, desk.routes[routeIndex]!, bytes, turn, signal()).then((answered): Answer => ({ status: 200, text: "", code: null, error: null, ...answered }), failed);
    const asking = new Asking(bytes, parts ?? NO_PARTS, desk.states.get(contract.name), desk.specs);
    if (route.kind === "static") return done(route.answer(route.request === null ? undefined : checked(route.request, bytes), asking, desk.facts), 0);
    if (route.kind === "action") {
      const body = checked(route.request, bytes);
      return route.run(body, { ...asking, text: asking.text, capabilities: desk.capabilities, methods: desk.methods, items: desk.items, signal: signal() }).then((answer) => done(answer, route.items?.(body) ?? 1), failed);
    }
    const body = checked(route.request, bytes, desk.items);
    const asked = route.read(body, asking);
    requireAtMost(desk.items, asked.rollouts.length);
    asking.letGo();
    const write = (scores: Scores): Answer => {
      try {
        return written(scores, (nulls) => route.write(body, asked, scores, nulls, asking), choice.nulls);
      } catch (error) {
        // They were scored all the same, and are counted.
        return { ...failed(error), rows: scores.rows, items: scores.rows.length };
      }
    };
    const scores = scoreAsked(desk, asked, contract.sees === "group", turn);
    if (!(scores instanceof Promise)) return write(scores);
    // The bytes are those of another body by then.
    asking.keep();
    return scores.then(write).catch(failed);
  } catch (error) {
    return failed(error);
  }
}

/**
 * What came with a body. Its text is decoded where it is asked for, and let go of while the body is scored: a text alive in a collection, this large, ends
 * in the old generation. A class, since an object literal with a getter of its own has a hidden class of its own, which lives as long.
 */
class Asking implements RequestParts {
  readonly params: RequestParts["params"];
  readonly query: RequestParts["query"];
  readonly state: unknown;
  readonly columns: (spec: string | undefined) => ColumnMapping;
  readonly #bytes: Uint8Array;
  #text: string | null = null;

  constructor(bytes: Uint8Array, { params, query }: JobParts, state: unknown, specs: readonly LoadedSpec[]) {
    this.params = params;
    this.query = query;
    this.state = state;
    this.columns = (spec) => columnsOf(specs, spec);
    this.#bytes = bytes;
  }

  get text(): string {
    return (this.#text ??= textOf(this.#bytes));
  }

  letGo(): void {
    this.#text = null;
  }

  /** Decodes it for good. */
  keep(): void {
    this.#text ??= textOf(this.#bytes);
  }
}

function columnsOf(specs: readonly LoadedSpec[], named: string | undefined): ColumnMapping {
  return ((specs.find(({ name }) => name === (named ?? null)) ?? onlyOne(specs))?.compiled.plan.columns ?? {}) as ColumnMapping;
}

function faulted(error: unknown, contract: Contract): Answer {
  if (error instanceof Elsewhere) return { status: 0, text: error.message, rows: [], items: 0, plan: "", code: null, error: null };
  const fault = faultOf(error);
  const { status, body } = faultAnswer(fault, contract);
  return { status, text: JSON.stringify(body), rows: [], items: 0, plan: "", code: fault.code, error: fault.status === 500 ? (error instanceof Error ? (error.stack ?? error.message) : String(error)) : null };
}

function done(body: unknown, items: number): Answer {
  return { status: 200, text: JSON.stringify(body) ?? "null", rows: [], items, plan: "", code: null, error: null };
}

function written(scores: Scores, write: (nulls: NullPolicy) => unknown, nulls: NullPolicy): Answer {
  return { status: 200, text: JSON.stringify(write(nulls)) ?? "null", rows: scores.rows, items: scores.rows.length, plan: scores.plan ?? "", code: null, error: null };
}

function textOf(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new HttpFault(400, "encoding", "body: must be UTF-8");
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

/** The body as its schema has it. @throws HttpFault (400) where it is no JSON, (413) where one of its lists has over `most` items, FormatError naming the first field at fault */
function checked(schema: z.ZodType, bytes: Uint8Array, most?: number): unknown {
  let given: unknown;
  try {
    given = JSON.parse(textOf(bytes));
  } catch (error) {
    if (error instanceof HttpFault) throw error;
    throw new HttpFault(400, "json", bytes.length === 0 ? "body: must be JSON, got nothing" : `body: must be JSON, got ${(error as Error).message.slice(0, 200)}`);
  }
  if (most !== undefined) requireShortLists(given, most);
  return checkedValue(schema, given);
}

/** Before a schema looks at every item: it keeps what is wrong with each. @throws HttpFault (413) */
export function requireShortLists(given: unknown, most: number): void {
  if (typeof given === "object" && given !== null) for (const list of Object.values(given)) if (Array.isArray(list)) requireAtMost(most, list.length);
}

/** Scores what a body asks; rollouts of several specs come back in the order they were asked. */
function scoreAsked(desk: Desk, asked: Asked, credits: boolean, turn: Turn): Scores | Promise<Scores> {
  const { rollouts } = asked;
  if (rollouts.length === 0) return { rows: [], plan: null };
  const parts = new Map<LoadedSpec, number[]>();
  rollouts.forEach((rollout, i) => {
    const spec = specOf(desk.specs, asked, rollout, i);
    const part = parts.get(spec);
    if (part === undefined) parts.set(spec, [i]);
    else part.push(i);
  });
  const finish = (scored: readonly (readonly RowScore[])[]): Scores => {
    const rows: ScoredFields[] = [];
    [...parts].forEach(([spec, at], p) => {
      const fields = fieldsOf(spec, at.map((i) => rollouts[i]!), scored[p]!, credits, at);
      at.forEach((i, k) => (rows[i] = fields[k]!));
    });
    return { rows, plan: parts.size === 1 ? parts.keys().next().value!.compiled.plan.hash : null };
  };
  const scored = [...parts].map(([spec, at]) => spec.score(at.length === rollouts.length ? rollouts : at.map((i) => rollouts[i]!), turn));
  return scored.some((part) => part instanceof Promise) ? Promise.all(scored).then(finish) : finish(scored as (readonly RowScore[])[]);
}

/** What the spec without a name is called where it must have one, as `/ready` does. */
const DEFAULT = "default";

/** The spec of a name; the default where none is named. @throws FormatError */
export function specNamed(specs: readonly LoadedSpec[], named: string | undefined): LoadedSpec {
  const found = specs.find(({ name }) => name === (named ?? null)) ?? (named === undefined ? onlyOne(specs) : named === DEFAULT ? specs.find(({ name }) => name === null) : undefined);
  if (found !== undefined) return found;
  const names = specs.map(({ name }) => name ?? DEFAULT);
  throw fieldFault("spec", `must name a spec of this server, got ${show(named)}${suggestion(named ?? "", names)}; there ${names.length === 1 ? "is" : "are"} ${names.join(", ")}`);
}

/** Where there is one spec, what names none means it. */
function onlyOne(specs: readonly LoadedSpec[]): LoadedSpec | undefined {
  return specs.length === 1 ? specs[0] : undefined;
}

function specOf(specs: readonly LoadedSpec[], { spec }: Asked, { task }: Rollout, i: number): LoadedSpec {
  const named = spec ?? task;
  const found = named === undefined ? undefined : specs.find(({ name }) => name === named);
  if (found !== undefined) return found;
  if (spec !== undefined) return specNamed(specs, spec);
  const standard = specs.find(({ name }) => name === null) ?? (task === undefined ? onlyOne(specs) : undefined);
  if (standard !== undefined) return standard;
  throw fieldFault(`item ${i}`, `must be of a task that a spec of this server is named after, got ${show(task)}; there ${specs.length === 1 ? "is" : "are"} ${specs.map(({ name }) => name).join(", ")}`);
}

/** Scores as a scored line has them; where the contract has groups, credited by the groups of the request. */
function fieldsOf({ compiled }: LoadedSpec, rollouts: readonly Rollout[], scores: readonly RowScore[], credits: boolean, at: readonly number[]): ScoredFields[] {
  if (!credits || compiled.credit === null) return fieldsOfRows(compiled, rollouts, scores);
  const misfit = firstMisfit(compiled, rollouts);
  if (misfit !== null) throw fieldFault(`item ${at[misfit.index]!}: ${misfit.fault.field}`, misfit.fault.reason);
  return fieldsOfRows(compiled, rollouts, scores, creditRows(compiled, rollouts, scores));
}
