/** What every method is: something callable with a record on it. */
import type { OptionsSchema } from "../options.ts";
import type { Crediting, Need, Reduces } from "../reward.ts";

export type MethodKind = "kernel" | "objective" | "verifier" | "reward" | "procedure";

/** Where a method was published. */
export interface Paper {
  readonly title: string;
  readonly url?: string;
  readonly equation?: string;
}

/** A method as data. */
export interface MethodRecord<Kind extends MethodKind = MethodKind> {
  /** `room/name`, kebab case; also the path of the file. */
  readonly id: string;
  readonly kind: Kind;
  /** Acronyms the field uses for it. */
  readonly aliases: readonly string[];
  /** How much of the data one call must see. */
  readonly reduces: Reduces;
  readonly needs: readonly Need[];
  readonly paper?: Paper;
  /** Catalogue systems this method implements. */
  readonly systems: readonly string[];
  /** The options schema; `z.toJSONSchema` of it is what terminal, server and docs show. */
  readonly options: OptionsSchema<any>;
  /** How a credit kernel is called on rollouts; absent where its inputs are none that rollouts carry. */
  readonly credits?: Crediting;
  /** Options under which this method is a framework's, by `framework@version`; what is not listed is as by default. */
  readonly presets: Readonly<Record<string, object>>;
  /** Names of a kernel's positional arguments, in their order: `name?` where one may be null. */
  readonly args?: readonly string[];
  /** Names of the inputs of a method that takes them by name, and which of them must be given. */
  readonly inputs?: Readonly<Record<string, "required" | "optional">>;
}

/** What every definition says of itself. */
export interface MethodHead<O extends object> {
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly paper?: Paper;
  readonly systems?: readonly string[];
  readonly options: OptionsSchema<O>;
  /** Where a framework's convention differs: its options, by `framework@version`. */
  readonly presets?: Readonly<Record<string, Partial<O>>>;
  /** Of a credit kernel: what its arguments are of rollouts, in their order. */
  readonly credits?: Crediting;
}

/** Anything with a record on it; its kind is in the type, so that a credit kernel is no verifier to the compiler. */
export interface Method<Kind extends MethodKind = MethodKind> {
  readonly record: MethodRecord<Kind>;
}

/** An array-like of numbers: kernels take any, and return new typed arrays. */
export type Series = ArrayLike<number>;

/** A record from what a definition says of itself. */
export function makeRecord<Kind extends MethodKind>(kind: Kind, head: MethodHead<any>, reduces: Reduces, needs: readonly Need[]): MethodRecord<Kind> {
  return {
    id: head.id,
    kind,
    aliases: head.aliases ?? [],
    reduces,
    needs,
    ...(head.paper === undefined ? {} : { paper: head.paper }),
    systems: head.systems ?? [],
    options: head.options,
    presets: head.presets ?? {},
    ...(head.credits === undefined ? {} : { credits: head.credits }),
  };
}

/** The export's name of an id: the camel case of its last part. */
export function exportName(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1).replace(/-([a-z0-9])/g, (_, c: string) => c.toUpperCase());
}

/** Gives a function the name of its method. */
export function named<F extends Function>(f: F, id: string): F {
  Object.defineProperty(f, "name", { value: exportName(id), configurable: true });
  return f;
}
