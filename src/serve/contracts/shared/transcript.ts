/**
 * The response of a decoded query: prompt and response in one text, as trainers send it to reward models, special tokens and all.
 * Prompt text is never graded: where it cannot be told apart from the response, the item is refused.
 *
 * Templates: ChatML (Qwen, Phi-4), Llama 2 to 4, Mistral, Gemma, DeepSeek, GLM and Phi-3 and Zephyr (`<|assistant|>`), gpt-oss, Command R, Granite, Kimi;
 * and the words of templates without special tokens (`Assistant:`, `### Response:`), which count only where no special token does.
 */
import { show } from "../../../core/errors.ts";
import { fieldFault } from "../../contract.ts";

/** A text taken apart. */
export interface Transcript {
  /** As the client gave it, else what stands before the response. */
  readonly prompt: string;
  /** Without end tokens. */
  readonly response: string;
}

/** Where a turn of the assistant begins. */
const ASSISTANT =
  /<\|im_start\|>assistant(?:<\|im_sep\|>)?\n?|<\|start_header_id\|>assistant<\|end_header_id\|>\n{0,2}|<\|header_start\|>assistant<\|header_end\|>\n{0,2}|<start_of_turn>model\n?|\[\/INST\]|<｜Assistant｜>|<\|assistant\|>\n?|<\|start\|>assistant(?:<\|channel\|>[^<]{0,64})?(?:<\|constrain\|>[^<]{0,64})?<\|message\|>|<\|START_OF_TURN_TOKEN\|><\|CHATBOT_TOKEN\|>|<\|start_of_role\|>assistant<\|end_of_role\|>|<\|im_assistant\|>assistant<\|im_middle\|>/g;

/** Where a turn of anybody else begins. */
const OTHERS =
  /<\|im_start\|>(?!assistant)|<\|start_header_id\|>(?!assistant)|<\|header_start\|>(?!assistant)|<start_of_turn>(?!model)|\[INST\]|<｜User｜>|<\|(?:user|system|observation|tool)\|>|<\|start\|>(?!assistant)|<\|START_OF_TURN_TOKEN\|><\|(?:USER|SYSTEM)_TOKEN\|>|<\|start_of_role\|>(?!assistant)|<\|im_(?:user|system)\|>/g;

const ASSISTANT_WORDS = /(?:^|\n)[ \t]*(?:Assistant|ASSISTANT|assistant):[ \t]?|\bASSISTANT:[ \t]?|(?:^|\n)### (?:Response|Assistant):[ \t]*\n?/g;
const OTHERS_WORDS = /(?:^|\n)[ \t]*(?:User|USER|Human|HUMAN|System|SYSTEM):|(?:^|[\n>])### (?:Instruction|Input|User|Human):/g;

/** What stands at the end of a response and is none of it. `<|user|>` and `<|observation|>` end the turns of GLM. */
const END_TOKENS: readonly string[] = [
  "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "<|eot|>", "<|eom|>", "</s>", "<eos>", "<end_of_turn>", "<|end|>", "<|return|>", "<|call|>",
  "<｜end▁of▁sentence｜>", "<|END_OF_TURN_TOKEN|>", "<|end_of_turn|>", "<|user|>", "<|observation|>", "<pad>", "<|pad|>", "[PAD]", "<|finetune_right_pad_id|>", "<|PAD_TOKEN|>",
];

/** What may stand before a prompt that the client has without it. */
const BEGIN = /^\s*(?:<\|begin_of_text\|>|<s>|<bos>|<｜begin▁of▁sentence｜>|<\|startoftext\|>|<BOS_TOKEN>|\[gMASK\]<sop>)?\s*/;

/** End tokens between a prompt without its template and the turn of the assistant. */
const TEMPLATE_END = /^(?:\s|<\|im_end\|>|<\|eot_id\|>|<\|eot\|>|<end_of_turn>|<\|end\|>|<\/s>|<\|END_OF_TURN_TOKEN\|>|<\|end_of_text\|>)*$/;

/**
 * Takes a query apart.
 *
 * The response is what follows the prompt's text where the query begins with it (beginning-of-text tokens aside); else all that follows the
 * first mark of an assistant's turn where that stands right behind the prompt, so that a mark the model writes hides nothing; else what follows the
 * last mark, unless another turn begins behind that mark: then nobody answered, or the prompt ends there.
 *
 * @param prompt as the client gave it; undefined where the contract has none
 * @throws FormatError naming `path` where prompt and response cannot be told apart
 */
