/**
 * Dates and times of day as answers write them, and when two of them are the same.
 *
 * Ambiguities and what is done: `3/5/2021` is month/day/year, unless the first number is above 12; a two-digit year is no year
 * (null); `10:30` may be morning or evening, `22:30`, `0:15` and `10:30 am` may not; a bare `5` is no time; weekday names are text.
 */
import type { DateTimeNode } from "./ast.ts";

const MONTHS: Readonly<Record<string, number>> = { jan: 1, january: 1, feb: 2, february: 2, mar: 3, march: 3, apr: 4, april: 4, may: 5, jun: 6, june: 6, jul: 7, july: 7, aug: 8, august: 8, sep: 9, sept: 9, september: 9, oct: 10, october: 10, nov: 11, november: 11, dec: 12, december: 12 };

const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Longer texts are no dates. */
const LONGEST_DATE = 80;

interface Time {
  readonly hour: number;
  readonly minute: number;
  readonly second: number | null;
  readonly halfKnown: boolean;
}

interface CalendarDay {
  readonly year: number | null;
  readonly month: number | null;
  readonly day: number | null;
}

/**
 * Reads a date, a time of day, or both.
 *
 * @returns null where the text is neither, or names a day or time that does not exist
 * @example parseDateTime("10:30 p.m.")?.hour // => 22
 */
export function parseDateTime(text: string): DateTimeNode | null {
  if (text.length > LONGEST_DATE) return null;
  const plain = plainText(text);
  if (!/\d|noon|midnight/.test(plain)) return null;
  const time = parseTime(plain);
  if (time !== null) return node(null, time);
  const day = parseDay(plain);
  if (day !== null) return node(day, null);
  // Both: "March 5, 2021 at 10:30 am", "2021-03-05T10:30:00", "10:30 am on March 5".
  for (const match of plain.matchAll(/\s*,\s+|\s+at\s+|\s+on\s+|t(?=\d\d:)|\s+/g)) {
    const left = plain.slice(0, match.index);
    const right = plain.slice(match.index + match[0].length).replace(/z$/, "");
    const dayLeft = parseDay(left);
    const timeRight = dayLeft === null ? null : parseTime(right);
    if (dayLeft !== null && timeRight !== null) return node(dayLeft, timeRight);
    const timeLeft = parseTime(left);
    const dayRight = timeLeft === null ? null : parseDay(right);
    if (timeLeft !== null && dayRight !== null) return node(dayRight, timeLeft);
  }
  return null;
}

function node(day: CalendarDay | null, time: Time | null): DateTimeNode {
  return {
    kind: "date-time",
    year: day?.year ?? null,
    month: day?.month ?? null,
    day: day?.day ?? null,
    hour: time?.hour ?? null,
    minute: time?.minute ?? null,
    second: time?.second ?? null,
    halfKnown: time?.halfKnown ?? false,
  };
}

/** Lower case, LaTeX text commands and spacing taken off, `a.m.` as `am`. */
function plainText(text: string): string {
  return text
    .trim()
    .replace(/^\$+|\$+$/g, "")
    .replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g, "")
    .replace(/\\(?:text|mathrm|textrm|textnormal|mbox|textbf|operatorname)\s*\{([^{}]*)\}/g, " $1 ")
    .replace(/\^\s*\{?\s*\{?\s*(st|nd|rd|th)\s*\}?\s*\}?/gi, "$1")
    .replace(/\{\s*:\s*\}/g, ":")
    .replace(/\\(?:q?quad|,|;|:|!| )|~|[{}]/g, " ")
    .replace(/[’‘]/g, "'")
    .replace(/[：]/g, ":")
    .replace(/[−–]/g, "-")
    .toLowerCase()
    .replace(/\b([ap])\s?\.\s?m\b\.?/g, "$1m")
    .replace(/\s*:\s*/g, ":")
    .replace(/\s+/g, " ")
    .replace(/[.,]$/, "")
    .trim();
}

