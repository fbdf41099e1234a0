/** Plan nodes bound to their functions: how a verifier, a reward, a function, a shaping method and a credit method are called. */
import { CAPABILITIES } from "../core/capabilities.ts";
import { GuerdonError, show, SpecError } from "../core/errors.ts";
import { exactOf } from "../core/exact.ts";
import type { BoundFormatVerifier, BoundRewardMethod, BoundVerifier, FormatVerifier, Kernel, Method, PreparedVerifier, RewardMethod, Series, StagedVerifier, Verifier, VerifyContext } from "../core/method.ts";
import type { Crediting, RewardContext, RewardFunction, RewardValue } from "../core/reward.ts";
import { callsOfMessages, promptText, responseText, type Rollout } from "../core/rollout.ts";
import { correct, incorrect, isVerdict, notApplicable, undecided, type Verdict } from "../core/verdict.ts";
import { creditRollouts, lacksBootstrap, misfit, overScored, type Credited, type CreditedRollout, type CreditKernel, type Misfit } from "../credit/index.ts";
import type { ShapingMethod, ShapingNode } from "../shaping/index.ts";
import type { OnNull, PipelineReason, PlanNode, When } from "./types.ts";

/** A number, null (not scored) or undefined (does not apply), and the verdict it came from. */
export interface Outcome {
  readonly value: number | null | undefined;
  readonly verdict: Verdict | null;
  /** Of a cascade: the outcomes of the stages that were asked, each with its time. */
  readonly stages?: readonly StageOutcome[];
}

/** What a stage of a cascade gave, and how long it took, in milliseconds. */
export interface StageOutcome extends Outcome {
  readonly ms: number;
}

/** Scores a rollout, is a stage of what does, or combines earlier values. */
export type BoundNode =
  | { readonly plan: PlanNode; readonly reads: "rollout"; readonly score: (rollout: Rollout, context: RewardContext) => Outcome | Promise<Outcome> }
  /** Asked by a cascade only, as its stage of this index. */
  | { readonly plan: PlanNode; readonly reads: "stage"; readonly cascade: string; readonly index: number }
  | { readonly plan: PlanNode; readonly reads: "nodes"; readonly combine: (values: Readonly<Record<string, number | null | undefined>>) => number | null | undefined };

/** Rewards of one whole group to advantages; nulls leave the statistics. */
export interface BoundCredit {
  readonly plan: PlanNode;
  /** True where it looks at more of a rollout than its reward: its group must be at hand. */
  readonly looks: boolean;
  readonly gives: Crediting["gives"];
  /** What of a rollout does not fit the rest of it, as far as it looks there. */
  readonly misfit: (rollout: Omit<CreditedRollout, "id">) => Misfit | null;
  /** True of a rollout that was cut off, where it looks at values and there is none of the end. */
  readonly lacksBootstrap: (rollout: Rollout) => boolean;
  /** `rollouts` may be left out where it does not look at them. */
  readonly advantages: (rewards: readonly (number | null)[], rollouts?: readonly CreditedRollout[]) => Credited[];
}

/** Prepared references kept a node: rollouts of one group come together, so few are enough. */
const PREPARED = 64;
/** Characters of them: a reference may hold a whole database. */
const PREPARED_CHARACTERS = 1 << 24;

const MESSAGE_CHARACTERS = 300;

export type ScoreNode = Extract<BoundNode, { reads: "rollout" }>;

/** Binds a node; `stages` are those of a cascade, in order. */
export function bindNode(method: Method | RewardFunction, plan: PlanNode, stages: readonly ScoreNode[] = []): BoundNode {
  if (plan.stage === "shaping" || plan.stage === "final") return { plan, reads: "nodes", combine: bindShaping(method as Method, plan) };
  return bindScorer(method, plan, stages);
}

