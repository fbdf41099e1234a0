import { describe, expect, it } from "vitest";
import { orAborted, untilAborted } from "./abort.ts";

const enough = new Error("enough");
const soon = (): AbortSignal => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(enough), 10);
  return stop.signal;
};

describe("untilAborted", () => {
  it("gives every item, and ends where its source never yields again", async () => {
    let left = false;
    async function* stalled(): AsyncGenerator<number> {
      try {
        yield 1;
        await new Promise(() => undefined);
      } finally {
        left = true;
      }
    }
    const seen: number[] = [];
    const run = async (signal: AbortSignal): Promise<void> => {
      for await (const item of untilAborted(stalled(), signal)) seen.push(item);
    };
    await expect(run(soon())).rejects.toBe(enough);
    expect(seen).toEqual([1]);
    // A source that waits for ever is never left; the run does not wait with it.
    expect(left).toBe(false);
  });

  it("waits for a source that is left early without an abort", async () => {
    const events: string[] = [];
    async function* source(): AsyncGenerator<number> {
      try {
        yield 1;
      } finally {
        await new Promise((resolve) => setTimeout(resolve, 5));
        events.push("closed");
      }
    }
    for await (const item of untilAborted(source(), new AbortController().signal)) {
      events.push(String(item));
      break;
    }
    expect(events).toEqual(["1", "closed"]);
  });
});

describe("orAborted", () => {
  it("is the promise, its failure, or the reason, whichever comes first", async () => {
    const { signal } = new AbortController();
    expect(await orAborted(Promise.resolve(1), undefined)).toBe(1);
    expect(await orAborted(Promise.resolve(1), signal)).toBe(1);
    await expect(orAborted(Promise.reject(new Error("broken")), signal)).rejects.toThrow("broken");
    await expect(orAborted(new Promise(() => undefined), soon())).rejects.toBe(enough);
    await expect(orAborted(Promise.resolve(1), AbortSignal.abort(enough))).rejects.toBe(enough);
  });
});
