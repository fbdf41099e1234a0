"""True rewritings of the forms that are more than one scalar. Makers return what those of `structured.py` do, with equal values."""
from fractions import Fraction

import forms
import structured
from forms import MONTHS, UNIT_WORDS, UNITS, WORDS, distinct, entry, positive, small
from scalar_rules import local
from structured import DEGREE, MONEY, MONEY_NAME, ends, in_base, inequality_text, latex, unit_text, union_of, value
from tree import PI, add, mul, neg, num, power, root, sym
from write import Style, structure, terminating, thousands, write


def again(r, t):
    """The entry, sometimes rewritten by one identity."""
    if r.random() < 0.4:
        made = local(r, t)
        if made is not None:
            return made[1]
    return t


def percent(r):
    v = r.choice((Fraction(positive(r, 100)), Fraction(r.randint(1, 9999), 100)))
    text = terminating(v)
    sign = lambda: r.choice(("\\%", "%", "\\,\\%", " percent", "\\text{ percent}", " \\%"))
    pick = r.randrange(3)
    if pick == 0:
        return "decimal", text + sign(), terminating(v / 100), num(v / 100), num(v / 100)
    if pick == 1:
        return "trailing zero", text + sign(), text + ("0" if "." in text else ".0") + sign(), num(v), num(v)
    return "same, in another hand", text + sign(), text + sign(), num(v), num(v)