export function splitTranscript(query: string, prompt: string | undefined, path: string): Transcript {
  if (prompt !== undefined && prompt !== "") {
    const rest = afterPrompt(query, prompt);
    if (rest !== null) return { prompt, response: trimEnd(withoutTemplate(rest)) };
    const answered = afterQuestion(query, prompt.trim(), path);
    if (answered !== null) return { prompt, response: trimEnd(answered) };
  }
  // Words say nothing where special tokens mark the turns: a prompt may quote them.
  const found = lastTurn(query, ASSISTANT, OTHERS) ?? (query.search(OTHERS) >= 0 ? null : lastTurn(query, ASSISTANT_WORDS, OTHERS_WORDS));
  if (found === null) {
    // There is no prompt, so that there is nothing of it to grade.
    if (prompt === "") return { prompt, response: trimEnd(query) };
    throw fieldFault(path, `the text must begin with its prompt or hold a turn of the assistant (<|im_start|>assistant and its like), so that prompt and response can be told apart, got ${show(query)}`);
  }
  const { start, next } = found;
  if (next === null) return { prompt: prompt || query.slice(0, start), response: trimEnd(query.slice(start)) };
  // A turn behind the last one of the assistant: made up by the model, if the prompt stands before; else the prompt's.
  const at = prompt ? query.lastIndexOf(prompt.trim()) : -1;
  if (at >= 0 && at + prompt!.trim().length <= start) return { prompt: prompt!, response: trimEnd(query.slice(start, next)) };
  throw fieldFault(path, `the text must end with the turn of the assistant, got another turn behind it: ${show(query.slice(next))}`);
}

/**
 * Takes a query apart whose prompt is known to hold no turn of the assistant: the response is all that follows the first mark of one. A policy
 * that goes on in the name of its user cannot hide there, nor have the item refused.
 *
 * @throws FormatError naming `path` where there is no mark
 */
export function splitSingleTurn(query: string, path: string): Transcript {
  for (const own of [ASSISTANT, ...(query.search(OTHERS) >= 0 ? [] : [ASSISTANT_WORDS])]) {
    own.lastIndex = 0;
    const mark = own.exec(query);
    if (mark !== null) return { prompt: query.slice(0, mark.index), response: trimEnd(query.slice(mark.index + mark[0].length)) };
  }
  throw fieldFault(path, `the text must hold a turn of the assistant (<|im_start|>assistant and its like), so that prompt and response can be told apart, got ${show(query)}`);
}

/** What follows the prompt; null where the query does not begin with it. */
function afterPrompt(query: string, prompt: string): string | null {
  if (query.startsWith(prompt)) return query.slice(prompt.length);
  const begin = BEGIN.exec(query)![0].length;
  const own = BEGIN.exec(prompt)![0].length;
  const bare = prompt.slice(own);
  return bare !== "" && query.startsWith(bare, begin) ? query.slice(begin + bare.length) : null;
}

/**
 * What follows the first mark of an assistant's turn where it stands right behind a question, which a template stands around; null where it
 * does not. @throws FormatError where a later one does too: the question was asked before, or the model asks it itself
 */
function afterQuestion(query: string, question: string, path: string): string | null {
  if (question === "" || !query.includes(question)) return null;
  const asked = (end: number): boolean => trimEnd(query.slice(0, end)).trimEnd().endsWith(question);
  ASSISTANT.lastIndex = 0;
  const mark = ASSISTANT.exec(query);
  // What gpt-oss thinks is a turn of its own before the one that answers.
  if (mark === null || mark[0].startsWith("<|start|>") || !asked(mark.index)) return null;
  for (let later = ASSISTANT.exec(query); later !== null; later = ASSISTANT.exec(query))
    if (asked(later.index)) throw fieldFault(path, "the text must hold its prompt once before a turn of the assistant, so that prompt and response can be told apart, got it again");
  return query.slice(mark.index + mark[0].length);
}

/** Without what a template puts between a bare prompt and the response. */
function withoutTemplate(rest: string): string {
  // Most responses begin with a word: nothing to look for.
  if (!/^\s*[<[]/.test(rest)) return rest;
  ASSISTANT.lastIndex = 0;
  const mark = ASSISTANT.exec(rest);
  return mark !== null && TEMPLATE_END.test(rest.slice(0, mark.index)) ? rest.slice(mark.index + mark[0].length) : rest;
}

interface Turn {
  /** Where its text starts. */
  readonly start: number;
  /** Where another's turn begins behind it. */
  readonly next: number | null;
}

function lastTurn(text: string, own: RegExp, others: RegExp): Turn | null {
  let start = -1;
  own.lastIndex = 0;
  for (let mark = own.exec(text); mark !== null; mark = own.exec(text)) start = mark.index + mark[0].length;
  if (start < 0) return null;
  // An end token that is written like the beginning of a turn begins none at the very end.
  const end = start + trimEnd(text.slice(start)).length;
  others.lastIndex = start;
  const next = others.exec(text);
  return { start, next: next === null || next.index >= end ? null : next.index };
}

/** Without end tokens and the white space between and before them; white space alone stays. */
export function trimEnd(response: string): string {
  let end = response.length;
  for (;;) {
    let at = end;
    while (at > 0 && response.charCodeAt(at - 1) <= 32) at--;
    const token = END_TOKENS.find((each) => response.endsWith(each, at));
    if (token === undefined) return end === response.length ? response : response.slice(0, end);
    end = at - token.length;
    while (end > 0 && response.charCodeAt(end - 1) <= 32) end--;
  }
}
