/**
 * Every form of answer the math verifier reads, each with pairs that are equal (⇔) and near-misses that are not (⇎).
 * Reference left, answer right. The tests hold every line, and docs/math-forms.md is written from this table.
 */
export interface Form {
  readonly name: string;
  readonly note: string;
  readonly equal: readonly (readonly [reference: string, answer: string])[];
  readonly different: readonly (readonly [reference: string, answer: string])[];
}

function form(name: string, note: string, lines: string): Form {
  const equal: [string, string][] = [];
  const different: [string, string][] = [];
  for (const line of lines.split("\n")) {
    const sign = line.includes("⇔") ? "⇔" : line.includes("⇎") ? "⇎" : null;
    if (sign === null) continue;
    const [reference, answer] = line.split(sign).map((side) => side.trim()) as [string, string];
    (sign === "⇔" ? equal : different).push([reference, answer]);
  }
  return { name, note, equal, different };
}

const raw = String.raw;

export const FORMS: readonly Form[] = [
  form("integers", "Of any size, compared exactly.", raw`
    42 ⇔ 42
    42 ⇔ +42
    -7 ⇔ −7
    100000000000000000000 ⇔ 10^{20}
    42 ⇔ 42.0
    007 ⇔ 7
    123456789012345678901234567890 ⇔ 123456789012345678901234567890
    12 ⇔ \text{twelve}
    -8 ⇔ (-8)
    42 ⇎ 43
    42 ⇎ -42
    100000000000000000000 ⇎ 100000000000000000001
    12345678901 ⇎ 12345678902
    42 ⇎ 24
    1000 ⇎ 100
    -1 ⇎ 1
    123456789012345678901234567890 ⇎ 123456789012345678901234567891
  `),
  form("decimals", "Exact: 0.33 is 33/100. Rounding is asked for with `precision`.", raw`
    0.5 ⇔ 1/2
    0.5 ⇔ .5
    2.50 ⇔ 2.5
    -0.125 ⇔ -\frac{1}{8}
    3.14 ⇔ \frac{157}{50}
    1.0 ⇔ 1
    0.1 ⇔ 0.1000
    12.75 ⇔ 12\frac34
    0.33 ⇎ 1/3
    3.14 ⇎ \pi
    1/3 ⇎ 0.3333333333333333333333
    0.5 ⇎ 0.50001
    1.41421356237 ⇎ \sqrt{2}
    2.5 ⇎ 25
    0.1 ⇎ 0.01
    -0.5 ⇎ 0.5
  `),
  form("fractions", "In every spelling, reduced or not.", raw`
    \frac{3}{4} ⇔ \dfrac{6}{8}
    \frac{1}{2} ⇔ \frac12
    \frac{1}{2} ⇔ 1/2
    \frac{-3}{5} ⇔ -\frac{3}{5}
    \frac{3}{-5} ⇔ -\tfrac35
    \frac{9}{2} ⇔ 4.5
    \frac{1}{3} ⇔ {1 \over 3}
    \frac{\frac{1}{2}}{3} ⇔ \frac16
    3/4 ⇔ ¾
    \frac{3}{4} ⇎ \frac{4}{3}
    \frac{3}{4} ⇎ \frac{3}{5}
    \frac{1}{2} ⇎ -\frac12
    \frac{1}{2004!} ⇎ \frac{1}{2006!}
    \frac{1}{2^{99}} ⇎ \frac{1}{2^{98}}
    \frac{2^{2005}+1}{3\cdot 2^{2006}} ⇎ \frac{1}{3\cdot 2^{2006}}
    \frac{22}{7} ⇎ \pi
    \frac{1}{2} ⇎ 12
  `),
  form("mixed numbers", "An integer before a proper fraction of integers.", raw`
    1\frac{1}{2} ⇔ 1.5
    1\frac{1}{2} ⇔ \frac32
    2 3/4 ⇔ 2.75
    -3\frac{1}{2} ⇔ -\frac{7}{2}
    5\frac13 ⇔ \frac{16}{3}
    \frac{7}{3} ⇔ 2\frac{1}{3}
    1½ ⇔ 3/2
    10\tfrac{1}{10} ⇔ 10.1
    1\frac{1}{2} ⇎ \frac12
    1\frac{1}{2} ⇎ 11/2
    -3\frac{1}{2} ⇎ -2.5
    5\frac13 ⇎ \frac53
    2 3/4 ⇎ 23/4
    2\frac{1}{3} ⇎ \frac{2}{3}
    1\frac{1}{2} ⇎ 1\frac{1}{3}
    3\frac{1}{7} ⇎ \pi
  `),
  form("percent", "50 % is the number 1/2. Where the reference has the sign, the bare numeral answers it; a sign the reference lacks is never ignored.", raw`
    50\% ⇔ 50\%
    50\% ⇔ 0.5
    50\% ⇔ \frac{1}{2}
    50\% ⇔ 50
    0.335 ⇔ 33.5\%
    7.41\% ⇔ 7.41 percent
    28\% ⇔ 28 \text{ percent}
    0.5\% ⇔ 0.005
    12.5\% ⇔ \frac{25}{2}\%
    50\% ⇎ 5\%
    50\% ⇎ 0.05
    50\% ⇎ 5000
    50 ⇎ 50\%
    0.5 ⇎ 0.5\%
    28\% ⇎ 2800
    12.5\% ⇎ 12\%
    50\% ⇎ 49.9\%
    33\% ⇎ \frac13
  `),
  form("currency", "A sign or code is a unit: missing on one side is fine, another currency is not.", raw`
    \$5 ⇔ 5
    \$15,000 ⇔ 15000
    \$1{,}234.50 ⇔ 1234.5 dollars
    5 ⇔ \$5.00
    €20 ⇔ 20 euros
    \$0.75 ⇔ 75 cents
    £3.50 ⇔ 3.5
    \$15,\!000 ⇔ \$15000
    \$5 ⇎ \$6
    \$5 ⇎ €5
    \$0.75 ⇎ 75 dollars
    \$15,000 ⇎ \$15
    £20 ⇎ 20 yen
    \$5.50 ⇎ \$5.05
    \$100 ⇎ 10
    5 cents ⇎ \$5
  `),
  form("thousands separators", "Commas outside brackets with three digits each, {,} and thin spaces anywhere. A comma with a space is a list.", raw`
    1234 ⇔ 1,234
    14916 ⇔ 14{,}916
    1234567 ⇔ 1,234,567
    1234 ⇔ 1\,234
    11111111100 ⇔ 11,\! 111,\! 111,\! 100
    1000000 ⇔ 1 000 000
    1234.5 ⇔ 1,234.5
    -8192 ⇔ -8,192
    32349 ⇎ 32, 349
    1234 ⇎ 1,23,4
    12345 ⇎ 12,345,6
    1234 ⇎ (1,234)
    1000 ⇎ 1,00
    1,234 ⇎ 1, 234
    1,234 ⇎ 1.234
    1,234 ⇎ 234
  `),
  form("scientific notation", "Powers of ten and the e-form.", raw`
    1500 ⇔ 1.5 \times 10^3
    1500 ⇔ 1.5e3
    0.00042 ⇔ 4.2\cdot 10^{-4}
    3 \times 10^{8} ⇔ 300000000
    6.02\times10^{23} ⇔ 602\times 10^{21}
    1.5E-3 ⇔ 0.0015
    10^6 ⇔ 1,000,000
    2.5 × 10^4 ⇔ 25000
    1500 ⇎ 1.5\times 10^2
    1500 ⇎ 1.5e-3
    0.00042 ⇎ 4.2\times 10^{-5}
    3\times 10^8 ⇎ 3\times 10^{-8}
    6.02\times 10^{23} ⇎ 6.03\times 10^{23}
    10^6 ⇎ 10^5
    2\times 10^3 ⇎ 2^3 \times 10
    1.5e3 ⇎ 1.5
  `),
  form("repeating decimals", "Overline, bar, dots, brackets, and three points behind a digit written three times.", raw`
    \frac13 ⇔ 0.\overline{3}
    \frac16 ⇔ 0.1\overline{6}
    1 ⇔ 0.\overline{9}
    \frac{1}{7} ⇔ 0.\overline{142857}
    0.\overline{3} ⇔ 0.333\ldots
    \frac{5}{11} ⇔ 0.\overline{45}
    0.\bar{6} ⇔ \frac23
    \frac{1}{3} ⇔ 0.(3)
    \frac13 ⇎ 0.3
    \frac13 ⇎ 0.3333333333
    \frac16 ⇎ 0.\overline{16}
    1 ⇎ 0.999999
    \frac17 ⇎ 0.\overline{14285}
    0.\overline{45} ⇎ 0.45
    0.\overline{3} ⇎ 0.\overline{33334}
    0.1\overline{6} ⇎ 0.1\overline{7}
  `),
  form("bases", "Digits with their base. A reference with a base asks for that base; a bare reference is compared by value.", raw`
    204_5 ⇔ 204_5
    1010_{2} ⇔ 1010_2
    54 ⇔ 204_5
    2F_{16} ⇔ 2f_{16}
    47 ⇔ 2F_{16}
    1112112_3 ⇔ 1112112_{3}
    101_{\text{two}} ⇔ 101_2
    0.1_2 ⇔ 0.10_2
    10_2 ⇎ 10_3
    204_5 ⇎ 204_6
    204_5 ⇎ 205_5
    1112112_3 ⇎ 1112122_3
    1010_2 ⇎ 1011_2
    1010_2 ⇎ A_{16}
    54 ⇎ 205_5
    204_5 ⇎ 54
    1010_2 ⇎ 1010
  `),
  form("ratios", "Up to a common factor; two parts are also their quotient.", raw`
    2:3 ⇔ 4:6
    7:32 ⇔ 7 : 32
    1:2:3 ⇔ 2:4:6
    3:4 ⇔ \frac{3}{4}
    \frac12 ⇔ 1:2
    1:\sqrt{2} ⇔ \sqrt{2}:2
    2:5 ⇔ 4:10
    0.5:1 ⇔ 1:2
    2:3 ⇎ 3:2
    2:3 ⇎ 2:4
    1:2:3 ⇎ 1:2:4
    1:2:3 ⇎ 1:2
    7:32 ⇎ 7:31
    1:2:3:\ldots ⇎ 1:4:9:\ldots
    3:4 ⇎ \frac43
    1:\sqrt2 ⇎ 1:2
  `),
  form("degrees", "A unit: it may be missing; 90° is π/2 where π is written.", raw`
    90^\circ ⇔ 90°
    90^\circ ⇔ 90
    90^{\circ} ⇔ 90 \text{ degrees}
    90 ⇔ 90^\circ
    90^\circ ⇔ \frac{\pi}{2}
    180^\circ ⇔ \pi \text{ rad}
    \angle ABC = 30^\circ ⇔ 30^\circ
    22.5^\circ ⇔ \frac{45}{2}^\circ
    90^\circ ⇎ 91^\circ
    90^\circ ⇎ 9^\circ
    90^\circ ⇎ \pi
    90^\circ ⇎ \frac{\pi}{4}
    30^\circ ⇎ 60^\circ
    45^\circ ⇎ -45^\circ
    90^\circ ⇎ 90 \text{ rad}
    360^\circ ⇎ 0^\circ
  `),
  form("units", "Converted where both sides have one; a missing unit is fine under `compare`, wrong under `require`.", raw`
    5 cm ⇔ 5
    10 \text{ cm} ⇔ 0.1 \text{ m}
    15\mbox{ cm}^2 ⇔ 15 \text{ cm}^2
    1 hour ⇔ 60 minutes
    90 km/h ⇔ 25 m/s
    1 L ⇔ 1000 cm^3
    2 kg ⇔ 2000 \text{ g}
    125 \text{ miles} ⇔ 125
    12 ⇔ 12 \text{ apples}
    3 \text{ square feet} ⇔ 3 \text{ ft}^2
    10 \text{ cm} ⇎ 10 \text{ m}
    5 km ⇎ 5 m
    15 \text{ cm}^2 ⇎ 15 \text{ cm}
    1 hour ⇎ 60 seconds
    90 km/h ⇎ 90 m/s
    1 L ⇎ 100 cm^3
    2 kg ⇎ 2 \text{ pounds}
    5 \text{ cm} ⇎ 6 \text{ cm}
    5 seconds ⇎ 5 meters
  `),
  form("roots", "Square and higher roots, nested ones denested; odd roots of negatives are real.", raw`
    \sqrt{8} ⇔ 2\sqrt{2}
    \sqrt{12}+\sqrt{27} ⇔ 5\sqrt{3}
    \frac{1}{\sqrt{2}} ⇔ \frac{\sqrt{2}}{2}
    \sqrt{3+2\sqrt{2}} ⇔ 1+\sqrt{2}
    \sqrt[3]{16} ⇔ 2\sqrt[3]{2}
    \sqrt[3]{-8} ⇔ -2
    \sqrt{2}\sqrt{3} ⇔ \sqrt6
    \frac{1}{2-\sqrt{3}} ⇔ 2+\sqrt{3}
    3^{1/2} ⇔ √3
    4\sqrt2 ⇔ 4\sqrt(2)
    \sqrt{2} ⇎ \sqrt{3}
    4 ⇎ 4\sqrt{2}
    4 ⇎ 4\sqrt(2)
    \sqrt{8} ⇎ 4\sqrt{2}
    \sqrt[3]{2} ⇎ \sqrt{2}
    \sqrt{2}+\sqrt{3} ⇎ \sqrt{5}
    \sqrt{3+2\sqrt2} ⇎ 1-\sqrt{2}
    \sqrt{2} ⇎ 1.4142135623730950488016887242096980785696718753769
    \sqrt{x^2} ⇎ x
  `),
  form("powers", "Integer, rational and symbolic exponents.", raw`
    2^{10} ⇔ 1024
    x^2 \cdot x^3 ⇔ x^5
    2^{-3} ⇔ \frac18
    8^{2/3} ⇔ 4
    a^{m+n} ⇔ a^m a^n
    (x^2)^3 ⇔ x^6
    \frac{1}{x^{-2}} ⇔ x^2
    2^{2025} ⇔ 2\cdot 2^{2024}
    e^{x+y} ⇔ e^x e^y
    2^{10} ⇎ 2^{11}
    x^2 ⇎ x^3
    2^{-3} ⇎ -8
    2^{2025} ⇎ 3^{2025}
    2^{3^2} ⇎ 2^6
    x^{a} ⇎ x^{b}
    (x+1)^2 ⇎ x^2+1
    2^x ⇎ x^2
    -2^2 ⇎ 4
  `),
  form("logarithms", "ln and logs of any base; log without a base is natural.", raw`
    \ln 8 ⇔ 3\ln 2
    \log_2 8 ⇔ 3
    \ln(6) ⇔ \ln 2+\ln 3
    \log_{10} 100 ⇔ 2
    \frac{\ln 3}{\ln 2} ⇔ \log_2 3
    \ln\frac{1}{2} ⇔ -\ln 2
    e^{\ln 5} ⇔ 5
    \log_4 8 ⇔ \frac{3}{2}
    \ln e^2 ⇔ 2
    \ln 8 ⇎ 2\ln 3
    \log_2 8 ⇎ \log_8 2
    \ln 5 ⇎ \ln 2+\ln 3
    \log_2 3 ⇎ \log_3 2
    \ln 2 ⇎ 0.693147
    \ln(x+y) ⇎ \ln x+\ln y
    \log_2 10 ⇎ \log_{10} 2
    \ln 2 ⇎ \ln 3
  `),
  form("trigonometry", "Identities, exact values at rational multiples of π, inverse functions.", raw`
    \sin^2 x+\cos^2 x ⇔ 1
    \sin 2x ⇔ 2\sin x\cos x
    \tan^2 y+1 ⇔ \sec^2 y
    \cos\frac{\pi}{3} ⇔ \frac12
    \cos 36^\circ ⇔ \frac{1+\sqrt5}{4}
    \sin(a+b)-\sin(a-b) ⇔ 2\sin b\cos a
    \arctan 1 ⇔ \frac{\pi}{4}
    \arcsin\frac{1}{2} ⇔ \frac{\pi}{6}
    \sin^{-1}(1) ⇔ \frac{\pi}{2}
    \sin 2x ⇎ 2\sin x
    \sin x ⇎ \cos x
    \sin^2 x-\cos^2 x ⇎ 1
    \cos 36^\circ ⇎ \frac{1+\sqrt5}{5}
    \arctan 1 ⇎ \frac{\pi}{3}
    \arcsin\frac12 ⇎ \frac{5\pi}{6}
    \sin(a+b) ⇎ \sin a+\sin b
    \sin x ⇎ x
    \tan x ⇎ \cot x
  `),
  form("factorials", "Exact, also where too large to write out.", raw`
    5! ⇔ 120
    \frac{10!}{8!} ⇔ 90
    2004! ⇔ 2004\cdot 2003!
    0! ⇔ 1
    7!! ⇔ 105
    3!\cdot 2! ⇔ 12
    n! ⇔ n!
    \frac{6!}{3!3!} ⇔ 20
    5! ⇎ 121
    \frac{1}{2004!} ⇎ \frac{1}{2005!}
    5! ⇎ 5
    n! ⇎ n
    7!! ⇎ 5040
    3!^2 ⇎ 6!
    0! ⇎ 0
    (n+1)! ⇎ n!
  `),
  form("binomials", "\\binom, \\choose, C(n, k) by value.", raw`
    \binom{5}{2} ⇔ 10
    \binom{16}{2} ⇔ 120
    {5 \choose 3} ⇔ 10
    \binom{n}{2} ⇔ \frac{n(n-1)}{2}
    \binom{2026}{1013} ⇔ \binom{2026}{1013}
    \binom{10}{3} ⇔ \binom{10}{7}
    \dbinom{6}{3} ⇔ 20
    \binom{100}{1} ⇔ 100
    \binom{5}{2} ⇎ 20
    \binom{5}{2} ⇎ \frac{5}{2}
    \binom{10}{3} ⇎ \binom{10}{4}
    \binom{n}{2} ⇎ \frac{n(n+1)}{2}
    \binom{2026}{1013} ⇎ \binom{2026}{1012}
    \binom{16}{2} ⇎ 121
    \binom{n}{k} ⇎ \binom{k}{n}
    {5\choose 3} ⇎ 60
  `),
  form("absolute value", "|…|, \\lvert…\\rvert.", raw`
    |-5| ⇔ 5
    \left|-\frac12\right| ⇔ 0.5
    |x-2| ⇔ |2-x|
    \lvert -3\rvert ⇔ 3
    |x|^2 ⇔ x^2
    \sqrt{x^2} ⇔ |x|
    |2x| ⇔ 2|x|
    |3-5| ⇔ 2
    |-5| ⇎ -5
    |x-2| ⇎ x-2
    |x| ⇎ x
    |x+2| ⇎ |x|+2
    |x-2| ⇎ |x+2|
    |2x| ⇎ |x|
    \left|-\frac12\right| ⇎ -\frac12
    |x|^3 ⇎ x^3
  `),
  form("floor and ceiling", "Brackets of both kinds.", raw`
    \lfloor 3.7\rfloor ⇔ 3
    \lceil 3.2\rceil ⇔ 4
    \lfloor -1.5\rfloor ⇔ -2
    \lceil \pi\rceil ⇔ 4
    \left\lfloor \frac{7}{2}\right\rfloor ⇔ 3
    \lfloor x\rfloor ⇔ \lfloor x \rfloor
    \lfloor \sqrt{50}\rfloor ⇔ 7
    \lfloor x\rfloor + 1 ⇔ \lfloor x+1\rfloor
    \lfloor 3.7\rfloor ⇎ 4
    \lceil 3.2\rceil ⇎ 3
    \lfloor -1.5\rfloor ⇎ -1
    \lfloor x\rfloor ⇎ \lceil x\rceil
    \lfloor x\rfloor ⇎ x
    \lfloor 2x\rfloor ⇎ 2\lfloor x\rfloor
    \lceil \pi\rceil ⇎ 3
    \lfloor \sqrt{50}\rfloor ⇎ 8
  `),
  form("complex numbers", "i is the imaginary unit.", raw`
    3+4i ⇔ 4i+3
    (1+i)^2 ⇔ 2i
    i^2 ⇔ -1
    e^{i\pi} ⇔ -1
    \frac{1}{1+i} ⇔ \frac{1-i}{2}
    \frac{1}{i} ⇔ -i
    \cos\theta+i\sin\theta ⇔ e^{i\theta}
    \frac{-1+i\sqrt3}{2} ⇔ e^{2\pi i/3}
    (2+3i)(2-3i) ⇔ 13
    3+4i ⇎ 3-4i
    3+4i ⇎ 4+3i
    i^2 ⇎ 1
    e^{i\pi} ⇎ 1
    (1+i)^2 ⇎ 2
    5 ⇎ 5i
    \frac{1}{i} ⇎ i
    3+4i ⇎ 7i
  `),
  form("infinities", "∞ and −∞ by themselves.", raw`
    \infty ⇔ \infty
    \infty ⇔ +\infty
    -\infty ⇔ -\infty
    \infty ⇔ ∞
    \infty ⇔ infinity
    -\infty ⇔ −∞
    \infty ⇔ \text{infinity}
    (1,\infty) ⇔ (1, +\infty)
    \infty ⇎ -\infty
    \infty ⇎ 0
    \infty ⇎ 10^{100}
    -\infty ⇎ \infty
    \infty ⇎ 1
    0 ⇎ \infty
    \infty ⇎ x
    (1,\infty) ⇎ (-\infty,1)
  `),
  form("polynomials", "In any letters, expanded or factored.", raw`
    x^2+2x+1 ⇔ (x+1)^2
    x^2-y^2 ⇔ (x-y)(x+y)
    2-2p ⇔ -2p+2
    3(x-1) ⇔ 3x-3
    x^3-1 ⇔ (x-1)(x^2+x+1)
    \alpha^2-\beta^2 ⇔ (\alpha+\beta)(\alpha-\beta)
    2ab ⇔ 2ba
    \frac{x+2}{7} ⇔ \frac{x}{7}+\frac27
    (a+b)^3 ⇔ a^3+3a^2b+3ab^2+b^3
    x^2+2x+1 ⇎ (x-1)^2
    x^2-y^2 ⇎ (x-y)^2
    x+2n+1 ⇎ x+1
    2x ⇎ 4x
    (a+5)(b+2) ⇎ (+5)(b+2)
    x^2+1 ⇎ x^2-1
    3x-3 ⇎ 3x+3
    x ⇎ y
    x ⇎ x+10^{-40}
  `),
  form("rational expressions", "Equal as rational functions; removable gaps are ignored.", raw`
    \frac{x^2-1}{x-1} ⇔ x+1
    \frac1x+\frac1y ⇔ \frac{x+y}{xy}
    \frac{1}{1-x} ⇔ -\frac{1}{x-1}
    \frac{a}{b}\div\frac{c}{d} ⇔ \frac{ad}{bc}
    \frac{\pi r}{h+r} ⇔ \frac{r\pi}{r+h}
    \frac{n(n+1)}{2} ⇔ \frac{n^2+n}{2}
    \frac{2x}{4} ⇔ \frac{x}{2}
    (x+1)^{-1} ⇔ \frac{1}{1+x}
    \frac{1}{x} ⇎ x
    \frac{x^2-1}{x-1} ⇎ x-1
    \frac1x+\frac1y ⇎ \frac{2}{x+y}
    \frac{1}{1-x} ⇎ \frac{1}{x-1}
    \frac{a}{b} ⇎ \frac{b}{a}
    \frac{n(n+1)}{2} ⇎ \frac{n(n-1)}{2}
    \frac{x}{x+1} ⇎ \frac{x+1}{x+2}
    \frac{1}{x+1} ⇎ \frac{1}{x}+1
  `),
  form("subscripts and superscripts", "They are part of a name.", raw`
    x_1 ⇔ x_{1}
    a_{n+1} ⇔ a_{n+1}
    x_1+x_2 ⇔ x_2+x_1
    v_0 t ⇔ tv_0
    a_{ij} ⇔ a_{ij}
    x_1^2 ⇔ x^2_1
    f'(x) ⇔ f'(x)
    2x_1 ⇔ x_1+x_1
    x_1 ⇎ x_2
    a_{n+1} ⇎ a_{n}
    x_1 ⇎ x
    x_1 ⇎ x^1
    a_{ij} ⇎ a_{ji}
    f'(x) ⇎ f(x)
    x_1+x_2 ⇎ 2x_1
    v_0 ⇎ v_1
  `),
  form("sums and products with bounds", "Evaluated where the bounds are numbers, else compared part by part.", raw`
    \sum_{k=1}^{5} k ⇔ 15
    \prod_{k=1}^{4} k ⇔ 24
    \sum_{k=1}^{n} k ⇔ \sum_{j=1}^{n} j
    \sum_{k=0}^{3} 2^k ⇔ 15
    \sum_{i=1}^{3} i^2 ⇔ 14
    \sum_{k=1}^{n} a_k ⇔ \sum_{k=1}^n a_k
    \sum_{k=0}^{n-1} F_k F_{n-k-1} ⇔ \sum_{k=0}^{n-1} F_{n-k-1} F_k
    \sum_{k=1}^{n} k ⇔ \frac{n(n+1)}{2}
    \sum_{k=1}^{5} k ⇎ 10
    \prod_{k=1}^{4} k ⇎ 10
    \sum_{k=1}^{n} k ⇎ \sum_{k=0}^{n-1} k
    \sum_{k=1}^{n} k ⇎ \sum_{k=1}^{m} k
    \sum_{k=1}^{n} k ⇎ \sum_{k=1}^{n} k^2
    \sum_{k=0}^{3} 2^k ⇎ 16
    \sum_{k=1}^n a_k ⇎ \sum_{k=1}^n b_k
    \sum_{k=1}^{n} k ⇎ \frac{n(n-1)}{2}
  `),
  form("tuples", "Ordered; for two entries the kind of bracket matters.", raw`
    (1,2) ⇔ (1, 2)
    (1,2,3) ⇔ \left(1,2,3\right)
    (3,\frac{\pi}{2}) ⇔ \left( 3, \frac{\pi}{2}\right)
    (1,\frac92) ⇔ (1,4.5)
    (x,y)=(3,2) ⇔ (3,2)
    (1,2) ⇔ 1, 2
    \langle 1,2,3\rangle ⇔ (1,2,3)
    (0;0;6) ⇔ (0,0,6)
    (1,2) ⇎ (2,1)
    (1,2) ⇎ (1,3)
    (1,2,3) ⇎ (1,2)
    (1,2) ⇎ [1,2]
    (0,1) ⇎ (0,1.5)
    (1,2) ⇎ 3
    (-1,2) ⇎ (1,2)
    (1,2) ⇎ 2, 1
  `),
  form("lists", "Without brackets: unordered, repetitions of numbers count. `order: given` keeps the order.", raw`
    1, 2, 3 ⇔ 3, 2, 1
    1, 2 ⇔ 1 \text{ and } 2
    -2,1 ⇔ 1,-2
    6 \text{ and } 8 ⇔ 8, 6
    19, 46, \text{ and } 82 ⇔ 19, 46, 82
    \frac12, 3 ⇔ 3, 0.5
    x=1,x=2 ⇔ 1,2
    21, 16 or 11 ⇔ 11, 16, 21
    1, 2, 3 ⇎ 1, 2
    1, 2 ⇎ 1, 2, 3
    1, 1, 2 ⇎ 1, 2
    19, 46, \text{ and } 82 ⇎ 21, 36, and 82
    1, 2, \ldots, n ⇎ 1, 3, 5, \ldots, 2n-1
    1, 2 ⇎ 1
    -2, 1 ⇎ 2, -1
    1, 2 ⇎ 12
  `),
  form("finite sets", "Unordered, repetitions do not count.", raw`
    \{1,2,3\} ⇔ \{3,2,1\}
    \{1,2\} ⇔ 1, 2
    \{1,2\} ⇔ \{1,2,2\}
    \{1\pm\sqrt5,-2\} ⇔ \{-2,1+\sqrt5,1-\sqrt5\}
    \{0.5\} ⇔ \left\{\frac12\right\}
    \emptyset ⇔ \varnothing
    \{\} ⇔ \emptyset
    \{1,2\}\cup\{3\} ⇔ \{1,2,3\}
    x\in\{1,2\} ⇔ \{1,2\}
    \{1,2,3\} ⇎ \{1,2\}
    \{1,2\} ⇎ \{1,3\}
    \{1,2\} ⇎ \{1,2,3\}
    \{0\} ⇎ \emptyset
    \{1,2\} ⇎ (1,2)
    \{1,2\} ⇎ [1,2]
    \{-1,2\} ⇎ \{1,-2\}
    \{1,2\}\cap\{2,3\} ⇎ \{1,2,3\}
    \{a\} ⇎ \{b\}
  `),
  form("intervals and unions", "Ends and brackets exactly; inequalities answer them.", raw`
    [0,1) ⇔ [0,1)
    (-\infty,1)\cup(2,\infty) ⇔ x<1 \text{ or } x>2
    [-2,7] ⇔ -2\le x\le 7
    (2,12)\cup(12,102) ⇔ x\in(2,12)\cup(12,102)
    [0,2] ⇔ [0,1]\cup[1,2]
    (0,\infty) ⇔ \mathbb{R}^+
    \mathbb{R}\setminus\{0\} ⇔ (-\infty,0)\cup(0,\infty)
    ]0,1[ ⇔ (0,1)
    [\frac12,\sqrt2] ⇔ [0.5,\sqrt{2}]
    [0,1) ⇎ (0,1)
    [0,1) ⇎ [0,1]
    [0,9) ⇎ [0,1)
    (-\infty,1)\cup(2,\infty) ⇎ (1,2)
    [-2,7] ⇎ -2<x<7
    [0,2] ⇎ [0,1)\cup(1,2]
    (0,\infty) ⇎ [0,\infty)
    \mathbb{R}\setminus\{0\} ⇎ \mathbb{R}
    [\frac12,\sqrt2] ⇎ [\frac12,1.41421356]
  `),
  form("set-builder", "By solutions where the condition is linear in one variable, else part by part.", raw`
    \{x \mid x>0\} ⇔ (0,\infty)
    \{x : x>0\} ⇔ \{y \mid y>0\}
    \{x\in\mathbb{R} \mid x\ne 3\} ⇔ (-\infty,3)\cup(3,\infty)
    \{x \mid -1\le x<4\} ⇔ [-1,4)
    \{2k \mid k\in\mathbb{Z}\} ⇔ \{2n : n\in\mathbb{Z}\}
    \{x \mid x>0\} ⇔ x>0
    \{x \mid |x|<2\} ⇔ (-2,2)
    \{x \mid x\ge 1\} ⇔ \{x : 1\le x\}
    \{x \mid x>0\} ⇎ \{x \mid x\ge 0\}
    \{x \mid x>0\} ⇎ \{x \mid x<0\}
    \{2k \mid k\in\mathbb{Z}\} ⇎ \{3k \mid k\in\mathbb{Z}\}
    \{x\mid x\ne 3\} ⇎ \{3\}
    \{x \mid -1\le x<4\} ⇎ (-1,4)
    \{x \mid |x|<2\} ⇎ [-2,2]
    \{x \mid x>0\} ⇎ (0,1)
    \{2k \mid k\in\mathbb{Z}\} ⇎ \{2k \mid k\in\mathbb{N}\}
  `),
  form("± families", "Two values, both needed.", raw`
    3\pm 2\sqrt2 ⇔ 3+2\sqrt2, 3-2\sqrt2
    \pm 2021 ⇔ \{-2021, 2021\}
    1\pm\sqrt{19} ⇔ 1\pm\sqrt{19}
    x=\pm 2 ⇔ x=2 \text{ or } x=-2
    \pm\frac12 ⇔ \pm 0.5
    x=\frac{-1\pm\sqrt{13}}{4} ⇔ \frac{-1+\sqrt{13}}{4},\frac{-1-\sqrt{13}}{4}
    \pm 1 ⇔ \mp 1
    2\pm i ⇔ 2+i, 2-i
    \pm 2021 ⇎ 2021
    3\pm 2\sqrt2 ⇎ 3+2\sqrt2
    \pm 2 ⇎ \pm 3
    1\pm\sqrt{19} ⇎ 1\pm\sqrt{17}
    x=\pm 2 ⇎ x=2
    \pm 1 ⇎ 1, 1
    1\pm\sqrt{19} ⇎ -1\pm\sqrt{19}
    2\pm i ⇎ 2\pm 2i
  `),
  form("matrices and vectors", "Cell by cell; a single column or row also answers a tuple.", raw`
    \begin{pmatrix}1&2\\3&4\end{pmatrix} ⇔ \begin{bmatrix}1&2\\3&4\end{bmatrix}
    \begin{pmatrix}1\\2\end{pmatrix} ⇔ (1,2)
    \begin{pmatrix}6&8\\10&12\end{pmatrix} ⇔ \begin{pmatrix}1&2\\3&4\end{pmatrix}+\begin{pmatrix}5&6\\7&8\end{pmatrix}
    \begin{pmatrix}\frac12&0\\0&\frac12\end{pmatrix} ⇔ \frac12\begin{pmatrix}1&0\\0&1\end{pmatrix}
    \begin{pmatrix}1&2\\3&4\end{pmatrix} ⇔ \left[\begin{array}{cc}1&2\\3&4\end{array}\right]
    \begin{vmatrix}1&2\\3&4\end{vmatrix} ⇔ -2
    \begin{pmatrix}0&1\\1&0\end{pmatrix}^2 ⇔ \begin{pmatrix}1&0\\0&1\end{pmatrix}
    \begin{pmatrix}1\\2\\3\end{pmatrix} ⇔ \langle 1,2,3\rangle
    \begin{pmatrix}1&2\\3&4\end{pmatrix} ⇎ \begin{pmatrix}1&2\\3&5\end{pmatrix}
    \begin{pmatrix}1&2\\3&4\end{pmatrix} ⇎ \begin{pmatrix}1&3\\2&4\end{pmatrix}
    \begin{pmatrix}1\\2\end{pmatrix} ⇎ (2,1)
    \begin{pmatrix}1&2\end{pmatrix} ⇎ \begin{pmatrix}1\\2\end{pmatrix}
    \begin{pmatrix}1&0\\0&1\end{pmatrix} ⇎ 1
    \begin{pmatrix}1\\2\end{pmatrix} ⇎ \begin{pmatrix}1\\2\\0\end{pmatrix}
    \begin{vmatrix}1&2\\3&4\end{vmatrix} ⇎ 2
    \begin{pmatrix}0&0\\0&0\end{pmatrix} ⇎ \begin{pmatrix}0&0\end{pmatrix}
  `),
  form("equations", "Up to sides and a constant factor.", raw`
    2x+4y-3=0 ⇔ y=-\frac12 x+\frac34
    \frac{x^2}{4}+\frac{y^2}{3}=1 ⇔ 3x^2+4y^2=12
    x-2y+z-1=0 ⇔ -x+2y-z+1=0
    y=2x+1 ⇔ 2x-y+1=0
    x^2+y^2=25 ⇔ 25=x^2+y^2
    3x=6y ⇔ x=2y
    (x-1)^2+(y-2)^2=9 ⇔ x^2+y^2-2x-4y-4=0
    y=x^2 ⇔ x^2-y=0
    3x-y+13=0 ⇎ 3x+4y+14=0
    \frac{x^2}{4}+\frac{y^2}{3}=1 ⇎ \frac{x^2}{16}+\frac{y^2}{12}=1
    y=2x+1 ⇎ y=2x-1
    x^2+y^2=25 ⇎ x^2+y^2=5
    y=x^2 ⇎ x=y^2
    2x+z=1 ⇎ 1
    a^2+b=0 ⇎ 0
    y=2x ⇎ y=4x
  `),
  form("assignments", "A name and its value; the bare value answers it. Different names are different answers.", raw`
    x=2 ⇔ 2
    2 ⇔ x=2
    k=\frac13 ⇔ \frac{1}{3}
    f(x)=x^2 ⇔ x^2
    x=2 ⇔ 2=x
    |AB|=5 ⇔ 5
    x=5+5+1=11 ⇔ 11
    y=x^2 ⇔ f(x)=x^2
    \text{Area}=12 ⇔ 12
    x=2 ⇎ x=3
    x=2 ⇎ y=2
    x=2 ⇎ 3
    11a+c ⇎ 7=11a+c
    a+3z=0 ⇎ 0
    f(x)=x^2 ⇎ f(x)=x^3
    x=2 ⇎ x=-2
    x=2 ⇎ x>2
  `),
  form("inequalities and chains", "Solved where linear in one variable, else up to a factor and its sign.", raw`
    x>5 ⇔ 5<x
    x<1 ⇔ -x>-1
    -2\le x\le 7 ⇔ x\in[-2,7]
    x\ge 5 ⇔ x >= 5
    x\ne 3 ⇔ x != 3
    2x+y<4 ⇔ 4>2x+y
    2x+2y\le 4 ⇔ x+y\le 2
    0<f(x)<1 ⇔ (0,1)
    f(2)<f(1)<f(4) ⇔ f(4)>f(1)>f(2)
    x>5 ⇎ x<5
    x>5 ⇎ x\ge 5
    x<1 ⇎ x>-1
    x\ge 5 ⇎ x\le 5
    -2\le x\le 7 ⇎ -2\le x<7
    x+y\le 2 ⇎ x+y\ge 2
    f(2)<f(1)<f(4) ⇎ f(1)<f(2)<f(4)
    x>5 ⇎ y>5
    2x+y<4 ⇎ -2x-y<-4
  `),
  form("systems", "Equation by equation, in any order.", raw`
    x=1, y=2 ⇔ y=2, x=1
    (x,y)=(1,2) ⇔ x=1, y=2
    x=1 \text{ and } y=2 ⇔ x=1,\ y=2
    a_3=2, a_{37}=19 ⇔ a_{37}=19, \quad a_3=2
    \begin{cases}x=1\\y=2\end{cases} ⇔ x=1, y=2
    x=1, y=2 ⇔ (1,2)
    AB=4, CD=5 ⇔ 4, 5
    x+y=3, x-y=1 ⇔ x-y=1, x+y=3
    x=1, y=2 ⇎ x=2, y=1
    x=1, y=2 ⇎ x=1
    (x,y)=(1,2) ⇎ x=2, y=1
    x=1, y=2 ⇎ (2,1)
    AB=4, CD=5 ⇎ 5, 4
    x+y=3, x-y=1 ⇎ x+y=3, x-y=2
    x=1, y=2 ⇎ x=1, z=2
    x=1, y=2 ⇎ x=1, y=3
  `),
  form("piecewise", "Case by case, in any order.", raw`
    \begin{cases}x&x>0\\0&x\le 0\end{cases} ⇔ \begin{cases}0&x\le 0\\x&x>0\end{cases}
    \begin{cases}1&\text{if }x>0\\0&\text{otherwise}\end{cases} ⇔ \begin{cases}1&x>0\\0&\text{otherwise}\end{cases}
    \begin{cases}x^2&x\ge 1\\1&x<1\end{cases} ⇔ \begin{cases}x\cdot x&1\le x\\1&x<1\end{cases}
    f(x)=\begin{cases}x&x>0\\0&x\le 0\end{cases} ⇔ \begin{cases}x&x>0\\0&x\le 0\end{cases}
    \begin{cases}2x&x>0\\0&x\le 0\end{cases} ⇔ \begin{cases}x+x, & x>0\\0, & x\le 0\end{cases}
    \begin{cases}n&n\ge 2\\1&n<2\end{cases} ⇔ \begin{cases}n,&\text{if } n\ge 2\\1,&\text{if } n<2\end{cases}
    \begin{cases}a&x<0\\b&x=0\\c&x>0\end{cases} ⇔ \begin{cases}c&x>0\\a&x<0\\b&x=0\end{cases}
    \begin{cases}\frac12&x>1\\0&x\le 1\end{cases} ⇔ \begin{dcases}0.5&x>1\\0&x\le 1\end{dcases}
    \begin{cases}x&x>0\\0&x\le 0\end{cases} ⇎ \begin{cases}x&x<0\\0&x\ge 0\end{cases}
    \begin{cases}x&x>0\\0&x\le 0\end{cases} ⇎ \begin{cases}x&x>0\\1&x\le 0\end{cases}
    \begin{cases}1&x>0\\0&\text{otherwise}\end{cases} ⇎ \begin{cases}0&x>0\\1&\text{otherwise}\end{cases}
    \begin{cases}x&x>0\\0&x\le 0\end{cases} ⇎ x
    \begin{cases}a&x<0\\b&x=0\\c&x>0\end{cases} ⇎ \begin{cases}a&x<0\\c&x>0\end{cases}
    \begin{cases}x^2&x\ge 1\\1&x<1\end{cases} ⇎ \begin{cases}x^2&x>1\\1&x\le 1\end{cases}
    \begin{cases}n&n\ge 2\\1&n<2\end{cases} ⇎ \begin{cases}n&n\ge 3\\1&n<3\end{cases}
    \begin{cases}\frac12&x>1\\0&x\le 1\end{cases} ⇎ \begin{cases}2&x>1\\0&x\le 1\end{cases}
  `),
  form("text answers", "Words: case, articles, punctuation and white space do not matter.", raw`
    \text{Evelyn} ⇔ Evelyn
    \text{odd} ⇔ odd
    Even ⇔ \text{even}
    yes ⇔ Yes
    \text{The midpoints form a regular hexagon} ⇔ The midpoints form a regular hexagon.
    \text{no solution} ⇔ No solutions
    True ⇔ \textbf{true}
    \text{parallelogram} ⇔ a parallelogram
    \text{Evelyn} ⇎ Angela
    \text{odd} ⇎ even
    yes ⇎ no
    True ⇎ False
    no ⇎ on
    \text{parallelogram} ⇎ rectangle
    \text{no solution} ⇎ \text{one solution}
    listen ⇎ silent
    \text{odd} ⇎ 3
  `),
  form("dates and times", "By their fields; a half of the day that is not said may be either.", raw`
    10:30 ⇔ 10:30
    10:30 \text{ a.m.} ⇔ 10:30 am
    10:30 pm ⇔ 22:30
    12:00 ⇔ 12:00
    March 5, 2021 ⇔ 5 March 2021
    2021-03-05 ⇔ March 5, 2021
    10:30 ⇔ 10:30 am
    \text{January 1} ⇔ January 1st
    12:00 ⇎ 1:00
    10:30 ⇎ 10:31
    10:30 am ⇎ 10:30 pm
    10:20 ⇎ 5:10
    March 5, 2021 ⇎ March 6, 2021
    March 5, 2021 ⇎ May 5, 2021
    2021-03-05 ⇎ 2020-03-05
    22:30 ⇎ 10:30 am
  `),
  form("multi-part answers", "Parts named or in order; several boxes are the parts of one answer where the reference has as many.", raw`
    1, 2 ⇔ \boxed{1} and \boxed{2}
    x=1, y=2 ⇔ \boxed{x=1}, \boxed{y=2}
    p=5,q=2;p=7,q=2 ⇔ (5,2),(7,2)
    (2,1),(1,2) ⇔ (1,2),(2,1)
    (11,7) or (7,11) ⇔ (7,11),\ (11,7)
    1 \text{ and } 2 \text{ and } 3 ⇔ 1, 2, 3
    a=1, b=\frac12 ⇔ b=0.5, a=1
    (3,3),(1,1) ⇔ \boxed{(3,3)} \text{ and } \boxed{(1,1)}
    1, 2 ⇎ \boxed{1} and \boxed{3}
    x=1, y=2 ⇎ \boxed{x=1}
    (2,1),(1,2) ⇎ (1,2)
    p=5,q=2;p=7,q=2 ⇎ (5,2),(7,3)
    (11,7) or (7,11) ⇎ (11,7)
    1 \text{ and } 2 ⇎ 1 \text{ and } 2 \text{ and } 3
    a=1, b=2 ⇎ a=2, b=1
    (3,3),(1,1) ⇎ (3,1),(1,3)
  `),
  form("choice letters and option texts", "The letter in any dress, and the letter with its text.", raw`
    B ⇔ \text{(B)}
    B ⇔ (B)
    \text{C} ⇔ \textbf{(C)}
    B ⇔ B. 12
    \text{E} ⇔ E
    D ⇔ Option D
    (B) 12 ⇔ B
    12 ⇔ (B) 12
    (A) Cecile ⇔ A
    B ⇎ C
    B ⇎ (C) 12
    \text{E} ⇎ d
    (B) 12 ⇎ A
    12 ⇎ (B) 13
    B ⇎ A, B
    D ⇎ Option B
    A ⇎ 1
  `),
];

