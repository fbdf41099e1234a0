"""Random answers of every form: scalar trees here, structured forms as functions of a random stream."""
from fractions import Fraction

from tree import E, I, PI, add, div, fn, mul, neg, num, power, root, sym
from write import terminating

LETTERS = ("x", "y", "z", "t", "n", "a", "b", "p", "q", "r", "u", "v", "w", "k", "c")
FANCY = ("\\theta", "\\alpha", "\\beta", "\\lambda", "\\mu", "\\phi", "\\omega", "A", "B", "R", "P")
SUBSCRIPTED = ("x_1", "x_2", "x_{3}", "a_n", "a_{n+1}", "y_0", "t_{12}", "v_0", "r_1", "r_2", "x_{i}", "\\alpha_1", "\\alpha_2")


def small(r, low=-20, high=20):
    n = 0
    while n == 0:
        n = r.randint(low, high)
    return n


def positive(r, high=30):
    return r.randint(1, high)


def fraction(r, high=40):
    while True:
        v = Fraction(small(r, -high, high), r.randint(2, high))
        if v.denominator != 1:
            return v


def big_integer(r):
    digits = r.choices((r.randint(1, 3), r.randint(4, 12), r.randint(13, 40), r.randint(41, 300)), (30, 30, 25, 15))[0]
    n = r.randint(10 ** (digits - 1), 10**digits - 1)
    return -n if r.random() < 0.2 else n


def integers(r):
    n = big_integer(r)
    return num(n, str(n))


def decimals(r):
    places = r.choices((r.randint(1, 4), r.randint(5, 15), r.randint(16, 60)), (60, 20, 20))[0]
    whole = r.choices((r.randint(0, 99), r.randint(100, 10**6)), (80, 20))[0]
    text = f"{'-' if r.random() < 0.2 else ''}{whole}." + "".join(r.choice("0123456789") for _ in range(places - 1)) + r.choice("123456789")
    return num(Fraction(text), text)


def fractions(r):
    if r.random() < 0.15:
        digits = r.randint(10, 60)
        v = Fraction(r.randint(1, 10**digits), r.randint(2, 10**digits))
        return num(v) if v.denominator != 1 else num(v + Fraction(1, 7))
    return num(fraction(r, 200))


def mixed(r):
    d = r.randint(2, 30)
    v = Fraction(r.randint(1, d - 1), d)
    return ("mixed", small(r, -9, 60), v.numerator, v.denominator)


def scientific(r):
    places = r.randint(0, 6)
    mantissa = f"{'-' if r.random() < 0.15 else ''}{r.randint(1, 9)}" + (f".{''.join(r.choice('0123456789') for _ in range(places - 1))}{r.choice('123456789')}" if places else "")
    return ("sci", mantissa, r.choice((r.randint(-40, -1), r.randint(1, 40), r.randint(2, 9))))


def repeating(r):
    cycle = "".join(r.choice("0123456789") for _ in range(r.choice((1, 1, 2, 2, 3, 6))))
    fixed = "".join(r.choice("0123456789") for _ in range(r.choice((0, 0, 1, 2))))
    if set(cycle) == {"0"}:
        cycle = "3"
    return ("rep", ("-" if r.random() < 0.15 else "") + str(r.choice((0, 0, r.randint(1, 40)))), fixed, cycle)


def squarefree(r, high=60):
    while True:
        n = r.randint(2, high)
        if all(n % (k * k) for k in range(2, 8)):
            return n


def surd(r):
    return root(num(squarefree(r)), 2)


def roots(r):
    pick = r.randrange(6)
    if pick == 0:
        return surd(r)
    if pick == 1:
        return mul(num(small(r)), surd(r))
    if pick == 2:
        return div(add(num(small(r)), mul(num(positive(r, 9)), surd(r))), num(r.randint(2, 12)))
    if pick == 3:
        return add(mul(num(small(r, -9, 9)), surd(r)), mul(num(small(r, -9, 9)), surd(r)))
    if pick == 4:
        return root(num(r.choice((small(r, -60, 60), positive(r, 900)))), r.choice((3, 3, 5, 7)))
    return div(num(positive(r)), add(num(positive(r, 9)), surd(r)))


def nested_radicals(r):
    pick = r.randrange(5)
    if pick == 0:
        return root(add(num(r.randint(8, 40)), mul(num(positive(r, 4)), root(num(r.choice((2, 3))), 2))), 2)
    if pick == 1:
        return root(add(num(positive(r)), root(add(num(positive(r)), surd(r)), 2)), 2)
    if pick == 2:
        a, b = positive(r, 9), squarefree(r, 20)
        return add(root(add(num(a), root(num(b), 2)), 3), root(add(num(a), neg(root(num(b), 2))), 3))
    if pick == 3:
        return root(add(num(positive(r)), root(num(positive(r, 90)), 3)), r.choice((2, 3)))
    return div(root(add(num(r.randint(5, 30)), root(num(squarefree(r, 20)), 2)), 2), num(r.randint(2, 9)))


