/** Regular expressions that come with data: run by RE2's automata, in time linear in the text, whatever the pattern. */
import { RE2JS, RE2JSException } from "re2js";

/** Longer patterns are refused. */
export const MOST_PATTERN = 2_000;
/** States of a pattern times characters of a text: about a second of work at most. */
const MOST_WORK = 100_000_000;

export interface PatternFlags {
  /** On where not given. */
  readonly caseSensitive?: boolean;
  readonly multiline?: boolean;
  readonly dotAll?: boolean;
}

/** A compiled pattern. */
export interface Pattern {
  /** True where some part of the text matches; null where that would be too much work. */
  find(text: string): boolean | null;
  /** True where all of the text matches; null where that would be too much work. */
  matches(text: string): boolean | null;
}

export type PatternReading = { readonly ok: true; readonly pattern: Pattern } | { readonly ok: false; readonly text: string };

/**
 * Compiles a pattern, or says why it cannot be: look-around and back-references have no linear-time form.
 * JavaScript's escapes that RE2 writes in another way (`\/`, `\-`, `\cX`, `\uXXXX`, `(?<name>`) are put into its own.
 */
export function readPattern(source: string, flags: PatternFlags = {}): PatternReading {
  if (source.length > MOST_PATTERN) return { ok: false, text: `the pattern has more than ${MOST_PATTERN} characters` };
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(translated(source), (flags.caseSensitive === false ? RE2JS.CASE_INSENSITIVE : 0) | (flags.multiline === true ? RE2JS.MULTILINE : 0) | (flags.dotAll === true ? RE2JS.DOTALL : 0));
  } catch (error) {
    if (error instanceof RE2JSException) return { ok: false, text: error.message.slice(0, 200) };
    throw error;
  }
  const size = compiled.programSize();
  const affordable = (text: string): boolean => size * text.length <= MOST_WORK;
  return {
    ok: true,
    pattern: {
      find: (text) => (affordable(text) ? compiled.matcher(text).find() : null),
      matches: (text) => (affordable(text) ? compiled.matches(text) : null),
    },
  };
}

/** Long names of Unicode's general categories. */
const CATEGORIES: Readonly<Record<string, string>> = { Letter: "L", Uppercase_Letter: "Lu", Lowercase_Letter: "Ll", Mark: "M", Number: "N", Decimal_Number: "Nd", digit: "Nd", Punctuation: "P", punct: "P", Symbol: "S", Separator: "Z", Other: "C" };

/** ECMAScript's way of writing what RE2 writes otherwise. */
function translated(source: string): string {
  const named = source.replace(/\\\\|\\([pP])\{(?:(?:gc|General_Category)=)?(\w+)\}/g, (mark, letter: string | undefined, name: string) => (letter !== undefined && Object.hasOwn(CATEGORIES, name) ? `\\${letter}{${CATEGORIES[name]}}` : mark));
  return named.replace(/\\(?:\\|u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|c([A-Za-z])|([/\-#&~=:;<>"'`@%,! ]))/g, (mark, braced?: string, four?: string, control?: string, plain?: string) => {
    if (braced !== undefined || four !== undefined) return `\\x{${braced ?? four}}`;
    if (control !== undefined) return `\\x{${(control.toUpperCase().charCodeAt(0) - 64).toString(16)}}`;
    return plain === undefined ? mark : plain === "-" ? "\\-" : plain;
  });
}
