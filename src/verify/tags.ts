import { z } from "zod";
import { defineFormatVerifier, type FormatVerifier } from "../core/method.ts";
import { correct, incorrect, type Verdict } from "../core/verdict.ts";

export interface TagsOptions {
  /** Tag names, in the order they must come. */
  readonly tags: readonly string[];
  /** Text outside of all tags. */
  readonly outside: "forbid" | "allow";
  /** Nothing between a tag and its end. */
  readonly empty: "forbid" | "allow";
  /** The first tag may have been opened at the end of the prompt. */
  readonly openedByPrompt: boolean;
}

/** Every reason `tags` gives. */
export type TagsCode = "well-formed" | "missing-tag" | "repeated-tag" | "wrong-order" | "unclosed-tag" | "empty-tag" | "text-outside";

/**
 * Format check: each required tag once, in order, closed, not nested, nothing outside.
 *
 *     <think> … </think> <answer> … </answer>      score = 1 if well formed, else 0
 *
 * @remarks The prompt template of DeepSeek-R1-Zero opens `<think>` itself; with `openedByPrompt` and a prompt that ends with the
 * first tag, the response may start inside it.
 * @see DeepSeek-AI 2025, DeepSeek-R1, arXiv:2501.12948, section 2.2.2 (format reward)
 * @example tags("<think>6·7</think><answer>42</answer>").score // => 1
 */
export const tags: FormatVerifier<TagsOptions> = /* @__PURE__ */ defineFormatVerifier<TagsOptions>({
  id: "verify/tags",
  aliases: ["format-reward"],
  paper: { title: "DeepSeek-R1: Incentivizing Reasoning Capability in LLMs via Reinforcement Learning", url: "https://arxiv.org/abs/2501.12948" },
  options: z.strictObject({
    tags: z
      .array(z.string().regex(/^[A-Za-z][\w-]{0,63}$/))
      .min(1)
      .max(16)
      .default(["think", "answer"]),
    outside: z.enum(["forbid", "allow"]).default("forbid"),
    empty: z.enum(["forbid", "allow"]).default("forbid"),
    openedByPrompt: z.boolean().default(true),
  }),
  check({ tags: names, outside, empty, openedByPrompt }: TagsOptions) {
    const marks = new RegExp(`<(/?)(${[...new Set(names)].join("|")})>`, "g");
    return (response, context): Verdict<TagsCode> => {
      let expected = 0;
      let open = openedByPrompt && (context?.prompt ?? "").trimEnd().endsWith(`<${names[0]}>`);
      let from = 0;
      if (open && response.trimStart().startsWith(`<${names[0]}>`)) open = false;
      for (const { index, 0: mark, 1: slash, 2: name } of response.matchAll(marks)) {
        const found = { extracted: mark, span: { start: index, end: index + mark.length } };
        const between = response.slice(from, index);
        if (expected >= names.length || (names.indexOf(name!) < expected && name !== names[expected])) return incorrect("repeated-tag", `the tag ${mark} comes again`, found);
        if (name !== names[expected]) {
          if (open) return incorrect("unclosed-tag", `<${names[expected]}> is not closed before ${mark}`, found);
          return incorrect("wrong-order", `${mark} comes where <${names[expected]}> must`, found);
        }
        if (slash === "") {
          if (open) return incorrect("repeated-tag", `${mark} opens twice`, found);
          if (outside === "forbid" && between.trim() !== "") return incorrect("text-outside", `text stands before ${mark}`, found);
          open = true;
        } else {
          if (!open) return incorrect("wrong-order", `${mark} closes what is not open`, found);
          if (empty === "forbid" && between.trim() === "") return incorrect("empty-tag", `nothing stands inside <${name}>`, found);
          open = false;
          expected++;
        }
        from = index + mark.length;
      }
      if (open) return incorrect("unclosed-tag", `<${names[expected]}> is never closed`);
      if (expected < names.length) return incorrect("missing-tag", `<${names[expected]}> is missing`);
      if (outside === "forbid" && response.slice(from).trim() !== "") return incorrect("text-outside", "text stands after the last tag");
      return correct("well-formed", "every tag comes once, in order");
    };
  },
});
