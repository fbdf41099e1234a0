/** The twin of `string_graders.py` in TypeScript: verl's `math_reward` restated, so that language and grader can be told apart in the table. */

function lastBox(text: string): string | null {
  let at = text.lastIndexOf("\\boxed");
  if (at < 0) at = text.lastIndexOf("\\fbox");
  if (at < 0) return null;
  if (text.startsWith("\\boxed ", at)) return text.slice(at + 7).split("$", 1)[0]!;
  let depth = 0;
  let opened = 0;
  for (let i = at; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 123 && depth++ === 0) opened = i + 1;
    else if (c === 125 && --depth === 0) return text.slice(opened, i);
  }
  return null;
}

/** \frac12 and \frac1{2} become \frac{1}{2}. */
function wholeFractions(text: string): string {
  const parts = text.split("\\frac");
  let out = parts[0]!;
  for (const part of parts.slice(1)) {
    out += "\\frac";
    if (part.startsWith("{")) out += part;
    else if (part.length < 2) return text;
    else if (part[1] === "{") out += `{${part[0]}}${part.slice(1)}`;
    else out += `{${part[0]}}{${part[1]}}${part.slice(2)}`;
  }
  return out;
}

function slashFraction(text: string): string {
  const match = /^(-?\d+)\/(-?\d+)$/.exec(text);
  return match === null ? text : `\\frac{${match[1]}}{${match[2]}}`;
}

function normal(given: string): string {
  let text = given.replaceAll("\n", "").replaceAll("\\!", "").replaceAll("\\\\", "\\");
  text = text.replaceAll("tfrac", "frac").replaceAll("dfrac", "frac").replaceAll("\\left", "").replaceAll("\\right", "");
  text = text.replaceAll("^{\\circ}", "").replaceAll("^\\circ", "").replaceAll("\\$", "");
  const units = text.split("\\text{ ");
  if (units.length === 2) text = units[0]!;
  text = text.replaceAll("\\%", "").replaceAll("%", "").replaceAll(" .", " 0.").replaceAll("{.", "{0.");
  if (text === "") return text;
  if (text[0] === ".") text = `0${text}`;
  const sides = text.split("=");
  if (sides.length === 2 && sides[0]!.length <= 2) text = sides[1]!;
  if (text.includes("\\sqrt")) {
    const [head, ...parts] = text.split("\\sqrt");
    text = head! + parts.map((p) => `\\sqrt${p === "" || p[0] === "{" ? p : `{${p[0]}}${p.slice(1)}`}`).join("");
  }
  text = wholeFractions(text.replaceAll(" ", ""));
  return slashFraction(text === "0.5" ? "\\frac{1}{2}" : text);
}

/** verl's `math_reward`: the last box, compared by the normal form of its text. */
export function mathReward(response: string, answer: string): boolean {
  const box = lastBox(response);
  return box !== null && normal(box) === normal(answer);
}
