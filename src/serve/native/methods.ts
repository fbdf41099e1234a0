/** The native call `methods`: records of methods, with the schemas of their options. */
import { z } from "zod";
import { creditsPacked, wireNames } from "../../credit/index.ts";

/** The body of `methods`: all of them, or one. */
export interface MethodsBody {
  readonly id?: string | undefined;
}

export const methodsBody: z.ZodType<MethodsBody> = z.strictObject({ id: z.string().optional() });

export const methodsAnswer: z.ZodType = z.object({ methods: z.array(z.looseObject({ id: z.string(), kind: z.string() })) });

/** Records of methods, as `guerdon methods --json` prints them, with the arrays that `advantages` takes for each. @throws UnknownMethodError */
export async function methodRecords({ id }: MethodsBody): Promise<{ readonly methods: readonly object[] }> {
  const [{ findMethod, listMethods }, { methodEntries }] = await Promise.all([import("../../catalog/rooms.ts"), import("../../catalog/method-entry.ts")]);
  const found = id === undefined ? await listMethods() : [await findMethod(id)];
  const entries = await methodEntries(found);
  return { methods: entries.map((entry, i) => (creditsPacked(found[i]!) ? { ...entry, arrays: wireNames(found[i]!.record) } : entry)) };
}
