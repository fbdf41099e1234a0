"""A sympy expression as a tree, so that sympy's rewriting can be written out in any dialect. None where the tree has no such node."""
from fractions import Fraction

import sympy

from tree import E, I, PI, add, div, fn, mul, num, power, root, sym

NAMES = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "log": "ln"}


def from_sympy(e):
    if e.is_Rational:
        return num(Fraction(int(e.p), int(e.q)))
    if e == sympy.pi:
        return PI
    if e == sympy.E:
        return E
    if e == sympy.I:
        return I
    if e.is_Symbol:
        return sym(e.name)
    if e.is_Add:
        parts = [from_sympy(a) for a in e.args]
        return None if None in parts else add(*parts)
    if e.is_Mul:
        return _product(e)
    if isinstance(e, sympy.exp):
        a = from_sympy(e.args[0])
        return None if a is None else power(E, a)
    if e.is_Pow:
        base, exponent = e.args
        if exponent.is_Rational and exponent.q > 1 and exponent.p == 1:
            a = from_sympy(base)
            return None if a is None else root(a, int(exponent.q))
        if exponent.is_Rational and exponent.p < 0:
            below = from_sympy(base**-exponent)
            return None if below is None else div(num(1), below)
        a, b = from_sympy(base), from_sympy(exponent)
        return None if a is None or b is None else power(a, b)
    if isinstance(e, sympy.Abs):
        a = from_sympy(e.args[0])
        return None if a is None else ("abs", a)
    name = type(e).__name__
    name = NAMES.get(name, name)
    if name in ("sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "ln", "sinh", "cosh", "tanh") and len(e.args) == 1:
        a = from_sympy(e.args[0])
        return None if a is None else fn(name, a)
    return None


def _product(e):
    top, bottom = sympy.fraction(e)
    if bottom != 1:
        a, b = from_sympy(top), from_sympy(bottom)
        return None if a is None or b is None else div(a, b)
    coefficient, rest = e.as_coeff_Mul()
    parts = [from_sympy(a) for a in (rest.args if rest.is_Mul else (rest,))]
    if None in parts:
        return None
    return mul(*parts) if coefficient == 1 else mul(from_sympy(coefficient), *parts)
