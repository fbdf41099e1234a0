"""Small changes to a tree that a careless or a hostile writer makes. Whether the value really changed is the oracle's to say."""
from fractions import Fraction

import mpmath

from tree import E, I, PI, add, div, fn, mul, neg, num, numeric, paths, power, replace, sym, symbols
from write import terminating

SWAPS = {
    "sin": "cos", "cos": "sin", "tan": "cot", "cot": "tan", "sec": "csc", "csc": "sec", "sinh": "cosh", "cosh": "sinh", "tanh": "tan",
    "arcsin": "arccos", "arccos": "arcsin", "arctan": "tan", "ln": "exp", "exp": "ln",
}


def tiny(r):
    """10^-k in one of its spellings, k from 3 to 60."""
    k = r.choice((r.randint(3, 8), r.randint(9, 20), r.randint(21, 60)))
    v = Fraction(1, 10**k)
    return r.choice((num(v, terminating(v)) if k < 25 else power(num(10), -k), power(num(10), -k), div(num(1), power(num(10), k)), div(num(1), power(num(2), 3 * k))))


def respell(r, text):
    """One slip in a written number: a digit changed, two swapped, one lost or doubled, the point moved, the sign lost."""
    digits = [i for i, c in enumerate(text) if c.isdigit()]
    for _ in range(8):
        pick = r.randrange(6)
        i = r.choice(digits)
        if pick == 0:
            out = text[:i] + r.choice("0123456789") + text[i + 1:]
        elif pick == 1 and i + 1 < len(text) and text[i + 1].isdigit():
            out = text[:i] + text[i + 1] + text[i] + text[i + 2:]
        elif pick == 2 and len(digits) > 1:
            out = text[:i] + text[i + 1:]
        elif pick == 3:
            out = text[:i] + text[i] + text[i:]
        elif pick == 4 and "." in text:
            point = text.index(".")
            bare = text.replace(".", "")
            at = point + r.choice((-1, 1))
            out = bare[:at] + "." + bare[at:]
        elif pick == 5:
            out = text[1:] if text.startswith("-") else "-" + text
        else:
            continue
        body = out.lstrip("-")
        if out != text and body and body[0].isdigit() and body[-1].isdigit() and not (len(body) > 1 and body[0] == "0" and body[1].isdigit()):
            return out
    return None


def number(r, t):
    """A wrong number in place of one."""
    v, spelling = t[1], t[2]
    if spelling is not None or (v.denominator == 1 and abs(v) >= 1000):
        text = respell(r, spelling if spelling is not None else str(v))
        return None if text is None else ("digit slip", num(Fraction(text), text))
    pick = r.randrange(7)
    if v.denominator != 1:
        n, d = v.numerator, v.denominator
        options = (("numerator off by one", (n + r.choice((-1, 1)), d)), ("denominator off by one", (n, d + r.choice((-1, 1)))), ("turned over", (d, n)), ("sign", (-n, d)))
        kind, (a, b) = r.choice(options)
        return None if b == 0 else (kind, num(Fraction(a, b)))
    if pick <= 2:
        return "off by one", num(v + r.choice((-1, 1)))
    if pick == 3:
        return "sign", num(-v)
    if pick == 4:
        return "tenfold", num(v * 10)
    if pick == 5 and abs(v) >= 10:
        text = str(abs(v))
        return "digits swapped", num(int(text[::-1]) * (-1 if v < 0 else 1))
    return "doubled", num(2 * v)


