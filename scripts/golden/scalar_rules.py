"""True rewritings of scalars, by form. Each rule returns (kind, tree, tree) with one value, or None to try again; the oracle checks every pair."""
from fractions import Fraction

import sympy

import forms
from forms import fraction, positive, small, squarefree
from from_sympy import from_sympy
from tree import E, I, PI, add, children, div, exact, fn, mul, neg, num, paths, power, rebuild, replace, root, sym, to_sympy
from write import terminating, thousands


def shuffled(r, t):
    """Sums and products with their parts in another order, everywhere in the tree."""
    t = rebuild(t, [shuffled(r, kid) for kid in children(t)])
    if t[0] == "add":
        items = list(t[1])
        r.shuffle(items)
        return ("add", tuple(items))
    if t[0] == "mul":
        items = list(t[1])
        head = [items.pop(0)] if items[0][0] == "num" else []
        r.shuffle(items)
        return ("mul", tuple(head + items))
    return t


def local(r, t):
    """One plain identity applied at one place."""
    spots = list(paths(t))
    r.shuffle(spots)
    for path, sub in spots:
        for kind, new in local_forms(r, sub):
            return kind, replace(t, path, new)
    return None


def local_forms(r, t):
    out = []
    kind = t[0]
    if kind == "num" and t[2] is None and t[1].denominator != 1:
        out.append(("sum of whole and part", add(num(t[1].numerator // t[1].denominator), num(t[1] - t[1].numerator // t[1].denominator)))) if abs(t[1]) > 1 else None
        k = r.randint(2, 6)
        out.append(("not in lowest terms", div(num(t[1].numerator * k), num(t[1].denominator * k))))
        text = terminating(t[1])
        if text is not None and len(text) < 12:
            out.append(("decimal", num(t[1], text)))
    if kind == "root":
        out.append(("root as a power", power(t[1], Fraction(1, t[2])))) if exact(t[1]) is None or exact(t[1]) > 0 else None
    if kind == "pow" and t[2][0] == "num" and t[2][1].denominator == 1:
        e = t[2][1]
        if e < 0:
            out.append(("negative exponent", div(num(1), power(t[1], -e)) if e != -1 else div(num(1), t[1])))
        elif 2 <= e <= 4:
            out.append(("power as a product", mul(*([t[1]] * int(e)))))
        elif e > 4:
            out.append(("power split", mul(power(t[1], 2), power(t[1], e - 2))))
    if kind == "div":
        out.append(("division as a negative power", mul(t[1], power(t[2], -1))))
        if t[1][0] == "add":
            out.append(("fraction split", add(*(div(x, t[2]) for x in t[1][1]))))
    if kind == "abs":
        out.append(("difference turned", ("abs", neg(t[1]) if t[1][0] != "add" else add(*(negated(x) for x in t[1][1])))))
    if kind == "add" and len(t[1]) == 2:
        out.append(("minus the other way", neg(add(negated(t[1][0]), negated(t[1][1])))))
    if kind == "mul" and any(x[0] == "add" for x in t[1]):
        k = next(i for i, x in enumerate(t[1]) if x[0] == "add")
        rest = t[1][:k] + t[1][k + 1:]
        out.append(("multiplied out", add(*(mul(*rest, x) for x in t[1][k][1]))))
    r.shuffle(out)
    return [x for x in out if x is not None]


def negated(t):
    if t[0] == "num":
        return neg(t)
    if t[0] == "neg":
        return t[1]
    if t[0] == "mul" and t[1][0][0] == "num" and t[1][0][2] is None:
        rest = t[1][1:]
        return mul(num(-t[1][0][1]), *rest) if t[1][0][1] != -1 else mul(*rest)
    return neg(t)


SYMPY = {
    "expand": sympy.expand, "factor": sympy.factor, "together": sympy.together, "apart": lambda e: sympy.apart(e) if len(e.free_symbols) == 1 else e, "cancel": sympy.cancel,
    "radsimp": sympy.radsimp, "expand_trig": sympy.expand_trig, "trigsimp": sympy.trigsimp, "logcombine": lambda e: sympy.logcombine(e, force=True), "expand_log": lambda e: sympy.expand_log(e, force=True),
    "expand_complex": lambda e: sympy.expand(e, complex=True), "sqrtdenest": sympy.sqrtdenest,
}


def by_sympy(r, t, *names):
    e = to_sympy(t)
    if e is None or e.has(sympy.zoo, sympy.nan, sympy.oo):
        return None
    name = r.choice(names)
    try:
        out = from_sympy(SYMPY[name](e))
    except (sympy.PolynomialError, NotImplementedError):
        return None
    return None if out is None or out == t else (name, t, out)


def general(make, *sympy_names):
    """Shuffling, one local identity, or a sympy rewriting of a random tree of the form."""
    def rule(r):
        t = make(r)
        pick = r.random()
        if pick < 0.2 or (pick < 0.35 and not sympy_names):
            return "same, in another hand", t, t
        if pick < 0.4:
            other = shuffled(r, t)
            return "parts in another order", t, other
        if pick < 0.7 or not sympy_names:
            made = local(r, t)
            return None if made is None else (made[0], t, made[1])
        return by_sympy(r, t, *sympy_names)
    return rule


def integers(r):
    n = forms.big_integer(r) if r.random() < 0.5 else small(r, -999, 999)
    return r.choice((
        ("trailing point zero", num(n), num(n, f"{n}.{'0' * r.randint(1, 3)}")),
        ("whole as a fraction", num(n), div(num(n * 2), num(2))),
        ("separators", num(n, str(n)), num(n, thousands(n, r.choice((",", "{,}", "\\,"))))) if abs(n) >= 1000 else ("difference", num(n), add(num(n + 7), num(-7))),
        ("sum", num(n), add(num(n - 3), num(3))),
    ))


def decimals(r):
    t = forms.decimals(r)
    v, text = t[1], t[2]
    return r.choice((
        ("trailing zeros", t, num(v, text + "0" * r.randint(1, 4))),
        ("fraction", t, num(v)),
        ("scientific", t, ("sci", terminating(v / 10 ** len(text.split(".")[0].lstrip("-")) * 10), len(text.split(".")[0].lstrip("-")) - 1)),
        ("zero before the point left out", t, num(v, text.replace("0.", ".", 1))) if text.lstrip("-").startswith("0.") else ("fraction over a power of ten", t, div(num(v * 10 ** len(text.split(".")[1])), power(num(10), len(text.split(".")[1])))),
    ))


def fractions(r):
    v = fraction(r, 90)
    made = r.choice((
        ("not in lowest terms", num(v), div(num(v.numerator * 3), num(v.denominator * 3))),
        ("minus below", num(v), div(num(-v.numerator), num(-v.denominator))),
        ("mixed", num(v), ("mixed", int(v), abs(v.numerator) % v.denominator, v.denominator)) if abs(v) > 1 else ("quotient of fractions", num(v), div(num(Fraction(v.numerator, 7)), num(Fraction(v.denominator, 7)))),
        ("decimal", num(v), num(v, terminating(v))) if terminating(v) is not None else ("product", num(v), mul(num(v.numerator), num(Fraction(1, v.denominator)))),
        ("same, in another hand", num(v), num(v)),
    ))
    return made


def mixed(r):
    t = forms.mixed(r)
    v = exact(t)
    return r.choice((
        ("improper fraction", t, num(v)), ("sum", t, add(num(t[1]), num(v - t[1]))), ("same, in another hand", t, t),
        ("decimal", t, num(v, terminating(v))) if terminating(v) is not None else ("improper fraction", t, num(v)),
    ))


def scientific(r):
    t = forms.scientific(r)
    v = exact(t)
    m = Fraction(t[1])
    return r.choice((
        ("written out", t, num(v, terminating(v))), ("same, in another hand", t, t), ("mantissa shifted", t, ("sci", terminating(m * 10), t[2] - 1)), ("mantissa shifted", t, ("sci", terminating(m / 10), t[2] + 1)),
        ("fraction", t, num(v)) if abs(t[2]) < 12 else ("written out", t, num(v, terminating(v))),
    ))


def repeating(r):
    t = forms.repeating(r)
    whole, fixed, cycle = t[1:]
    if cycle == "9" or set(cycle) == {"9"}:
        v = exact(t)
        return "nines", t, num(v, terminating(v))
    return r.choice((
        ("fraction", t, num(exact(t))), ("cycle written twice", t, ("rep", whole, fixed, cycle * 2)), ("cycle started later", t, ("rep", whole, fixed + cycle[0], cycle[1:] + cycle[0])), ("same, in another hand", t, t),
        ("nines", num(int(whole) + 1 if not whole.startswith("-") else int(whole) - 1), ("rep", whole, "", "9")),
    ))


def roots(r):
    pick = r.randrange(6)
    m, k = squarefree(r), positive(r, 12)
    if pick == 0:
        return "square pulled out", mul(num(k + 1), root(num(m), 2)), root(num((k + 1) ** 2 * m), 2)
    if pick == 1:
        return "denominator rationalised", div(num(k), root(num(m), 2)), div(mul(num(k), root(num(m), 2)), num(m))
    if pick == 2:
        n = squarefree(r)
        return "roots multiplied", mul(root(num(m), 2), root(num(n), 2)), root(num(m * n), 2)
    if pick == 3:
        return "cube pulled out", mul(num(k + 1), root(num(m), 3)), root(num((k + 1) ** 3 * m), 3)
    if pick == 4:
        return "root of a quotient", root(num(Fraction(m, k + 1)), 2), div(root(num(m), 2), root(num(k + 1), 2))
    return general(forms.roots, "radsimp", "radsimp", "expand")(r)


def nested_radicals(r):
    a, b = squarefree(r, 40), squarefree(r, 40)
    if a == b:
        return None
    a, b = max(a, b), min(a, b)
    pick = r.randrange(5)
    if pick == 0:
        return "denested", root(add(num(a + b), mul(num(2), root(num(a * b), 2))), 2), add(root(num(a), 2), root(num(b), 2))
    if pick == 1:
        return "denested", root(add(num(a + b), neg(mul(num(2), root(num(a * b), 2)))), 2), add(root(num(a), 2), neg(root(num(b), 2)))
    if pick == 2:
        k = squarefree(r, 30)
        return "denested", root(add(num(a * a + k), mul(num(2 * a), root(num(k), 2))), 2), add(num(a), root(num(k), 2))
    if pick == 3:
        # (p + q sqrt n)^3 = u + v sqrt n, so the cube roots of u ± v sqrt n sum to 2p
        p, q, n = positive(r, 5), positive(r, 3), squarefree(r, 12)
        u, v = p**3 + 3 * p * q * q * n, 3 * p * p * q + q**3 * n
        return "cube roots that sum to a whole", add(root(add(num(u), mul(num(v), root(num(n), 2))), 3), root(add(num(u), neg(mul(num(v), root(num(n), 2)))), 3)), num(2 * p)
    return general(forms.nested_radicals)(r)


def powers(r):
    pick = r.randrange(6)
    a, m, n = r.randint(2, 12), r.randint(2, 40), r.randint(2, 40)
    if pick == 0:
        return "worked out", power(num(a), m), num(a**m)
    if pick == 1:
        return "exponents added", power(num(a), m + n), mul(power(num(a), m), power(num(a), n))
    if pick == 2:
        return "power of a power", power(num(a), m * 2), power(num(a * a), m)
    if pick == 3:
        return "negative exponent", div(num(1), power(num(a), m + 60)), power(num(a), -(m + 60))
    if pick == 4:
        v = fraction(r, 7)
        return "fractional exponent as a root", power(num(a), v), (root(power(num(a), v.numerator), v.denominator) if v > 0 else div(num(1), root(power(num(a), -v.numerator), v.denominator)))
    return general(forms.powers)(r)


def logs(r):
    a, b, k = r.randint(2, 30), r.randint(2, 30), r.randint(2, 9)
    x, y = sym("x"), sym("y")
    return r.choice((
        ("base changed", ("log", num(a), num(b)), div(fn("ln", num(b)), fn("ln", num(a)))) if a != b else None,
        ("power in front", fn("ln", num(a**k)), mul(num(k), fn("ln", num(a)))),
        ("product as a sum", fn("ln", num(a * b)), add(fn("ln", num(a)), fn("ln", num(b)))),
        ("quotient as a difference", fn("ln", num(Fraction(a, b))), add(fn("ln", num(a)), neg(fn("ln", num(b))))) if a != b else None,
        ("minus the log", fn("ln", num(Fraction(1, a))), neg(fn("ln", num(a)))),
        ("base and argument powers", ("log", num(a**2), num(b)), div(("log", num(a), num(b)), num(2))),
        ("log worked out", ("log", num(a), num(a**k)), num(k)),
        ("log of a product of letters", fn("ln", mul(x, y)), add(fn("ln", x), fn("ln", y))),
        ("exponential of a log", power(E, mul(num(k), fn("ln", num(a)))), num(a**k)),
        ("base ten", ("log", None, num(a)), ("log", num(10), num(a))),
        ("half for the root", mul(num(Fraction(1, 2)), fn("ln", num(a))), fn("ln", root(num(a), 2))),
        general(forms.logs)(r),
    ))


def trigonometry(r):
    x = sym(r.choice(("x", "t", "\\theta", "a")))
    s, c, t = fn("sin", x), fn("cos", x), fn("tan", x)
    k = r.randint(2, 9)
    angle = lambda n, d: div(mul(num(n), PI), num(d))
    table = (
        ("one", num(1), add(power(s, 2), power(c, 2))),
        ("sine squared", power(s, 2), add(num(1), neg(power(c, 2)))),
        ("double angle", fn("sin", mul(num(2), x)), mul(num(2), s, c)),
        ("double angle", fn("cos", mul(num(2), x)), add(num(1), neg(mul(num(2), power(s, 2))))),
        ("double angle", fn("cos", mul(num(2), x)), add(power(c, 2), neg(power(s, 2)))),
        ("quotient", t, div(s, c)),
        ("secant", power(fn("sec", x), 2), add(num(1), power(t, 2))),
        ("reciprocal", fn("sec", x), div(num(1), c)),
        ("reciprocal", fn("cot", x), div(c, s)),
        ("triple angle", fn("sin", mul(num(3), x)), add(mul(num(3), s), neg(mul(num(4), power(s, 3))))),
        ("half power", power(c, 2), div(add(num(1), fn("cos", mul(num(2), x))), num(2))),
        ("cofunction", s, fn("cos", add(div(PI, num(2)), neg(x)))),
        ("even", fn("cos", neg(x)), c),
        ("odd", fn("sin", neg(x)), neg(s)),
        ("sum to product", add(s, fn("sin", mul(num(3), x))), mul(num(2), fn("sin", mul(num(2), x)), c)),
        ("value", fn("sin", angle(1, 12)), div(add(root(num(6), 2), neg(root(num(2), 2))), num(4))),
        ("value", fn("cos", angle(1, 5)), div(add(num(1), root(num(5), 2)), num(4))),
        ("value", fn("tan", angle(1, 8)), add(root(num(2), 2), num(-1))),
        ("value", fn("sin", angle(r.choice((1, 2, 4, 5)), 3)), None),
        ("value", fn("cos", angle(r.choice((1, 3, 5, 7)), 4)), None),
        ("value", fn("tan", angle(r.choice((1, 5, 7)), 6)), None),
        ("sum of cosines", add(fn("cos", angle(1, 7)), fn("cos", angle(3, 7)), fn("cos", angle(5, 7))), num(Fraction(1, 2))),
        ("product of sines", mul(fn("sin", angle(1, 18)), fn("sin", angle(5, 18)), fn("sin", angle(7, 18))), num(Fraction(1, 8))),
        ("period", fn("sin", num(k)), fn("sin", add(num(k), mul(num(2), PI)))),
    )
    kind, a, b = r.choice(table)
    if b is None:
        b = from_sympy(to_sympy(a))
    if r.random() < 0.5:
        scale = num(small(r, -9, 9))
        a, b = (mul(scale, a), mul(scale, b)) if r.random() < 0.5 else (add(a, scale), add(b, scale))
    return kind, a, b


def inverse_trigonometry(r):
    q = fraction(r, 12)
    p, s = abs(q), Fraction(positive(r, 9), 10)
    at = lambda v: fn("arctan", num(v))
    return r.choice((
        ("reciprocal argument", at(p), add(div(PI, num(2)), neg(at(1 / p)))),
        ("arcsine by arccosine", fn("arcsin", num(s)), add(div(PI, num(2)), neg(fn("arccos", num(s))))),
        ("odd", at(-p), neg(at(p))),
        ("Machin", add(mul(num(4), at(Fraction(1, 5))), neg(at(Fraction(1, 239)))), div(PI, num(4))),
        ("Euler", add(at(Fraction(1, 2)), at(Fraction(1, 3))), div(PI, num(4))),
        ("Hermann", add(mul(num(2), at(Fraction(1, 2))), neg(at(Fraction(1, 7)))), div(PI, num(4))),
        ("three", add(at(1), at(2), at(3)), PI),
        ("value", fn("arccos", num(Fraction(-1, 2))), div(mul(num(2), PI), num(3))),
        ("value", fn("arcsin", div(root(num(3), 2), num(2))), div(PI, num(3))),
        ("doubled", mul(num(2), at(Fraction(1, 3))), at(Fraction(3, 4))),
        ("of the function", fn("arcsin", fn("sin", num(s))), num(s)),
        ("the function of", fn("cos", fn("arcsin", num(Fraction(3, 5)))), num(Fraction(4, 5))),
        ("the function of", fn("tan", fn("arccos", num(Fraction(5, 13)))), num(Fraction(12, 5))),
        ("same, in another hand", at(p), at(p)),
    ))


def factorials(r):
    n, k = r.randint(4, 40), r.randint(2, 4)
    f = lambda m: ("fact", num(m))
    return r.choice((
        ("worked out", f(n), num(exact(f(n)))), ("last factor taken out", f(n), mul(num(n), f(n - 1))), ("quotient", div(f(n), f(n - 2)), num(n * (n - 1))),
        ("quotient in factors", div(f(n + k), f(n)), mul(*(num(n + j) for j in range(k, 0, -1)))), ("below one", div(num(1), f(n)), num(Fraction(1) / exact(f(n)))), ("same, in another hand", f(n), f(n)),
    ))


def binomials(r):
    n = r.randint(5, 60)
    k = r.randint(2, n - 2)
    b = lambda n, k: ("binom", num(n), num(k))
    return r.choice((
        ("worked out", b(n, k), num(exact(b(n, k)))), ("other side", b(n, k), b(n, n - k)), ("Pascal", b(n, k), add(b(n - 1, k), b(n - 1, k - 1))),
        ("factorials", b(n, k), div(("fact", num(n)), mul(("fact", num(k)), ("fact", num(n - k))))), ("probability", div(b(n, k), power(num(2), n)), num(exact(b(n, k)) / 2**n)),
    ))


def absolute(r):
    x, a = sym("x"), small(r, -9, 9)
    m = squarefree(r)
    return r.choice((
        ("difference turned", ("abs", add(x, num(-a))), ("abs", add(num(a), neg(x)))), ("number", ("abs", num(-positive(r))), None), ("sign known", ("abs", add(root(num(m), 2), num(-12))), add(num(12), neg(root(num(m), 2)))),
        ("root of a square", root(power(add(x, num(a)), 2), 2), ("abs", add(x, num(a)))), ("factor out", ("abs", mul(num(-3), x)), mul(num(3), ("abs", x))), ("square", power(("abs", x), 2), power(x, 2)),
        ("same, in another hand", ("abs", add(x, num(a))), ("abs", add(x, num(a)))),
    ))


def absolute_rule(r):
    kind, a, b = absolute(r)
    return kind, a, b if b is not None else num(exact(a))


def rounding(r):
    v = fraction(r, 300)
    t = forms.rounding(r)
    m = r.randint(2, 900)
    return r.choice((
        ("worked out", ("floor", num(v)), num(exact(("floor", num(v))))), ("worked out", ("ceil", num(v)), num(exact(("ceil", num(v))))), ("ceiling by floor", ("ceil", num(v)), neg(("floor", num(-v)))),
        ("same, in another hand", t, t), ("root", ("floor", root(num(m), 2)), num(int(sympy.integer_nthroot(m, 2)[0]))),
    ))


def complexes(r):
    a, b, c, d = (small(r, -9, 9) for _ in range(4))
    z = lambda p, q: add(num(p), mul(num(q), I))
    return r.choice((
        ("multiplied out", mul(z(a, b), z(c, d)), z(a * c - b * d, a * d + b * c)) if a * c != b * d and a * d != -b * c else None,
        ("denominator made real", div(num(1), z(a, b)), div(z(a, -b), num(a * a + b * b))),
        ("imaginary part first", z(a, b), add(mul(num(b), I), num(a))),
        ("polar", power(E, div(mul(I, PI), num(3))), add(num(Fraction(1, 2)), div(mul(root(num(3), 2), I), num(2)))),
        ("polar", mul(num(2), add(fn("cos", div(PI, num(6))), mul(I, fn("sin", div(PI, num(6)))))), add(root(num(3), 2), I)),
        ("i squared", add(num(a), mul(num(b), power(I, 2))), num(a - b)) if a != b else None,
        ("root of a negative", root(num(-(b * b)), 2), mul(num(abs(b)), I)),
        ("same, in another hand", z(a, b), z(a, b)),
        ("parts over one denominator", div(z(a, b), num(7)), add(num(Fraction(a, 7)), mul(num(Fraction(b, 7)), I))),
        ("Euler", power(E, mul(I, PI)), num(-1)),
    ))


def sums(r):
    t = forms.sums(r)
    kind, k, low, high, body = t
    pick = r.randrange(3)
    if pick == 0:
        return "worked out", t, num(exact(t))
    if pick == 1:
        shift = replace_symbol(body, k, add(sym(k), num(-1)))
        return "index shifted", t, (kind, k, num(low[1] + 1), num(high[1] + 1), shift)
    other = "m" if k != "m" else "j"
    return "index renamed", t, (kind, other, low, high, replace_symbol(body, k, sym(other)))


def replace_symbol(t, name, new):
    if t == ("sym", name):
        return new
    return rebuild(t, [replace_symbol(kid, name, new) for kid in children(t)])


def lettered(r):
    return general(forms.lettered, "expand", "factor", "together")(r)


def whole_number_letters(r):
    """Answers in n, k and m that stand for whole numbers: (kind, a, b)."""
    n, k, m, one = sym("n"), sym("k"), sym("m"), num(1)
    fact, binom = (lambda a: ("fact", a)), (lambda a, b: ("binom", a, b))
    total = lambda body, low=one: ("sum", "i", low, n, body)
    i = sym("i")
    c = r.randint(2, 9)
    kind, a, b = r.choice((
        ("sum of whole numbers", total(i), div(mul(n, add(n, one)), num(2))),
        ("sum of squares", total(power(i, 2)), div(mul(n, add(n, one), add(mul(num(2), n), one)), num(6))),
        ("sum of cubes", total(power(i, 3)), power(div(mul(n, add(n, one)), num(2)), 2)),
        ("sum of odd numbers", total(add(mul(num(2), i), num(-1))), power(n, 2)),
        ("geometric sum", ("sum", "i", num(0), n, power(num(c), i)), div(add(power(num(c), add(n, one)), num(-1)), num(c - 1))),
        ("telescope", total(div(one, mul(i, add(i, one)))), div(n, add(n, one))),
        ("quotient of factorials", div(fact(n), fact(add(n, num(-2)))), mul(n, add(n, num(-1)))),
        ("next factorial", fact(add(n, one)), mul(add(n, one), fact(n))),
        ("binomial of two", binom(n, num(2)), div(mul(n, add(n, num(-1))), num(2))),
        ("binomial by factorials", binom(n, k), div(fact(n), mul(fact(k), fact(add(n, neg(k)))))),
        ("binomial from the other side", binom(n, k), binom(n, add(n, neg(k)))),
        ("Pascal", binom(n, k), add(binom(add(n, num(-1)), k), binom(add(n, num(-1)), add(k, num(-1))))),
        ("exponent plus one", power(num(c), add(n, one)), mul(num(c), power(num(c), n))),
        ("power of a power", power(num(c * c), n), power(num(c), mul(num(2), n))),
        ("power of a quotient", power(num(Fraction(1, c)), n), power(num(c), neg(n))),
        ("difference of powers", add(power(num(c), add(n, one)), neg(power(num(c), n))), mul(num(c - 1), power(num(c), n))),
        ("exponents added", mul(power(num(c), n), power(num(c), m)), power(num(c), add(n, m))),
        ("power of a letter", mul(power(sym("x"), n), sym("x")), power(sym("x"), add(n, one))),
        ("one minus a power", add(one, neg(power(num(Fraction(1, 2)), n))), div(add(power(num(2), n), num(-1)), power(num(2), n))),
        ("arithmetic sequence", add(num(c), mul(add(n, num(-1)), num(c + 1))), add(mul(num(c + 1), n), num(-1))),
        ("index from zero", ("sum", "i", num(0), add(n, num(-1)), add(i, one)), total(i)),
        ("product", ("prod", "i", one, n, i), fact(n)),
        ("double factorial written out", mul(power(num(2), n), fact(n)), ("prod", "i", one, n, mul(num(2), i))),
    ))
    if r.random() < 0.4:
        scale = num(small(r, -9, 9))
        a, b = (mul(scale, a), mul(scale, b)) if r.random() < 0.5 else (add(a, scale), add(b, scale))
    return kind, a, b


def positive_letters(r):
    """Identities of letters that stand for positive numbers: (kind, a, b)."""
    x, y, a, b = sym("x"), sym("y"), sym("a"), sym("b")
    ln = lambda t: fn("ln", t)
    c = r.randint(2, 9)
    kind, s, t = r.choice((
        ("exponents of roots", mul(root(x, 2), root(x, 3)), power(x, Fraction(5, 6))),
        ("root of a product", root(mul(x, y), 2), mul(root(x, 2), root(y, 2))),
        ("three halves", power(x, Fraction(3, 2)), mul(x, root(x, 2))),
        ("one over a root", div(num(1), root(x, 2)), power(x, Fraction(-1, 2))),
        ("denominator rationalised", div(num(1), add(root(x, 2), num(1))), div(add(root(x, 2), num(-1)), add(x, num(-1)))),
        ("power of e and a log", power(E, mul(num(c), ln(x))), power(x, c)),
        ("quotient of logs", div(ln(power(x, c)), ln(x)), num(c)),
        ("logs of a product", ln(mul(power(x, c), y)), add(mul(num(c), ln(x)), ln(y))),
        ("log of a root", ln(root(x, 2)), div(ln(x), num(2))),
        ("log of a quotient", ln(div(a, b)), add(ln(a), neg(ln(b)))),
        ("hyperbolic one", add(power(fn("cosh", x), 2), neg(power(fn("sinh", x), 2))), num(1)),
        ("hyperbolic sine", fn("sinh", x), div(add(power(E, x), neg(power(E, neg(x)))), num(2))),
        ("half of a double angle", div(fn("sin", mul(num(2), x)), mul(num(2), fn("sin", x))), fn("cos", x)),
        ("tangent of half an angle", fn("tan", div(x, num(2))), div(add(num(1), neg(fn("cos", x))), fn("sin", x))),
        ("cosine of an arctangent", fn("cos", fn("arctan", x)), div(num(1), root(add(num(1), power(x, 2)), 2))),
        ("exponential split", power(E, add(x, neg(y))), div(power(E, x), power(E, y))),
        ("square of a root of a sum", power(add(root(x, 2), root(y, 2)), 2), add(x, y, mul(num(2), root(mul(x, y), 2)))),
        ("difference of cubes over the difference", div(add(power(x, 3), neg(power(y, 3))), add(x, neg(y))), add(power(x, 2), mul(x, y), power(y, 2))),
        ("other base", ("log", num(c), x), div(ln(x), ln(num(c)))),
        ("power of a base", power(num(c), ("log", num(c), x)), x),
        ("two to a letter by e", power(num(c), x), power(E, mul(x, ln(num(c))))),
    ))
    if r.random() < 0.4:
        scale = num(small(r, -9, 9))
        s, t = (mul(scale, s), mul(scale, t)) if r.random() < 0.5 else (add(s, scale), add(t, scale))
    return kind, s, t


RULES = {
    "integers": integers, "decimals": decimals, "fractions": fractions, "mixed-numbers": mixed, "scientific": scientific, "repeating-decimals": repeating,
    "roots": roots, "nested-radicals": nested_radicals, "powers": powers, "logs": logs, "trigonometry": trigonometry, "inverse-trigonometry": inverse_trigonometry,
    "factorials": factorials, "binomials": binomials, "absolute-value": absolute_rule, "floor-ceiling": rounding, "complex": complexes,
    "polynomials": general(forms.polynomials, "factor", "expand", "together"), "factored": general(forms.factored, "expand"), "rational-expressions": general(forms.rational_expressions, "together", "apart", "cancel", "factor"),
    "letters-subscripts": lettered, "sums-products": sums, "calculus-like": general(forms.calculus_like, "expand", "factor"),
    "whole-number-letters": whole_number_letters, "positive-letters": positive_letters,
}
