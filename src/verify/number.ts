import { z } from "zod";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { correct, incorrect, invalid, undecided, type Verdict } from "../core/verdict.ts";
import { ANSWER_SOURCES, readAnswers, type AnswerSource } from "./answers.ts";
import type { NoAnswerCode } from "./math/extract.ts";
import { compare, plus, reduce, times, type Rational } from "./math/zero/rational.ts";

export interface NumberOptions {
  /** Which part of the response is compared. */
  readonly extract: AnswerSource;
  /** Largest distance that is right. */
  readonly absolute: number;
  /** Largest distance that is right, as a share of the reference. */
  readonly relative: number;
}

/** Every reason `number` gives. */
export type NumberCode = "equal" | "within-tolerance" | "different" | "not-a-number" | "contradiction" | "bad-reference" | NoAnswerCode;

/** Digits and exponents past these are refused. */
const MOST_CHARACTERS = 2_000;
const LARGEST_EXPONENT = 4_000;

/**
 * Number match with a tolerance, in exact arithmetic.
 *
 *     |x − r| ≤ max(absolute, relative · |r|)
 *
 * Reads decimals of any size, thousands separators, scientific notation, a/b, \frac{a}{b}, percent (as hundredths), a currency sign
 * before and unit words behind, which do not count. What stands right of the last `=` is the number.
 * Limits: NaN, infinities and expressions are no numbers. Zero tolerance compares exactly: 0.1 + 0.2 is written 0.3.
 *
 * @param reference a number, or a text that holds one
 * @example number("The answer is 3.14.", 3.14159, { absolute: 0.01 }).status // => "correct"
 */
export const number: Verifier<number | string, NumberOptions, Verdict<NumberCode>> = /* @__PURE__ */ defineVerifier<number | string, NumberOptions, Verdict<NumberCode>>({
  id: "verify/number",
  aliases: ["numeric"],
  options: z.strictObject({
    extract: z.enum(ANSWER_SOURCES).default("auto"),
    absolute: z.number().min(0).default(0),
    relative: z.number().min(0).max(1).default(0),
  }),
  prepare(reference: number | string, { extract, absolute, relative }: NumberOptions) {
    const right = typeof reference === "number" ? readNumber(String(reference)) : typeof reference === "string" ? readNumber(reference) : null;
    const tolerance = right === null ? null : larger(readNumber(String(absolute))!, times(readNumber(String(relative))!, magnitude(right)));
    return (response, context) => {
      if (right === null || tolerance === null) return undecided("bad-reference", "the reference is no number");
      const answers = readAnswers(response, extract, context);
      if ("status" in answers) return answers;
      const last = answers.at(-1)!;
      const values = answers.map(({ text }) => readNumber(text));
      const value = values.at(-1);
      if (value === null || value === undefined) return invalid("not-a-number", "the answer is no number", last.found);
      if (values.some((other) => other === null || compare(other, value) !== 0)) return invalid("contradiction", "the response gives several different answers", last.found);
      if (compare(value, right) === 0) return correct("equal", "the numbers are equal", last.found);
      return compare(magnitude(difference(value, right)), tolerance) <= 0
        ? correct("within-tolerance", "the numbers differ by no more than the tolerance", last.found)
        : incorrect("different", "the numbers differ", last.found);
    };
  },
});

/**
 * The number a text writes, exactly; null where it is none.
 *
 * @example readNumber("$1,234.50") // => { n: 2469n, d: 2n }
 */
export function readNumber(text: string): Rational | null {
  if (text.length > MOST_CHARACTERS) return null;
  let plain = text
    .normalize("NFKC")
    .replace(/[\p{Cf}]/gu, "")
    .replace(/^[\s$]*(?:\\[([])?|(?:\\[)\]])?[\s$.]*$/g, "")
    .replace(/\\(?:text|mathrm|textbf|mathbf|mbox|textnormal)\s*\{([^{}]*)\}/g, " $1 ")
    .replace(/\\[$%]/g, (mark) => mark[1]!)
    .replace(/\{,\}/g, ",")
    .replace(/\\[,;:! ]|\\q?quad|~/g, "")
    .replace(/\*\*/g, "")
    .replace(/[−–]/g, "-")
    .trim();
  const equals = plain.lastIndexOf("=");
  if (equals >= 0) plain = plain.slice(equals + 1).trim();
  const fraction = /^([-+]?)\s*\\[dt]?frac\s*\{\s*([^{}]+)\}\s*\{\s*([^{}]+)\}(.*)$/s.exec(plain);
  if (fraction !== null) plain = `${fraction[1]}${fraction[2]!.trim()}/${fraction[3]!.trim()}${fraction[4]}`;
  plain = plain.replace(/\s*(?:\\times|×|\\cdot|·|\*)\s*10\s*\^\s*\{?\s*([-+]?\d+)\s*\}?/, "e$1");
  const match =
    /^([-+]?)\s*(?:[$€£¥₹₩₽]|USD|EUR)?\s*([-+]?)(\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+)(?:[eE]([-+]?\d{1,6}))?(?:\s*\/\s*([-+]?)(\d+(?:\.\d+)?))?\s*(%|percent(?:age)?\b)?\s*(?:[€£¥₹₩₽$°]|\p{L}[\p{L}\s/²³^.\d-]{0,40})?$/u.exec(plain);
  if (match === null || (match[1] !== "" && match[2] !== "")) return null;
  const exponent = Number(match[4] ?? "0");
  if (Math.abs(exponent) > LARGEST_EXPONENT) return null;
  let value = decimal(match[3]!.replaceAll(",", ""), exponent);
  if (match[6] !== undefined) {
    const below = decimal(match[6], 0);
    if (below.n === 0n) return null;
    value = { n: value.n * below.d, d: value.d * below.n };
  }
  if (match[7] !== undefined) value = { n: value.n, d: value.d * 100n };
  const signs = [match[1], match[2], match[5]].filter((sign) => sign === "-").length;
  return reduce(signs % 2 === 1 ? -value.n : value.n, value.d);
}

function decimal(text: string, exponent: number): Rational {
  const point = text.indexOf(".");
  const decimals = point < 0 ? 0 : text.length - point - 1;
  const digits = BigInt(text.replace(".", "") || "0");
  const shift = exponent - decimals;
  return shift >= 0 ? { n: digits * 10n ** BigInt(shift), d: 1n } : { n: digits, d: 10n ** BigInt(-shift) };
}

function difference(a: Rational, b: Rational): Rational {
  return plus(a, { n: -b.n, d: b.d });
}

function magnitude(a: Rational): Rational {
  return { n: a.n < 0n ? -a.n : a.n, d: a.d };
}

function larger(a: Rational, b: Rational): Rational {
  return compare(a, b) >= 0 ? a : b;
}
