import { z } from "zod";
import { FormatError, show } from "../core/errors.ts";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { correct, incorrect, invalid, undecided, type Verdict } from "../core/verdict.ts";
import { readMoment, type Moment } from "./itinerary/clock.ts";
import { placeForm, readRules, type ItineraryRules } from "./itinerary/rules.ts";
import { isObject, readJson } from "./structure/json.ts";
import { readPayload, type PayloadCode } from "./structure/payload.ts";

export interface ItineraryOptions {
  /** Legs come in the order of their times, or in any. */
  readonly order: "given" | "any";
  /** `none`: all or nothing. `share`: one less the share of the ten rules that are broken. */
  readonly partial: "none" | "share";
}

/** A rule an itinerary can break. */
export type ItineraryRule = "reversed-leg" | "out-of-order" | "overlap" | "disconnected" | "short-transfer" | "wrong-ends" | "outside-window" | "closed" | "missing-visit" | "over-budget";

/** Every reason `itinerary` gives. */
export type ItineraryCode = "feasible" | ItineraryRule | "bad-leg" | "no-legs" | "too-many-legs" | "mixed-times" | "not-json" | "too-deep" | "bad-reference" | PayloadCode;

/** One leg: a ride `from` one place `to` another, or a stay `at` one. */
export interface ItineraryLeg {
  readonly start: string;
  readonly end: string;
  readonly from?: string;
  readonly to?: string;
  readonly at?: string;
  readonly price?: number;
}

/** A broken rule, and the leg (from 0) where it shows. */
export interface ItineraryFault {
  readonly rule: ItineraryRule;
  readonly leg: number | null;
  readonly text: string;
}

const RULES = 10;
const MOST_LEGS = 2_000;

/**
 * An itinerary can be travelled: times run forward, nothing overlaps, every leg starts where the one before ended or where a
 * connection leads in time, places are open, the budget holds.
 *
 *     score = 1 if no rule is broken, else 0          partial: 1 − broken rules / 10
 *
 * The response's JSON is a list of legs, or an object of `legs`: `{start, end, from, to, price?}` or `{start, end, at, price?}`, times in ISO 8601,
 * all with an offset or none. Rules are `start`, `end` (places), `notBefore`, `notAfter`, `budget`, `transferMinutes`, `connections`
 * (`{between: [a, b], minutes}`, both ways), `open` (by place: `{days?, from, until}`, wall clock, 1 is Monday), `visit` (places that
 * must have a stay). Limits: a leg without times or places, with an end that is no date, or a price below 0, is invalid; 2,000 legs are the most.
 * A place with no opening hours in the rules is open.
 *
 * @param reference the rules: an object, or JSON text of one; `{}` holds the legs against each other alone
 * @remarks The paper's trajectory level is a language model with a rubric; this is the part of it that needs none. Names of places are
 * compared by case and blanks alone.
 * @see DeepTravel 2025, arXiv:2509.21842: the trajectory-level check of spatio-temporal feasibility
 * @example itinerary('[{"start":"2026-05-01T09:00","end":"2026-05-01T11:00","from":"Rome","to":"Pisa","price":20},{"start":"2026-05-01T10:30","end":"2026-05-01T12:00","at":"Pisa"}]', {}).reason.code // => "overlap"
 */
export const itinerary: Verifier<string | object, ItineraryOptions, Verdict<ItineraryCode>> = /* @__PURE__ */ defineVerifier<string | object, ItineraryOptions, Verdict<ItineraryCode>>({
  id: "verify/itinerary",
  aliases: ["travel-plan"],
  paper: { title: "DeepTravel: An End-to-End Agentic Reinforcement Learning Framework for Autonomous Travel Planning Agents", url: "https://arxiv.org/abs/2509.21842" },
  options: z.strictObject({ order: z.enum(["given", "any"]).default("given"), partial: z.enum(["none", "share"]).default("none") }),
  prepare(reference: string | object, { order, partial }: ItineraryOptions) {
    let rules: ItineraryRules | string;
    try {
      rules = readRules(reference);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      rules = error.message;
    }
    return (response, context) => {
      if (typeof rules === "string") return undecided("bad-reference", rules);
      const payload = readPayload(response, "auto", ["json"], context);
      if ("status" in payload) return payload;
      const read = readJson(payload.text);
      if (!read.ok) return invalid(read.code, `the itinerary: ${read.text}`, payload.found);
      const legs = readLegs(read.value);
      if ("code" in legs) return invalid(legs.code, legs.text, payload.found);
      const faults = faultsOf(order === "any" ? legs.toSorted((a, b) => a.start.minutes - b.start.minutes || a.end.minutes - b.end.minutes) : legs, rules);
      const first = faults[0];
      if (first === undefined) return correct("feasible", `all ${legs.length} legs fit together`, payload.found);
      const broken = new Set(faults.map(({ rule }) => rule)).size;
      return incorrect(first.rule, faults.length === 1 ? first.text : `${first.text} (and ${faults.length - 1} more)`, payload.found, partial === "share" ? 1 - broken / RULES : 0);
    };
  },
});

interface Leg {
  readonly index: number;
  readonly start: Moment;
  readonly end: Moment;
  readonly from: string;
  readonly to: string;
  readonly ride: boolean;
  readonly price: number;
}

interface LegsFault {
  readonly code: "bad-leg" | "no-legs" | "too-many-legs" | "mixed-times";
  readonly text: string;
}

