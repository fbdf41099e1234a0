/**
 * The abstract syntax of a mathematical answer.
 *
 * `Expr` is a scalar: what the zero tests in `zero/` decide. `Node` adds the structures answers have around scalars:
 * tuples, sets, intervals, relations, matrices, quantities, text. The parser builds nodes and never evaluates;
 * all evaluation is bounded and happens later.
 */
import { gcd } from "./gcd.ts";

/** An exact rational n/d with d > 0, in lowest terms. `decimals` is set when it was written with a decimal point: how many digits stood after it. */
export interface NumberNode {
  readonly kind: "number";
  readonly n: bigint;
  readonly d: bigint;
  readonly decimals?: number;
}

/** e is Euler's number, i the imaginary unit. */
export type ConstantName = "pi" | "e" | "i" | "infinity" | "undefined";

export interface ConstantNode {
  readonly kind: "constant";
  readonly name: ConstantName;
}

/** A variable; sub- and superscripts that are part of the name are in it, like `x_1`, `a_{ij}`, `f'`. */
export interface SymbolNode {
  readonly kind: "symbol";
  readonly name: string;
}

export interface AddNode {
  readonly kind: "add";
  readonly args: readonly Node[];
}

/** Products; division is a factor with exponent −1, negation a factor −1. */
export interface MulNode {
  readonly kind: "mul";
  readonly args: readonly Node[];
}

export interface PowNode {
  readonly kind: "pow";
  readonly base: Node;
  readonly exponent: Node;
}

/** The n-th root as answers mean it: for odd integer n the real root of a negative number, else the principal root. */
export interface RootNode {
  readonly kind: "root";
  readonly arg: Node;
  readonly index: Node;
}

/**
 * A named function. Known names: sin cos tan cot sec csc, arc… of them, sinh … csch, ar…h of them, exp, ln, log (args: x, base),
 * abs (also |z|), sign, floor, ceil, round, frac, factorial, doublefactorial, binomial (n, k), permutation (n, k), gcd, lcm, min, max, mod (a, m),
 * re, im, conj, arg, gamma, det, tr. Any other name is an unknown function, like f in f(x): opaque, equal when names and arguments are.
 */
export interface CallNode {
  readonly kind: "call";
  readonly name: string;
  readonly args: readonly Node[];
}

/** Σ, Π, ∫, lim and d/dx: `variable` is bound in `body`. Indefinite integrals have no bounds. */
export interface BigNode {
  readonly kind: "big";
  readonly op: "sum" | "product" | "integral" | "limit" | "derivative" | "big-union" | "big-intersection";
  readonly variable: string;
  readonly lower?: Node;
  readonly upper?: Node;
  /** Side of a limit, or the order of a derivative. */
  readonly detail?: string;
  readonly body: Node;
}

/** ± (sign +1) or ∓ (sign −1) before `arg`; every ± of one answer takes the same sign at a time. */
export interface PlusMinusNode {
  readonly kind: "plus-minus";
  readonly sign: 1 | -1;
  readonly arg: Node;
}

export type Bracket = "(" | "[" | "]" | ")" | "⟨" | "⟩";

/** Comma-separated items in brackets as written: (1,2) may be a tuple or an interval; comparison decides. */
export interface TupleNode {
  readonly kind: "tuple";
  readonly items: readonly Node[];
  readonly open: Bracket;
  readonly close: Bracket;
}

/** Comma-, "and"- or "or"-separated items without brackets. */
export interface ListNode {
  readonly kind: "list";
  readonly items: readonly Node[];
  /** How they were joined: plain commas or semicolons, or a word. */
  readonly joined: "comma" | "semicolon" | "and" | "or";
}

export interface SetNode {
  readonly kind: "set";
  readonly items: readonly Node[];
}

/** {variable ∈ domain | condition} */
export interface BuilderNode {
  readonly kind: "builder";
  readonly element: Node;
  readonly condition: Node;
}

/** Named sets: reals, rationals, integers, naturals, complexes, empty, primes; with an optional restriction, like ℝ⁺. */
export interface NamedSetNode {
  readonly kind: "named-set";
  readonly name: "R" | "Q" | "Z" | "N" | "C" | "empty" | "R+" | "R-" | "Z+" | "Z-" | "N0" | "R*" | "Z*" | "Q+" | "R0+" | "R0-";
}

export interface SetOperationNode {
  readonly kind: "set-operation";
  readonly op: "union" | "intersection" | "difference" | "complement" | "product";
  readonly args: readonly Node[];
}

export type RelationOperator = "=" | "≠" | "<" | "≤" | ">" | "≥" | "≈" | "∈" | "∉" | "⊂" | "⊆" | "⊃" | "⊇" | "≡" | "∝" | "∼" | "∣" | "→" | ":=" | "⟂" | "∥";

/** a op₁ b op₂ c …; one operator is the plain relation. `modulus` belongs to ≡. */
export interface RelationNode {
  readonly kind: "relation";
  readonly operands: readonly Node[];
  readonly operators: readonly RelationOperator[];
  readonly modulus?: Node;
}

export interface LogicNode {
  readonly kind: "logic";
  readonly op: "and" | "or" | "not" | "implies" | "iff";
  readonly args: readonly Node[];
}

export interface MatrixNode {
  readonly kind: "matrix";
  readonly rows: readonly (readonly Node[])[];
  /** `|` is a determinant and is parsed as a call of det instead. */
  readonly delimiters: "(" | "[" | "{" | "";
}

export interface PiecewiseNode {
  readonly kind: "piecewise";
  readonly cases: readonly { readonly value: Node; readonly condition: Node | null }[];
}

