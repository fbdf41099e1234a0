/** Example problems whose answers are expressions, equations, inequalities and their solution sets. */
import { cut, ok, type Problem, wrong } from "./problem.ts";
import * as v from "./voices.ts";

const r = String.raw;

export const algebra: readonly Problem[] = [
  {
    id: "quadratic",
    form: "list of roots",
    prompt: r`Find all solutions of $x^2 - 5x + 6 = 0$.`,
    answer: "2, 3",
    replies: [
      ok(v.boxed([r`Factor: $(x-2)(x-3) = 0$.`], "2, 3")),
      ok(v.boxed([r`The sum of the roots is 5 and their product is 6.`], r`x = 3 \text{ or } x = 2`)),
      ok(v.boldLine([r`By the quadratic formula, $x = \frac{5 \pm 1}{2}$.`], "3 and 2")),
      wrong(v.boxed([r`Factor: $(x-1)(x-6) = 0$.`], "1, 6")),
    ],
  },
  {
    id: "absolute",
    form: "interval",
    prompt: r`Solve $|x - 3| < 5$. Give the solution in interval notation.`,
    answer: "(-2, 8)",
    replies: [
      ok(v.boxed([r`$-5 < x - 3 < 5$, and we add 3.`], "(-2, 8)")),
      ok(v.boxed([r`The points whose distance from 3 is less than 5.`], "-2 < x < 8")),
      ok(v.display([r`$x - 3 < 5$ gives $x < 8$.`, r`$x - 3 > -5$ gives $x > -2$.`], r`x \in \left(-2,\, 8\right)`)),
      wrong(v.boxed([r`$-5 \le x - 3 \le 5$, so $-2 \le x \le 8$.`], "[-2, 8]")),
    ],
  },
  {
    id: "outside",
    form: "union of intervals",
    prompt: r`For which real $x$ is $x^2 > 4$? Answer in interval notation.`,
    answer: r`(-\infty, -2) \cup (2, \infty)`,
    replies: [
      ok(v.boxed([r`$x^2 > 4$ means $|x| > 2$.`], r`(-\infty,-2)\cup(2,\infty)`)),
      ok(v.boxed([r`Take the roots $\pm2$; the parabola is above 4 outside of them.`], r`x < -2 \text{ or } x > 2`)),
      ok(v.farewell(v.boxed([r`The inequality $x^2 - 4 > 0$ holds outside the roots $-2$ and $2$.`], r`(2, \infty) \cup (-\infty, -2)`), 2)),
      wrong(v.boxed([r`Taking square roots, $x > 2$.`], r`(2, \infty)`)),
    ],
  },
  {
    id: "expand",
    form: "polynomial",
    prompt: r`Expand $(x+2)(x-3)(x+1)$.`,
    answer: "x^3 - 7x - 6",
    replies: [
      ok(v.boxed([r`$(x+2)(x-3) = x^2 - x - 6$.`, r`Times $(x+1)$: $x^3 - x^2 - 6x + x^2 - x - 6$.`], "x^3 - 7x - 6")),
      ok(v.boxed([r`The quadratic terms cancel: $2 - 3 + 1 = 0$.`], "x^3-6-7x")),
      wrong(v.boxed([r`$(x+2)(x-3) = x^2 - x - 6$, and the constant is $2\cdot3\cdot1$.`], "x^3 - 7x + 6")),
      wrong(v.final([r`$(x+2)(x-3) = x^2 + x - 6$.`, r`Times $(x+1)$ gives $x^3 + 2x^2 - 5x - 6$.`], "x^3 + 2x^2 - 5x - 6")),
    ],
  },
  {
    id: "line",
    form: "equation",
    prompt: "Give an equation of the line through (1, 2) and (3, 8).",
    answer: "y = 3x - 1",
    replies: [
      ok(v.boxed([r`The slope is $\frac{8-2}{3-1} = 3$, and $2 = 3\cdot1 + b$ gives $b=-1$.`], "y = 3x - 1")),
      ok(v.boxed([r`The direction is $(1, 3)$, so a normal vector is $(3, -1)$.`], "3x - y - 1 = 0")),
      ok(v.boxed(["In point-slope form, with the slope 3 and the first point:"], "y - 2 = 3(x - 1)")),
      wrong(v.boxed([r`The slope is $3$, and $8 = 3 \cdot 3 + b$ gives $b = 1$.`], "y = 3x + 1")),
    ],
  },
  {
    id: "circle",
    form: "equation",
    prompt: "Write the equation of the circle with center (2, −1) and radius 3.",
    answer: "(x-2)^2 + (y+1)^2 = 9",
    replies: [
      ok(v.boxed([r`Every point has distance 3 from the center.`], "(x - 2)^2 + (y + 1)^2 = 9")),
      ok(v.boxed([r`$(x-2)^2+(y+1)^2=9$; expand the squares and collect.`], "x^2 + y^2 - 4x + 2y - 4 = 0")),
      wrong(v.boxed(["The equation of a circle is $(x-a)^2+(y-b)^2=r$."], "(x-2)^2 + (y+1)^2 = 3")),
      wrong(v.headed(["The center is (2, −1), so we write (x + 2) and (y − 1).", "The square of the radius is 9."], "(x+2)^2 + (y-1)^2 = 9")),
    ],
  },
  {
    id: "two-unknowns",
    form: "system",
    prompt: r`Solve the system $x + y = 7$, $x - y = 1$. Answer as an ordered pair $(x, y)$.`,
    answer: "(4, 3)",
    replies: [
      ok(v.boxed([r`Adding gives $2x = 8$, subtracting gives $2y = 6$.`], "(4, 3)")),
      ok(v.boxed([r`Add: $2x = 8$.`, r`Then $y = 7 - 4$.`], r`x = 4,\ y = 3`)),
      ok(v.think([r`x = 4 from adding. y = 3.`, r`Check: 4 + 3 = 7 and 4 - 3 = 1.`], r`The solution of the system is $\boxed{(4,3)}$.`)),
      wrong(v.boxed([r`Subtracting gives $2y = 8$, so $y = 4$ and $x = 3$.`], "(3, 4)")),
    ],
  },
  {
    id: "linear-inequality",
    form: "inequality",
    prompt: r`Solve $3x - 4 \le 11$.`,
    answer: r`x \le 5`,
    replies: [
      ok(v.farewell(v.boxed([r`$3x \le 15$.`], r`x \leq 5`), 0)),
      ok(v.boxed([r`Add 4 and divide by 3, which keeps the direction.`], r`(-\infty, 5]`)),
      ok(v.lastFormula([r`$3x \le 15$, so $x$ is at most five.`], r`5 \ge x`)),
      wrong(v.boxed([r`$3x < 15$.`], "x < 5")),
    ],
  },
  {
    id: "cancel",
    form: "rational function",
    prompt: r`Simplify $\frac{x^2-9}{x^2+x-6}$.`,
    answer: r`\frac{x-3}{x-2}`,
    replies: [
      ok(v.boxed([r`$\frac{(x-3)(x+3)}{(x+3)(x-2)}$; cancel $x+3$.`], r`\frac{x-3}{x-2}`)),
      ok(v.boxed([r`After cancelling, $\frac{x-3}{x-2} = \frac{(x-2)-1}{x-2}$.`], r`1 - \frac{1}{x-2}`)),
      ok(v.boxed([r`Cancel the common factor and multiply by $\frac{-1}{-1}$.`], r`\frac{3-x}{2-x}`)),
      wrong(v.boxed([r`Cancel $x^2$ above and below.`], r`\frac{-9}{x-6}`)),
    ],
  },
  {
    id: "product-rule",
    form: "expression with e",
    prompt: r`Differentiate $f(x) = x^2 e^x$.`,
    answer: r`(x^2 + 2x)e^x`,
    replies: [
      ok(v.boxed([r`By the product rule, $f'(x) = 2x e^x + x^2 e^x$.`], r`2xe^x + x^2e^x`)),
      ok(v.boxed([r`$f'(x) = e^x(x^2+2x)$.`], r`f'(x) = x e^{x}(x+2)`)),
      wrong(v.boxed([r`The derivative of $x^2$ is $2x$ and $e^x$ stays.`], "2xe^x")),
      ok(v.italian([r`Per la regola del prodotto, $f'(x) = 2x\,e^x + x^2 e^x$.`], r`e^x(x^2+2x)`)),
    ],
  },
  {
    id: "square-sum",
    form: "expression in n",
    prompt: r`Give a closed form of $1^2 + 2^2 + \cdots + n^2$.`,
    answer: r`\frac{n(n+1)(2n+1)}{6}`,
    replies: [
      ok(v.boxed(["This is the well-known formula, by induction."], r`\frac{n(n+1)(2n+1)}{6}`)),
      ok(v.boxed([r`Let it be a cubic polynomial $an^3+bn^2+cn$ and fit $n=1,2,3$: $a=\frac13$, $b=\frac12$, $c=\frac16$.`], r`\frac{n^3}{3}+\frac{n^2}{2}+\frac{n}{6}`)),
      ok(v.boxed([r`Expanding $n(n+1)(2n+1)$ gives the numerator.`], r`\frac{2n^3 + 3n^2 + n}{6}`)),
      wrong(v.boxed(["Halve the sum of cubes."], r`\frac{n^2(n+1)^2}{8}`)),
    ],
  },
  {
    id: "plus-minus",
    form: "± family",
    prompt: r`Solve $x^2 = 7$.`,
    answer: r`\pm\sqrt{7}`,
    replies: [
      ok(v.boxed(["Take square roots on both sides, with both signs."], r`\pm\sqrt{7}`)),
      ok(v.boxed(["A positive number has two square roots."], r`\sqrt{7}, -\sqrt{7}`)),
      wrong(v.boxed(["Take the square root."], r`\sqrt{7}`)),
      ok(v.korean([r`양변의 제곱근을 구하면 $x = \pm\sqrt7$ 입니다.`], r`x = \pm \sqrt{7}`)),
    ],
  },
  {
    id: "inverse",
    form: "function",
    prompt: r`Find the inverse function of $f(x) = 2x + 5$.`,
    answer: r`f^{-1}(x) = \frac{x-5}{2}`,
    replies: [
      ok(v.boxed([r`Solve $y = 2x+5$ for $x$.`], r`f^{-1}(x) = \frac{x-5}{2}`)),
      ok(v.boxed([r`$x = \frac{y-5}{2}$, then swap the names.`], r`f^{-1}(x) = \frac{1}{2}x - \frac{5}{2}`)),
      wrong(v.boxed([r`Undo the steps: subtract 2, divide by 5.`], r`f^{-1}(x) = \frac{x-2}{5}`)),
      cut("Let's think step by step.\n\n1. Write y for the value of the function.\n2. Swap the roles of the two letters.\n3. Now we isolate y by subtracting five from both sides and then"),
    ],
  },
  {
    id: "double-angle",
    form: "trigonometric identity",
    prompt: r`Simplify $\frac{\sin 2x}{1 + \cos 2x}$.`,
    answer: r`\tan x`,
    replies: [
      ok(v.boxed([r`$\frac{2\sin x\cos x}{2\cos^2 x}$.`], r`\tan x`)),
      ok(v.boxed([r`The numerator is $2 \sin x\cos x$ and the denominator $2\cos^2 x$.`], r`\frac{\sin x}{\cos x}`)),
      wrong(v.boxed([r`$\frac{2\sin x\cos x}{2\sin^2 x}$.`], r`\cot x`)),
      ok(v.farewell(v.boxed([r`Use $\sin 2x = 2\sin x\cos x$ and $1+\cos 2x = 2\cos^2 x$; a factor $2\cos x$ cancels.`], r`\tan(x)`), 0)),
    ],
  },
  {
    id: "modulus-domain",
    form: "domain",
    prompt: r`What is the domain of $g(x) = \sqrt{4 - x}$? Use interval notation.`,
    answer: r`(-\infty, 4]`,
    replies: [
      ok(v.boxed([r`We need $4 - x \ge 0$.`], r`(-\infty, 4]`)),
      ok(v.boxed([r`The radicand must not be negative.`], r`x \le 4`)),
      ok(v.boxed([r`$4-x\ge0$ exactly for $x\le4$.`], r`\{x \mid x \le 4\}`)),
      wrong(v.boxed([r`We need $4 - x > 0$.`], r`(-\infty, 4)`)),
    ],
  },
];
