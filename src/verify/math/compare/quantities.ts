/** Values with something attached: units, percent signs, bases, ratios, times. */
import { add, mul, rational, type BasedNode, type DateTimeNode, type Node, type PercentNode, type QuantityNode, type RatioNode } from "../ast.ts";
import { sameDateTime } from "../dates.ts";
import { convertible, factor, parseUnit, type Unit } from "../units.ts";
import { decideSign, toRational } from "../zero/index.ts";
import { equalNodes } from "./equal.ts";
import { all, different, equal, type Context, type Outcome } from "./outcome.ts";

/**
 * Quantities. Both with known units: converted, and different where they cannot be. A unit on one side only: the values
 * are compared, unless units are required. Counting nouns ("12 apples") are no units.
 * 90° is 90, and is π/2 where the other side is written with π.
 */
export function equalQuantities(a: Node, b: Node, ctx: Context): Outcome {
  const left = asQuantity(a, b);
  const right = asQuantity(b, a);
  if (ctx.units === "ignore") return equalNodes(left.value, right.value, ctx);
  const unitA = left.unit === null ? null : parseUnit(left.unit);
  const unitB = right.unit === null ? null : parseUnit(right.unit);
  const knownA = unitA?.known === true;
  const knownB = unitB?.known === true;
  if (knownA && knownB) {
    if (!convertible(unitA, unitB)) return different("exact", `${left.unit} and ${right.unit} measure different things`);
    return equalNodes(converted(left.value, unitA, unitB), right.value, ctx);
  }
  if (ctx.units === "require" && knownA !== knownB) return different("structure", knownA ? `the unit ${left.unit} is missing` : `the unit ${right.unit} is not in the reference`);
  const plain = equalNodes(left.value, right.value, ctx);
  if (plain.equal === true || !(knownA || knownB)) return plain;
  const angle = knownA ? left : right;
  const other = knownA ? right : left;
  if (angle.unit === "°" && mentionsPi(other.value)) {
    const radians = mul([angle.value, rational(1n, 180n), { kind: "constant", name: "pi" }]);
    return knownA ? equalNodes(radians, other.value, ctx) : equalNodes(other.value, radians, ctx);
  }
  return plain;
}

/** A value in another unit, exactly: scales, powers of π, and the zeros of temperature scales. */
function converted(value: Node, from: Unit, to: Unit): Node {
  const scale = rational(from.scale.n * to.scale.d, from.scale.d * to.scale.n);
  const factors: Node[] = scale.n === 1n && scale.d === 1n ? [value] : [scale, value];
  if (from.pi !== to.pi) factors.push({ kind: "pow", base: { kind: "constant", name: "pi" }, exponent: rational(BigInt(from.pi - to.pi)) });
  const scaled = mul(factors);
  const a = from.offset ?? { n: 0n, d: 1n };
  const b = to.offset ?? { n: 0n, d: 1n };
  const shift = rational((a.n * b.d - b.n * a.d) * to.scale.d, a.d * b.d * to.scale.n);
  return shift.n === 0n ? scaled : add([scaled, shift]);
}

/** Letters behind a value are a unit where the other side has one: 5m against 5 \text{ m}, 25m/s against 90 \text{ km/h}. */
function asQuantity(node: Node, other: Node): { readonly value: Node; readonly unit: string | null } {
  if (node.kind === "quantity") return { value: node.value, unit: node.unit };
  if (node.kind === "mul" && other.kind === "quantity") {
    const scalars: Node[] = [];
    const unit: string[] = [];
    for (const factor of node.args) {
      const base = factor.kind === "pow" ? factor.base : factor;
      const exponent = factor.kind === "pow" ? factor.exponent : rational(1n);
      if (base.kind === "symbol" && base.name.length === 1 && exponent.kind === "number" && exponent.d === 1n) unit.push(exponent.n === 1n ? base.name : `${base.name}^${exponent.n}`);
      else scalars.push(factor);
    }
    const text = unit.join("*");
    if (unit.length > 0 && scalars.length > 0 && parseUnit(text)?.known === true) return { value: mul(scalars), unit: text };
  }
  return { value: node, unit: null };
}

function mentionsPi(node: Node): boolean {
  if (node.kind === "constant") return node.name === "pi";
  if (node.kind === "mul" || node.kind === "add") return node.args.some(mentionsPi);
  return node.kind === "pow" ? mentionsPi(node.base) : false;
}

