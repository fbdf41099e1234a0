"""Trees and structures as people and models write them: LaTeX in many dialects, Unicode, plain text."""
from fractions import Fraction

from tree import exact

SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
UNICODE_NAMES = {"\\pi": "π", "\\theta": "θ", "\\alpha": "α", "\\beta": "β", "\\lambda": "λ", "\\mu": "μ", "\\phi": "φ", "\\omega": "ω", "\\gamma": "γ"}


class Style:
    """One hand: the choices one writer keeps through one answer."""

    def __init__(self, random, family=None):
        self.random = random
        self.family = family or random.choices(("latex", "unicode", "plain"), (84, 8, 8))[0]
        self.frac = random.choices(("\\frac", "\\dfrac", "\\tfrac"), (6, 3, 1))[0]
        self.short = random.random() < 0.2
        self.dot = random.choices((" \\cdot ", "\\cdot ", " \\times ", " \\, "), (5, 2, 2, 1))[0]
        self.juxtapose = random.random() < 0.8
        self.big = random.choices(("plain", "left", "bigl"), (6, 3, 1))[0]
        self.tight = random.random() < 0.35
        self.thin = random.random() < 0.08
        self.bare_argument = random.random() < 0.25
        self.roman = random.random() < 0.1
        self.slash = random.random() < 0.08
        self.leading_minus_inside = random.random() < 0.08

    @property
    def latex(self):
        return self.family == "latex"

    def paren(self, text, kind="()"):
        a, b = kind
        if kind == "{}":
            a, b = "\\{", "\\}"
        if self.latex and self.big == "left":
            return f"\\left{a}{text}\\right{b}" if self.tight else f"\\left{a} {text} \\right{b}"
        if self.latex and self.big == "bigl" and kind != "{}":
            return f"\\bigl{a}{text}\\bigr{b}"
        return f"{a}{text}{b}"

    def comma(self):
        if self.latex and self.thin:
            return ",\\, "
        return "," if self.tight else ", "

    def op(self, sign):
        space = "" if self.tight else " "
        if self.latex and self.thin and sign in "+-":
            return f"\\,{sign}\\,"
        if self.family == "unicode" and sign == "-":
            sign = "−"
        return f"{space}{sign}{space}"


ADD, MUL, NEG, POW, ATOM = 1, 2, 2, 4, 5


def write(t, style):
    """The tree as text."""
    return _write(t, style)[0]


def _group(t, style, level):
    text, own = _write(t, style)
    return style.paren(text) if own < level else text


def _integer(n, style):
    return f"−{-n}" if n < 0 and style.family == "unicode" else str(n)


def _fraction(top, bottom, style):
    if style.latex:
        if style.short and len(top) == 1 and len(bottom) == 1 and top.isdigit() and bottom.isdigit():
            return f"{style.frac}{top}{bottom}"
        return f"{style.frac}{{{top}}}{{{bottom}}}"
    raise ValueError("only LaTeX stacks fractions")


def _rational(v, style):
    if v.denominator == 1:
        return _integer(v.numerator, style), (ATOM if v >= 0 else NEG)
    if style.latex and not style.slash:
        if v < 0 and style.leading_minus_inside:
            return _fraction(str(v.numerator), str(v.denominator), style), ATOM
        body = _fraction(str(abs(v.numerator)), str(v.denominator), style)
        return ("-" + body, NEG) if v < 0 else (body, ATOM)
    return f"{_integer(v.numerator, style)}/{v.denominator}", MUL - 0.5


def _name(name, style):
    if style.latex:
        return name
    for latex, letter in UNICODE_NAMES.items():
        if name.startswith(latex):
            if style.family == "unicode":
                return letter + name[len(latex):]
            return latex[1:] + name[len(latex):]
    return name


