/** The structured part of a response: all of its visible text, or the one fenced block in it. */
import type { VerifyContext } from "../../core/method.ts";
import { invalid, type Found, type InvalidVerdict } from "../../core/verdict.ts";
import { visibleRange, type NoAnswerCode } from "../math/extract.ts";
import { codeFences } from "./fences.ts";

/** `whole`: the visible text is it. `only-fence`: the one fenced block is. `auto`: the block where there is one, else all. */
export type PayloadSource = "auto" | "whole" | "only-fence";

export const PAYLOAD_SOURCES: readonly ["auto", "whole", "only-fence"] = ["auto", "whole", "only-fence"];

export type PayloadCode = "several-blocks" | "no-block" | "unclosed-block" | "too-large" | NoAnswerCode;

export interface Payload {
  readonly text: string;
  readonly found: Found;
}

/** Longer responses are refused. */
const MOST_CHARACTERS = 4_000_000;

/**
 * Finds the structured part of a response. Of blocks that differ, none is chosen: the response has said two things.
 * @param languages what the block may call itself; a block with no language always counts
 */
export function readPayload(response: string, source: PayloadSource, languages: readonly string[], context: VerifyContext | undefined): Payload | InvalidVerdict<PayloadCode> {
  if (response.length > MOST_CHARACTERS) return invalid("too-large", `the response has more than ${MOST_CHARACTERS} characters`);
  const range = visibleRange(response, context?.prompt);
  if ("status" in range) return invalid(range.code, range.text);
  const text = response.slice(range.start, range.end);
  const whole: Payload = { text, found: { extracted: text, span: range, rule: "whole" } };
  if (source === "whole") return whole;
  const blocks = text.includes("```") || text.includes("~~~") ? codeFences(text).filter(({ language }) => language === "" || languages.includes(language)) : [];
  if (blocks.length === 0) return source === "auto" ? whole : invalid("no-block", "there is no fenced block");
  if (blocks.some(({ inner }) => inner !== blocks[0]!.inner)) return invalid("several-blocks", "the response gives several different blocks");
  const block = blocks.at(-1)!;
  if (!block.closed) return invalid("unclosed-block", "the fenced block is never closed");
  const span = { start: range.start + block.start, end: range.start + block.end };
  return { text: block.inner, found: { extracted: block.inner, span, rule: "fence" } };
}
