/**
 * Five kinds of rewriting that change how an answer is written and never what it says.
 * Each gives null where it does not apply, so a share is taken over what was rewritten.
 */

/** Rewrites an answer, or null where it does not apply. */
export type Rewriting = (text: string) => string | null;

/** Words, or what may be a sentence: left alone by the rewritings of formulas. */
const PROSE = /(?<![\\A-Za-z])[A-Za-z]{3,}|\\text|\\mathrm|\\mbox|\\operatorname/;

/** Spaces around plus and equals signs, and a space more where there is one. */
function spaced(text: string): string | null {
  const out = text.replace(/(?<=[\w)}])\s*([+])\s*(?=[\w\\(])/g, " $1  ").replace(/(?<=[\w)}])\s*=\s*(?=[\w\\(-])/g, "  = ");
  return out === text ? null : out;
}

/** \frac, \dfrac and \tfrac exchanged. */
function fractionSize(text: string): string | null {
  if (text.includes("\\dfrac") || text.includes("\\tfrac")) return text.replace(/\\[dt]frac/g, "\\frac");
  return text.includes("\\frac") ? text.replaceAll("\\frac", "\\dfrac") : null;
}

/** \left and \right put on or taken off. */
function delimiterSize(text: string): string | null {
  if (/\\left|\\right/.test(text)) return /\\left\.|\\right\.|\\left\\|\\right\\|\\leftarrow|\\rightarrow|\\left</.test(text) ? null : text.replace(/\\left(?=[([|])/g, "").replace(/\\right(?=[)\]|])/g, "");
  if (PROSE.test(text) || /\.\d*\(\d|^\s*\([a-z]\)|[)\]] U [([]/.test(text) || /^\s*\$?\s*\(?[A-Z]\)?\s*\$?$/.test(text) || !balanced(text)) return null;
  const out = text.replace(/(?<!\\)[([]/g, "\\left$&").replace(/(?<!\\)[)\]]/g, "\\right$&");
  return out === text ? null : out;
}

function balanced(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === "\\") i++;
    else if (c === "(" || c === "[") depth++;
    else if ((c === ")" || c === "]") && --depth < 0) return false;
    else if ((c === "}" || c === "{" || c === "&") && depth !== 0) return false;
  }
  return depth === 0 && !text.includes("\\begin");
}

/** The signs of multiplication exchanged. */
function productSign(text: string): string | null {
  if (text.includes("\\cdot") && !text.includes("\\cdots")) return text.replace(/\\cdot(?![a-z])/g, "\\times");
  if (text.includes("\\times")) return text.replaceAll("\\times", "\\cdot");
  return null;
}

/** A fraction alone as a quotient and back; two or more top-level terms in reverse order. */
function orderOrSlash(text: string): string | null {
  const stacked = /^(-?)\\[dt]?frac\{(\d+)\}\{(\d+)\}$/.exec(text);
  if (stacked !== null) return `${stacked[1]}${stacked[2]}/${stacked[3]}`;
  const slash = /^(-?)(\d+)\/(\d+)$/.exec(text);
  if (slash !== null) return `${slash[1]}\\frac{${slash[2]}}{${slash[3]}}`;
  if (PROSE.test(text) || /[=<>,;:&|~]|\\(le|ge|ne|lt|gt|in|cup|cap|pm|mp|begin|[lr]vert|ldots|dots|mid|approx|to|%|\$)|\.\.|[±%$°∪∈≤≥]|^-/.test(text)) return null;
  const terms = topTerms(text);
  return terms === null ? null : terms.reverse().join(" + ");
}

/** The terms of a plain sum, or null. */
function topTerms(text: string): string[] | null {
  const terms: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === "{" || c === "(" || c === "[") depth++;
    else if (c === "}" || c === ")" || c === "]") depth--;
    else if (depth === 0 && c === "-") return null;
    else if (depth === 0 && c === "+") {
      terms.push(text.slice(from, i).trim());
      from = i + 1;
    }
    if (depth < 0) return null;
  }
  terms.push(text.slice(from).trim());
  return terms.length < 2 || depth !== 0 || terms.some((t) => t === "" || /\\(sum|int|prod|lim)/.test(t)) ? null : terms;
}

export const REWRITINGS: Readonly<Record<string, Rewriting>> = {
  whitespace: spaced,
  "fraction size": fractionSize,
  "delimiter size": delimiterSize,
  "product sign": productSign,
  "order or slash": orderOrSlash,
};
