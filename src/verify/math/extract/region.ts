/** Where the answer may stand: after the reasoning, before the next turn of the conversation. */
import { isBlank } from "./characters.ts";
import type { NoAnswer, Range } from "./types.ts";

// Every alternative starts with a fixed literal and has no quantifier, so a search is one linear pass.
const MARKERS =
  /<\/?(?:think|thinking|thought|reasoning|reason|seed:think|analysis)>|<\|(?:begin|end)_of_(?:thought|thinking)\|>|<\|(?:im_end|eot_id|eom_id|end|return|endoftext|end_of_text|user|im_start|start_header_id|begin_of_text|start|end_of_turn|eos|channel)\|>|<(?:end_of_turn|start_of_turn)>|<\/s>|<｜(?:end▁of▁sentence|User|Assistant)｜>|◁\/?think▷|\[\/?THINK\]|\[INST\]|\n\n(?:Human|User|### Instruction):/g;

const OPENING = /^(?:<(?!\/|\||｜|end_of_turn|start_of_turn)|<\|begin_of_tho?|◁think|\[THINK)/;
const CLOSING = /^(?:<\/(?!s>)|<\|end_of_th|◁\/think|\[\/THINK)/;

/**
 * Finds the stretch of the response that may hold the answer.
 *
 * - It ends at the first marker of another turn (`<|im_end|>`, `<|eot_id|>`, `\n\nHuman:` …) that follows visible text: what a
 *   model writes as the next speaker is not its answer.
 * - It starts after the last closing mark of reasoning before that end; the opening mark may have been in the prompt.
 *   A `<|channel|>final<|message|>` counts as such a mark.
 * - Reasoning that was opened, in the response or at the end of the prompt, and never closed leaves no answer.
 */
export function answerRegion(response: string, prompt: string | undefined): Range | NoAnswer {
  let start = 0;
  let end = response.length;
  let open = prompt !== undefined && promptOpensReasoning(prompt);
  let visibleFrom = 0;
  if (!mayHoldMarker(response)) return open ? { status: "none", code: "unclosed-think", text: "the reasoning was opened and never closed" } : { start, end };
  MARKERS.lastIndex = 0;
  for (let match = MARKERS.exec(response); match !== null; match = MARKERS.exec(response)) {
    const mark = match[0];
    const after = match.index + mark.length;
    if (CLOSING.test(mark)) {
      start = visibleFrom = after;
      open = false;
    } else if (OPENING.test(mark)) {
      open = true;
    } else if (mark === "<|channel|>") {
      if (response.startsWith("final<|message|>", after)) {
        open = false;
        start = visibleFrom = after + "final<|message|>".length;
      } else {
        open = response.startsWith("analysis", after) || open;
        visibleFrom = headerEnd(response, after);
      }
    } else if (mark === "<|end|>" && response.startsWith("<|start|>assistant", after)) {
      visibleFrom = after;
    } else if (mark === "<|start|>" || mark === "<|im_start|>" || mark === "<|start_header_id|>" || mark === "<start_of_turn>" || mark === "<|begin_of_text|>" || mark === "<｜Assistant｜>") {
      if (isAssistantHeader(response, after) || mark === "<|begin_of_text|>" || mark === "<｜Assistant｜>") {
        if (hasVisible(response, visibleFrom, match.index)) {
          end = match.index;
          break;
        }
        visibleFrom = start = headerEnd(response, after);
      } else {
        end = match.index;
        break;
      }
    } else if (open) {
      // A turn ended inside the reasoning: it was never closed.
      end = match.index;
      break;
    } else if (hasVisible(response, visibleFrom, match.index)) {
      end = match.index;
      break;
    }
  }
  if (open) return { status: "none", code: "unclosed-think", text: "the reasoning was opened and never closed" };
  return { start, end };
}

/** Plain searches for rare first letters, which every marker passes: most responses hold none, and are spared the pattern. */
function mayHoldMarker(text: string): boolean {
  return text.includes("<") || text.includes("◁") || text.includes("THINK]") || text.includes("INST]") || text.includes("Human:") || text.includes("User:") || text.includes("Instruction:");
}

/** True where the prompt ends with an opening reasoning mark, as chat templates of reasoning models write it. */
function promptOpensReasoning(prompt: string): boolean {
  return /(?:<(?:think|thinking|thought|reasoning|seed:think)>|<\|begin_of_(?:thought|thinking)\|>|◁think▷|\[THINK\])\s*$/.test(prompt.slice(-64));
}

function isAssistantHeader(text: string, at: number): boolean {
  return text.startsWith("assistant", at) || text.startsWith("model", at);
}

/** The end of a turn header like `assistant<|end_header_id|>` or `assistant\n`. */
function headerEnd(text: string, at: number): number {
  const window = text.slice(at, at + 64);
  const match = /^[\w ]{0,20}(?:<\|(?:end_header_id|message)\|>|\n)?/.exec(window);
  return at + (match === null ? 0 : match[0].length);
}

function hasVisible(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (!isBlank(text.charCodeAt(i))) return true;
  return false;
}
