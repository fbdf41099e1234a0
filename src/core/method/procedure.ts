/** Procedures: search, curation, training, as streams of events with a result. */
import { parseOptions } from "../options.ts";
import type { Need } from "../reward.ts";
import { exportName, makeRecord, named, type Method, type MethodHead } from "./record.ts";

/** Search, curation, training: an async generator of events whose return value is the result. */
export interface Procedure<In, O extends object, Event, Result> extends Method<"procedure"> {
  (input: In, options?: Partial<O>): AsyncGenerator<Event, Result, void>;
  with(options: Partial<O>): BoundProcedure<In, O, Event, Result>;
  readonly run: (input: In, options: O) => AsyncGenerator<Event, Result, void>;
}

export interface BoundProcedure<In, O extends object, Event, Result> extends Method<"procedure"> {
  (input: In): AsyncGenerator<Event, Result, void>;
  readonly options: Readonly<O>;
}

export interface ProcedureDefinition<In, O extends object, Event, Result> extends MethodHead<O> {
  readonly needs?: readonly Need[];
  readonly run: (input: In, options: O) => AsyncGenerator<Event, Result, void>;
}

export function defineProcedure<In, O extends object, Event, Result>(
  definition: ProcedureDefinition<In, O, Event, Result>,
): Procedure<In, O, Event, Result> {
  const { id, options: schema, run } = definition;
  const record = makeRecord("procedure", definition, "stream", definition.needs ?? []);
  const name = exportName(id);
  const call = named((input: In, options?: Partial<O>) => run(input, parseOptions(name, schema, options)), id);
  return Object.assign(call, {
    record,
    run,
    with(options: Partial<O>): BoundProcedure<In, O, Event, Result> {
      const resolved = parseOptions(name, schema, options);
      return Object.assign(named((input: In) => run(input, resolved), id), { record, options: resolved });
    },
  });
}
