/** Compares two read answers under a policy. */
import { children, isScalar, type Node } from "./ast.ts";
import { joinedQuantity } from "./compare/quantities.ts";
import { equalNodes } from "./compare/equal.ts";
import { different, equal, open, type CompareOptions, type Context, type Outcome } from "./compare/outcome.ts";
import { equalDateTimes } from "./compare/quantities.ts";
import { choiceLetter, choiceWithText } from "./compare/text.ts";
import { readAnswer, type Answer } from "./answer.ts";
import { LIMITS, LimitError, Meter } from "./limits.ts";
import { print } from "./print.ts";

export type { CompareOptions, Stage } from "./compare/outcome.ts";
export type Comparison = Outcome;

/** Compares a reference with a response. @throws LimitError */
export function compareAnswers(reference: Answer, response: Answer, options: CompareOptions): Comparison {
  const ctx: Context = { ...options, meter: new Meter(LIMITS.steps) };
  if (reference.dateTime !== null && response.dateTime !== null) return equalDateTimes(reference.dateTime, response.dateTime);
  const outcome = blamed(reference.node, response.node, reflexive(reference.node, response.node, () => equalNodes(joined(reference.node), joined(response.node), ctx)));
  if (outcome.equal === true) return outcome;
  const choice = compareChoices(reference, response, ctx);
  if (choice !== null && (choice.equal === true || !reference.parsed || !response.parsed)) return choice;
  if (!reference.parsed || !response.parsed) return reference.parsed && response.parsed ? outcome : textOutcome(reference, response, outcome);
  return outcome;
}

/**
 * What cannot be compared because of the answer is the answer's fault: ∞ − ∞, an integral, a factorial of π against 5. Left open it
 * would be worth more than a wrong answer. Where the reference is as hard, it stays open.
 */
function blamed(reference: Node, response: Node, outcome: Outcome): Outcome {
  if (outcome.equal !== null || unevaluated(reference) || !unevaluated(response)) return outcome;
  return different(outcome.stage, "the answer has no value that could be compared");
}

const EVALUATED: ReadonlySet<string> = new Set("sin cos tan cot sec csc arcsin arccos arctan arccot arcsec arccsc sinh cosh tanh coth sech csch arsinh arcosh artanh exp ln log abs".split(" "));

/** True where something in the node has no value by itself: an integral, ∞ in arithmetic, a function without a rule, a sequence cut short. */
function unevaluated(node: Node, inside = false): boolean {
  switch (node.kind) {
    case "big":
    case "ellipsis":
      return true;
    case "constant":
      return node.name === "undefined" || (node.name === "infinity" && inside);
    case "mul":
      return node.args.some((x) => unevaluated(x, node.args.length > 2 || node.args[0]!.kind !== "number" || node.args[0]!.n !== -1n));
    case "call":
      return !EVALUATED.has(node.name) || node.args.some((x) => unevaluated(x, true));
    case "text":
      return false;
    default: {
      const scalar = node.kind === "add" || node.kind === "pow" || node.kind === "root";
      return children(node).some((x) => unevaluated(x, scalar || (inside && node.kind !== "tuple")));
    }
  }
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
    const wanted = choiceWithText(reference.text, true);
    if (wanted !== null) return wanted.letter === answer.letter ? equalNodes(readAnswer(wanted.rest, true, false).node, rest.node, ctx) : null;
    return reference.parsed ? equalNodes(reference.node, rest.node, ctx) : null;
  }
  const wanted = choiceWithText(reference.text, true);
  if (wanted === null) return null;
  if (given !== null) return given === wanted.letter ? { equal: true, stage: "structure", note: `option ${given}` } : { equal: false, stage: "structure", note: `option ${given}, not ${wanted.letter}` };
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
