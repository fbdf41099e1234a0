/**
 * Inputs made to exhaust a verifier. Each is a response; sizes are in the name. None of them is the reference "1".
 * PEERS section 5 measured the first eight on Math-Verify: seconds each, one of them for ever.
 */
export interface Hostile {
  readonly name: string;
  readonly response: string;
  /** What Math-Verify took with its 5 s limits, in seconds, as recorded. */
  readonly mathVerifySeconds?: number;
}

const MEGABYTE = 1_000_000;

function box(text: string): string {
  return `The answer is \\boxed{${text}}.`;
}

/** `piece` repeated to about `length` characters. */
function fill(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / piece.length));
}

function nest(open: string, close: string, core: string, depth: number): string {
  return open.repeat(depth) + core + close.repeat(depth);
}

/** Every hostile input; megabytes are made anew at each call, so that nothing holds them. */
export function* hostileInputs(): Generator<Hostile> {
  yield { name: "tower of fives over sixteen", response: box("\\dfrac{5^{\\left(5^{\\left(5^{\\left(5^5\\right)}\\right)} - 4\\right)} - 5}{16}"), mathVerifySeconds: Infinity };
  yield { name: "9^(9^8)", response: box("9^{9^{8}}"), mathVerifySeconds: 5 };
  yield { name: "2003^(2002^2001)", response: box("2003^{2002^{2001}}"), mathVerifySeconds: 5 };
  yield { name: "10^(10^10)", response: box("10^{10^{10}}"), mathVerifySeconds: 5 };
  yield { name: "binomial of a million", response: box("\\binom{1000000}{500000}"), mathVerifySeconds: 5 };
  yield { name: "a million factorial", response: box("1000000!"), mathVerifySeconds: 4.2 };
  yield { name: "2,000 nested parentheses", response: box(nest("(", ")", "2", 2000)), mathVerifySeconds: 5.1 };
  yield { name: "integer of 100,000 digits", response: box("7".repeat(100_000)), mathVerifySeconds: 0.6 };
  yield { name: "3,000 boxes", response: Array.from({ length: 3000 }, (_, k) => `\\boxed{${k + 2}}`).join(" "), mathVerifySeconds: 1.2 };
  yield { name: "3,000 equal boxes", response: fill("\\boxed{2} ", 30_000) };
  yield { name: "tower of twenty nines", response: box(nest("9^{", "}", "9", 20)) };
  yield { name: "factorial of a factorial", response: box("((9!)!)!") };
  yield { name: "iterated factorial signs", response: box(`9${"!".repeat(2000)}`) };
  yield { name: "power below one to a huge power", response: box("\\left(1+10^{-1000}\\right)^{10^{1000}}") };
  yield { name: "exponent of 5,000 digits", response: box(`2^{${"9".repeat(5000)}}`) };
  yield { name: "sum to ten to the ninth", response: box("\\sum_{k=1}^{1000000000} \\frac{1}{k^2}") };
  yield { name: "nested sums", response: box(nest("\\sum_{k=1}^{100} (", ")", "k", 12)) };
  yield { name: "product to a million", response: box("\\prod_{k=1}^{1000000} \\left(1+\\frac{1}{k}\\right)") };
  yield { name: "polynomial to the power 10,000", response: box("(x+y+z+1)^{10000}") };
  yield { name: "nested powers of a sum", response: box(nest("(", "+1)^{9}", "x", 40)) };
  yield { name: "product of 300 factors", response: box(Array.from({ length: 300 }, (_, k) => `(x+${k})`).join("")) };
  yield { name: "nested square roots, 500", response: box(nest("\\sqrt{2+", "}", "x", 500)) };
  yield { name: "nested roots of numbers, 100", response: box(nest("\\sqrt{2+", "}", "2", 100)) };
  yield { name: "sum of 200 roots", response: box(Array.from({ length: 200 }, (_, k) => `\\sqrt{${k * k + 2}}`).join("+")) };
  yield { name: "sines nested, 100", response: box(nest("\\sin(", ")", "1", 100)) };
  yield { name: "exponentials nested, 30", response: box(nest("e^{", "}", "x", 30)) };
  yield { name: "sine of ten to the ten-thousandth", response: box("\\sin(10^{10000})") };
  yield { name: "e^(10^9)", response: box("e^{1000000000}") };
  yield { name: "logarithms nested, 60", response: box(nest("\\ln(", ")", "10^{100}", 60)) };
  yield { name: "continued fraction, 400", response: box(nest("1+\\frac{1}{", "}", "x", 400)) };
  yield { name: "near zero to 10,000 digits", response: box(`1+10^{-10000}`) };
  yield { name: "decimal of 9,000 places", response: box(`1.${"0".repeat(8999)}1`) };
  yield { name: "repeating cycle of 5,000", response: box(`0.\\overline{${"1234567890".repeat(500)}}`) };
  yield { name: "arctangents, 400", response: box(Array.from({ length: 400 }, (_, k) => `\\arctan(\\frac{1}{${k + 2}})`).join("+")) };
  yield { name: "± forty times", response: box(fill("\\pm 1", 200)) };
  yield { name: "set of 1,000", response: box(`\\{${Array.from({ length: 1000 }, (_, k) => `\\sqrt{${k}}`).join(",")}\\}`) };
  yield { name: "matrix of 40,000 cells", response: box(`\\begin{pmatrix}${fill(fill("1&", 400) + "1\\\\", 80_000)}1\\end{pmatrix}`) };
  yield { name: "determinant 12 by 12", response: box(`\\det\\begin{pmatrix}${Array.from({ length: 12 }, (_, i) => Array.from({ length: 12 }, (_, j) => `x^{${(i * j) % 7}}`).join("&")).join("\\\\")}\\end{pmatrix}`) };
  yield { name: "modulus of a tower", response: box("7^{7^{7^{7}}} \\bmod 1000") };
  yield { name: "gcd of towers", response: box("\\gcd(2^{99999}-1, 3^{99999}-1)") };
  yield { name: "floor of a tower", response: box("\\lfloor e^{e^{e^{10}}} \\rfloor") };
  yield { name: "based number of 5,000 digits", response: box(`${"1".repeat(5000)}_{7}`) };
  yield { name: "megabyte of open braces", response: box("{".repeat(MEGABYTE)) };
  yield { name: "megabyte of open boxes", response: fill("\\boxed{", MEGABYTE) };
  yield { name: "megabyte of nested boxes, closed", response: nest("\\boxed{", "}", "2", Math.floor(MEGABYTE / 8)) };
  yield { name: "megabyte of boxes, distinct", response: Array.from({ length: 60_000 }, (_, k) => `\\boxed{${k + 2}}`).join(" ") };
  yield { name: "megabyte of empty boxes", response: fill("\\boxed{}", MEGABYTE) };
  yield { name: "megabyte of parentheses", response: box("(".repeat(MEGABYTE)) };
  yield { name: "megabyte of digits", response: box("7".repeat(MEGABYTE)) };
  yield { name: "megabyte of digits, no box", response: "7".repeat(MEGABYTE) };
  yield { name: "megabyte of fractions", response: box(fill("\\frac{1}{2}+", MEGABYTE)) };
  yield { name: "megabyte of nested fractions", response: box(nest("\\frac{1}{", "}", "2", MEGABYTE / 10)) };
  yield { name: "megabyte of carets", response: box(`2${"^2".repeat(MEGABYTE / 2)}`) };
  yield { name: "megabyte of plus signs", response: box(fill("+", MEGABYTE)) };
  yield { name: "megabyte of minus signs", response: box(`${fill("-", MEGABYTE)}2`) };
  yield { name: "megabyte of backslashes", response: fill("\\", MEGABYTE) };
  yield { name: "megabyte of dollars", response: fill("$", MEGABYTE) };
  yield { name: "megabyte of dollar pairs", response: fill("$2$ ", MEGABYTE) };
  yield { name: "megabyte of open formulas", response: fill("\\( ", MEGABYTE) };
  yield { name: "megabyte of open displays", response: fill("\\[ ", MEGABYTE) };
  yield { name: "megabyte of spaces", response: `${" ".repeat(MEGABYTE)}\\boxed{2}` };
  yield { name: "megabyte of blanks in a box", response: box(`2${" ".repeat(MEGABYTE)}2`) };
  yield { name: "megabyte of line ends", response: "\n".repeat(MEGABYTE) };
  yield { name: "megabyte of stars", response: fill("*", MEGABYTE) };
  yield { name: "megabyte of bold", response: fill("**2** ", MEGABYTE) };
  yield { name: "megabyte of hashes", response: fill("#", MEGABYTE) };
  yield { name: "megabyte of hash answers", response: fill("#### 2\n", MEGABYTE) };
  yield { name: "megabyte of open thoughts", response: fill("<think>", MEGABYTE) };
  yield { name: "megabyte of closed thoughts", response: fill("</think>", MEGABYTE) };
  yield { name: "megabyte of thoughts", response: fill("<think>x</think>", MEGABYTE) };
  yield { name: "megabyte of open answer tags", response: fill("<answer>", MEGABYTE) };
  yield { name: "megabyte of answer tags", response: fill("<answer>2</answer>", MEGABYTE) };
  yield { name: "megabyte of less-than", response: fill("<", MEGABYTE) };
  yield { name: "megabyte of answer phrases", response: fill("the answer is ", MEGABYTE) };
  yield { name: "megabyte of final answers", response: fill("The final answer is 2. ", MEGABYTE) };
  yield { name: "megabyte of Answer:", response: fill("Answer: ", MEGABYTE) };
  yield { name: "megabyte of Chinese answers", response: fill("答案是", MEGABYTE) };
  yield { name: "megabyte of prose", response: fill("We consider the next case and add both sides. ", MEGABYTE) };
  yield { name: "megabyte of emoji", response: fill("🎲", MEGABYTE) };
  yield { name: "megabyte of combining marks", response: box(`e${"\u0301".repeat(MEGABYTE / 2)}`) };
  yield { name: "megabyte of text commands", response: box(fill("\\text{a}", MEGABYTE)) };
  yield { name: "megabyte of commas", response: box(fill("1,", MEGABYTE)) };
  yield { name: "megabyte of equals", response: box(fill("x=", MEGABYTE)) };
  yield { name: "megabyte of bars", response: box(fill("|", MEGABYTE)) };
  yield { name: "megabyte of left", response: box(fill("\\left(", MEGABYTE)) };
  yield { name: "megabyte of begin", response: box(fill("\\begin{pmatrix}", MEGABYTE)) };
  yield { name: "megabyte of ampersands", response: box(fill("&", MEGABYTE)) };
  yield { name: "megabyte of underscores", response: box(`x${fill("_1", MEGABYTE)}`) };
  yield { name: "megabyte of primes", response: box(`f${fill("'", MEGABYTE)}`) };
  yield { name: "megabyte of percent signs", response: box(`5${fill("\\%", MEGABYTE)}`) };
  yield { name: "megabyte of degrees", response: box(`5${fill("^\\circ", MEGABYTE)}`) };
  yield { name: "megabyte of square roots", response: box(fill("\\sqrt", MEGABYTE)) };
  yield { name: "megabyte of letters", response: box(fill("abc", MEGABYTE)) };
  yield { name: "box just under the size limit", response: box(fill("\\sqrt{2}+", 19_000) + "x") };
  yield { name: "polynomial just under the size limit", response: box(fill("3xy^2z+", 19_000) + "x") };
  yield { name: "nulls", response: fill("\u0000", MEGABYTE) };
  yield { name: "lone surrogates", response: fill("\ud800", MEGABYTE / 2) };
}
