import { stat } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { groupRelative, prefixTree } from "../credit/index.ts";
import { readEvidence } from "./evidence.ts";
import { loadReproduction, reproductionFiles } from "./reproduction/files.ts";
import { findMethod, listMethods, loadRoom, METHOD_ROOMS } from "./rooms.ts";
import { firstSentence, methodSummary } from "./summary.ts";
import { entryOf, findSystem, systems } from "./systems.ts";

const ROOMS = ["verify", "judge", "steps", "shaping", "credit", "objective", "search", "train", "learn", "evaluate", "curate", "design"];

describe("methods", () => {
  it("are found by id, alias and bare name", async () => {
    expect(await findMethod("credit/group-relative")).toBe(groupRelative);
    expect(await findMethod("grpo")).toBe(groupRelative);
    expect(await findMethod("prefix-tree")).toBe(prefixTree);
  });
  it("an unknown one is an error with the nearest name", async () => {
    await expect(findMethod("credit/group-relativ")).rejects.toMatchObject({ code: "unknown-method", details: { nearest: "credit/group-relative" } });
    await expect(findMethod("credit/leave")).rejects.toMatchObject({ details: { nearest: "credit/leave-one-out" } });
    await expect(findMethod("nowhere/at-all")).rejects.toThrow('method "nowhere/at-all" must be one of');
  });
  it("have unique ids and aliases, and each lives in the room of its id", async () => {
    const names = (await listMethods()).flatMap(({ record }) => [record.id, ...record.aliases]);
    expect(new Set(names).size).toBe(names.length);
    for (const room of METHOD_ROOMS) for (const { record } of await loadRoom(room)) expect(record.id.startsWith(`${room}/`)).toBe(true);
  });
  it("tell their doc comment's first sentence", async () => {
    expect(await methodSummary("credit/group-relative")).toBe("Group-relative advantage: how much better than its group a response was.");
    expect(await methodSummary("credit/missing")).toBeUndefined();
    expect(firstSentence("/** One. Two. */\nconst x = 1;\nexport const f = 1;", "f")).toBeUndefined();
  });
});

describe("systems", () => {
  it("are 258, s001 to s258, at home in a room, pointing at one another", async () => {
    const rows = await systems();
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 258 }, (_, i) => `s${String(i + 1).padStart(3, "0")}`));
    const ids = new Set(rows.map(({ id }) => id));
    for (const row of rows) {
      expect(ROOMS).toContain(row.home);
      for (const room of row.also) expect(ROOMS).toContain(room);
      for (const other of row.sameAs ?? []) expect(ids.has(other) && other !== row.id).toBe(true);
    }
  });
  it("stay small enough to ship", async () => {
    expect((await stat(new URL("../../catalog/systems.json", import.meta.url))).size).toBeLessThan(300_000);
  });
  it("carry links that come from what was reproduced", async () => {
    const entry = await findSystem("s013");
    expect(entry).toMatchObject({ methods: ["credit/prefix-tree"], target: "mechanism", home: "credit" });
    expect((await findSystem("s001")).state).toBe("open");
    await expect(findSystem("s13")).rejects.toThrow('did you mean "s013"?');
  });
  it("of which nothing was run are implemented by the methods that name them", async () => {
    expect(await findSystem("s161")).toMatchObject({ state: "implemented", methods: ["credit/value-anchor"], evidence: [] });
    expect((await systems()).find(({ id }) => id === "s161")).toEqual(await findSystem("s161"));
  });
  it("are shown, shown below their target, implemented or open", async () => {
    const row = await findSystem("s013");
    const [result] = row.evidence;
    const state = (...evidence: readonly object[]): string => entryOf(row, evidence.map((change) => ({ ...result!, ...change })), new Map()).state;
    expect(state({ shown: true })).toBe("shown");
    expect(state({ shown: true, level: "identity" })).toBe("shown-below");
    expect(state({ shown: false })).toBe("implemented");
    expect(state()).toBe("open");
    expect(entryOf(row, [], new Map([["s013", ["credit/prefix-tree"]]]))).toMatchObject({ state: "implemented", methods: ["credit/prefix-tree"] });
  });
  it("that methods name exist, and say why nothing is shown where that cannot be shown here", async () => {
    const rows = await systems();
    const ids = new Set(rows.map(({ id }) => id));
    for (const { record } of await listMethods()) for (const system of record.systems) expect(ids).toContain(system);
    for (const id of ["s094", "s118", "s135", "s161"]) {
      const row = rows.find((each) => each.id === id)!;
      expect(row.reason).toMatch(/trained/);
      expect(row.state).toBe("implemented");
    }
  });
});

describe("reproductions", () => {
  it("lie in the room of their system, and the recorded evidence says what they say", async () => {
    const evidence = await readEvidence();
    const loaded = await Promise.all((await reproductionFiles()).map(async (file) => ({ file, reproduction: await loadReproduction(file) })));
    for (const { file, reproduction } of loaded) expect((await findSystem(reproduction.system)).home).toBe(file.room);
    const key = (r: { readonly level: string }, id: string): string => `${id} ${r.level}`;
    const said = loaded.map(({ reproduction }) => [key(reproduction, reproduction.system), reproduction.uses, JSON.stringify(reproduction.claim)]).sort();
    expect(evidence.map((result) => [key(result, result.id), result.uses, JSON.stringify(result.claim)]).sort()).toEqual(said);
    for (const result of evidence) expect(result.phase).toBe("confirmation");
  });
  it("have a test file a room", async () => {
    const rooms = [...new Set((await reproductionFiles()).map(({ room }) => room))];
    for (const room of rooms) expect((await stat(new URL(`../../test/reproductions/${room}.test.ts`, import.meta.url))).isFile()).toBe(true);
  });
  it("use methods of the catalogue, and no method lists a system that a reproduction links already", async () => {
    const evidence = await readEvidence();
    for (const { id, uses } of evidence) for (const method of uses) expect((await findMethod(method)).record.systems).not.toContain(id);
  });
});