def powers(r):
    pick = r.randrange(6)
    if pick == 0:
        return power(num(r.randint(2, 12)), r.randint(10, 300))
    if pick == 1:
        return div(num(1), power(num(r.randint(2, 9)), r.randint(10, 200)))
    if pick == 2:
        return power(num(r.randint(2, 30)), num(fraction(r, 9)))
    if pick == 3:
        return add(power(num(r.randint(2, 9)), r.randint(20, 120)), num(small(r)))
    if pick == 4:
        return div(add(power(num(2), r.randint(100, 2005)), num(small(r, -3, 3))), mul(num(3), power(num(2), r.randint(100, 2006))))
    return power(E, num(r.choice((Fraction(small(r, -9, 9)), fraction(r, 9)))))


def logs(r):
    pick = r.randrange(6)
    if pick == 0:
        return fn("ln", num(r.randint(2, 90)))
    if pick == 1:
        return ("log", num(r.randint(2, 12)), num(r.randint(2, 200)))
    if pick == 2:
        return add(num(small(r)), mul(num(small(r, -9, 9)), fn("ln", num(r.randint(2, 20)))))
    if pick == 3:
        return div(fn("ln", num(r.randint(2, 40))), fn("ln", num(r.randint(2, 40))))
    if pick == 4:
        return ("log", None, num(r.randint(2, 900)))
    return fn("ln", add(num(positive(r, 9)), surd(r)))


def trigonometry(r):
    name = r.choice(("sin", "cos", "tan", "sin", "cos", "cot", "sec", "csc"))
    pick = r.randrange(5)
    if pick == 0:
        return fn(name, div(mul(num(r.randint(1, 11)), PI), num(r.choice((5, 7, 8, 9, 12, 24)))))
    if pick == 1:
        return add(mul(num(small(r, -5, 5)), power(fn("sin", sym("x")), 2)), mul(num(small(r, -5, 5)), power(fn("cos", sym("x")), 2)))
    if pick == 2:
        return mul(num(small(r, -9, 9)), fn(name, mul(num(r.randint(2, 7)), sym(r.choice(("x", "t", "\\theta"))))))
    if pick == 3:
        return add(fn(name, num(r.randint(1, 20))), num(small(r)))
    return add(fn("sin", mul(num(r.randint(2, 5)), sym("x"))), mul(num(small(r, -5, 5)), fn("cos", sym("x"))))


def inverse_trigonometry(r):
    pick = r.randrange(5)
    if pick == 0:
        return fn("arctan", num(r.choice((Fraction(positive(r, 9)), fraction(r, 20)))))
    if pick == 1:
        d = r.randint(2, 20)
        return fn(r.choice(("arcsin", "arccos")), num(Fraction(r.randint(-d + 1, d - 1) or 1, d)))
    if pick == 2:
        return add(mul(num(r.randint(2, 5)), fn("arctan", num(Fraction(1, r.randint(2, 9))))), neg(fn("arctan", num(Fraction(1, r.randint(20, 300))))))
    if pick == 3:
        return add(PI, neg(fn("arccos", div(surd(r), num(r.randint(8, 12))))))
    return fn("arcsin", fn("sin", num(r.randint(2, 9))))


def factorials(r):
    pick = r.randrange(4)
    n = r.choice((r.randint(5, 25), r.randint(25, 200)))
    if pick == 0:
        return ("fact", num(n))
    if pick == 1:
        return div(num(1), ("fact", num(r.choice((n, 2004)))))
    if pick == 2:
        return div(("fact", num(n)), mul(("fact", num(r.randint(3, n - 1))), ("fact", num(r.randint(2, 9)))))
    return add(("fact", num(n)), num(small(r)))


def binomials(r):
    n = r.choice((r.randint(5, 20), r.randint(20, 200)))
    b = ("binom", num(n), num(r.randint(2, n - 2)))
    pick = r.randrange(3)
    if pick == 0:
        return b
    if pick == 1:
        return div(b, power(num(2), r.randint(3, n)))
    return add(b, neg(("binom", num(n + 1), num(r.randint(1, 4)))))


def absolute(r):
    pick = r.randrange(4)
    if pick == 0:
        return ("abs", add(num(small(r)), neg(surd(r))))
    if pick == 1:
        return ("abs", add(mul(num(r.randint(2, 6)), sym("x")), num(small(r))))
    if pick == 2:
        return add(("abs", add(sym("x"), num(small(r, -5, 5)))), ("abs", add(sym("x"), num(small(r, -5, 5)))))
    return ("abs", num(fraction(r)))


