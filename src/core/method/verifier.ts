/** Verifiers: a response, and a reference where one is needed, to a verdict. */
import { requireResponse } from "../inputs.ts";
import { parseOptions } from "../options.ts";
import type { Need } from "../reward.ts";
import type { Verdict } from "../verdict.ts";
import { exportName, makeRecord, named, type Method, type MethodHead } from "./record.ts";

/** What a verifier may know beside the response: its prompt, and capabilities (`execute`, `query`, `solve`) where it needs them. */
export interface VerifyContext {
  readonly prompt?: string;
  readonly signal?: AbortSignal;
  readonly [capability: string]: unknown;
}

/** A verifier with reference and options bound: the reference is parsed once a group. */
export type PreparedVerifier<V extends Verdict | Promise<Verdict> = Verdict> = (response: string, context?: VerifyContext) => V;

/** Checks a response against a reference. */
export interface Verifier<Ref, O extends object, V extends Verdict | Promise<Verdict> = Verdict> extends Method<"verifier"> {
  (response: string, reference: Ref, options?: Partial<O>, context?: VerifyContext): V;
  prepare(reference: Ref, options?: Partial<O>): PreparedVerifier<V>;
  with(options: Partial<O>): BoundVerifier<Ref, O, V>;
  /** Raw form: resolved options. */
  readonly run: (reference: Ref, options: O) => PreparedVerifier<V>;
}

/** A verifier with its options bound; what a reward spec holds. */
export interface BoundVerifier<Ref, O extends object, V extends Verdict | Promise<Verdict> = Verdict> extends Method<"verifier"> {
  (response: string, reference: Ref, context?: VerifyContext): V;
  prepare(reference: Ref): PreparedVerifier<V>;
  readonly options: Readonly<O>;
}

export interface VerifierDefinition<Ref, O extends object, V extends Verdict | Promise<Verdict>> extends MethodHead<O> {
  readonly needs?: readonly Need[];
  readonly prepare: (reference: Ref, options: O) => PreparedVerifier<V>;
}

/** The same, refusing a response that is no text before it is looked at. */
function checked<V extends Verdict | Promise<Verdict>>(where: string, prepared: PreparedVerifier<V>): PreparedVerifier<V> {
  return (response, context) => {
    requireResponse(where, response);
    return prepared(response, context);
  };
}

/** Defines a verifier that compares with a reference. */
export function defineVerifier<Ref, O extends object, V extends Verdict | Promise<Verdict> = Verdict>(
  definition: VerifierDefinition<Ref, O, V>,
): Verifier<Ref, O, V> {
  const { id, options: schema, prepare } = definition;
  const record = makeRecord("verifier", definition, "row", definition.needs ?? ["reference"]);
  const name = exportName(id);
  let defaults: O | undefined;
  const resolve = (given: unknown): O => (given === undefined ? (defaults ??= parseOptions(name, schema, {})) : parseOptions(name, schema, given));
  const prepared = (reference: Ref, options: O): PreparedVerifier<V> => checked(name, prepare(reference, options));
  const call = named((response: string, reference: Ref, options?: Partial<O>, context?: VerifyContext): V => prepared(reference, resolve(options))(response, context), id);
  return Object.assign(call, {
    record,
    run: prepare,
    prepare: (reference: Ref, options?: Partial<O>) => prepared(reference, resolve(options)),
    with(options: Partial<O>): BoundVerifier<Ref, O, V> {
      const resolved = resolve(options);
      const bound = named((response: string, reference: Ref, context?: VerifyContext): V => prepared(reference, resolved)(response, context), id);
      return Object.assign(bound, { record, options: resolved, prepare: (reference: Ref) => prepared(reference, resolved) });
    },
  });
}

/** Checks the form of a response; no reference. */
export interface FormatVerifier<O extends object> extends Method<"verifier"> {
  (response: string, options?: Partial<O>): Verdict;
  with(options: Partial<O>): BoundFormatVerifier<O>;
  readonly run: (options: O) => PreparedVerifier;
}

export interface BoundFormatVerifier<O extends object> extends Method<"verifier"> {
  (response: string): Verdict;
  readonly options: Readonly<O>;
  readonly prepared: PreparedVerifier;
}

export interface FormatVerifierDefinition<O extends object> extends MethodHead<O> {
  readonly check: (options: O) => PreparedVerifier;
}

/** Defines a verifier that needs no reference: tags, length, repetition. */
export function defineFormatVerifier<O extends object>(definition: FormatVerifierDefinition<O>): FormatVerifier<O> {
  const { id, options: schema, check } = definition;
  const record = makeRecord("verifier", definition, "row", []);
  const name = exportName(id);
  const call = named((response: string, options?: Partial<O>) => checked(name, check(parseOptions(name, schema, options)))(response), id);
  return Object.assign(call, {
    record,
    run: check,
    with(options: Partial<O>): BoundFormatVerifier<O> {
      const resolved = parseOptions(name, schema, options);
      const prepared = checked(name, check(resolved));
      return Object.assign(named((response: string) => prepared(response), id), { record, options: resolved, prepared });
    },
  });
}
