"""Near misses of the forms that are more than one scalar. Each maker returns (kind, reference text, wrong text, meant value, wrong value), or None to try again."""
from fractions import Fraction

import forms
import mutate
from forms import MONTHS, UNIT_WORDS, UNITS, WORDS, distinct, entry, fraction, positive, small, squarefree
from oracle import scalars_differ
from tree import E, PI, add, div, fn, mul, neg, num, power, root, sym
from write import Style, structure, terminating, thousands, write


def miss(r, t):
    """A near miss of one entry, of the simple kinds that stay an entry."""
    for _ in range(20):
        changed = mutate.near(r, t)
        if changed is not None:
            return changed
    return None


def latex(r):
    return Style(r, "latex")


def value(n):
    return num(Fraction(n))


def percent(r):
    v = r.choice((Fraction(positive(r, 100)), Fraction(r.randint(1, 9999), 100), Fraction(r.randint(1, 999), 10)))
    text = terminating(v)
    wrong = mutate.respell(r, text)
    if wrong is None or (Fraction(wrong) in (v * 100, v / 100)):
        return None
    sign = lambda: r.choice(("\\%", "%", "\\,\\%", " percent", "\\text{ percent}"))
    return "digit slip", text + sign(), wrong + sign(), num(v / 100), num(Fraction(wrong) / 100)


MONEY = (("\\$", ""), ("$", ""), ("£", ""), ("€", ""), ("", " dollars"), ("", "\\text{ dollars}"), ("\\text{USD }", ""), ("", " euros"))
MONEY_NAME = {"\\$": "dollar", "$": "dollar", "£": "pound", "€": "euro", " dollars": "dollar", "\\text{ dollars}": "dollar", "\\text{USD }": "dollar", " euros": "euro"}


