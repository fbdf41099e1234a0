/** Rewards: a rollout and capabilities to a RewardValue. */
import { parseOptions } from "../options.ts";
import type { Capabilities, Need, Reduces, RewardValue } from "../reward.ts";
import type { Rollout } from "../rollout.ts";
import { exportName, makeRecord, named, type Method, type MethodHead } from "./record.ts";

/** A reward method: a rollout and capabilities in, a RewardValue out. */
export interface RewardMethod<O extends object> extends Method<"reward"> {
  (rollout: Rollout, capabilities?: Capabilities, options?: Partial<O>): RewardValue | Promise<RewardValue>;
  with(options: Partial<O>): BoundRewardMethod<O>;
  readonly run: (rollout: Rollout, capabilities: Capabilities, options: O) => RewardValue | Promise<RewardValue>;
}

export interface BoundRewardMethod<O extends object> extends Method<"reward"> {
  (rollout: Rollout, capabilities?: Capabilities): RewardValue | Promise<RewardValue>;
  readonly options: Readonly<O>;
}

export interface RewardMethodDefinition<O extends object> extends MethodHead<O> {
  readonly reduces?: Reduces;
  readonly needs?: readonly Need[];
  readonly run: (rollout: Rollout, capabilities: Capabilities, options: O) => RewardValue | Promise<RewardValue>;
}

/** Defines a reward method. (`defineReward`, at the front door, composes them into a spec.) */
export function defineRewardMethod<O extends object>(definition: RewardMethodDefinition<O>): RewardMethod<O> {
  const { id, options: schema, run } = definition;
  const record = makeRecord("reward", definition, definition.reduces ?? "row", definition.needs ?? []);
  const name = exportName(id);
  const call = named(
    (rollout: Rollout, capabilities: Capabilities = {}, options?: Partial<O>) => run(rollout, capabilities, parseOptions(name, schema, options)),
    id,
  );
  return Object.assign(call, {
    record,
    run,
    with(options: Partial<O>): BoundRewardMethod<O> {
      const resolved = parseOptions(name, schema, options);
      const bound = named((rollout: Rollout, capabilities: Capabilities = {}) => run(rollout, capabilities, resolved), id);
      return Object.assign(bound, { record, options: resolved });
    },
  });
}
