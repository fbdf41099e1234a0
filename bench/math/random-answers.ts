/** Random hostile answers: deep, huge, undefined. The fuzz test and `bench/math-fuzz.ts` draw from here. */
import type { RandomStream } from "../../src/core/random.ts";

function pick<Item>(r: RandomStream, items: readonly Item[]): Item {
  return items[r.integer(items.length)]!;
}

function atom(r: RandomStream): string {
  switch (r.integer(14)) {
    case 0:
      return "7".repeat(1 + r.integer(300));
    case 1:
      return `10^{${r.integer(400)}}`;
    case 2:
      return `2^{${r.integer(3000)}}`;
    case 3:
      return `${r.integer(3000)}!`;
    case 4:
      return `\\binom{${r.integer(2000)}}{${r.integer(1000)}}`;
    case 5:
      return `0.${"1234567".repeat(1 + r.integer(40))}`;
    case 6:
      return `\\frac{${r.integer(99999)}}{${r.integer(99999)}}`;
    case 7:
      return String(r.integer(1000));
    default:
      return pick(r, ["x", "y", "z", "t", "\\pi", "e", "i", "2", "\\infty"]);
  }
}

/** A scalar of at most this depth. */
function scalar(r: RandomStream, depth: number): string {
  if (depth <= 0) return atom(r);
  const part = (): string => scalar(r, depth - 1 - r.integer(2));
  const parts = (most: number): string[] => Array.from({ length: 1 + r.integer(most) }, part);
  switch (r.integer(20)) {
    case 0:
      return parts(8).join(pick(r, ["+", "-"]));
    case 1:
      return parts(6).map((p) => `(${p})`).join("");
    case 2:
      return `\\frac{${part()}}{${part()}}`;
    case 3:
      return `(${part()})^{${pick(r, ["2", "3", "50", "\\frac{1}{2}", "-1", "x", "999", part()])}}`;
    case 4:
    case 5:
      return `\\sqrt${pick(r, ["", "[3]", "[7]", "[50]"])}{${part()}}`;
    case 6:
    case 7:
      return `\\${pick(r, ["sin", "cos", "tan", "arctan", "arcsin", "arccos", "sinh", "tanh", "cot", "sec"])}(${part()})`;
    case 8:
      return `\\ln(${part()})`;
    case 9:
      return `e^{${part()}}`;
    case 10:
      return `|${part()}|`;
    case 11:
      return `\\lfloor ${part()} \\rfloor`;
    case 12:
      return `\\sum_{k=${r.integer(5)}}^{${pick(r, ["5", "500", "5000", "n", String(r.integer(100000))])}} (${pick(r, ["k", "\\frac{1}{k}", "x^k", "\\sin(k)", "2^k", "\\sqrt{k}", part()])})`;
    case 13:
      return `\\prod_{k=1}^{${pick(r, ["5", "50", "500"])}} (1+\\frac{${pick(r, ["1", "x", "k"])}}{k})`;
    case 14:
      return `(${part()})!`;
    case 15:
      return `\\binom{${part()}}{${part()}}`;
    case 16:
      return `\\max(${parts(4).join(",")})`;
    case 17:
      return `\\log_{${part()}}(${part()})`;
    case 18:
      return `(${part()}) \\bmod (${part()})`;
    default:
      return `\\gcd(${part()},${part()})`;
  }
}

/** A random answer, often huge, often undefined: a scalar or a structure of scalars, of at most this depth. */
export function randomAnswer(r: RandomStream, depth: number): string {
  const one = (): string => scalar(r, depth);
  switch (r.integer(10)) {
    case 0:
      return `\\{${[one(), one(), one()].join(",")}\\}`;
    case 1:
      return `(${[one(), one()].join(",")})`;
    case 2:
      return `${one()}=${one()}`;
    case 3:
      return `\\begin{pmatrix}${one()}&${one()}\\\\${one()}&${one()}\\end{pmatrix}`;
    case 4:
      return `${one()}<x<${one()}`;
    case 5:
      return `[${one()},${one()})\\cup(${one()},\\infty)`;
    default:
      return one();
  }
}
