/** A spec from a file or a value: YAML, JSON or a module, its methods found, compiled. */
import { readFile } from "node:fs/promises";
import { registerHooks } from "node:module";
import { dirname, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { BoundaryError, show, SpecError, suggestion, UnknownMethodError } from "../core/errors.ts";
import type { Method } from "../core/method.ts";
import type { RewardFunction } from "../core/reward.ts";
import { sha256 } from "../core/sha256.ts";
import { compile, type CompiledReward } from "./compile.ts";
import { isDefinedReward } from "./define.ts";
import { FINAL, type Draft, type DraftNode } from "./draft.ts";
import { idsMeant, meantSuggestion } from "./meant.ts";
import { parseSpec } from "./spec.ts";
import type { MethodResolver, NodeSpec, Plan, PlanNode, RewardSpecDocument } from "./types.ts";

/** Where a reward comes from, as plain data: workers get it and compile it themselves. */
export type RewardSource =
  /** A document; `base` is the folder that `use: ./file.ts#name` starts from, null where none may be loaded. `file` is what errors name. */
  | { readonly kind: "document"; readonly document: unknown; readonly base: string | null; readonly file?: string }
  /** An export of a module, made by `defineReward`. */
  | { readonly kind: "module"; readonly file: string; readonly name: string }
  /** Scorers of a plan that are methods of rooms; no shaping and no credit. */
  | { readonly kind: "scorers"; readonly nodes: readonly PlanNode[]; readonly seed: number };

export interface CompileOptions {
  /** Finds methods by id. */
  readonly methods: MethodResolver;
  /** The folder that `use: ./file.ts#name` starts from; null (over HTTP) refuses it. */
  readonly base?: string | null;
}

/** The spec used where none is given: right or wrong against the recognised reference, advantages by group. */
export const DEFAULT_SPEC: RewardSpecDocument = { guerdon: 1, rewards: { correct: "verify/math" }, credit: "credit/group-relative" };

/** Compiles a spec written in YAML or JSON, parsed. @throws SpecError, UnknownMethodError */
export async function compileSpec(document: unknown, { methods, base = null }: CompileOptions): Promise<CompiledReward> {
  return compile(await draftOf(parseSpec(document), methods, base));
}

/** Reads a spec's file and says where it comes from: `.yaml`, `.yml`, `.json`, or a module with `#name` (default `reward`). */
export async function readRewardSource(path: string): Promise<RewardSource> {
  const [file, name] = splitUse(path);
  if (isModule(file)) return { kind: "module", file: resolve(file), name: name ?? "reward" };
  if (![".yaml", ".yml", ".json"].includes(extname(file))) throw new SpecError(`${path}: must be a .yaml, .json, .ts or .js file, got ${show(extname(file))}`, { path });
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new BoundaryError("file", `${file}: the reward spec must be readable, got ${(error as Error).message}`, { file }, error);
  }
  return { kind: "document", document: await parseText(text, file), base: dirname(resolve(file)), file };
}

async function parseText(text: string, file: string): Promise<unknown> {
  try {
    if (extname(file) === ".json") return JSON.parse(text);
    const yaml = await import("yaml");
    return yaml.parse(text, { merge: false });
  } catch (error) {
    throw new SpecError(`${file}: must be ${extname(file) === ".json" ? "JSON" : "YAML"}, got ${(error as Error).message.split("\n")[0]!.replace(/:$/, "")}`, { file }, error);
  }
}

/** Compiles a reward from where it comes. @throws SpecError, UnknownMethodError, BoundaryError */
export async function compileSource(source: RewardSource, methods: MethodResolver): Promise<CompiledReward> {
  if (source.kind === "scorers") return compileScorers(source, methods);
  if (source.kind === "document") {
    try {
      return await compileSpec(source.document, { methods, base: source.base });
    } catch (error) {
      if (source.file === undefined) throw error;
      throw await (await import("./place.ts")).place(error, source.file);
    }
  }
  const value = await loadExport(source.file, source.name, source.file);
  if (!isDefinedReward(value)) throw new SpecError(`${source.file}: export ${JSON.stringify(source.name)} must be made by defineReward, got ${show(value)}`, { file: source.file });
  return value.compiled;
}

/** A cascade comes after its stages, so the last node is no stage. */
async function compileScorers({ nodes, seed }: Extract<RewardSource, { kind: "scorers" }>, methods: MethodResolver): Promise<CompiledReward> {
  const drafts = await Promise.all(nodes.map(async (node): Promise<DraftNode> => ({ ...node, path: node.name, method: await find(node.use, node.name, methods), given: node.options, preset: null })));
  return compile({ columns: {}, models: {}, nodes: drafts, reward: drafts.at(-1)!.name, credit: null, seed });
}

async function draftOf(spec: RewardSpecDocument, methods: MethodResolver, base: string | null): Promise<Draft> {
  const nodes: DraftNode[] = [];
  const add = async (name: string, path: string, stage: PlanNode["stage"], written: string | NodeSpec): Promise<DraftNode> => draftNode(name, path, stage, written, methods, base);
  for (const [name, written] of Object.entries(spec.rewards)) nodes.push(await add(name, `rewards.${name}`, "reward", written));
  for (const [name, written] of Object.entries(spec.shaping ?? {})) nodes.push(await add(name, `shaping.${name}`, "shaping", written));
  const reward = await finalNode(spec, nodes, add);
  return {
    columns: spec.columns ?? {},
    models: spec.models ?? {},
    nodes,
    reward,
    credit: spec.credit === undefined ? null : await add("credit", "credit", "credit", spec.credit),
    seed: spec.seed ?? 0,
  };
}

