/** What a body is told that does not fit: the field at fault, and the one that was meant. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkedValue } from "./checked.ts";
import { contracts } from "./contracts/index.ts";
import { native } from "./contracts/native.ts";

const schemaOf = (path: string): z.ZodType => native.routes.find((route) => route.path === path)!.request!;

describe("bodies of the native calls", () => {
  it.each<[string, unknown, string]>([
    ["/v1/score", { rows: [{ response: "4" }] }, 'rollouts: must be an array, got nothing; there is "rows"'],
    ["/v1/score", { rollout: [] }, 'rollouts: must be an array, got nothing; there is "rollout"'],
    ["/v1/score", { spec: "a", data: {} }, "rollouts: must be an array, got nothing"],
    ["/v1/score", {}, "rollouts: must be an array, got nothing"],
    ["/v1/score", [], "body: must be an object, got []"],
    ["/v1/score", { rollouts: [], colums: {} }, 'colums: there is no such field; did you mean "columns"?'],
    ["/v1/score", { rollouts: [], verbose: true }, "verbose: there is no such field; there are spec, rollouts, columns, split"],
    ["/v1/score", { rollouts: [4] }, "rollouts[0]: must be an object, got 4"],
    ["/v1/verify", { method: "verify/math", response: "4" }, "use: must be a string, got nothing"],
    ["/v1/verify", { use: "verify/math", responses: "4" }, 'responses: there is no such field; did you mean "response"?'],
    ["/v1/verify", { use: "verify/math", items: [{ response: "4", answer: "4" }] }, "items[0].answer: there is no such field; there are response, reference, prompt, state"],
    ["/v1/advantages", { metod: "credit/group-relative", rewards: [1] }, 'method: must be a string, got nothing; there is "metod"'],
    ["/v1/methods", { ids: "credit/group-relative" }, 'ids: there is no such field; did you mean "id"?'],
  ])("%s %j", (path, body, said) => {
    expect(() => checkedValue(schemaOf(path), body)).toThrow(said);
    expect(() => checkedValue(schemaOf(path), body)).toThrow(expect.objectContaining({ code: "format", message: said }));
  });
});

it("a list of any contract under another name is found", () => {
  const found: string[] = [];
  for (const { name, routes } of contracts)
    for (const { path, request } of routes) {
      if (!(request instanceof z.ZodObject)) continue;
      for (const [field, schema] of Object.entries(request.shape as Record<string, z.ZodType>)) {
        if (schema.safeParse(undefined).success || !schema.safeParse(["x"]).success) continue;
        const others = Object.fromEntries(Object.entries(request.shape as Record<string, z.ZodType>).flatMap(([each, its]) => (each === field ? [] : its.safeParse("x").success ? [[each, "x"]] : [])));
        expect(() => checkedValue(request, { ...others, my_batch: ["x"] }), `${name} ${path} ${field}`).toThrow(new RegExp(`^${field}: must .*; there is "my_batch"$`));
        found.push(`${path} ${field}`);
      }
    }
  expect(found).toContain("/get_reward query");
});
