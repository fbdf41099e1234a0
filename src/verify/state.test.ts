import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FormatError } from "../core/errors.ts";
import type { Verdict } from "../core/verdict.ts";
import { state, statePredicates, type StateReference } from "./state.ts";

const SHOP = {
  orders: [
    { id: "a1", status: "paid", total: 19.5, items: ["tea"] },
    { id: "b2", status: "open", total: 7, items: [] },
  ],
  user: { name: "Ann Lee", "e/mail": "ann@example.org", points: 12, vip: false, note: null },
};

const on = (after: unknown, before?: unknown) => (reference: StateReference, options: Parameters<typeof state>[2] = {}): Verdict => state("", reference, options, { state: before === undefined ? { after } : { before, after } });
const shop = on(SHOP);

describe("state: one value", () => {
  it.each([
    [{ at: "/orders/0/status", is: "paid" }],
    [{ at: "/orders/-1/id", is: "b2" }],
    [{ at: "/user/e~1mail", matches: "[a-z]+@[a-z.]+" }],
    [{ at: "/user/points", ge: 12, lt: 13, not: 11 }],
    [{ at: "/orders/0/total", near: 20, within: 0.5 }],
    [{ at: "/orders/0/items", contains: "tea", size: 1, type: "list" }],
    [{ at: "/user/name", contains: "Lee", size: 7 }],
    [{ at: "/user", contains: "vip", type: "object" }],
    [{ at: "/user/note", is: null, exists: true, type: "null" }],
    [{ at: "/user/phone", exists: false }],
    [{ at: "/user/vip", in: [true, false] }],
    [{ at: "/user", is: { vip: false, note: null, points: 12.0, "e/mail": "ann@example.org", name: "Ann Lee" } }],
    [{ at: "", type: "object" }],
  ])("%j holds", (predicate) => expect(shop(predicate)).toMatchObject({ status: "correct", reason: { code: "holds" } }));

  it.each([
    [{ at: "/orders/0/status", is: "Paid" }, "fails"],
    [{ at: "/orders/0/total", is: "19.5" }, "fails"],
    [{ at: "/user/vip", is: 0 }, "fails"],
    [{ at: "/user/points", gt: 12 }, "fails"],
    [{ at: "/user/name", gt: 1 }, "fails"],
    [{ at: "/user/name", matches: "Ann" }, "fails"],
    [{ at: "/user/points", matches: "12" }, "fails"],
    [{ at: "/user/points", contains: 1 }, "fails"],
    [{ at: "/orders/2", exists: true }, "absent"],
    [{ at: "/orders/00", exists: true }, "absent"],
    [{ at: "/user/phone", not: 1 }, "absent"],
    [{ at: "/user/name", exists: false }, "fails"],
    [{ at: "/__proto__", exists: true }, "absent"],
    [{ at: "/user/constructor/name", exists: true }, "absent"],
  ])("%j does not: %s", (predicate, code) => expect(shop(predicate)).toMatchObject({ status: "incorrect", score: 0, reason: { code } }));

  it("names the nearest path", () => {
    expect(shop({ at: "/user/nmae", is: 1 }).reason.text).toBe("nothing stands at /user/nmae; the nearest path is /user/name");
    expect(shop({ at: "/points", is: 12 }).reason.text).toBe("nothing stands at /points; the nearest path is /user/points");
    expect(shop({ at: "/zzzzzzzz", is: 12 }).reason.text).toBe("nothing stands at /zzzzzzzz");
  });
});

