/** Example problems whose answers are vectors, matrices, sets, quantities, times, choices and words. */
import { cut, ok, type Problem, silent, wrong } from "./problem.ts";
import * as v from "./voices.ts";

const r = String.raw;
const matrix = (kind: string, rows: string): string => `\\begin{${kind}} ${rows} \\end{${kind}}`;

export const structures: readonly Problem[] = [
  {
    id: "matrix-product",
    form: "matrix",
    prompt: r`Compute $\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} \begin{pmatrix} 0 & 1 \\ 1 & 0 \end{pmatrix}$.`,
    answer: matrix("pmatrix", r`2 & 1 \\ 4 & 3`),
    replies: [
      ok(v.boxed(["Multiplying by this matrix from the right swaps the columns."], matrix("pmatrix", r`2 & 1 \\ 4 & 3`))),
      ok(v.display(["Row one: 1·0 + 2·1 = 2 and 1·1 + 2·0 = 1.", "Row two: 3·0 + 4·1 = 4 and 3·1 + 4·0 = 3."], matrix("bmatrix", r`2&1\\4&3`))),
      wrong(v.boxed(["Multiplying by this matrix swaps the rows."], matrix("pmatrix", r`3 & 4 \\ 1 & 2`))),
      ok(v.think(["Swap the columns."], `The product is\n$$\\boxed{${matrix("pmatrix", r`2 & 1 \\[2pt] 4 & 3`)}}$$`)),
    ],
  },
  {
    id: "cross-product",
    form: "vector",
    prompt: r`Find the cross product of $(1, 0, 2)$ and $(0, 3, 1)$.`,
    answer: matrix("pmatrix", r`-6 \\ -1 \\ 3`),
    replies: [
      ok(v.boxed([r`$0\cdot1 - 2\cdot3 = -6$, $2\cdot0 - 1\cdot1 = -1$, $1\cdot3-0\cdot0=3$.`], "(-6, -1, 3)")),
      ok(v.boxed(["Expand the symbolic determinant along the first row."], matrix("pmatrix", r`-6 \\ -1 \\ 3`))),
      wrong(v.boxed([r`$0\cdot1 - 2\cdot3 = -6$, $1\cdot1 - 2\cdot0 = 1$, $1\cdot3-0\cdot0=3$.`], "(-6, 1, 3)")),
      ok(v.boxed(["Using the components one by one:"], r`\langle -6, -1, 3 \rangle`)),
    ],
  },
  {
    id: "divisors",
    form: "finite set",
    prompt: "List the set of positive divisors of 12.",
    answer: r`\{1, 2, 3, 4, 6, 12\}`,
    replies: [
      ok(v.boxed(["1·12, 2·6, 3·4."], r`\{1, 2, 3, 4, 6, 12\}`)),
      ok(v.boxed(["The pairs are 1 and 12, 2 and 6, 3 and 4."], r`\{1, 12, 2, 6, 3, 4\}`)),
      wrong(v.boxed(["The proper divisors are these."], r`\{1, 2, 3, 4, 6\}`)),
      ok(v.russian([r`$12 = 2^2 \cdot 3$, поэтому делителей $3\cdot 2 = 6$.`], r`\{1,2,3,4,6,12\}`)),
    ],
  },
  {
    id: "right-triangle",
    form: "multi-part",
    prompt: "A right triangle has legs 3 and 4. (a) What is its perimeter? (b) What is its area?",
    answer: "(a) 12, (b) 6",
    replies: [
      ok(v.boldLine(["The hypotenuse is 5, so the perimeter is 3 + 4 + 5.", "The area is half of 3 times 4."], "(a) 12, (b) 6")),
      ok(v.boxed([r`Perimeter: $3+4+5 = 12$. Area: $\frac{3\cdot4}{2}=6$.`], r`\text{(a) } 12, \text{ (b) } 6`)),
      wrong(v.boxed(["The hypotenuse is 5."], "(a) 6, (b) 12")),
      wrong(v.boldLine(["The hypotenuse is 5, hence the perimeter is 12.", "The area is 3 times 4, which is 12."], "(a) 12, (b) 12")),
    ],
  },
  {
    id: "train",
    form: "time of day",
    prompt: "A train leaves at 10:45 and travels 2 hours and 50 minutes. At what time does it arrive (24-hour clock)?",
    answer: "13:35",
    replies: [
      ok(v.boxed(["10:45 plus 2 hours is 12:45, plus 50 minutes is 13:35."], "13:35")),
      ok(v.bold(["Adding three hours gives 13:45; take ten minutes away."], "13:35")),
      wrong(v.boxed(["10 + 2 = 12 hours and 45 + 50 = 95 minutes."], "12:95")),
      wrong(v.hash(["10:45 + 2:00 = 12:45", "12:45 + 0:50 = 13:25"], "13:25")),
    ],
  },
  {
    id: "hundred-days",
    form: "date",
    prompt: "Which date is 100 days after January 1, 2023?",
    answer: "April 11, 2023",
    replies: [
      ok(v.boldLine(["30 more days in January, 28 in February and 31 in March make 89.", "Eleven days are left."], "April 11, 2023")),
      ok(v.boxed(["Day 101 of the year 2023: January 31, February 28 and March 31 are 90 days."], r`\text{April 11, 2023}`)),
      wrong(v.boxed(["January 31, February 28 and March 31 are 90 days, and ten are left."], r`\text{April 10, 2023}`)),
      ok(v.final(["31 + 28 + 31 = 90, and 101 − 90 = 11."], r`\text{11 April 2023}`)),
    ],
  },
  {
    id: "diagonal",
    form: "length with unit",
    prompt: "A tray measures 30 cm by 40 cm. How long is its diagonal? Include the unit.",
    answer: r`50 \text{ cm}`,
    replies: [
      ok(v.boxed([r`$\sqrt{30^2+40^2} = 50$.`], r`50\text{ cm}`)),
      ok(v.boxed([r`In metres, $\sqrt{0.3^2+0.4^2} = 0.5$.`], r`0.5\text{ m}`)),
      wrong(v.boxed([r`$\sqrt{900+1600} = 50$.`], r`50\text{ m}`)),
      ok(v.hash(["30² + 40² = 900 + 1600 = 2500", "√2500 = 50"], "50 cm")),
    ],
  },
  {
    id: "speed",
    form: "speed with unit",
    prompt: "Convert 90 km/h to metres per second. Include the unit.",
    answer: r`25 \text{ m/s}`,
    replies: [
      ok(v.boxed([r`$90 \cdot \frac{1000}{3600} = 25$.`], r`25 \text{ m/s}`)),
      wrong(v.boxed(["Divide by 3.6."], r`25 \text{ km/h}`)),
      wrong(v.boxed(["Multiply by 3.6."], r`324 \text{ m/s}`)),
      ok(v.boldLine(["90 km are 90 000 m, and one hour is 3600 s."], "25 m/s")),
    ],
  },
  {
    id: "third-angle",
    form: "degrees",
    prompt: "Two angles of a triangle are 47° and 68°. How large is the third?",
    answer: r`65^\circ`,
    replies: [
      ok(v.farewell(v.boxed([r`$180 - 47 - 68 = 65$.`], r`65^\circ`), 2)),
      ok(v.answerIs(["180 − 115 = 65."], "65 degrees")),
      ok(v.turkish(["Üçgenin iç açıları toplamı $180$ derecedir: $180-47-68=65$."], r`65^{\circ}`)),
      wrong(v.boxed([r`$190 - 115 = 75$.`], r`75^\circ`)),
    ],
  },
  {
    id: "stationery",
    form: "currency",
    prompt: r`Three notebooks cost \$2.75 each and two pens \$1.20 each. What is the total?`,
    answer: r`\$10.65`,
    replies: [
      ok(v.boxed([r`$3\cdot2.75 = 8.25$ and $2\cdot1.20=2.40$.`], r`\$10.65`)),
      wrong(v.hash(["Notebooks: 8.25", "Pens: 2.40", "Total: 8.25 + 2.40 = 10.56"], "10.56")),
      ok(v.farewell(v.bold(["Notebooks: 3 × 2.75 = 8.25.", "Pens: 2 × 1.20 = 2.40."], "$10.65"), 1)),
      wrong(v.boxed([r`$3\cdot2.75=8.25$, plus one pen is $9.45$.`], r`\$9.45`)),
    ],
  },
  {
    id: "ratio",
    form: "ratio",
    prompt: "Simplify the ratio 84 : 126.",
    answer: "2:3",
    replies: [
      ok(v.boxed(["The greatest common divisor is 42."], "2:3")),
      ok(v.boldLine(["Divide both by 42."], "2 : 3")),
      wrong(v.boxed(["Divide 126 and 84 by 42."], "3:2")),
      ok(v.farewell(v.boxed(["Both numbers are multiples of 42, namely 2 · 42 and 3 · 42."], "2:3"), 1)),
    ],
  },
  {
    id: "prime-choice",
    form: "choice letter",
    prompt: "Which of these is prime?\n(A) 91\n(B) 97\n(C) 111\n(D) 119",
    answer: "B",
    replies: [
      ok(v.boxed(["91 = 7 · 13, 111 = 3 · 37, 119 = 7 · 17."], r`\text{B}`)),
      ok(v.boldLine(["97 has no divisor among 2, 3, 5, 7."], "(B)")),
      wrong(v.answerIs(["The digits of 111 add up to 3, which is prime."], "C")),
      ok(v.think(["A is 7·13. C is divisible by 3. D is 7·17. So B is left."], v.farewell("The answer is **B**.", 2))),
    ],
  },
  {
    id: "prime-year",
    form: "text",
    prompt: "Is 2027 a prime number? Answer yes or no.",
    answer: "Yes",
    replies: [
      ok(v.boxed(["2027 has no prime divisor up to 45, so it is prime."], r`\text{Yes}`)),
      ok(v.bold(["I checked 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41 and 43."], "yes")),
      wrong(v.boxed(["2027 = 7 · 289 + 4, and 289 is 17 squared, so it factors."], r`\text{No}`)),
      silent("Checking whether 2027 is prime needs trial division by all primes up to 45. There are fourteen of them. It is a good exercise to carry this out by hand!"),
    ],
  },
  {
    id: "one-sided-limit",
    form: "infinity",
    prompt: r`Evaluate $\lim_{x \to 0^+} \frac{1}{x}$.`,
    answer: r`\infty`,
    replies: [
      ok(v.boxed([r`As $x$ falls to 0 from above, $\frac1x$ grows without bound.`], r`\infty`)),
      ok(v.boxed(["It diverges to plus infinity."], r`+\infty`)),
      wrong(v.boxed(["One over something small is small."], "0")),
      wrong(v.boxed(["The function falls without bound near zero."], r`-\infty`)),
    ],
  },
  {
    id: "last-digit",
    form: "integer",
    prompt: r`What is the last digit of $7^{222}$?`,
    answer: "9",
    replies: [
      ok(v.think(v.ponder([r`Powers of 7 end in 7, 9, 3, 1 and repeat with period 4. $222 = 4\cdot 55 + 2$.`], "7"), r`The last digits repeat with period four, and $222 \equiv 2 \pmod 4$, so the last digit is $\boxed{9}$.`)),
      ok(v.japanese([r`$7^n$ の一の位は $7,9,3,1$ の周期 $4$ で繰り返します。`, r`$222$ を $4$ で割った余りは $2$ です。`], "9")),
      wrong(v.answerIs(["222 leaves the remainder 2, so we look at the third number of 7, 9, 3, 1."], "3")),
      cut(`<think>\n${v.ponder([r`7, 49, 343, 2401. So $\boxed{9}$ may be it, if 222 mod 4 is 2.`], "3").join("\n\n")}\n\nLet me compute 222 mod 4 once more: 4 times 55 is`),
    ],
  },
  {
    id: "floor",
    form: "floor",
    prompt: r`Evaluate $\lfloor -3.7 \rfloor + \lceil 2.1 \rceil$.`,
    answer: "-1",
    replies: [
      ok(v.boxed([r`$\lfloor -3.7\rfloor = -4$ and $\lceil 2.1\rceil = 3$.`], "-1")),
      ok(v.boldLine(["The floor of −3.7 is −4.", "The ceiling of 2.1 is 3."], "−1")),
      wrong(v.boxed([r`$\lfloor -3.7\rfloor = -3$ and $\lceil 2.1\rceil=3$.`], "0")),
      ok(v.farewell(v.answerIs(["The floor of −3.7 is −4, because −4 is the greatest integer below it, and the ceiling of 2.1 is 3."], "-1"), 2)),
    ],
  },
];
