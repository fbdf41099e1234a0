"""Are two meant answers different? Exact rationals first, then mpmath at rising precision and several points.

An answer is a tree (a scalar) or a structure:

    ("tuple" | "parts", items)              order counts
    ("set", items)                          order and repetition do not
    ("matrix", rows)
    ("interval", low, high, low closed, high closed)     None is an infinite end
    ("union", intervals)                    disjoint, ascending, none touching
    ("equation", left, right)               the same where one is a multiple of the other; different where a point of one is not on the other
    ("word", text)                          different where the texts differ
    ("quantity", exact value in the base unit, dimension)
    ("piecewise", [(value, condition text, witness point)])
"""
from fractions import Fraction

import mpmath
import sympy

from tree import Undefined, exact, numeric, symbols, to_sympy

STEPS = (60, 120, 240, 480, 960, 1920)
"""Decimal digits tried in turn."""

POINTS = [
    {k: Fraction(n, d) for k, (n, d) in enumerate(row)}
    for row in (
        [(17, 13), (29, 11), (5, 7), (41, 19), (23, 9), (8, 3), (31, 12), (47, 21)],
        [(3, 8), (13, 6), (19, 5), (2, 9), (37, 15), (11, 4), (7, 5), (9, 14)],
        [(-11, 7), (5, 3), (-9, 13), (21, 8), (-17, 5), (4, 11), (-25, 12), (16, 3)],
        [(101, 9), (-7, 2), (12, 5), (-33, 14), (6, 7), (-19, 8), (43, 10), (-1, 3)],
        [(-23, 4), (-15, 8), (-2, 7), (-28, 9), (-31, 3), (-13, 11), (-5, 6), (-44, 7)],
    )
]


