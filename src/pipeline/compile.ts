/** Draft to plan: options checked, nodes put in order, cycles refused, what the whole reduces and needs worked out. */
import { CAPABILITIES } from "../core/capabilities.ts";
import { show, SpecError, suggestion } from "../core/errors.ts";
import { exportName, presetOptions, type Method, type MethodRecord } from "../core/method.ts";
import { parseOptions } from "../core/options.ts";
import type { Need, Reduces } from "../core/reward.ts";
import { sha256 } from "../core/sha256.ts";
import { VERSION } from "../core/version.ts";
import { canonicalJson } from "./canonical.ts";
import { FINAL, type Draft, type DraftNode } from "./draft.ts";
import { bindCredit, bindNode, bindScorer, isStaged, shapingMethod, type BoundCredit, type BoundNode, type ScoreNode } from "./bind.ts";
import { NODE_KEYS } from "./spec.ts";
import type { Plan, PlanNode } from "./types.ts";

/** A plan and the functions that carry it out. */
export interface CompiledReward {
  readonly plan: Plan;
  readonly nodes: readonly BoundNode[];
  readonly credit: BoundCredit | null;
}

/** What a run of rollouts can give a method: the fields of the rollout and its group, and capabilities that are opened for the run. */
const GIVEN: readonly Need[] = ["reference", "group", "steps", "tokens", "logprobs", ...CAPABILITIES];

const ORDER: readonly Reduces[] = ["row", "group", "batch", "stream"];

/** Compiles a draft. @throws SpecError, OptionError (with the path of the node) */
export function compile(draft: Draft): CompiledReward {
  const ordered = inOrder(draft.nodes);
  const known = ordered.map((node) => node.name);
  if (!known.includes(draft.reward)) throw new SpecError(`reward: no node ${JSON.stringify(draft.reward)}${suggestion(draft.reward, known)}`, { path: "reward" });
  const planned = ordered.map((node) => planNode(node, draft));
  const credit = draft.credit === null ? null : planNode(draft.credit, draft);
  const all = credit === null ? planned : [...planned, credit];
  const reduces = all.reduce<Reduces>((most, node) => (ORDER.indexOf(node.reduces) > ORDER.indexOf(most) ? node.reduces : most), "row");
  const body = {
    guerdon: 1 as const,
    version: VERSION,
    columns: draft.columns,
    models: draft.models,
    nodes: planned,
    reward: draft.reward,
    credit,
    seed: draft.seed,
    reduces,
    needs: [...new Set(all.flatMap((node) => node.needs))].toSorted(),
  };
  const plan: Plan = { ...body, hash: sha256(canonicalJson(body)) };
  return {
    plan,
    nodes: bindAll(ordered, planned, draft),
    credit: credit === null ? null : bindCredit(draft.credit!.method as Method, credit),
  };
}

/** Binds the nodes; a stage of a cascade is asked by its cascade and by nobody else. @throws SpecError */
function bindAll(ordered: readonly DraftNode[], planned: readonly PlanNode[], { reward }: Draft): BoundNode[] {
  const cascades = ordered.filter((node) => isStaged(node.method));
  const scorers = new Map<string, ScoreNode>();
  return ordered.map((node, i): BoundNode => {
    const plan = planned[i]!;
    const cascade = cascades.find(({ of }) => of.includes(node.name));
    if (cascade === undefined) return bindNode(node.method, plan, isStaged(node.method) ? node.of.map((name) => scorers.get(name)!) : []);
    const other = ordered.find((reader) => reader !== cascade && (reader.of.includes(node.name) || reader.by === node.name));
    if (other !== undefined || reward === node.name) throw new SpecError(`${cascade.path}: a stage must be read by its cascade only, got ${show(node.name)}, which ${other?.path ?? "reward"} reads too`, { path: `${cascade.path}.of`, name: node.name });
    if (plan.stage !== "reward" || isStaged(node.method)) throw new SpecError(`${cascade.path}: of must name rewards that are no cascades, got ${show(node.name)}`, { path: `${cascade.path}.of`, name: node.name });
    scorers.set(node.name, bindScorer(node.method, plan));
    return { plan, reads: "stage", cascade: cascade.name, index: cascade.of.indexOf(node.name) };
  });
}

