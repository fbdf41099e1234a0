/** Presets: a method's options as a framework has them, by `framework@version`. */
import { nearest, OptionError, show } from "../errors.ts";
import { exportName, type MethodRecord } from "./record.ts";

/** The full name of a preset, with its version: the newest where none is given; null where the method has none of that name. */
export function presetName({ presets }: Pick<MethodRecord, "presets">, name: string): string | null {
  if (Object.hasOwn(presets, name)) return name;
  const versions = Object.keys(presets).filter((each) => each.startsWith(`${name}@`));
  return versions.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1) ?? null;
}

/**
 * The options of a preset; those of `paper` are the defaults.
 * @throws OptionError with the nearest name
 */
export function presetOptions<O extends object>(record: Pick<MethodRecord, "id" | "presets">, name: string): Partial<O> {
  const full = presetName(record, name);
  if (full !== null) return record.presets[full] as Partial<O>;
  if (name === "paper") return {};
  const known = ["paper", ...new Set(Object.keys(record.presets).flatMap((each) => [each.slice(0, each.indexOf("@")), each]))];
  const near = nearest(name, known);
  throw new OptionError(`${exportName(record.id)}: preset must be one of ${known.join(", ")}, got ${show(name)}${near === undefined ? "" : `; did you mean ${JSON.stringify(near)}?`}`, { preset: name, known });
}
