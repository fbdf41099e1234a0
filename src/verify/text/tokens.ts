/** Tokenisers of the published metrics, each linear in the text. */
import { characters, stripEnd, words } from "./characters.ts";

/** Tokenisers of BLEU by their names in sacreBLEU. */
export type BleuTokenizer = "13a" | "intl" | "char" | "none";

export const BLEU_TOKENIZERS: readonly ["13a", "intl", "char", "none"] = ["13a", "intl", "char", "none"];

/** The tokens of a segment: white space at its end dropped first, as sacreBLEU does. */
export function bleuTokens(text: string, tokenizer: BleuTokenizer, caseSensitive: boolean): string[] {
  const segment = stripEnd(caseSensitive ? text : text.toLowerCase());
  switch (tokenizer) {
    case "13a":
      return words13a(segment);
    case "intl":
      return words(
        segment
          .replace(/(\P{N})(\p{P})/gu, "$1 $2 ")
          .replace(/(\p{P})(\P{N})/gu, " $1 $2")
          .replace(/(\p{S})/gu, " $1 "),
      );
    case "char":
      return characters(segment).filter((character) => words(character).length > 0);
    case "none":
      return words(segment);
  }
}

/** The tokeniser of WMT's mteval-v13a: ASCII punctuation apart, points and commas but inside numbers, dashes after digits. */
function words13a(text: string): string[] {
  let line = text.replaceAll("<skipped>", "").replaceAll("-\n", "").replaceAll("\n", " ");
  if (line.includes("&")) line = line.replaceAll("&quot;", '"').replaceAll("&amp;", "&").replaceAll("&lt;", "<").replaceAll("&gt;", ">");
  return words(western(` ${line} `));
}

/** Shared by mteval-v13a and Tercom: which ASCII marks are tokens of their own. Possessives come before points and commas. */
function western(line: string, possessives = false): string {
  let marked = line.replace(/[{-~[-` -&(-+:-@/]/g, " $& ");
  if (possessives) marked = marked.replaceAll("'s ", " 's ").replace(/'s$/, " 's");
  return marked
    .replace(/([^0-9])([.,])/gu, "$1 $2 ")
    .replace(/([.,])([^0-9])/gu, " $1 $2")
    .replace(/([0-9])-/g, "$1 - ");
}

/** How Tercom reads a segment; by default it only folds case. */
export interface TercomNormalization {
  readonly caseSensitive: boolean;
  readonly normalize: boolean;
  readonly dropPunctuation: boolean;
}

export function tercomTokens(text: string, { caseSensitive, normalize, dropPunctuation }: TercomNormalization): string[] {
  let line = stripEnd(text);
  if (!caseSensitive) line = line.toLowerCase();
  if (normalize) {
    line = line.replaceAll("\n-", "").replaceAll("\n", " ").replaceAll("&quot;", '"').replaceAll("&amp;", "&").replaceAll("&lt;", "<").replaceAll("&gt;", ">");
    line = western(` ${line} `, true);
  }
  if (dropPunctuation) line = line.replace(/[.,?:;!"()]/g, "");
  return words(line);
}

const ASCII_PUNCTUATION = new Set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");

/** Words of chrF++: one mark of ASCII punctuation at the end of a word, or else at its start, stands apart. */
export function chrfWords(text: string): string[] {
  return words(text).flatMap((word) => {
    const [first, last] = [String.fromCodePoint(word.codePointAt(0)!), word.at(-1)!];
    if (word.length === first.length) return [word];
    if (ASCII_PUNCTUATION.has(last)) return [word.slice(0, -1), last];
    return ASCII_PUNCTUATION.has(first) ? [first, word.slice(1)] : [word];
  });
}

/** Words of ROUGE: runs of a–z and 0–9 in lower case. */
export function rougeTokens(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

/** Words of SQuAD: lower case, ASCII punctuation and the articles a, an, the dropped. */
export function squadTokens(text: string): string[] {
  const bare = text.toLowerCase().replace(/[!-/:-@[-`{-~]/g, "");
  return words(bare.replace(/(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu, " "));
}