/** Checks one node against its method's record and fills in its options. */
function planNode(node: DraftNode, draft: Draft): PlanNode {
  const { name, path, stage, use, of, weights, by, model, when, onNull } = node;
  const common = { name, stage, use, of, weights, by, model, when, onNull };
  if (!("record" in node.method)) {
    if (stage !== "reward") throw new SpecError(`${path}: must use a method of ${room(stage)}, got a function`, { path });
    readsNothing(node);
    if (node.preset !== null) throw new SpecError(`${path}: a function takes no preset, got ${show(node.preset)}`, { path: `${path}.preset` });
    if (Object.keys(node.given).length > 0) throw new SpecError(`${path}: a function takes no options, got ${show(Object.keys(node.given))}`, { path });
    return { ...common, options: {}, reduces: "row", needs: [], code: sha256(Function.prototype.toString.call(node.method)) };
  }
  const { record } = node.method;
  if (!fits(node.method, stage)) throw new SpecError(`${path}: must use a method of ${room(stage)}, got ${record.id}`, { path });
  if (isStaged(node.method)) readsStages(node);
  else if (stage === "reward" || stage === "credit") readsNothing(node);
  else reads(node);
  const lacking = record.needs.find((need) => !GIVEN.includes(need) && !(need === "model" && model !== null));
  if (lacking !== undefined) throw new SpecError(`${path}: ${record.id} needs ${lacking}, which scoring rollouts does not give`, { path, need: lacking });
  if (model !== null && !record.needs.includes("model")) throw new SpecError(`${path}: ${record.id} takes no model, got ${show(model)}`, { path });
  if (model !== null && !Object.hasOwn(draft.models, model)) throw new SpecError(`${path}: no model ${JSON.stringify(model)}${suggestion(model, Object.keys(draft.models))}`, { path });
  if (record.reduces === "batch" || record.reduces === "stream")
    throw new SpecError(`${path}: must reduce a row or a group, got ${record.id}, which reduces a ${record.reduces}${elsewhere(record)}`, { path, reduces: record.reduces });
  if (stage === "credit" && record.credits === undefined) throw new SpecError(`${path}: ${record.id} looks at what rollouts do not carry: call it in code, got credit: ${record.id}`, { path });
  return { ...common, options: planOptions(node, node.method), reduces: record.reduces, needs: record.needs, code: null };
}

/** Where credit over a batch can be had: which rollouts make a batch is the trainer's to say. */
function elsewhere({ id, reduces, credits }: MethodRecord): string {
  if (reduces !== "batch" || credits === undefined) return "";
  return `: call it in code with the batch (${exportName(id)}), or compare its presets with guerdon diff --estimator ${id.slice(id.indexOf("/") + 1)}`;
}

function planOptions(node: DraftNode, method: Method): Readonly<Record<string, unknown>> {
  if ("options" in method && node.preset !== null) throw new SpecError(`${node.path}: ${method.record.id} has its options already and takes no preset, got ${show(node.preset)}`, { path: `${node.path}.preset` });
  if ("options" in method) return method.options as Readonly<Record<string, unknown>>;
  const known = Object.keys(method.record.options.shape);
  const wrong = Object.keys(node.given).find((key) => !known.includes(key));
  // The keys of a node are candidates too: `onNul` is no option of any method.
  if (wrong !== undefined)
    throw new SpecError(`${node.path}: ${method.record.id} has no option ${JSON.stringify(wrong)}${suggestion(wrong, [...known, ...NODE_KEYS])}`, { path: `${node.path}.${wrong}`, known });
  return parseOptions<Record<string, unknown>>(node.path, method.record.options, { ...presetOf(node, method), ...node.given });
}