def currency(r):
    cents = r.choice((positive(r, 100) * 100, r.randint(1, 99999), r.randint(10**5, 10**8)))
    before, after = r.choice(MONEY)
    text = f"{cents / 100:.2f}" if cents % 100 or r.random() < 0.3 else str(cents // 100)
    if r.random() < 0.75:
        wrong = mutate.respell(r, text)
        if wrong is None or wrong.startswith("-"):
            return None
        kind, other = "digit slip", (before, after)
    else:
        kind, wrong, other = "other currency", text, r.choice(MONEY)
    name, other_name = MONEY_NAME[before or after], MONEY_NAME[other[0] or other[1]]
    if kind == "other currency" and name == other_name:
        return None
    return kind, f"{before}{text}{after}", f"{other[0]}{wrong}{other[1]}", ("quantity", Fraction(text), name), ("quantity", Fraction(wrong), other_name)


def thousands_separators(r):
    n = r.randint(1000, 10 ** r.choice((5, 6, 9, 15, 30)))
    text = mutate.respell(r, str(n))
    if text is None or text.startswith("-") or len(text) < 4:
        return None
    separator = lambda: r.choice((",", "{,}", "\\,", ",\\!"))
    return "digit slip", thousands(n, separator()), thousands(int(text), separator()) if r.random() < 0.7 else text, value(n), value(int(text))


def in_base(n, base):
    digits = ""
    while n:
        digits = "0123456789ABCDEF"[n % base] + digits
        n //= base
    return digits or "0"


def bases(r):
    base = r.choice((2, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16))
    n = r.randint(5, 4000)
    digits = in_base(n, base)
    mark = lambda b: r.choice((f"_{{{b}}}", f"_{b}" if b < 10 else f"_{{{b}}}", f"_{{\\text{{{b}}}}}" if r.random() < 0.3 else f"_{{{b}}}"))
    pick = r.randrange(3)
    if pick == 0:
        other = r.choice([b for b in (3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 16, 18) if b > max(int(c, 16) for c in digits) and b != base])
        return "other base", digits + mark(base), digits + mark(other), value(n), value(int(digits, other))
    wrong = list(digits)
    i = r.randrange(len(wrong))
    wrong[i] = r.choice("0123456789ABCDEF"[:base])
    wrong = "".join(wrong)
    if wrong[0] == "0" or wrong == digits:
        return None
    return "digit slip", digits + mark(base), wrong + mark(base), value(n), value(int(wrong, base))


def ratios(r):
    parts = [positive(r, 30) for _ in range(r.choice((2, 2, 3)))]
    wrong = list(parts)
    if r.random() < 0.5:
        wrong.reverse()
        kind = "order"
    else:
        i = r.randrange(len(wrong))
        wrong[i] += r.choice((-1, 1))
        kind = "off by one"
    if min(wrong) < 1:
        return None
    scaled = lambda p: ("tuple", [value(Fraction(x, p[-1])) for x in p])
    join = r.choice((":", " : ", "\\colon ", ":"))
    return kind, join.join(map(str, parts)), r.choice((":", " : ")).join(map(str, wrong)), scaled(parts), scaled(wrong)


DEGREE = ("^\\circ", "^{\\circ}", "°", " degrees", "\\text{ degrees}", "^\\circ")


def degrees(r):
    v = r.choice((Fraction(positive(r, 360)), Fraction(r.randint(1, 7200), 20)))
    text = terminating(v)
    if r.random() < 0.75:
        wrong = mutate.respell(r, text)
        if wrong is None:
            return None
        return "digit slip", text + r.choice(DEGREE), wrong + r.choice(DEGREE), ("quantity", v, "degree"), ("quantity", Fraction(wrong), "degree")
    d = r.choice((2, 3, 4, 5, 6, 7, 8, 9, 12))
    t = div(PI, num(d))
    meant = mul(num(v / 180), PI)
    return "wrong radians", text + r.choice(DEGREE), write(t, latex(r)), meant, t


def unit_text(r, number, unit):
    name, _, exponent = unit.partition("^")
    if unit in UNIT_WORDS and r.random() < 0.2:
        return r.choice((f"{number} {UNIT_WORDS[unit]}", f"{number}\\text{{ {UNIT_WORDS[unit]}}}"))
    if exponent:
        return r.choice((f"{number}\\text{{ {name}}}^{exponent}", f"{number} \\text{{ {name}}}^{{{exponent}}}", f"{number}\\,\\mathrm{{{name}}}^{exponent}", f"{number} {name}^{exponent}"))
    return r.choice((f"{number}\\text{{ {unit}}}", f"{number}\\,\\text{{{unit}}}", f"{number} \\text{{ {unit}}}", f"{number}\\ \\mathrm{{{unit}}}", f"{number}~\\mathrm{{{unit}}}", f"{number} {unit}"))


def units(r):
    dimension = r.choice(sorted(UNITS))
    table = UNITS[dimension]
    unit = r.choice(sorted(table))
    v = r.choice((Fraction(positive(r, 500)), Fraction(r.randint(1, 9999), 100)))
    meant = ("quantity", v * table[unit], dimension)
    text = unit_text(r, terminating(v), unit)
    pick = r.randrange(4)
    if pick == 0:
        wrong = mutate.respell(r, terminating(v))
        if wrong is None or wrong.startswith("-"):
            return None
        return "digit slip", text, unit_text(r, wrong, unit), meant, ("quantity", Fraction(wrong) * table[unit], dimension)
    if pick == 1:
        other = r.choice(sorted(table))
        return "other unit", text, unit_text(r, terminating(v), other), meant, ("quantity", v * table[other], dimension)
    if pick == 2:
        other = r.choice(sorted(table))
        slip = r.choice((10, Fraction(1, 10), 100, 1000, 60))
        w = v * table[unit] / table[other] * slip
        shown = terminating(w)
        if shown is None or len(shown) > 20:
            return None
        return "converted wrongly", text, unit_text(r, shown, other), meant, ("quantity", w * table[other], dimension)
    other_dimension = r.choice([d for d in sorted(UNITS) if d != dimension])
    other = r.choice(sorted(UNITS[other_dimension]))
    return "other dimension", text, unit_text(r, terminating(v), other), meant, ("quantity", v * UNITS[other_dimension][other], other_dimension)


def infinities(r):
    plus, minus = r.choice(("\\infty", "+\\infty", "∞")), r.choice(("-\\infty", "−∞", "- \\infty"))
    big = r.choice(("10^{100}", "10^{1000}", "999999999999", "\\frac{1}{10^{100}}", "0", "2^{1024}", "1", "e^{1000}", "-1", "\\text{undefined}"))
    pairs = ((plus, minus), (minus, plus), (plus, big), (big, plus), (minus, big))
    reference, wrong = r.choice(pairs)
    if big == "\\text{undefined}" and big in (reference, wrong):
        return None
    return "infinite against other", reference, wrong, ("word", "+" if reference == plus else "-" if reference == minus else reference), ("word", "+" if wrong == plus else "-" if wrong == minus else wrong)


def wrap(r, kind, a, b):
    return kind, structure(a, Style(r)), structure(b, Style(r)), a, b


def tuples(r):
    items = [entry(r) for _ in range(r.choice((2, 2, 3, 3, 4)))]
    wrong = list(items)
    pick = r.randrange(4)
    if pick == 0:
        r.shuffle(wrong)
        kind = "order"
    elif pick == 1:
        kind = "entry dropped"
        wrong.pop(r.randrange(len(wrong)))
        if len(wrong) < 2:
            return None
    elif pick == 2:
        kind = "multiplicity"
        items = [items[0], items[0], items[-1]]
        wrong = [items[0], items[-1], items[-1]]
    else:
        i = r.randrange(len(wrong))
        changed = miss(r, wrong[i])
        if changed is None:
            return None
        kind, wrong[i] = changed
    return wrap(r, kind, ("tuple", items), ("tuple", wrong))


def members(r, count):
    return distinct(r, count)


def changed_members(r):
    items = members(r, r.choice((2, 3, 3, 4, 5)))
    wrong = list(items)
    pick = r.randrange(3)
    i = r.randrange(len(wrong))
    if pick == 0 and len(items) > 2:
        wrong.pop(i)
        kind = "member missing"
    elif pick == 1:
        wrong = members(r, 1) + wrong
        kind = "member too many"
    else:
        changed = miss(r, wrong[i])
        if changed is None:
            return None
        kind, wrong[i] = changed
    r.shuffle(wrong)
    return kind, ("set", items), ("set", wrong)


def sets(r):
    made = changed_members(r)
    return None if made is None else wrap(r, *made)


def lists(r):
    made = changed_members(r)
    if made is None:
        return None
    kind, a, b = made

    def text(s):
        style = latex(r)
        parts = [write(x, style) for x in s[1]]
        if r.random() < 0.25 and len(parts) > 1:
            return ", ".join(parts[:-1]) + r.choice((" \\text{ and } ", " and ", ", \\text{ and } ")) + parts[-1]
        return style.comma().join(parts)

    return kind, text(a), text(b), a, b


def numbers_up(r, count):
    """Entries in ascending order, distinct."""
    values = set()
    while len(values) < count:
        values.add(r.choice((Fraction(small(r, -30, 30)), fraction(r, 12))))
    return sorted(values)


def ends(r, low=None, high=None):
    a, b = numbers_up(r, 2)
    left = None if r.random() < 0.25 else num(a)
    right = None if left is not None and r.random() < 0.25 else num(b)
    return left, right, left is not None and r.random() < 0.5, right is not None and r.random() < 0.5


def change_interval(r, s):
    _, low, high, lc, hc = s
    pick = r.randrange(4)
    if pick == 0:
        return ("bracket kind", ("interval", low, high, not lc, hc)) if low is not None else ("bracket kind", ("interval", low, high, lc, not hc))
    if pick == 1 and high is not None:
        return "bracket kind", ("interval", low, high, lc, not hc)
    if pick == 2:
        if low is not None and high is None:
            return "other side", ("interval", None, low, False, lc)
        if high is not None and low is None:
            return "other side", ("interval", high, None, hc, False)
    end = low if low is not None and (high is None or r.random() < 0.5) else high
    kind = "end"
    changed = miss(r, end)
    if changed is None:
        return None
    kind, new = changed
    return (kind, ("interval", new, high, lc, hc)) if end is low else (kind, ("interval", low, new, lc, hc))


def intervals(r):
    s = ("interval", *ends(r))
    changed = change_interval(r, s)
    return None if changed is None else wrap(r, changed[0], s, changed[1])


def union_of(r):
    cuts = [num(v) for v in numbers_up(r, 4)]
    first = ("interval", None if r.random() < 0.5 else cuts[0], cuts[1], False, r.random() < 0.4)
    if first[1] is not None and r.random() < 0.4:
        first = ("interval", cuts[0], cuts[1], True, first[4])
    last_open = r.random() < 0.5
    second = ("interval", cuts[2], None if last_open else cuts[3], r.random() < 0.4, not last_open and r.random() < 0.4)
    return ("union", [first, second])


def unions(r):
    s = union_of(r)
    pick = r.randrange(3)
    if pick == 0:
        whole = s[1][r.randrange(2)]
        return "piece missing", structure(s, Style(r)), structure(whole, Style(r)), s, ("union", [whole])
    i = r.randrange(2)
    changed = change_interval(r, s[1][i])
    if changed is None:
        return None
    kind, piece = changed
    if kind in ("other side",):
        return None
    pieces = list(s[1])
    pieces[i] = piece
    return wrap(r, kind, s, ("union", pieces))


LESS = {False: ("<", "\\lt "), True: ("\\le ", "\\leq ", "\\leqslant ", "≤")}
MORE = {False: (">", "\\gt "), True: ("\\ge ", "\\geq ", "\\geqslant ", "≥")}


def inequality_text(r, s, x):
    _, low, high, lc, hc = s
    style = latex(r)
    if low is None:
        return f"{x} {r.choice(LESS[hc])} {write(high, style)}" if r.random() < 0.7 else f"{write(high, style)} {r.choice(MORE[hc])} {x}"
    if high is None:
        return f"{x} {r.choice(MORE[lc])} {write(low, style)}" if r.random() < 0.7 else f"{write(low, style)} {r.choice(LESS[lc])} {x}"
    return f"{write(low, style)} {r.choice(LESS[lc])} {x} {r.choice(LESS[hc])} {write(high, style)}"


def inequalities(r):
    x = r.choice(("x", "y", "t", "a", "k"))
    if r.random() < 0.25:
        made = unions(r)
        if made is None:
            return None
        kind, _, _, a, b = made
        text = lambda s: r.choice((" \\text{ or } ", " or ", "\\ \\text{or}\\ ")).join(inequality_text(r, piece, x) for piece in s[1])
        return kind, text(a), text(b), a, b
    s = ("interval", *ends(r))
    changed = change_interval(r, s)
    if changed is None:
        return None
    as_interval = r.random() < 0.25
    return changed[0], inequality_text(r, s, x), structure(changed[1], Style(r)) if as_interval else inequality_text(r, changed[1], x), s, changed[1]


def set_builders(r):
    x = r.choice(("x", "y", "t"))
    s = ("interval", *ends(r))
    changed = change_interval(r, s)
    if changed is None:
        return None
    bar = r.choice(("\\mid", "|", ":", "\\,|\\,"))
    domain = r.choice(("", " \\in \\mathbb{R}"))
    wrap_up = lambda p: f"\\{{{x}{domain} {bar} {inequality_text(r, p, x)}\\}}"
    wrong = wrap_up(changed[1]) if r.random() < 0.7 else structure(changed[1], Style(r))
    return changed[0], wrap_up(s), wrong, s, changed[1]


def plus_minus(r):
    a, b = num(small(r)), r.choice((num(positive(r)), mul(num(positive(r, 9)), root(num(squarefree(r)), 2)), root(num(squarefree(r)), 2)))
    style = latex(r)
    pm = r.choice(("\\pm ", "\\pm", "±")) if not write(b, style)[0].isalpha() else "\\pm "
    over = r.choice((None, None, r.randint(2, 9)))
    scale = num(1) if over is None else num(Fraction(1, over))
    with_a = r.random() < 0.7

    def meant(first, second):
        first = first if with_a else num(0)
        return ("set", [mul(scale, add(first, second)), mul(scale, add(first, neg(second)))])

    def text(first, second):
        body = (write(first, style) if with_a else "") + (" " if with_a else "") + pm + write(second, style)
        return body if over is None else f"\\frac{{{body}}}{{{over}}}" if with_a or second[0] != "mul" else f"\\frac{{{body}}}{{{over}}}"

    pick = r.randrange(3)
    if pick == 0:
        sign = r.choice((b, neg(b)))
        single = add(a, sign) if with_a else sign
        body = write(single, style)
        return "one sign only", text(a, b), body if over is None else f"\\frac{{{body}}}{{{over}}}", meant(a, b), ("set", [mul(scale, single)])
    if pick == 1:
        changed = miss(r, b)
        if changed is None or changed[1][0] in ("add", "neg") or (changed[1][0] == "num" and changed[1][1] < 0) or (changed[1][0] == "mul" and changed[1][1][0][0] == "num" and changed[1][1][0][1] < 0):
            return None
        return changed[0], text(a, b), text(a, changed[1]), meant(a, b), meant(a, changed[1])
    other = num(-a[1])
    if not with_a:
        return None
    return "sign", text(a, b), text(other, b), meant(a, b), meant(other, b)


def matrices(r, rows=None, columns=None):
    rows, columns = rows or r.choice((2, 2, 3)), columns or r.choice((2, 2, 3))
    cells = [[entry(r) if r.random() < 0.3 else num(r.randint(-12, 12)) for _ in range(columns)] for _ in range(rows)]
    wrong = [list(row) for row in cells]
    pick = r.randrange(4)
    if pick == 0 and rows > 1 and columns > 1:
        wrong = [list(column) for column in zip(*cells)]
        kind = "transposed"
    elif pick == 1 and rows > 1:
        wrong = wrong[1:] + wrong[:1]
        kind = "rows moved"
    else:
        i, j = r.randrange(rows), r.randrange(columns)
        changed = miss(r, wrong[i][j])
        if changed is None:
            return None
        kind, wrong[i][j] = changed
    return kind, structure(("matrix", cells), latex(r)), structure(("matrix", wrong), latex(r)), ("matrix", cells), ("matrix", wrong)


def vectors(r):
    return matrices(r, r.choice((2, 3, 4)), 1)


def equation_of(r):
    x, y, z = sym("x"), sym("y"), sym("z")
    c = lambda: num(small(r, -12, 12))
    pick = r.randrange(6)
    if pick == 0:
        return ("equation", y, add(mul(num(r.choice((Fraction(r.randint(2, 9)), fraction(r, 9)))), x), c()))
    if pick == 1:
        return ("equation", add(mul(num(r.randint(2, 12)), x), mul(c(), y), c()), num(0))
    if pick == 2:
        return ("equation", add(power(add(x, c()), 2), power(add(y, c()), 2)), num(positive(r, 60)))
    if pick == 3:
        return ("equation", add(div(power(x, 2), num(r.randint(2, 30))), mul(num(r.choice((-1, 1))), div(power(y, 2), num(r.randint(2, 30))))) if r.random() < 0.5 else add(div(power(x, 2), num(r.randint(2, 30))), div(power(y, 2), num(r.randint(2, 30)))), num(1))
    if pick == 4:
        return ("equation", add(mul(num(r.randint(2, 9)), x), mul(c(), y), mul(c(), z)), num(small(r, -40, 40)))
    return ("equation", y, add(mul(num(r.randint(2, 9)), power(x, 2)), mul(c(), x), c()))


def equations(r):
    s = equation_of(r)
    side = r.choice((1, 2))
    changed = miss(r, s[side])
    if changed is None:
        return None
    wrong = ("equation", changed[1], s[2]) if side == 1 else ("equation", s[1], changed[1])
    return changed[0], structure(s, Style(r)), structure(wrong, Style(r)), s, wrong


def assignments(r):
    if r.random() < 0.5:
        x = r.choice(("x", "y", "n", "a", "k", "m", "r", "t", "A", "S", "\\theta", "x_1"))
        t = entry(r) if r.random() < 0.6 else forms.roots(r)
        changed = miss(r, t)
        if changed is None:
            return None
        style, other = latex(r), latex(r)
        eq = lambda style: r.choice((" = ", "=", " = \\,"))
        wrong = f"{x}{eq(other)}{write(changed[1], other)}" if r.random() < 0.7 else write(changed[1], other)
        return changed[0], f"{x}{eq(style)}{write(t, style)}", wrong, t, changed[1]
    names = r.choice((("x", "y"), ("a", "b"), ("m", "n"), ("x", "y", "z"), ("p", "q")))
    items = [entry(r) for _ in names]
    wrong = list(items)
    if r.random() < 0.5:
        wrong = wrong[1:] + wrong[:1]
        kind = "values swapped"
    else:
        i = r.randrange(len(wrong))
        changed = miss(r, wrong[i])
        if changed is None:
            return None
        kind, wrong[i] = changed
    style = latex(r)
    text = lambda values: style.comma().join(f"{n} = {write(v, style)}" for n, v in zip(names, values))
    return kind, text(items), text(wrong), ("tuple", items), ("tuple", wrong)


def systems(r):
    """Two linear equations with one solution; the wrong answer has another solution."""
    x, y = sym("x"), sym("y")

    def solve(m):
        (a, b, c), (d, e, f) = m
        determinant = a * e - b * d
        return None if determinant == 0 else ("tuple", [value(Fraction(c * e - b * f, determinant)), value(Fraction(a * f - c * d, determinant))])

    m = [[small(r, -9, 9) for _ in range(3)] for _ in range(2)]
    w = [list(row) for row in m]
    i, j = r.randrange(2), r.randrange(3)
    w[i][j] = r.choice((w[i][j] + 1, w[i][j] - 1, -w[i][j]))
    if w[i][0] == 0 or w[i][1] == 0 or solve(m) is None or solve(w) is None:
        return None
    style = latex(r)

    def text(rows):
        lines = [write(add(mul(num(a), x) if a != 1 else x, mul(num(b), y) if b != 1 else y), style) + " = " + str(c) for a, b, c in rows]
        return "\\begin{cases} " + " \\\\ ".join(lines) + " \\end{cases}"

    return "coefficient", text(m), text(w), solve(m), solve(w)


def piecewise(r):
    x = sym("x")
    cut = r.randint(-5, 5)
    first, second = r.sample([neg(x), power(x, 2), add(mul(num(r.randint(2, 9)), x), num(small(r))), num(small(r)), add(power(x, 2), num(small(r))), root(add(power(x, 2), num(3)), 2)], 2)
    below = ((f"x < {cut}", lambda p, c=cut: p < c), (f"x \\le {cut}", lambda p, c=cut: p <= c))
    above = ((f"x \\ge {cut}", lambda p, c=cut: p >= c), (f"x > {cut}", lambda p, c=cut: p > c))
    k = r.randrange(2)
    points = (Fraction(cut) - Fraction(17, 13), Fraction(cut), Fraction(cut) + Fraction(19, 7))
    make = lambda a, b, which: ("piecewise", [(a, below[which], points[0]), (b, above[which], points[2]), ] )
    meant = make(first, second, k)
    meant[1].append((second if k == 0 else first, (above if k == 0 else below)[k], points[1]))
    pick = r.randrange(4)
    if pick == 3:
        far = r.choice((1, -1, 10))
        below_far = ((f"x < {cut + far}", lambda p, c=cut + far: p < c), (f"x \\le {cut + far}", lambda p, c=cut + far: p <= c))
        above_far = ((f"x \\ge {cut + far}", lambda p, c=cut + far: p >= c), (f"x > {cut + far}", lambda p, c=cut + far: p > c))
        between = cut + Fraction(far, 2)
        wrong, kind = ("piecewise", [(first, below_far[k], between), (second, above_far[k], points[2] + 20)]), "boundary elsewhere"
    elif pick == 0:
        wrong, kind = make(second, first, k), "branches swapped"
    elif pick == 1:
        wrong, kind = make(first, second, 1 - k), "boundary moved to the other branch"
    else:
        changed = miss(r, first)
        if changed is None:
            return None
        wrong, kind = make(changed[1], second, k), changed[0]
    style = latex(r)
    condition = "\\text{if } " if style.short else ""
    text = lambda p: "\\begin{cases} " + " \\\\ ".join(f"{write(v, style)} & {condition}{c[0]}" for v, c, _ in p[1][:2]) + " \\end{cases}"
    return kind, text(meant), text(wrong), meant, wrong


def dressed(r, word):
    return r.choice((word, f"\\text{{{word}}}", f"\\text{{ {word} }}", f"\\textbf{{{word}}}", word.lower(), f"\\mathrm{{{word.replace(' ', '~')}}}" if " " not in word else word))


def text_answers(r):
    a, b = r.choice(WORDS)
    if r.random() < 0.5:
        a, b = b, a
    return "other word", r.choice((a, f"\\text{{{a}}}")), dressed(r, b), ("word", a), ("word", b)


def clock(r):
    hour, minute = r.randint(1, 12), r.randint(0, 59)
    half = r.choice(("", " am", " pm", "\\text{ a.m.}", "\\text{ p.m.}"))
    pick = r.randrange(4)
    h, m, other = hour, minute, half
    kind = "time"
    if pick == 0:
        m = (minute + r.choice((1, 10, 30, 59))) % 60
    elif pick == 1:
        h = hour % 12 + 1
    elif pick == 2 and half:
        other = half.replace("a", "q").replace("p", "a").replace("q", "p") if "text" not in half else ("\\text{ p.m.}" if "a.m" in half else "\\text{ a.m.}")
        kind = "other half of the day"
    else:
        text = str(minute).zfill(2)[::-1]
        m = int(text)
        if m > 59:
            return None
    value_of = lambda h, m, half: h % 12 * 60 + m + (720 if "p" in half else 0)
    return kind, f"{hour}:{minute:02d}{half}", f"{h}:{m:02d}{other}", ("word", str(value_of(hour, minute, half)) + half[:1]), ("word", str(value_of(h, m, other)) + other[:1])


def dates(r):
    if r.random() < 0.5:
        return clock(r)
    year, month, day = r.randint(1800, 2030), r.randint(1, 12), r.randint(1, 28)
    pick = r.randrange(3)
    y, m, d = year, month, day
    if pick == 0:
        d = day % 28 + 1
    elif pick == 1:
        m = month % 12 + 1
    else:
        y = year + r.choice((-1, 1, 10))
    full = lambda y, m, d: r.choice((f"{MONTHS[m - 1]} {d}, {y}", f"{d} {MONTHS[m - 1]} {y}", f"\\text{{{MONTHS[m - 1]} }}{d}, {y}", f"\\text{{{MONTHS[m - 1]} {d}, {y}}}", f"{y}-{m:02d}-{d:02d}"))
    return "date", full(year, month, day), full(y, m, d), ("word", f"{year}-{month}-{day}"), ("word", f"{y}-{m}-{d}")


def multi_part(r):
    count = r.choice((2, 2, 3))
    items = [entry(r) for _ in range(count)]
    wrong = list(items)
    if r.random() < 0.5:
        wrong = wrong[1:] + wrong[:1]
        kind = "parts swapped"
    else:
        i = r.randrange(count)
        changed = miss(r, wrong[i])
        if changed is None:
            return None
        kind, wrong[i] = changed
    style = latex(r)
    label = r.choice(("({})", "\\text{{({})}}", "({})"))
    gap = r.choice((" ", ", ", "; ", " \\quad "))
    text = lambda values: gap.join(f"{label.format('abc'[k])} {write(v, style)}" for k, v in enumerate(values))
    return kind, text(items), text(wrong), ("parts", items), ("parts", wrong)


def choices(r):
    letters = "ABCDEFGH"[: r.randint(4, 8)]
    a, b = r.sample(letters, 2)
    if r.random() < 0.5:
        n = r.randint(2, 200)
        shown = r.choice((f"({b}) {n}", f"{b}. {n}", f"\\text{{({b})}}\\ {n}", f"\\textbf{{({b})}} {n}", f"({b}) \\frac{{{n}}}{{7}}"))
        return "other letter with its text", r.choice((a, f"({a})")), shown, ("word", a), ("word", b)
    dress = lambda c: r.choice((c, f"({c})", f"\\text{{{c}}}", f"\\text{{({c})}}", f"\\textbf{{({c})}}", f"\\mathrm{{({c})}}", f"\\textbf{{{c}}}", f"{c}."))
    return "other letter", r.choice((a, f"({a})", f"\\text{{{a}}}", f"\\text{{({a})}}")), dress(b), ("word", a), ("word", b)


def hedging(r):
    """A response that offers the right answer among others: (kind, reference, answer, response)."""
    t = r.choice((entry, forms.integers, forms.fractions))(r)
    changed = miss(r, t)
    if changed is None or len(write(t, Style(r, "latex"))) > 60 or scalars_differ(t, changed[1])[0] is not True:
        return None
    style = latex(r)
    a, b = write(t, style), write(changed[1], style)
    if r.random() < 0.5:
        first, second = b, a
    else:
        first, second = a, b
    kind, body = r.choice((
        ("two boxes with or", f"The answer is either $\\boxed{{{first}}}$ or $\\boxed{{{second}}}$."),
        ("or in one box", f"So we get \\boxed{{{first} \\text{{ or }} {second}}}."),
        ("a list in one box", f"Thus $\\boxed{{{first}, {second}}}$."),
        ("a set in one box", f"Thus $\\boxed{{\\{{{first}, {second}\\}}}}$."),
        ("a tuple in one box", f"Thus $\\boxed{{\\left({first}, {second}\\right)}}$."),
        ("the last box wrong", f"The answer is \\boxed{{{a}}}. On second thoughts it is \\boxed{{{b}}}."),
        ("the last phrase wrong", f"The answer is ${a}$. No: the final answer is ${b}$."),
        ("the box wrong, the text right", f"The answer is ${a}$, so we write \\boxed{{{b}}}."),
        ("the right one in the thoughts", f"<think>It is \\boxed{{{a}}}.</think>\nThe answer is \\boxed{{{b}}}."),
    ))
    return kind, a, body, body


DRESSINGS = (
    ("not", "\\text{{not }} {a}"), ("unequal", "\\neq {a}"), ("unequal", "x \\ne {a}"), ("more than", "> {a}"), ("at least", "\\geq {a}"), ("at least", "\\text{{at least }} {a}"), ("less than", "\\text{{less than }} {a}"),
    ("a letter more", "{a}x"), ("a letter more", "{a}k"), ("a constant more", "{a} + C"), ("a factorial more", "({a})!"), ("a root more", "\\sqrt{{{a}}}"), ("a power more", "({a})^2"), ("minus", "-({a})"),
    ("reciprocal", "\\frac{{1}}{{{a}}}"), ("goes on", "{a}, \\ldots"), ("the imaginary unit more", "{a}i"), ("an operation more", "{a} + 1"), ("an operation more", "2 \\cdot {a}"),
    ("a digit more", "{a}0"), ("a digit more", "1{a}"), ("doubt", "{a}?"), ("between", "\\text{{between }} {a} \\text{{ and }} {b}"), ("from to", "{a}-{b}"), ("plus or minus", "{a} \\pm 1"), ("impossible", "\\text{{no solution}}"), ("empty", "\\varnothing"),
    ("equal to another", "{a} = {b}"), ("equal to another", "{b} = {a}"), ("congruent", "{a} \\pmod{{{b}}}"), ("divides", "{a} \\mid {b}"), ("interval", "[{a}, {b}]"), ("conditional", "{a} \\text{{ if }} x > 0"),
)


def dressings(r):
    """A right number with something about it that changes what is said."""
    n = r.randint(3, 400)
    kind, template = r.choice(DRESSINGS)
    answer = template.format(a=n, b=n + r.randint(1, 30))
    if kind == "doubt":
        return None
    return kind, str(n), answer, ("word", str(n)), ("word", answer)


STRUCTURED = {
    "percent": percent, "currency": currency, "thousands-separators": thousands_separators, "bases": bases, "ratios": ratios, "degrees": degrees, "units": units,
    "infinities": infinities, "tuples": tuples, "lists": lists, "sets": sets, "intervals": intervals, "unions": unions, "set-builder": set_builders,
    "plus-minus": plus_minus, "matrices": matrices, "vectors": vectors, "equations": equations, "assignments": assignments, "inequalities": inequalities,
    "systems": systems, "piecewise": piecewise, "text": text_answers, "dates-times": dates, "multi-part": multi_part, "choice": choices,
    "dressings": dressings,
}


def sum_of_roots(radicands):
    return add(*(root(num(n), 2) for n in radicands))


def coincidences(r):
    """Pairs that agree to many digits by accident or by a theorem: (kind, a, b)."""
    n = r.randint(20, 240)
    pick = r.randrange(22)
    lucas = [2, 1]
    while len(lucas) <= n:
        lucas.append(lucas[-1] + lucas[-2])
    phi = div(add(num(1), root(num(5), 2)), num(2))
    table = (
        (power(E, mul(PI, root(num(163), 2))), num(262537412640768744)),
        (power(E, mul(PI, root(num(67), 2))), num(147197952744)),
        (power(E, mul(PI, root(num(43), 2))), num(884736744)),
        (power(E, mul(PI, root(num(58), 2))), num(24591257752)),
        (PI, num(Fraction(*r.choice(((22, 7), (355, 113), (103993, 33102), (104348, 33215), (5419351, 1725033), (428224593349304, 136308121570117)))))),
        (add(power(PI, 4), power(PI, 5)), power(E, 6)),
        (add(power(E, PI), neg(PI)), num(20)),
        (root(add(num(81), num(Fraction(361, 22))), 4), PI),
        (div(fn("ln", add(power(num(640320), 3), num(744))), root(num(163), 2)), PI),
        (sum_of_roots((1000001, 1000025, 1000031, 1000084, 1000087, 1000134, 1000158, 1000182, 1000198)), sum_of_roots((1000002, 1000018, 1000042, 1000066, 1000069, 1000113, 1000116, 1000175, 1000199))),
        (add(power(num(3987), 12), power(num(4365), 12)), power(num(4472), 12)),
        (root(add(power(num(1782), 12), power(num(1841), 12)), 12), num(1922)),
        (power(phi, n), num(lucas[n])),
        (power(add(num(2), root(num(3), 2)), n), num(_near_integer(n, 2, 3))),
        (power(add(num(1), root(num(2), 2)), n), num(_near_integer(n, 1, 2))),
        (div(add(power(E, n), num(-1)), add(power(E, n), num(1))), num(1)),
        (fn("cos", div(num(1), power(num(10), n // 4))), num(1)),
        (root(add(power(num(10), 2 * (n // 4)), num(1)), 2), power(num(10), n // 4)),
        (add(root(add(power(num(n), 2), num(1)), 2), num(-n)), div(num(1), num(2 * n))),
        (fn("sin", num(r.choice((355, 103993, 104348, 710, 833719, 80143857)))), num(0)),
        (add(mul(num(4), fn("arctan", num(Fraction(1, 5)))), neg(fn("arctan", num(Fraction(1, r.choice((238, 240, 2390))))))), div(PI, num(4))),
        (power(add(num(1), div(num(1), power(num(10), n // 5))), power(num(10), min(n // 5, 6))), E) if n // 5 <= 6 else (add(num(Fraction(10**n - 1, 10**n)), num(0)), num(1)),
    )
    a, b = table[pick]
    if r.random() < 0.35:
        k = num(r.randint(2, 30))
        a, b = (add(a, k), add(b, k)) if r.random() < 0.5 else (mul(k, a), mul(k, b))
    if r.random() < 0.5:
        a, b = b, a
    return "near coincidence", a, b


def _near_integer(n, a, b):
    """(a + sqrt b)^n + (a - sqrt b)^n, by its recurrence."""
    x, y = 2, 2 * a
    for _ in range(n - 1):
        x, y = y, 2 * a * y - (a * a - b) * x
    return y


PRIMES = (2**31 - 1, 10**9 + 7, 998244353, 2**61 - 1, 2**64 - 59, 2**63 - 25, 2**89 - 1, 2**107 - 1, 2**127 - 1, 2**53 - 111, 2**62 - 57, 2**60 - 93, 2**59 - 55, 2**255 - 19, 2**521 - 1)


def traps(r):
    """Pairs that agree at most points one would try: (kind, a, b, witness where they differ)."""
    x = sym("x")
    c = r.choice((20, 50, 100, 1000, 10**4, 10**6))
    p = r.choice(PRIMES)
    pick = r.randrange(20)
    base = r.choice((x, mul(num(r.randint(2, 9)), x), power(x, 2), add(x, num(small(r)))))
    at = lambda v: {"x": Fraction(v)}
    if pick == 0:
        k = r.randint(4, 21)
        vanishing = mul(x, *(add(x, num(-j)) for j in range(1, k)))
        return "vanishes at small integers", base, add(base, vanishing), None
    if pick == 1:
        return "exponent a known prime", x, power(x, p), at(2)
    if pick == 2:
        return "off by a known prime", base, add(base, num(p)), None
    if pick == 3:
        n = small(r, -99, 99)
        return "off by a known prime", num(n), num(n + p * r.choice((1, 1, 2, p))), None
    if pick == 4:
        return "absolute value far off", num(0) if base is x else base, add(num(0) if base is x else base, ("abs", add(x, num(-c))), x, num(-c)), at(c + 7)
    if pick == 5:
        return "maximum far off", base, add(base, ("max", (num(0), add(x, num(-c))))), at(c + 7)
    if pick == 6:
        return "root of a square far off", add(num(c), neg(x)), root(power(add(x, num(-c)), 2), 2), at(c + 7)
    if pick == 7:
        return "floor far off", base, add(base, ("floor", div(power(x, 2), num(c * c)))), at(c + 7)
    if pick == 8:
        return "narrow bump", base, add(base, power(E, neg(mul(num(10 ** r.randint(2, 6)), power(add(x, num(-c)), 2))))), at(c)
    if pick == 9:
        return "vanishes at integers", base, add(base, fn("sin", mul(PI, x))), None
    if pick == 10:
        return "root of a square", x, root(power(x, 2), 2), at(-3)
    if pick == 11:
        return "zero to all digits of a float", base, add(base, mul(num(Fraction(1, 10**r.randint(17, 60))), power(x, r.randint(1, 3)))), None
    if pick == 12:
        y = sym("y")
        return "vanishes where x is y", add(base, y), add(base, y, mul(num(r.randint(2, 9)), add(x, neg(y)))), None
    if pick == 14:
        name, inverse = r.choice((("sin", "arcsin"), ("tan", "arctan"), ("cos", "arccos")))
        return "inverse beyond its branch", x, fn(inverse, fn(name, x)), at(Fraction(-7, 2))
    if pick == 15:
        return "remainder far off", x, add(x, neg(mul(num(c), ("floor", div(x, num(c)))))), at(-c - 7)
    if pick == 16:
        return "minimum far off", base, add(base, ("min", (num(0), add(x, num(c))))), at(-c - 7)
    if pick == 17:
        return "root of an expanded square", add(num(c), neg(x)), root(add(power(x, 2), neg(mul(num(2 * c), x)), num(c * c)), 2), at(c + 7)
    if pick == 18:
        return "hyperbolic tangent as a sign", num(1), power(fn("tanh", mul(num(10 ** r.randint(3, 5)), x)), 2), at(Fraction(1, 10**5))
    if pick == 19:
        return "absolute difference that cancels", num(0) if base is x else base, add(num(0) if base is x else base, ("abs", add(x, num(c))), neg(("abs", add(x, num(c + 1)))), num(1)), at(-c - 7)
    return "differs below a constant", base, ("max", (base, add(base, neg(x), num(-c)))), at(-10 * c)