/** Binds a node that scores rollouts. */
export function bindScorer(method: Method | RewardFunction, plan: PlanNode, stages: readonly ScoreNode[] = []): ScoreNode {
  const inner = !("record" in method) ? bindFunction(method, plan) : isStaged(method) ? bindCascade(method, plan, stages) : method.record.kind === "reward" ? bindReward(method, plan) : bindVerifier(method, plan);
  const matches = plan.when === null ? null : taskMatcher(plan.when);
  return {
    plan,
    reads: "rollout",
    score(rollout, context) {
      if (matches !== null && !matches(rollout.task)) return { value: undefined, verdict: notApplicable<PipelineReason>("other-task", `looks at tasks ${plan.when!.task}`) };
      let outcome: Outcome | Promise<Outcome>;
      try {
        outcome = inner(rollout, context);
      } catch (error) {
        outcome = fault(plan, error);
      }
      if (outcome instanceof Promise) return outcome.catch((error: unknown) => fault(plan, error)).then((settled) => settleNull(plan, rollout, settled));
      return settleNull(plan, rollout, outcome);
    },
  };
}

/** A method threw: nobody's answer was judged, so the row is undecided, counted and shown. */
function fault(plan: PlanNode, error: unknown): Outcome {
  const message = error instanceof Error ? error.message : show(error);
  return { value: null, verdict: undecided<PipelineReason>("internal-error", `${plan.use}: ${message}`.slice(0, MESSAGE_CHARACTERS)) };
}

function settleNull(plan: PlanNode, rollout: Rollout, outcome: Outcome): Outcome {
  if (outcome.value !== null) return outcome;
  return { ...outcome, value: onNull(plan, outcome.verdict, rollout.id) };
}

/** What becomes of a null result. @throws GuerdonError where the node says `fail` */
function onNull({ name, stage, onNull: rule }: { name: string; stage: string; onNull: OnNull }, verdict: Verdict | null, row: string): number | null {
  if (rule === "skip") return null;
  if (typeof rule === "object" && typeof rule?.value === "number") return rule.value;
  if (rule !== "fail") throw new SpecError(`${stage} ${name}: onNull must be "skip", "fail" or { value: number }, got ${show(rule)}`, { node: name });
  const why = verdict === null ? "null" : `${verdict.status}: ${verdict.reason.code}, ${verdict.reason.text}`;
  throw new GuerdonError("state", `${row === "" ? "" : `rollout ${row}: `}${stage} ${name} must be scored (onNull: fail), got ${why}`, { node: name });
}

function bindFunction(f: RewardFunction, plan: PlanNode): (rollout: Rollout, context: RewardContext) => Outcome | Promise<Outcome> {
  const read = (result: unknown): Outcome => {
    if (typeof result === "number" && Number.isFinite(result)) return { value: result, verdict: null };
    if (result === null) return { value: null, verdict: null };
    if (isVerdict(result)) return fromVerdict(result);
    return fault(plan, new SpecError(`${plan.name} must return a finite number, null or a Verdict, got ${show(result)}`));
  };
  return (rollout, context) => {
    const result = f(rollout, context);
    return result instanceof Promise ? result.then(read) : read(result);
  };
}

function fromVerdict(verdict: Verdict): Outcome {
  return { value: verdict.status === "not-applicable" ? undefined : verdict.score, verdict };
}

