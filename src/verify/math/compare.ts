/** Compares two read answers under a policy. */
import { isScalar, print, type Node } from "./ast.ts";
import { joinedQuantity } from "./compare/quantities.ts";
import { equalNodes } from "./compare/equal.ts";
import { equal, open, type CompareOptions, type Context, type Outcome } from "./compare/outcome.ts";
import { equalDateTimes } from "./compare/quantities.ts";
import { choiceLetter, choiceWithText } from "./compare/text.ts";
import { readAnswer, type Answer } from "./answer.ts";
import { LIMITS, LimitError, Meter } from "./limits.ts";

export type { CompareOptions, Stage } from "./compare/outcome.ts";
export type Comparison = Outcome;

/** Compares a reference with a response. @throws LimitError */
export function compareAnswers(reference: Answer, response: Answer, options: CompareOptions): Comparison {
  const ctx: Context = { ...options, meter: new Meter(LIMITS.steps) };
  if (reference.dateTime !== null && response.dateTime !== null) return equalDateTimes(reference.dateTime, response.dateTime);
  const outcome = reflexive(reference.node, response.node, () => equalNodes(joined(reference.node), joined(response.node), ctx));
  if (outcome.equal === true) return outcome;
  const choice = compareChoices(reference, response, ctx);
  if (choice !== null && choice.equal === true) return choice;
  if (!reference.parsed || !response.parsed) return reference.parsed && response.parsed ? outcome : textOutcome(reference, response, outcome);
  return outcome;
}

/** The same tree is the same answer, also where it has no value or no comparison of it ends within the limits. */
function reflexive(a: Node, b: Node, compare: () => Outcome): Outcome {
  try {
    const outcome = compare();
    return outcome.equal !== true && print(a) === print(b) ? equal("structure") : outcome;
  } catch (error) {
    if (error instanceof LimitError && print(a) === print(b)) return equal("structure");
    throw error;
  }
}

/** Text the grammar did not know was compared as text; where the other side is mathematics that says nothing. */
function textOutcome(reference: Answer, response: Answer, outcome: Outcome): Outcome {
  if (reference.parsed && reference.node.kind === "text") return outcome;
  return open(outcome.stage, response.parsed ? "the reference is no form we know" : "the answer is no form we know");
}

/** Options: the letter alone, in brackets or with its text; or the text of the option alone. */
function compareChoices(reference: Answer, response: Answer, ctx: Context): Outcome | null {
  const gold = choiceLetter(reference.node, reference.text);
  const given = choiceLetter(response.node, response.text);
  if (gold !== null && given !== null) return gold === given ? { equal: true, stage: "structure" } : null;
  const answer = choiceWithText(response.text);
  if (answer !== null) {
    if (gold !== null) return gold === answer.letter ? { equal: true, stage: "structure", note: `option ${gold}` } : null;
    const rest = readAnswer(answer.rest, response.node.kind !== "text", false);
    const wanted = choiceWithText(reference.text);
    if (wanted !== null) return wanted.letter === answer.letter ? equalNodes(readAnswer(wanted.rest, true, false).node, rest.node, ctx) : null;
    return reference.parsed ? equalNodes(reference.node, rest.node, ctx) : null;
  }
  const wanted = choiceWithText(reference.text);
  if (wanted === null) return null;
  if (given !== null) return given === wanted.letter ? { equal: true, stage: "structure", note: `option ${given}` } : null;
  return response.parsed ? equalNodes(readAnswer(wanted.rest, reference.node.kind !== "text", false).node, response.node, ctx) : null;
}

/** 5 ft 6 in, 2 h 30 min: quantities written after one another are one. */
function joined(node: Node): Node {
  if (node.kind === "quantity" && node.value.kind === "mul") {
    const parts = node.value.args;
    const head = parts[0]!;
    if (parts.length === 2 && head.kind === "quantity" && isScalar(parts[1]!)) return joinedQuantity([head, { kind: "quantity", value: parts[1]!, unit: node.unit }]) ?? node;
  }
  return node;
}
