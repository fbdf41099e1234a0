import { z } from "zod";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { correct, incorrect, invalid, undecided, type Verdict } from "../core/verdict.ts";
import { PAYLOAD_SOURCES, readPayload, type PayloadCode, type PayloadSource } from "./structure/payload.ts";
import { readPattern } from "./structure/pattern.ts";

export interface RegexOptions {
  /** Which part of the response is matched. */
  readonly extract: PayloadSource;
  /** `all`: the pattern covers all of it. `some`: a part of it matches. `none`: no part of it may. */
  readonly match: "all" | "some" | "none";
  /** Fold case. */
  readonly caseSensitive: boolean;
  /** `^` and `$` match at lines. */
  readonly multiline: boolean;
  /** `.` matches line ends too. */
  readonly dotAll: boolean;
}

/** Every reason `regex` gives. */
export type RegexCode = "matches" | "no-match" | "forbidden-match" | "too-much-work" | "bad-reference" | PayloadCode;

/**
 * The response matches a regular expression.
 *
 * The pattern runs as an automaton (RE2), in time linear in the text whatever the pattern is: no pattern and no response can make it backtrack.
 * Limits: look-around and back-references have no such form, and are a bad reference; states of the pattern times characters of the response
 * are at most 10⁸, beyond which the response is invalid.
 *
 * @param reference the pattern, in the syntax of RE2; ECMAScript's `\u0041`, `\/` and `\p{Letter}` are understood
 * @example regex("2026-11-21", "\\d{4}-\\d{2}-\\d{2}").score // => 1
 * @example regex("call me at 555-0100", "\\d{3}-\\d{4}", { match: "none" }).reason.code // => "forbidden-match"
 */
export const regex: Verifier<string, RegexOptions, Verdict<RegexCode>> = /* @__PURE__ */ defineVerifier<string, RegexOptions, Verdict<RegexCode>>({
  id: "verify/regex",
  aliases: ["regular-expression"],
  options: z.strictObject({
    extract: z.enum(PAYLOAD_SOURCES).default("whole"),
    match: z.enum(["all", "some", "none"]).default("all"),
    caseSensitive: z.boolean().default(true),
    multiline: z.boolean().default(false),
    dotAll: z.boolean().default(false),
  }),
  prepare(reference: string, { extract, match, ...flags }: RegexOptions) {
    const read = typeof reference === "string" ? readPattern(reference, flags) : ({ ok: false, text: "it is no text" } as const);
    return (response, context) => {
      if (!read.ok) return undecided("bad-reference", `the pattern is none: ${read.text}`);
      const payload = readPayload(response, extract, ["", "text", "regex"], context);
      if ("status" in payload) return payload;
      const hit = match === "all" ? read.pattern.matches(payload.text) : read.pattern.find(payload.text);
      if (hit === null) return invalid("too-much-work", "the response is too long for this pattern", payload.found);
      if (match === "none") return hit ? incorrect("forbidden-match", "a part of the response matches", payload.found) : correct("no-match", "no part of the response matches", payload.found);
      return hit ? correct("matches", match === "all" ? "the pattern covers the response" : "a part of the response matches", payload.found) : incorrect("no-match", "the pattern does not match", payload.found);
    };
  },
});