function bindVerifier(method: Method, plan: PlanNode): (rollout: Rollout, context: RewardContext) => Outcome | Promise<Outcome> {
  const capabilities = CAPABILITIES.filter((name) => method.record.needs.includes(name));
  const call = (prepared: PreparedVerifier<Verdict | Promise<Verdict>>, rollout: Rollout, given: RewardContext): Outcome | Promise<Outcome> => {
    const { signal } = given;
    const plain: VerifyContext = { prompt: promptText(rollout), ...callsMade(rollout), ...stateLeft(rollout), ...(signal === undefined ? {} : { signal }) };
    const context = capabilities.length === 0 ? plain : { ...plain, ...Object.fromEntries(capabilities.map((name) => [name, given[name]])) };
    const verdict = prepared(responseText(rollout), context);
    return verdict instanceof Promise ? verdict.then(fromVerdict) : fromVerdict(verdict);
  };
  if (!("prepare" in method)) {
    const prepared = "prepared" in method ? (method as BoundFormatVerifier<object>).prepared : (method as FormatVerifier<object>).run(plan.options);
    return (rollout, context) => call(prepared, rollout, context);
  }
  const prepare = (reference: unknown): PreparedVerifier<Verdict | Promise<Verdict>> =>
    "run" in method ? (method as unknown as Verifier<unknown, object>).run(reference, plan.options) : (method as unknown as BoundVerifier<unknown, object>).prepare(reference);
  const needsReference = method.record.needs.includes("reference");
  let kept = new Map<unknown, PreparedVerifier<Verdict | Promise<Verdict>>>();
  let characters = 0;
  return (rollout, context) => {
    const { reference } = rollout;
    if (needsReference && reference == null) return { value: null, verdict: undecided<PipelineReason>("no-reference", "the rollout has no reference to compare with") };
    const key = typeof reference === "object" ? JSON.stringify(exactOf(reference), wholeIntegers) : reference;
    // The value and its type are the key: "42" and 42 are two references, and an object's text is no text reference.
    const slot = typeof reference === "object" ? `object ${key as string}` : typeof reference === "string" ? `string ${reference}` : key;
    let prepared = kept.get(slot);
    if (prepared === undefined) {
      prepared = prepare(reference);
      if (typeof slot === "string") characters += slot.length;
      if (kept.size >= PREPARED || characters > PREPARED_CHARACTERS) {
        // A map that is cleared keeps its old table, which links to the next: once one is old, the collector takes all that ever passed for alive.
        kept = new Map();
        characters = typeof slot === "string" ? slot.length : 0;
      }
      kept.set(slot, prepared);
    }
    return call(prepared, rollout, context);
  };
}

function wholeIntegers(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `integer ${value}` : value;
}

/** The environment's snapshots, where the row has a column `state` with what was there after, and maybe before. */
function stateLeft({ extra }: Rollout): VerifyContext {
  const state = extra?.["state"];
  return typeof state === "object" && state !== null && "after" in state ? { state } : {};
}

/** The tool calls of a chat response that makes any: of each turn, and of its last. */
function callsMade({ response }: Rollout): VerifyContext {
  const turns = typeof response === "string" ? [] : callsOfMessages(response);
  return turns.every((calls) => calls.length === 0) ? {} : { calls: turns.at(-1)!, turns };
}

/** True for a method that asks other scorers in order. */
export function isStaged(method: Method | RewardFunction): method is StagedVerifier<object> {
  return "settles" in method;
}

/** Asks the stages in order until one settles the response; what does not apply is passed over. */
function bindCascade({ settles }: StagedVerifier<object>, plan: PlanNode, stages: readonly ScoreNode[]): (rollout: Rollout, context: RewardContext) => Outcome | Promise<Outcome> {
  return (rollout, context) => {
    const asked: StageOutcome[] = [];
    const end = (): Outcome => {
      const decided = asked.findLast(({ value }) => value !== undefined);
      const { value, verdict } = decided ?? { value: undefined, verdict: notApplicable<PipelineReason>("other-task", "no stage applies") };
      return { value, verdict, stages: asked };
    };
    const ask = (from: number): Outcome | Promise<Outcome> => {
      for (let stage = from; stage < stages.length; stage++) {
        const begun = performance.now();
        const outcome = stages[stage]!.score(rollout, context);
        if (outcome instanceof Promise)
          return outcome.then((settled) => {
            asked.push({ ...settled, ms: performance.now() - begun });
            return settled.value !== undefined && settles(verdictOf(settled), plan.options) ? end() : ask(stage + 1);
          });
        asked.push({ ...outcome, ms: performance.now() - begun });
        if (outcome.value !== undefined && settles(verdictOf(outcome), plan.options)) break;
      }
      return end();
    };
    return ask(0);
  };
}