describe("state: logic and items", () => {
  it("joins predicates", () => {
    expect(shop({ any: [{ at: "/user/vip", is: true }, { at: "/user/points", ge: 10 }] }).score).toBe(1);
    expect(shop({ any: [{ at: "/user/vip", is: true }, { at: "/user/points", ge: 100 }] }).reason.text).toBe("none of 2 alternatives holds; of the first: /user/vip must be true, and is false");
    expect(shop({ none: [{ at: "/user/vip", is: true }] }).score).toBe(1);
    expect(shop({ none: [{ at: "/user/points", is: 12 }] })).toMatchObject({ status: "incorrect", reason: { code: "fails" } });
    expect(shop({ all: [{ at: "/user/points", is: 12 }, { at: "/user/vip", is: true }] }).score).toBe(0);
  });

  it("counts items", () => {
    const paid = { at: "/status", is: "paid" };
    expect(shop({ count: "/orders", where: paid, is: 1 }).score).toBe(1);
    expect(shop({ count: "/orders", ge: 2, le: 2 }).score).toBe(1);
    expect(shop({ some: "/orders", where: paid }).score).toBe(1);
    expect(shop({ every: "/orders", where: paid })).toMatchObject({ score: 0, reason: { code: "count", text: "1 items of /orders fit, and exactly 2 must" } });
    expect(shop({ every: "/orders", where: { at: "/id", exists: true } }).score).toBe(1);
    expect(shop({ count: "/user", is: 5 }).score).toBe(1);
    expect(shop({ some: "/user/name", where: paid })).toMatchObject({ score: 0, reason: { code: "absent" } });
    expect(on({ list: [] })({ every: "/list", where: paid }).score).toBe(1);
  });

  it("gives the share of checks that hold where told", () => {
    const checks = [{ at: "/user/points", is: 12 }, { at: "/user/vip", is: true }, { at: "/user/note", is: null }, { at: "/x", is: 1 }];
    expect(shop(checks, { partial: "share" })).toMatchObject({ status: "incorrect", score: 0.5, reason: { code: "fails", text: "/user/vip must be true, and is false (and 1 more)" } });
    expect(shop(checks).score).toBe(0);
  });
});

describe("state: what has changed", () => {
  const before = { notes: [{ t: "Milk" }, { t: "Milk" }], money: 10, settings: { wifi: false, volume: 3 } };
  const with_ = (change: object): ReturnType<typeof on> => on({ ...before, ...change }, before);

  it("compares one value with the one before", () => {
    const spent = with_({ money: 7.5 });
    expect(spent({ at: "/money", by: -2.5, was: 10, changed: true }).score).toBe(1);
    expect(spent({ at: "/money", by: -2 })).toMatchObject({ reason: { code: "not-changed", text: "/money must change by -2, and went from 10 to 7.5" } });
    expect(spent({ at: "/settings/wifi", changed: true })).toMatchObject({ reason: { code: "not-changed" } });
    expect(spent({ at: "/money", changed: false })).toMatchObject({ reason: { code: "other-change" } });
    expect(spent({ at: "/money", was: 7.5 })).toMatchObject({ reason: { code: "fails" } });
    expect(on({ a: 1 }, { a: 1, b: 2 })({ at: "/b", changed: true }).score).toBe(1);
    expect(on({ a: 0.1 + 0.2 }, { a: 0.1 })({ at: "/a", by: 0.2 }).score).toBe(1);
  });

  it("sees rows added and removed, by value and number (AndroidWorld's integrity of rows)", () => {
    const added = { added: "/notes", where: { at: "/t", is: "Eggs" }, is: 1 };
    const only = { onlyChanged: ["/notes/*"] };
    expect(with_({ notes: [...before.notes, { t: "Eggs" }] })([added, only]).score).toBe(1);
    expect(with_({ notes: [{ t: "Eggs" }, ...before.notes] })([added, { added: "/notes", is: 1 }, { removed: "/notes", is: 0 }, only]).score).toBe(1);
    // Twice the same note is one more than was asked, though its value was there already.
    expect(with_({ notes: [...before.notes, { t: "Milk" }] })({ added: "/notes", is: 1 }).score).toBe(1);
    expect(with_({ notes: [{ t: "Eggs" }, { t: "Milk" }] })([added, { removed: "/notes", is: 0 }])).toMatchObject({ score: 0, reason: { code: "count", text: "1 removed items of /notes fit, and exactly 0 must" } });
    expect(with_({ notes: [] })({ removed: "/notes" }).score).toBe(1);
    expect(with_({ notes: "gone" })({ removed: "/notes", is: 2 }).score).toBe(1);
    expect(with_({ notes: "gone" })(added)).toMatchObject({ score: 0, reason: { code: "absent" } });
  });

  it("lets nothing else change", () => {
    const wifi = [{ at: "/settings/wifi", is: true }, { onlyChanged: ["/settings/wifi"] }];
    expect(with_({ settings: { wifi: true, volume: 3 } })(wifi).score).toBe(1);
    expect(with_({ settings: { wifi: true, volume: 4 } })(wifi)).toMatchObject({ score: 0, reason: { code: "other-change", text: "/settings/volume has changed, and must not" } });
    expect(with_({ settings: { wifi: true } })(wifi)).toMatchObject({ reason: { text: "/settings/volume has changed, and must not" } });
    expect(with_({ settings: { wifi: true, volume: 3, new: 1 } })(wifi)).toMatchObject({ reason: { text: "/settings/new has changed, and must not" } });
    expect(with_({})({ onlyChanged: [] }).score).toBe(1);
    expect(on([], {})({ onlyChanged: [] })).toMatchObject({ reason: { text: "the whole has changed, and must not" } });
  });

  it("takes the reference's snapshot where the environment has none", () => {
    expect(on({ a: 2 })({ before: { a: 1 }, checks: { at: "/a", by: 1 } }).score).toBe(1);
    expect(on({ a: 2 }, { a: 0 })({ before: { a: 1 }, checks: { at: "/a", by: 2 } }).score).toBe(1);
  });
});

