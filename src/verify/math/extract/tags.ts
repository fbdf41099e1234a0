/** `<answer>…</answer>`. */
import { trimBlank } from "./characters.ts";
import type { Range } from "./types.ts";

export interface TagRange extends Range {
  readonly rule: "answer-tag" | "answer-tag-unclosed";
}

/** The insides of all answer tags of a range, in order; the last may lack its closing tag, which samplers cut off as a stop word. */
export function answerTags(text: string, { start, end }: Range): TagRange[] {
  const ranges: TagRange[] = [];
  if (!text.includes("<")) return ranges;
  const tag = /<(\/?)answer>/gi;
  tag.lastIndex = start;
  let open = -1;
  for (let match = tag.exec(text); match !== null && match.index < end; match = tag.exec(text)) {
    if (match[1] === "") open = match.index + match[0].length;
    else if (open >= 0) {
      ranges.push({ ...trimBlank(text, open, match.index), rule: "answer-tag" });
      open = -1;
    }
  }
  if (open >= 0) ranges.push({ ...trimBlank(text, open, end), rule: "answer-tag-unclosed" });
  return ranges;
}
