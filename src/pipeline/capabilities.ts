/** Capabilities of a run: opened once a thread where the plan needs any, closed when it ends. */
import { CAPABILITIES, type CapabilityProvider, type CapabilitySettings, type OpenCapabilities } from "../core/capabilities.ts";
import { GuerdonError } from "../core/errors.ts";
import type { Need } from "../core/reward.ts";

const NONE: OpenCapabilities = { given: {}, close: async () => undefined };

/** Opens what is needed and not given already. @throws BoundaryError where it cannot be had */
export async function openNeeded(needs: readonly Need[], settings: CapabilitySettings, provider: CapabilityProvider | undefined, given: Readonly<Record<string, unknown>> = {}): Promise<OpenCapabilities> {
  const names = CAPABILITIES.filter((name) => needs.includes(name) && given[name] === undefined);
  if (names.length === 0) return NONE;
  if (provider === undefined) throw new GuerdonError("state", `score: the reward needs ${names.join(", ")}, and nothing was given to open it with`, { needs: names });
  return provider(names, settings);
}
