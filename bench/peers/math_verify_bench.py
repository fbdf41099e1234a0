"""Math-Verify on cases or rollouts, warm: verdicts and times as one JSON object on standard output.

    python math_verify_bench.py cases FILE.jsonl       rows {gold, pred, opts}: its own parse and verify with the options the case names
    python math_verify_bench.py rollouts FILE.jsonl    rows {response, answer}: boxed first, as its users configure it

Times are of the second and third pass over the file (the first builds the parser's tables), parse of both sides included, no time limit.
"""
import json
import logging
import sys
import time
from importlib.metadata import version

from math_verify import parse, verify
from math_verify.parser import ExprExtractionConfig, LatexExtractionConfig

logging.disable(logging.CRITICAL)


def targets(options):
    kinds = options.get("match_types", ["latex", "expr"])
    made = []
    if "latex" in kinds:
        made.append(LatexExtractionConfig(boxed_match_priority=options.get("boxed_match_priority", 0)))
    if "expr" in kinds:
        made.append(ExprExtractionConfig())
    return tuple(made)


def check(gold, prediction, options):
    config = targets(options)
    return verify(
        parse(gold, config, parsing_timeout=None),
        parse(prediction, config, parsing_timeout=None),
        float_rounding=options.get("precision", 6),
        strict=options.get("strict", True),
        allow_set_relation_comp=options.get("allow_set_relation_comp", False),
        timeout_seconds=None,
    )


def main():
    what, path = sys.argv[1:3]
    with open(path, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    if what == "cases":
        inputs = [(row["gold"], row["pred"], row.get("opts", {})) for row in rows]
    else:
        inputs = [(f"${row['answer']}$", row["response"], {"boxed_match_priority": 0}) for row in rows]
    verdicts = [check(*item) for item in inputs]
    seconds, each = [], []
    for _ in range(2):
        started = time.perf_counter()
        for item in inputs:
            before = time.perf_counter()
            check(*item)
            each.append(time.perf_counter() - before)
        seconds.append(time.perf_counter() - started)
    each.sort()
    at = lambda q: each[min(len(each) - 1, int(q * len(each)))] * 1000
    print(json.dumps({
        "peer": "Math-Verify", "version": version("math-verify"), "python": sys.version.split()[0], "sympy": version("sympy"), "count": len(inputs),
        "checksPerSecond": len(inputs) / min(seconds), "p50Ms": at(0.5), "p99Ms": at(0.99), "maxMs": each[-1] * 1000, "verdicts": verdicts,
    }))


if __name__ == "__main__":
    main()
