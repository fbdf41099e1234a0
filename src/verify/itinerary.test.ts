import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readMoment, readTimeOfDay } from "./itinerary/clock.ts";
import { itinerary } from "./itinerary.ts";

const ride = (start: string, end: string, from: string, to: string, price = 0): object => ({ start: `2026-05-01T${start}`, end: `2026-05-01T${end}`, from, to, price });
const stay = (start: string, end: string, at: string, price = 0): object => ({ start: `2026-05-01T${start}`, end: `2026-05-01T${end}`, at, price });
const check = (legs: unknown, rules: object = {}, options = {}): ReturnType<typeof itinerary> => itinerary(JSON.stringify(legs), rules, options);

const DAY = [ride("08:00", "10:00", "Rome", "Pisa", 20), stay("10:30", "12:00", "Tower", 18), ride("13:00", "15:00", "Pisa", "Rome", 25)];
const RULES = { start: "rome", end: "Rome", budget: 63, transferMinutes: 10, connections: [{ between: ["Pisa", "Tower"], minutes: 15 }], open: { Tower: [{ days: [5], from: "09:00", until: "20:00" }] }, visit: ["tower"], notBefore: "2026-05-01T07:00", notAfter: "2026-05-01T20:00" };

describe("itinerary", () => {
  it("passes a day that can be travelled", () => {
    expect(check(DAY, RULES)).toMatchObject({ status: "correct", score: 1, reason: { code: "feasible", text: "all 3 legs fit together" } });
    expect(check({ legs: DAY, note: "x" }, JSON.stringify(RULES) as never).score).toBe(1);
    expect(itinerary(`Here:\n\`\`\`json\n${JSON.stringify(DAY)}\n\`\`\``, RULES).score).toBe(1);
  });

  it.each<[string, unknown, object, string]>([
    ["an end before its start", [ride("10:00", "09:00", "A", "B")], {}, "reversed-leg"],
    ["a ride of no time", [ride("10:00", "10:00", "A", "B")], {}, "reversed-leg"],
    ["legs in the wrong order", [stay("12:00", "13:00", "A"), stay("09:00", "10:00", "A")], {}, "out-of-order"],
    ["two at once", [stay("09:00", "11:00", "A"), stay("10:59", "12:00", "A")], {}, "overlap"],
    ["an overlap behind a short leg", [stay("09:00", "12:00", "A"), stay("09:10", "09:20", "A"), stay("11:00", "13:00", "A")], {}, "overlap"],
    ["a jump", [ride("08:00", "09:00", "A", "B"), ride("10:00", "11:00", "C", "D")], {}, "disconnected"],
    ["a way that takes longer", [ride("08:00", "09:00", "A", "B"), stay("09:10", "10:00", "C")], { connections: [{ between: ["c", "b"], minutes: 11 }] }, "short-transfer"],
    ["a change that is too short", [ride("08:00", "09:00", "A", "B"), ride("09:05", "10:00", "B", "C")], { transferMinutes: 10 }, "short-transfer"],
    ["another start", [stay("09:00", "10:00", "A")], { start: "B" }, "wrong-ends"],
    ["another end", [stay("09:00", "10:00", "A")], { end: "B" }, "wrong-ends"],
    ["too early", [stay("06:00", "10:00", "A")], { notBefore: "2026-05-01T07:00" }, "outside-window"],
    ["too late", [stay("06:00", "10:00", "A")], { notAfter: "2026-05-01T09:59" }, "outside-window"],
    ["closed in the evening", [stay("19:00", "21:00", "A")], { open: { a: [{ from: "09:00", until: "20:00" }] } }, "closed"],
    ["closed on Fridays", [stay("10:00", "11:00", "A")], { open: { A: [{ days: [1, 2, 3, 4, 6, 7], from: "09:00", until: "20:00" }] } }, "closed"],
    ["closed for ever", [stay("10:00", "11:00", "A")], { open: { A: [] } }, "closed"],
    ["not visited", [ride("10:00", "11:00", "A", "B")], { visit: ["B"] }, "missing-visit"],
    ["too dear", [stay("10:00", "11:00", "A", 10.01)], { budget: 10 }, "over-budget"],
  ])("refuses %s", (_, legs, rules, code) => expect(check(legs, rules)).toMatchObject({ status: "incorrect", score: 0, reason: { code } }));

  it("a stay over midnight is measured by its length, not by its clock", () => {
    const night = [{ start: "2026-05-01T10:00", end: "2026-05-03T11:00", at: "A" }];
    expect(check(night, { open: { A: [{ from: "09:00", until: "20:00" }] } }).reason.code).toBe("closed");
    expect(check(night).score).toBe(1);
  });

  it("compares moments across time zones, and clocks on the wall", () => {
    const flight = [{ start: "2026-05-01T10:00+02:00", end: "2026-05-01T09:30+00:00", from: "A", to: "B" }, { start: "2026-05-01T09:45Z", end: "2026-05-01T10:00Z", at: "B" }];
    expect(check(flight, { open: { B: [{ from: "09:30", until: "10:00" }] } }).score).toBe(1);
    expect(check([flight[0], stay("09:45", "10:00", "B")])).toMatchObject({ status: "invalid", reason: { code: "mixed-times" } });
  });

  it("takes any order where told, and tells the share of the ten rules", () => {
    expect(check([DAY[2], DAY[0], DAY[1]], RULES, { order: "any" }).score).toBe(1);
    const bad = [...DAY.slice(0, 2), ride("11:00", "15:00", "Lucca", "Rome", 100)];
    // overlap, disconnected, over-budget
    expect(check(bad, RULES, { partial: "share" })).toMatchObject({ status: "incorrect", score: 0.7, reason: { code: "overlap" } });
  });

  it.each<[string, string, string]>([
    ["no JSON", "A to B", "not-json"],
    ["no legs", "{}", "no-legs"],
    ["an empty list", "[]", "no-legs"],
    ["a date that is none", '[{"start":"2026-02-30T10:00","end":"2026-03-01T10:00","at":"A"}]', "bad-leg"],
    ["an hour that is none", '[{"start":"2026-02-03T24:10","end":"2026-03-01T10:00","at":"A"}]', "bad-leg"],
    ["no place", '[{"start":"2026-02-03T10:10","end":"2026-03-01T10:00","from":"A"}]', "bad-leg"],
    ["a blank place", '[{"start":"2026-02-03T10:10","end":"2026-03-01T10:00","at":"  "}]', "bad-leg"],
    ["both forms", '[{"start":"2026-02-03T10:10","end":"2026-03-01T10:00","at":"A","to":"B"}]', "bad-leg"],
    ["a price that pays", '[{"start":"2026-02-03T10:10","end":"2026-03-01T10:00","at":"A","price":-5}]', "bad-leg"],
    ["a price as text", '[{"start":"2026-02-03T10:10","end":"2026-03-01T10:00","at":"A","price":"5"}]', "bad-leg"],
    ["a leg that is a list", "[[]]", "bad-leg"],
    ["nothing", " ", "empty"],
    ["depth", "[".repeat(500), "too-deep"],
    ["too many legs", JSON.stringify(Array.from({ length: 2001 }, () => stay("10:00", "11:00", "A"))), "too-many-legs"],
  ])("calls %s invalid", (_, response, code) => expect(itinerary(response, {})).toMatchObject({ status: "invalid", score: 0, reason: { code } }));

  it.each<[unknown, RegExp]>([
    [{ budgt: 3 }, /did you mean "budget"\?/],
    [{ budget: -1 }, /budget must be at least 0/],
    [{ notBefore: "May" }, /notBefore must be a date-time/],
    [{ open: { A: [{ from: "9", until: "10:00" }] } }, /open\.A\.0\.from must be a time like/],
    [{ connections: [{ between: ["a", "b"], minute: 1 }] }, /minute/],
    [[], /must be an object/],
    ["{", /must be JSON/],
  ])("rules %j are none", (rules, text) => {
    const verdict = itinerary(JSON.stringify(DAY), rules as object);
    expect(verdict).toMatchObject({ status: "undecided", score: null, reason: { code: "bad-reference" } });
    expect(verdict.reason.text).toMatch(text);
  });

  it("reads the calendar as Date does", () => {
    fc.assert(fc.property(fc.date({ min: new Date("1970-01-01"), max: new Date("2200-01-01"), noInvalidDate: true }), (date) => {
      const moment = readMoment(date.toISOString())!;
      expect(moment.minutes).toBeCloseTo(Math.floor(date.getTime() / 1000) / 60, 6);
      expect(moment.weekday).toBe(date.getUTCDay() === 0 ? 7 : date.getUTCDay());
    }), { seed: 1, numRuns: 200 });
    expect([readTimeOfDay("24:00"), readTimeOfDay("24:01"), readTimeOfDay("09:60")]).toEqual([1440, null, null]);
  });

  it("sorting a feasible day gives it back, and swapping two of its legs breaks it", () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 2, maxLength: 10 }), fc.nat(), (lengths, at) => {
      let clock = 0;
      const text = (minutes: number): string => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
      const legs = lengths.map((long) => stay(text(clock), text((clock += long)), "A"));
      expect(check(legs).score).toBe(1);
      const k = at % (legs.length - 1);
      const swapped = legs.with(k, legs[k + 1]!).with(k + 1, legs[k]!);
      expect(check(swapped).score).toBe(0);
      expect(check(swapped, {}, { order: "any" }).score).toBe(1);
    }), { seed: 2, numRuns: 100 });
  });
});