/** A preset of the record. */
function presetOf({ path, preset }: DraftNode, { record }: Method): object {
  if (preset === null) return {};
  try {
    return presetOptions(record, preset);
  } catch (error) {
    throw new SpecError(`${path}: ${(error as Error).message}`, { path: `${path}.preset` }, error);
  }
}

function fits(method: Method, stage: PlanNode["stage"]): boolean {
  const { kind } = method.record;
  if (stage === "reward") return kind === "verifier" || kind === "reward";
  return kind === "kernel" && (stage === "credit") === (shapingMethod(method) === null);
}

function room(stage: PlanNode["stage"]): string {
  return stage === "reward" ? "verify" : stage === "credit" ? "credit" : "shaping";
}

function readsNothing({ path, of, by }: DraftNode): void {
  if (of.length > 0) throw new SpecError(`${path}: must read the rollout only, got of: ${show(of)}`, { path });
  if (by !== null) throw new SpecError(`${path}: must read the rollout only, got by: ${show(by)}`, { path });
}

function readsStages({ path, of, weights, by }: DraftNode): void {
  if (of.length < 2) throw new SpecError(`${path}: of must name the stages in their order, two at least, got ${show(of)}`, { path });
  if (new Set(of).size < of.length) throw new SpecError(`${path}: of must name each stage once, got ${show(of)}`, { path });
  if (weights !== null) throw new SpecError(`${path}: of must be a list without weights, got ${show(weights)}`, { path });
  if (by !== null) throw new SpecError(`${path}: must not have by, got ${show(by)}`, { path });
}

function reads({ path, method, of, weights, by }: DraftNode): void {
  if (shapingMethod(method as Method)!.inputs === "weights") {
    if (of.length === 0) throw new SpecError(`${path}: of must name the nodes to read with their weights, got nothing`, { path });
    if (by !== null) throw new SpecError(`${path}: must not have by, got ${show(by)}`, { path });
    return;
  }
  if (of.length !== 1) throw new SpecError(`${path}: of must name one node, got ${show(of)}`, { path });
  if (weights !== null) throw new SpecError(`${path}: of must be a list without weights, got ${show(Object.fromEntries(of.map((name, i) => [name, weights[i]])))}`, { path });
  if (by === null) throw new SpecError(`${path}: by must name the node that decides, got nothing`, { path });
}

/** Topological order, as written where the order is free. @throws SpecError for an unknown name or a cycle */
function inOrder(nodes: readonly DraftNode[]): DraftNode[] {
  const byName = new Map<string, DraftNode>();
  for (const node of nodes) {
    const taken = byName.has(node.name) || (node.name === FINAL && node.stage !== "final");
    if (taken) throw new SpecError(`${node.path}: the name ${JSON.stringify(node.name)} must be free, got one that is taken`, { path: node.path });
    byName.set(node.name, node);
  }
  const done = new Set<string>();
  const ordered: DraftNode[] = [];
  const visit = (node: DraftNode, trail: readonly string[]): void => {
    if (done.has(node.name)) return;
    if (trail.includes(node.name)) {
      const cycle = [...trail.slice(trail.indexOf(node.name)), node.name].join(" → ");
      throw new SpecError(`${node.path}: nodes must not read each other in a cycle, got ${cycle}`, { path: node.path, cycle });
    }
    for (const name of node.by === null ? node.of : [...node.of, node.by]) {
      const read = byName.get(name);
      if (read === undefined || read.stage === "final") throw new SpecError(`${node.path}: no node ${JSON.stringify(name)}${suggestion(name, byName.keys())}`, { path: node.path, name });
      visit(read, [...trail, node.name]);
    }
    done.add(node.name);
    ordered.push(node);
  };
  for (const node of nodes) visit(node, []);
  return ordered;
}
