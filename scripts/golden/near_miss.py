"""Writes near-miss pairs: a reference and an answer that is close to it and wrong.

    python scripts/golden/near_miss.py --count 100000 --seed 1 --out out/near_miss.jsonl.gz [--sample 2000 --sample-out test/fixtures/math/near_miss.jsonl.gz]

Every pair is certified different as a value by exact rationals or by mpmath at 60 to 1920 digits (`oracle.py`); pairs that are equal by accident,
or that no point decides, are dropped. Rows: {id, form, kind, by, reference, answer, response}. The same seed gives the same bytes.
"""
import argparse
import gzip
import json
import random
import sys
import time

import mutate
import scalar_rules
import structured
from forms import LATEX_ONLY, SCALARS
from oracle import differ, scalars_differ, second_opinion
from tree import Undefined
from write import Style, response, write

LONGEST = 1200
"""Characters of the longest text kept."""

FORMS = [*SCALARS, *structured.STRUCTURED, "near-coincidences", "sampling-traps", "hedging", "whole-number-letters", "positive-letters"]


def pair(form, r):
    """One attempt: (kind, how it was certified, reference, answer) or None; a fifth item is the whole response."""
    if form == "hedging":
        made = structured.hedging(r)
        return None if made is None else (made[0], "exact or mpmath", made[1], made[2], made[3])
    if form in SCALARS:
        t = SCALARS[form](r)
        changed = mutate.near(r, t)
        if changed is None:
            return None
        outcome, how = scalars_differ(t, changed[1])
        if outcome is not True:
            return None
        if r.random() < 0.02:
            second_opinion(t, changed[1])
        family = "latex" if form in LATEX_ONLY else None
        return changed[0], how, write(t, Style(r, family)), write(changed[1], Style(r, family))
    if form in ("whole-number-letters", "positive-letters"):
        _, a, b = scalar_rules.RULES[form](r)
        changed = mutate.near(r, b)
        if changed is None:
            return None
        outcome, how = scalars_differ(a, changed[1], positive=form == "positive-letters", integers=form == "whole-number-letters")
        family = "latex" if form in LATEX_ONLY else None
        return (changed[0], how, write(a, Style(r, family)), write(changed[1], Style(r, family))) if outcome is True else None
    if form == "near-coincidences":
        kind, a, b = structured.coincidences(r)
        outcome, how = scalars_differ(a, b)
        return (kind, how, write(a, Style(r)), write(b, Style(r))) if outcome is True else None
    if form == "sampling-traps":
        kind, a, b, witness = structured.traps(r)
        outcome, how = scalars_differ(a, b, () if witness is None else (witness,))
        if kind == "exponent a known prime":
            outcome, how = True, "2 to that power is not 2"
        return (kind, how, write(a, Style(r)), write(b, Style(r))) if outcome is True else None
    made = structured.STRUCTURED[form](r)
    if made is None:
        return None
    kind, reference, answer, a, b = made
    outcome, how = differ(a, b)
    return (kind, how, reference, answer) if outcome is True else None


def dress_reference(text, r):
    if "$" in text:
        return text
    pick = r.random()
    return f"${text}$" if pick < 0.25 else f"\\boxed{{{text}}}" if pick < 0.28 else text


def generate(count, seed, forms=FORMS, attempt_pair=pair, attempts=400):
    """Rows in turn over the forms. A form with few members, like choice letters, runs out of new pairs; the others then go on without it."""
    seen = set()
    made_of = dict.fromkeys(forms, 0)
    living = list(forms)
    total = 0
    while living and total < count:
        for form in list(living):
            if total == count:
                return
            for attempt in range(attempts):
                r = random.Random(f"{seed}/{form}/{made_of[form]}/{attempt}")
                try:
                    made = attempt_pair(form, r)
                except (Undefined, OverflowError, ZeroDivisionError):
                    continue
                if made is None:
                    continue
                kind, how, reference, answer, *whole = made
                if reference == answer or (reference, answer) in seen or len(reference) > LONGEST or len(answer) > LONGEST:
                    continue
                seen.add((reference, answer))
                yield {"id": f"{form}-{made_of[form]}", "form": form, "kind": kind, "by": how, "reference": dress_reference(reference, r), "answer": answer, "response": whole[0] if whole else response(answer, Style(r, "latex"))}
                made_of[form] += 1
                total += 1
                break
            else:
                living.remove(form)


def write_rows(path, rows):
    opened = gzip.GzipFile(path, "wb", mtime=0) if path.endswith(".gz") else open(path, "wb")
    with opened as out:
        for row in rows:
            out.write((json.dumps(row, ensure_ascii=False) + "\n").encode())


def run(description, count, make):
    """The command line both scripts share."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--count", type=int, default=count)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", required=True)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--sample-out")
    parser.add_argument("--form", action="append", help="only this form; may be given again")
    args = parser.parse_args()
    started = time.time()
    rows = list(make(args.count, args.seed, args.form))
    write_rows(args.out, rows)
    if args.sample and args.sample_out:
        chosen = sorted(random.Random(f"{args.seed}/sample").sample(range(len(rows)), min(args.sample, len(rows))))
        write_rows(args.sample_out, [rows[k] for k in chosen])
    print(f"{len(rows)} pairs of {len({row['form'] for row in rows})} forms in {time.time() - started:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    run(__doc__.split("\n")[0], 100_000, lambda count, seed, forms: generate(count, seed, forms or FORMS))