def node(r, t):
    """A change at one node: (kind, new subtree) or None where it does not apply."""
    kind = t[0]
    if kind == "num":
        return number(r, t)
    if kind == "const":
        if t == PI:
            return r.choice((("22/7 for pi", num(Fraction(22, 7))), ("355/113 for pi", num(Fraction(355, 113))), ("3.14 for pi", num(Fraction("3.14159"), "3.14159")), ("e for pi", E)))
        if t == E:
            return r.choice((("decimal for e", num(Fraction("2.718281828"), "2.718281828")), ("19/7 for e", num(Fraction(19, 7)))))
        return "conjugate", neg(I)
    if kind == "add":
        items = list(t[1])
        pick = r.randrange(4)
        k = r.randrange(len(items))
        if pick == 0:
            return "term dropped", add(*(items[:k] + items[k + 1:]))
        if pick == 1:
            items[k] = neg(items[k])
            return "sign of a term", add(*items)
        if pick == 2:
            return "term doubled", add(*items[:k], mul(num(2), items[k]), *items[k + 1:])
        return "sum made a product", mul(*items)
    if kind == "mul":
        items = list(t[1])
        k = r.randrange(len(items))
        pick = r.randrange(3)
        if pick == 0:
            return "factor dropped", mul(*(items[:k] + items[k + 1:]))
        if pick == 1:
            return "factor squared", mul(*items[:k], power(items[k], 2), *items[k + 1:])
        return "sign", neg(t)
    if kind == "neg":
        return "sign", t[1]
    if kind == "div":
        return r.choice((("turned over", div(t[2], t[1])), ("denominator dropped", t[1]), ("product for quotient", mul(t[1], t[2])), ("sign", neg(t))))
    if kind == "pow":
        return r.choice((("exponent off by one", power(t[1], add(t[2], num(1)))) if t[2][0] != "num" else ("exponent off by one", power(t[1], num(t[2][1] + r.choice((-1, 1))))),
                         ("base for power", t[1]), ("exponent's sign", power(t[1], neg(t[2]))), ("base and exponent swapped", power(t[2], t[1]))))
    if kind == "root":
        return r.choice((("root dropped", t[1]), ("other index", ("root", t[1], t[2] + 1)), ("sign", neg(t)), ("square for root", power(t[1], 2))))
    if kind == "fn":
        if t[1] in ("arcsin", "arccos", "arctan") and r.random() < 0.4:
            return r.choice((("other branch", add(PI, neg(t))), ("other branch", add(t, mul(num(2), PI)))))
        return r.choice((("other function", fn(SWAPS[t[1]], t[2])), ("function dropped", t[2]), ("argument doubled", fn(t[1], mul(num(2), t[2])))))
    if kind == "log":
        if t[1] is None:
            return r.choice((("natural for common", fn("ln", t[2])), ("argument doubled", ("log", None, mul(num(2), t[2])))))
        return r.choice((("base and argument swapped", ("log", t[2], t[1])), ("natural for base", fn("ln", t[2])), ("base off by one", ("log", add(t[1], num(1)), t[2]))))
    if kind == "fact":
        return r.choice((("factorial dropped", t[1]), ("factorial off by one", ("fact", add(t[1], num(1)))), ("factorial off by one", ("fact", num(t[1][1] - 1))) if t[1][0] == "num" and t[1][1] > 3 else ("factorial dropped", t[1])))
    if kind == "binom":
        return r.choice((("lower off by one", ("binom", t[1], add(t[2], num(1)))), ("upper off by one", ("binom", add(t[1], num(1)), t[2])), ("fraction for binomial", div(t[1], t[2]))))
    if kind == "abs":
        return r.choice((("bars dropped", t[1]), ("sign", neg(t))))
    if kind in ("floor", "ceil"):
        return r.choice((("other rounding", ("ceil" if kind == "floor" else "floor", t[1])), ("rounding dropped", t[1])))
    if kind in ("sum", "prod"):
        variable, low, high, body = t[1:]
        step = lambda bound, by: num(bound[1] + by) if bound[0] == "num" else add(bound, num(by))
        return r.choice((("lower bound off by one", (kind, variable, step(low, 1), high, body)), ("upper bound off by one", (kind, variable, low, step(high, 1), body)),
                         ("upper bound off by one", (kind, variable, low, step(high, -1), body)), ("product for sum", ("prod" if kind == "sum" else "sum", variable, low, high, body))))
    if kind == "rep":
        whole, fixed, cycle = t[1:]
        options = [("cycle cut short", num(Fraction(f"{whole}.{fixed}{cycle * n}"), f"{whole}.{fixed}{cycle * n}")) for n in (1, 2, 12)]
        options.append(("cycle moved", ("rep", whole, fixed + cycle[0], cycle)))
        options.append(("cycle changed", ("rep", whole, fixed, cycle[:-1] + str((int(cycle[-1]) + 1) % 10))))
        options.append(("fixed digit lost", ("rep", whole, fixed[1:], cycle)))
        return r.choice(options)
    if kind == "mixed":
        whole, n, d = t[1:]
        return r.choice((("whole off by one", ("mixed", whole + 1 if whole != -1 else -2, n, d)), ("product for mixed", mul(num(whole), num(Fraction(n, d)))), ("whole dropped", num(Fraction(n, d))),
                         ("sign", ("mixed", -whole, n, d)), ("numerator off by one", ("mixed", whole, n + 1, d)), ("mixed with the sign of the whole lost", num(whole + Fraction(n, d)))))
    if kind == "sci":
        mantissa, exponent = t[1:]
        if r.random() < 0.6:
            return "exponent", ("sci", mantissa, r.choice((exponent + 1, exponent - 1, -exponent)))
        text = respell(r, mantissa)
        return None if text is None else ("digit slip", ("sci", text, exponent))
    return None