describe("state: whose fault it is", () => {
  it.each([
    [{ att: "/a", is: 1 }, /checks\[0\] must have one of .*got "att"; did you mean "at"\?/],
    [{ at: "/a", iss: 1 }, /checks\[0\]\.iss must be one of .*did you mean "is"\?/],
    [{ at: "orders.0.status", is: 1 }, /did you mean "\/orders\/0\/status"\?/],
    [{ at: "/a" }, /must test something/],
    [{ at: "/a", any: [] }, /must have one of/],
    [{ all: [] }, /checks\[0\]\.all must be a list that is not empty/],
    [{ count: "/a" }, /must say how many/],
    [{ some: "/a" }, /must say what holds of the items/],
    [{ some: "/a", where: { at: "/b", changed: true } }, /must not look at the snapshot before inside of where/],
    [{ at: "/a", matches: "(?<=x)y" }, /must be a pattern/],
    [{ at: "/a", type: "lst" }, /did you mean "list"\?/],
    [{ at: "/a", within: 1 }, /must come with near/],
    [{ at: "/a", lt: "3" }, /must be a number/],
    [{ at: "/a", exists: 1 }, /must be true or false/],
    [{ checks: [], before: {} }, /one predicate at least/],
    [{ checks: [{ at: "/a", is: 1 }], befor: {} }, /must have checks and before only/],
    ["no json", /must be JSON/],
    [7, /must be a predicate/],
  ])("a reference %j is none", (reference, text) => {
    expect(() => statePredicates(reference)).toThrow(FormatError);
    expect(() => statePredicates(reference)).toThrow(text);
    expect(shop(reference as StateReference)).toMatchObject({ status: "undecided", score: null, reason: { code: "bad-reference" } });
  });

  it("a path compared that was never there is the reference's, with the one that was meant", () => {
    expect(on({ money: 1 }, { money: 2 })({ at: "/mony", by: -1 })).toMatchObject({ status: "undecided", reason: { code: "bad-path", text: 'the reference compares /mony, which is in neither snapshot; did you mean "/money"?' } });
    expect(on({ money: 1 })({ at: "/money", by: -1 })).toMatchObject({ status: "undecided", reason: { code: "no-capability" } });
  });

  it("a missing snapshot is the environment's, and the response never stands in for it", () => {
    const right = { at: "/done", is: true };
    expect(state('{"done": true}', right)).toMatchObject({ status: "undecided", reason: { code: "no-capability" } });
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    expect(on(cycle)(right)).toMatchObject({ status: "undecided", reason: { code: "bad-snapshot" } });
    expect(on({ done: true }, cycle)(right)).toMatchObject({ status: "undecided" });
  });

  it("reads the response where told to", () => {
    const right = { at: "/done", is: true };
    const options = { snapshot: "response" } as const;
    expect(state('{"done": true}', right, options)).toMatchObject({ status: "correct", extracted: '{"done": true}' });
    expect(state('Now:\n```json\n{"done": true}\n```', right, options).score).toBe(1);
    expect(state("done", right, options)).toMatchObject({ status: "invalid", reason: { code: "not-json" } });
    expect(state("[".repeat(200), right, options)).toMatchObject({ status: "invalid", reason: { code: "too-deep" } });
    expect(state("", right, options)).toMatchObject({ status: "invalid", reason: { code: "empty" } });
    expect(state("[".repeat(200), right, options, { state: { after: { done: true } } }).status).toBe("invalid");
  });

  it("hostile snapshots of a megabyte end in bounded work, and never pay", () => {
    const many = { rows: Array.from({ length: 100_000 }, (_, i) => ({ i })) };
    expect(on(many, { rows: [] })({ added: "/rows", is: 1 }).score).toBe(0);
    const strings = { rows: Array.from({ length: 30 }, () => "a".repeat(30_000)) };
    expect(on(strings)({ every: "/rows", where: { at: "", matches: `(${"a?".repeat(200)}){3}b` } }).score).toBe(0);
    let deep: unknown = 1;
    for (let i = 0; i < 150; i++) deep = { deep };
    expect(on(deep)({ at: "/deep", exists: true })).toMatchObject({ status: "invalid", reason: { code: "too-deep" } });
    const wide = { rows: Array.from({ length: 60_000 }, () => [1, 2, 3, 4, 5]) };
    expect(on(wide, { rows: [] })(Array.from({ length: 8 }, () => ({ added: "/rows", is: 1 })))).toMatchObject({ status: "invalid", score: 0, reason: { code: "too-much-work" } });
  });
});