def rounding(r):
    kind = r.choice(("floor", "ceil"))
    pick = r.randrange(3)
    if pick == 0:
        return (kind, mul(num(r.randint(2, 900)), surd(r)))
    if pick == 1:
        return (kind, num(fraction(r, 300)))
    return add((kind, div(power(num(r.randint(2, 9)), r.randint(5, 40)), num(r.randint(3, 99)))), num(small(r)))


def complexes(r):
    pick = r.randrange(5)
    a, b = num(small(r)), num(small(r))
    if pick == 0:
        return add(a, mul(b, I))
    if pick == 1:
        return div(add(a, mul(b, I)), num(r.randint(2, 20)))
    if pick == 2:
        return add(a, mul(num(small(r, -9, 9)), surd(r), I))
    if pick == 3:
        return power(E, div(mul(num(r.randint(1, 9)), PI, I), num(r.choice((5, 7, 9, 11)))))
    return mul(add(a, mul(b, I)), add(num(small(r)), mul(num(small(r)), I)))


def monomial(r, names, degree=4):
    factors = []
    for name in names:
        e = r.randint(0, degree)
        if e == 1:
            factors.append(sym(name))
        elif e > 1:
            factors.append(power(sym(name), e))
    return factors


def polynomials(r, names=None, terms=None):
    names = names or r.sample(LETTERS, r.choice((1, 1, 2, 3)))
    used = {}
    for _ in range(terms or r.randint(2, 5)):
        factors = monomial(r, names)
        c = Fraction(small(r, -12, 12)) if r.random() < 0.8 else fraction(r, 9)
        used[tuple(factors)] = mul(num(c), *factors) if factors and c != 1 else mul(*factors) if factors else num(c)
    items = list(used.values())
    return add(*items)


def factored(r):
    x = sym(r.choice(LETTERS[:6]))
    parts = [add(mul(num(r.randint(2, 5)), x) if r.random() < 0.5 else x, num(small(r, -9, 9))) for _ in range(r.randint(2, 4))]
    return mul(*parts)


def rational_expressions(r):
    x = r.choice(LETTERS[:6])
    pick = r.randrange(4)
    if pick == 0:
        return div(polynomials(r, [x], 2), polynomials(r, [x], 2)) if r.random() < 0.5 else div(num(small(r)), add(sym(x), num(small(r))))
    if pick == 1:
        return add(div(num(small(r)), add(sym(x), num(small(r)))), div(num(small(r)), add(sym(x), num(r.randint(21, 30)))))
    if pick == 2:
        return div(add(mul(num(small(r, -9, 9)), sym(x)), num(small(r))), mul(add(sym(x), num(r.randint(1, 9))), add(sym(x), num(r.randint(10, 19)))))
    a, b = r.sample(LETTERS, 2)
    return div(mul(sym(a), sym(b)), add(sym(a), sym(b)))


def lettered(r):
    names = r.sample(SUBSCRIPTED if r.random() < 0.6 else FANCY, 2)
    return polynomials(r, names, r.randint(2, 3)) if r.random() < 0.7 else div(add(sym(names[0]), mul(num(small(r, -9, 9)), sym(names[1]))), num(r.randint(2, 9)))


def sums(r):
    kind = "sum" if r.random() < 0.75 else "prod"
    k = r.choice(("k", "n", "i", "j"))
    body = r.choice((
        lambda: power(sym(k), r.randint(1, 4)),
        lambda: div(num(1), power(sym(k), r.randint(1, 3))),
        lambda: mul(num(positive(r, 9)), sym(k)),
        lambda: power(num(r.randint(2, 5)), sym(k)),
        lambda: div(sym(k), add(sym(k), num(1))),
        lambda: add(power(sym(k), 2), num(positive(r, 9))),
    ))()
    low = r.randint(1, 4)
    return (kind, k, num(low), num(low + r.randint(3, 12)), body)


def calculus_like(r):
    """What answers to calculus problems look like: e^x, ln x and polynomials together."""
    x = sym(r.choice(("x", "t", "z")))
    pick = r.randrange(4)
    if pick == 0:
        return mul(power(E, mul(num(small(r, -4, 4)), x)), add(x, num(small(r))))
    if pick == 1:
        return add(mul(x, fn("ln", x)), mul(num(small(r, -9, 9)), x))
    if pick == 2:
        return div(fn("exp", neg(x)), add(num(1), power(x, 2)))
    return root(add(power(x, 2), num(positive(r))), 2)