type Add = (name: string, path: string, stage: PlanNode["stage"], written: string | NodeSpec) => Promise<DraftNode>;

/** The name of the reward's node, which is added where the spec writes one under `reward`. */
async function finalNode(spec: RewardSpecDocument, nodes: DraftNode[], add: Add): Promise<string> {
  if (typeof spec.reward === "string") return spec.reward;
  if (spec.reward !== undefined) {
    nodes.push(await add(FINAL, "reward", "final", spec.reward));
    return FINAL;
  }
  if (nodes.length > 1) throw new SpecError(`reward: must say which of ${nodes.map((node) => node.name).join(", ")} is the reward, or combine them, got nothing`, { path: "reward" });
  return nodes[0]!.name;
}

async function draftNode(name: string, path: string, stage: PlanNode["stage"], written: string | NodeSpec, methods: MethodResolver, base: string | null): Promise<DraftNode> {
  const { use, of, by, model, when, onNull, preset, with: given, ...rest } = typeof written === "string" ? ({ use: written } as NodeSpec) : written;
  const stray = Object.keys(rest)[0];
  if (given !== undefined && stray !== undefined) throw new SpecError(`${path}: ${JSON.stringify(stray)} must stand inside with, since with is there`, { path: `${path}.${stray}` });
  const method = use.startsWith(".") || use.startsWith("/") ? await loadUse(use, path, base) : await find(use, path, methods);
  return {
    name,
    path,
    stage,
    use,
    method,
    given: given ?? rest,
    of: of === undefined ? [] : Array.isArray(of) ? of : Object.keys(of),
    weights: of === undefined || Array.isArray(of) ? null : Object.values(of as Readonly<Record<string, number>>),
    by: by ?? null,
    preset: preset ?? null,
    model: model ?? null,
    when: when ?? null,
    onNull: onNull ?? "skip",
  };
}

async function find(id: string, path: string, methods: MethodResolver): Promise<Method> {
  const method = await methods(id);
  if (method !== undefined) return method;
  const meant = idsMeant(id, await methods.known());
  throw new UnknownMethodError(`${path}: no method ${JSON.stringify(id)}${meantSuggestion(meant)}`, { path, id, nearest: meant[0] });
}

/** A function or a method from a file beside the spec. */
async function loadUse(use: string, path: string, base: string | null): Promise<Method | RewardFunction> {
  if (base === null) throw new SpecError(`${path}: a file may be used on the terminal only, got ${show(use)}`, { path });
  const [file, name] = splitUse(use);
  if (!isModule(file) || name === undefined) throw new SpecError(`${path}: a file must be written ./file.ts#export, got ${show(use)}`, { path });
  const value = await loadExport(resolve(base, file), name, path);
  if (typeof value !== "function") throw new SpecError(`${path}: ${use} must export a function or a method, got ${show(value)}`, { path });
  return value as Method | RewardFunction;
}

let ownResolved = false;

/** A module of the caller's that imports `guerdon` or a room of it gets this package: from a checkout, and outside of any project too. */
function resolveOwn(): void {
  if (ownResolved) return;
  ownResolved = true;
  const ending = extname(import.meta.url);
  registerHooks({
    resolve(specifier, context, next) {
      const room = /^guerdon(?:\/(verify|rollout|shaping|credit|objective|evaluate|sandbox))?$/.exec(specifier);
      if (room === null) return next(specifier, context);
      return { url: new URL(room[1] === undefined ? `../index${ending}` : `../${room[1]}/index${ending}`, import.meta.url).href, shortCircuit: true };
    },
  });
}

async function loadExport(file: string, name: string, where: string): Promise<unknown> {
  resolveOwn();
  let module: Readonly<Record<string, unknown>>;
  try {
    module = (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new BoundaryError("file", `${where}: ${file} must load, got ${(error as Error).message}`, { file }, error);
  }
  if (!Object.hasOwn(module, name)) throw new SpecError(`${where}: ${file} has no export ${JSON.stringify(name)}${suggestion(name, Object.keys(module))}`, { file, name });
  return module[name];
}

/** Hash of the text of the modules a source loads, so that an edited function is another reward; imports of theirs are not followed. */
export async function sourceCode(source: RewardSource, plan: Plan): Promise<string> {
  const base = source.kind === "document" ? source.base : null;
  const loaded = base === null ? [] : plan.nodes.filter((node) => node.use.startsWith(".") || node.use.startsWith("/")).map((node) => resolve(base, splitUse(node.use)[0]));
  const files = source.kind === "module" ? [source.file] : [...new Set(loaded)].toSorted();
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  return sha256(texts.join("\0"));
}

function splitUse(use: string): [file: string, name: string | undefined] {
  const at = use.lastIndexOf("#");
  return at < 0 ? [use, undefined] : [use.slice(0, at), use.slice(at + 1)];
}

function isModule(file: string): boolean {
  return /\.[mc]?[jt]s$/.test(file);
}
