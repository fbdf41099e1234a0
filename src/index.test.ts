import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { groupRelative } from "./credit/index.ts";
import { defineReward, score, weightedSum } from "./index.ts";
import { exact } from "./verify/index.ts";

describe("the front door", () => {
  it("has at most twenty names, types counted", () => {
    const text = readFileSync(new URL("./index.ts", import.meta.url), "utf8");
    const listed = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names]) => names!.split(",")).map((name) => name.trim().replace("type ", ""));
    const declared = [...text.matchAll(/^export (?:async )?function (\w+)/gm)].map(([, name]) => name!);
    expect(new Set([...listed, ...declared]).size).toBe(listed.length + declared.length);
    expect(listed.length + declared.length).toBeLessThanOrEqual(20);
  });

  it("scores with workers without being told where methods are", async () => {
    const reward = defineReward({ rewards: { correct: exact, brief: (r) => (r.response.length < 3 ? 1 : 0) }, reward: weightedSum({ correct: 1, brief: 0.5 }), credit: groupRelative.with({ std: false }) });
    const rollouts = ["4", "5"].map((response) => ({ id: response, group: "a", prompt: "2+2", response, reference: "4" }));
    const advantages: (number | null)[] = [];
    for await (const row of score(reward, rollouts, { workers: 1 })) advantages.push(row.advantage);
    expect(advantages).toEqual([0.5, -0.5]);
  });
});