def _write(t, style):
    kind = t[0]
    if kind == "num":
        if t[2] is not None:
            text = t[2].replace("-", "−") if style.family == "unicode" else t[2]
            return text, (NEG if t[1] < 0 else ATOM)
        return _rational(t[1], style)
    if kind == "rep":
        whole, fixed, cycle = t[1:]
        sign = "−" if whole.startswith("-") and style.family == "unicode" else "-" if whole.startswith("-") else ""
        whole = whole.lstrip("-")
        if not style.latex:
            return f"{sign}{whole}.{fixed}({cycle})", ATOM
        pick = style.random.random()
        if pick < 0.75:
            return f"{sign}{whole}.{fixed}\\overline{{{cycle}}}", ATOM
        if pick < 0.85 and len(cycle) == 1:
            return f"{sign}{whole}.{fixed}\\dot{{{cycle}}}", ATOM
        return f"{sign}{whole}.{fixed}\\bar{{{cycle}}}", ATOM
    if kind == "mixed":
        whole, n, d = t[1:]
        if style.latex:
            gap = "" if style.tight else "\\," if style.thin else " " if style.random.random() < 0.3 else ""
            return f"{whole}{gap}{_fraction(str(n), str(d), style)}", NEG
        return f"{_integer(whole, style)} {n}/{d}", NEG
    if kind == "sci":
        mantissa, exponent = t[1:]
        if style.family == "plain":
            return (f"{mantissa}e{exponent}", MUL) if style.random.random() < 0.5 else (f"{mantissa} * 10^({exponent})", MUL)
        if style.family == "unicode":
            return f"{mantissa} × 10{str(exponent).translate(SUPERSCRIPT)}", MUL
        dot = style.random.choice(("\\times", "\\cdot"))
        gap = "" if style.tight else " "
        return f"{mantissa}{gap}{dot} 10^{{{exponent}}}", MUL
    if kind == "const":
        if t[1] == "pi":
            return {"latex": "\\pi", "unicode": "π", "plain": "pi"}[style.family], ATOM
        if style.latex and style.roman:
            return f"\\mathrm{{{t[1]}}}", ATOM
        return t[1], ATOM
    if kind == "sym":
        return _name(t[1], style), ATOM
    if kind == "add":
        return _sum(t[1], style), ADD
    if kind == "mul":
        return _product(t[1], style)
    if kind == "neg":
        text = _group(t[1], style, MUL)
        return style.op("-").strip() + (style.paren(text) if text[0] in "-−" else text), NEG
    if kind == "div":
        if style.latex and not (style.slash and t[1][0] in ("num", "sym", "const") and t[2][0] in ("num", "sym", "const")):
            return _fraction(write(t[1], style), write(t[2], style), style), ATOM
        return f"{_group(t[1], style, MUL)}/{_group(t[2], style, ATOM)}", MUL
    if kind == "pow":
        return _power(t, style)
    if kind == "root":
        return _root(t, style)
    if kind == "fn":
        return _function(t[1], t[2], style)
    if kind == "log":
        return _logarithm(t, style)
    if kind == "fact":
        return f"{_group(t[1], style, ATOM)}!", ATOM
    if kind == "binom":
        n, k = write(t[1], style), write(t[2], style)
        if not style.latex:
            return f"C({n}, {k})", ATOM
        command = style.random.choice(("\\binom", "\\dbinom"))
        return f"{command}{{{n}}}{{{k}}}", ATOM
    if kind in ("abs", "floor", "ceil"):
        body = write(t[1], style)
        if style.latex:
            a, b = {"abs": style.random.choice((("|", "|"), ("\\lvert ", "\\rvert"))), "floor": ("\\lfloor ", "\\rfloor"), "ceil": ("\\lceil ", "\\rceil")}[kind]
            return (f"\\left{a.strip()} {body} \\right{b}" if style.big == "left" else f"{a}{body} {b}" if b != "|" else f"{a}{body}{b}"), ATOM
        if style.family == "unicode" and kind != "abs":
            return {"floor": f"⌊{body}⌋", "ceil": f"⌈{body}⌉"}[kind], ATOM
        return (f"|{body}|" if style.family == "unicode" else f"{kind}({body})"), ATOM
    if kind in ("max", "min"):
        body = style.comma().join(write(item, style) for item in t[1])
        return (f"\\{kind}" if style.latex else kind) + style.paren(body), ATOM
    if kind in ("sum", "prod"):
        variable, lower, upper, body = t[1:]
        body = _group(body, style, MUL)
        low, high = write(lower, style), write(upper, style)
        limits = style.random.choice(("\\limits", "", "", ""))
        return f"\\{kind}{limits}_{{{_name(variable, style)}={low}}}^{{{high}}} {body}", MUL - 0.5
    raise ValueError(kind)


