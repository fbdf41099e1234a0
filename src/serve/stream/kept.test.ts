/** Specs that are kept are bounded by their bytes: those used last stay, one that fell out is to be opened again. */
import { describe, expect, it } from "vitest";
import type { Pool } from "../../pipeline/index.ts";
import { packFrame, unpackFrame } from "../arrays.ts";
import type { FrameResult, FrameTask } from "./answer-frame.ts";
import { frameAnswers } from "./frames.ts";
import { Kept } from "./kept.ts";

describe("Kept", () => {
  it("lets go of what was used longest ago", () => {
    const kept = new Kept<string>({ mostBytes: 100, entryBytes: 10 });
    kept.set("a", "A", 20);
    kept.set("b", "B", 20);
    kept.set("c", "C", 20);
    expect(kept.get("a")).toBe("A");
    kept.set("d", "D", 0);
    expect(kept.size).toBe(4);
    kept.set("e", "E", 10);
    expect(["a", "b", "c", "d", "e"].map((key) => kept.get(key))).toEqual(["A", undefined, "C", "D", "E"]);
  });

  it("counts a value that is set again once, and one that is gone not at all", () => {
    const kept = new Kept<number>({ mostBytes: 100, entryBytes: 0 });
    for (let i = 0; i < 50; i++) kept.set("a", i, 60);
    kept.set("b", 1, 40);
    expect([kept.get("a"), kept.get("b")]).toEqual([49, 1]);
    kept.delete("a");
    kept.delete("none");
    kept.set("c", 2, 60);
    expect([kept.get("b"), kept.get("c")]).toEqual([1, 2]);
  });

  it("keeps the newest however large it is", () => {
    const kept = new Kept<number>({ mostBytes: 10, entryBytes: 1 });
    kept.set("a", 1, 5);
    kept.set("b", 2, 500);
    expect([kept.get("a"), kept.get("b")]).toEqual([undefined, 2]);
    kept.set("c", 3, 5);
    expect([kept.get("b"), kept.get("c")]).toEqual([undefined, 3]);
  });
});

describe("documents of a process", () => {
  /** A pool whose threads know no spec, and say with which document they were asked. */
  const forgetful: Pool<FrameTask, FrameResult> = {
    async run({ frame, document }) {
      const { call, spec, name } = unpackFrame(frame).header as { readonly call: string; readonly spec: string; readonly name?: string };
      if (call === "open") return [{ reply: packFrame({}), opened: spec, document: name }];
      if (document === undefined) return [{ unknown: spec }];
      return [{ reply: packFrame({ document }), used: spec }];
    },
    close: async () => undefined,
  };

  it("are bounded, and those that are used stay", async () => {
    const answer = frameAnswers(forgetful);
    const ask = async (header: Readonly<Record<string, unknown>>, payload = 0): Promise<unknown> => unpackFrame(new Uint8Array(await answer(packFrame(header, { padding: new Uint8Array(payload) }), false))).header["document"];
    const open = (spec: string): Promise<unknown> => ask({ call: "open", spec, name: `document of ${spec}` }, 20 << 20);
    for (const spec of ["a", "b", "c"]) await open(spec);
    expect(await ask({ call: "score", spec: "a" })).toBe("document of a");
    await open("d");
    expect([await ask({ call: "score", spec: "a" }), await ask({ call: "score", spec: "b" }), await ask({ call: "score", spec: "d" })]).toEqual(["document of a", null, "document of d"]);
  });
});