function parseTime(text: string): Time | null {
  if (/^(?:12(?::00)?\s)?(?:noon|midday)$/.test(text)) return { hour: 12, minute: 0, second: null, halfKnown: true };
  if (/^(?:12(?::00)?\s)?midnight$/.test(text)) return { hour: 0, minute: 0, second: null, halfKnown: true };
  const clock = /^(\d{1,2}) ?(?:o'? ?clock|h)(?: (?:in the )?(morning|afternoon|evening|am|pm)| at night)?$/.exec(text);
  if (clock !== null) return timeOf(Number(clock[1]), 0, null, halfOf(clock[2] ?? (text.endsWith("at night") ? "evening" : undefined)));
  // A dot between hour and minute is a time only with am or pm.
  const match = /^(\d{1,2})(?:(:|\.)([0-5]\d)(?::([0-5]\d))?)?(?: ?(am|pm)| (?:in the (morning|afternoon|evening)|at night)| (?:hours|hrs|h))?$/.exec(text);
  if (match === null) return null;
  const half = match[5] ?? match[6] ?? (text.endsWith("at night") ? "evening" : undefined);
  if (match[2] !== ":" && half === undefined) return null;
  if (match[2] === "." && match[4] !== undefined) return null;
  if (/(?:hours|hrs| h)$/.test(text) && match[1]!.length < 2) return null;
  return timeOf(Number(match[1]), Number(match[3] ?? "0"), match[4] === undefined ? null : Number(match[4]), halfOf(half), match[1]!.startsWith("0"));
}

function halfOf(word: string | undefined): "am" | "pm" | undefined {
  return word === undefined ? undefined : word === "am" || word === "morning" ? "am" : "pm";
}

function timeOf(hour: number, minute: number, second: number | null, half: "am" | "pm" | undefined, twoDigits = false): Time | null {
  if (half !== undefined) {
    // "22:30 pm" says twice what it means; "0:30 pm" and "22:30 am" mean nothing.
    if (hour > 23 || (half === "am" && hour > 12) || (half === "pm" && hour === 0)) return null;
    const full = half === "am" ? hour % 12 : hour <= 12 ? (hour % 12) + 12 : hour;
    return { hour: full, minute, second, halfKnown: true };
  }
  if (hour > 24 || (hour === 24 && (minute > 0 || (second ?? 0) > 0))) return null;
  return { hour: hour % 24, minute, second, halfKnown: hour === 0 || hour > 12 || (twoDigits && hour === 0) };
}

const MONTH_NAME = `(${Object.keys(MONTHS)
  .sort((a, b) => b.length - a.length)
  .join("|")})\\.?`;
const MONTH_DAY_YEAR = new RegExp(`^(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\\.?,? )?${MONTH_NAME} (?:the )?(\\d{1,2})(?:st|nd|rd|th)?(?:,? ?(\\d{4}))?$`);
const DAY_MONTH_YEAR = new RegExp(`^(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\\.?,? )?(?:the )?(\\d{1,2})(?:st|nd|rd|th)?[ -](?:of )?${MONTH_NAME}(?:(?:, ?| |-)(\\d{4}))?$`);
const MONTH_YEAR = new RegExp(`^${MONTH_NAME},? (?:of )?(\\d{4})$`);

function parseDay(text: string): CalendarDay | null {
  let match = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/.exec(text) ?? /^(\d{4})(年) ?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]$/.exec(text);
  if (match !== null) return dayOf(Number(match[1]), Number(match[3]), Number(match[4]));
  match = /^(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]$/.exec(text);
  if (match !== null) return dayOf(null, Number(match[1]), Number(match[2]));
  match = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})$/.exec(text);
  if (match !== null) {
    const [a, b, year] = [Number(match[1]), Number(match[3]), Number(match[4])];
    // Dots are the European order; slashes and dashes the American one, unless that is no date.
    if (match[2] === "." || a > 12) return dayOf(year, b, a);
    return dayOf(year, a, b);
  }
  match = MONTH_DAY_YEAR.exec(text);
  if (match !== null) return dayOf(match[3] === undefined ? null : Number(match[3]), MONTHS[match[1]!]!, Number(match[2]));
  match = DAY_MONTH_YEAR.exec(text);
  if (match !== null) return dayOf(match[3] === undefined ? null : Number(match[3]), MONTHS[match[2]!]!, Number(match[1]));
  match = MONTH_YEAR.exec(text);
  if (match !== null) return { year: Number(match[2]), month: MONTHS[match[1]!]!, day: null };
  return null;
}

function dayOf(year: number | null, month: number, day: number): CalendarDay | null {
  if (month < 1 || month > 12 || day < 1 || day > DAYS_IN_MONTH[month - 1]!) return null;
  if (month === 2 && day === 29 && year !== null && !(year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0))) return null;
  return { year, month, day };
}

/**
 * True where two dates or times are the same answer: the same fields are given and equal. A time whose half of the day is open
 * equals both halves (10:30 is 10:30 am and 22:30); seconds that are left out are zero; a year that one side leaves out is open.
 *
 * @example sameDateTime(parseDateTime("22:30")!, parseDateTime("10:30 pm")!) // => true
 */
export function sameDateTime(a: DateTimeNode, b: DateTimeNode): boolean {
  if (a.month !== b.month || a.day !== b.day) return false;
  if (a.year !== null && b.year !== null && a.year !== b.year) return false;
  if ((a.year === null) !== (b.year === null) && a.day === null) return false;
  if (a.hour === null || b.hour === null) return a.hour === b.hour;
  if (a.minute !== b.minute || (a.second ?? 0) !== (b.second ?? 0)) return false;
  return a.halfKnown && b.halfKnown ? a.hour === b.hour : a.hour % 12 === b.hour % 12;
}