def _negated(t):
    """The tree without its leading minus, where it has one."""
    if t[0] == "neg":
        return t[1]
    if t[0] == "num" and t[1] < 0:
        return ("num", -t[1], t[2][1:] if t[2] is not None else None)
    if t[0] == "mul" and t[1][0][0] == "num" and t[1][0][1] < 0 and t[1][0][2] is None:
        first = ("num", -t[1][0][1], None)
        return ("mul", (first, *t[1][1:])) if first[1] != 1 else t[1][1] if len(t[1]) == 2 else ("mul", t[1][1:])
    return None


def _sum(items, style):
    out = ""
    for k, item in enumerate(items):
        positive = _negated(item)
        if k == 0:
            out = _group(item, style, ADD + 0.1)
        elif positive is None:
            out += style.op("+") + _group(item, style, ADD + 0.1)
        else:
            out += style.op("-") + _group(positive, style, MUL - 0.5)
    return out


_LATEX_ATOMS = ("sym", "const", "root", "fn", "log", "pow", "binom", "div")


def _product(items, style):
    items = [item for k, item in enumerate(items) if k > 0 or item != ("num", 1, None)]
    if len(items) == 1:
        return _write(items[0], style)
    sign = ""
    if items[0][0] == "num" and items[0][1] == -1 and len(items) > 1 and items[0][2] is None:
        sign = style.op("-").strip()
        items = items[1:]
    out = ""
    previous = None
    bare = style.bare_argument
    for item in items:
        # \ln x x would leave open what the logarithm is of
        style.bare_argument = bare and item is items[-1]
        text, own = _write(item, style)
        grouped = own < MUL + 0.1 and (len(items) > 1 or sign != "") and not (previous is None and item[0] == "num" and own == NEG and not sign)
        if item[0] in ("num", "neg") and own == NEG and previous is not None:
            grouped = True
        if item[0] in ("mixed", "sci") and len(items) > 1:
            grouped = True
        if grouped:
            text = style.paren(text)
        if previous is None:
            out = text
        else:
            sign_between = _between(previous, item, text, grouped, style)
            if sign_between.strip() in ("", "\\,") and text[0].isdigit():
                sign_between = {"latex": " \\cdot ", "unicode": "·", "plain": "*"}[style.family]
            out += sign_between + text
        previous = (item, grouped)
    style.bare_argument = bare
    return sign + out, MUL


