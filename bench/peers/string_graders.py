"""verl's two string graders for math: its own functions where its package is installed, else restated from what they do.

    python string_graders.py FILE.jsonl    rows {response, answer}; verdicts and times of both as one JSON object

`math_reward` reads the last box of the whole response and compares normal forms in the manner of the MATH data set's grader.
`math_dapo`, in its strict-box mode, reads the last 100 characters and compares the text of the box as it stands.
"""
import importlib.util
import json
import sys
import sysconfig
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def last_box(text):
    at = text.rfind("\\boxed")
    if at < 0:
        at = text.rfind("\\fbox")
        if at < 0:
            return None
    if text.startswith("\\boxed ", at):
        return text[at + 7:].split("$")[0]
    depth = 0
    opened = None
    for i in range(at, len(text)):
        if text[i] == "{":
            if depth == 0:
                opened = i + 1
            depth += 1
        elif text[i] == "}":
            depth -= 1
            if depth == 0:
                return text[opened:i]
    return None


def whole_fractions(text):
    """\\frac12 and \\frac1{2} become \\frac{1}{2}."""
    parts = text.split("\\frac")
    out = parts[0]
    for part in parts[1:]:
        out += "\\frac"
        if part.startswith("{"):
            out += part
        elif len(part) < 2:
            return text
        elif part[1] == "{":
            out += "{" + part[0] + "}" + part[1:]
        else:
            out += "{" + part[0] + "}{" + part[1] + "}" + part[2:]
    return out


def slash_fraction(text):
    sides = text.split("/")
    if len(sides) != 2:
        return text
    try:
        top, bottom = int(sides[0]), int(sides[1])
    except ValueError:
        return text
    return f"\\frac{{{top}}}{{{bottom}}}" if text == f"{top}/{bottom}" else text


def math_normal(text):
    text = text.replace("\n", "").replace("\\!", "").replace("\\\\", "\\")
    text = text.replace("tfrac", "frac").replace("dfrac", "frac")
    text = text.replace("\\left", "").replace("\\right", "")
    text = text.replace("^{\\circ}", "").replace("^\\circ", "").replace("\\$", "")
    units = text.split("\\text{ ")
    if len(units) == 2:
        text = units[0]
    text = text.replace("\\%", "").replace("%", "")
    text = text.replace(" .", " 0.").replace("{.", "{0.")
    if not text:
        return text
    if text[0] == ".":
        text = "0" + text
    sides = text.split("=")
    if len(sides) == 2 and len(sides[0]) <= 2:
        text = sides[1]
    if "\\sqrt" in text:
        parts = text.split("\\sqrt")
        text = parts[0] + "".join("\\sqrt" + (p if not p or p[0] == "{" else "{" + p[0] + "}" + p[1:]) for p in parts[1:])
    text = text.replace(" ", "")
    text = whole_fractions(text)
    if text == "0.5":
        text = "\\frac{1}{2}"
    return slash_fraction(text)


def math_reward(response, answer):
    box = last_box(response)
    return box is not None and math_normal(box) == math_normal(answer)


def math_dapo(response, answer):
    box = last_box(response[-300:][-100:])
    return box is not None and box == answer


def verls_own(name):
    """One file of verl's reward_score, without the package around it, which would import torch."""
    path = Path(sysconfig.get_paths()["purelib"]) / "verl" / "utils" / "reward_score" / f"{name}.py"
    if not path.exists():
        return None
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def graders():
    reward, dapo = verls_own("math_reward"), verls_own("math_dapo")
    if reward is None or dapo is None:
        return "restated", {"math_reward": math_reward, "math_dapo": math_dapo}
    try:
        own = version("verl")
    except PackageNotFoundError:
        own = "?"
    return own, {
        "math_reward": lambda response, answer: reward.compute_score(response, answer) > 0,
        "math_dapo": lambda response, answer: dapo.compute_score(response, answer, strict_box_verify=True)["acc"],
    }


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    inputs = [(row["response"], str(row["answer"])) for row in rows]
    source, both = graders()
    out = {"python": sys.version.split()[0], "verl": source, "count": len(inputs)}
    for name, grade in both.items():
        verdicts = [bool(grade(*item)) for item in inputs]
        best = float("inf")
        for _ in range(20):
            started = time.perf_counter()
            for item in inputs:
                grade(*item)
            best = min(best, time.perf_counter() - started)
        out[name] = {"checksPerSecond": len(inputs) / best, "verdicts": verdicts}
    print(json.dumps(out))


if __name__ == "__main__":
    main()
