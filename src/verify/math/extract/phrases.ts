/** Answer phrases of many languages: "the final answer is …", 答案是…, la respuesta es …, ответ: …. */
import { isBlank, lastMatches, lineEnd, trimPunctuation } from "./characters.ts";
import { findFormulas, type Formula } from "./formulas.ts";
import { hasValue, looksLikeAnswer, withoutDelimiters } from "./plain.ts";
import type { Hit, Range } from "./types.ts";

/** The words for "answer". Literals only, so the search over the text is one linear pass. */
const ANCHOR =
  /answer|\bans(?=[.:\s=])|答案|答え|解答|答(?=[:：])|정답|해답|답(?=[은:：이\s])|respuesta|r[ée]ponse|antwort|resposta|risposta|ответ|відповідь|الإجابة|الاجابة|الجواب|پاسخ|उत्तर|जवाब|উত্তর|cevap|cevab|yanıt|đáp án|đáp số|câu trả lời|odpowied[źz]|odpověď|antwoord|jawaban|svaret|svar(?=[:\s])|vastaus|válasz|răspunsul|απάντηση|תשובה|คำตอบ/gi;

/** Only so many of the last phrases of a text are looked at; a text with more is no honest answer. */
const MOST_PHRASES = 64;

const FINAL_BEFORE = /(?:final|ultimate|最终|最終|最终的|最終的な|最后的?|最後の|최종|finale|endgültige|окончательный|итоговый|अंतिम|son|nihai|końcowa|ostateczna|uiteindelijke|slutliga|endelige|lopullinen)[\s*_]*$/i;

/** A sentence that says what follows is final, up to its end. */
export const FINAL_PHRASE: RegExp =
  /(?:final\s+(?:answer|result)|最终答案|最終的な答え|최종\s?(?:정?답|답변)|respuesta\s+final|réponse\s+finale|resposta\s+final|risposta\s+finale|endgültige\s+antwort|окончательный\s+ответ|الإجابة\s+النهائية|अंतिम\s+उत्तर|jawaban\s+akhir|đáp\s+án\s+cuối\s+cùng|uiteindelijke\s+antwoord)(?:[^.。!?]|\.(?=\d)){0,80}$/i;

const COPULA =
  "is given by|is equal to|is then|is|are|was|would be|will be|must be|should be|becomes|equals|comes out to be|comes out to|turns out to be|est|es|son|sería|ist|lautet|beträgt|é|è|sono|равен|равна|это|هي|هو|تكون|है|হল|là|to|jest|wynosi|je|adalah|ialah|yaitu|är|er|on|este|είναι|היא|คือ";

const FINAL_AFTER = "final|finale|finală|النهائية|النهائي|cuối cùng|akhir(?:nya)?|akhir|końcowa|finală";

/** What joins the word to the answer: a few letters of inflection, an optional "to the problem", and a colon or a verb. */
const CONNECTOR = new RegExp(
  `(?:'?[\\p{L}\\p{M}]{0,4}|\\(s\\))[*_]{0,3}(?:\\s{1,3}(${FINAL_AFTER}))?` +
    `(?:\\s(?:to|for|of|in|zu|auf|für|à|a la|al|de la|del|pour|per|para|untuk|voor|на)\\s[^.:\\n：。$\\\\]{1,80}?)?` +
    `[*_]{0,3}\\s{0,3}(?:(?:[:：＝=|]|→|⇒|⟹|—|–|-(?=\\s)|->|=>)|(?:${COPULA})(?![\\p{L}\\p{M}\\d])|应该是|应为|就是|即为|等于|等於|是|为|為|は|が|[은는이])` +
    `[\\s*_]{0,4}[:：|=]?`,
  "iuy",
);

const CONDITIONAL = /(?:\bif|\bwhether|\bsuppose|\bassume|\bassuming|\bunless|\bcheck that|\bwhat|\bwhere|\bis|\bput|\bwrite|\bexpress|\bgive|\byour|如果|假设|もし)\s+(?:\S+\s+){0,2}$/i;

