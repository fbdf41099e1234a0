import { z } from "zod";
import { show } from "../core/errors.ts";
import { defineVerifier, type Verifier } from "../core/method.ts";
import { correct, incorrect, invalid, undecided, type Verdict } from "../core/verdict.ts";
import { isObject, readJson, sameJson, type JsonObject } from "./structure/json.ts";
import { readPayload, type PayloadCode } from "./structure/payload.ts";

export interface GroundedClaimsOptions {
  /** Fields of a claim that no tool has to confirm. */
  readonly free: readonly string[];
  /** `none`: all or nothing. `share`: the share of the claims that are confirmed. */
  readonly partial: "none" | "share";
}

/** Every reason `groundedClaims` gives. */
export type GroundedClaimsCode = "grounded" | "not-grounded" | "empty-claim" | "no-claims" | "too-much-work" | "not-json" | "too-deep" | "bad-reference" | PayloadCode;

const MOST_WORK = 2_000_000;
/** Deeper records of a log are not looked for. */
const MOST_DEPTH = 100;

/**
 * What a turn states is what the tools said: every claim, a record of fields, is part of a record that a tool returned.
 *
 *     score = 1 if for every claim c some recorded object r has r[k] = c[k] for all fields k of c, else 0
 *
 * All fields of a claim must stand in one record: a price of one train and the time of another confirm nothing. Records are looked
 * for at any depth of the log. The response's JSON is a claim, a list of them, or an object of `claims`; values are equal as JSON.
 * Limits: a claim without a field that needs confirmation is invalid (it would hold of anything); a log that holds no object is
 * undecided; work is bounded.
 *
 * @param reference what the tools returned, in any shape: values, or JSON text of them
 * @remarks The paper asks a language model whether a turn's details fit the tool responses; this is the check where both are data. A claim
 * of few fields is easily confirmed by a record it does not mean: say in the template which fields name the record.
 * @see DeepTravel 2025, arXiv:2509.21842: the turn-level check of details against recorded tool responses
 * @example groundedClaims('{"train": "R7", "price": 20}', [{ trains: [{ train: "R7", price: 20, seats: 3 }, { train: "R9", price: 35 }] }]).score // => 1
 * @example groundedClaims('{"train": "R7", "price": 35}', [{ trains: [{ train: "R7", price: 20, seats: 3 }, { train: "R9", price: 35 }] }]).reason.code // => "not-grounded"
 */
export const groundedClaims: Verifier<string | object, GroundedClaimsOptions, Verdict<GroundedClaimsCode>> = /* @__PURE__ */ defineVerifier<string | object, GroundedClaimsOptions, Verdict<GroundedClaimsCode>>({
  id: "verify/grounded-claims",
  paper: { title: "DeepTravel: An End-to-End Agentic Reinforcement Learning Framework for Autonomous Travel Planning Agents", url: "https://arxiv.org/abs/2509.21842" },
  options: z.strictObject({ free: z.array(z.string()).default([]), partial: z.enum(["none", "share"]).default("none") }),
  prepare(reference: string | object, { free, partial }: GroundedClaimsOptions) {
    const records = recordsOf(reference);
    return (response, context) => {
      if (typeof records === "string") return undecided("bad-reference", records);
      const payload = readPayload(response, "auto", ["json"], context);
      if ("status" in payload) return payload;
      const read = readJson(payload.text);
      if (!read.ok) return invalid(read.code, `the claims: ${read.text}`, payload.found);
      const claims = claimsOf(read.value);
      if (claims === null) return invalid("no-claims", "there is no claim: an object, or a list of objects", payload.found);
      let work = MOST_WORK;
      const missed: number[] = [];
      for (const [i, claim] of claims.entries()) {
        const fields = Object.entries(claim).filter(([name]) => !free.includes(name));
        if (fields.length === 0) return invalid("empty-claim", `claim ${i + 1} states nothing that could be confirmed`, payload.found);
        work -= records.length * fields.length;
        if (work < 0) return invalid("too-much-work", "the claims take too long to check", payload.found);
        if (!records.some((record) => fields.every(([name, value]) => Object.hasOwn(record, name) && sameJson(record[name], value)))) missed.push(i);
      }
      if (missed.length === 0) return correct("grounded", `${claims.length} of ${claims.length} claims are confirmed`, payload.found);
      return incorrect("not-grounded", `no tool returned claim ${missed[0]! + 1}: ${show(claims[missed[0]!])}`, payload.found, partial === "share" ? 1 - missed.length / claims.length : 0);
    };
  },
});

/** Every object of a log, at any depth; a text that is JSON is read. */
function recordsOf(reference: unknown): readonly JsonObject[] | string {
  const records: JsonObject[] = [];
  const visit = (value: unknown, depth: number): boolean => {
    if (depth > MOST_DEPTH) return false;
    if (typeof value === "string") {
      const start = value.trimStart()[0];
      if (start !== "{" && start !== "[") return true;
      const read = readJson(value);
      return !read.ok || visit(read.value, depth + 1);
    }
    if (Array.isArray(value)) return value.every((each) => visit(each, depth + 1));
    if (!isObject(value)) return true;
    records.push(value);
    return Object.values(value).every((each) => visit(each, depth + 1));
  };
  if (!visit(reference, 0)) return `the log is nested deeper than ${MOST_DEPTH}`;
  return records.length > 0 ? records : "the log holds no record";
}

function claimsOf(value: unknown): readonly JsonObject[] | null {
  const list: unknown = isObject(value) && Array.isArray(value["claims"]) ? value["claims"] : isObject(value) ? [value] : value;
  return Array.isArray(list) && list.length > 0 && list.every(isObject) ? list : null;
}
