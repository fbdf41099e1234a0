import { describe, expect, it } from "vitest";
import { within } from "../../test/fixtures/within.ts";
import { ordering } from "./ordering.ts";

describe("ordering", () => {
  it.each([
    ["<answer>1, 2, 3, 4</answer>", 1, "all-right"],
    ["<answer>[1,2,3,4]</answer>", 1, "all-right"],
    ["<answer>2, 1, 3, 4</answer>", 0.5, "partly-right"],
    ["<answer>4, 1, 2, 3</answer>", 0, "none-right"],
    ["<answer>1, x, 3, 4</answer>", 0.75, "partly-right"],
    ["<answer>1, 2</answer>", 0.5, "partly-right"],
    ["<answer>1, 2, 3, 4, 1, 2, 3, 4</answer>", 0.5, "partly-right"],
    ["<answer>1, 1, 1, 1</answer>", 0.25, "partly-right"],
    ["<answer>one</answer>", 0, "no-list"],
    ["1, 2, 3, 4", 0, "no-list"],
    ["<answer>1, 2, 3, 4</answer><answer>1</answer>", 0, "contradiction"],
    ["<think>1, 2, 3, 4", 0, "unclosed-think"],
  ])("%s earns %d", (response, score, code) => {
    expect(ordering(response, [1, 2, 3, 4], { partial: "share" })).toMatchObject({ score, reason: { code } });
  });

  it("all or nothing, without tags, and whose fault", () => {
    expect(ordering("<answer>2, 1, 3, 4</answer>", "1,2,3,4").score).toBe(0);
    expect(ordering("1, 2, 3, 4", "1,2,3,4", { extract: "auto" }).score).toBe(1);
    for (const bad of [[], "a,b", [1.5], 3]) expect(ordering("<answer>1</answer>", bad as never).status).toBe("undecided");
    within(500, () => {
      ordering(`<answer>${"1,".repeat(500_000)}</answer>`, [1, 2]);
    });
  });
});
