"""`guerdon` called from Python beside Math-Verify in the same process: the same rows, in turns.

    python python_speed.py FILE.jsonl [ROUNDS]      rows {response, answer}

Math-Verify is called as its users do, boxed first, warm, both sides parsed, without a time limit. Ours is called as verl does, one `compute_score` a
response; with as many at once as verl's reward loop has; and in batches. Sides take turns every 100 rows. Prints one JSON object: of each side the
seconds of every round.
"""
import asyncio
import json
import logging
import os
import sys
import time
from importlib.metadata import version

from guerdon import Guerdon
from guerdon.verl import async_compute_score, compute_score
from math_verify import parse, verify
from math_verify.parser import ExprExtractionConfig, LatexExtractionConfig

logging.disable(logging.CRITICAL)

TURN = 100
TARGETS = (LatexExtractionConfig(boxed_match_priority=0), ExprExtractionConfig())
GUERDON = Guerdon()


def math_verify(rows):
    return [verify(parse(f"${row['answer']}$", TARGETS, parsing_timeout=None), parse(row["response"], TARGETS, parsing_timeout=None), timeout_seconds=None) for row in rows]


def one_by_one(rows):
    return [compute_score("math", row["response"], row["answer"], on_null="fail")["score"] == 1 for row in rows]


def together(rows):
    async def all_of_them():
        return await asyncio.gather(*(async_compute_score("math", row["response"], row["answer"], on_null="fail") for row in rows))

    return [each["score"] == 1 for each in LOOP.run_until_complete(all_of_them())]


def batch(rows):
    return [verdict["status"] == "correct" for verdict in GUERDON.verify_many([row["response"] for row in rows], [row["answer"] for row in rows])]


LOOP = asyncio.new_event_loop()
SIDES = {"math-verify": math_verify, "compute_score": one_by_one, "async_compute_score": together, "verify_many": batch}


def main(path, rounds=5):
    with open(path, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    seconds = {name: [] for name in SIDES}
    verdicts = {}
    for around in range(int(rounds) + 2):  # two rounds to warm up
        spent, verdicts = dict.fromkeys(SIDES, 0.0), {name: [] for name in SIDES}
        for at in range(0, len(rows), TURN):
            turn = rows[at : at + TURN]
            for name, side in SIDES.items():
                began = time.perf_counter()
                said = side(turn)
                spent[name] += time.perf_counter() - began
                verdicts[name] += said
        for name in SIDES if around >= 2 else ():
            seconds[name].append(spent[name])
    print(json.dumps({"rows": len(rows), "mathVerify": version("math-verify"), "python": sys.version.split()[0], "load": os.getloadavg()[0], "seconds": seconds, "verdicts": verdicts}))


main(*sys.argv[1:])
