/** What a run that runs programs says of where it runs them: once, before the first row. */
import type { CapabilityProvider } from "../core/capabilities.ts";
import { tame } from "./tame.ts";

/** The provider, which says on `write` what isolation it found and what Python has; threads that open their own say nothing. */
export function announced(open: CapabilityProvider, write: (text: string) => void): CapabilityProvider {
  return async (names, settings) => {
    const opened = await open(names, settings);
    const { execute } = opened.given;
    if (execute !== undefined) write(`programs run in ${execute.isolation.kind === "remote" ? "a remote sandbox" : execute.isolation.kind}\n${execute.isolation.layers.map((layer) => `  ${tame(layer)}\n`).join("")}`);
    return opened;
  };
}