/** Words that are the answer, as written; `key` is the comparison form. */
export interface TextNode {
  readonly kind: "text";
  readonly text: string;
}

/** A value with a unit as written, like `km/h` or `cm^2`; currency signs and degrees are units too. */
export interface QuantityNode {
  readonly kind: "quantity";
  readonly value: Node;
  readonly unit: string;
}

export interface PercentNode {
  readonly kind: "percent";
  readonly value: Node;
}

/** a : b : c */
export interface RatioNode {
  readonly kind: "ratio";
  readonly parts: readonly Node[];
}

/** Digits in a stated base, like 1010_2; `value` is null where a digit does not fit the base. */
export interface BasedNode {
  readonly kind: "based";
  readonly digits: string;
  readonly base: number;
  readonly value: { readonly n: bigint; readonly d: bigint } | null;
}

/** A calendar date or a time of day, each field null where it is not given. Seconds may be fractional text. */
export interface DateTimeNode {
  readonly kind: "date-time";
  readonly year: number | null;
  readonly month: number | null;
  readonly day: number | null;
  readonly hour: number | null;
  readonly minute: number | null;
  readonly second: number | null;
  /** True when an am/pm mark or a 24-hour value fixed the half of the day. */
  readonly halfKnown: boolean;
}

/** "…": a sequence cut short; equal only to the same sequence written the same way. */
export interface EllipsisNode {
  readonly kind: "ellipsis";
}

export type Node =
  | NumberNode
  | ConstantNode
  | SymbolNode
  | AddNode
  | MulNode
  | PowNode
  | RootNode
  | CallNode
  | BigNode
  | PlusMinusNode
  | TupleNode
  | ListNode
  | SetNode
  | BuilderNode
  | NamedSetNode
  | SetOperationNode
  | RelationNode
  | LogicNode
  | MatrixNode
  | PiecewiseNode
  | TextNode
  | QuantityNode
  | PercentNode
  | RatioNode
  | BasedNode
  | DateTimeNode
  | EllipsisNode;

/** Nodes the zero tests accept: everything below them is scalar too. */
export type Expr = Node;

const SCALAR: ReadonlySet<Node["kind"]> = /* @__PURE__ */ new Set(["number", "constant", "symbol", "add", "mul", "pow", "root", "call", "big"] as const);

/** True where the node and everything below it is scalar, so that the zero tests can decide it. */
export function isScalar(node: Node): boolean {
  return SCALAR.has(node.kind) && children(node).every(isScalar);
}

/** Direct children in a fixed order. */
export function children(node: Node): readonly Node[] {
  switch (node.kind) {
    case "add":
    case "mul":
    case "call":
    case "set-operation":
    case "logic":
      return node.args;
    case "pow":
      return [node.base, node.exponent];
    case "root":
      return [node.arg, node.index];
    case "big":
      return [node.body, ...(node.lower ? [node.lower] : []), ...(node.upper ? [node.upper] : [])];
    case "plus-minus":
      return [node.arg];
    case "tuple":
    case "list":
    case "set":
      return node.items;
    case "builder":
      return [node.element, node.condition];
    case "relation":
      return node.modulus ? [...node.operands, node.modulus] : node.operands;
    case "matrix":
      return node.rows.flat();
    case "piecewise":
      return node.cases.flatMap((c) => (c.condition === null ? [c.value] : [c.value, c.condition]));
    case "quantity":
    case "percent":
      return [node.value];
    case "ratio":
      return node.parts;
    default:
      return [];
  }
}

/** n/d in lowest terms; d must not be 0. */
export function rational(n: bigint, d = 1n, decimals?: number): NumberNode {
  if (d < 0n) {
    n = -n;
    d = -d;
  }
  if (d !== 1n) {
    const g = gcd(n, d);
    if (g !== 1n) {
      n /= g;
      d /= g;
    }
  }
  return decimals === undefined ? { kind: "number", n, d } : { kind: "number", n, d, decimals };
}

export function integer(n: number | bigint): NumberNode {
  return { kind: "number", n: BigInt(n), d: 1n };
}

export const ONE: NumberNode = { kind: "number", n: 1n, d: 1n };
export const MINUS_ONE: NumberNode = { kind: "number", n: -1n, d: 1n };

export function constant(name: ConstantName): ConstantNode {
  return { kind: "constant", name };
}

export function symbol(name: string): SymbolNode {
  return { kind: "symbol", name };
}

/** Sum; nested sums are flattened, one term is itself. */
export function add(args: readonly Node[]): Node {
  if (args.length === 1) return args[0]!;
  return { kind: "add", args: args.flatMap((a) => (a.kind === "add" ? a.args : [a])) };
}

/** Product; nested products are flattened, one factor is itself. */
export function mul(args: readonly Node[]): Node {
  if (args.length === 1) return args[0]!;
  return { kind: "mul", args: args.flatMap((a) => (a.kind === "mul" ? a.args : [a])) };
}

export function neg(arg: Node): Node {
  if (arg.kind === "number") return { ...arg, n: -arg.n };
  return mul([MINUS_ONE, arg]);
}

export function pow(base: Node, exponent: Node): Node {
  return { kind: "pow", base, exponent };
}

export function div(a: Node, b: Node): Node {
  if (a.kind === "number" && b.kind === "number" && b.n !== 0n && a.decimals === undefined && b.decimals === undefined) return rational(a.n * b.d, a.d * b.n);
  return mul([a, pow(b, MINUS_ONE)]);
}

export function root(arg: Node, index: Node = integer(2)): Node {
  return { kind: "root", arg, index };
}

export function call(name: string, args: readonly Node[]): Node {
  return { kind: "call", name, args };
}
