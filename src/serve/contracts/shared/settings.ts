/** Settings of a contract: text from the terminal, checked once, with defaults where a contract was opened without any. */
import type { z } from "zod";
import { parseOptions, type OptionsSchema } from "../../../core/options.ts";
import type { Contract } from "../../contract.ts";

/** The part of a contract that its settings make, and how its routes read them. */
export interface Settings<S extends object> {
  readonly parts: Required<Pick<Contract, "settings" | "open">>;
  /** What `open` gave, or the defaults where nobody opened. */
  of(parts: { readonly state: unknown }): S;
}

/** Settings of a contract by a schema whose fields all have defaults. `open` throws OptionError naming the setting. */
export function contractSettings<S extends object>(name: string, schema: z.ZodType<S> & OptionsSchema<S>): Settings<S> {
  const where = `--contract ${name}`;
  return {
    parts: { settings: Object.keys(schema.shape), open: async (given) => parseOptions(where, schema, given as Partial<S>) },
    of: ({ state }) => (state === undefined ? parseOptions(where, schema, {}) : (state as S)),
  };
}
