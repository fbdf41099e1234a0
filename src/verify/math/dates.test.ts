import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDateTime, sameDateTime } from "./dates.ts";

const SAME: [string, string][] = [
  ["10:30", "10:30 am"],
  ["10:30", "10:30 p.m."],
  ["22:30", "10:30 pm"],
  ["10.30 p.m.", "10:30 PM"],
  ["10:30\\text{ a.m.}", "10:30AM"],
  ["3 o'clock", "3:00"],
  ["noon", "12:00 pm"],
  ["12 noon", "noon"],
  ["midnight", "12:00 am"],
  ["midnight", "0:00"],
  ["24:00", "midnight"],
  ["7 p.m.", "7:00 in the evening"],
  ["10:30:00", "10:30"],
  ["March 5, 2021", "5 March 2021"],
  ["March 5th, 2021", "2021-03-05"],
  ["Mar. 5, 2021", "3/5/2021"],
  ["Friday, March 5, 2021", "March 5, 2021"],
  ["25/12/2021", "December 25, 2021"],
  ["5.3.2021", "5 March 2021"],
  ["the 5th of March", "March 5"],
  ["March 5", "March 5, 2021"],
  ["2021年3月5日", "2021-3-5"],
  ["March 5, 2021 at 10:30 am", "2021-03-05T10:30"],
  ["10\\!:\\!30", "10:30"],
];

const DIFFERENT: [string, string][] = [
  ["10:30", "10:31"],
  ["10:30 am", "10:30 pm"],
  ["22:30", "10:30 am"],
  ["12:00 am", "12:00 pm"],
  ["noon", "midnight"],
  ["12:00", "1:00"],
  ["10:30:15", "10:30"],
  ["March 5, 2021", "March 6, 2021"],
  ["March 5, 2021", "May 3, 2021"],
  ["March 5, 2021", "March 5, 2020"],
  ["March 5", "10:30"],
  ["March 2021", "March 5, 2021"],
  ["March 5, 2021 at 10:30 am", "March 5, 2021"],
];

describe("dates and times", () => {
  it.each(SAME)("%s is %s", (a, b) => {
    expect(sameDateTime(parseDateTime(a)!, parseDateTime(b)!)).toBe(true);
    expect(sameDateTime(parseDateTime(b)!, parseDateTime(a)!)).toBe(true);
  });
  it.each(DIFFERENT)("%s is not %s", (a, b) => expect(sameDateTime(parseDateTime(a)!, parseDateTime(b)!)).toBe(false));
  it.each(["Tuesday", "5", "2:1", "1:2:3", "10:3", "10:75", "25:00", "24:01", "10.30", "13/13/2021", "Feb 30", "February 29, 2021", "February 29, 1900", "May", "12/25", "3/4", "0:30 pm", "22:30 am", "", "$x$", "a".repeat(100), "10:30 10:30"])("%j is neither", (text) =>
    expect(parseDateTime(text)).toBeNull(),
  );
  it("knows leap years", () => {
    expect(parseDateTime("February 29, 2020")?.day).toBe(29);
    expect(parseDateTime("February 29, 2000")?.day).toBe(29);
  });
  it("knows when the half of the day is open", () => {
    expect(parseDateTime("10:30")?.halfKnown).toBe(false);
    for (const text of ["22:30", "0:15", "10:30 am", "noon"]) expect(parseDateTime(text)?.halfKnown).toBe(true);
  });
  it("reads back every time of the day", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }), (hour, minute) => {
        const two = (x: number): string => String(x).padStart(2, "0");
        const twelve = `${hour % 12 === 0 ? 12 : hour % 12}:${two(minute)} ${hour < 12 ? "am" : "pm"}`;
        const parsed = parseDateTime(twelve)!;
        expect([parsed.hour, parsed.minute]).toEqual([hour, minute]);
        expect(sameDateTime(parsed, parseDateTime(`${two(hour)}:${two(minute)}`)!)).toBe(true);
        expect(sameDateTime(parsed, parseDateTime(`${two(hour)}:${two((minute + 1) % 60)}`)!)).toBe(false);
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});
