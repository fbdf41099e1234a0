/** The native call `advantages`: a credit kernel over a packed batch. */
import { z } from "zod";
import { GuerdonError, OptionError, show, UnknownMethodError } from "../../core/errors.ts";
import { exportName, type Kernel, type Method } from "../../core/method.ts";
import { creditPacked, creditsPacked, type CreditKernel, type PackedArrays } from "../../credit/index.ts";
import { idsMeant, meantSuggestion } from "../../pipeline/meant.ts";
import type { FrameArray } from "../arrays.ts";
import { fieldFault } from "../contract.ts";
import type { NativeContext, NativeAnswer } from "./call.ts";
import { numbersOfArray, wholeNumbers } from "./numbers.ts";

/** The body of `advantages`; arrays stand in the body as lists (null: not scored), or in the frame. */
export interface AdvantagesBody {
  /** Id of a credit kernel: `credit/group-relative`. */
  readonly method: string;
  /** A framework's options: `verl`, `trl@1.16.0`. */
  readonly preset?: string | undefined;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  /** Gives the returns too, of methods that have them. */
  readonly returns?: boolean | undefined;
  /** `rewards` and `groups` a response, `cu_seqlens`, and `mask`, `token_rewards`, `values` … a token. */
  readonly [array: string]: unknown;
}

export const advantagesBody: z.ZodType<AdvantagesBody> = z
  .object({
    method: z.string(),
    preset: z.string().optional(),
    options: z.record(z.string(), z.unknown()).optional(),
    returns: z.boolean().optional(),
    rewards: z.array(z.number().nullable()).optional(),
    groups: z.union([z.array(z.number()), z.array(z.string())]).optional(),
    cu_seqlens: z.array(z.int()).optional(),
  })
  .catchall(z.array(z.number())) as unknown as z.ZodType<AdvantagesBody>;

/** The answer of `advantages` as JSON; a frame has the lists as arrays. */
export interface AdvantagesAnswer {
  readonly method: string;
  readonly per: "response" | "token";
  readonly advantages: readonly (number | null)[];
  readonly returns?: readonly (number | null)[] | undefined;
}

export const advantagesAnswer: z.ZodType<AdvantagesAnswer> = z.looseObject({
  method: z.string(),
  per: z.enum(["response", "token"]),
  advantages: z.array(z.number().nullable()),
  returns: z.array(z.number().nullable()).optional(),
}) as unknown as z.ZodType<AdvantagesAnswer>;

/** Advantages of a packed batch. Arrays come back under `advantages` (and `returns`): NaN where a reward was. @throws GuerdonError */
export async function advantages({ method: id, preset, options = {}, returns = false, ...lists }: AdvantagesBody, arrays: Readonly<Record<string, FrameArray>>, { methods }: Pick<NativeContext, "methods">): Promise<NativeAnswer> {
  const method = id.startsWith("credit/") ? await methods(id) : undefined;
  if (method === undefined) throw new UnknownMethodError(`advantages: method must be the id of a credit kernel, got ${show(id)}${meantSuggestion(idsMeant(id, await methods.known()))}`, { path: "method", id });
  if (!creditsPacked(method)) throw new OptionError(`advantages: method must be one that packed arrays can be credited with, got ${id}: call it in code`, { path: "method", id });
  const given: Record<string, PackedArrays[string]> = {};
  for (const [name, array] of Object.entries(arrays)) given[name] = name === "groups" || name === "cu_seqlens" ? wholeNumbers(array, name) : numbersOfArray(array, name);
  for (const [name, list] of Object.entries(lists)) {
    if (list === undefined) continue;
    if (name in given) throw fieldFault(name, "must stand in the body or in the frame, got both");
    given[name] = name === "groups" ? (list as readonly string[]) : Float64Array.from(list as readonly (number | null)[], (x) => x ?? Number.NaN);
  }
  const { id: name } = method.record;
  const credited = named(name, () => creditPacked(bound(method, preset, options), given));
  const out: Record<string, FrameArray> = { advantages: credited.advantages, ...credited.also };
  if (returns) out["returns"] = named(name, () => creditPacked(bound(method, preset, { ...options, ...returnOptions(method) }), given).advantages);
  return { body: { method: id, per: credited.per }, arrays: out };
}

/** A kernel's errors by the id that it was asked for, in place of its name in code. */
function named<Result>(id: string, credit: () => Result): Result {
  const prefix = `${exportName(id)}: `;
  try {
    return credit();
  } catch (error) {
    if (!(error instanceof GuerdonError) || !error.message.startsWith(prefix)) throw error;
    throw new GuerdonError(error.code, `${id}: ${error.message.slice(prefix.length)}`, error.details, error);
  }
}

function bound(method: Method, preset: string | undefined, options: Readonly<Record<string, unknown>>): CreditKernel {
  const kernel = method as unknown as Kernel<[], object, unknown>;
  return (preset === undefined ? kernel.with(options) : kernel.preset(preset, options)) as unknown as CreditKernel;
}

/** Options under which a method gives returns. @throws OptionError where it has none */
function returnOptions({ record }: Method): Readonly<Record<string, unknown>> {
  if (record.options.shape["output"]?.safeParse("return").success === true) return { output: "return" };
  throw new OptionError(`advantages: returns must be asked of a method that has them, got ${record.id}`, { path: "returns", id: record.id });
}

/** An answer with its arrays as lists: null for what is no number. */
export function asJson({ body, arrays }: NativeAnswer): unknown {
  const names = Object.keys(arrays);
  if (names.length === 0) return body;
  return { ...(body as object), ...Object.fromEntries(names.map((name) => [name, Array.from(arrays[name] as Float64Array, (x) => (Number.isNaN(x) ? null : x))])) };
}
