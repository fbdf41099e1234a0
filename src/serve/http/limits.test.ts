/** Limits as they are told on a terminal. */
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { register } from "../../cli/commands/serve.ts";
import { limitsSchema, parseLimits } from "./limits.ts";

describe("limits", () => {
  it("are read with units of bytes, and as fractions of seconds", () => {
    expect(parseLimits(["bodyBytes=64MiB", "waitingBytes=1.5GiB", "items=9", "answerSeconds=0.5", "drainSeconds=0"])).toEqual({ bodyBytes: 64 << 20, waitingBytes: 1.5 * 2 ** 30, items: 9, answerSeconds: 0.5, drainSeconds: 0 });
    expect(parseLimits([])).toEqual({});
  });

  it.each([
    ["bodyByte=1", '--limit must name a limit, got "bodyByte"; did you mean "bodyBytes"? (bodyBytes, items, '],
    ["toString=1", '--limit must name a limit, got "toString"'],
    ["bodyBytes", '--limit bodyBytes must be a number of bytes, such as 33554432 or 32MiB, got ""'],
    ["bodyBytes=32MB", 'got "32MB"'],
    ["bodyBytes=0.3", "--limit bodyBytes must be "],
    ["answerSeconds=2m", '--limit answerSeconds must be a number of seconds, got "2m"'],
    ["items=16KiB", '--limit items must be a number, got "16KiB"'],
    ["items=0", "--limit items must be at least 1, got 0"],
    ["items=1=2", 'got "1=2"'],
    ["stuckSeconds=0", "--limit stuckSeconds must be above 0, got 0"],
    ["items=-1", 'got "-1"'],
  ])("are refused: %s", (text, said) => expect(() => parseLimits([text])).toThrow(said));

  it("are said once", () => expect(() => parseLimits(["items=1", "items=2"])).toThrow(/items must be given once, got/));

  it("stand in the help with the defaults that they have", () => {
    const program = new Command();
    register(program);
    const { description } = program.commands[0]!.options.find(({ long }) => long === "--limit")!;
    expect(parseLimits(description.slice(description.indexOf("bodyBytes=32")).split(" "))).toEqual(limitsSchema.parse({}));
  });
});