def environments(names, extra=()):
    ordered = sorted(names)
    if not ordered:
        return [{}]
    found = [{name: point[k % 8] + k // 8 for k, name in enumerate(ordered)} for point in POINTS]
    return [*({**found[0], **witness} for witness in extra), *found]


def _value(t, env, digits):
    """The value at `digits` and the size of its error, by computing it a second time at twice the digits."""
    rational = exact(t, env)
    if rational is not None:
        with mpmath.workdps(2 * digits + 20):
            return mpmath.mpf(rational.numerator) / rational.denominator, mpmath.mpf(10) ** (-2 * digits)
    results = []
    for d in (digits, 2 * digits):
        with mpmath.workdps(d):
            point = {k: mpmath.mpf(v.numerator) / v.denominator for k, v in env.items()}
            results.append(numeric(t, point))
    with mpmath.workdps(2 * digits):
        return results[1], abs(results[1] - results[0])


INTEGERS = [{name: Fraction(v) for name, v in zip(("n", "k", "m", "x", "y", "a", "b", "r"), row)} for row in ((6, 3, 4, 5, 7, 2, 3, 2), (9, 4, 5, 3, 2, 4, 7, 3), (13, 5, 7, 8, 11, 3, 2, 5), (8, 2, 3, 7, 5, 6, 5, 4))]
"""Points for letters that stand for whole numbers."""


def scalars_differ(a, b, witnesses=(), positive=False, integers=False):
    """Tried at every point; where `positive` at those with positive letters only, where `integers` at whole numbers.

    (True, how) where some point proves it, (False, how) where every point agrees to 10^-60 relative and closer with more digits, (None, why) otherwise."""
    agreed = 0
    names = symbols(a) | symbols(b)
    whole = [{**{name: Fraction(k + 4) for k, name in enumerate(sorted(names))}, **row} for row in INTEGERS] if integers else None
    for env in whole or environments(names, witnesses):
        if positive and any(v < 0 for v in env.values()):
            continue
        try:
            left, right = exact(a, env), exact(b, env)
        except Undefined:
            continue
        if left is not None and right is not None:
            if left != right:
                return True, "exact"
            agreed += 1
            continue
        try:
            outcome = _numeric_difference(a, b, env)
        except (Undefined, OverflowError, ZeroDivisionError, ValueError, mpmath.libmp.NoConvergence):
            continue
        if outcome is True:
            return True, "mpmath"
        if outcome is False:
            agreed += 1
    if agreed >= (1 if not names else 2):
        return False, "agrees at every point tried"
    return None, "no point decides"


def second_opinion(a, b):
    """Fails where sympy's own evaluation cannot tell apart what the trees' evaluation told apart. Pairs sympy cannot hold are passed over."""
    left, right = to_sympy(a), to_sympy(b)
    if left is None or right is None or left.has(sympy.zoo, sympy.nan) or right.has(sympy.zoo, sympy.nan):
        return
    gaps = []
    for env in environments(symbols(a) | symbols(b)):
        point = {sympy.Symbol(k, real=True): sympy.Rational(v.numerator, v.denominator) for k, v in env.items()}
        gaps.append(abs(sympy.N((left - right).subs(point), 30, maxn=4000)))
    if all(gap == 0 for gap in gaps):
        raise AssertionError(f"sympy finds no difference between {left} and {right}")


def _numeric_difference(a, b, env):
    for digits in STEPS:
        left, left_error = _value(a, env, digits)
        right, right_error = _value(b, env, digits)
        with mpmath.workdps(2 * digits):
            gap = abs(left - right)
            scale = max(abs(left), abs(right), mpmath.mpf(10) ** (-digits))
            if gap > 1000 * (left_error + right_error) and gap > scale * mpmath.mpf(10) ** (-digits + 10):
                return True
            if digits >= 240 and gap <= 1000 * (left_error + right_error) + scale * mpmath.mpf(10) ** (-digits + 20):
                return False
    return None


def differ(a, b):
    """The same for structures. None means: drop the pair."""
    structured = ("tuple", "parts", "set", "matrix", "interval", "union", "equation", "word", "quantity", "piecewise")
    if a[0] not in structured and b[0] not in structured:
        return scalars_differ(a, b)
    if a[0] != b[0]:
        return None, "kinds differ"
    kind = a[0]
    if kind == "word":
        return a[1] != b[1], "text"
    if kind == "quantity":
        return (a[2] != b[2] or a[1] != b[1]), "exact"
    if kind in ("tuple", "parts"):
        if len(a[1]) != len(b[1]):
            return True, "length"
        return _any(differ(x, y) for x, y in zip(a[1], b[1]))
    if kind == "matrix":
        if len(a[1]) != len(b[1]) or len(a[1][0]) != len(b[1][0]):
            return True, "shape"
        return _any(differ(x, y) for p, q in zip(a[1], b[1]) for x, y in zip(p, q))
    if kind == "set":
        return _sets_differ(a[1], b[1])
    if kind == "interval":
        return _any(_ends(a, b))
    if kind == "union":
        if len(a[1]) != len(b[1]):
            return True, "pieces"
        return _any(differ(x, y) for x, y in zip(a[1], b[1]))
    if kind == "equation":
        return _equations_differ(a, b)
    if kind == "piecewise":
        return _piecewise_differ(a, b)
    raise ValueError(kind)


def _any(outcomes):
    how = "agrees"
    unknown = False
    for outcome, reason in outcomes:
        if outcome is True:
            return True, reason
        unknown = unknown or outcome is None
        how = reason
    return (None, "undecided part") if unknown else (False, how)


def _sets_differ(a, b):
    for left, right in ((a, b), (b, a)):
        for x in left:
            outcomes = [differ(x, y)[0] for y in right]
            if all(o is True for o in outcomes):
                return True, "member"
            if not any(o is False for o in outcomes):
                return None, "undecided member"
    return False, "members agree"


def _ends(a, b):
    for end, closed in ((1, 3), (2, 4)):
        if (a[end] is None) != (b[end] is None):
            yield True, "infinite end"
        elif a[end] is not None:
            yield differ(a[end], b[end])
            yield a[closed] != b[closed], "closed end"


def _equations_differ(a, b):
    """Walks along a = 0 in one unknown, the others fixed, and looks whether b vanishes there too; then the other way about."""
    p, q = ("add", (a[1], ("neg", a[2]))), ("add", (b[1], ("neg", b[2])))
    names = sorted(symbols(p) | symbols(q))
    if not names:
        return None, "no unknown"
    met = 0
    for first, second in ((p, q), (q, p)):
        for name in [n for n in names if n in symbols(first)]:
            for env in environments([n for n in names if n != name])[:3] or [{}]:
                with mpmath.workdps(120):
                    point = {k: mpmath.mpf(v.numerator) / v.denominator for k, v in env.items()}
                    for start in (mpmath.mpf("0.7"), mpmath.mpf("-1.3"), mpmath.mpc("0.4", "1.1")):
                        try:
                            zero = mpmath.findroot(lambda x: numeric(first, {**point, name: x}), start, tol=mpmath.mpf(10) ** -200, maxsteps=200)
                            value = abs(numeric(second, {**point, name: zero}))
                            slope = abs(numeric(first, {**point, name: zero * (1 + mpmath.mpf(10) ** -70) + mpmath.mpf(10) ** -70}))
                        except (Undefined, ValueError, ZeroDivisionError, KeyError):
                            continue
                        if slope < mpmath.mpf(10) ** -90:
                            continue  # a repeated zero is not located well enough
                        if value > mpmath.mpf(10) ** -60:
                            return True, "a point of one is not on the other"
                        met += 1
    return (False, "every point met") if met >= 2 else (None, "no point found")


def _piecewise_differ(a, b):
    """Both are read at the witness points of both."""
    for _, _, point in (*a[1], *b[1]):
        left, right = _branch(a, point), _branch(b, point)
        if left is None or right is None:
            return True, "defined on one side only"
        env = {name: point for name in symbols(left) | symbols(right)}
        x, y = exact(left, env), exact(right, env)
        if x is not None and y is not None and x != y:
            return True, "exact"
    return False, "branches agree at their points"


def _branch(p, point):
    for value, condition, _ in p[1]:
        if condition[1](point):
            return value
    return None