def currency(r):
    cents = r.choice((positive(r, 100) * 100, r.randint(1, 99999), r.randint(10**5, 10**7)))
    before, after = r.choice(MONEY)
    name = MONEY_NAME[before or after]
    other = r.choice([m for m in MONEY if MONEY_NAME[m[0] or m[1]] == name])
    spell = lambda: r.choice((f"{cents / 100:.2f}", str(cents // 100) if cents % 100 == 0 else f"{cents / 100:.2f}", thousands(cents // 100, r.choice((",", "{,}"))) + (f".{cents % 100:02d}" if cents % 100 else "")))
    meant = ("quantity", Fraction(cents, 100), name)
    return "same money", f"{before}{spell()}{after}", f"{other[0]}{spell()}{other[1]}", meant, meant


def thousands_separators(r):
    n = r.randint(1000, 10 ** r.choice((5, 6, 9, 15, 30)))
    separator = lambda: r.choice((",", "{,}", "\\,", ",\\!"))
    return "separator", thousands(n, separator()), r.choice((str(n), thousands(n, separator()))), value(n), value(n)


def bases(r):
    base = r.choice((2, 3, 4, 5, 6, 7, 8, 9, 12, 16))
    n = r.randint(5, 4000)
    digits = in_base(n, base)
    marks = [f"_{{{base}}}", f"_{{\\text{{{base}}}}}", *([f"_{base}"] if base < 10 else [])]
    first, second = r.choice(marks), r.choice(marks)
    return "same, in another hand", digits + first, f"({digits}){second}" if r.random() < 0.3 else digits + second, value(n), value(n)


def ratios(r):
    parts = [positive(r, 20) for _ in range(r.choice((2, 2, 3)))]
    k = r.choice((1, 2, 3, 5))
    if k > 1 and parts[0] * k < 25 and all(p >= 10 and p * k < 60 for p in parts[1:]):
        return None  # both could be times of day
    scaled = ("tuple", [value(Fraction(x, parts[-1])) for x in parts])
    join = lambda: r.choice((":", " : ", "\\colon ", " \\text{ to } ") if len(parts) == 2 else (":", " : "))
    return "scaled" if k > 1 else "same, in another hand", join().join(map(str, parts)), join().join(str(x * k) for x in parts), scaled, scaled


def degrees(r):
    v = r.choice((Fraction(positive(r, 360)), Fraction(r.randint(1, 720), 2)))
    text = terminating(v)
    meant = mul(num(v / 180), PI)
    if r.random() < 0.2:
        return "radians", text + r.choice(DEGREE), write(meant if v != 180 else PI, latex(r)), meant, meant
    return "same, in another hand", text + r.choice(DEGREE), text + r.choice(DEGREE), meant, meant


def units(r):
    dimension = r.choice(sorted(UNITS))
    table = UNITS[dimension]
    unit, other = r.choice(sorted(table)), r.choice(sorted(table))
    v = r.choice((Fraction(positive(r, 500)), Fraction(r.randint(1, 9999), 100)))
    w = v * table[unit] / table[other]
    shown = terminating(w)
    if shown is None or len(shown) > 16:
        return None
    meant = ("quantity", v * table[unit], dimension)
    return "converted" if unit != other else "same, in another hand", unit_text(r, terminating(v), unit), unit_text(r, shown, other), meant, meant


def infinities(r):
    signs = r.choice((("\\infty", "+\\infty", "∞", "+ \\infty", "\\text{infinity}", "infinity"), ("-\\infty", "−∞", "- \\infty", "-∞")))
    a, b = r.choice(signs), r.choice(signs)
    return "same, in another hand", a, b, ("word", signs[0]), ("word", signs[0])


def tuples(r):
    items = [entry(r) for _ in range(r.choice((2, 2, 3, 3, 4)))]
    other = [again(r, x) for x in items]
    return "entries rewritten", structure(("tuple", items), Style(r)), structure(("tuple", other), Style(r)), ("tuple", items), ("tuple", other)


def sets(r):
    items = distinct(r, r.choice((2, 3, 3, 4)))
    other = [again(r, x) for x in items]
    r.shuffle(other)
    return "members in another order", structure(("set", items), latex(r)), structure(("set", other), latex(r)), ("set", items), ("set", other)


def lists(r):
    items = distinct(r, r.choice((2, 3, 3, 4)))
    other = [again(r, x) for x in items]
    r.shuffle(other)

    def text(members):
        style = latex(r)
        parts = [write(x, style) for x in members]
        if r.random() < 0.3:
            return ", ".join(parts[:-1]) + r.choice((" \\text{ and } ", " and ", ", \\text{ and } ", " \\text{ or } ")) + parts[-1]
        return style.comma().join(parts)

    return "items in another order", text(items), text(other), ("set", items), ("set", other)


def rewritten_interval(r, s):
    return ("interval", None if s[1] is None else again(r, s[1]), None if s[2] is None else again(r, s[2]), s[3], s[4])


def intervals(r):
    s = ("interval", *ends(r))
    other = rewritten_interval(r, s)
    if r.random() < 0.3:
        return "inequality", structure(s, Style(r)), inequality_text(r, other, "x"), s, other
    return "ends rewritten", structure(s, Style(r)), structure(other, Style(r)), s, other


def unions(r):
    s = union_of(r)
    pieces = list(s[1])
    if r.random() < 0.4:
        return "inequalities", structure(s, latex(r)), r.choice((" \\text{ or } ", " or ")).join(inequality_text(r, p, "x") for p in pieces), s, s
    if r.random() < 0.5:
        pieces.reverse()
    return "pieces in another order", structure(s, latex(r)), structure(("union", pieces), latex(r)), s, s


def set_builders(r):
    x = r.choice(("x", "y", "t"))
    s = ("interval", *ends(r))
    bar = lambda: r.choice(("\\mid", "|", ":", "\\,|\\,"))
    domain = r.choice(("", " \\in \\mathbb{R}"))
    built = lambda x: f"\\{{{x}{domain} {bar()} {inequality_text(r, s, x)}\\}}"
    pick = r.randrange(3)
    if pick == 0:
        return "interval", built(x), structure(s, latex(r)), s, s
    if pick == 1:
        return "bound letter", built(x), built("u"), s, s
    return "same, in another hand", built(x), built(x), s, s


def plus_minus(r):
    a, b = small(r), forms.squarefree(r)
    pm = lambda: r.choice(("\\pm ", "±"))
    meant = ("set", [add(num(a), root(num(b), 2)), add(num(a), neg(root(num(b), 2)))])
    first = f"{a} {pm()}\\sqrt{{{b}}}"
    pick = r.randrange(3)
    if pick == 0:
        return "both written out", first, f"{a} + \\sqrt{{{b}}}, {a} - \\sqrt{{{b}}}", meant, meant
    if pick == 1:
        return "both written out", first, f"{a} - \\sqrt{{{b}}} \\text{{ and }} {a} + \\sqrt{{{b}}}", meant, meant
    return "over one denominator", first, f"\\frac{{{3 * a} {pm()}3\\sqrt{{{b}}}}}{{3}}", meant, meant


def matrices(r, rows=None, columns=None):
    rows, columns = rows or r.choice((2, 2, 3)), columns or r.choice((2, 2, 3))
    cells = [[entry(r) if r.random() < 0.5 else num(r.randint(-12, 12)) for _ in range(columns)] for _ in range(rows)]
    other = [[again(r, x) for x in row] for row in cells]
    return "entries rewritten", structure(("matrix", cells), latex(r)), structure(("matrix", other), latex(r)), ("matrix", cells), ("matrix", other)


def vectors(r):
    return matrices(r, r.choice((2, 3, 4)), 1)


def equations(r):
    s = structured.equation_of(r)
    pick = r.randrange(4)
    if pick == 0:
        other, kind = ("equation", s[2], s[1]), "sides swapped"
    elif pick == 1:
        other, kind = ("equation", add(*(s[1][1] if s[1][0] == "add" else (s[1],)), *(neg(x) if x[0] != "num" else num(-x[1]) for x in (s[2][1] if s[2][0] == "add" else (s[2],)))), num(0)), "all on one side"
    elif pick == 2:
        k = num(r.choice((2, 3, -1, 5)))
        scale = lambda t: add(*(mul(k, x) if x[0] != "num" else num(k[1] * x[1]) for x in t[1])) if t[0] == "add" else (num(k[1] * t[1]) if t[0] == "num" else mul(k, t))
        other, kind = ("equation", scale(s[1]), scale(s[2])), "multiplied through"
    else:
        other, kind = s, "same, in another hand"
    return kind, structure(s, Style(r)), structure(other, Style(r)), s, other


def assignments(r):
    t = entry(r)
    x = r.choice(("x", "y", "n", "a", "k", "\\theta", "S"))
    style, other = latex(r), latex(r)
    pick = r.randrange(3)
    if pick == 0:
        return "name left out", f"{x} = {write(t, style)}", write(again(r, t), other), t, t
    if pick == 1:
        u = entry(r)
        return "order of names", f"x = {write(t, style)}, y = {write(u, style)}", f"y = {write(u, other)}, x = {write(again(r, t), other)}", t, t
    return "value rewritten", f"{x} = {write(t, style)}", f"{x}={write(again(r, t), other)}", t, t


def inequalities(r):
    x = r.choice(("x", "y", "t", "a"))
    s = ("interval", *ends(r))
    other = rewritten_interval(r, s)
    if r.random() < 0.3:
        return "interval", inequality_text(r, s, x), structure(other, Style(r)), s, other
    return "same, in another hand", inequality_text(r, s, x), inequality_text(r, other, x), s, other


def systems(r):
    rows = [[small(r, -9, 9) for _ in range(3)] for _ in range(2)]
    if rows[0][0] * rows[1][1] == rows[0][1] * rows[1][0]:
        return None
    style = latex(r)
    x, y = sym("x"), sym("y")
    line = lambda row: write(add(mul(num(row[0]), x), mul(num(row[1]), y)), style) + " = " + str(row[2])
    text = lambda m: "\\begin{cases} " + " \\\\ ".join(map(line, m)) + " \\end{cases}"
    k = r.choice((2, 3, -1))
    other = [list(rows[1]), list(rows[0])] if r.random() < 0.5 else [list(rows[0]), [k * c for c in rows[1]]]
    return "rows moved or scaled", text(rows), text(other), ("word", ""), ("word", "")


def piecewise(r):
    cut = r.randint(-5, 5)
    x = sym("x")
    pieces = [(add(mul(num(r.randint(2, 9)), x), num(small(r))), f"x < {cut}"), (add(power(x, 2), num(small(r))), f"x \\ge {cut}")]
    style = latex(r)
    text = lambda p, gap: "\\begin{cases} " + " \\\\ ".join(f"{write(v, style)} & {gap}{c}" for v, c in p) + " \\end{cases}"
    pick = r.randrange(3)
    if pick == 0:
        other = text(pieces[::-1], "")
    elif pick == 1:
        other = text(pieces, "\\text{if } ")
    else:
        other = text([pieces[0], (pieces[1][0], "\\text{otherwise}")], "")
    return ("branches in another order", "the word if", "the word otherwise")[pick], text(pieces, r.choice(("", "\\text{if } "))), other, ("word", ""), ("word", "")


def text_answers(r):
    a = r.choice(r.choice(WORDS))
    dress = lambda: r.choice((a, f"\\text{{{a}}}", f"\\text{{ {a} }}", f"\\textbf{{{a}}}", a.lower(), a.capitalize(), f"\\text{{{a}}}.", f"\\mathrm{{{a}}}" if " " not in a else a, f"\\textit{{{a}}}"))
    return "same, in another hand", r.choice((a, f"\\text{{{a}}}")), dress(), ("word", a), ("word", a)


def dates(r):
    if r.random() < 0.5:
        hour, minute = r.randint(1, 11), r.randint(0, 59)
        half = r.choice("ap")
        spell = lambda: r.choice((f"{hour}:{minute:02d} {half}m", f"{hour}:{minute:02d}\\text{{ {half}.m.}}", f"{hour}:{minute:02d} {half.upper()}M", f"{hour}:{minute:02d}\\,\\text{{{half.upper()}M}}", f"{hour:02d}:{minute:02d} {half}.m.", *([f"{hour + 12}:{minute:02d}"] if half == "p" else [])))
        return "same time", spell(), spell(), ("word", ""), ("word", "")
    year, month, day = r.randint(1800, 2030), r.randint(1, 12), r.randint(1, 28)
    name = MONTHS[month - 1]
    full = lambda: r.choice((f"{name} {day}, {year}", f"{day} {name} {year}", f"\\text{{{name} }}{day}, {year}", f"\\text{{{name} {day}, {year}}}", f"{year}-{month:02d}-{day:02d}", f"{name[:3]} {day}, {year}", f"{name} {day}{'th' if 4 <= day <= 20 or day % 10 not in (1, 2, 3) else {1: 'st', 2: 'nd', 3: 'rd'}[day % 10]}, {year}"))
    return "same day", full(), full(), ("word", ""), ("word", "")


def multi_part(r):
    items = [entry(r) for _ in range(r.choice((2, 2, 3)))]
    other = [again(r, x) for x in items]

    def text(values):
        style = latex(r)
        label, gap = r.choice(("({})", "\\text{{({})}}")), r.choice((" ", ", ", "; ", " \\quad "))
        return gap.join(f"{label.format('abc'[k])} {write(v, style)}" for k, v in enumerate(values))

    return "parts rewritten", text(items), text(other), ("parts", items), ("parts", other)


def choices(r):
    a = r.choice("ABCDE")
    dress = lambda: r.choice((a, f"({a})", f"\\text{{{a}}}", f"\\text{{({a})}}", f"\\textbf{{({a})}}", f"\\mathrm{{({a})}}", f"\\textbf{{{a}}}", f"{a}.", f"\\text{{{a}.}}", f"{{\\text{{{a}}}}}"))
    return "same, in another hand", r.choice((a, f"({a})", f"\\text{{{a}}}", f"\\text{{({a})}}")), dress(), ("word", a), ("word", a)


RULES = {
    "percent": percent, "currency": currency, "thousands-separators": thousands_separators, "bases": bases, "ratios": ratios, "degrees": degrees, "units": units,
    "infinities": infinities, "tuples": tuples, "lists": lists, "sets": sets, "intervals": intervals, "unions": unions, "set-builder": set_builders,
    "plus-minus": plus_minus, "matrices": matrices, "vectors": vectors, "equations": equations, "assignments": assignments, "inequalities": inequalities,
    "systems": systems, "piecewise": piecewise, "text": text_answers, "dates-times": dates, "multi-part": multi_part, "choice": choices,
}
