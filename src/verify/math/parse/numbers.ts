/** Numbers as they are written: thousands in five dialects, decimals, periods, powers of ten. */
import { LIMITS, LimitError } from "../limits.ts";

/** A written number: n/d, and how many decimals it was written with. */
export interface NumberValue {
  readonly n: bigint;
  readonly d: bigint;
  readonly decimals?: number;
  /** Written with a percent-free plain integer, so that a fraction may follow: 1 1/2. */
  readonly integer: boolean;
  /** Digits as written, for bases. */
  readonly digits: string;
}

export interface LexOptions {
  /** The text is LaTeX math: letters are variables. Else it is prose with math in it. */
  readonly math: boolean;
  /** 1,5 is one and a half. */
  readonly decimalComma: boolean;
}

const PLAIN_NUMBER = /(?:\d+(?:\.\d+)?|\.\d+)/y;
const COMMA_GROUPS = /\d{1,3}(?:,\d{3})+(?![\d]|,\s?\d)(?:\.\d+)?/y;
const BRACED_GROUPS = /\d{1,3}(?:(?: ?\{ ?, ?\} ?(?:\\!)?|,(?:\\!)+ ?|(?:\\!)+, ?)\d{3})+(?!\d)(?:\.\d+)?/y;
const SPACE_GROUPS = /\d{1,3}(?:(?:[  ]|\\,|\\;|\\:|\\ |~|\\!)\d{3})+(?:\.\d+)?(?!\d)/y;
const EUROPEAN_GROUPS = /\d{1,3}(?:\.\d{3})+,\d+(?!\d)/y;
const DECIMAL_COMMA = /\d+,\d+(?![\d,])/y;
const EXPONENT = /[eE][+-]?\d{1,6}(?![\d.]*[A-Za-z])/y;
const REPEATING = /\\(?:overline|bar|dot|overset\{\.\})\s*\{?\s*(\d+)\s*\}?/y;

/** Digits of a base above ten with that base behind them: 2F_{16}. */
export const HIGH_BASE: RegExp = /([0-9A-Fa-f]{1,64})_(?:\{\s*(?:\\(?:text|mathrm)\s*\{\s*)?\(?(?:1[1-9]|2\d|3[0-6])\)?\s*\}|(?:1[1-9]|2\d|3[0-6])(?!\d))/y;

/** A sticky match at one place. */
export function at(re: RegExp, text: string, i: number): RegExpExecArray | null {
  re.lastIndex = i;
  return re.exec(text);
}

/** Decimal digits of a written number as a BigInt; the digit limit is checked first. */
export function big(digits: string): bigint {
  if (digits.length > LIMITS.digits) throw new LimitError("digits", `a number may have ${LIMITS.digits} digits, this one has ${digits.length}`);
  return BigInt(digits === "" ? "0" : digits);
}

/** Reads the number at `start` and pushes its token; returns where it ends. A comma groups thousands only outside brackets. */
export function lexNumber(text: string, start: number, to: number, topLevel: boolean, options: LexOptions, push: (type: "number", value: string, start: number, end: number, number: NumberValue) => void): number {
  const high = at(HIGH_BASE, text, start);
  if (high !== null && /[A-Fa-f]/.test(high[1]!)) {
    push("number", high[1]!, start, start + high[1]!.length, { n: 0n, d: 1n, integer: true, digits: high[1]! });
    return start + high[1]!.length;
  }
  let match = at(BRACED_GROUPS, text, start);
  let digits: string | undefined;
  if (match !== null) digits = match[0].replace(/[^\d.]/g, "");
  else if (topLevel && (match = at(COMMA_GROUPS, text, start)) !== null && !(options.decimalComma && match[0].startsWith("0,"))) digits = match[0].replaceAll(",", "");
  else if ((match = at(SPACE_GROUPS, text, start)) !== null && !match[0].startsWith("0")) digits = match[0].replace(/[^\d.]/g, "");
  else if (topLevel && (match = at(EUROPEAN_GROUPS, text, start)) !== null) digits = match[0].replaceAll(".", "").replace(",", ".");
  else if (topLevel && options.decimalComma && (match = at(DECIMAL_COMMA, text, start)) !== null) digits = match[0].replace(",", ".");
  else {
    match = at(PLAIN_NUMBER, text, start)!;
    digits = match[0];
  }
  let end = Math.min(start + match[0].length, to);
  // A point with nothing behind it but a repeating part or the end: 0.\overline{3}, "5."
  if (text[end] === "." && !digits.includes(".") && /^\.\s*(?:\\(?:overline|bar|dot|overset)|\(\d+\)\s*$)/.test(text.slice(end, end + 40))) {
    digits += ".";
    end++;
  }
  const point = digits.indexOf(".");
  const whole = point < 0 ? digits : digits.slice(0, point);
  const fraction = point < 0 ? "" : digits.slice(point + 1);
  let n = big(whole + fraction);
  let d = 10n ** BigInt(fraction.length);
  if (point >= 0) {
    const repeating = at(REPEATING, text, end) ?? (/^\(\d+\)\s*$/.test(text.slice(end, end + LIMITS.digits)) ? at(/\((\d+)\)/y, text, end) : null);
    const ellipsis = /^\s*(?:\\(?:ldots|dots|cdots)|\.\.\.|…)/.exec(text.slice(end, end + 12));
    let period = repeating?.[1];
    let drop = 0;
    if (period !== undefined) end += repeating![0].length;
    else if (ellipsis !== null) {
      const tail = /(\d{1,6})\1{2,}$/.exec(fraction) ?? /(\d{2,6})\1$/.exec(fraction);
      if (tail !== null) {
        period = tail[1]!;
        drop = tail[0].length;
      }
      end += ellipsis[0].length;
    } else if (text[end] === "̅" || text[end] === "̄") {
      period = fraction.slice(-1);
      drop = 1;
      end++;
    }
    if (period !== undefined) {
      const head = fraction.slice(0, fraction.length - drop);
      const nines = 10n ** BigInt(period.length) - 1n;
      n = big(whole + head) * nines + big(period);
      d = 10n ** BigInt(head.length) * nines;
      push("number", text.slice(start, end), start, end, { n, d, integer: false, digits });
      return end;
    }
  }
  const exponent = at(EXPONENT, text, end);
  if (exponent !== null && exponent.index + exponent[0].length <= to) {
    const power = Number(exponent[0].slice(1));
    if (Math.abs(power) > LIMITS.digits) throw new LimitError("digits", `an exponent of ten may be ${LIMITS.digits}, this one is ${power}`);
    if (power >= 0) n *= 10n ** BigInt(power);
    else d *= 10n ** BigInt(-power);
    end += exponent[0].length;
    push("number", text.slice(start, end), start, end, { n, d, decimals: Math.max(0, fraction.length - power), integer: false, digits });
    return end;
  }
  push("number", text.slice(start, end), start, end, point < 0 ? { n, d: 1n, integer: true, digits } : { n, d, decimals: fraction.length, integer: false, digits });
  return end;
}