/** A sum of quantities of one dimension as one quantity: 5 ft 6 in, 2 h 30 min. Null where the units do not fit. */
export function joinedQuantity(parts: readonly QuantityNode[]): QuantityNode | null {
  const last = parts[parts.length - 1]!;
  const target = parseUnit(last.unit);
  if (target === null || !target.known) return null;
  const terms: Node[] = [];
  for (const part of parts) {
    const unit = parseUnit(part.unit);
    const ratio = unit === null || !unit.known || !convertible(unit, target) ? null : factor(unit, target);
    if (ratio === null) return null;
    terms.push(mul([rational(ratio.n, ratio.d), part.value]));
  }
  return { kind: "quantity", value: { kind: "add", args: terms }, unit: last.unit };
}

/**
 * Percent. 50 % is the number 1/2. Where the reference is written with the sign, the bare numeral 50 answers it too:
 * the question asked for a percentage. A sign the reference does not have is never ignored: 50 % does not answer 50.
 */
export function equalPercent(a: Node, b: Node, ctx: Context): Outcome {
  if (a.kind === "percent" && b.kind === "percent") return equalNodes(a.value, b.value, ctx);
  const value = (p: PercentNode): Node => mul([p.value, rational(1n, 100n)]);
  if (a.kind === "percent") {
    const bare = b.kind === "quantity" && parseUnit(b.unit)?.known !== true ? b.value : b;
    const asWritten = equalNodes(a.value, bare, ctx);
    return asWritten.equal === true ? asWritten : equalNodes(value(a), bare, ctx);
  }
  return equalNodes(a, value(b as PercentNode), ctx);
}

/** Digits in a base. A reference with a base asks for those digits in that base; a bare reference is compared by value. */
export function equalBased(a: Node, b: Node, ctx: Context): Outcome {
  const based = a.kind === "based" ? a : (b as BasedNode);
  const other = a.kind === "based" ? b : a;
  if (based.value === null) return different("structure", `${based.digits} has a digit too large for base ${based.base}`);
  if (other.kind === "based") {
    if (other.value === null) return different("structure", `${other.digits} has a digit too large for base ${other.base}`);
    if (a.kind === "based" && a.base !== other.base && b.kind === "based") {
      const same = based.value.n === other.value.n && based.value.d === other.value.d;
      return different("exact", same ? `the same number, but in base ${b.base}` : "different numbers");
    }
    return based.value.n === other.value.n && based.value.d === other.value.d ? equal("exact") : different("exact");
  }
  if (a.kind === "based" && a.base !== 10) {
    if (b.kind !== "number") return different("structure", `base ${a.base} is missing`);
    return different("exact", `the base ${a.base} is missing`);
  }
  const value = rational(based.value.n, based.value.d);
  return a.kind === "based" ? equalNodes(value, b, ctx) : equalNodes(a, value, ctx);
}

/** a:b:c up to a common factor; a ratio of two parts is also their quotient. */
export function equalRatios(a: Node, b: Node, ctx: Context): Outcome {
  if (a.kind === "ratio" && b.kind === "ratio") {
    if (a.parts.length !== b.parts.length) return different("structure", "ratios of different length");
    const x = a.parts;
    const y = b.parts;
    if (x.some((p) => p.kind === "ellipsis") || y.some((p) => p.kind === "ellipsis")) return all(x.map((p, i) => equalNodes(p, y[i]!, ctx)));
    // Every part against one that is not zero on either side: 0:0 is no ratio, and a zero in the middle hides nothing.
    const pivot = x.findIndex((p) => !isZero(p, ctx));
    if (pivot < 0 || isZero(y[pivot]!, ctx)) return different("exact", "a part is zero on one side only");
    return all(lazily(x.length, (i) => equalNodes(mul([x[i]!, y[pivot]!]), mul([x[pivot]!, y[i]!]), ctx)));
  }
  const ratio = (a.kind === "ratio" ? a : b) as RatioNode;
  const other = a.kind === "ratio" ? b : a;
  if (ratio.parts.length !== 2 || other.kind === "tuple" || other.kind === "list") return different("structure", "a ratio and something else");
  const below = toRational(ratio.parts[1]!, ctx.meter);
  if (below !== null && below.n === 0n) return different("structure", "a ratio to zero");
  const quotient = mul([ratio.parts[0]!, { kind: "pow", base: ratio.parts[1]!, exponent: rational(-1n) }]);
  return a.kind === "ratio" ? equalNodes(quotient, other, ctx) : equalNodes(other, quotient, ctx);
}

function isZero(node: Node, ctx: Context): boolean {
  return toRational(node, ctx.meter)?.n === 0n || decideSign(node, ctx.meter) === 0;
}

function* lazily(n: number, f: (i: number) => Outcome): Generator<Outcome> {
  for (let i = 0; i < n; i++) yield f(i);
}

export function equalDateTimes(a: DateTimeNode, b: DateTimeNode): Outcome {
  return sameDateTime(a, b) ? equal("structure") : different("structure", "different dates or times");
}
