"""Expression trees of the golden sets, and their values.

A tree is a tuple whose first item names it. Trees are made by the generators, written as text by `write.py`
and valued here, so a label never depends on reading text back: the oracle knows what was meant.

    ("num", Fraction, spelling | None)   an exact rational; the spelling keeps trailing zeros and separators
    ("rep", whole, fixed, cycle)         a repeating decimal: whole.fixed(cycle)
    ("mixed", whole, n, d)               whole n/d, of whole's sign
    ("sci", mantissa text, exponent)
    ("const", "pi" | "e" | "i")          ("sym", name)
    ("add", items) ("mul", items) ("neg", a) ("div", a, b) ("pow", a, b) ("root", a, index)
    ("fn", name, a) ("log", base | None, a) ("fact", a) ("binom", n, k)
    ("abs", a) ("floor", a) ("ceil", a) ("max", items) ("min", items)
    ("sum" | "prod", variable, lower, upper, body)
"""
from fractions import Fraction

import mpmath
import sympy

EXACT_BITS = 20_000
"""Rationals longer than this are left to mpmath."""


class Undefined(Exception):
    """The tree has no value at this point, or none that all readers agree on."""


def num(value, spelling=None):
    return ("num", Fraction(value), spelling)


def sym(name):
    return ("sym", name)


PI, E, I = ("const", "pi"), ("const", "e"), ("const", "i")


def add(*items):
    return items[0] if len(items) == 1 else ("add", tuple(items))


def mul(*items):
    return items[0] if len(items) == 1 else ("mul", tuple(items))


def neg(a):
    return num(-a[1]) if a[0] == "num" and a[2] is None else ("neg", a)


def div(a, b):
    return ("div", a, b)


def power(a, b):
    return ("pow", a, b if isinstance(b, tuple) else num(b))


def root(a, index=2):
    return ("root", a, index)


def fn(name, a):
    return ("fn", name, a)


def children(t):
    kind = t[0]
    if kind in ("add", "mul", "max", "min"):
        return list(t[1])
    if kind in ("neg", "abs", "floor", "ceil", "fact", "root"):
        return [t[1]]
    if kind in ("div", "pow", "binom"):
        return [t[1], t[2]]
    if kind == "fn":
        return [t[2]]
    if kind == "log":
        return [t[2]] if t[1] is None else [t[1], t[2]]
    if kind in ("sum", "prod"):
        return [t[2], t[3], t[4]]
    return []


def rebuild(t, kids):
    kind = t[0]
    if kind in ("add", "mul", "max", "min"):
        return (kind, tuple(kids))
    if kind in ("neg", "abs", "floor", "ceil", "fact"):
        return (kind, kids[0])
    if kind == "root":
        return (kind, kids[0], t[2])
    if kind in ("div", "pow", "binom"):
        return (kind, kids[0], kids[1])
    if kind == "fn":
        return (kind, t[1], kids[0])
    if kind == "log":
        return (kind, None, kids[0]) if t[1] is None else (kind, kids[0], kids[1])
    if kind in ("sum", "prod"):
        return (kind, t[1], *kids)
    return t


def paths(t, here=()):
    """Every subtree with the way to it."""
    yield here, t
    for i, kid in enumerate(children(t)):
        yield from paths(kid, here + (i,))


def replace(t, path, new):
    if not path:
        return new
    kids = children(t)
    kids[path[0]] = replace(kids[path[0]], path[1:], new)
    return rebuild(t, kids)


def symbols(t, bound=frozenset()):
    if t[0] == "sym":
        return set() if t[1] in bound else {t[1]}
    if t[0] in ("sum", "prod"):
        bound_here = bound | {t[1]}
        return symbols(t[2], bound) | symbols(t[3], bound) | symbols(t[4], bound_here)
    found = set()
    for kid in children(t):
        found |= symbols(kid, bound)
    return found


def repeating(whole, fixed, cycle):
    sign = -1 if whole.startswith("-") else 1
    head = Fraction(int((whole.lstrip("-") or "0") + fixed), 10 ** len(fixed))
    return sign * (head + Fraction(int(cycle), (10 ** len(cycle) - 1) * 10 ** len(fixed)))


def _bounded(value):
    if value.numerator.bit_length() > EXACT_BITS or value.denominator.bit_length() > EXACT_BITS:
        return None
    return value