describe("state: laws", () => {
  const json = fc.jsonValue({ maxDepth: 3 });
  it("a snapshot is what it is, and has not changed against itself", () => {
    fc.assert(fc.property(json, (value) => {
      const whole = on(value, value);
      expect(whole({ at: "", is: value }).score).toBe(1);
      expect(whole({ onlyChanged: [] }).score).toBe(1);
      expect(whole({ at: "", changed: true }).score).toBe(0);
    }), { seed: 5, numRuns: 200 });
  });
  it("added and removed are the two sides of a difference of bags, wherever the items stand", () => {
    const bag = fc.array(fc.constantFrom<unknown>(1, 2, "2", { a: 1 }, [1]), { maxLength: 8 });
    const extra = (xs: readonly unknown[], ys: readonly unknown[]): number => {
      const left = ys.map((y) => JSON.stringify(y));
      return xs.filter((x) => {
        const at = left.indexOf(JSON.stringify(x));
        if (at >= 0) left.splice(at, 1);
        return at < 0;
      }).length;
    };
    fc.assert(fc.property(bag, bag, (a, b) => {
      const of = on({ l: b }, { l: a });
      expect(of({ added: "/l", is: extra(b, a) }).score).toBe(1);
      expect(of({ removed: "/l", is: extra(a, b) }).score).toBe(1);
    }), { seed: 7, numRuns: 200 });
  });
  it("none is the opposite of any, and onlyChanged sees whatever `is` tells apart", () => {
    fc.assert(fc.property(json, json, (a, b) => {
      const same = on(b, a)({ at: "", is: a }).score === 1;
      expect(on(b, a)({ none: [{ at: "", is: a }] }).score).toBe(same ? 0 : 1);
      expect(on(b, a)({ onlyChanged: [] }).score).toBe(same ? 1 : 0);
    }), { seed: 6, numRuns: 200 });
  });
});
