/** Methods as plain data: what `guerdon methods --json` prints and the server answers. */
import { z } from "zod";
import type { Method } from "../core/method.ts";
import { readEvidence } from "./evidence.ts";
import { methodSummary } from "./summary.ts";

export interface MethodEntry {
  readonly id: string;
  readonly kind: string;
  readonly reduces: string;
  readonly needs: readonly string[];
  readonly aliases: readonly string[];
  readonly summary: string | null;
  readonly paper: { readonly title: string; readonly url?: string } | null;
  readonly systems: readonly string[];
  /** JSON Schema of the options, with defaults and ranges. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Options that differ from the defaults, by framework and version. */
  readonly presets: Readonly<Record<string, object>>;
}

/** Describes methods, in their order. */
export async function methodEntries(methods: readonly Method[]): Promise<MethodEntry[]> {
  const evidence = await readEvidence();
  return Promise.all(
    methods.map(async ({ record }) => ({
      id: record.id,
      kind: record.kind,
      reduces: record.reduces,
      needs: record.needs,
      aliases: record.aliases,
      summary: (await methodSummary(record.id)) ?? null,
      paper: record.paper ?? null,
      systems: [...new Set([...record.systems, ...evidence.filter(({ uses }) => uses.includes(record.id)).map(({ id }) => id)])].sort(),
      options: z.toJSONSchema(record.options, { io: "input", unrepresentable: "any" }) as Readonly<Record<string, unknown>>,
      presets: record.presets,
    })),
  );
}
