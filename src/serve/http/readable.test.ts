import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { requireReadable } from "./readable.ts";

const HEAP = 64 * 2 ** 20;

function refusal(text: string): string | null {
  try {
    requireReadable(Buffer.from(text), HEAP);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

describe("bodies that a thread can read", () => {
  it("are all that are small", () => {
    for (const text of ["", "{", '"', "[".repeat(100_000), "{},".repeat(150_000)]) expect(refusal(text)).toBeNull();
  });

  it("are large ones of text and numbers, whatever stands in the text", () => {
    expect(refusal(`["${"{[".repeat(1_500_000)}"]`)).toBeNull();
    expect(refusal(`["${'\\"{['.repeat(700_000)}"]`)).toBeNull();
    expect(refusal(`[${"1,".repeat(1_500_000)}1]`)).toBeNull();
  });

  it("are not those whose lists and objects take more than the heap has", () => {
    for (const text of [`[${"[],".repeat(1_000_000)}[]]`, `[${"{},".repeat(1_000_000)}{}]`, `{${Array.from({ length: 120_000 }, (_, k) => `"k${k}":1`).join()}}`, "[".repeat(3_000_000), "1".repeat(5_000_000)]) expect(refusal(text)).toMatch(/^body: must be readable in half of the memory of a thread, which is 64 MB/);
  });
});
