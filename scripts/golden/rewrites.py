"""Writes true rewrites: a reference and the same value written differently.

    python scripts/golden/rewrites.py --count 10000 --seed 1 --out out/rewrites.jsonl.gz [--sample 1000 --sample-out test/fixtures/math/rewrites.jsonl.gz]

Scalars are rewritten by rules (`scalar_rules.py`) or by sympy, and kept where exact rationals are equal or where mpmath agrees to 240 digits at every point tried.
Rows as in near_miss.py; a reader who refuses one has a false negative.
"""

import near_miss
import scalar_rules
import structured_rules
from forms import LATEX_ONLY
from oracle import differ, scalars_differ
from write import Style, write

FORMS = [*scalar_rules.RULES, *structured_rules.RULES]


def pair(form, r):
    """One attempt: (kind, how it was certified, reference, answer) or None."""
    if form in scalar_rules.RULES:
        made = scalar_rules.RULES[form](r)
        if made is None:
            return None
        kind, a, b = made
        outcome, how = scalars_differ(a, b, positive=kind == "log of a product of letters" or form == "positive-letters", integers=form == "whole-number-letters")
        if outcome is not False:
            return None
        family = "latex" if form in LATEX_ONLY else None
        if r.random() < 0.5:
            a, b = b, a
        return kind, how, write(a, Style(r, family)), write(b, Style(r, family))
    made = structured_rules.RULES[form](r)
    if made is None:
        return None
    kind, reference, answer, a, b = made
    outcome, how = differ(a, b)
    return (kind, how, reference, answer) if outcome is False else None


if __name__ == "__main__":
    near_miss.run(__doc__.split("\n")[0], 10_000, lambda count, seed, forms: near_miss.generate(count, seed, forms or FORMS, pair, 60))