function readLegs(value: unknown): readonly Leg[] | LegsFault {
  const given: unknown = isObject(value) ? value["legs"] : value;
  if (!Array.isArray(given) || given.length === 0) return { code: "no-legs", text: "there is no list of legs" };
  if (given.length > MOST_LEGS) return { code: "too-many-legs", text: `more than ${MOST_LEGS} legs` };
  const legs: Leg[] = [];
  for (const [index, each] of (given as readonly unknown[]).entries()) {
    const bad = (why: string): LegsFault => ({ code: "bad-leg", text: `leg ${index + 1} ${why}` });
    if (!isObject(each)) return bad("is no object");
    const [start, end] = [readMoment(each["start"]), readMoment(each["end"])];
    if (start === null || end === null) return bad(`has no date-time at ${start === null ? "start" : "end"}: ${show(each[start === null ? "start" : "end"])}`);
    const stay = each["at"];
    const ride = stay === undefined;
    const [from, to] = ride ? [each["from"], each["to"]] : [stay, stay];
    if (!ride && (each["from"] !== undefined || each["to"] !== undefined)) return bad("is at one place, and from or to another");
    if (typeof from !== "string" || typeof to !== "string" || placeForm(from) === "" || placeForm(to) === "") return bad("names no place: from and to, or at");
    const price = each["price"] ?? 0;
    if (typeof price !== "number" || !Number.isFinite(price) || price < 0) return bad(`has no price of at least 0: ${show(price)}`);
    legs.push({ index, start, end, from: placeForm(from), to: placeForm(to), ride, price });
  }
  const zoned = legs[0]!.start.offset;
  return legs.every(({ start, end }) => start.offset === zoned && end.offset === zoned) ? legs : { code: "mixed-times", text: "some times have an offset and some have none" };
}

function faultsOf(legs: readonly Leg[], rules: ItineraryRules): ItineraryFault[] {
  const faults: ItineraryFault[] = [];
  const add = (rule: ItineraryRule, leg: Leg | null, text: string): void => void faults.push({ rule, leg: leg?.index ?? null, text: leg === null ? text : `leg ${leg.index + 1} ${text}` });
  const ways = new Map<string, number>();
  for (const { between: [a, b], minutes } of rules.connections)
    for (const way of [JSON.stringify([a, b]), JSON.stringify([b, a])]) ways.set(way, Math.min(minutes, ways.get(way) ?? Number.POSITIVE_INFINITY));

  for (const leg of legs) if (leg.end.minutes < leg.start.minutes || (leg.ride && leg.end.minutes === leg.start.minutes && leg.from !== leg.to)) add("reversed-leg", leg, "ends before, or when, it starts");
  // Against all before, not the last alone: a short leg inside a long one must not hide what the long one overlaps.
  let latest = legs[0]!;
  for (const [i, leg] of legs.entries()) {
    const previous = legs[i - 1];
    if (previous === undefined) continue;
    if (leg.start.minutes < previous.start.minutes) add("out-of-order", leg, `starts before leg ${previous.index + 1} does`);
    else if (leg.start.minutes < latest.end.minutes) add("overlap", leg, `starts before leg ${latest.index + 1} ends`);
    const gap = leg.start.minutes - previous.end.minutes;
    if (previous.to !== leg.from) {
      const minutes = ways.get(JSON.stringify([previous.to, leg.from]));
      if (minutes === undefined) add("disconnected", leg, `starts at ${show(leg.from)}, and leg ${previous.index + 1} ends at ${show(previous.to)}`);
      else if (gap < minutes) add("short-transfer", leg, `leaves ${Math.round(gap)} minutes for a way of ${minutes}`);
    } else if (previous.ride && leg.ride && gap < rules.transferMinutes) add("short-transfer", leg, `leaves ${Math.round(gap)} minutes to change, not ${rules.transferMinutes}`);
    if (leg.end.minutes > latest.end.minutes) latest = leg;
  }
  if (rules.start !== null && legs[0]!.from !== rules.start) add("wrong-ends", legs[0]!, `starts at ${show(legs[0]!.from)}, not ${show(rules.start)}`);
  if (rules.end !== null && legs.at(-1)!.to !== rules.end) add("wrong-ends", legs.at(-1)!, `ends at ${show(legs.at(-1)!.to)}, not ${show(rules.end)}`);
  const [earliest, last] = [rules.notBefore ?? Number.NEGATIVE_INFINITY, rules.notAfter ?? Number.POSITIVE_INFINITY];
  for (const leg of legs) {
    if (leg.start.minutes < earliest || leg.end.minutes > last) add("outside-window", leg, "lies outside of the time that there is");
    const hours = leg.ride ? undefined : rules.open.get(leg.from);
    // A stay past midnight is open only where one of the day's hours holds all of it, so never.
    const long = leg.end.minutes - leg.start.minutes;
    if (hours !== undefined && !hours.some(({ days, from, until }) => (days === null || days.includes(leg.start.weekday)) && leg.start.ofDay >= from && leg.start.ofDay + long <= until)) add("closed", leg, `is at ${show(leg.from)} when it is closed`);
  }
  const stays = new Set(legs.flatMap((leg) => (leg.ride ? [] : [leg.from])));
  for (const place of rules.visit) if (!stays.has(place)) add("missing-visit", null, `there is no stay at ${show(place)}`);
  const spent = legs.reduce((total, { price }) => total + price, 0);
  if (rules.budget !== null && spent > rules.budget * (1 + 1e-12)) add("over-budget", null, `it costs ${spent}, and ${rules.budget} is all there is`);
  return faults;
}
