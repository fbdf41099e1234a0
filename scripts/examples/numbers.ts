/** Example problems whose answers are numbers. */
import { cut, ok, type Problem, wrong } from "./problem.ts";
import * as v from "./voices.ts";

const r = String.raw;

export const numbers: readonly Problem[] = [
  {
    id: "odd-sum",
    form: "integer",
    prompt: "What is the sum of the first 40 positive odd integers?",
    answer: "1600",
    replies: [
      ok(v.boxed([r`The sum of the first $n$ odd positive integers is $n^2$.`, r`With $n = 40$ this is $40^2 = 1600$.`], "1600")),
      ok(v.hash([r`The odd numbers 1, 3, 5, ..., 79 form an arithmetic sequence with 40 terms.`, r`Sum = 40 * (1 + 79) / 2 = 40 * 40 = 1600.`], "1,600")),
      ok(v.think([r`First 40 odd numbers, the last is $2\cdot 40 - 1 = 79$.`, r`Average is 40, there are 40 of them.`], r`The average of the 40 terms is 40, so the sum is \(\boxed{1600}\).`)),
      wrong(v.boxed([r`The last term is $2 \cdot 40 + 1 = 81$.`, r`So the sum is $40 \cdot \frac{1 + 81}{2} = 1640$.`], "1640")),
    ],
  },
  {
    id: "big-power",
    form: "integer of any size",
    prompt: r`Compute $2^{64} - 1$ exactly.`,
    answer: "18446744073709551615",
    replies: [
      ok(v.tool("I will let Python do the arithmetic.", "print(2**64 - 1)", "18446744073709551615", r`The value of $2^{64}-1$ is $\boxed{18446744073709551615}$.`)),
      ok(v.german([r`Wir quadrieren sechsmal: $2^2=4$, $4^2=16$, $16^2=256$, $256^2=65536$, $65536^2=4294967296$, und $4294967296^2 = 18446744073709551616$.`, "Davon ziehen wir eins ab."], "18446744073709551615")),
      wrong(v.boxed([r`$2^{32} = 4294967296$, and squaring gives $2^{64} = 18446744073709551616$.`], "18446744073709551616")),
      ok(v.bold([r`Since $2^{10} = 1024$, we have $2^{60} = 1152921504606846976$ and $2^{64} = 16 \cdot 2^{60} = 18{,}446{,}744{,}073{,}709{,}551{,}616$.`, "Subtract one."], r`$18{,}446{,}744{,}073{,}709{,}551{,}615$`)),
    ],
  },
  {
    id: "fraction-quotient",
    form: "fraction",
    prompt: r`Evaluate $\left(\frac{3}{4} + \frac{5}{6}\right) \div \frac{7}{8}$.`,
    answer: r`\frac{38}{21}`,
    replies: [
      ok(v.boxed([r`$\frac34+\frac56 = \frac{9}{12}+\frac{10}{12} = \frac{19}{12}$.`, r`Dividing by $\frac78$ gives $\frac{19}{12}\cdot\frac{8}{7} = \frac{152}{84} = \frac{38}{21}$.`], r`\frac{38}{21}`)),
      ok(v.headed(["Find a common denominator: 3/4 + 5/6 = 19/12.", "Multiply by the reciprocal: 19/12 × 8/7 = 152/84.", "Reduce: 152/84 = 38/21 and write it as a mixed number."], r`1\frac{17}{21}`)),
      wrong(v.answerIs(["Using a calculator: 0.75 + 0.8333 = 1.5833, and 1.5833 / 0.875 = 1.8095.", "Rounded to two places that is 1.81."], "1.81")),
      ok(v.boldLine([r`We get $\dfrac{19}{12} \cdot \dfrac{8}{7}$.`, "Cancel the common factor 4: 19·2 over 3·7."], "38/21")),
    ],
  },
  {
    id: "radical-sum",
    form: "radical",
    prompt: r`Simplify $\sqrt{50} + \sqrt{18} - \sqrt{8}$.`,
    answer: r`6\sqrt{2}`,
    replies: [
      ok(v.display([r`$\sqrt{50} = 5\sqrt2$, $\sqrt{18} = 3\sqrt2$ and $\sqrt8 = 2\sqrt2$.`, r`Together, $(5+3-2)\sqrt2 = 6\sqrt2$.`], r`6\sqrt{2}`)),
      ok(v.boxed([r`Everything is a multiple of $\sqrt2$: $5\sqrt2+3\sqrt2-2\sqrt2$.`, r`This is $6\sqrt2 = \sqrt{36\cdot 2}$.`], r`\sqrt{72}`)),
      ok(v.bold(["√50 = 5√2, √18 = 3√2, √8 = 2√2.", "5√2 + 3√2 − 2√2 = 6√2."], "6√2")),
      wrong(v.boxed([r`$\sqrt{50}+\sqrt{18}-\sqrt{8} = \sqrt{50+18-8}$.`, r`So we have $\sqrt{60} = 2\sqrt{15}$.`], r`2\sqrt{15}`)),
    ],
  },
  {
    id: "price-cut",
    form: "percent",
    prompt: r`A jacket's price falls from \$80 to \$68. By what percent did it fall?`,
    answer: r`15\%`,
    replies: [
      ok(v.boxed([r`The price fell by $80-68 = 12$ dollars.`, r`As a share of the old price, $\frac{12}{80} = 0.15$.`], r`15\%`)),
      ok(v.think(["Change is 12. Divide by the original, 80, not by 68."], "The reduction is 12 out of 80.\n\n**Answer:** 15%")),
      ok(v.french([r`Le prix baisse de $12$ dollars sur $80$, c'est-à-dire $\frac{12}{80} = \frac{3}{20}$.`], r`15\,\%`)),
      wrong(v.boxed([r`The difference is $12$.`, r`$\frac{12}{68} \approx 0.176$.`], r`17.6\%`)),
    ],
  },
  {
    id: "mixed-product",
    form: "mixed number",
    prompt: r`Compute $2\frac{1}{3} \times 1\frac{1}{2}$.`,
    answer: r`3\frac{1}{2}`,
    replies: [
      ok(v.boxed([r`$2\frac13 = \frac73$ and $1\frac12 = \frac32$.`, r`The product is $\frac{21}{6} = 3\frac12$.`], r`3\frac{1}{2}`)),
      ok(v.answerIs(["Write both as improper fractions: 7/3 and 3/2.", "Their product is 7/2."], r`$\frac{7}{2}$`)),
      ok(v.hash(["7/3 * 3/2 = 21/6", "21/6 = 3.5"], "3.5")),
      wrong(v.boxed([r`Multiply the whole parts, $2\cdot1 = 2$, and the fractions, $\frac13\cdot\frac12=\frac16$.`], r`2\frac{1}{6}`)),
    ],
  },
  {
    id: "light-distance",
    form: "scientific notation",
    prompt: r`Light travels at $3 \times 10^8$ metres a second. How many metres does it travel in 500 seconds? Give scientific notation.`,
    answer: r`1.5 \times 10^{11}`,
    replies: [
      ok(v.boxed([r`Distance is speed times time: $3\times10^8 \cdot 500 = 1500\times10^8$.`], r`1.5 \times 10^{11}`)),
      ok(v.numbered([r`Write 500 as $5\times10^2$.`, r`Multiply: $15\times10^{10}$.`, r`In plain digits that is 150,000,000,000.`], r`150{,}000{,}000{,}000`)),
      wrong(v.boxed([r`$3\times10^8 \cdot 5\times10^2 = 15\times10^{10}$, so one moves the point by one place.`], r`1.5 \times 10^{10}`)),
      ok(v.farewell(v.boxed([r`$d = vt = 3\times10^{8}\cdot 5\times 10^{2}$.`, "Move the point by one place."], r`1.5\times10^{11}`), 0)),
    ],
  },
  {
    id: "repeating",
    form: "repeating decimal",
    prompt: r`Write $0.\overline{36}$ as a fraction in lowest terms.`,
    answer: r`\frac{4}{11}`,
    replies: [
      ok(v.boxed([r`Let $x = 0.\overline{36}$. Then $100x - x = 36$, so $x = \frac{36}{99}$.`, r`Cancel $9$.`], r`\frac{4}{11}`)),
      wrong(v.boxed([r`The decimal is $0.363636\ldots$, which we can cut after two places.`], "0.36")),
      ok(v.spanish([r`Sea $x = 0.363636\ldots$; entonces $99x = 36$ y $x = \frac{36}{99}$.`, "Simplificamos entre 9."], "4/11")),
      cut(`<think>\n${v.ponder([r`$x = 0.3636...$, $100x = 36.3636...$`], r`\frac{36}{100}`).join("\n\n")}\n\nSo subtracting the two, 99x = 36 and then`),
    ],
  },
  {
    id: "binary",
    form: "base",
    prompt: "Write 45 in base 2.",
    answer: "101101_2",
    replies: [
      ok(v.boxed([r`$45 = 32 + 8 + 4 + 1$.`, r`The digits are $1\,0\,1\,1\,0\,1$.`], "101101_2")),
      ok(v.boxed(["Divide by two again and again: 45, 22, 11, 5, 2, 1 with remainders 1, 0, 1, 1, 0, 1.", "Read them from the last to the first."], "101101_{2}")),
      wrong(v.boxed([r`$45 = 32 + 8 + 4 + 2 - 1$, so the digits are $101111$.`], "101111_2")),
      ok(v.farewell(v.final([r`$45 = 2^5+2^3+2^2+2^0$.`], "101101_2"), 2)),
    ],
  },
  {
    id: "complex-product",
    form: "complex number",
    prompt: r`Compute $(3+2i)(1-4i)$.`,
    answer: "11-10i",
    replies: [
      ok(v.boxed([r`$3 - 12i + 2i - 8i^2 = 3 - 10i + 8$.`], "11 - 10i")),
      ok(v.boxed([r`The imaginary part is $3\cdot(-4)+2\cdot 1 = -10$.`, r`The real part is $3\cdot1 - 2\cdot(-4) = 11$.`], "-10i + 11")),
      wrong(v.boxed([r`$3 - 12i + 2i + 8i^2 = -5 - 10i$.`], "-5-10i")),
      ok(v.thinkTail(["Multiply out. i squared is minus one, so minus 8 i squared is plus 8."], r`$(3+2i)(1-4i) = 11 - 10i$, thus the final answer is $11-10i$.`)),
    ],
  },
  {
    id: "level",
    form: "factorial",
    prompt: "In how many different ways can the letters of the word LEVEL be arranged?",
    answer: "30",
    replies: [
      ok(v.boxed(["There are five letters, two of them L and two of them E.", r`The number is $\frac{5!}{2!\,2!} = \frac{120}{4}$.`], "30")),
      ok(v.boxed(["Five letters with two repeated pairs."], r`\frac{5!}{2!\,2!}`)),
      ok(v.chinese(["LEVEL 有五个字母，其中 L 和 E 各出现两次。", r`排列数为 $\frac{5!}{2!\cdot 2!}=30$。`], "30")),
      wrong(v.answerIs(["There are 5! = 120 arrangements and we divide by 2! for the repeated letter."], "60")),
    ],
  },
  {
    id: "cos-fifteen",
    form: "trigonometry",
    prompt: r`Find the exact value of $\cos 15^\circ$.`,
    answer: r`\frac{\sqrt{6}+\sqrt{2}}{4}`,
    replies: [
      ok(v.boxed([r`$\cos(45^\circ - 30^\circ) = \cos45^\circ\cos30^\circ + \sin45^\circ\sin30^\circ$.`, r`This is $\frac{\sqrt2}{2}\cdot\frac{\sqrt3}{2}+\frac{\sqrt2}{2}\cdot\frac12$.`], r`\frac{\sqrt{6}+\sqrt{2}}{4}`)),
      ok(v.boxed([r`By the half-angle formula, $\cos 15^\circ = \sqrt{\frac{1+\cos30^\circ}{2}}$.`], r`\frac{\sqrt{2+\sqrt{3}}}{2}`)),
      wrong(v.boxed([r`$\cos 15^\circ \approx 0.966$.`], "0.966")),
      wrong(v.display([r`$\cos(45^\circ - 30^\circ) = \cos45^\circ\cos30^\circ - \sin45^\circ\sin30^\circ$.`], r`\frac{\sqrt{6}-\sqrt{2}}{4}`)),
    ],
  },
  {
    id: "log-equation",
    form: "logarithm",
    prompt: r`Solve $3^x = 20$ for $x$. Give the exact value.`,
    answer: r`\log_3 20`,
    replies: [
      ok(v.boxed(["Take logarithms to base 3 on both sides."], r`\log_3 20`)),
      ok(v.boxed([r`$x \ln 3 = \ln 20$.`], r`\frac{\ln 20}{\ln 3}`)),
      ok(v.portuguese([r`Aplicando o logaritmo, $x = \log_3(20)$, ou seja, $x = 1 + \log_3\frac{20}{3}$.`], r`x = \frac{\log 20}{\log 3}`)),
      wrong(v.boxed([r`$x = \log_{20} 3$ because the base moves to the other side.`], r`\log_{20} 3`)),
    ],
  },
  {
    id: "disc",
    form: "multiple of π",
    prompt: "What is the area of a circle of radius 5?",
    answer: r`25\pi`,
    replies: [
      ok(v.farewell(v.boxed([r`$A = \pi r^2 = \pi\cdot 25$.`], r`25\pi`), 1)),
      ok(v.answerIs(["A = πr² with r = 5."], "25π")),
      wrong(v.boxed([r`$A = \pi r^2 \approx 3.14 \cdot 25$.`], "78.5")),
      wrong(v.boxed([r`$A = 2\pi r = 2\pi\cdot 5$.`], r`10\pi`)),
    ],
  },
  {
    id: "two-dice",
    form: "probability",
    prompt: "Two fair dice are rolled. What is the probability that the sum is 8?",
    answer: r`\frac{5}{36}`,
    replies: [
      ok(v.boxed(["The pairs are (2,6), (3,5), (4,4), (5,3), (6,2).", "There are 36 equally likely outcomes."], r`\dfrac{5}{36}`)),
      wrong(v.hash(["Favourable: 5, total: 36.", "5 / 36 = 0.1389"], "0.14")),
      ok(v.farewell(v.boxed(["There are five favourable pairs out of thirty-six."], r`\frac{5}{36}`), 1)),
      ok(v.tagged(["5 pairs of 36: (2,6), (3,5), (4,4), (5,3), (6,2)."], "5/36")),
    ],
  },
];