/** What is ambiguous, what is taken for it, and what changes that. */
export interface Default {
  readonly question: string;
  readonly choice: string;
  /** The option that changes it, where there is one. */
  readonly option: string;
  /** reference, answer, options as JSON, right or not. */
  readonly shown: readonly (readonly [reference: string, answer: string, options: string, right: boolean])[];
}

export const DEFAULTS: readonly Default[] = [
  { question: "50 %, 0.5 and 50", choice: "50 % is 1/2. A reference written with % is also answered by the bare numeral; a % that the reference does not have counts.", option: "", shown: [["50\\%", "0.5", "{}", true], ["50\\%", "50", "{}", true], ["0.5", "50\\%", "{}", true], ["50", "50\\%", "{}", false], ["0.5", "50", "{}", false]] },
  { question: "5 cm and 5", choice: "A unit may be missing on one side.", option: "units", shown: [["5 cm", "5", "{}", true], ["5", "5 cm", "{}", true], ["5 cm", "5", '{"units":"require"}', false], ["5 cm", "50 mm", "{}", true], ["5 cm", "5 m", "{}", false], ["5 cm", "5 m", '{"units":"ignore"}', true]] },
  { question: "90° and 90", choice: "Degrees are a unit that may be missing; against a value written with π they are π/180.", option: "units", shown: [["90^\\circ", "90", "{}", true], ["90^\\circ", "\\frac{\\pi}{2}", "{}", true], ["90", "\\frac{\\pi}{2}", "{}", false]] },
  { question: "(1,2), a tuple or an interval", choice: "Either, as the other side asks: equal to the same tuple, and to 1 < x < 2. The kind of bracket counts for two entries.", option: "", shown: [["(1,2)", "(1,2)", "{}", true], ["(1,2)", "1<x<2", "{}", true], ["(1,2)", "[1,2]", "{}", false]] },
  { question: "1,234: a number or a list", choice: "A number outside brackets where groups have three digits and no space follows the comma; a list otherwise.", option: "", shown: [["1,234", "1234", "{}", true], ["1,234", "1, 234", "{}", false], ["1, 234", "234, 1", "{}", true]] },
  { question: "10:30: a time or a ratio", choice: "Two sides that can both be times are times; with spaces around the colon, or against what is no time, a ratio.", option: "", shown: [["10:30", "10:30", "{}", true], ["10:30", "5:15", "{}", false], ["10 : 30", "1 : 3", "{}", true], ["2:3", "4:6", "{}", true]] },
  { question: "x = 2 and 2", choice: "A value answers an assignment and the other way round; another name is another answer.", option: "strict", shown: [["x=2", "2", "{}", true], ["2", "x=2", "{}", true], ["x=2", "y=2", "{}", false], ["x=2", "y=2", '{"strict":false}', true]] },
  { question: "0.33 and 1/3", choice: "Decimals are exact.", option: "precision", shown: [["0.33", "\\frac13", "{}", false], ["\\frac13", "0.333333", "{}", false], ["\\frac13", "0.33", '{"precision":2}', true], ["\\frac13", "0.34", '{"precision":2}', false]] },
  { question: "2x and 4x, as expressions and as equations", choice: "Expressions are different; as equations 2x = 0 and 4x = 0 are the same.", option: "", shown: [["2x", "4x", "{}", false], ["2x=0", "4x=0", "{}", true], ["y=2x", "y=4x", "{}", false]] },
  { question: "ordered and unordered", choice: "Tuples are ordered, sets are not, bare lists are not.", option: "order", shown: [["(1,2)", "(2,1)", "{}", false], ["\\{1,2\\}", "\\{2,1\\}", "{}", true], ["1, 2", "2, 1", "{}", true], ["1, 2", "2, 1", '{"order":"given"}', false], ["(1,2)", "1, 2", "{}", true]] },
  { question: "204 with its base 5", choice: "A reference with a base asks for those digits in that base; the same number in another base, or without one, is another answer. A bare reference is compared by value.", option: "", shown: [["204_5", "204_5", "{}", true], ["204_5", "54", "{}", false], ["204_5", "204", "{}", false], ["54", "204_5", "{}", true]] },
  { question: "a set for an inequality, an inequality for a set", choice: "Both answer each other.", option: "setRelations", shown: [["[-2,7]", "-2\\le x\\le 7", "{}", true], ["-2\\le x\\le 7", "[-2,7]", "{}", true], ["[-2,7]", "-2\\le x\\le 7", '{"setRelations":false}', false]] },
  { question: "log without a base", choice: "Natural, as ln.", option: "", shown: [["\\ln 2", "\\log 2", "{}", true], ["\\log_{10} 2", "\\log 2", "{}", false]] },
  { question: "1/2x", choice: "What is written right behind a divisor belongs to it: 1/2x is 1/(2x), 1/2 x is x/2.", option: "", shown: [["\\frac{1}{2x}", "1/2x", "{}", true], ["\\frac{x}{2}", "1/2 x", "{}", true]] },
  { question: "√(x²) and x", choice: "Letters are real numbers: √(x²) is |x|.", option: "", shown: [["\\sqrt{x^2}", "|x|", "{}", true], ["x", "\\sqrt{x^2}", "{}", false]] },
  { question: "several boxes", choice: "Different ones contradict each other and the answer is invalid, unless the reference has as many parts or the last one lists the others. `last-box` takes the last.", option: "extract", shown: [["5", "4} or maybe \\boxed{5", "{}", false], ["1, 2", "1} and \\boxed{2", "{}", true], ["5", "4} \\\\ no: \\boxed{5", '{"extract":"last-box"}', true]] },
];
