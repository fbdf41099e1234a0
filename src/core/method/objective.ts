/** Objectives: losses with their gradients in closed form. */
import { finiteResult } from "../finite.ts";
import { requireInputs, type InputNames } from "../inputs.ts";
import { parseOptions } from "../options.ts";
import type { Need, Reduces } from "../reward.ts";
import { presetOptions } from "./presets.ts";
import { exportName, makeRecord, named, type Method, type MethodHead, type MethodRecord } from "./record.ts";

/** Value, gradient by input name and metrics of a loss. */
export interface ObjectiveResult<G extends string> {
  readonly value: number;
  /** The losses that `value` reduces: one a token, sequence, pair or group, as the method says. */
  readonly losses: Float64Array;
  readonly gradient: Readonly<Record<G, Float64Array>>;
  readonly metrics: Readonly<Record<string, number>>;
}

/** A loss with a closed-form gradient. Inputs are named, because four positional arrays get swapped. */
export interface Objective<In extends object, G extends string, O extends object> extends Method<"objective"> {
  (inputs: In, options?: Partial<O>): ObjectiveResult<G>;
  with(options: Partial<O>): BoundObjective<In, G, O>;
  /** Bound as a framework has it: `verl@0.9.1`, or `verl` for the newest version; `paper` is the defaults. Options given go before it. */
  preset(name: string, options?: Partial<O>): BoundObjective<In, G, O>;
  readonly run: (inputs: In, options: O) => ObjectiveResult<G>;
  /** Inputs the source detaches: no gradient flows through them. */
  readonly frozen: readonly string[];
}

export interface BoundObjective<In extends object, G extends string, O extends object> extends Method<"objective"> {
  (inputs: In): ObjectiveResult<G>;
  readonly options: Readonly<O>;
}

export interface ObjectiveDefinition<In extends object, G extends string, O extends object> extends MethodHead<O> {
  readonly reduces: Reduces;
  readonly needs?: readonly Need[];
  readonly frozen?: readonly string[];
  readonly inputs: InputNames<In>;
  readonly run: (inputs: In, options: O) => ObjectiveResult<G>;
}

export function defineObjective<In extends object, G extends string, O extends object>(
  definition: ObjectiveDefinition<In, G, O>,
): Objective<In, G, O> {
  const { id, inputs: names, options: schema, run } = definition;
  const record: MethodRecord<"objective"> = { ...makeRecord("objective", definition, definition.reduces, definition.needs ?? []), inputs: names };
  const name = exportName(id);
  const runChecked = (inputs: In, options: O): ObjectiveResult<G> => {
    requireInputs(name, names, inputs);
    return finiteResult(name, run(inputs, options));
  };
  const call = named((inputs: In, options?: Partial<O>) => runChecked(inputs, parseOptions(name, schema, options)), id);
  const bind = (options: Partial<O>): BoundObjective<In, G, O> => {
    const resolved = parseOptions(name, schema, options);
    return Object.assign(named((inputs: In) => runChecked(inputs, resolved), id), { record, options: resolved });
  };
  return Object.assign(call, {
    record,
    run,
    frozen: definition.frozen ?? [],
    with: bind,
    preset: (preset: string, options?: Partial<O>) => bind({ ...presetOptions<O>(record, preset), ...options }),
  });
}
