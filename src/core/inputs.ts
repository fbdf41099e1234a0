/** What a method is called with, checked once a call: arguments that are there, and named inputs that it knows. */
import { OptionError, ShapeError, show, suggestion } from "./errors.ts";

/** The names of a method's inputs, and which of them must be given; the compiler holds them equal to the fields of the interface. */
export type InputNames<In extends object> = { readonly [Name in keyof In]-?: object extends Pick<In, Name> ? "optional" : "required" };

/** Names of the positional arguments before the options, in their order: `name?` where one may be null. */
export type ArgumentNames<Args extends readonly unknown[]> = { readonly [At in keyof Args]: null extends Args[At] ? `${string}?` : string };

/** Checks that every argument is there. @throws ShapeError with the name of the one that is missing */
export function requireArguments(where: string, names: readonly string[], all: readonly unknown[]): void {
  for (let at = 0; at < names.length; at++) {
    const name = names[at]!;
    const value = all[at];
    if (value === null && name.endsWith("?")) continue;
    if (value === undefined || value === null) throw missing(where, name.replace("?", ""), value);
    requireRows(where, name, value);
  }
}

/** Checks named inputs: none unknown, none missing. @throws OptionError with the nearest right name; ShapeError with the name of the one that is missing */
export function requireInputs(where: string, names: Readonly<Record<string, "required" | "optional">>, inputs: unknown): void {
  if (typeof inputs !== "object" || inputs === null || isListLike(inputs)) throw new ShapeError(`${where}: inputs must be an object with ${Object.keys(names).join(", ")}, got ${show(inputs)}`);
  for (const name in inputs)
    if (!Object.hasOwn(names, name)) throw new OptionError(`${where}: no input ${JSON.stringify(name)}${suggestion(name, Object.keys(names))}`, { input: name, known: Object.keys(names) });
  for (const name in names) {
    const value = (inputs as Readonly<Record<string, unknown>>)[name];
    if (value === null || (value === undefined && names[name] === "required")) throw missing(where, name, value);
    requireRows(where, name, value);
  }
}

/** A response is text. @throws ShapeError */
export function requireResponse(where: string, response: unknown): void {
  if (typeof response !== "string") throw new ShapeError(`${where}: response must be a string, got ${show(response)}`, { input: "response" });
}

/** True of what has a length, as arrays, typed arrays and other array-likes of numbers. */
export function isListLike(value: object): boolean {
  return "length" in value;
}

function missing(where: string, name: string, value: unknown): ShapeError {
  return new ShapeError(`${where}: ${name} must be given, got ${show(value)}`, { input: name });
}

/** In a list of lists, none is missing. A list of numbers is known by its first entry and is not read. */
function requireRows(where: string, name: string, value: unknown): void {
  if (!Array.isArray(value) || typeof value.find((each) => each !== null && each !== undefined) !== "object") return;
  for (let row = 0; row < value.length; row++) {
    const each: unknown = value[row];
    if (each === null || each === undefined) throw missing(where, `${name}[${row}]`, each);
    requireRows(where, `${name}[${row}]`, each);
  }
}
