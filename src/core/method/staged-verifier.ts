/** Verifiers in an order: the first whose verdict settles a response decides. */
import { OptionError, show } from "../errors.ts";
import { requireResponse } from "../inputs.ts";
import { parseOptions } from "../options.ts";
import type { Verdict } from "../verdict.ts";
import { exportName, makeRecord, named, type Method, type MethodHead } from "./record.ts";
import type { PreparedVerifier } from "./verifier.ts";

/** Verifiers in an order; the first whose verdict settles a response decides. */
export interface StagedVerifier<O extends object> extends Method<"verifier"> {
  (stages: readonly PreparedVerifier[], options?: Partial<O>): PreparedVerifier;
  (stages: readonly PreparedVerifier<Verdict | Promise<Verdict>>[], options?: Partial<O>): PreparedVerifier<Verdict | Promise<Verdict>>;
  with(options: Partial<O>): BoundStagedVerifier<O>;
  /** Whether no later stage is asked after this verdict; never after one that does not apply. */
  readonly settles: (verdict: Verdict, options: O) => boolean;
}

/** A staged verifier with its options bound; a reward spec names its stages beside it, under `of`. */
export interface BoundStagedVerifier<O extends object> extends Method<"verifier"> {
  readonly settles: (verdict: Verdict, options: O) => boolean;
  readonly options: Readonly<O>;
}

export interface StagedVerifierDefinition<O extends object> extends MethodHead<O> {
  readonly settles: (verdict: Verdict, options: O) => boolean;
}

/** Defines a verifier that asks others in order: see `verify/cascade`. */
export function defineStagedVerifier<O extends object>(definition: StagedVerifierDefinition<O>): StagedVerifier<O> {
  const { id, options: schema, settles } = definition;
  const record = makeRecord("verifier", definition, "row", []);
  const name = exportName(id);
  const call = named((stages: readonly PreparedVerifier<Verdict | Promise<Verdict>>[], options?: Partial<O>): PreparedVerifier<Verdict | Promise<Verdict>> => {
    if (!Array.isArray(stages) || stages.length === 0) throw new OptionError(`${name}: stages must be prepared verifiers, one at least, got ${show(stages)}`);
    const resolved = parseOptions(name, schema, options);
    return (response, context) => {
      requireResponse(name, response);
      const ask = (from: number, last: Verdict | null): Verdict | Promise<Verdict> => {
        for (let stage = from; stage < stages.length; stage++) {
          const verdict = stages[stage]!(response, context);
          if (verdict instanceof Promise) return verdict.then((settled) => (settles(settled, resolved) ? settled : ask(stage + 1, laterOf(last, settled))));
          last = laterOf(last, verdict);
          if (settles(verdict, resolved)) return verdict;
        }
        return last!;
      };
      return ask(0, null);
    };
  }, id);
  return Object.assign(call, {
    record,
    settles,
    with: (options: Partial<O>): BoundStagedVerifier<O> => ({ record, settles, options: parseOptions(name, schema, options) }),
  }) as unknown as StagedVerifier<O>;
}

/** A verdict that does not apply takes no other's place. */
function laterOf(last: Verdict | null, verdict: Verdict): Verdict {
  return last !== null && verdict.status === "not-applicable" ? last : verdict;
}