def truncated(r, t):
    """The value's decimals cut at 3 to 60 places: close, never equal."""
    places = r.choice((r.randint(3, 8), r.randint(9, 20), r.randint(21, 60)))
    with mpmath.workdps(places + 60):
        v = numeric(t, {})
        if isinstance(v, mpmath.mpc) or abs(v) > mpmath.mpf(10) ** 30 or abs(v) < mpmath.mpf(10) ** -3:
            return None
        cut = int(mpmath.floor(abs(v) * mpmath.mpf(10) ** places))
        exact_sign = -1 if v < 0 else 1
    digits = str(cut).rjust(places + 1, "0")
    text = f"{'-' if exact_sign < 0 else ''}{digits[:-places]}.{digits[-places:]}"
    return "decimals cut short", num(Fraction(text), text)


def near(r, t):
    """A near miss of a tree: (kind, new tree) or None."""
    pick = r.random()
    free = symbols(t)
    if pick < 0.12:
        return "tiny term added", add(t, tiny(r)) if t[0] != "add" else add(*t[1], tiny(r))
    if pick < 0.18:
        step = tiny(r)
        return "tiny relative change", mul(t, add(num(1), step))
    if pick < 0.26 and not free:
        return truncated(r, t)
    if pick < 0.30:
        return "sign", neg(t)
    if pick < 0.33:
        return "turned over", div(num(1), t)
    if pick < 0.40 and len(free) >= 2:
        a, b = r.sample(sorted(free), 2)
        return "letters swapped", rename(rename(rename(t, a, "\x00"), b, a), "\x00", b)
    if pick < 0.43 and free:
        a = r.choice(sorted(free))
        other = a.upper() if len(a) == 1 and a.upper() != a and a.upper() not in ("E", "I", "O") else ("s" if a != "s" else "q")
        return "other letter", rename(t, a, other)
    spots = [(path, sub) for path, sub in paths(t)]
    leaves = [(path, sub) for path, sub in spots if sub[0] == "num" and path]
    if pick < 0.55 and leaves:
        path, sub = r.choice(leaves)
        return "tiny change deep inside", replace(t, path, add(sub, tiny(r)))
    path, sub = r.choice(spots)
    change = node(r, sub)
    return None if change is None else (change[0], replace(t, path, change[1]))


def rename(t, old, new):
    for path, sub in list(paths(t)):
        if sub == ("sym", old):
            t = replace(t, path, sym(new))
    return t
