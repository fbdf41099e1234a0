import { describe, expect, it } from "vitest";
import { correct, incorrect, invalid, notApplicable, undecided, type Verdict } from "../core/verdict.ts";
import { groundedClaims } from "./grounded-claims.ts";
import { trajectory, type TrajectoryJudgement } from "./trajectory.ts";

const pass = correct("ok", "ok");
const fail = incorrect("no", "no");
const open = undecided("open", "open");

function judge(whole: Verdict, turns: readonly Verdict[], options = {}): TrajectoryJudgement {
  return trajectory(turns, { trajectory: () => whole, turn: (verdict) => verdict }, options);
}

describe("trajectory", () => {
  it("looks at no turn of a trajectory that fails", () => {
    for (const whole of [fail, invalid("bad", "bad")]) expect(judge(whole, [pass, pass])).toEqual({ score: 0, stage: "trajectory", turn: null, verdict: whole, turnCalls: 0 });
    expect(judge(open, [fail])).toMatchObject({ score: null, stage: "trajectory", turnCalls: 0 });
  });
  it("is 1 where all turns pass, and 0 from the first that fails", () => {
    expect(judge(pass, [pass, notApplicable("n", "n"), pass])).toEqual({ score: 1, stage: null, turn: null, verdict: null, turnCalls: 3 });
    expect(judge(notApplicable("n", "n"), [pass]).score).toBe(1);
    expect(judge(pass, [pass, fail, pass])).toMatchObject({ score: 0, stage: "turn", turn: 1, turnCalls: 2 });
    expect(judge(pass, [pass, fail, pass], { turns: "all" })).toMatchObject({ score: 0, turn: 1, turnCalls: 3 });
  });
  it("leaves open what a turn leaves open, where no other fails", () => {
    expect(judge(pass, [pass, open, pass])).toMatchObject({ score: null, stage: "turn", turn: 1, turnCalls: 3 });
    expect(judge(pass, [open, fail, pass])).toMatchObject({ score: 0, turn: 1, turnCalls: 2 });
  });
  it("waits for checks that give promises, in order", async () => {
    const asked: number[] = [];
    const checks = { trajectory: async () => pass, turn: async (verdict: Verdict, index: number) => (asked.push(index), verdict) };
    expect(await trajectory([pass, fail, pass] as Verdict[], checks)).toMatchObject({ score: 0, turn: 1, turnCalls: 2 });
    expect(asked).toEqual([0, 1]);
    await expect(Promise.resolve(trajectory([1], { trajectory: async () => pass, turn: () => Promise.reject(new Error("judge down")) }))).rejects.toThrow("judge down");
  });
  it("refuses an empty trajectory", () => expect(() => judge(pass, [])).toThrow(/one turn at least/));
});

describe("groundedClaims", () => {
  const LOG = [{ trains: [{ train: "R7", price: 20, seats: 3 }, { train: "R9", price: 35, seats: 0 }] }, '{"hotel": "Adler", "price": 80}', "no trains", 7];
  it.each<[unknown, boolean]>([
    [{ train: "R7", price: 20 }, true],
    [[{ train: "R7" }, { hotel: "Adler", price: 80.0 }], true],
    [{ claims: [{ train: "R9", seats: 0 }] }, true],
    // A value of another record, of another field, of another type.
    [{ train: "R7", price: 35 }, false],
    [{ train: "R7", seats: 20 }, false],
    [{ train: "R7", price: "20" }, false],
    [[{ train: "R7" }, { train: "R8" }], false],
    [{ constructor: "x" }, false],
  ])("%j: %s", (claims, grounded) => expect(groundedClaims(JSON.stringify(claims), LOG)).toMatchObject({ status: grounded ? "correct" : "incorrect", reason: { code: grounded ? "grounded" : "not-grounded" } }));

  it("gives the share of the claims, and leaves out what is free", () => {
    expect(groundedClaims('[{"train":"R7"},{"train":"R8"}]', LOG, { partial: "share" }).score).toBe(0.5);
    expect(groundedClaims('{"train":"R7","mood":"happy"}', LOG).score).toBe(0);
    expect(groundedClaims('{"train":"R7","mood":"happy"}', LOG, { free: ["mood"] }).score).toBe(1);
    expect(groundedClaims('{"mood":"happy"}', LOG, { free: ["mood"] })).toMatchObject({ status: "invalid", reason: { code: "empty-claim" } });
  });
  it("an empty claim is no way to hold", () => {
    expect(groundedClaims("{}", LOG)).toMatchObject({ status: "invalid", reason: { code: "empty-claim" } });
    expect(groundedClaims("[]", LOG)).toMatchObject({ status: "invalid", reason: { code: "no-claims" } });
    expect(groundedClaims("7", LOG)).toMatchObject({ status: "invalid", reason: { code: "no-claims" } });
    expect(groundedClaims("R7", LOG)).toMatchObject({ status: "invalid", reason: { code: "not-json" } });
    expect(groundedClaims("[".repeat(300), LOG)).toMatchObject({ status: "invalid", reason: { code: "too-deep" } });
  });
  it("a log without a record is ours", () => expect(groundedClaims('{"a":1}', ["none"])).toMatchObject({ status: "undecided", reason: { code: "bad-reference" } }));
  it("a flood of claims ends in bounded work", () => {
    const log = Array.from({ length: 3000 }, (_, i) => ({ i, name: "x" }));
    expect(groundedClaims(JSON.stringify(Array.from({ length: 20_000 }, (_, i) => ({ i: -i, name: "y" }))), log)).toMatchObject({ status: "invalid", score: 0, reason: { code: "too-much-work" } });
  });
});