const NEGATED = /^\s*(?:not\b|isn't|nicht\b|pas\b|no es\b|не\b|不是|definitely not\b|never\b|unknown\b|unclear\b)/i;

export interface PhraseHit extends Hit {
  readonly final: boolean;
}

/**
 * Answers announced by a phrase, in order of text. "Final" phrases rank above plain ones. Where the last announced answer is a
 * value, phrases that announce only words ("the answer is positive") are no rivals to it.
 */
export function phraseAnswers(text: string, range: Range): { readonly final: Hit[]; readonly plain: Hit[] } {
  const hits: PhraseHit[] = [];
  let next = Number.POSITIVE_INFINITY;
  for (const { at, word } of lastMatches(ANCHOR, text, range.start, range.end, MOST_PHRASES).reverse()) {
    const found = announced(text, at, word, range);
    if (found === undefined) continue;
    // "Final answer: the answer is 5": the inner phrase says it better.
    if (found.end > next) continue;
    hits.push(found);
    next = at;
  }
  hits.reverse();
  return { final: rivals(text, hits.filter((h) => h.final)), plain: rivals(text, hits.filter((h) => !h.final)) };
}

function rivals(text: string, hits: readonly PhraseHit[]): Hit[] {
  const last = hits.at(-1);
  if (last === undefined) return [];
  const value = hasValue(text.slice(last.start, last.end));
  return hits
    .filter((hit) => hit === last || (value ? hasValue(text.slice(hit.start, hit.end)) : looksLikeAnswer(text.slice(hit.start, Math.min(hit.end, hit.start + 500)))))
    .map(({ start, end, rule, math, percent }, i) => ({ start, end, rule, math, percent, group: i }));
}

function announced(text: string, at: number, word: string, range: Range): PhraseHit | undefined {
  const end = at + word.length;
  const before = text.slice(Math.max(range.start, at - 40), at);
  const sentence = before.slice(Math.max(before.lastIndexOf("\n"), before.lastIndexOf(". ")) + 1);
  let final = FINAL_BEFORE.test(sentence);
  CONNECTOR.lastIndex = end;
  const match = CONNECTOR.exec(text);
  let from: number;
  if (match !== null && CONNECTOR.lastIndex <= range.end) {
    from = CONNECTOR.lastIndex;
    final ||= match[1] !== undefined;
    if (!/[:：]\s*$/.test(match[0]) && CONDITIONAL.test(sentence)) return undefined;
  } else {
    // No verb: `Answer 42` at the start of a line, `Cevap 42`.
    const direct = /^[*_]{0,3}\s{1,3}(?=[-−]?[\d$]|\\[([])|^[*_]{0,3}[ \t]*\r?\n/.exec(text.slice(end, Math.min(range.end, end + 12)));
    const lineInitial = /^[\s*_#>|(-]*(?:the\s+)?(?:final\s+)?$/i.test(sentence);
    if (direct === null || (!lineInitial && /^ans/i.test(word))) return undefined;
    if (direct[0].includes("\n") && !/^[\s]*(?:#{1,6}\s|\*\*)/.test(sentence)) return undefined;
    from = end + direct[0].length;
  }
  if (NEGATED.test(text.slice(from, Math.min(range.end, from + 24)))) return undefined;
  const answer = answerAfter(text, from, range.end);
  return answer === undefined ? undefined : { ...answer, rule: final ? "final-phrase" : "answer-phrase", final };
}

const LEAD = /^(?:that|therefore|thus|hence|simply|just|indeed|clearly|then|now|so|exactly|given by|as follows|the following|因此|就是)(?![\p{L}])[,:]?\s*/iu;
/** Words that start a new clause after the answer. */
const CLAUSE = /[,;]?\s+(?:because|since|which|as|where|when|so|thus|if|but|with|after|by|using|for|this|that|given|hence|therefore|we|i|it|obtained|found|rounded|weil|denn|parce|porque|perché|так|потому)(?![\p{L}])/iu;
const LAST_VERB = /(?:^|.*\s)(?:is|are|equals|be|ist|est|es)(?:\s+(?:equal to|approximately|about))?\s+(?=\S)/is;
/** Verbs that end a sentence in languages that put them last. */
const TAIL = /(?:です|でした|である|だ|となります|になります|となる|입니다|이다|이에요|예요|है|हैं|होगा|होगी|['’]?d[iıuü]r|olur|哦|了)\s*[.。!！]?$/u;
const HOPE = /[.\s]*(?:\$\s*)?I hope(?: it| this)? is correct\.?\s*$/i;

/** The answer that starts at `from`: its formulas with the words that adjoin them, or the rest of the sentence. */
function answerAfter(text: string, from: number, limit: number): Hit | undefined {
  let start = from;
  for (let lines = 0; start < limit; start++) {
    const c = text.charCodeAt(start);
    if (c === 10 && ++lines > 3) return undefined;
    if (!isBlank(c) && c !== 42 && c !== 95 && c !== 62) break;
  }
  const fence = /^```[a-z]{0,10}[ \t]*\r?\n/i.exec(text.slice(start, start + 16));
  if (fence !== null) start += fence[0].length;
  if (start >= limit) return undefined;
  const stop = Math.min(limit, start + 2000);
  const formulas = findFormulas(text, { start, end: stop });
  const first = formulas[0];
  if (first !== undefined && first.outerStart === start && first.display) return { start: first.start, end: first.end, rule: "answer-phrase", math: true, group: 0, percent: false };
  const end = sentenceEnd(text, start, stop, formulas);
  const within = formulas.filter((f) => f.outerEnd <= end);
  if (within.length === 0) return withoutFormulas(text, start, end);
  // "42, because $6·7 = 42$": the answer stands before the clause.
  const clause = CLAUSE.exec(text.slice(start, within[0]!.outerStart));
  if (clause !== null && hasValue(text.slice(start, start + clause.index))) return withoutFormulas(text, start, start + clause.index);
  // "the largest $n$ is 34": it stands after the verb.
  const behind = within.at(-1)!.outerEnd;
  const verb = /^[^\d]*\s(?:is|are|equals)\s+(?=\S*\d)/.exec(text.slice(behind, end));
  return verb === null ? withFormulas(text, start, end, within) : withoutFormulas(text, behind + verb[0].length, end);
}

function withFormulas(text: string, start: number, end: number, formulas: readonly Formula[]): Hit {
  let from = formulas[0]!.outerStart;
  const lead = text.slice(start, from);
  // Words before the first formula are prose ("the point $(3, 4)$"); `x = $3$`, `-$5$` and "minus $5$" belong to it.
  const tail = /(?:[\p{L}\d_()']{1,8}\s*[=≈:]\s*|[-−+~≈<>≤≥([]\s*|\b(?:minus|negative)\s+|\d[\d.,\s]*)$/u.exec(lead);
  if (tail !== null) from -= tail[0].length;
  let to = formulas[0]!.outerEnd;
  for (let i = 0; i < formulas.length; i++) {
    const formula = formulas[i]!;
    if (i > 0) {
      const gap = text.slice(to, formula.outerStart);
      if (gap.length > 40 || /(?:^|\s)(?!and\b|or\b|to\b|et\b|und\b|oder\b|y\b|o\b|e\b|by\b|feet\b|inches\b)\p{L}{2,}/iu.test(gap.replace(/\b(?:and|or)\b/gi, ""))) break;
    }
    to = formula.outerEnd;
  }
  // Up to three words of a unit after the last formula.
  const after = text.slice(to, end);
  const clause = CLAUSE.exec(after);
  const words = (clause === null ? after : after.slice(0, clause.index)).replace(HOPE, "").replace(TAIL, "");
  if (/^\s*(?:\\?%|[\p{L}°²³/^$\\.-]+(?:\s+[\p{L}°²³/^0-9.-]+){0,2})\s*[.。!,;]?[*_]*\s*$/u.test(words)) to += words.length;
  const range = trimPunctuation(text, from, to);
  return withoutDelimiters(text, range, "answer-phrase");
}

function withoutFormulas(text: string, start: number, end: number): Hit | undefined {
  let body = text.slice(start, end);
  const verb = /\S\s+(?:is|are|equals)\s/i.test(body) ? LAST_VERB.exec(body) : null;
  if (verb !== null && verb.index === 0) start += verb[0].length;
  body = text.slice(start, end);
  for (let lead = LEAD.exec(body); lead !== null && lead[0].length < body.length; lead = LEAD.exec(body)) {
    start += lead[0].length;
    body = text.slice(start, end);
  }
  const hope = HOPE.exec(body);
  if (hope !== null) end = start + hope.index;
  const clause = CLAUSE.exec(text.slice(start, end));
  if (clause !== null && clause.index > 0) end = start + clause.index;
  let range = trimPunctuation(text, start, end);
  const tail = TAIL.exec(text.slice(range.start, range.end));
  if (tail !== null && tail.index > 0) range = trimPunctuation(text, range.start, range.start + tail.index);
  return range.start < range.end ? { ...range, rule: "answer-phrase", math: false, group: 0, percent: false } : undefined;
}

/** The end of the sentence or line that starts at `start`; formulas are stepped over. */
function sentenceEnd(text: string, start: number, limit: number, formulas: readonly Formula[]): number {
  let f = 0;
  for (let i = start; i < limit; i++) {
    while (f < formulas.length && formulas[f]!.outerStart < i) f++;
    if (f < formulas.length && formulas[f]!.outerStart === i) {
      i = formulas[f]!.outerEnd - 1;
      continue;
    }
    const c = text[i]!;
    if (c === "\n" || c === "\r" || c === "。" || c === "।" || c === "！") return i;
    if ((c === "." || c === "!" || c === "?") && endsSentence(text, i, start, limit)) return i + 1;
    if (c === "<" && /^<\/?[a-z]/i.test(text.slice(i, i + 3))) return i;
    if (c === "*" && text[i + 1] === "*" && i > start) return i;
  }
  return Math.min(limit, lineEnd(text, limit, limit));
}

function endsSentence(text: string, at: number, start: number, limit: number): boolean {
  if (at + 1 >= limit) return true;
  if (text[at] === "." && text[at + 1] === "." ) return false;
  if (text[at] === "!" && /[\d)\]}]/.test(text[at - 1] ?? "")) return /^\s+[A-Z]/.test(text.slice(at + 1, at + 4));
  if (!isBlank(text.charCodeAt(at + 1)) && !`"'”’)*_$`.includes(text[at + 1]!)) return false;
  if (text[at] === ".") {
    // "10 ft. by 5 ft." goes on in lower case after a short word; "10 a.m." is one word.
    const rest = text.slice(at + 1, at + 6).trimStart();
    const word = /([\p{L}.]{1,6})$/u.exec(text.slice(Math.max(start, at - 6), at));
    if (word !== null && /^\p{Ll}/u.test(rest) && word[1]!.length <= 4) return false;
  }
  return true;
}