/** The verdict of a stage; a number of a function is right from 1 up, and null is undecided. */
function verdictOf({ value, verdict }: Outcome): Verdict {
  if (verdict !== null) return verdict;
  if (value == null) return undecided<PipelineReason>("no-verdict", "the stage gave null");
  return value >= 1 ? correct<PipelineReason>("no-verdict", "the stage gave a number") : incorrect<PipelineReason>("no-verdict", "the stage gave a number");
}

function bindReward(method: Method, plan: PlanNode): (rollout: Rollout, context: RewardContext) => Outcome | Promise<Outcome> {
  const read = (result: RewardValue): Outcome => {
    if (result.scope !== "rollout" || result.values.length !== 1)
      return fault(plan, new SpecError(`a reward of scope ${result.scope} must be collapsed before it is combined, got ${result.values.length} values`));
    return { value: result.values[0]!, verdict: null };
  };
  const run = "run" in method ? (rollout: Rollout, context: RewardContext) => (method as unknown as RewardMethod<object>).run(rollout, context, plan.options) : (method as unknown as BoundRewardMethod<object>);
  return (rollout, context) => {
    const result = run(rollout, context);
    return result instanceof Promise ? result.then(read) : read(result);
  };
}

/** The shaping method of a method or a node; null where it is none. */
export function shapingMethod(method: Method): ShapingMethod | null {
  if ("method" in method) return (method as ShapingNode).method;
  return "inputs" in method ? (method as unknown as ShapingMethod) : null;
}

function bindShaping(method: Method, plan: PlanNode): (values: Readonly<Record<string, number | null | undefined>>) => number | null | undefined {
  const { run, inputs } = shapingMethod(method)!;
  const { of, options, by } = plan;
  if (inputs === "by") {
    const decide = run as unknown as (value: number, by: number, options: unknown) => number;
    return (values) => {
      const value = values[of[0]!];
      const decider = values[by!];
      if (value === undefined || decider === undefined) return undefined;
      return value === null || decider === null ? onNull(plan, null, "") : decide(value, decider, options);
    };
  }
  const weigh = run as unknown as (values: Series, weights: Series, options: unknown) => number;
  const weights = plan.weights ?? of.map(() => 1);
  return (values) => {
    const terms: number[] = [];
    const applied: number[] = [];
    for (let k = 0; k < of.length; k++) {
      const value = values[of[k]!];
      if (value === undefined) continue;
      if (value === null) return onNull(plan, null, "");
      terms.push(value);
      applied.push(weights[k]!);
    }
    return terms.length === 0 ? undefined : weigh(terms, applied, options);
  };
}

export function bindCredit(method: Method, plan: PlanNode): BoundCredit {
  const kernel = ("run" in method ? (method as unknown as Kernel<[], object, unknown>).with(plan.options) : method) as unknown as CreditKernel;
  const { takes, gives } = method.record.credits!;
  const looks = takes.some((input) => input !== "rewards");
  const ofRewards = kernel as unknown as (rewards: Series) => Series;
  return {
    plan,
    looks,
    gives,
    misfit: (rollout) => misfit(rollout, takes),
    lacksBootstrap: (rollout) => lacksBootstrap(rollout, takes),
    advantages(rewards, rollouts = []) {
      const credited = looks ? creditRollouts(kernel, rollouts, rewards) : overScored(ofRewards, rewards).map((advantage): Credited => ({ advantage, advantages: null }));
      return credited.map((each) => {
        if (each.advantage !== null || each.advantages !== null) return each;
        const advantage = onNull(plan, null, "");
        // A number takes the place of a number; the tokens of what was not scored have none.
        return gives === "token" ? each : { advantage, advantages: null };
      });
    },
  };
}

function taskMatcher({ task }: When): (given: string | undefined) => boolean {
  const pattern = new RegExp(`^${task.split("*").map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&")).join(".*")}$`, "su");
  return (given) => given !== undefined && pattern.test(given);
}