SCALARS = {
    "integers": integers, "decimals": decimals, "fractions": fractions, "mixed-numbers": mixed, "scientific": scientific, "repeating-decimals": repeating,
    "roots": roots, "nested-radicals": nested_radicals, "powers": powers, "logs": logs, "trigonometry": trigonometry, "inverse-trigonometry": inverse_trigonometry,
    "factorials": factorials, "binomials": binomials, "absolute-value": absolute, "floor-ceiling": rounding, "complex": complexes,
    "polynomials": polynomials, "factored": factored, "rational-expressions": rational_expressions, "letters-subscripts": lettered,
    "sums-products": sums, "calculus-like": calculus_like,
}

LATEX_ONLY = {"sums-products", "matrices", "vectors", "piecewise", "systems", "letters-subscripts", "binomials", "set-builder", "whole-number-letters"}


def entry(r):
    """A scalar that may stand inside a tuple, set, interval or matrix."""
    pick = r.random()
    if pick < 0.55:
        return num(small(r, -30, 30))
    if pick < 0.75:
        return num(fraction(r, 20))
    if pick < 0.85:
        return mul(num(small(r, -5, 5)), surd(r))
    if pick < 0.92:
        v = Fraction(r.randint(1, 999), 100)
        return num(v, terminating(v))
    return div(mul(num(positive(r, 9)), PI), num(r.randint(2, 9)))


def distinct(r, count, make=entry):
    """Entries no two of which have one value."""
    from oracle import scalars_differ

    found = []
    while len(found) < count:
        candidate = make(r)
        if all(scalars_differ(candidate, other)[0] for other in found):
            found.append(candidate)
    return found


UNITS = {
    "length": {"mm": Fraction(1, 1000), "cm": Fraction(1, 100), "m": Fraction(1), "km": Fraction(1000), "in": Fraction(254, 10000), "ft": Fraction(3048, 10000), "mi": Fraction(1609344, 1000)},
    "mass": {"mg": Fraction(1, 10**6), "g": Fraction(1, 1000), "kg": Fraction(1)},
    "time": {"s": Fraction(1), "min": Fraction(60), "h": Fraction(3600), "ms": Fraction(1, 1000)},
    "area": {"mm^2": Fraction(1, 10**6), "cm^2": Fraction(1, 10**4), "m^2": Fraction(1), "km^2": Fraction(10**6)},
    "volume": {"cm^3": Fraction(1, 10**6), "m^3": Fraction(1), "L": Fraction(1, 1000), "mL": Fraction(1, 10**6)},
    "speed": {"m/s": Fraction(1), "km/h": Fraction(1000, 3600)},
    "energy": {"J": Fraction(1), "kJ": Fraction(1000)},
    "force": {"N": Fraction(1), "kN": Fraction(1000)},
    "pressure": {"Pa": Fraction(1), "kPa": Fraction(1000)},
    "power": {"W": Fraction(1), "kW": Fraction(1000)},
    "frequency": {"Hz": Fraction(1), "kHz": Fraction(1000)},
}
UNIT_WORDS = {"mm": "millimeters", "cm": "centimeters", "m": "meters", "km": "kilometers", "in": "inches", "ft": "feet", "mi": "miles", "g": "grams", "kg": "kilograms", "s": "seconds", "min": "minutes", "h": "hours", "m/s": "meters per second", "cm^2": "square centimeters", "m^2": "square meters", "L": "liters", "mL": "milliliters"}

WORDS = (
    ("yes", "no"), ("true", "false"), ("even", "odd"), ("increasing", "decreasing"), ("convergent", "divergent"), ("Monday", "Tuesday"), ("Saturday", "Sunday"), ("red", "blue"),
    ("north", "south"), ("east", "west"), ("parabola", "hyperbola"), ("ellipse", "circle"), ("rational", "irrational"), ("finite", "infinite"), ("Alice", "Bob"), ("Evelyn", "Briana"),
    ("January", "June"), ("square", "rhombus"), ("acute", "obtuse"), ("odd", "neither"), ("parallel", "perpendicular"), ("continuous", "discontinuous"), ("no solution", "infinitely many solutions"),
    ("possible", "impossible"), ("dependent", "independent"), ("equilateral", "isosceles"), ("always", "never"), ("heads", "tails"), ("prime", "composite"), ("clockwise", "counterclockwise"),
    ("bounded", "unbounded"), ("injective", "surjective"), ("symmetric", "antisymmetric"), ("first quadrant", "third quadrant"), ("left", "right"), ("positive", "negative"), ("thirteen", "thirty"), ("seven", "eleven"), ("sixteen", "sixty"), ("one", "two"), ("twelve", "twenty"),
)
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