def exact(t, env=None):
    """The value as a Fraction, or None where it is not rational by plain arithmetic or too long."""
    kind = t[0]
    if kind == "num":
        return t[1]
    if kind == "rep":
        return repeating(t[1], t[2], t[3])
    if kind == "mixed":
        return Fraction(t[1]) + (-1 if t[1] < 0 else 1) * Fraction(t[2], t[3])
    if kind == "sci":
        return Fraction(t[1]) * Fraction(10) ** t[2] if abs(t[2]) < 5000 else None
    if kind == "sym":
        return None if env is None else env.get(t[1])
    if kind in ("add", "mul", "max", "min"):
        values = [exact(item, env) for item in t[1]]
        if any(v is None for v in values):
            return None
        if kind == "add":
            return _bounded(sum(values, Fraction(0)))
        if kind == "max":
            return max(values)
        if kind == "min":
            return min(values)
        product = Fraction(1)
        for v in values:
            product *= v
            if _bounded(product) is None:
                return None
        return product
    if kind in ("neg", "abs", "floor", "ceil", "fact"):
        v = exact(t[1], env)
        if v is None:
            return None
        if kind == "neg":
            return -v
        if kind == "abs":
            return abs(v)
        if kind == "floor":
            return Fraction(v.numerator // v.denominator)
        if kind == "ceil":
            return Fraction(-(-v.numerator // v.denominator))
        if v.denominator != 1 or v < 0:
            raise Undefined("factorial of " + str(v))
        return Fraction(_factorial(int(v))) if v <= 1200 else None
    if kind == "div":
        a, b = exact(t[1], env), exact(t[2], env)
        if a is None or b is None:
            return None
        if b == 0:
            raise Undefined("division by zero")
        return _bounded(a / b)
    if kind == "pow":
        a, b = exact(t[1], env), exact(t[2], env)
        if a is None or b is None or b.denominator != 1:
            return None
        if a == 0 and b <= 0:
            raise Undefined("0 to a power not positive")
        size = max(a.numerator.bit_length(), a.denominator.bit_length())
        if abs(b) * size > EXACT_BITS:
            return None
        return a ** int(b)
    if kind == "binom":
        n, k = exact(t[1], env), exact(t[2], env)
        if n is None or k is None:
            return None
        if n.denominator != 1 or k.denominator != 1 or k < 0 or n < k:
            raise Undefined("binomial outside 0 <= k <= n")
        return Fraction(int(sympy.binomial(int(n), int(k)))) if n <= 5000 else None
    if kind in ("sum", "prod"):
        lower, upper = exact(t[2], env), exact(t[3], env)
        if lower is None or upper is None:
            return None
        if lower.denominator != 1 or upper.denominator != 1 or upper < lower or upper - lower > 2000:
            raise Undefined("bounds")
        total = Fraction(0 if kind == "sum" else 1)
        for k in range(int(lower), int(upper) + 1):
            v = exact(t[4], {**(env or {}), t[1]: Fraction(k)})
            if v is None:
                return None
            total = total + v if kind == "sum" else total * v
            if _bounded(total) is None:
                return None
        return total
    return None


def _factorial(n):
    value = 1
    for k in range(2, n + 1):
        value *= k
    return value


_FUNCTIONS = {
    "sin": mpmath.sin, "cos": mpmath.cos, "tan": mpmath.tan, "cot": mpmath.cot, "sec": mpmath.sec, "csc": mpmath.csc,
    "arcsin": mpmath.asin, "arccos": mpmath.acos, "arctan": mpmath.atan,
    "sinh": mpmath.sinh, "cosh": mpmath.cosh, "tanh": mpmath.tanh,
    "ln": mpmath.log, "exp": mpmath.exp,
}
_POLES = {"tan": mpmath.cos, "sec": mpmath.cos, "cot": mpmath.sin, "csc": mpmath.sin}


def numeric(t, env):
    """The value in mpmath at its present precision; env holds mpmath numbers. Principal branches, real odd roots of negative numbers."""
    kind = t[0]
    if kind in ("num", "rep", "mixed", "sci"):
        v = exact(t)
        if v is None:
            raise Undefined("exponent")
        return mpmath.mpf(v.numerator) / v.denominator
    if kind == "const":
        return {"pi": +mpmath.pi, "e": +mpmath.e, "i": mpmath.mpc(0, 1)}[t[1]]
    if kind == "sym":
        return env[t[1]]
    if kind == "add":
        return mpmath.fsum(numeric(item, env) for item in t[1])
    if kind == "mul":
        return mpmath.fprod(numeric(item, env) for item in t[1])
    if kind in ("max", "min"):
        values = [_real(numeric(item, env)) for item in t[1]]
        return max(values) if kind == "max" else min(values)
    if kind == "neg":
        return -numeric(t[1], env)
    if kind == "div":
        b = numeric(t[2], env)
        if abs(b) < mpmath.mpf(10) ** (-mpmath.mp.dps // 2):
            raise Undefined("division by what may be zero")
        return numeric(t[1], env) / b
    if kind == "pow":
        a, b = numeric(t[1], env), numeric(t[2], env)
        if mpmath.isint(b):
            if abs(b) > 10**7:
                if a == 0 or abs(mpmath.log(abs(a))) * abs(b) > 10**7:
                    raise Undefined("power too large")
            if a == 0 and b <= 0:
                raise Undefined("0 to a power not positive")
            return a ** int(mpmath.re(b)) if abs(b) < 10**6 else mpmath.exp(b * mpmath.log(a))
        if _is_negative(a):
            raise Undefined("negative base under a fractional exponent")
        if a == 0:
            raise Undefined("0 to a power")
        if abs(mpmath.log(a) * b) > 10**7:
            raise Undefined("power too large")
        return mpmath.exp(b * mpmath.log(a))
    if kind == "root":
        a = numeric(t[1], env)
        if t[2] % 2 == 1 and _is_negative(a):
            return -mpmath.root(-_real(a), t[2])
        return mpmath.root(a, t[2])
    if kind == "fn":
        a = numeric(t[2], env)
        if t[1] in _POLES and abs(_POLES[t[1]](a)) < mpmath.mpf(10) ** (-mpmath.mp.dps // 2):
            raise Undefined("pole")
        if t[1] == "ln" and a == 0:
            raise Undefined("ln 0")
        if t[1] in ("exp", "sinh", "cosh", "tanh") and abs(a) > 10**6:
            raise Undefined("exponential too large")
        return _FUNCTIONS[t[1]](a)
    if kind == "log":
        a = numeric(t[2], env)
        base = mpmath.mpf(10) if t[1] is None else numeric(t[1], env)
        if a == 0 or base == 0 or base == 1:
            raise Undefined("log")
        return mpmath.log(a) / mpmath.log(base)
    if kind == "fact":
        a = numeric(t[1], env)
        if not mpmath.isint(a) or a < 0 or a > 10**6:
            raise Undefined("factorial")
        return mpmath.factorial(a)
    if kind == "binom":
        return mpmath.binomial(numeric(t[1], env), numeric(t[2], env))
    if kind == "abs":
        return abs(numeric(t[1], env))
    if kind in ("floor", "ceil"):
        a = _real(numeric(t[1], env))
        if exact(t[1]) is None and abs(a - mpmath.nint(a)) < mpmath.mpf(10) ** (-mpmath.mp.dps // 2):
            raise Undefined("rounding next to an integer")
        return mpmath.floor(a) if kind == "floor" else mpmath.ceil(a)
    if kind in ("sum", "prod"):
        lower, upper = numeric(t[2], env), numeric(t[3], env)
        if not (mpmath.isint(lower) and mpmath.isint(upper)) or upper < lower or upper - lower > 2000:
            raise Undefined("bounds")
        values = [numeric(t[4], {**env, t[1]: mpmath.mpf(k)}) for k in range(int(lower), int(upper) + 1)]
        return mpmath.fsum(values) if kind == "sum" else mpmath.fprod(values)
    raise ValueError(kind)


def _real(v):
    if isinstance(v, mpmath.mpc):
        if v.imag != 0:
            raise Undefined("not real")
        return v.real
    return v


def _is_negative(v):
    if isinstance(v, mpmath.mpc):
        return v.imag == 0 and v.real < 0
    return v < 0


def to_sympy(t):
    """The same tree in sympy, for the second opinion; None where sympy means something else by it."""
    kind = t[0]
    if kind in ("num", "rep", "mixed", "sci"):
        v = exact(t)
        return None if v is None else sympy.Rational(v.numerator, v.denominator)
    if kind == "const":
        return {"pi": sympy.pi, "e": sympy.E, "i": sympy.I}[t[1]]
    if kind == "sym":
        return sympy.Symbol(t[1], real=True)
    kids = [to_sympy(kid) for kid in children(t)]
    if any(kid is None for kid in kids):
        return None
    if kind == "add":
        return sympy.Add(*kids)
    if kind == "mul":
        return sympy.Mul(*kids)
    if kind == "neg":
        return -kids[0]
    if kind == "div":
        return None if kids[1] == 0 else kids[0] / kids[1]
    if kind == "pow":
        return kids[0] ** kids[1] if kids[1].is_Integer and abs(kids[1]) < 200 else None
    if kind == "root":
        return sympy.real_root(kids[0], t[2]) if t[2] % 2 and kids[0].is_negative else sympy.root(kids[0], t[2])
    if kind == "abs":
        return sympy.Abs(kids[0])
    if kind == "fn":
        names = {"arcsin": "asin", "arccos": "acos", "arctan": "atan", "ln": "log"}
        return getattr(sympy, names.get(t[1], t[1]))(kids[0])
    return None
