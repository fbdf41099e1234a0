/**
 * slime's and miles' remote reward, `--rm-type remote_rm --rm-url URL`.
 *
 * Source: THUDM/slime at 624b824: `remote_rm` in slime/rollout/rm_hub/__init__.py; what becomes of the answer: `get_reward_value` in slime/utils/types.py.
 * - One sample a request. The JSON of the answer is the sample's reward as it stands: a number, or, with `--reward-key score`, an object (`shape=object`).
 * - What is not answered with 2xx is asked again, ten times with growing pauses; then the rollout fails. A reward of null fails at once.
 */
import { z } from "zod";
import type { Rollout } from "../../core/rollout.ts";
import { readPrompt } from "../../rollout/responses.ts";
import { numberOf, scoringRoute, type Contract } from "../contract.ts";
import { labelOf, reading, specOf } from "./shared/fields.ts";
import { contractSettings } from "./shared/settings.ts";
import { trimEnd } from "./shared/transcript.ts";

const request = z.looseObject({
  prompt: z.union([z.string(), z.array(z.looseObject({ role: z.string() }))]).nullish(),
  /** What the model wrote, without the prompt. */
  response: z.string(),
  label: z.unknown(),
});

const response = z.union([z.number(), z.object({ score: z.number(), rewards: z.record(z.string(), z.number().nullable()) })]);

interface SlimeSettings {
  /** A bare number, or `{ score, rewards }` for `--reward-key score`. */
  readonly shape: "number" | "object";
}

const settings = contractSettings<SlimeSettings>("slime", z.strictObject({ shape: z.enum(["number", "object"]).default("number") }));

const remoteRm = scoringRoute<z.infer<typeof request>, z.infer<typeof response>>({
  method: "POST",
  path: "/remote_rm",
  summary: "The reward of one sample (slime, miles)",
  request,
  response,
  read(body, parts) {
    const prompt = reading(() => readPrompt(body.prompt, "prompt")) ?? "";
    const rollout: Rollout = { id: "0", group: "0", prompt, response: trimEnd(body.response), ...labelOf(body.label, ["label"], parts) };
    return { rollouts: [rollout], ...specOf(parts) };
  },
  write(_body, _asked, { rows }, nulls, parts) {
    const score = numberOf(rows[0]!, nulls);
    return settings.of(parts).shape === "number" ? score : { score, rewards: rows[0]!.rewards };
  },
});

export const slime: Contract = { name: "slime", summary: "slime's and miles' remote_rm", nulls: "choice", sees: "item", routes: [remoteRm], ...settings.parts };
