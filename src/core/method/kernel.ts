/** Kernels: arrays in, array or number out. */
import { finiteResult } from "../finite.ts";
import { requireArguments, requireInputs, type ArgumentNames, type InputNames } from "../inputs.ts";
import { parseOptions } from "../options.ts";
import type { Need, Reduces } from "../reward.ts";
import { presetOptions } from "./presets.ts";
import { exportName, makeRecord, named, type Method, type MethodHead, type MethodRecord } from "./record.ts";

/** Arrays in, array or number out; finite, or an error. `.run` is the raw function for hot loops: resolved options, no checks of them or of the result. */
export interface Kernel<Args extends readonly unknown[], O extends object, Out> extends Method<"kernel"> {
  (...args: [...Args, options?: Partial<O>]): Out;
  with(options: Partial<O>): BoundKernel<Args, O, Out>;
  /** Bound as a framework has it: `verl@0.9.1`, or `verl` for the newest version; `paper` is the defaults. Options given go before it. */
  preset(name: string, options?: Partial<O>): BoundKernel<Args, O, Out>;
  readonly run: (...args: [...Args, options: O]) => Out;
}

/** A kernel with its options bound; what a reward spec holds. */
export interface BoundKernel<Args extends readonly unknown[], O extends object, Out> extends Method<"kernel"> {
  (...args: Args): Out;
  readonly options: Readonly<O>;
}

export interface KernelDefinition<Args extends readonly unknown[], O extends object, Out> extends MethodHead<O> {
  readonly reduces: Reduces;
  readonly needs?: readonly Need[];
  /** Names of the positional arguments before the options, in their order: `name?` where one may be null. */
  readonly args: ArgumentNames<Args>;
  /** Of a kernel whose one argument is inputs by name. */
  readonly inputs?: Args[0] extends object ? InputNames<Args[0]> : never;
  /** Infinity is one of its values, as a distance between what is not connected; elsewhere it is an overflow, and refused. */
  readonly unbounded?: boolean;
  readonly run: (...args: [...Args, options: O]) => Out;
}

/** Defines a kernel: see `credit/group-relative` for the shape of one. */
export function defineKernel<Args extends readonly unknown[], O extends object, Out>(
  definition: KernelDefinition<Args, O, Out>,
): Kernel<Args, O, Out> {
  const { id, args: names, inputs, options: schema, run } = definition;
  const record: MethodRecord<"kernel"> = { ...makeRecord("kernel", definition, definition.reduces, definition.needs ?? []), args: names, ...(inputs === undefined ? {} : { inputs }) };
  const arity = names.length;
  const name = exportName(id);
  const checked = (out: Out): Out => (definition.unbounded === true ? out : finiteResult(name, out));
  let defaults: O | undefined;
  const resolve = (given: unknown): O => (given === undefined ? (defaults ??= parseOptions(name, schema, {})) : parseOptions(name, schema, given));
  const runChecked = (all: readonly unknown[], options: O): Out => {
    if (inputs === undefined) requireArguments(name, names, all);
    else requireInputs(name, inputs, all[0]);
    return checked(run(...([...all.slice(0, arity), options] as unknown as [...Args, O])));
  };
  const call = (...all: unknown[]): Out => runChecked(all, resolve(all[arity]));
  const kernel = named(call, id);
  const bind = (options: Partial<O>): BoundKernel<Args, O, Out> => {
    const resolved = resolve(options);
    const bound = named((...all: unknown[]): Out => runChecked(all, resolved), id);
    return Object.assign(bound, { record, options: resolved }) as unknown as BoundKernel<Args, O, Out>;
  };
  return Object.assign(kernel, {
    record,
    run,
    with: bind,
    preset: (preset: string, options?: Partial<O>) => bind({ ...presetOptions<O>(record, preset), ...options }),
  }) as unknown as Kernel<Args, O, Out>;
}