def _between(previous, item, text, grouped, style):
    last, last_grouped = previous
    explicit = {"latex": style.dot if style.dot.strip() != "\\," or last[0] != "num" or item[0] != "num" else " \\cdot ", "unicode": "·", "plain": "*"}[style.family]
    if style.latex and style.dot.strip() == "\\," and (grouped or text[0].isdigit() or item[0] in ("num", "div", "fact")):
        explicit = " \\cdot "
    if style.family == "plain" or not style.juxtapose:
        return explicit
    number_first = last[0] == "num" and last[1].denominator == 1 and not last_grouped
    if grouped:
        return "" if number_first or last_grouped else explicit
    if item[0] in ("num", "rep", "fact", "abs", "floor", "ceil", "sum", "prod", "max", "min"):
        return explicit
    if item[0] == "pow" and item[1][0] not in ("sym", "const"):
        return explicit
    if item[0] == "div":
        return explicit if last[0] in ("num", "div", "fact") else (" " if style.latex else explicit)
    if item[0] in ("fn", "log") and last[0] in ("fn", "log"):
        return " "
    if style.family == "unicode" and item[0] in ("fn", "log", "binom"):
        return explicit
    if last[0] in ("sym", "const", "root", "fn", "log", "pow", "binom"):
        return " " if text[0].isalpha() or text[0] == "\\" else explicit
    if number_first or last_grouped or last[0] in ("div", "num"):
        return "" if not style.thin or not style.latex else "\\,"
    return explicit


def _power(t, style):
    base, exponent = t[1], t[2]
    if base[0] == "fn" and exponent[0] == "num" and exponent[1].denominator == 1 and exponent[1] > 1 and style.latex and not base[1].startswith(("arc", "exp")):
        return f"\\{base[1]}^{{{exponent[1]}}}{_argument(base[2], style)}" if not style.tight else f"\\{base[1]}^{exponent[1]}{_argument(base[2], style)}" if exponent[1] < 10 else f"\\{base[1]}^{{{exponent[1]}}}{_argument(base[2], style)}", POW
    text, own = _write(base, style)
    if own < ATOM or base[0] in ("fn", "log", "div", "fact", "root") and not (base[0] == "root" and False) or (base[0] == "num" and base[1].denominator != 1) or base[0] == "rep":
        text = style.paren(text)
    if style.latex:
        body = write(exponent, style)
        if len(body) == 1 and style.tight:
            return f"{text}^{body}", POW
        return f"{text}^{{{body}}}", POW
    v = exact(exponent)
    if style.family == "unicode" and v is not None and v.denominator == 1 and exponent[0] == "num" and abs(v) < 1000:
        return text + str(v.numerator).translate(SUPERSCRIPT), POW
    body = write(exponent, style)
    simple = len(body) == 1
    return f"{text}^{body}" if simple else f"{text}^({body})", POW


def _root(t, style):
    body = write(t[1], style)
    if style.latex:
        if t[2] == 2:
            return f"\\sqrt{{{body}}}", ATOM
        return f"\\sqrt[{t[2]}]{{{body}}}", ATOM
    if style.family == "unicode" and t[2] in (2, 3):
        mark = "√" if t[2] == 2 else "∛"
        return (f"{mark}{body}" if t[1][0] == "num" and t[1][1].denominator == 1 and t[1][1] >= 0 else f"{mark}({body})"), ATOM
    if t[2] == 2:
        return f"sqrt({body})", ATOM
    return f"\\sqrt[{t[2]}]{{{body}}}", ATOM


def _argument(a, style):
    simple = a[0] == "sym" or a[0] == "const" or (a[0] == "num" and a[1].denominator == 1 and a[1] >= 0 and a[2] is None)
    text = write(a, style)
    if simple and style.bare_argument and style.latex:
        return f" {text}"
    return style.paren(text)


def _function(name, a, style):
    if name == "exp":
        if style.latex:
            return f"e^{{{write(a, style)}}}" if style.random.random() < 0.6 else f"\\exp{style.paren(write(a, style))}", POW
        return f"exp({write(a, style)})", ATOM
    if not style.latex:
        return f"{name}({write(a, style)})", ATOM
    if name.startswith("arc") and style.random.random() < 0.2:
        return f"\\{name[3:]}^{{-1}}{style.paren(write(a, style))}", POW
    return f"\\{name}{_argument(a, style)}", POW


def _logarithm(t, style):
    base, a = t[1], t[2]
    if base is None:
        return (f"\\log_{{10}}{_argument(a, style)}" if style.latex else f"log_10({write(a, style)})"), POW
    text = write(base, style)
    if style.latex:
        low = f"_{text}" if len(text) == 1 and style.tight else f"_{{{text}}}"
        return f"\\log{low}{_argument(a, style)}", POW
    return f"log_{text if base[0] == 'num' else '(' + text + ')'}({write(a, style)})", POW


# Structures. Each writer gets one Style and returns the whole answer as text.

def interval(low, high, low_closed, high_closed, style):
    infinite = "\\infty" if style.latex else "∞" if style.family == "unicode" else "inf"
    left = ("−" if style.family == "unicode" else "-") + infinite if low is None else write(low, style)
    right = (("+" if style.random.random() < 0.15 else "") + infinite) if high is None else write(high, style)
    a, b = "[" if low_closed else "(", "]" if high_closed else ")"
    inside = left + style.comma() + right
    if style.latex and style.big == "left":
        return f"\\left{a}{inside}\\right{b}"
    return f"{a}{inside}{b}"


def structure(s, style):
    """A structure as text."""
    kind = s[0]
    if kind == "tuple":
        return style.paren(style.comma().join(write(item, style) for item in s[1]))
    if kind == "set":
        return style.paren(style.comma().join(structure(item, style) for item in s[1]), "{}")
    if kind == "interval":
        return interval(*s[1:], style)
    if kind == "union":
        cup = " \\cup " if style.latex else " ∪ " if style.family == "unicode" else " U "
        return cup.join(interval(*piece[1:], style) for piece in s[1])
    if kind == "matrix":
        environment = style.random.choice(("pmatrix", "bmatrix"))
        row_end = " \\\\ " if not style.tight else "\\\\"
        rows = row_end.join((" & " if not style.tight else "&").join(write(x, style) for x in row) for row in s[1])
        return f"\\begin{{{environment}}} {rows} \\end{{{environment}}}"
    if kind == "equation":
        return write(s[1], style) + style.op("=") + write(s[2], style)
    if kind == "word":
        return s[1]
    return write(s, style)


def terminating(v):
    """A Fraction with a power of ten below it, as a decimal."""
    d = v.denominator
    twos = fives = 0
    while d % 2 == 0:
        d //= 2
        twos += 1
    while d % 5 == 0:
        d //= 5
        fives += 1
    if d != 1:
        return None
    places = max(twos, fives)
    digits = str(abs(v.numerator) * 10**places // v.denominator).rjust(places + 1, "0")
    body = digits if places == 0 else f"{digits[:-places]}.{digits[-places:]}"
    return ("-" if v < 0 else "") + body


def thousands(n, separator):
    digits = str(abs(n))
    groups = []
    while digits:
        groups.append(digits[-3:])
        digits = digits[:-3]
    return ("-" if n < 0 else "") + separator.join(reversed(groups))


RESPONSES = (
    "\\boxed{{{a}}}",
    "The answer is $\\boxed{{{a}}}$.",
    "Therefore, the final answer is \\(\\boxed{{{a}}}\\).",
    "We check the cases one after the other and find\n\\[\n\\boxed{{{a}}}\n\\]",
    "So we get $\\boxed{{ {a} }}$",
    "**Final answer:** $\\boxed{{{a}}}$",
    "Adding both sides and simplifying, we arrive at\n\n$$\\boxed{{{a}}}$$\n\nas required.",
    "<think>Let me think. Perhaps it is 17, or not.</think>\nThe result is \\boxed{{{a}}}.",
    "Thus \\[ \\boxed{{{a}}}. \\]",
    "The final answer is ${a}$.",
)


def response(text, style):
    """A short response that gives the answer; nine of ten boxed."""
    shapes = RESPONSES if style.family == "latex" and "$" not in text else RESPONSES[:9]
    if "$" in text:
        shapes = ("\\boxed{{{a}}}", "The answer is \\boxed{{{a}}}.")
    return style.random.choice(shapes).format(a=text)
